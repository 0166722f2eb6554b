"""Finitely many samples: the staircase against its definition, bounds, rates, noise and signs."""

import math
from itertools import pairwise

import numpy as np
import pytest

import ste
from ste.samples import cell_bound, empirical_ray, fitted_rate

RNG_SEED = 5
TEACHER = ste.Teacher([1.0, -0.5, 0.8, 0.3], np.eye(5)[0])
PAPER = (ste.IDENTITY, ste.RELU, ste.CLIPPED_RELU)


def place(seed: int = RNG_SEED):
    rng = np.random.default_rng(seed)
    return rng.standard_normal(4), rng.standard_normal(5), rng


# --- The staircase -------------------------------------------------------------------------------


@pytest.mark.result("prop-staircase")
@pytest.mark.parametrize("samples", [1, 7, 200])
def test_the_staircase_is_the_mean_of_the_sample_losses(samples):
    v, w, rng = place()
    direction, Z = rng.standard_normal(5), rng.standard_normal((samples, 4, 5))
    ray = empirical_ray(v, w, direction, Z, TEACHER)
    assert ray.levels.size == ray.breaks.size + 1 <= 4 * samples + 1
    assert np.all(np.diff(ray.breaks) >= 0.0) and np.all(ray.breaks > 0.0)
    edges = np.concatenate([[0.0], ray.breaks, [2.0 * ray.breaks[-1] + 1.0]])
    for low, high in pairwise(edges):
        for share in (0.01, 0.5, 0.99):  # constant on each step, at the level that is claimed
            eta = low + share * (high - low)
            exact = ste.sample_loss(v, w - eta * direction, Z, TEACHER).mean()
            assert ray.at(eta) == pytest.approx(exact, abs=1e-12)
    highest = np.abs(v).max() * (np.abs(v).sum() + np.abs(TEACHER.v).sum()) / samples
    assert np.abs(np.diff(ray.levels)).max() <= highest


@pytest.mark.result("prop-staircase")
@pytest.mark.parametrize("length", [0.3, 3.0])
def test_the_number_of_jumps_is_the_angle_turned(length):
    v, w, rng = place()
    direction = length * rng.standard_normal(5)
    end = w - direction
    turned = math.acos(w @ end / np.linalg.norm(w) / np.linalg.norm(end))
    Z = rng.standard_normal((20_000, 4, 5))
    ray = empirical_ray(v, w, direction, Z, TEACHER)
    share = np.count_nonzero(ray.breaks <= 1.0) / (4 * len(Z))
    expected = turned / math.pi
    assert abs(share - expected) < 4 * math.sqrt(expected * (1 - expected) / (4 * len(Z)))


@pytest.mark.result("prop-staircase")
@pytest.mark.parametrize("n", [1, 5])
def test_along_w_all_flips_coincide_in_one_large_jump(n):
    """Identity at the trap, whose expected coarse gradient is a multiple of w; for n = 1 any is."""
    teacher = ste.Teacher(TEACHER.v, np.eye(n)[0])
    v, w = ste.critical_points(TEACHER).spurious.v, -teacher.w
    direction = ste.expected_coarse_gradient(v, w, teacher, ste.IDENTITY)[1]
    Z = np.random.default_rng(6).normal(size=(5000, 4, n))
    ray = empirical_ray(v, w, direction, Z, teacher)
    crossing = 1 / np.linalg.norm(direction)
    assert ray.breaks.size == 1 and ray.levels.size == 2
    assert np.all((Z @ w) / (Z @ direction) > 0.0), "every bit flips"
    np.testing.assert_allclose(ray.breaks, crossing, rtol=1e-12)
    single = np.abs(v).max() * (np.abs(v).sum() + np.abs(teacher.v).sum()) / 5000
    before, after = ray.at([0.99 * crossing, 1.01 * crossing])
    assert after - before > 300 * single
    rise = -(v @ teacher.v) / 2
    assert after - before == pytest.approx(rise, rel=0.05)


