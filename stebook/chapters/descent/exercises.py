"""Checks of the chapter on descent."""

import math
from collections.abc import Callable
from typing import Unpack

import numpy as np

from ste._normal import K
from ste.estimators import RELU
from ste.gradients import expected_coarse_gradient
from ste.landscape import population_gradient
from ste.model import Teacher
from stebook.chapters.teachers import TEACHER
from stebook.checks import Drawn, Grading, Slip, Verdict, compare_function, compare_number


def check_one_step(
    answer: Callable[..., np.ndarray], *, teacher: Teacher = TEACHER, **grading: Unpack[Grading]
) -> Verdict:
    """Descent: one step of Algorithm 1 of the paper with ReLU, as the concatenated (v, w).

    Examples
    --------
    >>> check_one_step(lambda v, w, eta, teacher: np.concatenate([v, w]))
    Not yet. It agrees at 0 of 3 test points. At eta = 0.1 it returns ...
    """

    def step(
        sign: float = -1.0,
        fresh_v: bool = False,
        normalised: bool = False,
        gradient: Callable = expected_coarse_gradient,
    ) -> Callable:
        def one(v: np.ndarray, w: np.ndarray, eta: float, teacher: Teacher) -> np.ndarray:
            grad_v, grad_w = gradient(v, w, teacher, RELU)
            new_v = v + sign * eta * grad_v
            if fresh_v:
                grad_w = gradient(new_v, w, teacher, RELU)[1]
            new_w = w + sign * eta * grad_w
            if normalised:
                new_w = new_w / np.linalg.norm(new_w)
            return np.concatenate([new_v, new_w])

        return one

    def draw(rng: np.random.Generator) -> list[tuple]:
        sizes = teacher.m, teacher.n
        rates = (0.1, 0.5, 1.0)
        return [(*(rng.normal(size=size) for size in sizes), eta, teacher) for eta in rates]

    slips = [
        Slip(step(sign=1.0), "That walks along the coarse gradient; descent walks against it."),
        Slip(
            step(fresh_v=True),
            "Both parts are taken at the old (v, w); here w already sees the new v.",
        ),
        Slip(
            step(normalised=True),
            "Algorithm 1 of the paper does not normalize w; its length is free.",
        ),
        Slip(
            step(gradient=lambda v, w, teacher, _: population_gradient(v, w, teacher)),
            "That is a step of the true gradient: in w, Algorithm 1 of the paper takes E[g].",
        ),
    ]
    well_done = "Both parts from the old point, the same eta, no normalization."
    return compare_function(
        answer,
        step(),
        Drawn(draw, 17),
        slips,
        well_done,
        lambda v, w, eta, teacher: f"At eta = {eta:g}",
        **grading,
    )


def check_held_loss(answer: float, **grading: Unpack[Grading]) -> Verdict:
    """Descent: the loss at which ReLU runs from theta0 = pi are held, for v* = (1, 1, 1, 1).

    Examples
    --------
    >>> check_held_loss(0)
    Not yet. 0 is the global minimum; a run that starts on the axis never leaves it.
    """
    slips = [
        Slip(0.0, "0 is the global minimum; a run that starts on the axis never leaves it."),
        Slip(2.5, "That is the loss at w = 0, where the network is silent: (N + s^2)/8."),
        Slip(
            1.2,
            "That is theta/(2 pi) v.v* alone, with v = 0.6 (1, 1, 1, 1); the rest of f is missing.",
        ),
        Slip(0.6, "That is each entry of v there; the loss is asked for."),
    ]
    well_done = "v = 0.6 (1, 1, 1, 1), and s^2/(2 (m + 1)) = 16/10."
    return compare_number(answer, 1.6, slips, well_done, rel=1e-3, **grading)


def check_remainder(answer: Callable[[float], float], **grading: Unpack[Grading]) -> Verdict:
    """Descent: phi(theta) with E[g].u = 2 k v.(df/dv) + d k phi(theta) for ReLU.

    Examples
    --------
    >>> check_remainder(lambda theta: 0.0)
    Not yet. It vanishes at 0, pi/2 and pi, but not between.
    """

    def right(theta: float) -> float:
        return 1.0 - theta / math.pi - math.cos(theta / 2.0) ** 2

    slips = [
        Slip(lambda theta: 0.0, "It vanishes at 0, pi/2 and pi, but not between."),
        Slip(
            lambda theta: -right(theta),
            "The sign: that is what drives |w| - k |v|^2, which falls where E[g].u is positive.",
        ),
        Slip(lambda theta: 2.0 * right(theta), "Twice too much: (1 + c)/2 = 1 - theta/pi."),
        Slip(
            lambda theta: -(math.cos(theta / 2.0) ** 2),
            "The other rows are missing: h contains c d + d as well.",
        ),
    ]
    cases = [(0.0,), (0.4,), (1.2,), (math.pi / 2,), (2.5,), (math.pi,)]
    well_done = "It is negative before pi/2 and positive after, and odd about pi/2."
    return compare_function(
        answer, right, cases, slips, well_done, lambda t: f"At theta = {t:.3f}", **grading
    )


def check_least_length(
    answer: Callable[[np.ndarray], float], **grading: Unpack[Grading]
) -> Verdict:
    """Descent: the length that |w0| must exceed for the flow's theorem, as a function of v0.

    Examples
    --------
    >>> check_least_length(lambda v0: float(v0 @ v0))
    Not yet. The factor k = 1/sqrt(2 pi) is missing.
    """

    def right(v0: np.ndarray) -> float:
        return K * float(v0 @ v0)

    slips = [
        Slip(lambda v0: float(v0 @ v0), "The factor k = 1/sqrt(2 pi) is missing."),
        Slip(lambda v0: K * float(np.sqrt(v0 @ v0)), "The square of |v0|, not |v0| itself."),
        Slip(
            lambda v0: 0.5 * K * float(v0 @ v0),
            "Half of it: d|v|^2/dt = -2 v.(df/dv), so the factor 2 of E[g].u is used up.",
        ),
    ]
    cases = [(np.array([1.0, -2.0, 0.5]),), (np.array([0.1, 0.2]),), (np.array([3.0]),)]
    well_done = "Then |w| - k |v|^2 starts above 0 and never falls."
    return compare_function(
        answer, right, cases, slips, well_done, lambda v0: f"At v0 = {v0}", **grading
    )


def check_rises(answer: float, **grading: Unpack[Grading]) -> Verdict:
    """Descent: in how many steps ReLU's loss rises, read off the explorer.

    Teacher (1, 1, 1, 1), the start with a large v0, eta = 0.1.

    Examples
    --------
    >>> check_rises(0)
    Not yet. Look at the sentence below the explorer once more: this run does climb.
    """
    from stebook.chapters.descent.descent import EXPLORER  # it needs sympy, which the checks do not

    seen = EXPLORER.evaluate(teacher="ones", start="large", rate=0.1)
    slips = [
        Slip(0.0, "Look at the sentence below the explorer once more: this run does climb."),
        Slip(seen["identity_rose"], "That is identity's."),
        Slip(seen["clipped_relu_rose"], "That is clipped ReLU's."),
    ]
    well_done = (
        "The first of these comes after |w| has fallen to almost 0: the theorem's assumption "
        "|w| >= c_w fails there, with ReLU."
    )
    return compare_number(answer, seen["relu_rose"], slips, well_done, rel=1e-6, **grading)
