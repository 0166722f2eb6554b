"""The teacher, the loss and the coarse gradient of a sample, and Monte Carlo."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import SETTINGS, points, proxies

import ste
from ste import _checks, model

RNG_SEED = 5


def forward(v, w, Z):
    """The network, unit by unit."""
    return sum(v_i * (1.0 if row @ w > 0 else 0.0) for v_i, row in zip(v, Z, strict=True))


def test_teacher_normalises_w_and_keeps_v():
    teacher = ste.Teacher([1, -0.5], [3e200, 4e200])
    assert teacher.w.tolist() == pytest.approx([0.6, 0.8], rel=1e-15)
    assert teacher.v.tolist() == [1.0, -0.5]
    assert (teacher.m, teacher.n, teacher.s, teacher.N) == (2, 2, 0.5, 1.25)


def test_teacher_of_a_tiny_w():
    assert ste.Teacher([1.0], [3e-320, 4e-320]).w.tolist() == pytest.approx([0.6, 0.8], rel=1e-3)


@pytest.mark.parametrize("size", [1e-150, 1e150])
def test_the_limits_of_the_size_of_a_teacher_are_allowed(size):
    square = ste.Teacher([size], [1.0]).N
    assert square == pytest.approx(size**2, rel=1e-15, abs=0.0)


def test_teacher_is_frozen_and_owns_its_arrays():
    v, w = np.array([1.0, 2.0]), np.array([1.0, 0.0])
    teacher = ste.Teacher(v, w)
    v[0] = w[0] = 9.0
    assert teacher.v.tolist() == [1.0, 2.0] and teacher.w.tolist() == [1.0, 0.0]
    with pytest.raises(ValueError, match="read-only"):
        teacher.v[0] = 3.0
    with pytest.raises(AttributeError):
        teacher.v = v


def test_sum_of_the_teacher_is_correctly_rounded():
    v = [0.1] * 10 + [-1.0]
    assert ste.Teacher(v, [1.0]).s == math.fsum(v) != sum(v)


@pytest.mark.parametrize("size", [2.0**-300, 1.0, 2.0**300])
def test_a_teacher_is_balanced_if_its_sum_is_rounding(size):
    """Up to two rounding errors of the sum of all sizes, the limit itself with them."""
    eps = np.finfo(float).eps
    for v, balanced in (
        ([0.1, 0.2, -0.3], True),
        ([1.0, -0.5], False),
        ([1.0 + 4 * eps, -1.0], True),
        ([1.0 + 5 * eps, -1.0], False),
    ):
        assert ste.Teacher(size * np.array(v), [1.0]).balanced == balanced
    assert ste.Teacher([1.0 + 2 * eps, -1.0 + 2 * eps], [1.0]).balanced


def test_sigma_is_off_at_zero():
    assert model.sigma([-1e-300, -0.0, 0.0, 1e-300]).tolist() == [0.0, 0.0, 0.0, 1.0]


@SETTINGS
@given(points(), proxies, st.integers(0, 2**32 - 1))
def test_sample_loss_and_coarse_gradient_follow_their_definitions(point, estimator, seed):
    v, w, teacher = point
    Z = np.random.default_rng(seed).standard_normal((teacher.m, teacher.n))
    residual = forward(v, w, Z) - forward(teacher.v, teacher.w, Z)
    assert ste.sample_loss(v, w, Z, teacher) == pytest.approx(residual**2 / 2, abs=1e-12)
    grad_v, grad_w = ste.coarse_gradient(v, w, Z, teacher, estimator)
    wanted = np.zeros(teacher.n)
    for i in range(teacher.m):
        assert grad_v[i] == pytest.approx(residual * (Z[i] @ w > 0), abs=1e-12)
        wanted += Z[i] * estimator.evaluate(Z[i] @ w) * v[i] * residual
    assert np.allclose(grad_w, wanted, atol=1e-11)


@SETTINGS
@given(points(), st.floats(1e-3, 1e3), st.integers(0, 2**32 - 1))
def test_sample_loss_does_not_see_the_length_of_w(point, factor, seed):
    v, w, teacher = point
    Z = np.random.default_rng(seed).standard_normal((8, teacher.m, teacher.n))
    shorter = ste.sample_loss(v, factor * w, Z, teacher)
    assert np.array_equal(ste.sample_loss(v, w, Z, teacher), shorter)


def test_at_w_zero_the_student_says_nothing():
    teacher = ste.Teacher([1.0, 2.0], [1.0, 0.0])
    Z = np.array([[1.0, 0.0], [2.0, 5.0]])
    assert ste.sample_loss([7.0, 7.0], [0.0, 0.0], Z, teacher) == 4.5
    grad_v, grad_w = ste.coarse_gradient([1.0, 1.0], [0.0, 0.0], Z, teacher, ste.IDENTITY)
    assert grad_v.tolist() == [0.0, 0.0]
    assert grad_w.tolist() == [-9.0, -15.0]
    assert not ste.coarse_gradient([1.0, 1.0], [0.0, 0.0], Z, teacher, ste.RELU)[1].any()


def test_the_teacher_itself_has_no_loss():
    rng = np.random.default_rng(RNG_SEED)
    teacher = ste.Teacher(rng.standard_normal(4), rng.standard_normal(3))
    Z = rng.standard_normal((1000, 4, 3))
    assert ste.sample_loss(teacher.v, 2.0 * teacher.w, Z, teacher).max() < 1e-28


def test_broadcasting_equals_looping():
    rng = np.random.default_rng(RNG_SEED)
    teacher = ste.Teacher(rng.standard_normal(3), rng.standard_normal(2))
    v, w = rng.standard_normal((4, 1, 3)), rng.standard_normal((5, 2))
    Z = rng.standard_normal((6, 1, 1, 3, 2))
    loss = ste.sample_loss(v, w, Z, teacher)
    grad_v, grad_w = ste.coarse_gradient(v, w, Z, teacher, ste.CLIPPED_RELU)
    assert (loss.shape, grad_v.shape, grad_w.shape) == ((6, 4, 5), (6, 4, 5, 3), (6, 4, 5, 2))
    for i, j, k in np.ndindex(6, 4, 5):
        alone = v[j, 0], w[k], Z[i, 0, 0], teacher
        assert loss[i, j, k] == pytest.approx(ste.sample_loss(*alone), rel=1e-14)
        one_v, one_w = ste.coarse_gradient(*alone, ste.CLIPPED_RELU)
        assert np.allclose(grad_v[i, j, k], one_v, rtol=1e-14)
        assert np.allclose(grad_w[i, j, k], one_w, rtol=1e-13)


POINT = ([0.4, -1.2], [0.5, 0.7, -0.3], ste.Teacher([1.0, 0.6], [1.0, 0.0, 0.5]))


@pytest.mark.parametrize("lead", [(), (4, 1, 1)], ids=str)
def test_it_does_not_matter_how_inputs_lie_in_memory(lead):
    v, w, teacher = POINT
    w = np.broadcast_to(w, (*lead, 3)) * (1.0 + np.arange(math.prod(lead)).reshape(*lead, 1))
    Z = np.random.default_rng(5).standard_normal((50, 2, 3))
    rows, columns = ste.coarse_gradient(v, w, Z, teacher, ste.CLIPPED_RELU)
    beside = np.asarray(Z, order="F")
    assert not beside.flags.c_contiguous
    for part, other in zip(
        (rows, columns), ste.coarse_gradient(v, w, beside, teacher, ste.CLIPPED_RELU), strict=True
    ):
        assert part.shape == other.shape and np.allclose(part, other, rtol=1e-13)


def inputs(block, samples, seed):
    """Those of the two rows of three numbers, block by block, each from its stream."""
    for number, first in enumerate(range(0, samples, block)):
        stream = np.random.SeedSequence(seed).spawn(number + 1)[number]
        shape = 3, 2, min(block, samples - first)
        yield np.random.Generator(np.random.SFC64(stream)).standard_normal(shape).T


@pytest.mark.parametrize("block", [1, 30, 1003])
def test_monte_carlo_is_the_mean_and_its_standard_error(monkeypatch, block):
    monkeypatch.setattr(model, "_BLOCK", 10 * block)
    got = ste.monte_carlo_gradient(*POINT, ste.RELU, samples=1003, seed=4)
    Z = np.concatenate(list(inputs(block, 1003, seed=4)))
    assert Z.shape == (1003, 2, 3)
    each = ste.coarse_gradient(*POINT[:2], Z, POINT[2], ste.RELU)[1]
    assert np.allclose(got.mean, each.mean(axis=0), rtol=1e-12)
    assert np.allclose(got.standard_error, each.std(axis=0, ddof=1) / math.sqrt(1003), rtol=1e-12)


@pytest.mark.parametrize(("students", "block"), [(1, 1200), (1, 1), (7, 1200), (1000, 1)])
def test_monte_carlo_draws_no_more_than_a_block_at_once(monkeypatch, students, block):
    """A sample takes m n numbers and, for each student, two for each unit; but one is drawn."""
    drawn = []
    plain = model.coarse_gradient

    def spy(v, w, Z, teacher, estimator):
        drawn.append(len(Z))
        return plain(v, w, Z, teacher, estimator)

    monkeypatch.setattr(model, "coarse_gradient", spy)
    monkeypatch.setattr(model, "_BLOCK", block)
    v, w, teacher = POINT
    ste.monte_carlo_gradient([v] * students, w, teacher, ste.IDENTITY, samples=151, seed=4)
    assert max(drawn) == max(1, block // (2 * 3 + students * 2 * 2)) and sum(drawn) == 151


def test_samples_that_would_take_too_long_are_refused_with_their_size(monkeypatch):
    """Of 7 samples with 2 rows of 3 numbers."""
    monkeypatch.setattr(_checks, "MOST", 42)
    ste.monte_carlo_gradient(*POINT, ste.RELU, samples=7, seed=1)
    monkeypatch.setattr(_checks, "MOST", 41)
    with pytest.raises(ValueError, match=r"^samples: .* at most 41 numbers \(here 42\), got 7"):
        ste.monte_carlo_gradient(*POINT, ste.RELU, samples=7, seed=1)


def test_monte_carlo_is_seeded():
    one, same, other = (
        ste.monte_carlo_gradient(*POINT, ste.RELU, samples=100, seed=seed).mean
        for seed in (1, 1, 2)
    )
    assert np.array_equal(one, same)
    assert not np.array_equal(one, other)


@pytest.mark.parametrize("block", [60, 1_000_000])
def test_monte_carlo_over_leading_axes(monkeypatch, block):
    """All see the same inputs, however many they are."""
    monkeypatch.setattr(model, "_BLOCK", block)
    v, w, teacher = POINT
    many = np.stack([v, [1.0, 1.0]])[:, None], np.stack([w, [0.0, 1.0, 0.0], [0.0, 0.0, 0.0]])
    got = ste.monte_carlo_gradient(*many, teacher, ste.RELU, samples=200, seed=4)
    alone = ste.monte_carlo_gradient(v, w, teacher, ste.RELU, samples=200, seed=4)
    assert got.mean.shape == got.standard_error.shape == (2, 3, 3)
    assert np.allclose(got.mean[0, 0], alone.mean, rtol=1e-12)
    assert np.allclose(got.standard_error[0, 0], alone.standard_error, rtol=1e-12)
