"""Staircases: moments against scipy, fields against samples, and what happens at the minimum."""

import math

import mpmath
import numpy as np
import pytest
from scipy import stats

import ste
from ste.beyond.quantizer import quantize
from ste.beyond.staircase import (
    Staircase,
    Stairs,
    minimum_stability,
    quantizer_stairs,
    stair_moments,
)
from ste.descent import walk
from ste.zoo.windows import Window, paper_windows

V_STAR = np.array([1.0, -0.5, 0.8, 0.3])
TEACHER = ste.Teacher(V_STAR, [1.0, 0.0])
ODD = Stairs([0.3, -0.5, 1.1], [0.4, 0.7, 0.2])
WINDOWS = (*paper_windows(2, 0.6511), Window("hard_tanh", -1.0, 1.0))
#: Student's and labels' activations: more bits, fewer, one with a bias.
CASES = [
    (quantizer_stairs(2, 0.6511), None),
    (quantizer_stairs(2, 0.6511), quantizer_stairs(4, 0.1946)),
    (quantizer_stairs(1), Stairs([0.7], [1.0])),
    (ODD, quantizer_stairs(2, 0.6511)),
]


def test_the_stairs_are_the_quantizer():
    x = np.linspace(-2, 4, 101)
    for bits, alpha in ((1, 1.0), (2, 0.65), (4, 0.2)):
        wanted = quantize(x, alpha, bits)
        np.testing.assert_allclose(quantizer_stairs(bits, alpha).evaluate(x), wanted, atol=1e-12)


@pytest.mark.parametrize("theta", [0.0, 0.01, 0.7, np.pi / 2, 2.5, 3.13, np.pi])
@pytest.mark.parametrize("rho", [0.4, 1.0, 2.5])
def test_the_moments_are_sums_of_normal_probabilities(theta, rho):
    two = quantizer_stairs(2, 0.6511)
    found = stair_moments(rho, theta, ODD, two)
    edges = np.append(np.sort(ODD.places), np.inf) / rho
    weight = stats.norm.cdf(edges[1:]) - stats.norm.cdf(edges[:-1])
    levels = np.cumsum(ODD.heights[np.argsort(ODD.places)])
    assert found.mean == pytest.approx(weight @ levels, rel=1e-12)
    assert found.square == pytest.approx(weight @ levels**2, rel=1e-12)
    r = math.cos(theta)
    pair = stats.multivariate_normal([0, 0], [[1, r], [r, 1]], allow_singular=True)
    cross = sum(
        h * k * pair.cdf([-p / rho, -q])
        for p, h in zip(ODD.places, ODD.heights, strict=True)
        for q, k in zip(two.places, two.heights, strict=True)
    )
    assert found.cross == pytest.approx(cross, abs=2e-6 if theta == 0.01 else 1e-7)


@pytest.mark.parametrize("theta", [1e-8, 1e-3, 0.05, 1.5, 2.0, 3.1, np.pi - 1e-6])
@pytest.mark.parametrize("rho", [1.0 - 1e-3, 1.0 - 1e-6, 1.0 + 1e-9, 2.5])
def test_the_cross_moment_has_all_digits_also_where_two_steps_nearly_meet(theta, rho):
    """``P(X > a, X* > b) = int_a^inf phi(x) Phi((x cos - b)/sin) dx`` in 30 digits."""
    for place, level in ((0.6511, 0.6511), (1.3022, 0.6511), (0.6511, -0.6511)):
        found = stair_moments(rho, theta, Stairs([place], [1.0]), Stairs([level], [1.0])).cross
        with mpmath.workdps(30):
            cos, sin, a = mpmath.cos(theta), mpmath.sin(theta), mpmath.mpf(place) / rho
            rise = [(level + k * sin) / cos for k in (-30, -8, -2, 0, 2, 8, 30)]
            ends = sorted({a + k for k in range(21)} | {x for x in rise if a < x < a + 20})
            wanted = mpmath.quad(
                lambda x, cos=cos, sin=sin, level=level: (
                    mpmath.npdf(x) * mpmath.ncdf((x * cos - level) / sin)
                ),
                ends,
            )
        assert found == pytest.approx(float(wanted), abs=1e-15)


