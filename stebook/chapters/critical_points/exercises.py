"""Checks of the chapter on the critical points."""

import math
from collections.abc import Callable
from typing import Unpack

import numpy as np

from ste.landscape import best_v, critical_points, origin_margin
from ste.model import Teacher
from stebook.chapters.teachers import TEACHER
from stebook.checks import (
    Grading,
    Slip,
    Unreadable,
    Verdict,
    compare_function,
    compare_number,
    numbers,
    replies,
    shown,
)


def check_right_angle(
    answer: float, *, teacher: Teacher = TEACHER, **grading: Unpack[Grading]
) -> Verdict:
    """Critical points: the loss of a student that has v* and a filter perpendicular to w*.

    Examples
    --------
    >>> check_right_angle(TEACHER.N / 4)
    Correct. theta = pi/2 and d = N: a quarter of N.
    """
    square, total = teacher.N, teacher.s
    slips = [
        Slip(square / 2, "Twice too much: the loss has the factor 1/2 of the squared error."),
        Slip(
            (square + total**2) / 8,
            "That is the loss at w = 0, where the student is silent. Here it fires half the time.",
        ),
        Slip(
            (square + total**2) / 4,
            "As if student and teacher were independent and of mean 0: but different filters on "
            "the same row have the same mean output, which cancels.",
        ),
        Slip(0.0, "The loss would be 0 if the filters agreed as well: theta is pi/2, not 0."),
    ]
    well_done = "theta = pi/2 and d = N: a quarter of N."
    return compare_number(answer, square / 4, slips, well_done, rel=1e-3, **grading)


def check_best_v(
    answer: Callable[[float, Teacher], np.ndarray],
    *,
    teacher: Teacher = TEACHER,
    **grading: Unpack[Grading],
) -> Verdict:
    """Critical points: the v of least loss at a given angle, as a function of (theta, teacher).

    Examples
    --------
    >>> check_best_v(lambda theta, teacher: teacher.v)
    Not yet. v* is best at theta = 0 only: df/dv = 0 has c in it.
    """

    def with_cosine(theta: float, teacher: Teacher) -> np.ndarray:
        eye, ones = np.eye(teacher.m), np.ones((teacher.m, teacher.m))
        return np.linalg.solve(eye + ones, (math.cos(theta) * eye + ones) @ teacher.v)

    def without_ones(theta: float, teacher: Teacher) -> np.ndarray:
        return (1 - 2 * theta / math.pi) * teacher.v

    slips = [
        Slip(
            lambda theta, teacher: teacher.v,
            "v* is best at theta = 0 only: df/dv = 0 has c in it.",
        ),
        Slip(without_ones, "The part along the vector of ones is missing: invert I + ones ones^T."),
        Slip(
            with_cosine,
            "You have cos theta for c. Steps see signs alone: c = 1 - 2 theta/pi, linear in theta.",
        ),
    ]
    cases = [(theta, teacher) for theta in (0.0, 0.7, math.pi / 2, 2.0, math.pi)]
    well_done = "At theta = pi it is the spurious minimizer of the paper."
    return compare_function(
        answer,
        best_v,
        cases,
        slips,
        well_done,
        lambda theta, _: f"At theta = {theta:.3f}",
        **grading,
    )


def check_barrier(answer: Callable[[float, float], float], **grading: Unpack[Grading]) -> Verdict:
    """Critical points: the height of the saddle over the spurious minimum, as a function of (r, N).

    Examples
    --------
    >>> check_barrier(lambda r, N: N / (8 * (1 - r)))
    Not yet. That is the loss at the saddle; take off that of the spurious minimum, r N/2.
    """

    def right(r: float, N: float) -> float:
        return N / 8 * (1 - 2 * r) ** 2 / (1 - r)

    slips = [
        Slip(
            lambda r, N: N / (8 * (1 - r)),
            "That is the loss at the saddle; take off that of the spurious minimum, r N/2.",
        ),
        Slip(
            lambda r, N: N / 8 * (1 - 2 * r) / (1 - r),
            "Close: 1 - 4 r (1 - r) is the square of 1 - 2 r.",
        ),
        Slip(
            lambda r, N: r * N / 2 - N / (8 * (1 - r)),
            "The sign: the saddle is the higher of the two.",
        ),
    ]
    cases = [(0.0, 1.0), (0.1, 1.0), (0.25, 2.0), (0.4, 0.5), (0.49, 3.0)]
    well_done = "It vanishes like the square of 1 - 2 r: near r = 1/2 the trap is very shallow."
    return compare_function(
        answer, right, cases, slips, well_done, lambda r, N: f"At r = {r}, N = {N}", **grading
    )


