"""What chapters share about the teachers."""

import pytest

from ste import IDENTITY
from stebook.chapters.teachers import TEACHERS, left_over, saddle_and_trap


def test_a_teacher_without_a_trap_is_refused():
    for read in (saddle_and_trap, lambda teacher: left_over(teacher, IDENTITY)):
        with pytest.raises(ValueError, match="teacher: expected one with a spurious minimum"):
            read(TEACHERS["ones"])


def test_identity_leaves_something_over_at_both():
    saddle, trap = saddle_and_trap(TEACHERS["trap"])
    assert 0 < trap.loss < saddle.loss
    assert all(left > 0 for left in left_over(TEACHERS["trap"], IDENTITY))
