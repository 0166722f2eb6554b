"""Checks of the chapter on the landscape."""

import math
from collections.abc import Callable

import numpy as np

from ste.exercises.verdict import TEACHER, Slip, Verdict, compare_function
from ste.landscape import best_v
from ste.model import Teacher


def check_best_v(answer: Callable[[float, Teacher], np.ndarray]) -> Verdict:
    """The model: the v of least loss at a given angle, as a function of (theta, teacher).

    Examples
    --------
    >>> check_best_v(lambda theta, teacher: teacher.v)
    Not yet. v* is best at theta = 0 only: df/dv = 0 has c in it.
    """

    def without_ones(theta: float, teacher: Teacher) -> np.ndarray:
        return (1 - 2 * theta / math.pi) * teacher.v

    slips = [
        Slip(
            lambda theta, teacher: teacher.v,
            "v* is best at theta = 0 only: df/dv = 0 has c in it.",
        ),
        Slip(without_ones, "The part along the vector of ones is missing: invert I + 11^T whole."),
    ]
    cases = [(theta, TEACHER) for theta in (0.0, 0.7, math.pi / 2, 2.0, math.pi)]
    well_done = "At theta = pi it is the spurious minimizer of the paper."
    return compare_function(
        answer, best_v, cases, slips, well_done, lambda theta, _: f"At theta = {theta:.3f}"
    )
