"""Quadrature on panels: exact where Gauss-Legendre is, and settled or refused elsewhere."""

import math

import mpmath
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from strategies import SETTINGS

from ste._normal import normal_pdf
from ste._quadrature import graded, integrate, line, nodes, primitive, split


@settings(SETTINGS, max_examples=100)
@given(
    order=st.integers(1, 20),
    edges=st.lists(st.floats(-2.0, 2.0), min_size=2, max_size=6),
    data=st.data(),
)
def test_each_order_is_exact_for_polynomials_of_degree_below_twice_it(order, edges, data):
    degree = data.draw(st.integers(0, 2 * order - 1))
    edges = np.sort(np.array(edges))
    x, weights = nodes(edges, order)
    assert x.shape == weights.shape == ((edges.size - 1) * order,)
    wanted = (edges[-1] ** (degree + 1) - edges[0] ** (degree + 1)) / (degree + 1)
    assert weights @ x**degree == pytest.approx(wanted, abs=1e-13 * 2.0 ** (degree + 1))


def test_order_q_is_not_exact_for_degree_2q():
    x, weights = nodes(np.array([0.0, 1.0]), 3)
    assert abs(weights @ x**6 - 1 / 7) > 1e-4


def test_panels_go_along_the_last_axis():
    edges = np.array([[[0.0, 1.0, 4.0]], [[-1.0, 0.0, 0.0]]])
    x, weights = nodes(edges, 4)
    assert x.shape == weights.shape == (2, 1, 8)
    np.testing.assert_allclose(np.sum(weights * x, axis=-1), [[8.0], [-0.5]])
    assert [part.shape for part in nodes(np.zeros((0, 3)), 4)] == [(0, 8), (0, 8)]


def test_graded_panels_halve_towards_0():
    edges = graded(38.0, 64)
    assert edges[0] == 0.0
    assert edges[-1] == 38.0
    assert (edges[2:] == 2.0 * edges[1:-1]).all()
    assert edges.size == 66


def test_no_point_and_points_far_out_leave_the_interval_as_it_is():
    edges = np.array([0.0, 1.0])
    assert split(edges, np.zeros((2, 0))).tolist() == [[0.0, 1.0]] * 2
    assert split(edges, np.array([np.inf, -np.inf, 0.5])).tolist() == [0.0, 0.0, 0.5, 1.0, 1.0]


@settings(SETTINGS, max_examples=100)
@given(jump=st.floats(-9.0, 9.0))
def test_the_line_gives_the_moments_and_the_tail_beyond_a_declared_jump(jump):
    edges = split(line(), np.array([[jump]] * 6))

    def integrand(x, row):
        return np.where(row < 5, x**row, x > jump) * normal_pdf(x)

    wanted = [1.0, 0.0, 1.0, 0.0, 3.0, 0.5 * math.erfc(jump / math.sqrt(2.0))]
    np.testing.assert_allclose(integrate(integrand, edges), wanted, rtol=1e-13, atol=1e-13)


@SETTINGS
@given(exponent=st.floats(-300.0, 300.0))
def test_the_line_is_fine_enough_for_any_scale(exponent):
    """E[1/(1 + a^2 X^2)] = sqrt(pi/2) exp(b^2) erfc(b)/a with b = 1/(a sqrt 2)."""
    a = 10.0**exponent

    def integrand(x, row):
        return normal_pdf(x) / (1.0 + np.square(np.minimum(a * np.abs(x), 1e150)))

    found = integrate(integrand, line(a)[None])[0]
    with mpmath.workdps(30):
        b = 1 / (mpmath.mpf(a) * mpmath.sqrt(2))
        # exp(b^2) erfc(b) -> 1/(b sqrt pi) for large b
        product = mpmath.exp(b**2) * mpmath.erfc(b) if b < 1e3 else (1 - 1 / (2 * b**2)) / b
        share = mpmath.sqrt(mpmath.pi / 2) if b < 1e3 else 1 / mpmath.sqrt(2)
        assert found == pytest.approx(float(share * product / a), rel=1e-11)


def test_the_adaptive_rule_closes_in_on_a_jump_and_takes_each_row_by_itself():
    edges = np.array([[0.0, 1.0, 1.0], [0.0, 2.0, 5.0], [3.0, 3.0, 3.0]])

    def integrand(x, row):
        return (row == 0) * (x > 0.3) + (row == 1) * np.exp(-x)

    values = integrate(integrand, edges)
    np.testing.assert_allclose(values, [0.7, -math.expm1(-5.0), 0.0], rtol=1e-12)


def test_an_integral_that_does_not_settle_is_refused():
    with pytest.raises(ValueError, match="derivative: expected a piecewise smooth function"):
        integrate(lambda x, row: (np.sin(1e7 * x) > 0.0) + 0.0, np.array([[0.0, 1.0]]))


def test_the_primitive_of_a_narrow_peak_far_from_0_and_of_nothing():
    x = np.array([[3.0, 1.0], [-2.0, 0.0]])
    narrow = primitive(lambda t: np.exp(-0.5 * np.square((t - 2.0) / 0.01)), (), x)
    assert narrow[0, 0] == pytest.approx(0.01 * math.sqrt(2.0 * math.pi), rel=1e-12)
    np.testing.assert_allclose(narrow[[0, 1, 1], [1, 0, 1]], 0.0, atol=1e-300)
    assert primitive(np.cos, (), np.zeros((0, 2))).shape == (0, 2)
