"""The page's half of the engine against hard use: addresses, layouts, touch, two of a kind."""

import dataclasses
import itertools
import json
import re
import shutil
from pathlib import Path
from xml.etree import ElementTree

import pytest
import sample
from playwright.sync_api import expect

from stebook import EXPLORERS, widget
from stebook.build import bundles
from stebook.page import markup
from stebook.theme import TOKENS
from stebook.widget import Live
from tests.browser.conftest import clear
from tests.browser.lives import PRESENTED, fills_the_screen

STATIC = Path(__file__).parents[2] / "stebook" / "static"
FRAME = "() => new Promise((done) => requestAnimationFrame(() => setTimeout(done, 30)))"
STATE = """(figure) => ({
  state: figure.explorer.address(),
  note: figure.explorer.note.hidden ? "" : figure.explorer.note.textContent,
  says: figure.explorer.says.textContent,
})"""


@pytest.fixture(scope="module")
def scripts(tmp_path_factory, built):
    """A folder with what a page of explorers loads; the smallest Plotly that has maps."""
    folder = tmp_path_factory.mktemp("scripts")
    for name in ("address.js", "kit.js", "moving.js", "labels.js", "explorer.js", "explorer.css"):
        shutil.copyfile(STATIC / name, folder / name)
    known = [built / "_static" / file for file in (bundles.BUNDLES[-1].file, bundles.WHOLE)]
    shutil.copyfile(next(filter(Path.is_file, known)), folder / "plotly.min.js")
    return folder


DRAWING = "".join(
    f'<script defer src="{name}.js"></script>' for name in ("plotly.min", "moving", "labels")
)


class Sheet:
    """A page of its own with some explorers; it fails where the page complains."""

    def __init__(self, page, path):
        self.page = page
        self.path = path
        self.complaints = []
        page.on("pageerror", self._error)
        page.on("console", self._console)

    def close(self):
        """Hear no more of the page."""
        self.page.remove_listener("pageerror", self._error)
        self.page.remove_listener("console", self._console)

    def _error(self, error):
        self.complaints.append(str(error))

    def _console(self, message):
        if message.type == "error":
            self.complaints.append(message.text)

    def open(self, address=""):
        self.page.goto("about:blank")
        self.page.goto(self.path.as_uri() + address)
        return self

    def figure(self, index=0):
        return self.page.locator("figure.explorer").nth(index)

    def found(self, index=0):
        self.page.evaluate(FRAME)
        return self.figure(index).evaluate(STATE)

    def go(self, address, index=0):
        self.page.evaluate("(hash) => { location.hash = hash; }", address)
        self.page.evaluate(FRAME)
        return self.found(index)


SCREEN = {"width": 1000, "height": 800}
numbers = itertools.count()


@pytest.fixture(scope="module")
def plain(browser):
    """The page of all tests that ask for nothing else of the browser, one after another."""
    with browser.new_context(viewport=SCREEN) as context:
        yield context.new_page()


@pytest.fixture
def sheet(browser, scripts, plain):
    """Write and open a page with explorers; nothing on it may complain, unless that is awaited."""
    contexts, sheets = [], []

    def sheet_(*figures, address="", plotly=True, body="{}", theme="light", **options):
        drawing = DRAWING if plotly else ""
        path = scripts / f"page-{next(numbers)}.html"
        path.write_text(
            f'<!doctype html><html lang="en" data-theme="{theme}"><meta charset="utf-8">'
            f'<title>Sheet</title><link rel="stylesheet" href="explorer.css">{drawing}'
            '<script defer src="address.js"></script><script defer src="kit.js"></script>'
            '<script defer data-embeds="explorers/" src="explorer.js"></script>'
            f"<body><main>{body.replace('{}', ''.join(figures))}</main></body></html>",
            encoding="utf-8",
        )
        if options:
            contexts.append(browser.new_context(**{"viewport": SCREEN, **options}))
        sheets.append(Sheet(contexts[-1].new_page() if options else plain, path))
        return sheets[-1].open(address)

    yield sheet_
    for made in sheets:
        made.close()
    for context in contexts:
        context.close()
    if not contexts:
        clear(plain)
        plain.emulate_media(media="null")
        plain.set_viewport_size(SCREEN)
    assert [text for made in sheets for text in made.complaints] == []


