"""The parts of the chapter `one_sidedness`: explorers, exercises, questions, data."""

from stebook.chapters.one_sidedness.exercises import (
    check_leaky_threshold,
    check_least_leak,
    check_left_over,
    check_one_sided,
    check_twin,
)

__all__ = [
    "check_leaky_threshold",
    "check_least_leak",
    "check_left_over",
    "check_one_sided",
    "check_twin",
]
