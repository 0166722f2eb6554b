"""More bits, a filter for each unit, teachers of another shape: exercises and questions."""

from stebook.chapters.other_networks.exercises import (
    check_mean_direction,
    check_stair,
    check_traps,
)

__all__ = [
    "check_mean_direction",
    "check_stair",
    "check_traps",
]