def one(name="sample", **changes):
    explorer = sample.explorer(name)
    return markup(explorer, explorer.state(**changes))


# --- what is drawn --------------------------------------------------------------------------------


def test_both_lives_draw_the_same(sheet):
    explorer = sample.explorer()
    made = sheet(one())
    for x, kind in itertools.product(sample.X, ("p", "q")):
        values = explorer.evaluate(x=x, kind=kind)
        assert made.go(f"#sample:x={x},kind={kind}")["says"] == explorer.say(values)
        drawn = made.figure().evaluate("(f) => JSON.stringify(f.explorer.plot.data)")
        same_traces(json.loads(drawn), explorer.draw(values, TOKENS)["data"])
        cells = made.figure().locator(".explorer-print td").all_text_contents()
        assert cells[-3:] == explorer.cells(values)
        chips = made.figure().locator(".explorer-chips dd").all_text_contents()
        assert chips == explorer.cells(values)[:2]


def same_traces(found, wanted):
    heat, line = found
    for row, its in zip(heat["z"], wanted[0]["z"], strict=True):
        assert row == pytest.approx(its, abs=1e-3)
    for key in ("text", "name"):
        assert line[key] == wanted[1][key], key
    assert line["y"] == (wanted[1]["y"] if wanted[1]["visible"] else [None])  # hidden: no points
    assert heat["colorbar"]["title"]["text"] == "=z"


#: Every operation that a page can compute.
FORMULAS = {
    "arithmetic": "(x - 2)**3 / (x + 0.1) - 3*x",
    "powers": "sqrt(x) * exp(-x) + log(x) + 2**x",
    "angles": "sin(x) + cos(x)*tan(x) + asin(x/4)*acos(x/4) + atan(x) + atan2(x, -2)",
    "hyperbolic": "sinh(x) - cosh(x)*tanh(x)",
    "whole": "floor(x) + 10*ceiling(x)",
    "sizes": "Abs(x - 2) + Max(x, 2) - Min(x, 1)",
    "signs": "sign(x - 2)",
    "constants": "pi*x + E",
    "choices": "Piecewise((1, x < 1), (2, x <= 1), (3, Eq(x, 2)), (4, True))",
    "both": "(x >= 1) & Ne(x, 2)",
    "either": "(x < 1) | (x > 2)",
    "neither": "Not((x < 1) | Eq(new, 2)) & (x > 0)",
}


def test_every_operation_is_pythons(sheet):
    explorer = sample.explorer()
    explorer = dataclasses.replace(explorer, formulas={**explorer.formulas, **FORMULAS})
    made = sheet(markup(explorer, explorer.defaults))
    for x, new in itertools.product(sample.X, (1, 2)):
        made.go(f"#sample:x={x},new={new}")
        found = made.figure().evaluate("(f) => f.explorer.shown")
        values = explorer.evaluate(x=x, new=new)
        for name in FORMULAS:
            assert isinstance(found[name], bool) == isinstance(values[name], bool), name
            assert found[name] == pytest.approx(values[name], rel=1e-14), (name, x)


def test_ties_are_rounded_as_in_python(sheet):
    made = sheet(one())  # x = 1, half of it 0.25
    assert made.found()["says"] == sample.explorer().say(sample.explorer().evaluate()) == "0.3."


def test_the_narrow_layout_comes_and_goes(sheet):
    made = sheet(one(kind="q"))
    look = """(f) => {
      const full = f.explorer.plot._fullLayout;
      return [full.height, full.xaxis.title.text, full.xaxis.title.standoff,
              full.annotations.map((a) => a.text).join(),
              full.width === f.explorer.plot.clientWidth];
    }"""
    made.found()
    wide = [300, "step", 4, "wide", True]
    assert made.figure().evaluate(look) == wide
    made.page.set_viewport_size({"width": 390, "height": 800})
    made.found()
    assert made.figure().evaluate(look) == [350, "=q", 4, "narrow", True]
    made.page.set_viewport_size({"width": 1000, "height": 800})
    made.found()
    assert made.figure().evaluate(look) == wide


