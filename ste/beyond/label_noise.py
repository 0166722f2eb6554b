"""Noise on the labels: it moves no gradient in the mean and adds to the variance of a sample's."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from ste import _checks
from ste._normal import normal_pdf
from ste._quadrature import integrate, line, split
from ste.beyond.paper import Paper
from ste.estimators import Estimator


class NoiseVariance(NamedTuple):
    """What label noise adds to the trace of the variance of one sample's gradient, shape (...)."""

    v: np.ndarray
    w: np.ndarray


@dataclass(frozen=True, eq=False)
class LabelNoise(Paper):
    """The paper's world with noise of mean 0 added to each label.

    The loss rises by ``noise^2/2``; both gradients, true and coarse, stay as they are.

    Parameters
    ----------
    teacher : Teacher
    noise : float
        Standard deviation, > 0. `sample` draws it normal.

    Raises
    ------
    ValueError
        If `teacher` is not a Teacher or the noise not > 0.

    Notes
    -----
    Our own result.

    Examples
    --------
    >>> from ste import Teacher
    >>> teacher = Teacher([1.0, -1.0], [1.0, 0.0])
    >>> round(float(LabelNoise(teacher, 0.2).loss(teacher.v, teacher.w)), 12)
    0.02
    """

    noise: float

    def __post_init__(self) -> None:
        super().__post_init__()
        object.__setattr__(self, "noise", _checks.positive("noise", self.noise))

    def _labels(self, Z: np.ndarray, rng: np.random.Generator) -> np.ndarray:
        labels = super()._labels(Z, rng)
        return labels + self.noise * rng.standard_normal(labels.shape)

    @_checks.in_doubles
    def loss(self, v: ArrayLike, w: ArrayLike) -> np.ndarray:
        """That of the paper, and ``noise^2/2``."""
        return super().loss(v, w) + 0.5 * self.noise**2

    @_checks.in_doubles
    def added_variance(self, v: ArrayLike, w: ArrayLike, estimator: Estimator) -> NoiseVariance:
        """``noise^2 m/2`` for v, ``noise^2 (|v|^2 (E[X^2 mu'^2] + (n - 1) E[mu'^2]) + (s_v^2 -
        |v|^2) A^2)`` for w, mu' at rho X and A = E[X mu'].

        Parameters
        ----------
        v : array_like, shape (..., m)
        w : array_like, shape (..., n)
        estimator : Estimator

        Returns
        -------
        NoiseVariance

        Raises
        ------
        ValueError
            If a shape does not fit, an entry is not finite or w = 0.

        Notes
        -----
        Our own result, for Gaussian rows.

        Examples
        --------
        >>> from ste import IDENTITY, Teacher
        >>> world = LabelNoise(Teacher([1.0, 1.0], [1.0, 0.0, 0.0, 0.0, 0.0]), 1.0)
        >>> round(float(world.added_variance([1.0, -1.0], world.teacher.w, IDENTITY).w), 9)
        10.0
        """
        _checks.instance("estimator", estimator, Estimator)
        v, w = self._checked(v, w)
        rho = self._place(w).norm
        flat = rho.reshape(-1, 1)

        def squares(x: np.ndarray, i: np.ndarray) -> np.ndarray:
            g = estimator.evaluate_at(flat[i, 0] * x)
            return (np.square(x) + self.teacher.n - 1.0) * np.square(g) * normal_pdf(x)

        with np.errstate(over="ignore"):
            jumps = np.array(estimator.breakpoints) / flat
        size = integrate(squares, split(line(flat), jumps)).reshape(rho.shape)
        alpha = estimator.moments_at(rho, np.zeros_like(rho), np.ones_like(rho)).alpha
        square, total = np.sum(np.square(v), axis=-1), np.sum(v, axis=-1)
        along_w = square * size + (np.square(total) - square) * np.square(alpha)
        in_v = np.full(along_w.shape, 0.5 * self.noise**2 * self.teacher.m)
        return NoiseVariance(in_v, self.noise**2 * along_w)
