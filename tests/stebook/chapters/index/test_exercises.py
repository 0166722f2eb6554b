"""The checks of `stebook.chapters.index.exercises`."""

import math

import answers

from stebook.chapters.index import exercises as ex

RIGHT = [
    (ex.check_angle, 3 * math.pi / 4),
    (ex.check_no_slope, 0.0),
]

WRONG = [
    (ex.check_angle, 135, "degrees"),
    (ex.check_angle, math.pi / 4, "sign of the dot product"),
    (ex.check_angle, -math.sqrt(0.5), "arccosine"),
    (ex.check_angle, 1.0, "not within"),
    (ex.check_no_slope, 1.0, "did not change"),
    (ex.check_no_slope, 37, "no share of a whole"),
    (ex.check_no_slope, 0.3, "step tiny"),
]

test_right_answers_pass = answers.right_answers_pass
test_known_slips_get_their_hints = answers.known_slips_get_their_hints
test_nonsense_is_wrong_and_never_an_error = answers.nonsense_is_wrong_and_never_an_error
