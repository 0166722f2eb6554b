"""Descent from the spurious minimizer in four numbers, for many teachers and proxies at once.

From v in the span of v* and 1 the second layer never leaves it, and w never leaves its plane with
w*. Near w = 0 a proxy is told by its two limits mu'(0-) and mu'(0+). So a run of a proxy with two
slopes is a run of four numbers, whatever m and n, and thousands of runs fit into one array.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from ste import _checks
from ste._erf import K


@dataclass(frozen=True, eq=False)
class ReducedRuns:
    """How runs ended, arrays of the common shape of the arguments.

    ``crossings`` counts how often w came across the origin from theta > pi/2; ``late_crossings``
    those in the second half; ``period`` is the mean distance of the late ones in steps (NaN below
    two of them); ``loss`` is the last population loss over N; ``across`` the part of w across w*
    at the end over that at the start.
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

    ``v = A v* + B 1`` and ``w = x w* + y w'`` with w' across w*; |v*|^2 = N = 1 and
    s^2 = (m + 1) ratio. It starts at the spurious v with |w| = `norm`, `off` radians off pi.

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
        At least 1.
    norm, off : float
        The start, > 0.

    Returns
    -------
    ReducedRuns

    Raises
    ------
    ValueError
        If an argument is out of range.

    Notes
    -----
    The runs are those of `descend` with a teacher of |v*| = 1. A teacher of another length makes w
    move |v*|^2 times as far and changes nothing else; a w that starts on the axis sees only the
    sign of x, so the crossings are the same but for the way to the first of them.

    Examples
    --------
    >>> runs = descend_reduced(4, [0.1, 0.3], 1.0, 1.0, 0.05, 4000)
    >>> runs.cycling, runs.escaped
    (array([ True, False]), array([False,  True]))
    """
    m, r = _checks.positives("m", m), _checks.positives("ratio", ratio)
    q, p = _checks.finite_array("left", left), _checks.finite_array("right", right)
    eta = _checks.positives("learning_rate", learning_rate)
    steps = _checks.integer("steps", steps, 1)
    norm, off = _checks.positive("norm", norm), _checks.positive("off", off)
    shape = _checks.broadcastable(
        m=m.shape, ratio=r.shape, left=q.shape, right=p.shape, learning_rate=eta.shape
    )
    m, r, q, p, eta = (np.broadcast_to(part, shape) for part in (m, r, q, p, eta))
    s = np.sqrt((m + 1.0) * r)
    A, B = -np.ones(shape), 2.0 * s / (m + 1.0)
    start = norm * np.sin(off)
    x, y = np.full(shape, -norm * np.cos(off)), np.full(shape, start)
    first, last = np.zeros(shape), np.zeros(shape)
    crossings, late = np.zeros(shape, int), np.zeros(shape, int)
    before = x > 0.0
    for step in range(1, steps + 1):
        # Exactly on the axis from here on. Rounding it to a small number instead would not do: in
        # the second half of a long turn y grows by many orders before it shrinks again.
        y = np.where(y < 1e-300, 0.0, y)
        rho = np.hypot(x, y)
        cos, sin = x / rho, y / rho
        theta = np.arctan2(y, x)
        d, s_v = A + B * s, A * s + B * m
        square = A * A + 2.0 * A * B * s + B * B * m
        half_alpha = 0.5 * (p - q)
        # 1 - cos = 2 sin^2(theta/2): each side of 0 by itself
        b_x = 0.5 * p * (1.0 + cos) - 0.5 * q * (1.0 - cos)
        b_y = 0.5 * (p + q)
        radial = square * p - d * b_x + (s_v * s_v - square - s_v * s + d) * half_alpha
        grad_x = K * (radial * cos - d * b_y * sin * sin)
        grad_y = K * (radial * sin + d * b_y * sin * cos)
        grad_a = 0.25 * (A - (1.0 - 2.0 * theta / np.pi))
        grad_b = 0.25 * (B + s_v - s)
        A, B = A - eta * grad_a, B - eta * grad_b
        x, y = x - eta * grad_x, np.abs(y - eta * grad_y)
        now = x > 0.0
        crossed = now & ~before
        crossings += crossed
        if 2 * step > steps:
            first = np.where(crossed & (late == 0), step, first)
            last = np.where(crossed, step, last)
            late += crossed
        before = now
    c = 1.0 - 2.0 * np.arctan2(y, x) / np.pi
    d, s_v = A + B * s, A * s + B * m
    square = A * A + 2.0 * A * B * s + B * B * m
    loss = (square + s_v * s_v - 2.0 * (c * d + s_v * s) + 1.0 + s * s) / 8.0
    period = np.where(late > 1, (last - first) / np.maximum(late - 1, 1), np.nan)
    return ReducedRuns(crossings, late, period, np.maximum(loss, 0.0), y / start)
