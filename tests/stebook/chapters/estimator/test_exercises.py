"""The checks of `stebook.chapters.estimator.exercises`."""

import math

import answers
import numpy as np
import pytest

import ste
from ste.beyond.quantizer import quantize
from ste.zoo.elsewhere import ZOO
from stebook.chapters.estimator import exercises as ex


def backward(v, w, Z, y_star, slope):
    pre = Z @ w
    hidden = (pre > 0).astype(float)
    residual = v @ hidden - y_star
    return hidden * residual, Z.T @ (slope(pre) * v) * residual


def no_residual(v, w, Z, y_star, slope):
    return (Z @ w > 0) * 1.0, Z.T @ (slope(Z @ w) * v)


def turned(*case):
    return [-part for part in backward(*case)]


def true_slope(v, w, Z, y_star, slope):
    return backward(v, w, Z, y_star, slope)[0], np.zeros(w.size)


def step_for_slope(v, w, Z, y_star, slope):
    return backward(v, w, Z, y_star, lambda x: (x > 0).astype(float))


def no_v(v, w, Z, y_star, slope):
    residual = v @ (Z @ w > 0) - y_star
    return (Z @ w > 0) * residual, Z.T @ slope(Z @ w) * residual


def slope_in_v(v, w, Z, y_star, slope):
    residual = v @ (Z @ w > 0) - y_star
    return slope(Z @ w) * residual, backward(v, w, Z, y_star, slope)[1]


def proxied(v, w, Z, y_star, slope, hidden_too=True):
    mu = slope.__self__.proxy(Z @ w)
    residual = v @ mu - y_star
    hidden = mu if hidden_too else (Z @ w > 0)
    return hidden * residual, Z.T @ (slope(Z @ w) * v) * residual


def transposed(v, w, Z, y_star, slope):
    residual = v @ (Z @ w > 0) - y_star
    return (Z @ w > 0) * residual, Z @ (slope(Z @ w) * v) * residual


def transposed_to_fit(v, w, Z, y_star, slope):
    grad_v, _ = backward(v, w, Z, y_star, slope)
    return grad_v, grad_v


def a_row_each(v, w, Z, y_star, slope):
    grad_v, _ = backward(v, w, Z, y_star, slope)
    return grad_v, Z * (slope(Z @ w) * v)[:, None]


def ramp(low=0.0, high=1.0, margin=0.0, beyond=1.0):
    def loss(w, z, t):
        rise = margin - t * np.dot(w, z)
        return beyond if rise > high else max(low, rise)

    return loss


def tilted(low, high):
    return ste.Estimator("mine", lambda x: np.where(x > 0, high, low), (0.0,))


RIGHT = [
    (ex.check_backward, backward),
    (ex.check_log_tail, 2.0),
    (ex.check_saturated_loss, ramp()),
    (ex.check_gap, lambda alpha, bits: alpha),
    (ex.check_half_as_much, ste.leaky_relu(0.5)),
    (ex.check_half_as_much, ZOO[0] + ste.CLIPPED_RELU),
]

WRONG = [
    (ex.check_backward, no_residual, "residual is missing"),
    (ex.check_backward, turned, "sign is turned"),
    (ex.check_backward, true_slope, "sigma' = 0"),
    (ex.check_backward, step_for_slope, "sigma(Zw) itself"),
    (ex.check_backward, no_v, "factor v is missing"),
    (ex.check_backward, slope_in_v, "needs no stand-in"),
    (ex.check_backward, proxied, "forward pass uses mu"),
    (ex.check_backward, lambda *a: proxied(*a, hidden_too=False), "residual is that of mu"),
    (ex.check_backward, transposed, "Transposed"),
    (ex.check_backward, transposed_to_fit, "Transposed"),
    (ex.check_backward, a_row_each, "sum over the rows"),
    (ex.check_backward, lambda *a: backward(*a)[::-1], "swapped"),
    (ex.check_backward, lambda *a: backward(*a)[1], "two arrays"),
    (ex.check_backward, lambda *a: ("a", "b"), "numbers in two arrays"),
    (ex.check_backward, lambda *a: (1.0, 2.0), "shapes should be"),
    (ex.check_backward, lambda *a: None, "two arrays"),
    (ex.check_backward, lambda *a: 1 / 0, "ZeroDivisionError"),
    (ex.check_backward, lambda *a: int("x"), "raised ValueError"),
    (ex.check_backward, lambda *a: [2 * part for part in backward(*a)], "With identity"),
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
    (ex.check_half_as_much, ste.RELU, "one-sided"),
    (ex.check_half_as_much, ste.IDENTITY, "1.000 times"),
    (ex.check_half_as_much, tilted(1.0, 0.5), "Mirrored"),
    (ex.check_half_as_much, tilted(-0.5, 1.0), "negative somewhere"),
    (ex.check_half_as_much, tilted(1.0, 0.0), "nothing to halve"),
    (
        ex.check_half_as_much,
        ste.Estimator("broken", lambda x: np.full_like(x, np.nan)),
        "cannot be used",
    ),
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
