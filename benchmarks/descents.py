"""Coarse gradient descent from many starts at once."""

from collections.abc import Iterator

import numpy as np

import ste
from benchmarks import peer_jax, peer_torch
from benchmarks.setting import ESTIMATOR, RATE, TEACHER, starts
from benchmarks.timing import Row, compare

PART = "descent"
STARTS = 10_000
#: Steps on the population; steps with samples, and how many of these a step takes.
STEPS, SAMPLE_STEPS, SAMPLES = 1000, 20, 100


def ours(steps: int, samples: int | None) -> np.ndarray:
    """The last v of a run of ours, which keeps its two ends alone."""
    run = ste.descend(
        *starts(STARTS),
        TEACHER,
        ESTIMATOR,
        RATE,
        steps,
        samples=samples,
        record_every=steps,
    )
    return run.v[-1]


def measure(rounds: int) -> Iterator[Row]:
    """A row on the population and one with samples."""
    for steps, samples in ((STEPS, None), (SAMPLE_STEPS, SAMPLES)):
        contenders = {
            "ste": lambda steps=steps, samples=samples: ours(steps, samples),
            "PyTorch, a loop": peer_torch.descend(starts(STARTS), steps, samples, compiled=False),
            "PyTorch, compiled": peer_torch.descend(starts(STARTS), steps, samples, compiled=True),
            "JAX, a jitted scan": peer_jax.descend(starts(STARTS), steps, samples),
        }
        if samples is None:  # others draw other samples
            for name, call in contenders.items():
                # where a run passes the origin closely, a rounding decides where it goes on
                same = np.isclose(call(), ours(steps, None), atol=1e-6).all(axis=-1)
                if same.mean() < 0.95:
                    raise AssertionError(f"{name} ends elsewhere from {(~same).sum()} starts")
        where = "the population" if samples is None else f"{samples} fresh inputs a step"
        yield compare(PART, f"{STARTS:,} starts, {steps:,} steps on {where}", contenders, rounds)
