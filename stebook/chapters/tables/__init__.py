"""The paper, read closely: exercises, questions."""

from stebook.chapters.tables.exercises import (
    check_rates,
    check_two_fates,
)

__all__ = [
    "check_rates",
    "check_two_fates",
]