@pytest.mark.result("prop-staircase")
@pytest.mark.parametrize("size", [1e-200, 1.0, 1e200])
def test_along_w_off_the_axes_all_flips_coincide_as_well(size):
    """Where Z.w cancels, as for some of many rows, the places keep only eleven digits."""
    teacher = ste.Teacher(TEACHER.v, [0.6, 0.8, 0.3])
    v, w = ste.critical_points(teacher).spurious.v, -0.3 * teacher.w
    Z = np.random.default_rng(8).normal(size=(200, 4, 3))
    Z -= (1.0 - 1e-5) * (Z @ teacher.w)[..., None] * teacher.w  # nearly perpendicular to w
    Z *= size
    places = (Z @ w) / (Z @ (1.7 * w))
    assert np.ptp(places) > 1e-11, "more than what is taken for one in any case"
    ray = empirical_ray(v, w, 1.7 * w, Z, teacher)
    np.testing.assert_allclose(ray.breaks, [1.0 / 1.7], rtol=1e-12)
    ends = [ste.sample_loss(v, side * w, Z, teacher).mean() for side in (1.0, -1.0)]
    np.testing.assert_allclose(ray.levels, ends, rtol=1e-12)


@pytest.mark.result("prop-staircase")
def test_what_only_looks_close_is_not_taken_for_one():
    """Two units turn a few millionths of a millionth of the way apart, and rounding tells them."""
    teacher = ste.Teacher([1.0, 2.0], [1.0, 0.0])
    Z = np.array([[[0.1, 1.0], [0.1, 1.0 + 3e-11]]])
    ray = empirical_ray([0.5, 1.0], [0.0, 1.0], [1.0, 1.0], Z, teacher)
    assert ray.breaks.size == 2 and ray.levels.size == 3


@pytest.mark.result("prop-staircase")
def test_a_flip_need_not_move_the_loss():
    """m = 1, v = 1, v* = 1/2: where the teacher is on, the residual goes from 1/2 to -1/2."""
    teacher = ste.Teacher([0.5], [1.0, 0.0])
    Z = np.random.default_rng(7).standard_normal((1000, 1, 2))
    ray = empirical_ray([1.0], [0.6, 0.8], [0.3, -0.5], Z, teacher)
    still = np.diff(ray.levels) == 0.0
    assert 0.2 < still.mean() < 0.8


@pytest.mark.result("prop-staircase")
@pytest.mark.parametrize("size", [1e-9, 1.0, 1e9])
def test_bits_that_flip_at_one_step_size_make_one_jump(size):
    """m = 2: the units of one sample turn together, up to a rounding, those of the other alone."""
    teacher = ste.Teacher([1.0, 2.0], [1.0, 0.0])
    Z = np.array([[[0.1, 0.3], [-0.3, -0.9]], [[1.0, 0.5], [-0.2, 0.5]]])
    w, direction = np.array([0.0, 1.0]), np.array([size, size])
    ray = empirical_ray([0.5, 1.0], w, direction, Z, teacher)
    assert np.all(np.diff(ray.breaks) > 0.0)
    turns = (Z @ w) / (Z @ direction)
    assert turns[0, 0] == pytest.approx(turns[0, 1], rel=1e-15)
    np.testing.assert_allclose(ray.breaks, np.sort([turns[0, 0], *turns[1]]), rtol=1e-15)
    between = [0.5 * ray.breaks[0], *0.5 * (ray.breaks[1:] + ray.breaks[:-1]), 9.0 / size]
    levels = [
        ste.sample_loss([0.5, 1.0], w - eta * direction, Z, teacher).mean() for eta in between
    ]
    np.testing.assert_allclose(ray.levels, levels, rtol=1e-12)


