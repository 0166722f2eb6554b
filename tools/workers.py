"""Tests collected once, then run side by side by forks of the process that has them.

    python -m pytest -p tools.workers --forks 3

pytest-xdist starts a process for each worker, and each collects all tests and sends every report
through Python's own hands. Here all that the tests import is there once, and shared. A worker takes
the next group of tests when it has nothing else: those that have a mark `xdist_group` of one name,
as with `--dist loadgroup`. What it reports, this process shows as if it had run the tests itself.
It needs a system where a process can be forked once numpy is loaded, and that is Linux.
"""

import os
import sys
import traceback
from collections.abc import Iterator
from itertools import chain, groupby, pairwise
from multiprocessing import Pipe, connection
from tempfile import TemporaryFile
from typing import IO, NoReturn

import pytest

#: Bytes for the number of a group.
SIZE = 4
#: Where a test stands, as pytest says it: file, line and name.
Place = tuple[str, int | None, str]
#: A worker between two tests.
IDLE: tuple[str, Place] = ("", ("", None, ""))


def pytest_addoption(parser: pytest.Parser) -> None:
    """How many workers; none without the option."""
    parser.addoption("--forks", type=int, default=0, help="run tests in so many forks")


def group_of(item: pytest.Item) -> str:
    """The group of a test, itself if it has no mark."""
    mark = item.get_closest_marker("xdist_group")
    return mark.args[0] if mark else item.nodeid


def pytest_runtestloop(session: pytest.Session) -> bool | None:
    """Run the tests in forks, and show what they report."""
    count = session.config.getoption("forks")
    if not count or session.testsfailed or session.config.option.collectonly:
        return None  # pytest does it, or says why not
    session.config._tmp_path_factory.getbasetemp()  # one for all
    groups = [list(items) for _, items in groupby(session.items, group_of)]
    with TemporaryFile(buffering=0) as queue:
        # all forks read on from where one of them has stopped
        queue.write(b"".join(number.to_bytes(SIZE, "big") for number in range(len(groups))))
        queue.seek(0)
        workers: dict[connection.Connection, int] = {}
        for _ in range(count):
            reader, writer = Pipe(duplex=False)
            if not (process := os.fork()):
                for other in (*workers, reader):
                    other.close()  # or a worker would not notice that this process has ended
                Worker(session, writer).run(groups, queue)
            writer.close()
            workers[reader] = process
        left = len(session.items) - listen(session, list(workers), queue)
    for process in workers.values():
        os.waitpid(process, 0)
    if left and not session.shouldfail:
        session.shouldfail = f"{left} of {len(session.items)} tests did not end"
    if session.shouldfail:
        raise session.Failed(session.shouldfail)
    return True


def listen(session: pytest.Session, workers: list[connection.Connection], queue: IO[bytes]) -> int:
    """Call the hooks that the workers call, until all of them end; how many tests have ended."""
    hooks, running, ended = session.config.hook, dict.fromkeys(workers, IDLE), 0
    while running:
        for reader in connection.wait(list(running)):
            try:
                hook, words = reader.recv()
            except EOFError:
                name, location = running.pop(reader)
                if name:
                    said = f"a worker ended while it ran {name}"
                    report = pytest.TestReport(name, location, {}, "failed", said, "call")
                    hooks.pytest_runtest_logreport(report=report)
                continue
            if hook == "logstart":
                running[reader] = words["nodeid"], words["location"]
            elif hook == "logfinish":
                running[reader] = IDLE
                ended += 1
            else:
                config = session.config
                report = hooks.pytest_report_from_serializable(config=config, data=words)
                words = {"report": report}
            getattr(hooks, f"pytest_runtest_{hook}")(**words)
        if session.shouldfail:
            queue.seek(0, os.SEEK_END)  # what nobody has begun, nobody needs to
    return ended


class Worker:
    """A fork, as a plugin that sends on what hooks are told of a test."""

    def __init__(self, session: pytest.Session, writer: connection.Connection) -> None:
        self.session, self.writer = session, writer

    def run(self, groups: list[list[pytest.Item]], queue: IO[bytes]) -> NoReturn:
        """Run groups while there are any; the process ends with them."""
        plugins = self.session.config.pluginmanager
        plugins.unregister(name="terminalreporter")
        plugins.register(self)
        capture = plugins.getplugin("capturemanager")
        capture.stop_global_capturing()  # into a file that all forks would share
        capture.start_global_capturing()
        try:
            for item, following in pairwise(chain(self.items(groups, queue), [None])):
                item.ihook.pytest_runtest_protocol(item=item, nextitem=following)
                if self.session.shouldfail:
                    break
        except KeyboardInterrupt:
            pass  # which the first process has too, and says
        except BaseException:
            traceback.print_exc()
        finally:
            capture.stop_global_capturing()  # and show what is in it
            sys.stdout.flush()
            os._exit(0)

    def items(self, groups: list[list[pytest.Item]], queue: IO[bytes]) -> Iterator[pytest.Item]:
        """The tests of the next group, as long as there is one."""
        while number := queue.read(SIZE):
            yield from groups[int.from_bytes(number, "big")]

    def pytest_runtest_logstart(self, nodeid: str, location: Place) -> None:
        """Send on that a test begins."""
        self.writer.send(("logstart", {"nodeid": nodeid, "location": location}))

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Send on how a part of it went."""
        config = self.session.config
        data = config.hook.pytest_report_to_serializable(config=config, report=report)
        self.writer.send(("logreport", data))

    def pytest_runtest_logfinish(self, nodeid: str, location: Place) -> None:
        """Send on that it is over."""
        self.writer.send(("logfinish", {"nodeid": nodeid, "location": location}))
