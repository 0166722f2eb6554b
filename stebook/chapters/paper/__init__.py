"""What the paper says: exercises and questions. `evidence` draws what kind stands behind what."""

from stebook.chapters.paper.evidence import evidence
from stebook.chapters.paper.exercises import (
    check_chance,
    check_exceptions,
)

__all__ = [
    "check_chance",
    "check_exceptions",
    "evidence",
]
