"""Checks and questions of the chapter on the gradient that is not there."""

import math
from collections.abc import Callable
from typing import Unpack

from ste._normal import K
from stebook.checks import Grading, Slip, Verdict, compare_function, compare_number


def check_uniform_slope(
    answer: Callable[[float, float], float], **grading: Unpack[Grading]
) -> Verdict:
    """The missing gradient: f'(w) of the toy when X is uniform on [-1, 1]; of (w, y).

    Examples
    --------
    >>> check_uniform_slope(lambda w, y: 0.0)
    Not yet. That is the mean of the slopes. Write f itself first, then differentiate.
    """

    def slope(height: float, sign: float = 1.0, everywhere: bool = False) -> Callable:
        def of(w: float, y: float) -> float:
            return sign * (0.5 - y) * height if everywhere or abs(w) < 1.0 else 0.0

        return of

    slips = [
        Slip(
            lambda w, y: 0.0,
            "That is the mean of the slopes. Write f itself first, then differentiate.",
        ),
        Slip(slope(1.0), "The density of the uniform distribution on [-1, 1] is 1/2, not 1."),
        Slip(
            slope(0.5, sign=-1.0),
            "The sign is turned: a larger w switches the step on, which adds (1 - y)^2/2 and takes "
            "y^2/2 away.",
        ),
        Slip(
            slope(0.5, everywhere=True),
            "Right for |w| < 1. Beyond, X + w has the same sign for every X, and nothing jumps.",
        ),
        Slip(
            lambda w, y: (0.5 - y) * K * math.exp(-0.5 * w * w),
            "That is the slope for X ~ N(0, 1); the density is another one here.",
        ),
    ]
    cases = [(w, y) for w in (-1.7, -0.6, 0.2, 0.9, 1.4) for y in (0.0, 0.3, 1.0)]
    return compare_function(
        answer,
        slope(0.5),
        cases,
        slips,
        "The jump 1/2 - y of the loss, times the density at the place of the jump.",
        lambda w, y: f"At w = {w:g}, y = {y:g}",
        **grading,
    )


def check_smallest_turn(answer: float, **grading: Unpack[Grading]) -> Verdict:
    """The missing gradient: the explorer's smallest turn whose error is below half the true slope.

    Examples
    --------
    >>> check_smallest_turn(0.3)
    Not yet. There is a smaller one. Move down until the standard error passes half the slope.
    """
    from stebook.chapters.no_gradient.quotient import SLOPE, TURNS, standard_error

    good = [turn for turn in TURNS if standard_error(turn, 1000) < 0.5 * SLOPE]
    small = [turn for turn in TURNS if turn not in good]
    slips = [
        Slip(
            turn,
            "There is a smaller one. Move down until the standard error passes half the slope.",
        )
        for turn in good[1:]
    ]
    slips += [
        Slip(turn, "There the standard error is more than half of the true slope: too small.")
        for turn in small
    ]
    return compare_number(
        answer,
        good[0],
        slips,
        "Theory says the same: delta > 4 C_delta/(K slope^2).",
        rel=1e-3,
        **grading,
    )
