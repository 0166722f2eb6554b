"""One-sidedness: the residuals at critical points, and the verdict on registered proxies."""

import math

import numpy as np
import oracle
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from strategies import SETTINGS, bumps, steps, teachers

import ste
from ste.one_sidedness import one_sided, residuals

DEMO = ste.Teacher([1.0, -0.5, 0.8, 0.3], [1.0, 0.0, 0.0])
ANY = st.one_of(
    st.sampled_from([*ste.ESTIMATORS.values(), ste.leaky_relu(0.1), ste.leaky_relu(-0.3)]),
    steps(),
    bumps(),
)
TILTED = ste.Estimator("tilted", lambda x: np.exp(-((x + 0.4) ** 2)))


@pytest.mark.result("thm-residuals", "thm-one-sided")
@SETTINGS
@given(teachers(least_inputs=2), ANY, st.floats(-2, 2), st.integers(0, 2**32 - 1))
def test_residuals_are_the_length_of_the_coarse_gradient(teacher, estimator, log_rho, seed):
    points = ste.critical_points(teacher)
    assume(points.spurious is not None)
    rho, rng = 10.0**log_rho, np.random.default_rng(seed)
    got = residuals(teacher, estimator, rho)
    sign = np.sign(float(estimator.moments(rho, math.pi).a_minus))
    scale = 10 * teacher.N * (1 + math.sqrt(teacher.m))
    if abs(teacher.s) > 0.1:  # the factors before A- are positive
        part = abs(float(estimator.moments(rho, math.pi).a_minus))
        assert got.saddle >= 0.01 * teacher.s**2 / teacher.m * part and points.saddle.v.any()
        assert (got.spurious > 0.0) == (got.saddle > 0.0) == (part > 0.0)
    for point, size in ((points.saddle, got.saddle), (points.spurious, got.spurious)):
        w = oracle.rotated(teacher, point.theta, rho, rng)
        grad_v, grad_w = ste.expected_coarse_gradient(point.v, w, teacher, estimator)
        assert np.allclose(grad_v, 0.0, atol=1e-13 * scale)
        assert np.allclose(grad_w, sign * size * w / rho, atol=1e-11 * scale)


@pytest.mark.result("thm-residuals")
def test_residuals_are_what_samples_average_to():
    """200,000 samples, all components within 4.5 standard errors; the seed is fixed."""
    points = ste.critical_points(DEMO)
    got = residuals(DEMO, TILTED, 1.0)
    for point, size in ((points.saddle, got.saddle), (points.spurious, got.spurious)):
        w = np.array([math.cos(point.theta), math.sin(point.theta), 0.0])
        mean, error = ste.monte_carlo_gradient(point.v, w, DEMO, TILTED, 200_000, 4)
        assert np.all(np.abs(mean - size * w) < 4.5 * error)
        assert size > 10 * error.max(), "a test that could not fail"


@pytest.mark.result("prop-where-v-is-best")
@SETTINGS
@given(teachers(least_inputs=2), ANY, st.floats(0.1, math.pi - 0.1), st.integers(0, 2**32 - 1))
def test_radial_part_where_v_is_best(teacher, estimator, theta, seed):
    v, rng = ste.best_v(theta, teacher), np.random.default_rng(seed)
    w = oracle.rotated(teacher, theta, 0.7, rng)
    part = estimator.moments(0.7, theta)
    d = v @ teacher.v
    wanted = v @ v * part.a_minus + d * (part.alpha * (1 - theta / math.pi) - part.b_x)
    got = ste.expected_coarse_gradient(v, w, teacher, estimator)[1] @ (w / 0.7)
    assert got == pytest.approx(wanted, abs=1e-11 * teacher.N * teacher.m)


