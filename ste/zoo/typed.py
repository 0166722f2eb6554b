"""A proxy typed as a formula, read by a parser that knows a short list of things and nothing else.

The text is parsed into Python's syntax tree and never compiled or run: the tree is walked, and each
node is one of those listed here or refused. So a formula can compute with numbers and arrays and
do nothing else.
"""

import ast
import math
import warnings
from collections.abc import Callable, Sequence

import numpy as np

from ste import _checks
from ste._boxes import boxes, narrow_edges
from ste.estimators import Estimator
from ste.zoo.intervals import bounds_of

#: A formula longer than this is refused unread; one with more parts than that is refused unused.
LONGEST = 200
MOST_PARTS = 120

_Value = np.ndarray | np.float64
_Evaluator = Callable[[np.ndarray], _Value]

_OPERATORS = {
    ast.Add: np.add,
    ast.Sub: np.subtract,
    ast.Mult: np.multiply,
    ast.Div: np.divide,
    ast.Pow: np.power,
}
_SIGNS = {ast.UAdd: np.positive, ast.USub: np.negative}
_COMPARISONS = {
    ast.Lt: np.less,
    ast.LtE: np.less_equal,
    ast.Gt: np.greater,
    ast.GtE: np.greater_equal,
}


def _where(test: np.ndarray, yes: np.ndarray, no: np.ndarray) -> np.ndarray:
    return np.where(test != 0.0, yes, no)


#: Each function with the number of its arguments.
_FUNCTIONS: dict[str, tuple[Callable[..., _Value], int]] = {
    "exp": (np.exp, 1),
    "tanh": (np.tanh, 1),
    "abs": (np.abs, 1),
    "sqrt": (np.sqrt, 1),
    "log": (np.log, 1),
    "max": (np.maximum, 2),
    "min": (np.minimum, 2),
    "where": (_where, 3),
}
_ALLOWED = "numbers, x, pi, + - * / **, < <= > >=, parentheses and the functions " + ", ".join(
    _FUNCTIONS
)
#: How what is not allowed is called, where the name of its node would say little.
_NAMES = {
    ast.Attribute: "an attribute (a dot)",
    ast.Subscript: "an index (square brackets)",
    ast.Lambda: "a function of its own (lambda)",
    ast.IfExp: "if ... else (use where)",
    ast.BoolOp: "and, or (multiply the comparisons)",
    ast.NamedExpr: "an assignment",
    ast.JoinedStr: "a text",
    ast.Starred: "a star",
    ast.ListComp: "a comprehension",
    ast.SetComp: "a comprehension",
    ast.DictComp: "a comprehension",
    ast.GeneratorExp: "a comprehension",
    ast.List: "a list",
    ast.Tuple: "a comma outside a function",
    ast.Set: "a set",
    ast.Dict: "a dictionary",
}


def proxy(text: str, breakpoints: Sequence[float] = ()) -> Estimator:
    """The estimator whose mu'(x) is a typed formula.

    ``proxy("where(x > 0, 1, 0.2)")`` is leaky ReLU's. Comparisons are 1 where true and else 0, so
    ``(x > 0) * (x < 1)`` and ``0 < x < 1`` are the window of clipped ReLU.

    Parameters
    ----------
    text : str
        At most 200 characters of: numbers, x, pi, + - * / **, comparisons (< <= > >=), parentheses,
        and the functions exp, tanh, abs, sqrt, log of one argument, max and min of two,
        where(condition, then, else).
    breakpoints : sequence of float
        Where mu' jumps or has a kink. 0, numbers that x itself is compared with, and where interval
        arithmetic closes in on a jump or a narrow bump are added.

    Returns
    -------
    Estimator
        Its moments come from quadrature, and it knows its bounds on intervals.

    Raises
    ------
    ValueError
        If the text is too long, is not a formula, or holds anything but what is listed; the message
        names it. A formula that is not finite somewhere fails when it is evaluated there.

    Examples
    --------
    >>> proxy("0.2 + 0.8 * (x > 0)").evaluate([-1.0, 1.0])
    array([0.2, 1. ])
    >>> proxy("x.real")
    Traceback (most recent call last):
    ValueError: formula: expected numbers, x, pi, + - * / **, < <= > >=, parentheses and the \
functions exp, tanh, abs, sqrt, log, max, min, where, got an attribute (a dot)
    """
    tree = _parsed(text)
    evaluator = _compiled(tree)
    bounds = bounds_of(tree)
    given = _checks.finite_array("breakpoints", breakpoints).ravel().tolist()
    known = {0.0, *given, *_compared(tree)}
    points = (*known, *narrow_edges(boxes(bounds), known))

    def derivative(x: np.ndarray) -> np.ndarray:
        return np.broadcast_to(np.asarray(evaluator(x), dtype=float), x.shape).copy()

    return Estimator(text.strip(), derivative, points, bounds=bounds)