@pytest.mark.parametrize("hide", ["hidden", "style='display:none'"])
def test_what_starts_hidden_is_drawn_when_it_is_shown(hide, sheet):
    made = sheet(one(), body=f"<div {hide}>{{}}</div>")
    assert made.found()["says"]
    assert made.page.locator(".main-svg").count() == 0  # at width 0 plotly measures nothing
    show = "(d) => { d.hidden = false; d.style.display = ''; }"
    made.page.locator("main > div").evaluate(show)
    made.found()
    size = "(f) => [f.explorer.plot.clientWidth, f.explorer.plot._fullLayout.width]"
    plot, drawn = made.figure().evaluate(size)
    assert plot == drawn > 480


def test_a_figure_can_be_hidden_changed_and_shown_again(sheet):
    made = sheet(one())
    made.found()
    made.figure().evaluate("(f) => { f.hidden = true; }")
    expect(made.figure()).to_be_hidden()
    made.go("#sample:x=3")
    made.page.evaluate("document.documentElement.dataset.theme = 'dark'")
    made.found()
    made.figure().evaluate("(f) => { f.hidden = false; }")
    made.found()
    name, colour = made.figure().evaluate(
        "(f) => [f.explorer.plot.data[1].name, f.explorer.plot.layout.font.color]"
    )
    assert name == "P & p 0.75"
    assert colour == "#d5dae0"


def test_a_change_of_height_alone_draws_nothing(sheet):
    made = sheet(one())
    made.found()
    made.page.evaluate(
        """() => { window.draws = 0; const move = steMoving;
          steMoving = (...all) => { window.draws += 1; return move(...all); }; }"""
    )
    made.figure().evaluate("(f) => { f.explorer.plot.style.minHeight = '700px'; }")
    made.found()
    assert made.page.evaluate("window.draws") == 0


# --- addresses ------------------------------------------------------------------------------------


#: Addresses, the state that each leads to, and what must be said of it.
ADDRESSES = (
    ("#%E0%A4%A", "x=1,kind=p,new=1", ""),
    ("#sample:", "x=1,kind=p,new=1", ""),
    ("#sample", "x=1,kind=p,new=1", ""),
    ("#:x=2", "x=1,kind=p,new=1", ""),
    ("#;;,=:", "x=1,kind=p,new=1", ""),
    ("#sample:x=", "x=1,kind=p,new=1", "“” is not on its grid; 1 is"),
    ("#sample:x=%20", "x=1,kind=p,new=1", "“ ” is not on its grid; 1 is"),
    ("#sample:x", "x=1,kind=p,new=1", "“” is not on its grid; 1 is"),
    ("#sample:x=NaN", "x=1,kind=p,new=1", "“NaN” is not on its grid; 1 is"),
    ("#sample:x=1e999", "x=3,kind=p,new=1", "“1e999” is not on its grid; 3 is"),
    ("#sample:x=-1e999", "x=0.5,kind=p,new=1", "“-1e999” is not on its grid; 0.5 is"),
    ("#sample:x=2.4", "x=2,kind=p,new=1", "“2.4” is not on its grid; 2 is"),
    ("#sample:x=2.000,new=2.0", "x=2,kind=p,new=2", ""),
    ("#sample:__proto__=1,x=2", "x=2,kind=p,new=1", "no control “__proto__”"),
    ("#sample:constructor=1", "x=1,kind=p,new=1", "no control “constructor”"),
    ("#sample:x=2,x=3", "x=3,kind=p,new=1", ""),
    ("#sample:x=2;sample:x=3", "x=3,kind=p,new=1", ""),
    ("#sample:kind=<b>", "x=1,kind=p,new=1", "“<b>” is not on its grid; P & p is"),
    ("#sample%3Ax%3D3%2Ckind%3Dq", "x=3,kind=q,new=1", ""),
    ("#__proto__:x=1;sample:x=2", "x=2,kind=p,new=1", ""),
    ("#sample:" + "y" * 10**6, "x=1,kind=p,new=1", f"no control “{'y' * 40}…” here"),
    ("#sample:x=" + "9" * 10**6, "x=3,kind=p,new=1", f"“{'9' * 40}…” is not on its grid; 3 is"),
    ("#sample:" + "y=1," * 250_000 + "x=2", "x=2,kind=p,new=1", "And more of the kind."),
    ("#" + "sample:x=2;" * 90_000, "x=2,kind=p,new=1", ""),
    ("#" + ";" * 10**6 + "sample:x=3", "x=3,kind=p,new=1", ""),
)


