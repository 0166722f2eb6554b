"""The parts of the chapter `correlation`: explorers, exercises, questions, data."""

from stebook.chapters.correlation.exercises import (
    check_asymmetry,
    check_bound_constant,
    check_counterexample,
    check_share,
    check_window_area,
)

__all__ = [
    "check_asymmetry",
    "check_bound_constant",
    "check_counterexample",
    "check_share",
    "check_window_area",
]
