"""The limit cycle of the identity estimator near a spurious minimum."""

import math
from dataclasses import dataclass

import numpy as np

from ste import _checks
from ste.model import Teacher


@dataclass(frozen=True)
class LimitCycle:
    """What the theory predicts for small learning rates.

    ``ratio`` r = s^2 / ((m + 1) N), ``threshold`` r*(m), ``exists`` whether an attracting cycle
    does, ``period`` its period in steps (None where there is none).
    """

    ratio: float
    threshold: float
    exists: bool
    period: float | None


def limit_cycle(teacher: Teacher) -> LimitCycle:
    """Relaxation oscillation of identity coarse gradient descent around the spurious minimizer.

    With r = s^2/((m + 1) N) and M = m/(m + 1), the mean direction a in one cycle solves
    ``(1 - (2 - M) r) a^2 + (1 - M r) a + r = 0`` (the root nearer -1) and the period is
    ``T = 2/(1 + a)`` steps. Both roots are real, and the cycle exists, for
    ``0 < r < r* = ((M + 2) - sqrt(8 M - 4)) / (M^2 - 4 M + 8)`` and m > 1.

    Parameters
    ----------
    teacher : Teacher

    Returns
    -------
    LimitCycle

    Notes
    -----
    Our own result, in the limit of a small learning rate and for starts near the spurious
    minimizer. An s that is zero up to the rounding of its terms counts as zero.

    Examples
    --------
    >>> cycle = limit_cycle(Teacher(v=[1.0, -0.5, 0.8, 0.3], w=[1.0, 0.0]))
    >>> round(cycle.ratio, 3), round(cycle.threshold, 4), cycle.exists
    (0.259, 0.2299, False)
    """
    _checks.instance("teacher", teacher, Teacher)
    m = teacher.m
    noise = 2.0 * np.finfo(float).eps * math.fsum(abs(teacher.v))
    s = 0.0 if abs(teacher.s) <= noise else teacher.s
    r = s**2 / ((m + 1) * teacher.N)
    M = m / (m + 1)
    threshold = ((M + 2) - math.sqrt(8 * M - 4)) / (M**2 - 4 * M + 8)
    if m == 1 or not 0.0 < r < threshold:
        return LimitCycle(r, threshold, False, None)
    # The equation in b = 1 + a, solved for 1/b: as r -> 0 the root a -> -1 would lose its digits.
    linear = 1 - (4 - 3 * M) * r
    constant = (2 * M - 1) * r
    quadratic = 1 - (2 - M) * r
    root = math.sqrt(max(linear**2 - 4 * quadratic * constant, 0.0))
    return LimitCycle(r, threshold, True, (linear + root) / constant)