@pytest.mark.parametrize("size", [1e-300, 1e-200, 1e-160])
def test_a_filter_so_short_is_at_the_first_step_or_below_all(size):
    """sigma(x) = 1{x > 0} .4 there, whatever the other steps: the step of the paper, scaled."""
    short, one = Staircase(TEACHER, quantizer_stairs(2, 0.4)), Stairs([0.0], [0.4])
    w = size * np.array([0.6, 0.8])
    wanted = Staircase(TEACHER, one, quantizer_stairs(2, 0.4))
    assert short.loss(V_STAR, w) == pytest.approx(wanted.loss(V_STAR, [0.6, 0.8]), rel=1e-14)
    grad_v, grad_w = short.gradient(V_STAR, w)
    np.testing.assert_allclose(grad_v, wanted.gradient(V_STAR, [0.6, 0.8])[0], atol=1e-14)
    np.testing.assert_allclose(size * grad_w, wanted.gradient(V_STAR, [0.6, 0.8])[1], atol=1e-14)
    for window in WINDOWS[:2]:
        found = short.coarse_gradient(V_STAR, w, window)[1]
        right = wanted.coarse_gradient(V_STAR, [0.6, 0.8], window)[1]
        np.testing.assert_allclose(found, right, atol=1e-14)


@pytest.mark.parametrize("size", [1e3, 1e6])
def test_a_narrow_proxy_in_the_quadrature_is_not_stepped_over(size):
    """For tanh at a long filter ``B_y/sin -> (1/(rho sin)) sum_l k_l phi(q_l) phi(q_l cot) 2``."""
    theta, two = 1.1, quantizer_stairs(2, 0.6511)
    world = Staircase(TEACHER, two)
    w = size * np.array([math.cos(theta), math.sin(theta)])
    coarse = world.coarse_gradient(V_STAR, w, ste.get_estimator("tanh"))[1]
    q = two.places
    b_y = 2.0 / size * np.sum(two.heights * stats.norm.pdf(q) * stats.norm.pdf(q / math.tan(theta)))
    across = np.array([math.sin(theta), -math.cos(theta)])
    # odd orders vanish: the next is 1/rho^3
    assert coarse @ across == pytest.approx(-TEACHER.N * b_y, rel=10.0 / size**2)


def test_many_bits_are_no_more_work_where_theta_is_0():
    """The bounds of 12 bits are those of a fine grid: both eigenvalues go together."""
    window = Window("relu", 0.0, np.inf)
    found = [minimum_stability(TEACHER, window, bits, 4.0 / 2**bits) for bits in (8, 10, 12)]
    gaps = [one.outside - one.inside for one in found]
    assert abs(gaps[2]) < 0.3 * abs(gaps[1]) < 0.1 * abs(gaps[0])


def test_one_step_gives_the_closed_forms_of_the_book():
    rng = np.random.default_rng(0)
    v, w = rng.standard_normal((20, 4)), rng.standard_normal((20, 2))
    one, windows = quantizer_stairs(1), paper_windows(1)
    wanted = ste.population_loss(v, w, TEACHER)
    np.testing.assert_allclose(Staircase(TEACHER, one).loss(v, w), wanted, rtol=1e-10)
    for found, right in zip(
        Staircase(TEACHER, one).gradient(v, w), ste.population_gradient(v, w, TEACHER), strict=True
    ):
        np.testing.assert_allclose(found, right, atol=1e-12)
    for window, estimator in zip(windows, ste.PAPER, strict=True):
        found = Staircase(TEACHER, one).coarse_gradient(v, w, window)[1]
        right = ste.expected_coarse_gradient(v, w, TEACHER, estimator)[1]
        np.testing.assert_allclose(found, right, atol=1e-12)


@pytest.mark.result("thm-turning")
@pytest.mark.parametrize(("student", "labels"), CASES)
def test_loss_and_coarse_gradient_are_means_over_samples(student, labels):
    rng = np.random.default_rng(1)
    v, w = rng.standard_normal(4), 1.3 * rng.standard_normal(2)
    Z = rng.standard_normal((100_000, 4, 2))
    theirs = (student if labels is None else labels).evaluate(Z @ TEACHER.w) @ V_STAR
    residual = student.evaluate(Z @ w) @ v - theirs
    loss = 0.5 * residual**2
    found = Staircase(TEACHER, student, labels).loss(v, w)
    assert abs(loss.mean() - found) < 4 * loss.std() / math.sqrt(len(Z))
    for window in WINDOWS:
        slope = window.evaluate(Z @ w)
        g = np.einsum("sm,smn->sn", slope * v * residual[:, None], Z)
        error = g.std(axis=0) / math.sqrt(len(Z))
        wanted = Staircase(TEACHER, student, labels).coarse_gradient(v, w, window)[1]
        assert np.all(abs(g.mean(axis=0) - wanted) < 4.5 * error), window.name


@pytest.mark.parametrize(("student", "labels"), CASES)
def test_the_closed_form_of_a_window_is_what_quadrature_gives(student, labels):
    world, rng = Staircase(TEACHER, student, labels), np.random.default_rng(4)
    v, w = rng.standard_normal((8, 4)), 1.3 * rng.standard_normal((8, 2))
    # close to the kinks and on them, long and short
    w[:4] = [[1.3, 1e-5], [-0.7, 1e-4], [2.0, 0.0], [-2.0, 0.0]]
    w[4:6] *= [[5.0], [0.1]]
    for window in WINDOWS:
        unnamed = ste.Estimator("unnamed", window.derivative, window.breakpoints)
        found = world.coarse_gradient(v, w, unnamed)[1]
        np.testing.assert_allclose(found, world.coarse_gradient(v, w, window)[1], atol=1e-10)


