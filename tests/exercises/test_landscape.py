"""The checks of `ste.exercises.landscape`."""

import math

import answers

from ste.exercises import landscape as ex


def true_c(theta):
    return 1 - 2 * theta / math.pi


RIGHT = [
    (
        ex.check_best_v,
        lambda theta, t: true_c(theta) * t.v + (1 - true_c(theta)) * t.s / (t.m + 1),
    ),
]

WRONG = [
    (ex.check_best_v, lambda theta, teacher: teacher.v, "theta = 0 only"),
    (ex.check_best_v, lambda theta, teacher: true_c(theta) * teacher.v, "vector of ones"),
    (ex.check_best_v, lambda theta, teacher: 0.0, "shape ()"),
]

test_right_answers_pass = answers.right_answers_pass
test_known_slips_get_their_hints = answers.known_slips_get_their_hints
test_nonsense_is_wrong_and_never_an_error = answers.nonsense_is_wrong_and_never_an_error