@pytest.mark.result("prop-where-v-is-best", "prop-radial")
@pytest.mark.parametrize("best", [True, False], ids=["best v", "another v"])
@pytest.mark.parametrize(
    "estimator", [ste.IDENTITY, ste.CLIPPED_RELU, TILTED], ids=lambda e: e.name
)
def test_the_radial_part_is_what_samples_average_to(estimator, best):
    """The moments as plain sums over a grid, the radial part from 200,000 samples."""
    theta, rho = 2.0, 0.7
    u = np.array([math.cos(theta), math.sin(theta), 0.0])
    v = ste.best_v(theta, DEMO) if best else np.array([0.7, -0.2, 0.5, 0.4])
    x = np.linspace(-10.0, 10.0, 200_001) + 1e-9  # off the jumps
    beyond = np.vectorize(lambda t: 0.5 * math.erfc(-t / math.sqrt(2.0)))(x / math.tan(theta))
    weighed = estimator.evaluate(rho * x) * x * np.exp(-(x**2) / 2) / math.sqrt(2 * math.pi) * 1e-4
    a_minus, alpha, b_x = -weighed[x < 0].sum(), weighed.sum(), (weighed * beyond).sum()
    c, d = 1 - 2 * theta / math.pi, v @ DEMO.v
    in_v = (v - c * DEMO.v + v.sum() - DEMO.s) / 4
    wanted = v @ v * a_minus + 2 * alpha * (v @ in_v) + d * (alpha * (1 - theta / math.pi) - b_x)
    assert (abs(v @ in_v) < 1e-15) == best
    Z = np.random.default_rng(12).standard_normal((200_000, 4, 3))
    draws = ste.coarse_gradient(v, rho * u, Z, DEMO, estimator)[1] @ u
    error = draws.std() / math.sqrt(len(draws))
    assert abs(draws.mean() - wanted) < 4 * error + 1e-4
    exact = ste.expected_coarse_gradient(v, rho * u, DEMO, estimator)[1] @ u
    assert exact == pytest.approx(wanted, abs=1e-4)


def _signed(x):
    return np.where(x < 0, x + math.sqrt(math.pi / 2), 0.0)


PASS = {"relu", "clipped_relu", "log_tailed_relu"}


@pytest.mark.result("cor-zoo")
@pytest.mark.parametrize("slope", [1e-3, 0.1, 0.5, 2.0])
def test_leaky_relu_leaves_something_over_and_correlates(slope):
    leaky = ste.leaky_relu(slope)
    left = residuals(DEMO, leaky)
    spurious = 2 * (DEMO.m - 1) * DEMO.s**2 / (DEMO.m + 1) ** 2 * slope / math.sqrt(2 * math.pi)
    assert left.spurious == pytest.approx(spurious, rel=1e-12) and left.saddle > 0.0
    assert not one_sided(leaky).one_sided and one_sided(leaky).correlates


@pytest.mark.result("cor-zoo")
@pytest.mark.parametrize("name", ste.ESTIMATORS)
def test_every_registered_proxy_correlates_with_the_true_gradient(name):
    rng = np.random.default_rng(11)
    v, w = rng.standard_normal((50, 4)), rng.standard_normal((50, 3))
    coarse = ste.expected_coarse_gradient(v, w, DEMO, ste.get_estimator(name))[1]
    true = ste.population_gradient(v, w, DEMO)[1]
    assert np.all(np.sum(coarse * true, axis=-1) > 0.0)


@pytest.mark.result("thm-one-sided", "cor-zoo")
@pytest.mark.parametrize("name", ste.ESTIMATORS)
def test_the_verdict_on_every_registered_proxy(name):
    estimator = ste.get_estimator(name)
    got = one_sided(estimator)
    assert got.one_sided == (name in PASS)
    assert got.non_negative and got.correlates
    for rho in (0.05, 1.0, 20.0):
        left = residuals(DEMO, estimator, rho)
        assert (left.spurious == 0.0 and left.saddle == 0.0) == got.one_sided
    assert str(got).startswith("passes" if name in PASS else "fails")


@pytest.mark.parametrize(
    ("derivative", "points", "passes", "non_negative"),
    [
        (lambda x: np.where(x > 0, 1.0, -2.0), (0.0,), False, False),
        (lambda x: np.where(x > 0, -1.0, 0.0), (0.0,), True, False),
        (lambda x: np.exp(-((x + 2) ** 2)), (), False, True),
        # far from 0, close to 0, and of both signs with A- = 0 at |w| = 1 alone
        (lambda x: ((x < -20) & (x > -21)).astype(float), (-21.0, -20.0), False, True),
        (lambda x: ((x < 0) & (x > -1e-3)).astype(float), (-1e-3, 0.0), False, True),
        (
            lambda x: np.where(x < 0, x + math.sqrt(math.pi / 2) * 1.0 / 1.0, 0.0),
            (0.0,),
            False,
            False,
        ),
    ],
)
def test_verdicts_on_others(derivative, points, passes, non_negative):
    """What is seen fails them; nothing that is only looked at passes."""
    got = one_sided(ste.Estimator("other", derivative, points))
    assert (got.one_sided, got.non_negative) == (passes and None, non_negative and None)


