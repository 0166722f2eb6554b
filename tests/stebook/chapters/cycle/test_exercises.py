"""The checks of `stebook.chapters.cycle.exercises`."""

import math

import answers
import numpy as np

import ste
from ste._normal import K
from stebook.chapters.cycle import exercises as ex


def root(r, m, which):
    q = m / (m + 1)
    a, b = 1 - (2 - q) * r, 1 - q * r
    return (-b + which * math.sqrt(b * b - 4 * a * r)) / (2 * a)


def on_the_cycle(r, m):
    """|v(a)|^2 and d for |v*| = 1, from the vector itself."""
    a = root(r, m, -1)
    s = math.sqrt(r * (m + 1))
    level = s / m
    v_star = level + math.sqrt(1 / m - level**2) * (-1.0) ** np.arange(m)
    v = a * v_star + (1 - a) / (m + 1) * s
    return float(v @ v), float(v @ v_star)


SQUARE, D = on_the_cycle(0.1, 4)

TILTED = ste.Estimator("tilted", lambda x: np.exp(-(x**2)) * np.where(x < 0, 0.5, 1.0), (0.0,))
MIRROR = ste.Estimator("mirror", lambda x: np.exp(-(x**2)) * np.where(x < 0, 1.0, 0.5), (0.0,))
INFINITE = ste.Estimator("infinite", lambda x: np.full_like(x, np.inf))

RIGHT = [
    (ex.check_swing, (SQUARE - D) / math.sqrt(2 * math.pi)),
    (ex.check_threshold, 0.2149),
    (ex.check_twin, TILTED),
]

WRONG = [
    (ex.check_swing, 0.0, "in the limit"),
    (ex.check_swing, (SQUARE + D) * K, "short step"),
    (ex.check_swing, SQUARE - D, "constant k"),
    (ex.check_swing, 2 * SQUARE * K, "whole range"),
    (ex.check_threshold, 0.5, "ends before that"),
    (ex.check_threshold, 0.2, "many units"),
    (ex.check_twin, ste.leaky_relu(0.5), "leaky ReLU itself"),
    (ex.check_twin, MIRROR, "swapped"),
    (ex.check_twin, ste.get_estimator("tanh"), "Its kappa is 1.0000"),
    (ex.check_twin, INFINITE, "cannot be used"),
]

test_right_answers_pass = answers.right_answers_pass
test_known_slips_get_their_hints = answers.known_slips_get_their_hints
test_nonsense_is_wrong_and_never_an_error = answers.nonsense_is_wrong_and_never_an_error
