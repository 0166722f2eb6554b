"""Expected coarse gradients and their correlation with the true gradient.

Against the 40-digit oracle, against Monte Carlo, and by the theorems.
"""

import math

import numpy as np
import oracle
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from scipy.integrate import quad
from strategies import SETTINGS, bumps, points, proxies, rotations, steps, teachers

import ste
from ste._normal import K, erf
from ste.gradients import of_sums, over_rows
from ste.zoo.elsewhere import ZOO

LOPSIDED = ste.Estimator("lopsided", lambda x: np.exp(-np.square(x - 0.3)) * (1 + 0.5 * np.tanh(x)))
PAPER = (ste.IDENTITY, ste.RELU, ste.CLIPPED_RELU)


# --- Accuracy ------------------------------------------------------------------------------------


@pytest.mark.result("thm-coarse-gradient", "thm-clipped-relu")
@pytest.mark.parametrize(("estimator", "moments"), oracle.CLOSED_FORMS)
def test_closed_forms_against_the_oracle(estimator, moments):
    sweep = [*oracle.cases(72, seed=3), *oracle.cases(24, seed=4, angles=oracle.PARALLEL)]
    worst = max(oracle.expected_gradient_w_error(case, estimator, moments) for case in sweep)
    assert worst < 1e-13


@pytest.mark.result("thm-any-proxy")
@pytest.mark.parametrize(("estimator", "moments"), oracle.CLOSED_FORMS)
def test_quadrature_against_the_oracle(estimator, moments):
    plain = oracle.without_closed_form(estimator)
    sweep = [*oracle.cases(24, seed=5), *oracle.cases(12, seed=6, angles=oracle.PARALLEL)]
    assert max(oracle.expected_gradient_w_error(case, plain, moments) for case in sweep) < 1e-10


def test_grad_v_against_the_oracle():
    assert max(map(oracle.gradient_v_error, oracle.cases(72, seed=7))) < 1e-13


@pytest.mark.parametrize(("estimator", "moments"), oracle.CLOSED_FORMS[:3])
def test_inner_product_against_the_oracle(estimator, moments):
    sweep = oracle.cases(36, seed=8)
    assert max(oracle.inner_error(case, estimator, moments) for case in sweep) < 1e-13


# --- Monte Carlo ---------------------------------------------------------------------------------

#: Three components of each of the comparisons below: |error| > 4.5 standard errors has a chance
#: of 7e-6 each, so of about 1 in 1000 in all, had the seeds not been fixed.
STANDARD_ERRORS = 4.5
SAMPLES = 200_000


@pytest.mark.result("thm-coarse-gradient", "thm-any-proxy")
@pytest.mark.parametrize("estimator", [*PAPER, ste.leaky_relu(0.2), LOPSIDED], ids=lambda e: e.name)
@pytest.mark.parametrize("seed", range(5))
def test_expectation_is_what_samples_average_to(estimator, seed):
    rng = np.random.default_rng(seed)
    teacher = ste.Teacher(rng.standard_normal(2 + seed % 3), rng.standard_normal(3))
    v, w = rng.standard_normal(teacher.m), rng.standard_normal(3) * 10.0 ** rng.uniform(-1, 1)
    mean, error = ste.monte_carlo_gradient(v, w, teacher, estimator, SAMPLES, seed)
    exact = ste.expected_coarse_gradient(v, w, teacher, estimator)[1]
    assert np.all(np.abs(mean - exact) < STANDARD_ERRORS * error)
    # a test that could not fail would have huge errors
    assert np.all(error < 0.02 * (v @ v + np.abs(v).sum() * np.abs(teacher.v).sum()))


@pytest.mark.parametrize("seed", range(5))
def test_loss_and_grad_v_are_what_samples_average_to(seed):
    rng = np.random.default_rng(seed)
    teacher = ste.Teacher(rng.standard_normal(3), rng.standard_normal(3))
    v, w = rng.standard_normal(3), rng.standard_normal(3)
    Z = rng.standard_normal((SAMPLES, 3, 3))
    pairs = (
        (ste.sample_loss(v, w, Z, teacher), ste.population_loss(v, w, teacher)),
        (
            ste.coarse_gradient(v, w, Z, teacher, ste.RELU)[0],
            ste.expected_coarse_gradient(v, w, teacher, ste.RELU)[0],
        ),
    )
    for sampled, exact in pairs:
        error = sampled.std(axis=0, ddof=1) / math.sqrt(SAMPLES)
        assert np.all(np.abs(sampled.mean(axis=0) - exact) < STANDARD_ERRORS * error)


@pytest.mark.result("thm-any-proxy")
@SETTINGS
@given(points(), st.one_of(proxies, st.sampled_from(ZOO)))
def test_both_forms_of_the_bracket(point, estimator):
    v, w, teacher = point
    unit = w / np.linalg.norm(w)
    moments = estimator.moments(np.linalg.norm(w), plane_angle(w, teacher))
    d, total, square = v @ teacher.v, v.sum(), v @ v
    h = square + total**2 - total * teacher.s + d
    rest = moments.alpha / 2 * (total**2 - square) - moments.alpha / 2 * (total * teacher.s - d)
    first = square * moments.a_plus + rest - d * moments.b_x
    other = square * moments.a_minus + moments.alpha / 2 * h - d * moments.b_x
    got = ste.expected_coarse_gradient(v, w, teacher, estimator)[1] @ unit
    scale = 1 + square + np.abs(v).sum() * np.abs(teacher.v).sum()
    assert first == pytest.approx(other, abs=1e-12 * scale)
    assert got == pytest.approx(first, abs=1e-11 * scale)


# --- The paper's formulas ------------------------------------------------------------------------


@pytest.mark.result("thm-coarse-gradient")
@SETTINGS
@given(points(off_kinks=True))
def test_formulas_of_the_paper(point):
    """ReLU (Lemma 4) and identity (Lemma 8), written as the paper writes them."""
    v, w, teacher = point
    u, d = w / np.linalg.norm(w), v @ teacher.v
    theta = math.acos(np.clip(u @ teacher.w, -1, 1))
    h = v @ v + v.sum() ** 2 - v.sum() * teacher.s + d
    bisector = (u + teacher.w) / np.linalg.norm(u + teacher.w)
    relu = K * h / 2 * u - math.cos(theta / 2) * d * K * bisector
    identity = K * (v @ v * u - d * teacher.w)
    for estimator, wanted in ((ste.RELU, relu), (ste.IDENTITY, identity)):
        grad_w = ste.expected_coarse_gradient(v, w, teacher, estimator)[1]
        assert np.allclose(grad_w, wanted, atol=1e-12)


