"""Checks of the chapter on one-sidedness."""

import math
from collections.abc import Callable
from typing import Unpack

import numpy as np

from ste.cycle import cycle_threshold, relative_slope
from ste.estimators import Estimator, leaky_relu
from ste.model import Teacher
from ste.one_sidedness import one_sided
from stebook.chapters.answers import judges_proxy
from stebook.chapters.teachers import TEACHER, left_over
from stebook.checks import Grading, Slip, Verdict, compare_function, compare_number


def check_left_over(
    answer: float, *, teacher: Teacher = TEACHER, **grading: Unpack[Grading]
) -> Verdict:
    """One-sidedness: |E[g]| of leaky ReLU(0.2) at the saddle of `TEACHER`.

    Examples
    --------
    >>> check_left_over(0.0)
    Not yet. 0 is what ReLU leaves there; a leak leaves its share.
    """
    right, trap = left_over(teacher, leaky_relu(0.2))
    slips = [
        Slip(0.0, "0 is what ReLU leaves there; a leak leaves its share."),
        Slip(
            trap,
            "That is the residual at the spurious minimum; the saddle has its own v.",
        ),
        Slip(5 * right, "That is identity's; A- is linear in the slope on the left."),
        Slip(right * math.sqrt(2 * math.pi), "Right but for k = 1/sqrt(2 pi): A- = 0.2 k."),
        Slip(
            0.2 / math.sqrt(2 * math.pi) * teacher.N,
            "That has |v*|^2; at the saddle v is not v*.",
        ),
    ]
    return compare_number(answer, right, slips, "|v|^2 A- with A- = 0.2 k.", rel=1e-3, **grading)


@judges_proxy
def check_one_sided(answer: Estimator) -> Verdict:
    """One-sidedness: a continuous proxy that passes the criterion.

    Examples
    --------
    >>> from ste.estimators import RELU
    >>> check_one_sided(RELU)
    Not yet. It passes the criterion, but it jumps: mu' should be continuous.
    """
    x = np.linspace(-6.0, 6.0, 120_001)
    found, slopes = one_sided(answer), answer.evaluate(x)
    if not slopes.any():
        return Verdict(False, "A proxy that is zero everywhere passes, and trains nothing.")
    # of a function without bounds all that can be said is what is seen of it
    seen = found.floor > 0.0
    if not seen and None in (found.non_negative, found.one_sided):
        return Verdict(
            False,
            "It cannot be told from its formula what it does left of 0: write it with where(x > 0, "
            "..., 0).",
        )
    if found.non_negative is False:
        return Verdict(False, "It is negative somewhere; then it need not correlate.")
    if found.one_sided is False:
        return Verdict(
            False, f"Something lies left of 0: A- = {found.a_minus:.3g} at |w| = 1 is not 0."
        )
    if np.abs(np.diff(slopes)).max() > 0.05 * slopes.max():
        return Verdict(False, "It passes the criterion, but it jumps: mu' should be continuous.")
    return Verdict(True, "Zero on the left, rising from 0 without a jump.")


def check_leaky_threshold(
    answer: Callable[[int, float], float], **grading: Unpack[Grading]
) -> Verdict:
    """One-sidedness: the threshold r*(m, lam) of leaky ReLU.

    Examples
    --------
    >>> check_leaky_threshold(lambda m, lam: 0.5)
    Not yet. 1/2 is where spurious minima end; the cycle ends before that for every leak.
    """

    def right(m: int, lam: float) -> float:
        return float(cycle_threshold(m, relative_slope(lam, 1.0)))

    slips = [
        Slip(
            lambda m, lam: 0.5,
            "1/2 is where spurious minima end; the cycle ends before that for every leak.",
        ),
        Slip(
            lambda m, lam: float(cycle_threshold(m, lam)),
            "That has lambda where kappa = 2 lambda/(1 + lambda) belongs.",
        ),
        Slip(
            lambda m, lam: float(cycle_threshold(m, lam / (1 + lam))),
            "kappa is in units of the *mean* slope, so it is 2 lambda/(1 + lambda).",
        ),
        Slip(lambda m, lam: float(cycle_threshold(m, 1.0)), "That is identity's, kappa = 1."),
    ]
    cases = [(2, 0.3), (8, 0.1), (30, 1.0), (4, 3.0)]
    well_done = "One formula, and lambda = 1 gives identity's threshold."
    return compare_function(
        answer,
        right,
        cases,
        slips,
        well_done,
        lambda m, lam: f"At m = {m}, lam = {lam:g}",
        **grading,
    )


def check_least_leak(answer: float, *, m: int = 4, **grading: Unpack[Grading]) -> Verdict:
    """One-sidedness: the leak from which on leaky ReLU escapes at m = 4, r = 0.25.

    Examples
    --------
    >>> check_least_leak(0.6)
    Not yet. Close, but on the map it still cycles there: the line crosses r = 0.25 further up.
    """
    low, high = 0.01, 1.0
    for _ in range(60):
        middle = 0.5 * (low + high)
        escapes = cycle_threshold(m, relative_slope(middle, 1.0)) < 0.25
        low, high = (low, middle) if escapes else (middle, high)
    slips = [
        Slip(
            0.6,
            "Close, but on the map it still cycles there: the line crosses r = 0.25 further up.",
        ),
        Slip(0.7, "Close: that is the first leak of the grid that escapes. Now solve for it."),
        Slip(2 * low / (1 + low), "That is kappa; the leak is kappa/(2 - kappa)."),
        Slip(1.0, f"At 1 it has long escaped: r* is {cycle_threshold(m, 1.0):.3f} there."),
    ]
    return compare_number(
        answer, low, slips, f"There r* of m = {m} comes down to 0.25.", rel=1e-2, **grading
    )
