"""The checks of `stebook.chapters.stand_ins.exercises`."""

import math

import answers
import numpy as np
import pytest

import ste
from ste.beyond.quantizer import quantize
from stebook.chapters.stand_ins import exercises as ex


def ramp(low=0.0, high=1.0, margin=0.0, beyond=1.0):
    def loss(w, z, t):
        rise = margin - t * np.dot(w, z)
        return beyond if rise > high else max(low, rise)

    return loss


def quantizer(rounding=np.ceil, low=0.0, levels=lambda b: 2**b, height=None):
    def of(x, alpha, bits):
        stairs = np.minimum(rounding(x / alpha), levels(bits) - 1)
        return (height or alpha) * np.maximum(stairs, low)

    return of


RIGHT = [
    (ex.check_quantizer, quantizer()),
    (ex.check_log_tail, 2.0),
    (ex.check_saturated_loss, ramp()),
    (ex.check_gap, lambda alpha, bits: alpha),
]

WRONG = [
    (ex.check_quantizer, lambda x, alpha, bits: alpha * np.ceil(x / alpha), "four levels"),
    (ex.check_quantizer, quantizer(low=-np.inf), "goes on downwards"),
    (ex.check_quantizer, quantizer(levels=lambda b: np.inf), "goes on upwards"),
    (ex.check_quantizer, quantizer(levels=lambda b: 2**b + 1), "One level too many"),
    (ex.check_quantizer, quantizer(rounding=np.floor), "rounds down"),
    (ex.check_quantizer, quantizer(rounding=np.rint), "nearest level"),
    (ex.check_quantizer, quantizer(height=1.0), "height of the stairs"),
    (ex.check_quantizer, lambda x, alpha, bits: 0 * x, "it returns"),
    (ex.check_log_tail, 1.0, "tail alone"),
    (ex.check_log_tail, math.e, "ReLU's"),
    (ex.check_log_tail, 1 / math.e, "slope at e"),
    (ex.check_log_tail, 3.0, "not within"),
    (ex.check_saturated_loss, ramp(high=np.inf), "identity's"),
    (ex.check_saturated_loss, ramp(beyond=0.0), "it jumps"),
    (ex.check_saturated_loss, lambda w, z, t: ramp()(w, z, -t), "sign is turned"),
    (ex.check_saturated_loss, ramp(margin=1.0), "before the answer is wrong"),
    (ex.check_saturated_loss, ramp(low=-1.0), "nothing is learned"),
    (ex.check_saturated_loss, lambda w, z, t: float(t * np.dot(w, z) <= 0), "counts mistakes"),
    (ex.check_saturated_loss, lambda w, z, t: 0.0, "At w ="),
    (ex.check_gap, lambda alpha, bits: alpha / 2, "nearest level"),
    (ex.check_gap, lambda alpha, bits: alpha * (2**bits - 1), "top level"),
    (ex.check_gap, lambda alpha, bits: float("inf"), "ReLU's"),
    (ex.check_gap, lambda alpha, bits: alpha * 2.0**-bits, "however many"),
    (ex.check_gap, lambda alpha, bits: 1.0, "alpha = 1"),
    (ex.check_gap, lambda alpha, bits: 0.0, "For alpha ="),
]

test_right_answers_pass = answers.right_answers_pass
test_known_slips_get_their_hints = answers.known_slips_get_their_hints
test_nonsense_is_wrong_and_never_an_error = answers.nonsense_is_wrong_and_never_an_error


@pytest.mark.parametrize("bits", [1, 2, 4])
@pytest.mark.parametrize("alpha", [0.1946, 0.6511, 1.2221])
def test_the_gap_is_that_of_the_functions(alpha, bits):
    top = (2**bits - 1) * alpha
    x = np.unique(np.concatenate([np.linspace(-1.0, top + 2.0, 20_001), [1e-12]]))
    gap = np.abs(quantize(x, alpha, bits) - ste.clipped_relu(top).proxy(x))
    assert gap.max() == pytest.approx(alpha, rel=1e-9)


@pytest.mark.parametrize("name", ste.ESTIMATORS)
def test_one_unit_descends_the_loss_of_its_stand_in_where_it_is_wrong(name):
    estimator = ste.get_estimator(name)
    rng = np.random.default_rng(8)
    teacher = ste.Teacher([1.0], [0.6, -0.8])
    w, z = rng.standard_normal((2, 300, 2))
    t = np.where(z @ teacher.w > 0, 1, -1)
    got = ste.coarse_gradient([1.0], w, z[:, None, :], teacher, estimator)[1]

    def loss(w):
        a = np.sum(w * z, axis=-1)
        return np.where(t * a < 0, np.abs(estimator.proxy(a)), 0.0)

    away = np.all([np.abs(np.sum(w * z, -1) - b) > 1e-3 for b in (-1.0, 0.0, 1.0)], axis=0)
    for i, move in enumerate(1e-5 * np.eye(2)):
        slope = (loss(w + move) - loss(w - move)) / 2e-5
        np.testing.assert_allclose(got[away, i], slope[away], atol=1e-6)