@pytest.mark.result("thm-correlation")
@SETTINGS
@given(points(off_kinks=True))
def test_inner_products_of_the_paper(point):
    v, w, teacher = point
    rho, d = np.linalg.norm(w), v @ teacher.v
    assume(abs(d) > 1e-6)
    sin = np.linalg.norm(teacher.w - (teacher.w @ w / rho**2) * w)
    identity, relu, clipped = (ste.correlation(*point, mu).inner for mu in PAPER)
    assert relu == pytest.approx(K**3 / 2 * sin * d**2 / rho, rel=1e-9)
    assert identity == pytest.approx(2 * relu, rel=1e-13)
    assert clipped == pytest.approx(relu * erf(1 / (math.sqrt(2) * rho * sin)), rel=1e-9)


def test_the_double_sum_over_rows_is_that_of_steps_unless_more_is_said():
    """At E[sigma] = E[tau] = 1/2 and c = v the coefficient of u in the theorem."""
    rng = np.random.default_rng(8)
    v, v_star = rng.standard_normal((2, 4))
    same, star, other = rng.standard_normal(3)
    d, s_v, s, square = v @ v_star, v.sum(), v_star.sum(), v @ v
    wanted = square * same + (s_v**2 - square) * other / 2 - d * star - (s_v * s - d) * other / 2
    got = over_rows(v, v, v_star, same=same, star=star, other=other)
    assert got == pytest.approx(wanted, rel=1e-12)
    assert of_sums(square, d, s_v, s_v, s, same, star, other) == pytest.approx(wanted, rel=1e-12)


# --- Correlation ---------------------------------------------------------------------------------


@pytest.mark.result("thm-any-correlation")
@SETTINGS
@given(points(), proxies)
def test_every_non_negative_proxy_correlates_non_negatively(point, estimator):
    got = ste.correlation(*point, estimator)
    assert got.inner >= 0.0
    assert np.isnan(got.cosine) or 0.0 <= got.cosine <= 1.0
    assert np.isnan(got.angle) or 0.0 <= got.angle <= math.pi / 2


@pytest.mark.result("thm-any-correlation")
@SETTINGS
@given(points(off_kinks=True), st.one_of(bumps(), st.sampled_from(PAPER)))
def test_a_positive_proxy_correlates_strictly_off_the_kinks(point, estimator):
    assume(abs(point.v @ point.teacher.v) > 1e-6)
    assert ste.correlation(*point, estimator).inner > 0.0


@pytest.mark.result("thm-any-correlation")
@SETTINGS
@given(points(off_kinks=True), proxies)
def test_correlation_belongs_to_the_two_gradients(point, estimator):
    v, w, teacher = point
    assume(abs(v @ teacher.v) > 1e-3)
    coarse = ste.expected_coarse_gradient(v, w, teacher, estimator)[1]
    true = ste.population_gradient(v, w, teacher)[1]
    lengths = np.linalg.norm(coarse) * np.linalg.norm(true)
    got = ste.correlation(v, w, teacher, estimator)
    assert got.inner == pytest.approx(coarse @ true, abs=1e-12 * lengths)
    assume(np.linalg.norm(coarse) > 1e-6)
    assert got.cosine == pytest.approx(coarse @ true / lengths, abs=1e-8)
    assert math.cos(got.angle) == pytest.approx(got.cosine, abs=1e-12)


@pytest.mark.result("thm-any-correlation")
@pytest.mark.parametrize("rho", [0.3, 1.0, 4.0])
@pytest.mark.parametrize("theta", [0.2, 1.3, 2.8])
@pytest.mark.parametrize("estimator", [LOPSIDED, *ZOO[1:3]], ids=lambda e: e.name)
def test_the_two_forms_of_the_tangential_moment(estimator, theta, rho):
    """E[mu'(rho X) phi(X cot theta)], and k sin(theta) E[mu'(rho sin(theta) X)]: scipy's quad."""

    def mean(f):
        return quad(lambda x: f(x) * K * math.exp(-x * x / 2), -12, 12, points=[0.0], limit=200)[0]

    def slope(x):
        return float(estimator.evaluate(x))

    by_definition = mean(lambda x: slope(rho * x) * K * math.exp(-((x / math.tan(theta)) ** 2) / 2))
    narrow = K * math.sin(theta) * mean(lambda x: slope(rho * math.sin(theta) * x))
    assert by_definition == pytest.approx(narrow, rel=1e-8)
    got = estimator.moments(rho, theta).b_y_over_sin * math.sin(theta)
    assert got == pytest.approx(by_definition, rel=1e-8)


def test_a_small_angle_keeps_its_digits():
    """v chosen so that the radial part is a tiny share of the coarse gradient."""
    teacher = ste.Teacher([1.0], [1.0, 0.0])
    theta = math.pi / 2 - 1e-11
    v, w = [math.cos(theta) * (1 + 1e-3)], [math.cos(theta), math.sin(theta)]
    radial = v[0] ** 2 - v[0] * math.cos(theta)
    wanted = radial / (v[0] * math.sin(theta))
    got = ste.correlation(v, w, teacher, ste.IDENTITY).angle
    assert 0 < wanted < 1e-13
    assert got == pytest.approx(wanted, rel=1e-2)


@pytest.mark.parametrize("w", [[2.0, 0.0], [-3.0, 0.0]])
def test_correlation_is_undefined_on_the_kinks(w):
    got = ste.correlation([1.0, 0.3], w, ste.Teacher([1.0, 1.0], [1.0, 0.0]), ste.RELU)
    assert got.inner == 0.0 and np.isnan(got.cosine) and np.isnan(got.angle)


def test_correlation_is_undefined_where_v_is_orthogonal_to_the_teacher():
    got = ste.correlation([1.0, -1.0], [1.0, 2.0], ste.Teacher([1.0, 1.0], [1.0, 0.0]), ste.RELU)
    assert got.inner == 0.0 and np.isnan(got.cosine) and np.isnan(got.angle)


