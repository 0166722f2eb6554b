"""Finitely many samples: how the empirical loss jumps, how far it is off, how noisy quotients are.

Along a ray the empirical loss is a step function (`empirical_ray`); its distance from the
population loss falls as 1/sqrt(K) (`cell_bound`, and `fitted_rate` to measure such a rate); a
difference quotient averages to a slope, with a noise that grows as the difference shrinks
(`jump_rate`). Samples also push w off the line of w* (`noise_across`), which takes the spikes off
the cycle and leaves a walk beside the origin (`restless_walk`).
"""

import math
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from ste import _accurate, _checks
from ste._normal import K
from ste.cycle import critical_noise, limit_cycle, one_sided_limits, zigzag
from ste.estimators import IDENTITY, Estimator
from ste.landscape import profile_loss
from ste.model import Teacher, check_student, forward, pre_activations, sigma
from ste.plane import norm, plane

#: Step sizes of a ray this close, relative to their size, differ by a rounding.
SAME = 1e-12
#: Rounding of a product ``Z.w``, relative to ``|Z| |w|``.
_ROUNDING = 4.0 * np.finfo(float).eps


@dataclass(frozen=True, eq=False)
class Ray:
    """A step function of the step size eta > 0: the empirical loss along a ray.

    ``breaks`` (k,) are the step sizes at which bits flip, each once and in ascending order, so that
    the loss may jump; ``levels`` (k + 1,) are the losses before the first, between them and after
    the last.
    """

    breaks: np.ndarray
    levels: np.ndarray

    def at(self, eta: ArrayLike) -> np.ndarray:
        """The loss at step sizes eta >= 0; at a break itself, the level after it.

        Raises
        ------
        ValueError
            If a step size is below 0 or not finite.

        Examples
        --------
        >>> Ray(np.array([0.5]), np.array([2.0, 1.0])).at([0.0, 0.4, 0.6])
        array([2., 2., 1.])
        """
        eta = _checks.finite_array("eta", eta)
        if np.any(eta < 0.0):
            raise ValueError(f"eta: expected step sizes >= 0, got {eta.min():g}")
        return self.levels[np.searchsorted(self.breaks, eta, side="right")]


@_checks.in_doubles
def empirical_ray(
    v: ArrayLike, w: ArrayLike, direction: ArrayLike, Z: ArrayLike, teacher: Teacher
) -> Ray:
    """Empirical loss ``f_K(v, w - eta zeta) = (1/K) sum_i l(v, w - eta zeta; Z_i)``, eta > 0.

    The pre-activation ``Z_ij.w - eta Z_ij.zeta`` is linear in eta, so that it changes sign at most
    once, at ``eta_ij = Z_ij.w / Z_ij.zeta`` if that is positive; where Z_ij.w = 0 a unit may come
    on at once, at 0. Between these places the loss is constant. Places that are apart by no more
    than a rounding, one part in 10^12 or what cancels in the two products, are one.

    Parameters
    ----------
    v : array_like, shape (m,)
    w : array_like, shape (n,)
    direction : array_like, shape (n,)
        zeta; the ray runs against it.
    Z : array_like, shape (K, m, n)
        The samples.
    teacher : Teacher

    Returns
    -------
    Ray

    Raises
    ------
    ValueError
        If a shape does not fit or an entry is not finite.

    Notes
    -----
    Our own result, and exact: no grid of eta is involved.

    Examples
    --------
    >>> teacher = Teacher(v=[1.0], w=[1.0, 0.0])
    >>> ray = empirical_ray([1.0], [0.0, 1.0], [0.0, 1.0], [[[1.0, 1.0]], [[1.0, -2.0]]], teacher)
    >>> ray.breaks, ray.levels
    (array([1.]), array([0.25, 0.25]))
    """
    _checks.instance("teacher", teacher, Teacher)
    v = _one("v", v, teacher.m)
    w = _one("w", w, teacher.n)
    direction = _one("direction", direction, teacher.n)
    Z = _checks.inputs("Z", Z, teacher.m, teacher.n)
    if Z.ndim != 3 or len(Z) == 0:
        raise ValueError(f"Z: expected shape (N, {teacher.m}, {teacher.n}), got {Z.shape}")
    sample = forward(v, w, Z, teacher)
    pre, slope = sample.pre, pre_activations(direction, Z)
    on = sigma(pre)
    residual = sample.residual(on)
    # An active unit goes out where pre reaches 0 from above, a silent one comes on from below.
    turns = np.where(on > 0.0, slope > 0.0, slope < 0.0)
    eta = np.full(pre.shape, np.inf)
    with np.errstate(over="ignore"):  # beyond all doubles a unit does not turn
        eta[turns] = pre[turns] / slope[turns]
    blur = np.minimum(_blur(Z, w, pre) + _blur(Z, direction, slope), 1.0)
    order = np.argsort(eta, axis=1)
    eta, blur = (np.take_along_axis(part, order, axis=1) for part in (eta, blur))
    change = np.take_along_axis(np.where(on > 0.0, -v, v), order, axis=1)
    after = residual[:, None] + np.cumsum(change, axis=1)
    jump = 0.5 * (np.square(after) - np.square(after - change))
    happens = np.isfinite(eta)
    breaks, jumps, blur = eta[happens], jump[happens], blur[happens]
    order = np.argsort(breaks, kind="stable")
    start = 0.5 * float(np.mean(np.square(residual)))
    levels = start + np.concatenate([[0.0], np.cumsum(jumps[order])]) / len(Z)
    breaks, blur = breaks[order], blur[order]
    same = (SAME + blur + np.roll(blur, 1)) * breaks
    begins = np.diff(breaks, prepend=-np.inf) > same
    first = np.flatnonzero(begins)
    # of places that are one, the one that is known best
    best = np.lexsort((blur, np.cumsum(begins)))[first]
    return Ray(breaks[best], levels[np.append(first, breaks.size)])


