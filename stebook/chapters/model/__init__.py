"""The model: exercises and questions."""

from stebook.chapters.model.exercises import (
    check_agreement,
    check_slope,
)

__all__ = [
    "check_agreement",
    "check_slope",
]
