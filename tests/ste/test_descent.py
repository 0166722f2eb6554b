"""Coarse gradient descent: single steps, many starts, samples, w = 0, and what runs end in."""

import builtins
import math

import numpy as np
import pytest
import sympy as sp
from hypothesis import given
from hypothesis import strategies as st
from strategies import SETTINGS, points, proxies, with_ratio

import ste
from ste import _checks, descent
from ste._normal import K
from ste.descent import Trajectory, safe_rate
from ste.plane import plane

PAPER = (ste.IDENTITY, ste.RELU, ste.CLIPPED_RELU)
DEMO = ste.Teacher([1.0, -0.5, 0.8, 0.3], [1.0, 0.0, 0.0, 0.0, 0.0])
BENIGN = ste.Teacher([1.0, 1.0, 1.0, 1.0], [1.0, 0.0, 0.0])


def starts(teacher: ste.Teacher, count: int, seed: int):
    rng = np.random.default_rng(seed)
    w = rng.standard_normal((count, teacher.n))
    return (
        0.1 * rng.standard_normal((count, teacher.m)),
        w / np.linalg.norm(w, axis=-1, keepdims=True),
    )


# --- Steps and records ---------------------------------------------------------------------------


@SETTINGS
@given(points(), proxies, st.floats(1e-3, 1.0))
def test_a_population_step_follows_the_expected_coarse_gradient(point, estimator, eta):
    v, w, teacher = point
    run = ste.descend(v, w, teacher, estimator, eta, 1)
    grad_v, grad_w = ste.expected_coarse_gradient(v, w, teacher, estimator)
    assert np.array_equal(run.v[0], v) and np.array_equal(run.w[0], w)
    assert np.allclose(run.v[1], v - eta * grad_v, atol=1e-14)
    assert np.allclose(run.w[1], w - eta * grad_w, atol=1e-14)


@pytest.mark.parametrize("fixed", [False, True])
def test_a_sample_step_follows_the_mean_coarse_gradient(fixed):
    v, w = (x[0] for x in starts(DEMO, 1, seed=1))
    run = ste.descend(v, w, DEMO, ste.CLIPPED_RELU, 0.3, 3, samples=50, fixed=fixed, seed=8)
    rng = np.random.default_rng(8)
    Z = rng.standard_normal((50, 4, 5))
    for step in range(3):
        grad_v, grad_w = ste.coarse_gradient(v, w, Z, DEMO, ste.CLIPPED_RELU)
        v, w = v - 0.3 * grad_v.mean(axis=0), w - 0.3 * grad_w.mean(axis=0)
        assert np.allclose(run.v[step + 1], v, atol=1e-14)
        assert np.allclose(run.w[step + 1], w, atol=1e-14)
        Z = Z if fixed else rng.standard_normal((50, 4, 5))


@pytest.mark.parametrize("block", [1, 100, 10**6])
def test_blocks_of_starts_change_nothing(monkeypatch, block):
    """With 10 inputs and 4 units, blocks of 1, of 2 and of all 7 starts."""
    monkeypatch.setattr(descent, "_BLOCK", block)
    v, w = starts(DEMO, 7, seed=1)
    run = ste.descend(v, w, DEMO, ste.CLIPPED_RELU, 0.3, 1, samples=10, seed=5)
    Z = np.random.default_rng(5).standard_normal((10, 4, 5))
    for i in range(7):
        grad_v, grad_w = ste.coarse_gradient(v[i], w[i], Z, DEMO, ste.CLIPPED_RELU)
        assert np.allclose(run.v[1, i], v[i] - 0.3 * grad_v.mean(axis=0), atol=1e-14)
        assert np.allclose(run.w[1, i], w[i] - 0.3 * grad_w.mean(axis=0), atol=1e-14)


def test_the_record_describes_its_v_and_w():
    run = ste.descend(*starts(DEMO, 6, seed=2), DEMO, ste.RELU, 0.2, 40)
    assert (run.v.shape, run.w.shape, run.loss.shape) == ((41, 6, 4), (41, 6, 5), (41, 6))
    assert np.array_equal(run.steps, np.arange(41))
    assert np.array_equal(run.loss, ste.population_loss(run.v, run.w, DEMO))
    assert np.allclose(run.norm, np.linalg.norm(run.w, axis=-1), rtol=1e-15)
    assert np.allclose(np.cos(run.angle), run.w @ DEMO.w / run.norm, atol=1e-14)


