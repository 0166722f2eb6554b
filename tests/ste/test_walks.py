"""Steps against any field."""

import numpy as np
import pytest

import ste
from ste import _checks
from ste.descent import iterates, recorded_steps, trajectory, walk


def test_it_takes_the_steps_of_descend():
    teacher = ste.Teacher([1.0, -0.5], [1.0, 0.0])
    start = np.array([0.1, 0.2]), np.array([[0.3, 1.0], [-1.0, 0.4]])
    run = walk(
        lambda v, w: ste.expected_coarse_gradient(v, w, teacher, ste.RELU),
        np.tile(start[0], (2, 1)),
        start[1],
        0.2,
        50,
        record_every=20,
    )
    same = ste.descend(*start, teacher, ste.RELU, 0.2, 50, record_every=20)
    assert run.steps.tolist() == [0, 20, 40, 50]
    np.testing.assert_allclose(run.v, same.v, rtol=1e-12)
    np.testing.assert_allclose(run.w, same.w, rtol=1e-12)


def test_an_overflow_names_the_step():
    with pytest.raises(ValueError, match="overflows at step 1"):
        walk(lambda v, w: (v * np.inf, w), [1.0], [1.0], 0.1, 3)


def test_bad_input():
    with pytest.raises(ValueError, match="steps: expected an integer >= 0"):
        walk(lambda v, w: (v, w), [1.0], [1.0], 0.1, -1)
    with pytest.raises(ValueError, match=r"learning_rate: expected numbers > 0, got 0\.0"):
        walk(lambda v, w: (v, w), [1.0], [1.0], 0.0, 1)


def test_a_rate_for_each_start_is_as_many_walks():
    v, w, rates = np.ones((3, 2)), np.arange(3.0)[:, None], np.array([0.1, 0.2, 0.3])
    together = walk(lambda v, w: (v * w, v[..., :1] + w), v, w, rates, 4, record_every=3)
    assert together.steps.tolist() == [0, 3, 4]
    for i, rate in enumerate(rates):
        alone = walk(lambda v, w: (v * w, v[..., :1] + w), v[i], w[i], rate, 4, record_every=3)
        np.testing.assert_array_equal(together.v[:, i], alone.v)
        np.testing.assert_array_equal(together.w[:, i], alone.w)


def test_iterates_begin_with_the_start_and_take_no_step_before_they_are_asked():
    taken = []

    def step(x):
        taken.append(float(x))
        return (2.0 * x,)

    steps = iterates(step, (np.array(1.0),), 3, 0.1)
    assert next(steps) == (0, (1.0,))
    assert taken == []
    assert [(number, float(x)) for number, (x,) in steps] == [(1, 2.0), (2, 4.0), (3, 8.0)]
    assert taken == [1.0, 2.0, 4.0]


@pytest.mark.parametrize("part", [0, 1, 2])
def test_any_part_of_a_state_may_overflow_and_the_step_is_named(part):
    def step(*state):
        return tuple(x * (1e200 if i == part else 1.0) for i, x in enumerate(state))

    state = tuple(np.full(i + 1, 1e-150) for i in range(3))
    with pytest.raises(ValueError, match=r"learning_rate: .* got 0\.7, which overflows at step 3"):
        for _ in iterates(step, state, 9, 0.7):
            pass


@pytest.mark.parametrize(
    ("steps", "every", "wanted"), [(0, 5, [0]), (4, 2, [0, 2, 4]), (5, 2, [0, 2, 4, 5])]
)
def test_the_first_and_the_last_step_are_recorded(steps, every, wanted):
    assert recorded_steps(steps, every).tolist() == wanted


def test_a_trajectory_that_meets_the_origin_has_no_angle_there():
    teacher = ste.Teacher([1.0, -0.5], [1.0, 0.0])
    run = trajectory(lambda v, w: (0.0 * v, w), [0.1, 0.2], [0.0, 3.0], teacher, 1.0, 2)
    assert run.norm.tolist() == [3.0, 0.0, 0.0]
    np.testing.assert_array_equal(run.angle, [0.5 * np.pi, np.nan, np.nan])
    with pytest.raises(ValueError, match="v0, w0, learning_rate: expected leading shapes"):
        trajectory(lambda v, w: (v, w), np.ones((2, 2)), np.ones((3, 2)), teacher, 0.1, 1)


@pytest.mark.parametrize("shape", [(), (3,), (1,), (2, 3), (2, 1), (1, 3), (1, 1)])
def test_rates_broadcast_against_the_starts(shape):
    v, w = np.ones((2, 3, 4)), np.ones((2, 3, 5))
    rates = 0.1 + 0.01 * np.arange(np.prod(shape)).reshape(shape)
    run = walk(lambda v, w: (v, w), v, w, rates, 1)
    wanted = np.broadcast_to(1.0 - rates, (2, 3))[..., None]
    np.testing.assert_allclose(run.v[1], wanted * v)
    np.testing.assert_allclose(run.w[1], wanted * w)


@pytest.mark.parametrize("shape", [(2,), (4,), (3, 2), (5, 3), (2, 4), (1, 2, 3)])
def test_rates_that_are_not_one_for_each_start_are_refused(shape):
    v, w = np.ones((2, 3, 4)), np.ones((2, 3, 5))
    with pytest.raises(ValueError, match=r"^v0: expected a vector for each learning rate"):
        walk(lambda v, w: (v, w), v, w, np.full(shape, 0.1), 1)
    rates = np.ones(3)
    with pytest.raises(ValueError, match=r"^w0: expected a vector for each learning rate"):
        walk(lambda v, w: (v, w), np.ones((3, 4)), np.ones((2, 5)), rates, 1)


def test_every_step_is_recorded_and_no_bar_shown_unless_it_is_said(capsys):
    teacher = ste.Teacher([1.0, -0.5], [1.0, 0.0])
    start = np.ones(2), np.ones(2)
    assert [number for number, _ in iterates(lambda x: (x,), start[:1], 3, 0.1)] == [0, 1, 2, 3]
    assert walk(lambda v, w: (v, w), *start, 0.1, 3).steps.tolist() == [0, 1, 2, 3]
    run = trajectory(lambda v, w: (v, w), *start, teacher, 0.1, 3)
    assert run.steps.tolist() == [0, 1, 2, 3]
    run = ste.descend(*start, teacher, ste.RELU, 0.1, 3)
    assert run.steps.tolist() == [0, 1, 2, 3]
    assert capsys.readouterr() == ("", "")


def test_iterates_refuse_a_negative_number_of_steps():
    with pytest.raises(ValueError, match=r"^steps: expected an integer >= 0, got -1"):
        next(iterates(lambda x: (x,), (np.ones(1),), -1, 0.1))


def test_a_record_that_would_not_fit_is_refused_with_its_size(monkeypatch):
    """Of v with 2 entries and w with 3, in 21 records."""
    monkeypatch.setattr(_checks, "MOST", 105)
    assert walk(lambda v, w: (v, w), np.ones(2), np.ones(3), 0.1, 20).v.shape == (21, 2)
    with pytest.raises(ValueError, match=r"^steps: .* at most 105 numbers \(here 110\)"):
        walk(lambda v, w: (v, w), np.ones(2), np.ones(3), 0.1, 21)
