"""The still pictures of the chapter draw what `ste` says: steps near a trap, spikes of a cycle."""

import re

import numpy as np
import pytest

import ste
from stebook.chapters.oscillation import fields, spikes
from stebook.chapters.oscillation.fields import PLANE, STEP
from stebook.chapters.styles import STYLES
from stebook.chapters.teachers import TEACHER, TEACHERS

TRAP = ste.critical_points(TEACHERS["trap"]).spurious


@pytest.fixture(scope="module")
def steps():
    return fields()


@pytest.fixture(scope="module")
def runs():
    return spikes()


def test_on_the_line_identity_alone_moves(steps):
    line = steps.w[:, 1] == 0.0
    for name, moved in steps.steps.items():
        expected = ste.expected_coarse_gradient(
            TRAP.v, [-1.0, 0.0], TEACHERS["trap"], ste.get_estimator(name)
        )[1]
        np.testing.assert_allclose(moved[line], np.tile(-expected, (line.sum(), 1)), atol=1e-15)
        assert (np.hypot(*expected) > 0) == (name == "identity")


def test_beside_the_line_all_turn_to_it(steps):
    beside = steps.w[:, 1] != 0.0
    for moved in steps.steps.values():
        assert np.all(moved[beside, 1] * steps.w[beside, 1] < 0)


@pytest.mark.parametrize("row, name", list(enumerate(STYLES)))
def test_each_arrow_is_a_step(steps, row, name):
    panel = steps.panel(name, row)
    arrows = re.search(rf'stroke="{STYLES[name].colour}" d="(.*?)"', panel)[1]
    shafts = [
        np.array([point.split() for point in path.split("L")], dtype=float)
        for path in arrows[1:].split("M")[::2]
    ]
    moves = np.hypot(*steps.steps[name].T) > 1e-9
    drawn = np.array([end - start for start, end in shafts]) * [1, -1]
    np.testing.assert_allclose(drawn, STEP * steps.steps[name][moves], atol=0.11)
    starts = np.array([start for start, _ in shafts])
    np.testing.assert_allclose(
        starts - starts[0], PLANE * (steps.w[moves] - steps.w[moves][0]) * [1, -1], atol=0.11
    )
    assert panel.count("a4 4 0 1 0 8 0") == np.sum(~moves)


def test_spikes_come_after_the_predicted_period_and_relu_descends(runs):
    gaps = np.diff(runs.crossings())
    assert len(gaps) == 3
    assert gaps.mean() == pytest.approx(runs.period, abs=1)
    loss, norm = runs.shown(runs.identity)
    high = np.flatnonzero(loss > 0.5 * loss.max())
    np.testing.assert_array_equal(high, runs.crossings())
    assert np.all(norm[runs.crossings()] < 0.1 * norm.max())
    assert np.all(np.diff(runs.relu.loss) <= 0)


def test_the_bracket_reaches_from_spike_to_spike(runs):
    picture = runs._repr_html_()
    assert f">T = {runs.period:.0f}<" in picture
    left, right = map(float, re.search(r"M([\d.]+) 74H([\d.]+)m0-5v10", picture).groups())
    curve = re.search(rf'stroke="{STYLES["identity"].colour}" d="M(.*?)"', picture)[1]
    x, y = np.array([point.split() for point in curve.split("L")], dtype=float).T
    first, second = x[runs.crossings()[:2]]
    assert (left, right) == pytest.approx((first, second), abs=0.1)
    assert y.min() == pytest.approx(y[runs.crossings()[0]], abs=1)


def test_three_of_sixty_starts_stay_in_the_trap_and_identity_crosses_out_of_it():
    rng = np.random.default_rng(0)
    v0, w0 = 0.1 * rng.standard_normal((60, 4)), rng.standard_normal((60, 5))
    w0 /= np.linalg.norm(w0, axis=1, keepdims=True)
    runs = {e.name: ste.descend(v0, w0, TEACHER, e, 0.1, 2000) for e in ste.PAPER}
    for name in ("relu", "clipped_relu"):
        trapped = runs[name].loss[-1] > 1e-3
        assert trapped.sum() == 3
        np.testing.assert_allclose(runs[name].loss[-1, trapped], TRAP.loss, rtol=1e-6)
    identity = runs["identity"]
    assert np.all(identity.loss[-1] < 1e-3)
    rises = np.diff(identity.loss, axis=0)
    step, start = np.unravel_index(np.argmax(rises), rises.shape)
    before, after = identity.angle[step : step + 2, start]
    assert before > 3 and after < 0.2, "from the far side of the origin to the near one"
