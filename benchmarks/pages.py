"""A page with an explorer against the stock way: the same plot with Plotly's own slider."""

import functools
import http.server
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import plotly.graph_objects as go
from playwright.sync_api import Browser, sync_playwright

from benchmarks.timing import Row, row
from stebook import get_explorer
from stebook.controls import Value
from stebook.theme import TOKENS
from tests.browser.conftest import QUIET, find_browser
from tools.project import HTML

PART = "a page"
NAME, PAGE = "correlation", "book/correlation.html"
#: A slow machine: a quarter of this one.
SLOWER = 4
#: First contentful paint, in ms, once there is one.
PAINTED = """() => performance.getEntriesByName("first-contentful-paint")[0]?.startTime"""


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


def paint(browser: Browser, address: str) -> float:
    """Seconds to the first contentful paint of a page on a slow machine, nothing kept."""
    with browser.new_context() as context:
        page = context.new_page()
        devtools = context.new_cdp_session(page)
        devtools.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
        page.goto(address)
        return page.wait_for_function(PAINTED).json_value() / 1000


def measure(rounds: int) -> Iterator[Row]:
    """One row of first paints.

    The stock page is one plot alone, without a chapter around it and without the other controls.
    """
    with tempfile.TemporaryDirectory() as name, sync_playwright() as playwright:
        Path(name, "stock.html").write_text(stock(), encoding="utf-8")
        args = [*QUIET, "--no-sandbox"]
        browser = playwright.chromium.launch(executable_path=find_browser(), args=args)
        with server(HTML.parent) as ours, server(Path(name)) as theirs:
            measured = [
                {
                    "the chapter with its explorers": paint(browser, f"{ours}/{PAGE}"),
                    "one plot, Plotly's own page": paint(browser, f"{theirs}/stock.html"),
                }
                for _ in range(rounds)
            ]
        browser.close()
    yield row(PART, f"first paint at {SLOWER} x throttling", measured)
