"""Correlated Gaussian rows: the same plane, seen in the metric of the covariance.

With rows N(0, Sigma) and Z = X Sigma^(1/2), X standard, everything is as before at the whitened
filters Sigma^(1/2) w and Sigma^(1/2) w*. But a gradient in w is Sigma^(1/2) times the whitened one,
so that a step in w moves the whitened filter along Sigma times its gradient: the part along u,
which the loss does not feel, comes back with a part perpendicular to u.
"""

import math
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import ArrayLike

from ste import _checks
from ste._bisection import last
from ste.beyond.paper import Paper
from ste.estimators import Estimator
from ste.gradients import expected_coarse_gradient
from ste.model import Teacher
from ste.plane import Plane, norm, plane

#: Up to this condition number of Sigma, ReLU's inner product at the best v is never negative.
RELU_CONDITION = (0.5 * (math.pi + math.sqrt(math.pi**2 + 4.0))) ** 2


@dataclass(frozen=True, eq=False)
class CorrelatedRows(Paper):
    """The paper's networks with rows N(0, Sigma).

    With u, e, rho and R, the part of E[g] along u, those of the whitened filters,
    ``<E[g], df/dw> = (d/(2 pi rho)) [d B_y e.Sigma e - R u.Sigma e]``, which can be < 0.

    Parameters
    ----------
    teacher : Teacher
    covariance : array_like, shape (n, n)
        Sigma, symmetric and positive definite.

    Raises
    ------
    ValueError
        If the covariance does not fit the teacher, is not symmetric or not positive definite.

    Notes
    -----
    Our own results; for Sigma = I those of the paper.

    Examples
    --------
    >>> from ste import RELU
    >>> rows = CorrelatedRows(Teacher([1.0, -0.5], [1.0, 0.0]), [[4.0, 0.0], [0.0, 1.0]])
    >>> rows.condition
    4.0
    >>> bool(rows.inner([3.0, 5.9], [1.0, 1.0], RELU) < 0)
    True
    """

    covariance: np.ndarray
    #: The symmetric root Sigma^(1/2).
    root: np.ndarray = field(init=False, repr=False)
    #: The teacher as it looks after whitening, with filter along Sigma^(1/2) w*.
    whitened: Teacher = field(init=False, repr=False)
    #: Largest eigenvalue of Sigma over the smallest.
    condition: float = field(init=False)

    def __post_init__(self) -> None:
        super().__post_init__()
        n = self.teacher.n
        sigma = _checks.finite_array("covariance", self.covariance)
        if sigma.shape != (n, n) or not np.allclose(sigma, sigma.T, rtol=1e-12, atol=0.0):
            raise ValueError(f"covariance: expected a symmetric ({n}, {n}) array, got {sigma!r}")
        values, vectors = np.linalg.eigh(sigma)
        if values[0] <= 0.0:
            raise ValueError(
                f"covariance: expected a positive definite array, got the eigenvalue {values[0]}"
            )
        root = (vectors * np.sqrt(values)) @ vectors.T
        for name, value in (("covariance", sigma), ("root", root)):
            value.setflags(write=False)
            object.__setattr__(self, name, value)
        object.__setattr__(self, "whitened", Teacher(self.teacher.v, root @ self.teacher.w))
        object.__setattr__(self, "condition", float(values[-1] / values[0]))

    @_checks.in_doubles
    def angle(self, w: ArrayLike) -> np.ndarray:
        """theta, the angle between Sigma^(1/2) w and Sigma^(1/2) w*."""
        return self._place(self._checked(self.v_star, w)[1]).theta

    def _place(self, w: np.ndarray) -> Plane:
        """Where the whitened filters are."""
        return plane(w @ self.root, self.whitened)

    def _rows(self, rng: np.random.Generator, shape: tuple[int, ...]) -> np.ndarray:
        return super()._rows(rng, shape) @ self.root

    def _gradient_w(self, v: np.ndarray, place: Plane) -> np.ndarray:
        """Sigma^(1/2) times the whitened gradient."""
        return super()._gradient_w(v, place) @ self.root

    def _coarse_w(self, v: np.ndarray, place: Plane, estimator: Estimator) -> np.ndarray:
        """Sigma^(1/2) times the whitened expected coarse gradient."""
        return super()._coarse_w(v, place, estimator) @ self.root

    @_checks.in_doubles
    def normalized_coarse_gradient(
        self, v: ArrayLike, w: ArrayLike, estimator: Estimator
    ) -> tuple[np.ndarray, np.ndarray]:
        """E[dl/dv] and ``E[g] = -(d B_y / rho) Sigma^(1/2) e`` of batch-normalized pre-activations.

        ``z.w / sqrt(w.Sigma w)`` stands in the place of z.w, and the derivative goes through the
        exact standard deviation; B_y is that of the proxy at length 1, rho = sqrt(w.Sigma w).
        """
        v, w = self._checked(v, w)
        # the length of w goes in last, so that no square leaves the doubles
        largest = np.max(np.abs(w), axis=-1, keepdims=True)
        white = w / largest @ self.root
        rho = norm(white)[..., None]
        unit = white / rho
        grad_v, coarse = expected_coarse_gradient(v, unit, self.whitened, estimator)
        across = coarse - np.sum(coarse * unit, axis=-1, keepdims=True) * unit
        return grad_v, across / rho @ self.root / largest

    @_checks.in_doubles
    def preconditioned_inner(self, v: ArrayLike, w: ArrayLike, estimator: Estimator) -> np.ndarray:
        """``<Sigma^(-1) E[g], df/dw>``, that of standard rows: >= 0 for mu' >= 0."""
        coarse = self.coarse_gradient(v, w, estimator)[1]
        true = self.gradient(v, w)[1]
        return np.sum(np.linalg.solve(self.covariance, coarse[..., None])[..., 0] * true, axis=-1)


