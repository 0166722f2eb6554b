"""The limit cycle of two-sided estimators near a spurious minimum: theory, and runs in the plane.

With r = s^2/((m + 1) N), M = m/(m + 1) and kappa = 2 mu'(0-)/(mu'(0-) + mu'(0+)), the theory has
one equation, for the mean direction a in a cycle; r*, the period T and the stability follow. The
runs are those of `ste.descend` in the four numbers that they stay in.
"""

import math
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from ste import _checks
from ste._bisection import last
from ste._frame import State
from ste._normal import K
from ste.descent import iterates
from ste.estimators import IDENTITY, Estimator
from ste.gradients import of_sums
from ste.model import Teacher

# --- The two slopes at 0 -------------------------------------------------------------------------

#: Distances from 0 at which a one-sided limit is read off, in units of the nearest breakpoint.
_NEAR = np.array([1e-8, 1e-10, 1e-12])
#: Where the size of a proxy is read off.
_WIDE = np.linspace(-4.0, 4.0, 82)


@_checks.in_doubles
def one_sided_limits(estimator: Estimator) -> tuple[float, float]:
    """The limits mu'(0-) and mu'(0+), read off close to 0.

    Parameters
    ----------
    estimator : Estimator
        Its breakpoints should be declared: the limits are read off nearer to 0 than the nearest.

    Returns
    -------
    left, right : float

    Raises
    ------
    ValueError
        If mu' has not settled on one of the two sides.

    Examples
    --------
    >>> from ste.estimators import leaky_relu
    >>> one_sided_limits(leaky_relu(0.2))
    (0.2, 1.0)
    """
    _checks.instance("estimator", estimator, Estimator)
    reach = min([1.0, *(abs(b) for b in estimator.breakpoints if b != 0.0)])
    scale = np.abs(estimator.evaluate(_WIDE)).max()

    def limit(side: str, places: np.ndarray) -> float:
        slopes = estimator.evaluate(places)
        size = max(scale, np.abs(slopes).max())
        if np.ptp(slopes) > 1e-3 * size:
            raise ValueError(
                f"derivative of {estimator.name!r}: expected a limit at 0 from {side}, got "
                f"{slopes.tolist()} at {places.tolist()}"
            )
        # what still shrinks there, such as sqrt(|x|), is on its way to 0
        fades = abs(slopes[2]) < 1e-5 * size and abs(slopes[2]) < 0.5 * abs(slopes[0])
        return 0.0 if fades else float(slopes[2])

    return limit("below", -reach * _NEAR), limit("above", reach * _NEAR)


@_checks.in_doubles
def relative_slope(left: ArrayLike, right: ArrayLike) -> np.ndarray:
    """``kappa = 2 mu'(0-)/(mu'(0-) + mu'(0+))``: the slope left of 0 in units of the mean.

    Parameters
    ----------
    left, right : array_like, shape (...)
        mu'(0-) and mu'(0+), >= 0 and not both 0.

    Returns
    -------
    ndarray, shape (...)
        From 0, a one-sided proxy, over 1, a continuous one, to 2.

    Raises
    ------
    ValueError
        If a slope is below 0, not finite, or both are 0.

    Examples
    --------
    >>> relative_slope([0.0, 0.5, 1.0], 1.0).round(3)  # ReLU, leaky ReLU(0.5), identity
    array([0.   , 0.667, 1.   ])
    """
    left, right = _checks.finite_array("left", left), _checks.finite_array("right", right)
    _checks.broadcastable(left=left.shape, right=right.shape)
    if np.any(left < 0.0) or np.any(right < 0.0) or np.any(left + right == 0.0):
        raise ValueError(
            f"left, right: expected slopes >= 0 and not both 0, got {left.tolist()} and "
            f"{right.tolist()}"
        )
    return 2.0 * left / (left + right)


# --- The theory ----------------------------------------------------------------------------------


def _checked(m: ArrayLike, kappa: ArrayLike) -> tuple[np.ndarray, np.ndarray]:
    m, kappa = _checks.finite_array("m", m), _checks.finite_array("kappa", kappa)
    _checks.broadcastable(m=m.shape, kappa=kappa.shape)
    for name, array, least in (("m", m, 1.0), ("kappa", kappa, 0.0)):
        if np.any(array < least):
            raise ValueError(f"{name}: expected numbers >= {least:g}, got {array.min():g}")
    return m, kappa


