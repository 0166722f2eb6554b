"""Questions: options open what there is to say about them, and the explorer after them."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import settle

PAGE = "book/correlation.html"
FIGURE = "figure[data-name=correlation]"


@pytest.fixture(scope="module", params=["site_http", "site_file"])
def watched(request, pages):
    watched = pages(request.getfixturevalue(request.param), PAGE, closed=True)
    yield watched
    pages.leave(watched)


@pytest.fixture
def page(watched):
    yield watched.page
    assert watched.complaints == []


@pytest.fixture
def unanswered(page):
    """The page as it comes: visited anew where an earlier test has opened its explorer."""
    if page.locator(".explorer-closed").count() == 0:
        page.emulate_media(media="screen")
        page.evaluate("sessionStorage.clear()")
        page.goto(page.url.partition("#")[0])
        settle(page)
    return page


def width(page):
    return page.locator(f"{FIGURE} .main-svg").first.bounding_box()["width"]


def test_the_explorer_waits_for_an_answer(unanswered):
    expect(unanswered.locator(FIGURE)).to_be_hidden()
    expect(unanswered.locator(".explorer-closed")).to_be_visible()


def test_an_answer_opens_its_reply_and_the_explorer_and_is_still_there_after_a_reload(unanswered):
    option = unanswered.locator(".question[data-opens=correlation] details").nth(1)
    expect(option.locator("p")).to_be_hidden()
    option.locator("summary").focus()
    unanswered.keyboard.press("Enter")
    expect(option.locator("p")).to_be_visible()
    expect(unanswered.locator(FIGURE)).to_be_visible()
    expect(unanswered.locator(".explorer-closed")).to_have_count(0)
    unanswered.wait_for_function(
        "(figure) => document.querySelector(figure).explorer.width > 0", arg=FIGURE
    )
    assert width(unanswered) > 300
    seen = unanswered.locator(FIGURE).evaluate(
        "(figure) => [figure.getBoundingClientRect().top, innerHeight]"
    )
    assert seen[0] < seen[1] / 2  # it came into view
    unanswered.evaluate("scrollTo(0, 0)")
    unanswered.reload()
    settle(unanswered)
    expect(option.locator("p")).to_be_visible()
    expect(unanswered.locator(FIGURE)).to_be_visible()
    assert unanswered.evaluate("scrollY") == 0


def test_one_option_is_open_at_a_time(page):
    options = page.locator(".question[data-opens=correlation] details")
    for i in (0, 2):
        options.nth(i).locator("summary").click()
    for i in (0, 1):
        expect(options.nth(i)).not_to_have_attribute("open", "")
    expect(options.nth(2)).to_have_attribute("open", "")


def test_the_question_can_be_skipped(unanswered):
    unanswered.locator(".explorer-closed button").click()
    expect(unanswered.locator(FIGURE)).to_be_visible()
    expect(unanswered.locator(FIGURE)).to_be_focused()  # where the keyboard goes on


def test_a_link_to_a_state_opens_the_explorer(site_http, open_page):
    page = open_page(site_http, f"{PAGE}#correlation:psi=90", closed=True).page
    expect(page.locator(FIGURE)).to_be_visible()
    expect(page.locator(".explorer-closed")).to_have_count(0)


def test_print_has_the_explorer_and_leaves_it_closed(unanswered):
    unanswered.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    unanswered.emulate_media(media="print")
    expect(unanswered.locator(f"{FIGURE} .main-svg").first).to_be_visible()
    expect(unanswered.locator(".explorer-closed")).to_be_hidden()
    unanswered.evaluate("window.dispatchEvent(new Event('afterprint'))")
    unanswered.emulate_media(media="screen")
    expect(unanswered.locator(FIGURE)).to_be_hidden()
    expect(unanswered.locator(".explorer-closed")).to_be_visible()


def test_without_scripts_nothing_is_closed(open_page, site_http):
    page = open_page(site_http, PAGE, java_script_enabled=False, closed=True).page
    expect(page.locator(FIGURE)).to_be_visible()
    page.locator(".question details summary").first.click()
    expect(page.locator(".question details p").first).to_be_visible()
