"""Bisection, down to neighbouring doubles."""

from collections.abc import Callable

import numpy as np


def last(
    holds: Callable[[np.ndarray], np.ndarray], low: np.ndarray | float, high: np.ndarray | float
) -> np.ndarray:
    """The last place between `low`, where something holds, and `high`, where it does not.

    Parameters
    ----------
    holds : callable
        Takes places, says whether it holds there; elementwise.
    low, high : ndarray or float, shape (...)
        low < high.

    Returns
    -------
    ndarray, shape (...)
        No double lies between it and one at which it does not hold.

    Examples
    --------
    >>> last(lambda x: x**2 <= np.array([2.0, 9.0]), np.ones(2), np.full(2, 4.0)).round(12)
    array([1.41421356, 3.        ])
    """
    low, high = np.asarray(low, dtype=float), np.asarray(high, dtype=float)
    while True:
        middle = 0.5 * (low + high)
        if not np.any((low < middle) & (middle < high)):
            return low
        there = holds(middle)
        low, high = np.where(there, middle, low), np.where(there, high, middle)
