"""Sums over pairs of rows, exactly and for any number m of rows."""

from sympy import Add, Expr, KroneckerDelta, S, Sum, diff, expand
from sympy.concrete.delta import deltasummation

from ste.symbolic.steps import symbols as sym
from ste.symbolic.steps.derivation import DerivationError

_v, _t = sym.v_entries[sym.i], sym.teacher_entries[sym.i]

#: Sums over i = 1, ..., m that have a name.
_NAMED = {
    _v: sym.s_v,
    _t: sym.s,
    _v**2: sym.v_norm2,
    _v * _t: sym.d,
    _t**2: sym.teacher_norm2,
}


def over_rows(term: Expr, step: str) -> Expr:
    """Sum an expression in ``v[i]`` and ``v*[i]`` over i = 1, ..., m.

    Raises
    ------
    DerivationError
        If one of its terms is not among v_i, v*_i, v_i^2, v_i v*_i and v*_i^2.
    """
    total = S(0)
    for part in Add.make_args(expand(term)):
        factor, entries = part.as_independent(sym.v_entries, sym.teacher_entries, as_Add=False)
        if part != 0 and entries not in _NAMED:
            raise DerivationError(step, f"the sum of {entries} over the rows has no name")
        total += factor * _NAMED.get(entries, S(0))
    return total


def over_pairs(left, right, same: Expr, different: Expr, step: str = "pairs") -> Expr:
    """Sum ``left_i right_j Q_ij`` where Q is `same` for i = j and `different` otherwise.

    Examples
    --------
    >>> from sympy import symbols
    >>> P, Q = symbols("P Q")
    >>> from ste.symbolic.steps.symbols import teacher_entries, v_entries
    >>> over_pairs(v_entries, teacher_entries, P, Q)
    Q*s*s_v + d*(P - Q)
    """
    i, j = sym.i, sym.j
    diagonal = deltasummation(right[j] * KroneckerDelta(i, j), (j, 1, sym.m), no_piecewise=True)
    column = different * over_rows(right[i], step) + (same - different) * diagonal
    both = over_rows(left[i] * column, step)
    return both.collect([sym.d, sym.v_norm2, sym.teacher_norm2])


def slope(total: Expr, k: Expr) -> Expr:
    """Derivative with respect to ``v[k]`` of a sum over i = 1, ..., m.

    Examples
    --------
    >>> from sympy import Sum, symbols
    >>> from ste.symbolic.steps.symbols import i, m, v_entries
    >>> k = symbols("k", integer=True, positive=True)
    >>> slope(Sum(v_entries[i] ** 2, (i, 1, m)), k)
    2*v[k]
    """
    inside, (index, first, last) = total.function, total.limits[0]
    term = diff(inside, sym.v_entries[k])
    return deltasummation(term, (index, first, last), no_piecewise=True)


def named_sums() -> dict[Expr, Expr]:
    """Named scalars and the sums that they stand for."""
    return {name: Sum(entry, (sym.i, 1, sym.m)) for entry, name in _NAMED.items()}
