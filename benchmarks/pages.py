"""What a reader of a page waits for, on a slow machine.

The first paint of a chapter against the stock way; then, within limits, the first paint of every
page, what its formulas and its layout do after that, and the answer of every explorer to a key; and
what happens when while a page with an explorer is loaded.
"""

import functools
import http.server
import tempfile
import threading
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import plotly.graph_objects as go
from playwright.sync_api import Browser, CDPSession, Page

from benchmarks.slow import slow_down
from benchmarks.timing import Limit, Row, Trace, row, spread
from stebook import get_explorer
from stebook.chapters import EXPLORERS, SCENES
from stebook.controls import Value
from stebook.theme import TOKENS
from tests.browser.conftest import chromium
from tests.toc import PAGES
from tools.project import HTML

PART = "a page"
NAME, PAGE = "correlation", "book/correlation.html"
#: At most: seconds to the first paint, formulas in sight that are not in place then, the share of
#: the screen that moves by itself, seconds from a key to the new state.
PAINT, FORMULAS, SHIFT, ANSWER = 1.0, 0, 0.02, 0.05
#: Keys that each control is given, back and forth, after two that are not counted.
KEYS = ("ArrowRight", "ArrowLeft") * 3
#: Written down while a page loads: when it is painted, and how many formulas in sight are not set
#: then, or wait for a font; how much moves by itself; when an explorer is ready, its plot drawn.
WATCH = """(() => {
  const seen = globalThis.seen = {shift: 0};
  const watch = (type, call) => new PerformanceObserver((list) => list.getEntries().forEach(call))
    .observe({type, buffered: true});
  watch("layout-shift", (entry) => { if (!entry.hadRecentInput) seen.shift += entry.value; });
  watch("paint", (entry) => {
    if (entry.name !== "first-contentful-paint") return;
    seen.paint = entry.startTime;
    const sight = [...document.querySelectorAll(".math")].filter((formula) =>
      formula.getBoundingClientRect().top < innerHeight);
    seen.late = sight.filter((formula) => !formula.querySelector(".katex")
      || [...formula.querySelectorAll(".katex-html *")].some((part) => {
        const {fontStyle, fontWeight, fontFamily} = getComputedStyle(part);
        return !document.fonts.check(`${fontStyle} ${fontWeight} 16px ${fontFamily}`, "x");
      })).length;
  });
  const first = (name, selector) => {
    if (!(name in seen) && document.querySelector(selector)) seen[name] = performance.now();
  };
  const changes = {attributes: true, attributeFilter: ["class"], childList: true, subtree: true};
  new MutationObserver(() => {
    first("ready", "figure.explorer-live");
    first("drawn", ".explorer-plot .main-svg");
  }).observe(document, changes);
})()"""
PAINTED = "() => globalThis.seen.paint !== undefined"
#: When each kind of file that was asked for was there.
ARRIVED = """() => {
  const all = performance.getEntriesByType("resource");
  const last = (test) =>
    Math.max(0, ...all.filter(({name}) => test.test(name)).map(({responseEnd}) => responseEnd));
  return {
    html: performance.getEntriesByType("navigation")[0].responseEnd,
    styles: last(/\\.css/),
    plotly: last(/plotly/),
    ...globalThis.seen,
  };
}"""
#: The time from a key on the page until what it changes is painted; it listens before all others.
TIMED = """addEventListener("keydown", (event) => {
  requestAnimationFrame(() => {
    const {port1, port2} = new MessageChannel(); // its message comes when the frame is painted
    port1.onmessage = () => globalThis.answered?.(performance.now() - event.timeStamp);
    port2.postMessage(null);
  });
}, true)"""
ANSWER_TO = """() => {
  globalThis.answer = new Promise((resolve) => { globalThis.answered = resolve; });
}"""
#: The controls of an explorer, and of a scene, that take arrow keys.
CONTROLS = """input[type=range]:visible, select:visible, input[type=radio]:checked:visible,
  .plane-hand:visible"""


def stock() -> str:
    """Plotly's page of the explorer's figure, with the states of its first slider as frames."""
    explorer = get_explorer(NAME)
    slider = next(control for control in explorer.controls if control.kind == "range")

    def figure(value: Value) -> go.Figure:
        drawn = explorer.draw(explorer.evaluate(**{slider.name: value}), TOKENS)
        return go.Figure(drawn["data"], drawn["layout"])

    first = figure(slider.default)
    frames = [go.Frame(data=figure(v).data, name=str(v)) for v in slider.values]
    steps = [{"args": [[f.name]], "label": f.name, "method": "animate"} for f in frames]
    made = go.Figure(first.data, first.layout, frames)
    made.update_layout(sliders=[{"steps": steps}])
    return made.to_html(include_plotlyjs=True, auto_play=False)


