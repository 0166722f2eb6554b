"""Labels that the student cannot match: closed forms against samples and quadrature."""

import math

import mpmath
import numpy as np
import pytest

import ste
from ste._normal import K
from ste.beyond.label_noise import LabelNoise
from ste.beyond.relu_labels import ReluLabels, relu_label_moments

V_STAR = np.array([1.0, -0.5, 0.8, 0.3])
TEACHER = ste.Teacher(V_STAR, [1.0, 0.3, 0.0])
WORLD = ReluLabels(TEACHER)
PROXIES = (*ste.PAPER, ste.get_estimator("tanh"))


@pytest.mark.parametrize("theta", [0.0, 1e-3, 0.4, 2.0, np.pi])
def test_identity_and_relu_have_closed_forms(theta):
    sin, cos = math.sin(theta), math.cos(theta)
    identity = relu_label_moments(ste.IDENTITY, 0.7, theta)
    assert identity.b_x == pytest.approx(cos / 2, abs=1e-9)
    assert identity.b_y_over_sin == pytest.approx(0.5, abs=1e-9)
    relu = relu_label_moments(ste.RELU, 0.7, theta)
    kernel = (sin + (math.pi - theta) * cos) / (2 * math.pi)
    assert relu.b_x == pytest.approx(kernel, abs=1e-9)
    assert relu.b_y_over_sin == pytest.approx((math.pi - theta) / (2 * math.pi), abs=1e-6)


@pytest.mark.parametrize("left", [1e-3, 1e-6, 1e-12, 0.0])
@pytest.mark.parametrize("rho", [1e-3, 2.0, 1e6])
def test_next_to_an_angle_of_pi_little_is_left_and_keeps_its_digits(rho, left):
    """In closed form; B_x by its series, for in it all but the third order cancels."""
    theta = np.pi - left
    left = float(mpmath.pi - mpmath.mpf(theta)) if left > 1e-4 else math.sin(theta)
    relu = relu_label_moments(ste.RELU, rho, theta)
    assert relu.b_y_over_sin == pytest.approx(left / (2 * math.pi), rel=1e-9, abs=0.0)
    assert relu.b_x == pytest.approx(left**3 / (6 * math.pi), rel=1e-5, abs=0.0)


@pytest.mark.result("prop-relu-labels")
@pytest.mark.parametrize("rho", [0.3, 30.0, 1e6, 1e7, 1e12])
@pytest.mark.parametrize("theta", [0.3, 2.0])
def test_a_narrow_proxy_keeps_its_digits(rho, theta):
    """In z = rho x, where tanh's derivative has the width 1 whatever rho."""
    found = relu_label_moments(ste.get_estimator("tanh"), rho, theta)
    world = LabelNoise(ste.Teacher([1.0, 1.0], [1.0, 0.0, 0.0]), 1.0)
    noise = world.added_variance([1.0, -1.0], [rho, 0.0, 0.0], ste.get_estimator("tanh")).w
    with mpmath.workdps(25):
        cos, sin = mpmath.cos(theta), mpmath.sin(theta)
        ends = [-60, -10, -2, 0, 2, 10, 60]

        def mean(h):
            def weighed(z):
                x = z / rho
                return h(x) * mpmath.sech(z) ** 2 * mpmath.npdf(x) / rho

            return float(mpmath.quad(weighed, ends))

        def label(x):
            tilt = x * cos / sin
            return x * (x * cos * mpmath.ncdf(tilt) + sin * mpmath.npdf(tilt))

        b_x, b_y = mean(label), mean(lambda x: mpmath.ncdf(x * cos / sin))
        square = mean(lambda x: (x**2 + 2) * mpmath.sech(rho * x) ** 2)
    assert found.b_x == pytest.approx(b_x, rel=1e-11, abs=1e-18)
    assert found.b_y_over_sin == pytest.approx(b_y, rel=1e-11)
    assert noise == pytest.approx(2.0 * square, rel=1e-11)


def test_loss_and_fields_are_means_over_samples():
    rng = np.random.default_rng(0)
    v, w = rng.standard_normal(4), rng.standard_normal(3)
    Z = rng.standard_normal((100_000, 4, 3))
    residual = (Z @ w > 0) @ v - np.maximum(Z @ TEACHER.w, 0) @ V_STAR
    loss = 0.5 * residual**2
    found = WORLD.loss(v, w)
    assert abs(loss.mean() - found) < 4 * loss.std() / math.sqrt(len(Z))
    for estimator in PROXIES:
        g = np.einsum("sm,smn->sn", estimator.evaluate(Z @ w) * v * residual[:, None], Z)
        error = g.std(axis=0) / math.sqrt(len(Z))
        wanted = WORLD.coarse_gradient(v, w, estimator)[1]
        assert np.all(abs(g.mean(axis=0) - wanted) < 4.5 * error), estimator.name


@pytest.mark.result("prop-relu-labels")
def test_the_gradient_is_the_slope_and_the_inner_product_that_of_the_proposition():
    rng = np.random.default_rng(1)
    v, w, h = rng.standard_normal(4), rng.standard_normal(3), 1e-6
    grad_v, grad_w = WORLD.gradient(v, w)
    loss = WORLD.loss
    slope_v = [(loss(v + h * e, w) - loss(v - h * e, w)) / (2 * h) for e in np.eye(4)]
    slope_w = [(loss(v, w + h * e) - loss(v, w - h * e)) / (2 * h) for e in np.eye(3)]
    np.testing.assert_allclose(grad_v, slope_v, atol=1e-8)
    np.testing.assert_allclose(grad_w, slope_w, atol=1e-8)
    rho = float(np.linalg.norm(w))
    theta = math.acos(w @ TEACHER.w / rho)
    for estimator in PROXIES:
        inner = WORLD.coarse_gradient(v, w, estimator)[1] @ grad_w
        b_y = relu_label_moments(estimator, rho, theta).b_y_over_sin
        wanted = K * (v @ V_STAR) ** 2 / (2 * rho) * math.sin(theta) ** 2 * b_y
        assert inner == pytest.approx(wanted, rel=1e-9)
        assert inner > 0.0


