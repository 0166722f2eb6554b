"""The parts of the chapter `deep`: explorers, exercises, questions, data."""

from stebook.chapters.deep.exercises import (
    check_one_bit_step,
    check_paired_error,
    check_seeds,
    check_small_shake,
)

__all__ = [
    "check_one_bit_step",
    "check_paired_error",
    "check_seeds",
    "check_small_shake",
]