def test_any_address_is_survived(sheet):
    made = sheet(one())
    for address, state, note in ADDRESSES:
        made.go("#sample:kind=p")
        found = made.go(address)
        assert found["state"] == state, address
        assert note in found["note"] and bool(note) == bool(found["note"]), address
        assert len(found["note"]) < 500


@pytest.mark.parametrize("address", ["#%E0%A4%A", "#sample:__proto__=1", "#;;,=:"])
def test_no_address_stops_the_start(address, sheet):
    assert sheet(one(), address=address).found()["state"] == "x=1,kind=p,new=1"


def press(made, key, index=0):
    made.figure(index).locator("input[type=range]").focus()
    made.page.keyboard.press(key)
    return made.found(index)


def test_a_heading_in_the_address_is_kept(sheet):
    body = "<div style='height:3000px'></div><h2 id='why'>Why</h2>{}<div style='height:2000px'>"
    made = sheet(one(), body=body, address="#why")
    press(made, "ArrowRight")
    assert made.page.url.endswith("#why;sample:x=2,kind=p,new=1")
    made.open(made.page.url[made.page.url.index("#") :])
    assert made.found()["state"].startswith("x=2")
    top = made.page.locator("#why").evaluate("(h) => h.getBoundingClientRect().top")
    assert abs(top) < 100
    made.figure().locator(".explorer-reset").click()
    assert made.page.url.endswith("#why")


def test_going_to_a_heading_keeps_what_is_shown(sheet):
    made = sheet(one(), body="<h2 id='why'>Why</h2><a href='#why'>why</a>{}")
    press(made, "End")
    made.page.locator("a").click()
    assert made.page.url.endswith("#why")
    assert made.found()["state"].startswith("x=3")


def test_a_link_to_a_state_shows_the_explorer(sheet):
    made = sheet(one(), body="<div style='height:3000px'></div>{}", address="#sample:x=3")
    made.page.wait_for_function("scrollY > 1000")
    expect(made.figure().locator("input[type=range]")).to_be_visible()


def test_back_and_forward(sheet):
    made = sheet(one(), body="<a href='#sample:x=3'>three</a>{}")
    assert made.found()["state"].startswith("x=1,")
    made.page.locator("a").click()
    assert made.found()["state"].startswith("x=3,")
    made.page.go_back()
    assert made.found()["state"].startswith("x=1,")
    made.page.go_forward()
    assert made.found()["state"].startswith("x=3,")


def test_moves_add_nothing_to_the_history(sheet):
    made = sheet(one())
    before = made.page.evaluate("history.length")
    for key in ("End", "Home", "ArrowRight"):
        press(made, key)
    assert made.page.evaluate("history.length") == before


def test_the_address_is_written_where_the_history_refuses(sheet):
    made = sheet(one())
    made.page.evaluate("() => { history.replaceState = () => { throw new Error('too many'); }; }")
    before = made.page.evaluate("history.length")
    press(made, "End")
    assert made.page.url.endswith("#sample:x=3,kind=p,new=1")
    assert made.found()["state"].startswith("x=3")
    assert made.page.evaluate("history.length") == before


def test_two_of_a_kind_keep_apart(sheet):
    made = sheet(one(), one(x=2.0))
    press(made, "End", index=1)
    assert made.page.url.endswith("#sample-2:x=3,kind=p,new=1")
    press(made, "Home", index=0)
    made.open(made.page.url[made.page.url.index("#") :])
    assert made.found(0)["state"].startswith("x=0.5,")
    assert made.found(1)["state"].startswith("x=3,")
    made.figure(1).locator(".explorer-reset").click()
    assert made.found(1)["state"].startswith("x=2,")
    assert made.found(0)["state"].startswith("x=0.5,")


def test_two_of_a_kind_have_their_own_radios(sheet):
    made = sheet(one(), one())
    made.figure(1).get_by_label("two").check()
    assert made.found(0)["state"].endswith("new=1")
    assert made.found(1)["state"].endswith("new=2")
    assert made.figure(0).get_by_label("one").is_checked()


