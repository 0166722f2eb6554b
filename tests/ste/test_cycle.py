"""The predicted limit cycle of identity: threshold, period, and where there is none."""

import math

import numpy as np
import oracle
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from strategies import SETTINGS, teachers, with_ratio

import ste
from ste.cycle import (
    averaged_trace,
    cycle_period,
    cycle_threshold,
    one_sided_limits,
    relative_slope,
    stability_limit,
)


def coefficients(m: int, r: float) -> tuple:
    """Of the balance of one cycle, a quadratic in the mean direction a; in 40 digits."""
    M, r = oracle.mp.mpf(m) / (m + 1), oracle.mp.mpf(r)
    return 1 - (2 - M) * r, 1 - M * r, r


def discriminant(m: int, r: float):
    a, b, c = coefficients(m, r)
    return b * b - 4 * a * c


@pytest.mark.parametrize(("m", "threshold"), [(2, 0.2617), (4, 0.2299), (8, 0.2149), (10**6, 0.2)])
def test_threshold(m, threshold):
    teacher = with_ratio(m, 0.1)
    assert ste.limit_cycle(teacher).threshold == pytest.approx(threshold, abs=5e-5)


@pytest.mark.result("thm-threshold")
@pytest.mark.parametrize("m", [2, 4, 8, 30, 1000])
def test_threshold_is_where_the_discriminant_vanishes(m):
    threshold = ste.limit_cycle(with_ratio(m, 0.1)).threshold
    assert abs(discriminant(m, threshold)) < 1e-14
    assert discriminant(m, 0.999 * threshold) > 0 > discriminant(m, 1.001 * threshold)
    grid = np.linspace(1e-3, 0.999 * threshold, 200)
    assert all(discriminant(m, r) > 0 for r in grid)  # no smaller root


@pytest.mark.result("thm-period")
@pytest.mark.parametrize("m", [2, 4, 8, 30])
@pytest.mark.parametrize("share", [1e-12, 1e-6, 1e-2, 0.3, 0.7, 0.99, 0.9999])
def test_period_solves_the_balance_of_a_cycle(m, share):
    threshold = ste.limit_cycle(with_ratio(m, 0.1)).threshold
    cycle = ste.limit_cycle(with_ratio(m, share * threshold))
    assert cycle.exists and cycle.ratio == pytest.approx(share * threshold, rel=1e-9)
    a = 2 / oracle.mp.mpf(cycle.period) - 1
    A, B, C = coefficients(m, cycle.ratio)
    assert a <= -B / (2 * A)  # the root nearer -1
    # near the threshold the roots merge, and the period moves with the root of the rounding
    slope = abs(2 * A * a + B)
    assert abs(A * a * a + B * a + C) < 1e-14 * (1 + a) / slope


@pytest.mark.parametrize(
    ("m", "r", "period"),
    [(2, 0.1, 45.73), (4, 0.1, 25.72), (8, 0.1, 20.00), (8, 0.15, 11.15), (30, 0.15, 9.32)],
)
def test_periods(m, r, period):
    assert ste.limit_cycle(with_ratio(m, r)).period == pytest.approx(period, abs=0.01)


@pytest.mark.parametrize(
    "v",
    [
        [2.0],  # one unit
        [1.0, -1.0],  # s = 0
        [0.1, 0.2, -0.3],  # s = 0 but for rounding
        [1.0, 1.0, 1.0, 1.0],  # no spurious minimum
        [1.0, -0.5, 0.8, 0.3],  # above the threshold, below 1/2
    ],
)
def test_where_there_is_none(v):
    cycle = ste.limit_cycle(ste.Teacher(v, [1.0, 0.0]))
    assert not cycle.exists and cycle.period is None and not cycle.stable
    assert cycle.threshold > 0.0


def test_just_above_and_just_below_the_threshold():
    threshold = ste.limit_cycle(with_ratio(8, 0.1)).threshold
    assert ste.limit_cycle(with_ratio(8, threshold * (1 - 1e-9))).exists
    assert not ste.limit_cycle(with_ratio(8, threshold * (1 + 1e-9))).exists


