"""Checks of the chapter on what frameworks do."""

import math
from collections.abc import Callable
from typing import Unpack

import numpy as np

from ste.estimators import Estimator
from stebook.chapters.answers import judges_proxy
from stebook.checks import Grading, Slip, Verdict, compare_function, compare_number

_K = 1 / math.sqrt(2 * math.pi)


def check_leak(answer: Callable[[float, float], float], **grading: Unpack[Grading]) -> Verdict:
    """Frameworks: the residual of a window with a leak, as a share of identity's.

    Examples
    --------
    >>> check_leak(lambda leak, rho: 0.0)
    Not yet. 0 is the share without a leak.
    """
    slips = [
        Slip(lambda leak, rho: 0.0, "0 is the share without a leak."),
        Slip(
            lambda leak, rho: math.exp(-((leak / rho) ** 2) / 2),
            "That is what lies beyond the leak; identity's share is 1, take it off.",
        ),
        Slip(
            lambda leak, rho: -math.expm1(-((leak * rho) ** 2) / 2),
            "mu' sees rho x: in units of x the leak ends at leak/rho, not at leak rho.",
        ),
        Slip(
            lambda leak, rho: -math.expm1(-((leak / rho) ** 2)),
            "The density is exp(-x^2/2): a 2 is missing.",
        ),
        Slip(
            lambda leak, rho: math.erf(leak / rho / math.sqrt(2)),
            "That is the share of inputs in the leak; A- weighs them by |x|.",
        ),
    ]
    return compare_function(
        answer,
        lambda leak, rho: -math.expm1(-((leak / rho) ** 2) / 2),
        [(0.5, 1.0), (1.0, 0.3), (0.02, 2.0), (3.0, 3.0)],
        slips,
        "For a short leak it is about (leak/rho)^2/2: half the leak, a quarter of the share.",
        lambda leak, rho: f"At leak = {leak:g}, rho = {rho:g}",
        **grading,
    )


def check_half_length(answer: float, **grading: Unpack[Grading]) -> Verdict:
    """Frameworks: the |w| at which a leak of 1 has half of identity's residual.

    Examples
    --------
    >>> check_half_length(1.0)
    Not yet. At 1 it is 39 %, so |w| has to be shorter.
    """
    right = 1 / math.sqrt(2 * math.log(2))
    slips = [
        Slip(1.0, "At 1 it is 39 %, so |w| has to be shorter."),
        Slip(0.5, "At 1/2 it is 86 %: between 1/2 and 1."),
        Slip(1 / right, "That is leak/|w|; turn it over."),
        Slip(1 / math.sqrt(math.log(2)), "The exponent has a 2 in it."),
    ]
    return compare_number(answer, right, slips, "1/sqrt(2 log 2).", rel=1e-2, **grading)


def check_bits(answer: float, **grading: Unpack[Grading]) -> Verdict:
    """Frameworks: bits from which on the leak of one step on [0, 4] has a residual below 0.1 %.

    Examples
    --------
    >>> check_bits(6)
    Not yet. With 6 bits the step is 0.063 and the share 0.2 %. (A ReLU in front would do it.)
    """

    def share(bits: int) -> float:
        return -math.expm1(-((4 / (2**bits - 1)) ** 2) / 2)

    right = next(bits for bits in range(1, 17) if share(bits) < 1e-3)
    slips = [
        Slip(
            6,
            "With 6 bits the step is 0.063 and the share 0.2 %. (A ReLU in front would do it.)",
        ),
        Slip(8, "8 bits are enough, but so are fewer."),
        Slip(12, "The share goes with the square of the leak, not with the leak."),
    ]
    return compare_number(
        answer,
        right,
        slips,
        "The step is 4/127, and its square over 2 is 0.0005.",
        rel=1e-9,
        **grading,
    )


@judges_proxy
def check_fix(answer: Estimator) -> Verdict:
    """Frameworks: a proxy for a quantizer that jumps at 1/2, passing where it jumps.

    Examples
    --------
    >>> from ste import RELU
    >>> check_fix(RELU)
    Not yet. It is not 0 between 0 and 1/2, where the output is still 0.
    """
    x = np.linspace(-6.0, 6.0, 24_000) + 1e-7
    slope = answer.evaluate(x)
    if slope.min() < 0.0:
        return Verdict(False, "It is negative somewhere; then it need not correlate.")
    if slope[x < 0.0].any():
        return Verdict(False, "It is not 0 on the left of 0, and still less at its jump.")
    if slope[x < 0.5].any():
        return Verdict(False, "It is not 0 between 0 and 1/2, where the output is still 0.")
    if not slope.any():
        return Verdict(False, "A proxy that is zero everywhere passes, and trains nothing.")
    return Verdict(True, "Zero wherever the output is 0.")


def check_sign_pull(answer: Callable[[float, float], float], **grading: Unpack[Grading]) -> Verdict:
    """Frameworks: E[g].u of identity in the network of signs, at theta = pi and v = a v*.

    Examples
    --------
    >>> check_sign_pull(lambda a, N: 0.0)
    Not yet. It is 0 only at a = 0 and a = -1.
    """
    slips = [
        Slip(lambda a, N: 0.0, "It is 0 only at a = 0 and a = -1."),
        Slip(lambda a, N: _K * a * (a + 1) * N, "A+ + A- is 2 k for identity: half is missing."),
        Slip(
            lambda a, N: 2 * _K * a * (a - 1) * N,
            "That is at theta = 0; at pi the teacher's signs are all opposite.",
        ),
        Slip(lambda a, N: 2 * a * (a + 1) * N, "Right but for k = 1/sqrt(2 pi)."),
    ]
    return compare_function(
        answer,
        lambda a, N: 2 * _K * a * (a + 1) * N,
        [(-0.5, 1.0), (0.3, 1.98), (-2.0, 4.0)],
        slips,
        "It vanishes at the global minimum a = -1: nothing drives w there.",
        lambda a, N: f"At a = {a:g}, N = {N:g}",
        **grading,
    )
