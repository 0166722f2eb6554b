"""Arguments as exact sympy expressions."""

from sympy import Expr, Float, SympifyError, nan, nsimplify, sympify


def exact(value: Expr | float, name: str = "value") -> Expr:
    """Return `value` in sympy, decimal numbers as fractions: sympy cannot compare floats to 1.

    Raises
    ------
    ValueError
        If it is neither a number nor an expression of sympy. Text is neither: sympy would run it.

    Examples
    --------
    >>> exact(0.3)
    3/10
    """
    try:
        expression = sympify(value, strict=True)
    except (SympifyError, TypeError, AttributeError):
        expression = None
    if not isinstance(expression, Expr) or expression is nan:
        raise ValueError(f"{name}: got {value!r}, expected a number or an expression of sympy")
    return nsimplify(expression, rational=True) if expression.has(Float) else expression


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
    message = f"{name}: got {value}, expected a positive number or positive symbol"
    try:
        expression = exact(value, name)
    except ValueError as error:
        raise ValueError(message) from error
    if expression.is_positive is not True or expression.is_infinite:
        raise ValueError(message)
    return expression
