"""Where runs end when an assumption fails: the losses behind the verdict table of the chapter.

``python -m stebook.chapters.assumptions.runs`` writes stress.json, in some minutes. For each stress
and each of the paper's estimators: the loss above the least one after descent from STARTS starts,
start i drawn from seed i (v0 = 0.1 normal, |w0| = 1). ``final_losses`` computes any part of it
again.
"""

import json
import sys
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path

import numpy as np

import ste
from ste.beyond.correlated_rows import CorrelatedRows
from ste.beyond.mixtures import scale_mixture
from ste.beyond.other_rows import (
    LAPLACE,
    STUDENT,
    UNIFORM,
    Rows,
    coarse_from_fields,
    planar_fields,
    two_clusters,
)
from ste.beyond.own_filters import UnsharedTeacher
from ste.beyond.relu_labels import relu_label_coarse_gradient, relu_label_loss
from ste.beyond.staircase import quantizer_stairs, staircase_coarse_gradient, staircase_loss
from ste.descent import walk
from ste.landscape import gradient_v
from ste.zoo.windows import paper_windows

PATH = Path(__file__).with_name("stress.json")
STARTS = 40
V_STAR = np.array([1.0, -0.5, 0.8, 0.3])
TEACHER = ste.Teacher(V_STAR, [np.cos(0.4), np.sin(0.4)])
#: The steps of half-wave Gaussian quantization.
ALPHA = {2: 0.6511, 4: 0.1946}
ESTIMATORS = {e.name: e for e in ste.PAPER}
Field = Callable[[np.ndarray, np.ndarray], tuple[np.ndarray, np.ndarray]]
Loss = Callable[[np.ndarray, np.ndarray], np.ndarray]


def correlated_rows(condition: float) -> CorrelatedRows:
    """Sigma = diag(kappa, 1)/sqrt(kappa), and the whitened w* where turning is hardest."""
    axis = np.arctan(1.0 / np.sqrt(condition))
    w = [np.cos(axis) / np.sqrt(condition), np.sin(axis)]
    sigma = np.diag([condition, 1.0]) / np.sqrt(condition)
    return CorrelatedRows(ste.Teacher(V_STAR, w), sigma)


def _correlated(condition: float, name: str) -> tuple[Field, Loss]:
    rows = correlated_rows(condition)
    return lambda v, w: rows.coarse_gradient(v, w, ESTIMATORS[name]), rows.loss


def _mixed(name: str) -> tuple[Field, Loss]:
    """A multivariate t with 3 degrees of freedom, as a mixture over 9 scales."""
    rng = np.random.default_rng(0)
    scales = np.sqrt(3.0 / np.quantile(rng.chisquare(3.0, 100_000), (np.arange(9) + 0.5) / 9))
    mixed = scale_mixture(ESTIMATORS[name], scales, np.full(9, 1 / 9))
    return (
        lambda v, w: ste.expected_coarse_gradient(v, w, TEACHER, mixed),
        lambda v, w: ste.population_loss(v, w, TEACHER),
    )


