"""The b-bit quantizer of the paper's experiments, and the loss of one number sent through it.

The toy: a number X ~ N(0, 1) is shifted by w and quantized, and should come out as y. Every
sample's loss is a staircase in w, flat almost everywhere; the mean loss is smooth.
"""

import math

import numpy as np
from numpy.typing import ArrayLike

from ste import _checks
from ste._bisection import last
from ste._normal import normal_cdf, normal_pdf

#: A quantizer of more bits has more stairs than can be summed over in pairs.
_MOST_BITS = 12


@_checks.in_doubles
def quantize(x: ArrayLike, alpha: float = 1.0, bits: int = 1) -> np.ndarray:
    """``sigma_alpha(x) = alpha min(ceil(x / alpha), 2^bits - 1)`` for x > 0, else 0.

    Parameters
    ----------
    x : array_like, shape (...)
    alpha : float
        Height and width of a stair, > 0.
    bits : int
        At least 1; 2^bits levels. With one bit and alpha = 1 this is the binarized ReLU.

    Returns
    -------
    ndarray, shape (...)

    Raises
    ------
    ValueError
        If `x` is not finite, `alpha` not > 0 or `bits` not an integer >= 1.

    Notes
    -----
    Source: the paper, the activation of its experiments.

    Examples
    --------
    >>> quantize([-0.5, 0.2, 0.7, 9.0], alpha=0.5, bits=2)
    array([0. , 0.5, 1. , 1.5])
    """
    x, alpha = _checks.finite_array("x", x), _checks.positive("alpha", alpha)
    bits = _checks.integer("bits", bits, 1)
    with np.errstate(over="ignore"):
        stairs = np.maximum(np.ceil(x / alpha), 1.0)
        # the quotient rounds, but the lowest level that is not below x comes out: a level stays
        stairs -= (stairs > 1.0) & (alpha * (stairs - 1.0) >= x)
        stairs += alpha * stairs < x
        # from 2^53 stairs on, x lies as close to one as a double can
        level = np.where(stairs < 2.0**53, alpha * stairs, x)
        top = alpha * (np.exp2(bits) - 1.0) if bits < 1024 else np.inf
    return np.where(x > 0.0, np.minimum(level, top), 0.0)


@_checks.in_doubles
def mean_loss(w: ArrayLike, y: float, alpha: float = 1.0, bits: int = 1) -> np.ndarray:
    """``F(w) = E[(sigma_alpha(X + w) - y)^2 / 2]`` for X ~ N(0, 1).

    Parameters
    ----------
    w : array_like, shape (...)
        The shift.
    y : float
        What should come out.
    alpha, bits
        As in `quantize`.

    Returns
    -------
    ndarray, shape (...)

    Raises
    ------
    ValueError
        As `quantize`, for `w` and `y` as well.

    Notes
    -----
    The level at 0 and every jump with the chance to be beyond it: ``y^2/2 + sum_j J_j
    Phi(w - j alpha)``, ``J_j = alpha ((j + 1/2) alpha - y)``, j = 0, ..., 2^bits - 2.

    Examples
    --------
    >>> float(mean_loss(0.0, y=0.0))
    0.25
    """
    w, places, jumps = _jumps(w, y, alpha, bits)
    return 0.5 * float(y) ** 2 + np.sum(jumps * normal_cdf(w[..., None] - places), axis=-1)


@_checks.in_doubles
def mean_loss_slope(w: ArrayLike, y: float, alpha: float = 1.0, bits: int = 1) -> np.ndarray:
    """``F'(w) = alpha sum_j ((j + 1/2) alpha - y) phi(w - j alpha)``, j = 0, ..., 2^bits - 2.

    Parameters and errors as in `mean_loss`.

    Notes
    -----
    Our own result (elementary): each jump of the loss, times the density of X at its place.

    Examples
    --------
    >>> float(mean_loss_slope(0.0, y=0.0)) * (2 * np.pi) ** 0.5
    0.5
    """
    w, places, jumps = _jumps(w, y, alpha, bits)
    return np.sum(jumps * normal_pdf(w[..., None] - places), axis=-1)


def fitted_step(bits: int) -> float:
    """The alpha for which rounding to 2^bits levels fits max(X, 0), X ~ N(0, 1), best.

    It minimizes ``E[(alpha min(round(X/alpha), 2^bits - 1) - X)^2; X > 0]`` and solves
    ``alpha sum_j (2j - 1) (1 - Phi(t_j)) = sum_j phi(t_j)``, t_j = (j - 1/2) alpha,
    j = 1, ..., 2^bits - 1.

    Parameters
    ----------
    bits : int
        From 1 to 12.

    Returns
    -------
    float

    Raises
    ------
    ValueError
        If `bits` is not an integer from 1 to 12.

    Notes
    -----
    Our own result (elementary); the idea of a step fitted to the half-Gaussian is that of Cai et
    al. 2017.

    Examples
    --------
    >>> round(fitted_step(1), 4), round(fitted_step(2), 4), round(fitted_step(4), 4)
    (1.224, 0.6508, 0.1932)
    """
    stairs = 1.0 + stairs_of(bits)

    def falls(alpha: np.ndarray) -> np.ndarray:
        """Whether the squared error has a derivative below 0."""
        middles = (stairs - 0.5) * alpha
        half = alpha * (2 * stairs - 1) * normal_cdf(-middles) - normal_pdf(middles)
        return np.sum(half) < 0.0

    return float(last(falls, 1e-3 * 2.0**-bits, 2.0))


