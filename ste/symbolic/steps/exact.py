"""Arguments as exact sympy expressions."""

from sympy import Expr, Float, nsimplify, sympify


def exact(value: Expr | float) -> Expr:
    """Return `value` in sympy, decimal numbers as fractions: sympy cannot compare floats to 1.

    Examples
    --------
    >>> exact(0.3)
    3/10
    """
    expression = sympify(value)
    has_floats = getattr(expression, "has", lambda kind: False)(Float)
    return nsimplify(expression, rational=True) if has_floats else expression


def positive(name: str, value: Expr | float) -> Expr:
    """Return `value` as an exact positive sympy expression.

    Raises
    ------
    ValueError
        If it is not known to be positive.

    Examples
    --------
    >>> positive("clip", 0.5)
    1/2
    """
    expression = exact(value)
    if getattr(expression, "is_positive", None) is not True:
        raise ValueError(f"{name}: got {value}, expected a positive number or positive symbol")
    return expression
