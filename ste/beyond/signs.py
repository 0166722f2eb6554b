"""The same network with a sign in place of the step: every unit is -1 or 1, none is ever off.

Student: y = v . sgn(Z w), with sgn(x) = 1 if x > 0 else -1. Teacher: y* = v* . sgn(Z w*).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from ste import _checks
from ste.beyond.paper import Paper, Slopes
from ste.beyond.setting import Overlap
from ste.estimators import Estimator
from ste.gradients import RowMoments
from ste.plane import Plane


def sign(x: ArrayLike) -> np.ndarray:
    """1 where x > 0, else -1 (so sgn(0) = -1, twice the step minus one).

    Examples
    --------
    >>> sign([-1.0, 0.0, 2.0])
    array([-1., -1.,  1.])
    """
    return np.where(_checks.finite_array("x", x) > 0.0, 1.0, -1.0)


@dataclass(frozen=True, eq=False)
class Signs(Paper):
    """The paper's world with signs for steps, in student and teacher.

    ``f = (1/2) (|v - v*|^2 + (4 theta/pi) v.v*)``, ``df/dv = v - c v*`` with c = 1 - 2 theta/pi,
    ``df/dw = -(2 v.v* / (pi |w|)) e``, and with the moments of `ste.moments` and d = v.v*
    ``E[g] = [|v|^2 (A+ + A-) - d (2 B_x - A)] u - 2 d B_y e``.

    Parameters
    ----------
    teacher : Teacher

    Notes
    -----
    Our own result: signs have mean 0 and E[sgn(a) sgn(b)] = c. There is no s in E[g]: what the
    other rows do averages to 0.

    Examples
    --------
    >>> from ste import IDENTITY, Teacher
    >>> world = Signs(Teacher(v=[1.0, 1.0], w=[1.0, 0.0]))
    >>> float(world.loss([-1.0, -1.0], [-2.0, 0.0]))  # both signs turned: the same network
    0.0
    >>> world.gradient([1.0, 0.0], [0.0, 1.0])[1] * np.pi + 0.0
    array([-2.,  0.])
    >>> world.coarse_gradient([-1.0, -1.0], [-3.0, 0.0], IDENTITY)[1] + 0.0
    array([0., 0.])
    """

    def _bits(self, pre: np.ndarray, rng: np.random.Generator) -> np.ndarray:
        return sign(pre)

    def _labels(self, Z: np.ndarray, rng: np.random.Generator) -> np.ndarray:
        return sign(Z @ self.teacher.w) @ self.teacher.v

    def _overlap(self, place: Plane) -> Overlap:
        gap = 2.0 / np.pi * place.theta[..., None]
        return Overlap(gap, mean=0.0, variance=1.0, star_mean=0.0, star_variance=1.0)

    def _slopes(self, place: Plane) -> Slopes:
        return Slopes(2.0 / np.pi)

    def _moments(self, place: Plane, estimator: Estimator) -> RowMoments:
        moments = estimator.moments_at(place.norm, place.cos, place.sin)
        return RowMoments(
            moments.a_plus + moments.a_minus,
            2.0 * moments.b_x - moments.alpha,
            2.0 * moments.b_y_over_sin,
            moments.alpha,
            mean=0.0,
            star_mean=0.0,
        )
