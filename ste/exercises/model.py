"""Checks of the chapter on the model."""

import math
from collections.abc import Callable

import numpy as np

from ste.exercises.verdict import Slip, Verdict, compare_function, random_points, say_point
from ste.landscape import population_loss
from ste.model import Teacher


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
