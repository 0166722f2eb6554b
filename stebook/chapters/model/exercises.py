"""Checks of the chapter on the model."""

import math
from collections.abc import Callable
from typing import Unpack

import numpy as np

from ste.model import Teacher
from stebook.chapters.teachers import TEACHER
from stebook.checks import Grading, Slip, Verdict, compare_function, compare_number

#: The second layer of the exercise on the slope.
SLOPE_V = np.array([1.0, 0.0, 1.0, 0.0])


def check_agreement(answer: Callable[[float], float], **grading: Unpack[Grading]) -> Verdict:
    """The model: the probability that both units fire, as a function of theta.

    Examples
    --------
    >>> check_agreement(lambda theta: 0.25)
    Not yet. 1/4 is right for independent units, that is at theta = pi/2 only.
    """

    def right(theta: float) -> float:
        return (math.pi - theta) / (2 * math.pi)

    slips = [
        Slip(
            lambda theta: 0.25,
            "1/4 is right for independent units, that is at theta = pi/2 only.",
        ),
        Slip(
            lambda theta: theta / (2 * math.pi),
            "That is the probability that the teacher fires and the student does not.",
        ),
        Slip(
            lambda theta: (math.pi - theta) / math.pi,
            "Twice too much: that is the probability that the two agree, both on or both off.",
        ),
    ]
    cases = [(0.0,), (0.5,), (math.pi / 2,), (2.5,), (math.pi,)]
    well_done = "The wedge where both fire has the angle pi - theta, out of 2 pi."
    return compare_function(
        answer, right, cases, slips, well_done, lambda t: f"At theta = {t:.3f}", **grading
    )


def check_slope(
    answer: float, *, teacher: Teacher = TEACHER, **grading: Unpack[Grading]
) -> Verdict:
    """The model: the slope of the population loss in theta at v = (1, 0, 1, 0), by sampling.

    Examples
    --------
    >>> check_slope(0.0)
    Not yet. 0 is the mean of the samples' slopes. Average the losses first, then take the slope.
    """
    d = float(SLOPE_V @ teacher.v)
    slips = [
        Slip(
            0.0,
            "0 is the mean of the samples' slopes. Average the losses first, then take the slope.",
        ),
        Slip(
            d / math.pi,
            "Twice too much: did you use half the difference of angles, or forget "
            "the 1/2 in the loss?",
        ),
        Slip(-d / 4, "That is the slope in c = 1 - 2 theta/pi; divide by differences of theta."),
        Slip(
            -d / (2 * math.pi),
            "The size is right, the sign is not: with d > 0 the loss grows with theta.",
        ),
    ]
    well_done = "It is d/(2 pi), the same between any two angles."
    return compare_number(answer, d / (2 * math.pi), slips, well_done, rel=0.03, **grading)
