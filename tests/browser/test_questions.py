"""Questions: options open what there is to say about them, and the explorer after them."""

import pytest

from tests.browser.conftest import settle, visit

PAGE = "book/correlation.html"
FIGURE = "figure[data-name=correlation]"


@pytest.fixture(scope="module", params=["site_http", "site_file"])
def watched(request, browser):
    watched = visit(browser, request.getfixturevalue(request.param), PAGE, closed=True)
    yield watched
    watched.page.context.close()


@pytest.fixture
def page(watched):
    yield watched.page
    assert watched.complaints == []


@pytest.fixture
def unanswered(page):
    """The page as it comes: visited anew where an earlier test has opened its explorer."""
    if page.locator(".explorer-closed").count() == 0:
        page.emulate_media(media="screen")
        page.goto(page.url.partition("#")[0])
        settle(page)
    return page


def width(page):
    return page.locator(f"{FIGURE} .main-svg").first.bounding_box()["width"]


def test_the_explorer_waits_for_an_answer(unanswered):
    assert not unanswered.locator(FIGURE).is_visible()
    assert unanswered.locator(".explorer-closed").is_visible()


def test_an_answer_opens_its_reply_and_the_explorer(unanswered):
    option = unanswered.locator(".question[data-opens=correlation] details").nth(1)
    assert not option.locator("p").is_visible()
    option.locator("summary").focus()
    unanswered.keyboard.press("Enter")
    assert option.locator("p").is_visible()
    assert unanswered.locator(FIGURE).is_visible()
    assert unanswered.locator(".explorer-closed").count() == 0
    unanswered.wait_for_function(
        "(figure) => document.querySelector(figure).explorer.width > 0", arg=FIGURE
    )
    assert width(unanswered) > 300


def test_one_option_is_open_at_a_time(page):
    options = page.locator(".question[data-opens=correlation] details")
    for i in (0, 2):
        options.nth(i).locator("summary").click()
    assert [options.nth(i).get_attribute("open") is not None for i in range(3)] == [
        False,
        False,
        True,
    ]


def test_the_question_can_be_skipped(unanswered):
    unanswered.locator(".explorer-closed button").click()
    assert unanswered.locator(FIGURE).is_visible()


def test_a_link_to_a_state_opens_the_explorer(site_http, open_page):
    page = open_page(site_http, f"{PAGE}#correlation:psi=90", closed=True).page
    assert page.locator(FIGURE).is_visible()
    assert page.locator(".explorer-closed").count() == 0


def test_print_has_the_explorer(unanswered):
    unanswered.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    unanswered.emulate_media(media="print")
    assert unanswered.locator(f"{FIGURE} .explorer-print").is_visible()


def test_without_scripts_nothing_is_closed(browser, site_http):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{site_http}/{PAGE}")
    assert page.locator(FIGURE).is_visible()
    page.locator(".question details summary").first.click()
    assert page.locator(".question details p").first.is_visible()
    context.close()
