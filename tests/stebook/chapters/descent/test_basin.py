"""The map of starts: single runs agree with it, and Theorem 2's rectangle is where it says."""

import itertools

import numpy as np
import pytest

import ste
from stebook.chapters.descent.basin import (
    ANGLES,
    EXPLORER,
    FACTORS,
    LENGTHS,
    MARKS,
    RATE,
    STEPS,
    SURE,
    ends,
    starts,
)
from stebook.chapters.teachers import TEACHERS

ESTIMATORS = ("identity", "relu", "clipped_relu")


@pytest.mark.parametrize("teacher", TEACHERS)
def test_the_rectangle_holds_the_starts_of_theorem_2(teacher):
    one = TEACHERS[teacher]
    v0, w0 = starts(teacher, 1.0)
    acute = w0 @ one.w > 1e-12
    small = one.s * v0.sum(axis=1) <= one.s**2 + 1e-12
    assert np.array_equal(SURE, (v0 @ one.v > 1e-12) & acute & small)
    (shape,) = EXPLORER.figure["layout"]["shapes"]
    angle, factor = np.array(EXPLORER.figure["data"][0]["x"]), EXPLORER.figure["data"][0]["y"]
    inside = (shape["x0"] < angle) & (angle < shape["x1"])
    inside &= (shape["y0"] < np.array(factor)) & (np.array(factor) < shape["y1"])
    assert np.array_equal(inside, SURE)


def test_the_figure_s_points_are_the_starts():
    trace = EXPLORER.figure["data"][0]
    for teacher, length in (("trap", 0.3), ("eight", 3.0)):
        v0, w0 = starts(teacher, length)
        assert np.allclose(np.linalg.norm(w0, axis=1), length)
        angle = np.degrees(np.arccos(np.clip(w0[:, 0] / length, -1, 1)))
        assert np.allclose(angle, trace["x"], atol=1e-5)
        assert np.allclose(v0, np.outer(trace["y"], TEACHERS[teacher].v))
    assert len(trace["x"]) == ANGLES.size * FACTORS.size == SURE.size


@pytest.mark.parametrize("estimator", ESTIMATORS)
def test_a_ring_stands_at_every_start_whose_loss_rose(estimator):
    every, rings = EXPLORER.figure["data"][:2]
    places = np.column_stack([every["x"], every["y"]])
    for teacher, length in itertools.product(TEACHERS, LENGTHS):
        values = EXPLORER.evaluate(teacher=teacher, estimator=estimator, length=length)
        ringed = np.column_stack([values[rings[axis][1:]] for axis in "xy"])
        _, rose = ends(teacher, estimator, length)
        wanted = places[rose] if rose.any() else [[np.nan, np.nan]]
        np.testing.assert_allclose(ringed, wanted, atol=1e-6)


@pytest.mark.parametrize("estimator", ["relu", "clipped_relu"])
def test_single_runs_end_where_the_map_says(estimator):
    v0, w0 = starts("trap", 1.0)
    end, rose = ends("trap", estimator, 1.0)
    for i in (3, 60, 130, 200, 240):
        proxy = ste.get_estimator(estimator)
        run = ste.descend(v0[i], w0[i], TEACHERS["trap"], proxy, RATE, STEPS)
        assert str(ste.outcome(run, TEACHERS["trap"])) == end[i]
        assert (np.diff(run.loss).max() > 1e-9) == rose[i]


@pytest.mark.title("Every start in the dashed rectangle ends at the global minimum")
@pytest.mark.parametrize("length", LENGTHS)
def test_all_starts_of_theorem_2_arrive(length):
    for teacher, estimator in itertools.product(TEACHERS, ESTIMATORS):
        values = EXPLORER.evaluate(teacher=teacher, estimator=estimator, length=length)
        assert values["sure_reached"] == SURE.sum()
        total = values["reached"] + values["trapped"] + values["elsewhere"]
        assert total == SURE.size
        said = EXPLORER.say(values)
        assert "as Theorem 2 of the paper says" in said or "Theorem 2 of the paper promises" in said
        assert ("Every start" in said) == (values["reached"] == SURE.size)
        ends = [f"{values[name]:.0f}" for name in ("trapped", "elsewhere", "rose")]
        reached = f"{values['reached']:.0f} of {SURE.size} starts"
        assert EXPLORER.cells(values)[:4] == [reached, *ends]
        assert np.count_nonzero(values["marks"] == MARKS["global"]) == values["reached"]


def test_what_the_three_teachers_show():
    identity, relu = (EXPLORER.evaluate(estimator=e) for e in ("identity", "relu"))
    assert identity["reached"] == SURE.size and identity["rose"] > 0
    assert 0 < relu["trapped"] < relu["reached"] < SURE.size
    ones = EXPLORER.evaluate(teacher="ones")
    angle = np.array(EXPLORER.figure["data"][0]["x"])
    elsewhere = ones["marks"] != MARKS["global"]
    assert ones["trapped"] == 0
    assert np.all(np.isin(angle[elsewhere], [0.0, 180.0]))
    factor = np.array(EXPLORER.figure["data"][0]["y"])
    assert np.all(elsewhere[(angle == 180.0) & (np.abs(factor) <= 0.5)])
    eight = EXPLORER.evaluate(teacher="eight", estimator="identity")
    assert eight["reached"] < 0.6 * SURE.size
