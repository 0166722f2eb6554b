"""The population loss, its gradient and its critical points."""

import math

import numpy as np
import oracle
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from strategies import SETTINGS, points, rotations, teachers, vectors

import ste
from ste.landscape import lipschitz_constants, origin_margin
from ste.plane import PARALLEL

DEMO = ste.Teacher([1.0, -0.5, 0.8, 0.3], [1.0, 0.0, 0.0, 0.0, 0.0])


# --- Accuracy ------------------------------------------------------------------------------------


@pytest.mark.result("thm-population-loss")
def test_loss_against_the_oracle():
    sweep = [*oracle.cases(144, seed=11), *oracle.cases(36, seed=12, angles=oracle.PARALLEL)]
    assert max(map(oracle.loss_error, sweep)) < 1e-13


@pytest.mark.result("thm-population-gradient")
def test_population_gradient_in_w_against_the_oracle():
    """Cancelling v.v* included, where the scale is the v.v* that is left."""
    assert max(map(oracle.population_gradient_w_error, oracle.cases(144, seed=13))) < 1e-13


def test_loss_near_a_minimum_is_not_lost_in_rounding():
    """The error there is far below the square of |v|_1 + |v*|_1: the square is completed."""
    for offset in (1e-3, 1e-6, 1e-9):
        v, w = DEMO.v * (1 + offset), 2.0 * DEMO.w
        wanted = oracle.population_loss(v, w, DEMO)
        assert abs(ste.population_loss(v, w, DEMO) - wanted) < 1e-6 * wanted


@pytest.mark.result("thm-population-loss")
def test_loss_at_w_zero():
    wanted = oracle.population_loss(DEMO.v, np.zeros(5), DEMO)
    got = ste.population_loss(DEMO.v, [np.zeros(5), DEMO.w], DEMO)
    assert got.tolist() == pytest.approx([float(wanted), 0.0])


# --- Symmetry ------------------------------------------------------------------------------------


@pytest.mark.result("prop-rescaling")
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


@pytest.mark.result("thm-population-gradient")
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


@pytest.mark.result("prop-profile")
@SETTINGS
@given(teachers(least_inputs=2), angles)
def test_profile_loss_is_the_loss_at_the_best_v(teacher, theta):
    v, w = ste.best_v(theta, teacher), at_angle(teacher, theta)
    loss = ste.population_loss(v, w, teacher)
    assert ste.profile_loss(theta, teacher) == pytest.approx(loss, abs=1e-13 * (1 + teacher.N))
    assert np.allclose(ste.population_gradient(v, w, teacher)[0], 0.0, atol=1e-13)


@pytest.mark.result("prop-profile")
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


@pytest.mark.result("prop-critical")
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


@pytest.mark.result("prop-critical")
@SETTINGS
@given(teachers(least_inputs=2))
def test_gradient_vanishes_at_the_saddle(teacher):
    saddle = ste.critical_points(teacher).saddle
    assume(saddle is not None and saddle.theta < math.pi - 1e-3)
    grad_v, grad_w = ste.population_gradient(saddle.v, at_angle(teacher, saddle.theta), teacher)
    assert np.allclose(grad_v, 0.0, atol=1e-13) and np.allclose(grad_w, 0.0, atol=1e-13)


@pytest.mark.result("prop-critical")
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


@pytest.mark.result("prop-critical")
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
    assert ste.critical_points(ste.Teacher([sign * size], [1.0, 0.0])).spurious is None


@pytest.mark.parametrize("v", [[1.0], [1.0, -0.5], [1.0, 1.0, 1.0, 1.0]])
def test_on_a_line_of_filters_the_point_at_pi_is_a_minimizer_and_there_is_no_saddle(v):
    """For n = 1 the loss does not see w but for its sign."""
    teacher = ste.Teacher(v, [1.0])
    points = ste.critical_points(teacher)
    assert points.saddle is None and points.spurious.theta == math.pi
    near = points.spurious.v + 0.1 * np.random.default_rng(1).standard_normal((50, len(v)))
    losses = ste.population_loss(near, [-2.0], teacher)
    assert (losses > points.spurious.loss).all()
    assert ste.population_loss(points.spurious.v, [-2.0], teacher) == pytest.approx(
        points.spurious.loss, rel=1e-14
    )


@pytest.mark.result("prop-critical")
@SETTINGS
@given(points(), st.floats(0.0, math.pi))
def test_there_are_no_other_global_minimizers(point, theta):
    """f is at least the profile, which is 0 at theta = 0, and at theta = pi if s = 0."""
    v, _, teacher = point
    assert ste.profile_loss(0.0, teacher) == 0.0
    off = v - teacher.v
    assume(np.linalg.norm(off) > 1e-3)
    assert ste.population_loss(v, teacher.w, teacher) >= off @ off / 8 * (1 - 1e-9)
    assume(theta > 1e-3 and abs(teacher.s) > 1e-3)
    assert ste.population_loss(v, at_angle(teacher, theta), teacher) > 0.0
    assert ste.profile_loss(theta, teacher) > 0.0


