"""The checks of `stebook.chapters.oscillation.exercises`."""

import math

import answers
import numpy as np

from ste._normal import K
from stebook.chapters.oscillation import exercises as ex
from stebook.chapters.teachers import TEACHER

S, M = TEACHER.s, TEACHER.m


def root(r, m, which):
    q = m / (m + 1)
    a, b = 1 - (2 - q) * r, 1 - q * r
    return (-b + which * math.sqrt(b * b - 4 * a * r)) / (2 * a)


RIGHT = [
    (ex.check_residual, 2 * 3 * 1.6**2 / 25 / math.sqrt(2 * math.pi)),
    (ex.check_period, lambda r, m: 2 / (1 + root(r, m, -1))),
]

WRONG = [
    (ex.check_residual, 0.0, "what ReLU gives"),
    (ex.check_residual, 2 * 3 * S**2 / 25, "constant k"),
    (ex.check_residual, 2 * M * S**2 * K / 25, "m - 1"),
    (ex.check_residual, 2 * (M - 1) * S * K / 25, "the square, s^2"),
    (ex.check_residual, 2 * (M - 1) * S**2 * K / 5, "m + 1 enters squared"),
    (ex.check_residual, (M - 1) * S**2 * K / 25, "both count"),
    (
        ex.check_residual,
        K * float(np.square(-TEACHER.v + 2 * S / (M + 1)).sum()),
        "second term is missing",
    ),
    (ex.check_period, lambda r, m: 2 / (1 + root(r, m, +1)), "other root"),
    (ex.check_period, lambda r, m: 1 / (1 + root(r, m, -1)), "Half the period"),
    (ex.check_period, lambda r, m: root(r, m, -1), "That is a"),
]

test_right_answers_pass = answers.right_answers_pass
test_known_slips_get_their_hints = answers.known_slips_get_their_hints
test_nonsense_is_wrong_and_never_an_error = answers.nonsense_is_wrong_and_never_an_error
