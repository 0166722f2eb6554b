"""Expressions of sympy as a script: what is derived in Python is what a page runs.

Each formula becomes a function of one object, which has a number for each name, and returns a
number or a list of them; parts that come up more than once are computed once. No code is made of
strings in the page: the script is a file.

What belongs here: how an expression is printed as JavaScript. What never does: an expression.
"""

from collections.abc import Mapping, Sequence
from typing import TypeAlias

from sympy import Expr, Symbol, cse, numbered_symbols
from sympy.printing.codeprinter import PrintMethodNotImplementedError
from sympy.printing.jscode import JavascriptCodePrinter

#: Functions that JavaScript lacks; `stebook/static/special.js` has them.
SPECIAL = ("erf",)
#: A number, or a list of numbers.
Formula: TypeAlias = Expr | Sequence[Expr]


class _Printer(JavascriptCodePrinter):
    """sympy's printer, with names of the page for the symbols, and no silence about what it lacks.

    A square is a product: ``Math.pow`` may be off in its last digit.
    """

    def __init__(self, names: Mapping[Symbol, str]) -> None:
        super().__init__({"user_functions": {name: name for name in SPECIAL}})
        self._names = names

    def _print_Symbol(self, expr: Symbol) -> str:
        return self._names.get(expr, expr.name)

    def _print_NaN(self, _: Expr) -> str:
        return "NaN"

    def _print_Pow(self, expr: Expr) -> str:
        base, exponent = expr.as_base_exp()
        if exponent == 2 and base.is_Symbol:
            return f"({self._print(base)}*{self._print(base)})"
        return super()._print_Pow(expr)


def script(variable: str, names: Mapping[Symbol, str], formulas: Mapping[str, Formula]) -> str:
    """A classic script that sets ``globalThis.<variable>`` to an object of functions.

    Parameters
    ----------
    variable : str
    names : mapping from Symbol to str
        The name that each symbol has in the page.
    formulas : mapping from str to an expression, or to several

    Raises
    ------
    ValueError
        If a formula holds a symbol without a name, or what JavaScript cannot compute.

    Examples
    --------
    >>> from sympy import symbols
    >>> x = symbols("x")
    >>> print(script("made", {x: "x"}, {"square": x**2}))
    // Printed by sympy from derivations; written anew with each build.
    "use strict";
    globalThis.made = (({erf}) => ({
    square({x}) {
      return (x*x);
    },
    }))(globalThis.steSpecial);
    <BLANKLINE>
    """
    functions = "".join(f"{_function(name, names, formulas[name])},\n" for name in formulas)
    return (
        "// Printed by sympy from derivations; written anew with each build.\n"
        '"use strict";\n'
        f"globalThis.{variable} = (({{{', '.join(SPECIAL)}}}) => ({{\n"
        f"{functions}}}))(globalThis.steSpecial);\n"
    )


def _function(name: str, names: Mapping[Symbol, str], formula: Formula) -> str:
    several = isinstance(formula, Sequence)
    parts: list[Expr] = list(formula) if isinstance(formula, Sequence) else [formula]
    free: set[Symbol] = set().union(*(part.free_symbols for part in parts))
    unnamed = sorted(str(symbol) for symbol in free - set(names))
    if unnamed:
        raise ValueError(f"{name}: expected symbols with a name in the page, got {unnamed}")
    # by their names in the page, so that the same formula is printed the same at every build
    arguments = ", ".join(sorted(names[symbol] for symbol in free))
    shared, results = cse(parts, symbols=numbered_symbols("t"))
    lines = [f"  const {part} = {_printed(name, value, names)};" for part, value in shared]
    printed = [_printed(name, result, names) for result in results]
    returned = f"[{', '.join(printed)}]" if several else printed[0]
    return "\n".join([f"{name}({{{arguments}}}) {{", *lines, f"  return {returned};", "}"])


def _printed(name: str, expression: Expr, names: Mapping[Symbol, str]) -> str:
    try:
        text = _Printer(names).doprint(expression)
    except PrintMethodNotImplementedError as error:
        raise ValueError(
            f"{name}: expected what JavaScript can compute, got {expression}"
        ) from error
    return " ".join(text.split())
