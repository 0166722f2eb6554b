"""The b-bit quantizer of the paper's experiments, and the loss of one number sent through it.

The toy: a number X ~ N(0, 1) is shifted by w and quantized, and should come out as y. Every
sample's loss is a staircase in w, flat almost everywhere; the mean loss is smooth.
"""

import numpy as np
from numpy.typing import ArrayLike

from ste import _checks
from ste._erf import normal_cdf, normal_pdf


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
    x = _checks.finite_array("x", x)
    stairs = np.clip(np.ceil(x / _checks.positive("alpha", alpha)), 0.0, _top(bits))
    return alpha * stairs


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
    >>> mean_loss(0.0, y=0.0)
    np.float64(0.25)
    """
    w, places, jumps = _jumps(w, y, alpha, bits)
    return 0.5 * y**2 + np.sum(jumps * normal_cdf(w[..., None] - places), axis=-1)


def mean_loss_slope(w: ArrayLike, y: float, alpha: float = 1.0, bits: int = 1) -> np.ndarray:
    """``F'(w) = alpha sum_j ((j + 1/2) alpha - y) phi(w - j alpha)``, j = 0, ..., 2^bits - 2.

    Parameters and errors as in `mean_loss`.

    Notes
    -----
    Our own result (elementary): each jump of the loss, times the density of X at its place.

    Examples
    --------
    >>> mean_loss_slope(0.0, y=0.0) * np.sqrt(2 * np.pi)
    np.float64(0.5)
    """
    w, places, jumps = _jumps(w, y, alpha, bits)
    return np.sum(jumps * normal_pdf(w[..., None] - places), axis=-1)


def _top(bits: int) -> int:
    return 2 ** _checks.integer("bits", bits, 1) - 1


def _jumps(
    w: ArrayLike, y: float, alpha: float, bits: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The checked w, where sigma_alpha jumps, and by how much the loss jumps there."""
    w, y = _checks.finite_array("w", w), float(_checks.finite_array("y", y))
    stair = np.arange(_top(bits))
    alpha = _checks.positive("alpha", alpha)
    return w, alpha * stair, alpha * ((stair + 0.5) * alpha - y)
