"""Quadrature on panels: exact where Gauss-Legendre is, and settled or refused elsewhere."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ste._quadrature import graded, integrate, nodes, normal_nodes, primitive, split


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


@given(jump=st.floats(-9.0, 9.0))
def test_normal_nodes_give_the_moments_and_the_tail_beyond_a_declared_jump(jump):
    x, weights = normal_nodes(np.array([jump]))
    for power, moment in enumerate([1.0, 0.0, 1.0, 0.0, 3.0]):
        assert weights @ x**power == pytest.approx(moment, rel=1e-11, abs=1e-11)
    tail = 0.5 * math.erfc(jump / math.sqrt(2.0))
    assert weights @ (x > jump) == pytest.approx(tail, abs=1e-12)


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