def _blur(Z: np.ndarray, w: np.ndarray, product: np.ndarray) -> np.ndarray:
    """The relative error of the products ``Z.w``, large where their terms cancel; 0 where 0."""
    known = np.where(product == 0.0, np.inf, np.abs(product))
    with np.errstate(over="ignore"):
        return _ROUNDING * norm(Z) / known * norm(w)


@_checks.in_doubles
def cell_bound(v: ArrayLike, teacher: Teacher, samples: int) -> float:
    """Bound on the mean of the largest gap sup_w |f_N(v, w) - f(v, w)|, for one v and all w != 0.

    ``2 M sqrt(2 log(2 C) / N)`` with ``M = (|v|_1 + |v*|_1)^2 / 2`` and
    ``C = 2 sum_{k<n} binom(N m - 1, k)``, the number of cells into which N m hyperplanes through
    the origin cut the space of filters.

    Parameters
    ----------
    v : array_like, shape (m,)
    teacher : Teacher
    samples : int
        N, at least 1.

    Returns
    -------
    float

    Raises
    ------
    ValueError
        If a shape does not fit or an entry is not finite.

    Notes
    -----
    Our own result, from symmetrization, Massart's lemma and Cover's count of cells (all known).

    Examples
    --------
    >>> teacher = Teacher(v=[1.0, 1.0], w=[1.0, 0.0])
    >>> round(cell_bound([1.0, 1.0], teacher, 10**4), 3)
    0.76
    """
    _checks.instance("teacher", teacher, Teacher)
    v = _one("v", v, teacher.m)
    samples = _checks.integer("samples", samples, 1)
    largest = 0.5 * float(np.abs(v).sum() + np.abs(teacher.v).sum()) ** 2
    cells = 2 * sum(math.comb(samples * teacher.m - 1, k) for k in range(teacher.n))
    return 2.0 * largest * math.sqrt(2.0 * math.log(2 * cells) / samples)


class Rate(NamedTuple):
    """A fitted power law: exponent and its standard error."""

    slope: float
    standard_error: float