@pytest.mark.parametrize("samples", [None, 30])
@pytest.mark.parametrize("estimator", PAPER, ids=lambda e: e.name)
def test_many_starts_equal_one_by_one(estimator, samples):
    v0, w0 = starts(DEMO, 6, seed=3)
    together = ste.descend(
        v0.reshape(2, 3, 4), w0.reshape(2, 3, 5), DEMO, estimator, 0.1, 50, samples=samples
    )
    for i in range(6):
        alone = ste.descend(v0[i], w0[i], DEMO, estimator, 0.1, 50, samples=samples)
        for name in ("v", "w", "loss", "angle", "norm"):
            part = getattr(together, name)[:, i // 3, i % 3]
            assert np.allclose(part, getattr(alone, name), atol=1e-11)


def test_one_v_serves_many_w():
    v0, w0 = starts(DEMO, 3, seed=4)
    run = ste.descend(v0[0], w0, DEMO, ste.RELU, 0.1, 5)
    assert run.v.shape == (6, 3, 4)
    assert np.array_equal(run.v[0], np.tile(v0[0], (3, 1)))
    assert not np.array_equal(run.v[-1, 0], run.v[-1, 1])


@pytest.mark.parametrize(
    ("steps", "every", "recorded"),
    [(10, 5, [0, 5, 10]), (10, 4, [0, 4, 8, 10]), (3, 99, [0, 3]), (0, 1, [0]), (0, 7, [0])],
)
def test_record_every(steps, every, recorded):
    start = starts(DEMO, 2, seed=5)
    full = ste.descend(*start, DEMO, ste.IDENTITY, 0.1, steps)
    some = ste.descend(*start, DEMO, ste.IDENTITY, 0.1, steps, record_every=every)
    assert some.steps.tolist() == recorded
    for name in ("v", "w", "loss", "angle", "norm"):
        assert np.array_equal(getattr(some, name), getattr(full, name)[recorded])


@pytest.mark.parametrize("samples", [None, 30])
def test_every_start_may_have_its_own_learning_rate(samples):
    v0, w0 = (x[0] for x in starts(DEMO, 1, seed=5))
    rates = np.array([[0.01], [0.1], [0.3]])
    many = ste.descend(v0, np.stack([w0, -w0]), DEMO, ste.RELU, rates, 20, samples=samples)
    assert many.v.shape == (21, 3, 2, 4)
    for i, rate in enumerate(rates.ravel()):
        alone = ste.descend(v0, -w0, DEMO, ste.RELU, rate, 20, samples=samples)
        assert np.allclose(many.v[:, i, 1], alone.v, atol=1e-12)
        assert np.allclose(many.w[:, i, 1], alone.w, atol=1e-12)


def test_the_start_is_not_written_to():
    v0, w0 = starts(DEMO, 2, seed=6)
    kept = v0.copy(), w0.copy()
    ste.descend(v0, w0, DEMO, ste.RELU, 0.5, 5)
    assert np.array_equal(v0, kept[0]) and np.array_equal(w0, kept[1])


def test_the_progress_bar_changes_nothing(capsys):
    start = starts(DEMO, 2, seed=7)
    silent = ste.descend(*start, DEMO, ste.RELU, 0.1, 20)
    assert capsys.readouterr().err == ""
    shown = ste.descend(*start, DEMO, ste.RELU, 0.1, 20, progress=True)
    assert "step" in capsys.readouterr().err
    assert np.array_equal(shown.v, silent.v)


def test_tqdm_is_not_touched_without_a_bar(monkeypatch):
    plain = builtins.__import__

    def without_tqdm(name, *args, **kwargs):
        if name.startswith("tqdm"):
            raise ImportError(name)
        return plain(name, *args, **kwargs)

    monkeypatch.setattr(builtins, "__import__", without_tqdm)
    ste.descend(*starts(DEMO, 1, seed=7), DEMO, ste.RELU, 0.1, 2)
    with pytest.raises(ImportError):
        ste.descend(*starts(DEMO, 1, seed=7), DEMO, ste.RELU, 0.1, 2, progress=True)


# --- Samples -------------------------------------------------------------------------------------


def test_sample_runs_are_seeded():
    start = starts(DEMO, 1, seed=8)
    one, same, other = (
        ste.descend(*start, DEMO, ste.RELU, 0.1, 10, samples=20, seed=seed).v for seed in (1, 1, 2)
    )
    assert np.array_equal(one, same) and not np.array_equal(one, other)


def test_fixed_samples_are_not_fresh_ones():
    start = starts(DEMO, 1, seed=8)
    fresh, fixed = (
        ste.descend(*start, DEMO, ste.RELU, 0.1, 10, samples=20, fixed=fixed).v
        for fixed in (False, True)
    )
    assert np.array_equal(fresh[1], fixed[1]) and not np.array_equal(fresh[2], fixed[2])


def test_on_fixed_samples_descent_lowers_the_empirical_loss():
    v0, w0 = (x[0] for x in starts(BENIGN, 1, seed=9))
    run = ste.descend(v0, w0, BENIGN, ste.RELU, 0.1, 300, samples=1000, fixed=True, seed=2)
    Z = np.random.default_rng(2).standard_normal((1000, 4, 3))
    first, last = (ste.sample_loss(run.v[i], run.w[i], Z, BENIGN).mean() for i in (0, -1))
    assert last < 0.01 * first


@pytest.mark.parametrize("estimator", PAPER, ids=lambda e: e.name)
def test_many_samples_approach_the_population(estimator):
    start = starts(DEMO, 1, seed=10)
    exact = ste.descend(*start, DEMO, estimator, 0.1, 30)
    gaps = []
    for samples in (100, 10_000):
        runs = [
            ste.descend(*start, DEMO, estimator, 0.1, 30, samples=samples, seed=seed)
            for seed in range(4)
        ]
        gaps.append(math.sqrt(np.mean([np.square(run.v - exact.v).mean() for run in runs])))
    assert gaps[1] < 0.02
    assert gaps[1] < gaps[0] / 4  # a factor of 10 in expectation


# --- w = 0 exactly -------------------------------------------------------------------------------


def zero_on_the_way(estimator: ste.Estimator, steps: int):
    """A run whose first step ends at w = 0 to the last bit.

    On the axis of w* the direction is exactly -w*, and the coarse gradient of identity and ReLU
    does not depend on |w|: a |w| of eta times that gradient is used up by one step.
    """
    teacher = ste.Teacher([1.0, 1.0], [1.0, 0.0])
    v0, eta = np.array([2.0, 1.0]), 0.25
    grad_w = ste.expected_coarse_gradient(v0, [-1.0, 0.0], teacher, estimator)[1]
    w0 = eta * grad_w
    assert w0[0] < 0.0 and w0[1] == 0.0
    return teacher, eta, ste.descend(v0, w0, teacher, estimator, eta, steps)


def test_identity_is_thrown_off_the_origin():
    teacher, eta, run = zero_on_the_way(ste.IDENTITY, 4)
    assert not run.w[1].any() and run.norm[1] == 0.0
    assert np.isnan(run.angle[1]) and not np.isnan(run.angle[[0, 2, 3]]).any()
    assert run.loss[1] == (teacher.N + teacher.s**2) / 8
    assert np.array_equal(run.v[2], run.v[1])
    assert np.allclose(run.w[2], eta * K * (run.v[1] @ teacher.v) * teacher.w, rtol=1e-15)
    assert np.isfinite(run.w).all()


def test_relu_stays_at_the_origin():
    teacher, _, run = zero_on_the_way(ste.RELU, 4)
    assert not run.w[1:].any()
    assert np.isnan(run.angle[1:]).all()
    assert np.all(run.loss[1:] == (teacher.N + teacher.s**2) / 8)
    assert np.array_equal(run.v[1:], np.tile(run.v[1], (4, 1)))


@pytest.mark.parametrize("samples", [None, 20])
def test_starting_at_the_origin_leaves_the_other_starts_alone(samples):
    v0, w0 = starts(DEMO, 3, seed=11)
    w0[1] = 0.0
    run = ste.descend(v0, w0, DEMO, ste.CLIPPED_RELU, 0.1, 10, samples=samples)
    assert not run.w[:, 1].any() and np.array_equal(run.v[-1, 1], v0[1])
    alone = ste.descend(v0[2], w0[2], DEMO, ste.CLIPPED_RELU, 0.1, 10, samples=samples)
    assert np.allclose(run.w[:, 2], alone.w, atol=1e-13)


@pytest.mark.parametrize("estimator", [ste.IDENTITY, ste.leaky_relu(0.3)])
def test_the_step_from_the_origin_is_what_samples_average_to(estimator):
    v0 = np.array([1.0, 0.4, -0.3, 0.7])
    exact = ste.descend(v0, np.zeros(5), DEMO, estimator, 1.0, 1).w[1]
    mean, error = ste.monte_carlo_gradient(v0, np.zeros(5), DEMO, estimator, 100_000, 3)
    assert np.linalg.norm(exact) > 100 * error.max() / 4.5
    assert np.all(np.abs(mean + exact) < 4.5 * error)


def test_samples_at_the_origin_move_identity_and_not_relu():
    v0 = np.array([1.0, 0.4, -0.3, 0.7])
    for estimator, moves in ((ste.IDENTITY, True), (ste.RELU, False)):
        run = ste.descend(v0, np.zeros(5), DEMO, estimator, 0.1, 1, samples=50)
        assert run.w[1].any() == moves
        assert np.array_equal(run.v[1], v0)


# --- Errors --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("eta", "message"),
    [
        (0.0, "expected numbers > 0, got 0.0"),
        (-0.1, "expected numbers > 0, got -0.1"),
        ([0.1, -0.2], "expected numbers > 0, got -0.2"),
        (math.nan, "expected finite numbers, got nan"),
        (math.inf, "expected finite numbers, got inf"),
        ("0.1", "expected an array of real numbers, got"),
        (None, "expected an array of real numbers, got"),
    ],
)
def test_learning_rate(eta, message):
    with pytest.raises(ValueError, match=f"^learning_rate: {message}"):
        ste.descend(DEMO.v, DEMO.w, DEMO, ste.RELU, eta, 1)


