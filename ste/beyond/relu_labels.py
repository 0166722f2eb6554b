"""Labels that the student cannot match: a ReLU in the teacher.

Teacher y* = v* . max(Z w*, 0) with |w*| = 1, student y = v . sigma(Z w) with the step sigma,
Gaussian rows. (Teachers with a bias, or with more stairs, are in `ste.beyond.staircase`; teachers
with a filter for each row in `ste.beyond.own_filters`.)
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from ste import _checks
from ste._normal import K, normal_cdf, normal_pdf
from ste._quadrature import integrate, line, split
from ste.beyond.paper import Paper, Slopes
from ste.beyond.setting import Overlap
from ste.estimators import Estimator
from ste.gradients import RowMoments
from ste.plane import Plane

_TINY = 1e-150


class ReluLabelMoments(NamedTuple):
    """``b_x`` = E[X mu' max(X*, 0)], ``b_y_over_sin`` = E[mu' Phi(X cot theta)], mu' at rho X."""

    b_x: np.ndarray
    b_y_over_sin: np.ndarray


@_checks.in_doubles
def relu_label_moments(estimator: Estimator, rho: ArrayLike, theta: ArrayLike) -> ReluLabelMoments:
    """The two moments of a proxy that a teacher with a ReLU sees.

    ``B_x = E[X mu' (X cos Phi(X cot) + sin phi(X cot))]`` and ``B_y = E[Y mu' max(X*, 0)] =
    sin(theta) E[mu' Phi(X cot theta)]``, with mu' at rho X.

    Parameters
    ----------
    estimator : Estimator
    rho, theta : array_like, shape (...)

    Returns
    -------
    ReluLabelMoments

    Raises
    ------
    ValueError
        If rho or theta is out of range.

    Notes
    -----
    Our own result; by quadrature, to 1e-13 of the integral of the absolute value. For an even mu'
    and a large rho the two sides of 0 cancel in B_x, which is then that small beside A+.

    Examples
    --------
    >>> from ste import IDENTITY
    >>> b_x, b_y = relu_label_moments(IDENTITY, 1.0, np.pi / 3)
    >>> round(float(b_x), 12), round(float(b_y), 12)
    (0.25, 0.5)
    """
    _checks.instance("estimator", estimator, Estimator)
    rho, theta = _checks.positives("rho", rho), _checks.angles("theta", theta)
    _checks.broadcastable(rho=rho.shape, theta=theta.shape)
    rho, theta = np.broadcast_arrays(rho, theta)
    shape = rho.shape
    rho, sin, cos = (np.ravel(part)[:, None] for part in (rho, np.sin(theta), np.cos(theta)))
    sin = np.maximum(sin, _TINY)

    def across(x: np.ndarray, i: np.ndarray) -> np.ndarray:
        tilt = x * (cos / sin)[i, 0]
        return estimator.evaluate_at(rho[i, 0] * x) * normal_cdf(tilt) * normal_pdf(x)

    def along(x: np.ndarray, i: np.ndarray) -> np.ndarray:
        tilt = x * (cos / sin)[i, 0]
        seen = x * cos[i, 0] * normal_cdf(tilt) + sin[i, 0] * normal_pdf(tilt)
        return x * estimator.evaluate_at(rho[i, 0] * x) * seen * normal_pdf(x)

    with np.errstate(over="ignore"):
        # next to theta = 0 or pi what the teacher says turns about as steeply as the tangent
        panels = line(np.maximum(rho, np.abs(cos) / sin))
        edges = split(panels, np.array(estimator.breakpoints) / rho)
    b_x, b_y_over_sin = (integrate(part, edges).reshape(shape) for part in (along, across))
    return ReluLabelMoments(b_x, b_y_over_sin)


@dataclass(frozen=True, eq=False)
class ReluLabels(Paper):
    """The paper's student, and a teacher with a ReLU in the place of the step.

    ``f = (1/8)(|v|^2 + s_v^2) - (k/2)(d cos(theta) + s_v s) + (1/2)[N (1/2 - k^2) + s^2 k^2]``,
    ``df/dv = (1/4)(v + s_v 1) - (k/2)(cos(theta) v* + s 1)``, ``df/dw = -(k d sin(theta)/(2 rho))
    e`` without a kink, and with B_x, B_y of `relu_label_moments`
    ``E[g] = [|v|^2 A+ + (s_v^2 - |v|^2) A/2 - d B_x - (s_v s - d) A k] u - d B_y e``.

    Parameters
    ----------
    teacher : Teacher

    Notes
    -----
    Our own result.

    Examples
    --------
    >>> from ste import Teacher
    >>> world = ReluLabels(Teacher(v=[1.0, 1.0], w=[1.0, 0.0]))
    >>> best = world.best_v([1.0, 0.0])
    >>> np.allclose(best, 2.0 * K)
    True
    >>> round(float(world.loss(best, [1.0, 0.0])), 6), round(world.least_loss, 6)
    (0.18169, 0.18169)
    """

    @property
    def least_loss(self) -> float:
        """``(N/4)(1 - 2/pi)``, at theta = 0 and v = 2 k v*."""
        return self.teacher.N / 4.0 * (1.0 - 2.0 / math.pi)

    def _labels(self, Z: np.ndarray, rng: np.random.Generator) -> np.ndarray:
        return np.maximum(Z @ self.teacher.w, 0.0) @ self.teacher.v

    def _overlap(self, place: Plane) -> Overlap:
        gap = 0.25 - 0.5 * K * place.cos[..., None]
        return Overlap(gap, star_mean=K, star_variance=0.5 - K**2)

    def _slopes(self, place: Plane) -> Slopes:
        return Slopes(0.5 * K * place.sin)

    def _moments(self, place: Plane, estimator: Estimator) -> RowMoments:
        steps = estimator.moments_at(place.norm, place.cos, place.sin)
        b_x, b_y = relu_label_moments(estimator, place.norm, place.theta)
        return RowMoments(steps.a_plus, b_x, b_y, steps.alpha, star_mean=K)
