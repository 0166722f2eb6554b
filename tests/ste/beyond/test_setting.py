"""Every world of `ste.beyond` is a Setting: one set of properties for all of them."""

import math

import numpy as np
import pytest

import ste
from ste.beyond import other_rows, random_units
from ste.beyond.correlated_rows import CorrelatedRows
from ste.beyond.label_noise import LabelNoise
from ste.beyond.mixtures import Mixture
from ste.beyond.other_rows import OtherRows
from ste.beyond.own_filters import OneFilter, OwnFilters
from ste.beyond.paper import Paper
from ste.beyond.random_units import RandomUnits
from ste.beyond.relu_labels import ReluLabels
from ste.beyond.setting import Setting, walk_in
from ste.beyond.signs import Signs
from ste.beyond.staircase import Staircase, Stairs, quantizer_stairs
from ste.zoo.windows import Window

V_STAR = np.array([1.0, -0.5, 0.8, 0.3])
TEACHER = ste.Teacher(V_STAR, [1.0, 0.5, -0.7])
PLANAR = ste.Teacher(V_STAR, [np.cos(0.4), np.sin(0.4)])
SIGMA = np.array([[3.0, 1.0, 0.0], [1.0, 2.0, -0.5], [0.0, -0.5, 0.4]])
FILTERS = np.array([[1.0, 0.2, 0.0], [0.3, -1.0, 0.5], [0.0, 0.4, 1.0], [-1.0, 0.1, 0.3]])
TWO_BITS, ONE_BIT = quantizer_stairs(2, 0.6511), quantizer_stairs(1)

WORLDS: dict[str, Setting] = {
    "paper": Paper(TEACHER),
    "signs": Signs(TEACHER),
    "two bits": Staircase(TEACHER, TWO_BITS),
    "odd stairs": Staircase(TEACHER, Stairs([0.3, -0.5, 1.1], [0.4, 0.7, 0.2]), TWO_BITS),
    "labels with a bias": Staircase(TEACHER, ONE_BIT, Stairs([0.7], [1.0])),
    "ReLU labels": ReluLabels(TEACHER),
    "label noise": LabelNoise(TEACHER, 0.7),
    "logistic units": RandomUnits(TEACHER, random_units.LOGISTIC, 0.5),
    "Gaussian units": RandomUnits(TEACHER, random_units.GAUSSIAN, 1.0),
    "mixture": Mixture(TEACHER, [0.3, 1.0, 2.5], [0.2, 0.5, 0.3]),
    "correlated rows": CorrelatedRows(TEACHER, SIGMA),
    "cube": OtherRows(PLANAR, other_rows.UNIFORM),
    "Laplace": OtherRows(PLANAR, other_rows.LAPLACE),
    "two clusters": OtherRows(PLANAR, other_rows.two_clusters(1.5)),
    "own filters": OwnFilters(V_STAR, FILTERS),
    "one filter": OneFilter(OwnFilters(V_STAR, FILTERS)),
}
#: Each in the case in which it is the paper's, with the digits that quadrature gives.
LIKE_THE_PAPER: dict[str, tuple[Setting, float]] = {
    "one step": (Staircase(TEACHER, ONE_BIT), 1e-12),
    "hardly any noise": (LabelNoise(TEACHER, 1e-9), 1e-15),
    "cold units": (RandomUnits(TEACHER, random_units.GAUSSIAN, 1e-6), 1e-6),
    "one scale": (Mixture(TEACHER, [1.0], [1.0]), 1e-15),
    "uncorrelated rows": (CorrelatedRows(TEACHER, np.eye(3)), 1e-14),
    "Gaussian rows": (OtherRows(PLANAR, other_rows.GAUSSIAN), 1e-5),
    "equal filters": (OneFilter(OwnFilters(V_STAR, np.tile(TEACHER.w, (4, 1)))), 1e-14),
}