@pytest.mark.result("cor-sum-zero")
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


# --- Where the formula comes from, and how little of the Gaussian it needs ------------------------

V, W = np.array([0.7, -0.2, 0.5, 0.4]), np.array([-0.8, 1.1, 0.3])
SMALL = ste.Teacher([1.0, -0.5, 0.8, 0.3], [1.0, 0.0, 0.0])
SAMPLES = 200_000


def gaussian(rng: np.random.Generator) -> np.ndarray:
    return rng.standard_normal((SAMPLES, SMALL.m, SMALL.n))


def on_the_sphere(rng: np.random.Generator) -> np.ndarray:
    Z = gaussian(rng)
    return Z / np.linalg.norm(Z, axis=-1, keepdims=True)


def with_a_cauchy_length(rng: np.random.Generator) -> np.ndarray:
    """Rows whose length has no mean."""
    return on_the_sphere(rng) * np.abs(rng.standard_cauchy((SAMPLES, SMALL.m, 1)))


def with_one_cauchy_length_for_all_rows(rng: np.random.Generator) -> np.ndarray:
    """The rows are not independent; their directions are."""
    return on_the_sphere(rng) * np.abs(rng.standard_cauchy((SAMPLES, 1, 1)))


def with_a_law_of_its_own_in_each_row(rng: np.random.Generator) -> np.ndarray:
    lengths = np.stack([rng.exponential(1.0 + i, SAMPLES) for i in range(SMALL.m)], axis=-1)
    return on_the_sphere(rng) * lengths[..., None]


ROW_LAWS = (
    on_the_sphere,
    with_a_cauchy_length,
    with_one_cauchy_length_for_all_rows,
    with_a_law_of_its_own_in_each_row,
)


def deviation(rows, seed: int) -> float:
    """Mean of the sample loss minus the population loss, in standard errors."""
    losses = ste.sample_loss(V, W, rows(np.random.default_rng(seed)), SMALL)
    error = losses.std(ddof=1) / math.sqrt(SAMPLES)
    # with the sign of the angle's term flipped, the loss would be off by hundreds of errors
    theta = math.acos(W @ SMALL.w / np.linalg.norm(W))
    assert theta / math.pi * (V @ SMALL.v) > 300 * error
    return float((losses.mean() - ste.population_loss(V, W, SMALL)) / error)


@pytest.mark.result("thm-population-loss")
def test_loss_is_the_mean_over_gaussian_inputs():
    assert abs(deviation(gaussian, seed=41)) < 4


@pytest.mark.result("thm-population-gradient")
def test_gradient_in_v_is_the_mean_of_the_samples_gradients():
    """Differentiating by v and averaging commute; by w they do not."""
    Z = gaussian(np.random.default_rng(50))
    samples = ste.coarse_gradient(V, W, Z, SMALL, ste.RELU)[0]
    error = samples.std(axis=0, ddof=1) / math.sqrt(SAMPLES)
    wanted = ste.population_gradient(V, W, SMALL)[0]
    assert np.all(np.abs(samples.mean(axis=0) - wanted) < 4 * error)
    assert np.all(error < 2e-3) and np.all(np.abs(wanted) > 0.01)


@pytest.mark.result("lem-wedge")
@pytest.mark.parametrize("theta", [0.0, 0.4, 1.5, 2.8, math.pi])
def test_both_fire_in_the_wedge(theta):
    """Each with probability 1/2, both with (pi - theta)/(2 pi); their correlation is c."""
    w = at_angle(SMALL, theta)
    for seed, rows in enumerate((gaussian, *ROW_LAWS)):
        row = rows(np.random.default_rng(seed))[:, 0]
        mine, its = ste.model.sigma(row @ w), ste.model.sigma(row @ SMALL.w)
        for fires, wanted in ((mine, 0.5), (mine * its, (math.pi - theta) / (2 * math.pi))):
            error = math.sqrt(wanted * (1 - wanted) / SAMPLES)
            assert abs(fires.mean() - wanted) <= 4.5 * error
        c = 1 - 2 * theta / math.pi
        # the standard error of the mean of products of two signs
        error = math.sqrt((1 - c**2) / SAMPLES)
        assert abs(np.corrcoef(mine, its)[0, 1] - c) <= 4.5 * error + 20 / SAMPLES


@pytest.mark.result("thm-row-law")
@pytest.mark.parametrize("rows", ROW_LAWS, ids=lambda rows: rows.__name__)
def test_loss_is_the_same_for_every_rotation_invariant_row(rows):
    assert abs(deviation(rows, seed=42)) < 4


