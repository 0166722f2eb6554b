"""The parts of the chapter `oscillation`: explorers, exercises, questions, data."""

from stebook.chapters.oscillation.exercises import (
    check_period,
    check_residual,
    check_swing,
    check_threshold,
)

__all__ = [
    "check_period",
    "check_residual",
    "check_swing",
    "check_threshold",
]
