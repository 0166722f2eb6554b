"""The normal distribution and its error functions, elementwise; numpy itself has none."""

import math
from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike

SQRT_2PI = math.sqrt(2.0 * math.pi)
#: The height of the standard normal density at 0, the constant k of the book.
K = 1.0 / SQRT_2PI


def _of_each(function: Callable[[float], float], x: ArrayLike) -> np.ndarray:
    """A function of numbers at every entry of `x`; `numpy.frompyfunc` takes a third longer."""
    x = np.asarray(x, dtype=float)
    return np.fromiter(map(function, x.ravel().tolist()), float, x.size).reshape(x.shape)


def erf(x: ArrayLike) -> np.ndarray:
    """Error function of every entry of `x`."""
    return _of_each(math.erf, x)


def erfc(x: ArrayLike) -> np.ndarray:
    """Complementary error function, accurate where ``1 - erf(x)`` would cancel."""
    return _of_each(math.erfc, x)


def normal_pdf(x: ArrayLike) -> np.ndarray:
    """Density phi of the standard normal distribution."""
    return K * np.exp(-0.5 * np.square(np.asarray(x, dtype=float)))


def normal_cdf(x: ArrayLike) -> np.ndarray:
    """Distribution function Phi of the standard normal distribution, accurate in both tails."""
    return 0.5 * erfc(-np.asarray(x, dtype=float) / math.sqrt(2.0))
