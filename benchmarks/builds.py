"""Builds of the book: cold, after a change, with nothing changed; and of a stock Jupyter Book."""

import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import yaml

from benchmarks.timing import Row, clock, row
from tools import project

PART = "build"
#: The chapter in which a sentence is changed.
CHANGED = Path("book", "correlation.md")
SENTENCE = "\nOne more sentence.\n"
CELL = "\n```{code-cell} ipython3\nsum(range(10))\n```\n"
#: What builds a copy as `make book` does, in the environment at hand.
OURS = """\
import pathlib, sys
sys.path.insert(0, "tools")
import project
sys.exit(project.built(pathlib.Path(sys.executable).parent))
"""


def copy(folder: Path) -> None:
    """The sources of the pages, and what builds them."""
    for name in (*project.SOURCES, "tests", "tools"):
        source, target = project.ROOT / name, folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        if source.is_dir():
            shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(source, target)


def run(folder: Path, *command: str) -> None:
    """Run a command in a copy, and say nothing."""
    subprocess.run(
        command,
        cwd=folder,
        check=True,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env={**os.environ, "PYTHONPATH": str(folder)},
    )


def ours(folder: Path) -> None:
    """The book, as `make book` builds it."""
    run(folder, sys.executable, "-c", OURS)


def plain(folder: Path) -> None:
    """By `jupyter-book` alone, which may warn of what it does not know."""
    run(folder, str(Path(sys.executable).parent / "jupyter-book"), "build", ".")


def rewrite(folder: Path, change: Callable[[dict], None]) -> None:
    """Change the settings of a copy."""
    path = folder / "_config.yml"
    settings = yaml.safe_load(path.read_text())
    change(settings)
    path.write_text(yaml.safe_dump(settings, allow_unicode=True))


def without_ours(settings: dict) -> None:
    """What is left is a stock Jupyter Book: our extension, its maths and its scripts go."""
    sphinx = settings["sphinx"]
    sphinx.pop("local_extensions")
    for name in [key for key in sphinx["config"] if key.startswith("stebook")]:
        sphinx["config"].pop(name)
    sphinx["config"].pop("html_math_renderer")


def unexecuted(settings: dict) -> None:
    """No cell is run."""
    settings["execute"]["execute_notebooks"] = "off"


def by_cells(folder: Path) -> list[Path]:
    """The chapters of a built copy, by what their cells took."""
    (store,) = folder.glob("_build/**/global.db")
    with closing(sqlite3.connect(store)) as cache:
        rows = cache.execute("SELECT uri, json_extract(data, '$.execution_seconds') FROM nbcache")
        taken = {Path(uri).name: seconds for uri, seconds in rows}
    return [Path("book", name) for name in sorted(taken, key=taken.__getitem__)]


def again(folder: Path, build: Callable[[Path], None], chapter: Path, more: str) -> float:
    """Seconds of a build after a chapter got something more."""
    path = folder / chapter
    path.write_text(path.read_text(encoding="utf-8") + more, encoding="utf-8")
    return clock(lambda: build(folder))


def once() -> dict[str, float]:
    """Seconds of each build."""
    with tempfile.TemporaryDirectory() as root:
        book, stock, still = folders = [Path(root, kind) for kind in ("book", "stock", "still")]
        for folder in folders:
            copy(folder)
        rewrite(stock, without_ours)
        rewrite(still, unexecuted)
        seconds = {"cold": clock(lambda: ours(book))}
        seconds["nothing changed"] = clock(lambda: ours(book))
        seconds["a sentence changed"] = again(book, ours, CHANGED, SENTENCE)
        chapters = by_cells(book)
        for which, place in (("middle", len(chapters) // 2), ("slowest", -1)):
            name = f"a cell of the {which} chapter changed"
            seconds[name] = again(book, ours, chapters[place], CELL)
        seconds["no cell run, cold"] = clock(lambda: ours(still))
        seconds["stock Jupyter Book, cold"] = clock(lambda: plain(stock))
        seconds["stock, nothing changed"] = clock(lambda: plain(stock))
        seconds["stock, a sentence changed"] = again(stock, plain, CHANGED, SENTENCE)
        return seconds


def measure(rounds: int) -> Iterator[Row]:
    """One row; a build goes on for minutes, so there is one round of it for three of the others."""
    yield row(PART, "the whole book", [once() for _ in range(max(1, rounds // 3))])
