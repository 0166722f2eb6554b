"""The checks of `stebook.chapters.other_networks.exercises`."""

import math

import answers

from stebook.chapters.other_networks import exercises as ex

RIGHT = [
    (ex.check_traps, math.comb(6, 1) + math.comb(6, 2) + math.comb(6, 3)),
    (ex.check_mean_direction, 23.96),
    (ex.check_stair, 0.6006),
]

WRONG = [
    (ex.check_traps, 2**6 - 1, "keep its sign"),
    (ex.check_traps, 42, "global minimum"),
    (ex.check_traps, 1, "any set may be turned"),
    (ex.check_traps, 0, "Here there are some"),
    (ex.check_traps, 6 + 15, "Sets of 3"),
    (ex.check_mean_direction, 0.0, "the median"),
    (ex.check_mean_direction, 45.0, "do not count alike"),
    (ex.check_mean_direction, math.degrees(math.atan(1 / 1.5)), "squares here"),
    (ex.check_mean_direction, 0.418, "radians"),
    (ex.check_stair, 0.6511, "just unstable"),
    (ex.check_stair, 1.8017, "where the quantizer ends"),
]

test_right_answers_pass = answers.right_answers_pass
test_known_slips_get_their_hints = answers.known_slips_get_their_hints
test_nonsense_is_wrong_and_never_an_error = answers.nonsense_is_wrong_and_never_an_error
