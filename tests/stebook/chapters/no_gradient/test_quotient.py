"""The quotient explorer: its estimates against the package, its band against theory."""

import numpy as np
import pytest

import ste
from stebook.chapters.no_gradient.quotient import (
    DRAWS,
    EXPLORER,
    RATE,
    SAMPLES,
    SLOPE,
    TEACHER,
    THETA,
    TURNS,
    V,
    _draws,
    filter_at,
    standard_error,
)
from stebook.templates import number


def test_the_true_slope_is_that_of_the_population_loss():
    rise = ste.population_loss(V, filter_at(THETA + 1e-6), TEACHER)
    rise -= ste.population_loss(V, filter_at(THETA), TEACHER)
    assert rise / 1e-6 == pytest.approx(SLOPE, rel=1e-8)
    gradient = ste.population_gradient(V, filter_at(THETA), TEACHER)[1]
    assert np.linalg.norm(gradient) == pytest.approx(abs(SLOPE))


def test_the_estimates_are_those_of_the_samples():
    Z = np.random.default_rng(2).standard_normal((SAMPLES[-1], TEACHER.m, TEACHER.n))[:1000]
    before, after = (ste.sample_loss(V, filter_at(THETA + t), Z, TEACHER) for t in (0.0, 0.1))
    values = EXPLORER.evaluate(turn=0.1, samples=1000)
    assert values["first"] == pytest.approx((after - before).mean() / 0.1)
    assert values["count"] == np.count_nonzero(np.abs(after - before) > 1e-9)
    assert values["estimates"][TURNS.index(0.1) * DRAWS] == pytest.approx(values["first"])


def test_the_band_is_two_standard_errors_wide():
    values = EXPLORER.evaluate(samples=10_000)
    for j, turn in enumerate(TURNS):
        half = 2 * np.sqrt(RATE / (10_000 * turn))
        assert values["upper"][j] - SLOPE == pytest.approx(half)
        assert SLOPE - values["lower"][j] == pytest.approx(half)


def test_the_scatter_is_what_the_band_says():
    scores = [
        (_draws()[0][i, j] - SLOPE) / standard_error(turn, samples)
        for i, samples in enumerate(SAMPLES)
        for j, turn in enumerate(TURNS)
        if samples * turn >= 30
    ]
    # the sets are shared between turns and sizes, so 12 of them are independent, not all
    assert np.mean(np.square(scores)) == pytest.approx(1.0, abs=4 * np.sqrt(2 / DRAWS))
    assert np.mean(np.abs(scores) < 2) > 0.8


def test_the_sentences_say_what_is_to_be_seen():
    silent = EXPLORER.evaluate(turn=0.0003, samples=100)
    assert "exactly 0, as in 12 of the sets" in EXPLORER.say(silent)
    error = number(silent["error"], 3)
    assert EXPLORER.cells(silent) == ["0.00 %", "0.000", error, "12 of 12", "0"]
    assert "drowns" in EXPLORER.say(EXPLORER.evaluate(turn=0.003, samples=1000))
    assert "roughly" in EXPLORER.say(EXPLORER.evaluate(turn=0.1, samples=1000))
    assert "less than a tenth" in EXPLORER.say(EXPLORER.evaluate(turn=0.3, samples=100_000))


def test_every_state_has_a_sentence_and_fits_the_figure():
    top = EXPLORER.figure["layout"]["yaxis"]["range"][1]
    for turn in TURNS:
        for samples in SAMPLES:
            values = EXPLORER.evaluate(turn=turn, samples=samples)
            assert "nan" not in EXPLORER.told(values)
            assert "\N{EN DASH}" not in EXPLORER.cells(values)
            assert np.abs(values["estimates"]).max() < top


@pytest.mark.title("The smaller the turn, the larger the slope's standard error")
def test_the_standard_error_falls_with_every_larger_turn():
    """In every state, and with many samples in the scatter of the sets too."""
    for samples in SAMPLES:
        errors = [EXPLORER.evaluate(turn=turn, samples=samples)["error"] for turn in TURNS]
        assert np.all(np.diff(errors) < 0.0)
    assert np.all(np.diff(_draws()[0][-1].std(axis=-1)) < 0.0)