@pytest.mark.result("prop-relu-labels")
@pytest.mark.parametrize(("v", "same"), [([1.0, 0.5, -1.5], True), ([1.0, 0.5, -1.4], False)])
def test_at_sum_zero_the_opposite_is_as_good(v, same):
    teacher = ste.Teacher(v, [1.0, 0.0])
    world = type(WORLD)(teacher)
    opposite = world.loss(world.best_v(-teacher.w), -teacher.w)
    assert (opposite == pytest.approx(world.least_loss, rel=1e-9)) == same
    if same:
        np.testing.assert_allclose(world.best_v(-teacher.w), -2 * K * teacher.v, atol=1e-15)


@pytest.mark.result("prop-relu-labels")
def test_the_best_approximation_and_what_is_left_over_there():
    best = 2 * K * V_STAR
    least = TEACHER.N / 4 * (1 - 2 / math.pi)
    assert WORLD.loss(best, TEACHER.w) == pytest.approx(least, rel=1e-12)
    assert WORLD.least_loss == pytest.approx(least, rel=1e-15)
    np.testing.assert_allclose(WORLD.best_v(TEACHER.w), best, atol=1e-15)
    rng = np.random.default_rng(2)
    v, w = rng.standard_normal((2000, 4)), rng.standard_normal((2000, 3))
    assert np.all(WORLD.loss(v, w) > least)
    near = best + 1e-3 * rng.standard_normal((200, 4))
    around = TEACHER.w + 1e-3 * rng.standard_normal((200, 3))
    assert np.all(WORLD.loss(near, around) > least)
    for rho in (0.5, 1.0, 3.0):
        left = WORLD.coarse_gradient(best, rho * TEACHER.w, ste.RELU)[1]
        wanted = -2 * K * TEACHER.N * (0.5 - 1 / math.pi) * TEACHER.w
        np.testing.assert_allclose(left, wanted, atol=1e-9)
    left = [
        WORLD.coarse_gradient(best, rho * TEACHER.w, ste.CLIPPED_RELU)[1] @ TEACHER.w
        for rho in np.geomspace(0.1, 10.0, 60)
    ]
    assert left[0] < 0.0 < left[-1]
    assert np.count_nonzero(np.diff(np.sign(left))) == 1


@pytest.mark.result("prop-label-noise")
@pytest.mark.parametrize("estimator", PROXIES, ids=lambda e: e.name)
def test_noise_adds_this_variance_and_no_mean(estimator):
    rng = np.random.default_rng(3)
    v, w, noise = rng.standard_normal(4), rng.standard_normal(3), 0.7
    Z = rng.standard_normal((100_000, 4, 3))
    e = noise * rng.standard_normal(len(Z))
    extra = -np.einsum("sm,smn->sn", estimator.evaluate(Z @ w) * v * e[:, None], Z)
    error = extra.std(axis=0) / math.sqrt(len(Z))
    assert np.all(abs(extra.mean(axis=0)) < 4.5 * error)
    found = LabelNoise(TEACHER, noise).added_variance(v, w, estimator)
    square = np.sum(extra**2, axis=1)
    assert abs(square.mean() - found.w) < 4.5 * square.std() / math.sqrt(len(Z))
    in_v = np.sum(((Z @ w > 0) * e[:, None]) ** 2, axis=1)
    assert abs(in_v.mean() - found.v) < 4.5 * in_v.std() / math.sqrt(len(Z))


@pytest.mark.result("prop-label-noise")
def test_identity_and_relu_in_closed_form():
    v = np.array([1.0, -1.0, 0.5])
    square, total = v @ v, v.sum()
    w = 2.0 * np.eye(5)[1]
    world = LabelNoise(ste.Teacher(np.ones(3), np.eye(5)[0]), 0.5)
    assert world.added_variance(v, w, ste.IDENTITY).w == pytest.approx(1.25 * square)
    relu = 0.25 * (2.5 * square + (total**2 - square) / (2 * math.pi))
    assert world.added_variance(v, w, ste.RELU).w == pytest.approx(relu)
    assert world.added_variance(v, w, ste.RELU).v == pytest.approx(0.375)
    # one for each place
    wide = world.added_variance(np.stack([v, 2.0 * v])[:, None], np.stack([w, w, w]), ste.RELU)
    np.testing.assert_allclose(wide.w, relu * np.array([[1.0] * 3, [4.0] * 3]))
    assert wide.v.shape == (2, 3)


def test_bad_input():
    with pytest.raises(ValueError, match="w = 0"):
        WORLD.loss(V_STAR, [0.0, 0.0, 0.0])
    with pytest.raises(ValueError, match="noise: expected a finite number > 0"):
        LabelNoise(TEACHER, -1.0)
    with pytest.raises(ValueError, match="estimator: expected an Estimator"):
        LabelNoise(TEACHER, 1.0).added_variance(V_STAR, TEACHER.w, "relu")
    with pytest.raises(ValueError, match="rho: expected numbers > 0"):
        relu_label_moments(ste.RELU, 0.0, 1.0)
