"""Correlated rows: against samples, against quadrature, and the two thresholds."""

import math

import numpy as np
import pytest

import ste
from ste.beyond.correlated_rows import RELU_CONDITION, CorrelatedRows, resting_angle
from ste.beyond.staircase import Staircase, quantizer_stairs
from ste.descent import walk
from ste.landscape import best_v
from ste.zoo.windows import paper_windows

V_STAR = np.array([1.0, -0.5, 0.8, 0.3])
SIGMA = np.array([[3.0, 1.0, 0.0], [1.0, 2.0, -0.5], [0.0, -0.5, 0.4]])
PROXIES = (*ste.PAPER, ste.get_estimator("hard_tanh"), ste.leaky_relu(0.2))


def rows_in_3d():
    return CorrelatedRows(ste.Teacher(V_STAR, [1.0, 0.5, -0.7]), SIGMA)


def skewed(condition, axis):
    """Sigma = diag(kappa, 1), the whitened w* at an angle to the first eigenvector."""
    w = [math.cos(axis) / math.sqrt(condition), math.sin(axis)]
    return CorrelatedRows(ste.Teacher(V_STAR, w), np.diag([condition, 1.0]))


def at_angle(rows, condition, psi):
    """The filter whose whitened direction is (cos psi, sin psi)."""
    return np.stack([np.cos(psi) / math.sqrt(condition), np.sin(psi)], axis=-1)


@pytest.mark.result("thm-correlated")
def test_the_closed_forms_are_the_means_over_samples():
    rows, rng = rows_in_3d(), np.random.default_rng(3)
    v, w = rng.standard_normal(4), rng.standard_normal(3)
    Z = rows.inputs(60_000, seed=4)
    np.testing.assert_allclose(np.cov(Z[:, 0].T), SIGMA, atol=0.05)
    loss = ste.sample_loss(v, w, Z, rows.teacher)
    error = loss.std() / math.sqrt(len(Z))
    assert abs(loss.mean() - rows.loss(v, w)) < 4 * error
    for estimator in PROXIES:
        g = ste.coarse_gradient(v, w, Z, rows.teacher, estimator)[1]
        error = g.std(axis=0) / math.sqrt(len(Z))
        assert np.all(abs(g.mean(axis=0) - rows.coarse_gradient(v, w, estimator)[1]) < 4.5 * error)
        true = rows.gradient(v, w)[1]
        inner = (g @ true).std() / math.sqrt(len(Z))
        assert abs((g @ true).mean() - rows.inner(v, w, estimator)) < 4.5 * inner


def test_the_gradient_is_the_slope_of_the_loss():
    rows, rng = rows_in_3d(), np.random.default_rng(5)
    v, w, h = rng.standard_normal(4), rng.standard_normal(3), 1e-6
    slope = [(rows.loss(v, w + h * e) - rows.loss(v, w - h * e)) / (2 * h) for e in np.eye(3)]
    np.testing.assert_allclose(rows.gradient(v, w)[1], slope, atol=1e-8)


@pytest.mark.result("thm-correlated")
@pytest.mark.parametrize("estimator", PROXIES, ids=lambda e: e.name)
def test_next_to_a_right_angle_the_inner_product_is_negative_and_preconditioned_it_is_not(
    estimator,
):
    rows, rng = rows_in_3d(), np.random.default_rng(6)
    across = 5.0 * np.array([1.0, 2.0, 0.0, 0.0])
    w = rng.standard_normal((200, 3))
    near = [rows.inner(across + tiny * V_STAR, w, estimator) for tiny in (1e-4, -1e-4)]
    assert np.all(np.minimum(*near) < 0.0)
    assert np.all(np.maximum(*near) > 0.0)
    v = rng.standard_normal((200, 4))
    assert np.all(rows.preconditioned_inner(v, w, estimator) >= 0.0)
    standard = CorrelatedRows(rows.teacher, 2.0 * np.eye(3))
    assert np.all(standard.inner(v, w, estimator) >= 0.0)


