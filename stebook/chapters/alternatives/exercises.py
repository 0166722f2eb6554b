"""Checks of the chapter other ways through a hard threshold."""

import math
from collections.abc import Callable
from functools import cache
from typing import Unpack

import numpy as np

from ste.alternatives.compare import METHODS, Batch, quality
from ste.alternatives.likelihood import reinforce
from ste.beyond.random_units import LOGISTIC, RandomUnits
from ste.estimators import IDENTITY
from ste.gradients import expected_coarse_gradient
from ste.landscape import population_gradient
from stebook.chapters.teachers import TEACHER
from stebook.checks import (
    Grading,
    Slip,
    Verdict,
    compare_function,
    compare_number,
    function,
    one_number,
    replies,
)


def check_noise_angle(answer: float, **grading: Unpack[Grading]) -> Verdict:
    """Alternatives: theta_tau for |w| = 1, theta = 60 degrees and Gaussian noise with tau = 1.

    Examples
    --------
    >>> check_noise_angle(1.0471975512)
    Not yet. That is theta itself: the noise turns the angle towards pi/2.
    """
    right = math.acos(0.5 / math.sqrt(2.0))
    slips = [
        Slip(math.pi / 3, "That is theta itself: the noise turns the angle towards pi/2."),
        Slip(math.degrees(right), "That is in degrees."),
        Slip(
            math.acos(0.25),
            "The lengths add as squares: sqrt(rho^2 + tau^2), not rho + tau.",
        ),
        Slip(
            math.acos(0.75),
            "The teacher's filter has no part in the direction of the noise.",
        ),
        Slip(math.pi / 2, "That is the limit of much noise."),
    ]
    return compare_number(answer, right, slips, "(w, tau) against (w*, 0).", rel=1e-3, **grading)


def check_best_temperature(
    answer: Callable[[float, float, float], float], **grading: Unpack[Grading]
) -> Verdict:
    """Alternatives: the temperature at which (B tau^2)^2 + C/(K tau) is least.

    Examples
    --------
    >>> check_best_temperature(lambda B, C, K: (C / (2 * B * K)) ** (1 / 3))
    Not yet. The bias enters squared: B^2 tau^4, not B tau^2.
    """

    def right(B: float, C: float, K: float) -> float:
        return (C / (4.0 * B**2 * K)) ** 0.2

    slips = [
        Slip(
            lambda B, C, K: (C / (2.0 * B * K)) ** (1.0 / 3.0),
            "The bias enters squared: B^2 tau^4, not B tau^2.",
        ),
        Slip(
            lambda B, C, K: (C / (B**2 * K)) ** 0.2,
            "That is where bias and noise are equal; the least sum has a factor 4.",
        ),
        Slip(
            lambda B, C, K: (C / (4.0 * B**2 * K)) ** 0.25,
            "tau^3 times tau^2 is tau^5.",
        ),
    ]
    return compare_function(
        answer,
        right,
        [(1.0, 2.0, 100.0), (0.3, 5.0, 1000.0), (2.0, 0.7, 10.0)],
        slips,
        "Both parts are then of the order K^(-4/5).",
        lambda B, C, K: f"At B = {B:g}, C = {C:g}, K = {K:g}",
        **grading,
    )


