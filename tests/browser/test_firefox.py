"""The book in Firefox: explorers of every kind, and the places where a browser gives less."""

import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from urllib.parse import unquote

import pytest

from stebook import EXPLORERS, get_explorer
from tests.browser import hostile
from tests.browser.conftest import LIFTED, explorer_page
from tests.browser.firefox import (
    DARK,
    NO_SCRIPTS,
    NOTHING_KEPT,
    OF_A_FORMULA,
    Firefox,
    find_firefox,
)
from tests.browser.lives import SHOWN, address, same_traces, same_values, sample
from tests.browser.sheets import contrast_with_white, printed, squeeze

#: Together they have every kind of control and of trace.
KINDS = ("alternatives", "basin", "deep_windows", "landscape", "one_step")


def test_a_firefox_is_there():
    assert find_firefox(), (
        "No Firefox was found for the tests of the built pages: install firefox-esr or firefox, "
        "or point FIREFOX at one."
    )


def kinds(name):
    explorer = get_explorer(name)
    traces = {trace["type"] for trace in explorer.figure["data"]}
    return traces | {control.kind for control in explorer.controls}


def test_the_kinds_are_all_there_are():
    assert set().union(*map(kinds, KINDS)) == set().union(*map(kinds, EXPLORERS))


@pytest.fixture(params=["site_http", "site_file"])
def site(request):
    return request.getfixturevalue(request.param)


@pytest.fixture(scope="module")
def firefox():
    """A Firefox of some settings, kept until another is asked for."""
    running = []

    def firefox_(**settings):
        if running and running[0][0] != settings:
            running.pop()[1].close()
        if not running:
            running.append((settings, Firefox(settings)))
        return running[0][1]

    yield firefox_
    for _, browser in running:
        browser.close()


#: The first half of a page, which Firefox shows before the second comes; the second with a fraction
#: whole, and with one that has no denominator.
FIRST = b"<!doctype html><math><mfrac><mn>1</mn>" + b"<!-- %s -->" % (b"." * 40_000)
SECOND = {"/whole": b"<mn>2</mn></mfrac></math>", "/half": b"</mfrac></math>"}


class InTwoParts(BaseHTTPRequestHandler):
    """A server whose pages arrive in two parts, half a second apart."""

    def do_GET(self):
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.end_headers()
        self.wfile.write(FIRST)
        self.wfile.flush()
        time.sleep(0.5)
        self.wfile.write(SECOND.get(self.path, b""))

    def log_message(self, *words):
        pass


@pytest.mark.parametrize(("path", "complains"), [("/whole", False), ("/half", True)])
def test_a_page_is_judged_whole(path, complains, firefox):
    page = firefox()
    with ThreadingHTTPServer(("127.0.0.1", 0), InTwoParts) as server:
        Thread(target=server.serve_forever).start()
        page.goto(f"http://127.0.0.1:{server.server_port}{path}")
        page.evaluate("async () => new Promise((done) => setTimeout(done, 300))")
        server.shutdown()
    assert bool(page.complaints) == complains
    assert all(text.startswith(OF_A_FORMULA) for text in page.complaints)


@pytest.mark.parametrize("name", KINDS)
def test_an_explorer_is_pythons(name, site, firefox):
    explorer, page = get_explorer(name), firefox()
    page.goto(f"{site}/{explorer_page(name)}")
    page.evaluate(hostile.READY)
    slider = next(control for control in explorer.controls if control.kind == "range")
    key, end = ("Home", 0) if slider.default == slider.values[-1] else ("End", -1)
    page.press(f"figure[data-name={name}] input[type=range]", key)
    here = unquote(page.evaluate(hostile.WRITTEN))
    assert here.startswith(f"#{name}:")
    states = [explorer.state(**{slider.name: slider.values[end]}), *sample(explorer, 5, seed=5)]
    addresses = [here, *(address(name, state) for state in states[1:])]
    found = page.evaluate(SHOWN, [name, addresses, len(addresses)])
    for state, shown in zip(states, found, strict=True):
        same_values(explorer, state, shown)
        same_traces(explorer, state, shown)
    assert page.complaints == []


def test_margins_lift_the_parts_of_formulas_where_katex_has_them(site_http, firefox):
    page = firefox()
    page.goto(f"{site_http}/book/any_proxy.html")
    lifted, moved = page.evaluate(LIFTED)
    assert lifted > 100 and moved < 0.05


def test_a_symbol_says_what_it_means(site, firefox):
    page = firefox()
    page.goto(f"{site}/book/model.html")
    page.press(".katex-display", "ArrowRight")
    shown, said = page.evaluate(
        """() => [!document.querySelector(".symbol-tip").hidden,
                  document.querySelector(".symbol-voice").textContent]"""
    )
    assert shown and "population loss" in said
    assert page.complaints == []


@pytest.mark.parametrize("width", [1280, 390])
def test_without_scripts_menus_can_be_read_and_no_button_is_dead(width, site_http, firefox):
    page = firefox(**NO_SCRIPTS)
    page.goto(f"{site_http}/book/correlation.html", width)
    hostile.check_still(page.evaluate(hostile.STILL))


def test_the_book_works_where_nothing_is_kept(site, firefox):
    page = firefox(**NOTHING_KEPT, **DARK)
    page.goto(f"{site}/book/correlation.html", 390)
    page.evaluate(hostile.READY)
    assert page.evaluate("() => getComputedStyle(document.body).backgroundColor") == hostile.DARK
    assert page.evaluate(hostile.MENU) == hostile.LINKS
    assert page.evaluate(hostile.THEMES) == ["dark", "light"]
    hostile.check_moved(page.evaluate(hostile.MOVED))
    assert page.complaints == []


def test_search_works_where_nothing_is_kept(site, firefox):
    page = firefox(**NOTHING_KEPT, **DARK)
    page.goto(f"{site}/search.html?q=coarse")
    assert "The expected coarse gradient" in page.evaluate(hostile.FOUND)
    assert page.complaints == []


def test_the_dark_prints_dark_on_white_and_open(site_file, firefox):
    """What test_paper.py looks at in detail, where a browser has other ways to print."""
    page = firefox(**NOTHING_KEPT, **DARK)
    page.goto(f"{site_file}/book/correlation.html")
    page.evaluate(hostile.READY)
    found = printed(page.print())
    whole = "".join(sheet.text + sheet.foot for sheet in found)
    says, solutions = page.evaluate(
        """() => [document.querySelector("figure.explorer").explorer.says.textContent,
                  [...document.querySelectorAll(".solution pre")].map((pre) => pre.textContent)]"""
    )
    assert [words for words in (says, *solutions) if squeeze(words) not in whole] == []
    colours = {letter.colour for sheet in found for letter in sheet.letters}
    assert [colour for colour in colours if contrast_with_white(colour) < 3] == []
    assert page.evaluate("() => document.documentElement.dataset.theme") == "dark"
