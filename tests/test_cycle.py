"""The predicted limit cycle of identity: threshold, period, and where there is none."""

import numpy as np
import oracle
import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import SETTINGS, teachers, with_ratio

import ste


def coefficients(m: int, r: float) -> tuple:
    """Of the balance of one cycle, a quadratic in the mean direction a; in 40 digits."""
    M, r = oracle.mp.mpf(m) / (m + 1), oracle.mp.mpf(r)
    return 1 - (2 - M) * r, 1 - M * r, r


def discriminant(m: int, r: float):
    a, b, c = coefficients(m, r)
    return b * b - 4 * a * c


@pytest.mark.parametrize(("m", "threshold"), [(2, 0.2617), (4, 0.2299), (8, 0.2149), (10**6, 0.2)])
def test_threshold(m, threshold):
    teacher = with_ratio(m, 0.1)
    assert ste.limit_cycle(teacher).threshold == pytest.approx(threshold, abs=5e-5)


@pytest.mark.parametrize("m", [2, 4, 8, 30, 1000])
def test_threshold_is_where_the_discriminant_vanishes(m):
    threshold = ste.limit_cycle(with_ratio(m, 0.1)).threshold
    assert abs(discriminant(m, threshold)) < 1e-14
    assert discriminant(m, 0.999 * threshold) > 0 > discriminant(m, 1.001 * threshold)
    grid = np.linspace(1e-3, 0.999 * threshold, 200)
    assert all(discriminant(m, r) > 0 for r in grid)  # no smaller root


@pytest.mark.result("thm-period")
@pytest.mark.parametrize("m", [2, 4, 8, 30])
@pytest.mark.parametrize("share", [1e-12, 1e-6, 1e-2, 0.3, 0.7, 0.99, 0.9999])
def test_period_solves_the_balance_of_a_cycle(m, share):
    threshold = ste.limit_cycle(with_ratio(m, 0.1)).threshold
    cycle = ste.limit_cycle(with_ratio(m, share * threshold))
    assert cycle.exists and cycle.ratio == pytest.approx(share * threshold, rel=1e-9)
    a = 2 / oracle.mp.mpf(cycle.period) - 1
    A, B, C = coefficients(m, cycle.ratio)
    assert a <= -B / (2 * A)  # the root nearer -1
    # near the threshold the roots merge, and the period moves with the root of the rounding
    slope = abs(2 * A * a + B)
    assert abs(A * a * a + B * a + C) < 1e-14 * (1 + a) / slope


@pytest.mark.parametrize(
    ("m", "r", "period"),
    [(2, 0.1, 45.73), (4, 0.1, 25.72), (8, 0.1, 20.00), (8, 0.15, 11.15), (30, 0.15, 9.32)],
)
def test_periods(m, r, period):
    assert ste.limit_cycle(with_ratio(m, r)).period == pytest.approx(period, abs=0.01)


@pytest.mark.parametrize(
    "v",
    [
        [2.0],  # one unit
        [1.0, -1.0],  # s = 0
        [0.1, 0.2, -0.3],  # s = 0 but for rounding
        [1.0, 1.0, 1.0, 1.0],  # no spurious minimum
        [1.0, -0.5, 0.8, 0.3],  # above the threshold, below 1/2
    ],
)
def test_where_there_is_none(v):
    cycle = ste.limit_cycle(ste.Teacher(v, [1.0, 0.0]))
    assert not cycle.exists and cycle.period is None
    assert cycle.threshold > 0.0


def test_just_above_and_just_below_the_threshold():
    threshold = ste.limit_cycle(with_ratio(8, 0.1)).threshold
    assert ste.limit_cycle(with_ratio(8, threshold * (1 - 1e-9))).exists
    assert not ste.limit_cycle(with_ratio(8, threshold * (1 + 1e-9))).exists


@SETTINGS
@given(teachers(), st.floats(-3.0, 3.0))
def test_only_the_shape_of_the_teacher_matters(teacher, log_factor):
    one = ste.limit_cycle(teacher)
    other = ste.limit_cycle(ste.Teacher(-(10.0**log_factor) * teacher.v, teacher.w))
    assert other.ratio == pytest.approx(one.ratio, rel=1e-12, abs=1e-15)
    assert other.threshold == one.threshold
    if one.exists and other.exists:
        assert other.period == pytest.approx(one.period, rel=1e-5)


@SETTINGS
@given(teachers())
def test_a_cycle_needs_a_spurious_minimum(teacher):
    if ste.limit_cycle(teacher).exists:
        assert ste.critical_points(teacher).spurious is not None