def _second_layer(answer: object, size: int) -> np.ndarray:
    """The reader's vector."""
    wanted = f"The answer should be {size} finite numbers"
    v = numbers(answer, wanted)
    if v.shape != (size,) or not np.all(np.isfinite(v)):
        raise Unreadable(f"{wanted}, not {shown(answer)}.")
    return v


@replies
def check_trap_teacher(answer: object, **grading: Unpack[Grading]) -> Verdict:
    """Critical points: three entries of v* whose spurious minimum has the loss 1/2.

    Examples
    --------
    >>> check_trap_teacher([1.0, 1.0, 0.0])
    Not yet. s^2 = 4 is not below (m + 1)/2 N = 4, so there is no trap: let the signs differ more.
    """
    v = _second_layer(answer, 3)
    if np.abs(v).max() < 1e-100:
        return Verdict(False, "A teacher with v* = 0 says nothing: there is nothing to learn.")
    teacher = Teacher(v, [1.0, 0.0])
    spurious = critical_points(teacher).spurious
    if spurious is None:
        return Verdict(
            False,
            f"s^2 = {teacher.s**2:.4g} is not below (m + 1)/2 N = {2 * teacher.N:.4g}, so there is "
            "no trap: let the signs differ more.",
        )
    if not math.isclose(spurious.loss, 0.5, rel_tol=1e-6):
        return Verdict(
            False,
            f"There is a trap, but its loss is {spurious.loss:.4g}: s^2/(2 (m + 1)) = 1/2 fixes s.",
        )
    return Verdict(True, f"s^2 = 4, and N = {teacher.N:.4g} is large enough for a trap.")


def check_trap_share(answer: float, **grading: Unpack[Grading]) -> Verdict:
    """Critical points: the share of teachers with a trap, for m = 4 and Gaussian entries of v*.

    Examples
    --------
    >>> check_trap_share(0.625)
    Not yet. That is (m + 1)/(2 m), the bound on s^2/(m N). How often is s^2/(m N) below it?
    """
    bound = 5 / 8  # r < 1/2 says that s^2/(m N), a squared cosine, is below (m + 1)/(2 m)
    right = 2 / math.pi * (math.asin(math.sqrt(bound)) + math.sqrt(bound * (1 - bound)))
    slips = [
        Slip(
            bound, "That is (m + 1)/(2 m), the bound on s^2/(m N). How often is s^2/(m N) below it?"
        ),
        Slip(1 - right, "That is the share of teachers without a trap."),
        Slip(1.0, "Not all: four entries of one sign and similar sizes have no trap."),
        Slip(0.5, "1/2 is the bound on r. Count the teachers whose r is below it."),
    ]
    well_done = "Random signs let the sum cancel, so most random teachers set a trap."
    return compare_number(answer, right, slips, well_done, rel=0.01, **grading)


@replies
def check_origin_point(
    answer: object, *, teacher: Teacher = TEACHER, **grading: Unpack[Grading]
) -> Verdict:
    """Critical points: a v for which (v, 0) is a local minimizer, for the book's teacher.

    Examples
    --------
    >>> check_origin_point([0.0, 0.0, 0.0, 0.0])
    Not yet. At v = 0 the margin is 0, and some small v with a fitting w is better than silence.
    """
    v = _second_layer(answer, teacher.m)
    margin = float(origin_margin(v, teacher))
    if margin > 0.0:
        return Verdict(True, f"Near (v, 0) the loss is at least {margin:.3g} above that at w = 0.")
    if not v.any():
        text = "At v = 0 the margin is 0, and some small v with a fitting w is better than silence."
        return Verdict(False, text)
    return Verdict(
        False,
        f"The margin is {margin:.3g}: with this v some angle is better than silence. "
        "Make v longer.",
    )
