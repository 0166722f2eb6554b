"""erf and the normal distribution against mpmath, tails included."""

import numpy as np
import oracle
import pytest

from ste import _normal

POINTS = np.concatenate([np.linspace(-9.0, 9.0, 181), [1e-300, -1e-12, 1e-8, 20.0, -20.0, 26.0]])


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        (_normal.erf, oracle.mp.erf),
        (_normal.erfc, oracle.mp.erfc),
        (_normal.normal_pdf, oracle.mp.npdf),
        (_normal.normal_cdf, oracle.mp.ncdf),
    ],
)
def test_relative_error_is_a_few_rounding_errors_in_both_tails(ours, theirs):
    for x, got in zip(POINTS, ours(POINTS), strict=True):
        wanted = theirs(oracle.mp.mpf(float(x)))
        # exp(-x^2/2) multiplies the rounding of its argument by the size of it
        assert abs(got - wanted) <= (2 + x**2) * 4e-16 * abs(wanted), x


def test_constant_k_is_the_density_at_0():
    assert abs(_normal.K - oracle.K) < 1e-16
    assert _normal.normal_pdf(0.0) == _normal.K


@pytest.mark.parametrize(
    "function", [_normal.erf, _normal.erfc, _normal.normal_pdf, _normal.normal_cdf]
)
def test_shapes_are_kept(function):
    assert function(0.5).shape == ()
    assert function([[0.0, 1.0, 2.0]]).shape == (1, 3)
    assert function([1, 2]).dtype == float
    assert function(np.zeros((0, 2))).shape == (0, 2)


def test_limits():
    assert _normal.erf([-np.inf, np.inf]).tolist() == [-1.0, 1.0]
    assert _normal.normal_cdf([-np.inf, 0.0, np.inf]).tolist() == [0.0, 0.5, 1.0]
