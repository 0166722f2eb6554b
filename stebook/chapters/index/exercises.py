"""Checks of the landing page."""

import math
from typing import Unpack

from stebook.checks import Grading, Slip, Verdict, compare_number, one_number, replies


def check_angle(answer: float, **grading: Unpack[Grading]) -> Verdict:
    """Landing page: the angle between (1, 1) and (-2, 0), in radians.

    Examples
    --------
    >>> check_angle(135)
    Not yet. That is the angle in degrees; the book measures angles in radians.
    """
    slips = [
        Slip(135.0, "That is the angle in degrees; the book measures angles in radians."),
        Slip(math.pi / 4, "That is the angle to (2, 0). Mind the sign of the dot product."),
        Slip(-math.sqrt(0.5), "That is the cosine of the angle; take its arccosine."),
    ]
    well_done = "3 pi/4: more than a right angle, since the dot product is negative."
    return compare_number(answer, 3 * math.pi / 4, slips, well_done, rel=1e-3, **grading)


@replies
def check_no_slope(answer: float, **grading: Unpack[Grading]) -> Verdict:
    """Landing page: the share of samples whose loss changes when w moves by a tiny step.

    Examples
    --------
    >>> check_no_slope(0.0)
    Correct. No sample noticed: the loss of a sample is flat in w, and so is its derivative.
    """
    value = one_number(answer)
    if not 0.0 <= value <= 1.0:
        return Verdict(False, "That is no share of a whole: divide by the number of samples.")
    if value <= 1e-3:
        text = "No sample noticed: the loss of a sample is flat in w, and so is its derivative."
        return Verdict(True, text)
    if value >= 0.999:
        return Verdict(False, "That is the share that did not change.")
    text = f"{value:.3g} is too many. Is the step tiny (1e-8), and Z the same before and after?"
    return Verdict(False, text)