@pytest.mark.result("thm-correlated")
@pytest.mark.parametrize("estimator", PROXIES, ids=lambda e: e.name)
def test_the_criterion_is_that_of_standard_rows(estimator):
    rows = rows_in_3d()
    trap = ste.critical_points(rows.teacher).spurious
    left = rows.coarse_gradient(trap.v, -rows.teacher.w, estimator)[1]
    length = np.linalg.norm(rows.root @ rows.teacher.w)
    wanted = ste.residuals(rows.teacher, estimator, rho=float(length)).spurious
    u = -rows.root @ rows.teacher.w / length
    np.testing.assert_allclose(left, wanted * rows.root @ u, atol=1e-12)


@pytest.mark.result("thm-condition")
@pytest.mark.parametrize("condition", [4.0, 11.7, RELU_CONDITION])
def test_up_to_the_threshold_relu_is_right_at_the_best_v(condition):
    for axis in np.linspace(0.02, 1.5, 25):
        rows = skewed(condition, axis)
        theta = np.concatenate([np.linspace(-3.1, 3.1, 200), np.geomspace(1e-4, 0.1, 50)])
        w = at_angle(rows, condition, axis - theta)
        v = best_v(np.abs(theta), rows.teacher)
        inner = rows.inner(v, w, ste.RELU)
        assert np.all(inner >= -1e-13)


@pytest.mark.result("thm-condition")
@pytest.mark.parametrize("condition", [11.9, 20.0, 100.0])
def test_beyond_the_threshold_it_is_wrong_close_to_the_global_minimum(condition):
    axis = math.atan(1.0 / math.sqrt(condition))
    rows, theta = skewed(condition, axis), 1e-3
    w = at_angle(rows, condition, axis - theta)
    assert rows.inner(best_v(theta, rows.teacher), w, ste.RELU) < 0.0
    assert rows.inner(best_v(theta, rows.teacher), w, ste.CLIPPED_RELU) > (
        -1.0 if condition == 100.0 else 0.0
    )


def test_the_threshold_solves_its_equation():
    root = math.sqrt(RELU_CONDITION)
    assert root - 1 / root == pytest.approx(math.pi, rel=1e-14)


@pytest.mark.result("thm-condition")
@pytest.mark.parametrize("condition", [13.0, 30.0, 100.0])
def test_at_the_resting_angle_the_step_does_not_turn(condition):
    axis = math.atan(1.0 / math.sqrt(condition))
    theta, rows = resting_angle(condition, axis), skewed(condition, axis)

    def turn(theta):
        """How far the whitened w is turned towards w* by a step, at the best v."""
        w = at_angle(rows, condition, axis - theta)
        grad = rows.coarse_gradient(best_v(theta, rows.teacher), w, ste.RELU)[1]
        step = -rows.root @ grad
        e = np.array([-math.sin(axis - theta), math.cos(axis - theta)])
        u = np.array([math.cos(axis - theta), math.sin(axis - theta)])
        return step @ e, step @ u

    assert turn(theta)[0] == pytest.approx(0.0, abs=1e-9)
    assert turn(0.98 * theta)[0] < 0.0 < turn(1.02 * theta)[0]
    assert turn(theta)[1] > 0.0


@pytest.mark.result("thm-condition")
def test_a_run_of_relu_ends_there_and_clipped_relu_arrives():
    condition = 30.0
    axis = math.atan(1.0 / math.sqrt(condition))
    rows = skewed(condition, axis)
    start = 3.0 * at_angle(rows, condition, axis - 0.05)
    ends = {}
    for estimator in (ste.RELU, ste.CLIPPED_RELU):
        run = walk(
            lambda v, w, e=estimator: rows.coarse_gradient(v, w, e),
            best_v(0.05, rows.teacher),
            start,
            0.2,
            4000,
            record_every=4000,
        )
        ends[estimator.name] = float(rows.angle(run.w[-1]))
    # |w| grows like the number of steps, so that the rest of the way takes ever longer
    assert ends["relu"] == pytest.approx(resting_angle(condition, axis), rel=0.03)
    assert ends["clipped_relu"] < 1e-6


def test_no_resting_angle_where_there_is_none():
    assert resting_angle(RELU_CONDITION - 0.05, 0.28) is None
    assert resting_angle(30.0, 1.5) is None


