"""Checks of the chapter `tables`."""

from collections.abc import Callable
from typing import Unpack

import numpy as np

from ste.descent import descend
from ste.estimators import CLIPPED_RELU, RELU
from stebook.chapters.teachers import TEACHER, saddle_and_trap
from stebook.checks import (
    Grading,
    Slip,
    Verdict,
    compare_function,
    numbers,
    pair,
    replies,
)


def check_rates(answer: Callable[[float], float], **grading: Unpack[Grading]) -> Verdict:
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
        answer,
        lambda alpha: alpha**3,
        cases,
        slips,
        well_done,
        lambda a: f"At alpha = {a:g}",
        **grading,
    )


@replies
def check_two_fates(answer: tuple[np.ndarray, np.ndarray], **grading: Unpack[Grading]) -> Verdict:
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
        return Verdict(True, "ReLU reaches the global minimum from there, clipped ReLU is caught.")
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
