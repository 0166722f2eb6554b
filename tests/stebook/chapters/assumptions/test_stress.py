"""The stress explorer: its curves against ste and samples, and what it says."""

import math

import numpy as np
import pytest

import ste
from stebook.chapters.assumptions.stress import (
    ACROSS,
    EXPLORER,
    PLACES,
    SAMPLED,
    cosines,
    layers,
)
from stebook.chapters.assumptions.worlds import AXIS, STRESSES, THETA, V_STAR, filters
from stebook.templates import number

NAMES = EXPLORER.control("estimator").values


def test_without_a_stress_it_is_the_correlation_of_the_book():
    teacher = ste.Teacher(V_STAR, [math.cos(AXIS), math.sin(AXIS)])
    for estimator in NAMES:
        v = ste.best_v(np.abs(np.radians(THETA)), teacher)
        wanted = ste.correlation(v, filters(), teacher, ste.get_estimator(estimator)).cosine
        np.testing.assert_allclose(cosines("paper", estimator, "best"), wanted, atol=1e-9)
    assert ACROSS @ V_STAR / np.linalg.norm(ACROSS) / math.sqrt(V_STAR @ V_STAR) < 0.05


@pytest.mark.parametrize("stress", STRESSES)
def test_the_samples_agree_with_the_curve(stress):
    for estimator in NAMES:
        values = EXPLORER.evaluate(stress=stress, estimator=estimator, place="star")
        apart = np.abs(values["estimate"] - values["cosine"][list(SAMPLED)])
        assert np.all(apart < 2.2 * values["error"])  # twice two standard errors, and a little


def test_the_best_v_is_where_the_slope_in_v_is_zero():
    for stress in STRESSES:
        best, of = layers(stress)["best"], STRESSES[stress]
        assert best.shape == (len(THETA), 4)
        assert np.ptp(best, axis=0).max() > 0.1
        np.testing.assert_allclose(of.world.gradient(best, of.w)[0], 0.0, atol=1e-14)


@pytest.mark.parametrize("stress", ["paper", "radial", "noise", "relu_labels", "own"])
def test_where_a_theorem_keeps_the_sign_nothing_is_negative(stress):
    for estimator in NAMES:
        for place in PLACES:
            values = EXPLORER.evaluate(stress=stress, estimator=estimator, place=place)
            assert values["negatives"] == 0.0 and values["least"] > 0.0
            assert np.isnan(values["negative"]).all()


@pytest.mark.parametrize("stress", ["cube", "laplace", "student", "clusters", "corr4", "corr30"])
def test_rows_that_prefer_directions_fail_across_the_teacher(stress):
    for estimator in NAMES:
        values = EXPLORER.evaluate(stress=stress, estimator=estimator, place="across")
        assert values["negatives"] > 10.0
        assert "is negative at some angles" in EXPLORER.say(values)


def test_what_it_says_of_relu_and_clipped_relu():
    shown = EXPLORER.evaluate()
    assert shown["stress_label"] == "Rows correlated, condition 30"
    assert (shown["estimator_label"], shown["place_label"]) == ("ReLU", "best v")
    assert EXPLORER.cells(shown) == [
        "2 of 36 angles",
        number(shown["here"], 2),
        f"{number(shown['least'], 2)} at {number(shown['least_at'], 0)}°",
    ]
    assert "not negative at any" in EXPLORER.say(EXPLORER.evaluate(estimator="clipped_relu"))
    assert "not negative at any" in EXPLORER.say(EXPLORER.evaluate(stress="corr4"))
    noise = EXPLORER.evaluate(stress="noise")
    assert "only the bars are longer" in EXPLORER.say(noise)
    np.testing.assert_array_equal(noise["cosine"], EXPLORER.evaluate(stress="paper")["cosine"])
    assert np.all(noise["error"] > EXPLORER.evaluate(stress="paper")["error"])
    two = EXPLORER.evaluate(stress="bits2", estimator="clipped_relu")
    assert two["negatives"] == 0.0 < EXPLORER.evaluate(stress="bits2")["negatives"]


@pytest.mark.title("Label noise never sends the average step uphill; correlated rows can")
def test_label_noise_leaves_every_cosine_and_correlated_rows_turn_some():
    for estimator in NAMES:
        for place in PLACES:
            noisy = cosines("noise", estimator, place)
            np.testing.assert_array_equal(noisy, cosines("paper", estimator, place))
            assert noisy.min() > 0.0
        assert max(cosines(rows, estimator, "across").min() for rows in ("corr4", "corr30")) < 0.0
