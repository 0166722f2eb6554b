"""Size of each explorer in a page, and the time that a change takes in each of its lives.

Run from the root of the repository, with the book built: ``python -m benchmarks.explorers``.
"""

import gzip
import random
import statistics
import time

from playwright.sync_api import Page, sync_playwright

from stebook import EXPLORERS, get_explorer
from stebook.explorer import Explorer
from stebook.page import markup
from stebook.widget import Live
from tests.browser.conftest import QUIET, find_browser
from tools.project import HTML

CHANGES = 200
#: Times of Plotly.react and of a whole redraw, in ms, over random states.
REDRAW = """async ([name, count]) => {
  const {explorer} = document.querySelector(`figure[data-name=${name}]`);
  const react = Plotly.react;
  const reacts = [], draws = [];
  const timed = (into, call) => {
    const start = performance.now();
    call();
    into.push(performance.now() - start);
  };
  Plotly.react = (...all) => timed(reacts, () => react(...all));
  for (let i = 0; i < count; i += 1) {
    for (const control of explorer.controls) {
      explorer.index[control.name] = Math.floor(Math.random() * control.values.length);
    }
    timed(draws, () => explorer.draw());
    await new Promise(requestAnimationFrame);
  }
  return {reacts, draws};
}"""


def size(explorer: Explorer) -> int:
    """Bytes of its HTML, compressed."""
    return len(gzip.compress(markup(explorer, explorer.defaults).encode()))


def live(explorer: Explorer) -> list[float]:
    """Milliseconds of random changes of one control, with a kernel."""
    running, rng, times = Live(explorer, explorer.defaults), random.Random(1), []
    for _ in range(CHANGES):
        control = rng.choice(explorer.controls)
        value = rng.choice([v for v in control.values if v != running.state[control.name]])
        start = time.perf_counter()
        running.go(**{control.name: value})
        times.append(1e3 * (time.perf_counter() - start))
    return times


def redraw(page: Page, name: str) -> dict[str, list[float]]:
    """Milliseconds of redraws in the built page."""
    page.goto((HTML.parent / "book" / f"{EXPLORERS[name]}.html").as_uri())
    page.wait_for_function(
        "(name) => document.querySelector(`figure[data-name=${name}]`)?.explorer?.shown", arg=name
    )
    return page.evaluate(REDRAW, [name, CHANGES])


def row(name: str, times: list[float]) -> str:
    """Median and 95th percentile, in ms."""
    return (
        f"  {name:16} {statistics.median(times):6.1f} {statistics.quantiles(times, n=20)[-1]:6.1f}"
    )


def main() -> None:
    """Print the table."""
    explorers = [get_explorer(name) for name in EXPLORERS]
    kernel = [live(explorer) for explorer in explorers]  # before a loop runs: it would only queue
    with sync_playwright() as playwright:
        args = [*QUIET, "--no-sandbox"]
        browser = playwright.chromium.launch(executable_path=find_browser(), args=args)
        page = browser.new_page(viewport={"width": 1280, "height": 900})
        for explorer, times in zip(explorers, kernel, strict=True):
            print(f"{explorer.name}: {size(explorer) / 1e3:.1f} kB compressed")
            print(row("with a kernel", times))
            drawn = redraw(page, explorer.name)
            print(row("Plotly.react", drawn["reacts"]))
            print(row("whole redraw", drawn["draws"]))
        browser.close()


if __name__ == "__main__":
    main()
