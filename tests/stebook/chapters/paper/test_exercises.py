"""The checks of `stebook.chapters.paper.exercises`."""

import math

import answers

from stebook.chapters.paper import exercises as ex

P, Q = 0.9201, 0.9208
ERROR = 100 * math.sqrt((P * (1 - P) + Q * (1 - Q)) / 10_000)

RIGHT = [
    (ex.check_exceptions, 2),
    (ex.check_chance, ERROR),
]

WRONG = [
    (ex.check_exceptions, 0, "LeNet-5"),
    (ex.check_exceptions, 1, "validation accuracy"),
    (ex.check_exceptions, 6, "number of rows"),
    (ex.check_chance, 100 * math.sqrt(P * (1 - P)) / 100, "one of the two"),
    (ex.check_chance, math.sqrt(P * (1 - P)) + math.sqrt(Q * (1 - Q)), "in squares"),
    (ex.check_chance, ERROR / 100, "in points"),
    (ex.check_chance, ERROR * 100, "take its root once"),
    (ex.check_chance, 0.07, "difference itself"),
]

test_right_answers_pass = answers.right_answers_pass
test_known_slips_get_their_hints = answers.known_slips_get_their_hints
test_nonsense_is_wrong_and_never_an_error = answers.nonsense_is_wrong_and_never_an_error