@pytest.mark.result("thm-row-law")
def test_a_positive_factor_at_a_row_changes_no_sample():
    """So not the mean alone but the whole distribution of the loss is the same."""
    rng = np.random.default_rng(51)
    Z = rng.standard_normal((2000, SMALL.m, SMALL.n))
    factors = np.abs(rng.standard_cauchy((2000, SMALL.m, 1)))
    assert np.array_equal(
        ste.sample_loss(V, W, factors * Z, SMALL), ste.sample_loss(V, W, Z, SMALL)
    )


def correlated_columns(rng: np.random.Generator) -> np.ndarray:
    Z = gaussian(rng)
    Z[..., 1] += 1.5 * Z[..., 0]
    return Z


def correlated_rows(rng: np.random.Generator) -> np.ndarray:
    return gaussian(rng) + rng.standard_normal((SAMPLES, 1, SMALL.n))


def sometimes_zero(rng: np.random.Generator) -> np.ndarray:
    return gaussian(rng) * (rng.random((SAMPLES, SMALL.m, 1)) < 0.7)


@pytest.mark.result("thm-row-law")
@pytest.mark.parametrize("rows", [correlated_columns, correlated_rows, sometimes_zero])
def test_what_the_row_law_needs_is_needed(rows):
    """Directions that are not uniform, rows that are not independent, rows that are 0."""
    assert abs(deviation(rows, seed=43)) > 8


@pytest.mark.result("thm-row-law")
def test_in_one_dimension_every_law_is_free_of_rotations():
    """No rotation but the identity turns a line, so for n = 1 the example asks for nothing."""
    teacher = ste.Teacher([1.0, -0.5], [1.0])
    Z = np.abs(np.random.default_rng(54).standard_normal((1000, 2, 1)))
    losses = ste.sample_loss([0.5, 0.5], [2.0], Z, teacher)
    assert np.all(losses == losses[0])
    assert losses[0] != pytest.approx(ste.population_loss([0.5, 0.5], [2.0], teacher), rel=0.1)


@pytest.mark.result("prop-rescaling")
def test_the_length_of_a_filter_changes_no_output():
    rng = np.random.default_rng(44)
    Z = rng.standard_normal((1000, SMALL.m, SMALL.n))
    longer = ste.Teacher(SMALL.v, 7.0 * SMALL.w)
    assert np.array_equal(ste.sample_loss(V, 0.01 * W, Z, longer), ste.sample_loss(V, W, Z, SMALL))
    assert np.array_equal(longer.w, SMALL.w)
    # a factor at v multiplies the output, and no positive factor at w takes it back
    outputs = ste.model.sigma(Z @ W) @ V
    for factor in (1.0, 0.5, 30.0):
        np.testing.assert_allclose(ste.model.sigma(Z @ (factor * W)) @ (2 * V), 2 * outputs)
    # where the teacher is silent the loss is half the output squared
    alone = np.all(Z @ SMALL.w <= 0, axis=1)
    assert alone.sum() > 30 and np.abs(outputs[alone]).max() > 0.1
    losses = ste.sample_loss(2 * V, W / 2, Z[alone], SMALL)
    np.testing.assert_allclose(losses, 2 * outputs[alone] ** 2)


@pytest.mark.result("lem-kinks")
@SETTINGS
@given(points(), st.sampled_from([1.0, -1.0]), st.floats(0.1, 10.0), st.data())
def test_slopes_on_the_kinks(point, sign, rho, data):
    """Away from w* the slope is d/(2 pi rho), away from -w* it is -d/(2 pi rho), in every way."""
    v, _, teacher = point
    across = data.draw(vectors(teacher.n))
    across = across - (across @ teacher.w) * teacher.w
    assume(np.linalg.norm(across) > 0.1)
    across /= np.linalg.norm(across)
    kink, step = sign * rho * teacher.w, 1e-6 * rho
    rise = ste.population_loss(v, kink + step * across, teacher) - ste.population_loss(
        v, kink, teacher
    )
    wanted = sign * (v @ teacher.v) / (2 * math.pi * rho)
    assert rise / step == pytest.approx(wanted, abs=1e-7 * (1 + v @ v + teacher.N) / rho)
    along = ste.population_loss(v, 1.5 * kink, teacher)
    assert along == ste.population_loss(v, kink, teacher)


@pytest.mark.result("lem-kinks")
def test_where_d_is_zero_there_is_no_kink():
    rng = np.random.default_rng(57)
    for kink in (SMALL.w, -SMALL.w):
        losses = ste.population_loss([0.5, 1.0, 0.0, 0.0], kink + rng.normal(size=(50, 3)), SMALL)
        assert np.ptp(losses) < 1e-15


