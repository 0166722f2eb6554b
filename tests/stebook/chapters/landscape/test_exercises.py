"""The checks of `stebook.chapters.landscape.exercises`."""

import math

import answers

import ste
from stebook.chapters.landscape import exercises as ex


def true_c(theta):
    return 1 - 2 * theta / math.pi


RIGHT = [
    (ex.check_saddle_ratio, 1 - 90 / 120),
    (ex.check_bias, lambda theta, t: (1 - true_c(theta) ** 2) * (t.v @ t.v) / 8),
]

WRONG = [
    (ex.check_saddle_ratio, 0.5, "and gone"),
    (ex.check_saddle_ratio, 120 / 90 - 1, "not at 90"),
    (ex.check_saddle_ratio, 0.75, "That is 1 - r"),
    (ex.check_saddle_ratio, 0.2, "not within"),
    (ex.check_bias, ste.profile_loss, "without a bias"),
    (ex.check_bias, lambda theta, t: (1 - true_c(theta) ** 2) * t.N / 4, "half the variance"),
    (ex.check_bias, lambda theta, t: (1 - true_c(theta)) * t.N / 4, "with v = v*"),
    (ex.check_bias, lambda theta, t: 0.0, "At theta = 0.700"),
]

test_right_answers_pass = answers.right_answers_pass
test_known_slips_get_their_hints = answers.known_slips_get_their_hints
test_nonsense_is_wrong_and_never_an_error = answers.nonsense_is_wrong_and_never_an_error
