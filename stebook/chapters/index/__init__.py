"""The landing page: moving picture (`opening`), card of the running example (`example`), questions.

Its exercises, and the explorer of `correlation`.
"""

from stebook.chapters.index.example import card
from stebook.chapters.index.exercises import check_angle, check_no_slope
from stebook.chapters.index.opening import opening

__all__ = [
    "card",
    "check_angle",
    "check_no_slope",
    "opening",
]
