"""The built HTML, read as text. The browser tests look at it with a browser."""

import re
from html.parser import HTMLParser
from urllib.parse import urlsplit

import pytest
from toc import DOCUMENTS, PAGES

from ste import __version__

#: Attributes of elements that a browser fetches by itself.
LOADING = {
    "audio": ("src",),
    "embed": ("src",),
    "iframe": ("src",),
    "img": ("src", "srcset"),
    "object": ("data",),
    "script": ("src",),
    "source": ("src", "srcset"),
    "video": ("src", "poster"),
}
#: Relations of a link that a browser fetches by itself.
FETCHED = {"icon", "manifest", "modulepreload", "preload", "stylesheet"}


class Loaded(HTMLParser):
    """What a page makes the browser fetch."""

    def __init__(self, text: str):
        super().__init__()
        self.addresses: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        names = LOADING.get(tag, ())
        if tag == "link" and FETCHED & set((found.get("rel") or "").split()):
            names = ("href",)
        self.addresses += [found[name] for name in names if found.get(name)]


def outside(address: str) -> bool:
    return address.startswith("//") or urlsplit(address).scheme in ("http", "https")


def test_what_is_loaded_is_seen_and_what_is_linked_is_not():
    text = (
        '<a href="https://a.org">a</a><script src="https://b.org/b.js"></script><img src="c.png">'
        '<link rel="next" href="//d.org"><link rel="shortcut icon" href="//e.org/e.ico">'
    )
    found = Loaded(text).addresses
    assert found == ["https://b.org/b.js", "c.png", "//e.org/e.ico"]
    assert [outside(address) for address in found] == [True, False, True]


@pytest.mark.parametrize("path", PAGES)
def test_a_page_loads_files_of_the_book_alone(path, built):
    page = built / path
    text = page.read_text(encoding="utf-8")
    loaded = Loaded(text).addresses
    assert loaded
    for address in loaded:
        assert not outside(address), address
        if not address.startswith("data:"):
            assert (page.parent / urlsplit(address).path).resolve().is_file(), address
    for host in ("unpkg.com", "jsdelivr", "cdnjs", "googleapis", "mybinder.org"):
        assert host not in text


def test_style_sheets_load_local_files(built):
    for path in built.rglob("*.css"):
        text = path.read_text(encoding="utf-8")
        assert not re.search(r"(?:url\(|@import)\s*[\"']?(?:https?:)?//", text), path


@pytest.mark.parametrize("path", PAGES)
def test_no_page_holds_widgets_or_a_module_loader(path, built):
    text = (built / path).read_text(encoding="utf-8")
    for sign in ("vnd.jupyter.widget", "require.js", "require.min.js", "html-manager"):
        assert sign not in text
    assert "thebe" not in text or path == "licenses.html"  # whose words are of its style sheet


@pytest.mark.parametrize("name", DOCUMENTS)
def test_the_footer_says_version_date_and_licence(name, built):
    text = (built / f"{name}.html").read_text(encoding="utf-8")
    footer = text[text.index('class="bd-footer-content"') :]
    assert f"Version {__version__}." in footer
    assert re.search(r"Last updated on\s+\d+ \w+ \d{4}", footer)
    assert "CC BY 4.0" in footer and "BSD-3-Clause" in footer
    (address,) = re.findall(r'<a href="([^"]*)">All licences</a>', footer)
    assert (built / name).parent.joinpath(address).is_file()


@pytest.mark.parametrize("name", DOCUMENTS)
def test_every_picture_has_a_text(name, built):
    for tag in re.findall(r"<img\b[^>]*>", (built / f"{name}.html").read_text(encoding="utf-8")):
        assert re.search(r'alt="[^"]+"', tag), tag


def test_plotly_comes_with_explorers(built):
    for name in DOCUMENTS:
        text = (built / f"{name}.html").read_text(encoding="utf-8")
        assert ('data-plotly="' in text) == ('class="explorer"' in text), name
