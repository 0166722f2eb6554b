"""The expected coarse gradient and how it correlates with the true one."""

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from ste import _accurate, _checks
from ste.estimators import Estimator
from ste.landscape import gradient_v
from ste.model import Teacher, check_student
from ste.moments import Moments
from ste.plane import Plane, plane


def radial_part(v: np.ndarray, d: np.ndarray, moments: Moments, teacher: Teacher) -> np.ndarray:
    """Coefficient of u in the expected coarse gradient, for d = v.v*.

    ``|v|^2 A+ + (s_v^2 - |v|^2) alpha/2 - d B_x - (s_v s - d) alpha/2``.
    """
    square = np.sum(np.square(v), axis=-1)
    total = np.sum(v, axis=-1)
    half_alpha = 0.5 * moments.alpha
    own_row = square * moments.a_plus - d * moments.b_x
    other_rows = (np.square(total) - square) - (total * teacher.s - d)
    return own_row + other_rows * half_alpha


def expected_at(v: np.ndarray, at: Plane, teacher: Teacher, estimator: Estimator) -> np.ndarray:
    """E[g] in w for checked v at a place of the plane."""
    moments = estimator.moments_at(at.norm, at.theta)
    d = v @ teacher.v
    radial = radial_part(v, d, moments, teacher)
    return radial[..., None] * at.unit - (d * moments.b_y_over_sin)[..., None] * at.tangent


def expected_coarse_gradient(
    v: ArrayLike, w: ArrayLike, teacher: Teacher, estimator: Estimator
) -> tuple[np.ndarray, np.ndarray]:
    """Expected coarse gradient over Gaussian inputs: E[dl/dv] and E[g].

    ``E[g] = [|v|^2 A+ + (s_v^2 - |v|^2) alpha/2 - d B_x - (s_v s - d) alpha/2] u - d B_y e`` with
    the moments A+, alpha, B_x, B_y of the proxy at |w| and theta (see `ste.moments`), d = v.v*.

    Parameters
    ----------
    v : array_like, shape (..., m)
    w : array_like, shape (..., n)
        Not zero.
    teacher : Teacher
    estimator : Estimator
        Closed forms serve identity, ReLU, clipped ReLU and mixtures of them; quadrature serves any
        other.

    Returns
    -------
    grad_v : ndarray, shape (..., m)
        E[dl/dv], equal to df/dv.
    grad_w : ndarray, shape (..., n)
        E[g].

    Raises
    ------
    ValueError
        If a shape does not fit, an entry is not finite, w = 0 or the quadrature does not settle.

    Notes
    -----
    Source: the paper, Lemma 4 (ReLU), Lemma 7 (clipped ReLU, there with two integrals left) and
    Lemmas 8 to 10 (identity). The formula for any proxy and the closed form of clipped ReLU are
    our own results.

    Examples
    --------
    >>> from ste import IDENTITY, RELU
    >>> teacher = Teacher(v=[1.0, 2.0], w=[1.0, 0.0])
    >>> expected_coarse_gradient([2.0, 1.0], [0.0, 3.0], teacher, IDENTITY)[1] * np.sqrt(2 * np.pi)
    array([-4.,  5.])
    >>> expected_coarse_gradient([2.0, 1.0], [0.0, 3.0], teacher, RELU)[1] * np.sqrt(2 * np.pi)
    array([-2. ,  2.5])
    """
    _checks.instance("teacher", teacher, Teacher)
    _checks.instance("estimator", estimator, Estimator)
    v, w = check_student(v, w, teacher, direction=True)
    at = plane(w, teacher)
    wide, theta = np.broadcast_arrays(v, at.theta[..., None])
    return gradient_v(wide, theta[..., 0], teacher), expected_at(v, at, teacher, estimator)


class Correlation(NamedTuple):
    """Inner product, cosine and angle (radians) between E[g] and df/dw."""

    inner: np.ndarray
    cosine: np.ndarray
    angle: np.ndarray