def test_a_window_that_only_a_long_filter_sees_counts():
    """Beside ReLU, a window so far from 0 that at |w| = 1 it is rounding, but not at 10."""
    window = ste.Estimator("window", lambda x: 1.0 * ((x > -9.0) & (x < -8.5)), (-9.0, -8.5))
    found = one_sided(ste.RELU + window)
    assert 0.0 < found.a_minus < 1e-14
    assert found.one_sided is False


@pytest.mark.result("thm-one-sided")
def test_a_signed_proxy_can_vanish_at_one_length_only():
    """mu' = x + sqrt(pi/2) on x < 0 has A- = 0 at |w| = 1; at other lengths it has not."""
    signed = ste.Estimator(
        "signed", lambda x: np.where(x < 0, x + math.sqrt(math.pi / 2), 0), (0.0,)
    )
    at = [abs(float(signed.moments(rho, math.pi).a_minus)) for rho in (0.5, 1.0, 2.0)]
    assert at[1] < 1e-14 and min(at[0], at[2]) > 0.1


def test_the_verdict_does_not_see_the_size_of_a_proxy():
    for size in (1e-9, 1e9):
        assert one_sided(size * ste.leaky_relu(0.1)).one_sided is False
        assert one_sided(size * ste.RELU).one_sided
    seen = one_sided(ste.Estimator("nothing", np.zeros_like))
    assert seen.one_sided is None and seen.non_negative is None


def test_residuals_are_taken_at_length_one_unless_it_is_said():
    assert residuals(DEMO, TILTED) == residuals(DEMO, TILTED, 1.0) != residuals(DEMO, TILTED, 2.0)


def test_where_there_is_no_spurious_minimum_nothing_is_left():
    got = residuals(ste.Teacher([1.0, 1.0, 1.0, 1.0], [1.0, 0.0]), ste.IDENTITY)
    assert got.saddle is None and got.spurious is None


@pytest.mark.result("cor-zoo", "thm-one-sided")
@pytest.mark.parametrize("name", ste.ESTIMATORS)
def test_at_sum_zero_nothing_is_left_over_by_any_proxy(name):
    """Why s is not 0: at the saddle v = 0, and theta = pi is a global minimizer."""
    got = residuals(ste.Teacher([1.0, 0.5, -1.5], [1.0, 0.0]), ste.get_estimator(name))
    assert got.saddle == 0.0 and got.spurious == 0.0


@pytest.mark.result("thm-one-sided")
def test_where_saddle_and_trap_merge_identity_leaves_something_over():
    """At s^2 = (m + 1) N/2, which the statement leaves out: |v|^2 A- at theta = pi with v(-1)."""
    teacher = ste.Teacher([1.0, 1.0, 0.0], [1.0, 0.0])
    v = ste.best_v(math.pi, teacher)
    left_over = ste.expected_coarse_gradient(v, -teacher.w, teacher, ste.IDENTITY)[1]
    np.testing.assert_allclose(left_over, -(v @ v) / math.sqrt(2 * math.pi) * teacher.w)
    assert v @ v > 0.5


@SETTINGS
@given(teachers(least_inputs=2), st.floats(0.1, 5.0))
def test_residuals_scale_with_the_proxy(teacher, factor):
    one, scaled = residuals(teacher, ste.IDENTITY), residuals(teacher, factor * ste.IDENTITY)
    assume(one.spurious is not None)
    assert scaled.spurious == pytest.approx(factor * one.spurious, rel=1e-12)
    assert scaled.saddle == pytest.approx(factor * one.saddle, rel=1e-12)


def test_bad_input():
    with pytest.raises(ValueError, match="rho: expected a finite number > 0, got 0"):
        residuals(DEMO, ste.IDENTITY, 0)
    with pytest.raises(ValueError, match="estimator: expected an Estimator, got str"):
        one_sided("relu")


@pytest.mark.result("prop-residual")
@SETTINGS
@given(teachers(least_inputs=2), st.floats(-2, 2))
def test_residual_of_identity_points_along_u(teacher, log_rho):
    points = ste.critical_points(teacher)
    assume(points.spurious is not None)
    m, s, u = teacher.m, teacher.s, -teacher.w
    _, left_over = ste.expected_coarse_gradient(
        points.spurious.v, 10.0**log_rho * u, teacher, ste.IDENTITY
    )
    wanted = 2 * (m - 1) * s**2 / (m + 1) ** 2 / math.sqrt(2 * math.pi)
    np.testing.assert_allclose(left_over, wanted * u, atol=1e-13 * teacher.N * m)
    assert (wanted == 0) == (s == 0 or m == 1)