@pytest.mark.parametrize("steps", [-1, 2.0, None])
def test_steps(steps):
    with pytest.raises(ValueError, match=r"steps: expected an integer >= 0, got"):
        ste.descend(DEMO.v, DEMO.w, DEMO, ste.RELU, 0.1, steps)


@pytest.mark.parametrize("every", [0, -2, 1.5])
def test_bad_record_every(every):
    with pytest.raises(ValueError, match=r"record_every: expected an integer >= 1, got"):
        ste.descend(DEMO.v, DEMO.w, DEMO, ste.RELU, 0.1, 1, record_every=every)


def test_fixed_needs_samples():
    with pytest.raises(ValueError, match=r"fixed: expected False without samples, got True"):
        ste.descend(DEMO.v, DEMO.w, DEMO, ste.RELU, 0.1, 1, fixed=True)


@pytest.mark.parametrize(
    ("v0", "w0", "name"),
    [
        ([1.0, np.nan, 0.0, 0.0], DEMO.w, "v0"),
        (DEMO.v, np.full(5, np.inf), "w0"),
        (np.ones(3), DEMO.w, "v0"),
        (DEMO.v, np.ones(4), "w0"),
        (np.ones((2, 4)), np.ones((3, 5)), "v0, w0, learning_rate"),
    ],
)
def test_the_start_is_named_as_the_caller_named_it(v0, w0, name):
    with pytest.raises(ValueError, match=f"^{name}: expected"):
        ste.descend(v0, w0, DEMO, ste.RELU, 0.1, 1)


@pytest.mark.parametrize("samples", [None, 5])
def test_a_run_that_overflows_says_at_which_step(samples):
    with pytest.raises(ValueError, match=r"learning_rate: .* 1e\+60, which overflows at step \d+"):
        ste.descend([0.1] * 4, [1.0] * 5, DEMO, ste.RELU, 1e60, 50, samples=samples)


# --- What runs end in ----------------------------------------------------------------------------


@pytest.mark.result("thm-paper-convergence")
@pytest.mark.parametrize("estimator", [ste.RELU, ste.CLIPPED_RELU], ids=lambda e: e.name)
@pytest.mark.parametrize("teacher", [DEMO, BENIGN], ids=["with spurious", "without"])
def test_relu_and_clipped_relu_descend_monotonically(estimator, teacher):
    run = ste.descend(*starts(teacher, 40, seed=12), teacher, estimator, 0.05, 1500)
    assert np.all(np.diff(run.loss, axis=0) <= 1e-13)
    assert np.all(run.loss[-1] < 0.9 * run.loss[0])


