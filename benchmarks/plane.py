"""The plane of the first page: frames while w is dragged, a state's computation, the first frame.

``python -m benchmarks.plane`` prints what it weighs, compressed, which no clock has a part in.
"""

import gzip
from collections.abc import Iterator
from typing import Any

from playwright.sync_api import CDPSession, Page, sync_playwright

from benchmarks.pages import server
from benchmarks.timing import Row, row
from stebook import show
from stebook.chapters import formulas, get_scene
from stebook.scene import BEFORE, elements, joined, read
from tests.browser.conftest import QUIET, find_browser
from tools.project import HTML

PART = "the plane"
PAGE = "book/index.html"
SLOWER = 4
HERE, THERE = "this machine", f"{SLOWER} x slower"
#: Milliseconds of a drag, and states of which the runs are computed.
DRAG, STATES = 1200, 20
#: All that the picture can have: with it a drag draws most.
EVERYTHING = "estimators=identity~relu~clipped_relu~own,own=where(x > 0~ 1~ 0.3)"
#: Proxies of a reader's own: by pieces, and one that is not 0 far to the left.
OWN = {"own, where(x > 0, 1, 0.3)": "where(x > 0, 1, 0.3)", "own, exp(-x**2)": "exp(-x**2)"}
PAPER = {"identity": "identity", "ReLU": "relu", "clipped ReLU": "clippedRelu"}

#: Seconds of a frame, by the clock and of the page's thread, while w goes round the origin.
ROUND = """async (milliseconds) => {
  const {scene} = document.querySelector("figure.scene");
  const begin = await new Promise(requestAnimationFrame);
  let [now, count] = [begin, 0];
  while (now < begin + milliseconds) {
    count += 1;
    scene.grab(1.1 * Math.cos(count / 15), 1.1 * Math.sin(count / 15));
    now = await new Promise(requestAnimationFrame);
  }
  return {frame: (now - begin) / count / 1000, count};
}"""
#: Seconds of the runs of random states with one estimator, all steps of each.
RUN = """([name, formula, count]) => {
  const {scene} = document.querySelector("figure.scene");
  const model = stePlaneModel;
  const own = formula && stePlaneOwn.made(formula);
  let seed = 1;
  const random = () => (seed = (seed * 16807) % 2147483647) / 2147483647;
  const start = performance.now();
  for (let i = 0; i < count; i += 1) {
    const [x, y] = [2.4 * random() - 1.2, 2.4 * random() - 1.2];
    const v = model.bestV(scene.teacher, model.place(x, y).theta);
    const {teacher} = scene;
    new model.Runs({teacher, names: [name], own, v, x, y, eta: 0.5, samples: Infinity, seed: 1})
      .extend(scene.last() + 1);
  }
  return (performance.now() - start) / count / 1000;
}"""
#: Seconds from the elements of a plane to its first picture.
FIRST = """() => {
  const figure = document.querySelector("figure.scene");
  const copy = figure.cloneNode(true);
  figure.after(copy);
  const start = performance.now();
  const scene = new stePlane.Plane(copy, {read: () => undefined, write: () => {}});
  scene.draw();
  const seconds = (performance.now() - start) / 1000;
  scene.close();
  copy.remove();
  return seconds;
}"""


def busy(devtools: CDPSession) -> float:
    """Seconds that the page's thread has worked."""
    metrics = devtools.send("Performance.getMetrics")["metrics"]
    return next(one["value"] for one in metrics if one["name"] == "TaskDuration")


def drag(page: Page, devtools: CDPSession) -> tuple[float, float]:
    """Seconds of a frame while w is held and dragged, and of it those of the page's thread."""
    box = page.locator(".plane-map").bounding_box()
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.mouse.down()
    before = busy(devtools)
    taken = page.evaluate(ROUND, DRAG)
    work = busy(devtools) - before
    page.mouse.up()
    return taken["frame"], work / taken["count"]


def runs(page: Page) -> dict[str, float]:
    """Seconds of a state's run with each estimator."""
    named = {label: page.evaluate(RUN, [name, None, STATES]) for label, name in PAPER.items()}
    own = {label: page.evaluate(RUN, ["own", text, STATES]) for label, text in OWN.items()}
    return named | own


def turn(page: Page, devtools: CDPSession) -> tuple[dict[str, float], ...]:
    """A round: frames, their work and first frames, here and slowed down; then runs."""
    frames, work, first = {}, {}, {}
    for name, rate in ((HERE, 1), (THERE, SLOWER)):
        devtools.send("Emulation.setCPUThrottlingRate", {"rate": rate})
        first[name] = page.evaluate(FIRST)
        page.wait_for_timeout(500)  # at rest
        frames[name], work[name] = drag(page, devtools)
    devtools.send("Emulation.setCPUThrottlingRate", {"rate": 1})
    return frames, work, first, runs(page)


def measure(rounds: int) -> Iterator[Row]:
    """Rows of frames, of the work in one, of first frames, and of runs of 160 steps."""
    with sync_playwright() as playwright, server(HTML.parent) as address:
        args = [*QUIET, "--no-sandbox"]
        browser = playwright.chromium.launch(executable_path=find_browser(), args=args)
        with browser.new_context(viewport={"width": 1280, "height": 900}) as context:
            page = context.new_page()
            page.goto(f"{address}/{PAGE}#plane:{EVERYTHING}")
            page.wait_for_function("document.querySelector('figure.scene')?.scene?.shown")
            page.locator("figure.scene").scroll_into_view_if_needed()
            devtools = context.new_cdp_session(page)
            devtools.send("Performance.enable", {"timeDomain": "threadTicks"})
            turn(page, devtools)  # until what is compiled is
            measured: list[Any] = [turn(page, devtools) for _ in range(rounds)]
        tasks = (
            f"a frame while w is dragged, Chromium {browser.version}",
            "work of the page's thread in such a frame",
            "from the elements to the first frame",
            "a run of 160 steps, any state",
        )
        browser.close()
    for task, taken in zip(tasks, zip(*measured, strict=True), strict=True):
        yield row(PART, task, taken)


def weights() -> dict[str, int]:
    """Bytes of what the plane needs, compressed."""
    scene = get_scene("plane")
    texts = {name: read(name) for name in (*BEFORE, "plane.css")}
    texts |= {"formulas.js": formulas.script_text(), "plane.js": joined()}
    texts["its elements"] = elements(scene, show("plane").state)
    return {name: len(gzip.compress(text.encode())) for name, text in texts.items()}


if __name__ == "__main__":
    weighed = weights()
    for name, size in weighed.items():
        print(f"{name:16} {size / 1e3:6.1f} kB")
    print(f"{'together':16} {sum(weighed.values()) / 1e3:6.1f} kB")