# --- The trap and the pass ------------------------------------------------------------------------


def ratio(teacher: ste.Teacher) -> float:
    return teacher.s**2 / ((teacher.m + 1) * teacher.N)


@pytest.mark.result("prop-profile")
@SETTINGS
@given(teachers(least_inputs=2), st.floats(0.01, math.pi - 0.01))
def test_the_profile_falls_where_d_is_negative(teacher, theta):
    h = 1e-5
    slope = (ste.profile_loss(theta + h, teacher) - ste.profile_loss(theta - h, teacher)) / (2 * h)
    d = ste.best_v(theta, teacher) @ teacher.v
    assert slope == pytest.approx(d / (2 * math.pi), abs=1e-8 * (1 + teacher.N))
    r, c = ratio(teacher), 1 - 2 * theta / math.pi
    assert d == pytest.approx(teacher.N * (r + (1 - r) * c), abs=1e-13 * (1 + teacher.N))
    written = teacher.N * (1 - c) * (1 + c + (1 - c) * r) / 8
    assert ste.profile_loss(theta, teacher) == pytest.approx(written, rel=1e-12)


@pytest.mark.result("prop-profile")
@SETTINGS
@given(teachers(least_inputs=2))
def test_the_profile_is_strictly_concave(teacher):
    """Its second derivative in c is -N (1 - r)/4, and r is at most m/(m + 1)."""
    c = np.linspace(-1.0, 1.0, 21)
    second = np.diff(ste.profile_loss(math.pi / 2 * (1 - c), teacher), 2) / 0.1**2
    curvature = -teacher.N / 4 * (1 - ratio(teacher))
    np.testing.assert_allclose(second, curvature, atol=1e-11 * teacher.N)
    assert curvature <= -teacher.N / 4 / (teacher.m + 1) * (1 - 1e-12)


@pytest.mark.result("prop-profile")
@SETTINGS
@given(points())
def test_the_profile_is_the_envelope_of_lines(point):
    """At fixed v the loss is linear in theta; no such line dips under the profile."""
    v, _, teacher = point
    thetas = np.linspace(0.0, math.pi, 41)
    losses = [ste.population_loss(v, at_angle(teacher, theta), teacher) for theta in thetas]
    line = np.linspace(losses[0], losses[-1], 41)
    scale = 1 + v @ v + teacher.N
    assert np.allclose(losses, line, atol=1e-13 * scale)
    assert np.all(losses >= ste.profile_loss(thetas, teacher) - 1e-13 * scale)


@pytest.mark.result("prop-critical")
@SETTINGS
@given(teachers(least_inputs=2))
def test_there_are_no_other_critical_points(teacher):
    """With the best v, the slope along theta is 0 at the saddle alone, and never at theta = 0."""
    thetas = np.linspace(0.0, math.pi, 721)
    d = ste.best_v(thetas, teacher) @ teacher.v
    assert d[0] > 0
    r = ratio(teacher)
    assume(abs(r - 0.5) > 1e-6)
    if r > 0.5:
        assert np.all(d > 0)  # downhill from theta = pi is away from it: not critical
    else:
        saddle = ste.critical_points(teacher).saddle.theta
        near = np.abs(thetas - saddle) < 1e-9
        assert np.all(d[(thetas < saddle) & ~near] > 0)
        assert np.all(d[(thetas > saddle) & ~near] < 0)


@pytest.mark.result("prop-critical")
@pytest.mark.parametrize("v", [[1.0, 1.0, 0.0], [2.0]])
def test_at_equality_there_is_one_degenerate_saddle(v):
    """At theta = pi with v(-1): the gradient is 0, f rises in v and falls along v(c)."""
    teacher = ste.Teacher(v, [1.0, 0.0])
    m, N = teacher.m, teacher.N
    assert ratio(teacher) == pytest.approx(0.5)
    end = ste.best_v(math.pi, teacher)
    assert abs(end @ teacher.v) < 1e-15
    c = -1 + np.array([1e-3, 1e-2, 0.1, 1.0])
    profile = ste.profile_loss(math.pi * (1 - c) / 2, teacher)
    wanted = ste.profile_loss(math.pi, teacher) - N * (1 + c) ** 2 / 16
    assert np.allclose(profile, wanted, rtol=1e-12)
    shifts = np.concatenate([np.eye(m), -np.eye(m)])
    here = ste.population_loss(end, -teacher.w, teacher)
    assert np.all(ste.population_loss(end + shifts, -teacher.w, teacher) > here)


