"""Running a table: what is done stays done, what is missing is run."""

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from tqdm import tqdm

from experiments import records
from experiments.data import Data
from experiments.probes import probe, stability
from experiments.tables import Plan, Probe, Stability, jobs
from experiments.training import Job, State, Watch, circumstances, pretrain, quantized, unwatched

SCHEMA = 1


def no_bar(total: int, words: str) -> Watch:
    """In the place of a progress bar."""
    return unwatched


def bar(total: int, words: str) -> Watch:
    """A progress bar of a training's epochs, under the table's."""
    inner = tqdm(total=total, desc=words, leave=False, position=1)

    def watch(row: dict) -> None:
        inner.set_postfix({key: f"{row[key]:.4f}" for key in ("loss", "accuracy")})
        inner.update()
        if inner.n >= total:
            inner.close()

    return watch


@dataclass(frozen=True)
class Bench:
    """What the runs of a table have in common.

    `states` is a folder for trained networks. A state is taken from it only for the same job, data,
    versions and device that it was made with. `bar` takes the epochs of a training and its name,
    and returns what is to be called with each epoch's row.
    """

    data: Data
    states: Path
    bar: Callable[[int, str], Watch] = no_bar

    def path(self, part: str, made_of: dict) -> Path:
        """The file of a trained network."""
        return self.states / f"{part}-{records.digest([made_of, circumstances(self.data)])}.pt"

    def start(self, job: Job) -> State:
        """The float network that a job starts from: kept from before, or trained now."""
        return records.kept(
            self.path("float", job.float_part()),
            lambda: pretrain(job, self.data, self.bar(job.start.epochs, f"float, seed {job.seed}")),
        )

    def train(self, job: Job) -> tuple[State, dict]:
        """The quantized network at the end of a job, trained now, and its numbers."""
        state = self.start(job)
        watch = self.bar(job.schedule.epochs, records.name(job))
        net, result = quantized(job, self.data, state, watch)
        return net.state_dict(), result

    def end(self, job: Job) -> State:
        """The quantized network at the end of a job: kept from before, or trained now."""
        return records.kept(self.path("end", asdict(job)), lambda: self.train(job)[0])

    def result(self, job: Job | Stability | Probe) -> dict:
        """The numbers of a job, of whichever kind."""
        if isinstance(job, Probe):
            return probe(job, self.data, self.end(job.start))
        if isinstance(job, Stability):
            watch = self.bar(job.epochs, records.name(job))
            return stability(job, self.data, self.end(job.start), watch)
        state, result = self.train(job)
        if job.estimator != "window":  # nothing goes on from the end of a window
            records.keep(self.path("end", asdict(job)), state)
        return result


def run(
    table: str, plan: Plan, bench: Bench, out: Path, command: str, quiet: bool = False
) -> Sequence[Path]:
    """Every run of a table that has no result yet; the paths of all results.

    A run that ended is never repeated; one that was cut short left nothing and starts again.
    """
    todo = jobs(plan)
    paths = [out / table / f"{records.name(job)}.json" for job in todo]
    missing = [(job, path) for job, path in zip(todo, paths, strict=True) if not path.is_file()]
    if not quiet:
        print(f"{table}: {len(todo) - len(missing)} of {len(todo)} runs are done", flush=True)
    for job, path in tqdm(missing, desc=table, disable=quiet):
        record = {
            "schema": SCHEMA,
            "table": table,
            "kind": records.KINDS[type(job)],
            "job": asdict(job),
            "result": bench.result(job),
            "circumstances": {**circumstances(bench.data), "command": command},
        }
        records.write(path, record)
    return paths
