"""The parts of the chapter `no_gradient`: explorers, exercises, questions, data."""

from stebook.chapters.no_gradient.exercises import (
    check_fresh_samples,
    check_quantizer,
    check_samples_needed,
    check_smallest_turn,
    check_uniform_slope,
)

__all__ = [
    "check_fresh_samples",
    "check_quantizer",
    "check_samples_needed",
    "check_smallest_turn",
    "check_uniform_slope",
]