def test_a_ray_that_goes_outward_never_jumps():
    v, w, rng = place()
    ray = empirical_ray(v, w, -w, rng.standard_normal((20, 4, 5)), TEACHER)
    assert ray.breaks.size == 0 and ray.levels.size == 1


def test_a_ray_has_a_loss_at_zero_and_none_before():
    v, w, rng = place()
    Z = rng.standard_normal((20, 4, 5))
    ray = empirical_ray(v, w, rng.standard_normal(5), Z, TEACHER)
    assert ray.at(0.0) == pytest.approx(ste.sample_loss(v, w, Z, TEACHER).mean(), rel=1e-12)
    with pytest.raises(ValueError, match=r"^eta: expected step sizes >= 0, got -0\.5"):
        ray.at([0.0, -0.5])


def test_a_ray_that_stands_still_never_jumps():
    v, w, rng = place()
    ray = empirical_ray(v, w, np.zeros(5), rng.standard_normal((20, 4, 5)), TEACHER)
    assert ray.breaks.size == 0 and ray.levels.size == 1


@pytest.mark.parametrize("w", [np.zeros(5), np.eye(5)[1]], ids=["w = 0", "on a boundary"])
def test_units_at_zero_come_on_at_once(w):
    """There sigma(0) = 0, which a step of any size may end: the levels are those of eta > 0."""
    v, _, rng = place()
    direction, Z = rng.standard_normal(5), rng.standard_normal((20, 4, 5))
    Z[:, 0, 1] = 0.0  # so that w = e_2 is on the boundary of these
    ray = empirical_ray(v, w, direction, Z, TEACHER)
    assert np.count_nonzero((Z @ w == 0.0) & (Z @ direction < 0.0)) > 5
    assert np.flatnonzero(ray.breaks == 0.0).tolist() == [0], "one jump at 0"
    for eta in (1e-9, 0.3, 5.0):
        exact = ste.sample_loss(v, w - eta * direction, Z, TEACHER).mean()
        assert ray.at(eta) == pytest.approx(exact, abs=1e-12)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"v": np.ones((2, 4))}, r"v: expected shape \(4,\), got \(2, 4\)"),
        ({"w": np.ones(3)}, r"w: expected shape \(..., 5\), got \(3,\)"),
        ({"direction": np.full(5, np.nan)}, "direction: expected finite numbers"),
        ({"Z": np.ones((4, 5))}, r"Z: expected shape \(N, 4, 5\), got \(4, 5\)"),
        ({"Z": np.ones((0, 4, 5))}, r"Z: expected shape \(N, 4, 5\), got \(0, 4, 5\)"),
        ({"Z": np.ones((3, 5, 5))}, r"Z: expected shape \(..., 4, 5\)"),
        ({"teacher": "relu"}, "teacher: expected a Teacher, got str"),
    ],
)
def test_bad_rays(changes, message):
    v, w, rng = place()
    good = {
        "v": v,
        "w": w,
        "direction": w,
        "Z": rng.standard_normal((3, 4, 5)),
        "teacher": TEACHER,
    }
    with pytest.raises(ValueError, match=f"^{message}"):
        empirical_ray(**{**good, **changes})


# --- All filters at once -------------------------------------------------------------------------


@pytest.mark.result("prop-uniform")
def test_the_cells_are_those_that_samples_make():
    """In two dimensions the planes are lines: walk once around and count the patterns."""
    teacher = ste.Teacher([1.0, -0.5, 0.8], [1.0, 0.0])
    Z = np.random.default_rng(1).standard_normal((4, 3, 2))
    angles = np.linspace(0.0, 2.0 * np.pi, 20_001)
    w = np.stack([np.cos(angles), np.sin(angles)])
    patterns = np.unique((Z.reshape(-1, 2) @ w > 0.0).T, axis=0)
    v = np.array([0.3, 0.2, 0.1])
    largest = 0.5 * (np.abs(v).sum() + np.abs(teacher.v).sum()) ** 2
    bound = 2.0 * largest * math.sqrt(2.0 * math.log(2 * len(patterns)) / len(Z))
    assert cell_bound(v, teacher, len(Z)) == pytest.approx(bound, rel=1e-14)