@pytest.mark.result("prop-critical")
def test_for_one_input_every_teacher_has_a_trap():
    """Why n >= 2: on a line w cannot turn, and v(-1) is a strict minimizer at theta = pi."""
    v = np.ones(4)  # r = 0.8, no trap where w can turn
    end = ste.best_v(math.pi, ste.Teacher(v, [1.0]))
    near = end + 0.01 * np.random.default_rng(55).standard_normal((200, 4))
    for n in (1, 2):
        teacher = ste.Teacher(v, np.eye(n)[0])
        w = -teacher.w + 0.01 * np.random.default_rng(56).standard_normal((200, n))
        lower = ste.population_loss(near, w, teacher) < ste.profile_loss(math.pi, teacher)
        lower |= ste.population_loss(end, w, teacher) < ste.profile_loss(math.pi, teacher)
        assert np.any(lower) == (n == 2)


@pytest.mark.result("prop-trap", "cor-trap-reach")
@SETTINGS
@given(teachers(least_inputs=2), st.integers(0, 2**32 - 1))
def test_nothing_is_lower_inside_the_trap(teacher, seed):
    spurious = ste.critical_points(teacher).spurious
    assume(spurious is not None)
    r = ratio(teacher)
    edge = math.pi / 2 * (1 - (1 - 3 * r) / (1 - r))
    rng = np.random.default_rng(seed)
    for theta in (*rng.uniform(edge, math.pi, 20), math.pi):
        shifts = rng.standard_normal((50, teacher.m)) * 10.0 ** rng.uniform(-3, 1, (50, 1))
        v = ste.best_v(theta, teacher) + shifts
        losses = ste.population_loss(v, at_angle(teacher, theta), teacher)
        assert np.all(losses > spurious.loss - 1e-13 * (1 + teacher.N))
        far = np.sum(np.square(v - spurious.v), axis=-1) > 1e-4
        assert np.all(losses[far] > spurious.loss)
    # and the angle is the right one: just before it the best v is lower
    scale = 1 + teacher.N
    assert ste.profile_loss(edge, teacher) == pytest.approx(spurious.loss, abs=1e-12 * scale)
    if edge > 1e-6:
        assert ste.profile_loss(0.9 * edge, teacher) < spurious.loss


@pytest.mark.result("prop-trap")
@SETTINGS
@given(teachers(least_inputs=2), st.integers(0, 2**32 - 1))
def test_spurious_points_are_strict_up_to_the_length_of_w(teacher, seed):
    spurious = ste.critical_points(teacher).spurious
    assume(spurious is not None and ratio(teacher) < 0.45)
    rng = np.random.default_rng(seed)
    v = spurious.v + 0.01 * rng.standard_normal((200, teacher.m))
    w = at_angle(teacher, math.pi) + 0.01 * rng.standard_normal((200, teacher.n))
    assert np.all(ste.population_loss(v, w, teacher) > spurious.loss)
    longer = ste.population_loss(spurious.v, -3.0 * teacher.w, teacher)
    assert longer == pytest.approx(spurious.loss, abs=1e-13 * (1 + teacher.N))


@pytest.mark.result("cor-pass")
@SETTINGS
@given(teachers(least_inputs=2), st.data())
def test_the_saddle_is_the_lowest_pass(teacher, data):
    points = ste.critical_points(teacher)
    assume(points.saddle is not None)
    r, N = ratio(teacher), teacher.N
    assert points.saddle.loss == pytest.approx(N / (8 * (1 - r)), rel=1e-12)
    barrier = N / 8 * (1 - 2 * r) ** 2 / (1 - r)
    assert points.saddle.loss - points.spurious.loss == pytest.approx(barrier, abs=1e-12 * N)
    v = data.draw(vectors(teacher.m))
    loss = ste.population_loss(v, at_angle(teacher, points.saddle.theta), teacher)
    assert loss >= points.saddle.loss - 1e-12 * (1 + N)
    # and by how much: no v but the saddle's has the height of the pass
    off = v - points.saddle.v
    excess = (off @ off + off.sum() ** 2) / 8
    assert loss == pytest.approx(points.saddle.loss + excess, abs=1e-12 * (1 + N + v @ v))


@pytest.mark.result("cor-pass")
def test_below_the_pass_descent_ends_on_the_side_where_it_starts():
    points = ste.critical_points(DEMO)
    rng = np.random.default_rng(45)
    theta = rng.uniform(0.0, math.pi, 400)
    v0 = ste.best_v(theta, DEMO) + 0.2 * rng.standard_normal((400, DEMO.m))
    w0 = np.zeros((400, DEMO.n))
    w0[:, 0], w0[:, 1] = np.cos(theta), np.sin(theta)
    below = ste.population_loss(v0, w0, DEMO) < points.saddle.loss
    far = theta[below] > points.saddle.theta
    assert min(far.sum(), (~far).sum()) > 30
    run = ste.descend(v0[below], w0[below], DEMO, ste.RELU, 0.05, 6000, record_every=6000)
    assert np.allclose(run.loss[-1], np.where(far, points.spurious.loss, 0.0), atol=1e-3)


