"""Target propagation: its special cases exactly, its fixed points, its way back."""

import math

import mpmath
import numpy as np
import pytest

import ste
from ste.alternatives.difference_targets import (
    best_inverse,
    difference_targets,
    expected_feedback_gradient,
    fit_inverse,
    hidden_states,
)
from ste.alternatives.targets import (
    HINGE,
    LINEAR,
    PERCEPTRON,
    SATURATED_HINGE,
    SOFT_HINGE,
    best_targets,
    layer_loss_of,
    searched_targets,
    separate,
    signed_targets,
    target_agreement,
)
from stebook.chapters.teachers import TEACHER

V = np.array([0.7, -0.9, 0.4, 1.1])
W = 1.3 * np.array([math.cos(2.0), math.sin(2.0), 0.0, 0.0, 0.0])
SAMPLES = 60_000
#: No two subsets of its weights have the same sum.
DISTINCT = ste.Teacher([1.0, -0.52, 0.83, 0.37], np.eye(5)[0])
LOSSES = (LINEAR, PERCEPTRON, HINGE, SATURATED_HINGE, SOFT_HINGE)
X = np.linspace(-3.0, 3.0, 241) + 1e-3  # off the jumps


def inputs(samples, seed=0):
    return np.random.default_rng(seed).standard_normal((samples, 4, 5))


def agree(draws, mean, within=4.5):
    error = draws.std(axis=0, ddof=1) / math.sqrt(len(draws))
    np.testing.assert_array_less(np.abs(draws.mean(axis=0) - mean), within * error + 1e-12)


# --- Feasible target propagation, in mini-batches ------------------------------------------------


@pytest.mark.parametrize("loss", LOSSES, ids=lambda loss: loss.name)
@pytest.mark.parametrize("target", [-1.0, 1.0])
def test_slopes_are_derivatives(loss, target):
    slope = (loss.value(X + 1e-6, target) - loss.value(X - 1e-6, target)) / 2e-6
    np.testing.assert_allclose(loss.slope(X, target), slope, atol=1e-8)


@pytest.mark.result("thm-target-ste")
@pytest.mark.parametrize("name", list(ste.ESTIMATORS))
def test_any_estimator_is_weighted_target_propagation(name):
    Z, estimator = inputs(500), ste.get_estimator(name)
    mine = signed_targets(V, W, Z, TEACHER, layer_loss_of(estimator))
    its = ste.coarse_gradient(V, W, Z, TEACHER, estimator)
    for one, other in zip(mine, its, strict=True):
        np.testing.assert_allclose(one, other, atol=1e-12)
    assert np.abs(its[1]).max() > 0.1


@pytest.mark.result("thm-target-ste")
@pytest.mark.parametrize(
    ("loss", "name"),
    [(LINEAR, "identity"), (SATURATED_HINGE, "hard_tanh"), (SOFT_HINGE, "tanh")],
    ids=lambda part: getattr(part, "name", part),
)
def test_the_named_losses_are_named_estimators(loss, name):
    mine = signed_targets(V, W, inputs(500), TEACHER, loss)[1]
    its = ste.coarse_gradient(V, W, inputs(500), TEACHER, ste.get_estimator(name))[1]
    np.testing.assert_allclose(mine, its, atol=1e-12)
    np.testing.assert_allclose(loss.remainder(X), 0.0, atol=1e-15)
    np.testing.assert_allclose(loss.proxy().evaluate(X), ste.get_estimator(name).evaluate(X))


@pytest.mark.result("thm-target-ste")
@pytest.mark.parametrize("loss", LOSSES, ids=lambda loss: loss.name)
def test_every_layer_loss_is_an_estimator_and_a_remainder(loss):
    Z = inputs(500)
    coarse = ste.coarse_gradient(V, W, Z, TEACHER, loss.proxy())[1]
    pre, residual = Z @ W, (Z @ W > 0.0) @ V - (Z @ TEACHER.w > 0.0) @ TEACHER.v
    rest = np.abs(V * residual[:, None]) * loss.remainder(pre)
    whole = coarse + np.einsum("ij,ijk->ik", rest, Z)
    np.testing.assert_allclose(signed_targets(V, W, Z, TEACHER, loss)[1], whole, atol=1e-12)
    if loss in (PERCEPTRON, HINGE):
        assert np.abs(whole - coarse).max() > 0.1


