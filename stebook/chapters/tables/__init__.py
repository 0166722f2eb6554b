"""The paper, read closely: shares of runs side by side (`shares`), exercises, questions."""

from stebook.chapters.tables.exercises import (
    check_rates,
    check_two_fates,
)
from stebook.chapters.tables.shares import shares

__all__ = [
    "check_rates",
    "check_two_fates",
    "shares",
]
