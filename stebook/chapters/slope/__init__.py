"""Measuring the slope: exercises, questions."""

from stebook.chapters.slope.exercises import (
    check_fresh_samples,
    check_samples_needed,
)

__all__ = [
    "check_fresh_samples",
    "check_samples_needed",
]
