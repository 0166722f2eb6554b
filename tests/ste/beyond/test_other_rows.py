"""Other rows: quadrature in the plane against closed forms and samples."""

import math

import numpy as np
import pytest
from scipy import stats

import ste
from ste.beyond.correlated_rows import CorrelatedRows
from ste.beyond.mixtures import scale_mixture
from ste.beyond.other_rows import (
    GAUSSIAN,
    LAPLACE,
    SPHERICAL_T,
    STUDENT,
    UNIFORM,
    OtherRows,
    Rows,
    independent_rows,
    sampled_inner,
    student_density,
    two_clusters,
)
from ste.zoo.windows import Window

V_STAR = np.array([1.0, -0.5, 0.8, 0.3])
STAR = np.array([math.cos(0.4), math.sin(0.4)])
TEACHER = ste.Teacher(V_STAR, STAR)
LAWS = [GAUSSIAN, UNIFORM, LAPLACE, STUDENT, SPHERICAL_T, two_clusters(1.5)]
IDENTITY, RELU, CLIPPED = ste.PAPER
WINDOWS = (Window("hard_tanh", -1.0, 1.0), Window("far", 0.5, 2.0))


@pytest.mark.parametrize("rows", LAWS, ids=lambda rows: rows.name)
def test_the_density_is_that_of_the_samples_and_symmetric(rows):
    z = rows.sample(np.random.default_rng(0), (100_000, 2))
    edges = np.linspace(-1.6, 1.6, 5)
    counts = np.histogram2d(z[:, 0], z[:, 1], [edges, edges])[0] / len(z)
    x = np.linspace(-1.6, 1.6, 401)[:-1] + 0.004
    mass = rows.planar(x[:, None], x).reshape(4, 100, 4, 100).sum(axis=(1, 3)) * 0.008**2
    np.testing.assert_allclose(counts, mass, atol=5 * math.sqrt(0.1 / len(z)))
    np.testing.assert_allclose(rows.planar(x[:, None], x), rows.planar(-x[:, None], -x))


@pytest.mark.result("prop-symmetric-rows")
@pytest.mark.parametrize("rows", LAWS, ids=lambda rows: rows.name)
def test_loss_and_fields_are_means_over_samples(rows):
    rng, world = np.random.default_rng(1), OtherRows(TEACHER, rows)
    v, w = np.array([0.7, 0.4, -0.2, 1.3]), np.array([-0.5, 0.9])
    Z = rows.sample(rng, (60_000, 4, 2))
    pre = Z @ w
    residual = (pre > 0) @ v - (Z @ STAR > 0) @ V_STAR
    theta = np.pi * (1 - 2 * world.chance(w))
    turned = ste.Teacher(V_STAR, [1.0, 0.0])
    wanted = ste.population_loss(v, [np.cos(theta), np.sin(theta)], turned)
    assert world.loss(v, w) == pytest.approx(wanted, rel=1e-12)
    loss = 0.5 * residual**2
    assert abs(loss.mean() - wanted) < 4 * loss.std() / math.sqrt(len(Z))
    for estimator in (IDENTITY, RELU, CLIPPED, *WINDOWS, ste.get_estimator("tanh")):
        g = np.einsum("sm,smn->sn", estimator.evaluate(pre) * v * residual[:, None], Z)
        error = g.std(axis=0) / math.sqrt(len(Z))
        found = world.coarse_gradient(v, w, estimator)[1]
        assert np.all(abs(g.mean(axis=0) - found) < 4.5 * error), estimator.name


@pytest.mark.parametrize("rows", LAWS, ids=lambda rows: rows.name)
def test_the_gradient_is_the_slope_of_the_probability(rows):
    world, w, h = OtherRows(TEACHER, rows), np.array([-0.5, 0.9]), 1e-3
    steps = np.concatenate([[w + h * e, w - h * e] for e in np.eye(2)])
    both = world.chance(steps)
    slope = (both[::2] - both[1::2]) / (2 * h)
    found = -world.gradient(V_STAR, w)[1] / TEACHER.N
    np.testing.assert_allclose(found, slope, atol=1e-5)


def correlated(sigma):
    """Gaussian rows N(0, Sigma), for the quadrature."""
    inverse, root = np.linalg.inv(sigma), np.linalg.cholesky(sigma)
    level = 1.0 / (2.0 * np.pi * np.sqrt(np.linalg.det(sigma)))

    def planar(x, y):
        form = inverse[0, 0] * x * x + 2.0 * inverse[0, 1] * x * y + inverse[1, 1] * y * y
        return level * np.exp(-0.5 * form)

    return Rows("correlated", lambda rng, shape: rng.standard_normal(shape) @ root.T, planar)


