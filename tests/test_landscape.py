"""The population loss, its gradient and its critical points."""

import math

import numpy as np
import oracle
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from strategies import SETTINGS, points, rotations, teachers, vectors

import ste
from ste.geometry import PARALLEL

DEMO = ste.Teacher([1.0, -0.5, 0.8, 0.3], [1.0, 0.0, 0.0, 0.0, 0.0])


# --- Accuracy ------------------------------------------------------------------------------------


def test_loss_against_the_oracle():
    sweep = [*oracle.cases(144, seed=11), *oracle.cases(36, seed=12, angles=oracle.PARALLEL)]
    assert max(map(oracle.loss_error, sweep)) < 1e-13


def test_population_gradient_in_w_against_the_oracle():
    """Cancelling v.v* included, where the scale is the v.v* that is left."""
    assert max(map(oracle.population_gradient_w_error, oracle.cases(144, seed=13))) < 1e-13


def test_loss_near_a_minimum_is_not_lost_in_rounding():
    """The error there is far below the square of |v|_1 + |v*|_1: the square is completed."""
    for offset in (1e-3, 1e-6, 1e-9):
        v, w = DEMO.v * (1 + offset), 2.0 * DEMO.w
        wanted = oracle.population_loss(v, w, DEMO)
        assert abs(ste.population_loss(v, w, DEMO) - wanted) < 1e-6 * wanted


def test_loss_at_w_zero():
    wanted = oracle.population_loss(DEMO.v, np.zeros(5), DEMO)
    got = ste.population_loss(DEMO.v, [np.zeros(5), DEMO.w], DEMO)
    assert got.tolist() == pytest.approx([float(wanted), 0.0])


# --- Symmetry ------------------------------------------------------------------------------------


@SETTINGS
@given(points(), st.floats(-100.0, 100.0))
def test_loss_does_not_see_the_length_of_w(point, log_factor):
    v, w, teacher = point
    longer = ste.population_loss(v, 10.0**log_factor * w, teacher)
    assert longer == pytest.approx(ste.population_loss(*point), abs=1e-13)


@SETTINGS
@given(points(), st.floats(-4.0, 4.0))
def test_gradient_in_w_falls_as_one_over_the_length_of_w(point, log_factor):
    v, w, teacher = point
    factor = 10.0**log_factor
    one, other = (ste.population_gradient(v, x, teacher) for x in (w, factor * w))
    assert np.allclose(other[0], one[0], atol=1e-13)
    assert np.allclose(factor * other[1], one[1], rtol=1e-6, atol=1e-13 * np.linalg.norm(one[1]))


@SETTINGS
@given(points(off_kinks=True), st.data())
def test_rotations_turn_the_gradient_along(point, data):
    v, w, teacher = point
    turn = data.draw(rotations(teacher.n))
    turned = v, turn @ w, ste.Teacher(teacher.v, turn @ teacher.w)
    assert ste.population_loss(*turned) == pytest.approx(ste.population_loss(*point), abs=1e-13)
    grad_v, grad_w = ste.population_gradient(*point)
    other_v, other_w = ste.population_gradient(*turned)
    assert np.allclose(other_v, grad_v, atol=1e-13)
    assert np.allclose(other_w, turn @ grad_w, atol=1e-12 / np.linalg.norm(w))


@SETTINGS
@given(points(off_kinks=True), st.data())
def test_hidden_units_may_be_permuted(point, data):
    v, w, teacher = point
    order = data.draw(st.permutations(range(teacher.m)))
    other = v[order], w, ste.Teacher(teacher.v[order], teacher.w)
    assert ste.population_loss(*other) == pytest.approx(ste.population_loss(*point), abs=1e-13)
    grad_v, grad_w = ste.population_gradient(*point)
    other_v, other_w = ste.population_gradient(*other)
    assert np.allclose(other_v, grad_v[order], atol=1e-13)
    assert np.allclose(other_w, grad_w, atol=1e-12 / np.linalg.norm(w))