@pytest.mark.parametrize("estimator", PAPER, ids=lambda e: e.name)
def test_without_a_spurious_minimum_all_reach_the_global_one(estimator):
    run = ste.descend(*starts(BENIGN, 20, seed=13), BENIGN, estimator, 0.2, 3000, record_every=3000)
    assert np.all(run.loss[-1] < 1e-3)
    assert np.allclose(run.v[-1], BENIGN.v, atol=0.05)


def test_identity_leaves_the_spurious_minimum_of_the_demo_and_relu_does_not():
    """Its ratio .259 is above the threshold .2299."""
    spurious = ste.critical_points(DEMO).spurious
    rng = np.random.default_rng(14)
    near = spurious.v + 1e-3 * rng.standard_normal(4), -DEMO.w + 1e-3 * rng.standard_normal(5)
    identity, relu = (
        ste.descend(*near, DEMO, estimator, 0.1, 4000) for estimator in (ste.IDENTITY, ste.RELU)
    )
    assert identity.loss[-1] < 1e-3
    assert np.diff(identity.loss).max() > 0.05  # not monotonically
    assert relu.loss[-1] == pytest.approx(spurious.loss, abs=1e-3)


@pytest.mark.result("lem-vanish-together")
@pytest.mark.parametrize("estimator", PAPER, ids=lambda e: e.name)
def test_from_an_angle_of_pi(estimator):
    """From theta = pi ReLU and clipped ReLU settle at v(pi), which for this teacher is neither a
    minimizer nor a saddle; identity goes straight through the origin instead."""
    run = ste.descend([0.1, 0.2, 0.3, 0.0], [-1.0, 0.0, 0.0], BENIGN, estimator, 0.1, 1000)
    assert not run.w[:, 1:].any()
    if estimator is ste.IDENTITY:
        assert run.angle[-1] == 0.0 and run.loss[-1] < 1e-6
    else:
        assert np.all(run.angle == np.pi)
        assert np.allclose(run.v[-1], 0.6, atol=1e-6)
        assert run.loss[-1] == pytest.approx(1.6, abs=1e-6)


# --- What is proved of ReLU descent --------------------------------------------------------------


@pytest.mark.result("prop-radial")
@SETTINGS
@given(points(), proxies)
def test_the_radial_part_splits(point, estimator):
    v, w, teacher = point
    at = plane(w, teacher)
    grad_v, grad_w = ste.expected_coarse_gradient(v, w, teacher, estimator)
    moments = estimator.moments_at(at.norm, at.cos, at.sin)
    d = v @ teacher.v
    split = (v @ v) * moments.a_minus + 2 * moments.alpha * (v @ grad_v)
    split += d * (moments.alpha * (1 - at.theta / np.pi) - moments.b_x)
    assert grad_w @ at.unit == pytest.approx(split, abs=1e-11)


def remainder(theta):
    return 1 - theta / np.pi - np.square(np.cos(theta / 2))


@pytest.mark.result("lem-relu-gap", "thm-safe-descent")
@SETTINGS
@given(points())
def test_the_size_of_relu_s_coarse_gradient_is_bounded(point):
    v, w, teacher = point
    at = plane(w, teacher)
    grad_v, grad_w = ste.expected_coarse_gradient(v, w, teacher, ste.RELU)
    d = v @ teacher.v
    split = 2 * K * (v @ grad_v) + d * K * remainder(at.theta)
    assert grad_w @ at.unit == pytest.approx(split, abs=1e-11)
    assert abs(remainder(at.theta)) <= at.sin / np.pi + 1e-15
    inner = ste.correlation(v, w, teacher, ste.RELU).inner
    bound = 8 * K**2 * (v @ v) * (grad_v @ grad_v)
    bound += (2 / np.pi**2 + 0.25) * 2 * at.norm / K * inner
    assert grad_w @ grad_w <= bound * (1 + 1e-9) + 1e-12


ONE_SIDED = (
    ste.RELU,
    ste.CLIPPED_RELU,
    ste.Estimator("far window", lambda x: (x > 0.5) & (x < 2.0), (0.5, 2.0)),
)


@pytest.mark.result("lem-vanish-together")
@pytest.mark.parametrize("estimator", ONE_SIDED, ids=lambda e: e.name)
@pytest.mark.parametrize("teacher", [DEMO, BENIGN], ids=["with spurious", "without"])
def test_one_sided_proxies_vanish_at_three_places_and_nowhere_else(estimator, teacher):
    saddle = ste.critical_points(teacher).saddle
    rests = [0.0, np.pi] + ([saddle.theta] if saddle else [])
    side = np.eye(teacher.n)[1]
    for theta in [*rests, 0.3, 1.1, np.pi / 2, 2.0, 2.9]:
        w = np.cos(theta) * teacher.w + np.sin(theta) * side if theta < np.pi else -teacher.w
        grad_v, grad_w = ste.expected_coarse_gradient(
            ste.best_v(theta, teacher), 0.7 * w, teacher, estimator
        )
        assert np.allclose(grad_v, 0.0, atol=1e-14)
        assert (np.linalg.norm(grad_w) < 1e-12) == (theta in rests)


@pytest.mark.result("lem-vanish-together")
@pytest.mark.parametrize("estimator", [ste.IDENTITY, ste.leaky_relu(0.2)], ids=lambda e: e.name)
def test_what_is_left_over_at_an_angle_of_pi_where_that_is_no_minimizer(estimator):
    """(|v|^2 + d) A- along u also where d > 0 there."""
    v = ste.best_v(np.pi, BENIGN)
    assert v @ BENIGN.v > 0.0 and ste.critical_points(BENIGN).spurious is None
    grad_v, grad_w = ste.expected_coarse_gradient(v, -0.7 * BENIGN.w, BENIGN, estimator)
    a_minus = estimator.moments(0.7, np.pi).a_minus
    assert np.allclose(grad_v, 0.0, atol=1e-14)
    assert np.allclose(grad_w, -(v @ v + v @ BENIGN.v) * a_minus * BENIGN.w, atol=1e-13)