@_checks.in_doubles
def smoothed_slope(x: ArrayLike, jitter: float, alpha: float = 1.0, bits: int = 1) -> np.ndarray:
    """``d/dx E[sigma_alpha(x + tau xi)] = alpha sum_j phi((x - j alpha)/tau)/tau``, xi ~ N(0, 1).

    j = 0, ..., 2^bits - 2. What a pre-activation that shakes by tau sees of the stairs.

    Parameters
    ----------
    x : array_like, shape (...)
    jitter : float
        tau > 0.
    alpha, bits
        As in `quantize`.

    Returns
    -------
    ndarray, shape (...)

    Raises
    ------
    ValueError
        As `quantize`, and if `jitter` is not > 0.

    Notes
    -----
    Our own result (elementary).

    Examples
    --------
    >>> float(smoothed_slope(0.0, jitter=1.0))
    0.3989422804014327
    """
    x, tau = _checks.finite_array("x", x), _checks.positive("jitter", jitter)
    alpha, stair = _checks.positive("alpha", alpha), stairs_of(bits)
    _checks.affordable("bits", bits, x.size * stair.size)
    with np.errstate(over="ignore"):
        apart = (x[..., None] - alpha * stair) / tau
    return alpha / tau * np.sum(normal_pdf(apart), axis=-1)


@_checks.in_doubles
def window_match(
    low: float, high: float, jitter: float, alpha: float = 1.0, bits: int = 1
) -> float:
    """``E[mu' s] / sqrt(E[mu'^2] E[s^2])``, mu' = 1{low < X < high}, s the smoothed slope at X.

    The cosine, over X ~ N(0, 1), between a window as a proxy and what a shaken pre-activation sees.

    Parameters
    ----------
    low, high : float
        low < high; either may be infinite.
    jitter, alpha, bits
        As in `smoothed_slope`.

    Returns
    -------
    float
        Between 0 and 1.

    Raises
    ------
    ValueError
        As `smoothed_slope`, and if low < high does not hold.

    Notes
    -----
    Our own result. With ``q^2 = 1 + tau^2`` and ``r^2 = 1 + tau^2/2``:
    ``E[mu' s] = alpha sum_j phi(j alpha/q)/q [Phi(z)]`` from z = q (low - j alpha/q^2)/tau to the
    same with high, and ``E[s^2] = alpha^2 sum_ij phi((i - j) alpha/(tau sqrt 2))
    phi((i + j) alpha/(2 r))/(tau sqrt 2 r)``.

    Examples
    --------
    >>> window_match(-np.inf, np.inf, jitter=0.1) < window_match(-0.2, 0.2, jitter=0.1)
    True
    """
    low, high = (_checks.end(name, end) for name, end in (("low", low), ("high", high)))
    if not low < high:
        raise ValueError(f"low, high: expected low < high, got {low} and {high}")
    tau, alpha = _checks.positive("jitter", jitter), _checks.positive("alpha", alpha)
    stair = stairs_of(bits)
    q, r = math.hypot(1.0, tau), math.hypot(1.0, tau / math.sqrt(2.0))
    # alpha and a factor 1/q stand on both sides and are left out
    with np.errstate(over="ignore"):
        place = alpha * stair
        below, above = (q * (end - place / q / q) / tau for end in (low, high))
        shared = np.sum(normal_pdf(place / q) * _between(below, above))
        square = 0.0
        for some in np.array_split(stair, 1 + stair.size // 256):
            apart = alpha * (some[:, None] - stair) / tau / math.sqrt(2.0)
            middle = alpha * (some[:, None] + stair) / r / 2.0
            square += float(np.sum(normal_pdf(apart) * normal_pdf(middle)))
    share = float(_between(low, high)) * square * (q / tau) * (q / r) / math.sqrt(2.0)
    # a window that X never meets sees a vanishing share of the slope
    return float(shared / math.sqrt(share)) if share > 0.0 else 0.0


def stairs_of(bits: int) -> np.ndarray:
    """0, 1, ..., 2^bits - 2: where the quantizer rises, in units of alpha."""
    return np.arange(2.0 ** _checks.count("bits", bits, 1, _MOST_BITS) - 1.0)


def _jumps(
    w: ArrayLike, y: float, alpha: float, bits: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The checked w, where sigma_alpha jumps, and by how much the loss jumps there."""
    w, y = _checks.finite_array("w", w), _checks.finite("y", y)
    stair, alpha = stairs_of(bits), _checks.positive("alpha", alpha)
    _checks.affordable("bits", bits, w.size * stair.size)
    return w, alpha * stair, alpha * ((stair + 0.5) * alpha - y)


def _between(low: ArrayLike, high: ArrayLike) -> np.ndarray:
    """P(low < X < high), from the tail in which its digits are."""
    low, high = np.asarray(low), np.asarray(high)
    right = low > -high
    return normal_cdf(np.where(right, -low, high)) - normal_cdf(np.where(right, -high, low))