def test_broadcasting_equals_looping():
    rng = np.random.default_rng(14)
    v, w = rng.standard_normal((3, 1, 4)), rng.standard_normal((2, 5))
    w[1] = -DEMO.w
    loss, (grad_v, grad_w) = (
        ste.population_loss(v, w, DEMO),
        ste.population_gradient(v, w, DEMO),
    )
    assert (loss.shape, grad_v.shape, grad_w.shape) == ((3, 2), (3, 2, 4), (3, 2, 5))
    for i, j in np.ndindex(3, 2):
        at = v[i, 0], w[j], DEMO
        assert loss[i, j] == pytest.approx(ste.population_loss(*at), rel=1e-14)
        one_v, one_w = ste.population_gradient(*at)
        assert np.allclose(grad_v[i, j], one_v, atol=1e-15)
        assert np.allclose(grad_w[i, j], one_w, atol=1e-15)


# --- The gradient is the gradient ----------------------------------------------------------------


def central(f, x: np.ndarray, h: float) -> np.ndarray:
    return np.array([(f(x + h * e) - f(x - h * e)) / (2 * h) for e in np.eye(x.size)])


@SETTINGS
@given(points(off_kinks=True))
def test_finite_differences_of_the_loss(point):
    v, w, teacher = point
    grad_v, grad_w = ste.population_gradient(*point)
    difference_v = central(lambda x: ste.population_loss(x, w, teacher), v, 1e-4)
    assert np.allclose(grad_v, difference_v, atol=1e-8)
    rho = np.linalg.norm(w)
    difference_w = central(lambda x: ste.population_loss(v, x, teacher), w, 1e-4 * rho)
    assert np.allclose(rho * grad_w, rho * difference_w, atol=1e-5 * (1 + abs(v @ teacher.v)))


@SETTINGS
@given(points())
def test_gradient_in_w_is_tangential(point):
    _, w, teacher = point
    grad_w = ste.population_gradient(*point)[1]
    sizes = np.linalg.norm(grad_w) * np.linalg.norm(w)
    assume(sizes > 1e-100)
    assume(np.linalg.norm(w / np.linalg.norm(w) - teacher.w) > 1e-3)
    assume(np.linalg.norm(w / np.linalg.norm(w) + teacher.w) > 1e-3)
    assert abs(grad_w @ w) <= 1e-11 * sizes


@pytest.mark.parametrize("sign", [1.0, -1.0])
def test_gradient_in_w_is_zero_on_the_kinks(sign):
    grad_v, grad_w = ste.population_gradient([1.0, 1.0, 1.0, 1.0], 3.0 * sign * DEMO.w, DEMO)
    assert not grad_w.any() and grad_v.any()


def test_gradient_in_w_has_its_full_size_just_off_the_kinks():
    teacher = ste.Teacher([1.0, 1.0], [1.0, 0.0])
    for w in ([1.0, 2 * PARALLEL], [-1.0, 2 * PARALLEL]):
        grad_w = ste.population_gradient([1.0, 0.5], w, teacher)[1]
        assert np.linalg.norm(grad_w) == pytest.approx(1.5 / (2 * math.pi), rel=1e-9)


# --- Best v and the profile ----------------------------------------------------------------------

angles = st.floats(0.0, math.pi)


def at_angle(teacher: ste.Teacher, theta: float) -> np.ndarray:
    side = np.eye(teacher.n)[np.argmin(np.abs(teacher.w))]
    side = side - (side @ teacher.w) * teacher.w
    return math.cos(theta) * teacher.w + math.sin(theta) * side / np.linalg.norm(side)


@SETTINGS
@given(teachers(least_inputs=2), angles)
def test_profile_loss_is_the_loss_at_the_best_v(teacher, theta):
    v, w = ste.best_v(theta, teacher), at_angle(teacher, theta)
    loss = ste.population_loss(v, w, teacher)
    assert ste.profile_loss(theta, teacher) == pytest.approx(loss, abs=1e-13 * (1 + teacher.N))
    assert np.allclose(ste.population_gradient(v, w, teacher)[0], 0.0, atol=1e-13)