@_checks.in_doubles
def fitted_rate(sizes: ArrayLike, values: ArrayLike, errors: ArrayLike) -> Rate:
    """Exponent b of ``values = a sizes^b``, by least squares on logarithms with known errors.

    ``b = sum_i q_i (x_i - x) y_i / S`` with ``S = sum_i q_i (x_i - x)^2``, ``x_i, y_i`` the
    logarithms, ``q_i = (value_i / error_i)^2`` their weights and x the weighted mean; the standard
    error is ``1/sqrt(S)``.

    Parameters
    ----------
    sizes, values, errors : array_like, shape (k,)
        Positive; ``errors`` are the standard errors of ``values``. k is at least 2.

    Returns
    -------
    Rate
        A named tuple (slope, standard_error).

    Raises
    ------
    ValueError
        If the lengths differ, a number is not above zero, or all sizes are the same.

    Examples
    --------
    >>> fitted_rate([1, 4, 16], [6.0, 3.0, 1.5], [0.06, 0.03, 0.015]).slope
    -0.5
    """
    x = _checks.positives("sizes", sizes)
    values = _checks.positives("values", values)
    errors = _checks.positives("errors", errors)
    if not x.ndim == 1 <= x.size - 1 or values.shape != x.shape or errors.shape != x.shape:
        raise ValueError(
            "sizes, values, errors: expected one shape (k,) with k >= 2, got "
            f"{x.shape}, {values.shape}, {errors.shape}"
        )
    sharpest = np.max(values / errors)
    weight = np.square(values / errors / sharpest)
    # over the largest first, so that sizes which all but agree keep their digits
    x, y = (np.log(part / np.max(part)) for part in (x, values))
    x, y = (part - np.average(part, weights=weight) for part in (x, y))
    spread = weight @ np.square(x)
    _checks.number("sizes", sizes, "at least two that differ", spread > 0.0)
    slope = (weight * x) @ y / spread
    return Rate(float(slope), float(1.0 / (sharpest * np.sqrt(spread))))


@_checks.in_doubles
def jump_rate(v: ArrayLike, w: ArrayLike, teacher: Teacher) -> np.ndarray:
    """The constant C in ``E[(change of l)^2] = C delta + O(delta^2)``, w turned by delta.

    ``C = (1/2 pi) sum_i v_i^2 [(v_i/2 + T_i)^2 + (v_i/2 - v*_i + T_i)^2 + 2 V_i]`` with the mean
    ``T_i = sum_{j != i} (v_j - v*_j) / 2`` and the variance
    ``V_i = sum_{j != i} (v_j^2 + v*_j^2 - 2 c v_j v*_j) / 4`` of what the other rows say, and
    c = 1 - 2 theta/pi. So the difference quotient of N samples has the standard error
    ``sqrt(C / (N delta))``, to leading order.

    Parameters
    ----------
    v : array_like, shape (..., m)
    w : array_like, shape (..., n)
        Not zero.
    teacher : Teacher

    Returns
    -------
    ndarray, shape (...)
        Squared loss per radian. The direction of the turn does not matter.

    Raises
    ------
    ValueError
        If a shape does not fit, an entry is not finite or w = 0.

    Notes
    -----
    Our own result.

    Examples
    --------
    >>> teacher = Teacher(v=[1.0], w=[1.0, 0.0])
    >>> float(jump_rate([1.0], [0.0, 2.0], teacher)) * 2 * np.pi
    0.5
    """
    _checks.instance("teacher", teacher, Teacher)
    v, w = check_student(v, w, teacher, direction=True)
    c = 1.0 - 2.0 * plane(w, teacher).theta[..., None] / np.pi
    (back,), back_exponent = _accurate.near_one(v)
    (v, v_star), exponent = _accurate.near_one(v, teacher.v)
    gap = v - v_star
    mean = 0.5 * (np.sum(gap, axis=-1, keepdims=True) - gap)
    each = 0.25 * (np.square(v) + np.square(v_star) - 2.0 * c * v * v_star)
    variance = np.sum(each, axis=-1, keepdims=True) - each
    squares = np.square(0.5 * v + mean) + np.square(0.5 * v - v_star + mean)
    rate = np.sum(np.square(back) * (squares + 2.0 * variance), axis=-1) / (2.0 * np.pi)
    return np.ldexp(rate, 2 * (back_exponent + exponent))