EVERY = pytest.mark.parametrize("name", WORLDS)
PROXIES = (*ste.PAPER, ste.leaky_relu(0.3), ste.get_estimator("tanh"), Window("w", -0.5, 1.2))


def places(setting, count=6, seed=0):
    """Students (count, m) and filters, away from the kinks."""
    rng = np.random.default_rng(seed)
    v = rng.standard_normal((count, setting.v_star.size))
    w = rng.standard_normal((count, *setting.shape))
    return v, 1.3 * w / np.linalg.norm(w, axis=-1, keepdims=True)


def agree(draws, mean):
    """The mean over the first axis is `mean`, within 4.5 standard errors."""
    error = draws.std(axis=0, ddof=1) / math.sqrt(len(draws))
    np.testing.assert_array_less(np.abs(draws.mean(axis=0) - mean), 4.5 * error + 1e-12)


@EVERY
def test_it_is_a_setting(name):
    setting = WORLDS[name]
    assert isinstance(setting, Setting)
    np.testing.assert_array_equal(setting.v_star, V_STAR)
    assert setting.inputs(3, seed=1).shape == (3, 4, setting.shape[-1])


@EVERY
def test_the_gradient_is_the_slope_of_the_loss(name):
    setting, h = WORLDS[name], 1e-4
    v, w = (part[0] for part in places(setting))
    grad_v, grad_w = setting.gradient(v, w)
    for j, e in enumerate(h * np.eye(4)):
        slope = (setting.loss(v + e, w) - setting.loss(v - e, w)) / (2 * h)
        assert slope == pytest.approx(grad_v[j], abs=1e-8)
    # the planar laws have a quadrature's digits, and their differences fewer
    within = 2e-5 if isinstance(setting, OtherRows) else 2e-7
    for j, e in enumerate(h * np.eye(w.size).reshape(-1, *w.shape)):
        slope = (setting.loss(v, w + e) - setting.loss(v, w - e)) / (2 * h)
        assert slope == pytest.approx(grad_w.ravel()[j], abs=within)


@EVERY
def test_samples_average_to_loss_and_coarse_gradient(name):
    setting = WORLDS[name]
    v, w = places(setting, count=2)
    for estimator in (ste.RELU, ste.leaky_relu(0.3), ste.get_estimator("tanh")):
        samples = setting.sample(v, w, estimator, 30_000, seed=2)
        assert samples.loss.shape == (30_000, 2)
        agree(samples.loss, setting.loss(v, w))
        grad_v, grad_w = setting.coarse_gradient(v, w, estimator)
        agree(samples.grad_v, grad_v)
        agree(samples.grad_w, grad_w)


@EVERY
def test_the_coarse_gradient_in_v_is_the_true_one(name):
    setting = WORLDS[name]
    v, w = places(setting)
    true = setting.gradient(v, w)[0]
    for estimator in PROXIES:
        np.testing.assert_array_equal(setting.coarse_gradient(v, w, estimator)[0], true)


@EVERY
def test_the_coarse_gradient_is_linear_in_the_proxy(name):
    setting = WORLDS[name]
    v, w = places(setting, count=2)
    identity, relu, leaky = (
        setting.coarse_gradient(v, w, proxy)[1]
        for proxy in (ste.IDENTITY, ste.RELU, ste.leaky_relu(0.3))
    )
    np.testing.assert_allclose(leaky, 0.3 * identity + 0.7 * relu, rtol=1e-9, atol=1e-12)


@EVERY
def test_at_the_best_v_the_slope_in_v_is_zero_and_the_loss_least(name):
    setting = WORLDS[name]
    _, w = places(setting)
    best = setting.best_v(w)
    np.testing.assert_allclose(setting.gradient(best, w)[0], 0.0, atol=1e-14)
    # the slope is linear in v: solved from m + 1 of its values
    level = setting.gradient(np.zeros(4), w)[0]
    columns = [setting.gradient(e, w)[0] - level for e in np.eye(4)]
    solved = np.linalg.solve(np.stack(columns, axis=-1), -level[..., None])[..., 0]
    np.testing.assert_allclose(best, solved, atol=1e-12)
    shaken = best + 0.1 * np.random.default_rng(3).standard_normal((50, 1, 4))
    assert np.all(setting.loss(shaken, w) > setting.loss(best, w))


