"""Checks and questions of the chapter on the gradient that is not there."""

import math
from collections.abc import Callable

import numpy as np

from ste._normal import K, normal_cdf
from ste.beyond.quantizer import quantize
from stebook.checks import Slip, Verdict, compare_function, compare_number


def check_quantizer(answer: Callable[..., object]) -> Verdict:
    """The missing gradient: the b-bit quantizer sigma_alpha, a function of (x, alpha, bits).

    Examples
    --------
    >>> check_quantizer(lambda x, alpha, bits: alpha * np.ceil(x / alpha))
    Not yet. Two bits have four levels: cut off above 2^b - 1 stairs, and below 0.
    """

    def stairs(low: float | None, top: Callable[[int], float], round_: Callable) -> Callable:
        return lambda x, alpha, bits: alpha * np.clip(round_(x / alpha), low, top(bits))

    slips = [
        Slip(
            stairs(None, lambda bits: math.inf, np.ceil),
            "Two bits have four levels: cut off above 2^b - 1 stairs, and below 0.",
        ),
        Slip(
            stairs(None, lambda bits: 2**bits - 1, np.ceil),
            "Below 0 it goes on downwards; sigma is 0 there.",
        ),
        Slip(
            stairs(0.0, lambda bits: math.inf, np.ceil),
            "It goes on upwards for ever: b bits have 2^b levels, so at most 2^b - 1 stairs.",
        ),
        Slip(
            stairs(0.0, lambda bits: 2**bits, np.ceil),
            "One level too many: with the level 0 there are 2^b of them, so 2^b - 1 stairs.",
        ),
        Slip(
            stairs(0.0, lambda bits: 2**bits - 1, np.floor),
            "It rounds down. The paper's quantizer rounds up: just above 0 it is alpha already.",
        ),
        Slip(
            stairs(0.0, lambda bits: 2**bits - 1, np.round),
            "It rounds to the nearest level; the paper's quantizer rounds up.",
        ),
        Slip(
            lambda x, alpha, bits: np.clip(np.ceil(x / alpha), 0.0, 2**bits - 1),
            "Right up to the height of the stairs: each is alpha high.",
        ),
    ]
    x = np.array([-7.3, -0.4, 0.05, 0.4, 0.9, 1.3, 2.2, 9.7])
    cases = [(x, 0.5, 2), (x, 0.6511, 1), (x, 0.1946, 4), (x, 2.0, 3)]
    well_done = "2^b levels, from 0 up in stairs of height alpha."
    return compare_function(
        answer,
        quantize,
        cases,
        slips,
        well_done,
        lambda x, alpha, bits: f"For x = {x}, alpha = {alpha:g} and {bits} bits",
    )


def check_uniform_slope(answer: Callable[[float, float], float]) -> Verdict:
    """The missing gradient: F'(w) of the toy when X is uniform on [-1, 1]; of (w, y).

    Examples
    --------
    >>> check_uniform_slope(lambda w, y: 0.0)
    Not yet. That is the mean of the slopes. Write F itself first, then differentiate.
    """

    def slope(height: float, sign: float = 1.0, everywhere: bool = False) -> Callable:
        def of(w: float, y: float) -> float:
            return sign * (0.5 - y) * height if everywhere or abs(w) < 1.0 else 0.0

        return of

    slips = [
        Slip(
            lambda w, y: 0.0,
            "That is the mean of the slopes. Write F itself first, then differentiate.",
        ),
        Slip(slope(1.0), "The density of the uniform distribution on [-1, 1] is 1/2, not 1."),
        Slip(
            slope(0.5, sign=-1.0),
            "The sign is turned: a larger w switches the step on, which adds (1 - y)^2/2 and takes "
            "y^2/2 away.",
        ),
        Slip(
            slope(0.5, everywhere=True),
            "Right for |w| < 1. Beyond, X + w has the same sign for every X, and nothing jumps.",
        ),
        Slip(
            lambda w, y: (0.5 - y) * K * math.exp(-0.5 * w * w),
            "That is the slope for X ~ N(0, 1); the density is another one here.",
        ),
    ]
    cases = [(w, y) for w in (-1.7, -0.6, 0.2, 0.9, 1.4) for y in (0.0, 0.3, 1.0)]
    return compare_function(
        answer,
        slope(0.5),
        cases,
        slips,
        "The jump 1/2 - y of the loss, times the density at the place of the jump.",
        lambda w, y: f"At w = {w:g}, y = {y:g}",
    )