# --- One-sidedness -------------------------------------------------------------------------------

ONE_SIDED = st.one_of(proxies, steps(), bumps())


@SETTINGS
@given(teachers(least_inputs=2), ONE_SIDED, st.floats(-2, 2), st.integers(0, 2**32 - 1))
def test_coarse_gradient_at_the_critical_points_sees_the_negative_side_only(
    teacher, estimator, log_rho, seed
):
    points = ste.critical_points(teacher)
    assume(points.spurious is not None)
    rng, rho = np.random.default_rng(seed), 10.0**log_rho
    scale = teacher.N * (1 + np.sqrt(teacher.m)) * 10
    a_minus = estimator.moments(rho, np.pi).a_minus

    u = -teacher.w
    grad_v, grad_w = ste.expected_coarse_gradient(points.spurious.v, rho * u, teacher, estimator)
    m, s = teacher.m, teacher.s
    assert np.allclose(grad_v, 0.0, atol=1e-14 * scale)
    assert np.allclose(grad_w, 2 * (m - 1) * s**2 / (m + 1) ** 2 * a_minus * u, atol=1e-12 * scale)

    v, w = points.saddle.v, oracle.rotated(teacher, points.saddle.theta, rho, rng)
    grad_v, grad_w = ste.expected_coarse_gradient(v, w, teacher, estimator)
    assert np.allclose(grad_v, 0.0, atol=1e-14 * scale)
    assert np.allclose(grad_w, v @ v * a_minus * w / rho, atol=1e-12 * scale)


@pytest.mark.result("thm-residuals")
@SETTINGS
@given(teachers(), ONE_SIDED, st.floats(-2, 2))
def test_every_proxy_vanishes_at_the_global_minimizer(teacher, estimator, log_rho):
    at = teacher.v, 10.0**log_rho * teacher.w, teacher
    for part in ste.expected_coarse_gradient(*at, estimator):
        assert np.allclose(part, 0.0, atol=1e-12 * teacher.N * teacher.m)


# --- Symmetry and shapes -------------------------------------------------------------------------


@SETTINGS
@given(points(), proxies, st.data())
def test_rotations_turn_the_gradients_along(point, estimator, data):
    v, w, teacher = point
    turn = data.draw(rotations(teacher.n))
    turned = v, turn @ w, ste.Teacher(teacher.v, turn @ teacher.w)
    scale = 1 + v @ v + np.abs(v).sum() * np.abs(teacher.v).sum()
    grad_v, grad_w = ste.expected_coarse_gradient(*point, estimator)
    other_v, other_w = ste.expected_coarse_gradient(*turned, estimator)
    assert np.allclose(other_v, grad_v, atol=1e-12 * scale)
    assert np.allclose(other_w, turn @ grad_w, atol=1e-11 * scale)
    inner, other = (ste.correlation(*at, estimator).inner for at in (point, turned))
    assert other == pytest.approx(inner, abs=1e-9 * (scale**2 / np.linalg.norm(w)))


@SETTINGS
@given(points(), proxies, st.data())
def test_hidden_units_may_be_permuted(point, estimator, data):
    v, w, teacher = point
    order = data.draw(st.permutations(range(teacher.m)))
    other = v[order], w, ste.Teacher(teacher.v[order], teacher.w)
    grad_v, grad_w = ste.expected_coarse_gradient(*point, estimator)
    other_v, other_w = ste.expected_coarse_gradient(*other, estimator)
    assert np.allclose(other_v, grad_v[order], atol=1e-13)
    assert np.allclose(other_w, grad_w, atol=1e-12)


@SETTINGS
@given(points(), st.sampled_from([ste.IDENTITY, ste.RELU]), st.floats(1e-3, 1e3))
def test_identity_and_relu_do_not_see_the_length_of_w(point, estimator, factor):
    v, w, teacher = point
    short, long = (ste.expected_coarse_gradient(v, x, teacher, estimator) for x in (w, factor * w))
    for one, other in zip(short, long, strict=True):
        assert np.allclose(one, other, atol=1e-13)


@pytest.mark.result("cor-linear")
@SETTINGS
@given(points(), proxies, proxies, st.floats(-2.0, 2.0))
def test_coarse_gradient_is_linear_in_the_proxy(point, one, other, factor):
    together = ste.expected_coarse_gradient(*point, one + factor * other)[1]
    first, second = (ste.expected_coarse_gradient(*point, mu)[1] for mu in (one, other))
    assert np.allclose(together, first + factor * second, atol=1e-9)


@pytest.mark.result("cor-linear")
@SETTINGS
@given(points(), st.floats(-1.0, 2.0))
def test_leaky_relu_is_identity_and_relu_mixed(point, slope):
    """Its own integrals by quadrature, against the formulas of the other two."""
    leaky = ste.Estimator("leaky", lambda x: np.where(x > 0, 1.0, slope), (0.0,))
    got = ste.expected_coarse_gradient(*point, leaky)[1]
    identity, relu = (ste.expected_coarse_gradient(*point, mu)[1] for mu in PAPER[:2])
    assert np.allclose(got, slope * identity + (1 - slope) * relu, atol=1e-10)
    assert np.allclose(ste.expected_coarse_gradient(*point, ste.leaky_relu(slope))[1], got)


@pytest.mark.parametrize("estimator", [*PAPER, LOPSIDED], ids=lambda e: e.name)
def test_broadcasting_equals_looping(estimator):
    rng = np.random.default_rng(9)
    teacher = ste.Teacher(rng.standard_normal(3), rng.standard_normal(4))
    v, w = rng.standard_normal((2, 1, 3)), rng.standard_normal((5, 4))
    w[2] = -teacher.w
    grad_v, grad_w = ste.expected_coarse_gradient(v, w, teacher, estimator)
    together = ste.correlation(v, w, teacher, estimator)
    assert (grad_v.shape, grad_w.shape, together.inner.shape) == ((2, 5, 3), (2, 5, 4), (2, 5))
    for i, j in np.ndindex(2, 5):
        at = v[i, 0], w[j], teacher, estimator
        one_v, one_w = ste.expected_coarse_gradient(*at)
        assert np.allclose(grad_v[i, j], one_v, atol=1e-14)
        assert np.allclose(grad_w[i, j], one_w, atol=1e-13)
        for got, wanted in zip(together, ste.correlation(*at), strict=True):
            assert np.allclose(got[i, j], wanted, atol=1e-13, equal_nan=True)


