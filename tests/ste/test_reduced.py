"""The reduced runs against `descend`, and against the theory of the cycle they were made for."""

import math

import numpy as np
import pytest

import ste
from ste.cycle import (
    ReducedRuns,
    averaged_trace,
    cycle_threshold,
    descend_reduced,
    relative_slope,
)


def unit_teacher(m: int, r: float) -> ste.Teacher:
    """|v*| = 1 and s^2 = (m + 1) r, m even."""
    level = math.sqrt((m + 1) * r) / m
    rest = math.sqrt(1 / m - level**2)
    return ste.Teacher(level + rest * (-1.0) ** np.arange(m), [1.0, 0.0, 0.0])


@pytest.mark.parametrize("left", [0.0, 0.3, 1.0, 2.0])
@pytest.mark.parametrize(("m", "r"), [(2, 0.1), (8, 0.15), (4, 0.3)])
def test_equals_descent_in_full(m, r, left):
    teacher, steps = unit_teacher(m, r), 700
    start = np.pi - 1e-3
    w0 = 0.05 * np.array([math.cos(start), 0.0, math.sin(start)])
    v0 = ste.critical_points(teacher).spurious.v
    full = ste.descend(v0, w0, teacher, ste.leaky_relu(left), 0.05, steps)
    mine = descend_reduced(m, r, left, 1.0, 0.05, steps, norm=0.05, off=1e-3)
    x = full.w @ teacher.w
    came = np.flatnonzero((x[1:] > 0) & (x[:-1] <= 0)) + 1
    assert mine.crossings == came.size
    late = came[2 * came > steps]
    assert mine.late_crossings == late.size
    assert np.isnan(mine.period) == (late.size < 2)
    if late.size > 1:
        assert mine.period == np.diff(late).mean()
    assert mine.loss == pytest.approx(full.loss[-1], rel=1e-6, abs=1e-12)


@pytest.mark.parametrize(("left", "right"), [(0.6, 2.0), (1.5, 0.5)])
def test_equals_descent_in_full_for_slopes_that_are_not_one(left, right):
    teacher, start, steps = unit_teacher(4, 0.1), math.pi - 0.3, 40
    w0 = 0.2 * np.array([math.cos(start), math.sin(start), 0.0])
    v0 = ste.critical_points(teacher).spurious.v
    estimator = right * ste.leaky_relu(left / right)
    full = ste.descend(v0, w0, teacher, estimator, 0.05, steps)
    mine = descend_reduced(4, 0.1, left, right, 0.05, steps, norm=0.2, off=0.3)
    assert mine.loss == pytest.approx(full.loss[-1], rel=1e-10)
    assert mine.across == pytest.approx(abs(full.w[-1, 1]) / w0[1], rel=1e-9)


def test_what_is_less_than_any_angle_beside_the_axis_is_on_it():
    near, on = (descend_reduced(4, 0.1, 1.0, 1.0, 0.05, 1, off=off) for off in (1e-290, 1e-310))
    assert near.across == pytest.approx(1.0, rel=0.2) and on.across == 0.0


def test_broadcasts():
    runs = descend_reduced([[2.0], [4.0]], [0.05, 0.1, 0.3], 1.0, 1.0, 0.05, 300)
    assert runs.crossings.shape == runs.loss.shape == runs.period.shape == (2, 3)
    one = descend_reduced(4.0, 0.1, 1.0, 1.0, 0.05, 300)
    assert runs.loss[1, 1] == one.loss and runs.crossings[1, 1] == one.crossings


def test_a_run_starts_beside_the_trap_unless_it_is_said_where():
    """At |w| = 0.2 and a thousandth off pi; one step is a run."""
    arguments = 4, [0.1, 0.3], 1.0, 1.0, 0.05
    plain, said = (
        descend_reduced(*arguments, 60),
        descend_reduced(*arguments, 60, norm=0.2, off=1e-3),
    )
    assert np.array_equal(plain.loss, said.loss) and np.array_equal(plain.across, said.across)
    one = descend_reduced(*arguments, 1)
    w0 = 0.2 * np.array([math.cos(math.pi - 1e-3), math.sin(math.pi - 1e-3), 0.0])
    for i, r in enumerate((0.1, 0.3)):
        teacher = unit_teacher(4, r)
        v0 = ste.critical_points(teacher).spurious.v
        full = ste.descend(v0, w0, teacher, ste.IDENTITY, 0.05, 1)
        assert one.loss[i] == pytest.approx(full.loss[-1], rel=1e-12)
        assert one.across[i] == pytest.approx(full.w[-1, 1] / w0[1], rel=1e-12)


