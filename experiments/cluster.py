"""Runs in many processes, on this machine or on others, by dask.distributed.

The command that runs a table claims as many runs as there are workers and writes each result
itself: workers need no folder of results, and the locks are those of a table that runs in one
process. A worker that dies loses its run, and the scheduler gives that to another.
"""

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice
from pathlib import Path

from distributed import CancelledError, Client, Future, KilledWorker, LocalCluster, wait

from experiments import data, records
from experiments.devices import device, settle
from experiments.runs import Bench, Done, Work
from experiments.training import Job, circumstances

#: Seconds to wait for a scheduler, and for a run to end before workers are counted anew.
TO_ANSWER, TO_END = 10, 1
#: A process has one generator of random numbers, so one run at a time.
_TURN = threading.Lock()


@dataclass(frozen=True)
class Setting:
    """What a worker needs besides the job. Paths are its own; without `states`, the default."""

    data: str
    folder: Path | None
    side: int | None
    size: int | None
    states: Path | None
    device: str
    threads: int


@lru_cache(maxsize=1)
def bench(setting: Setting) -> Bench:
    """The bench of a worker, with its data; made once for the runs of a table."""
    settle(setting.threads)
    images = data.load(setting.data, setting.folder, setting.side).first(setting.size)
    return Bench(images.to(device(setting.device)), setting.states or records.STATES)


def ran(job: Job, setting: Setting) -> tuple[dict, dict]:
    """On a worker: a run, its numbers and the worker's circumstances."""
    with _TURN:
        here = bench(setting)
        return job.run(here), circumstances(here.data)


@contextmanager
def connected(workers: int, address: str | None) -> Iterator[Client]:
    """A client of the scheduler at an address, or of one with so many workers of its own.

    Raises
    ------
    ValueError
        If there is no scheduler at the address.
    """
    if address is None:
        with (
            LocalCluster(
                n_workers=workers,
                threads_per_worker=1,
                dashboard_address="127.0.0.1:0",
                silence_logs=logging.ERROR,
            ) as local,
            Client(local) as client,
        ):
            yield client
        return
    try:
        client = Client(address, timeout=TO_ANSWER)
    except (OSError, ValueError) as error:
        raise ValueError(
            f"scheduler: expected the address of a scheduler of dask, got {address}: {error}"
        ) from error
    with client:
        yield client


@dataclass(frozen=True)
class Cluster:
    """Runs a table on the workers of a client, each as it is free."""

    client: Client
    setting: Setting

    def __call__(self, works: Iterator[Work]) -> Iterator[Done]:
        """Give out runs as there is room; what came of them, in the order in which they end.

        Raises
        ------
        ValueError
            If the scheduler goes, or a run kills its workers.
        """
        going: dict[Future, Work] = {}
        try:
            while True:
                room = max(1, len(self.client.nthreads()))  # the first may wait for a worker
                for work in islice(works, max(0, room - len(going))):
                    future = self.client.submit(ran, work[1], self.setting, pure=False)
                    going[future] = work
                if not going:
                    return
                for future in ended(list(going)):
                    work = going.pop(future)
                    yield work, *result(future, work)
        except CancelledError as error:
            raise ValueError(
                "scheduler: expected one that lasts, got one that is gone; the same command goes on"
            ) from error
        finally:
            if self.client.status == "running":
                self.client.cancel(list(going))


def ended(going: list[Future]) -> set[Future]:
    """Those that have ended by now or within a moment."""
    try:
        return wait(going, timeout=TO_END, return_when="FIRST_COMPLETED").done
    except TimeoutError:
        return set()


def result(future: Future, work: Work) -> tuple[dict, dict]:
    """What a run gave.

    Raises
    ------
    ValueError
        If the workers that had it died, one after the other.
    """
    try:
        return future.result()
    except KilledWorker as error:
        raise ValueError(
            f"workers: expected one that survives the run {work[0].stem}, got several that died "
            "in it; is there memory enough?"
        ) from error
