"""The expected coarse gradient: exercises, questions."""

from stebook.chapters.coarse_gradient.exercises import (
    check_half_moment,
    check_leaky_factor,
)

__all__ = [
    "check_half_moment",
    "check_leaky_factor",
]
