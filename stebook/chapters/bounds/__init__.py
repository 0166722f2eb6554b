"""What remains of the coarse gradient, bounded: exercises, questions."""

from stebook.chapters.bounds.exercises import (
    check_asymmetry,
    check_bound_constant,
    check_share,
)

__all__ = [
    "check_asymmetry",
    "check_bound_constant",
    "check_share",
]
