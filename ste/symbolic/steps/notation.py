"""Notation that the derivations share: pairs of rows, c for the angle, a gradient in v.

Each is said in one line wherever it is used, so that every page can be read alone.
"""

from collections.abc import Mapping

from sympy import Add, Expr, IndexedBase, Sum, Symbol, expand, factor_terms, solve

from ste.symbolic.steps import symbols as sym
from ste.symbolic.steps.page import Line, line
from ste.symbolic.steps.sums import over_pairs

#: An expectation over two different rows.
DIFFERENT_ROWS = Symbol(r"Q_{\neq}")


def pairs_line() -> Line:
    """Split a double sum over rows into equal and different rows."""
    same = Symbol("Q_=")
    entry = IndexedBase("Q")[sym.i, sym.j]
    total = Sum(
        sym.v_entries[sym.i] * sym.teacher_entries[sym.j] * entry,
        (sym.i, 1, sym.m),
        (sym.j, 1, sym.m),
    )
    return line(
        "pairs",
        "An expectation over two rows takes one value $Q_=$ when they are the same and another, "
        "$Q_{\\neq}$, when they differ; so a double sum needs only $d = v \\cdot v^*$ and the sums "
        "$s_v$ and $s$ of the entries of $v$ and $v^*$.",
        total,
        over_pairs(sym.v_entries, sym.teacher_entries, same, DIFFERENT_ROWS),
    )


def c_line() -> Line:
    """Introduce c."""
    return line(
        "c",
        "Abbreviate the angle by $c$, which falls from 1 at $\\theta = 0$ to $-1$ at "
        "$\\theta = \\pi$.",
        sym.c,
        sym.c_definition,
    )


def in_c(expression: Expr) -> Expr:
    """Write theta as ``pi (1 - c)/2``."""
    return expand(expression.subs(sym.theta, solve(sym.c_definition - sym.c, sym.theta)[0]))


def vector_in_v(along: Mapping[str, Expr]) -> Expr:
    """Write coefficients along v, v* and the vector of ones, with c for the angle, as one sum."""
    vectors = {"v": sym.v, "v*": sym.v_star, "1": sym.ones}
    return Add(*(factor_terms(in_c(part)) * vectors[name] for name, part in along.items()))
