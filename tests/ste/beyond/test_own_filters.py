"""A filter for each unit: against samples and differences; traps, means and medians."""

import math

import numpy as np
import pytest

import ste
from ste.beyond.own_filters import OneFilter, OwnFilters

PROXIES = (*ste.PAPER, ste.leaky_relu(0.2), ste.get_estimator("tanh"))
V_STAR = np.array([1.0, -0.5, 0.8, 0.3])


def random_place(seed):
    rng = np.random.default_rng(seed)
    teacher = OwnFilters(rng.standard_normal(3), rng.standard_normal((3, 4)))
    return teacher, rng.standard_normal(3), rng.standard_normal((3, 4))


@pytest.mark.result("thm-own-filters")
def test_the_closed_forms_are_the_means_over_samples():
    teacher, v, W = random_place(0)
    Z = np.random.default_rng(1).standard_normal((60_000, 3, 4))
    pre = np.einsum("smn,mn->sm", Z, W)
    residual = (pre > 0) @ v - (np.einsum("smn,mn->sm", Z, teacher.W) > 0) @ teacher.v
    loss = 0.5 * residual**2
    assert abs(loss.mean() - teacher.loss(v, W)) < 4 * loss.std() / math.sqrt(len(Z))
    for estimator in ste.PAPER:
        g = (estimator.evaluate(pre) * v * residual[:, None])[..., None] * Z
        error = g.std(axis=0) / math.sqrt(len(Z))
        wanted = teacher.coarse_gradient(v, W, estimator)[1]
        assert np.all(abs(g.mean(axis=0) - wanted) < 4.5 * error)


@pytest.mark.result("thm-own-filters")
def test_the_gradient_is_the_slope_of_the_loss():
    teacher, v, W = random_place(2)
    grad_v, grad_W = teacher.gradient(v, W)
    h = 1e-6
    for i in range(3):
        e = h * np.eye(3)[i]
        assert (teacher.loss(v + e, W) - teacher.loss(v - e, W)) / (2 * h) == pytest.approx(
            grad_v[i], abs=1e-8
        )
        for j in range(4):
            step = np.zeros((3, 4))
            step[i, j] = h
            slope = (teacher.loss(v, W + step) - teacher.loss(v, W - step)) / (2 * h)
            assert slope == pytest.approx(grad_W[i, j], abs=1e-8)


@pytest.mark.result("thm-own-filters")
@pytest.mark.parametrize("estimator", PROXIES, ids=lambda e: e.name)
def test_each_filter_has_the_inner_product_of_the_theorem(estimator):
    teacher, v, W = random_place(3)
    coarse, true = teacher.coarse_gradient(v, W, estimator)[1], teacher.gradient(v, W)[1]
    rho = np.linalg.norm(W, axis=1)
    cos = np.sum(W * teacher.W, axis=1) / rho
    theta = np.arccos(cos)
    b_y = estimator.moments(rho, theta).b_y_over_sin * np.sin(theta)
    wanted = np.square(v * teacher.v) * b_y / (2 * np.pi * rho)
    np.testing.assert_allclose(np.sum(coarse * true, axis=1), wanted, rtol=1e-9)
    assert np.all(wanted > 0.0)


@pytest.mark.result("thm-own-filters")
def test_with_equal_filters_the_sums_are_those_of_a_shared_filter():
    shared = ste.Teacher(V_STAR, [1.0, 0.3])
    own = OwnFilters(V_STAR, np.tile(shared.w, (4, 1)))
    rng = np.random.default_rng(4)
    v, w = rng.standard_normal((6, 4)), rng.standard_normal((6, 2))
    W = np.repeat(w[:, None], 4, axis=1)
    np.testing.assert_allclose(own.loss(v, W), ste.population_loss(v, w, shared), rtol=1e-12)
    for estimator in ste.PAPER:
        grad_v, grads = own.coarse_gradient(v, W, estimator)
        wanted = ste.expected_coarse_gradient(v, w, shared, estimator)
        np.testing.assert_allclose(grad_v, wanted[0], atol=1e-13)
        np.testing.assert_allclose(grads.sum(axis=1), wanted[1], atol=1e-13)