@_checks.in_doubles
def noise_across(v: ArrayLike, teacher: Teacher, estimator: Estimator = IDENTITY) -> np.ndarray:
    """Standard deviation of one sample's coarse gradient perpendicular to w*, at theta = pi.

    ``sqrt(sum_i v_i^2 (q^2 E[R^2; x_i < 0] + p^2 E[R^2; x_i > 0]))`` with the residual
    R = y - y*, x_i = Z_i.w and the limits q and p of mu' at 0. For identity it is
    ``|v| sqrt(2 f)``. The mean of K samples has it over sqrt(K).

    Parameters
    ----------
    v : array_like, shape (..., m)
    teacher : Teacher
    estimator : Estimator
        Only its one-sided limits at 0 count: the value is that of w -> 0. For proxies that are
        constant on either side, such as leaky ReLU, it holds at every |w|.

    Returns
    -------
    ndarray, shape (...)

    Raises
    ------
    ValueError
        If a shape does not fit, an entry is not finite, or mu' has no limits at 0.

    Notes
    -----
    Our own result, a case of prop-noise. At theta = pi a row is on where the teacher's is off, so
    that ``R = sum_j (v_j + v*_j) B_j - s`` with independent coins B_j, which do not know the part
    of an input perpendicular to w*.

    Examples
    --------
    >>> teacher = Teacher(v=[1.0, -0.5, 0.8, 0.3], w=[1.0, 0.0])
    >>> round(float(noise_across([0.5, 0.5, 0.5, 0.5], teacher)), 4)  # sqrt(2 f), as |v| = 1
    1.0886
    """
    _checks.instance("teacher", teacher, Teacher)
    v = _checks.vectors("v", v, teacher.m)
    left, right = one_sided_limits(estimator)
    (back,), back_exponent = _accurate.near_one(v)
    (v, v_star), exponent = _accurate.near_one(v, teacher.v)
    both, s = v + v_star, np.sum(v_star, axis=-1, keepdims=True)
    others = np.sum(both, axis=-1, keepdims=True) - both
    spread = 0.25 * (np.sum(both**2, axis=-1, keepdims=True) - both**2)
    silent = (0.5 * others - s) ** 2 + spread
    active = (both + 0.5 * others - s) ** 2 + spread
    noise = np.sqrt(np.sum(back**2 * 0.5 * (left**2 * silent + right**2 * active), axis=-1))
    return np.ldexp(noise, back_exponent + exponent)


class RestlessWalk(NamedTuple):
    """What becomes of a cycle under noise: ``samples`` in a step that would still show spikes.

    It is infinite where no double is large enough, for periods above a thousand. ``cycle_loss`` and
    ``zigzag_loss`` are the mean losses between which the walk's lies (None where there is no
    zigzag); ``length`` is |w| of the walk over the learning rate, for small noise.
    """

    samples: float
    cycle_loss: float
    zigzag_loss: float | None
    length: float


@_checks.in_doubles
def restless_walk(teacher: Teacher, estimator: Estimator = IDENTITY) -> RestlessWalk | None:
    """The walk beside the origin that takes the place of a cycle where w is moved by samples.

    A cycle of period T shows its spikes with K samples in a step if ``eta g/sqrt(K)`` is below
    ``eta k b critical_noise(T)``, with g of `noise_across` and k b as there; for the n - 1
    directions perpendicular to w* that is ``K = (n - 1) (g/(k b critical_noise(T)))^2``. For
    identity ``K = (n - 1) (f/|v|^2) sqrt(pi^3/2) T^(3/2) 2^T`` with f the loss at theta = pi.

    Parameters
    ----------
    teacher : Teacher
    estimator : Estimator
        Only its one-sided limits at 0 count, as in `limit_cycle`.

    Returns
    -------
    RestlessWalk or None
        None where there is no cycle.

    Raises
    ------
    ValueError
        As `limit_cycle`.

    Notes
    -----
    Our own result, for small learning rates: N to leading order in T, the losses by averaging. The
    learning rate does not enter N.

    Examples
    --------
    >>> walk = restless_walk(Teacher(v=[1.0, -1.0, 1.0, 0.1], w=[1.0, 0.0]))
    >>> f"{walk.samples:.0e}", round(walk.cycle_loss, 3), round(walk.zigzag_loss, 3)
    ('6e+11', 0.157, 0.188)
    """
    cycle = limit_cycle(teacher, estimator)
    if cycle.period is None:
        return None
    left, right = one_sided_limits(estimator)
    half_k = 0.5 * K * (left + right)
    a, c = 2.0 / cycle.period - 1.0, zigzag(teacher, estimator)
    v = a * teacher.v + (1.0 - a) / (teacher.m + 1) * teacher.s
    step = half_k * float(v @ teacher.v) / a
    with np.errstate(over="ignore", divide="ignore"):
        share = noise_across(v, teacher, estimator) / (step * critical_noise(cycle.period))
        samples = (teacher.n - 1) * share**2
    zigzag_loss = None if c is None else _mean_loss(c, teacher)
    return RestlessWalk(float(samples), _mean_loss(a, teacher), zigzag_loss, 0.5 * step)


def _mean_loss(c: float, teacher: Teacher) -> float:
    """The mean of f where c has this mean and v is the best for it: f is linear in c."""
    return float(profile_loss(0.5 * np.pi * (1.0 - c), teacher))


def _one(name: str, value: ArrayLike, length: int) -> np.ndarray:
    array = _checks.vectors(name, value, length)
    if array.ndim != 1:
        raise ValueError(f"{name}: expected shape ({length},), got {array.shape}")
    return array
