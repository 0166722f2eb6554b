"""Where the trap comes from: explorer, exercises, questions.

`landscape` shows the least loss at each angle, and a map over angle and second layer.
"""

from stebook.chapters.landscape.exercises import (
    check_bias,
    check_saddle_ratio,
)

__all__ = [
    "check_bias",
    "check_saddle_ratio",
]