@pytest.mark.result("prop-uniform")
def test_one_sample_has_a_bound_and_none_has_not():
    """One plane makes two cells: 2 M sqrt(2 log 4) with 2 M = (1/2 + 1)^2."""
    teacher = ste.Teacher([1.0], [1.0, 0.0])
    bound = 1.5**2 * math.sqrt(2.0 * math.log(4.0))
    assert cell_bound([0.5], teacher, 1) == pytest.approx(bound, rel=1e-14)
    with pytest.raises(ValueError, match=r"^samples: expected an integer >= 1, got 0"):
        cell_bound([0.5], teacher, 0)


@pytest.mark.result("prop-uniform")
def test_the_cells_in_three_dimensions():
    """Five planes cut space into 2 (1 + 4 + 6) = 22 cells; random filters find all of them."""
    teacher, v = ste.Teacher([1.0], [1.0, 0.0, 0.0]), np.array([0.3])
    rng = np.random.default_rng(9)
    patterns = np.unique(
        rng.standard_normal((200_000, 3)) @ rng.standard_normal((3, 5)) > 0, axis=0
    )
    assert len(patterns) == 2 * (1 + 4 + 6)
    bound = 1.3**2 * math.sqrt(2.0 * math.log(2 * len(patterns)) / 5)
    assert cell_bound(v, teacher, 5) == pytest.approx(bound, rel=1e-14)


@pytest.mark.result("prop-uniform")
@pytest.mark.parametrize("n", [1, 2, 5, 40])
@pytest.mark.parametrize("rows", [2, 3, 10, 1000])
def test_the_logarithm_of_the_count_of_cells(rows, n):
    """log C <= n log(2 N m) for N m >= 2, read off the bound with 2 M = 1."""
    bound = cell_bound([0.5], ste.Teacher([0.5], np.eye(n)[0]), rows)
    assert bound**2 * rows / 2 - math.log(2) <= n * math.log(2 * rows) + 1e-12


@pytest.mark.result("prop-uniform")
@pytest.mark.parametrize("samples", [10, 100, 1000])
def test_the_largest_gap_over_all_filters_stays_below_its_bound(samples):
    teacher = ste.Teacher([1.0, -0.5], [1.0, 0.0])
    v = np.array([0.5, 0.7])
    angles = np.linspace(0.0, 2.0 * np.pi, 721)
    w = np.stack([np.cos(angles), np.sin(angles)], axis=-1)
    exact, gaps = ste.population_loss(v, w, teacher), []
    for seed in range(30):
        Z = np.random.default_rng(seed).standard_normal((samples, 2, 2))
        target = ste.model.sigma(Z @ teacher.w) @ teacher.v
        # all filters in one product, (N, m, filters)
        output = np.einsum("ijk,j->ik", ste.model.sigma(Z @ w.T), v)
        losses = np.square(output - target[:, None]) / 2
        gaps.append(np.abs(losses.mean(axis=0) - exact).max())
        first = ste.sample_loss(v, w[0], Z, teacher)
        np.testing.assert_allclose(losses[:, 0], first, atol=1e-14)
    assert np.mean(gaps) < cell_bound(v, teacher, samples)
    # and a gap that did not shrink with N would not
    assert np.mean(gaps) < 4.0 / math.sqrt(samples)


# --- Rates ---------------------------------------------------------------------------------------


def test_a_power_law_is_found_exactly():
    sizes = np.array([1.0, 3.0, 10.0, 50.0])
    rate = fitted_rate(sizes, 7.0 * sizes**-0.75, 0.01 * sizes**-0.75)
    assert rate.slope == pytest.approx(-0.75, rel=1e-12)


