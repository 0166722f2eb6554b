"""Checks of the landing page."""

import math

import numpy as np

from ste.exercises.questions import Option, Question
from ste.exercises.verdict import Slip, Verdict, compare_number

QUESTIONS = {
    "angle": Question(
        "The explorer below draws two arrows in the plane of the student's filter $w$ and the "
        "teacher's filter $w^*$: the true gradient of the expected loss, and the expected coarse "
        "gradient. Can the angle between them ever exceed 90 degrees?",
        (
            Option(
                "Yes, for all three estimators: nothing ties a made-up derivative to the loss",
                "Something does: both come from the same samples and the same residual. The inner "
                "product of the two is zero or positive everywhere.",
            ),
            Option(
                "Yes, for identity, which ignores the step altogether",
                "Identity's inner product is zero or positive everywhere as well. It is even "
                "*larger* than ReLU's, by a factor of exactly 2, and yet identity is the one that "
                "gets into trouble. How both can be true is what the chapters explain.",
            ),
            Option(
                "No, never, for any of the three",
                "The inner product is zero or positive everywhere. It is even *larger* for "
                "identity than for ReLU, by a factor of exactly 2, and yet identity is the one "
                "that gets into trouble. How both can be true is what the chapters explain.",
                right=True,
            ),
        ),
        opens="correlation",
    ),
    "flat": Question(
        "A network has one step activation between two linear layers. Its loss on one sample, as a "
        "function of the weights below the step, is",
        (
            Option(
                "smooth, with a small slope",
                "The step passes on 0 or 1 and nothing in between. A small change of the weights "
                "below it changes the output not at all, or by a jump.",
            ),
            Option(
                "flat, with jumps",
                "The output changes only where a pre-activation crosses 0, and there by a jump. "
                "Everywhere else the derivative is exactly 0, which is what back-propagation "
                "returns.",
                right=True,
            ),
            Option(
                "constant",
                "It does change: at those weights where a pre-activation crosses 0. Between those "
                "places it is flat.",
            ),
        ),
    ),
}


def check_angle(answer: float) -> Verdict:
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
    return compare_number(answer, 3 * math.pi / 4, slips, well_done, rel=1e-3)


def check_no_slope(answer: float) -> Verdict:
    """Landing page: the share of samples whose loss changes when w moves by a tiny step.

    Examples
    --------
    >>> check_no_slope(0.0)
    Correct. No sample noticed: the loss of a sample is flat in w, and so is its derivative.
    """
    try:
        value = float(np.asarray(answer, dtype=float))
    except (TypeError, ValueError):
        return Verdict(False, f"The answer should be one number, not {answer!r}.")
    if not 0.0 <= value <= 1.0:
        return Verdict(False, "A share lies between 0 and 1: divide by the number of samples.")
    if value <= 1e-3:
        text = "No sample noticed: the loss of a sample is flat in w, and so is its derivative."
        return Verdict(True, text)
    if value >= 0.999:
        return Verdict(False, "That is the share that did not change.")
    text = f"{value:.3g} is too many. Is the step tiny (1e-8), and Z the same before and after?"
    return Verdict(False, text)
