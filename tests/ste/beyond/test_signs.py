"""The network of signs: loss, gradient, expected coarse gradient, and that every proxy rests."""

import numpy as np
import pytest

import ste
from ste.beyond.signs import Signs, sign
from ste.zoo.libraries import framework
from ste.zoo.windows import window

TEACHER = ste.Teacher(v=[1.0, -0.5, 0.8, 0.3], w=[0.6, 0.0, 0.8])
SIGNS = Signs(TEACHER)
PROXIES = [
    *ste.ESTIMATORS.values(),
    ste.leaky_relu(0.3),
    window(0.5, 1.5),
    framework("bitorch_swish_sign").estimator,
    framework("snntorch_triangular").estimator,
]
EVERY = pytest.mark.parametrize("estimator", PROXIES, ids=lambda e: e.name)
RNG = np.random.default_rng(7)
V, W = RNG.standard_normal((6, 4)), 1.7 * RNG.standard_normal((6, 3))
SAMPLES = 60_000
Z = RNG.standard_normal((SAMPLES, 4, 3))


def residual(v, w):
    return sign(Z @ w) @ v - sign(Z @ TEACHER.w) @ TEACHER.v


@pytest.mark.result("prop-signs")
@pytest.mark.parametrize("i", range(3))
def test_the_loss_is_the_mean_over_samples(i):
    losses = 0.5 * np.square(residual(V[i], W[i]))
    error = losses.std() / np.sqrt(SAMPLES)
    assert abs(losses.mean() - SIGNS.loss(V[i], W[i])) < 4.0 * error


@pytest.mark.result("prop-signs")
def test_the_gradient_is_the_difference_quotient():
    grad_v, grad_w = SIGNS.gradient(V, W)
    for parts, which in ((grad_v, 0), (grad_w, 1)):
        for j in range(parts.shape[-1]):
            step = np.zeros(parts.shape[-1])
            step[j] = 1e-6
            moved = [
                SIGNS.loss(V + side * step, W) if which == 0 else SIGNS.loss(V, W + side * step)
                for side in (1, -1)
            ]
            np.testing.assert_allclose((moved[0] - moved[1]) / 2e-6, parts[:, j], atol=2e-8)


@pytest.mark.result("prop-signs")
def test_at_the_origin_a_long_v_is_a_minimizer_all_the_same():
    """There every sign is -1 and the loss (s_v^2 + N)/2: least at s_v = 0, and N/2 all around."""
    v = np.array([4.0, -4.0, 0.0, 0.0])
    near = v + 0.01 * RNG.standard_normal((500, 4))
    w = 0.01 * RNG.standard_normal((500, 3))
    assert SIGNS.loss(near, w).min() > TEACHER.N / 2
    assert np.all((near.sum(axis=1) ** 2 + TEACHER.N) / 2 >= TEACHER.N / 2)


@pytest.mark.result("prop-signs")
def test_the_least_loss_at_an_angle_has_its_top_at_the_saddle():
    across = np.array([0.8, 0.0, -0.6])
    theta = np.linspace(0.0, np.pi, 181)
    w = np.cos(theta)[:, None] * TEACHER.w + np.sin(theta)[:, None] * across
    c = 1.0 - 2.0 * theta / np.pi
    least = SIGNS.loss(c[:, None] * TEACHER.v, w)
    np.testing.assert_allclose(least, 0.5 * TEACHER.N * (1 - c**2), atol=1e-13)
    assert least.argmax() == 90 and least[[0, -1]].max() < 1e-13
    shaken = c[:, None] * TEACHER.v + 0.1 * RNG.standard_normal((181, 4))
    assert (SIGNS.loss(shaken, w) > least).all()


@pytest.mark.result("thm-signs")
@EVERY
def test_the_expected_coarse_gradient_is_the_mean_over_samples(estimator):
    for v, w in zip(V[:2], W[:2], strict=True):
        each = SIGNS.sample(v, w, estimator, SAMPLES, seed=8).grad_w
        error = each.std(axis=0) / np.sqrt(SAMPLES)
        gap = np.abs(each.mean(axis=0) - SIGNS.coarse_gradient(v, w, estimator)[1])
        assert (gap < 4.5 * error).all()


@pytest.mark.result("thm-signs")
@EVERY
def test_its_inner_product_is_the_formula(estimator):
    found = np.sum(SIGNS.coarse_gradient(V, W, estimator)[1] * SIGNS.gradient(V, W)[1], axis=-1)
    rho = np.linalg.norm(W, axis=-1)
    theta = np.arccos(W @ TEACHER.w / rho)
    b_y = estimator.moments(rho, theta).b_y_over_sin * np.sin(theta)
    wanted = 4.0 * (V @ TEACHER.v) ** 2 * b_y / (np.pi * rho)
    np.testing.assert_allclose(found, wanted, rtol=1e-9, atol=1e-13)


@pytest.mark.result("thm-signs")
@EVERY
@pytest.mark.parametrize("rho", [0.1, 1.0, 5.0])
def test_every_proxy_rests_at_every_critical_point(estimator, rho):
    across = np.array([0.0, rho, 0.0])
    places = [
        (TEACHER.v, rho * TEACHER.w),
        (-TEACHER.v, -rho * TEACHER.w),
        (0.0 * TEACHER.v, across),
    ]
    for v, w in places:
        grad_v, grad_w = SIGNS.gradient(v, w)
        np.testing.assert_allclose(np.concatenate([grad_v, grad_w]), 0.0, atol=1e-15)
        found = SIGNS.coarse_gradient(v, w, estimator)[1]
        np.testing.assert_allclose(found, 0.0, atol=1e-11)
        # not in the mean only: there is nothing to learn from any sample, or no v to send it back
        each = SIGNS.sample(v, w, estimator, 200, seed=8).grad_w
        np.testing.assert_allclose(each, 0.0, atol=1e-14)


@pytest.mark.result("cor-bias-rests")
@EVERY
def test_a_step_with_its_best_bias_has_half_the_coarse_gradient(estimator):
    Z = SIGNS.inputs(SAMPLES, seed=9)
    for v, w in ((V[0], W[0]), (-TEACHER.v, -2.0 * TEACHER.w)):
        bias = 0.5 * (TEACHER.s - v.sum())
        pre = Z @ w
        gap = (pre > 0.0) @ v + bias - (Z @ TEACHER.w > 0.0) @ TEACHER.v
        back = estimator.evaluate(pre) * v * gap[:, None]
        coarse = np.einsum("sm,smn->sn", back, Z)
        half = 0.5 * SIGNS.sample(v, w, estimator, SAMPLES, seed=9).grad_w
        np.testing.assert_allclose(coarse, half, atol=1e-12)
        # this bias is the best one: the mean of the residual is 0
        assert abs(gap.mean()) < 4.0 * max(gap.std(), 1e-15) / np.sqrt(SAMPLES)


def test_a_sign_is_twice_a_step_minus_one():
    x = np.array([-2.0, -0.0, 0.0, 3.0])
    np.testing.assert_array_equal(sign(x), 2.0 * ste.model.sigma(x) - 1.0)


def test_what_is_no_teacher_is_refused():
    with pytest.raises(ValueError, match="teacher: expected a Teacher, got str"):
        Signs("teacher")
