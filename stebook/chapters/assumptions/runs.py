"""Where runs end when an assumption fails: the losses behind the verdict table of the chapter.

``python -m stebook.chapters.assumptions.runs`` writes stress.json, in some minutes. For each stress
and each of the paper's estimators: the loss above the least one after descent from STARTS starts,
start i drawn from seed i (v0 = 0.1 normal, |w0| = 1). ``final_losses`` computes any part of it
again.
"""

import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np

from ste.beyond.label_noise import LabelNoise
from ste.beyond.mixtures import Mixture
from ste.beyond.other_rows import (
    LAPLACE,
    STUDENT,
    UNIFORM,
    OtherRows,
    Rows,
    RowVectors,
    two_clusters,
)
from ste.beyond.relu_labels import ReluLabels
from ste.beyond.setting import World, walk_in
from ste.descent import walk
from ste.estimators import CLIPPED_RELU, PAPER, Estimator
from ste.landscape import population_loss
from ste.model import back, forward, sigma
from ste.plane import Plane
from stebook.chapters.assumptions.worlds import (
    AXIS,
    TEACHER,
    directions,
    own_filters,
    proxies,
    quantized,
    skewed,
)

PATH = Path(__file__).with_name("stress.json")
STARTS = 40
NAMES = tuple(estimator.name for estimator in PAPER)
#: The angles from w* and the lengths of w at which a law is tabulated.
_TURNS = 240
_SHORT, _LONG, _LENGTHS = 0.1, 8.0, 24


@cache
def _table(rows: Rows, estimator: Estimator | None) -> np.ndarray:
    """What `OtherRows` needs at (length, angle): the chance that both fire, or the three vectors.

    Identity and ReLU do not see the length.
    """
    exact = OtherRows(TEACHER, rows)
    lengths = np.geomspace(_SHORT, _LONG, _LENGTHS) if estimator is CLIPPED_RELU else np.ones(1)
    unit = directions(AXIS + np.linspace(0.0, 2.0 * np.pi, _TURNS + 1))
    if estimator is None:
        return exact.chance(unit)[None, :, None]
    return np.array([np.concatenate(exact.vectors(x * unit, estimator), -1) for x in lengths])


def _looked_up(table: np.ndarray, place: Plane) -> np.ndarray:
    """Linear interpolation in the angle and the logarithm of the length."""
    turn = np.arctan2(place.unit[..., 1], place.unit[..., 0]) - AXIS
    turn = turn % (2.0 * np.pi) / (2.0 * np.pi) * _TURNS
    i = np.minimum(turn.astype(int), _TURNS - 1)
    share = (turn - i)[..., None]
    if len(table) == 1:
        return (1 - share) * table[0, i] + share * table[0, i + 1]
    length = np.log(np.clip(place.norm, _SHORT, _LONG) / _SHORT) / np.log(_LONG / _SHORT)
    j = np.minimum((length * (_LENGTHS - 1)).astype(int), _LENGTHS - 2)
    rest = (length * (_LENGTHS - 1) - j)[..., None]
    low, high = ((1 - share) * table[k, i] + share * table[k, i + 1] for k in (j, j + 1))
    return (1 - rest) * low + rest * high


@dataclass(frozen=True, eq=False)
class Tabulated(OtherRows):
    """Rows of another law from a table, since runs of thousands of steps need many quadratures."""

    def _chance(self, place: Plane) -> np.ndarray:
        return np.clip(_looked_up(_table(self.rows, None), place)[..., 0], 0.0, 0.5)

    def _vectors(self, place: Plane, estimator: Estimator) -> RowVectors:
        return RowVectors(*np.split(_looked_up(_table(self.rows, estimator), place), 3, axis=-1))


def _mixed() -> Mixture:
    """A multivariate t with 3 degrees of freedom, as a mixture over 9 scales."""
    chances = (np.arange(9) + 0.5) / 9
    drawn = np.random.default_rng(0).chisquare(3.0, 100_000)
    return Mixture(TEACHER, np.sqrt(3.0 / np.quantile(drawn, chances)), np.full(9, 1 / 9))


@dataclass(frozen=True, eq=False)
class Run:
    """A world, how many steps to go at the learning rate 0.1, and the least loss there is."""

    world: World
    steps: int
    bits: int = 1
    least: float = 0.0