@pytest.mark.result("cor-convex-loss")
def test_a_convex_layer_loss_that_is_an_estimator_is_a_line():
    """Of all registered estimators only identity's layer loss bends nowhere the wrong way."""
    bends = {}
    for name, estimator in ste.ESTIMATORS.items():
        loss = layer_loss_of(estimator)
        second = [np.diff(loss.value(X, t), 2).min() for t in (-1.0, 1.0)]
        bends[name] = min(second)
    assert {name for name, least in bends.items() if least > -1e-9} == {"identity"}


@pytest.mark.result("cor-convex-loss")
@pytest.mark.parametrize("loss", LOSSES, ids=lambda loss: loss.name)
def test_convex_losses_leave_a_remainder_unless_they_are_lines(loss):
    convex = all(np.diff(loss.value(X, t), 2).min() > -1e-9 for t in (-1.0, 1.0))
    estimator = np.abs(loss.remainder(X)).max() < 1e-12
    assert convex == (loss in (LINEAR, PERCEPTRON, HINGE))
    assert (convex and estimator) == (loss is LINEAR)


def test_without_weights_only_the_sign_goes_back():
    Z = inputs(50)
    g = signed_targets(V, W, Z, TEACHER, LINEAR, weighted=False)[1]
    residual = (Z @ W > 0.0) @ V - (Z @ TEACHER.w > 0.0) @ TEACHER.v
    np.testing.assert_allclose(g, np.einsum("ij,ijk->ik", np.sign(V * residual[:, None]), Z))


# --- Searched targets ----------------------------------------------------------------------------


def test_the_search_finds_the_best_bits():
    label = np.random.default_rng(1).normal(size=30)
    found = best_targets(V, label)
    missed = np.abs(found @ V - label)
    for k in range(16):
        bits = np.array([k >> 3 & 1, k >> 2 & 1, k >> 1 & 1, k & 1], dtype=float)
        assert np.all(missed <= np.abs(bits @ V - label) + 1e-12)


def test_ties_go_to_the_first_in_counting_order():
    # 0.8 is one weight, and the sum of three others
    np.testing.assert_array_equal(best_targets(TEACHER.v, 1.0 - 0.5 + 0.3), [0, 0, 1, 0])
    assert target_agreement(TEACHER.v, TEACHER).mean() < 1.0
    np.testing.assert_array_equal(target_agreement(DISTINCT.v, DISTINCT), np.ones(4))


@pytest.mark.result("prop-searched")
def test_a_tie_that_rounding_breaks_is_a_tie():
    """.1 + .2 is not .3 in doubles, but both rows of bits bring the output to the label."""
    assert best_targets([0.3, 0.1, 0.2], 0.3).tolist() == [0.0, 1.0, 1.0]


def test_a_row_on_the_boundary_is_on_the_wrong_side():
    """The same row with both targets: no filter can be right for both, and w across it is not."""
    assert separate([[[1.0, 0.0], [0.0, 1.0], [0.0, 1.0]]], [[1.0, 1.0, 0.0]], 5).wrong > 0.3


def test_a_row_of_zeros_has_the_bit_0_whatever_the_filter():
    zero = separate([[[0.0, 0.0], [1.0, 0.0]]], [[1.0, 1.0]], 5)
    assert zero.wrong == 0.5 and zero.w @ [1.0, 0.0] > 0.0
    assert separate([[[0.0, 0.0], [1.0, 0.0]]], [[0.0, 1.0]], 5).wrong == 0.0
    far = separate([[[1e300, 0.0], [-1e-300, 1e-300]]], [[1.0, 1.0]], 50)
    assert far.wrong == 0.0


