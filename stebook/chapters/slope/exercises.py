"""Checks of the chapter `slope`."""

from collections.abc import Callable

from ste._normal import K, normal_cdf
from stebook.checks import Slip, Verdict, compare_function, compare_number


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