def test_selects_work_by_keyboard(sheet):
    made = sheet(one())
    made.figure().get_by_label("Kind").focus()
    made.page.keyboard.press("ArrowDown")
    assert "kind=q" in made.found()["state"]
    assert "kind=q" in made.page.url


# --- readers --------------------------------------------------------------------------------------


def test_a_screen_reader_hears_the_end_of_a_move(sheet):
    made = sheet(one())
    made.found()
    heard = made.figure().locator(".explorer-heard[aria-live=polite][aria-atomic=true]")
    busy = """(told) => {
      window.seen = [];
      const texts = () => [...told.querySelectorAll("p, dt, dd")].map((part) => part.textContent);
      new MutationObserver(() => window.seen.push([told.ariaBusy, texts().join(" ")])).observe(
        told, {attributes: true, childList: true, characterData: true, subtree: true});
    }"""
    heard.evaluate(busy)
    for key in ("End", "ArrowLeft"):
        press(made, key)
    made.page.wait_for_function("() => window.seen.length && window.seen.at(-1)[0] === null")
    seen = made.page.evaluate("window.seen")
    told = sample.explorer().told(sample.explorer().evaluate(x=2.0))
    said = [words for state, words in seen if state is None]
    assert said == [told.replace(",", "").removesuffix(".")]
    assert len(seen) > 2  # while the eye saw every step


def test_a_number_that_moves_leaves_all_in_its_place(sheet):
    """Each has its own text node, which is written anew and never replaced."""
    made = sheet(one(x=0.5))
    made.found()
    chips = made.figure().locator(".explorer-chips")
    texts = "[...list.querySelectorAll('dd')].map((cell) => cell.firstChild)"
    chips.evaluate(f"(list) => {{ list.before = {texts}; }}")
    boxes = """(list) => [...list.children].map((chip) => {
      const {x, y, width, height} = chip.getBoundingClientRect();
      return [x, y, width, height];
    })"""
    first, said = chips.evaluate(boxes), chips.inner_text()
    press(made, "End")
    assert chips.evaluate(boxes) == first and chips.inner_text() != said
    assert chips.evaluate(f"(list) => {texts}.every((text, i) => text === list.before[i])")


def test_a_finger_on_the_plot_scrolls_the_page(sheet):
    body = "{}<div style='height:3000px'></div>"
    phone = {"viewport": {"width": 390, "height": 800}, "has_touch": True, "is_mobile": True}
    made = sheet(one(), body=body, **phone)
    made.found()
    box = made.figure().locator(".nsewdrag").bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    client = made.page.context.new_cdp_session(made.page)
    for kind, move in (("Start", 0), ("Move", 30), ("Move", 90), ("Move", 150), ("End", 150)):
        points = [] if kind == "End" else [{"x": x, "y": y - move}]
        client.send("Input.dispatchTouchEvent", {"type": f"touch{kind}", "touchPoints": points})
        made.page.evaluate(FRAME)
    assert made.page.evaluate("scrollY") > 50


def test_targets_are_large_enough_for_a_finger(sheet):
    made = sheet(one(), viewport={"width": 390, "height": 800})
    sizes = made.figure().evaluate(
        """(f) => [...f.querySelectorAll("input[type=range], select, button, fieldset label")].map(
             (c) => c.getBoundingClientRect().height)"""
    )
    assert min(sizes) >= 44


def test_print_in_the_dark_is_black_on_white(sheet):
    made = sheet(one(), theme="dark", body="<div style='color:#eee'>{}</div>")
    made.page.evaluate("dispatchEvent(new Event('beforeprint'))")
    made.page.emulate_media(media="print")
    colours = made.figure().evaluate(
        """(f) => [...f.querySelectorAll("output, legend, .explorer-says, dt, dd, figcaption")].map(
             (part) => getComputedStyle(part).color)"""
    )
    assert set(colours) == {"rgb(0, 0, 0)"}


def test_without_scripts_one_table_is_printed(sheet):
    made = sheet(one(), java_script_enabled=False)
    made.page.emulate_media(media="print")
    assert made.page.locator("table:visible").count() == 1


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_with_forced_colours_the_plot_has_its_own_sheet(theme, sheet):
    made = sheet(one(), theme=theme, forced_colors="active")
    made.found()
    paper, text = made.figure().evaluate(
        """(f) => [getComputedStyle(f.explorer.plot).backgroundColor,
                   f.explorer.plot.layout.font.color]"""
    )
    assert (paper, text) == ("rgb(255, 255, 255)", "#000")


