"""Finitely many samples: explorers, exercises, questions.

`one_step` shows the empirical loss after one step, `rate` the errors against the number of samples.
"""

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