def test_one_input_knows_two_angles_only():
    teacher = ste.Teacher([1.0, 2.0], [-3.0])
    grad_v, grad_w = ste.expected_coarse_gradient([1.0, 2.0], [-5.0], teacher, ste.IDENTITY)
    assert np.allclose(grad_v, 0.0) and np.allclose(grad_w, 0.0)
    grad_w = ste.expected_coarse_gradient([1.0, 2.0], [5.0], teacher, ste.IDENTITY)[1]
    assert grad_w == pytest.approx([10 * K])


@pytest.mark.result("cor-constants")
def test_relu_bound_needs_bounded_norm():
    """|E[g]|^2 <= A (|df/dv|^2 + <E[g], df/dw>) fails for ReLU as |w| grows (see the errata page).

    At the best v the part df/dv is zero; the left side does not change with |w|, the right side
    falls as 1/|w|. Clipped ReLU keeps a bounded ratio.
    """
    teacher = ste.Teacher(v=[1.0, -0.5, 0.8, 0.3], w=[1.0, 0.0])
    theta, lengths = 1.0, np.array([1.0, 10.0, 100.0, 1000.0])
    v = ste.best_v(theta, teacher)
    w = lengths[:, None] * np.array([np.cos(theta), np.sin(theta)])

    def ratio(estimator):
        grad_v, grad_w = ste.expected_coarse_gradient(v, w, teacher, estimator)
        np.testing.assert_allclose(grad_v, 0.0, atol=1e-15)
        return np.square(grad_w).sum(axis=-1) / ste.correlation(v, w, teacher, estimator).inner

    np.testing.assert_allclose(ratio(ste.RELU) / ratio(ste.RELU)[0], lengths, rtol=1e-12)
    assert ratio(ste.CLIPPED_RELU).max() < 3 * ratio(ste.CLIPPED_RELU)[0]


@pytest.mark.result("cor-constants")
def test_short_v_leave_relu_a_bound_for_all_lengths():
    """Why C_v >= |v*|: no best v is as short as 0.63, so df/dv stays away from 0 below that."""
    teacher = ste.Teacher(v=[1.0, -0.5, 0.8, 0.3], w=[1.0, 0.0])
    best = ste.best_v(np.linspace(0.0, math.pi, 500), teacher)
    assert np.linalg.norm(best, axis=1).min() > 0.63
    assert np.linalg.norm(ste.best_v(0.1, teacher)) < math.sqrt(teacher.N)  # C_v = |v*| is enough
    rng = np.random.default_rng(5)
    v, theta = rng.standard_normal((2000, 4)), rng.uniform(0.0, math.pi, 2000)
    v *= 0.3 / np.linalg.norm(v, axis=1, keepdims=True)
    w = np.stack([np.cos(theta), np.sin(theta)], axis=-1) * 10.0 ** rng.uniform(-3, 9, (2000, 1))
    grad_v, grad_w = ste.expected_coarse_gradient(v, w, teacher, ste.RELU)
    assert np.all(np.sum(grad_w**2, axis=-1) < 0.1 * np.sum(grad_v**2, axis=-1))


# --- The tangential part, the radial part, the bound --------------------------------------------

#: One-sided, non-negative and not increasing on x > 0: what the bound asks for.
FALLING = st.one_of(
    st.sampled_from([ste.RELU, ste.CLIPPED_RELU, ste.get_estimator("log_tailed_relu")]),
    st.floats(0.1, 5.0).map(ste.clipped_relu),
    st.floats(0.1, 5.0).map(
        lambda width: ste.Estimator(
            "falling", lambda x: (x > 0) * np.exp(-np.maximum(x, 0.0) / width), (0.0,)
        )
    ),
)


def near_critical(seed, count=400, m=4):
    """Students at distances 1e-9 to 10 from the best v, with theta down to 1e-6 off the axis."""
    rng = np.random.default_rng(seed)
    teacher = ste.Teacher(rng.standard_normal(m) + rng.standard_normal(), rng.standard_normal(3))
    small = 10.0 ** rng.uniform(-6, 0, count)
    theta = np.choose(
        rng.integers(0, 3, count), [rng.uniform(0, np.pi, count), small, np.pi - small]
    )
    side = rng.standard_normal((count, 3))
    side -= (side @ teacher.w)[:, None] * teacher.w
    side /= np.linalg.norm(side, axis=1, keepdims=True)
    w = np.cos(theta)[:, None] * teacher.w + np.sin(theta)[:, None] * side
    w *= 10.0 ** rng.uniform(-3, 3, (count, 1))
    far = 10.0 ** rng.uniform(-9, 1, (count, 1))
    return ste.best_v(theta, teacher) + far * rng.standard_normal((count, m)), w, teacher


@pytest.mark.result("cor-area")
@SETTINGS
@given(points(off_kinks=True), proxies)
def test_the_tangential_part_is_the_true_gradient_times_an_area(point, estimator):
    """The area under mu' through a window of width rho sin(theta), by the trapezoid rule."""
    _, w, teacher = point
    coarse = ste.expected_coarse_gradient(*point, estimator)[1]
    true = ste.population_gradient(*point)[1]
    u = w / np.linalg.norm(w)
    width = np.linalg.norm(w) * np.linalg.norm(teacher.w - (teacher.w @ u) * u)
    x = np.linspace(-12 * width, 12 * width, 200_001)
    window = np.exp(-np.square(x / width) / 2)
    values = estimator.evaluate(x) * window
    area = float(np.sum(0.5 * (values[1:] + values[:-1])) * (x[1] - x[0]))
    jumps = len(estimator.breakpoints) + 1
    slack = 1e-9 + 3 * jumps * (x[1] - x[0]) * np.linalg.norm(true)
    assert np.allclose(coarse - (coarse @ u) * u, area * true, atol=slack)