def test_two_sizes_make_a_rate():
    """The line through both, with the error of the difference of two logarithms."""
    rate = fitted_rate([1.0, math.e], [2.0, 6.0], [0.2, 0.3])
    assert rate.slope == pytest.approx(math.log(3.0), rel=1e-14)
    assert rate.standard_error == pytest.approx(math.hypot(0.1, 0.05), rel=1e-14)


def test_the_standard_error_of_the_slope_is_that_of_repeats():
    rng = np.random.default_rng(2)
    sizes = np.array([10.0, 30.0, 100.0, 300.0])
    relative = np.array([0.01, 0.02, 0.02, 0.05])
    exact = sizes**-0.5
    rates = [
        fitted_rate(sizes, exact * np.exp(relative * rng.standard_normal(4)), exact * relative)
        for _ in range(2000)
    ]
    slopes = np.array([rate.slope for rate in rates])
    assert abs(slopes.mean() + 0.5) < 4 * slopes.std() / math.sqrt(slopes.size)
    assert slopes.std() == pytest.approx(rates[0].standard_error, rel=0.07)


@pytest.mark.parametrize(
    "arguments",
    [([1.0], [1.0], [1.0]), ([1.0, 2.0], [1.0], [1.0]), ([[1.0, 2.0]], [[1.0, 2.0]], [[1.0, 1.0]])],
)
def test_shapes_that_do_not_fit_a_rate(arguments):
    with pytest.raises(ValueError, match=r"^sizes, values, errors: expected one shape"):
        fitted_rate(*arguments)


def test_a_rate_needs_two_sizes_that_differ():
    with pytest.raises(ValueError, match=r"^sizes: expected at least two that differ"):
        fitted_rate([2.0, 2.0], [1.0, 3.0], [1.0, 1.0])


def test_a_rate_needs_positive_numbers():
    with pytest.raises(ValueError, match=r"^values: expected numbers > 0"):
        fitted_rate([1.0, 2.0], [1.0, -1.0], [1.0, 1.0])


# --- Noise and sign ------------------------------------------------------------------------------


def across(w: np.ndarray) -> np.ndarray:
    """A unit vector across w and w* = (1, 0, 0, 0, 0)."""
    side = np.array([0.0, -w[2], w[1], 0.0, 0.0])
    return side / np.linalg.norm(side)


@pytest.mark.result("prop-noise")
@pytest.mark.parametrize("estimator", PAPER, ids=lambda e: e.name)
def test_the_noise_across_the_plane(estimator):
    v, w, rng = place()
    one, two = rng.standard_normal((2, 60_000, 4, 5))
    g = ste.coarse_gradient(v, w, one, TEACHER, estimator)[1] @ across(w)
    assert abs(g.mean()) < 4 * g.std() / math.sqrt(g.size)
    residual_square = 2 * ste.sample_loss(v, w, two, TEACHER)
    predicted = residual_square * (estimator.evaluate(two @ w) ** 2 @ v**2)
    error = math.hypot(np.square(g).std(), predicted.std()) / math.sqrt(g.size)
    assert abs(np.square(g).mean() - predicted.mean()) < 4 * error
    if estimator is ste.IDENTITY:
        exact = 2 * (v @ v) * ste.population_loss(v, w, TEACHER)
        assert abs(np.square(g).mean() - exact) < 4 * np.square(g).std() / math.sqrt(g.size)
        assert exact > 50 * np.square(g).std() / math.sqrt(g.size)
        whole = ste.coarse_gradient(v, w, one, TEACHER, estimator)[1]
        trace = np.square(whole - whole.mean(axis=0)).sum(axis=-1)
        assert trace.mean() - 4 * trace.std() / math.sqrt(trace.size) > (5 - 2) * exact


