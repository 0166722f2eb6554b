"""One-dimensional Gaussian moments: all that the expectation sees of a proxy derivative.

With X ~ N(0, 1), the slope mu', rho = |w| and theta = angle(w, w*):

- A+ = E[X mu'(rho X); X > 0] and A- = E[|X| mu'(rho X); X < 0];
- A = E[X mu'(rho X)] = A+ - A-, here ``alpha``;
- B_x = E[X mu'(rho X) Phi(X cot theta)];
- B_y = E[mu'(rho X) phi(X cot theta)] = sin(theta) k E[mu'(rho sin(theta) X)], k = 1/sqrt(2 pi).

The last form of B_y makes it plain that B_y > 0 for mu' >= 0, and keeps its digits at small theta.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from ste._normal import K, erf, erfc, normal_cdf, normal_pdf
from ste._quadrature import NORMAL_END, graded, integrate, split

#: Stands in for sin(theta) = 0: far below any sine that matters, and its inverse is still finite.
_TINY = 1e-280
#: Moments of a half line that a proxy leaves as it is, or takes away.
_WHOLE = np.array(K)
_NONE = np.array(0.0)
#: So many terms of an alternating series whose k-th is below 4^-k/k!.
_TERMS = 12
#: Below this y the series is taken, and below this half width the quadrature.
_SMALL_Y, _CLOSE = 0.5, 0.25
#: Panels halve down to 2^-64 of what a g of width 1 sees.
_HALVINGS = 64
_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(10)
#: From here on exp(-t^2) is 0 in doubles.
_FAR = 30.0
#: At so short a filter a proxy is looked at next to 0; times a node it is still above 0.
_NARROW = 1e-300
#: A filter this short is clipped nowhere that a double could tell; its inverse square is finite.
_SHORT = 1e-20


@dataclass(frozen=True)
class Moments:
    """The moments of one proxy at given |w| and theta; they add and scale like the proxy.

    Parameters
    ----------
    a_plus, a_minus : ndarray, shape (...)
        A+ and A-.
    b_x : ndarray, shape (...)
        B_x.
    b_y_over_sin : ndarray, shape (...)
        B_y / sin(theta), which stays finite where the sine vanishes.

    Notes
    -----
    Our own result for a general proxy; for ReLU and identity these give the paper's formulas.
    """

    a_plus: np.ndarray
    a_minus: np.ndarray
    b_x: np.ndarray
    b_y_over_sin: np.ndarray

    @property
    def alpha(self) -> np.ndarray:
        """A = A+ - A-."""
        return self.a_plus - self.a_minus

    def filled(self, shape: tuple[int, ...]) -> "Moments":
        """The same, as arrays of this shape: a closed form may give numbers that broadcast."""
        parts = self.a_plus, self.a_minus, self.b_x, self.b_y_over_sin
        return Moments(*(p if np.shape(p) == shape else np.full(shape, p) for p in parts))

    def __add__(self, other: "Moments") -> "Moments":
        return Moments(
            self.a_plus + other.a_plus,
            self.a_minus + other.a_minus,
            self.b_x + other.b_x,
            self.b_y_over_sin + other.b_y_over_sin,
        )

    def __rmul__(self, factor: float) -> "Moments":
        return Moments(
            factor * self.a_plus,
            factor * self.a_minus,
            factor * self.b_x,
            factor * self.b_y_over_sin,
        )


def identity_moments(rho: np.ndarray, cos: np.ndarray, sin: np.ndarray) -> Moments:
    """mu' = 1: A+ = A- = k, B_x = k cos(theta), B_y = k sin(theta)."""
    return Moments(_WHOLE, _WHOLE, K * cos, _WHOLE)


def relu_moments(rho: np.ndarray, cos: np.ndarray, sin: np.ndarray) -> Moments:
    """mu' = 1{x > 0}: A+ = k, A- = 0, B_x = k cos^2(theta/2), B_y = (k/2) sin(theta)."""
    # cos(theta/2) = |u + w*|/2, which keeps its digits at pi, where 1 + cos(theta) has none
    b_x = 0.25 * K * (np.square(1.0 + cos) + np.square(sin))
    return Moments(_WHOLE, _NONE, b_x, 0.5 * _WHOLE)


def clipped_relu_moments(rho: np.ndarray, cos: np.ndarray, sin: np.ndarray) -> Moments:
    """mu' = 1{0 < x < 1}: with a = 1/rho,

    A+ = k (1 - exp(-a^2/2)), A- = 0, B_y = (k/2) sin(theta) erf(a / (sqrt2 sin theta)) and
    B_x = k/2 - phi(a) Phi(a cot theta) + cot(theta) B_y.

    With c = abs(cos(theta)), y = a/(sqrt2 sin theta) and R = erf(c y) - c erf(y) this is
    B_x = (A+ erfc(c y) + k R)/2 for theta > pi/2 and A+ less that much for its mirror image, where
    no term is small against another that it cancels.
    """
    a = 1.0 / np.maximum(rho, _SHORT)
    a_plus = -K * np.expm1(-0.5 * np.square(a))
    sin, c = np.maximum(sin, _TINY), np.abs(cos)
    y = a / (np.sqrt(2.0) * sin)
    beyond = 0.5 * (a_plus * erfc(c * y) + K * _rest(y, c, a, sin))
    b_x = np.where(cos > 0.0, a_plus - beyond, beyond)
    return Moments(a_plus, _NONE, b_x, 0.5 * K * erf(y))


