"""The oscillation of identity: explorer, exercises, questions.

`oscillation` shows descent from next to the spurious minimum: loss, angle and length;
`sampled_runs` says where it starts and makes its runs on samples.
"""

from stebook.chapters.oscillation.exercises import check_period, check_residual

__all__ = ["check_period", "check_residual"]
