"""Chapters on paper, printed from the built pages by a browser: one by one, and as a whole book.

A chapter comes with its solutions and without. The book has a page of contents first, and the
sheets are numbered through.
"""

import ctypes
import functools
import html
import http.server
import os
import shutil
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pypdfium2 as pdfium
import pypdfium2.raw as raw
import yaml
from playwright.sync_api import Browser, Page, sync_playwright

from tools.course.myst import places
from tools.course.sources import FOLDER, ROOT, is_notebook, pages

HTML = ROOT / "_build" / "html"
#: The first of these is used; `$CHROMIUM` comes before, playwright's own after them.
PROGRAMS = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
#: What print.css leaves for the number of a sheet, in points from the lower edge; A4.
FOOT, WIDTH = 51.0, 595.0
SIZE = 9.0
CONTENTS = """\
<!DOCTYPE html><html lang="en"><meta charset="utf-8"><title>{title}</title><style>
@page {{ margin: 16mm 17mm 18mm }} body {{ font: 11pt sans-serif }} h1 {{ font-size: 22pt }}
h2 {{ font-size: 12pt; margin: 1.4em 0 .3em }} p {{ margin: .25em 0; display: flex }}
p span:first-child {{ flex: 1 }}</style><h1>{title}</h1>{parts}</html>"""


@contextmanager
def browser() -> Iterator[Browser]:
    """A browser without windows."""
    known = [os.environ.get("CHROMIUM"), *map(shutil.which, PROGRAMS)]
    program = next((name for name in known if name and Path(name).is_file()), None)
    as_root = hasattr(os, "geteuid") and os.geteuid() == 0
    args = ["--no-sandbox"] if as_root or os.environ.get("CI") else []
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=program, args=args)
        yield opened
        opened.close()


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """The address of a folder on this machine."""

    class Handler(http.server.SimpleHTTPRequestHandler):
        def log_message(self, *_: object) -> None:
            """Say nothing."""

    handler = functools.partial(Handler, directory=str(folder))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def printed(page: Page, address: str) -> bytes:
    """A page of the book on paper, each explorer as its picture."""
    page.goto(address, wait_until="load")
    page.evaluate("() => window.drawExplorers?.()")
    return page.pdf(format="A4")


def order() -> list[tuple[str, list[str]]]:
    """The parts of the book, each with its pages."""
    table = yaml.safe_load((ROOT / "_toc.yml").read_text(encoding="utf-8"))
    parts = [("", [table["root"]])]
    parts += [(p["caption"], [row["file"] for row in p["chapters"]]) for p in table["parts"]]
    return [(caption, [file.removeprefix("book/") for file in files]) for caption, files in parts]


def title_of(stem: str) -> str:
    """The title of a page, without marks."""
    text = (FOLDER / f"{stem}.md").read_text(encoding="utf-8")
    return dict(places(stem, text))[stem].title.replace("$", "").replace("*", "")


def contents(title: str, starts: dict[str, int]) -> str:
    """The page of contents; `starts` has the sheet on which each page begins."""
    written = []
    for caption, stems in order():
        written += [f"<h2>{html.escape(caption)}</h2>"] if caption else []
        for stem in stems:
            name = html.escape(title_of(stem))
            written.append(f"<p><span>{name}</span><span>{starts[stem]}</span></p>")
    return CONTENTS.format(title=html.escape(title), parts="\n".join(written))


def numbered(document: pdfium.PdfDocument) -> None:
    """Number the sheets of a document, in the place of the numbers that they have."""
    for i, sheet in enumerate(document, 1):
        blank = raw.FPDFPageObj_CreateNewRect(0.0, 0.0, WIDTH, FOOT - 15.0)
        raw.FPDFPageObj_SetFillColor(blank, 255, 255, 255, 255)
        raw.FPDFPath_SetDrawMode(blank, raw.FPDF_FILLMODE_WINDING, False)
        raw.FPDFPage_InsertObject(sheet.raw, blank)
        words = raw.FPDFPageObj_NewTextObj(document.raw, b"Helvetica", SIZE)
        text = (str(i) + "\0").encode("utf-16-le")
        letters = ctypes.cast(ctypes.create_string_buffer(text), raw.FPDF_WIDESTRING)
        raw.FPDFText_SetText(words, letters)
        left = (WIDTH - 0.55 * SIZE * len(str(i))) / 2
        raw.FPDFPageObj_Transform(words, 1.0, 0.0, 0.0, 1.0, left, 25.0)
        raw.FPDFPage_InsertObject(sheet.raw, words)
        raw.FPDFPage_GenerateContent(sheet.raw)


def starts_of(sheets: dict[str, bytes], before: int) -> dict[str, int]:
    """The sheet on which each page of the book begins, where `before` sheets come first."""
    starts, start = {}, before + 1
    for stem, content in sheets.items():
        starts[stem] = start
        start += len(pdfium.PdfDocument(content))
    return starts


def bound(first: bytes, sheets: Sequence[bytes]) -> pdfium.PdfDocument:
    """All sheets in one document, numbered."""
    book = pdfium.PdfDocument.new()
    for content in (first, *sheets):
        book.import_pages(pdfium.PdfDocument(content))
    numbered(book)
    return book


def write(folder: Path) -> list[Path]:
    """Print the chapters and the book."""
    folder.mkdir(parents=True, exist_ok=True)
    chapters = {stem for stem, text in pages().items() if is_notebook(text)}
    whole: dict[str, bytes] = {}
    written = []
    with browser() as opened, served(HTML) as base:
        page = opened.new_page(viewport={"width": 1280, "height": 900})
        for _, stems in order():
            for stem in stems:
                address = f"{base}/book/{stem}.html"
                whole[stem] = printed(page, address)
                if stem in chapters:
                    without = printed(page, f"{address}?solutions=no")
                    for name, content in ((stem, without), (f"{stem}-solutions", whole[stem])):
                        written.append(folder / f"{name}.pdf")
                        written[-1].write_bytes(content)
        title = yaml.safe_load((ROOT / "_config.yml").read_text(encoding="utf-8"))["title"]
        first = b""
        for _ in range(2):  # how many sheets the contents take is known after the first time
            before = len(pdfium.PdfDocument(first)) if first else 1
            page.set_content(contents(title, starts_of(whole, before)))
            first = page.pdf(format="A4")
    written.append(folder / "book.pdf")
    bound(first, list(whole.values())).save(written[-1])
    return written
