"""The parts of the chapter `coarse_gradient`: explorers, exercises, questions, data."""

from stebook.chapters.coarse_gradient.exercises import (
    check_circle,
    check_half_moment,
    check_half_way,
    check_identity_gradient,
    check_leaky_factor,
    check_mirror,
)

__all__ = [
    "check_circle",
    "check_half_moment",
    "check_half_way",
    "check_identity_gradient",
    "check_leaky_factor",
    "check_mirror",
]
