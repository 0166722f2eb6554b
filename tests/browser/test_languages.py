"""Chinese pages in a browser: as whole as the English ones, and a click away at the same place."""

from urllib.parse import unquote

import pytest

from tests.browser.axe import violations
from tests.browser.conftest import settle
from tests.browser.test_site import FORMULAS

#: Pages with what their addresses say: a heading, and the state of an explorer.
PLACES = {
    "index": "#take-hold-of-it;plane:estimators=identity,angle=60,step=160",
    "oscillation": "#one-turn;oscillation:rate=0.1",
    "glossary": "",
}
SHOWN = "() => [...document.querySelectorAll('figure input, figure select')].map((i) => i.value)"


def switch(page):
    """Press the link to the other language where it stands, without scrolling to it."""
    box = page.locator("a.language").first.bounding_box()
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)


@pytest.mark.parametrize("page", PLACES)
def test_a_chinese_page_is_whole_and_the_switch_keeps_place_and_state(page, open_page, site_http):
    watched = open_page(site_http, f"book/{page}.html{PLACES[page]}", closed=True)
    page, place, english = watched.page, PLACES[page], watched.page.evaluate(SHOWN)
    switch(page)
    page.wait_for_url("**/zh/book/**")
    settle(page)
    assert unquote(page.url).endswith(f".html{place}")
    assert page.evaluate(SHOWN) == english
    assert watched.complaints == []
    shown = page.evaluate(FORMULAS)
    assert shown == [[1, "KaTeX_Main"]] * len(shown)
    assert violations(page) == []
    switch(page)
    page.wait_for_url(lambda url: "/zh/" not in url)
    assert unquote(page.url).endswith(f".html{place}")