def test_one_that_cannot_start_shows_its_table(sheet):
    made = sheet(one(), one(), plotly=False)
    expect(made.figure(0).locator(".explorer-print table")).to_be_visible()
    assert made.figure(1).locator(".explorer-note").inner_text().startswith("This explorer could")
    assert len(made.complaints) == 2
    made.complaints.clear()


def test_one_that_breaks_leaves_the_others(sheet):
    broken = one("broken").replace('type="application/json">{', 'type="application/json">')
    made = sheet(broken, one())
    assert made.found(1)["state"].startswith("x=1")
    assert len(made.complaints) == 1
    made.complaints.clear()


def test_labels_with_signs_are_shown_as_they_are(sheet):
    made = sheet(one())
    assert made.figure().locator("option").first.inner_text() == "P & p"


# --- what it offers ------------------------------------------------------------------------------


def tool(made, name, index=0):
    return made.figure(index).locator(f"[data-tool={name}]")


def test_the_values_are_a_table_that_follows_at_rest(sheet):
    made = sheet(one(x=2))
    button, curves = tool(made, "values"), made.figure().locator(".explorer-curves")
    expect(made.figure().locator(".explorer-print")).to_be_hidden()
    button.focus()
    made.page.keyboard.press("Enter")
    assert button.get_attribute("aria-expanded") == "true"
    expect(made.figure().locator(".explorer-print")).to_be_visible()
    captions = curves.locator("caption").all_inner_texts()
    assert captions == ["Drawing 1", "P & p 0.50"]
    line = curves.locator("table").nth(1).locator("tr").all_inner_texts()
    assert [row.split() for row in line] == [["step", "y"], ["0", "0"], ["1", "0.5"], ["2", "1"]]
    heat = curves.locator("table").nth(0).locator("tr").nth(1).all_inner_texts()
    assert heat[0].split() == ["0", "2", "\N{EN DASH}", "\N{MINUS SIGN}0.667"]
    press(made, "End")
    expect(curves.locator("caption").nth(1)).to_have_text("P & p 0.75")
    made.go("#sample:new=2")  # where the line is not shown
    expect(curves.locator("table")).to_have_count(1)
    button.click()
    expect(curves).to_be_hidden()


def test_a_link_and_a_frame_of_this_state_are_copied(sheet):
    made = sheet(one(), permissions=["clipboard-read", "clipboard-write"], address="#why")
    press(made, "End")
    for name in ("link", "embed"):
        tool(made, name).click()
        expect(tool(made, name)).to_have_text("Copied")
        copied = made.page.evaluate("navigator.clipboard.readText()")
        if name == "link":
            assert copied == f"{made.path.as_uri()}#sample:x=3,kind=p,new=1"
    source = made.path.parent.as_uri() + "/explorers/sample.html#sample:x=3,kind=p,new=1"
    assert f'<iframe src="{source}" title="Explorer: Sample"' in copied
    assert 'sandbox="allow-scripts"' in copied
    made.page.evaluate(
        """() => { document.execCommand = () => false;
          navigator.clipboard.writeText = () => Promise.reject(); }"""
    )
    tool(made, "link").click()  # to be copied by hand, where the clipboard is closed
    expect(made.figure().locator(".explorer-note")).to_contain_text("#sample:x=3,kind=p,new=1")


def test_a_picture_is_an_svg_that_says_its_state(sheet):
    made = sheet(one(x=3))
    made.found()
    with made.page.expect_download() as download:
        tool(made, "picture").click()
    assert download.value.suggested_filename == "sample.svg"
    picture = ElementTree.parse(download.value.path()).getroot()
    texts = ["".join(part.itertext()) for part in picture.iter()]
    assert "x=3,kind=p,new=1. =p: 0.75. Gap 3.0 of 0.75, Half 0.8." in texts
    assert any(text == "step" for text in texts)


