"""Builds of the book: cold, after a change, with nothing changed; and of a stock Jupyter Book."""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import yaml

from benchmarks.timing import Row, clock, row
from tools import project

PART = "build"
#: The chapter that is changed.
CHANGED = Path("book", "correlation.md")


def copy(folder: Path) -> None:
    """The sources of the pages."""
    for name in project.SOURCES:
        source, target = project.ROOT / name, folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        if source.is_dir():
            shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(source, target)


def build(folder: Path) -> None:
    """By the `jupyter-book` of this environment; a stock one may warn of what it does not know."""
    program = Path(sys.executable).parent / "jupyter-book"
    subprocess.run(
        [program, "build", "."],
        cwd=folder,
        check=True,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env={**os.environ, "PYTHONPATH": str(folder)},
    )


def rewrite(folder: Path, change) -> None:
    """Change the settings of a copy."""
    path = folder / "_config.yml"
    settings = yaml.safe_load(path.read_text())
    change(settings)
    path.write_text(yaml.safe_dump(settings, allow_unicode=True))


def without_ours(settings: dict) -> None:
    """What is left is a stock Jupyter Book: our extension, its maths and its scripts go."""
    sphinx = settings["sphinx"]
    sphinx.pop("local_extensions")
    for name in ("html_math_renderer", "stebook_core", "stebook_scripts"):
        sphinx["config"].pop(name)


def unexecuted(settings: dict) -> None:
    """No cell is run."""
    settings["execute"]["execute_notebooks"] = "off"


def once() -> dict[str, float]:
    """Seconds of each build."""
    with tempfile.TemporaryDirectory() as name:
        folders = {kind: Path(name, kind) for kind in ("ours", "stock", "still")}
        for folder in folders.values():
            copy(folder)
        rewrite(folders["stock"], without_ours)
        rewrite(folders["still"], unexecuted)
        seconds = {"cold": clock(lambda: build(folders["ours"]))}
        seconds["nothing changed"] = clock(lambda: build(folders["ours"]))
        chapter = folders["ours"] / CHANGED
        chapter.write_text(f"{chapter.read_text()}\nOne more sentence.\n")
        seconds["a chapter's text changed"] = clock(lambda: build(folders["ours"]))
        seconds["stock Jupyter Book, cold"] = clock(lambda: build(folders["stock"]))
        seconds["no cell run, cold"] = clock(lambda: build(folders["still"]))
        return seconds


def measure(rounds: int) -> Iterator[Row]:
    """One row; a build goes on for minutes, so there is one round of it for three of the others."""
    yield row(PART, "the whole book", [once() for _ in range(max(1, rounds // 3))])
