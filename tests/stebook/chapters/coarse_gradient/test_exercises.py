"""The checks of `stebook.chapters.coarse_gradient.exercises`."""

import math

import answers

from stebook.chapters.coarse_gradient import exercises as ex

RIGHT = [
    (ex.check_half_moment, 1 / math.sqrt(2 * math.pi)),
    (ex.check_leaky_factor, lambda slope: 1 + slope),
]

WRONG = [
    (ex.check_half_moment, 0.5, "P(X > 0)"),
    (ex.check_half_moment, math.sqrt(2 / math.pi), "E|X|"),
    (ex.check_half_moment, 0.0, "E[X]"),
    (ex.check_leaky_factor, lambda slope: 2 * slope, "own share"),
    (ex.check_leaky_factor, lambda slope: 1 + 2 * slope, "1 - slope"),
    (ex.check_leaky_factor, lambda slope: 1 - slope, "alone"),
]

test_right_answers_pass = answers.right_answers_pass
test_known_slips_get_their_hints = answers.known_slips_get_their_hints
test_nonsense_is_wrong_and_never_an_error = answers.nonsense_is_wrong_and_never_an_error