@pytest.mark.result("lem-vanish-together")
@pytest.mark.parametrize("estimator", [ste.IDENTITY, ste.leaky_relu(0.2)], ids=lambda e: e.name)
def test_what_two_sided_proxies_leave_over(estimator):
    points_ = ste.critical_points(DEMO)
    a_minus = estimator.moments(1.0, 1.0).a_minus
    for point, sign in (
        (points_.global_minimizer, -1.0),
        (points_.saddle, 0.0),
        (points_.spurious, 1.0),
    ):
        u = np.cos(point.theta) * DEMO.w + np.sin(point.theta) * np.eye(5)[1]
        u = -DEMO.w if point.theta == np.pi else u
        grad_w = ste.expected_coarse_gradient(point.v, u, DEMO, estimator)[1]
        d = point.v @ DEMO.v
        size = (point.v @ point.v + sign * d) * a_minus
        assert np.allclose(grad_w, size * u, atol=1e-13)
        assert (size > 1e-3) == (point is not points_.global_minimizer)


def anywhere(rng):
    m, n = rng.integers(1, 6), rng.integers(2, 5)
    teacher = ste.Teacher(rng.standard_normal(m), rng.standard_normal(n))
    v = rng.standard_normal(m) * rng.choice([0.1, 1.0, 3.0])
    return v, rng.standard_normal(n) * rng.choice([0.3, 1.0, 5.0]), teacher


@pytest.mark.result("lem-half-plane")
def test_a_small_step_keeps_the_angle_inside_and_turns_by_the_sign_of_d():
    rng = np.random.default_rng(16)
    for _ in range(400):
        v, w, teacher = anywhere(rng)
        at = plane(w, teacher)
        units, length = teacher.m + 1, math.sqrt(teacher.N)
        c_v = np.linalg.norm(v)
        largest = K * c_v * (units * (c_v + length) / 2 + length * (1 / math.pi + 0.5))
        eta = at.norm / (2 * largest)
        grad_w = ste.expected_coarse_gradient(v, w, teacher, ste.RELU)[1]
        d = v @ teacher.v
        assert abs(grad_w @ at.unit) + K * abs(d) / 2 <= largest
        after = w - eta * grad_w * np.linspace(0.0, 1.0, 9)[1:, None]
        side = at.unit - at.cos * teacher.w  # across w*, on the side of w
        assert np.all(after @ side > 0.0)
        assert np.all(np.linalg.norm(after, axis=1) > at.norm / 2)
        assert np.all((plane(after, teacher).theta < at.theta) == (d > 0.0))


@pytest.mark.result("thm-safe-descent")
@pytest.mark.parametrize(
    ("size", "layer", "c_w", "least"),
    [
        (0.1, DEMO.v, 1.0, 0),
        (20.0, DEMO.v, 4.0, 0),
        (0.01, np.array([0.02]), 0.01, 1),
        (28.0, DEMO.v, 500.0, 2),
    ],
)
def test_the_safe_rate_is_the_one_of_the_theorem(size, layer, c_w, least):
    """Each number in the minimum is in turn the least, and always below the 4/(m + 1) for C_v."""
    teacher, m, length = ste.Teacher(layer, [1.0, 0.0]), layer.size, np.linalg.norm(layer)
    c_v = max(size, (m + 1) * length)
    k, P = 1 / math.sqrt(2 * math.pi), (1 + c_v) * length / (2 * math.pi)
    first = (m + 1) / 4 + length / (2 * math.pi) + 32 * k**2 * c_v**2 * P / c_w**2
    second = 8 * P / (k * c_w) * (2 / math.pi**2 + 1 / 4)
    gamma = k * c_v * ((m + 1) / 2 * (c_v + length) + length * (1 / math.pi + 1 / 2))
    rates = 1 / first, 1 / second, c_w / (2 * gamma)
    assert np.argmin(rates) == least and min(rates) < 4 / (m + 1)
    v0 = size * np.ones(m) / math.sqrt(m)
    assert safe_rate(v0, teacher, c_w) == pytest.approx(min(rates), rel=1e-12)


@pytest.mark.result("thm-safe-descent")
def test_a_safe_step_lowers_the_loss_by_half_of_its_first_order():
    rng = np.random.default_rng(17)
    least = np.inf
    for _ in range(800):
        v, w, teacher = anywhere(rng)
        eta = safe_rate(v, teacher, float(np.linalg.norm(w)))
        grad_v, grad_w = ste.expected_coarse_gradient(v, w, teacher, ste.RELU)
        first = grad_v @ grad_v + ste.correlation(v, w, teacher, ste.RELU).inner
        fall = ste.population_loss(v, w, teacher)
        fall -= ste.population_loss(v - eta * grad_v, w - eta * grad_w, teacher)
        least = min(least, fall / (eta * first))
    assert 0.5 <= least < 1.0


@pytest.mark.result("thm-safe-descent")
def test_a_safe_run_never_climbs_and_its_falls_add_up():
    v0, w0 = (x[0] for x in starts(DEMO, 1, seed=18))
    eta = safe_rate(v0, DEMO, 0.5)
    run = ste.descend(v0, w0, DEMO, ste.RELU, eta, 3000)
    assert run.norm.min() > 0.5
    grad_v = ste.population_gradient(run.v, run.w, DEMO)[0]
    first = np.square(grad_v).sum(axis=-1)
    first = first + ste.correlation(run.v, run.w, DEMO, ste.RELU).inner
    assert np.all(np.diff(run.loss) <= -eta / 2 * first[:-1])
    assert first[:-1].sum() <= 2 / eta * run.loss[0]
    lengths = np.linalg.norm(run.v, axis=1)
    assert lengths.max() <= max(lengths[0], 5 * math.sqrt(DEMO.N))