def _parsed(text: str) -> ast.expr:
    if not isinstance(text, str) or not text.strip():
        raise ValueError(f"formula: expected a text such as 'exp(-x**2)', got {text!r}")
    if len(text) > LONGEST:
        raise ValueError(f"formula: expected at most {LONGEST} characters, got {len(text)}")
    # neither a comment nor a line that goes on is part of a formula
    odd = next((c for c in text if not c.isascii() or c in "#\\"), None)
    if odd is not None:
        raise _refuse(f"the character {odd!r}")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")  # Python only warns of forms such as 1and 2
            tree = ast.parse(text.strip(), mode="eval").body
    except (SyntaxError, Warning, ValueError, MemoryError, RecursionError) as error:
        raise _refuse(f"{text!r}") from error  # Python's reason is another in each of its versions
    parts = sum(1 for node in ast.walk(tree) if isinstance(node, ast.expr))
    if parts > MOST_PARTS:
        raise ValueError(f"formula: expected at most {MOST_PARTS} parts, got {parts}")
    return tree


def _refuse(what: str) -> ValueError:
    return ValueError(f"formula: expected {_ALLOWED}, got {what}")


def _compiled(node: ast.expr) -> _Evaluator:
    """The node as a function of x; everything that is not listed is refused."""
    if isinstance(node, ast.Constant):
        value = _number(node)
        return lambda x: np.float64(value)
    if isinstance(node, ast.Name):
        if node.id == "x":
            return lambda x: x
        if node.id == "pi":
            return lambda x: np.float64(math.pi)
        hint = "a function without its arguments" if node.id in _FUNCTIONS else "the name"
        raise _refuse(f"{hint} {node.id!r}")
    if isinstance(node, ast.UnaryOp) and type(node.op) in _SIGNS:
        sign, operand = _SIGNS[type(node.op)], _compiled(node.operand)
        return lambda x: sign(operand(x))
    if isinstance(node, ast.BinOp) and type(node.op) in _OPERATORS:
        operator = _OPERATORS[type(node.op)]
        left, right = _compiled(node.left), _compiled(node.right)
        return lambda x: operator(left(x), right(x))
    if isinstance(node, ast.Compare):
        return _comparison(node)
    if isinstance(node, ast.Call):
        return _call(node)
    if isinstance(node, ast.UnaryOp | ast.BinOp):
        raise _refuse(f"the operator {type(node.op).__name__}")
    raise _refuse(_NAMES.get(type(node), type(node).__name__))


def _number(node: ast.Constant) -> float:
    if isinstance(node.value, bool) or not isinstance(node.value, int | float):
        raise _refuse(f"{node.value!r}")
    try:
        value = float(node.value)
    except OverflowError as error:
        raise _refuse("a number too large") from error
    if not math.isfinite(value):
        raise _refuse("a number too large")
    return value


def _comparison(node: ast.Compare) -> _Evaluator:
    sides = [_compiled(side) for side in (node.left, *node.comparators)]
    for op in node.ops:
        if type(op) not in _COMPARISONS:
            raise _refuse(f"the comparison {type(op).__name__} (use < <= > >=)")
    tests = [_COMPARISONS[type(op)] for op in node.ops]

    def compare(x: np.ndarray) -> _Value:
        values = [side(x) for side in sides]
        pairs = zip(tests, values[:-1], values[1:], strict=True)
        together: _Value = np.float64(1.0)
        for test, low, high in pairs:
            together = together * test(low, high)
        return together

    return compare


def _call(node: ast.Call) -> _Evaluator:
    if not isinstance(node.func, ast.Name):
        raise _refuse("a call of " + _NAMES.get(type(node.func), type(node.func).__name__))
    if node.func.id not in _FUNCTIONS:
        raise _refuse(f"the function {node.func.id!r}")
    function, count = _FUNCTIONS[node.func.id]
    if node.keywords or len(node.args) != count:
        got = len(node.args) + len(node.keywords)
        raise ValueError(f"formula: expected {count} argument(s) of {node.func.id}, got {got}")
    arguments = [_compiled(argument) for argument in node.args]
    return lambda x: function(*(argument(x) for argument in arguments))


def _compared(tree: ast.expr) -> list[float]:
    """Numbers that x itself is compared with: mu' may jump there."""
    constants = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Compare):
            sides = [node.left, *node.comparators]
            for side, other in zip(
                [*sides[:-1], *sides[1:]], [*sides[1:], *sides[:-1]], strict=True
            ):
                if isinstance(side, ast.Name) and side.id == "x" and not _has_x(other):
                    with np.errstate(all="ignore"):
                        constants.append(float(_compiled(other)(np.zeros(1)).ravel()[0]))
    return [value for value in constants if math.isfinite(value)]


def _has_x(node: ast.expr) -> bool:
    return any(isinstance(part, ast.Name) and part.id == "x" for part in ast.walk(node))
