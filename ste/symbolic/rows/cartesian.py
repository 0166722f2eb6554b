"""Moments of clipped ReLU for Gaussian rows, in Cartesian form: y inside, x outside.

The window 0 < X < a ties the radius to the angle, so polar form does not separate. In Cartesian
form the inner integral gives the normal distribution function, and sympy leaves the outer one
undone: it is integrated by parts, and the antiderivative is checked by differentiating it.
"""

from dataclasses import dataclass

from sympy import (
    Derivative,
    Expr,
    Function,
    Integral,
    S,
    StrictGreaterThan,
    cos,
    expand,
    factor_terms,
    oo,
    pi,
    sin,
    sqrt,
)

from ste.symbolic.rows.moments import RowMoments
from ste.symbolic.steps import symbols as sym
from ste.symbolic.steps.derivation import Step
from ste.symbolic.steps.integrals import (
    Evaluated,
    by_parts,
    evaluate,
    require_equal,
    verify_antiderivative,
)
from ste.symbolic.steps.page import INNER, OUTER, REDUCTION, Line, line, page, section
from ste.symbolic.steps.symbols import Phi, cot_theta, edge, phi, sin_theta, x, y

#: cot^2 = 1/sin^2 - 1, with the sine kept whole; it turns sin(theta) into the cotangent's terms.
_SINE = 1 / sqrt(1 + cot_theta**2)


# The algebra.


def _value(integral: Integral, step: str) -> Expr:
    """Value of an integral, phi and Phi written out."""
    written_out = Integral(integral.function.doit(), *integral.limits)
    return factor_terms(expand(evaluate(written_out, step)))


def _shown_to_be(value: Expr, integral: Integral, step: str) -> Evaluated:
    """Do the integral and show that it is `value`, which is written with phi and Phi."""
    require_equal(_value(integral, step), value, step)
    return Evaluated(integral, value)


def _over_window(integrand: Expr) -> Integral:
    return Integral(integrand, (x, 0, edge))


@dataclass(frozen=True)
class _Inside:
    """The integrals over y: above the line X cos(theta) + Y sin(theta) = 0, and everywhere."""

    cumulative: Evaluated
    height: Evaluated
    nothing: Evaluated


def _inside(tau: Expr) -> _Inside:
    density, above = phi(y / tau) / tau, (y, -x * cot_theta, oo)
    return _Inside(
        _shown_to_be(
            Phi(x * cot_theta / tau),
            Integral(density, above),
            "teacher's half-plane, y along u",
        ),
        _shown_to_be(
            tau * phi(x * cot_theta / tau),
            Integral(y * density, above),
            "teacher's half-plane, y along e",
        ),
        _shown_to_be(S(0), Integral(y * density, (y, -oo, oo)), "no part along e"),
    )


@dataclass(frozen=True)
class _AlongE:
    """Along e: the product of the two densities, written as one, over the window."""

    product: Expr
    single: Expr
    whole: Evaluated


def _along_e(tau: Expr, height: Expr) -> _AlongE:
    product = phi(x / tau) / tau * height
    single = phi(x / (tau * sin_theta)) / sqrt(2 * pi)
    require_equal(product, single.subs(sin_theta, _SINE), "product of densities")
    whole = _over_window(single)
    return _AlongE(product, single, Evaluated(whole, _value(whole, "B_y")))


@dataclass(frozen=True)
class _AlongU:
    """Along u, which sympy leaves undone: by parts ``outside`` at the ends and cot(theta) B_y."""

    integrand: Expr
    antiderivative: Expr
    ends: Expr
    b_x: Expr


def _along_u(tau: Expr, cumulative: Expr, along_e: _AlongE) -> _AlongU:
    first = x * phi(x / tau) / tau
    integrand = first * cumulative
    outside = _outside(tau, first, cumulative, along_e.product)
    inside = _value(Integral(along_e.single, (x, 0, x)), "antiderivative")
    antiderivative = outside + cot_theta * inside
    verify_antiderivative(
        antiderivative.subs(sin_theta, _SINE), integrand, x, "check by differentiating"
    )
    ends = outside.subs(x, edge) - outside.subs(x, 0)
    b_x = ends.subs(Phi(0), Phi(0).doit()).subs(phi(0), phi(0).doit()) + cot_theta * sym.b_y
    return _AlongU(integrand, antiderivative, ends, b_x)


def _outside(tau: Expr, first: Expr, cumulative: Expr, product: Expr) -> Expr:
    """By parts: U V with U' = `first`, V = `cumulative`; the integrand of B_y remains."""
    antiderivative, remaining = by_parts(first, cumulative, x, "by parts")
    outside = -tau * phi(x / tau) * cumulative
    require_equal(antiderivative, outside, "by parts")
    require_equal(remaining, cot_theta * product, "by parts")
    return outside


