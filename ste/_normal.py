"""The normal distribution and its error functions, elementwise; numpy itself has none."""

import math

import numpy as np
from numpy.typing import ArrayLike

SQRT_2PI = math.sqrt(2.0 * math.pi)
#: The height of the standard normal density at 0, the constant k of the book.
K = 1.0 / SQRT_2PI

_erf = np.frompyfunc(math.erf, 1, 1)
_erfc = np.frompyfunc(math.erfc, 1, 1)


def erf(x: ArrayLike) -> np.ndarray:
    """Error function of every entry of `x`."""
    return np.asarray(_erf(np.asarray(x, dtype=float)), dtype=float)


def erfc(x: ArrayLike) -> np.ndarray:
    """Complementary error function, accurate where ``1 - erf(x)`` would cancel."""
    return np.asarray(_erfc(np.asarray(x, dtype=float)), dtype=float)


def normal_pdf(x: ArrayLike) -> np.ndarray:
    """Density phi of the standard normal distribution."""
    return K * np.exp(-0.5 * np.square(np.asarray(x, dtype=float)))


def normal_cdf(x: ArrayLike) -> np.ndarray:
    """Distribution function Phi of the standard normal distribution, accurate in both tails."""
    return 0.5 * erfc(-np.asarray(x, dtype=float) / math.sqrt(2.0))
