"""Checks of the chapter `slope`."""

from collections.abc import Callable
from typing import Unpack

from ste._normal import K, normal_cdf
from stebook.checks import Grading, Slip, Verdict, compare_function, compare_number


def check_samples_needed(answer: float, **grading: Unpack[Grading]) -> Verdict:
    """The missing gradient: samples for a 10% standard error, toy with w = y* = 0, delta = 0.01.

    Examples
    --------
    >>> check_samples_needed(100)
    Not yet. So few that about none of them changes: only delta phi(0) = 0.4% of samples do.
    """
    q = float(normal_cdf(0.01)) - 0.5
    needed = (1 - q) / q / 0.1**2
    slips = [
        Slip(
            100.0,
            "So few that about none of them changes: only delta phi(0) = 0.4% of samples do.",
        ),
        Slip(
            needed * 0.1,
            "The standard error falls like 1/sqrt(K): a tenth needs the square of ten.",
        ),
        Slip(needed * K, "A factor phi(0) is missing: mind the square of the slope J phi(0)."),
        Slip(needed * 100.0, "The variance grows like 1/delta, not like 1/delta^2."),
        Slip(needed * 0.25, "The jump J = 1/2 stands in the slope as well, so it cancels."),
    ]
    return compare_number(
        answer,
        needed,
        slips,
        "About 100/(delta phi(0)): one needs a hundred samples that change.",
        rel=0.02,
        **grading,
    )


def check_fresh_samples(
    answer: Callable[[float, float], float], **grading: Unpack[Grading]
) -> Verdict:
    """The missing gradient: variance of the toy's quotient, fresh samples, y* = 0; of (w, delta).

    Examples
    --------
    >>> check_fresh_samples(lambda w, delta: 0.5 / delta**2)
    Not yet. It agrees at 0 of 6 test points. At w = -0.5, delta = 0.5 it returns 2.0, not 0.463342.
    """

    def bernoulli(p: float) -> float:
        return 0.25 * p * (1.0 - p)

    def right(w: float, delta: float) -> float:
        return (bernoulli(_cdf(w)) + bernoulli(_cdf(w + delta))) / delta**2

    slips = [
        Slip(
            lambda w, delta: bernoulli(_cdf(w + delta) - _cdf(w)) / delta**2,
            "That is with the same samples before and after. Fresh ones do not cancel: the two "
            "variances add.",
        ),
        Slip(
            lambda w, delta: (bernoulli(_cdf(w + delta)) - bernoulli(_cdf(w))) / delta**2,
            "Variances of independent terms add, also when the terms are subtracted.",
        ),
        Slip(
            lambda w, delta: (bernoulli(_cdf(w)) + bernoulli(_cdf(w + delta))) / delta,
            "Dividing by delta divides the variance by delta^2.",
        ),
        Slip(
            lambda w, delta: 4 * right(w, delta),
            "The loss is 0 or 1/2, so its variance has the factor 1/4.",
        ),
        Slip(
            lambda w, delta: 2 * bernoulli(_cdf(w)) / delta**2,
            "Right as delta goes to 0; the second loss is taken at w + delta.",
        ),
    ]
    cases = [(w, delta) for w in (-0.5, 0.0, 1.2) for delta in (0.5, 0.01)]
    return compare_function(
        answer,
        right,
        cases,
        slips,
        "Of order 1/delta^2: far worse than the 1/delta of using the same samples twice.",
        lambda w, delta: f"At w = {w:g}, delta = {delta:g}",
        **grading,
    )


def _cdf(x: float) -> float:
    return float(normal_cdf(x))
