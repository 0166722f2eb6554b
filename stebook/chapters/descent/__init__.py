"""Descent by the coarse gradient: explorers, exercises, questions.

`descent` runs three estimators from one start; `basin` maps starts by where their runs end.
"""

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
