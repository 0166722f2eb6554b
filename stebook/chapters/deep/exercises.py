"""Checks of the chapter on deep networks."""

import math
from collections.abc import Callable
from typing import Unpack

import numpy as np
from numpy.typing import ArrayLike

from ste.beyond.quantizer import fitted_step
from stebook.checks import Drawn, Grading, Slip, Verdict, compare_function, compare_number


def check_paired_error(
    answer: Callable[[ArrayLike, ArrayLike], float], **grading: Unpack[Grading]
) -> Verdict:
    """The standard error of the mean of paired differences, as a function of two arrays.

    Examples
    --------
    >>> check_paired_error(lambda a, b: np.std(np.subtract(a, b)))
    Not yet. That is the spread of one difference; the mean of n has less.
    """

    def draw(rng: np.random.Generator) -> list[tuple]:
        levels = [rng.normal(90.0, 2.0, count) for count in (3, 5, 8)]
        return [(level + rng.normal(0.5, 0.3, level.size), level) for level in levels]

    slips = [
        Slip(
            lambda a, b: np.std(a - b),
            "That is the spread of one difference; the mean of n has less.",
        ),
        Slip(
            lambda a, b: np.std(a - b, ddof=1),
            "That is the spread of one difference; the mean of n has less.",
        ),
        Slip(
            lambda a, b: np.std(a - b) / np.sqrt(len(a)),
            "Almost: the spread is estimated around the sample's own mean, so use `ddof=1`.",
        ),
        Slip(
            lambda a, b: np.sqrt((np.var(a, ddof=1) + np.var(b, ddof=1)) / len(a)),
            "That is for runs with nothing in common; these share their start and their batches.",
        ),
        Slip(
            lambda a, b: np.mean(a - b),
            "That is the mean itself; how uncertain is it?",
        ),
    ]
    return compare_function(
        answer,
        lambda a, b: np.std(a - b, ddof=1) / np.sqrt(len(a)),
        Drawn(draw, 0),
        slips,
        "What the two runs of a seed share cancels in the difference.",
        lambda a, b: f"For {len(a)} seeds",
        **grading,
    )


def check_one_bit_step(answer: float, **grading: Unpack[Grading]) -> Verdict:
    """The step fitted to max(X, 0) for one bit.

    Examples
    --------
    >>> check_one_bit_step(0.798)
    Not yet. That is the mean of X over all X > 0; only X above half the step is rounded up.
    """
    slips = [
        Slip(
            math.sqrt(2 / math.pi),
            "That is the mean of X over all X > 0; only X above half the step is rounded up.",
        ),
        Slip(
            fitted_step(1) / 2,
            "That is where the rounding changes over; the step is twice as high.",
        ),
        Slip(fitted_step(2), "That is the step for two bits."),
    ]
    well_done = "The upper level is the mean of what is rounded to it."
    return compare_number(answer, fitted_step(1), slips, well_done, rel=1e-3, **grading)


def check_small_shake(answer: float, **grading: Unpack[Grading]) -> Verdict:
    """ReLU's cosine with the smoothed slope over identity's, one bit, jitter to 0.

    Examples
    --------
    >>> check_small_shake(0.5)
    Not yet. That is the ratio of E[g s]; the cosine also divides by the root of E[g].
    """
    slips = [
        Slip(0.5, "That is the ratio of E[g s]; the cosine also divides by the root of E[g]."),
        Slip(1.0, "ReLU holds only half of the bump at 0."),
        Slip(math.sqrt(2.0), "Upside down: ReLU's cosine is the smaller one."),
        Slip(0.25, "E[g] of ReLU is 1/2, and its root divides; it does not multiply."),
    ]
    well_done = "Half of the bump, over the root of half of the line."
    return compare_number(answer, 1 / math.sqrt(2.0), slips, well_done, rel=1e-3, **grading)


def check_seeds(answer: Callable[[float, float], int], **grading: Unpack[Grading]) -> Verdict:
    """The number of seeds for which a difference d is two standard errors of deviation sd.

    Examples
    --------
    >>> check_seeds(lambda sd, d: np.ceil(2 * sd / d))
    Not yet. The standard error falls with the root of the number: square the ratio.
    """
    cases = [(0.5, 0.2), (1.3, 0.7), (0.11, 0.25), (2.0, 0.31)]
    slips = [
        Slip(
            lambda sd, d: math.ceil(2 * sd / d),
            "The standard error falls with the root of the number: square the ratio.",
        ),
        Slip(lambda sd, d: (2 * sd / d) ** 2, "Right but for the last step: round up."),
        Slip(lambda sd, d: math.ceil((sd / d) ** 2), "That is for one standard error."),
        Slip(
            lambda sd, d: math.floor((2 * sd / d) ** 2),
            "Rounded down it falls just short of two errors.",
        ),
    ]
    return compare_function(
        answer,
        lambda sd, d: math.ceil((2 * sd / d) ** 2),
        cases,
        slips,
        "Small differences cost many runs: half the difference, four times the seeds.",
        lambda sd, d: f"For sd = {sd:g} and d = {d:g}",
        **grading,
    )