@SETTINGS
@given(teachers(least_inputs=2), angles, st.data())
def test_best_v_minimises(teacher, theta, data):
    """Exactly quadratic in v: the excess is (1/8) x^T (I + 11^T) x."""
    shift = data.draw(vectors(teacher.m))
    loss = ste.population_loss(
        ste.best_v(theta, teacher) + shift, at_angle(teacher, theta), teacher
    )
    excess = (shift @ shift + shift.sum() ** 2) / 8
    assert loss == pytest.approx(ste.profile_loss(theta, teacher) + excess, abs=1e-12)


def test_best_v_and_profile_broadcast():
    theta = np.linspace(0, math.pi, 6).reshape(2, 3)
    assert ste.best_v(theta, DEMO).shape == (2, 3, 4)
    assert ste.profile_loss(theta, DEMO).shape == (2, 3)
    assert ste.best_v(theta, DEMO)[1, 2].tolist() == ste.best_v(math.pi, DEMO).tolist()
    assert ste.profile_loss(theta, DEMO)[1, 0] == ste.profile_loss(theta[1, 0], DEMO)


# --- Critical points -----------------------------------------------------------------------------


def test_points_of_the_demo_teacher():
    points = ste.critical_points(DEMO)
    assert points.saddle.theta / math.pi == pytest.approx(0.6744, abs=5e-5)
    assert points.saddle.loss == pytest.approx(0.334, abs=5e-4)
    assert points.spurious.loss == pytest.approx(0.256, abs=5e-4)


@SETTINGS
@given(teachers(least_inputs=2))
def test_values_at_the_critical_points(teacher):
    m, s, N = teacher.m, teacher.s, teacher.N
    top, saddle, spurious = (
        getattr(ste.critical_points(teacher), name)
        for name in ("global_minimizer", "saddle", "spurious")
    )
    assert np.array_equal(top.v, teacher.v) and (top.theta, top.loss) == (0.0, 0.0)
    assert (saddle is None) == (spurious is None) == (not 2 * s**2 < (m + 1) * N)
    assume(saddle is not None)
    ones = np.ones((m, m))
    inverse = np.linalg.inv(np.eye(m) + ones)
    c = -(s**2) / ((m + 1) * N - s**2)
    assert np.allclose(saddle.v, inverse @ (c * np.eye(m) + ones) @ teacher.v, atol=1e-12)
    assert abs(saddle.v @ teacher.v) < 1e-13 * (1 + N)
    assert saddle.theta == pytest.approx(math.pi / 2 * (1 - c), rel=1e-13)
    assert np.allclose(spurious.v, inverse @ (ones - np.eye(m)) @ teacher.v, atol=1e-12)
    assert spurious.theta == math.pi
    assert spurious.loss == pytest.approx(s**2 / (2 * (m + 1)), abs=1e-14 * (1 + N))
    for point in (saddle, spurious):
        w = at_angle(teacher, point.theta)
        assert point.loss == pytest.approx(ste.population_loss(point.v, w, teacher), abs=1e-12)


@SETTINGS
@given(teachers(least_inputs=2))
def test_gradient_vanishes_at_the_saddle(teacher):
    saddle = ste.critical_points(teacher).saddle
    assume(saddle is not None and saddle.theta < math.pi - 1e-3)
    grad_v, grad_w = ste.population_gradient(saddle.v, at_angle(teacher, saddle.theta), teacher)
    assert np.allclose(grad_v, 0.0, atol=1e-13) and np.allclose(grad_w, 0.0, atol=1e-13)


