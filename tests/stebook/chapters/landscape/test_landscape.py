"""The landscape explorer: formulas against `ste`, marks and sentences against the theory."""

import math

import numpy as np
import pytest

from ste import best_v, critical_points, population_loss, profile_loss
from stebook.chapters.landscape.landscape import (
    ACROSS,
    CURVE,
    EXPLORER,
    LAYERS,
    RATIOS,
    UP,
    M,
    loss_at,
    teacher_with,
)


@pytest.mark.parametrize("ratio", RATIOS)
def test_the_teacher_has_the_ratio_it_says(ratio):
    teacher = teacher_with(ratio)
    assert pytest.approx(1.0) == teacher.N
    assert teacher.s**2 / (M + 1) == pytest.approx(ratio, abs=1e-15)


@pytest.mark.parametrize("ratio", RATIOS)
def test_the_formulas_are_those_of_the_package(ratio):
    teacher = teacher_with(ratio)
    for layer in LAYERS[::3]:
        values, v = (
            EXPLORER.evaluate(ratio=ratio, layer=layer),
            best_v(math.radians(layer), teacher),
        )
        assert values["d"] == pytest.approx(v @ teacher.v, abs=1e-14)
        assert values["here"] == pytest.approx(profile_loss(math.radians(layer), teacher))
        for name, w in (("line_near", [1.0, 0.0]), ("line_far", [-1.0, 0.0])):
            assert values[name] == pytest.approx(population_loss(v, w, teacher), abs=1e-14)


@pytest.mark.parametrize("ratio", RATIOS)
def test_the_marks_are_the_critical_points(ratio):
    points, values = critical_points(teacher_with(ratio)), EXPLORER.evaluate(ratio=ratio)
    if ratio < 0.5:
        assert values["saddle"] == pytest.approx(math.degrees(points.saddle.theta))
        assert values["pass_loss"] == pytest.approx(points.saddle.loss)
        assert values["end_loss"] == pytest.approx(points.spurious.loss, abs=1e-15)
        assert values["barrier"] == pytest.approx(points.saddle.loss - points.spurious.loss)
    else:
        assert ratio == 0.5 or points.saddle is None
        assert (values["saddle"] == 180.0) if ratio == 0.5 else math.isnan(values["saddle"])
    assert math.isnan(values["trap"]) != (0 < ratio < 0.5)
    assert math.isnan(values["second"]) != (ratio == 0)


@pytest.mark.parametrize("ratio", [0.0, 0.15, 0.5, 0.75])
def test_the_map_holds_the_curve_on_its_diagonal(ratio):
    values = EXPLORER.evaluate(ratio=ratio)
    table = np.array([values[f"z{i}"] for i in range(UP.size)])
    assert table.shape == (UP.size, ACROSS.size)
    diagonal = loss_at(ratio, CURVE, CURVE)
    np.testing.assert_allclose(values["profile"], diagonal, atol=1e-14)
    assert table.min() >= -1e-15 and table.max() <= 0.5 + 1e-12
    # down each column the least value is on the diagonal
    shared = np.isin(ACROSS, UP)
    assert np.array_equal(UP[table[:, shared].argmin(axis=0)], ACROSS[shared])


@pytest.mark.parametrize(
    ("ratio", "layer", "words", "numbers"),
    [
        (0.0, 90, "No trap, second global minimum, flat", "0.000, 0.125, 0.125 at 90.0°, 0.00"),
        (0.0, 180, "No trap, away from w*", "0.000, 0.125, 0.125 at 90.0°, \N{MINUS SIGN}1.00"),
        (0.1, 100, "A trap, nothing", "0.050, 0.089, 0.139 at 100.0°, 0.00"),
        (0.25, 180, "A trap, away from w*", "0.125, 0.042, 0.167 at 120.0°, \N{MINUS SIGN}0.50"),
        (0.25, 0, "A trap, turns w towards w*", "0.125, 0.042, 0.167 at 120.0°, 1.00"),
        (0.5, 180, "The border, degenerate saddle, no trap", "0.250, 0.000, 0.250 at 180.0°, 0.00"),
        (0.5, 30, "The border, turns w towards w*", "0.250, 0.000, 0.250 at 180.0°, 0.83"),
        (0.6, 180, "No trap and no pass, towards w*", "0.300, \N{EN DASH}, \N{EN DASH}, 0.20"),
    ],
)
def test_the_sentence_says_the_finding(ratio, layer, words, numbers):
    values = EXPLORER.evaluate(ratio=ratio, layer=layer)
    for word in words.split(", "):
        assert word in EXPLORER.say(values), (word, EXPLORER.say(values))
    assert EXPLORER.cells(values)[: EXPLORER.chips] == numbers.split(", ")


def test_every_state_has_a_sentence_without_gaps():
    for ratio in RATIOS:
        for layer in LAYERS:
            said = EXPLORER.told(EXPLORER.evaluate(ratio=ratio, layer=layer))
            assert "nan" not in said and "not defined" not in said
            assert ("A trap" in said) == (0 < ratio < 0.5)


@pytest.mark.title("For r between 0 and 1/2 a trap lies opposite to w*")
@pytest.mark.parametrize("ratio", RATIOS)
def test_opposite_to_the_teacher_lies_a_minimum_that_is_not_the_best_one(ratio):
    """By the drawn curve of the least loss, not by the formula of the mark."""
    values = EXPLORER.evaluate(ratio=ratio)
    *_, before, end = values["profile"]
    assert CURVE[-1] == 180.0
    assert (before > end > 1e-12) == (0.0 < ratio < 0.5) == (values["trap"] == 180.0)


def test_named_states_are_what_they_are_called():
    trap, saddle, meeting, none = (EXPLORER.state(**at) for at in EXPLORER.presets.values())

    def points(state):
        return critical_points(teacher_with(state["ratio"]))

    assert points(trap).spurious is not None and trap["layer"] == 180
    assert math.degrees(points(saddle).saddle.theta) == pytest.approx(saddle["layer"], abs=1e-10)
    assert EXPLORER.evaluate(**meeting)["saddle"] == meeting["layer"] == 180
    assert points(none).spurious is None
