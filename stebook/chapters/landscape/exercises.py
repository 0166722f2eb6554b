"""Checks of the chapter on the landscape."""

import math
from collections.abc import Callable

import numpy as np

from ste.landscape import best_v, critical_points, origin_margin, profile_loss
from ste.model import Teacher
from stebook.chapters.teachers import TEACHER
from stebook.checks import (
    Slip,
    Unreadable,
    Verdict,
    compare_function,
    compare_number,
    numbers,
    replies,
    shown,
)


def check_best_v(answer: Callable[[float, Teacher], np.ndarray]) -> Verdict:
    """The landscape: the v of least loss at a given angle, as a function of (theta, teacher).

    Examples
    --------
    >>> check_best_v(lambda theta, teacher: teacher.v)
    Not yet. v* is best at theta = 0 only: df/dv = 0 has c in it.
    """

    def without_ones(theta: float, teacher: Teacher) -> np.ndarray:
        return (1 - 2 * theta / math.pi) * teacher.v

    slips = [
        Slip(
            lambda theta, teacher: teacher.v,
            "v* is best at theta = 0 only: df/dv = 0 has c in it.",
        ),
        Slip(without_ones, "The part along the vector of ones is missing: invert I + 11^T whole."),
    ]
    cases = [(theta, TEACHER) for theta in (0.0, 0.7, math.pi / 2, 2.0, math.pi)]
    well_done = "At theta = pi it is the spurious minimizer of the paper."
    return compare_function(
        answer, best_v, cases, slips, well_done, lambda theta, _: f"At theta = {theta:.3f}"
    )


def check_barrier(answer: Callable[[float, float], float]) -> Verdict:
    """The landscape: the height of the saddle over the spurious minimum, as a function of (r, N).

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
        answer, right, cases, slips, well_done, lambda r, N: f"At r = {r}, N = {N}"
    )


def check_saddle_ratio(answer: float) -> Verdict:
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
    return compare_number(answer, 0.25, slips, well_done, rel=1e-3)


def _second_layer(answer: object, size: int) -> np.ndarray:
    """The reader's vector."""
    wanted = f"The answer should be {size} finite numbers"
    v = numbers(answer, wanted)
    if v.shape != (size,) or not np.all(np.isfinite(v)):
        raise Unreadable(f"{wanted}, not {shown(answer)}.")
    return v


@replies
def check_trap_teacher(answer: object) -> Verdict:
    """The landscape: three entries of v* whose spurious minimum has the loss 1/2.

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


@replies
def check_origin_point(answer: object) -> Verdict:
    """The landscape: a v for which (v, 0) is a local minimizer, for the book's teacher.

    Examples
    --------
    >>> check_origin_point([0.0, 0.0, 0.0, 0.0])
    Not yet. At v = 0 the margin is 0, and some small v with a fitting w is better than silence.
    """
    v = _second_layer(answer, TEACHER.m)
    margin = float(origin_margin(v, TEACHER))
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


def check_bias(answer: Callable[[float, Teacher], float]) -> Verdict:
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
    cases = [(theta, TEACHER) for theta in (0.0, 0.7, math.pi / 2, 2.0, math.pi)]
    well_done = "It is 0 at both ends: the trap is gone, and a second global minimum has come."
    return compare_function(
        answer, right, cases, slips, well_done, lambda theta, _: f"At theta = {theta:.3f}"
    )