@pytest.mark.result("cor-sum-zero")
def test_at_sum_zero_the_turned_student_computes_the_teacher():
    teacher = ste.Teacher([1.0, -0.5, 0.2, -0.7], [1.0, 0.0, 0.0])
    Z = np.random.default_rng(46).standard_normal((5000, 4, 3))
    assert np.allclose(ste.sample_loss(-teacher.v, -2 * teacher.w, Z, teacher), 0.0, atol=1e-30)
    # for another sum the two differ by the constant s
    assert np.allclose(ste.sample_loss(-SMALL.v, -SMALL.w, Z, SMALL), SMALL.s**2 / 2)


def biased_loss(v, c, bias, teacher):
    """The formula of the statement."""
    angle = v @ v + teacher.N - 2 * c * (v @ teacher.v)
    return angle / 8 + (bias + (v.sum() - teacher.s) / 2) ** 2 / 2


@pytest.mark.result("prop-bias")
def test_a_bias_opens_the_trap():
    rng = np.random.default_rng(47)
    Z = rng.standard_normal((SAMPLES, SMALL.m, SMALL.n))
    target = ste.model.sigma(Z @ SMALL.w) @ SMALL.v
    turned = ste.model.sigma(-Z @ SMALL.w) @ -SMALL.v + SMALL.s
    assert np.allclose(turned, target, atol=1e-14)
    theta = 2.2
    w, c = at_angle(SMALL, theta), 1 - 2 * theta / math.pi
    for v, bias in ((V, 0.3), (c * SMALL.v, (1 - c) * SMALL.s / 2)):
        losses = (ste.model.sigma(Z @ w) @ v + bias - target) ** 2 / 2
        loss = biased_loss(v, c, bias, SMALL)
        assert abs(losses.mean() - loss) < 4 * losses.std() / math.sqrt(SAMPLES)
    assert loss == pytest.approx((1 - c**2) * SMALL.N / 8)


@pytest.mark.result("prop-bias")
def test_with_a_bias_a_long_v_at_the_origin_is_a_minimizer_all_the_same():
    """There the output is b alone, and the loss N/8 + (b - s/2)^2/2 has its least at b = s/2."""
    rng = np.random.default_rng(58)
    bias = SMALL.s / 2 + np.append(0.0, 0.01 * rng.standard_normal(500))
    silent = SMALL.N / 8 + (bias - SMALL.s / 2) ** 2 / 2
    assert np.argmin(silent) == 0
    v = np.array([4.0, 0.0, 0.0, 0.0]) + 0.01 * rng.standard_normal((501, 4))
    for c in (-1.0, 0.0, 1.0):
        around = [biased_loss(one, c, b, SMALL) for one, b in zip(v, bias, strict=True)]
        assert np.min(around) > silent[0]


@pytest.mark.result("prop-bias")
@SETTINGS
@given(points(), st.floats(0.0, math.pi), st.floats(-3.0, 3.0))
def test_with_a_bias_the_least_loss_of_an_angle_is_even_in_c(point, theta, bias):
    """The excess over it is a square each of v - c v* and of b + (s_v - s)/2: one best place."""
    v, _, teacher = point
    c, N = 1 - 2 * theta / math.pi, teacher.N
    plain = ste.population_loss(v, at_angle(teacher, theta), teacher)
    scale = 1 + v @ v + v.sum() ** 2 + N + teacher.s**2
    assert biased_loss(v, c, 0.0, teacher) == pytest.approx(plain, abs=1e-12 * scale)
    excess = np.sum((v - c * teacher.v) ** 2) / 8 + (bias + (v.sum() - teacher.s) / 2) ** 2 / 2
    least = N / 8 * (1 - c**2)
    assert biased_loss(v, c, bias, teacher) == pytest.approx(least + excess, abs=1e-11 * scale)
    # so the slope of the least loss, -c N/4 in c, is 0 at theta = pi/2 alone, where v = 0, b = s/2
    for end, offset in ((1.0, 0.0), (-1.0, teacher.s)):
        assert biased_loss(end * teacher.v, end, offset, teacher) == pytest.approx(0, abs=1e-13 * N)
    middle = biased_loss(0 * teacher.v, 0.0, teacher.s / 2, teacher)
    assert middle == pytest.approx(N / 8)
    for step in (-0.1, 0.1):  # down along the best v, up at the same angle: a saddle
        down = biased_loss(step * teacher.v, step, (1 - step) * teacher.s / 2, teacher)
        up = biased_loss(step * teacher.v, 0.0, (1 - step) * teacher.s / 2, teacher)
        assert down < middle < up


# --- How fast the gradient changes ----------------------------------------------------------------


