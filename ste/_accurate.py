"""Dot products rounded once.

The population gradient in w is proportional to d = v.v*, which is zero at saddle points: there a
plain dot product returns rounding noise of size eps |v||v*| instead of d. Dekker's product splits
each term into two doubles without error (Numer. Math. 18, 1971), and `math.fsum` adds all of them
exactly before it rounds (Shewchuk, Discrete Comput. Geom. 18, 1997).
"""

import math

import numpy as np

_SPLITTER = 134217729.0  # 2**27 + 1, cuts a double into two halves of 26 bits


def _two_product(a: np.ndarray, b: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    product = a * b
    a_high = _SPLITTER * a - (_SPLITTER * a - a)
    b_high = _SPLITTER * b - (_SPLITTER * b - b)
    a_low, b_low = a - a_high, b - b_high
    error = a_low * b_low - (((product - a_high * b_high) - a_low * b_high) - a_high * b_low)
    return product, error


def near_one(*arrays: np.ndarray) -> tuple[list[np.ndarray], np.ndarray]:
    """`arrays` over a power of two, and its exponent: the largest entry of a row is then about 1.

    Scaled so, squares and products neither overflow nor vanish, and no digit changes.
    """
    rows = np.max(np.abs(np.concatenate(np.broadcast_arrays(*arrays), axis=-1)), axis=-1)
    exponent = np.frexp(rows)[1]
    return [np.ldexp(array, -exponent[..., None]) for array in arrays], exponent


def dot(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """Sum over the last axis of ``a * b``, correctly rounded.

    Exact as long as no product falls below 1e-290 of the largest, where its error underflows.
    """
    (a,), a_exponent = near_one(a)
    (b,), b_exponent = near_one(b)
    terms = np.concatenate(np.broadcast_arrays(*_two_product(a, b)), axis=-1)
    sums = [math.fsum(row) for row in terms.reshape(-1, terms.shape[-1])]
    return np.ldexp(np.reshape(sums, terms.shape[:-1]), a_exponent + b_exponent)