@_checks.in_doubles
def cycle_threshold(m: ArrayLike, kappa: ArrayLike) -> np.ndarray:
    """``r* = 1/(2 + kappa M + 2 sqrt(kappa (2 M - 1)))``: below it one turn can be in balance.

    Parameters
    ----------
    m : array_like, shape (...)
        Hidden units, >= 1.
    kappa : array_like, shape (...)
        >= 0; see `relative_slope`.

    Returns
    -------
    ndarray, shape (...)

    Raises
    ------
    ValueError
        If an argument is out of range.

    Notes
    -----
    Our own result.

    Examples
    --------
    >>> cycle_threshold([2, 4, 8], 1.0).round(4)
    array([0.2617, 0.2299, 0.2149])
    """
    m, kappa = _checked(m, kappa)
    M = m / (m + 1)
    return 1.0 / (2.0 + kappa * M + 2.0 * np.sqrt(kappa * (2.0 * M - 1.0)))


@_checks.in_doubles
def cycle_period(m: ArrayLike, ratio: ArrayLike, kappa: ArrayLike) -> np.ndarray:
    """``T = 2/(1 + a)`` steps, NaN where there is no cycle.

    The mean direction a in one cycle is the root nearer -1 of
    ``(1 - (1 + kappa (1 - M)) r) a^2 + (1 - kappa M r) a + r = 0``. For m > 1 and kappa > 0 both
    roots are real, and the cycle exists, for 0 < r < r*.

    Parameters
    ----------
    m : array_like, shape (...)
        Hidden units, >= 1.
    ratio : array_like, shape (...)
        r = s^2/((m + 1) N).
    kappa : array_like, shape (...)
        >= 0.

    Returns
    -------
    ndarray, shape (...)

    Raises
    ------
    ValueError
        If an argument is out of range.

    Notes
    -----
    Our own result.

    Examples
    --------
    >>> cycle_period(4, [0.1, 0.2, 0.3], 1.0).round(2)
    array([25.72,  8.27,   nan])
    """
    m, kappa = _checked(m, kappa)
    r = _checks.finite_array("ratio", ratio)
    _checks.broadcastable(m=m.shape, ratio=r.shape, kappa=kappa.shape)
    exists = (m > 1) & (kappa > 0) & (r > 0) & (r < cycle_threshold(m, kappa))
    M, r = m / (m + 1), np.where(exists, r, np.nan)
    # The equation in b = 1 + a, solved for 1/b: as r -> 0 the root a -> -1 would lose its digits.
    linear = 1 - (2 + 2 * kappa - 3 * kappa * M) * r
    constant = kappa * (2 * M - 1) * r
    quadratic = 1 - (1 + kappa * (1 - M)) * r
    root = np.sqrt(np.maximum(linear**2 - 4 * quadratic * constant, 0.0))
    return (linear + root) / constant


@_checks.in_doubles
def averaged_trace(m: ArrayLike, r: ArrayLike, kappa: ArrayLike, a: ArrayLike) -> np.ndarray:
    """Trace of the decay of v towards the cycle, in units of 1/4; the cycle repels below 0.

    ``m + 2 - [1 - 2 a d - a (1 - kappa)(2 s_v s - s^2)] a/d`` with |v*| = 1, d and s_v at v(a).

    Averaged over a turn, v moves as
    ``dv/dt = -(1/4)[(I + ones ones^T) v - a(v) v* - s ones]`` with
    ``a(v) = d/(|v|^2 + (1 - kappa)(s_v^2 - s_v s))``. Its linearisation acts in the plane of v*
    and ones, with this trace; perpendicular to it v decays at the rate 1/4.

    Parameters
    ----------
    m : array_like, shape (...)
        Hidden units, >= 1.
    r : array_like, shape (...)
        s^2/((m + 1) N).
    kappa : array_like, shape (...)
        >= 0; see `relative_slope`.
    a : array_like, shape (...)
        The mean of c = 1 - 2 theta/pi in a turn.

    Returns
    -------
    ndarray, shape (...)

    Raises
    ------
    ValueError
        If an argument is out of range, or d = 0.

    Notes
    -----
    Our own result. As kappa -> 0 it tends to ``m + 2 - ((m + 1) r - 1)/(1 - 2 r)``, which is
    negative for r > (m + 3)/(3 m + 5).

    Examples
    --------
    >>> round(float(averaged_trace(4, 0.1, 1.0, 2 / 25.72 - 1)), 3)
    6.438
    """
    return _trace(*_checked_means(m, r, kappa, a))


