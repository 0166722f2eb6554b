"""All critical points: exercises and questions."""

from stebook.chapters.critical_points.exercises import (
    check_barrier,
    check_best_v,
    check_origin_point,
    check_right_angle,
    check_trap_share,
    check_trap_teacher,
)

__all__ = [
    "check_barrier",
    "check_best_v",
    "check_origin_point",
    "check_right_angle",
    "check_trap_share",
    "check_trap_teacher",
]
