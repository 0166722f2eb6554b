"""The rate explorer: errors from their definitions, slopes within their standard errors."""

import numpy as np
import pytest

import ste
from ste.samples import empirical_ray
from stebook.chapters.finite_samples.one_step import LAST, TEACHER, V0, W0
from stebook.chapters.finite_samples.rate import (
    EXPLORER,
    QUANTITIES,
    REPEATS,
    SIZES,
    _inputs,
    measured,
)
from stebook.templates import number

ESTIMATORS = ("identity", "relu", "clipped_relu")


@pytest.mark.result("prop-uniform", "prop-noise")
@pytest.mark.parametrize("estimator", ESTIMATORS)
@pytest.mark.parametrize("quantity", QUANTITIES)
def test_the_fitted_slope_is_one_half_within_its_standard_error(quantity, estimator):
    root, error, rate = measured(quantity, estimator)
    assert rate.standard_error < 0.03
    assert abs(rate.slope + 0.5) < 3 * rate.standard_error
    assert np.all(error < 0.15 * root)
    values = EXPLORER.evaluate(quantity=quantity, estimator=estimator)
    assert "within three standard errors" in EXPLORER.say(values)
    away = abs(rate.slope + 0.5) / rate.standard_error
    slope = f"{number(rate.slope, 3)} ± {number(rate.standard_error, 3)}"
    ends = [number(root[0], 2), number(root[-1], 2)]
    assert EXPLORER.cells(values) == [*ends, slope, f"{number(away, 1)} errors"]


def test_the_error_of_the_gradient_by_hand():
    exact = ste.expected_coarse_gradient(V0, W0, TEACHER, ste.RELU)[1]
    squares = [
        np.square(ste.coarse_gradient(V0, W0, Z, TEACHER, ste.RELU)[1].mean(axis=0) - exact).sum()
        for Z in _inputs(30)
    ]
    root, _, _ = measured("gradient", "relu")
    assert len(squares) == REPEATS
    assert root[SIZES.index(30)] == pytest.approx(np.sqrt(np.mean(squares)), rel=1e-12)


def test_the_largest_gap_by_a_fine_grid():
    direction = ste.expected_coarse_gradient(V0, W0, TEACHER, ste.RELU)[1]
    eta = np.linspace(0.0, LAST, 4001)
    exact = ste.population_loss(V0, W0 - eta[:, None] * direction, TEACHER)
    gaps = [
        np.abs(empirical_ray(V0, W0, direction, Z, TEACHER).at(eta) - exact).max()
        for Z in _inputs(100)
    ]
    root, _, _ = measured("loss", "relu")
    assert root[SIZES.index(100)] == pytest.approx(np.sqrt(np.mean(np.square(gaps))), rel=2e-3)


def test_the_dashed_line_has_slope_one_half():
    values = EXPLORER.evaluate()
    slopes = np.diff(np.log(values["half"])) / np.diff(np.log(SIZES))
    assert np.allclose(slopes, -0.5)
    assert values["half"][-1] == pytest.approx(values["root"][-1])


@pytest.mark.title("A hundred times the samples, about a tenth of the error")
@pytest.mark.parametrize("estimator", ESTIMATORS)
@pytest.mark.parametrize("quantity", QUANTITIES)
def test_a_hundred_times_the_samples_leave_a_tenth_of_the_error(quantity, estimator):
    """From the first K to the last, and in between the error is one number over the root of K."""
    assert SIZES[-1] == 100 * SIZES[0]
    values = EXPLORER.evaluate(quantity=quantity, estimator=estimator)
    assert 0.085 < values["last"] / values["first"] < 0.12
    scaled = values["root"] * np.sqrt(SIZES)
    assert np.all(np.abs(scaled / scaled.mean() - 1.0) < 0.12)


def test_the_error_of_the_gradient_is_its_deviation_over_the_root_of_k():
    """Exactly, since the samples are independent: tr Cov(g)/K."""
    for estimator in ESTIMATORS:
        proxy = ste.get_estimator(estimator)
        g = ste.coarse_gradient(V0, W0, _inputs(SIZES[-1]), TEACHER, proxy)[1]
        deviation = np.sqrt(g.reshape(-1, g.shape[-1]).var(axis=0).sum())
        root, error, _ = measured("gradient", estimator)
        assert np.all(np.abs(root - deviation / np.sqrt(SIZES)) < 3 * error)
