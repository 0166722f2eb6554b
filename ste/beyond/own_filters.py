"""A filter for each hidden unit: y = v_1 sigma(Z_1 . w_1) + ... + v_m sigma(Z_m . w_m).

Gaussian rows. A student with one filter against a teacher with a filter for each row (`OneFilter`)
is the same with all rows of w equal, and its gradients are the sums over the rows.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product
from typing import NamedTuple

import numpy as np

from ste import _checks
from ste.beyond.setting import Overlap, World
from ste.estimators import Estimator
from ste.gradients import of_steps, over_gaussian_rows
from ste.landscape import gradient_w
from ste.model import Teacher, sigma
from ste.plane import Plane, around


@dataclass(frozen=True, eq=False)
class OwnFilters(World):
    """The teacher y* = sum_i v*_i sigma(Z_i . w*_i), and a student with filters (..., m, n).

    ``f = (1/8) [|v - v*|^2 + (s_v - s)^2] + sum_i theta_i v_i v*_i/(2 pi)``, ``df/dw_i =
    -(v_i v*_i/(2 pi |w_i|)) e_i``, and each row with its own moments, ``E[g_i] = v_i [v_i A+ +
    (s_v - v_i) A/2 - v*_i B_x - (s - v*_i) A/2] u_i - v_i v*_i B_y e_i``.

    Parameters
    ----------
    v : array_like, shape (m,)
    W : array_like, shape (m, n)
        A filter for each row, none zero; stored with unit lengths.

    Raises
    ------
    ValueError
        If the shapes do not fit, an entry is not finite or a filter is zero, and as
        `ste.Teacher` for v.

    Notes
    -----
    Our own results; with all filters equal, those of the paper.

    Examples
    --------
    >>> world = OwnFilters([1.0, 2.0], [[1.0, 0.0], [0.0, 3.0]])
    >>> float(world.loss([1.0, 2.0], [[5.0, 0.0], [0.0, 1.0]]))
    0.0
    """

    v: np.ndarray
    W: np.ndarray

    def __post_init__(self) -> None:
        v = Teacher(self.v, [1.0]).v.copy()
        W = _checks.finite_array("teacher.W", self.W)
        if W.ndim != 2 or len(W) != v.size:
            raise ValueError(f"teacher.W: expected shape ({v.size}, n), got {W.shape}")
        if not np.all(np.any(W != 0.0, axis=-1)):
            raise ValueError("teacher.W: expected non-zero filters, got a zero one")
        W = W / np.max(np.abs(W), axis=-1, keepdims=True)
        W = W / np.linalg.norm(W, axis=-1, keepdims=True)
        for name, value in (("v", v), ("W", W)):
            value.setflags(write=False)
            object.__setattr__(self, name, value)

    @property
    def v_star(self) -> np.ndarray:
        """v*, shape (m,)."""
        return self.v

    @property
    def shape(self) -> tuple[int, ...]:
        """Shape of w, (m, n)."""
        return self.W.shape

    @property
    def m(self) -> int:
        """Number of hidden units."""
        return self.v.size

    def _labels(self, Z: np.ndarray, rng: np.random.Generator) -> np.ndarray:
        return sigma(self._pre(self.W, Z)) @ self.v

    def _pre(self, w: np.ndarray, Z: np.ndarray) -> np.ndarray:
        """``Z_i . w_i``."""
        return np.einsum("...ij,...ij->...i", Z, w)

    def _back(self, each: np.ndarray, Z: np.ndarray) -> np.ndarray:
        """Each unit to its own filter."""
        return each[..., None] * Z

    def _place(self, w: np.ndarray) -> Plane:
        """Each row's place around its w*_i."""
        return around(w, self.W)

    def _overlap(self, place: Plane) -> Overlap:
        return Overlap(place.theta / (2.0 * np.pi))

    def _gradient_w(self, v: np.ndarray, place: Plane) -> np.ndarray:
        return gradient_w(v * self.v, place)

    def _coarse_w(self, v: np.ndarray, place: Plane, estimator: Estimator) -> np.ndarray:
        row = of_steps(estimator.moments_at(place.norm, place.cos, place.sin))
        # what goes back to filter i is v_i e_i: row i alone
        back = v[..., None] * np.eye(self.m)
        return over_gaussian_rows(back, v[..., None, :], self.v, place, row)

    @_checks.in_doubles
    def minimizers(self) -> list[OwnMinimizer]:
        """All local minimizers with every filter on the axis of its w*_i, the global one first.

        With S the set of the turned filters, theta_i = pi, and ``t = 2 s_S/(m + 1)``, s_S the sum
        of v*_i over S: ``v_i = v*_i + t`` off S and ``-v*_i + t`` on S, the loss is
        ``s_S^2/(2 (m + 1))``, and it is a local minimizer if v_i v*_i > 0 off S and < 0 on S. The
        loss does not see the filter of a unit with v*_i = 0, which is named as not turned.

        Raises
        ------
        ValueError
            If there are more than 16 units, whose 65,536 sets are gone through.

        Examples
        --------
        >>> [m.turned.tolist() for m in OwnFilters([1.0, 0.0, 3.0], np.eye(3)).minimizers()]
        [[False, False, False], [False, False, True], [True, False, False]]
        """
        _checks.number("teacher.v", self.m, "at most 16 units", self.m <= 16)
        signs = np.array(list(product((1.0, -1.0), repeat=self.m)))
        turned = signs < 0.0
        total = turned @ self.v
        shift = 2.0 * total / (self.m + 1)
        v = signs * self.v + shift[:, None]
        felt = self.v != 0.0
        least = np.where(felt, np.sign(v) * np.sign(self.v) == signs, ~turned).all(axis=-1)
        loss = np.square(total) / (2.0 * (self.m + 1))
        return [
            OwnMinimizer(v[k], turned[k], float(shift[k]), float(loss[k]))
            for k in np.flatnonzero(least)
        ]