@pytest.mark.result("prop-radial")
@SETTINGS
@given(points(), st.one_of(proxies, st.sampled_from(ZOO)))
def test_the_radial_part_in_terms_of_the_gradient_in_v(point, estimator):
    v, w, teacher = point
    grad_v, grad_w = ste.expected_coarse_gradient(*point, estimator)
    rho = np.linalg.norm(w)
    theta = 2 * math.atan2(np.linalg.norm(w / rho - teacher.w), np.linalg.norm(w / rho + teacher.w))
    moments = estimator.moments(rho, theta)
    gap = moments.alpha * (1 - theta / math.pi) - moments.b_x
    wanted = v @ v * moments.a_minus + 2 * moments.alpha * (v @ grad_v) + v @ teacher.v * gap
    scale = 1 + v @ v + np.abs(v).sum() * np.abs(teacher.v).sum()
    assert grad_w @ w / rho == pytest.approx(wanted, abs=1e-11 * scale)


@pytest.mark.result("lem-gap")
@SETTINGS
@given(FALLING, st.floats(-3, 3), st.floats(-7, 0), st.booleans())
def test_the_gap_is_no_larger_than_b_y(estimator, log_rho, log_share, left):
    theta = math.pi / 2 * 10.0**log_share
    theta = math.pi - theta if left else theta
    moments = estimator.moments(10.0**log_rho, theta)
    b_y = math.sin(theta) * moments.b_y_over_sin
    gap = moments.alpha * (1 - theta / math.pi) - moments.b_x
    assert abs(gap) <= b_y + 1e-14
    assert moments.alpha * math.sin(theta) <= 2 * b_y + 1e-14


@pytest.mark.result("lem-gap")
@pytest.mark.parametrize("estimator", [ste.RELU, ste.CLIPPED_RELU], ids=lambda e: e.name)
def test_the_gap_of_the_paper_s_proxies_at_every_angle(estimator):
    theta, rho = np.linspace(0.0, math.pi, 181), np.array([[0.01], [1.0], [100.0]])
    moments = estimator.moments(rho, theta)
    gap = moments.alpha * (1 - theta / math.pi) - moments.b_x
    assert np.all(np.abs(gap) <= np.sin(theta) * moments.b_y_over_sin + 1e-15)


def test_the_gap_of_relu_comes_near_two_over_pi():
    """So lem-gap loses no more than a factor pi/2."""
    moments = ste.RELU.moments(1.0, 1e-4)
    gap = moments.alpha * (1 - 1e-4 / math.pi) - moments.b_x
    assert -gap / (math.sin(1e-4) * moments.b_y_over_sin) == pytest.approx(2 / math.pi, rel=1e-3)


@pytest.mark.result("thm-bound")
@pytest.mark.parametrize(
    "estimator", [ste.RELU, ste.CLIPPED_RELU, ste.clipped_relu(0.2)], ids=lambda e: e.name
)
@pytest.mark.parametrize("seed", range(8))
def test_the_bound_holds_also_near_critical_points(estimator, seed):
    v, w, teacher = near_critical(seed)
    grad_v, grad_w = ste.expected_coarse_gradient(v, w, teacher, estimator)
    square = np.sum(np.square(grad_w), axis=-1)
    bound = ste.gradient_bound(v, w, teacher, estimator)
    rounding = 1e-26 * (1 + np.sum(np.square(v), axis=-1) + teacher.N) ** 2
    assert np.all(square <= bound + rounding)
    # a bound that is never within a factor 10 would say little
    assert np.max(square / bound) > 0.1

    inner = ste.correlation(v, w, teacher, estimator).inner
    rho = np.linalg.norm(w, axis=-1)
    moments = estimator.moments(rho, plane_angle(w, teacher))
    felt = 8 * np.square(moments.alpha) * np.sum(np.square(v), -1) * np.sum(np.square(grad_v), -1)
    b_y = moments.b_y_over_sin * np.sin(plane_angle(w, teacher))
    assert np.allclose(bound, felt + 6 * np.pi * rho * b_y * inner, rtol=1e-6, atol=rounding)


def plane_angle(w, teacher):
    unit = w / np.linalg.norm(w, axis=-1, keepdims=True)
    apart = np.linalg.norm(unit - teacher.w, axis=-1)
    return 2 * np.arctan2(apart, np.linalg.norm(unit + teacher.w, axis=-1))


@pytest.mark.result("thm-bound")
@SETTINGS
@given(points(), FALLING)
def test_the_bound_holds_for_other_falling_proxies_and_on_the_axis(point, estimator):
    v, w, teacher = point
    for filter_ in (w, 2.5 * teacher.w, -0.3 * teacher.w):
        grad_w = ste.expected_coarse_gradient(v, filter_, teacher, estimator)[1]
        bound = ste.gradient_bound(v, filter_, teacher, estimator)
        rounding = 1e-20 * (1 + v @ v + teacher.N) ** 2
        assert grad_w @ grad_w <= bound * (1 + 1e-9) + rounding


@pytest.mark.result("cor-constants")
@pytest.mark.parametrize("seed", range(4))
def test_the_constants_of_the_bound(seed):
    """(4/pi) |v|^2 before |df/dv|^2, and 3 (clipped) or 3 pi k |w| (ReLU) before the product."""
    v, w, teacher = near_critical(seed)
    rho = np.linalg.norm(w, axis=-1)
    for estimator, felt in ((ste.RELU, 3 * math.pi * K * rho), (ste.CLIPPED_RELU, 3.0)):
        grad_v, grad_w = ste.expected_coarse_gradient(v, w, teacher, estimator)
        first = 4 / math.pi * np.sum(np.square(v), -1) * np.sum(np.square(grad_v), -1)
        second = felt * ste.correlation(v, w, teacher, estimator).inner
        rounding = 1e-26 * (1 + np.sum(np.square(v), axis=-1) + teacher.N) ** 2
        assert np.all(np.sum(np.square(grad_w), axis=-1) <= first + second + rounding)
        bound = ste.gradient_bound(v, w, teacher, estimator)
        assert np.all(bound <= (first + second) * (1 + 1e-9) + rounding)


