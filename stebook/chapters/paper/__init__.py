"""What the paper says: exercises and questions."""

from stebook.chapters.paper.exercises import (
    check_chance,
    check_exceptions,
)

__all__ = [
    "check_chance",
    "check_exceptions",
]
