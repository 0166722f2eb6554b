"""The population loss and its gradient, derived from the integral over the inputs."""

from functools import cache

from sympy import (
    Add,
    Expr,
    IndexedBase,
    Matrix,
    S,
    Sum,
    Symbol,
    atan2,
    cos,
    diff,
    expand,
    factor_terms,
    simplify,
    sin,
    solve,
    sqrt,
)

from ste.symbolic.rows.density import GAUSSIAN, RadialDensity
from ste.symbolic.rows.halfplanes import (
    ASSEMBLY,
    REDUCTION,
    SET_UP,
    density_step,
    equation,
    in_order,
    plane_step,
    probabilities,
)
from ste.symbolic.steps import symbols as sym
from ste.symbolic.steps.derivation import Derivation, DerivationError, Step
from ste.symbolic.steps.integrals import require_equal
from ste.symbolic.steps.sums import named_sums, over_pairs, slope

ROWS = (
    "The rows of $Z$ are independent of each other and have the same rotation-invariant density.",
    "$w \\neq 0$, $|w^*| = 1$, and the angle $\\theta$ between them lies in $(0, \\pi)$.",
)

#: Which terms of the loss stand together: the student's, the mixed ones, the teacher's.
_GROUPS = (
    (sym.v_norm2, sym.s_v**2),
    (sym.d, sym.s * sym.s_v),
    (sym.teacher_norm2, sym.s**2),
)


def pairs_step() -> Step:
    """Split a double sum over rows into equal and different rows."""
    same, different = Symbol("Q_="), Symbol(r"Q_{\neq}")
    entry = IndexedBase("Q")[sym.i, sym.j]
    total = Sum(
        sym.v_entries[sym.i] * sym.teacher_entries[sym.j] * entry,
        (sym.i, 1, sym.m),
        (sym.j, 1, sym.m),
    )
    return Step(
        "pairs",
        REDUCTION,
        "An expectation over two rows takes one value $Q_=$ when they are the same and another, "
        "$Q_{\\neq}$, when they differ; so a double sum needs only $d = v \\cdot v^*$ and the sums "
        "$s_v$ and $s$ of the entries of $v$ and $v^*$.",
        equation(total, over_pairs(sym.v_entries, sym.teacher_entries, same, different)),
    )


def _regroup(expression: Expr, step: str) -> Expr:
    """Collect the student's terms, the mixed ones and the teacher's, with c for 1 - 2 theta/pi."""
    flat = expand(in_c(expression))
    grouped = Add(
        *(
            factor_terms(Add(*(flat.coeff(monomial) * monomial for monomial in group)))
            for group in _GROUPS
        ),
        evaluate=False,
    )
    require_equal(grouped, flat, step)
    return grouped


def in_c(expression: Expr) -> Expr:
    """Write theta as ``pi (1 - c)/2``."""
    return expand(expression.subs(sym.theta, solve(sym.c_definition - sym.c, sym.theta)[0]))


def c_step() -> Step:
    """Introduce c."""
    return Step(
        "c",
        ASSEMBLY,
        "Abbreviate the angle by $c$, which falls from 1 at $\\theta = 0$ to $-1$ at "
        "$\\theta = \\pi$.",
        equation(sym.c, sym.c_definition),
    )


#: The angle between w and w* from the coordinates of w; see `gradient_of_angle`.
ANGLE = atan2(sqrt(sym.y**2 + sym.z**2), sym.x)


