"""Checks of the chapter on the oscillation of identity."""

from collections.abc import Callable
from typing import Unpack

import numpy as np

from ste._normal import K
from ste.model import Teacher
from stebook.chapters.teachers import TEACHER, saddle_and_trap
from stebook.checks import Grading, Slip, Verdict, compare_function, compare_number


def check_residual(
    answer: float, *, teacher: Teacher = TEACHER, **grading: Unpack[Grading]
) -> Verdict:
    """Oscillation: |E[g]| of the identity estimator at the spurious minimizer of `TEACHER`.

    Examples
    --------
    >>> check_residual(0.0)
    Not yet. 0 is what ReLU gives there; identity leaves a part along w.
    """
    m, s = teacher.m, teacher.s
    right = 2 * (m - 1) * s**2 * K / (m + 1) ** 2
    _, trap = saddle_and_trap(teacher)
    slips = [
        Slip(0.0, "0 is what ReLU gives there; identity leaves a part along w."),
        Slip(right / s, "It goes with the square, s^2: v is along s, and |v|^2 and d are squares."),
        Slip(right * (m + 1), "m + 1 enters squared: v has it below, and |v|^2 and d are squares."),
        Slip(right / 2, "Half of it: |v|^2 and |d| both count, since w* = -u there."),
        Slip(right / K, "Right but for the constant k = 1/sqrt(2 pi)."),
        Slip(
            2 * m * s**2 * K / (m + 1) ** 2,
            "The factor is m - 1, not m: with one unit there is no residual.",
        ),
        Slip(
            float(K * (trap.v @ trap.v)),
            "The second term is missing: at theta = pi, w* = -u, so it adds d along u.",
        ),
    ]
    return compare_number(answer, right, slips, "2 (m - 1) s^2 k/(m + 1)^2.", rel=1e-3, **grading)


def _roots(ratio: float, m: int) -> tuple[float, float]:
    """Both roots a of the cycle's balance, the one nearer -1 first."""
    M = m / (m + 1)
    roots = np.roots([1 - (2 - M) * ratio, 1 - M * ratio, ratio]).real
    return tuple(sorted(roots.tolist()))


def check_period(answer: Callable[[float, int], float], **grading: Unpack[Grading]) -> Verdict:
    """Oscillation: the period T(r, m) of the identity cycle.

    Examples
    --------
    >>> check_period(lambda ratio, m: 2 / ratio)
    Not yet. It agrees at 1 of 3 test points. At r = 0.1, m = 2 it returns 20.0, not 45.725561.
    """

    def right(ratio: float, m: int) -> float:
        return 2 / (1 + _roots(ratio, m)[0])

    slips = [
        Slip(
            lambda ratio, m: 2 / (1 + _roots(ratio, m)[1]),
            "That is the other root: the cycle is the one whose a is nearer -1.",
        ),
        Slip(
            lambda ratio, m: 1 / (1 + _roots(ratio, m)[0]),
            "Half the period: a = -1 + 2/T, since one step in T has +1 and the others -1.",
        ),
        Slip(lambda ratio, m: _roots(ratio, m)[0], "That is a; the period is T = 2/(1 + a)."),
    ]
    cases = [(0.1, 2), (0.1, 8), (0.15, 30)]
    well_done = "Take the root nearer -1, then T = 2/(1 + a)."
    return compare_function(
        answer, right, cases, slips, well_done, lambda r, m: f"At r = {r:g}, m = {m}", **grading
    )