@pytest.mark.result("thm-turning")
@pytest.mark.parametrize(("student", "labels"), CASES)
def test_the_gradient_is_the_slope_of_the_loss(student, labels):
    rng = np.random.default_rng(2)
    v, w, h = rng.standard_normal(4), rng.standard_normal(2), 1e-4
    grad_v, grad_w = Staircase(TEACHER, student, labels).gradient(v, w)

    def loss(v, w):
        return Staircase(TEACHER, student, labels).loss(v, w)

    slope_v = [(loss(v + h * e, w) - loss(v - h * e, w)) / (2 * h) for e in np.eye(4)]
    slope_w = [(loss(v, w + h * e) - loss(v, w - h * e)) / (2 * h) for e in np.eye(2)]
    np.testing.assert_allclose(grad_v, slope_v, atol=1e-6)
    np.testing.assert_allclose(grad_w, slope_w, atol=1e-6)


@pytest.mark.result("thm-turning")
@pytest.mark.parametrize(("student", "labels"), CASES)
@pytest.mark.parametrize("window", WINDOWS, ids=lambda w: w.name)
def test_both_fields_turn_the_same_way(student, labels, window):
    rng = np.random.default_rng(3)
    # away from the axis, where the densities of steps at different places underflow
    psi, length = rng.uniform(0.4, 2.7, 300) * rng.choice([-1, 1], 300), rng.uniform(0.3, 3.0, 300)
    w = length[:, None] * np.stack([np.cos(psi), np.sin(psi)], axis=-1)
    v = rng.standard_normal((300, 4))
    coarse = Staircase(TEACHER, student, labels).coarse_gradient(v, w, window)[1]
    true = Staircase(TEACHER, student, labels).gradient(v, w)[1]
    turn = np.stack([-w[:, 1], w[:, 0]], axis=-1)
    product = np.sum(coarse * turn, axis=1) * np.sum(true * turn, axis=1)
    assert np.all(product > 0.0)
    # each turns w towards w* where d > 0
    towards = np.sign(turn[:, 0] * (v @ V_STAR))
    assert np.all(np.sign(np.sum(-coarse * turn, axis=1)) == towards)


def jacobian(window, bits, alpha, side):
    """The field's slope at the global minimizer on one side of |w| = 1, by differences."""
    stairs, h = quantizer_stairs(bits, alpha), 1e-5

    def field(x):
        parts = Staircase(TEACHER, stairs).coarse_gradient(x[:4], [x[4], 0.0], window)
        return np.append(parts[0], parts[1][0])

    at = np.append(V_STAR, 1.0)
    columns = [(field(at + h * e) - field(at - h * e)) / (2 * h) for e in np.eye(5)[:4]]
    return np.stack([*columns, side * field(at + side * h * np.eye(5)[4]) / h], axis=-1)


@pytest.mark.result("thm-good-minimum")
@pytest.mark.parametrize(("bits", "alpha"), [(2, 0.6511), (2, 1.0), (4, 0.1946)])
def test_the_matrix_is_that_of_the_field(bits, alpha):
    for window in paper_windows(bits, alpha):
        found = minimum_stability(TEACHER, window, bits, alpha)
        for side, smallest in ((1.0, found.outside), (-1.0, found.inside)):
            values = np.linalg.eigvals(jacobian(window, bits, alpha, side))
            assert smallest == pytest.approx(values.real.min(), abs=2e-4)


@pytest.mark.result("thm-good-minimum")
def test_the_sign_says_which_runs_come_back():
    start = 1.002 * TEACHER.w
    for alpha, stays in ((0.8, []), (0.4, ["clipped_relu"])):
        world = Staircase(TEACHER, quantizer_stairs(2, alpha))
        for window in paper_windows(2, alpha):
            run = walk(
                lambda v, w, p=window, s=world: s.coarse_gradient(v, w, p),
                V_STAR,
                start,
                0.2,
                300,
                record_every=300,
            )
            away = abs(np.linalg.norm(run.w[-1]) - 1.0)
            outside = minimum_stability(TEACHER, window, 2, alpha).outside
            assert (outside > 0.0) == (window.name in stays)
            assert (away < 0.002) == (window.name in stays), window.name


