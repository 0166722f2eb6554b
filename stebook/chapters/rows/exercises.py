"""Checks of the chapter on which inputs the theory needs."""

import math
from collections.abc import Callable
from typing import Unpack

import numpy as np

from ste._normal import K
from ste.landscape import population_loss
from ste.model import Teacher
from stebook.chapters.teachers import TEACHER, random_points, say_point
from stebook.checks import Drawn, Grading, Slip, Verdict, compare_function, compare_number


def check_population_loss(
    answer: Callable[..., float], *, teacher: Teacher = TEACHER, **grading: Unpack[Grading]
) -> Verdict:
    """Rows: the population loss f(v, w, teacher) for w != 0.

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

    def with_c(c: Callable[[float], float]) -> Callable[..., float]:
        def loss(v: np.ndarray, w: np.ndarray, teacher: Teacher) -> float:
            theta, total, d, square = parts(v, w, teacher)
            cross = c(theta) * d + total * teacher.s
            return 0.125 * (square + total**2 - 2 * cross + teacher.N + teacher.s**2)

        return loss

    slips = [
        Slip(
            lambda v, w, teacher: 2 * population_loss(v, w, teacher),
            "Twice too much: the loss has the factor 1/2 of the squared error.",
        ),
        Slip(
            own_rows_only,
            "The products of two different rows are missing: their expectation is 1/4, not 0.",
        ),
        Slip(
            with_c(lambda theta: 1 - theta / math.pi),
            "Close: c = 1 - 2 theta/pi, so that it runs from 1 to -1.",
        ),
        Slip(
            with_c(math.cos),
            "You have cos theta for c. Steps see signs alone: c = 1 - 2 theta/pi, linear in theta.",
        ),
    ]
    well_done = "Equal to the population loss at all test points."
    return compare_function(
        answer,
        population_loss,
        random_points(5, 11, teacher),
        slips,
        well_done,
        say_point,
        **grading,
    )


def check_square(answer: float, **grading: Unpack[Grading]) -> Verdict:
    """Rows: P(both fire) for rows uniform in a square, w = (1, 0) and w* along (2, 1).

    Examples
    --------
    >>> check_square(0.4375)
    Correct. 7/16: the half square x > 0 has the area 2 of 4, and the triangle cut from it 1/4.
    """
    angle = math.atan(0.5)
    slips = [
        Slip(
            (math.pi - angle) / (2 * math.pi),
            "That is the wedge of rotation-invariant rows. Draw the rows from the square.",
        ),
        Slip(0.25, "1/4 is right for independent units; here both look at the same row."),
        Slip(0.5, "1/2 is the probability that the student fires. The teacher has to fire too."),
        Slip(
            0.875, "That is the probability that the two agree, both on or both off: twice as much."
        ),
    ]
    well_done = "7/16: the half square x > 0 has the area 2 of 4, and the triangle cut from it 1/4."
    return compare_number(answer, 7 / 16, slips, well_done, rel=0.01, **grading)


def check_correlated(answer: Callable[..., float], **grading: Unpack[Grading]) -> Verdict:
    """Rows: P(both fire) for a row with law N(0, covariance), of (w, w_star, covariance).

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

    def draw(rng: np.random.Generator) -> list[tuple]:
        roots = [(rng.normal(size=(3, 3)), *rng.normal(size=(2, 3))) for _ in range(5)]
        return [(w, w_star, root @ root.T) for root, w, w_star in roots]

    well_done = "The angle is the one between L^T w and L^T w*: rotation-invariant after whitening."
    return compare_function(
        answer,
        by(lambda covariance: covariance),
        Drawn(draw, 12),
        slips,
        well_done,
        lambda w, w_star, covariance: f"At w = {np.round(w, 3)}, w_star = {np.round(w_star, 3)}",
        **grading,
    )


def check_circle(answer: float, **grading: Unpack[Grading]) -> Verdict:
    """Rows: kappa for rows that are uniform on the unit circle.

    Examples
    --------
    >>> check_circle(1 / np.pi)
    Correct. 1/pi: the half circle of cosines has the area 2, over 2 pi.
    """
    slips = [
        Slip(2 / np.pi, "That is E|X|. Only X > 0 counts, which is half of it."),
        Slip(K, "That is the Gaussian's constant. The circle has the radius 1 for every row."),
        Slip(0.5, "1/2 is P(X > 0); here each X = cos(phi) also counts with its size."),
        Slip(2.0, "That is the integral of the cosine. The angle is uniform: divide by 2 pi."),
    ]
    well_done = "1/pi: the half circle of cosines has the area 2, over 2 pi."
    return compare_number(answer, 1 / np.pi, slips, well_done, rel=1e-3, **grading)
