"""What has changed reaches the pages of a small book that is built by parts of the extension."""

import filecmp
import io
import os
import re
import shutil
import sys
import zlib
from collections import namedtuple
from pathlib import Path

import nbformat
import pytest
from sphinx.application import Sphinx
from sphinx.util.docutils import docutils_namespace, patch_docutils

from stebook.build import assets, bundles, footer, versions, written
from stebook.scene import JOINED

#: Sphinx imports a file that stands in the book's folder, so the parts are connected there.
CONF = """
from stebook.build import assets, contents, kernels, streams, versions, written

extensions = ["myst_nb"]
nb_execution_mode = "off"
exclude_patterns = ["_build"]


def setup(app):
    app.add_config_value("stebook_assets", "", "html", [str])
    app.add_config_value("stebook_scripts", {}, "env", [dict])
    app.connect("config-inited", kernels.prepare, priority=10)
    app.connect("config-inited", assets.collect)
    app.connect("env-get-outdated", contents.changed)
    app.connect("env-updated", contents.remember)
    app.connect("doctree-read", streams.join)
    app.connect("build-finished", versions.write, priority=800)
    app.connect("env-get-updated", written.outdated, priority=900)
    app.connect("build-finished", written.remember, priority=900)
"""

FILES = {
    "conf.py": CONF,
    "index.rst": "Page\n====\n\nRed.\n\n.. literalinclude:: code.txt\n\n.. toctree::\n\n   cells\n",
    "code.txt": "Blue\n",
    "requirements-lock.txt": "plotly==6.0\n",
    "ste/__init__.py": "",
    "stebook/static/explorer.js": "an explorer",
    **{f"stebook/static/{name}": f"this is {name}" for name in JOINED},
    **{f"book/_assets/{name}": f"this is {name}" for name in (*assets.OWN, assets.SHARED)},
    assets.SCORER: "var Scorer = {};",
    "packages/plotly.min.js": "plotly 6.0",
}


def stream(name, text):
    return nbformat.v4.new_output("stream", name=name, text=text)


def notebook(*outputs):
    """A notebook of one cell with these outputs."""
    cell = nbformat.v4.new_code_cell("print(table)", outputs=list(outputs), execution_count=1)
    title = nbformat.v4.new_markdown_cell("# Cells")
    metadata = {"language_info": {"name": "python", "pygments_lexer": "python"}}
    return nbformat.writes(nbformat.v4.new_notebook(cells=[title, cell], metadata=metadata))