def check_samples_needed(answer: float) -> Verdict:
    """The missing gradient: samples for a 10% standard error, toy with w = y = 0, h = 0.01.

    Examples
    --------
    >>> check_samples_needed(100)
    Not yet. So few that about none of them changes: only h phi(0) = 0.4% of samples do.
    """
    q = float(normal_cdf(0.01)) - 0.5
    needed = (1 - q) / q / 0.1**2
    slips = [
        Slip(
            100.0,
            "So few that about none of them changes: only h phi(0) = 0.4% of samples do.",
        ),
        Slip(
            needed * 0.1,
            "The standard error falls like 1/sqrt(N): a tenth needs the square of ten.",
        ),
        Slip(needed * K, "A factor phi(0) is missing: mind the square of the slope J phi(0)."),
        Slip(needed * 100.0, "The variance grows like 1/h, not like 1/h^2."),
        Slip(needed * 0.25, "The jump J = 1/2 stands in the slope as well, so it cancels."),
    ]
    return compare_number(
        answer,
        needed,
        slips,
        "About 100/(h phi(0)): one needs a hundred samples that change.",
        rel=0.02,
    )


def check_fresh_samples(answer: Callable[[float, float], float]) -> Verdict:
    """The missing gradient: variance of the toy's quotient with fresh samples, y = 0; of (w, h).

    Examples
    --------
    >>> check_fresh_samples(lambda w, h: 0.5 / h**2)
    Not yet. It agrees at 0 of 6 test points. At w = -0.5, h = 0.5 it returns 2.0, not 0.463342.
    """

    def bernoulli(p: float) -> float:
        return 0.25 * p * (1.0 - p)

    def right(w: float, h: float) -> float:
        return (bernoulli(_cdf(w)) + bernoulli(_cdf(w + h))) / h**2

    slips = [
        Slip(
            lambda w, h: bernoulli(_cdf(w + h) - _cdf(w)) / h**2,
            "That is with the same samples before and after. Fresh ones do not cancel: the two "
            "variances add.",
        ),
        Slip(
            lambda w, h: (bernoulli(_cdf(w + h)) - bernoulli(_cdf(w))) / h**2,
            "Variances of independent terms add, also when the terms are subtracted.",
        ),
        Slip(
            lambda w, h: (bernoulli(_cdf(w)) + bernoulli(_cdf(w + h))) / h,
            "Dividing by h divides the variance by h^2.",
        ),
        Slip(
            lambda w, h: 4 * right(w, h),
            "The loss is 0 or 1/2, so its variance has the factor 1/4.",
        ),
        Slip(
            lambda w, h: 2 * bernoulli(_cdf(w)) / h**2,
            "Right as h goes to 0; the second loss is taken at w + h.",
        ),
    ]
    cases = [(w, h) for w in (-0.5, 0.0, 1.2) for h in (0.5, 0.01)]
    return compare_function(
        answer,
        right,
        cases,
        slips,
        "Of order 1/h^2: far worse than the 1/h of using the same samples twice.",
        lambda w, h: f"At w = {w:g}, h = {h:g}",
    )


def _cdf(x: float) -> float:
    return float(normal_cdf(x))


def check_smallest_turn(answer: float) -> Verdict:
    """The missing gradient: the explorer's smallest h whose error is below half the true slope.

    Examples
    --------
    >>> check_smallest_turn(0.3)
    Not yet. There is a smaller one. Move h down until the standard error passes half the slope.
    """
    from stebook.chapters.no_gradient.quotient import SLOPE, TURNS, standard_error

    good = [turn for turn in TURNS if standard_error(turn, 1000) < 0.5 * SLOPE]
    small = [turn for turn in TURNS if turn not in good]
    slips = [
        Slip(
            turn,
            "There is a smaller one. Move h down until the standard error passes half the slope.",
        )
        for turn in good[1:]
    ]
    slips += [
        Slip(turn, "There the standard error is more than half of the true slope: too small.")
        for turn in small
    ]
    return compare_number(
        answer,
        good[0],
        slips,
        "Theory says the same: h > 4 C/(N slope^2).",
        rel=1e-3,
    )
