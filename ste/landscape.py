"""The population loss: its values, its true gradient and its critical points."""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from ste import _accurate, _checks
from ste.model import Teacher, check_student
from ste.plane import Plane, plane


@_checks.in_doubles
def population_loss(v: ArrayLike, w: ArrayLike, teacher: Teacher) -> np.ndarray:
    """Expected loss f(v, w) = E[l] over Gaussian inputs.

    ``f = (1/8) [|v - v*|^2 + (s_v - s)^2] + (theta / (2 pi)) v.v*`` for w != 0, which is the
    paper's form with the square completed, so that no large terms cancel near a minimum; and
    ``f = (1/8) [|v*|^2 + s^2]`` at w = 0, where the output is 0.

    Parameters
    ----------
    v : array_like, shape (..., m)
    w : array_like, shape (..., n)
        w = 0 is allowed.
    teacher : Teacher

    Returns
    -------
    ndarray, shape (...)

    Raises
    ------
    ValueError
        If a shape does not fit the teacher or an entry is not finite.

    Notes
    -----
    Source: the paper, Lemma 1.

    Examples
    --------
    >>> teacher = Teacher(v=[1.0, 1.0], w=[1.0, 0.0])
    >>> population_loss([1.0, 1.0], [[2.0, 0.0], [-2.0, 0.0], [0.0, 0.0]], teacher)
    array([0.  , 1.  , 0.75])
    """
    _checks.instance("teacher", teacher, Teacher)
    v, w = check_student(v, w, teacher, direction=False)
    zero = np.all(w == 0.0, axis=-1)
    away = plane(np.where(zero[..., None], teacher.w, w), teacher)
    difference = np.sum(np.square(v - teacher.v), axis=-1)
    sums = np.square(np.sum(v - teacher.v, axis=-1))
    loss = 0.125 * (difference + sums) + away.theta / (2.0 * np.pi) * (v @ teacher.v)
    return np.where(zero, 0.125 * (teacher.N + teacher.s**2), loss)


def gradient_v(v: np.ndarray, theta: np.ndarray, teacher: Teacher) -> np.ndarray:
    """df/dv = (1/4) [v - c v* + (s_v - s) 1], c = 1 - 2 theta/pi; equal to E[dl/dv] (Lemma 2)."""
    # in the order of `ste.descent.walk`, whose starts lie side by side
    gap = v - teacher.v
    turned = np.multiply((2.0 / np.pi * theta)[..., None], teacher.v, order="F")
    return 0.25 * (gap + turned + np.sum(gap, axis=-1)[..., None])


@_checks.in_doubles
def population_gradient(
    v: ArrayLike, w: ArrayLike, teacher: Teacher
) -> tuple[np.ndarray, np.ndarray]:
    """True gradient of the population loss.

    ``df/dv = (1/4) [(I + ones ones^T) v - (c I + ones ones^T) v*]`` and
    ``df/dw = -(v.v* / (2 pi |w|)) e``, with e the unit vector along w* - cos(theta) u.

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

    Raises
    ------
    ValueError
        If a shape does not fit, an entry is not finite or w = 0.

    Notes
    -----
    Source: the paper, Lemma 2. At theta = 0 and pi the loss has the kink of a cone and, unless
    v.v* = 0, no gradient in w: the directional derivatives are +-v.v*/(2 pi |w|) along every
    tangent. There, and wherever sin(theta) is below a few rounding errors so that e is not
    determined by the stored numbers, the part in w is returned as 0, the mean over all tangents.

    Examples
    --------
    >>> teacher = Teacher(v=[1.0, 1.0], w=[1.0, 0.0])
    >>> grad_v, grad_w = population_gradient([1.0, 1.0], [0.0, 2.0], teacher)
    >>> grad_v
    array([0.25, 0.25])
    >>> np.allclose(grad_w, [-1 / (2 * np.pi), 0.0])
    True
    """
    _checks.instance("teacher", teacher, Teacher)
    v, w = check_student(v, w, teacher, direction=True)
    place = plane(w, teacher)
    d = _accurate.dot(v, teacher.v)
    return gradient_v(v, place.theta, teacher), gradient_w(d, place)


