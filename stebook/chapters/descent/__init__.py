"""The parts of the chapter `descent`: explorers, exercises, questions, data."""

from stebook.chapters.descent.exercises import (
    check_held_loss,
    check_least_length,
    check_one_step,
    check_remainder,
    check_rises,
)

__all__ = [
    "check_held_loss",
    "check_least_length",
    "check_one_step",
    "check_remainder",
    "check_rises",
]