@SETTINGS
@given(teachers(), st.floats(-3.0, 3.0))
def test_only_the_shape_of_the_teacher_matters(teacher, log_factor):
    one = ste.limit_cycle(teacher)
    other = ste.limit_cycle(ste.Teacher(-(10.0**log_factor) * teacher.v, teacher.w))
    assert other.ratio == pytest.approx(one.ratio, rel=1e-12, abs=1e-15)
    assert other.threshold == one.threshold
    if one.exists and other.exists:
        assert other.period == pytest.approx(one.period, rel=1e-5)


@SETTINGS
@given(teachers())
def test_a_cycle_needs_a_spurious_minimum(teacher):
    if ste.limit_cycle(teacher).exists:
        assert ste.critical_points(teacher).spurious is not None


# --- Any two limits at 0 -------------------------------------------------------------------------


def balance(m: int, r: float, left: float, right: float, a):
    """(1 - a) F_pi - (1 + a) F_0 over 1 - a, from vectors: nothing of it is expanded by hand."""
    mp = oracle.mp
    teacher = with_ratio(m, r)
    s, N = mp.mpf(teacher.s), mp.mpf(teacher.N)
    v = [a * mp.mpf(x) + (1 - a) / (m + 1) * s for x in teacher.v.tolist()]
    d = sum(x * mp.mpf(y) for x, y in zip(v, teacher.v.tolist(), strict=True))
    square, total = sum(x * x for x in v), sum(v)
    half = mp.mpf(right - left) / 2
    common = square * right + (total**2 - square) * half - (total * s - d) * half
    return ((1 - a) * (common + d * left) - (1 + a) * (common - d * right)) / (1 - a) / N


@pytest.mark.result("thm-two-limits", "thm-period")
@pytest.mark.parametrize("m", [2, 4, 8, 30])
@pytest.mark.parametrize("share", [1e-3, 0.3, 0.7, 0.99])
@pytest.mark.parametrize("left", [0.02, 0.3, 1.0, 3.0])
def test_the_period_balances_the_two_rates(m, share, left):
    """40-digit vectors against the quadratic: F_pi and F_0 as in the general formula."""
    estimator = ste.leaky_relu(left)
    threshold = ste.limit_cycle(with_ratio(m, 0.1), estimator).threshold
    teacher = with_ratio(m, share * threshold)
    cycle = ste.limit_cycle(teacher, estimator)
    a = 2 / oracle.mp.mpf(cycle.period) - 1
    assert cycle.exists and -1 < a < -cycle.ratio / (1 - cycle.ratio)
    step = oracle.mp.mpf(10) ** -12
    here = balance(m, cycle.ratio, left, 1.0, a)
    slope = (balance(m, cycle.ratio, left, 1.0, a + step) - here) / step
    assert abs(here / slope) < 1e-11 * (1 + a) / math.sqrt(1 - share)


@pytest.mark.result("thm-two-limits")
@pytest.mark.parametrize("m", [2, 4, 8, 30, 1000])
@pytest.mark.parametrize("left", [1e-4, 0.02, 0.3, 1.0, 3.0, 1e4])
def test_two_roots_below_the_threshold_and_none_up_to_one_half(m, left):
    kappa = 2 * left / (left + 1)
    M = m / (m + 1)
    threshold = ste.limit_cycle(with_ratio(m, 0.1), ste.leaky_relu(left)).threshold
    assert threshold < 0.5
    for r in np.linspace(1e-3, 0.9999 * threshold, 50):
        roots = np.roots([1 - (1 + kappa * (1 - M)) * r, 1 - kappa * M * r, r])
        assert np.isrealobj(roots) and -1 < roots.min() < roots.max() < -r / (1 - r)
    for r in np.linspace(1.0001 * threshold, 0.4999, 50):
        if r > threshold:
            assert np.iscomplexobj(np.roots([1 - (1 + kappa * (1 - M)) * r, 1 - kappa * M * r, r]))


