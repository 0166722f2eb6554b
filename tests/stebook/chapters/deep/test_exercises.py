"""The checks of `stebook.chapters.deep.exercises`."""

import math
import statistics

import answers
import numpy as np

from stebook.chapters.deep import exercises as ex


def paired(a, b):
    differences = [x - y for x, y in zip(a, b, strict=True)]
    return statistics.stdev(differences) / math.sqrt(len(differences))


def step():
    """The step of one bit by trying all of them on a grid of numbers."""
    x = (np.arange(20_000) + 0.5) * 4e-4
    weight = np.exp(-x * x / 2)
    tried = np.linspace(1.2, 1.25, 101)
    errors = [np.sum(weight * (x - a * (x > a / 2)) ** 2) for a in tried]
    return tried[np.argmin(errors)]


RIGHT = [
    (ex.check_paired_error, paired),
    (ex.check_one_bit_step, step()),
    (ex.check_small_shake, math.sqrt(0.5)),
    (ex.check_seeds, lambda sd, d: -int(-((2 * sd / d) ** 2) // 1)),
]

WRONG = [
    (ex.check_paired_error, lambda a, b: statistics.stdev(a - b), "spread of one difference"),
    (ex.check_paired_error, lambda a, b: statistics.pstdev(a - b), "spread of one difference"),
    (
        ex.check_paired_error,
        lambda a, b: statistics.pstdev(a - b) / math.sqrt(len(a)),
        "ddof=1",
    ),
    (
        ex.check_paired_error,
        lambda a, b: math.hypot(statistics.stdev(a), statistics.stdev(b)) / math.sqrt(len(a)),
        "nothing in common",
    ),
    (ex.check_paired_error, lambda a, b: statistics.mean(a - b), "the mean itself"),
    (ex.check_paired_error, 0.3, "should be a function"),
    (ex.check_one_bit_step, 0.7979, "over all X > 0"),
    (ex.check_one_bit_step, 0.612, "changes over"),
    (ex.check_one_bit_step, 0.6508, "two bits"),
    (ex.check_one_bit_step, "one", "one number"),
    (ex.check_small_shake, 0.5, "root of E[g]"),
    (ex.check_small_shake, 1, "half of the bump"),
    (ex.check_small_shake, 1.4142, "Upside down"),
    (ex.check_small_shake, 0.25, "does not multiply"),
    (ex.check_seeds, lambda sd, d: math.ceil(2 * sd / d), "square the ratio"),
    (ex.check_seeds, lambda sd, d: 4 * sd * sd / d / d, "round up"),
    (ex.check_seeds, lambda sd, d: math.ceil(sd * sd / d / d), "one standard error"),
    (ex.check_seeds, lambda sd, d: int(4 * sd * sd / d / d), "just short"),
]

test_right_answers_pass = answers.right_answers_pass
test_known_slips_get_their_hints = answers.known_slips_get_their_hints
test_nonsense_is_wrong_and_never_an_error = answers.nonsense_is_wrong_and_never_an_error