_RELU_LABELS = ReluLabels(TEACHER)
STRESSES = {
    "as in the paper": Run(skewed(1.0), 3000),
    "spherical t": Run(_mixed(), 2000),
    "cube": Run(Tabulated(TEACHER, UNIFORM), 3000),
    "Laplace": Run(Tabulated(TEACHER, LAPLACE), 3000),
    "Student t": Run(Tabulated(TEACHER, STUDENT), 3000),
    "two clusters": Run(Tabulated(TEACHER, two_clusters(2.0)), 3000),
    "correlated 4": Run(skewed(4.0, 4.0**-0.5), 10_000),
    "correlated 30": Run(skewed(30.0, 30.0**-0.5), 10_000),
    "2 bits": Run(quantized(2), 3000, bits=2),
    "4 bits": Run(quantized(4), 600, bits=4),
    "own filters": Run(own_filters(), 4000),
    "ReLU labels": Run(_RELU_LABELS, 400, least=_RELU_LABELS.least_loss),
}


def final_losses(stress: str, name: str, seeds: Sequence[int]) -> np.ndarray:
    """The loss above the least one at the end of the runs with these seeds."""
    planned = STRESSES[stress]
    world, proxy = planned.world, proxies(planned.bits)[name]
    v0, w0 = [], []
    for seed in seeds:
        rng = np.random.default_rng(seed)
        v0.append(0.1 * rng.standard_normal(4))
        w0.append(rng.standard_normal(world.shape))
    w0 = np.array(w0) / np.linalg.norm(w0, axis=-1, keepdims=True)
    run = walk_in(world, proxy, v0, w0, 0.1, planned.steps, record_every=planned.steps)
    return world.loss(run.v[-1], run.w[-1]) - planned.least


def stored() -> dict[str, dict[str, list[float]]]:
    """The losses that are kept: by stress, then by estimator."""
    return json.loads(PATH.read_text(encoding="utf-8"))


def ends_table() -> str:
    """The stored runs: the share within 1e-3 of the least loss, and the median of what is left."""
    lines = ["                     share that arrives         median left"]
    lines.append("stress              id   ReLU   clip       id     ReLU     clip")
    for stress, ends in stored().items():
        losses = [np.array(ends[name]) for name in NAMES]
        shares = "  ".join(f"{np.mean(x < 1e-3):4.2f}" for x in losses)
        medians = "  ".join(f"{abs(np.median(x)):7.4f}" for x in losses)
        lines.append(f"{stress:16}  {shares}    {medians}")
    return "\n".join(lines)


def noisy_runs(
    world: LabelNoise, estimator: Estimator, count: int, batch: int, seed: int
) -> np.ndarray:
    """400 steps on fresh samples from the global minimum, at the learning rate 0.1.

    Returns the population loss (count,) without the noise, in the mean over the last 200 steps.
    """
    rng, teacher = np.random.default_rng(seed), world.teacher

    def field(v: np.ndarray, w: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        Z = rng.standard_normal((count, batch, teacher.m, teacher.n))
        sample = forward(v[:, None], w[:, None], Z, teacher)
        bits = sigma(sample.pre)
        noise = world.noise * rng.standard_normal((count, batch))
        residual = (sample.residual(bits) - noise)[..., None]
        grad_w = back(estimator.evaluate(sample.pre) * v[:, None] * residual, Z)
        return np.mean(bits * residual, axis=1), np.mean(grad_w, axis=1)

    run = walk(field, np.tile(teacher.v, (count, 1)), np.tile(teacher.w, (count, 1)), 0.1, 400)
    return np.mean(population_loss(run.v[201:], run.w[201:], teacher), axis=0)


def main() -> int:
    found: dict[str, dict[str, list[float]]] = {}
    for stress in STRESSES:
        for name in NAMES:
            losses = final_losses(stress, name, range(STARTS))
            found.setdefault(stress, {})[name] = [round(float(x), 6) for x in losses]
            reached = np.mean(losses < 1e-3)
            print(f"{stress:16} {name:13} {reached:.2f} {np.median(losses):.4f}", flush=True)
    PATH.write_text(json.dumps(found, indent=0) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