def test_correlated_rows_by_quadrature_are_those_in_closed_form():
    sigma = np.array([[4.0, 1.0], [1.0, 1.0]])
    rows, exact = OtherRows(TEACHER, correlated(sigma)), CorrelatedRows(TEACHER, sigma)
    v, w = np.array([0.7, 0.4, -0.2, 1.3]), np.array([[0.3, 1.2], [-1.0, 0.2], [2.0, -1.0]])
    for estimator in (IDENTITY, RELU, CLIPPED):
        wanted = exact.coarse_gradient(v, w, estimator)[1]
        np.testing.assert_allclose(rows.coarse_gradient(v, w, estimator)[1], wanted, atol=1e-5)
        inner = exact.inner(v, w, estimator)
        np.testing.assert_allclose(rows.inner(v, w, estimator), inner, atol=1e-5)


@pytest.mark.result("prop-symmetric-rows")
@pytest.mark.parametrize(
    "rows", [UNIFORM, LAPLACE, STUDENT, two_clusters(1.5)], ids=lambda r: r.name
)
@pytest.mark.parametrize("estimator", [IDENTITY, RELU, CLIPPED], ids=lambda e: e.name)
def test_across_the_teacher_the_inner_product_has_both_signs(rows, estimator):
    across, world = 3.0 * np.array([1.0, 2.0, 0.0, 0.0]), OtherRows(TEACHER, rows)
    psi = 0.4 + np.linspace(0.3, 2.8, 9)
    w = np.stack([np.cos(psi), np.sin(psi)], -1)
    row = world.vectors(w, estimator)
    total = across.sum()
    V = (across @ across) * row.a_plus
    V = V + 0.5 * (total**2 - across @ across - total * V_STAR.sum()) * row.a_all
    slope = np.sum(V * -world.gradient(V_STAR, w)[1] / TEACHER.N, axis=1)
    assert abs(slope).max() > 1e-2
    tiny = 1e-6
    near = [world.inner(across + t * V_STAR, w, estimator) for t in (tiny, -tiny)]
    np.testing.assert_allclose(near[0], -tiny * TEACHER.N * slope, rtol=1e-3, atol=1e-11)
    assert np.all(np.minimum(*near) < 0.0)


@pytest.mark.result("prop-symmetric-rows")
def test_identity_needs_no_more_than_one_mean_radius_in_all_directions():
    """Rows that come more often from some directions, and are shorter there."""

    def density(x, y):
        square = x * x + y * y
        often = 1.0 + 0.5 * (x * x - y * y) / square
        return often**3 / (2.0 * np.pi) * np.exp(-0.5 * square * often**2)

    world = OtherRows(TEACHER, Rows("often and short", GAUSSIAN.sample, density))
    psi = np.linspace(0.5, 3.0, 7)
    w = np.stack([np.cos(psi), np.sin(psi)], axis=-1)
    a_plus = world.vectors(w, IDENTITY).a_plus
    kappa = np.sum(a_plus * w, axis=1)
    np.testing.assert_allclose(a_plus, kappa[:, None] * w, atol=1e-6)
    np.testing.assert_allclose(kappa, kappa[0], rtol=1e-6)
    slope = -world.gradient(V_STAR, w)[1] / TEACHER.N
    assert np.ptp(np.linalg.norm(slope, axis=1)) > 0.05
    v = np.random.default_rng(2).standard_normal((7, 4))
    wanted = np.square(v @ V_STAR) * kappa * (slope @ STAR)
    np.testing.assert_allclose(world.inner(v, w, IDENTITY), wanted, rtol=1e-4)
    assert np.all(wanted > 0.0)


@pytest.mark.result("prop-mixture")
@pytest.mark.parametrize("estimator", [*ste.PAPER, ste.get_estimator("tanh")], ids=lambda e: e.name)
def test_a_mixture_has_the_mixed_moments(estimator):
    scales, chances = np.array([0.3, 1.0, 2.5]), np.array([0.2, 0.5, 0.3])
    mixed = scale_mixture(estimator, scales, chances)
    rng = np.random.default_rng(3)
    v, w = rng.standard_normal(4), rng.standard_normal(2)
    Z = rng.choice(scales, (60_000, 4, 1), p=chances) * rng.standard_normal((60_000, 4, 2))
    g = ste.coarse_gradient(v, w, Z, TEACHER, estimator)[1]
    error = g.std(axis=0) / math.sqrt(len(Z))
    found = ste.expected_coarse_gradient(v, w, TEACHER, mixed)[1]
    assert np.all(abs(g.mean(axis=0) - found) < 4.5 * error)
    assert ste.correlation(v, w, TEACHER, mixed).inner > 0.0
    trap = ste.critical_points(TEACHER).spurious
    left = ste.expected_coarse_gradient(trap.v, -STAR, TEACHER, mixed)[1]
    a_minus = sum(
        p * s * float(estimator.moments(s, np.pi).a_minus)
        for s, p in zip(scales, chances, strict=True)
    )
    wanted = 6 * TEACHER.s**2 / 25 * a_minus
    np.testing.assert_allclose(left, -wanted * STAR, atol=1e-10)


