"""Every page of the built book in a real browser."""

import functools
import re

import pytest
from playwright.sync_api import expect
from toc import EMBEDDED, PAGES

from stebook.build import catalogues, languages
from tests.browser.axe import contrast_violations, violations
from tests.browser.conftest import DRAWN, LIFTED, find_browser

#: How many sets of letters each formula has, and the font of one.
FORMULAS = """() => [...document.querySelectorAll(".math")].map((formula) => {
  const set = formula.querySelectorAll(".katex-mathml:has(math) + .katex-html");
  return [set.length, getComputedStyle(set[0]).fontFamily.split(",")[0]];
})"""
#: Parts of formulas that end beyond the page, outside of any box that scrolls.
CUT = """() => [...document.querySelectorAll("article .base")]
  .filter((part) => part.checkVisibility() && !part.closest(
    ".wide, .katex-display, .pst-scrollable-table-container"))
  .filter((part) => part.getBoundingClientRect().right > document.documentElement.clientWidth)
  .map((part) => part.closest(".katex").querySelector("annotation").textContent)"""
#: Signs behind a formula or a name in code that stand in a line of their own.
LEADING = """() => [...document.querySelectorAll("article :is(span.math, code.literal)")]
  .filter((part) => part.checkVisibility() && /^[,.;:?\\u3002\\uff0c]/.test(part.nextSibling?.data))
  .filter((part) => {
    const sign = document.createRange();
    sign.setStart(part.nextSibling, 0);
    sign.setEnd(part.nextSibling, 1);
    const last = [...part.querySelectorAll(".base, .pre")].pop();
    return sign.getBoundingClientRect().left < last.getBoundingClientRect().left;
  })
  .map((part) => part.textContent)"""
#: What is copied of a paragraph, and the TeX of its formulas.
COPIED = """(paragraphs) => paragraphs.filter((p) => p.checkVisibility()).map((paragraph) => {
  const range = document.createRange();
  range.selectNodeContents(paragraph);
  const selection = getSelection();
  selection.removeAllRanges();
  selection.addRange(range);
  const clipboardData = new DataTransfer();
  const copy = new ClipboardEvent("copy", { clipboardData, bubbles: true, cancelable: true });
  document.dispatchEvent(copy);
  selection.removeAllRanges();
  const written = [...paragraph.querySelectorAll("annotation")].map((tex) => tex.textContent);
  return [clipboardData.getData("text/plain"), written];
})"""
#: The pages in other languages.
TRANSLATED = [f"{folder}/book/{p}.html" for folder in languages.LANGUAGES for p in catalogues.PAGES]
READ = [path for path in PAGES if path != "index.html"]  # which leads on at once


def test_a_browser_is_there():
    assert find_browser(), (
        "No browser was found for the tests of the built pages: install chromium, or point "
        "CHROMIUM at one, or run `playwright install chromium`."
    )


def test_every_page_is_known(built):
    found = {
        path.relative_to(built).as_posix()
        for path in built.rglob("*.html")
        if path.relative_to(built).parts[0] != "_static"
    }
    assert found == {*PAGES, *EMBEDDED, *TRANSLATED}
    for path in found:
        title = re.search("<title>(.*?)</title>", (built / path).read_text(encoding="utf-8"), re.S)
        assert title[1] and "not set" not in title[1], path


@pytest.fixture(params=READ)
def path(request):
    return request.param


def test_no_page_asks_outside_or_complains(path, desk):
    assert desk(path).complaints == []


def test_no_page_on_disk_asks_outside_or_complains(path, phone):
    assert phone(path).complaints == []


def test_every_formula_is_set_in_the_fonts_of_mathematics(path, desk):
    page = desk(path).page
    shown = page.evaluate(FORMULAS)
    assert shown == [[1, "KaTeX_Main"]] * len(shown)
    text = page.locator("main").inner_text()
    assert "\\(" not in text
    assert "$$" not in text


@functools.cache
def unfolded(visits, path):
    """The parts of formulas that a page cuts off with all open, its width, and that of the view."""
    page = visits(path).page
    page.evaluate("document.querySelectorAll('details').forEach((d) => (d.open = true))")
    page.wait_for_function(DRAWN)
    widths = page.evaluate(
        "[document.documentElement.scrollWidth, document.documentElement.clientWidth]"
    )
    page.set_viewport_size({"width": 390, "height": 901})  # what was folded is measured now
    page.wait_for_function(DRAWN)
    return page.evaluate(CUT), *widths, page.evaluate(LEADING)


def test_no_formula_is_cut_off_on_a_phone(path, phone):
    assert unfolded(phone, path)[0] == []


def test_no_line_begins_with_a_comma_on_a_phone(path, phone):
    assert unfolded(phone, path)[3] == []


def test_axe_finds_nothing(path, desk):
    assert violations(desk(path).page) == []


def test_axe_finds_enough_contrast_in_the_dark(path, desk):
    """Nothing but the colours changes with the theme."""
    page = desk(path).page
    page.evaluate("document.documentElement.dataset.theme = 'dark'")
    page.wait_for_function(DRAWN)
    assert contrast_violations(page) == []


def test_nothing_is_wider_than_a_phone(path, phone):
    _, width, view, _ = unfolded(phone, path)
    assert width <= view


@pytest.mark.parametrize(
    "path", ["book/api.html", "book/bibliography.html", "book/index.html", "licenses.html"]
)
def test_what_is_widest_fits_the_smallest_phone(path, phone):
    page = phone(path).page
    page.set_viewport_size({"width": 320, "height": 900})
    assert page.evaluate("document.documentElement.scrollWidth") == 320