def ratio_at_best_v(theta, estimator, teacher, rho=1.0):
    """|E[g]|^2 over <E[g], df/dw>, where df/dv = 0."""
    v = ste.best_v(theta, teacher)
    w = rho * np.array([math.cos(theta), math.sin(theta)])
    grad_v, grad_w = ste.expected_coarse_gradient(v, w, teacher, estimator)
    assert np.allclose(grad_v, 0.0, atol=1e-15)
    return float(grad_w @ grad_w / ste.correlation(v, w, teacher, estimator).inner)


FOUR = ste.Teacher(v=[1.0, -0.5, 0.8, 0.3], w=[1.0, 0.0])


@pytest.mark.result("prop-no-bound")
@pytest.mark.parametrize(
    "estimator",
    [ste.IDENTITY, ste.leaky_relu(0.01), *(e for e in ZOO if e.name != "log_tailed_relu")],
    ids=lambda e: e.name,
)
def test_no_bound_for_proxies_that_look_to_the_left(estimator):
    """Near the spurious minimizer the ratio grows as 1/(pi - theta), without end."""
    gaps = np.array([1e-2, 1e-4, 1e-5])
    ratios = np.array([ratio_at_best_v(math.pi - gap, estimator, FOUR) for gap in gaps])
    m, s = FOUR.m, FOUR.s
    left_over = 2 * (m - 1) * s**2 / (m + 1) ** 2 * estimator.moments(1.0, math.pi).a_minus
    spurious = ste.critical_points(FOUR).spurious.v @ FOUR.v
    level = estimator.moments(1.0, math.pi).b_y_over_sin
    limit = left_over**2 * 2 * math.pi / (spurious**2 * level)
    np.testing.assert_allclose(ratios[1:] * gaps[1:], limit, rtol=0.05)
    assert ratio_at_best_v(math.pi - 1e-4, ste.RELU, FOUR) < 1e-3


@pytest.mark.result("prop-late-window")
@pytest.mark.parametrize("rho", [0.7, 1.0, 2.0])
def test_one_sided_is_not_enough_for_the_bound(rho):
    """The window 1 < x < 2 is one-sided; towards theta = 0 the ratio has no bound."""
    late = ste.Estimator("late", lambda x: ((x > 1) & (x < 2)).astype(float), (1.0, 2.0))
    for theta in (0.3, 0.2, 0.1, 0.05):
        moments = late.moments(rho, theta)
        ratio = ratio_at_best_v(theta, late, FOUR, rho)
        growth = math.exp(0.5 / (rho * math.sin(theta)) ** 2)
        assert ratio > (theta / math.pi * moments.alpha) ** 2 * growth / 2
    assert ratio > (1e80 if rho <= 1.0 else 1e15)
    points = ste.critical_points(FOUR)
    for point in (points.global_minimizer, points.saddle, points.spurious):
        w = rho * np.array([math.cos(point.theta), math.sin(point.theta)])
        assert np.allclose(ste.expected_coarse_gradient(point.v, w, FOUR, late)[1], 0, atol=1e-12)


# --- Not the gradient of anything ---------------------------------------------------------------


def circulation(point, estimator, entry, width, factor):
    """Integral of the field around a rectangle in v_entry and |w|, by 40-point Gauss rules."""
    v, w, teacher = point
    nodes, weights = np.polynomial.legendre.leggauss(40)
    share = 0.5 * (nodes + 1)
    step = width * np.eye(teacher.m)[entry]
    rho, u = np.linalg.norm(w), w / np.linalg.norm(w)
    lengths = rho * (1 + (factor - 1) * share)
    along_v = [
        ste.expected_coarse_gradient(v + share[:, None] * step, x, teacher, estimator)[0] @ step
        for x in (w, factor * w)
    ]
    along_w = [
        ste.expected_coarse_gradient(x, lengths[:, None] * u, teacher, estimator)[1] @ u
        for x in (v, v + step)
    ]
    around_v = 0.5 * weights @ (along_v[0] - along_v[1])
    around_w = 0.5 * rho * (factor - 1) * weights @ (along_w[1] - along_w[0])
    return float(around_v + around_w)


@pytest.mark.result("prop-not-a-gradient")
@pytest.mark.parametrize("estimator", [*ste.ESTIMATORS.values()], ids=lambda e: e.name)
@pytest.mark.parametrize("m", [1, 3])
def test_the_field_turns_around_a_rectangle(estimator, m):
    """A gradient has circulation 0 around every loop; this field has the predicted one."""
    rng = np.random.default_rng(m)
    teacher = ste.Teacher(rng.standard_normal(m), [1.0, 0.0, 0.0])
    point = rng.standard_normal(m), np.array([0.4, 0.9, -0.2]), teacher
    found = [circulation(point, estimator, 0, width, 1.5) for width in (-0.7, 0.7)]
    assert np.abs(found).max() > 1e-3
    # second difference in v_0: the coefficient of v_0^2 in the radial part is A_+
    w = point[1]
    rho = np.linalg.norm(w)
    theta = float(plane_angle(w, teacher))
    nodes, weights = np.polynomial.legendre.leggauss(40)
    lengths = rho * (1 + 0.25 * (nodes + 1))
    moments = estimator.moments(lengths, theta)
    mean = 0.5 * weights @ moments.a_plus
    assert sum(found) == pytest.approx(2 * 0.7**2 * mean * 0.5 * rho, rel=1e-8)

    def radial(v):
        d, total = v @ teacher.v, v.sum()
        h = v @ v + total**2 - total * teacher.s + d
        return v @ v * moments.a_minus + moments.alpha * h / 2 - d * moments.b_x

    v = point[0]
    moved = v + np.eye(m)[0] * 0.7
    wanted = 0.5 * rho * 0.5 * weights @ (radial(moved) - radial(v))
    assert found[1] == pytest.approx(wanted, rel=1e-8, abs=1e-12)


@pytest.mark.result("prop-not-a-gradient")
def test_a_proxy_on_the_left_with_one_unit_is_no_gradient_either():
    mirrored = ste.Estimator("mirrored", lambda x: (x < 0).astype(float), (0.0,))
    point = np.array([0.5]), np.array([0.4, 0.9, -0.2]), ste.Teacher([1.3], [1.0, 0.0, 0.0])
    theta = float(plane_angle(point[1], point[2]))
    b_x = mirrored.moments(1.0, theta).b_x
    rise = 0.5 * np.linalg.norm(point[1])
    assert b_x < -0.01
    assert circulation(point, mirrored, 0, 0.7, 1.5) == pytest.approx(-0.7 * 1.3 * b_x * rise)


