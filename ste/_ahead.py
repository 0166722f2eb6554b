"""Work ahead in a thread: numpy lets go of the interpreter while it draws or computes."""

import sys
from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar

Argument = TypeVar("Argument")
Value = TypeVar("Value")


def ahead(call: Callable[[Argument], Value], arguments: Sequence[Argument]) -> Iterator[Value]:
    """``call(argument)`` for each argument in turn; the next is computed while one is used.

    The calls never overlap each other, so that a generator of random numbers gives the same stream
    as without the thread. What a call raises reaches the caller as it is. One call takes no thread,
    and where there are none, as in a browser, the calls are made in turn.

    Examples
    --------
    >>> list(ahead(lambda x: x * x, [1, 2, 3]))
    [1, 4, 9]
    """
    if len(arguments) < 2 or sys.platform == "emscripten":
        yield from map(call, arguments)
        return
    from concurrent.futures import ThreadPoolExecutor  # only long work pays for loading it

    with ThreadPoolExecutor(1) as helper:
        coming = helper.submit(call, arguments[0])
        for argument in arguments[1:]:
            present = coming.result()
            coming = helper.submit(call, argument)
            yield present
        yield coming.result()
