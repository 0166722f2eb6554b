"""The methods side by side: one interface, the measure of an update, training."""

import math

import numpy as np
import pytest

import ste
from ste.alternatives.compare import (
    METHODS,
    Batch,
    Quality,
    batch_cosines,
    get_method,
    quality,
    train,
)
from ste.alternatives.likelihood import reinforce
from ste.beyond.random_units import LOGISTIC
from stebook.chapters.teachers import TEACHER

V = np.array([0.6, -0.4, 0.5, 0.35])
W = np.array([math.cos(2.0), math.sin(2.0), 0.0, 0.0, 0.0])


def batch(samples, seed=0, tau=0.4):
    rng = np.random.default_rng(seed)
    Z = rng.standard_normal((samples, 4, 5))
    return Batch(V[None], W[None], Z, TEACHER, tau, rng)


@pytest.mark.parametrize("name", list(METHODS))
def test_every_method_gives_an_update_for_each_sample(name):
    method = get_method(name)
    assert method.name == name
    update = method.update(batch(30), None)
    assert update.grad_v.shape == (30, 4) and update.grad_w.shape == (30, 5)
    assert np.isfinite(update.grad_w).all() and np.abs(update.grad_w).max() > 0.0
    again = method.update(batch(30), update.memory)
    assert again.grad_w.shape == (30, 5)


def test_the_papers_methods_are_its_coarse_gradients():
    at = batch(30)
    for estimator in ste.PAPER:
        update = get_method(estimator.name).update(at, None)
        exact = ste.coarse_gradient(V, W, at.Z, TEACHER, estimator)
        np.testing.assert_array_equal(update.grad_w, exact[1])


def test_the_baseline_is_that_of_the_batches_before():
    method = get_method("reinforce_centred")
    memory = method.update(batch(2000, seed=1), None).memory
    one = method.update(batch(500, seed=2), memory).grad_w
    at = batch(500, seed=2)
    xi = LOGISTIC.draw(at.rng, (500, 4))
    found = reinforce(V, W, at.Z, TEACHER, LOGISTIC, 0.4, xi)
    np.testing.assert_allclose(one, found.gradient(memory[0] / memory[1])[1])