def gradient_w(d: np.ndarray, place: Plane) -> np.ndarray:
    """df/dw = -(d / (2 pi |w|)) e for d = v.v* at a place of the plane; 0 on the kinks."""
    unit_tangent = place.tangent / np.where(place.sin > 0.0, place.sin, 1.0)[..., None]
    return -(d / (2.0 * np.pi * place.norm))[..., None] * unit_tangent


@_checks.in_doubles
def best_v(theta: ArrayLike, teacher: Teacher) -> np.ndarray:
    """The v that minimises f at a fixed angle: v(c) = c v* + ((1 - c)/(m + 1)) s 1.

    Parameters
    ----------
    theta : array_like, shape (...)
        Angle in radians, in [0, pi]; c = 1 - 2 theta/pi.
    teacher : Teacher

    Returns
    -------
    ndarray, shape (..., m)

    Raises
    ------
    ValueError
        If an angle is outside [0, pi].

    Notes
    -----
    Our own result: df/dv = 0 solved for v. At theta = pi it is the paper's spurious minimizer.

    Examples
    --------
    >>> best_v([0.0, np.pi], Teacher(v=[1.0, -0.5], w=[1.0, 0.0]))
    array([[ 1.        , -0.5       ],
           [-0.66666667,  0.83333333]])
    """
    _checks.instance("teacher", teacher, Teacher)
    one_minus_c = (2.0 / np.pi * _checks.angles("theta", theta))[..., None]
    return (1.0 - one_minus_c) * teacher.v + one_minus_c * teacher.s / (teacher.m + 1)


@_checks.in_doubles
def profile_loss(theta: ArrayLike, teacher: Teacher) -> np.ndarray:
    """Least loss at an angle: min_v f = (1/8) [(1 - c^2) N + (1 - c)^2 s^2/(m + 1)].

    Parameters
    ----------
    theta : array_like, shape (...)
        Angle in radians, in [0, pi]; c = 1 - 2 theta/pi.
    teacher : Teacher

    Returns
    -------
    ndarray, shape (...)

    Raises
    ------
    ValueError
        If an angle is outside [0, pi].

    Notes
    -----
    Our own result. Its only stationary point in (0, pi) is a maximum, the saddle of f.

    Examples
    --------
    >>> profile_loss([0.0, np.pi], Teacher(v=[1.0, 1.0], w=[1.0, 0.0]))
    array([0.        , 0.66666667])
    """
    _checks.instance("teacher", teacher, Teacher)
    one_minus_c = 2.0 / np.pi * _checks.angles("theta", theta)
    turning = one_minus_c * (2.0 - one_minus_c) * teacher.N
    return 0.125 * (turning + np.square(one_minus_c) * teacher.s**2 / (teacher.m + 1))


@dataclass(frozen=True, eq=False)
class CriticalPoint:
    """A critical point: v, the angle of w to w* in radians, and the loss there."""

    v: np.ndarray
    theta: float
    loss: float


@dataclass(frozen=True, eq=False)
class CriticalPoints:
    """The critical points with w != 0; None where the teacher has none of the kind."""

    global_minimizer: CriticalPoint
    saddle: CriticalPoint | None
    spurious: CriticalPoint | None


@_checks.in_doubles
def critical_points(teacher: Teacher) -> CriticalPoints:
    """Global minimizer, saddle and spurious local minimizer of the population loss.

    The global minimizer is (v*, theta = 0). If ``s^2 < ((m + 1)/2) N`` there are also a saddle at
    ``theta = (pi/2) (m + 1) N / ((m + 1) N - s^2)``, where v.v* = 0, and a spurious local minimizer
    at theta = pi, ``v = -v* + (2 s/(m + 1)) 1``, with loss ``s^2 / (2 (m + 1))``.

    Parameters
    ----------
    teacher : Teacher

    Returns
    -------
    CriticalPoints

    Notes
    -----
    Source: the paper, Proposition 1. w = 0 is left out, as in the paper. At s = 0 the
    point called spurious has loss 0: it is a second global minimizer. At equality saddle and
    spurious point have merged at theta = pi and neither is returned. For n = 1 only the angles 0
    and pi exist: there is no saddle, and the minimizer at pi is there for every teacher.

    Examples
    --------
    >>> points = critical_points(Teacher(v=[1.0, -0.5, 0.8, 0.3], w=[1.0, 0.0]))
    >>> round(points.saddle.theta / np.pi, 4), round(points.spurious.loss, 3)
    (0.6744, 0.256)
    >>> critical_points(Teacher(v=[1.0, 1.0], w=[1.0, 0.0])).spurious is None
    True
    """
    _checks.instance("teacher", teacher, Teacher)

    def point_at(theta: float) -> CriticalPoint:
        return CriticalPoint(best_v(theta, teacher), theta, float(profile_loss(theta, teacher)))

    if teacher.n == 1:
        return CriticalPoints(point_at(0.0), None, point_at(np.pi))
    weight = (teacher.m + 1) * teacher.N
    if not 2.0 * teacher.s**2 < weight:
        return CriticalPoints(point_at(0.0), None, None)
    saddle = 0.5 * np.pi * weight / (weight - teacher.s**2)
    return CriticalPoints(point_at(0.0), point_at(min(saddle, np.pi)), point_at(np.pi))


