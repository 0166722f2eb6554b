"""The command line of the experiments: one command a table."""

import argparse
from dataclasses import replace
from pathlib import Path

import torch

from experiments.data import DATA
from experiments.records import RESULTS
from experiments.runs import run
from experiments.tables import PLANS


def parser() -> argparse.ArgumentParser:
    """The options."""
    made = argparse.ArgumentParser(
        prog="python -m experiments",
        description="Run a table. What is done is kept: start again after a kill and it goes on.",
        epilog="; ".join(f"{name}: {plan.says}" for name, plan in PLANS.items()),
    )
    made.add_argument("table", choices=[*PLANS, "all"])
    made.add_argument("--paper", action="store_true", help="full width and the paper's schedule")
    made.add_argument("--data", choices=DATA, help="another data set")
    made.add_argument("--data-dir", type=Path, help="folder of the official files")
    made.add_argument("--width", type=float, help="share of the published number of filters")
    made.add_argument("--size", type=int, help="only so many training images")
    made.add_argument("--bits", type=int, nargs="+")
    made.add_argument("--seeds", type=int, nargs="+")
    made.add_argument("--epochs", type=int, help="epochs of each part: float, quantized, after")
    made.add_argument(
        "--device", default="auto", help="cpu, cuda, or auto: a GPU where there is one"
    )
    made.add_argument("--threads", type=int, default=1, help="threads of the CPU")
    made.add_argument("--out", type=Path, default=RESULTS, help="folder of the results")
    made.add_argument("--quiet", action="store_true")
    return made


def planned(options: argparse.Namespace, table: str):
    """A table's plan with the options put in."""
    plan = PLANS[table].with_paper() if options.paper else PLANS[table]
    changes = {
        key: getattr(options, key) for key in ("data", "width", "size") if getattr(options, key)
    }
    if options.data and not options.size:
        changes["size"] = None
    if options.bits:
        changes["bits"] = tuple(options.bits)
    if options.seeds:
        changes["seeds"] = tuple(options.seeds)
    if options.epochs:
        changes["start"] = replace(plan.start, epochs=options.epochs)
        changes["schedule"] = replace(plan.schedule, epochs=options.epochs)
        changes["epochs"] = options.epochs if plan.kind == "stability" else 0
    return replace(plan, **changes)


def said(options: argparse.Namespace, table: str) -> str:
    """The command as a reader would type it, without a path of this machine."""
    words = ["python -m experiments", table]
    for key in ("data", "width", "size", "epochs"):
        if getattr(options, key):
            words.append(f"--{key} {getattr(options, key)}")
    for key in ("bits", "seeds"):
        if getattr(options, key):
            words.append(f"--{key} {' '.join(map(str, getattr(options, key)))}")
    if options.paper:
        words.append("--paper")
    if options.data_dir:
        words.append("--data-dir DIR")
    return " ".join(words)


def main(arguments: list[str] | None = None) -> None:
    """Run what is asked for."""
    options = parser().parse_args(arguments)
    torch.set_num_threads(options.threads)
    torch.use_deterministic_algorithms(True)
    device = options.device
    if device == "auto":
        device = "cuda" if torch.cuda.is_available() else "cpu"
    for table in PLANS if options.table == "all" else [options.table]:
        run(
            table,
            planned(options, table),
            options.data_dir,
            torch.device(device),
            options.out,
            said(options, table),
            options.quiet,
        )


if __name__ == "__main__":
    main()
