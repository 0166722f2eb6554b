"""The parts of the chapter `finite_samples`: explorers, exercises, questions, data."""

from stebook.chapters.finite_samples.exercises import (
    check_breaks,
    check_flip,
    check_noise,
    check_samples,
    check_smooth,
)

__all__ = [
    "check_breaks",
    "check_flip",
    "check_noise",
    "check_samples",
    "check_smooth",
]
