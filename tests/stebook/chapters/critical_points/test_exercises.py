"""The checks of `stebook.chapters.critical_points.exercises`."""

import math

import answers

from stebook.chapters.critical_points import exercises as ex


def true_c(theta):
    return 1 - 2 * theta / math.pi


RIGHT = [
    (ex.check_right_angle, 1.98 / 4),
    (ex.check_barrier, lambda r, N: N / (8 * (1 - r)) - r * N / 2),
    (ex.check_trap_teacher, [2.0, 1.0, -1.0]),
    (ex.check_trap_teacher, [-3.0, 1.0, 0.0]),
    (ex.check_origin_point, [10.0, 0.0, 0.0, 0.0]),
    (
        ex.check_best_v,
        lambda theta, t: true_c(theta) * t.v + (1 - true_c(theta)) * t.s / (t.m + 1),
    ),
    (ex.check_trap_share, 0.8884),
]

WRONG = [
    (ex.check_right_angle, 1.98 / 2, "factor 1/2"),
    (ex.check_right_angle, (1.98 + 1.6**2) / 8, "w = 0"),
    (ex.check_right_angle, (1.98 + 1.6**2) / 4, "the same mean output"),
    (ex.check_right_angle, 0.0, "theta is pi/2"),
    (ex.check_right_angle, 3.0, "not within"),
    (ex.check_barrier, lambda r, N: N / (1 - r) / 8, "loss at the saddle"),
    (ex.check_barrier, lambda r, N: N * (1 - 2 * r) / (8 - 8 * r), "the square of"),
    (ex.check_barrier, lambda r, N: r * N / 2 - N / (8 - 8 * r), "The sign"),
    (ex.check_barrier, lambda r, N: r * N, "At r = 0.0, N = 1.0"),
    (ex.check_trap_teacher, [1.0, 1.0, 0.0], "no trap"),
    (ex.check_trap_teacher, [0.0, 0.0, 0.0], "says nothing"),
    (ex.check_trap_teacher, [1.0, -0.5, 0.2], "its loss is"),
    (ex.check_trap_teacher, [1.0, -0.5], "3 finite numbers"),
    (ex.check_trap_teacher, [1e-200, 0.0, 0.0], "says nothing"),
    (ex.check_origin_point, [0.0, 0.0, 0.0, 0.0], "At v = 0"),
    (ex.check_origin_point, [1.0, -0.5, 0.8, 0.3], "Make v longer"),
    (ex.check_origin_point, [10.0], "4 finite numbers"),
    (ex.check_best_v, lambda theta, teacher: teacher.v, "theta = 0 only"),
    (ex.check_best_v, lambda theta, teacher: true_c(theta) * teacher.v, "vector of ones"),
    (
        ex.check_best_v,
        lambda theta, t: math.cos(theta) * t.v + (1 - math.cos(theta)) * t.s / (t.m + 1),
        "cos theta for c",
    ),
    (ex.check_best_v, lambda theta, teacher: 0.0, "shape ()"),
    (ex.check_trap_share, 0.625, "the bound on s^2/(m N)"),
    (ex.check_trap_share, 0.1114, "without a trap"),
    (ex.check_trap_share, 1.0, "Not all"),
    (ex.check_trap_share, 0.5, "whose r is below"),
    (ex.check_trap_share, 0.7, "not within"),
]

test_right_answers_pass = answers.right_answers_pass
test_known_slips_get_their_hints = answers.known_slips_get_their_hints
test_nonsense_is_wrong_and_never_an_error = answers.nonsense_is_wrong_and_never_an_error
