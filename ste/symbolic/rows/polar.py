"""Moments of a proxy with two slopes, in polar form: angle inside, radius outside.

Such a proxy derivative depends on the sign of X alone, so each integral is a product of one over
the angle and one over the radius, for every rotation-invariant density.
"""

from sympy import Expr, Integral, cos, pi, simplify, sin

from ste.symbolic.rows.density import RadialDensity
from ste.symbolic.rows.halfplanes import INNER, OUTER, equation
from ste.symbolic.rows.moments import RowMoments
from ste.symbolic.rows.proxies import TwoSlope
from ste.symbolic.steps import symbols as sym
from ste.symbolic.steps.derivation import Step
from ste.symbolic.steps.integrals import evaluate, require_equal


def _over(part: Expr, start: Expr, stop: Expr) -> Integral:
    return Integral(part, (sym.angle, start, stop))


def two_slope_moments(proxy: TwoSlope, density: RadialDensity) -> RowMoments:
    """Derive A_+, alpha, B_x and B_y of a proxy with two slopes.

    Raises
    ------
    DerivationError
        If the radial integral cannot be done, naming the step "mean radius".
    """
    left, right = proxy.left, proxy.right
    quarter = pi / 2
    along, across = cos(sym.angle), sin(sym.angle)
    first = right * _over(along, -quarter, quarter)
    second = first + left * _over(along, quarter, 3 * quarter)
    third = right * _over(along, sym.theta - quarter, quarter) + left * _over(
        along, quarter, sym.theta + quarter
    )
    fourth = right * _over(across, sym.theta - quarter, quarter) + left * _over(
        across, quarter, sym.theta + quarter
    )
    no_part = _over(across, -quarter, quarter)
    require_equal(
        evaluate(no_part, "no part along e") ** 2
        + evaluate(_over(across, quarter, 3 * quarter), "no part along e") ** 2,
        0,
        "no part along e",
    )
    radial = Integral(sym.r**2 * density.expression, (sym.r, 0, density.radius))
    radius = evaluate(radial, "mean radius")
    angles = {
        "own row, angle": (first, "The student's own half-plane, along $u$."),
        "any row, angle": (
            second,
            "The whole plane, along $u$: what stands beside the activation of another row.",
        ),
        "teacher's half-plane, angle along u": (
            third,
            "The teacher's half-plane lies between $\\theta \\pm \\pi/2$; $X > 0$ up to $\\pi/2$:",
        ),
        "teacher's half-plane, angle along e": (fourth, "The same half-plane, along $e$:"),
    }
    values = {key: evaluate(integral, key) for key, (integral, _) in angles.items()}
    inner = [
        Step(key, INNER, text, equation(integral, values[key]))
        for key, (integral, text) in angles.items()
    ]
    inner.append(
        Step(
            "no part along e",
            INNER,
            "Across $u$ both halves of the plane cancel by symmetry, so only the teacher's "
            "half-plane leaves something along $e$.",
            equation(no_part, evaluate(no_part, "no part along e")),
        )
    )
    names = (sym.a_plus, sym.alpha, sym.b_x, sym.b_y)
    keys = ("A_+", "alpha", "B_x", "B_y")
    texts = (
        "Angle times radius, the student's own half-plane.",
        "Angle times radius, the whole plane.",
        "Angle times radius, the teacher's half-plane along $u$.",
        "Angle times radius, the teacher's half-plane along $e$.",
    )
    moments = [simplify(radius * value) for value in values.values()]
    outer = [
        Step(
            "mean radius",
            OUTER,
            "The radial integral carries one more factor $r$, the length of the row in the plane.",
            equation(radial, radius),
        ),
        *(
            Step(key, OUTER, text, equation(name, moment))
            for key, text, name, moment in zip(keys, texts, names, moments, strict=True)
        ),
    ]
    return RowMoments((*inner, *outer), *moments)
