"""Checks of the chapter `any_proxy`."""

from collections.abc import Callable
from typing import Unpack

import numpy as np

from ste._normal import K
from ste.estimators import CLIPPED_RELU, IDENTITY, RELU
from ste.gradients import expected_coarse_gradient
from ste.landscape import population_gradient
from ste.model import Teacher
from ste.moments import Moments
from stebook.chapters.teachers import TEACHER, random_points, say_point
from stebook.checks import Grading, Slip, Verdict, compare_function, compare_number


def check_identity_gradient(
    answer: Callable[..., np.ndarray], *, teacher: Teacher = TEACHER, **grading: Unpack[Grading]
) -> Verdict:
    """Any proxy: E[g] of the identity estimator at (v, w, teacher).

    Examples
    --------
    >>> check_identity_gradient(lambda v, w, teacher: v @ v * w - v @ teacher.v * teacher.w)
    Not yet. Two things are left: the constant k, and u = w/|w| in the place of w.
    """

    def unit(w: np.ndarray) -> np.ndarray:
        return w / np.linalg.norm(w)

    def right(v: np.ndarray, w: np.ndarray, teacher: Teacher) -> np.ndarray:
        return expected_coarse_gradient(v, w, teacher, IDENTITY)[1]

    slips = [
        Slip(
            lambda v, w, teacher: v @ v * w - v @ teacher.v * teacher.w,
            "Two things are left: the constant k, and u = w/|w| in the place of w.",
        ),
        Slip(
            lambda v, w, teacher: v @ v * unit(w) - v @ teacher.v * teacher.w,
            "Right but for the constant k = 1/sqrt(2 pi).",
        ),
        Slip(
            lambda v, w, teacher: K * (v @ v * w - v @ teacher.v * teacher.w),
            "sigma sees only the direction of w: u = w/|w| belongs in the place of w.",
        ),
        Slip(
            lambda v, w, teacher: -right(v, w, teacher),
            "The sign is turned: the residual is y - y*, not y* - y.",
        ),
        Slip(
            lambda v, w, teacher: expected_coarse_gradient(v, w, teacher, RELU)[1],
            "That is the gradient of ReLU. Under identity the sum over other rows vanishes.",
        ),
        Slip(
            lambda v, w, teacher: population_gradient(v, w, teacher)[1],
            "That is the true gradient, of the loss; E[g] is what the estimator has in its place.",
        ),
    ]
    well_done = "k (|v|^2 u - (v.v*) w*)."
    return compare_function(
        answer, right, random_points(4, 12, teacher), slips, well_done, say_point, **grading
    )


def check_mirror(
    answer: Callable[[float, float, float, float], tuple], **grading: Unpack[Grading]
) -> Verdict:
    """Any proxy: moments of g(-x) from those of g(x).

    Examples
    --------
    >>> check_mirror(lambda a_plus, a_minus, b_x, b_y: (a_minus, a_plus, -b_x, b_y))
    Not yet. Almost: mirroring also turns Phi(X cot theta) into 1 - Phi(X cot theta) in B_x.
    """

    def right(a_plus: float, a_minus: float, b_x: float, b_y: float) -> tuple:
        return a_minus, a_plus, b_x - (a_plus - a_minus), b_y

    slips = [
        Slip(
            lambda a_plus, a_minus, b_x, b_y: (a_minus, a_plus, -b_x, b_y),
            "Almost: mirroring also turns Phi(X cot theta) into 1 - Phi(X cot theta) in B_x.",
        ),
        Slip(
            lambda a_plus, a_minus, b_x, b_y: (a_minus, a_plus, b_x, b_y),
            "A+ and A- change places, but B_x does not stay: substitute X -> -X in it.",
        ),
        Slip(
            lambda a_plus, a_minus, b_x, b_y: (a_minus, a_plus, a_plus - a_minus - b_x, b_y),
            "The sign of B_x is turned: X -> -X also changes the factor X.",
        ),
        Slip(
            lambda a_plus, a_minus, b_x, b_y: (-a_minus, -a_plus, b_x - (a_plus - a_minus), b_y),
            "A- is defined with |X|, so no sign comes in when A+ and A- change places.",
        ),
        Slip(
            lambda a_plus, a_minus, b_x, b_y: (a_minus, a_plus, b_x - (a_plus - a_minus), -b_y),
            "B_y stays: phi(X cot theta) is even in X, and there is no factor X.",
        ),
    ]

    def numbers(moments: Moments, theta: float) -> tuple[float, ...]:
        b_y = float(moments.b_y_over_sin) * np.sin(theta)
        return float(moments.a_plus), float(moments.a_minus), float(moments.b_x), b_y

    places = [(RELU, 1.0, 0.7), (CLIPPED_RELU, 2.0, 2.0), (IDENTITY, 1.0, 1.2)]
    places.append((0.3 * IDENTITY + CLIPPED_RELU, 0.8, 2.6))
    cases = [numbers(proxy.moments(rho, theta), theta) for proxy, rho, theta in places]
    well_done = "A+ and A- change places, B_x loses A, B_y stays."
    return compare_function(
        answer, right, cases, slips, well_done, lambda *a: f"At {np.round(a, 4)}", **grading
    )


def check_half_way(answer: float, **grading: Unpack[Grading]) -> Verdict:
    """Any proxy: B_x / A+ of a one-sided proxy at theta = 90 degrees.

    Examples
    --------
    >>> check_half_way(1.0)
    Not yet. B_x = A+ at theta = 0. At a right angle the teacher fires on half of the rows.
    """
    slips = [
        Slip(1.0, "B_x = A+ at theta = 0. At a right angle the teacher fires on half of the rows."),
        Slip(0.0, "B_x = 0 at theta = pi for a one-sided proxy, not yet at a right angle."),
        Slip(K, "Divide by A+: the ratio is the same for every one-sided proxy."),
        Slip(K / 2, "That is B_x of ReLU; divide by its A+."),
        Slip(0.25, "Once 1/2 is enough: X > 0 is already in A+."),
    ]
    well_done = "At a right angle Phi(X cot theta) = Phi(0) = 1/2 for every X, so B_x = A/2."
    return compare_number(answer, 0.5, slips, well_done, rel=1e-2, **grading)