@pytest.mark.result("thm-own-traps")
@pytest.mark.parametrize("v_star", [V_STAR, [1.0, -1.0], [1.0, 1.0, 1.0, 1.0]])
def test_the_traps_are_local_minimizers_and_have_the_loss_they_say(v_star):
    teacher = OwnFilters(v_star, np.tile([1.0, 0.0, 0.0], (len(v_star), 1)))
    rng, found = np.random.default_rng(5), teacher.minimizers()
    assert not found[0].turned.any() and found[0].loss == 0.0
    for trap in found:
        W = np.where(trap.turned[:, None], -1.0, 1.0) * teacher.W
        assert teacher.loss(trap.v, W) == pytest.approx(trap.loss, abs=1e-14)
        np.testing.assert_allclose(teacher.gradient(trap.v, W)[0], 0.0, atol=1e-14)
        v = trap.v + 1e-3 * rng.standard_normal((300, teacher.m))
        around = W + 1e-3 * rng.standard_normal((300, *W.shape))
        assert np.all(teacher.loss(v, around) > trap.loss)


@pytest.mark.result("thm-own-traps")
def test_sets_that_are_not_listed_are_no_minimizers():
    teacher = OwnFilters(V_STAR, np.tile([1.0, 0.0], (4, 1)))
    listed = {tuple(p.turned) for p in teacher.minimizers()}
    assert len(listed) == 10
    for number in range(16):
        turned = np.array([bool(number >> i & 1) for i in range(4)])
        signs = np.where(turned, -1.0, 1.0)
        v = signs * teacher.v + 2.0 * teacher.v[turned].sum() / 5.0
        W = signs[:, None] * teacher.W
        turn = np.array([math.cos(0.01), math.sin(0.01)])
        lower = [
            teacher.loss(v, np.where(np.arange(4)[:, None] == i, signs[i] * turn, W))
            < teacher.loss(v, W)
            for i in range(4)
        ]
        assert any(lower) == (tuple(turned) not in listed)


@pytest.mark.result("thm-own-traps")
@pytest.mark.parametrize("estimator", PROXIES, ids=lambda e: e.name)
def test_what_is_left_over_at_the_traps(estimator):
    teacher = OwnFilters(V_STAR, np.tile([1.0, 0.0], (4, 1)))
    lengths = np.array([0.5, 1.0, 2.0, 0.7])
    a_minus = estimator.moments(lengths, np.pi).a_minus
    for trap in teacher.minimizers():
        u = np.where(trap.turned[:, None], -1.0, 1.0) * teacher.W
        left = teacher.coarse_gradient(trap.v, lengths[:, None] * u, estimator)[1]
        wanted = (trap.v * trap.shift * a_minus)[:, None] * u
        np.testing.assert_allclose(left, wanted, atol=1e-11)


def two_filters():
    return OwnFilters([1.5, 1.0], [[1.0, 0.0], [0.0, 1.0]])


def summed(teacher, v, w, estimator):
    one = OneFilter(teacher)
    return one.coarse_gradient(v, w, estimator)[1], one.gradient(v, w)[1]


def test_one_filter_for_all_has_the_sums_over_the_rows():
    teacher, v, _ = random_place(6)
    one, w = OneFilter(teacher), np.random.default_rng(7).standard_normal((5, 4))
    W = np.repeat(w[:, None], 3, axis=1)
    np.testing.assert_array_equal(one.loss(v, w), teacher.loss(v, W))
    for estimator in PROXIES:
        wanted = teacher.coarse_gradient(v, W, estimator)[1].sum(axis=-2)
        np.testing.assert_allclose(one.coarse_gradient(v, w, estimator)[1], wanted, atol=1e-15)
    with pytest.raises(ValueError, match="own: expected an OwnFilters, got Teacher"):
        OneFilter(ste.Teacher([1.0], [1.0]))


@pytest.mark.result("prop-median")
@pytest.mark.parametrize("estimator", ste.PAPER, ids=lambda e: e.name)
def test_between_two_filters_the_inner_product_is_negative_where_it_should_be(estimator):
    teacher = two_filters()
    psi = np.linspace(0.05, 1.5, 40)
    w = np.stack([np.cos(psi), np.sin(psi)], axis=-1)
    coarse, true = summed(teacher, np.tile(teacher.v, (40, 1)), w, estimator)
    inner = np.sum(coarse * true, axis=1)
    d = np.square(teacher.v)
    weight = [estimator.moments(1.0, t).b_y_over_sin * np.sin(t) for t in (psi, np.pi / 2 - psi)]
    wanted = (d[0] - d[1]) * (d[0] * weight[0] - d[1] * weight[1]) / (2 * np.pi)
    np.testing.assert_allclose(inner, wanted, atol=1e-12)
    assert inner.min() < -1e-3 and inner.max() > 1e-3


