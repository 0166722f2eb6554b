"""Checks of the chapter on the model."""

import math
from collections.abc import Callable

import numpy as np

from ste.landscape import population_loss
from ste.model import Teacher
from stebook.chapters.teachers import TEACHER, random_points, say_point
from stebook.checks import Slip, Verdict, compare_function, compare_number

#: The second layer of the exercise on the slope.
SLOPE_V = np.array([1.0, 0.0, 1.0, 0.0])


def check_agreement(answer: Callable[[float], float]) -> Verdict:
    """The model: the probability that both units fire, as a function of theta.

    Examples
    --------
    >>> check_agreement(lambda theta: 0.25)
    Not yet. 1/4 is right for independent units, that is at theta = pi/2 only.
    """

    def right(theta: float) -> float:
        return (math.pi - theta) / (2 * math.pi)

    slips = [
        Slip(
            lambda theta: 0.25,
            "1/4 is right for independent units, that is at theta = pi/2 only.",
        ),
        Slip(
            lambda theta: theta / (2 * math.pi),
            "That is the probability that the teacher fires and the student does not.",
        ),
        Slip(
            lambda theta: (math.pi - theta) / math.pi,
            "Twice too much: that is the probability that the two agree, both on or both off.",
        ),
    ]
    cases = [(0.0,), (0.5,), (math.pi / 2,), (2.5,), (math.pi,)]
    well_done = "The wedge where both fire has the angle pi - theta, out of 2 pi."
    return compare_function(answer, right, cases, slips, well_done, lambda t: f"At theta = {t:.3f}")


def check_population_loss(answer: Callable[..., float]) -> Verdict:
    """The model: the population loss f(v, w, teacher) for w != 0.

    Examples
    --------
    >>> check_population_loss(lambda v, w, teacher: population_loss(v, w, teacher) * 2)
    Not yet. Twice too much: the loss has the factor 1/2 of the squared error.
    """

    def parts(v: np.ndarray, w: np.ndarray, teacher: Teacher) -> tuple[float, ...]:
        theta = math.acos(w @ teacher.w / np.linalg.norm(w))
        return theta, float(v.sum()), float(v @ teacher.v), float(v @ v)

    def own_rows_only(v: np.ndarray, w: np.ndarray, teacher: Teacher) -> float:
        theta, _, d, square = parts(v, w, teacher)
        return 0.25 * (square + teacher.N) - d * (math.pi - theta) / (2 * math.pi)

    def wrong_c(v: np.ndarray, w: np.ndarray, teacher: Teacher) -> float:
        theta, total, d, square = parts(v, w, teacher)
        c = 1 - theta / math.pi
        cross = c * d + total * teacher.s
        return 0.125 * (square + total**2 - 2 * cross + teacher.N + teacher.s**2)

    slips = [
        Slip(
            lambda v, w, teacher: 2 * population_loss(v, w, teacher),
            "Twice too much: the loss has the factor 1/2 of the squared error.",
        ),
        Slip(
            own_rows_only,
            "The products of two different rows are missing: their expectation is 1/4, not 0.",
        ),
        Slip(wrong_c, "Close: c = 1 - 2 theta/pi, so that it runs from 1 to -1."),
    ]
    well_done = "Equal to the population loss at all test points."
    return compare_function(
        answer, population_loss, random_points(5, 11), slips, well_done, say_point
    )


def check_right_angle(answer: float) -> Verdict:
    """The model: the loss of a student that has v* and a filter across w*.

    Examples
    --------
    >>> check_right_angle(TEACHER.N / 4)
    Correct. theta = pi/2 and d = N: a quarter of N.
    """
    square, total = TEACHER.N, TEACHER.s
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
    return compare_number(answer, square / 4, slips, well_done, rel=1e-3)


def check_slope(answer: float) -> Verdict:
    """The model: the slope of the population loss in theta at v = (1, 0, 1, 0), by sampling.

    Examples
    --------
    >>> check_slope(0.0)
    Not yet. 0 is the mean of the samples' slopes. Average the losses first, then take the slope.
    """
    d = float(SLOPE_V @ TEACHER.v)
    slips = [
        Slip(
            0.0,
            "0 is the mean of the samples' slopes. Average the losses first, then take the slope.",
        ),
        Slip(
            d / math.pi,
            "Twice too much: did you use half the difference of angles, or forget "
            "the 1/2 in the loss?",
        ),
        Slip(-d / 4, "That is the slope in c = 1 - 2 theta/pi; divide by differences of theta."),
        Slip(
            -d / (2 * math.pi),
            "The size is right, the sign is not: with d > 0 the loss grows with theta.",
        ),
    ]
    well_done = "It is d/(2 pi), the same between any two angles."
    return compare_number(answer, d / (2 * math.pi), slips, well_done, rel=0.03)


def check_correlated(answer: Callable[..., float]) -> Verdict:
    """The model: P(both fire) for a row with law N(0, covariance), of (w, w_star, covariance).

    Examples
    --------
    >>> check_correlated(lambda w, w_star, covariance: 0.25)
    Not yet. 1/4 holds only where the two projections are uncorrelated.
    """

    def wedge(cosine: float) -> float:
        return (math.pi - math.acos(max(-1.0, min(1.0, cosine)))) / (2 * math.pi)

    def by(form: Callable[[np.ndarray], np.ndarray]) -> Callable[..., float]:
        def probability(w: np.ndarray, w_star: np.ndarray, covariance: np.ndarray) -> float:
            matrix = form(covariance)
            sizes = math.sqrt((w @ matrix @ w) * (w_star @ matrix @ w_star))
            return wedge(float(w @ matrix @ w_star) / sizes)

        return probability

    slips = [
        Slip(
            lambda w, w_star, covariance: 0.25,
            "1/4 holds only where the two projections are uncorrelated.",
        ),
        Slip(
            by(lambda covariance: np.eye(len(covariance))),
            "That is the angle of w and w* as "
            "they stand; the rows are no longer rotation-invariant. Whiten the rows first.",
        ),
        Slip(
            by(np.linalg.inv),
            "The inverse does not belong here: if z = L x with x standard, then z.w = x.(L^T w).",
        ),
        Slip(
            by(lambda covariance: covariance @ covariance),
            "Too much of it: the filter that a "
            "standard row sees is L^T w with L L^T = covariance, not covariance times w.",
        ),
    ]
    rng = np.random.default_rng(12)
    cases = []
    for _ in range(5):
        root = rng.normal(size=(3, 3))
        cases.append((rng.normal(size=3), rng.normal(size=3), root @ root.T))
    well_done = "The angle is the one between L^T w and L^T w*: rotation-invariant after whitening."
    return compare_function(
        answer,
        by(lambda covariance: covariance),
        cases,
        slips,
        well_done,
        lambda w, w_star, covariance: f"At w = {np.round(w, 3)}, w_star = {np.round(w_star, 3)}",
    )
