"""Noise across w*: what it does to a cycle, how much it takes, and what takes the cycle's place."""

import itertools
import math

import numpy as np
import pytest

import ste
from ste.cycle import critical_noise, mean_cosine, zigzag
from ste.samples import noise_across, restless_walk

K = 1 / math.sqrt(2 * math.pi)
#: Teachers (m, r) and leaks of leaky ReLU, with periods from 9 to 106 steps.
CYCLES = [(30, 0.15, 1.0), (8, 0.1, 1.0), (4, 0.1, 1.0), (4, 0.15, 0.2), (4, 0.05, 0.5)]


def unit_teacher(m: int, r: float, w: tuple[float, ...] = (1.0, 0.0)) -> ste.Teacher:
    """|v*| = 1 and s^2 = (m + 1) r: ones plus an alternating part."""
    level = math.sqrt((m + 1) * r) / m
    return ste.Teacher(level + math.sqrt(1 / m - level**2) * (-1.0) ** np.arange(m), w)


def at_cycle(teacher: ste.Teacher, estimator: ste.Estimator) -> tuple[np.ndarray, float, float]:
    """v(a), the period and the length of a step, k b, over the learning rate."""
    period = ste.limit_cycle(teacher, estimator).period
    a = 2 / period - 1
    v = a * teacher.v + (1 - a) / (teacher.m + 1) * teacher.s
    limits = estimator.evaluate(np.array([-1e-6, 1e-6]))
    return v, period, K * limits.mean() * (v @ teacher.v) / a


def noisy_runs(teacher, estimator, rate, steps, sigma, *, runs=1, seed=0):
    """Population descent from v(a) next to the origin with noise across w* of sizes `sigma`.

    Returns w along and across w* (steps + 1, sizes, runs) and the losses.
    """
    rng = np.random.default_rng(seed)
    sigma = np.broadcast_to(np.asarray(sigma)[:, None], (len(sigma), runs))
    v, _, step = at_cycle(teacher, estimator)
    along, across = teacher.w, np.array([-teacher.w[1], teacher.w[0]])
    v = np.broadcast_to(v, (*sigma.shape, teacher.m)).copy()
    w = np.broadcast_to(rate * step * (-along + 1e-6 * across), (*sigma.shape, 2)).copy()
    ws, losses = [w], [ste.population_loss(v, w, teacher)]
    for _ in range(steps):
        grad_v, grad_w = ste.expected_coarse_gradient(v, w, teacher, estimator)
        noise = sigma * rng.standard_normal(sigma.shape)
        v = v - rate * grad_v
        w = w - rate * grad_w + noise[..., None] * across
        ws.append(w)
        losses.append(ste.population_loss(v, w, teacher))
    ws = np.array(ws)
    return ws @ along, ws @ across, np.array(losses)


def crossings(along: np.ndarray) -> np.ndarray:
    return np.count_nonzero((along[1:] > 0) & (along[:-1] <= 0), axis=0)


# --- Growth in a turn, and the noise that is too much --------------------------------------------


@pytest.mark.result("prop-noise-spikes")
@pytest.mark.parametrize(("m", "r", "leak"), CYCLES[:4])
def test_on_the_way_into_the_origin_the_part_across_grows_by_two_to_half_the_period(m, r, leak):
    """The library's gradient at fixed v, from half a step's length to across the origin.

    The mean is over where the turn meets the grid of its steps.
    """
    teacher, estimator = unit_teacher(m, r), ste.leaky_relu(leak)
    v, period, step = at_cycle(teacher, estimator)
    # where the last point before the origin lies, in units of a short step
    phase = (np.arange(2000) + 0.5) / 2000
    short = 2 / period
    turns = math.ceil(period / 4)
    start = short * (phase + turns)
    x, y, grown = -start * step, np.full(phase.size, 1e-13 * step), np.zeros(phase.size)
    for _ in range(turns + 1):
        w = np.stack([x, y], axis=-1)
        moved = (
            w - ste.expected_coarse_gradient(np.tile(v, (phase.size, 1)), w, teacher, estimator)[1]
        )
        inside = (x < 0) & (-x < 0.5 * step)
        growth = np.log(np.abs(moved[:, 1] / y))
        grown += np.where(inside, growth, 0.0)
        x, y = moved[:, 0], np.full(phase.size, 1e-13 * step)
    assert np.all(x > 0)
    assert grown.mean() == pytest.approx(0.5 * period * math.log(2), rel=1e-3)