def sure_starts(count: int, seed: int):
    """Teachers and starts to which Theorem 2 applies."""
    rng = np.random.default_rng(seed)
    while count:
        m = int(rng.integers(2, 6))
        teacher = ste.Teacher(rng.standard_normal(m), [1.0, 0.0])
        v0 = 0.6 * rng.standard_normal(m)
        v0 = v0 if v0 @ teacher.v > 0 else -v0
        # a small d0 or a small s makes the limit slow
        if teacher.s * v0.sum() <= teacher.s**2 and v0 @ teacher.v > 0.3 * teacher.N:
            count -= 1
            angle = rng.uniform(0.2, 1.3)
            yield teacher, v0, angle, np.array([np.cos(angle), np.sin(angle)])


@pytest.mark.result("thm-paper-global")
@pytest.mark.parametrize("estimator", [ste.RELU, ste.CLIPPED_RELU], ids=lambda e: e.name)
def test_three_things_survive_each_step_and_the_run_ends_at_the_global_minimum(estimator):
    for teacher, v0, angle, w0 in sure_starts(5, seed=19):
        eta = 2.0 / (teacher.m + 1)
        run = ste.descend(v0, 2.0 * w0, teacher, estimator, eta, 3000)
        assert run.norm.min() > 0.1
        assert np.all(teacher.s * run.v.sum(axis=1) <= teacher.s**2 + 1e-12)
        c0 = 1 - 2 * angle / np.pi
        assert np.all(run.v @ teacher.v >= min(v0 @ teacher.v, c0 * teacher.N) - 1e-12)
        assert np.all(np.diff(run.angle) <= 1e-14)
        assert ste.outcome(run, teacher) == "global"


def flow(v0, w0, teacher, time: float, steps: int):
    """Runge-Kutta of fourth order: v' = -df/dv, w' = -E[g] of ReLU."""
    v, w, h = v0, w0, time / steps
    path = [(v, w)]

    def slope(v, w):
        grad_v, grad_w = ste.expected_coarse_gradient(v, w, teacher, ste.RELU)
        return -grad_v, -grad_w

    for _ in range(steps):
        a = slope(v, w)
        b = slope(v + h / 2 * a[0], w + h / 2 * a[1])
        c = slope(v + h / 2 * b[0], w + h / 2 * b[1])
        e = slope(v + h * c[0], w + h * c[1])
        v = v + h / 6 * (a[0] + 2 * b[0] + 2 * c[0] + e[0])
        w = w + h / 6 * (a[1] + 2 * b[1] + 2 * c[1] + e[1])
        path.append((v, w))
    return tuple(map(np.array, zip(*path, strict=True)))


@pytest.mark.result("cor-length-flow")
@pytest.mark.parametrize("angle", [0.4, 1.3, 2.6])
def test_what_the_length_owes_to_v(angle):
    v0, w0 = np.array([0.6, 0.5, 0.3, -0.4]), np.array([np.cos(angle), np.sin(angle), 0, 0, 0])
    v, w = flow(v0, w0, DEMO, time=2.0, steps=400)
    balance = np.linalg.norm(w, axis=1) - K * np.square(v).sum(axis=1)
    theta = plane(w, DEMO).theta
    rate = -K * (v @ DEMO.v) * remainder(theta)
    gained = np.cumsum(0.5 * (rate[1:] + rate[:-1])) * 2.0 / 400
    assert np.abs(gained).max() > 5e-3
    assert np.allclose(balance[1:] - balance[0], gained, atol=2e-6)
    forward = (v @ DEMO.v > 0) & (theta < np.pi / 2)
    assert np.all(rate[forward] >= 0.0) and forward.any() == (angle < np.pi / 2)
    assert np.all(remainder(np.linspace(0.0, np.pi / 2, 1001)) <= 1e-15)


@pytest.mark.result("cor-length-flow")
def test_the_identity_of_the_length_by_sympy():
    square, total, s, d, theta, k = sp.symbols("square total s d theta k", real=True)
    c = 1 - 2 * theta / sp.pi
    v_dot_r = (square - c * d + total**2 - s * total) / 4
    h = square + total**2 - total * s + d
    radial = h * k / 2 - d * k * sp.cos(theta / 2) ** 2
    rate = -radial - k * (-2 * v_dot_r)
    right = (sp.cos(theta / 2) ** 2 - 1 + theta / sp.pi) * d * k
    assert sp.simplify(rate - right) == 0


@pytest.mark.result("thm-flow-global")
def test_a_start_that_is_enough():
    for teacher, v0, angle, w0 in sure_starts(3, seed=20):
        w0 = w0 * 1.05 * K * (v0 @ v0)
        v, w = flow(v0, w0, teacher, time=60.0, steps=1500)
        at, times = plane(w, teacher), np.linspace(0.0, 60.0, 1501)
        y0 = np.linalg.norm(w0) - K * (v0 @ v0)
        c_v = max(np.linalg.norm(v0), (teacher.m + 1) * math.sqrt(teacher.N))
        c_w = (y0 + K * c_v**2) * math.exp(2 * angle / np.pi)
        delta = min(v0 @ teacher.v, (1 - 2 * angle / np.pi) * teacher.N)
        assert y0 > 0.0 and np.all(at.norm >= y0 - 1e-9) and np.all(at.norm <= c_w)
        assert np.all(v @ teacher.v >= delta - 1e-9)
        decay = math.tan(angle / 2) * np.exp(-delta * K * times / (2 * c_w))
        assert np.all(np.tan(at.theta / 2) <= decay + 1e-9)
        assert np.all(np.diff(at.theta) <= 1e-9) and at.theta[-1] < 0.02
        balance = at.norm - K * np.square(v).sum(axis=1)
        assert np.all(np.diff(balance) >= -1e-9)
        # exponentially fast: the loss and |v - v*| lose at least a half in each sixth of the time
        for gap in (np.linalg.norm(v - teacher.v, axis=1), ste.population_loss(v, w, teacher)):
            sixths = gap[500::250]
            assert np.all(sixths[1:] < 0.5 * sixths[:-1]) and sixths[-1] < 0.03 * gap[0]


