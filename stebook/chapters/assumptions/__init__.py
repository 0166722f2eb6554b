"""When an assumption fails: verdicts, a picture, an explorer, exercises, questions.

`verdicts` is the table of what survives, `projection` draws what batch normalization does; `worlds`
names the stresses, each a setting of `ste.beyond`, `stress` shows the cosine between E[g] and the
true gradient in each, and `runs` says where runs end.
"""

from stebook.chapters.assumptions.exercises import check_identity_condition, check_noise_ratio
from stebook.chapters.assumptions.projection import projection
from stebook.chapters.assumptions.verdicts import verdicts

__all__ = [
    "check_identity_condition",
    "check_noise_ratio",
    "projection",
    "verdicts",
]
