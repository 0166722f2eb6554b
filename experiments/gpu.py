"""The last full-width tables on one GPU, several runs side by side, ended by a clock.

    python -m experiments.gpu --minutes 14 --data-dir DIR

First what is missing of `resnet-fashion-full-14`, a process a seed, then `resnet-stability-full`, a
process a seed and start, then the tables that nobody has run, a process a seed. Other options go to
each command, so that it can be tried in small.
"""

import argparse
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from experiments import records
from experiments.__main__ import parser, planned
from experiments.tables import EVERY, NEXT, STARTS, jobs

#: Table, then how it is cut into processes: one step after the other, its processes side by side.
STEPS = (
    ("resnet-fashion-full-14", ((),)),
    ("resnet-stability-full", tuple(("--starts", start) for start in STARTS)),
    *((table, ((),)) for table in NEXT),
)
#: A process that the clock ends gets so long to go, in seconds.
GRACE = 5.0


def commands(more: Sequence[str] = ()) -> list[list[list[str]]]:
    """What each step runs side by side: arguments of `python -m experiments`."""
    return [
        [
            [table, "--seeds", str(seed), *part, *more]
            for seed in EVERY[table].seeds
            for part in parts
        ]
        for table, parts in STEPS
    ]


def missing(words: Sequence[str]) -> list[Path]:
    """The results that a command is to give and that are not there."""
    options = parser().parse_args(words)
    folder = (options.out or records.FULL_RESULTS) / options.table
    works = [
        (folder / f"{records.name(job)}.json", job) for job in jobs(planned(options, options.table))
    ]
    return [path for path, job in works if not records.is_result(path, job)]


def side_by_side(step: Sequence[Sequence[str]], until: float) -> None:
    """Run a step's commands at once, those with something missing; end what runs past `until`."""
    going = [
        subprocess.Popen([sys.executable, "-m", "experiments", *words], cwd=records.ROOT)
        for words in step
        if missing(words)
    ]
    try:
        for process in going:
            process.wait(max(0.0, until - time.monotonic()))
    except subprocess.TimeoutExpired:
        print("the clock ended a step", flush=True)
    finally:
        for process in going:
            process.terminate()
        for process in going:
            try:
                process.wait(GRACE)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def main(arguments: list[str] | None = None) -> int:
    """Run the steps; 0 if nothing is missing in the end, else 1 and a line on each command's rest.

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
    steps = commands(["--device", options.device, "--quiet", *more])
    for step in steps:
        began = time.monotonic()
        side_by_side(step, until)
        print(f"{step[0][0]}: {time.monotonic() - began:.0f} seconds", flush=True)
    left = 0
    for words in (words for step in steps for words in step):
        if gone := missing(words):
            print(f"{' '.join(words[:5])}: {len(gone)} missing", flush=True)
        left += len(gone)
    return int(left > 0)


if __name__ == "__main__":
    sys.exit(main())