def test_bad_input():
    teacher = ste.Teacher([1.0], [1.0, 0.0])
    with pytest.raises(ValueError, match=r"covariance: expected a symmetric \(2, 2\)"):
        CorrelatedRows(teacher, [[1.0, 0.5], [0.0, 1.0]])
    with pytest.raises(ValueError, match="positive definite"):
        CorrelatedRows(teacher, [[1.0, 2.0], [2.0, 1.0]])
    with pytest.raises(ValueError, match="condition: expected a finite number > 0"):
        resting_angle(-1.0, 0.3)
    with pytest.raises(ValueError, match="w: expected shape"):
        CorrelatedRows(teacher, np.eye(2)).loss([1.0], [1.0, 0.0, 0.0])


def normalized(w, Z):
    """Pre-activations divided by their exact standard deviation."""
    return Z @ w / math.sqrt(w @ SIGMA @ w)


@pytest.mark.result("thm-batch-norm")
def test_the_normalized_field_is_the_mean_over_samples_and_along_the_true_gradient():
    rows, rng = rows_in_3d(), np.random.default_rng(8)
    v, w, h = rng.standard_normal(4), 1.7 * rng.standard_normal(3), 1e-5
    Z = rows.inputs(60_000, seed=9)
    pre = normalized(w, Z)
    # the derivative of each pre-activation by differences: nothing of the formula is used
    slopes = [(normalized(w + h * e, Z) - normalized(w - h * e, Z)) / (2 * h) for e in np.eye(3)]
    residual = (pre > 0) @ v - (Z @ rows.teacher.w > 0) @ V_STAR
    grad_v, true = rows.gradient(v, w)
    for estimator in PROXIES:
        back = estimator.derivative(pre) * v * residual[:, None]
        g = np.stack([np.sum(back * slope, axis=1) for slope in slopes], axis=1)
        error = g.std(axis=0) / math.sqrt(len(Z))
        found_v, found = rows.normalized_coarse_gradient(v, w, estimator)
        assert np.all(abs(g.mean(axis=0) - found) < 4.5 * error)
        np.testing.assert_allclose(found_v, grad_v, rtol=1e-12)
        b_y = float(estimator.moments(1.0, rows.angle(w)).b_y_over_sin * np.sin(rows.angle(w)))
        np.testing.assert_allclose(found, 2 * math.pi * b_y * true, rtol=1e-9)
        assert b_y > 0
        assert abs(found @ w) < 1e-12 * np.linalg.norm(found) * np.linalg.norm(w)


@pytest.mark.result("thm-batch-norm")
@pytest.mark.parametrize("estimator", PROXIES, ids=lambda e: e.name)
def test_normalized_every_proxy_rests_at_every_critical_point(estimator):
    rows = CorrelatedRows(ste.Teacher(V_STAR, [1.0, 0.0]), np.eye(2))
    points = ste.critical_points(rows.teacher)
    for point, theta in ((points.saddle, points.saddle.theta), (points.spurious, math.pi)):
        w = 1.3 * np.array([math.cos(theta), math.sin(theta)])
        if theta == math.pi:
            w[1] = 0.0
        plain = np.linalg.norm(rows.coarse_gradient(point.v, w, estimator)[1])
        still = np.linalg.norm(rows.normalized_coarse_gradient(point.v, w, estimator)[1])
        assert still < 1e-12
        assert (plain < 1e-12) == ste.one_sided(estimator).one_sided


@pytest.mark.result("thm-batch-norm")
@pytest.mark.parametrize(
    ("left", "right", "sign"), [(-2.0, 1.0, -1.0), (-1.0, 1.0, 0.0), (-1.0, 2.0, 1.0)]
)
def test_normalized_a_signed_proxy_turns_the_way_of_its_mean(left, right, sign):
    """Point 1 needs B_y > 0: a proxy that is more negative than positive turns w the wrong way."""
    rows = rows_in_3d()
    v, w = np.array([0.7, -0.2, 0.5, 0.4]), np.array([0.3, -1.1, 0.6])
    signed = ste.Estimator("signed", lambda x: np.where(x > 0, right, left), (0.0,))
    found, true = rows.normalized_coarse_gradient(v, w, signed)[1], rows.gradient(v, w)[1]
    lengths = np.linalg.norm(true) * np.linalg.norm(found)
    assert np.linalg.norm(true) > 1e-3
    if sign:
        assert found @ true == pytest.approx(sign * lengths, rel=1e-9)
    else:
        assert np.linalg.norm(found) < 1e-12


