"""The checks of `stebook.chapters.assumptions.exercises`."""

import math

import answers
import numpy as np

from stebook.chapters.assumptions import exercises as ex


def condition(slope):
    """The kappa with sqrt(kappa) - 1/sqrt(kappa) = slope."""
    return float(np.roots([1.0, -slope, -1.0]).max() ** 2)


RIGHT = [
    (ex.check_identity_condition, lambda r: condition(math.pi / (1 - r))),
    (ex.check_noise_ratio, 2.136),
]

WRONG = [
    (ex.check_identity_condition, lambda r: condition(math.pi), "ReLU's"),
    (ex.check_identity_condition, lambda r: condition(math.pi / (1 - r)) ** 0.5, "the root of"),
    (ex.check_identity_condition, lambda r: condition(math.pi / 2 / (1 - r)), "A factor 2"),
    (ex.check_identity_condition, lambda r: 2.0, "it returns 2.0"),
    (ex.check_noise_ratio, 2.0, "a mean"),
    (ex.check_noise_ratio, 1 / 2.136, "ReLU's over identity's"),
    (ex.check_noise_ratio, math.sqrt(2.136), "standard deviations"),
    (ex.check_noise_ratio, 1.0, "half of the rows"),
]

test_right_answers_pass = answers.right_answers_pass
test_known_slips_get_their_hints = answers.known_slips_get_their_hints
test_nonsense_is_wrong_and_never_an_error = answers.nonsense_is_wrong_and_never_an_error
