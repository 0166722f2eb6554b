"""Runs on the population in five numbers each, since nothing leaves their frame of vectors."""

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from ste._normal import K
from ste.estimators import Estimator
from ste.model import Teacher
from ste.plane import PARALLEL, norm, plane

State = tuple[np.ndarray, ...]

#: Between these the square of a length has all its digits.
_LEAST, _MOST = 1e-280, 1e280


@dataclass(frozen=True, eq=False)
class Frame:
    """``v = v* + p gap + a bent + (t/m) 1`` and ``w = x w* + y across``.

    E[dl/dv] is made of v - v*, v* and 1, and E[g] of w and w*, so that a run stays with vectors
    that are perpendicular to each other: ``bent``, which is v* less its mean, ``gap``, what v0 - v*
    has beside it and 1, and ``across``, of length 1, in the plane of w0 and w*. Runs begin at the
    numbers ``state`` with v0 = ``start``.
    """

    teacher: Teacher
    start: np.ndarray
    gap: np.ndarray
    bent: np.ndarray
    across: np.ndarray
    state: State

    def student(
        self, p: np.ndarray, a: np.ndarray, t: np.ndarray, x: np.ndarray, y: np.ndarray
    ) -> State:
        """v (..., m) and w (..., n)."""
        v = self._layer(p, a, t)
        # v takes no step while w = 0: what is the start but for rounding is the start
        v = np.where(v == self._layer(*self.state[:3]), self.start, v)
        return v, x[..., None] * self.teacher.w + y[..., None] * self.across

    def _layer(self, p: np.ndarray, a: np.ndarray, t: np.ndarray) -> np.ndarray:
        sums = p[..., None] * self.gap + a[..., None] * self.bent + t[..., None] / self.teacher.m
        return self.teacher.v + sums


def framed(v: np.ndarray, w: np.ndarray, teacher: Teacher) -> Frame:
    """The frame of runs from (v, w)."""
    apart = v - teacher.v
    t = np.sum(apart, axis=-1)
    bent = teacher.v - teacher.s / teacher.m
    bent = bent - np.mean(bent)  # without this a short one is not perpendicular to 1
    if norm(bent) <= PARALLEL * norm(teacher.v):
        bent = np.zeros_like(bent)
    square = float(bent @ bent)
    a = apart @ bent / (square or 1.0)
    gap = apart - a[..., None] * bent - t[..., None] / teacher.m
    zero = np.all(w == 0.0, axis=-1)
    place = plane(np.where(zero[..., None], teacher.w, w), teacher)
    length = np.where(zero, 0.0, place.norm)
    across = place.unit
    for _ in range(2):  # the same, where the sine is small
        across = across - (across @ teacher.w)[..., None] * teacher.w
        size = np.linalg.norm(across, axis=-1, keepdims=True)
        across = across / np.where(size > 0.0, size, 1.0)
    state = np.ones_like(t), a, t, length * place.cos, length * place.sin
    return Frame(teacher, v, gap, bent, across, state)


def gradients(frame: Frame, estimator: Estimator) -> Callable[..., State]:
    """4 E[dl/dv] and E[g] in the numbers of a frame, as a function of a state.

    With ``1 - c = 2 theta/pi`` the first has the parts p, ``a + 1 - c`` and
    ``(m + 1) t + (1 - c) s``; E[g] has a part along u and ``-d B_y`` along e, which is w* less
    what it has along u.
    """
    teacher, slope_at_0 = frame.teacher, float(estimator.evaluate(np.zeros(1))[0])
    m, s, N = teacher.m, teacher.s, teacher.N
    with np.errstate(over="ignore"):  # a run from there overflows, and says at which step
        gap_square = np.sum(np.square(frame.gap), axis=-1)
    bent_square = float(frame.bent @ frame.bent)

    def along(p: np.ndarray, a: np.ndarray, t: np.ndarray, x: np.ndarray, y: np.ndarray) -> State:
        length = _length(x, y)
        moving = bool(length.all())
        rho = length if moving else np.where(length > 0.0, length, 1.0)
        theta = np.arctan2(np.abs(y), x)
        turned = 2.0 / math.pi * theta
        level = a * bent_square
        beyond = level + t * (s / m)  # d - N
        d, s_v = N + beyond, s + t
        square = d + beyond + p * p * gap_square + a * level + t * t / m
        row = estimator.moments_of(rho, theta)
        others = (0.5 * row.alpha) * (s_v * t - square + d)
        radial = square * row.a_plus - d * row.b_x + others
        star, cos, sin = d * row.b_y_over_sin, x / rho, y / rho
        along_v = p, a + turned, (m + 1) * t + turned * s
        along_w = radial * cos - star * sin * sin, (radial + star * cos) * sin
        if moving:
            return *along_v, *along_w
        none = np.zeros_like(d)
        at_zero = none, none, none, -(slope_at_0 * K) * d, none
        both = zip((*along_v, *along_w), at_zero, strict=True)
        return tuple(np.where(length > 0.0, part, here) for part, here in both)

    return along


def _length(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """|(x, y)|, by the square root alone where no square leaves the range of doubles."""
    square = x * x + y * y
    if square.size and square.min() > _LEAST and square.max() < _MOST:
        return np.sqrt(square)
    return np.hypot(x, y)
