"""The last full-width tables on one GPU, several runs side by side, ended by a clock.

    python -m experiments.gpu --minutes 14 --data-dir DIR

First `experiments.together` measures whether several seeds go faster in one process. Then comes
what is missing of the tables, one after the other: a process for each seed, and in a table of
stability for each start too, so many at once. Other options go to each command, so that it can be
tried in small.
"""

import argparse
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from experiments import data, records, together
from experiments.__main__ import parser, planned, results
from experiments.devices import device
from experiments.tables import EVERY, NEXT, STARTS, jobs

#: The tables in the order in which they are run.
TABLES = ("resnet-fashion-full-14", "resnet-stability-full", *NEXT)
#: So many processes at once.
AT_ONCE = 6
#: Processes that the clock ends get so long to go, in seconds.
GRACE = 5.0
#: Seconds between two looks at the processes.
LOOK = 0.2
#: The measurement is given up after so many seconds; it takes about 30.
MEASURING = 90.0


def commands(more: Sequence[str] = ()) -> list[list[str]]:
    """What is run, in this order: arguments of `python -m experiments`."""
    return [
        [table, "--seeds", str(seed), *part, *more]
        for table in TABLES
        for seed in EVERY[table].seeds
        for part in _parts(table)
    ]


def _parts(table: str) -> list[tuple[str, ...]]:
    """How the runs of one seed are cut into processes."""
    if EVERY[table].kind == "stability":
        return [("--starts", start) for start in STARTS]
    return [()]


def missing(words: Sequence[str]) -> list[Path]:
    """The results that a command is to give and that are not there."""
    options = parser().parse_args(words)
    folder = results(options, options.table) / options.table
    works = [
        (folder / f"{records.name(job)}.json", job) for job in jobs(planned(options, options.table))
    ]
    return [path for path, job in works if not records.is_result(path, job)]


def check(every: Sequence[Sequence[str]]) -> None:
    """Refuse what no command could be run with, before anything begins.

    Raises
    ------
    ValueError
        If there is no such device, no data, or a folder in which no file can be made.
    """
    asked = [parser().parse_args(words) for words in every]
    device(asked[0].device)
    for name in {planned(options, options.table).data for options in asked}:
        data.load(name, asked[0].data_dir)
    for options in asked:
        records.check_writable("out", results(options, options.table))
    records.check_writable("states", asked[0].states)


def side_by_side(every: Sequence[Sequence[str]], until: float, most: int = AT_ONCE) -> None:
    """Run those commands with something missing, so many at once, and end all at `until`."""
    left = [words for words in every if missing(words)]
    going: dict[subprocess.Popen, tuple[str, float]] = {}
    try:
        while (left or going) and time.monotonic() < until:
            for process, (name, began) in list(going.items()):
                if process.poll() is not None:
                    how = f" with exit status {process.returncode}" if process.returncode else ""
                    print(f"{name}: {time.monotonic() - began:.0f} seconds{how}", flush=True)
                    del going[process]
            while left and len(going) < most:
                words = left.pop(0)
                process = _begin("experiments", words)
                going[process] = " ".join(words).partition(" --device")[0], time.monotonic()
            time.sleep(LOOK)
        if going:
            print(f"the clock ended {', '.join(name for name, _ in going.values())}", flush=True)
    finally:
        _end(list(going))


def _begin(module: str, words: Sequence[str]) -> subprocess.Popen:
    return subprocess.Popen([sys.executable, "-m", module, *words], cwd=records.ROOT)


def _end(going: Sequence[subprocess.Popen]) -> None:
    """End processes, after a while by force."""
    for process in going:
        process.terminate()
    limit = time.monotonic() + GRACE
    for process in going:
        try:
            process.wait(max(0.0, limit - time.monotonic()))
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def measure(words: Sequence[str], until: float) -> bool:
    """Measure one process against several, unless that is done; whether it is in the end."""
    options = parser().parse_args(words)
    folder = options.out or records.FULL_RESULTS
    setting = together.Setting(device=options.device, width=options.width or 1.0)
    if together.is_measured(folder / together.NAME, setting):
        return True
    process = _begin("experiments.together", [*setting.words(), f"--out={folder}"])
    try:
        process.wait(max(0.0, min(until - time.monotonic(), MEASURING)))
    except subprocess.TimeoutExpired:
        print("the clock ended experiments.together", flush=True)
    finally:
        _end([process])
    return together.is_measured(folder / together.NAME, setting)


def main(arguments: list[str] | None = None) -> int:
    """Run what is missing; 0 if nothing is in the end, else 1 and a line on each command's rest.

    A run writes its result whole or not at all: what the clock cut off is missing, and the same
    command goes on there.
    """
    asked = argparse.ArgumentParser(
        prog="python -m experiments.gpu", description=__doc__.splitlines()[0]
    )
    asked.add_argument("--minutes", type=float, default=14.0, help="end all after so long")
    asked.add_argument(
        "--device", default="cuda", help="this and any other option goes to each command"
    )
    options, more = asked.parse_known_args(arguments)
    until = time.monotonic() + 60 * options.minutes
    every = commands(["--device", options.device, "--quiet", *more])
    try:
        check(every)
    except ValueError as error:
        asked.error(str(error))
    measured = measure(every[0], until)
    side_by_side(every, until)
    left = int(not measured)
    if left:
        print("experiments.together: missing", flush=True)
    for words in every:
        if gone := missing(words):
            print(f"{' '.join(words).partition(' --device')[0]}: {len(gone)} missing", flush=True)
        left += len(gone)
    return int(left > 0)


if __name__ == "__main__":
    # As at the clock's end: no process is left behind.
    signal.signal(signal.SIGTERM, lambda number, frame: sys.exit(128 + number))
    sys.exit(main())
