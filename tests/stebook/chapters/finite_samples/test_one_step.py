"""The one-step explorer: its curves from the definition, and what its sentences claim."""

import numpy as np
import pytest

import ste
from stebook.chapters.finite_samples.one_step import (
    AVERAGED,
    ETA,
    EXPLORER,
    LAST,
    SEEDS,
    SIZES,
    START_ANGLE,
    TEACHER,
    V0,
    W0,
    climb,
    inputs,
)
from stebook.templates import number

ESTIMATORS = ("identity", "relu", "clipped_relu")


def loss_on_the_grid(samples, estimator, seed):
    Z = inputs(samples, seed)
    _, g = ste.coarse_gradient(V0, W0, Z, TEACHER, ste.get_estimator(estimator))
    mean = g.mean(axis=0)
    return np.array([ste.sample_loss(V0, W0 - eta * mean, Z, TEACHER).mean() for eta in ETA])


@pytest.mark.parametrize("estimator", ESTIMATORS)
@pytest.mark.parametrize("samples", [10, 200])
def test_the_curve_is_the_empirical_loss(samples, estimator):
    values = EXPLORER.evaluate(samples=samples, estimator=estimator, seed=2)
    exact = loss_on_the_grid(samples, estimator, 2)
    assert np.allclose(values["loss"], exact, atol=1e-12)
    assert values["drop"] == pytest.approx(exact[0] - exact[-1], abs=6e-4)
    assert values["climb"] >= climb(exact) - 6e-4
    assert values["jumps"] >= np.count_nonzero(np.diff(exact))


def test_the_start_is_as_the_caption_says():
    assert (ETA[0], ETA[-1]) == (0.0, LAST) == (0.0, 0.2)
    assert np.degrees(START_ANGLE) == pytest.approx(120.0)
    assert np.linalg.norm(W0) == pytest.approx(1.0)
    assert W0 @ TEACHER.w == pytest.approx(np.cos(START_ANGLE))
    assert not set(AVERAGED) & set(SEEDS) and len(AVERAGED) == 60


def test_the_outer_panels_are_the_middle_one_at_10_and_1000():
    ends = EXPLORER.evaluate(samples=100, estimator="identity", seed=3)
    for prefix, samples in (("left", 10), ("right", 1000)):
        middle = EXPLORER.evaluate(samples=samples, estimator="identity", seed=3)
        for name in ("loss", "mean", "low", "high"):
            assert np.array_equal(ends[f"{prefix}_{name}"], middle[name])


@pytest.mark.parametrize("estimator", ESTIMATORS)
def test_the_population_falls_and_large_samples_come_near_it(estimator):
    values = EXPLORER.evaluate(samples=1000, estimator=estimator)
    assert np.all(np.diff(values["population"]) < 0.0)
    apart = np.abs(values["mean"] - values["population"]).max()
    assert apart < 4 * values["spread"] / np.sqrt(60) + 0.02
    small = EXPLORER.evaluate(samples=10, estimator=estimator)
    assert small["spread"] > 4 * values["spread"]


@pytest.mark.parametrize("estimator", ESTIMATORS)
def test_more_samples_make_more_and_smaller_jumps(estimator):
    values = [EXPLORER.evaluate(samples=size, estimator=estimator, seed=1) for size in SIZES]
    assert np.all(np.diff([v["jumps"] for v in values]) > 0)
    assert values[-1]["largest"] < values[0]["largest"] / 20
    assert EXPLORER.say(values[-1]).startswith("Nearly smooth")
    assert EXPLORER.say(values[0]).startswith("Jagged")


def test_a_climb_is_the_largest_rise_to_a_later_point():
    assert climb(np.array([3.0, 1.0, 2.5, 0.5, 1.0])) == 1.5
    assert climb(np.array([3.0, 2.0, 1.0])) == 0.0


def test_every_sentence_is_about_what_is_shown():
    for samples in SIZES:
        for estimator in ESTIMATORS:
            for seed in SEEDS:
                values = EXPLORER.evaluate(samples=samples, estimator=estimator, seed=seed)
                said = EXPLORER.say(values)
                jumps, largest, fall, worst, population, seeds = EXPLORER.cells(values)[:6]
                assert jumps == f"{values['jumps']:.0f}, {values['upward']:.0f} up"
                assert largest == number(values["largest"], 3) and fall == number(values["drop"], 3)
                assert worst == number(values["climb"], 3)
                assert population == number(values["population_drop"], 2)
                assert seeds == f"{values['fell']:.0f} of 60"
                if said.startswith("Rough"):
                    assert values["climb"] < values["drop"] / 3
                assert ("does not lower" in said) == (values["drop"] <= 0.0)


@pytest.mark.title("With more samples the jumps of the loss get smaller")
@pytest.mark.parametrize("estimator", ESTIMATORS)
@pytest.mark.parametrize("seed", SEEDS)
def test_the_largest_jump_falls_with_each_larger_number_of_samples(estimator, seed):
    """The mean loss jumps where one sample's does, by less than the largest loss over K."""
    largest = [
        EXPLORER.evaluate(samples=size, estimator=estimator, seed=seed)["largest"] for size in SIZES
    ]
    assert np.all(np.diff(largest) < 0.0)
    assert np.all(np.multiply(largest, SIZES) < 0.5 * np.abs(TEACHER.v).sum() ** 2)


def test_named_states_are_what_they_are_called():
    worst, smooth = (EXPLORER.evaluate(**changes) for changes in EXPLORER.presets.values())
    climbs, largest = (
        [
            EXPLORER.evaluate(samples=samples, estimator=estimator, seed=seed)[name]
            for samples in SIZES
            for estimator in ESTIMATORS
            for seed in SEEDS
        ]
        for name in ("climb", "largest")
    )
    assert worst["climb"] == max(climbs)
    assert smooth["largest"] < 0.05 * max(largest)