def test_a_run_cycles_if_it_has_crossed_twice_of_late_and_has_not_escaped():
    late, loss = np.array([0, 1, 2, 2, 2]), np.array([0.1, 0.1, 0.1, 1e-4, 0.9e-4])
    runs = ReducedRuns(late, late, np.full(5, np.nan), loss, np.ones(5))
    assert runs.escaped.tolist() == [False, False, False, False, True]
    assert runs.cycling.tolist() == [False, False, True, True, False]


def theory(m: float, r: float, kappa: float) -> tuple[float, float]:
    """Threshold and period, written independently of `ste.cycle`: numpy's roots of the balance."""
    M = m / (m + 1)
    threshold = np.roots(
        [kappa**2 * M**2 - 4 * kappa * M + 4 * kappa + 4, -(2 * kappa * M + 4), 1]
    ).real.min()
    roots = np.roots([1 - (1 + kappa * (1 - M)) * r, 1 - kappa * M * r, r])
    return threshold, 2 / (1 + roots.real.min())


SIDES = [(0.1, 1.0), (0.3, 1.0), (1.0, 1.0), (2.0, 1.0), (1.0, 0.0)]
CASES = [(m, share, sides) for m in (2, 4, 30) for share in (0.4, 0.9) for sides in SIDES]


@pytest.mark.result("thm-two-limits", "thm-period")
def test_periods_are_those_of_the_theory():
    """30 runs at eta = .01: within 2 %, or 3 % where the pattern of m = 30 is coarse."""
    m, share, sides = zip(*CASES, strict=True)
    left, right = np.array(sides).T
    kappa = 2 * left / (left + right)
    r = [s * theory(n, 0.1, k)[0] for n, s, k in zip(m, share, kappa, strict=True)]
    wanted = [theory(n, x, k)[1] for n, x, k in zip(m, r, kappa, strict=True)]
    runs = descend_reduced(np.array(m, float), r, left, right, 0.01, 12_000)
    assert runs.cycling.all()
    np.testing.assert_allclose(runs.period, wanted, rtol=0.03)
    assert np.median(np.abs(runs.period / wanted - 1)) < 5e-3


@pytest.mark.result("thm-two-limits", "thm-threshold")
@pytest.mark.parametrize(("left", "right"), [*SIDES[1:], (0.15, 1.0)])
def test_above_the_threshold_the_run_escapes_and_below_it_cycles(left, right):
    kappa = 2 * left / (left + right)
    m = np.array([2.0, 4.0, 8.0, 30.0])
    threshold = np.array([theory(n, 0.1, kappa)[0] for n in m])
    below = descend_reduced(m, 0.96 * threshold, left, right, 0.01, 12_000)
    above = descend_reduced(m, 1.03 * threshold, left, right, 0.01, 12_000)
    assert below.cycling.all() and above.escaped.all()


def test_without_a_left_limit_the_run_stays():
    runs = descend_reduced([2.0, 8.0, 30.0], [0.1, 0.3, 0.45], 0.0, 1.0, 0.1, 5_000)
    assert (runs.crossings == 0).all() and not runs.escaped.any() and not runs.cycling.any()
    np.testing.assert_allclose(runs.loss, np.array([0.1, 0.3, 0.45]) / 2, rtol=1e-3)


@pytest.mark.result("prop-small-leak")
def test_a_small_leak_loses_the_cycle_before_the_threshold():
    """m = 4, lambda = .01: averaged motion stable at r = .35, unstable at .42; both below r*."""
    m, leak = 4, 0.01
    kappa = 2 * leak / (1 + leak)
    threshold, _ = theory(m, 0.1, kappa)
    assert threshold > 0.43
    assert averaged_trace(m, 0.35, kappa, 2 / theory(m, 0.35, kappa)[1] - 1) > 0
    assert averaged_trace(m, 0.42, kappa, 2 / theory(m, 0.42, kappa)[1] - 1) < 0
    runs = descend_reduced(m, [0.35, 0.42], leak, 1.0, 0.01, 40_000)
    assert runs.cycling[0] and runs.escaped[1]
    assert runs.period[0] == pytest.approx(theory(m, 0.35, kappa)[1], rel=0.01)