def test_with_a_short_filter_the_loss_of_relu_climbs():
    """|w0| far below k |v0|^2: w is driven to the origin and the loss of ReLU climbs."""
    v0 = 0.5 * BENIGN.v + 1.5 * np.array([-1.0, 1.0, -1.0, 1.0])
    w0 = np.array([0.5, math.sqrt(0.75), 0.0])
    assert np.linalg.norm(w0) < K * (v0 @ v0)
    run = ste.descend(v0, w0, BENIGN, ste.RELU, 0.01, 2000)
    assert run.norm.min() < 0.01 and np.diff(run.loss).max() > 0.5


# --- Where runs end ------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["global", "saddle", "spurious"])
def test_a_run_at_rest_is_named(kind):
    points_ = ste.critical_points(DEMO)
    point = points_.global_minimizer if kind == "global" else getattr(points_, kind)
    w = np.cos(point.theta) * DEMO.w + np.sin(point.theta) * np.eye(5)[1]
    run = ste.descend(point.v, 2.0 * w, DEMO, ste.RELU, 0.01, 5)
    assert ste.outcome(run, DEMO) == kind
    assert ste.outcome(run, DEMO, tolerance=1e-12) in (kind, "other")
    moved = ste.descend(point.v + 0.1, 2.0 * w, DEMO, ste.RELU, 0.01, 5)
    assert ste.outcome(moved, DEMO) == "other"
    assert ste.outcome(moved, DEMO, tolerance=0.5) == kind


def test_a_cycle_is_not_a_rest_and_the_axis_without_a_minimum_is_neither():
    teacher = with_ratio(8, 0.05)
    spurious = ste.critical_points(teacher).spurious
    run = ste.descend(spurious.v, [-0.1, 1e-4, 0.0], teacher, ste.IDENTITY, 0.05, 3000)
    assert ste.outcome(run, teacher) == "other"
    held = ste.descend([0.6] * 4, [-1.0, 0.0, 0.0], BENIGN, ste.RELU, 0.1, 10)
    assert ste.outcome(held, BENIGN) == "other"
    origin = ste.descend(DEMO.v, np.zeros(5), DEMO, ste.RELU, 0.1, 10)
    assert ste.outcome(origin, DEMO) == "other"


def test_a_second_global_minimum_is_called_global():
    teacher = ste.Teacher([1.0, -1.0], [1.0, 0.0])
    run = ste.descend([-1.0, 1.0], [-1.0, 0.0], teacher, ste.RELU, 0.1, 10)
    assert run.loss[-1] < 1e-12 and ste.outcome(run, teacher) == "global"


def test_outcomes_have_the_shape_of_the_starts():
    v0, w0 = starts(DEMO, 6, seed=21)
    run = ste.descend(v0.reshape(2, 3, 4), w0.reshape(2, 3, 5), DEMO, ste.RELU, 0.4, 800)
    ends = ste.outcome(run, DEMO)
    assert ends.shape == (2, 3)
    assert np.array_equal(ends == "global", run.loss[-1] < 1e-3)


def test_an_outcome_needs_its_own_teacher_and_a_tolerance():
    run = ste.descend(DEMO.v, DEMO.w, DEMO, ste.RELU, 0.1, 1)
    with pytest.raises(ValueError, match=r"run: expected a Trajectory, got Teacher"):
        ste.outcome(DEMO, DEMO)
    with pytest.raises(ValueError, match=r"run: expected one with m = 4, n = 3, got m = 4, n = 5"):
        ste.outcome(run, BENIGN)
    with pytest.raises(ValueError, match=r"tolerance: expected a finite number > 0, got 0"):
        ste.outcome(run, DEMO, tolerance=0)
    with pytest.raises(ValueError, match=r"least_norm: expected a finite number > 0, got -1"):
        safe_rate(DEMO.v, DEMO, -1)


def record(teacher, steps, off):
    """A run, recorded at some steps, that is so far in v from the global minimizer."""
    off = np.asarray(off, float)
    v = teacher.v + off[..., None] * np.eye(teacher.m)[0]
    w = np.broadcast_to(teacher.w, (*off.shape, teacher.n))
    return Trajectory(np.array(steps), v, w, np.zeros(off.shape), 0.0 * off, 1.0 + 0.0 * off)


def test_a_run_rests_if_it_does_in_the_last_tenth_of_what_was_recorded():
    """From step 190 on, from 189 on, and from 200 on."""
    far, near = 1.0, 0.0
    off = [[far] * 3, [far] * 3, [far, near, far], [near, near, far], [near] * 3]
    run = record(DEMO, [100, 150, 189, 190, 200], off)
    assert ste.outcome(run, DEMO).tolist() == ["global", "global", "other"]
    with pytest.raises(ValueError, match=r"run: expected one with m = 4, n = 3, got m = 4, n = 5"):
        ste.outcome(run, BENIGN)


