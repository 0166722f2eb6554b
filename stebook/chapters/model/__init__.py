"""The model: exercises and questions."""

from stebook.chapters.model.exercises import (
    check_agreement,
    check_correlated,
    check_population_loss,
    check_right_angle,
    check_slope,
)

__all__ = [
    "check_agreement",
    "check_correlated",
    "check_population_loss",
    "check_right_angle",
    "check_slope",
]