@pytest.mark.parametrize("place", [-6.51, -5.0, 5.0, 6.51])
def test_a_narrow_dip_below_zero_is_seen(place):
    def derivative(x):
        return np.where(np.abs(x - place) < 0.011, -1.0, 1.0)

    dip = ste.Estimator("dip", derivative, (place - 0.011, place + 0.011))
    assert one_sided(dip).non_negative is False


@pytest.mark.parametrize("place", [-1e-6, 0.0, 1e-6])
def test_a_dip_beside_zero_is_seen_however_narrow(place):
    def derivative(x):
        return np.where(np.abs(x - place) < 1e-7, -1.0, 1.0)

    dip = ste.Estimator("dip", derivative, (place - 1e-7, place + 1e-7))
    assert one_sided(dip).non_negative is False


def windows(*parts: tuple[float, float, float]) -> ste.Estimator:
    """A sum of windows, each with its height and its ends; it knows its bounds."""
    one, *others = (
        height
        * ste.Estimator(
            "window",
            lambda x, start=start, end=end: 1.0 * ((x > start) & (x < end)),
            tuple(b for b in (start, end) if math.isfinite(b)),
            bounds=ste.estimators.window_bounds(start, end),
        )
        for height, start, end in parts
    )
    return sum(others, one)


RIGHT = (1.0, 0.0, math.inf)


@pytest.mark.result("thm-one-sided")
@pytest.mark.parametrize(
    ("parts", "passes", "non_negative"),
    [
        ([RIGHT], True, True),
        ([(1.0, -math.inf, 0.0)], False, True),
        ([RIGHT, (0.5, -0.5, -0.25)], False, True),
        ([RIGHT, (-0.5, 0.25, 0.5)], True, True),
        ([RIGHT, (-1.5, 0.25, 0.5)], True, False),
        ([RIGHT, (-3.0, 0.25, 0.5)], True, False),
        ([(-0.5, -math.inf, math.inf)], False, False),
    ],
)
def test_bounds_and_a_look_say_the_same_of_windows(parts, passes, non_negative):
    """At every size, with the A- of the definition."""
    proxy = windows(*parts)
    a_minus = sum(
        height * (math.exp(-(min(end, 0.0) ** 2) / 2) - math.exp(-(min(start, 0.0) ** 2) / 2))
        for height, start, end in parts
    ) / math.sqrt(2 * math.pi)
    for size in (1e-9, 1.0, 1e9):
        sized = size * proxy
        unknown = ste.Estimator(sized.name, sized.derivative, sized.breakpoints)
        for estimator, floor, at_best in ((sized, 0.0, True), (unknown, 1e-3, None)):
            verdict = one_sided(estimator)
            assert verdict.one_sided is (passes and at_best)
            assert verdict.non_negative is (non_negative and at_best)
            assert verdict.a_minus == pytest.approx(size * a_minus, rel=1e-9, abs=0.0)
            assert verdict.floor == floor


@pytest.mark.parametrize("size", [1e-9, 1.0, 1e9])
def test_bounds_see_a_window_that_only_a_long_filter_sees(size):
    """At |w| = 1 its A- is rounding beside that of the right side."""
    verdict = one_sided(size * windows(RIGHT, (1.0, -9.0, -8.5)))
    assert verdict.one_sided is False and 0.0 < verdict.a_minus < size * 1e-14


@pytest.mark.parametrize(("share", "passes"), [(3e-13, True), (3e-12, False)])
def test_a_share_below_a_trillionth_is_nothing(share, passes):
    """Left of -h, a filter of length 10 sees exp(-h^2/200) of what it sees on the right."""
    proxy = windows(RIGHT, (1.0, -math.inf, -math.sqrt(-200.0 * math.log(share))))
    unknown = ste.Estimator(proxy.name, proxy.derivative, proxy.breakpoints)
    assert one_sided(proxy).one_sided is passes
    assert one_sided(unknown).one_sided is (passes and None)


