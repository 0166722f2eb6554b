"""Places where a browser gives a page less than it could ask for."""

import re

import pytest
from playwright.sync_api import expect
from toc import PAGES

from tests.browser import hostile
from tests.browser.conftest import POLICY

FRAME = """<body style="margin: 0"><iframe sandbox="allow-scripts" width="390" height="900"
style="border: 0" src="{}"></iframe>"""
#: Inline scripts of the theme and of Sphinx begin like this; there are none of the book's own.
THEIRS = (
    "document.documentElement.dataset.mode",
    "let toggle",
    "var togglebuttonSelector",
    "DOCUMENTATION_OPTIONS.",
    "// Activate the search field",
)
#: Make code of a string, once the browser does not take it for the test's own.
EVALUATE = """() => new Promise((done) => setTimeout(() => {
  try { done(eval("'made'")); } catch (error) { done(error.name); }
}))"""
#: The colours of the upper left corner of some pictures.
CORNERS = """(pictures) => Promise.all(pictures.map(async (data) => {
  const image = new Image();
  image.src = `data:image/png;base64,${data}`;
  await image.decode();
  const canvas = new OffscreenCanvas(1, 1).getContext("2d");
  canvas.drawImage(image, 0, 0);
  return `rgb(${[...canvas.getImageData(0, 0, 1, 1).data].slice(0, 3).join(", ")})`;
}))"""


# --- nothing is kept ------------------------------------------------------------------------------


@pytest.fixture
def framed(browser, site_http):
    """Open a page in a frame such as courses have: it keeps nothing, and has no origin."""
    with browser.new_context(viewport={"width": 390, "height": 900}) as context:
        page = context.new_page()
        complaints = []
        page.on("pageerror", lambda error: complaints.append(str(error)))

        def framed_(path):
            page.set_content(FRAME.format(f"{site_http}/{path}"))
            (frame,) = page.main_frame.child_frames
            frame.evaluate(hostile.READY)
            return frame

        yield framed_
        assert complaints == []


def test_the_book_works_where_nothing_is_kept(framed):
    frame = framed("book/correlation.html")
    assert frame.evaluate(hostile.MENU) == hostile.LINKS
    assert frame.evaluate(hostile.THEMES) == ["dark", "light"]
    hostile.check_moved(frame.evaluate(hostile.MOVED))


def test_search_works_where_nothing_is_kept(framed):
    frame = framed("search.html?q=coarse")
    assert "The expected coarse gradient" in frame.evaluate(hostile.FOUND)


def test_the_book_works_where_nothing_more_can_be_kept(browser, site_http):
    with browser.new_context() as context:
        context.add_init_script("Storage.prototype.setItem = () => { throw new Error('full'); };")
        page = context.new_page()
        complaints = []
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto(f"{site_http}/book/changelog.html")
        assert page.evaluate(hostile.THEMES) == ["dark", "light"]
        assert complaints == []


# --- words that are many, or JavaScript's ---------------------------------------------------------


def test_a_search_has_pages_as_they_are_read_and_the_package_last(site_http, open_page):
    """Most names of the package contain its own."""
    page = open_page(site_http, "search.html?q=STE").page
    page.locator("#search-results a[href*='book/api.html']").nth(20).wait_for()
    found = [link.split("#")[0] for link in page.evaluate(hostile.LINKED)]
    pages = found[: found.index("book/api.html")]
    assert len(pages) >= 10
    assert pages == sorted(pages, key=PAGES.index)
    assert set(found[len(pages) :]) == {"book/api.html"}


def test_a_search_finds_a_result_by_its_name_and_says_what_is_found(site_file, open_page):
    page = open_page(site_file, "search.html?q=Theorem 1").page
    found = page.locator("#search-results .search > li")
    expect(found.first).to_have_text(re.compile("Theorem 1.*Mean and derivative", re.S))
    expect(found.first.locator("a")).to_have_attribute("href", re.compile("#thm-no-commute$"))
    model = found.filter(has=page.locator("a[href='book/model.html']"))
    expect(model.locator("p")).to_contain_text("where the right way is known")


@pytest.mark.parametrize("word", ["constructor", "__proto__", "hasOwnProperty", "coarse __proto__"])
def test_a_search_for_a_word_of_javascript_ends(word, site_http, open_page):
    watched = open_page(site_http, f"search.html?q={word}")
    assert "undefined" not in watched.page.evaluate(hostile.FOUND)
    assert watched.complaints == []


# --- no code of strings ---------------------------------------------------------------------------


def test_the_site_is_served_under_a_policy(browser, site_http):
    """All tests by http run under it, so that no page makes code of strings."""
    with browser.new_context() as context:
        page = context.new_page()
        response = page.goto(f"{site_http}/book/changelog.html")
        assert response.headers["content-security-policy"] == POLICY
        assert page.evaluate(EVALUATE) == "EvalError"


def test_no_inline_script_is_ours(built):
    for path in PAGES:
        text = (built / path).read_text(encoding="utf-8")
        for kind, script in re.findall(r"<script\b([^>]*)>(.*?)</script>", text, re.DOTALL):
            if "src=" not in kind and "application/json" not in kind:
                assert script.strip().startswith(THEIRS), (path, script[:80])


# --- no scripts -----------------------------------------------------------------------------------


@pytest.mark.parametrize("width", [1280, 1000, 390])
def test_without_scripts_menus_can_be_read_and_no_button_is_dead(width, open_page, site_http):
    path = "book/correlation.html"
    page = open_page(site_http, path, java_script_enabled=False, closed=True).page
    page.set_viewport_size({"width": width, "height": 900})
    hostile.check_still(page.evaluate(hostile.STILL))
    expect(page.get_by_role("link", name=".md")).to_be_visible()


def test_without_scripts_search_says_so(open_page, site_http):
    page = open_page(site_http, "search.html", java_script_enabled=False, closed=True).page
    expect(page.locator("noscript .admonition")).to_be_visible()
    expect(page.locator("input")).to_have_count(2)
    assert page.locator("input:visible, button:visible").count() == 0


# --- in the dark ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("mode", "scheme", "colour"),
    [
        (None, "dark", hostile.DARK),
        ("dark", "light", hostile.DARK),
        ("light", "dark", "rgb(255, 255, 255)"),
    ],
)
def test_a_page_has_its_colour_from_the_first_paint(mode, scheme, colour, browser, site_http):
    """On a slow machine, where the theme's scripts come seconds after the page is seen."""
    with browser.new_context(color_scheme=scheme) as context:
        page = context.new_page()
        page.set_viewport_size({"width": 400, "height": 300})
        page.goto(f"{site_http}/_static/logo.svg")
        if mode:
            page.evaluate("(mode) => localStorage.setItem('mode', mode)", mode)
        page.goto(f"data:text/html,<body style='background: {colour}'>")
        client = context.new_cdp_session(page)
        frames = []

        def keep(event):
            frames.append(event["data"])
            client.send("Page.screencastFrameAck", {"sessionId": event["sessionId"]})

        client.on("Page.screencastFrame", keep)
        client.send("Emulation.setCPUThrottlingRate", {"rate": 6})
        client.send("Page.startScreencast", {"format": "png"})
        page.goto(f"{site_http}/book/changelog.html")
        client.send("Emulation.setCPUThrottlingRate", {"rate": 1})
        page.wait_for_timeout(100)
        client.send("Page.stopScreencast")
        assert page.evaluate("document.documentElement.dataset.theme") == (
            "light" if "255" in colour else "dark"
        )
        assert set(page.evaluate(CORNERS, frames)) == {colour}