def pairs(rng: np.random.Generator, count: int, n: int, v_bound: float, w_bound: float):
    """Two students within the bounds, many times; their filters anywhere."""
    v = rng.standard_normal((2, count, 4))
    v *= v_bound * rng.random((2, count, 1)) / np.linalg.norm(v, axis=-1, keepdims=True)
    w = rng.standard_normal((2, count, n))
    stretch = 1 + rng.exponential(0.3, (2, count, 1))
    return v, w_bound * stretch * w / np.linalg.norm(w, axis=-1, keepdims=True)


def steepness(v, w, teacher) -> tuple[np.ndarray, np.ndarray]:
    grad_v, grad_w = ste.population_gradient(v, w, teacher)
    apart = np.sqrt(np.sum((v[0] - v[1]) ** 2, -1) + np.sum((w[0] - w[1]) ** 2, -1))
    return tuple(np.linalg.norm(g[0] - g[1], axis=-1) / apart for g in (grad_v, grad_w))


@pytest.mark.result("lem-lipschitz")
@pytest.mark.parametrize(("v_bound", "w_bound"), [(1.0, 1.0), (3.0, 0.2), (0.1, 4.0)])
def test_lipschitz_constants_hold(v_bound, w_bound):
    """In v anywhere, kinks included; in w on one side of the axis of w*, in a plane."""
    rng = np.random.default_rng(48)
    bounds = lipschitz_constants(SMALL, v_bound, w_bound)
    v, w = pairs(rng, 20_000, 3, v_bound, w_bound)
    assert steepness(v, w, SMALL)[0].max() <= bounds.v
    v, w = pairs(rng, 20_000, 2, v_bound, w_bound)
    w[..., 1] = np.abs(w[..., 1])
    w = np.concatenate([w, np.zeros((2, 20_000, 1))], axis=-1)
    assert steepness(v, w, SMALL)[1].max() <= bounds.w


@pytest.mark.result("lem-lipschitz")
@pytest.mark.parametrize(("v_bound", "w_bound"), [(1.0, 1.0), (3.0, 0.2), (0.1, 4.0)])
def test_each_term_of_the_lipschitz_constants_is_reached_by_itself(v_bound, w_bound):
    """So neither constant has a term or a factor that is wrong: in v, and in w, for each."""
    m, length = SMALL.m, math.sqrt(SMALL.N)
    bounds = lipschitz_constants(SMALL, v_bound, w_bound)
    ahead = w_bound * np.array([0.0, 1.0, 0.0])
    level = np.full(m, v_bound / math.sqrt(m))  # v moves along 1, and from pole to pole w
    in_v = steepness(np.stack([level, -level]), np.stack([ahead, ahead]), SMALL)[0]
    poles = w_bound * np.stack([SMALL.w, -SMALL.w])
    in_w = steepness(np.stack([level, level]), poles, SMALL)[0]
    assert in_v == pytest.approx((m + 1) / 4, rel=1e-12)
    assert in_w == pytest.approx(length / (4 * w_bound), rel=1e-12)
    assert in_v + in_w == pytest.approx(bounds.v, rel=1e-12)
    along = v_bound * SMALL.v / length  # v moves along v*, and w by little where v is along v*
    in_v = steepness(np.stack([along, 0 * along]), np.stack([ahead, ahead]), SMALL)[1]
    turned = w_bound * np.array([[0.0, 1.0, 0.0], [math.sin(1e-6), math.cos(1e-6), 0.0]])
    in_w = steepness(np.stack([along, along]), turned, SMALL)[1]
    assert in_v == pytest.approx(length / (2 * math.pi * w_bound), rel=1e-12)
    assert in_w == pytest.approx(v_bound * length / (2 * math.pi * w_bound**2), rel=1e-6)
    assert in_v + in_w == pytest.approx(bounds.w, rel=1e-6)


@pytest.mark.result("lem-lipschitz")
def test_in_the_half_plane_the_gradient_changes_as_an_inversion_does():
    rng = np.random.default_rng(49)
    w = rng.standard_normal((2, 500, 3))
    w[..., 1], w[..., 2] = np.abs(w[..., 1]), 0.0
    grad = ste.population_gradient(V, w, SMALL)[1]
    length = np.linalg.norm(w, axis=-1)
    wanted = abs(V @ SMALL.v) * np.linalg.norm(w[0] - w[1], axis=-1)
    wanted /= 2 * math.pi * length[0] * length[1]
    assert np.allclose(np.linalg.norm(grad[0] - grad[1], axis=-1), wanted, rtol=1e-10)


