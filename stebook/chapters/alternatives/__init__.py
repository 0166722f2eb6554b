"""Other ways through a hard threshold: explorers, exercises, questions.

`alternatives` shows what an update of w keeps of the true gradient, `race` who is first on equal
numbers of samples; `race_runs` makes the data that the race shows.
"""

from stebook.chapters.alternatives.exercises import (
    check_best_temperature,
    check_crossing,
    check_layer_loss,
    check_noise_angle,
    check_poor_inverse,
)

__all__ = [
    "check_best_temperature",
    "check_crossing",
    "check_layer_loss",
    "check_noise_angle",
    "check_poor_inverse",
]