def correlation(v: ArrayLike, w: ArrayLike, teacher: Teacher, estimator: Estimator) -> Correlation:
    """How the expected coarse gradient E[g] lies to the population gradient df/dw.

    ``<E[g], df/dw> = d^2 B_y / (2 pi |w|)``, ``cosine = |d| B_y / |E[g]|``, and the angle is the
    arctangent of radial part over tangential part, so that it keeps its digits when small.

    Parameters
    ----------
    v : array_like, shape (..., m)
    w : array_like, shape (..., n)
        Not zero.
    teacher : Teacher
    estimator : Estimator

    Returns
    -------
    Correlation
        A named tuple (inner, cosine, angle), each of shape (...). Cosine and angle are NaN where
        one of the two vectors is zero, as at theta = 0 or pi and where v.v* = 0.

    Raises
    ------
    ValueError
        As `expected_coarse_gradient`.

    Notes
    -----
    Source: the paper, Lemma 5 (ReLU), Lemma 7 (clipped ReLU) and Lemmas 8 to 10 (identity). The
    formula for any proxy is our own result.

    Examples
    --------
    >>> from ste import IDENTITY, RELU
    >>> teacher = Teacher(v=[1.0, 2.0], w=[1.0, 0.0])
    >>> point = [2.0, 1.0], [0.0, 3.0]
    >>> identity, relu = (correlation(*point, teacher, mu) for mu in (IDENTITY, RELU))
    >>> round(float(identity.inner / relu.inner), 12)
    2.0
    """
    _checks.instance("teacher", teacher, Teacher)
    _checks.instance("estimator", estimator, Estimator)
    v, w = check_student(v, w, teacher, direction=True)
    at = plane(w, teacher)
    moments = estimator.moments_at(at.norm, at.theta)
    d = _accurate.dot(v, teacher.v)
    radial = radial_part(v, d, moments, teacher)
    along = np.abs(d) * moments.b_y_over_sin * at.sin
    inner = np.abs(d) * along / (2.0 * np.pi * at.norm)
    length = np.hypot(along, radial)
    defined = (d != 0.0) & (at.sin > 0.0) & (length > 0.0)
    cosine = np.where(defined, along / np.where(defined, length, 1.0), np.nan)
    angle = np.where(defined, np.arctan2(np.abs(radial), along), np.nan)
    return Correlation(inner, cosine, angle)


def gradient_bound(
    v: ArrayLike, w: ArrayLike, teacher: Teacher, estimator: Estimator
) -> np.ndarray:
    """Bound on |E[g]|^2 by what the loss feels, for one-sided proxies that do not increase.

    ``8 alpha^2 |v|^2 |df/dv|^2 + 6 pi |w| B_y <E[g], df/dw>``, which is not less than |E[g]|^2
    wherever mu'(x) = 0 for x < 0 and mu' is non-negative and does not increase on x > 0.

    Parameters
    ----------
    v : array_like, shape (..., m)
    w : array_like, shape (..., n)
        Not zero.
    teacher : Teacher
    estimator : Estimator
        For a proxy of another kind the value is returned all the same; it is then no bound.

    Returns
    -------
    ndarray, shape (...)

    Raises
    ------
    ValueError
        As `expected_coarse_gradient`.

    Notes
    -----
    Our own result, with its constants. The paper's Lemmas 5 (ReLU) and 7 (clipped ReLU) state a
    bound of this kind with a constant that is not given.

    Examples
    --------
    >>> from ste import IDENTITY, RELU
    >>> teacher = Teacher(v=[1.0, 2.0], w=[1.0, 0.0])
    >>> point = [2.0, 1.0], [-3.0, 0.1], teacher
    >>> def ratio(estimator):
    ...     length = np.linalg.norm(expected_coarse_gradient(*point, estimator)[1])
    ...     return float(length**2 / gradient_bound(*point, estimator))
    >>> ratio(RELU) < 1 < ratio(IDENTITY)
    True
    """
    grad_v = expected_coarse_gradient(v, w, teacher, estimator)[0]
    v, w = check_student(v, w, teacher, direction=True)
    at = plane(w, teacher)
    moments = estimator.moments_at(at.norm, at.theta)
    felt = np.square(moments.alpha) * np.sum(np.square(v), axis=-1)
    felt = felt * np.sum(np.square(grad_v), axis=-1)
    d_b_y = _accurate.dot(v, teacher.v) * moments.b_y_over_sin * at.sin
    # |w| <E[g], df/dw> = d^2 B_y / (2 pi), so that |w| cancels
    return 8.0 * felt + 3.0 * np.square(d_b_y)
