"""Work ahead in threads: numpy lets go of the interpreter while it draws or computes."""

import os
import sys
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar

Argument = TypeVar("Argument")
Value = TypeVar("Value")

#: Who uses the values is slower than so many threads that draw them.
_MOST = 4


def ahead(call: Callable[[Argument], Value], arguments: Sequence[Argument]) -> Iterator[Value]:
    """``call(argument)`` for each argument in turn; the next ones are computed while one is used.

    There are as many calls at once as cores, at most four, so that none may change what another
    reads. What a call raises reaches the caller as it is. One call takes no thread, and where there
    are none, as in a browser, the calls are made in turn.

    Examples
    --------
    >>> list(ahead(lambda x: x * x, [1, 2, 3]))
    [1, 4, 9]
    """
    if len(arguments) < 2 or sys.platform == "emscripten":
        yield from map(call, arguments)
        return
    from concurrent.futures import ThreadPoolExecutor  # only long work pays for loading it

    threads = min(os.cpu_count() or 1, _MOST, len(arguments))
    with ThreadPoolExecutor(threads) as helpers:
        coming = deque(helpers.submit(call, argument) for argument in arguments[:threads])
        for argument in arguments[threads:]:
            present = coming.popleft().result()
            coming.append(helpers.submit(call, argument))
            yield present
        while coming:
            yield coming.popleft().result()
