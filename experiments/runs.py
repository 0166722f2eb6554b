"""Running a table: what is done stays done, what is missing is run, once.

Several commands may run one table at once. Each run has a lock, which one of them holds.
"""

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from filelock import FileLock
from tqdm import tqdm

from experiments import records
from experiments.data import Data
from experiments.tables import Plan, jobs
from experiments.training import (
    Job,
    State,
    Training,
    Watch,
    circumstances,
    pretrain,
    quantized,
    unwatched,
)

SCHEMA = 1
#: Seconds between two looks at runs that other commands are at.
PATIENCE = 1.0
#: A run and the file of its result.
Work = tuple[Path, Job]
#: What came of a run: its file, its numbers, and the circumstances of the machine that ran it.
Done = tuple[Work, dict, dict]
#: Runs what it is given, and asks for more only when there is room for it.
Engine = Callable[[Iterator[Work]], Iterable[Done]]


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
        if job.estimator == "window":  # nothing goes on from the end of a window
            return self._trained(job)[1]
        with records.alone(self._end(job)):
            state, numbers = self._trained(job)
            records.save(self._end(job), state)
        return numbers

    def end(self, job: Training) -> State:
        """The quantized network at the end of a training: stored before, or trained now."""
        return records.stored(self._end(job), lambda: self._trained(job)[0])

    def here(self, works: Iterator[Work]) -> Iterator[Done]:
        """Run one after the other in this process."""
        for work in works:
            yield work, work[1].run(self), circumstances(self.data)


def problem(path: Path, job: Job, data: Data) -> str | None:
    """Why a run is to be done: it has no result, or a file that is none. None if it is done.

    Raises
    ------
    ValueError
        If there is a good result, of other data: one table would hold both.
    """
    if not path.is_file():
        return "expected a result, got none"
    try:
        made_of = records.read(path, job)["circumstances"]["data_sha256"]
    except ValueError as error:
        return str(error)
    if made_of != data.sha256:
        raise ValueError(
            f"out: expected results of {data.name} with the hash {data.sha256[:12]}, got {path} "
            f"with {made_of[:12]}: name another folder"
        )
    return None


def claim(left: Iterable[Work], data: Data, locks: dict[Path, FileLock]) -> Iterator[Work]:
    """One after the other the runs that are not done and that no other command is at.

    Each is locked when it is asked for; `locks` is where the caller finds its lock.
    """
    for path, job in left:
        lock = records.lock(path, blocking=False)
        if lock is None:
            continue
        reason = problem(path, job, data)
        if reason is None:
            records.unlock(path, lock)
            continue
        locks[path] = lock
        if path.is_file():
            records.set_aside(path, reason)
        yield path, job


def recorded(table: str, command: str, job: Job, result: dict, at: dict) -> dict:
    """What is written down of a run."""
    return {
        "schema": SCHEMA,
        "table": table,
        "kind": job.kind,
        "job": asdict(job),
        "result": result,
        "circumstances": {**at, "command": command},
    }


def run(
    table: str,
    plan: Plan,
    bench: Bench,
    out: Path,
    command: str,
    quiet: bool = False,
    engine: Engine | None = None,
) -> Sequence[Path]:
    """Every run of a table that has no result yet; the paths of all results.

    A run that ended is never repeated; one that was cut short left nothing and starts again. Where
    other commands are at the last runs it waits, and takes over what they leave.

    Raises
    ------
    ValueError
        If `out` holds results of other data, or a result is not as schema.json has it.
    """
    works = [(out / table / f"{records.name(job)}.json", job) for job in jobs(plan)]
    left = [work for work in works if problem(*work, bench.data)]
    for path, _ in set(works) - set(left):
        records.tidy(path)
    if not quiet:
        print(f"{table}: {len(works) - len(left)} of {len(works)} runs are done", flush=True)
    engine, locks = engine or bench.here, {}
    with tqdm(total=len(left), desc=table, disable=quiet) as bar:
        while left:
            before = len(left)
            try:
                for (path, job), result, at in engine(claim(left, bench.data, locks)):
                    records.write(path, recorded(table, command, job, result, at))
                    if reason := problem(path, job, bench.data):  # or it would run for ever
                        raise ValueError(f"{path}: {reason}")
                    records.unlock(path, locks.pop(path))
                    bar.update()
            finally:
                for lock in locks.values():
                    lock.release()
            left = [work for work in left if problem(*work, bench.data)]
            bar.update(bar.total - len(left) - bar.n)
            if len(left) == before:
                bar.set_postfix_str("other commands are at these")
                time.sleep(PATIENCE)
    return [path for path, _ in works]
