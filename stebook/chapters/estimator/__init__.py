"""The straight-through estimator: explorer, exercises, questions.

`proxies` shows the step, a stand-in and its slope at one pre-activation.
"""

from stebook.chapters.estimator.exercises import (
    check_backward,
    check_half_as_much,
)

__all__ = [
    "check_backward",
    "check_half_as_much",
]