@pytest.mark.parametrize(("length", "ends"), [(0.5, "other"), (2.0, "global")])
def test_how_near_is_near_is_told_in_lengths_of_the_teacher(length, ends):
    teacher = ste.Teacher(length * np.array([0.6, 0.8]), [1.0, 0.0])
    assert ste.outcome(record(teacher, [0, 1], [[0.03], [0.03]]), teacher).tolist() == [ends]


def test_at_the_tolerance_itself_a_run_does_not_rest():
    teacher = ste.Teacher([1.0, 0.0], [1.0, 0.0])
    run = record(teacher, [0, 1], [[0.5], [0.5]])
    assert ste.outcome(run, teacher, tolerance=0.5).tolist() == ["other"]
    assert ste.outcome(run, teacher, tolerance=np.nextafter(0.5, 1.0)).tolist() == ["global"]


def test_samples_are_two_or_more_and_seeded_by_zero_unless_it_is_said():
    run = [DEMO.v, np.ones(5), DEMO, ste.RELU, 0.1, 2]
    plain, said, other = (
        ste.descend(*run, samples=2, **seed).v for seed in ({}, {"seed": 0}, {"seed": 1})
    )
    assert np.array_equal(plain, said) and not np.array_equal(plain, other)
    with pytest.raises(ValueError, match=r"^samples: expected an integer >= 2, got 1"):
        ste.descend(*run, samples=1)
    with pytest.raises(ValueError, match=r"^seed: expected an integer >= 0, got -1"):
        ste.descend(*run, seed=-1)


@pytest.mark.parametrize(("starts", "needed"), [(1, 7 * 4 * 5), (3, 7 * (3 * 4 + 3 * 5))])
def test_samples_that_would_not_fit_are_refused_with_their_size(monkeypatch, starts, needed):
    """Seven samples of 4 rows of 5 numbers, and of a gradient in v and w for each start."""
    run = [np.ones((starts, 4)), np.ones(5), DEMO, ste.RELU, 0.1, 1]
    monkeypatch.setattr(_checks, "MOST", needed)
    assert ste.descend(*run, samples=7).v.shape == (2, starts, 4)
    monkeypatch.setattr(_checks, "MOST", needed - 1)
    with pytest.raises(ValueError, match=rf"^samples: .* at most {needed - 1} .*here {needed}\)"):
        ste.descend(*run, samples=7)


def test_shares_of_random_starts():
    """900 starts in n = 5 and in n = 2, against as many other starts at another learning rate."""
    for estimator in PAPER:
        shares = {}
        for n in (5, 2):
            teacher = ste.Teacher(DEMO.v, np.eye(n)[0])
            for seed, eta, steps in ((22, 0.5, 500), (23, 0.25, 1000)):
                start = starts(teacher, 900, seed)
                run = ste.descend(*start, teacher, estimator, eta, steps, record_every=20)
                ends = ste.outcome(run, teacher)
                assert np.isin(ends, ["global", "spurious"]).mean() > 0.99
                shares[n, seed] = np.mean(ends == "global")
        if estimator is ste.IDENTITY:
            assert set(shares.values()) == {1.0}
            continue
        for n in (5, 2):
            p = (shares[n, 22] + shares[n, 23]) / 2
            assert abs(shares[n, 22] - shares[n, 23]) < 4 * math.sqrt(2 * p * (1 - p) / 900)
        assert 0.87 < shares[5, 22] < 0.94  # nearer to theta = pi/2 in more dimensions
        assert shares[2, 22] < shares[5, 22] - 0.1


# --- The oscillation of identity -----------------------------------------------------------------


def near_the_spurious_minimum(teacher: ste.Teacher, eta: float, steps: int) -> Trajectory:
    rng = np.random.default_rng(15)
    v = ste.critical_points(teacher).spurious.v + 1e-3 * rng.standard_normal(teacher.m)
    w = -teacher.w + 1e-3 * rng.standard_normal(teacher.n)
    return ste.descend(v, w, teacher, ste.IDENTITY, eta, steps)


@pytest.mark.parametrize(("m", "r"), [(2, 0.1), (4, 0.1), (8, 0.1), (8, 0.15), (30, 0.15)])
def test_identity_oscillates_with_the_predicted_period(m, r):
    teacher = with_ratio(m, r)
    run = near_the_spurious_minimum(teacher, eta=0.01, steps=12_000)
    late = run.steps > 6000
    crossings = run.steps[late & (run.angle < np.pi / 2)]
    assert crossings.size > 100
    period = (crossings[-1] - crossings[0]) / (crossings.size - 1)
    assert period == pytest.approx(ste.limit_cycle(teacher).period, rel=0.01)
    d = ste.critical_points(teacher).spurious.v @ teacher.v
    jumps = np.diff(run.loss[late]).max()
    assert jumps > -d / 4  # of order -d/2 at every crossing


@pytest.mark.parametrize("m", [2, 4, 8, 30])
def test_identity_escapes_above_the_threshold(m):
    threshold = ste.limit_cycle(with_ratio(m, 0.1)).threshold
    run = near_the_spurious_minimum(with_ratio(m, 1.005 * threshold), eta=0.05, steps=20_000)
    assert run.loss[-1] < 1e-3 and run.angle[-1] < 0.1


def test_a_smaller_learning_rate_does_not_slow_the_oscillation():
    teacher, periods, swings = with_ratio(8, 0.15), [], []
    for eta in (0.05, 0.01):
        run = near_the_spurious_minimum(teacher, eta, 8000)
        crossings = run.steps[(run.steps > 4000) & (run.angle < np.pi / 2)]
        periods.append(np.diff(crossings).mean())
        swings.append(run.norm[4000:].max())
    assert periods[0] == pytest.approx(periods[1], rel=0.02)
    assert swings[0] == pytest.approx(5 * swings[1], rel=0.2)