def test_bounds_tell_the_two_sides_of_zero_apart():
    """A spike in the last box on either side, which only a short filter sees."""
    end = 380.0 * 2.0**-60
    assert one_sided(windows(RIGHT, (1e18, -end, 0.0))).one_sided is False
    assert one_sided(windows(RIGHT, (1e18, 0.0, end))).one_sided is True


def test_nothing_passes_by_its_bounds_too():
    verdict = one_sided(0.0 * ste.IDENTITY)
    assert verdict.one_sided is True and verdict.non_negative is True


def blurred(proxy: ste.Estimator, start: float, end: float, least: float) -> ste.Estimator:
    """The same, but that its bounds know no more than `least` and 1 from start to end."""

    def bounds(low, high):
        lower, upper = proxy.bounds(low, high)
        inside = (low < end) & (high > start)
        return np.where(inside, least, lower), np.where(inside, 1.0, upper)

    return ste.Estimator("blurred", proxy.derivative, proxy.breakpoints, bounds=bounds)


def test_bounds_that_leave_the_left_open_decide_nothing():
    """But where they are 0 and 1, no sign is open."""
    verdict = one_sided(blurred(windows(RIGHT), -2.0, -1.0, 0.0))
    assert verdict.one_sided is None and verdict.non_negative is True
    assert str(verdict).startswith("not decided")


def test_what_no_filter_sees_decides_nothing():
    """Short filters see neither window, and 0 is not more than a share of 0."""
    far = blurred(windows((1.0, 300.0, 301.0)), -301.0, -300.0, 0.0)
    assert one_sided(far).one_sided is None
    proxy = windows((1.0, 50.0, 51.0), (-1.0, 300.0, math.inf))
    assert one_sided(blurred(proxy, 60.0, 61.0, -1.0)).non_negative is None


@pytest.mark.parametrize("place", [-30.0, -0.7, -1e-6, 1e-6, 0.7, 30.0])
def test_what_is_a_hundredth_of_its_distance_wide_is_seen_without_a_breakpoint(place):
    def inside(x):
        return np.abs(x / place - 1.0) < 0.005

    window = ste.Estimator("window", lambda x: 1.0 * ((x > 0.0) | inside(x)), (0.0,))
    dip = ste.Estimator("dip", lambda x: 1.0 - 2.0 * inside(x))
    assert one_sided(window).one_sided is (None if place > 0.0 else False)
    assert one_sided(dip).non_negative is False


@pytest.mark.parametrize("place", [-5.0, 5.0])
@pytest.mark.parametrize("side", [-1.0, 1.0])
def test_a_narrow_dip_that_begins_at_a_breakpoint_is_seen(place, side):
    """On either side of it; where it ends is not declared."""

    def derivative(x):
        return np.where(np.abs(side * (x - place) - 2.5e-5) < 2.5e-5, -1.0, 1.0)

    assert one_sided(ste.Estimator("dip", derivative, (place,))).non_negative is False


@pytest.mark.parametrize("size", [1e-9, 1.0, 1e9])
def test_quadrature_finds_what_lies_between_two_looks(size):
    """A declared window so narrow that none of the places lies in it."""
    ends = (-1.0 - 1e-8, -1.0)
    narrow = ste.Estimator("narrow", lambda x: size * ((x > 0) | ((x > ends[0]) & (x < ends[1]))))
    declared = ste.Estimator(narrow.name, narrow.derivative, (*ends, 0.0))
    assert one_sided(narrow).one_sided is None and one_sided(declared).one_sided is False


def test_what_a_proxy_is_at_one_point_counts_for_nothing():
    spike = ste.Estimator("spike", lambda x: np.where(x == 0.0, -1e9, 1.0 * (x > 0.0)), (0.0,))
    verdict = one_sided(spike)
    assert verdict.one_sided is not False and verdict.non_negative is not False


@pytest.mark.parametrize("height", [0.5, 1.0, 3.0])
def test_a_sign_that_the_bounds_leave_open_is_not_decided(height):
    """Between 1 and 2 they only say that |mu'| is at most the height."""

    def bounds(low, high):
        right, vague = 1.0 * (low >= 0.0), (low < 2.0) & (high > 1.0)
        most = np.where(high <= 0.0, 0.0, height)
        return np.where(vague, -most, height * right), most

    verdict = one_sided(ste.Estimator("vague", lambda x: height * (x > 0), (0.0,), bounds=bounds))
    assert verdict.one_sided is True and verdict.non_negative is None
    assert not verdict.correlates
