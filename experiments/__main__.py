"""The command line of the experiments: one command a table."""

import argparse
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import cache
from pathlib import Path

from experiments import data, records
from experiments.devices import device, settle
from experiments.nets import WIDEST
from experiments.runs import Bench, Engine, no_progress, progress_bar, run
from experiments.tables import EVERY, LARGEST_SEED, PLANS, STARTS, Plan, jobs

#: More epochs would run for months, more threads are on no machine.
MOST_EPOCHS, MOST_THREADS = 10_000, 1_024
#: What `--workers` and `--scheduler` need.
DASK = "distributed"


def _whole(least: int, most: int | None = None):
    """A type of argument: whole numbers from `least`, and to `most` where it is given."""
    beyond = "" if most is None else f" and at most {most:,}"

    def whole(text: str) -> int:
        good = text.isdecimal() and len(text) < 100 and int(text) >= least
        if not good or (most is not None and int(text) > most):
            raise argparse.ArgumentTypeError(
                f"expected a whole number of at least {least}{beyond}, got {text[:100]}"
            )
        return int(text)

    return whole


def _width(text: str) -> float:
    """A type of argument: shares of the published number of filters."""
    try:
        width = float(text)
    except ValueError:
        width = 0.0
    if not 0 < width <= WIDEST:
        raise argparse.ArgumentTypeError(
            f"expected a number of more than 0 and at most {WIDEST:g}, got {text}"
        )
    return width


def parser() -> argparse.ArgumentParser:
    """The options."""
    made = argparse.ArgumentParser(
        prog="python -m experiments",
        description="Run a table. What is done is kept: start again after a kill and it goes on.",
        epilog="; ".join(f"{name}: {plan.says}" for name, plan in EVERY.items()),
    )
    made.add_argument("table", choices=[*EVERY, "all"], help="all: those that need no GPU")
    made.add_argument("--paper", action="store_true", help="full width and the paper's schedule")
    made.add_argument("--data", choices=data.DATA, help="another data set")
    made.add_argument("--data-dir", type=Path, help="folder of the official files")
    made.add_argument("--width", type=_width, help="share of the published number of filters")
    made.add_argument("--size", type=_whole(2), help="only so many training images")
    made.add_argument("--bits", type=_whole(1), nargs="+")
    made.add_argument("--seeds", type=_whole(0, LARGEST_SEED), nargs="+")
    made.add_argument(
        "--starts", choices=STARTS, nargs="+", help="what the minima of a stability table are from"
    )
    made.add_argument(
        "--epochs",
        type=_whole(1, MOST_EPOCHS),
        help="epochs of each part: float, quantized, after",
    )
    made.add_argument(
        "--equal-length",
        action="store_true",
        help="the rate is the share of each layer's length that a step of the quantized part goes",
    )
    made.add_argument(
        "--device", default="auto", help="cpu, cuda, or auto: a GPU where there is one"
    )
    made.add_argument(
        "--threads", type=_whole(1, MOST_THREADS), default=1, help="threads of the CPU"
    )
    made.add_argument(
        "--workers",
        type=_whole(1, MOST_THREADS),
        default=1,
        help=f"so many runs at once, in processes of this machine; needs {DASK}",
    )
    made.add_argument(
        "--scheduler", metavar="ADDRESS", help=f"runs on the workers of a cluster; needs {DASK}"
    )
    made.add_argument("--out", type=Path, help="folder of the results")
    made.add_argument(
        "--states", type=Path, default=records.STATES, help="folder of the trained networks"
    )
    made.add_argument("--quiet", action="store_true", help="no progress bars")
    return made


def planned(options: argparse.Namespace, table: str) -> Plan:
    """A table's plan with the options put in.

    Raises
    ------
    ValueError
        If starts are named for a table that has none.
    """
    plan = EVERY[table]
    if options.starts and plan.kind != "stability":
        raise ValueError(f"starts: expected a table of stability, got {table}")
    if options.paper:
        plan = plan.with_paper()
    if options.equal_length:
        plan = replace(plan, equal_length=True)
    given = {key: value for key, value in vars(options).items() if value is not None}
    changes = {key: given[key] for key in ("data", "width", "size") if key in given}
    changes |= {key: tuple(given[key]) for key in ("bits", "seeds", "starts") if key in given}
    if "data" in given:
        changes.setdefault("size", None)
    if "epochs" in given:
        changes["start"] = replace(plan.start, epochs=options.epochs)
        changes["schedule"] = replace(plan.schedule, epochs=options.epochs)
        changes["epochs"] = options.epochs if plan.kind == "stability" else 0
    return replace(plan, **changes)


def said(options: argparse.Namespace, table: str) -> str:
    """The command as a reader would type it, without a path of this machine."""
    words = ["python -m experiments", table]
    for key in ("data", "width", "size", "epochs"):
        if getattr(options, key) is not None:
            words.append(f"--{key} {getattr(options, key)}")
    for key in ("bits", "seeds", "starts"):
        if getattr(options, key) is not None:
            words.append(f"--{key} {' '.join(map(str, getattr(options, key)))}")
    if options.paper:
        words.append("--paper")
    if options.equal_length:
        words.append("--equal-length")
    if options.data_dir:
        words.append("--data-dir DIR")
    return " ".join(words)


def results(options: argparse.Namespace, table: str) -> Path:
    """The folder of the results of a table."""
    return options.out or (records.RESULTS if table in PLANS else records.FULL_RESULTS)


@contextmanager
def engines(options: argparse.Namespace) -> Iterator[Callable[[Plan], Engine | None]]:
    """What gives the engine of a plan: none but this process, or a cluster while this lasts.

    Raises
    ------
    ValueError
        If dask.distributed is not there, or no scheduler at the address.
    """
    if options.scheduler is None and options.workers == 1:
        yield lambda plan: None
        return
    try:
        from experiments import cluster
    except ImportError as error:
        raise ValueError(
            f"workers, scheduler: expected the package {DASK}, got an environment without it; "
            "requirements-deep.txt names it"
        ) from error
    folder = options.data_dir and options.data_dir.resolve()
    states = None if options.states == records.STATES else options.states.resolve()
    with cluster.connected(options.workers, options.scheduler) as client:
        yield lambda plan: cluster.Cluster(
            client,
            cluster.Setting(
                data=plan.data,
                folder=folder,
                side=plan.side,
                size=plan.size,
                states=states,
                device=options.device,
                threads=options.threads,
            ),
        )


def main(arguments: list[str] | None = None) -> None:
    """Run what is asked for; what cannot be run is refused before anything has run."""
    asked = parser()
    options = asked.parse_args(arguments)
    settle(options.threads)
    load = cache(data.load)
    try:
        plans = {
            table: planned(options, table)
            for table in (PLANS if options.table == "all" else [options.table])
        }
        where = device("cpu" if options.scheduler else options.device)
        for plan in plans.values():
            jobs(plan)
            load(plan.data, options.data_dir, plan.side).first(plan.size)
        for table in plans:
            records.check_writable("out", results(options, table) / table)
        records.check_writable("states", options.states)
    except ValueError as error:
        asked.error(str(error))
    try:
        with engines(options) as engine_of:
            for table, plan in plans.items():
                images = load(plan.data, options.data_dir, plan.side).first(plan.size).to(where)
                bench = Bench(
                    images, options.states, no_progress if options.quiet else progress_bar
                )
                folder, command = results(options, table), said(options, table)
                run(table, plan, bench, folder, command, options.quiet, engine_of(plan))
    except (ValueError, OSError) as error:
        asked.exit(1, f"{asked.prog}: error: {error}\n")


if __name__ == "__main__":
    main()
