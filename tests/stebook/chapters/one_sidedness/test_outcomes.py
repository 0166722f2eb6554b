"""The map of outcomes against the theory drawn over it."""

import math

import numpy as np
import pytest
from strategies import with_ratio

import ste
from stebook.chapters.one_sidedness.outcomes import (
    CYCLES,
    ESCAPES,
    EXPLORER,
    LEAKS,
    RATIOS,
    STAYS,
    UNITS,
    outcomes,
)
from stebook.templates import number


@pytest.mark.parametrize("m", UNITS)
@pytest.mark.parametrize("leak", LEAKS[1:])
def test_the_theory_is_that_of_limit_cycle(m, leak):
    for ratio in RATIOS[::5]:
        cycle = ste.limit_cycle(with_ratio(m, ratio), ste.leaky_relu(leak))
        values = EXPLORER.evaluate(m=m, ratio=ratio, leak=leak)
        assert values["threshold"] == pytest.approx(cycle.threshold, rel=1e-12)
        if cycle.exists:
            assert values["period"] == pytest.approx(cycle.period, rel=1e-9)
            assert cycle.stable == (math.isnan(values["limit"]) or ratio < values["limit"])
        else:
            assert math.isnan(values["period"])


@pytest.mark.result("thm-two-limits")
@pytest.mark.parametrize("m", UNITS)
def test_the_map_is_the_one_of_the_theory(m):
    """Away from the edges by 2 % of r*, and by 0.06 below an edge of stability (eta = .05)."""
    for leak, row in zip(LEAKS, outcomes(m), strict=True):
        if leak == 0.0:
            assert (row == STAYS).all()
            continue
        ratios, values = np.array(RATIOS), EXPLORER.evaluate(m=m, leak=leak)
        threshold, edge = values["threshold"], values["limit"]
        low = 0.98 * threshold if math.isnan(edge) else edge - 0.06
        assert (row[ratios < low] == CYCLES).all()
        assert (row[ratios > 1.02 * threshold] == ESCAPES).all()


@pytest.mark.parametrize("m", UNITS)
def test_measured_periods_are_near_the_theory(m):
    for leak in LEAKS[3:]:
        for ratio in RATIOS:
            values = EXPLORER.evaluate(m=m, ratio=ratio, leak=leak)
            if ratio < 0.8 * values["threshold"]:
                assert values["measured"] == pytest.approx(values["period"], rel=0.05)
                assert "The run cycles" in EXPLORER.say(values)
                periods = [number(values[name], 2) for name in ("measured", "period")]
                assert EXPLORER.cells(values)[2:4] == periods


def test_every_place_has_one_mark():
    for m in UNITS:
        values = EXPLORER.evaluate(m=m)
        marks = sum(np.isfinite(values[f"leaks_{o}"]).astype(int) for o in (STAYS, CYCLES, ESCAPES))
        assert (marks == 1).all()


def test_every_state_has_a_true_sentence():
    for m in UNITS:
        for leak in LEAKS:
            for ratio in RATIOS:
                values = EXPLORER.evaluate(m=m, ratio=ratio, leak=leak)
                said = EXPLORER.told(values)
                word = {STAYS: "stays", CYCLES: "cycles", ESCAPES: "escapes"}[values["outcome"]]
                assert "nan" not in said and (word in said or "on its way" in said)


def test_known_places():
    escape = EXPLORER.evaluate(m=4, ratio=0.25, leak=1.0)
    assert "no cycle here, because r is above r*" in EXPLORER.say(escape)
    dash = "\N{EN DASH}"
    assert EXPLORER.cells(escape) == ["0.230", dash, dash, dash, f"{escape['crossings']:.0f}"]
    assert "The run cycles" in EXPLORER.say(EXPLORER.evaluate(m=4, ratio=0.25, leak=0.2))
    unstable = EXPLORER.evaluate(m=8, ratio=0.39, leak=0.02)
    assert "here it is not stable any more" in EXPLORER.say(unstable)
    assert float(EXPLORER.cells(unstable)[1]) < 0.39 < float(EXPLORER.cells(unstable)[0])
    assert "0.05 is not small" in EXPLORER.say(EXPLORER.evaluate(m=8, ratio=0.35, leak=0.05))
    assert "faithful" in EXPLORER.say(EXPLORER.evaluate(m=4, ratio=0.25, leak=0.0))


@pytest.mark.title("Without a leak runs stay in the trap; with one they leave")
@pytest.mark.parametrize("m", UNITS)
def test_runs_stay_without_a_leak_and_leave_with_one(m):
    leaks = np.array(LEAKS)[:, None]
    ends = outcomes(m)
    assert ends.shape == (len(LEAKS), len(RATIOS)) and np.count_nonzero(leaks == 0.0) == 1
    assert np.array_equal(ends == STAYS, np.broadcast_to(leaks == 0.0, ends.shape))
