"""The expected coarse gradient: in closed form, by quadrature, and by Monte Carlo to 1e-3."""

import math
from collections.abc import Iterator
from dataclasses import replace

import numpy as np

import ste
from benchmarks import peer_jax, peer_torch
from benchmarks.setting import ESTIMATOR, STUDENT, TEACHER
from benchmarks.timing import Row, compare

PART = "expected coarse gradient"
#: Relative standard error of the mean, over |E[g]|.
ACCURACY = 1e-3
PILOT = 100_000
MOST = 4_000_000


def needed() -> int:
    """Samples for the accuracy: the standard error falls as one over their root."""
    pilot = ste.monte_carlo_gradient(*STUDENT, TEACHER, ESTIMATOR, PILOT, seed=0)
    relative = np.linalg.norm(pilot.standard_error) / np.linalg.norm(exact())
    samples = PILOT * (relative / ACCURACY) ** 2
    return peer_jax.BLOCK * math.ceil(samples / peer_jax.BLOCK)


def exact() -> np.ndarray:
    """E[g] of the student."""
    return ste.expected_coarse_gradient(*STUDENT, TEACHER, ESTIMATOR)[1]


def measure(rounds: int) -> Iterator[Row]:
    """Two rows: one in doubles, and one of the peers in single precision against ours."""
    samples, quadrature = needed(), replace(ESTIMATOR, closed_form=None)
    jax64, jax32 = (peer_jax.monte_carlo(samples, bits) for bits in (64, 32))
    contenders = {
        "ste, closed form": exact,
        "ste, quadrature": lambda: ste.expected_coarse_gradient(*STUDENT, TEACHER, quadrature)[1],
        "ste, Monte Carlo": lambda: monte_carlo(samples),
        "PyTorch": lambda: peer_torch.monte_carlo(samples, 64),
        "JAX": jax64,
        "PyTorch, single precision": lambda: peer_torch.monte_carlo(samples, 32),
        "JAX, single precision": jax32,
    }
    for name, call in contenders.items():
        off = np.linalg.norm(call() - exact()) / np.linalg.norm(exact())
        if not off < 4.0 * ACCURACY:
            raise AssertionError(f"{name} is {off:.1e} off")
    yield compare(PART, f"one value; Monte Carlo with {samples:,} inputs", contenders, rounds)
    del contenders["ste, closed form"], contenders["ste, quadrature"]
    yield compare(PART, f"Monte Carlo alone, {samples:,} inputs", contenders, rounds)


def monte_carlo(samples: int) -> np.ndarray:
    """Ours, in calls of at most `MOST` inputs, which is what one call takes."""
    calls = -(-samples // MOST)
    sizes = [samples // calls + (number < samples % calls) for number in range(calls)]
    means = [
        size * ste.monte_carlo_gradient(*STUDENT, TEACHER, ESTIMATOR, size, seed=seed).mean
        for seed, size in enumerate(sizes, start=1)
    ]
    return np.sum(means, axis=0) / samples