def test_the_population_gradient_does_not_turn():
    """The same rectangle with the true gradient: its part along u is 0 and df/dv sees no |w|."""
    rng = np.random.default_rng(0)
    teacher = ste.Teacher(rng.standard_normal(3), [1.0, 0.0, 0.0])
    v, w = rng.standard_normal(3), np.array([0.4, 0.9, -0.2])
    grad_v, grad_w = ste.population_gradient(v, w, teacher)
    assert grad_w @ w == pytest.approx(0.0, abs=1e-15)
    assert np.allclose(ste.population_gradient(v, 3.0 * w, teacher)[0], grad_v, atol=1e-15)


# --- The ends ------------------------------------------------------------------------------------


@pytest.mark.result("prop-ends")
@SETTINGS
@given(teachers(least_inputs=2), st.one_of(proxies, st.sampled_from(ZOO)), st.booleans())
def test_the_expected_coarse_gradient_is_continuous_across_the_axis(teacher, estimator, behind):
    """From any side, and with the moments A_+ and -A_- that B_x tends to."""
    rng = np.random.default_rng(0)
    v = rng.standard_normal(teacher.m)
    axis = -0.8 * teacher.w if behind else 0.8 * teacher.w
    at = ste.expected_coarse_gradient(v, axis, teacher, estimator)[1]
    scale = 1 + v @ v + np.abs(v).sum() * np.abs(teacher.v).sum()
    for gap in (1e-3, 1e-6):
        side = oracle.rotated(teacher, math.pi - gap if behind else gap, 0.8, rng)
        near = ste.expected_coarse_gradient(v, side, teacher, estimator)[1]
        assert np.allclose(near, at, atol=10 * gap * scale)
    moments = estimator.moments(0.8, math.pi if behind else 0.0)
    assert moments.b_x == pytest.approx(-moments.a_minus if behind else moments.a_plus, abs=1e-12)
    d, total = v @ teacher.v, v.sum()
    h = v @ v + total**2 - total * teacher.s + d
    radial = v @ v * moments.a_minus + moments.alpha * h / 2 - d * moments.b_x
    assert np.allclose(at, radial * axis / 0.8, atol=1e-12 * scale)


# --- When the expectation exists -----------------------------------------------------------------


@pytest.mark.result("lem-finite")
@pytest.mark.parametrize("estimator", [*ste.ESTIMATORS.values(), LOPSIDED], ids=lambda e: e.name)
def test_the_mean_length_is_below_its_bound(estimator):
    """E|g| <= |v|_1 (|v|_1 + |v*|_1) (E|X mu'| + sqrt(n - 1) E|mu'|), by samples."""
    rng = np.random.default_rng(2)
    teacher = ste.Teacher(rng.standard_normal(3), rng.standard_normal(4))
    v, w = rng.standard_normal(3), rng.standard_normal(4)
    Z = rng.standard_normal((20_000, 3, 4))
    lengths = np.linalg.norm(ste.coarse_gradient(v, w, Z, teacher, estimator)[1], axis=-1)
    moments = estimator.moments(np.linalg.norm(w), math.pi / 2)
    # at pi/2 the density in B_y is flat, so B_y = k E[mu'(rho X)]
    own = moments.a_plus + moments.a_minus
    level = moments.b_y_over_sin / K
    ones = np.abs(v).sum()
    bound = ones * (ones + np.abs(teacher.v).sum()) * (own + math.sqrt(3) * level)
    assert lengths.mean() < bound
    assert bound < 20 * lengths.mean()


@pytest.mark.result("lem-finite")
@pytest.mark.parametrize("v", [1.0, -0.4])
def test_the_bound_on_the_mean_length_is_reached(v):
    """One unit at w = w* with v and v* of opposite signs, so that |y - y*| = |v| + |v*| where it
    counts. For n = 1 the bound is an equality; for large n it comes as near as 1 - 1/(4 n)."""
    rng = np.random.default_rng(3)
    teacher = ste.Teacher([-2.0 * np.sign(v)], [1.0])
    Z = rng.standard_normal((100_000, 1, 1))
    lengths = np.abs(ste.coarse_gradient([v], [1.0], Z, teacher, ste.RELU)[1])
    bound = abs(v) * (abs(v) + 2.0) * K  # Q = E|X; X > 0| = k
    error = lengths.std() / math.sqrt(lengths.size)
    assert abs(lengths.mean() - bound) < STANDARD_ERRORS * error < 0.03 * bound
    n, width = 100, 0.05
    window = ste.Estimator("window", lambda x: ((x > 0) & (x < width)).astype(float), (0.0, width))
    teacher = ste.Teacher([-2.0 * np.sign(v)], np.eye(n)[0])
    Z = rng.standard_normal((20_000, 1, n))
    Z[..., 0] = rng.uniform(
        0.0, width, (20_000, 1)
    )  # the window's rows alone, nearly uniform there
    lengths = np.linalg.norm(ste.coarse_gradient([v], teacher.w, Z, teacher, window)[1], axis=-1)
    moments = window.moments(1.0, math.pi / 2)
    chance = moments.b_y_over_sin / K
    bound = abs(v) * (abs(v) + 2.0) * (moments.a_plus + math.sqrt(n - 1) * chance)
    assert 0.98 * bound < lengths.mean() * chance < bound


@pytest.mark.result("lem-finite", "thm-one-sided")
@pytest.mark.parametrize("rho", [0.3, 0.9, 1.3])
def test_a_proxy_that_grows_too_fast_has_moments_for_short_filters_only(rho):
    """mu'(x) = exp(x^2/4) has finite moments while rho^2 < 2: A_+ = k/(1 - rho^2/2)."""
    fast = ste.Estimator("fast", lambda x: np.exp(np.square(x) / 4))
    share = 1 - rho**2 / 2
    moments = fast.moments(rho, 1.0)
    assert moments.a_plus == pytest.approx(K / share, rel=1e-9)
    narrow = 1 - (rho * math.sin(1.0)) ** 2 / 2
    assert moments.b_y_over_sin == pytest.approx(K / math.sqrt(narrow), rel=1e-9)