@pytest.mark.result("prop-small-leak", "cor-limits")
def test_for_a_large_ratio_the_smallest_leak_escapes():
    """m = 8: the limit of the edge of stability is 11/29 = .379, although a turn is in balance."""
    runs = descend_reduced(8, [[0.33], [0.42]], [0.02, 0.01, 0.003], 1.0, 0.05, 6000, norm=0.01)
    assert runs.cycling[0].all() and runs.escaped[1, 1:].all()
    assert cycle_threshold(8, relative_slope([0.01, 0.003], 1.0)).min() > 0.42


def test_long_periods_hold_although_v_moves_far_in_a_turn():
    runs = descend_reduced(2, 0.05, 0.02, 1.0, 0.05, 12_000, norm=5e-3, off=1e-250)
    _, period = theory(2, 0.05, 0.04 / 1.02)
    assert round(period) == 2752 and runs.period == pytest.approx(2736, abs=3)


def test_close_below_the_edge_a_smaller_learning_rate_keeps_the_cycle():
    """m = 8, lambda = .05: stable up to r = .3646."""
    runs = descend_reduced(8, 0.35, 0.05, 1.0, [0.05, 0.01], 20_000, norm=0.02)
    assert runs.escaped.tolist() == [True, False] and runs.cycling[1]


@pytest.mark.result("prop-across")
@pytest.mark.parametrize(("left", "right"), [(1.0, 1.0), (0.3, 1.0), (3.0, 1.0)])
def test_the_part_across_dies_at_the_rate_of_the_entropy(left, right):
    """Mean of log|y| per step = H(1/T) - log 2; 500 starts in the cycle, 2000 steps each."""
    kappa = 2 * left / (left + right)
    m, r = 4, 0.5 * theory(4, 0.1, kappa)[0]
    p = 1 / theory(m, r, kappa)[1]
    wanted = -p * math.log(p) - (1 - p) * math.log(1 - p) - math.log(2)
    # v placed on the cycle, not at the trap: a frozen second layer and rates as in the text
    a = 2 * p - 1
    d = a + (1 - a) * r
    b = d / a
    rng = np.random.default_rng(0)
    x, total, count = rng.uniform(-(1 - a) * b, (1 + a) * b, 500), 0.0, 2_000
    for _ in range(count):
        total += np.log(np.abs(1 - b / np.abs(x))).mean()  # y in the next step over y in this
        x = np.where(x < 0, x + b + d, x - (b - d))
        assert ((x >= -(1 - a) * b - 1e-9) & (x <= (1 + a) * b + 1e-9)).all()
    assert total / count == pytest.approx(wanted, abs=0.01)


@pytest.mark.result("prop-across")
@pytest.mark.parametrize(("left", "right"), [(1.0, 1.0), (0.3, 1.0), (3.0, 1.0)])
def test_the_part_across_dies_in_a_run(left, right):
    """At eta = 1e-4 the second layer has not yet moved from the trap: its own a = d/b counts.

    500 steps of each of 41 runs; a single one fluctuates by a few percent.
    """
    m, r, kappa = 4, np.linspace(0.06, 0.14, 41), 2 * left / (left + right)
    square, total = 1 - 4 * r + 4 * r * m / (m + 1), 2 * m / (m + 1) - 1
    d, b = 2 * r - 1, square + (1 - kappa) * (m + 1) * r * (total**2 - total)
    p = (1 + d / b) / 2
    wanted = -p * np.log(p) - (1 - p) * np.log(1 - p) - math.log(2)
    few, more = (
        descend_reduced(m, r, left, right, 1e-4, steps, norm=1e-5, off=1e-6).across
        for steps in (50, 550)
    )
    assert (np.log(more / few) / 500 / wanted).mean() == pytest.approx(1.0, abs=0.03)