@pytest.mark.result("prop-mixture")
def test_for_a_proxy_that_grows_a_finite_mean_of_the_scale_is_not_enough():
    """mu' = x^2 and P(S > s) = s^(-3/2): E[S] = 3, and E[S A_+(S)] = 2 k E[S^3] is infinite."""
    square = ste.Estimator("square", np.square)
    s = np.geomspace(1.0, 1e4, 2001)
    density = 1.5 * s**-2.5
    grows = s * square.moments(s, np.pi).a_plus * density
    upto = [np.trapezoid(grows[:count], s[:count]) for count in (1001, 2001)]
    assert s[1000] == pytest.approx(1e2)
    assert upto[1] == pytest.approx(1e3 * upto[0], rel=0.01)
    assert np.trapezoid(s * density, s) < 3.01
    assert np.trapezoid(s * ste.RELU.moments(s, np.pi).a_plus * density, s) < 1.21


def test_the_sampled_inner_product_is_that_of_quadrature():
    v, w = np.array([2.0, 3.0, 0.5, 0.2]), np.array([-0.8, 0.6])
    for rows in (UNIFORM, LAPLACE):
        wanted = float(OtherRows(TEACHER, rows).inner(v, w, RELU))
        found = sampled_inner(rows, v, w, TEACHER, ste.RELU, 40_000, seed=4)
        assert abs(found.mean - wanted) < 4 * found.standard_error


def test_bad_input():
    with pytest.raises(ValueError, match="independent entries, got 'spherical t'"):
        sampled_inner(SPHERICAL_T, V_STAR, STAR, TEACHER, ste.RELU, 100, 0)
    with pytest.raises(ValueError, match="teacher: expected one with n = 2, got 3"):
        OtherRows(ste.Teacher(V_STAR, [1.0, 0.0, 0.0]), GAUSSIAN)
    with pytest.raises(ValueError, match="rows: expected a Rows, got str"):
        OtherRows(TEACHER, "cube")
    with pytest.raises(ValueError, match="estimator: expected an Estimator"):
        OtherRows(TEACHER, GAUSSIAN).vectors([1.0, 2.0], "relu")
    with pytest.raises(ValueError, match="weights: expected probabilities"):
        scale_mixture(ste.RELU, [1.0, 2.0], [0.5, 0.6])
    with pytest.raises(ValueError, match="distance: expected a finite number > 0"):
        two_clusters(-1.0)


@pytest.mark.parametrize("freedom", [0.3, 3.0, 199.9, 200.0, 1e5])
def test_the_density_of_student_s_t(freedom):
    x = np.array([0.0, 0.5, 3.0, 40.0])
    np.testing.assert_allclose(student_density(freedom)(x), stats.t.pdf(x, freedom), rtol=1e-11)


def test_with_many_degrees_of_freedom_it_is_the_normal_density():
    x = np.array([0.0, 1.0, 6.0])
    for freedom in (1e15, 1e300):
        np.testing.assert_allclose(student_density(freedom)(x), stats.norm.pdf(x), rtol=1e-12)
    assert student_density(1.0)(np.array(1e200)) == pytest.approx(0.0, abs=1e-300)


@pytest.mark.parametrize("length", [1e-300, 1.0, 10.0, 100.0, 1e6])
@pytest.mark.parametrize("name", ["relu", "clipped_relu", "tanh", "arctan", "hard_tanh"])
def test_filters_of_any_length_in_the_quadrature(name, length):
    """Gaussian rows against the closed forms; a long filter makes a proxy narrow."""
    v, w = np.array([0.7, 0.4, -0.2, 1.3]), length * np.array([-0.5, 0.9])
    world, estimator = OtherRows(TEACHER, GAUSSIAN), ste.get_estimator(name)
    wanted = ste.expected_coarse_gradient(v, w, TEACHER, estimator)[1]
    found = world.coarse_gradient(v, w, estimator)[1]
    np.testing.assert_allclose(found, wanted, rtol=0.0, atol=2e-7 * np.abs(wanted).max())


def test_a_filter_that_is_longer_still_is_refused():
    with pytest.raises(ValueError, match=r"w: expected \|w\| <= 2\*\*40 widths"):
        OtherRows(TEACHER, GAUSSIAN).coarse_gradient(V_STAR, [1e13, 1.0], CLIPPED)


def test_what_makes_no_law_is_refused():
    with pytest.raises(ValueError, match="density: expected a callable, got 'normal'"):
        independent_rows("mine", "normal", GAUSSIAN.sample)
    with pytest.raises(ValueError, match="sample: expected a callable"):
        Rows("mine", None, GAUSSIAN.planar)
    with pytest.raises(ValueError, match="bound: expected a number > 0, which may be infinite"):
        Rows("mine", GAUSSIAN.sample, GAUSSIAN.planar, bound=0.0)
    with pytest.raises(ValueError, match="rows: expected a Rows, got str"):
        sampled_inner("uniform", V_STAR, STAR, TEACHER, RELU, 80, 0)
