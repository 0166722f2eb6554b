"""Coarse gradient against true gradient: explorer, exercises, questions.

`correlation` shows both in the plane of w and w*, and the cosine along the angle; `areas` draws the
moments of a proxy.
"""

from stebook.chapters.correlation.areas import area_along_e, areas_along_w
from stebook.chapters.correlation.exercises import (
    check_counterexample,
    check_window_area,
)

__all__ = [
    "area_along_e",
    "areas_along_w",
    "check_counterexample",
    "check_window_area",
]
