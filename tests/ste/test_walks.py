"""Steps against any field."""

import numpy as np
import pytest

import ste
from ste.descent import walk


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
    with pytest.raises(ValueError, match="learning_rate: expected a finite number > 0"):
        walk(lambda v, w: (v, w), [1.0], [1.0], 0.0, 1)
