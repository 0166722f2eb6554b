"""What an explorer shows in a page, against its definition in Python."""

import itertools
import random
import re
from collections.abc import Iterator, Mapping

import numpy as np
import pytest

from stebook.controls import Value
from stebook.explorer import Explorer
from stebook.theme import TOKENS

State = Mapping[str, Value]
#: Go to each address in turn and say what is shown there. The first so many are drawn; for the
#: others Plotly is handed its figure and does nothing with it, which takes half of the time.
SHOWN = """async ([name, addresses, drawn]) => {
  const frame = () => new Promise((done) => requestAnimationFrame(() => setTimeout(done, 0)));
  const explorer = document.querySelector(`figure[data-name=${name}]`).explorer;
  const shown = [], {react} = Plotly, {place} = steLabels, move = steMoving;
  const named = (width) => {
    let names;
    const here = explorer.width;
    steLabels.place = (...all) => { names = place(...all); return names; };
    explorer.width = width;
    const {height} = explorer.dressed(explorer.shown).layout;
    explorer.width = here;
    steLabels.place = place;
    return {width, height, boxes: names.flatMap(({boxes}) => boxes)};
  };
  for (const address of addresses) {
    if (shown.length === drawn) {
      steMoving = undefined;
      Plotly.react = (plot, data, layout) => { Object.assign(plot, {data, layout}); };
    }
    if (decodeURIComponent(location.hash) !== address) {
      const gone = new Promise((done) => addEventListener("hashchange", done, {once: true}));
      location.hash = address;
      await gone;
    }
    do await frame(); while (explorer.waiting);
    shown.push({
      numbers: Object.fromEntries(Object.entries(explorer.shown).filter(
        ([, value]) => typeof value === "number").map(
        ([key, value]) => [key, Number.isNaN(value) ? null : value])),
      says: explorer.says.textContent,
      finding: explorer.says.querySelector("strong").textContent,
      chips: [...explorer.figure.querySelectorAll(".explorer-chips dd")].map((c) => c.textContent),
      note: explorer.note.hidden ? "" : explorer.note.textContent,
      state: explorer.address(),
      heights: [explorer.figure.offsetHeight, explorer.plot.layout.height],
      below: explorer.figure.querySelector(".explorer-tools").getBoundingClientRect().bottom
        - explorer.figure.getBoundingClientRect().top,
      font: explorer.plot.layout.font.color,
      names: [explorer.width, 310].map(named),
      traces: explorer.plot.data.filter(({meta}) => meta !== "labels")
        .slice(explorer.before ? 0 : explorer.data.figure.ghosts?.length ?? 0)
        .map((trace) => ({x: [...trace.x], y: [...trace.y]})),
    });
  }
  Plotly.react = react;
  steMoving = move;
  explorer.handed = null;
  if (shown.length > drawn) explorer.schedule();
  return shown;
}"""


def address(name: str, state: State) -> str:
    """The part of an address that leads to a state."""
    return f"#{name}:" + ",".join(f"{key}={value}" for key, value in state.items())


def sample(explorer: Explorer, count: int, seed: int) -> Iterator[State]:
    """The default state, every value of the first control, and random states."""
    rng = random.Random(seed)
    yield explorer.defaults
    for value in explorer.controls[0].values:
        yield explorer.state(**{explorer.controls[0].name: value})
    for _ in range(count):
        yield {control.name: rng.choice(control.values) for control in explorer.controls}


def same_values(explorer: Explorer, state: State, found: dict) -> None:
    """The numbers, the sentence and what stands under it are Python's."""
    values = explorer.values(state)
    for key, value in found["numbers"].items():
        wanted = float(values[key])
        if value is None:
            assert np.isnan(wanted), (state, key)
        else:
            assert value == pytest.approx(wanted, rel=2e-5, abs=2e-6), (state, key)
    assert found["says"] == explorer.say(values), state
    assert found["chips"] == explorer.cells(values)[: explorer.chips], state
    assert found["note"] == ""


def same_traces(explorer: Explorer, state: State, found: dict) -> None:
    """The points of every trace are Python's, as finely as the page holds them; or it has none."""
    finest = 0.5 * 10.0 ** -min(table.decimals for table in explorer.tables)
    drawn = explorer.draw(explorer.values(state), TOKENS)["data"]
    for trace, wanted in zip(found["traces"], drawn, strict=True):
        if not wanted.get("visible", True):
            assert trace == {"x": [None], "y": [None]}, (state, wanted.get("name"))
            continue
        for axis in "xy":
            mine = np.array(trace[axis], dtype=float)
            its = np.array(wanted[axis], dtype=float)
            np.testing.assert_allclose(mine, its, rtol=2e-5, atol=1.01 * finest + 1e-9)


def crowded(names: dict) -> list[tuple[int, ...]]:
    """Names that are cut off by the edge of a plot, and pairs of which one covers the other."""
    boxes = names["boxes"]
    cut = [
        (i,)
        for i, box in enumerate(boxes)
        if min(box["left"], box["top"]) < 0
        or box["right"] > names["width"]
        or box["bottom"] > names["height"]
    ]
    return cut + [
        (i, j)
        for (i, a), (j, b) in itertools.combinations(enumerate(boxes), 2)
        if a["left"] < b["right"]
        and b["left"] < a["right"]
        and a["top"] < b["bottom"] - 0.5
        and b["top"] < a["bottom"] - 0.5
    ]


def contrast(*colours: str) -> float:
    """The contrast ratio of two colours, as WCAG has it; each is "#rgb", "#rrggbb" or "rgb()"."""
    lights = []
    for colour in colours:
        digits = colour[1:] if len(colour) > 4 else "".join(2 * digit for digit in colour[1:])
        pairs = (
            re.findall(r"\d+", colour) if "(" in colour else [digits[i : i + 2] for i in (0, 2, 4)]
        )
        parts = np.array([int(pair, 10 if "(" in colour else 16) for pair in pairs]) / 255
        linear = np.where(parts <= 0.04045, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4)
        lights.append(float(linear @ [0.2126, 0.7152, 0.0722]))
    return (max(lights) + 0.05) / (min(lights) + 0.05)


#: How an explorer looks that fills a screen.
PRESENTED = """(figure) => {
  const scale = Number(figure.style.getPropertyValue("--tools-scale"));
  const box = figure.getBoundingClientRect();
  const shown = [...figure.querySelectorAll(".explorer-plot text")];
  const texts = shown.filter((text) => text.textContent.trim());
  return {
    box: [box.x, box.y, box.width, box.height],
    scrolls: figure.scrollHeight > figure.clientHeight || figure.scrollWidth > figure.clientWidth,
    text: Math.min(...texts.map((text) => scale * parseFloat(getComputedStyle(text).fontSize))),
    says: parseFloat(getComputedStyle(figure.querySelector(".explorer-says")).fontSize),
    chips: parseFloat(getComputedStyle(figure.querySelector(".explorer-chips")).fontSize),
    low: figure.querySelector(".explorer-tools").getBoundingClientRect().bottom,
  };
}"""


def fills_the_screen(presented: dict) -> None:
    """It fills 1920 by 1080 pixels, nothing scrolls, and words can be read from the last row."""
    assert presented["box"] == [0, 0, 1920, 1080] and not presented["scrolls"]
    assert presented["text"] >= 26 and presented["says"] >= 32 and presented["low"] <= 1080
    assert presented["chips"] >= 24
