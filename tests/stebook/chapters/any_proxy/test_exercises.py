"""The checks of `stebook.chapters.any_proxy.exercises`."""

import math

import answers
import numpy as np

import ste
from ste._normal import K
from stebook.chapters.any_proxy import exercises as ex


def unit(w):
    return w / np.linalg.norm(w)


def expected(estimator):
    return lambda v, w, teacher: ste.expected_coarse_gradient(v, w, teacher, estimator)[1]


RIGHT = [
    (
        ex.check_identity_gradient,
        lambda v, w, t: (v @ v * unit(w) - v @ t.v * t.w) / math.sqrt(2 * math.pi),
    ),
    (ex.check_mirror, lambda ap, am, bx, by: (am, ap, bx - ap + am, by)),
    (ex.check_half_way, 1 / 2),
]

WRONG = [
    (ex.check_identity_gradient, lambda v, w, t: v @ v * w - v @ t.v * t.w, "Two things"),
    (ex.check_identity_gradient, lambda v, w, t: v @ v * unit(w) - v @ t.v * t.w, "constant k"),
    (
        ex.check_identity_gradient,
        lambda v, w, t: K * (v @ v * w - v @ t.v * t.w),
        "direction of w",
    ),
    (
        ex.check_identity_gradient,
        lambda v, w, t: -expected(ste.IDENTITY)(v, w, t),
        "sign is turned",
    ),
    (ex.check_identity_gradient, expected(ste.RELU), "gradient of ReLU"),
    (
        ex.check_identity_gradient,
        lambda v, w, t: ste.population_gradient(v, w, t)[1],
        "the true gradient",
    ),
    (ex.check_mirror, lambda ap, am, bx, by: (am, ap, -bx, by), "1 - Phi"),
    (ex.check_mirror, lambda ap, am, bx, by: (am, ap, bx, by), "does not stay"),
    (ex.check_mirror, lambda ap, am, bx, by: (am, ap, ap - am - bx, by), "sign of B_x"),
    (ex.check_mirror, lambda ap, am, bx, by: (-am, -ap, bx - ap + am, by), "|X|"),
    (ex.check_mirror, lambda ap, am, bx, by: (am, ap, bx - ap + am, -by), "B_y stays"),
    (ex.check_mirror, lambda ap, am, bx, by: (ap, am, bx, by), "it returns"),
    (ex.check_half_way, 1, "theta = 0"),
    (ex.check_half_way, 0, "theta = pi"),
    (ex.check_half_way, 1 / math.sqrt(2 * math.pi), "Divide by A+"),
    (ex.check_half_way, 0.19947, "B_x of ReLU"),
    (ex.check_half_way, 1 / 4, "Once 1/2"),
]

test_right_answers_pass = answers.right_answers_pass
test_known_slips_get_their_hints = answers.known_slips_get_their_hints
test_nonsense_is_wrong_and_never_an_error = answers.nonsense_is_wrong_and_never_an_error