@EVERY
def test_leading_axes_broadcast_and_inputs_stay(name):
    setting = WORLDS[name]
    v, w = places(setting, count=3)
    before = v.copy(), w.copy()
    wide = v[:, None]
    loss, (grad_v, grad_w) = setting.loss(wide, w), setting.gradient(wide, w)
    coarse = setting.coarse_gradient(wide, w, ste.CLIPPED_RELU)
    samples = setting.sample(wide, w, ste.RELU, 5, seed=4)
    assert loss.shape == (3, 3) and samples.loss.shape == (5, 3, 3)
    assert grad_v.shape == coarse[0].shape == samples.grad_v.shape[1:] == (3, 3, 4)
    assert grad_w.shape == coarse[1].shape == samples.grad_w.shape[1:] == (3, 3, *setting.shape)
    for i in range(3):
        for j in range(3):
            one = setting.gradient(v[i], w[j])
            alone = setting.coarse_gradient(v[i], w[j], ste.CLIPPED_RELU)
            np.testing.assert_allclose(loss[i, j], setting.loss(v[i], w[j]), rtol=1e-12)
            np.testing.assert_allclose(grad_v[i, j], one[0], atol=1e-13)
            np.testing.assert_allclose(grad_w[i, j], one[1], atol=1e-13)
            np.testing.assert_allclose(coarse[1][i, j], alone[1], atol=1e-12)
    np.testing.assert_array_equal(setting.best_v(w).shape, (3, 4))
    np.testing.assert_array_equal(v, before[0])
    np.testing.assert_array_equal(w, before[1])


@EVERY
def test_inner_product_and_cosine_are_those_of_the_two_fields(name):
    setting = WORLDS[name]
    v, w = places(setting)
    coarse = setting.coarse_gradient(v, w, ste.RELU)[1].reshape(6, -1)
    true = setting.gradient(v, w)[1].reshape(6, -1)
    for found, wanted in zip(setting.fields(v, w, ste.RELU), (coarse, true), strict=True):
        np.testing.assert_array_equal(found.reshape(6, -1), wanted)
    inner = np.sum(coarse * true, axis=1)
    np.testing.assert_allclose(setting.inner(v, w, ste.RELU), inner, rtol=1e-12)
    size = np.linalg.norm(coarse, axis=1) * np.linalg.norm(true, axis=1)
    np.testing.assert_allclose(setting.cosine(v, w, ste.RELU), inner / size, rtol=1e-12)
    # v = 0 sends nothing back
    assert np.isnan(setting.cosine(np.zeros(4), w, ste.RELU)).all()


@EVERY
def test_a_walk_goes_along_the_coarse_gradient(name):
    setting = WORLDS[name]
    v, w = places(setting, count=2)
    run = walk_in(setting, ste.RELU, v, w, 0.1, 2)
    for step in range(2):
        grad_v, grad_w = setting.coarse_gradient(run.v[step], run.w[step], ste.RELU)
        # a run has its starts side by side in memory, so that sums may go in another order
        close = {"rtol": 1e-14, "atol": 1e-15}
        np.testing.assert_allclose(run.v[step + 1], run.v[step] - 0.1 * grad_v, **close)
        np.testing.assert_allclose(run.w[step + 1], run.w[step] - 0.1 * grad_w, **close)


@EVERY
def test_the_kinks_give_numbers(name):
    setting = WORLDS[name]
    axis = FILTERS if name == "own filters" else PLANAR.w if setting.shape == (2,) else TEACHER.w
    w = np.stack([2.0 * axis, -0.5 * axis])
    v = np.tile(V_STAR, (2, 1))
    for estimator in PROXIES:
        parts = (*setting.gradient(v, w), *setting.coarse_gradient(v, w, estimator))
        assert all(np.isfinite(part).all() for part in (*parts, setting.loss(v, w)))


