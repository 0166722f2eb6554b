"""The checks of `stebook.chapters.model.exercises`."""

import math

import answers

from stebook.chapters.model import exercises as ex

D = 1.0 + 0.8  # v.v* of the exercise on the slope

RIGHT = [
    (ex.check_slope, 1.01 * D / (2 * math.pi)),
    (ex.check_agreement, lambda theta: (math.pi - theta) / (2 * math.pi)),
]

WRONG = [
    (ex.check_slope, 0.0, "Average the losses first"),
    (ex.check_slope, D / math.pi, "Twice too much"),
    (ex.check_slope, -0.45, "slope in c"),
    (ex.check_slope, -D / (2 * math.pi), "the sign is not"),
    (ex.check_slope, 1.0, "not within"),
    (ex.check_agreement, lambda theta: 0.25, "independent"),
    (ex.check_agreement, lambda theta: theta / (2 * math.pi), "the student does not"),
    (ex.check_agreement, lambda theta: 1 - theta / math.pi, "both on or both off"),
    (ex.check_agreement, lambda theta: 0.5, "At theta = 0.500"),
]

test_right_answers_pass = answers.right_answers_pass
test_known_slips_get_their_hints = answers.known_slips_get_their_hints
test_nonsense_is_wrong_and_never_an_error = answers.nonsense_is_wrong_and_never_an_error


def test_a_function_that_fails_is_told_how():
    verdict = ex.check_agreement(lambda theta: 1 / 0)
    assert not verdict
    assert "ZeroDivisionError" in verdict.message