@pytest.mark.result("lem-lipschitz")
def test_no_lipschitz_constant_holds_across_a_kink():
    still = np.stack([V, V])
    for gap in (1e-2, 1e-4, 1e-6):
        across = np.array([[1.0, gap, 0.0], [1.0, -gap, 0.0]])
        steep = steepness(still, across, SMALL)[1]
        assert steep == pytest.approx(abs(V @ SMALL.v) / (2 * math.pi * gap), rel=2e-4)
        # around the axis, at one angle: the rate is |d| cot(theta)/(2 pi |w|^2)
        around = np.array([[1.0, gap, 0.0], [1.0, gap * math.cos(0.1), gap * math.sin(0.1)]])
        rate = abs(V @ SMALL.v) / (2 * math.pi * gap) / (1 + gap**2)
        assert steepness(still, around, SMALL)[1] == pytest.approx(rate, rel=1e-6)


@pytest.mark.parametrize("bad", [0.0, -1.0, math.nan, math.inf, "1", None])
def test_bounds_must_be_positive(bad):
    with pytest.raises(ValueError, match="v_bound: expected a finite number > 0"):
        lipschitz_constants(DEMO, bad, 1.0)
    with pytest.raises(ValueError, match="w_bound: expected a finite number > 0"):
        lipschitz_constants(DEMO, 1.0, bad)
    with pytest.raises(ValueError, match="teacher: expected a Teacher"):
        lipschitz_constants(bad, 1.0, 1.0)


# --- At w = 0 -------------------------------------------------------------------------------------


@pytest.mark.result("prop-origin")
@SETTINGS
@given(points())
def test_the_margin_is_the_least_loss_of_an_angle_over_that_at_zero(point):
    v, _, teacher = point
    losses = [ste.population_loss(v, at_angle(teacher, theta), teacher) for theta in (0, math.pi)]
    at_zero = ste.population_loss(v, np.zeros(teacher.n), teacher)
    margin = origin_margin(v, teacher)
    assert margin == pytest.approx(min(losses) - at_zero, abs=1e-13 * (1 + v @ v + teacher.N))
    assert at_zero > 0.0 == ste.population_loss(teacher.v, teacher.w, teacher)  # never a global one
    # the two ellipsoids around v* and the spurious v, both through v = 0
    ends = ste.best_v([0.0, math.pi], teacher)
    away = [np.sum((v - end) ** 2) + (v - end).sum() ** 2 for end in ends]
    zero = [np.sum(end**2) + end.sum() ** 2 for end in ends]
    assert margin == pytest.approx(min(np.subtract(away, zero)) / 8, abs=1e-12 * (1 + v @ v))


@pytest.mark.result("prop-origin")
@SETTINGS
@given(teachers(least_inputs=2), st.data(), st.integers(0, 2**32 - 1))
def test_where_the_origin_is_a_local_minimizer(teacher, data, seed):
    v = data.draw(vectors(teacher.m))
    margin = origin_margin(v, teacher)
    assume(abs(margin) > 1e-3)
    rng = np.random.default_rng(seed)
    size = 1e-4 / (1 + np.linalg.norm(v) + np.linalg.norm(teacher.v)) / teacher.m
    near = v + size * rng.standard_normal((400, teacher.m))
    small = size * rng.standard_normal((400, teacher.n))
    small[0], small[1], small[2] = size * teacher.w, -size * teacher.w, 0.0
    excess = ste.population_loss(near, small, teacher) - ste.population_loss(
        v, np.zeros(teacher.n), teacher
    )
    assert np.all(excess >= 0) == (margin > 0)
    assert excess[2] == 0.0  # not strict: f(., 0) is one constant


@pytest.mark.result("prop-origin")
@pytest.mark.parametrize("layer", [[1.0, -0.5, 0.8, 0.3], [1.0, -1.0], [2.0]])
def test_on_the_border_the_origin_is_none(layer):
    """At v = 0, and at 2 v* on the ellipsoid around v*: lower values are as near as you like."""
    teacher = ste.Teacher(layer, [1.0, 0.0])
    for v in (np.zeros(teacher.m), 2.0 * teacher.v):
        assert origin_margin(v, teacher) == pytest.approx(0.0, abs=1e-12)
        inwards = v + 1e-6 * (teacher.v - v)
        assert origin_margin(inwards, teacher) < -1e-7


def test_margin_broadcasts_and_refuses():
    assert origin_margin(np.ones((3, 2, 4)), DEMO).shape == (3, 2)
    with pytest.raises(ValueError, match=r"v: expected shape \(\.\.\., 4\)"):
        origin_margin([1.0, 2.0], DEMO)
    with pytest.raises(ValueError, match="teacher: expected a Teacher"):
        origin_margin([1.0, 2.0], [1.0, 2.0])


def test_with_one_input_the_global_minimizer_is_that_of_the_teacher():
    top = ste.critical_points(ste.Teacher([1.0, 0.5], [2.0])).global_minimizer
    assert (top.theta, top.loss, top.v.tolist()) == (0.0, 0.0, [1.0, 0.5])
