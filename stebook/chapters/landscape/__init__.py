"""The landscape of the loss: explorer, exercises, questions.

`landscape` shows the least loss at each angle, and a map over angle and second layer.
"""

from stebook.chapters.landscape.exercises import (
    check_barrier,
    check_best_v,
    check_bias,
    check_origin_point,
    check_saddle_ratio,
    check_trap_teacher,
)

__all__ = [
    "check_barrier",
    "check_best_v",
    "check_bias",
    "check_origin_point",
    "check_saddle_ratio",
    "check_trap_teacher",
]
