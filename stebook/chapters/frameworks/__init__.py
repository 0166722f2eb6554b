"""What frameworks do: explorer, exercises, questions.

`frameworks` shows the proxy of a library about its jump, and what the model says of it.
`listed` has the table of what libraries send back.
"""

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
