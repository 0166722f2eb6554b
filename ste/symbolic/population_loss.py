"""The population loss and its gradient, derived from the integral over the inputs."""

from dataclasses import dataclass
from functools import cache

from sympy import (
    Add,
    Expr,
    Matrix,
    S,
    Symbol,
    atan2,
    cos,
    diff,
    expand,
    factor_terms,
    simplify,
    sin,
    sqrt,
    symbols,
)

from ste import _checks
from ste.symbolic.rows.density import GAUSSIAN, RadialDensity
from ste.symbolic.rows.halfplanes import ROWS, HalfPlanes, density_line, plane_line, probabilities
from ste.symbolic.steps import symbols as sym
from ste.symbolic.steps.derivation import Derivation, DerivationError, Step
from ste.symbolic.steps.integrals import in_form
from ste.symbolic.steps.notation import DIFFERENT_ROWS, c_line, in_c, pairs_line, vector_in_v
from ste.symbolic.steps.page import ASSEMBLY, REDUCTION, SET_UP, Line, line, page, section
from ste.symbolic.steps.sums import named_sums, over_pairs, slope

# The loss: its algebra.

#: Which terms of the loss stand together: the student's, the mixed ones, the teacher's.
_GROUPS = (
    (sym.v_norm2, sym.s_v**2),
    (sym.d, sym.s * sym.s_v),
    (sym.teacher_norm2, sym.s**2),
)


@dataclass(frozen=True)
class _Squares:
    """E[y^2], E[y y*] and E[(y*)^2] in the named sums of the second layers."""

    student: Expr
    mixed: Expr
    teacher: Expr

    @property
    def loss(self) -> Expr:
        """``f = E[(y - y*)^2]/2``."""
        return expand(self.student / 2 - self.mixed + self.teacher / 2)


def _expected_squares(planes: HalfPlanes) -> _Squares:
    student, teacher = sym.v_entries, sym.teacher_entries
    two_rows = planes.half**2
    return _Squares(
        over_pairs(student, student, planes.half, two_rows),
        over_pairs(student, teacher, planes.wedge, two_rows),
        over_pairs(teacher, teacher, planes.half, two_rows),
    )


def _grouped(loss: Expr) -> Expr:
    """Collect the student's terms, the mixed ones and the teacher's, with c for 1 - 2 theta/pi."""
    flat = expand(in_c(loss))
    groups = (Add(*(flat.coeff(term) * term for term in group)) for group in _GROUPS)
    return in_form(Add(*map(factor_terms, groups), evaluate=False), flat, "loss")


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
    ValueError
        If `density` is not a RadialDensity.

    Notes
    -----
    Source: the paper, Lemma 1; for densities other than the Gaussian our own.

    Examples
    --------
    >>> derive_population_loss().step("angle of the overlap").equation.rhs
    pi - \theta
    """
    _checks.instance("density", density, RadialDensity)
    return population_loss_of(density)


@cache
def population_loss_of(density: RadialDensity) -> Derivation:
    """Derive f under one density; see `derive_population_loss`."""
    planes = probabilities(density)
    squares = _expected_squares(planes)
    steps = page(
        section(SET_UP, _squared_error(), density_line(density)),
        section(REDUCTION, plane_line(), pairs_line(), _different_rows()),
        planes.steps,
        _sum_of_squares(squares, _grouped(squares.loss)),
    )
    return Derivation("Population loss", ROWS, steps, {"f": squares.loss})


# The loss: its page.


def _mean(inside: str) -> Symbol:
    return Symbol(rf"\mathbb{{E}}[{inside}]")


def _squared_error() -> Line:
    return line(
        "squared error",
        "The loss is half the expected square of $y - y^*$, with "
        "$y = \\sum_i v_i \\sigma(Z_i \\cdot w)$ and "
        "$y^* = \\sum_i v^*_i \\sigma(Z_i \\cdot w^*)$.",
        sym.f,
        Add(_mean("y^2") / 2, -_mean("y y^*"), _mean("(y^*)^2") / 2, evaluate=False),
    )


def _different_rows() -> Line:
    return line(
        "different rows",
        "Different rows are independent, so their two activations are both 1 with this "
        "probability, where $P_0$ belongs to one half-plane.",
        DIFFERENT_ROWS,
        sym.half_plane**2,
    )


def _sum_of_squares(squares: _Squares, loss: Expr) -> tuple[Step, ...]:
    return section(
        ASSEMBLY,
        line(
            "student squared",
            "Pairs of the student with itself: the same row with probability $P_0$, different "
            "rows with $P_0^2$.",
            _mean("y^2"),
            factor_terms(squares.student),
        ),
        line(
            "teacher squared",
            "The same for the teacher.",
            _mean("(y^*)^2"),
            factor_terms(squares.teacher),
        ),
        c_line(),
        line(
            "student and teacher",
            "Student and teacher on the same row: the overlap.",
            _mean("y y^*"),
            factor_terms(in_c(squares.mixed)),
        ),
        line(
            "loss",
            "Together: the population loss. The density of the rows has dropped out.",
            sym.f,
            loss,
        ),
    )


# The gradient: its algebra.

#: The angle between w and w* from the coordinates of w; see `gradient_of_angle`.
_ALONG, _ASIDE, _BESIDE = symbols("w_1 w_2 w_3", real=True)
ANGLE = atan2(sqrt(_ASIDE**2 + _BESIDE**2), _ALONG)


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


def _gradient_in_v(loss: Expr) -> dict[str, Expr]:
    """df/dv along v, v* and the vector of ones, by the chain rule over the named sums."""
    slopes = _slopes_of_sums()
    return {
        direction: simplify(
            sum((diff(loss, name) * along[direction] for name, along in slopes.items()), S(0))
        )
        for direction in ("v", "v*", "1")
    }


def gradient_of_angle(step: str) -> Matrix:
    """Differentiate theta by the coordinates of w and read the gradient off in the frame (u, e).

    The coordinates: along w*, perpendicular to w* in the plane on the side of w, along any third
    direction.

    Returns
    -------
    Matrix
        Coefficients along u and along e.

    Raises
    ------
    DerivationError
        If the gradient leaves the plane or has no such coefficients.
    """
    aside = Symbol(_ASIDE.name, positive=True)
    place = {_ALONG: sym.rho * cos(sym.theta), aside: sym.rho * sin(sym.theta)}
    gradient = Matrix([diff(ANGLE, name) for name in (_ALONG, _ASIDE, _BESIDE)])
    gradient = simplify(gradient.subs(_BESIDE, 0).subs(_ASIDE, aside).subs(place))
    along_u = Matrix([cos(sym.theta), sin(sym.theta), 0])
    along_e = Matrix([sin(sym.theta), -cos(sym.theta), 0])
    coefficients = simplify(Matrix([gradient.dot(along_u), gradient.dot(along_e)]))
    rest = simplify(gradient - coefficients[0] * along_u - coefficients[1] * along_e)
    if rest != Matrix([0, 0, 0]):
        raise DerivationError(step, f"expected a vector in the plane, got {rest} beside it")
    return coefficients


@dataclass(frozen=True)
class _Turning:
    """df/dw by the chain rule: how f changes with the angle, and the angle with w."""

    angle: Matrix
    by_angle: Expr
    along_e: Expr


def _gradient_in_w(loss: Expr) -> _Turning:
    angle = gradient_of_angle("gradient of the angle")
    by_angle = simplify(diff(loss, sym.theta))
    along_u = simplify(by_angle * angle[0] + diff(loss, sym.rho))
    if along_u != 0:
        raise DerivationError("gradient in w", f"expected no part along u, got {along_u}")
    return _Turning(angle, by_angle, simplify(by_angle * angle[1]))


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
    ValueError
        If `density` is not a RadialDensity.

    Notes
    -----
    Source: the paper, Lemma 2.

    Examples
    --------
    >>> derive_population_gradient().result["w"]["e"]
    -d/(2*pi*\rho)
    """
    _checks.instance("density", density, RadialDensity)
    return population_gradient_of(density)