@pytest.mark.result("prop-noise")
@pytest.mark.parametrize("estimator", PAPER, ids=lambda e: e.name)
def test_the_error_of_the_mean_falls_as_one_over_the_root(estimator):
    v, w, rng = place()
    exact = ste.expected_coarse_gradient(v, w, TEACHER, estimator)[1]
    sizes, root, error = (10, 40, 160, 640), [], []
    for samples in sizes:
        Z = rng.standard_normal((200, samples, 4, 5))
        mean = ste.coarse_gradient(v, w, Z, TEACHER, estimator)[1].mean(axis=1)
        squares = np.square(mean - exact).sum(axis=1)
        root.append(math.sqrt(squares.mean()))
        error.append(squares.std() / math.sqrt(200) / (2 * root[-1]))
    rate = fitted_rate(sizes, root, error)
    assert abs(rate.slope + 0.5) < 3.5 * rate.standard_error < 0.06
    g = ste.coarse_gradient(v, w, rng.standard_normal((20_000, 4, 5)), TEACHER, estimator)[1]
    trace = np.trace(np.cov(g.T))
    assert root[-1] == pytest.approx(math.sqrt(trace / 640), rel=0.1)


@pytest.mark.result("prop-noise")
def test_there_is_no_noise_at_the_second_global_minimum_of_sum_zero():
    """But on the inputs of probability 0 of which a row lies on the boundary."""
    teacher = ste.Teacher([1.0, -1.0], [1.0, 0.0])
    Z = np.random.default_rng(8).standard_normal((500, 2, 2))
    assert not ste.coarse_gradient(-teacher.v, -teacher.w, Z, teacher, ste.IDENTITY)[1].any()
    edge = [[[0.0, 1.0], [1.0, 0.0]]]
    assert ste.coarse_gradient(-teacher.v, -teacher.w, edge, teacher, ste.IDENTITY)[1].any()


@pytest.mark.result("prop-noise")
@pytest.mark.parametrize("estimator", PAPER, ids=lambda e: e.name)
def test_there_is_no_noise_at_the_global_minimum_and_some_at_the_spurious_one(estimator):
    Z = np.random.default_rng(4).standard_normal((500, 4, 5))
    _, g = ste.coarse_gradient(TEACHER.v, 2.0 * TEACHER.w, Z, TEACHER, estimator)
    assert not g.any()
    spurious = ste.critical_points(TEACHER).spurious
    _, g = ste.coarse_gradient(spurious.v, -TEACHER.w, Z, TEACHER, estimator)
    assert np.trace(np.cov(g.T)) > 0.1


@pytest.mark.result("prop-sign")
@pytest.mark.parametrize("estimator", PAPER, ids=lambda e: e.name)
def test_how_often_the_sign_is_right(estimator):
    v, w = TEACHER.v, np.array([-0.5, math.sqrt(0.75), 0.0, 0.0, 0.0])
    gradient = ste.population_gradient(v, w, TEACHER)[1]
    Z = np.random.default_rng(6).standard_normal((200_000, 4, 5))
    X = ste.coarse_gradient(v, w, Z, TEACHER, estimator)[1] @ gradient
    mean = float(ste.correlation(v, w, TEACHER, estimator).inner)
    assert abs(X.mean() - mean) < 4 * X.std() / math.sqrt(X.size)
    assert mean > 20 * X.std() / math.sqrt(X.size)
    ratio = mean / X.std()
    skewness = np.power(np.abs(X - mean), 3).mean() / X.std() ** 3
    for samples in (4, 20, 100):
        means = X[: X.size // samples * samples].reshape(-1, samples).mean(axis=1)
        right = np.mean(means > 0.0)
        error = 4 * math.sqrt(right * (1 - right) / means.size) + 1e-3
        normal = 0.5 * math.erfc(-math.sqrt(samples / 2) * ratio)
        assert abs(right - normal) < 0.48 * skewness / math.sqrt(samples) + error
        assert abs(right - normal) < 0.03 + error
        assert 1.0 - right < 1.0 / (1.0 + samples * ratio**2) + error
