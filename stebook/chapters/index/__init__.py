"""The landing page: exercises and questions; the explorer on it is that of `correlation`."""

from stebook.chapters.index.exercises import check_angle, check_no_slope

__all__ = [
    "check_angle",
    "check_no_slope",
]