@pytest.mark.result("cor-limits")
def test_limits_of_the_leak():
    """Identity's quadratic at 1; a period that grows like 1/lambda and r* -> 1/2 at 0."""
    teacher = with_ratio(4, 0.15)
    one, leaky = ste.limit_cycle(teacher), ste.limit_cycle(teacher, ste.leaky_relu(1.0))
    assert leaky == one
    M = 0.8
    for leak in (1e-3, 1e-5, 1e-7):
        cycle = ste.limit_cycle(teacher, ste.leaky_relu(leak))
        wanted = (1 + leak) * (1 - 2 * cycle.ratio) / (leak * (2 * M - 1) * cycle.ratio)
        assert cycle.period == pytest.approx(wanted, rel=20 * leak)
        assert cycle.threshold == pytest.approx(0.5, abs=math.sqrt(leak))
    slopes = np.linspace(0.01, 3, 40)
    thresholds = [ste.limit_cycle(teacher, ste.leaky_relu(x)).threshold for x in slopes]
    assert np.all(np.diff(thresholds) < 0)
    for m, share in ((2, 0.5), (4, 0.1), (4, 0.95), (30, 0.5)):
        r = share * ste.limit_cycle(with_ratio(m, 0.1), ste.leaky_relu(slopes[-1])).threshold
        periods = [ste.limit_cycle(with_ratio(m, r), ste.leaky_relu(x)).period for x in slopes]
        assert np.all(np.diff(periods) < 0)


TILTED = ste.Estimator("tilted", lambda x: np.exp(-(x**2)) * np.where(x < 0, 0.3, 1.0), (0.0,))


@pytest.mark.parametrize(
    ("estimator", "limits"),
    [
        (ste.IDENTITY, (1.0, 1.0)),
        (ste.RELU, (0.0, 1.0)),
        (ste.CLIPPED_RELU, (0.0, 1.0)),
        (ste.get_estimator("hard_tanh"), (1.0, 1.0)),
        (ste.get_estimator("sigmoid"), (0.25, 0.25)),
        (ste.get_estimator("tanh"), (1.0, 1.0)),
        (ste.get_estimator("triangle"), (1.0, 1.0)),
        (TILTED, (0.3, 1.0)),
        (ste.Estimator("root", lambda x: np.sqrt(np.abs(x)) + (x > 0)), (0.0, 1.0)),
        (ste.Estimator("near", lambda x: 1.0 * (x > -1e-6), (-1e-6,)), (1.0, 1.0)),
        (ste.Estimator("left only", lambda x: 1.0 * (x < 0), (0.0,)), (1.0, 0.0)),
    ],
    ids=lambda part: getattr(part, "name", ""),
)
def test_one_sided_limits(estimator, limits):
    assert one_sided_limits(estimator) == pytest.approx(limits, rel=1e-5)


@pytest.mark.parametrize("size", [1e-6, 1.0, 1e6])
@pytest.mark.parametrize(
    ("left", "limit"),
    [
        (lambda x: 1e-6, 1e-6),
        (lambda x: 4e-4 + 5.0 * np.minimum(np.sqrt(np.abs(x)), 1e-3), 4e-4),
        (lambda x: 5.0 * np.minimum(np.sqrt(np.abs(x)), 1e-3), 0.0),
        (lambda x: 1e-4 * np.abs(x) ** 0.1, 0.0),
    ],
    ids=["small", "a root above a small limit", "root", "slow root"],
)
def test_what_falls_to_zero_is_told_from_what_is_small(left, limit, size):
    two = ste.Estimator("two", lambda x: size * np.where(x < 0, left(x), 1.0), (0.0,))
    assert one_sided_limits(two) == pytest.approx((size * limit, size), rel=0.02, abs=0.0)


@pytest.mark.parametrize(("sign", "side"), [(-1.0, "below"), (1.0, "above")])
def test_where_no_limit_was_seen_is_said(sign, side):
    """As near to 0 as 1e-8 to 1e-12 of the nearest breakpoint."""
    odd = ste.Estimator("odd", lambda x: np.log(np.maximum(sign * x, 1e-99)), (0.0, -2.0, 0.5, 3.0))
    logs = str(np.log([5e-9, 5e-11, 5e-13]).tolist())
    with pytest.raises(ValueError) as caught:
        one_sided_limits(odd)
    where = [sign * 5e-9, sign * 5e-11, sign * 5e-13]
    assert f"expected a limit at 0 from {side}, got {logs} at {where}" in str(caught.value)