@cache
def derive_population_loss(density: RadialDensity = GAUSSIAN) -> Derivation:
    r"""Derive the population loss from the probabilities of half-planes.

    ``f = (|v|^2 + s_v^2)/8 - (c d + s s_v)/4 + (|v^*|^2 + s^2)/8`` with c = 1 - 2 theta/pi; no
    rotation-invariant density changes it.

    Parameters
    ----------
    density : RadialDensity, default GAUSSIAN
        Of one row in the plane of w and w*.

    Returns
    -------
    Derivation
        With ``result["f"]``.

    Raises
    ------
    DerivationError
        If an integral cannot be done; it names the step.

    Notes
    -----
    Source: the paper, Lemma 1; for densities other than the Gaussian our own.

    Examples
    --------
    >>> derive_population_loss().step("angle of the overlap").equation.rhs
    pi - \theta
    """
    planes = probabilities(density)
    student, teacher = sym.v_entries, sym.teacher_entries
    two_rows = planes.half**2
    squares = over_pairs(student, student, planes.half, two_rows)
    mixed = over_pairs(student, teacher, planes.wedge, two_rows)
    constant = over_pairs(teacher, teacher, planes.half, two_rows)
    loss = expand(squares / 2 - mixed + constant / 2)
    steps = in_order(
        Step(
            "squared error",
            SET_UP,
            "The loss is half the expected square of $y - y^*$, with "
            "$y = \\sum_i v_i \\sigma(Z_i \\cdot w)$ and "
            "$y^* = \\sum_i v^*_i \\sigma(Z_i \\cdot w^*)$.",
            equation(
                sym.f,
                Add(_mean("y^2") / 2, -_mean("y y^*"), _mean("(y^*)^2") / 2, evaluate=False),
            ),
        ),
        density_step(density),
        plane_step(),
        pairs_step(),
        Step(
            "different rows",
            REDUCTION,
            "Different rows are independent, so their two activations are both 1 with this "
            "probability, where $P_0$ belongs to one half-plane.",
            equation(Symbol(r"Q_{\neq}"), sym.half_plane**2),
        ),
        *planes.steps,
        Step(
            "student squared",
            ASSEMBLY,
            "Pairs of the student with itself: the same row with probability $P_0$, different "
            "rows with $P_0^2$.",
            equation(_mean("y^2"), factor_terms(squares)),
        ),
        Step(
            "teacher squared",
            ASSEMBLY,
            "The same for the teacher.",
            equation(_mean("(y^*)^2"), factor_terms(constant)),
        ),
        c_step(),
        Step(
            "student and teacher",
            ASSEMBLY,
            "Student and teacher on the same row: the overlap.",
            equation(_mean("y y^*"), factor_terms(in_c(mixed))),
        ),
        Step(
            "loss",
            ASSEMBLY,
            "Together: the population loss. The density of the rows has dropped out.",
            equation(sym.f, _regroup(loss, "loss")),
        ),
    )
    return Derivation("Population loss", ROWS, steps, {"f": loss})


def _mean(inside: str) -> Symbol:
    return Symbol(rf"\mathbb{{E}}[{inside}]")


def _slopes_of_sums() -> dict[Expr, dict[str, Expr]]:
    """Gradient in v of each named sum, as coefficients of v, v* and the vector of ones."""
    k = Symbol("k", integer=True, positive=True)
    directions = {"v": sym.v_entries[k], "v*": sym.teacher_entries[k]}
    gradients = {}
    for name, total in named_sums().items():
        entry = slope(total, k)
        along = {direction: entry.coeff(vector) for direction, vector in directions.items()}
        along["1"] = expand(
            entry - sum(along[direction] * vector for direction, vector in directions.items())
        )
        gradients[name] = along
    return gradients


def gradient_of_angle(step: str) -> Matrix:
    """Differentiate theta by the coordinates of w and read the gradient off in the frame (u, e).

    The coordinates: along w*, across w* in the plane on the side of w, along any third direction.

    Returns
    -------
    Matrix
        Coefficients along u and along e.

    Raises
    ------
    DerivationError
        If the gradient leaves the plane or has no such coefficients.
    """
    across = Symbol("y", positive=True)
    place = {sym.x: sym.rho * cos(sym.theta), across: sym.rho * sin(sym.theta)}
    gradient = Matrix([diff(ANGLE, name) for name in (sym.x, sym.y, sym.z)])
    gradient = simplify(gradient.subs(sym.z, 0).subs(sym.y, across).subs(place))
    along_u = Matrix([cos(sym.theta), sin(sym.theta), 0])
    along_e = Matrix([sin(sym.theta), -cos(sym.theta), 0])
    coefficients = simplify(Matrix([gradient.dot(along_u), gradient.dot(along_e)]))
    rest = simplify(gradient - coefficients[0] * along_u - coefficients[1] * along_e)
    if rest != Matrix([0, 0, 0]):
        raise DerivationError(step, f"expected a vector in the plane, got {rest} beside it")
    return coefficients


