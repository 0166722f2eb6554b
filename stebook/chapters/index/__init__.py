"""The landing page: moving picture (`opening`), the plane to take hold of (`plane`), its questions.

The plane's elements are made by `plane_elements`.
Its exercises, and the card of the running example (`example`).
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
