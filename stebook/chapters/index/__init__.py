"""The parts of the chapter `index`: explorers, exercises, questions, data."""

from stebook.chapters.index.exercises import check_angle, check_no_slope

__all__ = [
    "check_angle",
    "check_no_slope",
]
