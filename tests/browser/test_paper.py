"""A page printed on A4, in light and in the dark, read from the PDF."""

import functools
import re

import pytest
from toc import ROOT

from tests.browser.conftest import DRAWN
from tests.browser.sheets import LEFT, RIGHT, contrast_with_white, printed, squeeze

#: Chapters with closed and open explorers, long tables, code of all lengths, and derivations.
READ = ["book/correlation.html", "book/deep.html"]
#: What a page says in words, one text for each element; formulas and plots are drawings.
SAYS = """(where) => [...document.querySelectorAll(where)].map((element) => {
  const skip = ".katex, script, button, .headerlink, svg, noscript";
  const walker = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
  const parts = [];
  while (walker.nextNode()) {
    if (!walker.currentNode.parentElement.closest(skip)) parts.push(walker.currentNode.data);
  }
  return parts;
})"""
#: What joins words, as a page and as a PDF has it at the end of a line.
HYPHENS = re.compile("[-\x02\xad\ufffe]")
TITLES = "article :is(h1, h2, h3, h4, .admonition-title, .sd-summary-text, dt:not(figure dt))"
ANSWERS = ".solution, details.sd-dropdown, .question details > p, .admonition.dropdown"
#: The letters of an explorer's plot: its axes and its legend.
PLOTS = """() => [...document.querySelectorAll("figure.explorer")].map((figure) => ({
  says: figure.explorer.says.textContent,
  chips: [...figure.querySelectorAll(".explorer-chips > div > *")].map((part) => part.textContent),
  axes: [...figure.querySelectorAll(".explorer-plot text")].map((text) => text.textContent),
  chosen: figure.explorer.controls.map((c) => c.labels[figure.explorer.index[c.name]]),
  table: figure.querySelector(".explorer-print").checkVisibility(),
}))"""

#: What the words of a plot are written with.
COLOURS = """() => [...document.querySelectorAll(".explorer-plot text")].map(
  (text) => getComputedStyle(text).fill.match(/\\d+/g).slice(0, 3).map(Number))"""
#: What the pictures of the book are drawn with.
PICTURES = {
    tuple(bytes.fromhex(colour))
    for picture in (ROOT / "book" / "images").rglob("*.svg")
    for colour in re.findall(r"(?i)#([0-9a-f]{6})\b", picture.read_text(encoding="utf-8"))
}


@pytest.fixture(params=READ)
def path(request):
    return request.param


@functools.cache
def sheets(visits, path, theme="light"):
    """A page as it is printed; the tests of it share the paper."""
    page = visits(path).page
    page.evaluate("(theme) => { document.documentElement.dataset.theme = theme; }", theme)
    page.wait_for_function(DRAWN)
    page.emulate_media(media="null")  # neither: a printer brings its own
    found = printed(page.pdf(format="A4"))
    assert page.evaluate("document.documentElement.dataset.theme") == theme
    return found


def text(found):
    return "".join(sheet.text for sheet in found)


def says(page, where):
    """The words of each element, without spaces."""
    return ["".join(map(squeeze, parts)) for parts in page.evaluate(SAYS, where)]


def test_nothing_stands_beside_the_text(path, desk):
    for sheet in sheets(desk, path):
        assert min(letter.left for letter in sheet.letters) > LEFT - 1
        assert max(letter.right for letter in sheet.letters) < RIGHT + 1
        height, width, _ = sheet.picture.shape
        assert (width, height) == (298, 422)
        assert sheet.picture[:, :20].min() == sheet.picture[:, -20:].min() == 255


def test_the_sheets_are_numbered(path, desk):
    found = sheets(desk, path)
    assert [sheet.foot for sheet in found] == [f"{i + 1}/{len(found)}" for i in range(len(found))]


def test_all_words_are_dark(path, desk):
    """But for drawings: pictures serve both themes, and a map has words on its fields."""
    found = sheets(desk, path)
    colours = {letter.colour for sheet in found for letter in sheet.letters}
    drawn = PICTURES | {tuple(colour) for colour in desk(path).page.evaluate(COLOURS)}
    assert [c for c in colours - drawn if contrast_with_white(c) < 4.5] == []


