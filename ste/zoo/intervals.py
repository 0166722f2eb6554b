"""Between which numbers a typed formula lies where x lies in an interval: interval arithmetic.

The bounds hold almost everywhere, which is all that an integral sees, and to a few units in the
last place, as the values of the formula themselves do. What is not defined is anything.
"""

import ast
import math
from collections.abc import Callable

import numpy as np

from ste._boxes import Bounds

Interval = tuple[np.ndarray, np.ndarray]


def bounds_of(tree: ast.expr) -> Bounds:
    """The bounds of a formula that `ste.zoo.typed` has let through.

    Examples
    --------
    >>> square = bounds_of(ast.parse("x**2", mode="eval").body)
    >>> square(np.array([-1.0, 2.0]), np.array([1.0, 3.0]))
    (array([0., 4.]), array([1., 9.]))
    """

    def bounds(low: np.ndarray, high: np.ndarray) -> Interval:
        with np.errstate(all="ignore"):
            return _enclosed(tree, (low, high))

    return bounds


def _enclosed(node: ast.expr, x: Interval) -> Interval:
    if isinstance(node, ast.Constant):
        value = np.full_like(x[0], node.value)
        return value, value
    if isinstance(node, ast.Name):
        return x if node.id == "x" else (np.full_like(x[0], math.pi),) * 2
    if isinstance(node, ast.UnaryOp):
        least, most = _enclosed(node.operand, x)
        return (-most, -least) if isinstance(node.op, ast.USub) else (least, most)
    if isinstance(node, ast.Compare):
        return _compared(node, x)
    if isinstance(node, ast.BinOp):
        left, right = _enclosed(node.left, x), _enclosed(node.right, x)
        return _widened(_OPERATORS[type(node.op)](left, right))
    assert isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
    parts = [_enclosed(argument, x) for argument in node.args]
    return _FUNCTIONS[node.func.id](*parts)


def _widened(interval: Interval) -> Interval:
    """Rounded outwards; a bound that is 0 is taken for exact."""
    least, most = interval
    return (
        np.where(least == 0.0, 0.0, np.nextafter(least, -np.inf)),
        np.where(most == 0.0, 0.0, np.nextafter(most, np.inf)),
    )


def _hull(*values: np.ndarray) -> Interval:
    """From the least to the largest; 0 times infinity is 0, as of the bounds of a product."""
    defined = [np.where(np.isnan(value), 0.0, value) for value in np.broadcast_arrays(*values)]
    return np.minimum.reduce(defined), np.maximum.reduce(defined)


def _anything_where(undefined: np.ndarray, interval: Interval) -> Interval:
    least, most = interval
    return np.where(undefined, -np.inf, least), np.where(undefined, np.inf, most)


# --- Operators -----------------------------------------------------------------------------------


def _sum(a: Interval, b: Interval) -> Interval:
    return a[0] + b[0], a[1] + b[1]


def _difference(a: Interval, b: Interval) -> Interval:
    return a[0] - b[1], a[1] - b[0]


def _product(a: Interval, b: Interval) -> Interval:
    return _hull(*(one * other for one in a for other in b))


def _quotient(a: Interval, b: Interval) -> Interval:
    least, most = b
    inverse = (
        np.where(most == 0.0, -np.inf, 1.0 / most),
        np.where(least == 0.0, np.inf, 1.0 / least),
    )
    whole = _product(a, _anything_where((least < 0.0) & (most > 0.0), inverse))
    return _anything_where((least == 0.0) & (most == 0.0), whole)


def _power(a: Interval, b: Interval) -> Interval:
    """The corners, for ``|base|**exponent`` is monotone in each; odd powers keep the sign."""
    least, most = a
    exponent = b[0]
    whole = (b[0] == b[1]) & (exponent == np.round(exponent))
    odd = whole & (np.mod(exponent, 2.0) == 1.0)
    crosses = (least < 0.0) & (most > 0.0)
    near = np.where(crosses, 0.0, np.minimum(np.abs(least), np.abs(most)))
    far = np.maximum(np.abs(least), np.abs(most))
    size = _hull(*(base**other for base in (near, far) for other in b))
    signed = _hull(*(np.copysign(np.abs(end) ** exponent, end) for end in a))
    value = np.where(odd, signed[0], size[0]), np.where(odd, signed[1], size[1])
    return _anything_where((least < 0.0) & ~whole | crosses & odd & (exponent < 0.0), value)


_OPERATORS: dict[type[ast.operator], Callable[[Interval, Interval], Interval]] = {
    ast.Add: _sum,
    ast.Sub: _difference,
    ast.Mult: _product,
    ast.Div: _quotient,
    ast.Pow: _power,
}


# --- Comparisons ---------------------------------------------------------------------------------


def _compared(node: ast.Compare, x: Interval) -> Interval:
    sides = [node.left, *node.comparators]
    surely, maybe = np.ones_like(x[0]), np.ones_like(x[0])
    for op, left, right in zip(node.ops, sides[:-1], sides[1:], strict=True):
        if isinstance(op, ast.Gt | ast.GtE):
            left, right = right, left
        low, high = _enclosed(left, x), _enclosed(right, x)
        bare = any(isinstance(side, ast.Name) and side.id == "x" for side in (left, right))
        # x is at the end of its interval nowhere but there; other sides may stay at theirs
        strict = isinstance(op, ast.Lt | ast.Gt) and not bare
        surely = surely * ((low[1] < high[0]) if strict else (low[1] <= high[0]))
        never = (low[0] >= high[1]) if strict or bare else (low[0] > high[1])
        maybe = maybe * ~never
    return surely, maybe


# --- Functions -----------------------------------------------------------------------------------


def _exp(a: Interval) -> Interval:
    least, most = _widened(_widened((np.exp(a[0]), np.exp(a[1]))))
    return np.maximum(least, 0.0), most


def _tanh(a: Interval) -> Interval:
    least, most = _widened(_widened((np.tanh(a[0]), np.tanh(a[1]))))
    return np.maximum(least, -1.0), np.minimum(most, 1.0)


def _abs(a: Interval) -> Interval:
    least, most = a
    return np.maximum(np.maximum(least, -most), 0.0), np.maximum(-least, most)


def _sqrt(a: Interval) -> Interval:
    return _anything_where(a[0] < 0.0, _widened((np.sqrt(a[0]), np.sqrt(a[1]))))


def _log(a: Interval) -> Interval:
    return _anything_where(a[0] < 0.0, _widened(_widened((np.log(a[0]), np.log(a[1])))))


def _max(a: Interval, b: Interval) -> Interval:
    return np.maximum(a[0], b[0]), np.maximum(a[1], b[1])


def _min(a: Interval, b: Interval) -> Interval:
    return np.minimum(a[0], b[0]), np.minimum(a[1], b[1])


def _where(test: Interval, yes: Interval, no: Interval) -> Interval:
    surely, never = (test[0] > 0.0) | (test[1] < 0.0), (test[0] == 0.0) & (test[1] == 0.0)
    least, most = np.minimum(yes[0], no[0]), np.maximum(yes[1], no[1])
    return (
        np.where(surely, yes[0], np.where(never, no[0], least)),
        np.where(surely, yes[1], np.where(never, no[1], most)),
    )


_FUNCTIONS: dict[str, Callable[..., Interval]] = {
    "exp": _exp,
    "tanh": _tanh,
    "abs": _abs,
    "sqrt": _sqrt,
    "log": _log,
    "max": _max,
    "min": _min,
    "where": _where,
}
