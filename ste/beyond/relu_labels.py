"""Labels that the student cannot match: a ReLU in the teacher.

Teacher y* = v* . max(Z w*, 0) with |w*| = 1, student y = v . sigma(Z w) with the step sigma,
Gaussian rows. (Teachers with a bias, or with more stairs, are in `ste.beyond.staircase`; teachers
with a filter for each row in `ste.beyond.own_filters`.)
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from ste import _checks
from ste._normal import K, normal_cdf, normal_pdf
from ste._quadrature import normal_nodes
from ste.estimators import Estimator
from ste.gradients import RowMoments, over_gaussian_rows
from ste.model import Teacher, check_student
from ste.plane import plane

_TINY = 1e-150


class ReluLabelMoments(NamedTuple):
    """``b_x`` = E[X g max(X*, 0)] and ``b_y_over_sin`` = E[g Phi(X cot theta)], g = mu'(rho X)."""

    b_x: np.ndarray
    b_y_over_sin: np.ndarray


def relu_label_moments(estimator: Estimator, rho: ArrayLike, theta: ArrayLike) -> ReluLabelMoments:
    """The two moments of a proxy that a teacher with a ReLU sees.

    ``B_x = E[X g (X cos Phi(X cot) + sin phi(X cot))]`` and ``B_y = E[Y g max(X*, 0)] =
    sin(theta) E[g Phi(X cot theta)]``.

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
    Our own result; by quadrature.

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
    sin, cos = np.maximum(np.sin(theta), _TINY)[..., None], np.cos(theta)[..., None]
    scale = rho[..., None]
    x, weights = normal_nodes(np.array(estimator.breakpoints) / scale)
    tilt, slope = x * cos / sin, estimator.evaluate(scale * x)
    beyond = normal_cdf(tilt)
    along = x * (x * cos * beyond + sin * normal_pdf(tilt))
    return ReluLabelMoments(
        np.sum(weights * slope * along, axis=-1), np.sum(weights * slope * beyond, axis=-1)
    )


def relu_label_loss(v: ArrayLike, w: ArrayLike, teacher: Teacher) -> np.ndarray:
    """``f = (1/8)(|v|^2 + s_v^2) - (k/2)(d cos(theta) + s_v s) + (1/2)[N (1/2 - k^2) + s^2 k^2]``.

    Parameters
    ----------
    v : array_like, shape (..., m)
    w : array_like, shape (..., n)
        Not zero.
    teacher : Teacher

    Returns
    -------
    ndarray, shape (...)

    Raises
    ------
    ValueError
        If a shape does not fit, an entry is not finite or w = 0.

    Notes
    -----
    Our own result. The least loss, at theta = 0 and v = 2 k v*, is (N/4)(1 - 2/pi).

    Examples
    --------
    >>> teacher = Teacher(v=[1.0, 1.0], w=[1.0, 0.0])
    >>> best = 2.0 * np.array([1.0, 1.0]) / np.sqrt(2 * np.pi)
    >>> round(float(relu_label_loss(best, [1.0, 0.0], teacher)), 6)
    0.18169
    """
    _checks.instance("teacher", teacher, Teacher)
    v, w = check_student(v, w, teacher, direction=True)
    d, total = v @ teacher.v, np.sum(v, axis=-1)
    own = np.sum(np.square(v), axis=-1) + total**2
    mixed = d * plane(w, teacher).cos + total * teacher.s
    level = 0.5 * (teacher.N * (0.5 - K**2) + teacher.s**2 * K**2)
    return 0.125 * own - 0.5 * K * mixed + level


def relu_label_gradient(
    v: ArrayLike, w: ArrayLike, teacher: Teacher
) -> tuple[np.ndarray, np.ndarray]:
    """``df/dv = (1/4)(v + s_v 1) - (k/2)(cos(theta) v* + s 1)``, ``df/dw = -(k d sin(theta)/(2
    rho)) e``: no kink. Parameters and errors as in `relu_label_loss`.
    """
    _checks.instance("teacher", teacher, Teacher)
    v, w = check_student(v, w, teacher, direction=True)
    at = plane(w, teacher)
    slope = 0.5 * K * (v @ teacher.v) / at.norm
    return _relu_gradient_v(v, at.cos, teacher), -slope[..., None] * at.tangent


def _relu_gradient_v(v: np.ndarray, cos: np.ndarray, teacher: Teacher) -> np.ndarray:
    own = 0.25 * (v + np.sum(v, axis=-1)[..., None])
    return own - 0.5 * K * (cos[..., None] * teacher.v + teacher.s)


def relu_label_coarse_gradient(
    v: ArrayLike, w: ArrayLike, teacher: Teacher, estimator: Estimator
) -> tuple[np.ndarray, np.ndarray]:
    """``E[g] = [|v|^2 A+ + (s_v^2 - |v|^2) alpha/2 - d B_x - (s_v s - d) alpha k] u - d B_y e``.

    With B_x, B_y of `relu_label_moments`. Parameters and errors as in `relu_label_loss`.

    Notes
    -----
    Our own result.
    """
    _checks.instance("teacher", teacher, Teacher)
    _checks.instance("estimator", estimator, Estimator)
    v, w = check_student(v, w, teacher, direction=True)
    at = plane(w, teacher)
    moments = estimator.moments_at(at.norm, at.theta)
    b_x, b_y = relu_label_moments(estimator, at.norm, at.theta)
    row = RowMoments(moments.a_plus, b_x, b_y, moments.alpha, star_mean=K)
    grad_w = over_gaussian_rows(v, v, teacher.v, at, row)
    return _relu_gradient_v(v, at.cos, teacher), grad_w