@pytest.mark.parametrize("size", [1e-300, 1e-13, 1.0, 1e200])
def test_the_search_does_not_depend_on_units(size):
    """All rows of bits by hand, for weights with ties and without; sizes are powers of two."""
    size = 2.0 ** round(math.log2(size))
    rng = np.random.default_rng(0)
    rows = np.array([[k >> j & 1 for j in (4, 3, 2, 1, 0)] for k in range(32)], dtype=float)
    for v in (rng.normal(size=5), np.array([0.3, 0.1, 0.2, -0.3, 0.0]), np.zeros(5)):
        labels = np.concatenate([rng.normal(size=40), rows @ v, [1e9, -1e9]])
        missed = np.round(np.abs(rows @ v - labels[:-2, None]), 12)
        far = [np.argmax(np.round(rows @ v, 12)), np.argmin(np.round(rows @ v, 12))]
        wanted = rows[np.append(np.argmin(missed, axis=1), far)]
        np.testing.assert_array_equal(best_targets(size * v, size * labels), wanted)


def test_weights_and_labels_broadcast():
    rng = np.random.default_rng(1)
    v, labels = rng.normal(size=(3, 1, 4)), rng.normal(size=(2, 1, 5))
    found = best_targets(v, labels)
    assert found.shape == (2, 3, 5, 4)
    for i, j, k in np.ndindex(2, 3, 5):
        np.testing.assert_array_equal(found[i, j, k], best_targets(v[j, 0], labels[i, 0, k]))
    assert best_targets(np.ones((0, 4)), 1.0).shape == (0, 4)


def test_twelve_units_and_many_starts_are_no_trouble():
    rng = np.random.default_rng(2)
    teacher = ste.Teacher(rng.normal(size=12), [1.0, 0.0])
    starts = np.concatenate([teacher.v[None], rng.normal(size=(99, 12))])
    found = target_agreement(starts, teacher)
    np.testing.assert_array_equal(found[0], 1.0)
    assert found.shape == (100, 12) and np.all((found[1:] > 0.0) & (found[1:] < 1.0))


def test_how_often_the_targets_are_the_teachers_bits():
    Z = inputs(SAMPLES)
    bits = (Z @ TEACHER.w > 0.0).astype(float)
    agree(
        (best_targets(V, bits @ TEACHER.v) == bits).astype(float),
        target_agreement(V, TEACHER),
    )


@pytest.mark.result("prop-searched")
@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("loss", [PERCEPTRON, HINGE], ids=lambda loss: loss.name)
def test_the_layer_loss_is_least_on_the_teachers_line(seed, loss):
    """The mean of its slope: along w* at the origin, and towards the line beside it."""
    v = np.random.default_rng(seed).normal(size=4)
    Z = inputs(SAMPLES, seed=100 + seed)
    lean = 2.0 * target_agreement(v, TEACHER).mean() - 1.0
    if loss is HINGE:
        g = searched_targets(v, 1e-9 * TEACHER.w, Z, TEACHER, loss)[1]
        agree(g @ TEACHER.w, -4.0 * math.sqrt(2.0 / math.pi) * lean)
        agree(g[:, 2], 0.0)
    w = np.array([0.5, 0.8, 0.0, 0.0, 0.0])
    targets = 2.0 * best_targets(v, (Z @ TEACHER.w > 0.0) @ TEACHER.v) - 1.0
    at, on_line = (loss.value(Z @ one, targets).sum(axis=1) for one in (w, w * [1, 0, 0, 0, 0]))
    drop = at - on_line
    assert drop.mean() > 4 * drop.std() / math.sqrt(drop.size)


@pytest.mark.result("prop-searched")
def test_with_the_teachers_weights_the_targets_are_feasible():
    Z = inputs(300, seed=2)
    bits = (Z @ DISTINCT.w > 0.0).astype(float)
    targets = best_targets(DISTINCT.v, bits @ DISTINCT.v)
    np.testing.assert_array_equal(targets, bits)
    found = separate(Z, targets, sweeps=3000)
    assert found.wrong == 0.0
    cosine = found.w @ DISTINCT.w / np.linalg.norm(found.w)
    assert cosine > math.cos(math.radians(2.0))


