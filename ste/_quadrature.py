"""Gauss-Legendre quadrature on panels, for every integral that has no closed form.

``int_a^b h = (b - a)/2 sum_i w_i h(a + (b - a) (1 + t_i)/2)`` on each panel [a, b]. Panels end
where h jumps and halve towards 0, where the integrands of this package vary on any scale.
"""

import math
from collections.abc import Callable
from functools import cache

import numpy as np

#: Beyond 38 the standard normal density is below 1e-313.
NORMAL_END = 38.0
#: Nodes in a panel of the adaptive rule.
_ORDER = 20
#: A panel has settled if halving it changes so little of the integral's size.
_SETTLED = 1e-13
#: So much of the integral's size may be open in the end.
_ACCEPTED = 1e-10
_HALVINGS = 60


@cache
def _legendre(order: int) -> tuple[np.ndarray, np.ndarray]:
    """t_i and w_i: nodes in (-1, 1), weights that sum to 2."""
    return np.polynomial.legendre.leggauss(order)


def nodes(edges: np.ndarray, order: int) -> tuple[np.ndarray, np.ndarray]:
    """Nodes and weights of all panels between neighbouring `edges`: ``int h = sum_i w_i h(x_i)``.

    Parameters
    ----------
    edges : ndarray, shape (..., p + 1)
        Ascending along the last axis.
    order : int
        Nodes in a panel.

    Returns
    -------
    x, weights : ndarray, shape (..., p * order)

    Examples
    --------
    >>> x, weights = nodes(np.array([0.0, 1.0, 3.0]), 2)
    >>> round(float(weights @ x**3), 12)
    20.25
    """
    t, weights = _legendre(order)
    half = 0.5 * np.diff(edges)[..., None]
    x = edges[..., :-1, None] + half * (1.0 + t)
    shape = (*edges.shape[:-1], x.shape[-2] * order)
    return x.reshape(shape), (half * weights).reshape(shape)


def graded(end: float, halvings: int) -> np.ndarray:
    """Edges of panels of [0, end] that halve towards 0.

    Examples
    --------
    >>> graded(8.0, 3)
    array([0., 1., 2., 4., 8.])
    """
    return np.concatenate([[0.0], end * 2.0 ** np.arange(-float(halvings), 1.0)])


def split(edges: np.ndarray, points: np.ndarray) -> np.ndarray:
    """`edges` (p,) with `points` (..., q) among them, shape (..., p + q); outer points move in.

    Examples
    --------
    >>> split(np.array([0.0, 1.0, 2.0]), np.array([[0.5], [9.0]]))
    array([[0. , 0.5, 1. , 2. ],
           [0. , 1. , 2. , 2. ]])
    """
    points = np.clip(points, edges[0], edges[-1])
    everywhere = np.broadcast_to(edges, (*points.shape[:-1], edges.size))
    return np.sort(np.concatenate([everywhere, points], axis=-1), axis=-1)


def line(scale: np.ndarray | float = 1.0) -> np.ndarray:
    """Edges of panels of the line for h(scale X) and a standard normal X; they halve towards 0.

    The least ends at a millionth of the smaller of 1 and 1/scale; of several scales the largest
    counts.

    Examples
    --------
    >>> edges = line(1e9)
    >>> float(edges[-1]), bool(0.0 < edges[edges > 0.0][0] < 1e-13), 0.0 in edges
    (38.0, True, True)
    """
    finer = math.ceil(math.log2(max(float(np.max(scale, initial=1.0)), 1.0)))
    half = graded(NORMAL_END, min(25 + finer, 1070))
    return np.concatenate([-half[::-1], half[1:]])


