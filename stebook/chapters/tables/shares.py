"""The shares of runs that the chapters print, side by side, each with its set-up.

What belongs here: how starts were drawn, how long they ran, what counts as success. What never
does: a share that was typed; all are computed.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

import numpy as np

from ste.descent import descend, outcome
from ste.estimators import RELU
from ste.model import Teacher
from stebook.chapters.teachers import V_STAR

#: What counts as reaching the global minimum.
AT_REST, LOW_LOSS = "rests there", "loss below 0.001"


@dataclass(frozen=True)
class Setup:
    """One statistic of ReLU's descent on the population, v* = (1, -0.5, 0.8, 0.3).

    Attributes
    ----------
    page : str
        The chapter that prints it.
    n : int
        Length of a row.
    length : float
        |w0|; its direction is uniform, and v0 is 0.1 N(0, I).
    rate : float
        Learning rate.
    steps, starts : int
        How long each run is, and how many there are.
    seed : int or None
        Of the generator that draws all starts; with None start i is drawn from seed i.
    success : str
        `AT_REST` or `LOW_LOSS`.
    """

    page: str
    n: int
    length: float
    rate: float
    steps: int
    starts: int
    seed: int | None
    success: str

    def start(self) -> tuple[np.ndarray, np.ndarray]:
        """v0 of shape (starts, 4) and w0 of shape (starts, n)."""
        seeds = range(self.starts) if self.seed is None else [self.seed]
        each = self.starts // len(seeds)
        v0, w0 = [], []
        for seed in seeds:
            rng = np.random.default_rng(seed)
            v0.append(0.1 * rng.standard_normal((each, len(V_STAR))))
            w0.append(rng.standard_normal((each, self.n)))
        v, w = np.concatenate(v0), np.concatenate(w0)
        return v, self.length * w / np.linalg.norm(w, axis=1, keepdims=True)


SETUPS = (
    Setup("descent", 5, 1.0, 0.5, 450, 900, 5, AT_REST),
    Setup("tables", 5, 1.0, 0.1, 4000, 300, 0, LOW_LOSS),
    Setup("tables", 5, 3.0, 0.1, 4000, 300, 0, LOW_LOSS),
    Setup("descent", 2, 1.0, 0.5, 450, 900, 5, AT_REST),
    Setup("assumptions", 2, 1.0, 0.1, 3000, 40, None, LOW_LOSS),
)


@cache
def share(setup: Setup) -> tuple[float, float]:
    """The share of ReLU's runs that reach the global minimum, and its binomial standard error."""
    teacher = Teacher(V_STAR, np.eye(setup.n)[0])
    every = 10 if setup.success == AT_REST else setup.steps
    run = descend(*setup.start(), teacher, RELU, setup.rate, setup.steps, record_every=every)
    if setup.success == AT_REST:
        reached = outcome(run, teacher) == "global"
    else:
        reached = run.loss[-1] < 1e-3
    part = float(np.mean(reached))
    return part, float(np.sqrt(part * (1 - part) / setup.starts))


@dataclass(frozen=True)
class Shares:
    """The set-ups and their shares as a table."""

    setups: tuple[Setup, ...] = SETUPS

    def rows(self) -> Iterator[str]:
        """A line for each set-up."""
        for setup in self.setups:
            part, error = share(setup)
            yield (
                f"| [](/book/{setup.page}.md) | {setup.n} | {setup.length:g} | {setup.rate} "
                f"| {setup.steps} | {setup.starts} | {setup.success} "
                f"| {100 * part:.1f} ± {100 * error:.1f} |"
            )

    def _repr_markdown_(self) -> str:
        names = (
            "printed in",
            "inputs $n$",
            "length $\\lvert w^0\\rvert$",
            "rate $\\eta$",
            "steps",
            "starts",
            "success",
            "ReLU, %",
        )
        return "\n".join(["| " + " | ".join(names) + " |", "|---" * 8 + "|", *self.rows()])

    def __repr__(self) -> str:
        return "\n".join(self.rows())


def shares() -> Shares:
    """ReLU's success at one teacher, by set-up."""
    return Shares()
