"""Checks of the chapter that derives the cycle."""

import math
from typing import Unpack

import numpy as np

from ste._normal import K
from ste.cycle import cycle_period, limit_cycle
from ste.estimators import Estimator
from ste.model import Teacher
from stebook.chapters.answers import judges_proxy
from stebook.checks import Grading, Slip, Verdict, compare_number


def check_threshold(answer: float, *, m: int = 8, **grading: Unpack[Grading]) -> Verdict:
    """The cycle: r* for m = 8, above which identity escapes.

    Examples
    --------
    >>> check_threshold(0.5)
    Not yet. Spurious minima exist up to r = 1/2, but the cycle around them ends before that.
    """
    right = limit_cycle(Teacher(v=np.ones(m), w=[1.0])).threshold
    slips = [
        Slip(
            0.5,
            "Spurious minima exist up to r = 1/2, but the cycle around them ends before that.",
        ),
        Slip(0.2, f"0.2 is the limit for many units; m = {m} is not there yet."),
    ]
    return compare_number(
        answer, right, slips, "Two roots meet there and vanish together.", rel=1e-2, **grading
    )


def check_swing(answer: float, *, m: int = 4, **grading: Unpack[Grading]) -> Verdict:
    """The cycle: the longest |w| in a cycle over eta, for |v*| = 1, m = 4, r = 0.1.

    Examples
    --------
    >>> check_swing(0.0)
    Not yet. Only in the limit: at any learning rate the filter swings through the origin.
    """
    a = 2 / float(cycle_period(m, 0.1, 1.0)) - 1
    d = a + (1 - a) * 0.1
    square = d / a
    right = K * (square - d)
    slips = [
        Slip(0.0, "Only in the limit: at any learning rate the filter swings through the origin."),
        Slip(
            K * (square + d),
            "That is the short step, at theta = pi. The long one throws w furthest.",
        ),
        Slip(right / K, "Right but for the constant k = 1/sqrt(2 pi)."),
        Slip(4 * right, "That is for |v*|^2 = 4, as in the cell above; here |v*| = 1."),
        Slip(2 * K * square, "That is the whole range, from one side of the origin to the other."),
    ]
    return compare_number(
        answer, right, slips, "k (|v|^2 - d), the long step.", rel=1e-2, **grading
    )


@judges_proxy
def check_twin(answer: Estimator) -> Verdict:
    """The cycle: another proxy with the cycle of leaky ReLU(0.5).

    Examples
    --------
    >>> from ste import leaky_relu
    >>> check_twin(leaky_relu(0.5))
    Not yet. That is leaky ReLU itself; find one that is not piecewise constant.
    """
    teacher = Teacher(v=[1.6, -0.4, 1.6, -0.4], w=[1.0, 0.0])
    slopes = answer.evaluate(np.linspace(-3.0, 3.0, 61))
    found = limit_cycle(teacher, answer)
    if len(set(slopes.round(9).tolist())) <= 3:
        return Verdict(False, "That is leaky ReLU itself; find one that is not piecewise constant.")
    if math.isclose(found.kappa, 2 / 3, rel_tol=1e-6):
        return Verdict(True, "Its limits at 0 are as 1 to 2, and nothing else of it counts.")
    if math.isclose(found.kappa, 4 / 3, rel_tol=1e-6):
        return Verdict(False, "Left and right are swapped: the left limit is the smaller one.")
    return Verdict(False, f"Its kappa is {found.kappa:.4f}; that of leaky ReLU(0.5) is 2/3.")
