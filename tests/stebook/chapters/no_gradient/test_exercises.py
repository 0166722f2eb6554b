"""The checks of `stebook.chapters.no_gradient.exercises`."""

import math

import answers
import numpy as np

from stebook.chapters.no_gradient import exercises as ex


def cdf(x):
    return (1 + math.erf(x / math.sqrt(2))) / 2


def quantizer(rounding=np.ceil, low=0.0, levels=lambda b: 2**b, height=None):
    def of(x, alpha, bits):
        stairs = np.minimum(rounding(x / alpha), levels(bits) - 1)
        return (height or alpha) * np.maximum(stairs, low)

    return of


def uniform(w, y):
    return 0.25 * (1 - 2 * y) if -1 < w < 1 else 0.0


def variance(w):
    # the loss with y = 0 is 1/2 with probability Phi(w)
    return cdf(w) / 4 - (cdf(w) / 2) ** 2


RIGHT = [
    (ex.check_uniform_slope, uniform),
    (ex.check_smallest_turn, 0.03),
]

WRONG = [
    (ex.check_uniform_slope, lambda w, y: 0.0, "mean of the slopes"),
    (ex.check_uniform_slope, lambda w, y: 2 * uniform(w, y), "is 1/2, not 1"),
    (ex.check_uniform_slope, lambda w, y: -uniform(w, y), "sign is turned"),
    (ex.check_uniform_slope, lambda w, y: (1 - 2 * y) / 4, "Right for |w| < 1"),
    (
        ex.check_uniform_slope,
        lambda w, y: (0.5 - y) * math.exp(-(w**2) / 2) / math.sqrt(2 * math.pi),
        "X ~ N(0, 1)",
    ),
    (ex.check_uniform_slope, lambda w, y: 1.0, "At w = -1.7"),
    (ex.check_smallest_turn, 0.3, "a smaller one"),
    (ex.check_smallest_turn, 0.1, "a smaller one"),
    (ex.check_smallest_turn, 0.01, "too small"),
    (ex.check_smallest_turn, 0.02, "not within"),
]

test_right_answers_pass = answers.right_answers_pass
test_known_slips_get_their_hints = answers.known_slips_get_their_hints
test_nonsense_is_wrong_and_never_an_error = answers.nonsense_is_wrong_and_never_an_error
