"""A filter for each hidden unit: y = v_1 sigma(Z_1 . w_1) + ... + v_m sigma(Z_m . w_m).

Filters W have shape (..., m, n), those of the teacher (m, n). Gaussian rows. A shared student
against a teacher with a filter for each row is the same with all rows of W equal, and its gradients
are the sums over the rows.
"""

from dataclasses import dataclass
from itertools import product
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from ste import _checks
from ste.estimators import Estimator

_PARALLEL = 4.0 * np.finfo(float).eps


class _Places(NamedTuple):
    """Each row's |w_i|, u_i, angle to w*_i, and sin(theta_i) e_i."""

    norm: np.ndarray
    unit: np.ndarray
    theta: np.ndarray
    tangent: np.ndarray
    sin: np.ndarray


@dataclass(frozen=True, eq=False)
class UnsharedTeacher:
    """The teacher y* = sum_i v*_i sigma(Z_i . w*_i), and the population quantities beside it.

    Parameters
    ----------
    v : array_like, shape (m,)
    W : array_like, shape (m, n)
        A filter for each row, none zero; stored with unit lengths.

    Raises
    ------
    ValueError
        If the shapes do not fit, an entry is not finite or a filter is zero.

    Notes
    -----
    Our own results; with all filters equal, those of the paper.

    Examples
    --------
    >>> teacher = UnsharedTeacher([1.0, 2.0], [[1.0, 0.0], [0.0, 3.0]])
    >>> float(teacher.loss([1.0, 2.0], [[5.0, 0.0], [0.0, 1.0]]))
    0.0
    """

    v: np.ndarray
    W: np.ndarray

    def __post_init__(self) -> None:
        v = _checks.finite_array("teacher.v", self.v)
        W = _checks.finite_array("teacher.W", self.W)
        if v.ndim != 1 or W.ndim != 2 or len(W) != v.size:
            raise ValueError(f"teacher.W: expected shape ({v.size}, n), got {W.shape}")
        if not np.all(np.any(W != 0.0, axis=-1)):
            raise ValueError("teacher.W: expected non-zero filters, got a zero one")
        W = W / np.linalg.norm(W, axis=-1, keepdims=True)
        for name, value in (("v", v), ("W", W)):
            value.setflags(write=False)
            object.__setattr__(self, name, value)

    @property
    def m(self) -> int:
        """Number of hidden units."""
        return self.v.size

    def _places(self, W: ArrayLike) -> _Places:
        W = _checks.inputs("W", W, *self.W.shape)
        norm = np.linalg.norm(W, axis=-1)
        if np.any(norm == 0.0):
            raise ValueError("W: expected non-zero filters, got a zero one")
        unit = W / norm[..., None]
        apart = np.linalg.norm(unit - self.W, axis=-1)
        along = np.linalg.norm(unit + self.W, axis=-1)
        theta, sin = 2.0 * np.arctan2(apart, along), 0.5 * apart * along
        cos = np.sum(unit * self.W, axis=-1)
        parallel = sin <= _PARALLEL
        theta = np.where(parallel, np.where(cos > 0.0, 0.0, np.pi), theta)
        tangent = np.where(parallel[..., None], 0.0, self.W - cos[..., None] * unit)
        return _Places(norm, unit, theta, tangent, np.where(parallel, 0.0, sin))

    def loss(self, v: ArrayLike, W: ArrayLike) -> np.ndarray:
        """``f = (1/8) [|v - v*|^2 + (s_v - s)^2] + sum_i theta_i v_i v*_i/(2 pi)``."""
        v = _checks.vectors("v", v, self.m)
        apart = v - self.v
        turned = np.sum(self._places(W).theta * v * self.v, axis=-1) / (2.0 * np.pi)
        return 0.125 * (np.sum(apart**2, axis=-1) + np.sum(apart, axis=-1) ** 2) + turned

    def _gradient_v(self, v: np.ndarray, theta: np.ndarray) -> np.ndarray:
        apart = v - self.v
        return 0.25 * (apart + 2.0 / np.pi * theta * self.v + np.sum(apart, -1)[..., None])

    def gradient(self, v: ArrayLike, W: ArrayLike) -> tuple[np.ndarray, np.ndarray]:
        """df/dv and df/dw_i = -(v_i v*_i/(2 pi |w_i|)) e_i, shape (..., m, n)."""
        v, at = _checks.vectors("v", v, self.m), self._places(W)
        e = at.tangent / np.where(at.sin > 0.0, at.sin, 1.0)[..., None]
        return self._gradient_v(v, at.theta), -(v * self.v / (2 * np.pi * at.norm))[..., None] * e

    def coarse_gradient(
        self, v: ArrayLike, W: ArrayLike, estimator: Estimator
    ) -> tuple[np.ndarray, np.ndarray]:
        """E[dl/dv] and ``E[g_i] = v_i [v_i A+ + (s_v - v_i) alpha/2 - v*_i B_x - (s - v*_i)
        alpha/2] u_i - v_i v*_i B_y e_i``, shape (..., m, n), each row with its own moments.
        """
        v, at = _checks.vectors("v", v, self.m), self._places(W)
        _checks.instance("estimator", estimator, Estimator)
        moments = estimator.moments_at(at.norm, at.theta)
        half = 0.5 * moments.alpha
        others = np.sum(v, axis=-1)[..., None] - v - np.sum(self.v) + self.v
        radial = v * (v * moments.a_plus + others * half - self.v * moments.b_x)
        across = v * self.v * moments.b_y_over_sin
        grad = radial[..., None] * at.unit - across[..., None] * at.tangent
        return self._gradient_v(v, at.theta), grad

    def minimizers(self) -> list["UnsharedMinimizer"]:
        """All local minimizers with every filter on the axis of its w*_i, the global one first.

        With S the set of the turned filters, theta_i = pi, and ``t = 2 s_S/(m + 1)``, s_S the sum
        of v*_i over S: ``v_i = v*_i + t`` off S and ``-v*_i + t`` on S, the loss is
        ``s_S^2/(2 (m + 1))``, and it is a local minimizer if v_i v*_i > 0 off S and < 0 on S.
        """
        found = []
        for signs in product((1.0, -1.0), repeat=self.m):
            signs = np.array(signs)
            turned = float(self.v[signs < 0.0].sum())
            shift = 2.0 * turned / (self.m + 1)
            v = signs * self.v + shift
            if np.all(v * self.v * signs > 0.0):
                loss = turned**2 / (2.0 * (self.m + 1))
                found.append(UnsharedMinimizer(v, signs < 0.0, shift, loss))
        return found


class UnsharedMinimizer(NamedTuple):
    """v, which filters are turned, the shift t, and the loss.

    What any proxy leaves over there is ``E[g_i] = v_i t A_- u_i``.
    """

    v: np.ndarray
    turned: np.ndarray
    shift: float
    loss: float
