"""The checks of `stebook.chapters.one_sidedness.exercises`."""

import math
from dataclasses import replace

import answers
import numpy as np

import ste
from ste.zoo.typed import proxy
from stebook.chapters.one_sidedness import exercises as ex

V_SADDLE = ste.critical_points(ex.TEACHER).saddle.v
K = 1 / math.sqrt(2 * math.pi)


def by_roots(m, kappa):
    """r* as the smaller zero of the discriminant."""
    M = m / (m + 1)
    return np.roots(
        [4 + 4 * kappa + kappa**2 * M**2 - 4 * kappa * M, -(4 + 2 * kappa * M), 1]
    ).real.min()


def leak_at_a_quarter():
    """r* = 1/4 at m = 4: .8 kappa + 2 sqrt(.6 kappa) = 2, a quadratic in sqrt(kappa)."""
    root = (-2 * math.sqrt(0.6) + math.sqrt(2.4 + 6.4)) / 1.6
    return root**2 / (2 - root**2)


RAMP = ste.Estimator("ramp", lambda x: np.clip(x, 0.0, 1.0), (0.0, 1.0))
ODD = ste.Estimator("odd", lambda x: x)
INFINITE = ste.Estimator("infinite", lambda x: np.full_like(x, np.inf))

RIGHT = [
    (ex.check_left_over, 0.2 * K * float(V_SADDLE @ V_SADDLE)),
    (ex.check_one_sided, RAMP),
    (ex.check_leaky_threshold, lambda m, lam: by_roots(m, 2 * lam / (1 + lam))),
    (ex.check_least_leak, leak_at_a_quarter()),
]

WRONG = [
    (ex.check_one_sided, proxy("max(0, x)*(x < 1) + 100*(abs(x + 1.53) < 0.01)"), "left of 0"),
    (ex.check_one_sided, replace(ste.IDENTITY, bounds=ste.RELU.bounds), "leaves its bounds"),
    (ex.check_left_over, 0.0, "what ReLU leaves"),
    (ex.check_left_over, 2 * 3 * 1.6**2 / 25 * 0.2 * K, "the saddle has its own v"),
    (ex.check_left_over, K * float(V_SADDLE @ V_SADDLE), "identity's"),
    (ex.check_left_over, 0.2 * float(V_SADDLE @ V_SADDLE), "but for k"),
    (ex.check_left_over, 0.2 * K * 1.98, "v is not v*"),
    (ex.check_one_sided, ste.RELU, "it jumps"),
    (ex.check_one_sided, ste.get_estimator("triangle"), "Something lies left"),
    (ex.check_one_sided, ste.Estimator("zero", np.zeros_like), "trains nothing"),
    (ex.check_one_sided, ODD, "negative somewhere"),
    (ex.check_one_sided, INFINITE, "cannot be used"),
    (ex.check_leaky_threshold, lambda m, lam: 0.5, "where spurious minima end"),
    (ex.check_leaky_threshold, lambda m, lam: by_roots(m, lam), "where kappa"),
    (ex.check_leaky_threshold, lambda m, lam: by_roots(m, lam / (1 + lam)), "*mean* slope"),
    (ex.check_leaky_threshold, lambda m, lam: by_roots(m, 1.0), "identity's"),
    (ex.check_least_leak, 0.6, "further up"),
    (ex.check_least_leak, 0.7, "Now solve"),
    (ex.check_least_leak, 2 * leak_at_a_quarter() / (1 + leak_at_a_quarter()), "That is kappa"),
    (ex.check_least_leak, 1.0, "long escaped"),
]

test_right_answers_pass = answers.right_answers_pass
test_known_slips_get_their_hints = answers.known_slips_get_their_hints
test_nonsense_is_wrong_and_never_an_error = answers.nonsense_is_wrong_and_never_an_error
