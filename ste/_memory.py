"""Memory that is freed and needed again, step after step."""

import sys

import numpy as np

#: Numbers in 32 MB, the most that the C library keeps.
_MOST = 4_000_000


def keep(numbers: int) -> None:
    """Have the C library keep the memory of so many numbers for what comes next.

    It keeps as much as was freed at once before. To get it anew from the system costs more than to
    compute what is written there. A browser gives none back.

    Examples
    --------
    >>> keep(1000)
    """
    if sys.platform != "emscripten":
        np.empty(min(numbers, _MOST))
