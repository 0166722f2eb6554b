"""Finite differences of the sample loss: what they average to, and how noisy they are."""

import numpy as np
from numpy.typing import ArrayLike

from ste import _checks
from ste.geometry import plane
from ste.model import Teacher


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
    >>> jump_rate([1.0], [0.0, 2.0], teacher) * 2 * np.pi
    np.float64(0.5)
    """
    _checks.instance("teacher", teacher, Teacher)
    v, w = _checks.student(v, w, teacher, direction=True)
    c = 1.0 - 2.0 * plane(w, teacher).theta[..., None] / np.pi
    gap = v - teacher.v
    mean = 0.5 * (np.sum(gap, axis=-1, keepdims=True) - gap)
    each = 0.25 * (np.square(v) + np.square(teacher.v) - 2.0 * c * v * teacher.v)
    variance = np.sum(each, axis=-1, keepdims=True) - each
    squares = np.square(0.5 * v + mean) + np.square(0.5 * v - teacher.v + mean)
    return np.sum(np.square(v) * (squares + 2.0 * variance), axis=-1) / (2.0 * np.pi)
