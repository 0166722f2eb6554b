"""Checks of the chapter on other networks and teachers."""

import math
from functools import cache
from typing import Unpack

from ste.beyond.staircase import minimum_stability
from ste.zoo.windows import paper_windows
from stebook.chapters.teachers import TEACHER
from stebook.checks import Grading, Slip, Verdict, compare_number


def check_traps(answer: float, *, m: int = 6, **grading: Unpack[Grading]) -> Verdict:
    """Other networks: spurious minima with own filters and v* = (1, 1, 1, 1, 1, 1).

    Examples
    --------
    >>> check_traps(63)
    Not yet. Not every set of turned filters is a minimum: v_i must keep its sign on each.
    """
    sets = [math.comb(m, turned) for turned in range(1, (m + 2) // 2)]  # 2 turned < m + 1
    slips = [
        Slip(
            2**m - 1,
            "Not every set of turned filters is a minimum: v_i must keep its sign on each.",
        ),
        Slip(sum(sets) + 1, "The global minimum, with nothing turned, is not spurious."),
        Slip(1, "That is at most so for a shared filter. Here any set may be turned."),
        Slip(0, "With a shared filter there is none, since s^2 > (m + 1)N/2. Here there are some."),
        Slip(
            sum(sets[:-1]),
            f"Sets of {len(sets)} pass as well: t = {2 * len(sets)}/{m + 1} is still below 1.",
        ),
    ]
    return compare_number(
        answer,
        sum(sets),
        slips,
        f"{' + '.join(map(str, sets))} sets of one, two and so on.",
        rel=1e-6,
        **grading,
    )


def check_mean_direction(answer: float, **grading: Unpack[Grading]) -> Verdict:
    """Other networks: where ReLU stops turning, in degrees, with v = v* = (1.5, 1) and filters
    at 0 and 90 degrees.

    Examples
    --------
    >>> check_mean_direction(0.0)
    Not yet. That is the median, where the loss is least at this v.
    """
    slips = [
        Slip(0.0, "That is the median, where the loss is least at this v."),
        Slip(45.0, "The rows do not count alike: d_i = v_i v*_i."),
        Slip(math.degrees(math.atan2(1, 1.5)), "The weights are d_i = v_i v*_i, squares here."),
        Slip(math.atan2(1, 2.25), "Right in radians; degrees were asked for."),
    ]
    right = math.degrees(math.atan2(1, 2.25))
    return compare_number(
        answer, right, slips, "The direction of 2.25 w*_1 + w*_2.", rel=1e-2, **grading
    )


@cache
def _edge() -> float:
    """The stair at which the smallest eigenvalue of clipped ReLU is 0, for 2 bits."""
    low, high = 0.4, 0.8
    for _ in range(40):
        middle = 0.5 * (low + high)
        stable = minimum_stability(TEACHER, paper_windows(2, middle)[2], 2, middle).outside > 0
        low, high = (middle, high) if stable else (low, middle)
    return low


def check_stair(answer: float, **grading: Unpack[Grading]) -> Verdict:
    """Other networks: the largest stair below 1 at which 2-bit clipped ReLU stays at the minimum.

    Examples
    --------
    >>> check_stair(0.6511)
    Not yet. There the smallest eigenvalue is -0.012: just unstable.
    """
    slips = [
        Slip(0.6511, "There the smallest eigenvalue is -0.012: just unstable."),
        Slip(
            3 * _edge(), "That is where the quantizer ends, three steps; the step size was asked."
        ),
    ]
    return compare_number(
        answer, _edge(), slips, "Below it clipped ReLU comes back.", rel=1e-2, **grading
    )