@cache
def population_gradient_of(density: RadialDensity) -> Derivation:
    """Differentiate f under one density; see `derive_population_gradient`."""
    loss = population_loss_of(density)
    in_v = _gradient_in_v(loss.result["f"])
    in_w = _gradient_in_w(loss.result["f"])
    steps = page(_loss_and_angle(loss, in_w), _both_gradients(in_v, in_w))
    return Derivation("Population gradient", ROWS, steps, {"v": in_v, "w": {"e": in_w.along_e}})


# The gradient: its page.


def _loss_and_angle(loss: Derivation, in_w: _Turning) -> tuple[Step, ...]:
    along_u, along_e = in_w.angle
    return page(
        section(
            SET_UP,
            Line(
                "loss",
                "The population loss, derived before, with $c = 1 - 2\\theta/\\pi$.",
                loss.step("loss").equation,
            ),
        ),
        section(
            REDUCTION,
            line(
                "angle",
                "The loss depends on $w$ through $\\theta$ alone. Let $w_1$, $w_2$ and $w_3$ be "
                "the coordinates of $w$ along $w^*$, perpendicular to it in the plane, and in any "
                "other direction.",
                sym.theta,
                ANGLE,
            ),
            line(
                "gradient of the angle",
                "Differentiate by them at $w_1 = \\rho\\cos\\theta$, "
                "$w_2 = \\rho\\sin\\theta$, $w_3 = 0$, with $\\rho = |w|$: only the part along $e$ "
                "is left. Moving $w$ towards $w^*$ closes the angle.",
                Symbol(r"\nabla_w \theta"),
                along_u * sym.u + along_e * sym.e,
            ),
        ),
    )


def _both_gradients(in_v: dict[str, Expr], in_w: _Turning) -> tuple[Step, ...]:
    return section(
        ASSEMBLY,
        c_line(),
        line(
            "gradient in v",
            "Differentiate the squares and sums in $f$ by each entry of $v$.",
            Symbol(r"\frac{\partial f}{\partial v}"),
            vector_in_v(in_v),
        ),
        line(
            "slope in the angle",
            "Differentiate $f$ by $\\theta$. The slope is the same at every angle.",
            Symbol(r"\frac{\partial f}{\partial \theta}"),
            in_w.by_angle,
        ),
        line(
            "gradient in w",
            "The chain rule: slope in the angle times gradient of the angle. It has no part "
            "along $w$.",
            Symbol(r"\frac{\partial f}{\partial w}"),
            in_w.along_e * sym.e,
        ),
    )