@SETTINGS
@given(teachers(least_inputs=2))
def test_the_saddle_is_one(teacher):
    """The Hessian in (v, theta) there has one negative eigenvalue and m positive ones."""
    saddle = ste.critical_points(teacher).saddle
    assume(saddle is not None and saddle.theta < math.pi - 0.05 and teacher.N > 0.1)

    def loss(x):
        return ste.population_loss(x[:-1], at_angle(teacher, x[-1]), teacher)

    x, h = np.append(saddle.v, saddle.theta), 1e-3
    steps = h * np.eye(x.size)
    hessian = np.array([[loss(x + a + b) - loss(x + a - b) - loss(x - a + b) + loss(x - a - b)
                         for a in steps] for b in steps]) / (4 * h * h)  # fmt: skip
    values = np.linalg.eigvalsh(hessian)
    assert values[0] < -1e-6 and np.all(values[1:] > 1e-6)


@SETTINGS
@given(teachers(least_inputs=2), st.integers(0, 2**32 - 1))
def test_spurious_and_global_minimizers_are_local_minimizers(teacher, seed):
    points = ste.critical_points(teacher)
    rng = np.random.default_rng(seed)
    for point in (points.global_minimizer, points.spurious):
        if point is None:
            continue
        slope = abs(point.v @ teacher.v) / (2 * math.pi)  # of the kink in theta
        assume(slope > 1e-3)
        size = 0.01 * slope / (1 + np.linalg.norm(teacher.v))
        v = point.v + size * rng.standard_normal((200, teacher.m))
        w = at_angle(teacher, point.theta) + size * rng.standard_normal((200, teacher.n))
        assert np.all(ste.population_loss(v, w, teacher) > point.loss)


@pytest.mark.parametrize(
    ("v", "exists"),
    [
        ([3.0], False),  # m = 1: never
        ([1.0, -1.0], True),  # s = 0
        ([1.0, 1.0, 0.0], False),  # s^2 = 4 = (m + 1)/2 N: the two have merged
        ([1.0, 1.0, -0.01], True),
        ([1.0, 1.0, 0.01], False),
        ([1.0, 1.0, 1.0, 1.0], False),
        ([1.0, 0.0], True),
    ],
)
def test_where_spurious_minimizers_exist(v, exists):
    points = ste.critical_points(ste.Teacher(v, [1.0, 0.0]))
    assert (points.saddle is not None) == (points.spurious is not None) == exists


@SETTINGS
@given(st.floats(1e-3, 1e3), st.sampled_from([-1.0, 1.0]))
def test_one_unit_has_no_spurious_minimizer(size, sign):
    assert ste.critical_points(ste.Teacher([sign * size], [1.0])).spurious is None


def test_at_sum_zero_the_spurious_point_is_a_second_global_minimizer():
    points = ste.critical_points(ste.Teacher([1.0, -1.0], [1.0, 0.0]))
    assert points.spurious.loss == 0.0
    assert points.spurious.v.tolist() == [-1.0, 1.0]
    assert points.saddle.theta == math.pi / 2


@SETTINGS
@given(teachers())
def test_the_saddle_is_the_maximum_of_the_profile(teacher):
    saddle = ste.critical_points(teacher).saddle
    assume(saddle is not None)
    grid = ste.profile_loss(np.linspace(0, math.pi, 1001), teacher)
    assert grid.max() <= saddle.loss * (1 + 1e-14)
    assert grid.max() == pytest.approx(saddle.loss, rel=1e-4)


def test_loss_is_discontinuous_at_the_origin():
    """Along rays into w = 0 the loss tends to different values, none of them that at w = 0."""
    teacher = ste.Teacher(v=[1.0, -0.5, 0.8, 0.3], w=[1.0, 0.0])
    v = np.array([0.7, -0.2, 0.5, 0.4])
    tiny = 1e-200 * np.array([[1.0, 0.0], [0.0, 1.0], [-1.0, 0.0], [0.0, 0.0]])
    losses = ste.population_loss(v, tiny, teacher)
    assert np.unique(np.round(losses, 6)).size == 4