@pytest.mark.result("prop-median")
def test_a_third_row_can_make_the_inner_product_positive():
    """Why m = 2: between the first two filters, and the third decides both sums."""
    w = np.array([math.cos(0.5), math.sin(0.5)])
    inner = {}
    for third in (0.0, 4.0):
        teacher = OwnFilters([1.2, 1.0, 1.0], [[1.0, 0.0], [0.0, 1.0], [0.0, 1.0]])
        v = teacher.v * [1.0, 1.0, third]
        coarse, true = summed(teacher, v, w, ste.IDENTITY)
        inner[third] = coarse @ true
    assert inner[0.0] < 0.0 < inner[4.0]


@pytest.mark.result("prop-median")
@pytest.mark.parametrize("estimator", [ste.IDENTITY, ste.RELU], ids=lambda e: e.name)
def test_identity_and_relu_stop_turning_at_the_mean(estimator):
    teacher = two_filters()
    mean = np.square(teacher.v) @ teacher.W
    unit = mean / np.linalg.norm(mean)
    coarse, true = summed(teacher, teacher.v, unit, estimator)
    assert coarse @ [-unit[1], unit[0]] == pytest.approx(0.0, abs=1e-14)
    assert abs(true @ [-unit[1], unit[0]]) > 0.1


def test_bad_input():
    with pytest.raises(ValueError, match=r"teacher.W: expected shape \(2, n\)"):
        OwnFilters([1.0, 2.0], [[1.0, 0.0]])
    with pytest.raises(ValueError, match=r"teacher\.W: expected non-zero"):
        OwnFilters([1.0], [[0.0, 0.0]])
    with pytest.raises(ValueError, match="w: expected non-zero"):
        OwnFilters([1.0], [[1.0, 0.0]]).loss([1.0], [[0.0, 0.0]])


def test_a_minimizer_has_no_entry_of_v_that_is_zero():
    """v* = (2, -1, 3), the first filter turned: v_2 = -1 + 2 (2)/4 = 0, and its filter is free."""
    turned = [m.turned.tolist() for m in OwnFilters([2.0, -1.0, 3.0], np.eye(3)).minimizers()]
    assert [True, False, False] not in turned and len(turned) == 4


@pytest.mark.result("thm-own-traps")
def test_a_unit_that_the_teacher_does_not_use_takes_no_part():
    """v* = (2, 0, 3): the first or the third filter may be turned, the second is not felt."""
    found = OwnFilters([2.0, 0.0, 3.0], np.eye(3)).minimizers()
    turned = [[False, False, False], [False, False, True], [True, False, False]]
    assert [one.turned.tolist() for one in found] == turned
    np.testing.assert_array_equal(found[2].v, [-1.0, 1.0, 4.0])
    assert found[2].loss == 0.5 and found[2].shift == 1.0
    world, rng = OwnFilters([2.0, 0.0, 3.0], np.eye(3)), np.random.default_rng(8)
    W = np.diag([-1.0, 1.0, 1.0]) + 1e-3 * rng.standard_normal((300, 3, 3))
    W[:, 1] = rng.standard_normal((300, 3))  # any direction of the unused filter
    v = found[2].v + 1e-3 * rng.standard_normal((300, 3))
    assert np.all(world.loss(v, W) > found[2].loss)


@pytest.mark.parametrize("size", [1e-300, 1e-200, 1e155, 1e300])
def test_filters_of_any_length_have_a_direction(size):
    teacher, v, W = random_place(9)
    scaled = OwnFilters(teacher.v, size * teacher.W)
    np.testing.assert_allclose(scaled.W, teacher.W, rtol=1e-15)
    assert scaled.loss(v, size * W) == pytest.approx(teacher.loss(v, W), rel=1e-13)
    np.testing.assert_allclose(
        scaled.gradient(v, size * W)[1] * size, teacher.gradient(v, W)[1], rtol=1e-12
    )


def test_so_many_sets_are_not_gone_through():
    with pytest.raises(ValueError, match=r"teacher\.v: expected at most 16 units, got 17"):
        OwnFilters(np.ones(17), np.ones((17, 2))).minimizers()
    assert len(OwnFilters(np.ones(16), np.ones((16, 2))).minimizers()) > 1