def test_relative_slopes_reach_from_zero_to_two():
    assert relative_slope([0.0, 2.0, 3.0], [1.0, 2.0, 0.0]).tolist() == [0.0, 1.0, 2.0]


def test_proxies_with_equal_limits_share_identitys_cycle():
    teacher = with_ratio(8, 0.15)
    for name in ("hard_tanh", "sigmoid", "tanh", "triangle", "arctan"):
        got = ste.limit_cycle(teacher, ste.get_estimator(name))
        assert got.period == pytest.approx(ste.limit_cycle(teacher).period, rel=1e-9)
    for name in ("relu", "clipped_relu", "log_tailed_relu"):
        got = ste.limit_cycle(teacher, ste.get_estimator(name))
        assert not got.exists and got.period is None and got.threshold == 0.5


@pytest.mark.parametrize(
    ("derivative", "message"),
    [
        (lambda x: np.sin(1 / np.where(x == 0, 1.0, x)), "expected a limit at 0 from below"),
        (lambda x: np.where(x > 0, -1.0, 1.0), "limits at 0 that are >= 0 and not both 0"),
        (lambda x: np.where(x > 0, 1.0, -1.0), "limits at 0 that are >= 0 and not both 0"),
        (lambda x: np.where(x > 0, -0.5, 1.0), "limits at 0 .* got 1 from below and -0.5 from"),
        (lambda x: np.where(x > 0, 1.0, -0.5), "limits at 0 .* got -0.5 from below and 1 from"),
        (lambda x: np.exp(-1 / np.maximum(np.abs(x), 1e-3)), "and not both 0, got 0 from below"),
    ],
)
def test_what_the_theory_does_not_cover_is_refused(derivative, message):
    with pytest.raises(ValueError, match=message):
        ste.limit_cycle(with_ratio(4, 0.1), ste.Estimator("odd", derivative, (0.0,)))


@pytest.mark.result("thm-two-limits")
@pytest.mark.parametrize(
    ("left", "crosses"),
    [
        (lambda x: np.sqrt(np.abs(x)), True),
        (np.abs, False),
        (lambda x: 1.0 * ((x < -0.2) & (x > -0.4)), False),
    ],
    ids=["root", "linear", "window"],
)
def test_where_the_left_limit_is_zero_no_period_lasts(left, crosses):
    """w gets across the origin only if mu' falls to 0 more slowly than |x|; then turns lengthen."""
    estimator = ste.Estimator("left", lambda x: np.where(x > 0, 1.0, left(x)), (-0.4, -0.2, 0.0))
    teacher, spikes = with_ratio(4, 0.1), []
    assert not ste.limit_cycle(teacher, estimator).exists
    v0 = ste.critical_points(teacher).spurious.v
    for rate in (0.2, 0.05):
        run = ste.descend(v0, -0.3 * rate * teacher.w, teacher, estimator, rate, 500)
        crossed = (run.angle[1:] < 1) & (run.angle[:-1] > 1)
        # what has come so near the origin that a rounding tells on which side it is does not count
        spikes.append(np.count_nonzero(crossed & (run.norm[:-1] > 1e-12)))
    assert spikes[0] > spikes[1] > 0 if crosses else spikes == [0, 0]


