"""How often one row, or two rows, fall in the half-planes where sigma is 1."""

from dataclasses import dataclass

from sympy import Eq, Expr, Integral, Symbol, cos, pi, sin

from ste.symbolic.rows.density import RadialDensity
from ste.symbolic.steps import symbols as sym
from ste.symbolic.steps.derivation import STAGES, Step
from ste.symbolic.steps.integrals import evaluate, require_equal

SET_UP, REDUCTION, INNER, OUTER, ASSEMBLY = STAGES


@dataclass(frozen=True)
class HalfPlanes:
    """Probabilities of the half-planes and the steps that lead to them.

    ``half`` = P(X > 0); ``wedge`` = P(X > 0 and X cos(theta) + Y sin(theta) > 0).
    """

    steps: tuple[Step, ...]
    half: Expr
    wedge: Expr


def in_order(*steps: Step) -> tuple[Step, ...]:
    """Sort steps by stage; within a stage they keep the order given."""
    return tuple(sorted(steps, key=lambda step: STAGES.index(step.title)))


def equation(left: Expr, right: Expr) -> Eq:
    """Return an equation that sympy does not turn into True."""
    return Eq(left, right, evaluate=False)


def density_step(density: RadialDensity) -> Step:
    """State the planar density by its total mass."""
    return Step(
        "density",
        SET_UP,
        f"In polar coordinates of the plane of $w$ and $w^*$ the density of a row ({density.name}) "
        "depends on the radius $r$ alone, and its total mass is 1.",
        equation(density.mass_integral, density.mass),
    )


def plane_step() -> Step:
    """Write the teacher's filter in the frame (u, e)."""
    teacher, frame = _frame()
    return Step(
        "plane",
        REDUCTION,
        "Write $u = w/|w|$ and let $e$ be the unit vector across $u$ in the plane of $w$ and "
        "$w^*$. A row $Z_i$ has coordinates $X = Z_i \\cdot u$ and $Y = Z_i \\cdot e$; both "
        "activations depend on these two alone, and the other $n - 2$ coordinates integrate to 1.",
        equation(teacher, frame),
    )


def _frame() -> tuple[Expr, Expr]:
    teacher = Symbol(r"Z_i \cdot w^*")
    return teacher, sym.X * cos(sym.theta) + sym.Y * sin(sym.theta)


def probabilities(density: RadialDensity) -> HalfPlanes:
    """Integrate the density over one half-plane and over the overlap of two."""
    angle, r = sym.angle, sym.r
    open_angle = Integral(1, (angle, -pi / 2, pi / 2))
    open_value = evaluate(open_angle, "angle of a half-plane")
    overlap = Integral(1, (angle, sym.theta - pi / 2, pi / 2))
    overlap_value = evaluate(overlap, "angle of the overlap")
    radial = Integral(r * density.expression, (r, 0, density.radius))
    radial_value = evaluate(radial, "radius")
    half, wedge = open_value * radial_value, overlap_value * radial_value
    require_equal(wedge.subs(sym.theta, 0), half, "probability of the overlap")
    steps = (
        Step(
            "angle of a half-plane",
            INNER,
            "Where $X > 0$ the polar angle $\\varphi$ runs over half a turn.",
            equation(open_angle, open_value),
        ),
        Step(
            "angle of the overlap",
            INNER,
            "Where $X > 0$ and also $X \\cos\\theta + Y \\sin\\theta > 0$ it runs from "
            "$\\theta - \\pi/2$ to $\\pi/2$.",
            equation(overlap, overlap_value),
        ),
        Step(
            "radius",
            OUTER,
            "The radial integral is the same for both regions.",
            equation(radial, radial_value),
        ),
        Step(
            "probability of a half-plane",
            OUTER,
            "Angle times radius: one activation is 1 half of the time.",
            equation(sym.half_plane, half),
        ),
        Step(
            "probability of the overlap",
            OUTER,
            "Angle times radius: student and teacher are both 1 on the same row with this "
            "probability.",
            equation(sym.wedge, wedge),
        ),
    )
    return HalfPlanes(steps, half, wedge)
