"""Deep networks: explorers, exercises, questions, and the reader of the stored results.

`deep_accuracy`, `deep_probe`, `deep_stability` and `deep_windows` are explorers; `claims` holds
what the paper says against our runs, `dots` draws both, `forecast` says from float networks which
proxy fails, `equal` what steps of equal length leave of it, `records` reads the runs from the JSON
of this room, and `collect` makes that of the experiments' results. Nothing here needs PyTorch.
"""

from stebook.chapters.deep.exercises import (
    check_one_bit_step,
    check_paired_error,
    check_seeds,
    check_small_shake,
)

__all__ = [
    "check_one_bit_step",
    "check_paired_error",
    "check_seeds",
    "check_small_shake",
]
