"""The gradient that is not there: explorer, exercises, questions.

`quotient` shows the mean slope of N samples over a turn h, its noise, and who carries it.
"""

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