@contextmanager
def server(folder: Path) -> Iterator[str]:
    """The address of a folder."""

    class Quiet(http.server.SimpleHTTPRequestHandler):
        def log_message(self, *words: object) -> None:
            pass

    handler = functools.partial(Quiet, directory=folder)
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as serving:
        threading.Thread(target=serving.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{serving.server_port}"
        serving.shutdown()


@contextmanager
def opened(browser: Browser, address: str) -> Iterator[tuple[Page, CDPSession]]:
    """A page on a slow machine, nothing kept, once it is painted; and what slows it down."""
    with browser.new_context(viewport={"width": 1280, "height": 900}) as context:
        context.add_init_script(WATCH)
        context.add_init_script(TIMED)
        page = context.new_page()
        devtools = context.new_cdp_session(page)
        slow_down(page, devtools)
        page.goto(address)
        page.wait_for_function(PAINTED)
        yield page, devtools


def paint(browser: Browser, address: str) -> float:
    """Seconds to the first contentful paint."""
    with opened(browser, address) as (page, _):
        return page.evaluate("globalThis.seen.paint") / 1000


def views(browser: Browser, site: str, rounds: int) -> Iterator[Limit]:
    """First paint, formulas and layout of every page."""
    paints, late, shifts = defaultdict(list), defaultdict(list), defaultdict(list)
    for _ in range(rounds):
        for path in PAGES:
            with opened(browser, f"{site}/{path}") as (page, _):
                page.wait_for_timeout(200)
                seen = page.evaluate(ARRIVED)
            paints[path].append(seen["paint"] / 1000)
            late[path].append(seen["late"])
            shifts[path].append(seen["shift"])
    for what, goal, measured in (
        ("first contentful paint", PAINT, paints),
        ("formulas in sight that come after it", FORMULAS, late),
        ("share of the screen that moves by itself (CLS)", SHIFT, shifts),
    ):
        unit = "s" if goal == PAINT else ""
        yield Limit(what, goal, unit, {path: spread(values) for path, values in measured.items()})


def answers(browser: Browser, site: str, rounds: int) -> Limit:
    """What each explorer takes from a key to its new state, over all its controls."""
    homes = {**EXPLORERS, **SCENES}
    measured = defaultdict(list)
    for home in [*dict.fromkeys(homes.values())] * rounds:
        with opened(browser, f"{site}/book/{home}.html") as (page, devtools):
            page.wait_for_load_state("load")
            for button in reversed(page.locator(".explorer-closed button").all()):
                button.click()
            for name in (name for name, chapter in homes.items() if chapter == home):
                measured[name] += keyed(page, devtools, name)
    spreads = {name: spread(seconds) for name, seconds in measured.items()}
    return Limit("from a key to the new state of an explorer", ANSWER, "s", spreads)


def keyed(page: Page, devtools: CDPSession, name: str) -> Iterator[float]:
    """Seconds of each key on each control of an explorer."""
    figure = page.locator(f"figure[data-name='{name}']").first
    figure.scroll_into_view_if_needed()
    figure.locator(".main-svg, .plane-hand").first.wait_for()
    for control in figure.locator(CONTROLS).all():
        slow_down(page, devtools)
        control.focus()
        for number, key in enumerate((*KEYS[:2], *KEYS)):
            page.evaluate(ANSWER_TO)
            page.keyboard.press(key)
            taken = page.evaluate("globalThis.answer") / 1000
            if number >= 2:
                yield taken


def loaded(browser: Browser, site: str) -> dict[str, float]:
    """Seconds at which things happen while a chapter is loaded, and its reader goes to a plot."""
    with opened(browser, f"{site}/{PAGE}") as (page, _):
        page.wait_for_load_state("load")
        for button in reversed(page.locator(".explorer-closed button").all()):
            button.click()
        gone = page.evaluate("performance.now()")
        page.locator("figure.explorer").first.scroll_into_view_if_needed()
        page.wait_for_function("() => globalThis.seen.drawn")
        seen = page.evaluate(ARRIVED)
    return {
        "the page has arrived": seen["html"] / 1000,
        "its style sheets have": seen["styles"] / 1000,
        "first paint, every formula in place": seen["paint"] / 1000,
        "the explorers answer": seen["ready"] / 1000,
        "the reader goes to one": gone / 1000,
        "Plotly has arrived": seen["plotly"] / 1000,
        "the plot is drawn": seen["drawn"] / 1000,
    }


def measure(rounds: int) -> Iterator[Row | Limit | Trace]:
    """First paints against the stock way; limits; a trace.

    The stock page is one plot alone, without a chapter around it and without the other controls.
    """
    with tempfile.TemporaryDirectory() as name, chromium() as browser, server(HTML.parent) as site:
        Path(name, "stock.html").write_text(stock(), encoding="utf-8")
        with server(Path(name)) as theirs:
            measured = [
                {
                    "the chapter with its explorers": paint(browser, f"{site}/{PAGE}"),
                    "one plot, Plotly's own page": paint(browser, f"{theirs}/stock.html"),
                }
                for _ in range(rounds)
            ]
        yield row(PART, "first paint", measured)
        yield from views(browser, site, max(1, rounds // 2))
        yield answers(browser, site, max(1, rounds // 2))
        times = [loaded(browser, site) for _ in range(rounds)]
        yield Trace(PAGE, {what: spread([one[what] for one in times]) for what in times[0]})
