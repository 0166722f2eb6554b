"""Checks of the chapter when the assumptions fail."""

import math
from collections.abc import Callable
from typing import Unpack

import numpy as np

from stebook.checks import Grading, Slip, Verdict, compare_function, compare_number


def check_identity_condition(
    answer: Callable[[float], float], **grading: Unpack[Grading]
) -> Verdict:
    """Assumptions: the condition number up to which identity is safe near the global minimum.

    Examples
    --------
    >>> check_identity_condition(lambda r: 2.0)
    Not yet. It agrees at 0 of 3 test points. At r = 0 it returns 2.0, not 11.784749.
    """

    def condition(slope: float) -> float:
        return (0.5 * (slope + math.sqrt(slope**2 + 4.0))) ** 2

    slips = [
        Slip(
            lambda r: condition(math.pi),
            "That is ReLU's, which does not depend on r; identity's part along u does.",
        ),
        Slip(
            lambda r: condition(math.pi / (1 - r)) ** 0.5,
            "That is the root of the condition number.",
        ),
        Slip(
            lambda r: condition(math.pi / 2 / (1 - r)),
            "A factor 2: the largest u.Sigma e/e.Sigma e is (Lambda - 1)/(2 sqrt(Lambda)).",
        ),
    ]
    return compare_function(
        answer,
        lambda r: condition(math.pi / (1 - r)),
        [(0.0,), (0.2,), (0.4,)],
        slips,
        "R is -k (2 theta/pi) N (1 - r) and d B_y is N k theta, to first order.",
        lambda r: f"At r = {r:g}",
        **grading,
    )


def check_noise_ratio(answer: float, **grading: Unpack[Grading]) -> Verdict:
    """Assumptions: identity's label-noise variance over ReLU's, for s_v = 0 and n = 5.

    Examples
    --------
    >>> check_noise_ratio(2.0)
    Not yet. Close. ReLU's rows have a mean, and with s_v = 0 it takes k^2 |v|^2 off.
    """
    right = 5 / (2.5 - 1 / (2 * math.pi))
    slips = [
        Slip(2.0, "Close. ReLU's rows have a mean, and with s_v = 0 it takes k^2 |v|^2 off."),
        Slip(1 / right, "That is ReLU's over identity's."),
        Slip(float(np.sqrt(right)), "That is the ratio of standard deviations."),
        Slip(1.0, "ReLU ignores half of the rows, and with them half of their noise."),
    ]
    return compare_number(answer, right, slips, "5/(5/2 - 1/(2 pi)).", rel=5e-3, **grading)
