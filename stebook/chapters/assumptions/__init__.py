"""When an assumption fails: explorer, exercises, questions.

`worlds` names the stresses, each a setting of `ste.beyond`; `stress` shows the cosine between E[g]
and the true gradient in each; `runs` says where runs end, for the table of verdicts.
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
