"""When an assumption fails: explorer, exercises, questions.

`stress` shows the cosine between E[g] and the true gradient; `runs` says where runs end, for the
table of verdicts.
"""

from stebook.chapters.assumptions.exercises import (
    check_identity_condition,
    check_mean_direction,
    check_noise_ratio,
    check_stair,
    check_traps,
)

__all__ = [
    "check_identity_condition",
    "check_mean_direction",
    "check_noise_ratio",
    "check_stair",
    "check_traps",
]
