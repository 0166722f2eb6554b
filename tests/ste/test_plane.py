"""The plane of w and w*, down to the smallest angles and across all lengths."""

import numpy as np
import oracle
import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import SETTINGS, points

import ste
from ste.plane import PARALLEL, around, norm, plane

LENGTHS = (1e-300, 1e-160, 1e-4, 1.0, 1e4, 1e160, 1e300)


@pytest.mark.parametrize("length", LENGTHS)
def test_norm_neither_overflows_nor_underflows(length):
    assert norm(np.array([3.0, 4.0]) * length) == pytest.approx(5.0 * length, rel=4e-16, abs=0.0)


def test_norm_of_zero_and_of_many():
    assert norm(np.array([[0.0, 0.0], [3.0, -4.0]])).tolist() == [0.0, 5.0]


@pytest.mark.parametrize("theta", oracle.ANGLES)
def test_angle_and_sine_against_the_oracle(theta):
    rng = np.random.default_rng(1)
    for n in (2, 3, 6):
        teacher = ste.Teacher([1.0], rng.standard_normal(n))
        w = oracle.rotated(teacher, theta, 7.3, rng)
        got, wanted = plane(w, teacher), oracle.plane(w, teacher)
        assert abs(got.theta - wanted.theta) < 5e-16
        assert abs(got.sin - oracle.mp.sin(wanted.theta)) < 5e-16
        assert abs(got.cos - oracle.mp.cos(wanted.theta)) < 5e-16
        assert got.norm == pytest.approx(7.3, rel=1e-15)


@SETTINGS
@given(points(), st.sampled_from(LENGTHS))
def test_tangent_completes_an_orthogonal_decomposition_of_the_teacher(point, length):
    at = plane(point.w / np.max(np.abs(point.w)) * length, point.teacher)
    assert np.allclose(at.cos * at.unit + at.tangent, point.teacher.w, atol=1e-15)
    assert abs(at.tangent @ at.unit) < 5e-16
    assert np.linalg.norm(at.tangent) == pytest.approx(at.sin, abs=5e-16)
    assert np.linalg.norm(at.unit) == pytest.approx(1.0, abs=5e-16)


@pytest.mark.parametrize("factor", [1e-4, 0.1, 1.0, 3.0, 7.7, 1e4])
@pytest.mark.parametrize("sign", [1.0, -1.0])
def test_multiples_of_the_teacher_are_parallel_exactly(factor, sign):
    rng = np.random.default_rng(2)
    for n in (1, 2, 3, 5, 9):
        teacher = ste.Teacher([1.0], rng.standard_normal(n))
        at = plane(sign * factor * teacher.w, teacher)
        assert at.theta == (0.0 if sign > 0 else np.pi)
        assert at.sin == 0.0 and at.cos == sign
        assert not at.tangent.any()


def test_an_angle_above_the_limit_is_kept():
    teacher = ste.Teacher([1.0], [1.0, 0.0])
    small = 2 * PARALLEL
    assert plane(np.array([1.0, small]), teacher).theta == pytest.approx(small, rel=1e-12, abs=0.0)
    back = plane(np.array([-1.0, small]), teacher)
    assert back.sin == pytest.approx(small, rel=1e-12, abs=0.0)
    assert back.tangent[1] == pytest.approx(small, rel=1e-12, abs=0.0)


def test_the_limit_itself_is_parallel():
    teacher = ste.Teacher([1.0], [1.0, 0.0])
    assert plane(np.array([1.0, PARALLEL]), teacher).theta == 0.0
    assert plane(np.array([1.0, np.nextafter(PARALLEL, 1.0)]), teacher).theta > 0.0


@pytest.mark.parametrize("sign", [1.0, -1.0])
def test_a_cosine_never_leaves_its_range(sign):
    """Rounded, the product of two unit vectors may be above 1."""
    rng = np.random.default_rng(4)
    axis = rng.standard_normal((1000, 6))
    axis /= np.linalg.norm(axis, axis=-1, keepdims=True)
    w = sign * axis + 1e-9 * rng.standard_normal((1000, 6))
    there = around(w, axis)
    assert there.sin.all() and np.max(np.abs(there.cos)) == 1.0
    unit = w / np.linalg.norm(w, axis=-1, keepdims=True)
    assert np.max(np.abs(np.sum(unit * axis, axis=-1))) > 1.0


@pytest.mark.parametrize("small", [1e-11, 1e-13, 4e-15])
def test_angles_far_below_any_picture_are_angles(small):
    teacher = ste.Teacher([1.0], [1.0, 0.0])
    assert plane(np.array([1.0, small]), teacher).theta == pytest.approx(small, rel=1e-12, abs=0.0)
    assert plane(np.array([-1.0, small]), teacher).tangent[1] == pytest.approx(
        small, rel=1e-12, abs=0.0
    )


def test_broadcasting_equals_looping():
    rng = np.random.default_rng(3)
    teacher = ste.Teacher([1.0], rng.standard_normal(4))
    w = rng.standard_normal((2, 3, 4))
    w[0, 1] = -2.0 * teacher.w
    together = plane(w, teacher)
    for index in np.ndindex(2, 3):
        alone = plane(w[index], teacher)
        for name in ("norm", "unit", "theta", "sin", "cos", "tangent"):
            assert np.allclose(getattr(together, name)[index], getattr(alone, name), atol=1e-15)
