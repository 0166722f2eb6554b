"""The checks of `stebook.chapters.bounds.exercises`."""

import answers
import numpy as np
import pytest

import ste
from stebook.chapters.bounds import exercises as ex
from stebook.chapters.teachers import POINT, TEACHER

RIGHT = [
    (ex.check_asymmetry, ex.field_asymmetry(ste.RELU)),
    (ex.check_bound_constant, lambda clip: 3 * clip),
    (ex.check_share, ex.share_closer(ste.CLIPPED_RELU, 3.0, count=2000, seed=7)),
]

WRONG = [
    (ex.check_asymmetry, 0.0, "would mean a gradient"),
    (ex.check_asymmetry, ex.field_asymmetry(ste.IDENTITY), "asks for ReLU"),
    (ex.check_bound_constant, lambda clip: 3, "clip = 1"),
    (ex.check_bound_constant, lambda clip: clip, "6 pi k^2"),
    (ex.check_bound_constant, lambda clip: 3 / clip, "Upside down"),
    (ex.check_bound_constant, lambda clip: 18.849555921538759 * clip, "k^2 is missing"),
    (ex.check_share, ex.share_closer(ste.RELU, 3.0), "against ReLU"),
    (ex.check_share, ex.share_closer(ste.CLIPPED_RELU, 1.0), "|w| = 1"),
    (ex.check_share, 0.947, "the closer one"),
    (ex.check_share, 0.5, "not within"),
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
    v, w = POINT
    step = 1e-5

    def field(v, w):
        return ste.population_gradient(v, w, TEACHER)

    rows, columns = step * np.eye(v.size), step * np.eye(w.size)
    dw_dv = field(v + rows, w)[1] - field(v - rows, w)[1]
    dv_dw = field(v, w + columns)[0] - field(v, w - columns)[0]
    assert np.allclose(dw_dv, dv_dw.T, atol=1e-9 * step + 1e-13)