@replies
def check_layer_loss(
    answer: Callable[[float, float], float], **grading: Unpack[Grading]
) -> Verdict:
    """Alternatives: a layer loss that turns target propagation into the clipped ReLU estimator.

    Examples
    --------
    >>> check_layer_loss(lambda z, t: max(0.0, 1.0 - t * z))
    Not yet. That is the hinge loss: it has a remainder, so it is no straight-through estimator.
    """

    def from_zero(loss: Callable[[float, float], float]) -> Callable[[float, float], float]:
        # constants do not matter, one for each target
        wanted = "The loss should be one number"
        return lambda z, t: one_number(loss(z, t), wanted) - one_number(loss(0.0, t), wanted)

    def ramp(z: float) -> float:
        return min(max(z, 0.0), 1.0)

    slips = [
        Slip(
            from_zero(lambda z, t: max(0.0, 1.0 - t * z)),
            "That is the hinge loss: it has a remainder, so it is no straight-through estimator.",
        ),
        Slip(
            from_zero(lambda z, t: min(max(1.0 - t * z, 0.0), 2.0)),
            "That is the saturated hinge; it gives the hard tanh estimator, 1 for |z| < 1.",
        ),
        Slip(lambda z, t: t * ramp(z), "The sign: with target 1 a large z should cost less."),
        Slip(lambda z, t: -t * max(z, 0.0), "That is ReLU's; the clipped one is flat above 1."),
        Slip(lambda z, t: -ramp(z), "The target has to enter: -t mu(z)."),
    ]
    cases = [(z, t) for z in (-1.5, -0.4, 0.3, 0.8, 2.5) for t in (-1.0, 1.0)]
    return compare_function(
        from_zero(function(answer)),
        from_zero(lambda z, t: -t * ramp(z)),
        cases,
        slips,
        "-t mu(z), with mu the clipped ReLU; it is not convex.",
        lambda z, t: f"At z = {z:g}, t = {t:g}, less its value at z = 0,",
        **grading,
    )


def check_poor_inverse(answer: float, **grading: Unpack[Grading]) -> Verdict:
    """Alternatives: the factor (c.v*)/(v.v*) of a poor inverse.

    Examples
    --------
    >>> check_poor_inverse(0.1375)
    Not yet. The sign matters: this inverse turns the filter the wrong way.
    """
    v, c = np.full(4, 0.5), np.array([-0.1, 0.4, 0.2, 0.1])
    seen, d = float(c @ TEACHER.v), float(v @ TEACHER.v)
    slips = [
        Slip(-seen / d, "The sign matters: this inverse turns the filter the wrong way."),
        Slip(float(c @ v) / float(v @ v), "c.v is what the part along u has; e sees c.v*."),
        Slip(seen, "Divide by v.v*, which is what the tanh estimator has there."),
        Slip(d / seen, "The other way round."),
    ]
    return compare_number(
        answer, seen / d, slips, "(c.v*)/(v.v*), negative here.", rel=1e-3, **grading
    )


@cache
def _ingredients() -> tuple[float, float, float, float]:
    """Cosine and noise of identity and of the centred likelihood ratio, at theta = 115 degrees."""
    v = np.array([0.6, -0.4, 0.5, 0.35])
    theta, tau = math.radians(115.0), 0.25
    w = np.array([math.cos(theta), math.sin(theta), 0.0, 0.0, 0.0])
    truth = population_gradient(v, w, TEACHER)[1]
    rng = np.random.default_rng(7)
    Z = rng.standard_normal((60_000, 4, 5))
    batch = Batch(v[None], w[None], Z, TEACHER, tau, rng)
    g = METHODS["identity"].update(batch, None).grad_w
    one = quality(g, truth, expected_coarse_gradient(v, w, TEACHER, IDENTITY)[1])
    found = reinforce(v, w, Z, TEACHER, LOGISTIC, tau, LOGISTIC.draw(rng, (60_000, 4)))
    g = found.gradient(found.baseline())[1]
    two = quality(g, truth, RandomUnits(TEACHER, LOGISTIC, tau).gradient(v, w)[1])
    return one.cosine, one.noise, two.cosine, two.noise


def check_crossing(answer: float, **grading: Unpack[Grading]) -> Verdict:
    """Alternatives: from how many samples the unbiased estimator keeps more than identity.

    Examples
    --------
    >>> check_crossing(1.0)
    Not yet. With one sample both lose nearly all to noise, and the noisier one loses more.
    """
    c1, r1, c2, r2 = _ingredients()
    right = (c1**2 * r2**2 - c2**2 * r1**2) / (c2**2 - c1**2)
    slips = [
        Slip(1.0, "With one sample both lose nearly all to noise, and the noisier one loses more."),
        Slip(r2**2, "That is where the likelihood ratio keeps half; set the two shares equal."),
        Slip(
            (c1 * r2**2 - c2 * r1**2) / (c2 - c1),
            "The shares have the squared cosines.",
        ),
    ]
    return compare_number(
        answer, right, slips, "Below it noise decides, above it bias.", rel=0.2, **grading
    )
