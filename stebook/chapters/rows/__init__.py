"""Which inputs the theory needs: exercises and questions."""

from stebook.chapters.rows.exercises import (
    check_circle,
    check_correlated,
    check_population_loss,
    check_square,
)

__all__ = [
    "check_circle",
    "check_correlated",
    "check_population_loss",
    "check_square",
]
