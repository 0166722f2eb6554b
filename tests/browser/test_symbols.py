"""What a symbol means is said where it stands: to a mouse, a finger, a keyboard, a voice."""

import pytest

from tests.browser.axe import violations

PAGE = "book/model.html"
TIP = ".symbol-tip"
#: A letter in the text of the page, and what is said of it.
LETTER, SAID = "section p [data-symbol='theta']", "angle between w and w*"


@pytest.fixture
def page(desk):
    watched = desk(PAGE)
    watched.page.mouse.move(2, 2)
    watched.page.keyboard.press("Escape")
    yield watched.page
    assert watched.complaints == []


def tip(page):
    return page.locator(TIP)


def test_a_mouse_sees_it_and_can_go_there(page):
    letter = page.locator(LETTER).first
    letter.hover()
    tip(page).wait_for(state="visible")
    assert SAID in tip(page).inner_text() and "theta" in tip(page).inner_text()
    tip(page).hover()
    page.wait_for_timeout(500)
    assert tip(page).is_visible()
    page.mouse.move(2, 2)
    tip(page).wait_for(state="hidden")


def test_escape_ends_it(page):
    page.locator(LETTER).first.hover()
    tip(page).wait_for(state="visible")
    page.keyboard.press("Escape")
    assert tip(page).is_hidden()


def test_passing_over_a_letter_shows_nothing(page):
    page.locator(LETTER).first.hover()
    page.mouse.move(2, 2)
    page.wait_for_timeout(500)
    assert tip(page).is_hidden()


def test_arrow_keys_go_from_symbol_to_symbol(page):
    formula = page.locator(".katex-display:has([data-symbol='f'])").first
    assert "arrow keys" in formula.get_attribute("aria-label")
    formula.focus()
    heard = []
    for _ in range(3):
        page.keyboard.press("ArrowRight")
        assert tip(page).is_visible()
        heard.append(page.locator(".symbol-voice").inner_text())
    assert len(set(heard)) == 3 and all(len(said) > 10 for said in heard)
    page.keyboard.press("ArrowLeft")
    assert page.locator(".symbol-voice").inner_text() == heard[1]
    page.keyboard.press("Escape")
    assert tip(page).is_hidden()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Tab")
    assert tip(page).is_hidden()


def test_a_finger_opens_and_closes_it_within_the_page(open_page, site_http):
    watched = open_page(site_http, PAGE, width=390, has_touch=True)
    page = watched.page
    letters = page.locator(LETTER).all()
    for letter in (letters[0], letters[-1]):
        letter.scroll_into_view_if_needed()
        letter.tap()
        assert SAID in tip(page).inner_text()
        box = tip(page).bounding_box()
        assert box["x"] >= 0 and box["x"] + box["width"] <= 390
        letter.tap()
        assert tip(page).is_hidden()
    letters[0].tap()
    page.get_by_role("heading", level=1).tap()
    assert tip(page).is_hidden()
    assert watched.complaints == []


def test_the_list_at_the_end_opens_with_the_keyboard(page):
    summary = page.locator("details.symbols summary")
    summary.focus()
    page.keyboard.press("Enter")
    item = page.locator("details.symbols [data-key='theta']")
    assert SAID in item.inner_text()
    assert item.locator("a").get_attribute("href").startswith("no_gradient.html")


def test_without_scripts_the_list_is_there(open_page, site_http):
    page = open_page(site_http, PAGE, java_script_enabled=False, closed=True).page
    page.locator("details.symbols summary").click()
    assert SAID in page.locator("details.symbols").inner_text()


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_has_nothing_to_say_of_a_shown_meaning(theme, open_page, site_http):
    page = open_page(site_http, PAGE, theme=theme).page
    page.locator("details.symbols summary").click()
    page.locator(LETTER).first.hover()
    tip(page).wait_for(state="visible")
    assert violations(page) == []


def test_it_is_not_printed(page):
    page.emulate_media(media="print")
    assert page.locator("details.symbols").is_hidden()
