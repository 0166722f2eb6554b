"""Dot products that are rounded once."""

import numpy as np
import oracle
import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import SETTINGS, vectors

from ste._accurate import dot


def correctly_rounded(a, b) -> float:
    return float(oracle.exact_dot(a, b))


@SETTINGS
@given(st.integers(1, 12).flatmap(lambda m: st.tuples(vectors(m), vectors(m))))
def test_dot_is_the_exact_sum_rounded_once(pair):
    a, b = (np.where(np.abs(x) < 1e-100, 0.0, x) for x in pair)
    assert dot(a, b) == correctly_rounded(a, b)


@pytest.mark.parametrize("small", [1.0, 1e-5, 1e-9, 1e-12])
@pytest.mark.parametrize("m", [2, 5, 12])
def test_dot_keeps_all_digits_where_the_terms_cancel(m, small):
    rng = np.random.default_rng(m)
    b = rng.standard_normal(m)
    a = oracle.cancelling(rng.standard_normal(m), b, small)
    exact = correctly_rounded(a, b)
    assert 0 < abs(exact) < 1e-14 * small
    assert dot(a, b) == exact


def test_dot_broadcasts_over_leading_axes():
    rng = np.random.default_rng(0)
    a, b = rng.standard_normal((3, 1, 4)), rng.standard_normal((2, 4))
    got = dot(a, b)
    assert got.shape == (3, 2)
    assert got[1, 0] == correctly_rounded(a[1, 0], b[0])
    assert dot(a[0, 0], b[0]).shape == ()
    assert dot(np.zeros((0, 4)), b[0]).shape == (0,)