@pytest.mark.result("prop-searched")
def test_with_feasible_targets_a_loss_that_always_falls_has_no_minimizer():
    """phi = log(1 + exp(-x)): the side is that of w*, but F(lambda w*) falls for ever."""
    margins = np.abs(inputs(2000, seed=2) @ DISTINCT.w)
    means = [np.logaddexp(0.0, -length * margins).mean() for length in np.geomspace(0.1, 1e3, 30)]
    assert np.all(np.diff(means) < 0.0)


def test_with_other_weights_they_are_not():
    Z = inputs(300, seed=2)
    targets = best_targets(V, (Z @ DISTINCT.w > 0.0) @ DISTINCT.v)
    assert separate(Z, targets, sweeps=1000).wrong > 0.2


# --- Difference target propagation ---------------------------------------------------------------


@pytest.mark.result("prop-feedback")
def test_where_d_is_zero_both_products_are_zero_and_the_ratio_says_nothing():
    v, c = np.array([0.5, 1.0, 0.0, 0.0]), np.array([0.4, 0.9, -0.3, 0.5])
    assert v @ TEACHER.v == 0.0
    back = expected_feedback_gradient(v, W, TEACHER, ste.RELU, c)
    assert abs(back @ ste.population_gradient(v, W, TEACHER)[1]) < 1e-16
    assert abs(back @ ste.population_gradient(c, W, TEACHER)[1]) > 1e-4  # it does turn w


@pytest.mark.result("prop-feedback")
@pytest.mark.parametrize("name", ["identity", "relu", "tanh"])
def test_the_mean_with_other_weights_on_the_way_back(name):
    c = np.array([0.4, 0.9, -0.3, 0.5])
    Z, estimator = inputs(SAMPLES, seed=3), ste.get_estimator(name)
    pre, residual = Z @ W, (Z @ W > 0.0) @ V - (Z @ TEACHER.w > 0.0) @ TEACHER.v
    g = np.einsum("ij,ijk->ik", estimator.evaluate(pre) * c * residual[:, None], Z)
    agree(g, expected_feedback_gradient(V, W, TEACHER, estimator, c))


@pytest.mark.result("prop-feedback")
@pytest.mark.parametrize("name", list(ste.ESTIMATORS))
def test_the_sign_is_that_of_the_two_products(name):
    estimator = ste.get_estimator(name)
    truth = ste.population_gradient(V, W, TEACHER)[1]
    own = ste.expected_coarse_gradient(V, W, TEACHER, estimator)[1]
    np.testing.assert_allclose(
        expected_feedback_gradient(V, W, TEACHER, estimator, V), own, atol=1e-13
    )
    for c in np.random.default_rng(4).normal(size=(5, 4)):
        g = expected_feedback_gradient(V, W, TEACHER, estimator, c)
        share = (c @ TEACHER.v) / (V @ TEACHER.v)
        assert g @ truth == pytest.approx(share * (own @ truth), rel=1e-9)


@pytest.mark.result("prop-linear-inverse")
@pytest.mark.parametrize("corruption", [0.0, 0.4])
def test_the_best_linear_inverse_is_the_least_squares_of_many(corruption):
    rng = np.random.default_rng(5)
    states = hidden_states(W, inputs(SAMPLES, seed=6))
    states = states + corruption * rng.standard_normal(states.shape)
    fits = [fit_inverse(V, part) for part in np.array_split(states, 30)]
    best = best_inverse(V, 1.3, corruption)
    agree(np.array([fit.slope for fit in fits]), best.slope)
    agree(np.array([fit.offset for fit in fits]), best.offset)
    np.testing.assert_allclose(best.slope / V, (best.slope / V)[0], rtol=1e-12)