@cache
def _planar(rows: Rows, name: str) -> tuple[Field, Loss]:
    """The field from a table over the angle of w and, for clipped ReLU, its length."""
    window = {w.name: w for w in paper_windows(1)}[name]
    psi = 0.4 + np.linspace(0.0, 2.0 * np.pi, 241)
    psi[[0, 120, 240]] += [1e-6, 1e-6, -1e-6]
    lengths = np.geomspace(0.1, 8.0, 24) if name == "clipped_relu" else np.array([1.0])
    tables = []
    for length in lengths:
        w = length * np.stack([np.cos(psi), np.sin(psi)], axis=-1)
        found = planar_fields(rows, w, TEACHER.w, window)
        tables.append(np.concatenate([found.both[:, None], *found[2:]], axis=-1))
    table = np.array(tables)

    def look(w: np.ndarray) -> np.ndarray:
        at = (np.arctan2(w[..., 1], w[..., 0]) - 0.4) % (2.0 * np.pi) / (2.0 * np.pi) * 240
        i = np.minimum(at.astype(int), 239)
        share = (at - i)[..., None]
        if len(lengths) == 1:
            return (1 - share) * table[0, i] + share * table[0, i + 1]
        norm = np.clip(np.linalg.norm(w, axis=-1), 0.1, 8.0)
        high = np.log(norm / 0.1) / np.log(80.0) * 23
        j = np.minimum(high.astype(int), 22)
        rest = (high - j)[..., None]
        low = (1 - share) * table[j, i] + share * table[j, i + 1]
        return (1 - rest) * low + rest * (
            (1 - share) * table[j + 1, i] + share * table[j + 1, i + 1]
        )

    def angle(both: np.ndarray) -> np.ndarray:
        return np.pi * (1.0 - 2.0 * np.clip(both, 0.0, 0.5))

    def field(v: np.ndarray, w: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        from ste.beyond.other_rows import PlanarFields

        row = look(w)
        parts = PlanarFields(row[..., 0], row[..., 1:3], row[..., 1:3], row[..., 3:5], row[..., 5:])
        return gradient_v(v, angle(parts.both), TEACHER), coarse_from_fields(v, V_STAR, parts)

    def loss(v: np.ndarray, w: np.ndarray) -> np.ndarray:
        both = look(w)[..., 0]
        apart = v - V_STAR
        square = np.sum(apart**2, axis=-1) + np.sum(apart, axis=-1) ** 2
        return 0.125 * square + angle(both) / (2 * np.pi) * (v @ V_STAR)

    return field, loss


def _bits(bits: int, name: str) -> tuple[Field, Loss]:
    stairs = quantizer_stairs(bits, ALPHA[bits])
    window = {w.name: w for w in paper_windows(bits, ALPHA[bits])}[name]
    return (
        lambda v, w: staircase_coarse_gradient(v, w, TEACHER, window, stairs),
        lambda v, w: staircase_loss(v, w, TEACHER, stairs),
    )


def _unshared(name: str) -> tuple[Field, Loss]:
    teacher = UnsharedTeacher(V_STAR, np.tile(TEACHER.w, (4, 1)))
    return lambda v, w: teacher.coarse_gradient(v, w, ESTIMATORS[name]), teacher.loss


def _relu_labels(name: str) -> tuple[Field, Loss]:
    least = TEACHER.N / 4 * (1 - 2 / np.pi)
    return (
        lambda v, w: relu_label_coarse_gradient(v, w, TEACHER, ESTIMATORS[name]),
        lambda v, w: relu_label_loss(v, w, TEACHER) - least,
    )


#: Each stress: how to make field and loss, steps at the learning rate 0.1.
STRESSES: dict[str, tuple[Callable[[str], tuple[Field, Loss]], int]] = {
    "as in the paper": (lambda name: _correlated(1.0, name), 3000),
    "spherical t": (_mixed, 2000),
    "cube": (lambda name: _planar(UNIFORM, name), 3000),
    "Laplace": (lambda name: _planar(LAPLACE, name), 3000),
    "Student t": (lambda name: _planar(STUDENT, name), 3000),
    "two clusters": (lambda name: _planar(two_clusters(2.0), name), 3000),
    "correlated 4": (lambda name: _correlated(4.0, name), 10_000),
    "correlated 30": (lambda name: _correlated(30.0, name), 10_000),
    "2 bits": (lambda name: _bits(2, name), 3000),
    "4 bits": (lambda name: _bits(4, name), 600),
    "own filters": (_unshared, 4000),
    "ReLU labels": (_relu_labels, 400),
}


def final_losses(stress: str, name: str, seeds: Sequence[int]) -> np.ndarray:
    """The loss above the least one at the end of the runs with these seeds."""
    make, steps = STRESSES[stress]
    field, loss = make(name)
    shape = (4, 2) if stress == "own filters" else (2,)
    v0, w0 = [], []
    for seed in seeds:
        rng = np.random.default_rng(seed)
        v0.append(0.1 * rng.standard_normal(4))
        w0.append(rng.standard_normal(shape))
    w0 = np.array(w0) / np.linalg.norm(w0, axis=-1, keepdims=True)
    run = walk(field, v0, w0, 0.1, steps, record_every=steps)
    return loss(run.v[-1], run.w[-1])


def stored() -> dict[str, dict[str, list[float]]]:
    """The losses that are kept: by stress, then by estimator."""
    return json.loads(PATH.read_text(encoding="utf-8"))


def main() -> int:
    found: dict[str, dict[str, list[float]]] = {}
    for stress in STRESSES:
        for name in ESTIMATORS:
            losses = final_losses(stress, name, range(STARTS))
            found.setdefault(stress, {})[name] = [round(float(x), 6) for x in losses]
            reached = np.mean(losses < 1e-3)
            print(f"{stress:16} {name:13} {reached:.2f} {np.median(losses):.4f}", flush=True)
    PATH.write_text(json.dumps(found, indent=0) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
