"""Every page of the built book in a real browser."""

from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from browser.conftest import HTML, find_browser

PAGES = sorted(
    path.relative_to(HTML).as_posix()
    for path in HTML.rglob("*.html")
    if not {"_static", "_sources"} & set(path.relative_to(HTML).parts)
)
CHAPTERS = [page for page in PAGES if page.startswith("book/")]


def test_a_browser_is_there():
    assert find_browser(), (
        "No browser was found for the tests of the built pages: install chromium, or point "
        "CHROMIUM at one, or run `playwright install chromium`."
    )


def test_the_pages_are_there():
    expected = {path.stem for path in (HTML.parents[1] / "book").glob("*.md")}
    assert {Path(page).stem for page in CHAPTERS} == expected
    assert {"index.html", "search.html", "genindex.html"} <= set(PAGES)


@pytest.mark.parametrize("scheme", ["site_http", "site_file"])
@pytest.mark.parametrize("path", PAGES)
def test_no_page_asks_outside_or_complains(path, scheme, request, open_page):
    base = request.getfixturevalue(scheme)
    assert open_page(base, path).complaints == []


@pytest.mark.parametrize("path", CHAPTERS)
def test_maths_is_typeset(path, site_http, open_page):
    page = open_page(site_http, path).page
    formulas = page.locator(".math").count()
    assert page.locator("mjx-container").count() >= formulas
    assert page.locator("mjx-merror").count() == 0
    text = page.locator("article").inner_text()
    assert "\\(" not in text
    assert "$$" not in text


@pytest.mark.parametrize("path", ["book/model.html", "book/coarse_gradient.html"])
def test_the_chapters_have_maths_at_all(path, site_http, open_page):
    assert open_page(site_http, path).page.locator("mjx-container svg").count() > 100


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("path", CHAPTERS)
def test_axe_finds_nothing_in_the_article(path, theme, site_http, open_page):
    page = open_page(site_http, path, theme=theme).page
    assert page.evaluate("document.documentElement.dataset.theme") == theme
    found = Axe().run(page, context="article.bd-article").response["violations"]
    assert [f"{v['id']}: {v['nodes'][0]['html'][:200]}" for v in found] == []


@pytest.mark.parametrize("path", CHAPTERS)
def test_nothing_is_wider_than_a_phone(path, site_http, open_page):
    page = open_page(site_http, path, width=390).page
    page.evaluate("document.querySelectorAll('details').forEach((d) => (d.open = true))")
    width, view = page.evaluate(
        "[document.documentElement.scrollWidth, document.documentElement.clientWidth]"
    )
    assert width <= view


@pytest.mark.parametrize("scheme", ["site_http", "site_file"])
def test_search_finds_a_word(scheme, request, open_page):
    watched = open_page(request.getfixturevalue(scheme), "search.html?q=oscillation")
    watched.page.wait_for_selector("#search-results .search li a")
    links = watched.page.locator("#search-results .search li a").all_inner_texts()
    assert any("oscillates" in text for text in links)
    assert watched.complaints == []


def test_the_first_page_leads_to_the_book(site_file, open_page):
    page = open_page(site_file, "index.html").page
    page.wait_for_url("**/book/index.html")
    assert "straight-through" in page.locator("article h1").inner_text()