def best_at_pi(rho, stairs):
    """df/dv = 0 at theta = pi, from the definition."""
    w = [-rho, 0.0]
    level = Staircase(TEACHER, stairs).gradient(np.zeros(4), w)[0]
    columns = [Staircase(TEACHER, stairs).gradient(e, w)[0] - level for e in np.eye(4)]
    return np.linalg.solve(np.stack(columns, axis=-1), -level)


@pytest.mark.result("prop-more-bits")
@pytest.mark.parametrize("rho", [0.5, 1.0, 3.0])
def test_what_is_left_over_at_pi(rho):
    alpha = 0.6511
    stairs = quantizer_stairs(2, alpha)
    v, w = best_at_pi(rho, stairs), np.array([-rho, 0.0])
    mean = stair_moments(rho, np.pi, stairs, stairs).mean
    square = stair_moments(rho, np.pi, stairs, stairs).square
    x = (np.arange(400_000) + 0.5) * (10.0 / 400_000)
    weight = stats.norm.pdf(x) * (10.0 / 400_000)
    for window in paper_windows(2, alpha)[1:]:
        slope = x * window.evaluate(rho * x) * weight
        wanted = v @ v * (slope @ stairs.evaluate(rho * x) - square / mean * slope.sum())
        found = Staircase(TEACHER, stairs).coarse_gradient(v, w, window)[1]
        assert -found[0] == pytest.approx(wanted, abs=1e-5)

    def ratio(rho):
        at = stair_moments(rho, np.pi, stairs, stairs)
        return at.square / at.mean**2

    radial = -Staircase(TEACHER, stairs).gradient(v, w)[1][0]
    slope = (ratio(rho + 1e-5) - ratio(rho - 1e-5)) / 2e-5
    assert radial == pytest.approx(0.5 * (v @ v) * mean**2 * slope, abs=1e-7)


@pytest.mark.result("prop-more-bits")
def test_signs_of_the_left_over_at_two_bits():
    alpha = 0.6511
    stairs = quantizer_stairs(2, alpha)
    world = Staircase(TEACHER, stairs)
    left = {
        (window.name, rho): -world.coarse_gradient(best_at_pi(rho, stairs), [-rho, 0.0], window)[1][
            0
        ]
        for window in paper_windows(2, alpha)[1:]
        for rho in (0.7, 1.1, 1.2, 3.0)
    }
    assert all(left["relu", rho] > 0.0 for rho in (0.7, 1.1, 1.2, 3.0))
    assert left["clipped_relu", 1.1] > 0.0 > left["clipped_relu", 1.2]


@pytest.mark.result("prop-more-bits")
def test_where_the_ratio_peaks_and_the_left_over_changes_its_sign():
    """To the digits of the text: 0.942 and 1.145 at the stair 0.6511."""
    stairs = quantizer_stairs(2, 0.6511)
    rho = np.linspace(0.9415, 0.9425, 101)
    at = stair_moments(rho, np.pi, stairs, stairs)
    assert 0 < np.argmax(at.square / at.mean**2) < 100
    clipped = paper_windows(2, 0.6511)[2]
    world = Staircase(TEACHER, stairs)
    below, above = (
        -world.coarse_gradient(best_at_pi(rho, stairs), [-rho, 0.0], clipped)[1][0]
        for rho in (1.1445, 1.1455)
    )
    assert below > 0.0 > above


@pytest.mark.result("prop-more-bits")
@pytest.mark.parametrize(("jump", "rests"), [(0.0, True), (0.5, False)])
def test_one_bit_leaves_nothing_over_if_it_jumps_at_zero(jump, rests):
    stairs = Stairs([jump], [1.0])
    world, v = Staircase(TEACHER, stairs), best_at_pi(1.0, stairs)
    left = world.coarse_gradient(v, [-1.0, 0.0], Window("relu", 0.0, math.inf))[1]
    slope = world.gradient(v, [-1.0, 0.0])[1]
    assert (np.linalg.norm(left) < 1e-12) == (np.linalg.norm(slope) < 1e-12) == rests


def test_bad_input():
    with pytest.raises(ValueError, match="places, heights: expected one shape"):
        Stairs([0.0, 1.0], [1.0])
    with pytest.raises(ValueError, match="high: expected a number > low"):
        Window("empty", 1.0, 0.0)
    with pytest.raises(ValueError, match="bits: expected an integer >= 1"):
        quantizer_stairs(0)
    with pytest.raises(ValueError, match="w = 0"):
        Staircase(TEACHER, ODD).loss(V_STAR, [0.0, 0.0])
    with pytest.raises(ValueError, match="student: expected a Stairs"):
        Staircase(TEACHER, "two bits")
    with pytest.raises(ValueError, match="labels: expected a Stairs"):
        Staircase(TEACHER, ODD, 2)
    with pytest.raises(ValueError, match="window: expected a Window"):
        minimum_stability(TEACHER, "relu", 2)
