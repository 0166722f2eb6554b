"""How often one row, or two rows, fall in the half-planes where sigma is 1."""

from dataclasses import dataclass

from sympy import Expr, Integral, Symbol, cos, pi, sin

from ste.symbolic.rows.density import RadialDensity
from ste.symbolic.steps import symbols as sym
from ste.symbolic.steps.derivation import Step
from ste.symbolic.steps.integrals import Evaluated, evaluated, require_equal
from ste.symbolic.steps.page import INNER, OUTER, Line, line, page, section

#: What every derivation takes for granted about the rows and the two filters.
ROWS = (
    "The rows of $Z$ are independent of each other and have the same rotation-invariant density.",
    "$w \\neq 0$, $|w^*| = 1$, and the angle $\\theta$ between them lies in $(0, \\pi)$.",
)


@dataclass(frozen=True)
class HalfPlanes:
    """Probabilities of the half-planes and the steps that lead to them.

    ``half`` = P(X > 0); ``wedge`` = P(X > 0 and X cos(theta) + Y sin(theta) > 0).
    """

    steps: tuple[Step, ...]
    half: Expr
    wedge: Expr


# The algebra.


@dataclass(frozen=True)
class _PolarIntegrals:
    """Over the angle, for one half-plane and for the overlap of two, and over the radius."""

    half_turn: Evaluated
    overlap: Evaluated
    radius: Evaluated


def _polar_integrals(density: RadialDensity) -> _PolarIntegrals:
    angle, r = sym.angle, sym.r
    return _PolarIntegrals(
        evaluated(Integral(1, (angle, -pi / 2, pi / 2)), "angle of a half-plane"),
        evaluated(Integral(1, (angle, sym.theta - pi / 2, pi / 2)), "angle of the overlap"),
        evaluated(Integral(r * density.expression, (r, 0, density.radius)), "radius"),
    )


def probabilities(density: RadialDensity) -> HalfPlanes:
    """Integrate the density over one half-plane and over the overlap of two."""
    polar = _polar_integrals(density)
    half = polar.half_turn.value * polar.radius.value
    wedge = polar.overlap.value * polar.radius.value
    require_equal(wedge.subs(sym.theta, 0), half, "probability of the overlap")
    return HalfPlanes(_probabilities_page(polar, half, wedge), half, wedge)


# The page.


def density_line(density: RadialDensity) -> Line:
    """State the planar density by its total mass."""
    return line(
        "density",
        f"In polar coordinates of the plane of $w$ and $w^*$ the density of a row ({density.name}) "
        "depends on the radius $r$ alone, and its total mass is 1.",
        density.mass_integral,
        density.mass,
    )


def plane_line() -> Line:
    """Write the teacher's filter in the frame (u, e)."""
    return line(
        "plane",
        "Write $u = w/|w|$ and let $e$ be the unit vector perpendicular to $u$ in the plane of "
        "$w$ and $w^*$. A row $Z_i$ has coordinates $X = Z_i \\cdot u$ and $Y = Z_i \\cdot e$; "
        "both activations depend on these two alone, and the other $n - 2$ coordinates integrate "
        "to 1.",
        Symbol(r"Z_i \cdot w^*"),
        sym.X * cos(sym.theta) + sym.Y * sin(sym.theta),
    )


def _probabilities_page(polar: _PolarIntegrals, half: Expr, wedge: Expr) -> tuple[Step, ...]:
    return page(
        section(
            INNER,
            line(
                "angle of a half-plane",
                "Where $X > 0$ the polar angle $\\varphi$ runs over half a turn.",
                *polar.half_turn,
            ),
            line(
                "angle of the overlap",
                "Where $X > 0$ and also $X \\cos\\theta + Y \\sin\\theta > 0$ it runs from "
                "$\\theta - \\pi/2$ to $\\pi/2$.",
                *polar.overlap,
            ),
        ),
        section(
            OUTER,
            line(
                "radius",
                "The radial integral is the same for both regions.",
                *polar.radius,
            ),
            line(
                "probability of a half-plane",
                "Angle times radius: one activation is 1 half of the time.",
                sym.half_plane,
                half,
            ),
            line(
                "probability of the overlap",
                "Angle times radius: student and teacher are both 1 on the same row with this "
                "probability.",
                sym.wedge,
                wedge,
            ),
        ),
    )
