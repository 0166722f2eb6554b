"""Tests collected once, then run in forks of that process, each with another error in it.

A process that has collected the tests, and so imported all that they need, is forked for every
error. The fork gives the function the code that the error makes of it, and runs the tests that run
the function, the fastest first, until one fails. Which tests run it is what a first run says, with
each test in a fork of its own. A function that runs while modules are imported or tests collected
has done its work before the fork: its errors need a process of their own.
"""

import gc
import itertools
import math
import os
import signal
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import partial
from multiprocessing import Pipe, connection
from pathlib import Path
from types import CodeType, FrameType, FunctionType, ModuleType
from typing import Any, NamedTuple

import pytest

#: Seconds of work after which a run counts as noticed: an error can make a loop endless.
PATIENCE = 300

#: The file of a function and its first line.
Place = tuple[str, int]


class Run(NamedTuple):
    """What a test that passes runs, and the seconds that it takes."""

    functions: set[Place]
    seconds: float


def forked(works: Iterable[tuple[Any, Callable[[], Any]]], workers: int) -> Iterator[tuple]:
    """The key of each piece of work with what it gives, or with None where it breaks off.

    Each is done in a fork of this process; they come in the order in which they end.
    """
    works, running = iter(works), {}
    while True:
        for key, work in itertools.islice(works, workers - len(running)):
            reader, writer = Pipe(duplex=False)
            process = os.fork()
            if not process:
                try:
                    silence()
                    writer.send(work())
                finally:
                    os._exit(0)
            writer.close()
            running[reader] = process, key
        if not running:
            return
        for reader in connection.wait(list(running)):
            process, key = running.pop(reader)
            try:
                yield key, reader.recv()
            except EOFError:
                yield key, None
            reader.close()
            os.waitpid(process, 0)


def silence() -> None:
    """Send what this process prints nowhere."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.dup2(nowhere, 2)


@contextmanager
def recorded(folder: Path) -> Iterator[set[Place]]:
    """The functions of a folder that run meanwhile."""
    functions: set[Place] = set()
    beginning = f"{folder}{os.sep}"

    def note(frame: FrameType, event: str, _: object) -> None:
        if event == "call" and frame.f_code.co_filename.startswith(beginning):
            functions.add(place_of(frame.f_code))

    sys.setprofile(note)
    try:
        yield functions
    finally:
        sys.setprofile(None)


def place_of(code: CodeType) -> Place:
    """Where some code begins."""
    return code.co_filename, code.co_firstlineno


def function_in(module: ModuleType, names: Iterable[str]) -> FunctionType:
    """The function or method behind some names in a module, without what decorates it."""
    thing: Any = module
    for name in names:
        thing = vars(thing)[name]
    for inside in ("fget", "__func__", "__wrapped__"):
        thing = getattr(thing, inside, None) or thing
    return thing


def put_in(text: str, module: ModuleType, names: Iterable[str]) -> None:
    """Give a function of a module the code that it has in another text of the module."""
    other = ModuleType(module.__name__)
    vars(other).update(__file__=module.__file__, __package__=module.__package__)
    exec(compile(text, str(module.__file__), "exec"), vars(other))
    old, new = function_in(module, names), function_in(other, names)
    old.__code__, old.__defaults__ = new.__code__, new.__defaults__
    old.__kwdefaults__ = new.__kwdefaults__


class Forks:
    """A plugin of pytest that hands the collected tests to some work instead of running them."""

    def __init__(self, folder: Path, workers: int) -> None:
        self.folder, self.workers = folder, workers
        self.work: Callable[[], None] = lambda: None
        self.early: set[Place] = set()
        self.items: list[pytest.Item] = []
        self.runs: dict[str, Run] = {}
        self.failed = False

    def start(self, suite: list[str], work: Callable[[], None]) -> None:
        """Collect the tests of some files, then do the work.

        Raises
        ------
        RuntimeError
            If the tests cannot be collected, or the work fails; pytest says how.
        """
        self.work = work
        options = ["-q", "-s", "-p", "no:cacheprovider", "-p", "no:randomly"]
        with recorded(self.folder) as self.early:
            ended = pytest.main([*options, *suite], plugins=[self])
        if ended != pytest.ExitCode.OK:
            raise RuntimeError(f"pytest ended with {ended}")

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """Do the work instead."""
        sys.setprofile(None)
        self.items = session.items
        gc.freeze()  # a fork that collects garbage would copy all that is here
        self.work()
        return True

    def measure(self) -> None:
        """Run every test by itself: what it runs, and how long.

        Raises
        ------
        RuntimeError
            As soon as one fails.
        """
        works = [(item.nodeid, partial(self.alone, item)) for item in self.items]
        for name, run in forked(works, self.workers):
            if run is None:
                raise RuntimeError(f"a test that fails without an error: {name}")
            self.runs[name] = run

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Note that a test fails."""
        self.failed |= report.failed

    def alone(self, item: pytest.Item) -> Run | None:
        """What a test runs, None if it fails."""
        start = time.perf_counter()
        with recorded(self.folder) as functions:
            item.ihook.pytest_runtest_protocol(item=item, nextitem=None)
        return None if self.failed else Run(functions, time.perf_counter() - start)

    def running(self, place: Place, seconds: float = math.inf) -> list[pytest.Item]:
        """The tests that run a function, the fastest first; as many as end in so many seconds."""
        items = [item for item in self.items if place in self.runs[item.nodeid].functions]
        items.sort(key=lambda item: self.runs[item.nodeid].seconds)
        ends = itertools.accumulate(self.runs[item.nodeid].seconds for item in items)
        return [item for item, end in zip(items, ends, strict=True) if end <= seconds]

    def noticed_by(self, items: list[pytest.Item]) -> str:
        """The first of some tests that fails, nothing if all pass; a fork without end is ended."""
        signal.setitimer(signal.ITIMER_PROF, PATIENCE)
        for item, following in itertools.zip_longest(items, items[1:]):
            item.ihook.pytest_runtest_protocol(item=item, nextitem=following)
            if self.failed:
                return item.nodeid
        return ""