@pytest.mark.result("prop-share")
def test_the_share_is_the_least_error_at_the_best_scale():
    rng = np.random.default_rng(3)
    truth = np.array([1.0, -2.0, 0.5])
    mean, root = np.array([0.7, -0.9, 0.9]), rng.normal(size=(3, 3))
    draws = mean + rng.standard_normal((40_000, 3)) @ root.T
    found = quality(draws, truth, mean)
    for samples in (1, 4, 25):
        means = draws[: 40_000 // samples * samples].reshape(-1, samples, 3).mean(axis=1)
        scale = np.linspace(0.0, 2.0, 101)
        errors = [np.square(one * means - truth).sum(axis=1).mean() for one in scale]
        share = 1.0 - min(errors) / (truth @ truth)
        assert found.share(samples) == pytest.approx(share, abs=0.02)


@pytest.mark.result("prop-share")
def test_the_share_is_that_of_the_guaranteed_decrease():
    """On f(x) = L|x|^2/2 the bound is what happens; the mean of f after the best step."""
    rng = np.random.default_rng(4)
    x = np.array([2.0, 1.0])
    mean = np.array([1.0, 1.0])
    draws = mean + rng.standard_normal((60_000, 2))
    L = 3.0
    share = quality(draws, L * x, mean).share(1)
    rates = np.linspace(0.0, 1.0, 101)
    after = [L * np.square(x - rate * draws).sum(axis=1).mean() / 2 for rate in rates]
    best_exact = L * (x @ x) / 2  # the exact gradient with rate 1/L goes to the minimum
    assert (L * (x @ x) / 2 - min(after)) / best_exact == pytest.approx(float(share), abs=0.02)


def test_an_update_that_points_the_wrong_way_has_no_share():
    assert Quality(-0.5, 1.0, 0.0, 0.0).share(10) == 0.0


def test_standard_errors_are_those_of_repeats():
    truth, mean = np.array([1.0, 0.0]), np.array([0.8, 0.6])
    rng = np.random.default_rng(5)
    found = [quality(mean + rng.standard_normal((400, 2)), truth) for _ in range(200)]
    for value, error in (("cosine", "cosine_error"), ("noise", "noise_error")):
        spread = np.std([getattr(one, value) for one in found])
        assert np.mean([getattr(one, error) for one in found]) == pytest.approx(spread, rel=0.25)


def test_cosines_of_batches():
    updates = np.array([[1.0, 0.0], [0.0, 1.0], [0.0, 0.0], [0.0, 0.0], [5.0, 5.0]])
    np.testing.assert_allclose(
        batch_cosines(updates, [2.0, 0.0], 2), [math.sqrt(0.5), 0.0], atol=1e-15
    )


@pytest.mark.parametrize("name", list(METHODS))
def test_training_takes_the_mean_step_of_the_method(name):
    method = get_method(name)
    v0, w0 = np.stack([V, 0.5 * V]), np.stack([W, -W])
    run = train(method, v0, w0, TEACHER, [0.1, 0.2], 2, samples=6, tau=0.4, seed=7)
    rng, v, w, memory = np.random.default_rng(7), v0, w0, None
    for _ in range(2):
        Z = rng.standard_normal((2, 6, 4, 5))
        update = method.update(Batch(v[:, None], w[:, None], Z, TEACHER, 0.4, rng), memory)
        v = v - np.array([[0.1], [0.2]]) * update.grad_v.mean(axis=1)
        w = w - np.array([[0.1], [0.2]]) * update.grad_w.mean(axis=1)
        memory = update.memory
    np.testing.assert_allclose(run.v[-1], v, rtol=1e-12)
    np.testing.assert_allclose(run.w[-1], w, rtol=1e-12)
    np.testing.assert_allclose(run.loss[-1], ste.population_loss(v, w, TEACHER))
    assert run.steps.tolist() == [0, 1, 2]


def test_most_methods_learn():
    rng = np.random.default_rng(8)
    v0, w0 = 0.1 * rng.standard_normal((8, 4)), rng.standard_normal((8, 5))
    w0 /= np.linalg.norm(w0, axis=1, keepdims=True)
    for name in ("relu", "reinforce_centred", "through_slope", "targets_soft", "difference"):
        run = train(
            get_method(name),
            v0,
            w0,
            TEACHER,
            0.2,
            300,
            samples=20,
            tau=0.3,
            seed=9,
            record_every=300,
        )
        assert np.median(run.loss[-1]) < 0.1 * np.median(run.loss[0]), name


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: get_method("nope"), "name: expected one of identity, relu"),
        (lambda: quality(np.ones((5, 3)), np.ones(2)), "updates: expected shape"),
        (lambda: quality(np.ones((5, 2)), np.zeros(2)), "truth: expected a vector"),
        (lambda: quality(np.zeros((5, 2)), np.ones(2)), "mean: expected a mean"),
        (lambda: batch_cosines(np.ones((5, 2)), np.ones(2), 6), "samples: expected at most 5"),
        (
            lambda: train(
                get_method("identity"), V, W, TEACHER, 1e200, 5, samples=2, tau=1.0, seed=0
            ),
            "learning_rate: expected one for which the run stays finite",
        ),
        (
            lambda: train("relu", V, W, TEACHER, 0.1, 5, samples=2, tau=1.0, seed=0),
            "method: expected a Method, got str",
        ),
    ],
)
def test_bad_input_is_named(call, message):
    with pytest.raises(ValueError, match=f"^{message}"):
        call()


@pytest.mark.parametrize("size", [1e-300, 1e-160, 1e200])
def test_what_is_measured_does_not_depend_on_units(size):
    rng = np.random.default_rng(3)
    updates, truth, size = rng.normal(size=(60, 3)) + 1.0, np.ones(3), 2.0 ** round(math.log2(size))
    one = quality(updates, truth, updates.mean(axis=0) + 0.1)
    for scaled in (
        quality(size * updates, truth, size * (updates.mean(axis=0) + 0.1)),
        quality(updates, size * truth, updates.mean(axis=0) + 0.1),
    ):
        np.testing.assert_allclose(scaled, one, rtol=1e-14)
    np.testing.assert_allclose(
        batch_cosines(size * updates, truth / size, 7), batch_cosines(updates, truth, 7), rtol=1e-14
    )


def test_a_truth_that_does_not_fit_is_refused():
    for truth in (np.ones((3, 1)), np.ones(2), 1.0):
        with pytest.raises(ValueError, match=r"updates: expected shape \(K, n\), K >= 1, as truth"):
            batch_cosines(np.ones((4, 3)), truth, 2)
