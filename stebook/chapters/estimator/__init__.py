"""The parts of the chapter `estimator`: explorers, exercises, questions, data."""

from stebook.chapters.estimator.exercises import (
    check_backward,
    check_gap,
    check_half_as_much,
    check_log_tail,
    check_saturated_loss,
)

__all__ = [
    "check_backward",
    "check_gap",
    "check_half_as_much",
    "check_log_tail",
    "check_saturated_loss",
]
