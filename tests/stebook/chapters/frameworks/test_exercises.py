"""The checks of `stebook.chapters.frameworks.exercises`."""

import math

import answers
import numpy as np

import ste
from ste.beyond.signs import Signs
from ste.zoo.windows import window
from stebook.chapters.frameworks import exercises as ex

K = 1 / math.sqrt(2 * math.pi)


def left_over(leak, rho):
    """By the moments of the window, not by the formula."""
    return float(window(leak, 1.0).moments(rho, np.pi).a_minus) / K


def sign_pull(a, N):
    teacher = ste.Teacher([math.sqrt(N)], [1.0, 0.0])
    return -float(Signs(teacher).coarse_gradient(a * teacher.v, [-1.0, 0.0], ste.IDENTITY)[1][0])


SHIFTED = ste.Estimator("shifted", lambda x: ((x > 0.5) & (x < 1.5)).astype(float), (0.5, 1.5))
RAMP = ste.Estimator("ramp", lambda x: np.clip(x - 0.5, 0.0, 1.0), (0.5, 1.5))
INFINITE = ste.Estimator("infinite", lambda x: np.full_like(x, np.inf))
DIP = ste.Estimator("dip", lambda x: np.where(x > 1.0, -1.0, 0.0), (1.0,))

RIGHT = [
    (ex.check_leak, left_over),
    (ex.check_half_length, 0.8493),
    (ex.check_bits, 7),
    (ex.check_fix, SHIFTED),
    (ex.check_fix, RAMP),
    (ex.check_sign_pull, sign_pull),
]

WRONG = [
    (ex.check_leak, lambda leak, rho: 0.0, "without a leak"),
    (ex.check_leak, lambda leak, rho: math.exp(-(leak**2) / (2 * rho**2)), "beyond the leak"),
    (ex.check_leak, lambda leak, rho: 1 - math.exp(-(leak**2 * rho**2) / 2), "leak/rho"),
    (ex.check_leak, lambda leak, rho: 1 - math.exp(-(leak**2) / rho**2), "a 2 is missing"),
    (ex.check_leak, lambda leak, rho: math.erf(leak / (rho * math.sqrt(2))), "share of inputs"),
    (ex.check_half_length, 1.0, "39 %"),
    (ex.check_half_length, 0.5, "86 %"),
    (ex.check_half_length, math.sqrt(2 * math.log(2)), "turn it over"),
    (ex.check_half_length, 1.2011, "has a 2 in it"),
    (ex.check_bits, 6, "the share 0.2 %"),
    (ex.check_bits, 8, "so are fewer"),
    (ex.check_bits, 12, "the square of the leak"),
    (ex.check_fix, ste.RELU, "between 0 and 1/2"),
    (ex.check_fix, ste.IDENTITY, "on the left of 0"),
    (ex.check_fix, ste.Estimator("zero", np.zeros_like), "trains nothing"),
    (ex.check_fix, DIP, "negative somewhere"),
    (ex.check_fix, INFINITE, "cannot be used"),
    (ex.check_sign_pull, lambda a, N: 0.0, "only at a = 0"),
    (ex.check_sign_pull, lambda a, N: K * (a * a + a) * N, "half is missing"),
    (ex.check_sign_pull, lambda a, N: 2 * K * (a * a - a) * N, "at theta = 0"),
    (ex.check_sign_pull, lambda a, N: 2 * (a * a + a) * N, "but for k"),
]

test_right_answers_pass = answers.right_answers_pass
test_known_slips_get_their_hints = answers.known_slips_get_their_hints
test_nonsense_is_wrong_and_never_an_error = answers.nonsense_is_wrong_and_never_an_error


def test_the_hints_say_true_numbers():
    assert round(100 * left_over(1.0, 1.0)) == 39 and round(100 * left_over(1.0, 0.5)) == 86
    assert round(100 * left_over(4 / 63, 1.0), 1) == 0.2 and left_over(2 / 63, 1.0) < 1e-3
