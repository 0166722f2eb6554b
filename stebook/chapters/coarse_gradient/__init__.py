"""The expected coarse gradient: explorer, exercises, questions.

`moments` shows what the average sees of a proxy, and the coarse gradient made of it.
"""

from stebook.chapters.coarse_gradient.exercises import (
    check_circle,
    check_half_moment,
    check_half_way,
    check_identity_gradient,
    check_leaky_factor,
    check_mirror,
)

__all__ = [
    "check_circle",
    "check_half_moment",
    "check_half_way",
    "check_identity_gradient",
    "check_leaky_factor",
    "check_mirror",
]