def test_a_walk_plays_to_its_end_and_is_heard_once(sheet):
    made = sheet(one(x=0.5))
    play = made.figure().locator(".explorer-play")
    assert play.count() == 1  # the others are no walks
    assert play.get_attribute("aria-label") == "Play: X"
    made.page.evaluate(
        """() => { const told = document.querySelector(".explorer-heard"); window.heard = [];
          const says = told.querySelector(".explorer-says");
          new MutationObserver(() => told.ariaBusy || window.heard.push(says.textContent))
            .observe(told, {attributes: true, childList: true, subtree: true}); }"""
    )
    play.focus()
    made.page.keyboard.press("Enter")
    assert play.get_attribute("aria-label") == "Pause: X"
    made.page.wait_for_function("location.hash.includes('x=3')")
    made.page.wait_for_function("window.heard.length > 0")
    assert set(made.page.evaluate("window.heard")) == {made.found()["says"]}
    assert play.get_attribute("aria-label") == "Play: X"
    play.click()  # from its beginning again
    made.page.wait_for_function("figure => figure.explorer.index.x === 0", arg=handle(made))
    play.click()
    made.page.wait_for_timeout(800)
    assert made.found()["state"].startswith("x=0.5,")


def handle(made):
    return made.figure().element_handle()


def test_without_motion_a_walk_takes_its_time(sheet):
    made = sheet(one(x=0.5), reduced_motion="reduce")
    took = made.figure().evaluate(
        """async (figure) => {
          const began = performance.now();
          figure.querySelector(".explorer-play").click();
          while (figure.explorer.index.x === 0) await new Promise(requestAnimationFrame);
          return [performance.now() - began, figure.explorer.address()];
        }"""
    )
    assert took[0] > 850  # longer than any step with motion
    assert took[1].startswith("x=1,")


def test_the_key_f_presents_and_escape_leaves(sheet):
    made = sheet(
        one(), body="<a href='#'>a</a>{}<p>b</p>", viewport={"width": 1920, "height": 1080}
    )
    made.found()
    before = made.figure().bounding_box()
    made.page.locator("a").focus()
    made.page.keyboard.press("f")
    expect(made.figure()).not_to_have_class(re.compile("tools-presented"))
    made.figure().locator(".explorer-plot").click()  # which brings the keyboard here
    made.page.keyboard.press("f")
    expect(made.figure()).to_have_class(re.compile("tools-presented"))
    made.found()
    fills_the_screen(made.figure().evaluate(PRESENTED))
    assert made.page.locator("a").evaluate("(a) => a.inert")
    assert press(made, "End")["state"].startswith("x=3")
    made.page.keyboard.press("Escape")
    made.found()
    expect(made.figure()).not_to_have_class(re.compile("tools-presented"))
    assert made.figure().bounding_box() == before
    assert not made.page.locator("a").evaluate("(a) => a.inert")


def test_what_finds_its_height_late_moves_no_one_who_arrived(sheet):
    late = "<div id='late'></div><div style='height:2000px'></div>{}<div style='height:3000px'>"
    made = sheet(one(), body=f"<a href='#sample:x=3'>three</a>{late}")
    made.found()
    made.page.locator("a").click()
    made.page.evaluate("setTimeout(() => { late.style.height = '333px'; }, 200)")
    made.page.wait_for_timeout(400)
    top = "(figure) => figure.getBoundingClientRect().top"
    assert abs(made.figure().evaluate(top)) < 1
    made.page.mouse.wheel(0, -100)  # who moves is let go
    made.page.wait_for_timeout(200)
    made.page.evaluate("late.style.height = '444px'")
    made.found()
    assert abs(made.figure().evaluate(top)) > 50


# --- with a kernel --------------------------------------------------------------------------------

#: As an anywidget does it: a module, and a model that answers as Python would, a state at a time.
NOTEBOOK = """async ([source, elements, start, answers, script]) => {
  const made = await import(URL.createObjectURL(new Blob([source], {type: "text/javascript"})));
  const heard = {}, asked = [];
  const kept = {elements, state: start, columns: answers[JSON.stringify(start)]};
  const say = (event, ...what) => (heard[event] ?? []).slice().forEach((act) => act(...what));
  const zipped = new Blob([script]).stream().pipeThrough(new CompressionStream("gzip"));
  const bytes = new DataView(await new Response(zipped).arrayBuffer());
  window.model = {
    get: (name) => kept[name],
    set: (name, value) => { kept[name] = value; say(`change:${name}`); },
    save_changes: () => {
      asked.push(kept.state);
      const columns = answers[JSON.stringify(kept.state)];
      if (!window.deaf) setTimeout(() => window.model.set("columns", columns), 50);
    },
    on: (event, act) => (heard[event] ??= []).push(act),
    off: (event, act) => { heard[event] = heard[event].filter((other) => other !== act); },
    send: ({kind}) => setTimeout(() => say("msg:custom", {kind}, [bytes]), 50),
  };
  const el = document.querySelector("main");
  window.asked = asked;
  window.left = () => Object.values(heard).flat().length + el.childElementCount;
  window.gone = made.default.render({model: window.model, el});
}"""


