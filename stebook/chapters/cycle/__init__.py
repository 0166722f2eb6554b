"""The cycle, derived: exercises, questions."""

from stebook.chapters.cycle.exercises import check_swing, check_threshold, check_twin

__all__ = ["check_swing", "check_threshold", "check_twin"]