@pytest.mark.parametrize("path", ["book/model.html", "book/any_proxy.html"])
def test_the_chapters_have_maths_at_all(path, desk):
    assert desk(path).page.locator("math").count() > 100


@pytest.mark.parametrize("path", ["book/model.html"])
def test_what_opens_a_solution_or_a_hint_is_named_by_its_exercise(path, desk):
    page = desk(path).page
    for opens, shown in (
        (".solution .toggle-button", "Solution to "),
        (".exercise summary", "Hint: "),
    ):
        names = [button.get_attribute("aria-label") for button in page.locator(opens).all()]
        assert len(names) == 2
        assert all(re.fullmatch(rf"{shown}Exercise \d+ \(.+\)", name) for name in names), names


@pytest.mark.parametrize("path", ["book/model.html"])
def test_all_proofs_open_and_close_by_one_button(path, desk):
    page = desk(path).page
    button = page.get_by_role("button", name="All proofs")
    proofs = page.locator(".folded-proof > details")
    for opens in (True, False):
        button.click()
        expect(button).to_have_attribute("aria-pressed", str(opens).lower())
        assert proofs.evaluate_all("(all) => all.map(({open}) => open)") == [opens] * proofs.count()
    assert proofs.count() > 1


@pytest.mark.parametrize("path", ["book/model.html"])
def test_a_formula_is_copied_as_tex(path, desk):
    page = desk(path).page
    formulas = page.locator("article p:has(.math)").evaluate_all(COPIED)
    assert formulas
    for copied, written in formulas:
        for tex in written:
            assert f"${tex}$" in copied
        assert copied.count("$") == 2 * len(written)


@pytest.mark.parametrize("path", ["book/cycle.html", "book/bounds.html", "book/any_proxy.html"])
def test_margins_lift_the_parts_of_formulas_where_katex_has_them(path, desk):
    lifted, moved = desk(path).page.evaluate(LIFTED)
    assert lifted > 100 and moved < 0.05


@pytest.mark.parametrize("path", ["book/cycle.html"])
def test_without_scripts_formulas_are_the_same(path, desk, open_page, site_http):
    """As wide and as high, so that nothing moves when scripts come."""
    page = open_page(site_http, path, java_script_enabled=False, closed=True).page
    still = page.locator("article p > .math > .katex").first.bounding_box()
    box = desk(path).page.locator("article p > .math > .katex").first.bounding_box()
    assert still["width"] == pytest.approx(box["width"], abs=0.1)
    assert still["height"] == pytest.approx(box["height"], abs=0.1)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_first_visit_follows_the_system(scheme, site_http, open_page):
    watched = open_page(site_http, "book/model.html", theme=None, color_scheme=scheme)
    assert watched.complaints == []
    assert watched.page.evaluate("document.documentElement.dataset.theme") == scheme


@pytest.mark.parametrize("scheme", ["site_http", "site_file"])
def test_search_finds_a_word(scheme, request, open_page):
    watched = open_page(request.getfixturevalue(scheme), "search.html?q=coarse")
    results = watched.page.locator("#search-results .search li a")
    results.first.wait_for()
    assert "The expected coarse gradient" in results.all_inner_texts()
    results.filter(has_text="The expected coarse gradient").first.click()
    watched.page.wait_for_url("**/book/coarse_gradient.html*")
    assert watched.complaints == []


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing_among_search_results(theme, site_http, open_page):
    page = open_page(site_http, "search.html?q=coarse", theme=theme).page
    page.locator("#search-results .search li a").first.wait_for()
    assert violations(page) == []


def test_there_is_one_search_field(desk):
    page = desk("book/model.html").page
    assert page.locator("input[type=search]:visible").count() <= 1
    page.keyboard.press("Control+k")
    expect(page.locator("input[type=search]:visible")).to_have_count(1)
    page.keyboard.press("Escape")  # others have the same page
    expect(page.locator("dialog[open]")).to_have_count(0)


def test_boxes_that_scroll_can_be_reached_by_keyboard(phone):
    page = phone("book/any_proxy.html").page
    boxes = page.locator("article [tabindex='0']")
    assert boxes.count() > 0
    is_wide = "(box) => box.checkVisibility() && box.scrollWidth > box.clientWidth"
    wide = next(box for box in boxes.all() if box.evaluate(is_wide))
    wide.focus()
    page.keyboard.press("ArrowRight")
    page.wait_for_function("(box) => box.scrollLeft > 0", arg=wide.element_handle())


def test_a_formula_wider_than_the_page_scrolls_and_says_what_it_is(phone):
    page = phone("book/any_proxy.html").page
    page.set_viewport_size({"width": 200, "height": 900})
    for wide in (".katex-display[tabindex]", "span.math.wide"):
        formula = page.locator(f"article {wide}:visible").first
        formula.wait_for()
        assert formula.get_attribute("role") == "group"
        assert formula.get_attribute("aria-label").startswith("Formula, wider than the page")
        formula.focus()
        assert formula.evaluate("(box) => box === document.activeElement")
        assert formula.evaluate("(box) => box.scrollWidth > box.clientWidth")


@pytest.mark.parametrize("scheme", ["site_http", "site_file"])
def test_the_first_page_leads_to_the_book(scheme, request, open_page):
    page = open_page(request.getfixturevalue(scheme), "index.html").page
    page.wait_for_url("**/book/index.html")
    assert "straight-through" in page.locator("article h1").inner_text()
