"""The designer against the proxy that its controls put together."""

import random

import numpy as np
import pytest

from ste.cycle import limit_cycle
from ste.one_sidedness import one_sided, residuals
from stebook.chapters.one_sidedness.designer import EXPLORER, SADDLE, TEACHER, bump, designed
from stebook.formulas import python
from stebook.templates import number

RNG = random.Random(5)
STATES = [
    EXPLORER.defaults,
    *({c.name: RNG.choice(c.values) for c in EXPLORER.controls} for _ in range(25)),
]


@pytest.mark.parametrize("state", STATES, ids=range(len(STATES)))
def test_moments_and_what_is_left_over_are_those_of_the_proxy(state):
    values, proxy = EXPLORER.values(state), designed(**state)
    at = proxy.moments(1.0, SADDLE.theta)
    assert values["plus"] == pytest.approx(float(at.a_plus), abs=1e-9)
    assert values["minus"] == pytest.approx(float(at.a_minus), abs=1e-9)
    assert values["level"] == pytest.approx(float(at.b_y_over_sin), abs=1e-9)
    left = residuals(TEACHER, proxy)
    assert values["saddle"] == pytest.approx(left.saddle, abs=1e-9)
    assert values["trap"] == pytest.approx(left.spurious, abs=1e-9)
    assert ("passes" in EXPLORER.say(values)) == (one_sided(proxy).one_sided and at.a_plus > 0)


@pytest.mark.parametrize("state", STATES, ids=range(len(STATES)))
def test_the_cycle_is_the_one_of_the_theory(state):
    values, said = EXPLORER.values(state), EXPLORER.say(EXPLORER.values(state))
    if values["below"] + values["above"] == 0:
        return
    cycle = limit_cycle(TEACHER, designed(**state))
    assert values["threshold"] == pytest.approx(cycle.threshold, rel=1e-7)
    assert ("it cycles" in said) == cycle.exists
    if cycle.exists:
        assert cycle.stable
        assert values["period"] == pytest.approx(cycle.period, rel=1e-6)
    threshold = number(cycle.threshold, 3) if values["below"] > 0 else "\N{EN DASH}"
    period = number(cycle.period, 1) if cycle.exists else "\N{EN DASH}"
    assert EXPLORER.cells(values)[3:5] == [threshold, period]


@pytest.mark.parametrize("state", STATES[:8], ids=range(8))
def test_the_curve_is_the_proxy(state):
    data = EXPLORER.draw(EXPLORER.values(state), {"@truth": "#000"})["data"]
    for trace in data[:2]:
        x = np.array(trace["x"])
        np.testing.assert_allclose(trace["y"], designed(**state).evaluate(x), atol=1e-9)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"left": 0.0}, "at the trap: it rests where the landscape rests"),
        ({"left": 0.2, "clip": 100.0}, "it cycles near the trap, because r* is above r = 0.259"),
        ({"left": 1.0}, "leaves this trap"),
        ({"left": 0.0, "height": 0.5, "place": -1.0}, "flat on the left"),
        ({"left": 0.0, "right": 0.0, "height": 0.5, "place": -1.0}, "zero around 0"),
        ({"left": 0.0, "right": 0.0, "height": 0.0}, "never moves"),
        ({"left": 0.0, "right": 0.0, "height": 0.5, "place": 1.0}, "passes"),
    ],
)
def test_known_designs(changes, said):
    assert said in EXPLORER.say(EXPLORER.evaluate(**changes))


@pytest.mark.title("Only a proxy that is zero below 0 rests at the trap")
def test_only_what_is_zero_below_0_rests_at_the_trap():
    """In all states at once: the explorer's own formulas, on the axes of its controls."""
    by_clip = [EXPLORER.evaluate(clip=clip) for clip in EXPLORER.control("clip").values]
    places = EXPLORER.control("place").values
    by_place = [EXPLORER.evaluate(place=place) for place in places]
    below = np.linspace(-3.0, -1e-9, 301)
    hats = [bump(place).evaluate(below).max() for place in places]
    slopes = EXPLORER.control("left").values
    left, right, clip, height, hat = np.ix_(slopes, slopes, range(len(by_clip)), slopes, hats)
    values = {"left": left, "right": right, "height": height}
    for side in ("left", "right"):
        values[f"minus_{side}"] = np.array([one[f"minus_{side}"] for one in by_clip])[clip]
    values["minus_bump"] = np.array([one["minus_bump"] for one in by_place])
    for name in ("minus", "trap"):
        values[name] = python(EXPLORER.formulas[name], frozenset(values))(values)
    assert values["trap"].size == np.prod([len(control.values) for control in EXPLORER.controls])
    assert np.all((values["trap"] == 0.0) == ((left == 0.0) & (height * hat == 0.0)))
