"""The expected coarse gradient and how it correlates with the true one."""

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from ste import _accurate, _checks
from ste.estimators import Estimator
from ste.landscape import gradient_v
from ste.model import Teacher, check_student
from ste.moments import Moments
from ste.plane import Plane, norm, plane


class RowMoments(NamedTuple):
    """All that the expectation sees of one Gaussian row, with mu' at rho X and any activations.

    X = Z.u, Y = Z.e, X* = X cos(theta) + Y sin(theta); sigma is the student's activation,
    sigma_hat the teacher's. ``same`` = E[X mu' sigma(rho X)], ``b_x`` = E[X mu' sigma_hat(X*)],
    ``b_y_over_sin`` = E[Y mu' sigma_hat(X*)]/sin(theta), ``alpha`` = A = E[X mu'], ``mean`` =
    E[sigma(rho X)] and ``star_mean`` = E[sigma_hat(X*)]. With steps on both sides these are A+,
    B_x, B_y/sin(theta), A, 1/2 and 1/2.
    """

    same: np.ndarray
    b_x: np.ndarray
    b_y_over_sin: np.ndarray
    alpha: np.ndarray
    mean: np.ndarray | float = 0.5
    star_mean: np.ndarray | float = 0.5


def of_steps(moments: Moments) -> RowMoments:
    """The moments of a row where student and teacher both have the step sigma."""
    return RowMoments(moments.a_plus, moments.b_x, moments.b_y_over_sin, moments.alpha)


def over_rows(
    c: np.ndarray,
    v: np.ndarray,
    v_star: np.ndarray,
    *,
    same: np.ndarray,
    star: np.ndarray,
    other: np.ndarray,
    mean: np.ndarray | float = 0.5,
    star_mean: np.ndarray | float = 0.5,
    seen: np.ndarray | None = None,
) -> np.ndarray:
    """The double sum over rows, ``sum_ij c_i E[Z_i g_i (v_j sigma_j - v*_j tau_j)]``.

    Rows are independent, so that i = j gives ``c.v same - c.v* star`` and i != j gives
    ``[(s_c s_v - c.v) mean - (s_c s - c.v*) star_mean] other``.

    Parameters
    ----------
    c : ndarray, shape (..., m)
        What the rows weigh on the way back: v for the coarse gradient.
    v : ndarray, shape (..., m)
    v_star : ndarray, shape (m,)
    same, star, other : ndarray, shape (...)
        E[Z mu' sigma], E[Z mu' sigma_hat] and E[Z mu'] of one row, or an entry of these vectors.
    mean, star_mean : ndarray or float, shape (...)
        E[sigma] and E[sigma_hat].
    seen : ndarray, shape (...), optional
        c.v*, where the caller knows more digits of it.

    Returns
    -------
    ndarray, shape (...)

    Notes
    -----
    Our own result; with steps and c = v it is the coefficient of u in the book's theorem,
    ``|v|^2 A+ + (s_v^2 - |v|^2) A/2 - d B_x - (s_v s - d) A/2``.

    Examples
    --------
    >>> one = np.array([1.0])
    >>> float(over_rows(one, 3.0 * one, 2.0 * one, same=1.0, star=1.0, other=9.0))  # one row
    1.0
    """
    c_v, c_star = np.sum(c * v, axis=-1), c @ v_star if seen is None else seen
    s_c, s_v, s = np.sum(c, axis=-1), np.sum(v, axis=-1), math.fsum(v_star)
    return of_sums(c_v, c_star, s_c, s_v, s, same, star, other, mean, star_mean)


def of_sums(
    c_v: np.ndarray,
    c_star: np.ndarray,
    s_c: np.ndarray,
    s_v: np.ndarray,
    s: np.ndarray | float,
    same: np.ndarray,
    star: np.ndarray,
    other: np.ndarray,
    mean: np.ndarray | float = 0.5,
    star_mean: np.ndarray | float = 0.5,
) -> np.ndarray:
    """`over_rows` from what it sees of c, v and v*: c.v, c.v* and the sums s_c, s_v, s."""
    others = (s_c * s_v - c_v) * mean - (s_c * s - c_star) * star_mean
    return c_v * same - c_star * star + others * other


