"""The checks of `ste.exercises.correlation`."""

import answers
import numpy as np
import pytest

import ste
from ste.exercises import TEACHER
from ste.exercises import correlation as ex

RIGHT = [
    (ex.check_counterexample, ste.Estimator("minus", lambda x: -np.ones_like(x))),
    (ex.check_asymmetry, ex.field_asymmetry(ste.RELU)),
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
    (ex.check_asymmetry, 0.0, "would mean a gradient"),
    (ex.check_asymmetry, ex.field_asymmetry(ste.IDENTITY), "asks for ReLU"),
]

test_right_answers_pass = answers.right_answers_pass
test_known_slips_get_their_hints = answers.known_slips_get_their_hints
test_nonsense_is_wrong_and_never_an_error = answers.nonsense_is_wrong_and_never_an_error


def test_asymmetry_does_not_depend_on_the_step():
    for estimator in ste.ESTIMATORS.values():
        coarse, fine = (ex.field_asymmetry(estimator, step) for step in (1e-4, 1e-6))
        assert coarse == pytest.approx(fine, rel=1e-6)


def test_the_true_gradient_is_a_gradient():
    """The same differences applied to the population gradient vanish, so the method can tell."""
    v, w = ex.POINT
    step = 1e-5

    def field(v, w):
        return ste.population_gradient(v, w, TEACHER)

    rows, columns = step * np.eye(v.size), step * np.eye(w.size)
    dw_dv = field(v + rows, w)[1] - field(v - rows, w)[1]
    dv_dw = field(v, w + columns)[0] - field(v, w - columns)[0]
    assert np.allclose(dw_dv, dv_dw.T, atol=1e-9 * step + 1e-13)
