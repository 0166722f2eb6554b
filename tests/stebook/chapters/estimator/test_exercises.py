"""The checks of `stebook.chapters.estimator.exercises`."""

import answers
import numpy as np

import ste
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


def slope_at_hidden(v, w, Z, y_star, slope):
    return backward(v, w, Z, y_star, lambda pre: slope((pre > 0) * 1.0))


def ramped(v, w, Z, y_star, slope):
    ramp = np.clip(Z @ w, 0, None)
    residual = ramp @ v - y_star
    return ramp * residual, (slope(Z @ w) * v) @ Z * residual


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
    (ex.check_backward, lambda *a: [3 * part for part in backward(*a)], "With identity"),
    (
        ex.check_backward,
        lambda *a: [2 * part for part in backward(*a)],
        "takes the 2 of",
    ),
    (ex.check_backward, lambda *a: backward(*a[:4], np.ones_like), "do not use `slope`"),
    (ex.check_backward, slope_at_hidden, "belongs at the pre-activations"),
    (ex.check_backward, ramped, "forward pass uses ReLU"),
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
