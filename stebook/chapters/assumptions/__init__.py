"""The parts of the chapter `assumptions`: explorers, exercises, questions, data."""

from stebook.chapters.assumptions.exercises import (
    check_identity_condition,
    check_mean_direction,
    check_noise_ratio,
    check_stair,
    check_traps,
)

__all__ = [
    "check_identity_condition",
    "check_mean_direction",
    "check_noise_ratio",
    "check_stair",
    "check_traps",
]
