"""Running a table: what is done stays done, what is missing is run."""

from collections.abc import Callable, Sequence
from dataclasses import asdict
from functools import cache
from pathlib import Path

import torch
from torch import Tensor
from tqdm import tqdm

from experiments import data as sets
from experiments import records
from experiments.data import Data
from experiments.probes import probe, stability
from experiments.tables import Plan, Probe, Stability, jobs
from experiments.training import Job, circumstances, plain, pretrain, quantized

SCHEMA = 1
#: Gives a progress bar's total and words; returns what to call with each epoch's row.
Bar = Callable[[int, str], Callable[[dict], None]]


@cache
def _data(name: str, folder: Path | None, side: int | None) -> Data:
    return sets.load(name, folder, side)


def float_state(job: Job, data: Data, bar: Bar) -> dict[str, Tensor]:
    """The float network that a job starts from: kept from before, or trained now."""
    key = "float-" + records.digest([*job.float_part()[:-1], asdict(job.start)])
    state = records.load_state(key)
    if state is None:
        state = pretrain(job, data, bar(job.start.epochs, f"float, seed {job.seed}"))
        records.keep_state(key, state)
    return state


def trained_state(job: Job, data: Data, bar: Bar) -> tuple[dict[str, Tensor], dict | None]:
    """The quantized network at the end of a job, and its numbers if they were made just now."""
    key = "end-" + records.digest(plain(job))
    state = records.load_state(key)
    if state is not None:
        return state, None
    start = float_state(job, data, bar)
    net, result = quantized(job, data, start, bar(job.schedule.epochs, records.name(job)))
    records.keep_state(key, net.state_dict())
    return net.state_dict(), result


def result_of(job: Job | Stability | Probe, data: Data, bar: Bar) -> dict:
    """Run a job, of whichever kind."""
    if isinstance(job, Job):
        start = float_state(job, data, bar)
        net, result = quantized(job, data, start, bar(job.schedule.epochs, records.name(job)))
        if job.estimator != "window":
            records.keep_state("end-" + records.digest(plain(job)), net.state_dict())
        return result
    state, _ = trained_state(job.start, data, bar)
    if isinstance(job, Probe):
        return probe(job, data, state)
    return stability(job, data, state, bar(job.epochs, records.name(job)))


def run(
    table: str,
    plan: Plan,
    folder: Path | None,
    device: torch.device,
    out: Path,
    command: str,
    quiet: bool = False,
) -> Sequence[Path]:
    """Every run of a table that has no result yet; the paths of all results.

    A run that ended is never repeated; one that was cut short left nothing and starts again.
    """
    data = _data(plan.data, folder, plan.side).first(plan.size).to(device)
    todo = jobs(plan)
    paths = [out / table / f"{records.name(job)}.json" for job in todo]
    missing = [(job, path) for job, path in zip(todo, paths, strict=True) if not path.is_file()]
    if not quiet:
        print(f"{table}: {len(todo) - len(missing)} of {len(todo)} runs are done", flush=True)

    def bar(total: int, words: str) -> Callable[[dict], None]:
        inner = tqdm(total=total, desc=words, leave=False, disable=quiet, position=1)

        def watch(row: dict) -> None:
            inner.set_postfix({key: f"{row[key]:.4f}" for key in ("loss", "accuracy")})
            inner.update()
            if inner.n >= total:
                inner.close()

        return watch

    for job, path in tqdm(missing, desc=table, disable=quiet):
        record = {
            "schema": SCHEMA,
            "table": table,
            "kind": records.KINDS[type(job)],
            "job": asdict(job),
            "result": result_of(job, data, bar),
            "circumstances": circumstances(data, command),
        }
        records.write(path, record)
    return paths