def integrate(
    integrand: Callable[[np.ndarray, np.ndarray], np.ndarray], edges: np.ndarray
) -> np.ndarray:
    """Integrals of several functions; panels that have not settled are halved.

    Parameters
    ----------
    integrand : callable
        ``integrand(x, row)``, x of shape (p, q) and row (p, 1) with the numbers of the functions.
    edges : ndarray, shape (k, p + 1)
        The panels of each function, ascending; an empty panel does no harm.

    Returns
    -------
    ndarray, shape (k,)

    Raises
    ------
    ValueError
        If panels do not settle to 1e-10 of the integral of the absolute value.

    Notes
    -----
    All functions share one list of open panels, so the work is vectorised over them as well.

    Examples
    --------
    >>> ends = np.array([[0.0, np.pi], [0.0, 2.0 * np.pi]])
    >>> integrate(lambda x, row: np.abs(np.sin((row + 1) * x)), ends).round(12)
    array([2., 4.])
    """
    count = len(edges)
    rows = np.repeat(np.arange(count), edges.shape[1] - 1)
    low, high = edges[:, :-1].ravel(), edges[:, 1:].ravel()
    wide = high > low
    low, high, rows = low[wide], high[wide], rows[wide]
    t, weights = _legendre(_ORDER)

    def panels(
        low: np.ndarray, high: np.ndarray, rows: np.ndarray
    ) -> tuple[np.ndarray, np.ndarray]:
        """The integral over each panel, and that of the absolute value."""
        half = 0.5 * (high - low)
        values = integrand(low[:, None] + half[:, None] * (1.0 + t), rows[:, None])
        # multiplied by half last, so that tiny values on tiny panels keep their digits
        return half * (values @ weights), half * (np.abs(values) @ weights)

    whole, sizes = panels(low, high, rows)
    size = np.bincount(rows, sizes, count)
    total = np.zeros(count)
    for _ in range(_HALVINGS):
        middle = 0.5 * (low + high)
        left, left_sizes = panels(low, middle, rows)
        right, right_sizes = panels(middle, high, rows)
        # a bump between the nodes of wide panels shows when they are halved
        size = np.maximum(size, np.bincount(rows, left_sizes + right_sizes, count))
        unsettled = np.abs(left + right - whole) > _SETTLED * size[rows]
        total += np.bincount(rows[~unsettled], (left + right)[~unsettled], count)
        low, high = (
            np.concatenate([low[unsettled], middle[unsettled]]),
            np.concatenate([middle[unsettled], high[unsettled]]),
        )
        whole = np.concatenate([left[unsettled], right[unsettled]])
        rows = np.tile(rows[unsettled], 2)
        if low.size == 0:
            return total
        if low.size > 20_000 * count:
            break
    if np.any(np.bincount(rows, np.abs(whole), count) > _ACCEPTED * size):
        raise ValueError(
            "derivative: expected a piecewise smooth function, got one whose integral does not "
            f"settle (breakpoints declare jumps; {low.size} panels were still open)"
        )
    return total + np.bincount(rows, whole, count)


def primitive(
    g: Callable[[np.ndarray], np.ndarray], breakpoints: tuple[float, ...], x: np.ndarray
) -> np.ndarray:
    """Integral of g from 0 to every entry of x, by the adaptive rule.

    Panels end at 0, at every x and breakpoint, and double away from 0, so that a narrow g is not
    missed on a long way.

    Raises
    ------
    ValueError
        If a panel does not settle to 1e-10 of its integral: g is then not piecewise smooth.

    Examples
    --------
    >>> primitive(np.sign, (0.0,), np.array([-2.0, 0.0, 3.0]))
    array([2., 0., 3.])
    """
    flat = x.ravel()
    reach = float(np.max(np.abs(flat), initial=1.0))
    mesh = 2.0 ** np.arange(-8.0, np.ceil(np.log2(reach)))
    low, high = min(flat.min(initial=0.0), 0.0), max(flat.max(initial=0.0), 0.0)
    inside = [p for p in (*breakpoints, *mesh, *-mesh) if low < p < high]
    edges = np.unique(np.concatenate([flat, inside, [0.0]]))
    # A row for each panel: each settles relative to its own size, and the sums start at 0.
    panels = np.stack([edges[:-1], edges[1:]], axis=1)
    parts = integrate(lambda points, row: g(points), panels)
    zero = np.searchsorted(edges, 0.0)
    right = np.concatenate([[0.0], np.cumsum(parts[zero:])])
    left = 0.0 - np.cumsum(parts[:zero][::-1])[::-1]
    return np.concatenate([left, right])[np.searchsorted(edges, flat)].reshape(x.shape)
