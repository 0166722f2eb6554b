"""One-dimensional Gaussian moments: all that the expectation sees of a proxy derivative.

With X ~ N(0, 1), g = mu', rho = |w| and theta = angle(w, w*):

- A+ = E[X g(rho X); X > 0] and A- = E[|X| g(rho X); X < 0];
- alpha = E[X g(rho X)] = A+ - A-;
- B_x = E[X g(rho X) Phi(X cot theta)];
- B_y = E[g(rho X) phi(X cot theta)] = sin(theta) k E[g(rho sin(theta) X)], k = 1/sqrt(2 pi).

The last form of B_y makes it plain that B_y > 0 for g >= 0, and keeps its digits at small theta.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from ste._normal import K, erf, erfc, normal_cdf, normal_pdf

#: Stands in for sin(theta) = 0: far below any sine that matters, and its inverse is still finite.
_TINY = 1e-280
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
        """alpha = A+ - A-."""
        return self.a_plus - self.a_minus

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


def identity_moments(rho: np.ndarray, theta: np.ndarray) -> Moments:
    """mu' = 1: A+ = A- = k, B_x = k cos(theta), B_y = k sin(theta)."""
    one = np.ones(np.broadcast_shapes(np.shape(rho), np.shape(theta)))
    return Moments(K * one, K * one, K * np.cos(theta) * one, K * one)


def relu_moments(rho: np.ndarray, theta: np.ndarray) -> Moments:
    """mu' = 1{x > 0}: A+ = k, A- = 0, B_x = k cos^2(theta/2), B_y = (k/2) sin(theta)."""
    one = np.ones(np.broadcast_shapes(np.shape(rho), np.shape(theta)))
    b_x = K * np.square(np.cos(0.5 * theta)) * one
    return Moments(K * one, 0.0 * one, b_x, 0.5 * K * one)


def clipped_relu_moments(rho: np.ndarray, theta: np.ndarray) -> Moments:
    """mu' = 1{0 < x < 1}: with a = 1/rho,

    A+ = k (1 - exp(-a^2/2)), A- = 0, B_y = (k/2) sin(theta) erf(a / (sqrt2 sin theta)) and
    B_x = k/2 - phi(a) Phi(a cot theta) + cot(theta) B_y.

    Written as B_x = A+/2 - (k/2) D(theta), with D odd about theta = pi/2, so that nothing cancels
    where the two terms of D are both close to 1 (a much larger than sin(theta)) or both small.
    """
    a = 1.0 / np.maximum(rho, _SHORT)
    decay = np.expm1(-0.5 * np.square(a))
    a_plus = -K * decay
    sin = np.maximum(np.sin(theta), _TINY)
    cos = np.abs(np.cos(theta))
    x = a * cos / (np.sqrt(2.0) * sin)
    y = a / (np.sqrt(2.0) * sin)
    near = (1.0 + decay) * erf(x) - cos * erf(y)
    half = np.where(np.cos(theta) > 0.0, 0.5 * theta, 0.5 * (np.pi - theta))
    far = decay + 2.0 * np.square(np.sin(half)) - (1.0 + decay) * erfc(x) + cos * erfc(y)
    odd = np.sign(np.cos(theta)) * np.where(x < 0.5, near, far)
    one = np.ones(np.shape(y))
    return Moments(a_plus * one, 0.0 * one, 0.5 * a_plus - 0.5 * K * odd, 0.5 * K * erf(y) * one)


_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(20)
#: phi(38) is the last density that a double can hold.
_END = 38.0
#: Panels that halve towards 0: mu'(rho x) and Phi(x cot theta) vary there on any scale.
_MESH = np.concatenate([[0.0], _END * 2.0 ** np.arange(-64.0, 1.0)])
_SETTLED = 1e-13
_ACCEPTED = 1e-10
_HALVINGS = 60


def quadrature_moments(
    g: Callable[[np.ndarray], np.ndarray],
    breakpoints: tuple[float, ...],
    rho: np.ndarray,
    theta: np.ndarray,
) -> Moments:
    """Moments of any integrable g by adaptive Gauss-Legendre quadrature.

    Panels end at 0 and at every breakpoint, so a jump that is declared costs nothing; one that is
    not is closed in by halving.

    Raises
    ------
    ValueError
        If a panel does not settle to 1e-10 of its integral: g is then not piecewise smooth.
    """
    rho, theta = np.broadcast_arrays(rho, theta)
    shape = rho.shape
    rho, theta = rho.ravel(), theta.ravel()
    sin = np.maximum(np.sin(theta), _TINY)
    cot = np.cos(theta) / sin
    # At theta = 0 or pi the limit is wanted: g on both sides of 0, never at 0.
    narrow = np.maximum(rho * sin, _TINY)

    def right(x: np.ndarray, i: np.ndarray) -> np.ndarray:
        return x * g(rho[i] * x) * normal_pdf(x)

    def left(x: np.ndarray, i: np.ndarray) -> np.ndarray:
        return x * g(-rho[i] * x) * normal_pdf(x)

    def right_tilted(x: np.ndarray, i: np.ndarray) -> np.ndarray:
        return right(x, i) * normal_cdf(x * cot[i])

    def left_tilted(x: np.ndarray, i: np.ndarray) -> np.ndarray:
        return left(x, i) * normal_cdf(-x * cot[i])

    def right_level(x: np.ndarray, i: np.ndarray) -> np.ndarray:
        return g(narrow[i] * x) * normal_pdf(x)

    def left_level(x: np.ndarray, i: np.ndarray) -> np.ndarray:
        return g(-narrow[i] * x) * normal_pdf(x)

    points = np.array(breakpoints, dtype=float)
    wide_mesh = _mesh(np.abs(points), rho)
    narrow_mesh = _mesh(np.abs(points), narrow)
    a_plus = _integrate(right, wide_mesh)
    a_minus = _integrate(left, wide_mesh)
    # Each side by itself: where the two cancel, neither would settle relative to their sum.
    b_x = _integrate(right_tilted, wide_mesh) - _integrate(left_tilted, wide_mesh)
    level = _integrate(right_level, narrow_mesh) + _integrate(left_level, narrow_mesh)
    b_y_over_sin = K * level
    return Moments(*(part.reshape(shape) for part in (a_plus, a_minus, b_x, b_y_over_sin)))


