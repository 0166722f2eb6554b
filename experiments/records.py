"""Results on disk, one JSON a run, written whole or not at all; trained states beside the build."""

import hashlib
import json
import os
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path

import torch

from experiments.training import Job, State

ROOT = Path(__file__).resolve().parents[1]
RESULTS = ROOT / "experiments" / "results"
#: Results at full width, from a GPU.
FULL_RESULTS = ROOT / "experiments" / "results-full"
#: Trained states; they can be made anew and are in no repository.
STATES = ROOT / "_build" / "experiments"


def digest(thing: object) -> str:
    """Eight hex digits that tell two descriptions apart."""
    text = json.dumps(thing, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:8]


def name(job: Job) -> str:
    """A name of a run: what a person looks for, then the digest of all of it."""
    return f"{job.label}-s{job.training.seed}-{digest(asdict(job))}"


def write(path: Path, record: dict) -> None:
    """Write JSON so that a kill leaves the old file, or none, but never half of one.

    Raises
    ------
    ValueError
        If a number is not finite: JSON has no such number.
    """
    text = json.dumps(record, indent=1, sort_keys=True, allow_nan=False)
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_suffix(f".{os.getpid()}.part")
    part.write_text(text + "\n", encoding="utf-8")
    os.replace(part, path)


def stored(path: Path, make: Callable[[], State]) -> State:
    """The trained state that a file holds; made now, and stored, where there is no file."""
    if path.is_file():
        return torch.load(path, weights_only=True)
    state = make()
    store(path, state)
    return state


def store(path: Path, state: State) -> None:
    """Store a trained state, whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_suffix(f".{os.getpid()}.part")
    torch.save({name: value.cpu() for name, value in state.items()}, part)
    os.replace(part, path)
