"""The worlds of the chapter: for each stress a `Setting`, its proxies, and where it is tried."""

import math
from dataclasses import dataclass

import numpy as np

from ste.beyond.correlated_rows import CorrelatedRows
from ste.beyond.label_noise import LabelNoise
from ste.beyond.other_rows import (
    LAPLACE,
    SPHERICAL_T,
    STUDENT,
    UNIFORM,
    OtherRows,
    Rows,
    two_clusters,
)
from ste.beyond.own_filters import OneFilter, OwnFilters
from ste.beyond.paper import Paper
from ste.beyond.relu_labels import ReluLabels
from ste.beyond.setting import World
from ste.beyond.staircase import Staircase, quantizer_stairs
from ste.estimators import PAPER, Estimator
from ste.model import Teacher
from ste.zoo.windows import paper_windows
from stebook.chapters import teachers

V_STAR = np.array(teachers.V_STAR)
#: The direction of w* in the plane; away from the axes, on which some laws are symmetric.
AXIS = 0.4
#: Degrees of w from w*, on both sides.
THETA = tuple(range(-175, 176, 10))
#: Standard deviation of the noise on the labels.
NOISE = 3.0
#: |w| of the student with more bits; the teacher has 1.
LENGTH = 1.3
#: The stairs of half-wave Gaussian quantization, by the number of bits.
STAIRS = {2: 0.6511, 4: 0.1946}
#: The teacher's filters in "a filter for each row", in degrees from AXIS.
SPREAD = (0.0, 60.0, -30.0, 90.0)


def directions(psi: float | np.ndarray) -> np.ndarray:
    """Unit vectors at angles in radians."""
    return np.stack([np.cos(psi), np.sin(psi)], axis=-1)


TEACHER = Teacher(V_STAR, directions(AXIS))


def skewed(condition: float, scale: float = 1.0) -> CorrelatedRows:
    """Sigma = scale diag(Lambda, 1), and the whitened w* where turning is hardest.

    It is at the angle arctan(1/sqrt(Lambda)) to the first eigenvector.
    """
    axis = math.atan(1.0 / math.sqrt(condition))
    w = [math.cos(axis) / math.sqrt(condition), math.sin(axis)]
    return CorrelatedRows(Teacher(V_STAR, w), scale * np.diag([condition, 1.0]))


def quantized(bits: int) -> Staircase:
    """The quantizer in student and teacher, with the stairs in use."""
    return Staircase(TEACHER, quantizer_stairs(bits, STAIRS[bits]))


def proxies(bits: int = 1) -> dict[str, Estimator]:
    """The paper's three by name; with more bits clipped ReLU ends with the quantizer."""
    estimators = PAPER if bits == 1 else paper_windows(bits, STAIRS[bits])
    return {estimator.name: estimator for estimator in estimators}


def own_filters() -> OwnFilters:
    """A filter for each unit, all of the teacher's alike."""
    return OwnFilters(V_STAR, np.tile(TEACHER.w, (4, 1)))


def far_apart(n: int, spread: bool) -> tuple[Teacher, np.ndarray]:
    """A teacher at AXIS and a filter 3.1 further, in a plane of R^n.

    The plane is that of two entries, or with `spread` one whose filters use all of them.
    """
    first, second = np.eye(n)[:2]
    if spread:
        first = np.ones(n) / np.sqrt(n)
        second = first * (-1.0) ** np.arange(n)
    plane = np.stack([first, second])
    return Teacher(V_STAR, directions(AXIS) @ plane), directions(AXIS + 3.1) @ plane


@dataclass(frozen=True, eq=False)
class Stress:
    """An assumption that fails: what to call it, its world, the proxies and w at all `THETA`."""

    label: str
    world: World
    proxies: dict[str, Estimator]
    w: np.ndarray


def filters(axis: float = AXIS, length: float = 1.0) -> np.ndarray:
    """w at all angles of the grid from `axis`."""
    return length * directions(axis + np.radians(THETA))


def _rows(label: str, rows: Rows) -> Stress:
    return Stress(label, OtherRows(TEACHER, rows), proxies(), filters())


def _correlated(condition: float) -> Stress:
    world = skewed(condition)
    axis = math.atan2(*world.whitened.w[::-1])
    w = filters(axis) @ np.linalg.inv(world.root)
    return Stress(f"Rows correlated, condition {condition:g}", world, proxies(), w)


def _bits(bits: int) -> Stress:
    return Stress(f"{bits} bits", quantized(bits), proxies(bits), filters(length=LENGTH))


def _plain(label: str, world: World) -> Stress:
    return Stress(label, world, proxies(), filters())


def _spread() -> OneFilter:
    return OneFilter(OwnFilters(V_STAR, directions(AXIS + np.radians(SPREAD))))


STRESSES = {
    "paper": _plain("Nothing: as in the paper", Paper(TEACHER)),
    "radial": _rows("Rows: spherical t", SPHERICAL_T),
    "cube": _rows("Rows: uniform on a cube", UNIFORM),
    "laplace": _rows("Rows: Laplace", LAPLACE),
    "student": _rows("Rows: Student t", STUDENT),
    "clusters": _rows("Rows: two clusters", two_clusters(2.0)),
    "corr4": _correlated(4.0),
    "corr30": _correlated(30.0),
    "noise": _plain("Noise on the labels", LabelNoise(TEACHER, NOISE)),
    "relu_labels": _plain("A ReLU in the teacher", ReluLabels(TEACHER)),
    "own_teacher": _plain("Teacher: a filter for each row", _spread()),
    "own": Stress(
        "A filter for each unit", own_filters(), proxies(), np.repeat(filters()[:, None], 4, axis=1)
    ),
    "bits2": _bits(2),
    "bits4": _bits(4),
}
