"""The world of the paper, as a `Setting`; the others of this wing say what they change in it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from ste import _accurate, _checks
from ste.beyond.setting import Overlap, World
from ste.estimators import Estimator
from ste.gradients import RowMoments, of_steps, over_gaussian_rows
from ste.model import Teacher, sigma
from ste.plane import Plane, plane


class Slopes(NamedTuple):
    """How an `Overlap` changes with theta and with rho = |w|."""

    gap_theta: np.ndarray | float
    gap_rho: np.ndarray | float = 0.0
    mean_rho: np.ndarray | float = 0.0
    variance_rho: np.ndarray | float = 0.0


@dataclass(frozen=True, eq=False)
class Paper(World):
    """Gaussian rows, one filter that all units share, steps in student and teacher.

    Parameters
    ----------
    teacher : Teacher

    Raises
    ------
    ValueError
        If `teacher` is not a Teacher.

    Notes
    -----
    Source: the paper, Section 2. The formulas are those of `ste.landscape` and `ste.gradients`.

    Examples
    --------
    >>> from ste import population_loss
    >>> teacher = Teacher([1.0, -0.5], [1.0, 0.0])
    >>> point = [1.0, 2.0], [0.3, 0.4]
    >>> bool(Paper(teacher).loss(*point) == population_loss(*point, teacher))
    True
    """

    teacher: Teacher

    def __post_init__(self) -> None:
        _checks.instance("teacher", self.teacher, Teacher)

    @property
    def v_star(self) -> np.ndarray:
        """v*, shape (m,)."""
        return self.teacher.v

    @property
    def shape(self) -> tuple[int, ...]:
        """Shape of w, (n,)."""
        return self.teacher.w.shape

    def _place(self, w: np.ndarray) -> Plane:
        return plane(w, self.teacher)

    def _overlap(self, place: Plane) -> Overlap:
        return Overlap(place.theta[..., None] / (2.0 * np.pi))

    def _slopes(self, place: Plane) -> Slopes:
        return Slopes(0.5 / np.pi)

    def _moments(self, place: Plane, estimator: Estimator) -> RowMoments:
        """The moments of one row that E[g] is made of."""
        return of_steps(estimator.moments_at(place.norm, place.cos, place.sin))

    def _labels(self, Z: np.ndarray, rng: np.random.Generator) -> np.ndarray:
        return sigma(Z @ self.teacher.w) @ self.teacher.v

    def _gradient_w(self, v: np.ndarray, place: Plane) -> np.ndarray:
        """``f_rho u - (f_theta/rho) e`` with f_theta = d gap_theta; without e on the kinks."""
        overlap, slopes = self._overlap(place), self._slopes(place)
        d = _accurate.dot(v, self.v_star)
        apart = np.sum(np.square(v - self.v_star), axis=-1) - self.teacher.N
        mean = overlap.excess(v, self.v_star) * np.sum(v, axis=-1)
        along = 0.5 * slopes.variance_rho * apart + slopes.mean_rho * mean + slopes.gap_rho * d
        across = d * slopes.gap_theta / place.norm
        e = place.tangent / np.where(place.sin > 0.0, place.sin, 1.0)[..., None]
        return along[..., None] * place.unit - across[..., None] * e

    def _coarse_w(self, v: np.ndarray, place: Plane, estimator: Estimator) -> np.ndarray:
        row = self._moments(place, estimator)
        return over_gaussian_rows(v, v, self.v_star, place, row)