def test_the_dark_prints_the_same(path, desk):
    light, dark = sheets(desk, path), sheets(desk, path, "dark")
    assert text(light) == text(dark)
    for one, other in zip(light, dark, strict=True):
        assert (one.picture == other.picture).all()


def test_code_is_whole(path, desk):
    whole = text(sheets(desk, path))
    assert [code for code in says(desk(path).page, "article pre") if code not in whole] == []


def test_an_explorer_is_its_picture_its_sentence_and_its_numbers(path, desk):
    found = sheets(desk, path)
    whole = text(found)
    for plot in desk(path).page.evaluate(PLOTS):
        assert plot["says"] and not plot["table"]
        for words in (plot["says"], *plot["chips"], *plot["axes"], *plot["chosen"]):
            assert squeeze(words) in whole, words


def test_solutions_hints_and_replies_are_open(path, desk):
    """A hyphen at the end of a line is another letter in a PDF."""
    whole = HYPHENS.sub("", text(sheets(desk, path)))
    parts = [part for parts in desk(path).page.evaluate(SAYS, ANSWERS) for part in parts]
    assert [part for part in parts if HYPHENS.sub("", squeeze(part)) not in whole] == []


def test_an_address_can_ask_for_no_solutions(site_file, open_page):
    page = open_page(site_file, "book/correlation.html?solutions=no").page
    exercises = text(printed(page.pdf(format="A4")))
    assert [title for title in says(page, ".exercise > p") if title not in exercises] == []
    assert [answer for answer in says(page, ANSWERS) if answer in exercises] == []


def test_no_title_stands_alone_at_the_foot(path, desk):
    titles = tuple(title for title in says(desk(path).page, TITLES) if title)
    assert [s.text[-80:] for s in sheets(desk, path) if s.text.endswith(titles)] == []


def test_a_page_begins_with_its_title_and_has_no_menus(path, desk):
    whole = text(sheets(desk, path))
    (title,) = says(desk(path).page, "article h1")
    assert whole.startswith(title)
    for words in ("Showcodecell", "Clicktohide", "Resetexplorer", "Openitwithout"):
        assert words not in whole


def test_what_was_not_drawn_is_a_table_on_paper(browser, site_http):
    """A browser's own menu prints at once, before a plot can come."""
    with browser.new_context(viewport={"width": 1280, "height": 400}) as context:
        page = context.new_page()
        page.goto(f"{site_http}/book/correlation.html", wait_until="networkidle")
        assert page.evaluate("window.Plotly") is None
        whole = text(printed(page.pdf(format="A4")))
        for label in page.locator(".explorer-print th").all_text_contents():
            assert squeeze(label) in whole


def test_ctrl_p_draws_what_was_not_drawn_and_prints(browser, site_http):
    with browser.new_context(viewport={"width": 1280, "height": 400}) as context:
        page = context.new_page()
        page.goto(f"{site_http}/book/correlation.html", wait_until="networkidle")
        page.evaluate("window.print = () => { window.printed = Boolean(window.Plotly); }")
        page.keyboard.press("Control+p")
        page.wait_for_function("() => window.printed")


def test_the_menu_prints_with_and_without_solutions(desk):
    page = desk("book/correlation.html").page
    page.evaluate(
        """() => {
          window.print = () => {
            window.printed = document.documentElement.dataset.solutions ?? "all";
            dispatchEvent(new Event("beforeprint"));
            dispatchEvent(new Event("afterprint"));
          };
        }"""
    )
    for name, found in ((".pdf without solutions", "no"), (".pdf", "all")):
        page.get_by_role("button", name="Download this page").click()
        page.get_by_role("button", name=name, exact=True).click()
        assert page.evaluate("window.printed") == found
        page.keyboard.press("Escape")


def test_without_scripts_solutions_and_one_state_are_printed(open_page, site_http):
    path = "book/correlation.html"
    page = open_page(site_http, path, java_script_enabled=False, closed=True).page
    whole = text(printed(page.pdf(format="A4")))
    for words in ("Without JavaScript this explorer shows one state.", "Inner product", "Click"):
        assert (squeeze(words) in whole) == (words != "Click")
