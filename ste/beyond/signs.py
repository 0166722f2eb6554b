"""The same network with a sign in place of the step: every unit is -1 or 1, none is ever off.

Student: y = v . sgn(Z w), with sgn(x) = 1 if x > 0 else -1. Teacher: y* = v* . sgn(Z w*). Sample
loss, Gaussian input and coarse gradient are as in `ste.model`, with sgn where sigma stood.
"""

import numpy as np
from numpy.typing import ArrayLike

from ste import _checks
from ste.estimators import Estimator
from ste.gradients import RowMoments, over_gaussian_rows
from ste.model import Teacher, back, check_student, forward
from ste.plane import plane


def sign(x: ArrayLike) -> np.ndarray:
    """1 where x > 0, else -1 (so sgn(0) = -1, twice the step minus one).

    Examples
    --------
    >>> sign([-1.0, 0.0, 2.0])
    array([-1., -1.,  1.])
    """
    return np.where(np.asarray(x) > 0.0, 1.0, -1.0)


def sign_loss(v: ArrayLike, w: ArrayLike, teacher: Teacher) -> np.ndarray:
    """Expected loss over Gaussian inputs, ``f = (1/2) (|v - v*|^2 + (4 theta/pi) v.v*)``.

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
        If a shape does not fit the teacher, an entry is not finite, or w = 0.

    Notes
    -----
    Our own result: signs have mean 0 and E[sgn(a) sgn(b)] = c = 1 - 2 theta/pi, so that
    ``f = (1/2) (|v|^2 - 2 c v.v* + |v*|^2)``.

    Examples
    --------
    >>> teacher = Teacher(v=[1.0, 1.0], w=[1.0, 0.0])
    >>> sign_loss([-1.0, -1.0], [-2.0, 0.0], teacher)  # both signs turned: the same network
    np.float64(0.0)
    """
    _checks.instance("teacher", teacher, Teacher)
    v, w = check_student(v, w, teacher, direction=True)
    turned = 4.0 / np.pi * plane(w, teacher).theta * (v @ teacher.v)
    return 0.5 * (np.sum(np.square(v - teacher.v), axis=-1) + turned)


def sign_gradient(v: ArrayLike, w: ArrayLike, teacher: Teacher) -> tuple[np.ndarray, np.ndarray]:
    """True gradient: ``df/dv = v - c v*`` and ``df/dw = -(2 v.v* / (pi |w|)) e``.

    Parameters
    ----------
    v : array_like, shape (..., m)
    w : array_like, shape (..., n)
        Not zero.
    teacher : Teacher

    Returns
    -------
    grad_v : ndarray, shape (..., m)
    grad_w : ndarray, shape (..., n)
        0 at theta = 0 and pi, where f has kinks.

    Raises
    ------
    ValueError
        As `sign_loss`.

    Notes
    -----
    Our own result.

    Examples
    --------
    >>> sign_gradient([1.0], [0.0, 1.0], Teacher(v=[1.0], w=[1.0, 0.0]))[1] * np.pi + 0.0
    array([-2.,  0.])
    """
    _checks.instance("teacher", teacher, Teacher)
    v, w = check_student(v, w, teacher, direction=True)
    at = plane(w, teacher)
    c = 1.0 - 2.0 / np.pi * at.theta
    across = at.tangent / np.where(at.sin > 0.0, at.sin, 1.0)[..., None]
    slope = -2.0 * (v @ teacher.v) / (np.pi * at.norm)
    return v - c[..., None] * teacher.v, slope[..., None] * across


def sign_coarse_gradient(
    v: ArrayLike, w: ArrayLike, Z: ArrayLike, teacher: Teacher, estimator: Estimator
) -> np.ndarray:
    """Coarse gradient in w of each sample, ``g = Z^T (mu'(Zw) * v) (y - y*)``.

    Parameters
    ----------
    v : array_like, shape (..., m)
    w : array_like, shape (..., n)
    Z : array_like, shape (..., m, n)
    teacher : Teacher
    estimator : Estimator

    Returns
    -------
    ndarray, shape (..., n)

    Raises
    ------
    ValueError
        If a shape does not fit or an entry is not finite.

    Examples
    --------
    >>> from ste import IDENTITY
    >>> teacher = Teacher(v=[1.0], w=[1.0, 0.0])
    >>> sign_coarse_gradient([1.0], [0.0, 1.0], [[1.0, -3.0]], teacher, IDENTITY)
    array([-2.,  6.])
    """
    _checks.instance("estimator", estimator, Estimator)
    sample = forward(v, w, Z, teacher, sign)
    residual = sample.residual(sign(sample.pre))[..., None]
    return back(estimator.evaluate(sample.pre) * sample.v * residual, sample.Z)


def expected_sign_gradient(
    v: ArrayLike, w: ArrayLike, teacher: Teacher, estimator: Estimator
) -> np.ndarray:
    """Expected coarse gradient in w over Gaussian inputs, for any proxy.

    ``E[g] = [|v|^2 (A+ + A-) - d (2 B_x - alpha)] u - 2 d B_y e`` with the moments of
    `ste.moments` and d = v.v*.

    Parameters
    ----------
    v : array_like, shape (..., m)
    w : array_like, shape (..., n)
        Not zero.
    teacher : Teacher
    estimator : Estimator

    Returns
    -------
    ndarray, shape (..., n)

    Raises
    ------
    ValueError
        As `sign_loss`, or if the quadrature does not settle.

    Notes
    -----
    Our own result. There is no s in it: what the other rows do averages to 0.

    Examples
    --------
    >>> from ste import IDENTITY
    >>> teacher = Teacher(v=[1.0, 2.0], w=[1.0, 0.0])
    >>> expected_sign_gradient([-1.0, -2.0], [-3.0, 0.0], teacher, IDENTITY) + 0.0
    array([0., 0.])
    """
    _checks.instance("teacher", teacher, Teacher)
    _checks.instance("estimator", estimator, Estimator)
    v, w = check_student(v, w, teacher, direction=True)
    at = plane(w, teacher)
    moments = estimator.moments_at(at.norm, at.theta)
    row = RowMoments(
        moments.a_plus + moments.a_minus,
        2.0 * moments.b_x - moments.alpha,
        2.0 * moments.b_y_over_sin,
        moments.alpha,
        mean=0.0,
        star_mean=0.0,
    )
    return over_gaussian_rows(v, v, teacher.v, at, row)