class Book:
    """A folder with a book, which builds it as often as one likes."""

    def __init__(self, folder: Path):
        self.folder = folder

    def write_all(self) -> None:
        for name, text in {**FILES, "cells.ipynb": notebook()}.items():
            self.write(name, text)

    def write(self, name: str, text: str) -> None:
        (self.folder / name).parent.mkdir(parents=True, exist_ok=True)
        (self.folder / name).write_text(text, encoding="utf-8")

    def date_back(self, name: str, text: str) -> None:
        """Change a file and keep its time."""
        before = (self.folder / name).stat()
        self.write(name, text)
        os.utime(self.folder / name, ns=(before.st_atime_ns, before.st_mtime_ns))

    def build(self) -> str:
        """Build it as in a new process; what Sphinx says of its pages."""
        filecmp.clear_cache()
        said = io.StringIO()
        out = self.folder / "_build"
        with patch_docutils(), docutils_namespace():
            app = Sphinx(
                self.folder, self.folder, out / "html", out / "trees", "html", {}, said, said
            )
            app.build()
        assert "WARNING" not in said.getvalue() and app.statuscode == 0, said.getvalue()
        return said.getvalue()

    def __getitem__(self, name: str) -> str:
        return (self.folder / "_build" / "html" / name).read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Where the book stands for each test, for Sphinx keeps the place of what it has read."""
    return tmp_path_factory.mktemp("book")


@pytest.fixture
def quiet(folder, monkeypatch):
    """What a build sets is put back."""
    monkeypatch.setattr(sys, "path", list(sys.path))
    for name in ("PYTHONPATH", "STE_BOOK_BUILD", footer.SETTING):
        monkeypatch.setenv(name, "")
    monkeypatch.setattr(bundles, "bring", lambda *_: None)
    monkeypatch.setattr(assets, "carried", lambda *_: folder / "packages" / "plotly.min.js")


@pytest.fixture
def book(folder, quiet):
    """A small book, as it was when it was built."""
    book, kept = Book(folder), folder.with_name(f"{folder.name}-kept")
    if kept.is_dir():
        shutil.rmtree(folder)
        shutil.copytree(kept, folder)
    else:
        book.write_all()
        assert "2 added, 0 changed" in book.build()
        shutil.copytree(folder, kept)
    return book


def test_what_is_as_it_was_is_not_read_again(book):
    os.utime(book.folder / "index.rst", ns=(0, 0))
    os.utime(book.folder / "code.txt", ns=(0, 0))
    assert "0 added, 0 changed, 0 removed" in book.build()


@pytest.mark.parametrize(("name", "old"), [("index.rst", "Red"), ("code.txt", "Blue")])
def test_a_page_that_is_changed_and_dated_back_is_read_again(name, old, book):
    assert old in book["index.html"] and "Green" not in book["index.html"]
    book.date_back(name, FILES[name].replace(old, "Green"))
    assert "0 added, 1 changed, 0 removed" in book.build()
    assert "Green" in book["index.html"] and old not in book["index.html"]
    assert "0 added, 0 changed, 0 removed" in book.build()


PAGES = ("index.html", "cells.html")


def written_by(book):
    """The pages that a build writes."""
    for name in PAGES:
        os.utime(book.folder / "_build" / "html" / name, (4e9, 4e9))
    book.build()
    now = {name: (book.folder / "_build" / "html" / name).stat().st_mtime for name in PAGES}
    return {name for name in PAGES if now[name] < 4e9}


def test_a_page_is_written_anew_when_its_text_has_changed_or_another_s_title(book):
    book.build()
    assert written_by(book) == set()
    book.date_back("code.txt", "Green")
    assert written_by(book) == {"index.html"}
    book.write("index.rst", FILES["index.rst"].replace("Page\n====", "Leaf\n===="))
    assert written_by(book) == set(PAGES)
    assert written_by(book) == set()


def test_places_in_a_source_and_the_order_of_reading_are_shown_by_no_page():
    Citation = namedtuple("Citation", "docname key")
    said = {"".join(written.told([{"label": "ex", "line": line}])) for line in (1, 2)}
    assert len(said) == 1
    one, other, third = Citation("a", 1), Citation("b", 2), Citation("b", 1)
    before, after, changed = (
        "".join(written.told(cited))
        for cited in ([one, other, third], [other, third, one], [one, third, other])
    )
    assert before == after != changed


def test_a_build_that_broke_off_or_a_missing_file_lets_all_be_written(book):
    book.build()
    (book.folder / "_build" / "trees" / written.RECORD).unlink()
    assert written_by(book) == set(PAGES)
    (book.folder / "_build" / "html" / "_static" / "book.css").unlink()
    assert written_by(book) == set(PAGES)
    assert book["_static/book.css"] == FILES["book/_assets/book.css"]


@pytest.mark.parametrize(
    ("name", "copy"),
    [
        ("packages/plotly.min.js", "plotly/plotly.min.js"),
        ("stebook/static/explorer.js", "explorers/explorer.js"),
        *((f"book/_assets/{name}", name) for name in assets.OWN),
    ],
)
def test_a_script_that_is_changed_and_dated_back_reaches_the_site(name, copy, book):
    book.date_back(name, FILES[name][:-1] + "!")
    book.build()
    assert book[f"_static/{copy}"].endswith("!")


#: What a page loads, with what it says of its version.
LOADED = re.compile(r'(?:src|href)="_static/([^"?]+\.(?:css|js))(?:\?([^"]*))?"')


def test_a_page_asks_for_a_script_or_a_style_sheet_by_what_is_in_it(book):
    """Also for what an extension brings after the pages, and on a page that stays as it was."""

    def asked():
        pages = {name: dict(LOADED.findall(book[name])) for name in PAGES}
        static = book.folder / "_build" / "html" / "_static"
        for files in pages.values():
            for name, said in files.items():
                assert said == f"v={zlib.crc32((static / name).read_bytes()):08x}", name
        return pages

    first = asked()
    assert [name for name in first["index.html"] if name.startswith("mystnb.")]
    book.build()
    assert asked() == first
    late = next((book.folder / "_build" / "html" / "_static").glob("mystnb.*.css"))
    page = (book.folder / "_build" / "html" / "index.html").read_bytes()
    late.write_text("another")
    again = versions.versioned(page, late.parents[1])
    assert again != page and versions.versioned(again, late.parents[1]) == again


def test_another_lock_lets_every_page_be_read_and_run_again(book):
    cache = re.search(r"Using jupyter-cache at: (\S+)", book.build()).group(1)
    book.date_back("requirements-lock.txt", "plotly==6.1\n")
    said = book.build()
    assert "2 added, 0 changed" in said
    assert cache not in said


TABLE = "a  b\n\n1  2\n3  4\n"


def printed(book):
    """What the blocks of printed text on the page of cells say."""
    text = book["cells.html"]
    blocks = re.findall(r'<div class="output (\w+) .*?<pre>(.*?)</pre>', text, re.DOTALL)
    return [(kind, re.sub(r"<[^>]*>", "", block)) for kind, block in blocks]


@pytest.mark.parametrize(
    "pieces",
    [
        [TABLE],
        [TABLE, "\n"],
        ["a  b", "\n\n1  2", "\n3  4\n"],
        ["a  b\n", "\n", "1  2\n3 ", " ", "4"],
        list(TABLE),
    ],
)
def test_a_printed_table_is_the_same_in_whatever_pieces_it_comes(pieces, book):
    book.write("cells.ipynb", notebook(*(stream("stdout", piece) for piece in pieces)))
    book.build()
    assert printed(book) == [("stream", TABLE)]


def test_the_pieces_of_each_stream_are_joined_on_their_own(book):
    shown = nbformat.v4.new_output("display_data", data={"text/plain": "a picture"})
    pieces = [("stdout", "a"), ("stderr", "careful"), ("stdout", "b\n")]
    outputs = [stream(*piece) for piece in pieces]
    book.write("cells.ipynb", notebook(*outputs, shown, stream("stdout", "c")))
    book.build()
    assert [block for block in printed(book) if "picture" not in block[1]] == [
        ("stream", "ab\nc\n"),
        ("stderr", "careful\n"),
    ]
