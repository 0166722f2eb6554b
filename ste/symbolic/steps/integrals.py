"""Integrals that sympy must really do, and antiderivatives that must pass a check."""

from typing import NamedTuple

from sympy import Add, Expr, Integral, Piecewise, diff, erf, erfc, integrate, nan, oo, simplify, zoo

from ste.symbolic.steps.derivation import DerivationError


def evaluate(integral: Expr, step: str) -> Expr:
    """Value of an expression that holds integrals.

    Raises
    ------
    DerivationError
        If sympy leaves an integral undone, or it diverges or depends on unstated conditions.

    Examples
    --------
    >>> from sympy import Integral, exp, oo
    >>> from ste.symbolic.steps.symbols import r
    >>> evaluate(Integral(r * exp(-r), (r, 0, oo)), "radius")
    1
    """
    value = integral.doit()
    if value.has(Integral):
        raise DerivationError(step, f"sympy returned {integral} unevaluated")
    if value.has(Piecewise):
        raise DerivationError(step, f"{integral} depends on conditions: {value}")
    if value.has(oo, -oo, zoo, nan):
        raise DerivationError(step, f"{integral} is not finite")
    return simplify(value)


class Evaluated(NamedTuple):
    """An integral beside its value: the two sides of a line."""

    integral: Expr
    value: Expr


def evaluated(integral: Expr, step: str) -> Evaluated:
    """Return an integral with its value; raises as `evaluate`.

    Examples
    --------
    >>> from sympy import Integral
    >>> from ste.symbolic.steps.symbols import r
    >>> evaluated(Integral(r, (r, 0, 2)), "radius").value
    2
    """
    return Evaluated(integral, evaluate(integral, step))


def require_equal(left: Expr, right: Expr, step: str) -> None:
    """Let sympy show that two expressions agree.

    Raises
    ------
    DerivationError
        If their difference does not simplify to 0.
    """
    difference = simplify((left - right).doit().rewrite(erfc, erf))
    if difference != 0:
        raise DerivationError(step, f"expected {left} = {right}, the difference is {difference}")


def in_form(form: Expr, derived: Expr, step: str) -> Expr:
    """Return the form that a page prints, once it is shown to be what was derived.

    Raises
    ------
    DerivationError
        If their difference does not simplify to 0.
    """
    require_equal(form, derived, step)
    return form


def by_parts(first: Expr, second: Expr, variable: Expr, step: str) -> tuple[Expr, Expr]:
    """Integrate ``first * second`` by parts: ``U V`` minus the integral of ``U V'``.

    Here U' = first and V = second.

    Returns
    -------
    outside, remaining : Expr
        ``U V`` and ``-U V'``, the part that is left to integrate. They are checked: the derivative
        of ``U V`` plus the remaining integrand is ``first * second``.

    Raises
    ------
    DerivationError
        If sympy cannot integrate `first`, or the check fails.

    Examples
    --------
    >>> from sympy import cos
    >>> from ste.symbolic.steps.symbols import x
    >>> by_parts(cos(x), x, x, "example")
    (x*sin(x), -sin(x))
    """
    antiderivative = integrate(first.doit(), variable)
    if antiderivative.has(Integral):
        raise DerivationError(step, f"sympy found no antiderivative of {first}")
    outside = antiderivative * second
    remaining = -antiderivative * diff(second, variable)
    verify_antiderivative(outside, Add(first * second, -remaining), variable, step)
    return outside, remaining


def verify_antiderivative(candidate: Expr, integrand: Expr, variable: Expr, step: str) -> None:
    """Differentiate `candidate` and let sympy show that `integrand` comes back.

    Raises
    ------
    DerivationError
        If the difference does not simplify to 0.

    Examples
    --------
    >>> from ste.symbolic.steps.symbols import x
    >>> verify_antiderivative(x**2, 3 * x, x, "square")
    Traceback (most recent call last):
    ...
    ste.symbolic.steps.derivation.DerivationError: step "square": the derivative of x**2 is not 3*x
    """
    if simplify(diff(candidate.doit(), variable) - integrand.doit()) != 0:
        raise DerivationError(step, f"the derivative of {candidate} is not {integrand}")