def _mesh(points: np.ndarray, rho: np.ndarray) -> np.ndarray:
    """Panel edges in x, one row for each rho: the graded mesh and the breakpoints |b| / rho."""
    scaled = np.minimum(points / rho[:, None], _END)
    mesh = np.broadcast_to(_MESH, (rho.size, _MESH.size))
    return np.sort(np.concatenate([mesh, scaled], axis=1), axis=1)


def _integrate(
    integrand: Callable[[np.ndarray, np.ndarray], np.ndarray], mesh: np.ndarray
) -> np.ndarray:
    """Integral of each row over its mesh; panels that have not settled are halved.

    All rows share one list of open panels, so the work is vectorised over rows as well.
    """
    rows = np.repeat(np.arange(mesh.shape[0]), mesh.shape[1] - 1)
    low, high = mesh[:, :-1].ravel(), mesh[:, 1:].ravel()
    keep = high > low
    low, high, rows = low[keep], high[keep], rows[keep]

    def panels(low: np.ndarray, high: np.ndarray, rows: np.ndarray, power: bool = False):
        half = 0.5 * (high - low)
        x = 0.5 * (low + high)[:, None] + half[:, None] * _NODES
        values = integrand(x, rows[:, None])
        return half * ((np.abs(values) if power else values) @ _WEIGHTS)

    count = mesh.shape[0]
    size = np.bincount(rows, panels(low, high, rows, power=True), count)
    whole = panels(low, high, rows)
    total = np.zeros(count)
    for _ in range(_HALVINGS):
        middle = 0.5 * (low + high)
        left, right = panels(low, middle, rows), panels(middle, high, rows)
        error = np.abs(left + right - whole)
        open_ = error > _SETTLED * size[rows]
        total += np.bincount(rows[~open_], (left + right)[~open_], count)
        low = np.concatenate([low[open_], middle[open_]])
        high = np.concatenate([middle[open_], high[open_]])
        whole = np.concatenate([left[open_], right[open_]])
        rows = np.tile(rows[open_], 2)
        if low.size == 0:
            return total
        if low.size > 20_000 * count:
            break
    left_over = np.bincount(rows, np.abs(whole), count)
    if np.any(left_over > _ACCEPTED * size):
        raise ValueError(
            "derivative: expected a piecewise smooth function, got one whose integral does not "
            f"settle (breakpoints declare jumps; {low.size} panels were still open)"
        )
    return total + np.bincount(rows, whole, count)


def primitive(
    g: Callable[[np.ndarray], np.ndarray], breakpoints: tuple[float, ...], x: np.ndarray
) -> np.ndarray:
    """Integral of g from 0 to every entry of x, by the same quadrature.

    Panels end at 0, at every x and breakpoint, and double away from 0, so that a narrow g is not
    missed on a long way.

    Raises
    ------
    ValueError
        If a panel does not settle to 1e-10 of its integral: g is then not piecewise smooth.
    """
    flat = x.ravel()
    reach = float(np.max(np.abs(flat), initial=1.0))
    mesh = 2.0 ** np.arange(-8.0, np.ceil(np.log2(reach)))
    low, high = min(flat.min(initial=0.0), 0.0), max(flat.max(initial=0.0), 0.0)
    inside = [p for p in (*breakpoints, *mesh, *-mesh) if low < p < high]
    edges = np.unique(np.concatenate([flat, inside, [0.0]]))
    # A row for each panel: each settles relative to its own size, and the sums start at 0.
    panels = np.stack([edges[:-1], edges[1:]], axis=1)
    parts = _integrate(lambda at, row: g(at), panels)
    zero = np.searchsorted(edges, 0.0)
    right = np.concatenate([[0.0], np.cumsum(parts[zero:])])
    left = 0.0 - np.cumsum(parts[:zero][::-1])[::-1]
    return np.concatenate([left, right])[np.searchsorted(edges, flat)].reshape(x.shape)
