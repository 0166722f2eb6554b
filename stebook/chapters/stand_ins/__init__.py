"""Estimators in use: exercises, questions."""

from stebook.chapters.stand_ins.exercises import (
    check_gap,
    check_log_tail,
    check_quantizer,
    check_saturated_loss,
)

__all__ = [
    "check_gap",
    "check_log_tail",
    "check_quantizer",
    "check_saturated_loss",
]
