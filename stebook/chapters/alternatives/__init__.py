"""The parts of the chapter `alternatives`: explorers, exercises, questions, data."""

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