def _checked_means(
    m: ArrayLike, r: ArrayLike, kappa: ArrayLike, a: ArrayLike
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    m, kappa = _checked(m, kappa)
    r, a = _checks.finite_array("r", r), _checks.finite_array("a", a)
    _checks.broadcastable(m=m.shape, r=r.shape, kappa=kappa.shape, a=a.shape)
    return m, r, kappa, a


def _trace(m: np.ndarray, r: np.ndarray, kappa: np.ndarray, a: np.ndarray) -> np.ndarray:
    """`averaged_trace`, NaN where a is."""
    s_square = r * (m + 1)
    s_v_s = s_square * (a + (1 - a) * m / (m + 1))
    d = a + (1 - a) * r
    pull = 1 - 2 * a * d - a * (1 - kappa) * (2 * s_v_s - s_square)
    return m + 2 - pull * a / d


#: At so small a ratio every cycle is stable.
_LEAST_RATIO = 1e-3


@_checks.in_doubles
def stability_limit(m: ArrayLike, kappa: ArrayLike) -> np.ndarray:
    """The ratio r at which `averaged_trace` falls below 0, by bisection; NaN if none below r*.

    Parameters
    ----------
    m : array_like, shape (...)
        Hidden units, >= 1.
    kappa : array_like, shape (...)
        >= 0.

    Returns
    -------
    ndarray, shape (...)

    Raises
    ------
    ValueError
        If an argument is out of range.

    Notes
    -----
    Our own result.

    Examples
    --------
    >>> stability_limit(8, relative_slope([0.02, 0.05, 1.0], 1.0)).round(4)
    array([0.3741, 0.3646,    nan])
    """
    m, kappa = np.broadcast_arrays(*_checked(m, kappa))

    def trace(r: np.ndarray) -> np.ndarray:
        return _trace(m, r, kappa, 2.0 / cycle_period(m, r, kappa) - 1.0)

    low, high = np.full(m.shape, _LEAST_RATIO), cycle_threshold(m, kappa) * (1 - 1e-9)
    lost = trace(high) <= 0.0
    return np.where(lost, last(lambda r: trace(r) > 0.0, low, high), np.nan)


@dataclass(frozen=True)
class LimitCycle:
    """What the theory predicts for small learning rates.

    ``ratio`` r = s^2 / ((m + 1) N), ``threshold`` r*(m, kappa), ``exists`` whether one turn of a
    cycle can be in balance, ``period`` its period in steps (None where there is none), ``stable``
    whether the averaged motion returns to it, ``kappa`` = 2 mu'(0-)/(mu'(0-) + mu'(0+)).
    """

    ratio: float
    threshold: float
    exists: bool
    period: float | None
    stable: bool = True
    kappa: float = 1.0


@_checks.in_doubles
def limit_cycle(teacher: Teacher, estimator: Estimator = IDENTITY) -> LimitCycle:
    """Relaxation oscillation of coarse gradient descent around the spurious minimizer.

    With r = s^2/((m + 1) N), M = m/(m + 1) and kappa = 2 mu'(0-)/(mu'(0-) + mu'(0+)), the mean
    direction a in one cycle solves
    ``(1 - (1 + kappa (1 - M)) r) a^2 + (1 - kappa M r) a + r = 0`` (the root nearer -1) and the
    period is ``T = 2/(1 + a)`` steps. For m > 1 and kappa > 0 both roots are real, and the cycle
    exists, for ``0 < r < r* = 1/(2 + kappa M + 2 sqrt(kappa (2 M - 1)))``.

    Parameters
    ----------
    teacher : Teacher
    estimator : Estimator
        Only its one-sided limits at 0 count. For identity, and for every proxy that is continuous
        and not zero at 0, kappa = 1; for leaky ReLU(lambda) it is 2 lambda/(1 + lambda).

    Returns
    -------
    LimitCycle
        Without a cycle where mu'(0-) = 0: no turn there has a length that lasts as eta -> 0.

    Raises
    ------
    ValueError
        If mu' has no limit on one side of 0, a negative one, or the limit 0 on both sides. The
        theory covers none of these.

    Notes
    -----
    Our own result, in the limit of a small learning rate and for starts near the spurious
    minimizer. ``stable`` is the sign of the trace of the linearised averaged motion; close below
    r* the cycle has lost its stability where kappa is below 0.267 for m = 2, 0.216 for m = 4 and
    0.17 for many units. An s that is
    zero up to the rounding of its terms counts as zero.

    Examples
    --------
    >>> cycle = limit_cycle(Teacher(v=[1.0, -0.5, 0.8, 0.3], w=[1.0, 0.0]))
    >>> round(cycle.ratio, 3), round(cycle.threshold, 4), cycle.exists
    (0.259, 0.2299, False)
    >>> from ste.estimators import leaky_relu
    >>> cycle = limit_cycle(Teacher([1.0, -0.5, 0.8, 0.3], [1.0, 0.0]), leaky_relu(0.2))
    >>> round(cycle.threshold, 4), cycle.exists, round(cycle.period, 2)
    (0.3163, True, 16.64)
    """
    _checks.instance("teacher", teacher, Teacher)
    left, right = one_sided_limits(estimator)
    if left < 0.0 or right < 0.0 or left + right == 0.0:
        raise ValueError(
            f"estimator: expected limits at 0 that are >= 0 and not both 0, got {left:g} from "
            f"below and {right:g} from above for {estimator.name!r}"
        )
    kappa, m = float(relative_slope(left, right)), teacher.m
    s = 0.0 if teacher.balanced else teacher.s
    r = s**2 / ((m + 1) * teacher.N)
    threshold, period = float(cycle_threshold(m, kappa)), float(cycle_period(m, r, kappa))
    if math.isnan(period):
        return LimitCycle(r, threshold, False, None, False, kappa)
    stable = averaged_trace(m, r, kappa, 2.0 / period - 1.0) > 0.0
    return LimitCycle(r, threshold, True, period, bool(stable), kappa)


# --- Noise perpendicular to w* -------------------------------------------------------------------


@_checks.in_doubles
def critical_noise(period: ArrayLike) -> np.ndarray:
    """Noise perpendicular to w* above which the spikes of a cycle cease, in units of eta k b.

    ``sqrt(2) (8/pi)^(1/4) T^(-3/4) 2^(-T/2)``: noise of standard deviation sigma has grown to about
    ``sigma 2^(T/2) (pi T/8)^(1/4)`` when w comes across the origin, and w comes across only where
    that is below ``sqrt(2/T)``. Here k = 1/sqrt(2 pi), and b is |v|^2 for identity and
    ``(|v|^2 + (1 - kappa)(s_v^2 - s_v s)) (mu'(0-) + mu'(0+))/2`` for other proxies.

    Parameters
    ----------
    period : array_like, shape (...)
        T in steps, > 0.

    Returns
    -------
    ndarray, shape (...)

    Raises
    ------
    ValueError
        If a period is not above zero.

    Notes
    -----
    Our own result, to leading order in T. In simulations nearly all spikes are left at a thirtieth
    of it and nearly none at ten times as much.

    Examples
    --------
    >>> [f"{noise:.1e}" for noise in critical_noise([9.3, 25.7, 89.2])]
    ['1.3e-02', '2.1e-05', '2.3e-15']
    """
    T = _checks.positives("period", period)
    return math.sqrt(2.0) * (8.0 / math.pi) ** 0.25 * T**-0.75 * np.exp2(-0.5 * T)


@_checks.in_doubles
def zigzag(teacher: Teacher, estimator: Estimator = IDENTITY) -> float | None:
    """Direction c = 1 - 2 theta/pi of the zigzag next to the spurious minimizer.

    The c nearest -1 with ``cos(theta) = d/b`` at v(c), where w is thrown from one side of the axis
    to the other in each step, at the length eta k b/2 (b as in `critical_noise`), and v rests.

    Parameters
    ----------
    teacher : Teacher
    estimator : Estimator
        Only its one-sided limits at 0 count, as in `limit_cycle`.

    Returns
    -------
    float or None
        None where there is none. There is none where `limit_cycle` has no cycle.

    Raises
    ------
    ValueError
        As `limit_cycle`.

    Notes
    -----
    Our own result. The zigzag ends at a smaller r than the cycle: m = 4 has one up to r = 0.189,
    and cycles up to r* = 0.230.

    Examples
    --------
    >>> round(zigzag(Teacher([1.0, -1.0, 1.0, 0.1], [1.0, 0.0])), 3)
    -0.887
    """
    cycle = limit_cycle(teacher, estimator)
    if cycle.period is None:
        return None
    m, r, kappa = teacher.m, cycle.ratio, cycle.kappa

    def gap(c: np.ndarray) -> np.ndarray:
        return mean_cosine(m, r, kappa, c) - np.sin(0.5 * np.pi * c)

    # At the trap d/b is above -1; from -r/(1 - r) on d >= 0, but an obtuse angle's cosine is below.
    grid = np.linspace(-1.0, -r / (1.0 - r), 2000)
    first = np.argmax(gap(grid) < 0.0)
    return float(last(lambda c: gap(c) > 0.0, grid[first - 1], grid[first])) if first else None


@_checks.in_doubles
def mean_cosine(m: ArrayLike, r: ArrayLike, kappa: ArrayLike, a: ArrayLike) -> np.ndarray:
    """Mean of cos(theta) that keeps w where it is when the mean of c is a: d/b at v(a).

    The part of the coarse gradient along w* is ``k (b cos(theta) - d)``; its mean is zero where w
    neither comes nor goes.

    Parameters
    ----------
    m, r, kappa, a : array_like, shape (...)
        As for `averaged_trace`.

    Returns
    -------
    ndarray, shape (...)

    Raises
    ------
    ValueError
        If an argument is out of range, or b = 0.

    Notes
    -----
    Our own result.

    Examples
    --------
    >>> round(float(mean_cosine(4, 0.1, 1.0, 2 / 25.71893 - 1)), 6), round(2 / 25.71893 - 1, 6)
    (-0.922236, -0.922236)
    """
    m, r, kappa, a = _checked_means(m, r, kappa, a)
    M = m / (m + 1)
    square = a**2 + 2 * a * (1 - a) * r + (1 - a) ** 2 * M * r
    units = a + (1 - a) * M  # s_v/s
    # (1 - kappa)(s_v^2 - s_v s), of which s_v - s = -(1 - a) s/(m + 1)
    return (a + (1 - a) * r) / (square - (1 - kappa) * (1 - a) * r * units)


# --- Runs in four numbers ------------------------------------------------------------------------


@dataclass(frozen=True, eq=False)
class ReducedRuns:
    """How runs ended, arrays of the common shape of the arguments.

    ``crossings`` counts how often w came across the origin from theta > pi/2; ``late_crossings``
    those in the second half; ``period`` is the mean distance of the late ones in steps (NaN below
    two of them); ``loss`` is the last population loss over N; ``across`` the part of w
    perpendicular to w* at the end over that at the start.
    """

    crossings: np.ndarray
    late_crossings: np.ndarray
    period: np.ndarray
    loss: np.ndarray
    across: np.ndarray

    @property
    def escaped(self) -> np.ndarray:
        """Whether the run ended at the global minimum (loss below N/10000)."""
        return self.loss < 1e-4

    @property
    def cycling(self) -> np.ndarray:
        """Whether the run still crosses the origin again and again."""
        return (self.late_crossings >= 2) & ~self.escaped


class _Plane(NamedTuple):
    """What runs with |v*| = 1 share: m, s, the proxy ``left 1{x < 0} + right 1{x > 0}`` and eta."""

    m: np.ndarray
    s: np.ndarray
    left: np.ndarray
    right: np.ndarray
    eta: np.ndarray

    def products(self, A: np.ndarray, B: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """d = v.v*, s_v and |v|^2 for ``v = A v* + B 1``."""
        s, m = self.s, self.m
        return A + B * s, A * s + B * m, A * A + 2.0 * A * B * s + B * B * m

    def step(self, A: np.ndarray, B: np.ndarray, x: np.ndarray, y: np.ndarray) -> State:
        """One step of descent, for ``w = x w* + y w'``."""
        # Exactly on the axis from here on. Rounding it to a small number instead would not do: in
        # the second half of a long turn y grows by many orders before it shrinks again.
        y = np.where(y < 1e-300, 0.0, y)
        rho = np.hypot(x, y)
        cos, sin = x / rho, y / rho
        theta = np.arctan2(y, x)
        s, p, q = self.s, self.right, self.left
        d, s_v, square = self.products(A, B)
        # 1 - cos = 2 sin^2(theta/2): each side of 0 by itself
        b_x = 0.5 * p * (1.0 + cos) - 0.5 * q * (1.0 - cos)
        b_y = 0.5 * (p + q)
        radial = of_sums(square, d, s_v, s_v, s, same=p, star=b_x, other=p - q)
        grad_x = K * (radial * cos - d * b_y * sin * sin)
        grad_y = K * (radial * sin + d * b_y * sin * cos)
        grad_a = 0.25 * (A - (1.0 - 2.0 * theta / np.pi))
        grad_b = 0.25 * (B + s_v - s)
        eta = self.eta
        return A - eta * grad_a, B - eta * grad_b, x - eta * grad_x, np.abs(y - eta * grad_y)

    def loss(self, A: np.ndarray, B: np.ndarray, x: np.ndarray, y: np.ndarray) -> np.ndarray:
        """The population loss."""
        s, c = self.s, 1.0 - 2.0 * np.arctan2(y, x) / np.pi
        d, s_v, square = self.products(A, B)
        loss = (square + s_v * s_v - 2.0 * (c * d + s_v * s) + 1.0 + s * s) / 8.0
        return np.maximum(loss, 0.0)


@_checks.in_doubles
def descend_reduced(
    m: ArrayLike,
    ratio: ArrayLike,
    left: ArrayLike,
    right: ArrayLike,
    learning_rate: ArrayLike,
    steps: int,
    *,
    norm: float = 0.2,
    off: float = 1e-3,
) -> ReducedRuns:
    """Population descent of the proxy ``left 1{x < 0} + right 1{x > 0}`` from next to the trap.

    ``v = A v* + B 1`` and ``w = x w* + y w'`` with w' perpendicular to w*;
    |v*|^2 = N = 1 and s^2 = (m + 1) ratio. It starts at the spurious v with |w| = `norm`, `off`
    radians off pi.

    Parameters
    ----------
    m : array_like, shape (...)
        Hidden units, > 0.
    ratio : array_like, shape (...)
        r = s^2/((m + 1) N), > 0.
    left, right : array_like, shape (...)
        mu' on either side of 0.
    learning_rate : array_like, shape (...)
        eta > 0.
    steps : int
        At least 1, at most ten million.
    norm, off : float
        The start, > 0.

    Returns
    -------
    ReducedRuns

    Raises
    ------
    ValueError
        If an argument is out of range, or the iterates leave the range of doubles.

    Notes
    -----
    The runs are those of `descend` with a teacher of |v*| = 1. A teacher of another length makes w
    move |v*|^2 times as far and changes nothing else; a w that starts on the axis sees only the
    sign of x, so the crossings are the same but for the way to the first of them. A
    perpendicular part below 1e-300 counts as 0.

    Examples
    --------
    >>> runs = descend_reduced(4, [0.1, 0.3], 1.0, 1.0, 0.05, 4000)
    >>> runs.cycling, runs.escaped
    (array([ True, False]), array([False,  True]))
    """
    m, r = _checks.positives("m", m), _checks.positives("ratio", ratio)
    q, p = _checks.finite_array("left", left), _checks.finite_array("right", right)
    eta = _checks.positives("learning_rate", learning_rate)
    steps = _checks.turns("steps", steps, 1)
    norm, off = _checks.positive("norm", norm), _checks.positive("off", off)
    shape = _checks.broadcastable(
        m=m.shape, ratio=r.shape, left=q.shape, right=p.shape, learning_rate=eta.shape
    )
    m, r, q, p, eta = (np.broadcast_to(part, shape) for part in (m, r, q, p, eta))
    plane = _Plane(m, np.sqrt((m + 1.0) * r), q, p, eta)
    x, y = np.full(shape, -norm * np.cos(off)), np.full(shape, norm * np.sin(off))
    trap = -np.ones(shape), 2.0 * plane.s / (m + 1.0), x, y
    first, last = np.zeros(shape), np.zeros(shape)
    crossings, late = np.zeros(shape, int), np.zeros(shape, int)
    before = x > 0.0
    for step, state in iterates(plane.step, trap, steps, learning_rate):
        beyond = state[2] > 0.0
        crossed = beyond & ~before
        crossings += crossed
        if 2 * step > steps:
            first = np.where(crossed & (late == 0), step, first)
            last = np.where(crossed, step, last)
            late += crossed
        before = beyond
    period = np.where(late > 1, (last - first) / np.maximum(late - 1, 1), np.nan)
    return ReducedRuns(crossings, late, period, plane.loss(*state), state[3] / y)