def coefficient_of_u(
    c: np.ndarray,
    v: np.ndarray,
    v_star: np.ndarray,
    row: RowMoments,
    seen: np.ndarray | None = None,
) -> np.ndarray:
    """What `over_rows` gives along u."""
    return over_rows(
        c,
        v,
        v_star,
        same=row.same,
        star=row.b_x,
        other=row.alpha,
        mean=row.mean,
        star_mean=row.star_mean,
        seen=seen,
    )


def over_gaussian_rows(
    c: np.ndarray, v: np.ndarray, v_star: np.ndarray, place: Plane, row: RowMoments
) -> np.ndarray:
    """`over_rows` for Gaussian rows, a vector: along u all of it, along e ``-c.v* B_y``."""
    seen = c @ v_star
    along = coefficient_of_u(c, v, v_star, row, seen)
    across = seen * row.b_y_over_sin
    return along[..., None] * place.unit - across[..., None] * place.tangent


def expected_at(v: np.ndarray, place: Plane, teacher: Teacher, estimator: Estimator) -> np.ndarray:
    """E[g] in w for checked v at a place of the plane."""
    row = of_steps(estimator.moments_at(place.norm, place.cos, place.sin))
    return over_gaussian_rows(v, v, teacher.v, place, row)


@_checks.in_doubles
def expected_coarse_gradient(
    v: ArrayLike, w: ArrayLike, teacher: Teacher, estimator: Estimator
) -> tuple[np.ndarray, np.ndarray]:
    """Expected coarse gradient over Gaussian inputs: E[dl/dv] and E[g].

    ``E[g] = [|v|^2 A+ + (s_v^2 - |v|^2) A/2 - d B_x - (s_v s - d) A/2] u - d B_y e`` with the
    moments A+, A, B_x, B_y of the proxy at |w| and theta (see `ste.moments`), d = v.v*.

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
    place = plane(w, teacher)
    return gradient_v(v, place.theta, teacher), expected_at(v, place, teacher, estimator)


class Correlation(NamedTuple):
    """Inner product, cosine and angle (radians) between E[g] and df/dw."""

    inner: np.ndarray
    cosine: np.ndarray
    angle: np.ndarray


@_checks.in_doubles
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
    place = plane(w, teacher)
    moments = estimator.moments_at(place.norm, place.cos, place.sin)
    d, b_y = _accurate.dot(v, teacher.v), moments.b_y_over_sin * place.sin
    # from left to right, since |w| and d may both be as small or as large as a double
    inner = np.abs(d) / place.norm * np.abs(d) * b_y / (2.0 * np.pi)
    # both parts of E[g] in units in which |v| and |v*| are about 1
    (v, v_star), exponent = _accurate.near_one(v, teacher.v)
    d, s = _accurate.dot(v, v_star), np.ldexp(teacher.s, -exponent)
    square, s_v = np.sum(np.square(v), axis=-1), np.sum(v, axis=-1)
    same, star, other = moments.a_plus, moments.b_x, moments.alpha
    radial = of_sums(square, d, s_v, s_v, s, same=same, star=star, other=other)
    along = np.abs(d) * b_y
    length = np.hypot(along, radial)
    defined = (d != 0.0) & (place.sin > 0.0) & (length > 0.0)
    cosine = np.where(defined, along / np.where(defined, length, 1.0), np.nan)
    angle = np.where(defined, np.arctan2(np.abs(radial), along), np.nan)
    return Correlation(inner, cosine, angle)


@_checks.in_doubles
def gradient_bound(
    v: ArrayLike, w: ArrayLike, teacher: Teacher, estimator: Estimator
) -> np.ndarray:
    """Bound on |E[g]|^2 by what the loss feels, for one-sided proxies that do not increase.

    ``8 A^2 |v|^2 |df/dv|^2 + 6 pi |w| B_y <E[g], df/dw>``, which is not less than |E[g]|^2
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
    _checks.instance("teacher", teacher, Teacher)
    _checks.instance("estimator", estimator, Estimator)
    v, w = check_student(v, w, teacher, direction=True)
    place = plane(w, teacher)
    grad_v = gradient_v(v, place.theta, teacher)
    moments = estimator.moments_at(place.norm, place.cos, place.sin)
    felt = np.square(moments.alpha * norm(v) * norm(grad_v))
    d_b_y = _accurate.dot(v, teacher.v) * moments.b_y_over_sin * place.sin
    # |w| <E[g], df/dw> = d^2 B_y / (2 pi), so that |w| cancels
    return 8.0 * felt + 3.0 * np.square(d_b_y)
