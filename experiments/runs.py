"""Running a table: what is done stays done, what is missing is run."""

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from tqdm import tqdm

from experiments import records
from experiments.data import Data
from experiments.tables import Plan, jobs
from experiments.training import (
    State,
    Training,
    Watch,
    circumstances,
    pretrain,
    quantized,
    unwatched,
)

SCHEMA = 1


def no_progress(total: int, words: str) -> Watch:
    """In the place of a progress bar."""
    return unwatched


def progress_bar(total: int, words: str) -> Watch:
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
    versions and device that it was made with. `progress` takes the epochs of a training and its
    name, and returns what is to be called with each epoch's row.
    """

    data: Data
    states: Path
    progress: Callable[[int, str], Watch] = no_progress

    def path(self, part: str, made_of: dict) -> Path:
        """The file of a trained network."""
        return self.states / f"{part}-{records.digest([made_of, circumstances(self.data)])}.pt"

    def start(self, job: Training) -> State:
        """The float network that a job starts from: stored before, or trained now."""
        return records.stored(
            self.path("float", job.float_part()),
            lambda: pretrain(
                job, self.data, self.progress(job.start.epochs, f"float, seed {job.seed}")
            ),
        )

    def _trained(self, job: Training) -> tuple[State, dict]:
        """The quantized network at the end of a training, run now, and its numbers."""
        state = self.start(job)
        watch = self.progress(job.schedule.epochs, records.name(job))
        net, numbers = quantized(job, self.data, state, watch)
        return net.state_dict(), numbers

    def _end(self, job: Training) -> Path:
        return self.path("end", asdict(job))

    def train(self, job: Training) -> dict:
        """The numbers of a training, run now; its end is stored where something goes on from it."""
        state, numbers = self._trained(job)
        if job.estimator != "window":  # nothing goes on from the end of a window
            records.store(self._end(job), state)
        return numbers

    def end(self, job: Training) -> State:
        """The quantized network at the end of a training: stored before, or trained now."""
        return records.stored(self._end(job), lambda: self._trained(job)[0])


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
            "kind": job.kind,
            "job": asdict(job),
            "result": job.run(bench),
            "circumstances": {**circumstances(bench.data), "command": command},
        }
        records.write(path, record)
    return paths
