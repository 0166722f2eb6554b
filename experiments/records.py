"""Results on disk, one JSON a run, written whole or not at all; trained states beside the build.

What is read is checked: a file that is not what its name says is set aside, and made anew.
"""

import hashlib
import io
import json
import os
import sys
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict
from pathlib import Path

import jsonschema
import torch
from filelock import FileLock, Timeout

from experiments.training import Job, State

ROOT = Path(__file__).resolve().parents[1]
RESULTS = ROOT / "experiments" / "results"
#: Results at full width, from a GPU.
FULL_RESULTS = ROOT / "experiments" / "results-full"
#: What a result holds.
SCHEMA = json.loads((ROOT / "experiments" / "schema.json").read_text(encoding="utf-8"))
VALIDATOR = jsonschema.Draft202012Validator(SCHEMA)
#: Trained states; they can be made anew and are in no repository.
STATES = ROOT / "_build" / "experiments"


def digest(thing: object) -> str:
    """Eight hex digits that tell two descriptions apart."""
    text = json.dumps(thing, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:8]


def name(job: Job) -> str:
    """A name of a run: what a person looks for, then the digest of all of it."""
    return f"{job.label}-s{job.training.seed}-{digest(asdict(job))}"


def lock(path: Path, blocking: bool = True) -> FileLock | None:
    """The lock of a file, taken: one process at a time makes it.

    It ends with its process, however that ends. If another has it, this waits or returns None.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    taken = FileLock(path.with_suffix(".lock"))
    try:
        taken.acquire(blocking=blocking)
    except Timeout:
        return None
    return taken


def unlock(path: Path, taken: FileLock) -> None:
    """Give the lock of a file back.

    The lock's own file goes once the file is there: who still takes the old lock, or a new one,
    finds the file. Until then all have to wait for one and the same.
    """
    if path.is_file():
        with suppress(OSError):  # some systems keep an open file
            os.unlink(taken.lock_file)
    taken.release()


def tidy(path: Path) -> None:
    """Remove the lock's own file beside a whole one: it stays where a command dies in between."""
    with suppress(OSError):  # some systems keep an open file
        path.with_suffix(".lock").unlink(missing_ok=True)


@contextmanager
def alone(path: Path) -> Iterator[None]:
    """With the lock of a file."""
    taken = lock(path)
    try:
        yield
    finally:
        unlock(path, taken)


def check_writable(name: str, folder: Path) -> None:
    """Refuse a folder in which no file can be made.

    Raises
    ------
    ValueError
        With the name of the option and the system's reason.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        tempfile.TemporaryFile(dir=folder).close()
    except OSError as error:
        raise ValueError(
            f"{name}: expected a folder to write in, got {folder}: {error.strerror}"
        ) from error


def set_aside(path: Path, reason: str) -> None:
    """Rename a file that is not what it should be, so that nothing of it is lost, and say so."""
    number = 1
    while (aside := path.with_name(f"{path.name}.damaged-{number}")).exists():
        number += 1
    path.rename(aside)
    print(f"{path}: {reason}. It is kept as {aside.name} and made anew.", file=sys.stderr)


def write(path: Path, record: dict) -> None:
    """Write JSON so that a kill leaves the old file, or none, but never half of one.

    Raises
    ------
    ValueError
        If a number is not finite: JSON has no such number.
    """
    text = json.dumps(record, indent=1, sort_keys=True, allow_nan=False)
    _whole(path, lambda part: part.write_text(text + "\n", encoding="utf-8"))


def _whole(path: Path, fill: Callable[[Path], object]) -> None:
    """Fill a file beside the path, which then takes its place; leave none if that fails."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_suffix(f".{os.getpid()}.part")
    try:
        fill(part)
        os.replace(part, path)
    finally:
        part.unlink(missing_ok=True)


def read(path: Path, job: Job) -> dict:
    """The result of a run, from its file.

    Raises
    ------
    ValueError
        If the file is not the whole result of that run: what was expected, and what it is.
    """

    def refused(constant: str) -> None:
        raise ValueError(f"{constant} is no number of JSON")

    try:
        record = json.loads(path.read_text(encoding="utf-8"), parse_constant=refused)
    except (ValueError, RecursionError) as error:
        kind = f"a file that is no JSON ({error})" if path.stat().st_size else "an empty file"
        raise ValueError(f"expected a result, got {kind}") from error
    problem = jsonschema.exceptions.best_match(VALIDATOR.iter_errors(record))
    if problem is not None:
        raise ValueError(
            f"expected a result as schema.json has it, got another one at {problem.json_path}: "
            f"{problem.message[:200]}"
        )
    if digest(record["job"]) != digest(asdict(job)):
        raise ValueError("expected the result of the run in its name, got that of another run")
    return record


def is_result(path: Path, job: Job) -> bool:
    """Whether a file is the whole result of a run."""
    try:
        return bool(path.is_file() and read(path, job))
    except ValueError:
        return False


def load(path: Path) -> State:
    """A trained state, from its file.

    Raises
    ------
    ValueError
        If the file is not as it was written, or under another name.
    """
    raw = path.read_bytes()
    try:
        broken = zipfile.ZipFile(io.BytesIO(raw)).testzip()  # torch looks at no checksum
        if broken:
            raise zipfile.BadZipFile(f"wrong checksum of {broken}")
        held = torch.load(io.BytesIO(raw), weights_only=True)
        name, state = held["name"], held["state"]
    except Exception as error:  # what is damaged fails in any way
        kind = f"a damaged file ({error})" if raw else "an empty file"
        raise ValueError(f"expected a trained network, got {kind}") from error
    if name != path.stem:
        raise ValueError(f"expected the trained network in its name, got {name}")
    return state


def save(path: Path, state: State) -> None:
    """Write a trained state, whole or not at all; its name is in it."""
    held = {"name": path.stem, "state": {name: value.cpu() for name, value in state.items()}}
    _whole(path, lambda part: torch.save(held, part))


def stored(path: Path, make: Callable[[], State]) -> State:
    """The trained state that a file holds; made now, and saved, where there is no good file.

    Two processes do not make it at once: the second waits, and takes what the first has made.
    """
    with alone(path):
        if path.is_file():
            try:
                return load(path)
            except ValueError as error:
                set_aside(path, str(error))
        state = make()
        save(path, state)
        return state
