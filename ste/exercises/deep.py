"""Checks of the chapter on deep networks."""

import math
from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike

from ste.exercises.questions import Option, Question
from ste.exercises.verdict import Slip, Verdict, compare_function, compare_number
from ste.quantizer import fitted_step

QUESTIONS = {
    "order": Question(
        "A trained float network gets stairs of 2 bits in place of its ReLUs and is trained on for "
        "a few epochs, once with each estimator. In the two-layer model identity is the one with "
        "no guarantee. What do you expect of its test accuracy?",
        (
            Option(
                "It collapses: without a guarantee nothing is learned",
                "A theorem that does not apply says nothing either way. Identity trains every "
                "network here; the question is how well.",
            ),
            Option(
                "It is behind the other two, by how much depends on network, bits and rate",
                "With 2 and 4 bits its training loss ends above that of ReLU in every seed of "
                "every network here. In test accuracy it is behind on average everywhere, by "
                "anything between a twentieth of a point and twelve points.",
                right=True,
            ),
            Option(
                "It is ahead: its correlation with the true gradient is the largest",
                "In the two-layer model its inner product with the true gradient is twice that of "
                "ReLU. That is a statement about one step there, not about where deep training "
                "ends.",
            ),
        ),
        opens="deep_accuracy",
    ),
    "one_bit": Question(
        "With one bit a unit's output jumps at 0 and nowhere else. Which end of a proxy's window "
        "do you expect to matter more to a deep network: the lower one, which the one-sidedness "
        "criterion is about, or the upper one?",
        (
            Option(
                "The lower one: a proxy that is not 0 on the negative side fails the criterion",
                "The criterion is about rest at bad critical points of the two-layer model. "
                "Here every unit is batch-normalized and the network is deep: it does not apply, "
                "and at one bit 0 is the worst lower end in every column of the table.",
            ),
            Option(
                "The upper one: far above 0 a unit cannot be switched off, and a gradient that "
                "passes there may do harm",
                "Look along the rows and along the columns of the map: the upper end moves the "
                "mean from 94.9 to 89.2, the lower one from 93.6 to 89.9. Both matter. Why, the "
                "runs do not say.",
                right=True,
            ),
            Option(
                "Neither: any non-negative proxy correlates with the true gradient",
                "In the two-layer model it does, on average. That has not kept ReLU from being "
                "last at one bit.",
            ),
        ),
        opens="deep_windows",
    ),
    "leave": Question(
        "A network that clipped ReLU has trained is trained on with identity. The learning rate is "
        "1e-5, a thousandth of the rate at which its training began and a tenth of the one at "
        "which it ended. What happens to the training loss in a few epochs?",
        (
            Option(
                "It rises strongly, as in the paper",
                "In the paper it did, for a ResNet-20 at full width on CIFAR-10. In our smaller "
                "networks and few epochs no rise stands out at this rate. Go up the rates.",
            ),
            Option(
                "Hardly anything; a rise shows at higher rates",
                "At this rate VGG-11's weights move by less than a tenth of a percent, those of "
                "ResNet-20 by less than one. It is a null at this rate, not evidence that the "
                "effect does not exist.",
                right=True,
            ),
            Option(
                "It falls: every step goes down on average",
                "A step along a coarse gradient need not go down, and at a good minimum there is "
                "little left to gain and much to lose.",
            ),
        ),
        opens="deep_stability",
    ),
    "step": Question(
        "At a trained network take one step against each coarse gradient, all of the same length, "
        "and one in a random direction. What can the random direction tell?",
        (
            Option(
                "Nothing: a random step at a minimum always raises the loss",
                "Not always, and not by the same amount: it says how much a step of that length "
                "does by itself, without a direction. Without it a rise proves little.",
            ),
            Option(
                "How large a change of the loss comes from the length alone",
                "A coarse gradient is worth something where it does better than that, and does "
                "harm where it does worse.",
                right=True,
            ),
            Option(
                "The true gradient: on average it points there",
                "A random direction is nearly orthogonal to any given one in so many dimensions.",
            ),
        ),
        opens="deep_probe",
    ),
}


def check_paired_error(answer: Callable[[ArrayLike, ArrayLike], float]) -> Verdict:
    """The standard error of the mean of paired differences, as a function of two arrays.

    Examples
    --------
    >>> check_paired_error(lambda a, b: np.std(np.subtract(a, b)))
    Not yet. That is the spread of one difference; the mean of n has less.
    """
    rng = np.random.default_rng(0)
    cases = []
    for count in (3, 5, 8):
        level = rng.normal(90.0, 2.0, count)
        cases.append((level + rng.normal(0.5, 0.3, count), level))
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
        cases,
        slips,
        "What the two runs of a seed share cancels in the difference.",
        lambda a, b: f"For {len(a)} seeds",
    )


def check_one_bit_step(answer: float) -> Verdict:
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
    return compare_number(answer, fitted_step(1), slips, well_done, rel=1e-3)


def check_small_shake(answer: float) -> Verdict:
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
    return compare_number(answer, 1 / math.sqrt(2.0), slips, well_done, rel=1e-3)


def check_seeds(answer: Callable[[float, float], int]) -> Verdict:
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
    )
