"""The built HTML, read as text. The browser tests look at it with a browser."""

import re
from pathlib import Path

import pytest

HTML = Path(__file__).resolve().parents[2] / "_build" / "html"
PAGES = sorted(path for path in HTML.rglob("*.html") if "_static" not in path.parts)
BOOK = [path for path in PAGES if path.parent.name == "book"]


def test_the_book_is_built():
    assert BOOK, "there is no built book in _build/html: run `make book` first"


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.name)
def test_nothing_is_loaded_from_outside(path):
    text = path.read_text(encoding="utf-8")
    loaded = re.findall(r"<(?:script|img|iframe|source)\b[^>]*\bsrc=\"([^\"]*)\"", text)
    loaded += re.findall(
        r"<link\b[^>]*\brel=\"(?:stylesheet|preload|icon)\"[^>]*href=\"([^\"]*)\"", text
    )
    assert loaded
    assert [address for address in loaded if re.match(r"(https?:)?//", address)] == []
    for host in ("unpkg.com", "jsdelivr", "cdnjs", "googleapis", "binder"):
        assert host not in text


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.name)
def test_no_page_holds_widgets_or_a_module_loader(path):
    text = path.read_text(encoding="utf-8")
    for sign in ("widget-state+json", "widget-view+json", "require.js", "require.min.js", "thebe"):
        assert sign not in text


@pytest.mark.parametrize("path", BOOK, ids=lambda path: path.name)
def test_the_footer_says_version_and_date(path):
    text = path.read_text(encoding="utf-8")
    footer = text[text.index('class="bd-footer-content"') :]
    import ste

    assert f"Version {ste.__version__}." in footer
    assert re.search(r"Last updated on\s+\d+ \w+ \d{4}", footer)
    assert "CC BY 4.0" in footer


@pytest.mark.parametrize("path", BOOK, ids=lambda path: path.name)
def test_every_picture_has_a_text(path):
    for tag in re.findall(r"<img\b[^>]*>", path.read_text(encoding="utf-8")):
        assert re.search(r'alt="[^"]+"', tag), tag
