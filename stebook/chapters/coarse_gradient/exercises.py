"""Checks of the chapter on the expected coarse gradient."""

from collections.abc import Callable
from typing import Unpack

from ste._normal import K
from stebook.checks import Grading, Slip, Verdict, compare_function, compare_number


def check_half_moment(answer: float, **grading: Unpack[Grading]) -> Verdict:
    """The expected coarse gradient: E[X; X > 0] for X ~ N(0, 1).

    Examples
    --------
    >>> check_half_moment(0.5)
    Not yet. 1/2 is P(X > 0); here each X also counts with its size.
    """
    slips = [
        Slip(0.5, "1/2 is P(X > 0); here each X also counts with its size."),
        Slip(2 * K, "That is E|X|, from both halves; only X > 0 counts here."),
        Slip(0.0, "0 is E[X]; the negative half is cut away here."),
    ]
    return compare_number(
        answer, K, slips, "1/sqrt(2 pi), the constant k of the book.", rel=1e-3, **grading
    )


def check_leaky_factor(answer: Callable[[float], float], **grading: Unpack[Grading]) -> Verdict:
    """The expected coarse gradient: inner product of leaky ReLU over that of ReLU, by its slope.

    Examples
    --------
    >>> check_leaky_factor(lambda slope: 1 + slope)
    Correct. slope times identity (2) plus 1 - slope times ReLU (1).
    """
    slips = [
        Slip(lambda slope: 2 * slope, "ReLU's own share is missing: the weights add up to 1."),
        Slip(
            lambda slope: 1 + 2 * slope,
            "The ReLU share is 1 - slope, not 1: at slope = 1 the factor must be identity's.",
        ),
        Slip(lambda slope: 1 - slope, "That is the weight of ReLU in the mixture alone."),
    ]
    cases = [(slope,) for slope in (0.0, 0.01, 0.3, 1.0, 2.0)]
    well_done = "slope times identity (2) plus 1 - slope times ReLU (1)."
    return compare_function(
        answer,
        lambda slope: 1 + slope,
        cases,
        slips,
        well_done,
        lambda a: f"At slope = {a:g}",
        **grading,
    )