@pytest.mark.result("thm-two-limits")
@pytest.mark.parametrize(
    ("estimator", "m", "r", "eta", "rel"),
    [
        (ste.get_estimator("hard_tanh"), 4, 0.1, 0.01, 0.015),
        (ste.get_estimator("hard_tanh"), 8, 0.15, 0.01, 5e-3),
        (TILTED, 4, 0.2, 0.05, 0.03),
        (ste.get_estimator("tanh"), 8, 0.15, 0.02, 0.03),
        (ste.get_estimator("sigmoid"), 8, 0.15, 0.05, 0.03),
        (ste.get_estimator("triangle"), 8, 0.15, 0.005, 0.03),
        (ste.get_estimator("arctan"), 8, 0.15, 0.003, 0.03),
    ],
    ids=lambda part: getattr(part, "name", ""),
)
def test_real_proxies_cycle_with_the_period_of_their_limits(estimator, m, r, eta, rel):
    """As eta -> 0 only the limits at 0 count: descent with the whole proxy, |v*|^2 = m."""
    level = math.sqrt(r * (m + 1) / m)
    v_star = level + math.sqrt(1 - level**2) * (-1.0) ** np.arange(m)
    teacher, start = ste.Teacher(v_star, [1.0, 0.0]), math.pi - 1e-3
    w0 = 0.5 * eta * np.array([math.cos(start), math.sin(start)])
    a = 2 / ste.limit_cycle(teacher, estimator).period - 1  # from v(a): at the trap v has far to go
    v0 = a * teacher.v + (1 - a) / (m + 1) * teacher.s
    run = ste.descend(v0, w0, teacher, estimator, eta, 600)
    came = np.flatnonzero((run.angle[1:] < 1) & (run.angle[:-1] > 1))
    late = came[len(came) // 3 :]
    assert len(late) >= 6
    assert np.diff(late).mean() == pytest.approx(
        ste.limit_cycle(teacher, estimator).period, rel=rel
    )


@pytest.mark.result("prop-small-leak")
@pytest.mark.parametrize("m", [2, 3, 4, 8, 30, 1000])
def test_the_cycle_is_stable_unless_the_leak_is_small(m):
    """The trace against finite differences of the averaged motion, and its sign on a grid."""
    for left in (0.01, 0.1, 0.18, 0.3, 1.0, 3.0):
        kappa = 2 * left / (1 + left)
        M = m / (m + 1)
        threshold = 1 / (2 + kappa * M + 2 * math.sqrt(kappa * (2 * M - 1)))
        signs = []
        for share in (0.05, 0.5, 0.9, 0.99, 0.9999):
            r = share * threshold
            roots = np.roots([1 - (1 + kappa * (1 - M)) * r, 1 - kappa * M * r, r])
            a = roots.real.min()
            trace, fixed = numeric_trace(m, r, kappa, a)
            assert fixed < 1e-9
            assert averaged_trace(m, r, kappa, a) == pytest.approx(trace, rel=1e-4, abs=1e-4)
            signs.append(trace > 0)
        if left >= 0.18:
            assert all(signs)
        if left == 0.01:
            assert signs[0] and not signs[-1]


@pytest.mark.result("prop-small-leak")
@pytest.mark.parametrize("m", [2, 3, 4, 8, 30, 1000])
def test_where_the_smallest_leak_loses_its_cycle(m):
    """The trace as lambda -> 0, and the ratio (m + 3)/(3 m + 5) at which that changes its sign."""
    kappa, edge = relative_slope(1e-9, 1.0), (m + 3) / (3 * m + 5)
    assert stability_limit(m, kappa) == pytest.approx(edge, rel=1e-6)
    for r in (0.1, edge - 1e-3, edge + 1e-3, 0.49):
        wanted = m + 2 - ((m + 1) * r - 1) / (1 - 2 * r)
        got = averaged_trace(m, r, kappa, 2 / cycle_period(m, r, kappa) - 1)
        assert got == pytest.approx(wanted, rel=1e-4, abs=1e-4 * m)
        assert (got > 0) == (r < edge)


@pytest.mark.result("prop-small-leak")
@pytest.mark.parametrize(("m", "last"), [(2, 0.2662), (4, 0.2159), (8, 0.1929), (1000, 0.1717)])
def test_from_which_leak_on_no_cycle_is_lost_early(m, last):
    """As r -> r* the trace is 0 at this kappa, the largest at which a cycle can repel."""
    below, above = stability_limit(m, [last - 5e-4, last + 5e-4])
    assert below < cycle_threshold(m, last - 5e-4) and math.isnan(above)
    assert np.all(np.isfinite(stability_limit(m, np.linspace(1e-3, last - 5e-4, 40))))
    assert np.all(np.isnan(stability_limit(m, np.linspace(last + 5e-4, 2.0, 40))))
    assert last / (2 - last) < 0.18  # as a leak


def numeric_trace(m: int, r: float, kappa: float, a: float) -> tuple[float, float]:
    """Trace in the plane of v* and 1 by central differences, and how far v(a) is from rest."""
    s = math.sqrt((m + 1) * r)

    def drift(A: float, B: float) -> tuple[float, float]:
        d, total = A + B * s, A * s + B * m
        square = A * A + 2 * A * B * s + B * B * m
        slide = d / (square + (1 - kappa) * (total**2 - total * s))
        return A - slide, B + total - s

    A, B, h = a, (1 - a) / (m + 1) * s, 1e-6
    rest = max(map(abs, drift(A, B)))
    first = (drift(A + h, B)[0] - drift(A - h, B)[0]) / (2 * h)
    second = (drift(A, B + h)[1] - drift(A, B - h)[1]) / (2 * h)
    return first + second, rest


# --- The shape of identity's cycle, and what else can happen at the origin -----------------------


@pytest.mark.parametrize(
    ("leak", "m", "share"), [(0.01, 2, 0.97), (0.05, 8, 0.97), (0.1, 2, 0.999), (0.1, 4, 0.999)]
)
def test_a_trace_just_below_zero_is_unstable(leak, m, share):
    estimator = ste.leaky_relu(leak)
    threshold = ste.limit_cycle(with_ratio(m, 0.01), estimator).threshold
    cycle = ste.limit_cycle(with_ratio(m, share * threshold), estimator)
    trace = averaged_trace(m, cycle.ratio, cycle.kappa, 2.0 / cycle.period - 1.0)
    assert cycle.exists and -1.0 < trace < 0.0
    assert not cycle.stable


@pytest.mark.result("prop-swing")
@pytest.mark.parametrize(("m", "r"), [(4, 0.1), (8, 0.15)])
@pytest.mark.parametrize("eta", [0.01, 0.03])
def test_swing_and_height_of_the_spikes(m, r, eta):
    """Both against descent started on the cycle, to first order in the learning rate."""
    level = math.sqrt(r * (m + 1) / m)
    v_star = level + math.sqrt(1 - level**2) * (-1.0) ** np.arange(m)
    teacher, start = ste.Teacher(v_star, [1.0, 0.0]), math.pi - 1e-6
    a = 2 / ste.limit_cycle(teacher).period - 1
    v = a * teacher.v + (1 - a) / (m + 1) * teacher.s
    w = eta * np.array([math.cos(start), math.sin(start)])
    run = ste.descend(v, w, teacher, ste.IDENTITY, eta, 3000)
    d, square = v @ teacher.v, v @ v
    spike = run.angle < 1
    assert spike.sum() > 100
    height = run.loss[spike].mean() - run.loss[~spike].mean()
    assert height == pytest.approx(-d / 2, rel=2 * eta)
    swing = run.norm[50:].max() / eta
    assert swing == pytest.approx((square - d) / math.sqrt(2 * math.pi), rel=2.5 * eta)
    every = np.diff(np.flatnonzero(spike)).mean()
    assert every == pytest.approx(ste.limit_cycle(teacher).period, rel=0.02)
    least = run.norm[50:].min() / eta  # between 0 and the swing
    assert least < 0.1 * swing


def zigzag(m: int, r: float) -> tuple[ste.Teacher, np.ndarray, np.ndarray]:
    """Teacher, v and w/eta of the zigzag of identity, by bisection in theta."""
    level = math.sqrt((m + 1) * r) / m
    teacher = ste.Teacher(
        level + math.sqrt(1 / m - level**2) * (-1.0) ** np.arange(m), [1.0, 0.0, 0.0]
    )

    def gap(theta: float) -> float:
        v = ste.best_v(theta, teacher)
        return v @ teacher.v - v @ v * math.cos(theta)

    angles = np.linspace(math.pi / 2, math.pi, 400)
    low, high = angles[np.flatnonzero(np.array([gap(t) for t in angles]) < 0).max() :][:2]
    for _ in range(60):
        middle = 0.5 * (low + high)
        low, high = (middle, high) if gap(middle) < 0 else (low, middle)
    v = ste.best_v(low, teacher)
    length = 0.5 * (v @ v) / math.sqrt(2 * math.pi)
    return teacher, v, length * np.array([math.cos(low), 0.0, math.sin(low)])


@pytest.mark.result("prop-zigzag")
@pytest.mark.parametrize(("m", "r"), [(2, 0.1), (4, 0.1), (8, 0.05)])
@pytest.mark.parametrize("eta", [0.001, 0.05])
def test_a_zigzag_repeats_every_two_steps(m, r, eta):
    teacher, v, w = zigzag(m, r)
    run = ste.descend(v, eta * w, teacher, ste.IDENTITY, eta, 20)
    mirrored = w * [1, -1, -1]
    np.testing.assert_allclose(run.w[::2], np.broadcast_to(eta * w, (11, 3)), atol=1e-9 * eta)
    np.testing.assert_allclose(
        run.w[1::2], np.broadcast_to(eta * mirrored, (10, 3)), atol=1e-9 * eta
    )
    np.testing.assert_allclose(run.v, np.broadcast_to(v, run.v.shape), atol=1e-9)
    assert np.ptp(run.loss) < 1e-9


def test_next_to_its_zigzag_identity_leaves_it():
    teacher, v, w = zigzag(4, 0.1)
    run = ste.descend(v, 0.05 * 1.01 * w, teacher, ste.IDENTITY, 0.05, 8000, record_every=1000)
    assert abs(run.w[0, 2]) > 1e-3 > 1e3 * abs(run.w[-1, 2])


def test_not_every_start_falls_into_the_cycle():
    """The chapter's 100 starts at |v*|^2 = 7.25: 46 near the origin after 3,000 steps."""
    teacher = ste.Teacher([1.0, -1, 1, -1, 1, 1, -1, 0.5], [1.0, 0.0, 0.0, 0.0, 0.0])
    rng = np.random.default_rng(0)
    v0, w0 = 0.1 * rng.standard_normal((100, 8)), rng.standard_normal((100, 5))
    w0 /= np.linalg.norm(w0, axis=1, keepdims=True)
    run = ste.descend(v0, w0, teacher, ste.IDENTITY, 0.05, 3000, record_every=1000)
    assert ste.limit_cycle(teacher).exists
    assert np.count_nonzero(run.norm[-1] < 0.3) == 46
    assert np.count_nonzero(run.loss[-1] < 1e-6) == 54


# --- The theory as functions of m, r and kappa ---------------------------------------------------


@pytest.mark.parametrize(("m", "left", "ratio"), [(2, 1.0, 0.1), (4, 0.3, 0.2), (8, 0.05, 0.35)])
def test_threshold_and_period_are_those_of_limit_cycle(m, left, ratio):
    cycle = ste.limit_cycle(with_ratio(m, ratio), ste.leaky_relu(left))
    kappa = relative_slope(left, 1.0)
    assert kappa == cycle.kappa
    assert cycle_threshold(m, kappa) == cycle.threshold
    assert cycle_period(m, cycle.ratio, kappa) == cycle.period


@pytest.mark.result("thm-two-limits")
@settings(SETTINGS, max_examples=100)
@given(
    m=st.integers(2, 60),
    kappa=st.floats(1e-6, 2.0),
    share=st.floats(1e-3, 0.999),
)
def test_the_mean_direction_of_a_period_solves_the_quadratic(m, kappa, share):
    r, M = share * float(cycle_threshold(m, kappa)), m / (m + 1)
    a = 2.0 / float(cycle_period(m, r, kappa)) - 1.0
    value = (1 - (1 + kappa * (1 - M)) * r) * a**2 + (1 - kappa * M * r) * a + r
    assert abs(value) < 1e-14
    assert 2 * (1 - (1 + kappa * (1 - M)) * r) * a + 1 - kappa * M * r < 0.0  # the root nearer -1


@pytest.mark.result("thm-threshold")
def test_for_one_unit_a_root_is_at_the_end_and_no_cycle():
    """Why m > 1: there M = 1/2, P(-1) = (2 M - 1) r = 0, and r = 1/2 whatever v* is."""
    assert np.roots([1 - 1.5 * 0.1, 1 - 0.5 * 0.1, 0.1]).min() == pytest.approx(-1.0)
    assert math.isnan(cycle_period(1, 0.1, 1.0))
    assert not ste.limit_cycle(ste.Teacher([3.0], [1.0, 0.0])).exists


def test_up_to_the_last_double_below_the_threshold_there_is_a_period():
    """There the discriminant may round to below 0."""
    m, kappa = np.arange(2.0, 60.0)[:, None], np.linspace(0.05, 2.0, 80)
    r = np.nextafter(cycle_threshold(m, kappa), 0.0)
    assert np.isfinite(cycle_period(m, r, kappa)).all()


def test_no_period_where_there_is_no_cycle():
    r_star = cycle_threshold([2.0, 30.0], 0.7)
    assert np.isnan(cycle_period([2.0, 30.0], r_star, 0.7)).all()
    assert np.isfinite(cycle_period([2.0, 30.0], r_star * (1 - 1e-9), 0.7)).all()
    none = cycle_period([1.0, 4.0, 4.0, 4.0], [0.1, 0.0, -0.1, 0.1], [1.0, 1.0, 1.0, 0.0])
    assert np.isnan(none).all()
    assert cycle_threshold(7, 0.0) == 0.5


def test_the_trace_changes_sign_at_the_stability_limit():
    m, kappa = np.array([[2.0], [4.0], [8.0]]), relative_slope([0.0, 0.02, 0.05, 1.0], 1.0)
    edge = stability_limit(m, kappa)
    assert edge.shape == (3, 4)
    assert np.isnan(edge[:, [0, 3]]).all()
    m, kappa = m[[2]], kappa[[1, 2]]
    for shift, sign in ((0.999, 1.0), (1.001, -1.0)):
        r = shift * edge[[2]][:, [1, 2]]
        a = 2.0 / cycle_period(m, r, kappa) - 1.0
        assert (np.sign(averaged_trace(m, r, kappa, a)) == sign).all()


@pytest.mark.parametrize(("m", "leak"), [(4, 0.02), (8, 0.02), (8, 0.05)])
def test_a_cycle_is_stable_up_to_the_stability_limit(m, leak):
    edge = float(stability_limit(m, relative_slope(leak, 1.0)))
    below, above = (
        ste.limit_cycle(with_ratio(m, share * edge), ste.leaky_relu(leak))
        for share in (0.999, 1.001)
    )
    assert below.exists and below.stable
    assert above.exists and not above.stable


def test_a_proxy_that_is_zero_on_the_right_cycles():
    left_only = ste.Estimator("left only", lambda x: 1.0 * (x < 0), (0.0,))
    cycle = ste.limit_cycle(with_ratio(4, 0.1), left_only)
    assert cycle.kappa == 2.0 and cycle.exists and cycle.stable


def test_arguments_out_of_range_are_named():
    with pytest.raises(ValueError, match=r"m: expected numbers >= 1, got 0\.5"):
        cycle_threshold([2.0, 0.5], 1.0)
    with pytest.raises(ValueError, match="kappa: expected numbers >= 0, got -1"):
        stability_limit(4, -1.0)
    with pytest.raises(ValueError, match="ratio: expected finite numbers"):
        cycle_period(4, np.nan, 1.0)
    with pytest.raises(ValueError, match="m, ratio, kappa: expected leading shapes"):
        cycle_period(4, [0.1, 0.2], [1.0, 1.0, 1.0])
    for slopes in ((-0.1, 1.0), (1.0, -0.1), (0.0, 0.0)):
        with pytest.raises(ValueError, match="left, right: expected slopes >= 0 and not both 0"):
            relative_slope(*slopes)