def test_a_leaky_proxy_can_stay_on_its_zigzag():
    """m = 8, lambda = .1, half the threshold: theta and |w| from the two conditions, then a run."""
    m, leak, eta = 8, 0.1, 0.05
    r = 0.5 * theory(m, 0.1, 2 * leak / (1 + leak))[0]
    s = math.sqrt((m + 1) * r)

    def parts(theta: float) -> tuple[float, float]:
        """The gradient along w* and, over sin(theta), across it; in units of k, at the best v."""
        c, cos = 1 - 2 * theta / math.pi, math.cos(theta)
        A, B = c, (1 - c) / (m + 1) * s
        d, total = A + B * s, A * s + B * m
        square = A * A + 2 * A * B * s + B * B * m
        b_x, b_y = (1 + cos) / 2 - leak * (1 - cos) / 2, (1 + leak) / 2
        radial = square - d * b_x + (total**2 - square - total * s + d) * (1 - leak) / 2
        return radial * cos - d * b_y * math.sin(theta) ** 2, radial + d * b_y * cos

    low, high = 0.8 * math.pi, math.pi - 1e-9
    assert parts(low)[0] > 0 > parts(high)[0] or parts(low)[0] < 0 < parts(high)[0]
    sign = math.copysign(1.0, parts(high)[0])
    for _ in range(60):
        middle = 0.5 * (low + high)
        low, high = (low, middle) if sign * parts(middle)[0] > 0 else (middle, high)
    length = 0.5 * eta * parts(low)[1] / math.sqrt(2 * math.pi)
    run = descend_reduced(m, r, leak, 1.0, eta, 20_000, norm=length, off=math.pi - low)
    assert run.crossings == 0 and not run.escaped
    assert run.across == pytest.approx(1.0, rel=1e-6)
    c = 1 - 2 * low / math.pi
    assert run.loss == pytest.approx(((1 - c**2) + (1 - c) ** 2 * r) / 8, rel=1e-8)


@pytest.mark.parametrize(
    ("bad", "message"),
    [
        ({"m": 0.0}, "m: expected numbers > 0, got 0.0"),
        ({"ratio": -1.0}, "ratio: expected numbers > 0"),
        ({"left": math.nan}, "left: expected finite numbers"),
        ({"learning_rate": 0.0}, "learning_rate: expected numbers > 0"),
        ({"steps": 0}, "steps: expected an integer >= 1, got 0"),
        ({"ratio": [0.1, 0.2], "left": [1.0, 1.0, 1.0]}, "expected leading shapes that broadcast"),
    ],
)
def test_bad_input(bad, message):
    good = {"m": 4.0, "ratio": 0.1, "left": 1.0, "right": 1.0, "learning_rate": 0.1, "steps": 3}
    with pytest.raises(ValueError, match=message):
        descend_reduced(**{**good, **bad})


def test_a_start_on_the_side_of_the_teacher_is_no_crossing():
    assert descend_reduced(4, 0.3, 1.0, 1.0, 0.05, 1, off=3.0).crossings == 0


def test_a_single_late_crossing_makes_no_period():
    runs = [descend_reduced(4, 0.1, 1.0, 1.0, 0.05, steps) for steps in range(30, 120, 3)]
    late = [int(run.late_crossings) for run in runs]
    assert {0, 1, 2} <= set(late)
    assert [bool(np.isnan(run.period)) for run in runs] == [count < 2 for count in late]


def test_a_crossing_in_the_very_middle_is_none_of_the_late_ones():
    def run(steps: int) -> ReducedRuns:
        return descend_reduced(4, 0.1, 1.0, 1.0, 0.05, steps)

    step = next(steps for steps in range(1, 100) if run(steps).crossings == 1)
    for half, early in ((step, 1), (step - 1, 0)):
        runs = run(2 * half)
        assert runs.crossings - runs.late_crossings == early


@pytest.mark.parametrize("m", [2, 4, 8])
def test_no_loss_is_below_zero(m):
    """Where its parts cancel but for rounding."""
    runs = descend_reduced(m, np.linspace(0.3, 0.6, 31), 1.0, 1.0, 0.05, 3000)
    assert runs.escaped.all() and (runs.loss >= 0.0).all()
