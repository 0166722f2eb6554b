"""Formulas that Python and the page both evaluate: written once, printed once by sympy.

Python runs what sympy prints. The page gets the same operations in the same order as nested lists:
data, and no code, which a page may be forbidden to make of strings.

What belongs here: reading and printing a formula. What never does: a formula.
"""

import ast
import math
from collections.abc import Callable, Iterable, Mapping
from functools import cache

import sympy as sp
from sympy.parsing.sympy_parser import parse_expr


@cache
def parse(text: str, names: frozenset[str]) -> sp.Basic:
    """The expression of a formula over `names`.

    Raises
    ------
    ValueError
        If the formula uses another name.
    """
    expression = sp.sympify(
        parse_expr(text, local_dict={n: sp.Symbol(n, real=True) for n in names})
    )
    unknown = sorted(str(s) for s in expression.free_symbols if str(s) not in names)
    if unknown:
        raise ValueError(
            f"formula: expected names among {sorted(names)}, got {unknown} in {text!r}"
        )
    return expression


@cache
def python(text: str, names: frozenset[str]) -> Callable[..., float | bool]:
    """The formula as a Python function of keyword arguments."""
    expression = parse(text, names)
    arguments = sorted(expression.free_symbols, key=str)
    function = sp.lambdify(arguments, expression, modules="math")
    keys = [str(a) for a in arguments]

    def evaluate(values: Mapping[str, float]) -> float | bool:
        return function(*(values[key] for key in keys))

    return evaluate


#: A number or a condition, a name, or an operation with its arguments.
Tree = bool | float | str | list
#: What the page can compute, by Python's names; explorer.js has the same in its table.
OPERATIONS = {
    ast.Add: "+",
    ast.Sub: "-",
    ast.Mult: "*",
    ast.Div: "/",
    ast.Pow: "**",
    ast.USub: "-",
    ast.Not: "not",
    ast.And: "and",
    ast.Or: "or",
    ast.Eq: "==",
    ast.NotEq: "!=",
    ast.Lt: "<",
    ast.LtE: "<=",
    ast.Gt: ">",
    ast.GtE: ">=",
}
FUNCTIONS = {"abs", "min", "max", "floor", "ceil", "copysign", "sqrt", "exp", "log"} | {
    *("sin", "cos", "tan", "asin", "acos", "atan", "atan2", "sinh", "cosh", "tanh")
}


def tree(text: str, names: Iterable[str]) -> Tree:
    """The formula as nested lists for the page: ``["+", "x", 1]``.

    Raises
    ------
    ValueError
        If the page cannot compute it.

    Examples
    --------
    >>> tree("Piecewise((x**2, x > 1), (0, True))", ["x"])
    ['if', ['>', 'x', 1], ['**', 'x', 2], 0]
    """
    printed = sp.pycode(parse(text, frozenset(names)), strict=False)
    return _tree(ast.parse(printed, mode="eval").body, text)


def _tree(node: ast.expr, text: str) -> Tree:
    def all_of(*parts: ast.expr) -> list[Tree]:
        return [_tree(part, text) for part in parts]

    match node:
        case ast.Constant(value=bool() | int() | float() as value):
            return value
        case ast.Name(id=name):
            return name
        case ast.Attribute(attr="pi" | "e" as name):
            return getattr(math, name)
        case ast.BinOp(left, op, right) if type(op) in OPERATIONS:
            return [OPERATIONS[type(op)], *all_of(left, right)]
        case ast.Compare(left, [op], [right]) if type(op) in OPERATIONS:
            return [OPERATIONS[type(op)], *all_of(left, right)]
        case ast.UnaryOp(op, operand) if type(op) in OPERATIONS:
            return [OPERATIONS[type(op)], *all_of(operand)]
        case ast.BoolOp(op, values):
            return [OPERATIONS[type(op)], *all_of(*values)]
        case ast.IfExp(test, body, orelse):
            return ["if", *all_of(test, body, orelse)]
        case ast.Call(func, args) if (name := ast.unparse(func).removeprefix("math.")) in FUNCTIONS:
            return [name, *all_of(*args)]
    raise ValueError(
        f"formula: expected what a page can compute, got {ast.unparse(node)!r} in {text!r}"
    )
