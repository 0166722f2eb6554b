"""Contenders take turns, so that whatever else the machine does meets all of them alike."""

import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass

#: A contender that is faster than this, in seconds, goes round often enough to take as long.
LEAST = 0.05


@dataclass(frozen=True)
class Spread:
    """The median of some measurements, the least and the greatest."""

    median: float
    least: float
    most: float


def spread(values: Sequence[float]) -> Spread:
    """The median and the ends of some numbers.

    Examples
    --------
    >>> spread([3.0, 1.0, 2.0])
    Spread(median=2.0, least=1.0, most=3.0)
    """
    return Spread(statistics.median(values), min(values), max(values))


@dataclass(frozen=True)
class Row:
    """A task, the seconds that each contender takes, and how many times the first one's that is.

    A ratio is of two measurements of the same round.
    """

    part: str
    task: str
    seconds: dict[str, Spread]
    ratios: dict[str, Spread]

    def record(self) -> dict:
        """The row as JSON takes it."""
        return asdict(self)


@dataclass(frozen=True)
class Limit:
    """What is measured of many things, of which the worst is to stay below a goal."""

    task: str
    goal: float
    unit: str
    spreads: dict[str, Spread]

    def record(self) -> dict:
        """The limit as JSON takes it."""
        return asdict(self)


@dataclass(frozen=True)
class Trace:
    """When things happen, in seconds."""

    task: str
    spreads: dict[str, Spread]

    def record(self) -> dict:
        """The trace as JSON takes it."""
        return asdict(self)


def row(part: str, task: str, rounds: Sequence[dict[str, float]]) -> Row:
    """A row of measured rounds; the first contender is what the others are compared with.

    Examples
    --------
    >>> row("part", "task", [{"ours": 1.0, "theirs": 3.0}]).ratios["theirs"].median
    3.0
    """
    first, *others = rounds[0]
    return Row(
        part,
        task,
        {name: spread([one[name] for one in rounds]) for name in rounds[0]},
        {name: spread([one[name] / one[first] for one in rounds]) for name in others},
    )


def clock(call: Callable[[], object]) -> float:
    """Seconds of one call."""
    start = time.perf_counter()
    call()
    return time.perf_counter() - start


def compare(part: str, task: str, contenders: dict[str, Callable[[], object]], rounds: int) -> Row:
    """Time contenders in turns; each has gone round once before, so that what is compiled is."""
    turns = {name: max(1, round(LEAST / second_call(call))) for name, call in contenders.items()}
    measured = []
    for number in range(rounds):
        names = list(contenders)
        shifted = names[number % len(names) :] + names[: number % len(names)]
        taken = {}
        for name in shifted:
            count, call = turns[name], contenders[name]
            taken[name] = clock(lambda count=count, call=call: [call() for _ in range(count)])
            taken[name] /= count
        measured.append({name: taken[name] for name in names})
    return row(part, task, measured)


def second_call(call: Callable[[], object]) -> float:
    """Seconds of a call that is not the first."""
    call()
    return clock(call)
