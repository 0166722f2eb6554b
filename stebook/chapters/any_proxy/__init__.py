"""Any proxy, by four moments: explorer, exercises, questions.

`moments` shows what the average sees of a proxy, and the coarse gradient made of it.
"""

from stebook.chapters.any_proxy.exercises import (
    check_half_way,
    check_identity_gradient,
    check_mirror,
)

__all__ = [
    "check_half_way",
    "check_identity_gradient",
    "check_mirror",
]
