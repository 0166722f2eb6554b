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
    # p is one number for all starts that share a rate
    state = np.ones(()), a, t, length * place.cos, length * place.sin
    return Frame(teacher, v, gap, bent, across, state)


def gradients(frame: Frame, estimator: Estimator) -> Callable[..., State]:
    """4 E[dl/dv] and E[g] in the numbers of a frame, as a function of a state.

    With ``1 - c = 2 theta/pi`` the first has the parts p, ``a + 1 - c`` and
    ``(m + 1) t + (1 - c) s``. The second is ``(r + b cos(theta)) u - b w*`` with
    ``b = d B_y/sin(theta)`` and ``r = d (A+ - B_x) + (|v|^2 - d) (A+ - A/2) + s_v t A/2``, in which
    ``|v|^2 - d = a (1 + a) |bent|^2 + p^2 |gap|^2 + s_v t/m``.
    """
    teacher, slope_at_0 = frame.teacher, float(estimator.evaluate(np.zeros(1))[0])
    m, s, N = teacher.m, teacher.s, teacher.N
    with np.errstate(over="ignore"):  # a run from there overflows, and says at which step
        gap_square = np.sum(np.square(frame.gap), axis=-1)
    bent_square = float(frame.bent @ frame.bent)

    def along(p: np.ndarray, a: np.ndarray, t: np.ndarray, x: np.ndarray, y: np.ndarray) -> State:
        length, moving = _length(x, y)
        rho = length if moving else np.where(length > 0.0, length, 1.0)
        cos, sin = x / rho, y / rho
        beside = np.abs(sin)
        turned = 2.0 / math.pi * _angle(cos, beside)
        level, others = a * bent_square, (s + t) * t
        d, beyond = N + level + t * (s / m), level * (1.0 + a) + p * p * gap_square
        row = estimator.moments_of(rho, cos, beside)
        half, star = 0.5 * row.alpha, d * row.b_y_over_sin
        own = row.a_plus - half
        radial = d * (row.a_plus - row.b_x) + beyond * own + others * (own / m + half)
        along_u = radial + star * cos
        along_v = p, a + turned, (m + 1) * t + turned * s
        along_w = along_u * cos - star, along_u * sin
        if moving:
            return *along_v, *along_w
        none = np.zeros_like(d)
        at_zero = none, none, none, -(slope_at_0 * K) * d, none
        both = zip((*along_v, *along_w), at_zero, strict=True)
        return tuple(np.where(length > 0.0, part, here) for part, here in both)

    return along


def _length(x: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, bool]:
    """|(x, y)| and whether none is 0; a root alone where no square leaves the range of doubles."""
    square = x * x + y * y
    if square.size and square.min() > _LEAST and square.max() < _MOST:
        return np.sqrt(square), True
    length = np.hypot(x, y)
    return length, bool(length.all())


def _angle(cos: np.ndarray, sin: np.ndarray) -> np.ndarray:
    """arctan2(sin, cos) for sin >= 0, in half its time: by the arctangent of one argument."""
    with np.errstate(divide="ignore", invalid="ignore"):  # at a right angle; at w = 0
        slope = sin / cos
    return np.arctan(slope) + math.pi * np.signbit(cos)
