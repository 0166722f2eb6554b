"""Moments of clipped ReLU for Gaussian rows, in Cartesian form: y inside, x outside.

The window 0 < X < a ties the radius to the angle, so polar form does not separate. In Cartesian
form the inner integral gives the normal distribution function, and sympy leaves the outer one
undone: it is integrated by parts, and the antiderivative is checked by differentiating it.
"""

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

from ste.symbolic.rows.halfplanes import INNER, OUTER, REDUCTION, equation
from ste.symbolic.rows.moments import RowMoments
from ste.symbolic.steps import symbols as sym
from ste.symbolic.steps.derivation import Step
from ste.symbolic.steps.integrals import by_parts, evaluate, require_equal, verify_antiderivative
from ste.symbolic.steps.symbols import Phi, cot_theta, edge, phi, sin_theta, x, y

#: cot^2 = 1/sin^2 - 1, with the sine kept whole; it turns sin(theta) into the cotangent's terms.
_SINE = 1 / sqrt(1 + cot_theta**2)


def _known(integral: Integral, value: Expr, step: str) -> Expr:
    """Do the integral and show that it is `value`, which is written with phi and Phi."""
    require_equal(_done(integral, step), value, step)
    return value


def _done(integral: Integral, step: str) -> Expr:
    """Value of an integral, phi and Phi written out."""
    written_out = Integral(integral.function.doit(), *integral.limits)
    return factor_terms(expand(evaluate(written_out, step)))


def _plain(expression: Expr, clip: Expr) -> Expr:
    """Write phi, Phi, a and the whole sine and cotangent out."""
    places = {cot_theta: cos(sym.theta) / sin_theta, edge: clip / sym.rho}
    return expression.doit().subs(places).subs(sin_theta, sin(sym.theta))


def window_moments(clip: Expr, variance: Expr) -> RowMoments:
    """Derive A_+, alpha, B_x and B_y of the proxy derivative 1{0 < x < clip}.

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
    density_x, density_y = phi(x / tau) / tau, phi(y / tau) / tau

    # Inside: over y, above the line X cos(theta) + Y sin(theta) = 0.
    above = (y, -x * cot_theta, oo)
    tail, mean = Integral(density_y, above), Integral(y * density_y, above)
    everywhere = Integral(y * density_y, (y, -oo, oo))
    cumulative = _known(tail, Phi(x * cot_theta / tau), "teacher's half-plane, y along u")
    height = _known(mean, tau * phi(x * cot_theta / tau), "teacher's half-plane, y along e")
    nothing = _known(everywhere, S(0), "no part along e")

    # Outside: over x in the window.
    window = (x, 0, edge)
    own = Integral(x * density_x, window)
    own_value = _done(own, "A_+")
    single = phi(x / (tau * sin_theta)) / sqrt(2 * pi)
    require_equal(density_x * height, single.subs(sin_theta, _SINE), "product of densities")
    across = Integral(single, window)
    across_value = _done(across, "B_y")

    # Outside, along u: sympy leaves this one undone, so it goes by parts.
    integrand = x * density_x * cumulative
    found, remaining = by_parts(x * density_x, cumulative, x, "by parts")
    outside = -tau * phi(x / tau) * cumulative
    require_equal(found, outside, "by parts")
    require_equal(remaining, cot_theta * density_x * height, "by parts")
    antiderivative = outside + cot_theta * _done(Integral(single, (x, 0, x)), "antiderivative")
    verify_antiderivative(
        antiderivative.subs(sin_theta, _SINE), integrand, x, "check by differentiating"
    )
    ends = outside.subs(x, edge) - outside.subs(x, 0)
    along = Integral(integrand, window)
    along_value = ends.subs(Phi(0), Phi(0).doit()).subs(phi(0), phi(0).doit())
    along_value += cot_theta * sym.b_y

    named = Function("F")(x)
    steps = (
        Step(
            "window",
            REDUCTION,
            "The proxy derivative at $\\rho X$ is 1 where $X$ lies between 0 and $a$.",
            equation(edge, clip / sym.rho),
        ),
        Step(
            "teacher's half-plane",
            REDUCTION,
            "The teacher is 1 where $X \\cos\\theta + Y \\sin\\theta > 0$, that is above a line.",
            StrictGreaterThan(sym.Y, -sym.X * cot_theta, evaluate=False),
        ),
        Step(
            "teacher's half-plane, y along u",
            INNER,
            "Along $u$, the integral over $y$ is the probability of lying above the line; $\\phi$ "
            "and $\\Phi$ are the normal density and distribution function.",
            equation(tail, cumulative),
        ),
        Step(
            "teacher's half-plane, y along e",
            INNER,
            "Along $e$, the integral over $y$ is the density on the line.",
            equation(mean, height),
        ),
        Step(
            "no part along e",
            INNER,
            "Over all $y$ the part along $e$ cancels, so only the teacher's half-plane leaves "
            "something along $e$.",
            equation(everywhere, nothing),
        ),
        Step(
            "A_+",
            OUTER,
            "The student's own half-plane contains the whole window, so $A_+$ is this integral, "
            "and $\\alpha$, the one over all $x$, is the same.",
            equation(own, own_value),
        ),
        Step(
            "product of densities",
            OUTER,
            "Along $e$ two densities meet. Since $1 + \\cot^2\\theta = 1/\\sin^2\\theta$, they "
            "make one.",
            equation(density_x * height, single),
        ),
        Step(
            "B_y",
            OUTER,
            "Its integral over the window is an error function; call it $B_y$.",
            equation(across, across_value),
        ),
        Step(
            "by parts",
            OUTER,
            "Along $u$, sympy returns the integral undone. By parts, with $x\\phi$ integrated and "
            "$\\Phi$ differentiated, what remains is $\\cot\\theta$ times the integrand of $B_y$.",
            equation(along, ends + cot_theta * across),
        ),
        Step(
            "antiderivative",
            OUTER,
            "The antiderivative that this gives, with the lower end at 0.",
            equation(named, antiderivative),
        ),
        Step(
            "check by differentiating",
            OUTER,
            "sympy differentiates $F$ and finds the integrand again: the difference simplifies "
            "to 0.",
            equation(Derivative(named, x), integrand),
        ),
        Step(
            "B_x",
            OUTER,
            "So the part along $u$ over the teacher's half-plane is this.",
            equation(sym.b_x, along_value),
        ),
    )
    own_plain = _plain(own_value, clip)
    across_plain = _plain(across_value, clip)
    along_plain = _plain(along_value.subs(sym.b_y, across_value), clip)
    return RowMoments(steps, own_plain, own_plain, along_plain, across_plain)