@EVERY
def test_bad_input_is_named(name):
    setting = WORLDS[name]
    v, w = (part[0] for part in places(setting))
    calls = [
        setting.loss,
        setting.gradient,
        lambda v, w: setting.coarse_gradient(v, w, ste.RELU),
        lambda v, w: setting.sample(v, w, ste.RELU, 3, 0),
    ]
    lines = np.where(np.arange(w.size).reshape(w.shape) < w.shape[-1], 0.0, w)
    for call in calls:
        with pytest.raises(ValueError, match=r"^v: expected shape \(..., 4\), got \(3,\)"):
            call(v[:3], w)
        with pytest.raises(ValueError, match=r"^v: expected finite numbers"):
            call(np.nan * v, w)
    for call in (*calls, lambda v, w: setting.best_v(w)):
        with pytest.raises(ValueError, match=r"^w: expected shape \(..., "):
            call(v, w[..., :1])
        with pytest.raises(ValueError, match=r"^w: expected non-zero vectors .*got w = 0"):
            call(v, lines)
    with pytest.raises(ValueError, match=r"^v, w: expected leading shapes that broadcast"):
        setting.loss(np.tile(v, (2, 1)), np.stack([w, w, w]))
    for call in (setting.coarse_gradient, lambda *given: setting.sample(*given, 3, 0)):
        with pytest.raises(ValueError, match=r"^estimator: expected an Estimator, got str"):
            call(v, w, "relu")
    with pytest.raises(ValueError, match=r"^count: expected an integer >= 1"):
        setting.sample(v, w, ste.RELU, 0, 0)
    with pytest.raises(ValueError, match=r"^seed: expected an integer >= 0"):
        setting.sample(v, w, ste.RELU, 3, -1)


@pytest.mark.parametrize("name", LIKE_THE_PAPER)
def test_in_one_case_each_is_the_papers(name):
    setting, within = LIKE_THE_PAPER[name]
    teacher = PLANAR if setting.shape == (2,) else TEACHER
    v, w = places(setting)
    np.testing.assert_allclose(setting.loss(v, w), ste.population_loss(v, w, teacher), atol=within)
    wanted = ste.population_gradient(v, w, teacher)
    for found, right in zip(setting.gradient(v, w), wanted, strict=True):
        np.testing.assert_allclose(found, right, atol=within)
    for estimator in PROXIES:
        wanted = ste.expected_coarse_gradient(v, w, teacher, estimator)
        for found, right in zip(setting.coarse_gradient(v, w, estimator), wanted, strict=True):
            np.testing.assert_allclose(found, right, atol=max(within, 1e-12))


def test_the_world_of_the_paper_has_its_numbers_to_a_rounding():
    setting = Paper(TEACHER)
    v, w = places(setting)
    wanted = ste.population_loss(v, w, TEACHER)
    np.testing.assert_allclose(setting.loss(v, w), wanted, rtol=4e-16)
    for estimator in PROXIES:
        wanted = ste.expected_coarse_gradient(v, w, TEACHER, estimator)
        np.testing.assert_array_equal(setting.coarse_gradient(v, w, estimator)[1], wanted[1])
        samples = setting.sample(v[0], w[0], estimator, 20, seed=5)
        grads = ste.coarse_gradient(v[0], w[0], setting.inputs(20, seed=5), TEACHER, estimator)
        np.testing.assert_allclose(samples.grad_w, grads[1], atol=1e-14)
        np.testing.assert_allclose(samples.grad_v, grads[0], atol=1e-14)
    theta = np.arccos(w @ TEACHER.w / np.linalg.norm(w, axis=-1))
    np.testing.assert_allclose(setting.best_v(w), ste.best_v(theta, TEACHER), atol=1e-13)
