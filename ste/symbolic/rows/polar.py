"""Moments of a proxy with two slopes, in polar form: angle inside, radius outside.

Such a proxy derivative depends on the sign of X alone, so each integral is a product of one over
the angle and one over the radius, for every rotation-invariant density.
"""

from dataclasses import dataclass

from sympy import Expr, Integral, S, cos, pi, simplify, sin

from ste.symbolic.rows.density import RadialDensity
from ste.symbolic.rows.moments import RowMoments
from ste.symbolic.rows.proxies import TwoSlope
from ste.symbolic.steps import symbols as sym
from ste.symbolic.steps.derivation import Step
from ste.symbolic.steps.integrals import Evaluated, evaluate, evaluated, require_equal
from ste.symbolic.steps.page import INNER, OUTER, line, page, section

_QUARTER = pi / 2
_ALONG_U, _ALONG_E = cos(sym.angle), sin(sym.angle)


# The algebra.


def _over_angles(part: Expr, start: Expr, stop: Expr) -> Integral:
    return Integral(part, (sym.angle, start, stop))


@dataclass(frozen=True)
class _Angles:
    """The integrals over the angle; beside the radius, each makes one moment."""

    own_row: Evaluated
    any_row: Evaluated
    teacher_along_u: Evaluated
    teacher_along_e: Evaluated
    no_part: Evaluated


def _over_teacher(part: Expr, proxy: TwoSlope) -> Expr:
    """Over the teacher's half-plane, theta -+ pi/2: X > 0 up to pi/2, X < 0 beyond."""
    right = _over_angles(part, sym.theta - _QUARTER, _QUARTER)
    left = _over_angles(part, _QUARTER, sym.theta + _QUARTER)
    return proxy.right * right + proxy.left * left


def _angles(proxy: TwoSlope) -> _Angles:
    student = proxy.right * _over_angles(_ALONG_U, -_QUARTER, _QUARTER)
    plane = student + proxy.left * _over_angles(_ALONG_U, _QUARTER, 3 * _QUARTER)
    teacher_u, teacher_e = _over_teacher(_ALONG_U, proxy), _over_teacher(_ALONG_E, proxy)
    return _Angles(
        evaluated(student, "own row, angle"),
        evaluated(plane, "any row, angle"),
        evaluated(teacher_u, "teacher's half-plane, angle along u"),
        evaluated(teacher_e, "teacher's half-plane, angle along e"),
        _no_part_along_e(),
    )


def _no_part_along_e() -> Evaluated:
    """Perpendicular to u either half of the plane gives nothing."""
    key = "no part along e"
    right = evaluated(_over_angles(_ALONG_E, -_QUARTER, _QUARTER), key)
    left = evaluate(_over_angles(_ALONG_E, _QUARTER, 3 * _QUARTER), key)
    require_equal(right.value**2 + left**2, S(0), key)
    return right


def two_slope_moments(proxy: TwoSlope, density: RadialDensity) -> RowMoments:
    """Derive A_+, A, B_x and B_y of a proxy with two slopes.

    Raises
    ------
    DerivationError
        If the radial integral cannot be done, naming the step "mean radius".
    """
    radial = Integral(sym.r**2 * density.expression, (sym.r, 0, density.radius))
    radius = evaluated(radial, "mean radius")
    angles = _angles(proxy)
    a_plus, alpha, b_x, b_y = (
        simplify(radius.value * angle.value)
        for angle in (
            angles.own_row,
            angles.any_row,
            angles.teacher_along_u,
            angles.teacher_along_e,
        )
    )
    steps = page(_inner(angles), _outer(radius, a_plus, alpha, b_x, b_y))
    return RowMoments(steps, a_plus, alpha, b_x, b_y)


# The page.


def _inner(angles: _Angles) -> tuple[Step, ...]:
    return section(
        INNER,
        line(
            "own row, angle",
            "The student's own half-plane, along $u$.",
            *angles.own_row,
        ),
        line(
            "any row, angle",
            "The whole plane, along $u$: what stands beside the activation of another row.",
            *angles.any_row,
        ),
        line(
            "teacher's half-plane, angle along u",
            "The teacher's half-plane lies between $\\theta \\pm \\pi/2$; $X > 0$ up to $\\pi/2$:",
            *angles.teacher_along_u,
        ),
        line(
            "teacher's half-plane, angle along e",
            "The same half-plane, along $e$:",
            *angles.teacher_along_e,
        ),
        line(
            "no part along e",
            "Perpendicular to $u$ both halves of the plane cancel by symmetry, so only the "
            "teacher's half-plane leaves something along $e$.",
            *angles.no_part,
        ),
    )


def _outer(radius: Evaluated, a_plus: Expr, alpha: Expr, b_x: Expr, b_y: Expr) -> tuple[Step, ...]:
    return section(
        OUTER,
        line(
            "mean radius",
            "The radial integral carries one more factor $R$, the length of the row in the plane.",
            *radius,
        ),
        line("A_+", "Angle times radius, the student's own half-plane.", sym.a_plus, a_plus),
        line("alpha", "Angle times radius, the whole plane.", sym.alpha, alpha),
        line("B_x", "Angle times radius, the teacher's half-plane along $u$.", sym.b_x, b_x),
        line("B_y", "Angle times radius, the teacher's half-plane along $e$.", sym.b_y, b_y),
    )