@pytest.mark.parametrize("rho", [1e-9, 0.5, 1.3, 50.0, 1e4, 1e9, 1e300])
def test_the_best_linear_inverse_has_a_quadrature_s_digits(rho):
    with mpmath.workdps(30):
        near = [0, 1 / rho, 10 / rho, 50 / rho] if rho > 5.0 else [0]
        mean = mpmath.quad(lambda x: mpmath.tanh(rho * x) * mpmath.npdf(x), [*near, 1, 3, 12])
    np.testing.assert_allclose(best_inverse([2.0], rho).slope, 2.0 * float(mean), rtol=1e-13)
    for size in (1e-300, 1e-160, 1e200):
        found = best_inverse([2.0 * size], rho).slope
        np.testing.assert_allclose(size * found, 2.0 * float(mean), rtol=1e-12)


@pytest.mark.parametrize("size", [1e-300, 1e-160, 1e200])
def test_a_fit_does_not_depend_on_the_size_of_the_weights(size):
    states = np.random.default_rng(9).standard_normal((50, 4))
    size = 2.0 ** round(math.log2(size))
    one, scaled = fit_inverse(V, states), fit_inverse(size * V, states)
    np.testing.assert_array_equal(size * scaled.slope, one.slope)
    np.testing.assert_array_equal(scaled.offset, one.offset)


@pytest.mark.result("prop-linear-inverse")
@pytest.mark.parametrize("step", [0.01, 0.5, 1.0])
def test_with_it_the_update_is_a_multiple_of_a_coarse_gradient(step):
    Z, best = inputs(200, seed=7), best_inverse(V, 1.3, 0.3)
    mine = difference_targets(V, W, Z, TEACHER, best, step)
    its = ste.coarse_gradient(V, W, Z, TEACHER, ste.get_estimator("tanh"))
    np.testing.assert_array_equal(mine[0], its[0])
    np.testing.assert_allclose(mine[1], (best.slope[0] / V[0]) * its[1], atol=1e-12)
    assert best.slope[0] / V[0] > 0.1


def test_an_output_that_never_changes_teaches_no_inverse():
    assert not fit_inverse([1.0, 2.0], [[0.5, 0.1], [0.2, 0.9]]).slope.any()


# --- Bad input -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: best_targets(np.ones(13), 1.0), "v: expected at most 12 units, got 13"),
        (lambda: layer_loss_of("relu"), "estimator: expected an Estimator, got str"),
        (
            lambda: signed_targets(V, W, inputs(2), TEACHER, "hinge"),
            "layer_loss: expected a LayerLoss, got str",
        ),
        (lambda: best_targets(1.0, 1.0), r"v: expected shape \(\.\.\., m\) with m > 0, got \(\)"),
        (lambda: fit_inverse([1.0], 1.0), r"states: expected shape \(\.\.\., m\)"),
        (lambda: separate(np.ones((2, 4, 5)), np.full((2, 4), 7.0), 5), "targets: expected bits"),
        (lambda: separate(np.ones((0, 4, 5)), np.ones((0, 4)), 5), "Z, targets: expected shapes"),
        (lambda: hidden_states(W, inputs(2)[..., :3]), "Z: expected shape"),
        (lambda: separate(np.ones((2, 4, 5)), np.ones((2, 3)), 5), "Z, targets: expected shapes"),
        (
            lambda: fit_inverse([1.0], [0.5]),
            r"states: expected shape \(\.\.\., N, m\) with N >= 2, got \(1,\)",
        ),
        (lambda: best_inverse([0.0], 1.0), "v: expected non-zero vectors"),
        (lambda: best_inverse([1.0], 1.0, -0.1), "corruption: expected a finite number >= 0"),
        (
            lambda: difference_targets(V, W, inputs(2), TEACHER, best_inverse(V, 1.0), 0.0),
            "step: expected a finite number > 0",
        ),
    ],
)
def test_bad_input_is_named(call, message):
    with pytest.raises(ValueError, match=f"^{message}"):
        call()