@_checks.in_doubles
def origin_margin(v: ArrayLike, teacher: Teacher) -> np.ndarray:
    """How far the loss around w = 0 stays above the loss at w = 0.

    ``min over theta of f(v, theta) - f(v, 0) = (1/8) [|v|^2 + s_v^2 - 2 s s_v - 2 |v.v*|]``. The
    point (v, 0) is a local minimizer of f, never a strict one, if and only if this is positive.

    Parameters
    ----------
    v : array_like, shape (..., m)
    teacher : Teacher

    Returns
    -------
    ndarray, shape (...)

    Raises
    ------
    ValueError
        If v does not fit the teacher or an entry is not finite.

    Notes
    -----
    Our own result. The paper leaves w = 0 out of its list and says that (v, 0) is never a local
    minimizer. For n = 1 only the angles 0 and pi exist, and the formula is the same.

    Examples
    --------
    >>> teacher = Teacher(v=[1.0, -0.5], w=[1.0, 0.0])
    >>> origin_margin([[0.5, 0.0], [4.0, 0.0]], teacher)
    array([-0.125,  2.5  ])
    """
    _checks.instance("teacher", teacher, Teacher)
    v = _checks.vectors("v", v, teacher.m)
    total = np.sum(v, axis=-1)
    square = np.sum(np.square(v), axis=-1)
    return 0.125 * (square + total * (total - 2.0 * teacher.s) - 2.0 * np.abs(v @ teacher.v))


class LipschitzConstants(NamedTuple):
    """Lipschitz constants of df/dv and of df/dw on a bounded set; see `lipschitz_constants`."""

    v: float
    w: float


@_checks.in_doubles
def lipschitz_constants(teacher: Teacher, v_bound: float, w_bound: float) -> LipschitzConstants:
    """How fast the true gradient can change where |v| <= C_v and |w| >= c_w.

    ``|df/dv - df/dv'| <= (1/4) (m + 1 + |v*|/c_w) D`` and
    ``|df/dw - df/dw'| <= (C_v + c_w) |v*| / (2 pi c_w^2) D``, with D the distance between the two
    points (v, w) and (v', w').

    Parameters
    ----------
    teacher : Teacher
    v_bound : float
        C_v, above 0.
    w_bound : float
        c_w, above 0.

    Returns
    -------
    LipschitzConstants
        A named tuple (v, w).

    Raises
    ------
    ValueError
        If a bound is not a finite number above 0.

    Notes
    -----
    Source: the paper, Lemma 3. Our own remark: the first holds everywhere; the second where w and
    w' lie in one half-plane bounded by the axis of w*, not across a kink, and for n >= 3 not near
    one, where the gradient turns about the axis at the rate ``|cot(theta)|/|w|^2``.

    Examples
    --------
    >>> lipschitz_constants(Teacher(v=[3.0, 4.0], w=[1.0, 0.0]), v_bound=2.0, w_bound=1.0).v
    2.0
    """
    _checks.instance("teacher", teacher, Teacher)
    w_bound = _checks.positive("w_bound", w_bound)
    v_bound = _checks.positive("v_bound", v_bound)
    length, reach = np.sqrt(teacher.N) / w_bound, np.float64(v_bound) / w_bound
    in_v, in_w = 0.25 * (teacher.m + 1 + length), (reach + 1.0) * length / (2.0 * np.pi)
    return LipschitzConstants(float(in_v), float(in_w))
