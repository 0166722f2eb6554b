"""Coarse gradient against true gradient: explorer, exercises, questions.

`correlation` shows both in the plane of w and w*, and the cosine along the angle.
"""

from stebook.chapters.correlation.exercises import (
    check_counterexample,
    check_window_area,
)

__all__ = [
    "check_counterexample",
    "check_window_area",
]
