"""Checks of the chapter on correlation."""

import math
from collections.abc import Callable
from typing import Unpack

import numpy as np

from ste._normal import erf
from ste.estimators import Estimator
from ste.gradients import correlation
from ste.model import Teacher
from stebook.chapters.answers import judges_proxy
from stebook.chapters.teachers import POINT, TEACHER
from stebook.checks import Grading, Slip, Verdict, compare_function


@judges_proxy
def check_counterexample(answer: Estimator, *, teacher: Teacher = TEACHER) -> Verdict:
    """Correlation: a proxy whose coarse gradient points the wrong way at the exercise's point.

    Examples
    --------
    >>> from ste import RELU
    >>> check_counterexample(RELU)
    Not yet. relu is never negative, and then the inner product cannot be: read the theorem again.
    """
    inner = float(correlation(*POINT, teacher, answer).inner)
    lowest = float(answer.evaluate(np.linspace(-6.0, 6.0, 2401)).min())
    if inner < 0.0:
        text = f"The inner product is {inner:.3g}: a step along this one raises the loss at first."
        return Verdict(True, text)
    if lowest >= 0.0:
        text = "is never negative, and then the inner product cannot be: read the theorem again."
        return Verdict(False, f"{answer.name} {text}")
    text = "B_y averages mu' with a normal density: make it negative where the density is high."
    return Verdict(False, f"The inner product is {inner:.3g}, still not below 0. {text}")


def check_window_area(answer: Callable[[float], float], **grading: Unpack[Grading]) -> Verdict:
    """Correlation: the area of the hard tanh window 1{|x| < 1}, as a function of width.

    Examples
    --------
    >>> check_window_area(lambda width: np.sqrt(2 * np.pi) * width)
    Not yet. That is the area of identity: the window ends at -1 and 1.
    """

    def right(width: float) -> float:
        return math.sqrt(2 * math.pi) * width * float(erf(np.array(1 / (math.sqrt(2) * width))))

    slips = [
        Slip(
            lambda width: math.sqrt(2 * math.pi) * width,
            "That is the area of identity: the window ends at -1 and 1.",
        ),
        Slip(
            lambda width: right(width) / 2,
            "That is clipped ReLU, the right half. The left half counts as much.",
        ),
        Slip(lambda width: 2.0, "That is the plain area under the proxy, for a very wide window."),
        Slip(
            lambda width: right(width) / (math.sqrt(2 * math.pi) * width),
            "That is the share of identity's area. Multiply by sqrt(2 pi) width.",
        ),
        Slip(
            lambda width: right(width) / math.sqrt(2 * math.pi) / width * math.sqrt(2 * math.pi),
            "The substitution x = width t has a factor: dx = width dt.",
        ),
    ]
    well_done = "sqrt(2 pi) width erf(1/(sqrt2 width)): twice the area of clipped ReLU."
    cases = [(0.05,), (0.4,), (1.0,), (3.0,), (40.0,)]
    return compare_function(
        answer, right, cases, slips, well_done, lambda t: f"At width = {t:g}", **grading
    )