@pytest.mark.result("prop-noise-spikes")
@pytest.mark.parametrize("period", [40.0, 100.0, 300.0])
def test_the_noise_of_a_turn_adds_up_as_the_formula_says(period):
    """Sum of squares over all steps of a turn, mean logarithm over its phase."""
    phase = (np.arange(400) + 0.5) / 400
    places = 2 / period * (phase + np.arange(math.floor(0.8 * period) // 2)[:, None])
    growth = np.cumsum(np.log(np.abs(1 / places - 1)), axis=0)
    deviation = np.mean(0.5 * np.log(np.sum(np.exp(2 * growth), axis=0)))
    wanted = 0.5 * period * math.log(2) + 0.25 * math.log(math.pi * period / 8)
    assert deviation == pytest.approx(wanted, abs=4 / period)
    assert math.log(critical_noise(period)) + wanted == pytest.approx(0.5 * math.log(2 / period))


@pytest.mark.result("prop-noise-spikes")
@pytest.mark.parametrize(("m", "r", "leak"), CYCLES)
def test_noise_above_the_critical_size_removes_the_spikes(m, r, leak):
    """Over eleven orders of magnitude of the noise: a thirtieth leaves them, ten times does not."""
    teacher, estimator, rate = unit_teacher(m, r), ste.leaky_relu(leak), 0.02
    _, period, step = at_cycle(teacher, estimator)
    size = rate * step * critical_noise(period)
    steps = math.ceil(40 * period)
    along, *_ = noisy_runs(teacher, estimator, rate, steps, size * np.array([1 / 30, 10]), runs=8)
    late = crossings(along[steps // 2 :])
    few, many = late[0], late[1]
    assert few.mean() > 0.8 * 20
    assert many.mean() < 0.2 * 20


@pytest.mark.result("prop-noise-spikes")
def test_spikes_by_the_size_of_the_noise():
    """m = 4, r = 0.1, T = 25.7, at a learning rate of 0.01: some at 1e-8, hardly any at 1e-5."""
    along, *_ = noisy_runs(
        unit_teacher(4, 0.1), ste.IDENTITY, 0.01, 4000, [0.0, 1e-8, 1e-5], runs=4
    )
    none, little, much = crossings(along[2000:]).mean(axis=1)
    assert none == pytest.approx(2000 / 25.72, abs=2)
    assert 0.4 * none < little <= none + 2
    assert much < 0.05 * none


def plain_run(m: int, r: float, w_star: tuple[float, ...], kind: type, steps: int) -> np.ndarray:
    """Along w*, step by step: identity's descent as one would write it, in doubles or singles."""
    teacher, start = unit_teacher(m, r, w_star), math.pi - 1e-3
    v_star, along = teacher.v.astype(kind), teacher.w.astype(kind)
    turned = math.cos(start) * teacher.w + math.sin(start) * teacher.w[::-1] * [-1, 1]
    v, w = ste.critical_points(teacher).spurious.v.astype(kind), (0.05 * turned).astype(kind)
    s, rate, k = v_star.sum(), kind(0.01), kind(K)
    record = np.empty(steps)
    for step in range(steps):
        u = w / np.sqrt(w @ w)
        cosine = u @ along
        theta = np.arctan2(np.linalg.norm(u - cosine * along), cosine)
        grad_v = kind(0.25) * (v + v.sum() - kind(1 - 2 * theta / math.pi) * v_star - s)
        grad_w = k * ((v @ v) * u - (v @ v_star) * along)
        v, w = v - rate * grad_v, w - rate * grad_w
        record[step] = w @ along
    return record


@pytest.mark.result("prop-noise-spikes")
@pytest.mark.parametrize(
    ("kind", "m", "r", "period"), [(np.float64, 2, 0.03, 186), (np.float32, 4, 0.05, 59)]
)
def test_rounding_off_the_axes_is_noise_enough_for_a_long_turn(kind, m, r, period):
    """w* = (.6, .8) against (1, 0), where every step of a run stays on the axis."""
    assert ste.limit_cycle(unit_teacher(m, r)).period == pytest.approx(period, abs=0.5)
    steps = 40 * period
    on, off = (plain_run(m, r, w_star, kind, steps) for w_star in ((1.0, 0.0), (0.6, 0.8)))
    assert crossings(on[steps // 2 :]) >= 18
    assert crossings(off[steps // 2 :]) <= 4


@pytest.mark.result("prop-noise-spikes")
def test_rounding_does_nothing_to_a_short_turn():
    on, off = (plain_run(4, 0.1, w_star, np.float64, 1500) for w_star in ((1.0, 0.0), (0.6, 0.8)))
    assert crossings(on) >= 40
    assert abs(crossings(on) - crossings(off)) <= 2


# --- Samples -------------------------------------------------------------------------------------


@pytest.mark.result("prop-noise-spikes")
@pytest.mark.parametrize(
    ("estimator", "length"),
    [
        (ste.IDENTITY, 0.3),
        (ste.leaky_relu(0.2), 2.0),
        (ste.leaky_relu(3.0), 0.1),
        (ste.get_estimator("tanh"), 1e-3),
    ],
    ids=["identity", "leaky 0.2", "leaky 3", "tanh"],
)
def test_noise_of_one_sample_across(estimator, length):
    """Against Monte Carlo in all four directions across, at a v with no symmetry."""
    teacher = ste.Teacher([1.0, -0.5, 0.8, 0.3], [1.0, 0.0, 0.0, 0.0, 0.0])
    v, size = np.array([0.3, 0.9, -0.4, 0.6]), 100_000
    got = ste.monte_carlo_gradient(v, -length * teacher.w, teacher, estimator, size, seed=2)
    across = got.standard_error[1:] * math.sqrt(size)
    wanted = noise_across(v, teacher, estimator)
    np.testing.assert_allclose(across, wanted, rtol=0.015)
    if estimator is ste.IDENTITY:
        loss = ste.population_loss(v, -teacher.w, teacher)
        assert wanted == pytest.approx(np.linalg.norm(v) * math.sqrt(2 * loss), rel=1e-12)


@pytest.mark.result("prop-noise-spikes")
def test_noise_of_one_sample_across_over_all_coins():
    """Exactly, over the 2^m ways in which the rows may be on, for several v at once."""
    teacher = ste.Teacher([1.0, -0.5, 0.8, 0.3], [1.0, 0.0])
    v = np.random.default_rng(3).standard_normal((2, 3, 4))
    coins = np.array(list(itertools.product([0.0, 1.0], repeat=4)))
    residual = (v + teacher.v) @ coins.T - teacher.s
    slopes = np.where(coins > 0.0, 2.0, 0.6)
    wanted = np.sqrt(np.mean(residual**2 * (v**2 @ slopes.T**2), axis=-1))
    got = noise_across(v, teacher, 2.0 * ste.leaky_relu(0.3))
    np.testing.assert_allclose(got, wanted, rtol=1e-13)


@pytest.mark.parametrize("estimator", [ste.IDENTITY, 3.0 * ste.leaky_relu(0.5)])
def test_the_walk_is_half_as_far_out_as_a_step_is_long(estimator):
    teacher = unit_teacher(4, 0.1)
    _, _, step = at_cycle(teacher, estimator)
    assert restless_walk(teacher, estimator).length == pytest.approx(0.5 * step, rel=1e-6)


@pytest.mark.result("prop-noise-spikes")
@pytest.mark.parametrize(("m", "r"), [(4, 0.1), (8, 0.15), (30, 0.15)])
@pytest.mark.parametrize("n", [2, 5])
def test_samples_that_would_show_spikes(m, r, n):
    """Identity's closed form, and none above the threshold."""
    teacher = unit_teacher(m, r, (0.6, 0.8, 0.0, 0.0, 0.0)[:n])
    v, period, _ = at_cycle(teacher, ste.IDENTITY)
    loss = ste.population_loss(v, -teacher.w, teacher)
    wanted = (n - 1) * loss / (v @ v) * math.sqrt(math.pi**3 / 2) * period**1.5 * 2**period
    assert restless_walk(teacher).samples == pytest.approx(wanted, rel=1e-10)
    assert restless_walk(unit_teacher(m, 0.3)) is None
    assert restless_walk(teacher, ste.RELU) is None


def test_more_samples_than_a_double_holds():
    teacher = unit_teacher(2, 0.05)
    assert restless_walk(teacher, ste.leaky_relu(0.02)).samples == math.inf  # a period of 2,752
    assert restless_walk(teacher, ste.leaky_relu(1e-4)).samples == math.inf
    assert math.isfinite(restless_walk(teacher).samples)


def sampled_run(r: float, samples: int, steps: int) -> tuple[ste.Teacher, ste.descend]:
    teacher, start = unit_teacher(4, r, (1.0, 0.0, 0.0, 0.0, 0.0)), math.pi - 1e-3
    w = 0.05 * np.array([math.cos(start), math.sin(start), 0.0, 0.0, 0.0])
    v = ste.critical_points(teacher).spurious.v
    return teacher, ste.descend(v, w, teacher, ste.IDENTITY, 0.05, steps, samples=samples, seed=1)


@pytest.mark.result("prop-noise-spikes", "prop-restless")
def test_a_run_on_samples_shows_no_spikes_and_walks_beside_the_origin():
    """A thousand fresh samples a step, where billions would be needed."""
    teacher, run = sampled_run(0.1, 1000, 1600)
    walk = restless_walk(teacher)
    assert walk.samples > 1e9
    late = slice(400, None)
    assert crossings(np.cos(run.angle[late])) <= 1
    assert walk.cycle_loss < run.loss[late].mean() < walk.zigzag_loss
    trap = ste.critical_points(teacher).spurious.loss
    assert run.loss[late].mean() > 1.3 * trap
    assert np.median(run.norm[late]) == pytest.approx(0.05 * walk.length, rel=0.15)


@pytest.mark.result("prop-restless")
def test_above_the_threshold_a_run_on_samples_leaves():
    _, run = sampled_run(0.3, 200, 1200)
    assert run.loss[-1] < 0.01 and run.angle[-1] < 0.1


# --- The walk beside the origin ------------------------------------------------------------------


@pytest.mark.result("prop-restless")
@pytest.mark.parametrize(
    ("m", "r", "leak"), [(4, 0.1, 1.0), (8, 0.1, 1.0), (2, 0.15, 1.0), (4, 0.15, 0.2)]
)
@pytest.mark.parametrize("share", [0.02, 0.3])
def test_the_balance_of_the_walk(m, r, leak, share):
    """Means over time: of cos(theta) and of |w|, and the loss between cycle and zigzag."""
    teacher, estimator, rate = unit_teacher(m, r), ste.leaky_relu(leak), 0.01
    _, _, step = at_cycle(teacher, estimator)
    sigma, steps = share * rate * step, 4000
    x, y, loss = noisy_runs(teacher, estimator, rate, steps, [sigma], runs=16)
    x, y, loss = x[steps // 4 :], y[steps // 4 :], loss[steps // 4 :]
    assert crossings(x).sum() <= 1
    length = np.hypot(x, y)
    cosine, c = x / length, 1 - 2 * np.arctan2(np.abs(y), x) / math.pi
    walk, a, kappa = restless_walk(teacher, estimator), c.mean(), 2 * leak / (1 + leak)
    mean = mean_cosine(m, r, kappa, a)
    assert mean == pytest.approx(cosine.mean(), abs=3e-3)
    assert walk.cycle_loss < loss.mean() < walk.zigzag_loss
    short = rate * K * (1 + leak) / 2 * (a + (1 - a) * r) / mean  # eta k b at v(a)
    wanted = 0.5 * short * (1 - mean**2) + sigma**2 / (2 * short)
    assert np.mean(length * (1 - mean * cosine)) == pytest.approx(wanted, rel=0.02)
    about = 0.5 * short + sigma**2 / (2 * short * (1 - mean**2))
    assert length.mean() == pytest.approx(about, rel=0.15)


@pytest.mark.result("prop-restless")
@pytest.mark.parametrize("m", [2, 4, 8, 30])
@pytest.mark.parametrize("leak", [0.2, 1.0, 3.0])
def test_no_direction_is_in_balance_above_the_threshold(m, leak):
    """Below it those between the two roots are, and only those."""
    kappa, estimator = 2 * leak / (1 + leak), ste.leaky_relu(leak)
    threshold = ste.limit_cycle(unit_teacher(m, 0.1), estimator).threshold
    for share in (0.5, 0.99, 1.01, 1.2):
        r = share * threshold
        a = np.linspace(-1, -r / (1 - r), 4001)
        allowed = mean_cosine(m, r, kappa, a) <= a
        if share > 1:
            assert not allowed.any()
        else:
            first, last = np.flatnonzero(allowed)[[0, -1]]
            assert allowed[first : last + 1].all()
            root = 2 / ste.limit_cycle(unit_teacher(m, r), estimator).period - 1
            assert abs(a[first] - root) <= a[1] - a[0]


@pytest.mark.result("prop-restless")
@pytest.mark.parametrize(("m", "r"), [(2, 0.1), (4, 0.1), (8, 0.05), (30, 0.15)])
def test_the_zigzag_is_in_balance(m, r):
    """At the best v for its angle, and nearest to the trap of all such angles."""
    teacher = unit_teacher(m, r)
    c = zigzag(teacher)
    theta = 0.5 * math.pi * (1 - c)
    v = ste.best_v(theta, teacher)
    assert v @ teacher.v == pytest.approx((v @ v) * math.cos(theta), rel=1e-12)
    for angle in np.linspace(theta + 1e-6, math.pi, 200):
        v = ste.best_v(angle, teacher)
        assert v @ teacher.v > (v @ v) * math.cos(angle)
    assert c > 2 / ste.limit_cycle(teacher).period - 1
    assert restless_walk(teacher).zigzag_loss == pytest.approx(ste.profile_loss(theta, teacher))


@pytest.mark.parametrize(("m", "edge"), [(2, 0.2175), (4, 0.1889), (8, 0.1754)])
def test_the_zigzag_ends_before_the_cycle(m, edge):
    assert zigzag(unit_teacher(m, 0.995 * edge)) is not None
    assert zigzag(unit_teacher(m, 1.005 * edge)) is None
    assert ste.limit_cycle(unit_teacher(m, 1.005 * edge)).exists
    assert zigzag(unit_teacher(m, 0.4)) is None


@pytest.mark.parametrize("m", [2, 4, 30])
@pytest.mark.parametrize("leak", [0.1, 1.0, 5.0])
def test_at_a_small_ratio_the_zigzag_is_next_to_the_trap(m, leak):
    """1 + c = 2 kappa (2 M - 1) r as r -> 0."""
    M, kappa = m / (m + 1), 2 * leak / (1 + leak)
    c = zigzag(unit_teacher(m, 1e-6), ste.leaky_relu(leak))
    assert 1 + c == pytest.approx(2 * kappa * (2 * M - 1) * 1e-6, rel=1e-4)


@pytest.mark.parametrize("period", [0.0, -1.0, math.nan, [3.0, 0.0]])
def test_a_period_is_positive(period):
    with pytest.raises(ValueError, match="period"):
        critical_noise(period)


@pytest.mark.parametrize("m", [2, 4, 8])
def test_a_small_leak_has_no_zigzag_close_below_the_threshold(m):
    """Beyond c = -r/(1 - r), where d > 0, none is looked for."""
    leaky = ste.leaky_relu(0.05)
    threshold = ste.limit_cycle(unit_teacher(m, 0.1), leaky).threshold
    for share in (0.97, 0.999):
        assert zigzag(unit_teacher(m, share * threshold), leaky) is None
