"""Checks of the chapter on what the paper says."""

import math
from typing import Unpack

from stebook.checks import (
    Grading,
    Slip,
    Verdict,
    compare_number,
)


def check_exceptions(answer: int, **grading: Unpack[Grading]) -> Verdict:
    """The paper's table: rows in which clipped ReLU does not have the best validation accuracy.

    Examples
    --------
    >>> check_exceptions(0)
    Not yet. Look at LeNet-5 again: the summary "clipped ReLU is best" has exceptions.
    """
    slips = [
        Slip(0, 'Look at LeNet-5 again: the summary "clipped ReLU is best" has exceptions.'),
        Slip(1, "One is right for the training loss; count by validation accuracy."),
        Slip(6, "That is the number of rows; clipped ReLU is ahead in some of them."),
    ]
    well_done = "Both rows of LeNet-5, by 0.01 and 0.08 points: less than chance would explain."
    return compare_number(answer, 2, slips, well_done, rel=1e-6, **grading)


def check_chance(answer: float, **grading: Unpack[Grading]) -> Verdict:
    """The standard error, in points, of the difference between 92.01 % and 92.08 % of 10,000.

    Examples
    --------
    >>> check_chance(0.383)
    Correct. The difference of 0.07 points is a fifth of it: chance alone would do as much.
    """
    images = 10_000
    shares = (0.9201, 0.9208)
    errors = [100 * math.sqrt(p * (1 - p) / images) for p in shares]
    slips = [
        Slip(errors[0], "That is the error of one of the two; their difference has more."),
        Slip(sum(errors), "Independent errors add in squares, not as they are."),
        Slip(math.hypot(*errors) / 100, "Right, as a share; the answer is asked in points."),
        Slip(math.hypot(*errors) * 100, "The variance is p(1 - p)/10,000; take its root once."),
        Slip(0.07, "That is the difference itself; how uncertain is it?"),
    ]
    well_done = "The difference of 0.07 points is a fifth of it: chance alone would do as much."
    return compare_number(answer, math.hypot(*errors), slips, well_done, rel=1e-2, **grading)