#: In the place of Plotly, which would be sent the same way.
DRAWS = """window.Plotly = {
  react: (plot, data, layout) => Object.assign(plot, {data, layout}), purge: () => {},
};"""


def test_in_a_notebook_the_same_front_end_shows_what_python_computes(sheet):
    explorer = sample.explorer()
    live = Live(explorer, explorer.defaults)
    answers = {}
    states = [
        dict(zip(("x", "kind", "new"), values, strict=True))
        for values in itertools.product(sample.X, ("p", "q"), (1, 2))
    ]
    for state in states:
        answers[key_of(state)] = {"state": state, "tables": explorer.stored(state)}
    made = sheet("", plotly=False)
    start = json.loads(json.dumps({**explorer.defaults, "x": 1}))
    made.page.evaluate(NOTEBOOK, [widget.module(), live.elements, start, answers, DRAWS])
    made.page.wait_for_function("document.querySelector('.explorer-plot').data")
    for state in states:
        made.page.evaluate("(state) => model.set('state', state)", state)
        made.page.evaluate("(answer) => model.set('columns', answer)", answers[key_of(state)])
        values = explorer.evaluate(**state)
        assert made.found()["says"] == explorer.say(values)
        drawn = made.figure().evaluate("(f) => JSON.stringify(f.explorer.plot.data)")
        same_traces(json.loads(drawn), explorer.draw(values, TOKENS)["data"])
    made.page.evaluate("document.body.style.background = '#111'")
    made.page.wait_for_selector(".explorer-named.explorer-dark")
    made.page.evaluate("asked.length = 0")
    slider = made.figure().locator("input[type=range]")
    slider.focus()
    for key in ("Home", "End", "ArrowLeft"):
        made.page.keyboard.press(key)
    made.page.wait_for_function("asked.length && asked.at(-1).x === 2")
    assert all(len(state) == 3 for state in made.page.evaluate("asked"))
    made.page.wait_for_timeout(100)
    assert made.found()["says"] == explorer.say(explorer.evaluate(x=2.0, kind="q", new=2))
    # Python is gone: where what is drawn is of an earlier state, the reader is told
    made.page.evaluate(
        """() => {
          const later = setTimeout;
          window.setTimeout = (act, ms) => later(act, ms / 20);
          window.deaf = true;
        }"""
    )
    slider.press("ArrowRight")
    made.page.wait_for_timeout(250)
    assert made.found()["note"] == ""
    made.figure().evaluate("(f) => f.explorer.home.known.clear()")
    slider.press("ArrowLeft")
    made.page.wait_for_selector(".explorer-note:not([hidden])")
    assert made.found()["note"].startswith("No answer from Python yet")
    # nor is there a picture of what Plotly has not drawn
    picture = made.figure().locator("[data-tool=picture]")
    assert picture.is_visible()
    made.figure().evaluate("(figure) => figure.classList.add('explorer-undrawn')")
    assert not picture.is_visible()
    made.page.evaluate("(answer) => model.set('columns', answer)", answers[key_of(states[0])])
    assert made.found()["note"] == ""
    made.page.evaluate("gone()")
    assert made.page.evaluate("left()") == 0


def key_of(state):
    """A state as a browser writes it."""
    plain = {name: int(v) if v in (1.0, 2.0, 3.0) else v for name, v in state.items()}
    return json.dumps(plain, separators=(",", ":"))


def test_the_book_has_no_name_that_could_be_a_second_figure():
    """`name-2` is the address of the second figure of `name`."""
    assert not [name for name in EXPLORERS if re.search(r"-\d+$", name)]
