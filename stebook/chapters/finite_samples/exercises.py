"""Checks of the chapter on finitely many samples."""

import math
from collections.abc import Callable
from statistics import NormalDist
from typing import Unpack

import numpy as np

from ste.landscape import population_loss
from ste.model import Teacher
from stebook.chapters.teachers import TEACHER, random_points, say_point
from stebook.checks import Drawn, Grading, Slip, Verdict, compare_function, compare_number


def check_flip(answer: Callable[..., float], **grading: Unpack[Grading]) -> Verdict:
    """Finite samples: the eta > 0 at which the unit with input z flips; infinity if it never does.

    Examples
    --------
    >>> check_flip(lambda z, w, g: (z @ w) / (z @ g))
    Not yet. A negative eta is no step of the ray: that unit never flips, so return infinity.
    """

    def right(z: np.ndarray, w: np.ndarray, g: np.ndarray) -> float:
        eta = (z @ w) / (z @ g)
        return eta if eta > 0 else math.inf

    slips = [
        Slip(
            lambda z, w, g: (z @ w) / (z @ g),
            "A negative eta is no step of the ray: that unit never flips, so return infinity.",
        ),
        Slip(
            lambda z, w, g: abs((z @ w) / (z @ g)),
            "A unit that moves away from 0 never flips; its eta is negative, not |eta|.",
        ),
        Slip(
            lambda z, w, g: -(z @ w) / (z @ g) if (z @ w) / (z @ g) < 0 else math.inf,
            "The sign: the ray is w - eta g, so z.w - eta z.g = 0.",
        ),
    ]
    cases = Drawn(lambda rng: [tuple(rng.normal(size=(3, 4))) for _ in range(6)], 23)
    well_done = "z.w - eta z.g is linear in eta, so there is at most one flip."
    return compare_function(
        answer,
        right,
        cases,
        slips,
        well_done,
        lambda z, w, g: f"At z = {np.round(z, 2)}",
        **grading,
    )


def check_breaks(answer: Callable[[int, int, float], float], **grading: Unpack[Grading]) -> Verdict:
    """Finite samples: expected number of flips on a ray that turns w by an angle.

    Examples
    --------
    >>> check_breaks(lambda samples, m, angle: samples * angle / 3.141592653589793)
    Not yet. Each sample has m units, and each of them can flip.
    """
    slips = [
        Slip(
            lambda samples, m, angle: samples * angle / math.pi,
            "Each sample has m units, and each of them can flip.",
        ),
        Slip(
            lambda samples, m, angle: samples * m * angle / (2 * math.pi),
            "Half of it: a unit may go out or come on, and each has probability angle/(2 pi).",
        ),
        Slip(lambda samples, m, angle: float(samples * m), "That is the most that is possible."),
    ]

    def right(samples: int, m: int, angle: float) -> float:
        return samples * m * angle / math.pi

    cases = [(10, 8, 0.4), (1000, 4, 0.01), (7, 3, 3.0)]
    well_done = "Two half-spaces whose normals are at that angle differ with probability angle/pi."
    return compare_function(
        answer,
        right,
        cases,
        slips,
        well_done,
        lambda samples, m, angle: f"At K = {samples}, m = {m}, angle = {angle:g}",
        **grading,
    )


def check_noise(
    answer: Callable[..., float], *, teacher: Teacher = TEACHER, **grading: Unpack[Grading]
) -> Verdict:
    """Finite samples: variance of a sample's identity coarse gradient, perpendicular to the plane.

    Examples
    --------
    >>> check_noise(lambda v, w, teacher: 2 * population_loss(v, w, teacher))
    Not yet. The sum over units is missing: each brings its v_j^2.
    """

    def right(v: np.ndarray, w: np.ndarray, teacher: Teacher) -> float:
        return 2.0 * float(v @ v) * float(population_loss(v, w, teacher))

    slips = [
        Slip(
            lambda v, w, teacher: 2.0 * population_loss(v, w, teacher),
            "The sum over units is missing: each brings its v_j^2.",
        ),
        Slip(
            lambda v, w, teacher: (v @ v) * population_loss(v, w, teacher),
            "Half of it: the loss is half the mean squared residual.",
        ),
        Slip(
            lambda v, w, teacher: 2.0 * np.sum(v) ** 2 * population_loss(v, w, teacher),
            "The rows of Z are independent, so the squares add up and not the entries.",
        ),
    ]
    well_done = "E[(y - y*)^2] = 2 f, times |v|^2."
    return compare_function(
        answer, right, random_points(4, 29, teacher), slips, well_done, say_point, **grading
    )


def check_samples(answer: Callable[[float, float], float], **grading: Unpack[Grading]) -> Verdict:
    """Finite samples: K at which the sign of the inner product is right with probability 0.95.

    In the normal approximation, as a function of mean and standard deviation of one sample's inner
    product; not rounded.

    Examples
    --------
    >>> check_samples(lambda mean, deviation: 1.6448536269514722 * deviation / mean)
    Not yet. That is the square root of K.
    """
    one_sided, two_sided = (NormalDist().inv_cdf(p) for p in (0.95, 0.975))
    slips = [
        Slip(lambda mean, deviation: one_sided * deviation / mean, "That is the square root of K."),
        Slip(
            lambda mean, deviation: (two_sided * deviation / mean) ** 2,
            "Only one side counts here: a product that is too large does no harm.",
        ),
        Slip(
            lambda mean, deviation: (one_sided * mean / deviation) ** 2,
            "Upside down: more noise needs more samples.",
        ),
    ]

    def right(mean: float, deviation: float) -> float:
        return (one_sided * deviation / mean) ** 2

    cases = [(0.5, 2.0), (1.0, 1.0), (0.02, 0.3)]
    well_done = "Phi(sqrt(K) mean/deviation) = 0.95."
    return compare_function(
        answer,
        right,
        cases,
        slips,
        well_done,
        lambda mean, sd: f"At mean {mean:g}, deviation {sd}",
        **grading,
    )


def check_smooth(answer: float, **grading: Unpack[Grading]) -> Verdict:
    """Finite samples: the least K of the explorer that looks smooth, for ReLU and seed 3.

    Examples
    --------
    >>> check_smooth(10)
    Not yet. At K = 10 the explorer does not call the curve nearly smooth.
    """
    from stebook.chapters.finite_samples.one_step import (
        EXPLORER,
        SIZES,
    )

    def smooth(samples: int) -> bool:
        values = EXPLORER.evaluate(samples=samples, estimator="relu", seed=3)
        return EXPLORER.say(values).startswith("Nearly smooth")

    least = next(size for size in SIZES if smooth(size))
    slips = [
        Slip(
            float(size),
            f"At K = {size} the explorer does not call the curve nearly smooth."
            if size < least
            else "It is nearly smooth there, but a smaller K of the slider is enough.",
        )
        for size in SIZES
        if size != least
    ]
    well_done = "Smooth to the eye; zoomed in, it is a staircase of about one step for each sample."
    return compare_number(answer, float(least), slips, well_done, rel=1e-6, **grading)
