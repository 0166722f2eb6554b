"""The checks of `stebook.chapters.correlation.exercises`."""

import math

import answers
import numpy as np
from scipy.special import erf

import ste
from stebook.chapters.correlation import exercises as ex
from stebook.chapters.teachers import POINT, TEACHER

RIGHT = [
    (ex.check_counterexample, ste.Estimator("minus", lambda x: -np.ones_like(x))),
    (
        ex.check_window_area,
        lambda width: math.sqrt(2 * math.pi) * width * erf(1 / width / math.sqrt(2)),
    ),
]

WRONG = [
    (ex.check_counterexample, ste.RELU, "never negative"),
    (
        ex.check_counterexample,
        ste.Estimator("slightly", lambda x: np.where(x > 0, 1.0, -0.1), (0.0,)),
        "still not below 0",
    ),
    (ex.check_counterexample, "relu", "should be an Estimator"),
    (
        ex.check_counterexample,
        ste.Estimator("nan", lambda x: np.full_like(x, np.nan)),
        "cannot be used",
    ),
    (ex.check_window_area, lambda width: math.sqrt(2 * math.pi) * width, "area of identity"),
    (
        ex.check_window_area,
        lambda width: math.sqrt(math.pi / 2) * width * erf(1 / width / math.sqrt(2)),
        "right half",
    ),
    (ex.check_window_area, lambda width: 2, "plain area"),
    (ex.check_window_area, lambda width: erf(1 / width / math.sqrt(2)), "share of identity"),
    (
        ex.check_window_area,
        lambda width: math.sqrt(2 * math.pi) * erf(1 / width / math.sqrt(2)),
        "dx = width dt",
    ),
    (ex.check_window_area, lambda width: width, "it returns"),
]

test_right_answers_pass = answers.right_answers_pass
test_known_slips_get_their_hints = answers.known_slips_get_their_hints
test_nonsense_is_wrong_and_never_an_error = answers.nonsense_is_wrong_and_never_an_error


def test_the_areas_of_the_exercise_turn_the_filter():
    """The tangential part is the true gradient times the area in a window of this width."""
    v, w = POINT
    width = w[1]  # w* is along the first axis, so rho sin(theta) is what lies across it
    area = math.sqrt(2 * math.pi) * width * erf(1 / width / math.sqrt(2))
    coarse = ste.expected_coarse_gradient(v, w, TEACHER, ste.get_estimator("hard_tanh"))[1]
    true = ste.population_gradient(v, w, TEACHER)[1]
    u = w / np.linalg.norm(w)
    assert np.allclose(coarse - (coarse @ u) * u, area * true)
