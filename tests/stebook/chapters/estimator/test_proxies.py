"""The proxies explorer: curves and weights against the package, the sentence against the slopes."""

import numpy as np
import pytest

import ste
from ste._normal import K
from ste.model import sigma
from stebook.chapters.estimator.proxies import CURVE, EXPLORER, PLACES
from stebook.templates import number

ONE_SIDED = {"relu", "clipped_relu", "log_tailed_relu"}


@pytest.mark.parametrize("name", ste.ESTIMATORS)
def test_the_curves_are_the_estimators(name):
    values = EXPLORER.evaluate(estimator=name)
    np.testing.assert_allclose(values["slopes"], ste.get_estimator(name).evaluate(CURVE))
    steps = np.diff(values["mu"])
    middle = ste.get_estimator(name).evaluate(0.5 * (CURVE[1:] + CURVE[:-1]))
    np.testing.assert_allclose(steps, middle * np.diff(CURVE), atol=1e-4)
    assert np.interp(0.0, CURVE, values["mu"]) == pytest.approx(0.0, abs=1e-6)


@pytest.mark.parametrize("name", ste.ESTIMATORS)
def test_the_weights_are_averages_over_the_grey_curve(name):
    x = np.random.default_rng(0).standard_normal(200_000)
    weighed = np.abs(x) * ste.get_estimator(name).evaluate(x)
    values = EXPLORER.evaluate(estimator=name)
    for column, half in (("a_plus", x > 0), ("a_minus", x < 0)):
        samples = weighed * half
        error = samples.std() / np.sqrt(x.size)
        assert abs(values[column] - samples.mean()) <= 4 * error


def test_known_weights():
    assert EXPLORER.evaluate(estimator="identity")["a_minus"] == pytest.approx(K)
    assert EXPLORER.evaluate(estimator="relu")["a_plus"] == pytest.approx(K)
    assert EXPLORER.evaluate(estimator="clipped_relu")["a_plus"] == pytest.approx(
        K * (1 - np.exp(-0.5))
    )


@pytest.mark.parametrize("name", ste.ESTIMATORS)
@pytest.mark.parametrize("x", PLACES)
def test_the_sentence_says_what_is_sent_back(name, x):
    values = EXPLORER.evaluate(estimator=name, x=x)
    said = EXPLORER.say(values)
    slope = float(ste.get_estimator(name).evaluate(x))
    assert values["slope"] == slope
    sides = (number(values[side], 3) for side in ("a_plus", "a_minus"))
    assert EXPLORER.cells(values) == [number(slope, 3), number(values["height"], 3), *sides]
    assert ("one-sided" in said) == (name in ONE_SIDED)
    assert ("symmetric" in said) == (name not in ONE_SIDED)
    if x < 0:
        assert ("It" if slope else "The step") + " is off" in said
        assert ("flat here, but the error goes back" in said) == (slope > 0)
        assert ("Nothing goes back" in said) == (slope == 0)
    elif x > 0:
        assert ("It" if slope else "The step") + " is on" in said
        assert ("already flat" in said) == (slope == 0)
    else:
        assert "the step jumps" in said


@pytest.mark.title("The step has no useful slope: a stand-in lends its own")
def test_the_step_is_flat_on_both_sides_and_every_stand_in_has_a_slope():
    step = EXPLORER.figure["data"][0]["y"]
    for side, level in ((CURVE < 0.0, 0.0), (CURVE > 0.0, 1.0)):
        assert {height for height, here in zip(step, side, strict=True) if here} == {level}
        np.testing.assert_array_equal(sigma(CURVE[side]), level)
    for name in ste.ESTIMATORS:
        slopes = [EXPLORER.evaluate(estimator=name, x=x)["slope"] for x in PLACES if x > 0.0]
        assert max(slopes) > 0.1 and min(slopes) >= 0.0