@cache
def derive_population_gradient(density: RadialDensity = GAUSSIAN) -> Derivation:
    r"""Differentiate the derived population loss by v and by w.

    ``df/dv = (v + s_v 1 - c v^* - s 1)/4`` and ``df/dw = -(d / (2 pi |w|)) e``.

    Parameters
    ----------
    density : RadialDensity, default GAUSSIAN
        Of one row in the plane of w and w*.

    Returns
    -------
    Derivation
        With ``result["v"]`` along ``"v"``, ``"v*"``, ``"1"`` and ``result["w"]`` along ``"e"``.

    Raises
    ------
    DerivationError
        If a step cannot be derived; it names the step.

    Notes
    -----
    Source: the paper, Lemma 2.

    Examples
    --------
    >>> derive_population_gradient().result["w"]["e"]
    -d/(2*pi*\rho)
    """
    before = derive_population_loss(density)
    loss = before.result["f"]
    in_v = {"v": S(0), "v*": S(0), "1": S(0)}
    for name, along in _slopes_of_sums().items():
        for direction, coefficient in along.items():
            in_v[direction] += diff(loss, name) * coefficient
    in_v = {direction: simplify(coefficient) for direction, coefficient in in_v.items()}
    turning = gradient_of_angle("gradient of the angle")
    by_angle = simplify(diff(loss, sym.theta))
    in_w = {
        "u": simplify(by_angle * turning[0] + diff(loss, sym.rho)),
        "e": simplify(by_angle * turning[1]),
    }
    if in_w["u"] != 0:
        raise DerivationError("gradient in w", f"expected no part along u, got {in_w['u']}")
    steps = in_order(
        Step(
            "loss",
            SET_UP,
            "The population loss, derived before, with $c = 1 - 2\\theta/\\pi$.",
            before.step("loss").equation,
        ),
        Step(
            "angle",
            REDUCTION,
            "The loss depends on $w$ through $\\theta$ alone. Let $x$, $y$ and $z$ be the "
            "coordinates of $w$ along $w^*$, across it in the plane, and in any other direction.",
            equation(sym.theta, ANGLE),
        ),
        Step(
            "gradient of the angle",
            REDUCTION,
            "Differentiate by $x$, $y$ and $z$ at $x = \\rho\\cos\\theta$, "
            "$y = \\rho\\sin\\theta$, $z = 0$, with $\\rho = |w|$: only the part along $e$ "
            "is left. Moving $w$ towards $w^*$ closes the angle.",
            equation(Symbol(r"\nabla_w \theta"), turning[0] * sym.u + turning[1] * sym.e),
        ),
        c_step(),
        Step(
            "gradient in v",
            ASSEMBLY,
            "Differentiate the squares and sums in $f$ by each entry of $v$.",
            equation(Symbol(r"\frac{\partial f}{\partial v}"), in_v_display(in_v)),
        ),
        Step(
            "slope in the angle",
            ASSEMBLY,
            "Differentiate $f$ by $\\theta$. The slope is the same at every angle.",
            equation(Symbol(r"\frac{\partial f}{\partial \theta}"), by_angle),
        ),
        Step(
            "gradient in w",
            ASSEMBLY,
            "The chain rule: slope in the angle times gradient of the angle. It has no part "
            "along $w$.",
            equation(Symbol(r"\frac{\partial f}{\partial w}"), in_w["e"] * sym.e),
        ),
    )
    return Derivation("Population gradient", ROWS, steps, {"v": in_v, "w": {"e": in_w["e"]}})


def in_v_display(along: dict[str, Expr]) -> Expr:
    """Write a gradient in v as a sum over v, v* and the vector of ones, with c."""
    vectors = {"v": sym.v, "v*": sym.v_star, "1": sym.ones}
    return Add(*(factor_terms(in_c(part)) * vectors[name] for name, part in along.items()))
