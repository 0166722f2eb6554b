"""Checks of the chapter on what the paper says."""

import math
from collections.abc import Callable

import numpy as np

from ste.descent import descend
from ste.estimators import CLIPPED_RELU, RELU
from stebook.chapters.teachers import TEACHER, saddle_and_trap
from stebook.checks import (
    Slip,
    Verdict,
    compare_function,
    compare_number,
    numbers,
    pair,
    replies,
)


def check_exceptions(answer: int) -> Verdict:
    """The paper's table: rows in which clipped ReLU does not have the best validation accuracy.

    Examples
    --------
    >>> check_exceptions(0)
    Not yet. Look at LeNet-5 again: the summary "clipped ReLU is best" has exceptions.
    """
    slips = [
        Slip(0, 'Look at LeNet-5 again: the summary "clipped ReLU is best" has exceptions.'),
        Slip(1, "One is right for the training loss; count by validation accuracy."),
        Slip(6, "That is the number of rows; clipped ReLU is ahead in some of them."),
    ]
    well_done = "Both rows of LeNet-5, by 0.01 and 0.08 points: less than chance would explain."
    return compare_number(answer, 2, slips, well_done, rel=1e-6)


def check_chance(answer: float) -> Verdict:
    """The standard error, in points, of the difference between 92.01 % and 92.08 % of 10,000.

    Examples
    --------
    >>> check_chance(0.383)
    Correct. The difference of 0.07 points is a fifth of it: chance alone would do as much.
    """
    images = 10_000
    shares = (0.9201, 0.9208)
    errors = [100 * math.sqrt(p * (1 - p) / images) for p in shares]
    slips = [
        Slip(errors[0], "That is the error of one of the two; their difference has more."),
        Slip(sum(errors), "Independent errors add in squares, not as they are."),
        Slip(math.hypot(*errors) / 100, "Right, as a share; the answer is asked in points."),
        Slip(math.hypot(*errors) * 100, "The variance is p(1 - p)/10,000; take its root once."),
        Slip(0.07, "That is the difference itself; how uncertain is it?"),
    ]
    well_done = "The difference of 0.07 points is a fifth of it: chance alone would do as much."
    return compare_number(answer, math.hypot(*errors), slips, well_done, rel=1e-2)


def check_rates(answer: Callable[[float], float]) -> Verdict:
    """How much faster alpha v learns than w, by alpha, for the activation alpha sigma.

    Examples
    --------
    >>> check_rates(lambda alpha: alpha**2)
    Not yet. That is the rate of alpha v alone; the coarse gradient in w holds v, not alpha v.
    """
    slips = [
        Slip(lambda alpha: 1.0, "The same for alpha = 1 only: follow alpha through both steps."),
        Slip(
            lambda alpha: alpha,
            "The gradient in v has one alpha; the change of alpha v has a second one.",
        ),
        Slip(
            lambda alpha: alpha**2,
            "That is the rate of alpha v alone; the coarse gradient in w holds v, not alpha v.",
        ),
        Slip(lambda alpha: alpha**-3, "Upside down: that is how much faster w learns."),
    ]
    cases = [(alpha,) for alpha in (0.1946, 0.6511, 1.0, 1.2221)]
    well_done = "alpha^2 for alpha v, over 1/alpha for w."
    return compare_function(
        answer, lambda alpha: alpha**3, cases, slips, well_done, lambda a: f"At alpha = {a:g}"
    )


@replies
def check_two_fates(answer: tuple[np.ndarray, np.ndarray]) -> Verdict:
    """A start (v0, w0) from which ReLU reaches the global minimum and clipped ReLU does not.

    Both descend for 4,000 steps at learning rate 0.1, with the teacher of the exercises.

    Examples
    --------
    >>> check_two_fates((TEACHER.v, TEACHER.w))
    Not yet. From there both reach the global minimum. Search: such starts are about 1 in 100.
    """
    wanted = "The answer should be a start (v0, w0)"
    v0, w0 = (numbers(part, f"{wanted} of numbers") for part in pair(answer, wanted))
    try:
        ends = [
            float(descend(v0, w0, TEACHER, estimator, 0.1, 4000, record_every=4000).loss[-1])
            for estimator in (RELU, CLIPPED_RELU)
        ]
    except ValueError as error:
        return Verdict(False, f"{wanted}: {error}")
    trap = saddle_and_trap(TEACHER)[1].loss
    reached = [end < 1e-3 for end in ends]
    caught = [abs(end - trap) < 1e-3 for end in ends]
    if reached[0] and caught[1]:
        return Verdict(True, "ReLU gets home from there, clipped ReLU is caught.")
    if all(reached):
        text = "both reach the global minimum. Search: such starts are about 1 in 100."
    elif all(caught):
        text = "both are caught. Search nearer the border between the two fates."
    elif caught[0] and reached[1]:
        text = (
            "it is the other way round, which is rarer still; but the question asked for this way."
        )
    else:
        losses = f"{ends[0]:.3f} and {ends[1]:.3f}"
        text = f"the losses after 4,000 steps are {losses}: neither 0 nor that of the trap."
    return Verdict(False, f"From there {text}")
