"""The parts of the chapter `frameworks`: explorers, exercises, questions, data."""

from stebook.chapters.frameworks.exercises import (
    check_bits,
    check_fix,
    check_half_length,
    check_leak,
    check_sign_pull,
)

__all__ = [
    "check_bits",
    "check_fix",
    "check_half_length",
    "check_leak",
    "check_sign_pull",
]
