"""The oscillation of identity: explorer, exercises, questions.

`oscillation` shows descent from next to the spurious minimum: loss, angle and length;
`sampled_runs` says where it starts and makes its runs on samples. `fields` draws the steps next to
a trap, `turn` one turn of the cycle, and `spikes` its loss.
"""

from stebook.chapters.oscillation.exercises import check_period, check_residual
from stebook.chapters.oscillation.fields import fields
from stebook.chapters.oscillation.spikes import spikes
from stebook.chapters.oscillation.turn import turn

__all__ = ["check_period", "check_residual", "fields", "spikes", "turn"]
