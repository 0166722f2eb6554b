"""The gradient that is not there: explorer, exercises, questions.

`quotient` shows the mean slope of N samples over a turn h, its noise, and who carries it.
"""

from stebook.chapters.no_gradient.exercises import (
    check_smallest_turn,
    check_uniform_slope,
)

__all__ = [
    "check_smallest_turn",
    "check_uniform_slope",
]