@pytest.mark.result("thm-batch-norm")
@pytest.mark.parametrize("estimator", ste.PAPER, ids=lambda e: e.name)
def test_normalization_keeps_the_trap_and_every_proxy_in_it(estimator):
    """It takes away the residual, not the minimum: no start near it gets out."""
    rows = CorrelatedRows(ste.Teacher(V_STAR, [1.0, 0.0]), np.eye(2))
    trap, rng = ste.critical_points(rows.teacher).spurious, np.random.default_rng(14)
    v0 = trap.v + 0.1 * rng.standard_normal((20, 4))
    theta = rng.uniform(2.8, math.pi, 20)
    w0 = np.stack([np.cos(theta), np.sin(theta)], axis=-1)
    run = walk(
        lambda v, w: rows.normalized_coarse_gradient(v, w, estimator),
        *(v0, w0, 0.2, 600),
        record_every=600,
    )
    np.testing.assert_allclose(rows.loss(run.v[-1], run.w[-1]), trap.loss, atol=1e-3)


@pytest.mark.result("thm-batch-norm")
def test_normalized_identity_does_not_cycle_and_correlated_rows_do_no_harm():
    rows = CorrelatedRows(ste.Teacher(V_STAR, [1.0, 0.0]), np.eye(2))
    trap, w0 = ste.critical_points(rows.teacher).spurious.v, [math.cos(3.1), math.sin(3.1)]
    rises = []
    for field in (rows.coarse_gradient, rows.normalized_coarse_gradient):
        run = walk(lambda v, w, f=field: f(v, w, ste.IDENTITY), trap, w0, 0.05, 400)
        rises.append(np.diff(rows.loss(run.v, run.w)).max())
    assert rises[0] > 0.1 and rises[1] < 1e-12
    assert np.all(np.diff(np.linalg.norm(run.w, axis=-1)) >= -1e-15)


@pytest.mark.result("cor-normalized-bits")
@pytest.mark.parametrize("bits", [2, 4])
def test_normalized_stairs_turn_the_filter_the_true_way(bits):
    """At length 1 the parts across w of both fields agree in sign, wherever d is not 0."""
    teacher, rng = ste.Teacher(V_STAR, [1.0, 0.0]), np.random.default_rng(bits)
    stair = {2: 0.6511, 4: 0.1946}[bits]
    world = Staircase(teacher, quantizer_stairs(bits, stair))
    for window in paper_windows(bits, stair):
        for _ in range(12):
            v, theta = rng.standard_normal(4), rng.uniform(0.05, 3.09)
            w = np.array([math.cos(theta), math.sin(theta)])
            across = np.array([math.sin(theta), -math.cos(theta)])
            true = world.gradient(v, w)[1] @ across
            coarse = world.coarse_gradient(v, w, window)[1] @ across
            assert true * coarse > 0


@pytest.mark.parametrize("size", [1e-300, 1e-160, 1e155, 1e300])
def test_the_normalized_field_of_a_filter_of_any_length(size):
    world = CorrelatedRows(ste.Teacher([1.0, -0.5], [1.0, 0.3]), [[4.0, 1.0], [1.0, 2.0]])
    v, w = np.array([0.3, 0.7]), np.array([0.4, 1.1])
    wanted = world.normalized_coarse_gradient(v, w, ste.CLIPPED_RELU)
    found = world.normalized_coarse_gradient(v, size * w, ste.CLIPPED_RELU)
    np.testing.assert_allclose(found[0], wanted[0], rtol=1e-13)
    np.testing.assert_allclose(size * found[1], wanted[1], rtol=1e-13)
    assert world.angle(size * w) == pytest.approx(float(world.angle(w)), rel=1e-13)


@pytest.mark.parametrize("axis", [math.pi, 4.0])
def test_no_direction_is_half_a_turn_or_more_from_an_axis(axis):
    with pytest.raises(ValueError, match="axis: expected radians between 0 and pi, got"):
        resting_angle(5.0, axis)