def _written_out(expression: Expr, clip: Expr) -> Expr:
    """Write phi, Phi, X_1 and the whole sine and cotangent out."""
    definitions = {cot_theta: cos(sym.theta) / sin_theta, edge: clip / sym.rho}
    return expression.doit().subs(definitions).subs(sin_theta, sin(sym.theta))


def window_moments(clip: Expr, variance: Expr) -> RowMoments:
    """Derive A_+, A, B_x and B_y of the proxy derivative 1{0 < x < clip}.

    Parameters
    ----------
    clip, variance : Expr
        Positive. The rows have independent Gaussian entries of that variance.

    Raises
    ------
    DerivationError
        If an integral cannot be done, or the antiderivative found by parts does not pass its check.
    """
    tau = sqrt(variance)
    inside = _inside(tau)
    student = _over_window(x * phi(x / tau) / tau)
    own_row = Evaluated(student, _value(student, "A_+"))
    along_e = _along_e(tau, inside.height.value)
    along_u = _along_u(tau, inside.cumulative.value, along_e)
    steps = page(
        _window(clip),
        _inner(inside),
        section(OUTER, _own_row_line(own_row), *_along_e_lines(along_e)),
        section(OUTER, *_along_u_lines(along_u, along_e)),
    )
    a_plus = _written_out(own_row.value, clip)
    b_x = _written_out(along_u.b_x.subs(sym.b_y, along_e.whole.value), clip)
    b_y = _written_out(along_e.whole.value, clip)
    return RowMoments(steps, a_plus, a_plus, b_x, b_y)


# The page.


def _window(clip: Expr) -> tuple[Step, ...]:
    return section(
        REDUCTION,
        line(
            "window",
            "The proxy derivative at $\\rho X$ is 1 where $X$ lies between 0 and $X_1$.",
            edge,
            clip / sym.rho,
        ),
        Line(
            "teacher's half-plane",
            "The teacher is 1 where $X \\cos\\theta + Y \\sin\\theta > 0$, that is above a line.",
            StrictGreaterThan(sym.Y, -sym.X * cot_theta, evaluate=False),
        ),
    )


def _inner(inside: _Inside) -> tuple[Step, ...]:
    return section(
        INNER,
        line(
            "teacher's half-plane, y along u",
            "Along $u$, the integral over $t$, the values of $Y$, is the probability of lying "
            "above the line; $\\phi$ and $\\Phi$ are the normal density and distribution function.",
            *inside.cumulative,
        ),
        line(
            "teacher's half-plane, y along e",
            "Along $e$, the integral over $t$ is the density on the line.",
            *inside.height,
        ),
        line(
            "no part along e",
            "Over all $t$ the part along $e$ cancels, so only the teacher's half-plane leaves "
            "something along $e$.",
            *inside.nothing,
        ),
    )


def _own_row_line(own_row: Evaluated) -> Line:
    return line(
        "A_+",
        "The student's own half-plane contains the whole window, so $A_+$ is this integral, "
        "and $A$, the one over all $x$, is the same.",
        *own_row,
    )


def _along_e_lines(along_e: _AlongE) -> tuple[Line, ...]:
    return (
        line(
            "product of densities",
            "Along $e$ two densities meet. Since $1 + \\cot^2\\theta = 1/\\sin^2\\theta$, they "
            "make one.",
            along_e.product,
            along_e.single,
        ),
        line(
            "B_y",
            "Its integral over the window is an error function; call it $B_y$.",
            *along_e.whole,
        ),
    )


def _along_u_lines(along_u: _AlongU, along_e: _AlongE) -> tuple[Line, ...]:
    antiderivative = Function("F")(x)
    return (
        line(
            "by parts",
            "Along $u$, sympy returns the integral undone. By parts, with $x\\phi$ integrated and "
            "$\\Phi$ differentiated, what remains is $\\cot\\theta$ times the integrand of $B_y$.",
            _over_window(along_u.integrand),
            along_u.ends + cot_theta * along_e.whole.integral,
        ),
        line(
            "antiderivative",
            "The antiderivative that this gives, with the lower end at 0.",
            antiderivative,
            along_u.antiderivative,
        ),
        line(
            "check by differentiating",
            "sympy differentiates $F$ and finds the integrand again: the difference simplifies "
            "to 0.",
            Derivative(antiderivative, x),
            along_u.integrand,
        ),
        line(
            "B_x",
            "So the part along $u$ over the teacher's half-plane is this.",
            sym.b_x,
            along_u.b_x,
        ),
    )
