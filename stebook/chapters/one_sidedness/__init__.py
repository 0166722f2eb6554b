"""One-sidedness: explorers, exercises, questions.

`designer` puts a proxy together and says its verdict, `typed` takes one as a formula where there is
a kernel, `outcomes` shows where runs from next to the trap cycle, escape or stay.
"""

from stebook.chapters.one_sidedness.exercises import (
    check_leaky_threshold,
    check_least_leak,
    check_left_over,
    check_one_sided,
)

__all__ = [
    "check_leaky_threshold",
    "check_least_leak",
    "check_left_over",
    "check_one_sided",
]