# --- Other rotation-invariant rows --------------------------------------------------------------


def on_a_sphere(rng, shape):
    """Rows uniform on the sphere of radius sqrt(n)."""
    Z = rng.standard_normal(shape)
    return Z * math.sqrt(shape[-1]) / np.linalg.norm(Z, axis=-1, keepdims=True)


def heavy(rng, shape):
    """Gaussian directions, lengths with the tail of a Student distribution of 5 degrees."""
    return rng.standard_normal(shape) / np.sqrt(rng.gamma(2.5, 0.4, (*shape[:-1], 1)))


ROWS = pytest.mark.parametrize(
    ("rows", "kappa"),
    [
        # X is uniform on (-sqrt 3, sqrt 3) on a sphere in three dimensions
        (on_a_sphere, math.sqrt(3) / 4),
        # the mean of 1/sqrt(G), G of shape 2.5 and scale 0.4, is Gamma(2)/(Gamma(2.5) sqrt(0.4))
        (heavy, K * math.gamma(2.0) / math.gamma(2.5) / math.sqrt(0.4)),
    ],
    ids=["sphere", "heavy"],
)


@pytest.mark.result("prop-rotation")
@ROWS
def test_other_rows_leave_the_loss_and_change_one_constant(rows, kappa):
    teacher = ste.Teacher([1.0, -0.5, 0.8], [1.0, 0.0, 0.0])
    v, w = np.array([0.7, 0.4, -0.2]), np.array([-0.3, 0.6, 0.1])
    Z = rows(np.random.default_rng(4), (200_000, 3, 3))

    def held(draws, wanted):
        error = draws.std(axis=0, ddof=1) / math.sqrt(len(draws))
        assert np.all(np.abs(draws.mean(axis=0) - wanted) < STANDARD_ERRORS * error)

    held(ste.sample_loss(v, w, Z, teacher), ste.population_loss(v, w, teacher))
    for estimator in (ste.IDENTITY, ste.RELU, ste.leaky_relu(0.3)):
        in_v, in_w = ste.coarse_gradient(v, w, Z, teacher, estimator)
        exact_v, exact_w = ste.expected_coarse_gradient(v, w, teacher, estimator)
        held(in_v, exact_v)
        held(in_w, kappa / K * exact_w)


@pytest.mark.result("prop-rotation")
@ROWS
@pytest.mark.parametrize("estimator", [ste.CLIPPED_RELU, *ZOO[:3]], ids=lambda e: e.name)
def test_other_rows_keep_the_formula_and_the_sign_for_every_proxy(rows, kappa, estimator):
    """The moments come from one row of samples, the coarse gradient from others."""
    teacher = ste.Teacher([1.0, -0.5, 0.8], [1.0, 0.0, 0.0])
    v, w = np.array([0.7, 0.4, -0.2]), np.array([-0.3, 0.6, 0.1])
    u = w / np.linalg.norm(w)
    e = teacher.w - (teacher.w @ u) * u
    e /= np.linalg.norm(e)
    rng = np.random.default_rng(5)
    row = rows(rng, (400_000, 3))
    x, y, on = row @ u, row @ e, row @ teacher.w > 0
    slope = estimator.evaluate(row @ w)
    d, total = v @ teacher.v, v.sum()
    h = v @ v + total**2 - total * teacher.s + d
    along_u = slope * x * (v @ v * (x < 0) * -1 + h / 2 - d * on)
    along_e = -d * slope * y * on
    Z = rows(rng, (200_000, 3, 3))
    g = ste.coarse_gradient(v, w, Z, teacher, estimator)[1]
    for one, other in ((along_u, g @ u), (along_e, g @ e)):
        error = math.hypot(one.std() / math.sqrt(one.size), other.std() / math.sqrt(other.size))
        assert abs(one.mean() - other.mean()) < STANDARD_ERRORS * error
    across = np.cross(u, e)
    assert abs((g @ across).mean()) < STANDARD_ERRORS * (g @ across).std() / math.sqrt(len(g))
    inner = g @ ste.population_gradient(v, w, teacher)[1]
    assert inner.mean() > STANDARD_ERRORS * inner.std() / math.sqrt(inner.size)


# --- Angles --------------------------------------------------------------------------------------


def test_identity_is_mostly_closer_than_relu_and_clipped_relu_wins_for_long_filters():
    """What the chapter on correlation says about random places, for its teacher."""
    teacher = ste.Teacher([1.0, -0.5, 0.8, 0.3], [1.0, 0.0, 0.0, 0.0, 0.0])
    rng = np.random.default_rng(1)
    v, w = rng.standard_normal((2000, 4)), rng.standard_normal((2000, 5))
    w /= np.linalg.norm(w, axis=-1, keepdims=True)

    def shares(rho):
        cosines = [ste.correlation(v, rho * w, teacher, mu).cosine for mu in PAPER]
        return [float(np.mean(cosines[0] > other)) for other in cosines[1:]]

    (short, short_clipped), (unit, unit_clipped), (long, long_clipped) = map(shares, (0.1, 1, 10))
    assert 0.65 < unit < 0.75 and abs(short - unit) < 0.01 and abs(long - unit) < 0.01
    assert abs(short_clipped - short) < 0.02
    assert 0.35 < unit_clipped < 0.45 and long_clipped < 0.01


def test_clipped_relu_loses_its_part_along_u_faster_than_its_tangential_part():
    lengths = np.array([1e3, 1e4])
    moments = ste.CLIPPED_RELU.moments(lengths, 1.0)
    for part, power in ((moments.alpha, 2), (moments.b_x, 2), (moments.b_y_over_sin, 1)):
        assert part[0] / part[1] == pytest.approx(10.0**power, rel=1e-3)


def test_a_proxy_that_is_zero_has_no_angle_to_the_gradient():
    teacher = ste.Teacher([1.0, 2.0], [1.0, 0.0])
    nothing = ste.correlation([2.0, 1.0], [0.0, 3.0], teacher, 0.0 * ste.IDENTITY)
    assert nothing.inner == 0.0
    assert np.isnan(nothing.cosine) and np.isnan(nothing.angle)
