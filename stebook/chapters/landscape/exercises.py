"""Checks of the chapter on the landscape."""

import math
from collections.abc import Callable
from typing import Unpack

from ste.landscape import profile_loss
from ste.model import Teacher
from stebook.chapters.teachers import TEACHER
from stebook.checks import Grading, Slip, Verdict, compare_function, compare_number


def check_saddle_ratio(answer: float, **grading: Unpack[Grading]) -> Verdict:
    """The landscape: the ratio r at which the saddle stands at 120 degrees.

    Examples
    --------
    >>> check_saddle_ratio(0.25)
    Correct. 90/(1 - r) = 120. The pass is then N/6 high and the trap N/8.
    """
    slips = [
        Slip(0.5, "At r = 1/2 the saddle is at 180 degrees, and gone."),
        Slip(1 / 3, "The saddle is at 90/(1 - r) degrees, not at 90 (1 + r)."),
        Slip(0.75, "That is 1 - r. The saddle is at 90/(1 - r) degrees."),
    ]
    well_done = "90/(1 - r) = 120. The pass is then N/6 high and the trap N/8."
    return compare_number(answer, 0.25, slips, well_done, rel=1e-3, **grading)


def check_bias(
    answer: Callable[[float, Teacher], float],
    *,
    teacher: Teacher = TEACHER,
    **grading: Unpack[Grading],
) -> Verdict:
    """The landscape: the least loss at an angle if the student has a bias at its output.

    Examples
    --------
    >>> check_bias(profile_loss)
    Not yet. That is the least loss without a bias: let b remove the mean of y - y* first.
    """

    def c_of(theta: float) -> float:
        return 1 - 2 * theta / math.pi

    def right(theta: float, teacher: Teacher) -> float:
        return (1 - c_of(theta) ** 2) * teacher.N / 8

    slips = [
        Slip(
            profile_loss,
            "That is the least loss without a bias: let b remove the mean of y - y* first.",
        ),
        Slip(
            lambda theta, teacher: 2 * right(theta, teacher),
            "Twice too much: the loss is half the variance of y - y*.",
        ),
        Slip(
            lambda theta, teacher: (1 - c_of(theta)) * teacher.N / 4,
            "That is the least loss with v = v*: the best v is shorter, c v*.",
        ),
    ]
    cases = [(theta, teacher) for theta in (0.0, 0.7, math.pi / 2, 2.0, math.pi)]
    well_done = "It is 0 at both ends: the trap is gone, and a second global minimum has come."
    return compare_function(
        answer,
        right,
        cases,
        slips,
        well_done,
        lambda theta, _: f"At theta = {theta:.3f}",
        **grading,
    )