@_checks.in_doubles
def resting_angle(condition: float, axis: float) -> float | None:
    """Where ReLU's w stops turning short of w*, at the best v: the largest such angle.

    In the plane of two eigenvectors of Sigma with eigenvalues Lambda and 1, the whitened w* at the
    angle `axis` to the first. The root in (0, axis) of ``sin(theta) e.Sigma e = (cos(theta) - c)
    (Lambda - 1) sin(phi) cos(phi)``, phi = axis - theta the angle of the whitened w to the first
    eigenvector, ``e.Sigma e = Lambda sin(phi)^2 + cos(phi)^2``, c = 1 - 2 theta/pi.

    Parameters
    ----------
    condition : float
        Lambda > 0.
    axis : float
        In radians, between 0 and pi.

    Returns
    -------
    float or None
        theta in radians; None where w turns all the way.

    Raises
    ------
    ValueError
        If an argument is out of range.

    Notes
    -----
    Our own result. There is one for some axis if and only if Lambda is above `RELU_CONDITION`.

    Examples
    --------
    >>> resting_angle(11.0, 0.3) is None, round(resting_angle(30.0, 0.18), 3)
    (True, 0.113)
    """
    condition, axis = _checks.positive("condition", condition), _checks.positive("axis", axis)
    _checks.number("axis", axis, "radians between 0 and pi", axis < math.pi)

    def turning(theta: np.ndarray) -> np.ndarray:
        """How fast w turns towards w*, up to a positive factor."""
        sin, cos = np.sin(axis - theta), np.cos(axis - theta)
        across = condition * np.square(sin) + np.square(cos)
        # cos(theta) - c, without the cancellation at small angles
        lag = 2.0 * theta / np.pi - 2.0 * np.square(np.sin(0.5 * theta))
        return np.sin(theta) * across - lag * (condition - 1.0) * sin * cos

    theta = axis * np.concatenate([np.geomspace(1e-6, 1e-2, 200), np.linspace(1e-2, 1.0, 2000)])
    away = np.flatnonzero(turning(theta) < 0.0)
    if away.size == 0:
        return None
    low, high = theta[away[-1]], theta[away[-1] + 1]
    return float(last(lambda theta: turning(theta) < 0.0, low, high))