class OwnMinimizer(NamedTuple):
    """v, which filters are turned, the shift t, and the loss.

    What any proxy leaves over there is ``E[g_i] = v_i t A_- u_i``.
    """

    v: np.ndarray
    turned: np.ndarray
    shift: float
    loss: float


@dataclass(frozen=True, eq=False)
class OneFilter(World):
    """A student with one filter for all rows against the teacher of `OwnFilters`.

    ``f(v, w)`` is that of own filters with each row equal to w; its gradients are the sums over the
    rows.

    Parameters
    ----------
    own : OwnFilters

    Raises
    ------
    ValueError
        If `own` is not an OwnFilters.

    Notes
    -----
    Our own result.

    Examples
    --------
    >>> world = OneFilter(OwnFilters([1.0, 2.0], [[1.0, 0.0], [0.0, 3.0]]))
    >>> world.gradient([1.0, 2.0], [1.0, 1.0])[1] * np.pi
    array([ 0.75, -0.75])
    """

    own: OwnFilters

    def __post_init__(self) -> None:
        _checks.instance("own", self.own, OwnFilters)

    @property
    def v_star(self) -> np.ndarray:
        """v*, shape (m,)."""
        return self.own.v

    @property
    def shape(self) -> tuple[int, ...]:
        """Shape of w, (n,)."""
        return self.own.W.shape[1:]

    def _labels(self, Z: np.ndarray, rng: np.random.Generator) -> np.ndarray:
        return self.own._labels(Z, rng)

    def _place(self, w: np.ndarray) -> Plane:
        return self.own._place(np.repeat(w[..., None, :], self.own.m, axis=-2))

    def _overlap(self, place: Plane) -> Overlap:
        return self.own._overlap(place)

    def _gradient_w(self, v: np.ndarray, place: Plane) -> np.ndarray:
        return np.sum(self.own._gradient_w(v, place), axis=-2)

    def _coarse_w(self, v: np.ndarray, place: Plane, estimator: Estimator) -> np.ndarray:
        return np.sum(self.own._coarse_w(v, place, estimator), axis=-2)
