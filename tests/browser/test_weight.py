"""What a reader's network carries: budgets over the requests that pages really make, compressed."""

import functools
import gzip
import re
from urllib.parse import unquote, urlsplit

import pytest
from toc import PAGES

from benchmarks import slow
from stebook.build import bundles

#: Bytes, as a server sends them: a page, the states of one explorer in it, the whole site.
PAGE, STATES, SITE = 250_000, 60_000, 12_000_000
STORED = re.compile(r'(?s)<script type="application/json">.*?</script>')
#: What is compressed already; servers send it as it is.
PACKED = {".woff2", ".png"}
READ = [path for path in PAGES if path != "index.html"]


@functools.cache
def sent(path):
    """Bytes of a file on the way."""
    content = path.read_bytes()
    return len(content) if path.suffix in PACKED else len(gzip.compress(content, 9))


def first_view(watched, built):
    """The files that a page asks for by itself when one who never was here opens it."""
    watched.page.wait_for_load_state("networkidle")
    heads = [urlsplit(url) for url in watched.asked]
    return {built / unquote(head.path[1:]) for head in heads if head.scheme == "http"}


@pytest.mark.parametrize("path", READ)
def test_a_page_is_light_at_first_view(path, desk, built):
    """Plotly comes with the plots, on its own; the states of explorers have their own budget."""
    files = first_view(desk(path), built)
    weights = {file.name: sent(file) for file in files if file.parent.name != "plotly"}
    text = (built / path).read_text(encoding="utf-8")
    weights[(built / path).name] = len(gzip.compress(STORED.sub("", text).encode(), 9))
    for states in STORED.findall(text):
        assert len(gzip.compress(states.encode(), 9)) <= STATES
    assert len(weights) > 10 or path == "licenses.html"  # which asks for nothing
    assert sum(weights.values()) <= PAGE, sorted(weights.items(), key=lambda item: -item[1])[:6]


def test_plotly_comes_when_an_explorer_comes_near(browser, site_http):
    with browser.new_context(viewport={"width": 1280, "height": 400}) as context:
        page = context.new_page()
        page.goto(f"{site_http}/book/correlation.html", wait_until="networkidle")
        page.evaluate("document.querySelector('.explorer-closed button').click()")
        page.wait_for_timeout(300)
        figure = page.locator("figure.explorer").first
        assert figure.evaluate("(f) => f.getBoundingClientRect().top > 2 * innerHeight")
        assert page.locator("script[src*=plotly]").count() == 0
        figure.scroll_into_view_if_needed()
        page.wait_for_function("() => document.querySelector('.explorer-plot .main-svg')")
        assert page.locator("script[src*=plotly]").count() == 1


def test_plotly_is_as_small_as_its_bundles(built):
    """Where npm brought them; without it pages have all of Plotly."""
    there = {path.name for path in (built / "_static" / "plotly").glob("*.js")}
    small = {bundle.file.split("/")[1] for bundle in bundles.BUNDLES}
    assert small <= there or there == {"plotly.min.js"}
    for name, most in (("basic", 400_000), ("cartesian", 500_000)):
        if small <= there:
            assert sent(built / "_static" / "plotly" / f"plotly-{name}.min.js") <= most


def test_a_page_asks_for_the_smallest_bundle_that_draws_it(built):
    for path in sorted((built / "book").glob("*.html")):
        text = path.read_text(encoding="utf-8")
        for asked in re.findall(r'data-plotly="\.\./_static/([^"?]*)', text):
            assert (built / "_static" / asked).is_file()
            traces = set(" ".join(re.findall(r'data-traces="([^"]*)"', text)).split())
            fields = bool(traces - {"bar", "scatter"})
            assert ("basic" not in asked) if fields else ("cartesian" not in asked), path.name


def test_the_index_of_the_search_is_for_its_page(built):
    for path in PAGES:
        text = (built / path).read_text(encoding="utf-8")
        assert ("searchindex.js" in text) == (path == "search.html"), path


def test_the_whole_site_is_light(built):
    assert sum(sent(path) for path in built.rglob("*") if path.is_file()) <= SITE


def test_no_page_asks_for_the_theme_s_icons(built):
    """Each icon that a page has is in the style sheet of those that are cut out."""
    there = (built / "_static" / "icons.css").read_text(encoding="utf-8")
    for path in PAGES:
        text = (built / path).read_text(encoding="utf-8")
        assert "fontawesome" not in text or path == "licenses.html"  # which has its licence
        for classes in re.findall(r'<(?:i|span) class="([^"]*\bfa[srb]?[ -][^"]*)"', text):
            for icon in set(re.findall(r"fa-[a-z-]+", classes)) - {"fa-solid", "fa-lg"}:
                assert f".{icon}::before" in there, icon


def test_the_browser_tells_how_fast_it_is(desk):
    """As the benchmarks ask, which slow it down to one speed."""
    assert 1 < desk("book/index.html").page.evaluate(slow.MEASURED) < 1e6