def _rest(y: np.ndarray, c: np.ndarray, a: np.ndarray, sin: np.ndarray) -> np.ndarray:
    """``erf(c y) - c erf(y)``, of which two large parts would cancel.

    For y < 1/2 it is ``c y a^2/sqrt(pi) sum_k (-y^2)^(k-1) (1 + ... + c^(2k-2))/(k! (2k+1))``, by
    ``y^2 (1 - c^2) = a^2/2``; else ``(1 - c) erf(y)`` less ``erf(y) - erf(c y)``.
    """
    small = np.minimum(y, _SMALL_Y)
    short = small < _SMALL_Y
    if short.all():
        return _series(y, c, a)
    gap = np.square(sin) / (1.0 + c)  # 1 - c
    far = gap * erf(y) - _erf_between(c * y, y, gap * y)
    return np.where(short, _series(small, c, a), far) if short.any() else far


def _series(y: np.ndarray, c: np.ndarray, a: np.ndarray) -> np.ndarray:
    term = c * y * np.square(a) / math.sqrt(math.pi)
    powers, total = np.ones_like(c), np.zeros_like(term)
    for k in range(1, _TERMS):
        total = total + term * powers / (2 * k + 1)
        term = -term * np.square(y) / (k + 1)
        powers = 1.0 + powers * np.square(c)
    return total


def _erf_between(low: np.ndarray, high: np.ndarray, width: np.ndarray) -> np.ndarray:
    """``erf(high) - erf(low)``, by quadrature where they are so close that only `width` tells."""
    half = np.minimum(0.5 * width, _CLOSE)
    t = (np.minimum(high, _FAR) - half)[..., None] + half[..., None] * _NODES
    close = 2.0 / math.sqrt(math.pi) * half * (np.exp(-np.square(t)) @ _WEIGHTS)
    return np.where(half < _CLOSE, close, erfc(low) - erfc(high))


def _edges(jumps: np.ndarray, scale: np.ndarray) -> np.ndarray:
    """Panels for each g(scale x); they end at ``jumps / scale`` and halve towards 0."""
    halvings = _HALVINGS + math.ceil(math.log2(np.max(scale, initial=1.0)))
    with np.errstate(over="ignore"):  # infinitely far out
        return split(graded(NORMAL_END, halvings), jumps / scale[:, None])


def quadrature_moments(
    g: Callable[[np.ndarray], np.ndarray],
    breakpoints: tuple[float, ...],
    rho: np.ndarray,
    cos: np.ndarray,
    sin: np.ndarray,
) -> Moments:
    """Moments of any integrable g by adaptive Gauss-Legendre quadrature.

    Panels end at 0 and at every breakpoint, so a jump that is declared costs nothing; one that is
    not is closed in by halving.

    Raises
    ------
    ValueError
        If a panel does not settle to 1e-10 of its integral: g is then not piecewise smooth.
    """
    shape = np.broadcast_shapes(np.shape(rho), np.shape(cos), np.shape(sin))
    rho, cos, sin = (np.broadcast_to(part, shape).ravel() for part in (rho, cos, sin))
    sin = np.maximum(sin, _TINY)
    cot = cos / sin
    # At theta = 0 or pi the limit is wanted: g on both sides of 0, never at 0.
    narrow = np.maximum(rho * sin, _NARROW)
    jumps = np.abs(np.array(breakpoints, dtype=float))
    wide_mesh, narrow_mesh = _edges(jumps, rho), _edges(jumps, narrow)

    def half_line(side: float) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """E[x g(X)], E[x g(X) Phi(X cot)] and E[g(X sin)] over X = side x, x > 0; g of rho X."""

        def first(x: np.ndarray, i: np.ndarray) -> np.ndarray:
            return x * g(side * rho[i] * x) * normal_pdf(x)

        def tilted(x: np.ndarray, i: np.ndarray) -> np.ndarray:
            return first(x, i) * normal_cdf(side * x * cot[i])

        def level(x: np.ndarray, i: np.ndarray) -> np.ndarray:
            return g(side * narrow[i] * x) * normal_pdf(x)

        return (
            integrate(first, wide_mesh),
            integrate(tilted, wide_mesh),
            integrate(level, narrow_mesh),
        )

    # Each side by itself: where the two cancel, neither would settle relative to their sum.
    a_plus, tilted_right, level_right = half_line(1.0)
    a_minus, tilted_left, level_left = half_line(-1.0)
    b_x = tilted_right - tilted_left
    b_y_over_sin = K * (level_right + level_left)
    return Moments(*(part.reshape(shape) for part in (a_plus, a_minus, b_x, b_y_over_sin)))
