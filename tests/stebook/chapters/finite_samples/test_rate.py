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

ESTIMATORS = ("identity", "relu", "clipped_relu")


@pytest.mark.result("prop-uniform", "prop-noise")
@pytest.mark.parametrize("estimator", ESTIMATORS)
@pytest.mark.parametrize("quantity", QUANTITIES)
def test_the_fitted_slope_is_one_half_within_its_standard_error(quantity, estimator):
    root, error, rate = measured(quantity, estimator)
    assert rate.standard_error < 0.03
    assert abs(rate.slope + 0.5) < 3 * rate.standard_error
    assert np.all(error < 0.15 * root)
    assert "standard errors away" in EXPLORER.say(
        EXPLORER.evaluate(quantity=quantity, estimator=estimator)
    )


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
