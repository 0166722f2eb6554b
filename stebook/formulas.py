"""Formulas that Python and the page both evaluate: written once, printed twice by sympy.

What belongs here: reading and printing a formula. What never does: a formula.
"""

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


def javascript(text: str, names: Iterable[str]) -> str:
    """The formula as a JavaScript expression over an object ``v`` that has the same names.

    As properties they can be anything; as variables, ``new`` or ``class`` would not do.
    """
    expression = parse(text, frozenset(names))
    if expression in (sp.true, sp.false):
        return str(expression).lower()
    return sp.jscode(expression.xreplace({s: sp.Symbol(f"v.{s}") for s in expression.free_symbols}))
