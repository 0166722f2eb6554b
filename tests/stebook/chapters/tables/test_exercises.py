"""The checks of `stebook.chapters.tables.exercises`."""

import answers
import numpy as np

import ste
from stebook.chapters.tables import exercises as ex
from stebook.chapters.teachers import TEACHER


def rates(alpha):
    """The ratio from one step on one input with the activation alpha sigma, spelled out."""
    rng = np.random.default_rng(0)
    v, w, Z = rng.standard_normal(4), rng.standard_normal(5), rng.standard_normal((4, 5))
    residual = alpha * (v @ (Z @ w > 0)) - TEACHER.v @ (Z @ TEACHER.w > 0)
    step_v = alpha * (alpha * (Z @ w > 0) * residual)
    step_w = Z.T @ ((Z @ w > 0) * v) * residual
    ours_v, ours_w = ste.coarse_gradient(alpha * v, w, Z, TEACHER, ste.RELU)
    return np.linalg.norm(step_v) / np.linalg.norm(ours_v) / (step_w[0] / ours_w[0])


def start(i):
    """One of 500 usual starts of the book."""
    rng = np.random.default_rng(0)
    v0, w0 = 0.1 * rng.standard_normal((500, 4))[i], rng.standard_normal((500, 5))[i]
    return v0, w0 / np.linalg.norm(w0)


#: Where ReLU and clipped ReLU reach the global minimum, where ReLU alone does, where none does.
BOTH, ONE, NONE = start(0), start(15), start(8)

RIGHT = [
    (ex.check_rates, rates),
    (ex.check_two_fates, ONE),
]

WRONG = [
    (ex.check_rates, lambda alpha: 1.0, "for alpha = 1 only"),
    (ex.check_rates, lambda alpha: alpha, "has a second one"),
    (ex.check_rates, lambda alpha: alpha * alpha, "not alpha v"),
    (ex.check_rates, lambda alpha: 1 / rates(alpha), "Upside down"),
    (ex.check_rates, lambda alpha: 0.5, "At alpha = 0.1946"),
    (ex.check_two_fates, BOTH, "both reach"),
    (ex.check_two_fates, NONE, "both are caught"),
    (ex.check_two_fates, (BOTH[0], 1e4 * BOTH[1]), "neither 0 nor"),
    (ex.check_two_fates, (np.zeros(3), np.ones(5)), "should be a start"),
]

test_right_answers_pass = answers.right_answers_pass
test_known_slips_get_their_hints = answers.known_slips_get_their_hints
test_nonsense_is_wrong_and_never_an_error = answers.nonsense_is_wrong_and_never_an_error


def test_the_other_way_round_is_told_so(monkeypatch):
    swapped = {"relu": ste.CLIPPED_RELU, "clipped_relu": ste.RELU}
    monkeypatch.setattr(ex, "RELU", swapped["relu"])
    monkeypatch.setattr(ex, "CLIPPED_RELU", swapped["clipped_relu"])
    verdict = ex.check_two_fates(ONE)
    assert not verdict
    assert "other way round" in verdict.message
