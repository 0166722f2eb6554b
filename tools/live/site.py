"""The site with the notebooks in it: the pages, a button on each chapter, and JupyterLite."""

import html
import json
import mimetypes
import os
import shutil
import subprocess
from pathlib import Path

from tools.course import notebooks
from tools.course.sources import FOLDER, book, pages
from tools.live import licences, pyodide

#: Where JupyterLite lies in the site, and in it the notebooks and what they import.
RUN, WHEELS = "run", "wheels"
#: Where Pyodide does, if it comes from no other host.
HOSTED = "pyodide"
APP = "notebooks/index.html"
KERNEL = "@jupyterlite/pyodide-kernel-extension:kernel"
#: Loaded before the first cell; what else is imported comes with its import.
FIRST = ("ipykernel", "comm", "pyodide-kernel", "jedi", "ipython", "piplite", "micropip")
HEADER = '<div class="article-header-buttons">'
BUTTON = (
    '<a class="btn btn-sm" href="{address}" target="_blank" rel="noopener" '
    'title="Run this chapter live" aria-label="Run this chapter live in a new tab">'
    '<span aria-hidden="true">▶</span></a>'
)


def content(path: Path, files: Path) -> dict[str, object]:
    """A file or folder as JupyterLite's list of contents has it."""
    kind = {"": "directory", ".ipynb": "notebook"}.get(path.suffix, "file")
    place = path.relative_to(files).as_posix()
    top = place == "."
    day = "2026-01-01T00:00:00Z"
    return {
        "name": "" if top else path.name,
        "path": "" if top else place,
        "type": kind,
        "format": "base64" if kind == "file" else "json",
        "size": None if kind == "directory" else path.stat().st_size,
        "mimetype": None if kind != "file" else mimetypes.guess_type(path.name)[0],
        "created": day,
        "last_modified": day,
        "writable": True,
        "content": None,
    }


def list_contents(files: Path, api: Path) -> None:
    """Write, for each folder of files, the list by which JupyterLite finds what is in it."""
    for folder in [files, *(path for path in files.rglob("*") if path.is_dir())]:
        listed = content(folder, files)
        listed["content"] = [content(path, files) for path in sorted(folder.iterdir())]
        place = api / folder.relative_to(files) / "all.json"
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(json.dumps(listed), encoding="utf-8")


def write_notebooks(run: Path) -> list[str]:
    """The students' notebooks of all chapters, and the pictures that they show."""
    files = run / "files"
    files.mkdir(parents=True, exist_ok=True)
    known, sources = book("../../book/"), pages()
    stems = sorted(known.notebooks)
    for stem in stems:
        made = notebooks.both(stem, sources[stem], known)["student"]
        made.cells = [one for one in made.cells if "colab" not in one.metadata.get("tags", ())]
        made.metadata.kernelspec.name = "python"  # by which the browser's kernel goes, unasked
        text = notebooks.text_of(made)
        (files / f"{stem}.ipynb").write_text(text, encoding="utf-8")
    shutil.copytree(FOLDER / "images", files / "images", dirs_exist_ok=True)
    for picture in files.rglob("*.svg"):  # JupyterLite shows none with a letter beyond Latin 1
        text = picture.read_text(encoding="utf-8")
        picture.write_bytes(text.encode("ascii", "xmlcharrefreplace"))
    list_contents(files, run / "api" / "contents")
    return stems


def write_wheels(run: Path, store: Path, base: str) -> None:
    """The wheels of the store and JupyterLite's own, and the list of them that Pyodide reads."""
    folder = run / WHEELS
    folder.mkdir()
    for path in [*store.glob("*.whl"), *run.glob("extensions/@jupyterlite/*/static/pypi/*.whl")]:
        if not path.name.startswith("widgetsnbextension-3"):  # that of an older ipywidgets
            shutil.copyfile(path, folder / path.name)
    listed = pyodide.listed(sorted(folder.glob("*.whl")), base + pyodide.NUMPY)
    (folder / "pyodide-lock.json").write_text(listed, encoding="utf-8")


def settle(run: Path, base: str) -> None:
    """Tell JupyterLite its Python, and put the script that says why there is none into its page."""
    path = run / "jupyter-lite.json"
    settings = json.loads(path.read_text(encoding="utf-8"))
    config = settings["jupyter-config-data"]
    config["exposeAppInBrowser"] = True
    config["contentsAllJsonFile"] = "all.json"
    config.setdefault("litePluginSettings", {})[KERNEL] = {
        # this address is seen from the folder of all, others from a folder in it: ./ for ../
        "pyodideUrl": f"{base}{pyodide.ENTRY}".removeprefix("."),
        "disablePyPIFallback": True,
        "loadPyodideOptions": {
            "lockFileURL": f"./{WHEELS}/pyodide-lock.json",
            "packages": list(FIRST),
        },
    }
    path.write_text(json.dumps(settings, indent=1), encoding="utf-8")
    shutil.copyfile(Path(__file__).with_name("start.js"), run / "start.js")
    asked = html.escape(json.dumps([base + piece for piece in pyodide.HASHES]))
    page = run / APP
    text = page.read_text(encoding="utf-8")
    script = f'<script src="../start.js" data-python="{asked}"></script>'
    page.write_text(text.replace("</head>", f"{script}</head>", 1), encoding="utf-8")


def add_buttons(site: Path, stems: list[str]) -> int:
    """On every page of a chapter, in whatever folder, the way to its notebook."""
    added = 0
    for page in sorted(site.rglob("book/*.html")):
        text = page.read_text(encoding="utf-8")
        if page.stem in stems and HEADER in text:
            to = Path(os.path.relpath(site / RUN / APP, page.parent)).as_posix()
            button = BUTTON.format(address=f"{to}?path={page.stem}.ipynb")
            page.write_text(text.replace(HEADER, HEADER + button, 1), encoding="utf-8")
            added += 1
    return added


def write(site: Path, built: Path, lite: Path, store: Path, source: str, mozilla: str) -> int:
    """Make the site anew out of the built pages; how many chapters have a button.

    ``lite`` is the environment that has JupyterLite, ``store`` a folder of wheels, ``source`` the
    folder, the carrying wheel or the address that Pyodide comes from, or empty for the public one.
    """
    shutil.rmtree(site, ignore_errors=True)
    shutil.copytree(built, site)
    run = site / RUN
    program = next(lite.glob("*/jupyter-lite*"))
    options = ("--apps", "notebooks", "--no-sourcemaps", "--no-unused-shared-packages")
    command = [program, "build", "--lite-dir", store, "--output-dir", run, *options]
    # It leaves its record where it runs.
    words = [str(part) for part in command]
    done = subprocess.run(words, capture_output=True, text=True, cwd=store)
    if done.returncode:
        raise ValueError(f"expected JupyterLite's site, got: {done.stderr or done.stdout}")
    base = source or pyodide.PUBLIC
    if "://" not in base:
        pyodide.take(Path(base), run / HOSTED)
        base = f"../{HOSTED}/"
    base = base.rstrip("/") + "/"
    write_wheels(run, store, base)
    stems = write_notebooks(run)
    settle(run, base)
    licences.write(site, site / RUN, lite, mozilla)
    return add_buttons(site, stems)
