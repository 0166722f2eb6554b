"""Turning the filter by a little: how many losses change, what they average to, and the noise."""

import itertools

import numpy as np
import pytest
from hypothesis import given
from oracle import rotated
from strategies import SETTINGS, points

import ste
from ste.samples import jump_rate

TEACHER = ste.Teacher(v=[1.0, -0.5, 0.8, 0.3], w=[1.0, 0.0, 0.0])
V = np.array([0.9, 0.2, 0.5, -0.3])
COUNT = 400_000


def turned(theta, turn, across=0.0):
    """A filter at theta and one turned by `turn`: away from w*, or by an angle across the plane."""
    u = np.array([np.cos(theta), np.sin(theta), 0.0])
    away = np.array([-np.sin(theta), np.cos(theta), 0.0])
    direction = np.cos(across) * away + np.sin(across) * np.array([0.0, 0.0, 1.0])
    return 0.7 * u, 0.7 * (np.cos(turn) * u + np.sin(turn) * direction)


def changes(v, theta, turn, seed, across=0.0):
    Z = np.random.default_rng(seed).standard_normal((COUNT, 4, 3))
    before, after = turned(theta, turn, across)
    return ste.sample_loss(v, after, Z, TEACHER) - ste.sample_loss(v, before, Z, TEACHER)


@pytest.mark.result("thm-no-commute")
def test_every_sample_is_flat_within_a_radius_of_its_own():
    rng = np.random.default_rng(0)
    Z = rng.standard_normal((20_000, 4, 3))
    w = rng.standard_normal(3)
    radius = (np.abs(Z @ w) / np.linalg.norm(Z, axis=-1)).min(axis=-1)
    assert radius.min() > 0.0
    move = rng.standard_normal((20_000, 3))
    move *= 0.999 * (radius / np.linalg.norm(move, axis=-1))[:, None]
    before = ste.sample_loss(V, w, Z, TEACHER)
    assert np.array_equal(before, ste.sample_loss(V, w + move, Z, TEACHER))


@pytest.mark.result("thm-no-commute")
@pytest.mark.parametrize("v", [V, -V, TEACHER.v])
@pytest.mark.parametrize("across", [0.0, 0.8, np.pi / 2, np.pi])
def test_the_mean_slope_is_not_zero(v, across):
    turn, theta = 0.02, 1.1
    change = changes(v, theta, turn, seed=7, across=across)
    slope, error = change.mean() / turn, change.std() / turn / np.sqrt(COUNT)
    # turning straight away from w* gives d/(2 pi), any other way the cosine of it
    wanted = v @ TEACHER.v / (2 * np.pi) * np.cos(across)
    assert abs(slope - wanted) < 4 * error + 0.01 * abs(turn)
    # and the population loss itself, with no samples at all
    before, after = turned(theta, 1e-6, across)
    rise = ste.population_loss(v, after, TEACHER) - ste.population_loss(v, before, TEACHER)
    assert rise / 1e-6 == pytest.approx(wanted, abs=1e-5)


@pytest.mark.result("cor-not-uniform")
def test_the_quotients_are_not_uniformly_integrable():
    for turn in (0.1, 0.01, 0.001):
        change = changes(V, 1.1, turn, seed=3)
        assert np.mean(change != 0.0) < 4 * turn / np.pi
        beyond = np.abs(change / turn) > 0.05 / turn
        assert np.mean(np.abs(change / turn) * beyond) > 0.15


def enumerated(v, theta, teacher):
    """The rate of squared jumps by summing over all states of the other rows."""
    both = (np.pi - theta) / (2 * np.pi)
    chance = {(1, 1): both, (0, 0): both, (1, 0): 0.5 - both, (0, 1): 0.5 - both}
    total = 0.0
    for i, mine in enumerate(v):
        others = [j for j in range(teacher.m) if j != i]
        for states in itertools.product(chance, repeat=len(others)):
            weight = np.prod([chance[state] for state in states]) if others else 1.0
            rest = sum(
                v[j] * on - teacher.v[j] * target
                for j, (on, target) in zip(others, states, strict=True)
            )
            # the row turns off where the teacher is on, and on where the teacher is off
            off = (rest - teacher.v[i]) ** 2 / 2 - (mine + rest - teacher.v[i]) ** 2 / 2
            on = (mine + rest) ** 2 / 2 - rest**2 / 2
            total += weight * (off**2 + on**2) / (2 * np.pi)
    return total


@pytest.mark.result("thm-quotient-noise")
def test_the_rate_is_the_sum_over_all_states():
    rng = np.random.default_rng(5)
    for m in (1, 2, 3, 5):
        teacher = ste.Teacher(rng.standard_normal(m), [0.0, 1.0, 0.0])
        for theta in (0.0, 0.4, 2.0, np.pi):
            v, w = rng.standard_normal(m), rotated(teacher, theta, 1.7, rng)
            wanted = enumerated(v, theta, teacher)
            assert jump_rate(v, w, teacher) == pytest.approx(wanted, rel=1e-10)


@pytest.mark.result("thm-quotient-noise")
@pytest.mark.parametrize("across", [0.0, 0.8, np.pi / 2, np.pi])
def test_the_variance_of_the_quotient_is_the_rate_over_the_turn(across):
    w, _ = turned(1.1, 0.0)
    rate = float(jump_rate(V, w, TEACHER))
    for turn in (0.01, 0.001):
        squares = np.square(changes(V, 1.1, turn, seed=11, across=across))
        error = squares.std() / turn / np.sqrt(COUNT)
        # two rows at once have a chance of order turn^2
        assert abs(squares.mean() / turn - rate) < 4 * error + 4 * turn * rate


@SETTINGS
@given(points())
def test_the_rate_is_positive_and_scales_like_a_squared_loss(point):
    v, w, teacher = point
    rate = jump_rate(v, w, teacher)
    assert rate >= 0.0
    double = ste.Teacher(2 * teacher.v, teacher.w)
    assert jump_rate(2 * v, 3 * w, double) == pytest.approx(16 * rate, rel=1e-9)


def test_leading_axes_broadcast():
    rng = np.random.default_rng(1)
    v, w = rng.standard_normal((3, 1, 4)), rng.standard_normal((5, 3))
    rates = jump_rate(v, w, TEACHER)
    assert rates.shape == (3, 5)
    assert rates[2, 4] == pytest.approx(jump_rate(v[2, 0], w[4], TEACHER))


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: jump_rate([1.0], [1.0, 0.0, 0.0], TEACHER), ("v", "(..., 4)", "(1,)")),
        (lambda: jump_rate(V, [0.0, 0.0, 0.0], TEACHER), ("w", "non-zero")),
        (lambda: jump_rate(V, [1.0, 0.0, 0.0], "relu"), ("teacher", "Teacher", "str")),
    ],
)
def test_bad_arguments(call, words):
    with pytest.raises(ValueError) as caught:
        call()
    for word in (*words, "expected"):
        assert word in str(caught.value)
