"""The expected coarse gradient, derived from integrals over one row."""

from dataclasses import dataclass
from functools import cache

from sympy import (
    Add,
    Expr,
    Function,
    Matrix,
    S,
    Symbol,
    cos,
    expand,
    factor_terms,
    simplify,
    sin,
    trigsimp,
)

from ste import _checks
from ste.symbolic.population_loss import derive_population_gradient
from ste.symbolic.rows.cartesian import window_moments
from ste.symbolic.rows.density import GAUSSIAN, RadialDensity, gaussian
from ste.symbolic.rows.halfplanes import ROWS, HalfPlanes, density_line, plane_line, probabilities
from ste.symbolic.rows.moments import RowMoments
from ste.symbolic.rows.polar import two_slope_moments
from ste.symbolic.rows.proxies import PROXIES, TwoSlope, Window, known_proxy
from ste.symbolic.steps import symbols as sym
from ste.symbolic.steps.derivation import Derivation, DerivationError, Step
from ste.symbolic.steps.display import GLYPHS, glyphs, latex
from ste.symbolic.steps.exact import positive
from ste.symbolic.steps.integrals import require_equal
from ste.symbolic.steps.notation import DIFFERENT_ROWS, c_line, pairs_line, vector_in_v
from ste.symbolic.steps.page import ASSEMBLY, REDUCTION, SET_UP, Line, line, page, section
from ste.symbolic.steps.sums import over_pairs

_MEAN = Symbol(r"\mathbb{E}[g]", commutative=False)
_GROUPS = (sym.h, sym.v_norm2, sym.d)
#: Glyphs that stand beside a coefficient: the left side, the vector, brackets.
_BESIDE = 6

# What is derived, by the arguments.


def chosen(
    proxy: str | TwoSlope, density: RadialDensity, clip: Expr | float, variance: Expr | float
) -> tuple[TwoSlope | Window, RadialDensity]:
    """Combine the arguments of a derivation into one proxy and one density."""
    form = known_proxy(proxy)
    _checks.instance("density", density, RadialDensity)
    clip, variance = positive("clip", clip), positive("variance", variance)
    if isinstance(form, Window):
        form = Window(clip)
    elif clip != 1:
        raise ValueError(f"clip: got {clip} for the proxy {proxy!r}, which has no clip level")
    if variance != 1:
        if density != GAUSSIAN:
            raise ValueError(
                f"variance: got {variance} with the density {density.name!r}, which has its own"
            )
        density = gaussian(variance)
    return form, density


def _row_moments(proxy: TwoSlope | Window, density: RadialDensity) -> RowMoments:
    if isinstance(proxy, TwoSlope):
        return two_slope_moments(proxy, density)
    if density.gaussian_variance is None:
        raise DerivationError(
            "teacher's half-plane, y along u",
            f"clipped ReLU needs a Gaussian density, got {density.name!r}",
        )
    return window_moments(proxy.clip, density.gaussian_variance)


def assumptions(proxy: TwoSlope | Window) -> tuple[str, ...]:
    """What is taken for granted about the rows for this proxy."""
    if isinstance(proxy, TwoSlope):
        return ROWS
    return (*ROWS, "The coordinates of a row are independent and Gaussian.")


# The algebra.


@dataclass(frozen=True)
class _InPlane:
    """A vector in the plane of w and w*: its parts along u and along e."""

    along_u: Expr
    along_e: Expr


def _with_h(expression: Expr) -> Expr:
    """Write s_v^2 in terms of h where the expression holds it."""
    rest = sym.h_definition - sym.s_v**2
    return expand(expand(expression).subs(sym.s_v**2, sym.h - rest))


def _double_sums(half: Expr) -> _InPlane:
    """E[g] in terms of the named moments of one row."""
    student, teacher = sym.v_entries, sym.teacher_entries
    any_row = sym.alpha * half
    students = over_pairs(student, student, sym.alpha + sym.a_minus, any_row)
    along_u = students - over_pairs(student, teacher, sym.b_x, any_row)
    along_e = -over_pairs(student, teacher, sym.b_y, S(0))
    return _InPlane(_with_h(along_u), along_e)


def _by_sums(expression: Expr) -> list[Expr]:
    """The terms with h, with |v|^2 and with d, each with its common factors taken out."""
    flat = expand(expression)
    return [factor_terms(flat.coeff(name)) * name for name in _GROUPS]


def _collected(expression: Expr) -> Expr:
    """Collect by h, |v|^2 and d, without touching exponentials, and take common factors out."""
    total = Add(*_by_sums(expression))
    require_equal(total, expression, "expected coarse gradient")
    return factor_terms(total)


def _with_moments(named: _InPlane, row: RowMoments, a_minus: Expr) -> _InPlane:
    """Put the integrals over one row in."""
    values = {sym.a_minus: a_minus, sym.alpha: row.alpha, sym.b_x: row.b_x, sym.b_y: row.b_y}
    return _InPlane(_collected(named.along_u.subs(values)), named.along_e.subs(values))


@dataclass(frozen=True)
class _Oblique:
    """The same vector along u and w*, where e = (w* - cos(theta) u)/sin(theta)."""

    along_u: Expr
    along_teacher: Expr


def _oblique(vector: _InPlane) -> _Oblique:
    along_teacher = simplify(vector.along_e / sin(sym.theta))
    return _Oblique(
        _collected(vector.along_u - cos(sym.theta) * along_teacher),
        along_teacher,
    )


@dataclass(frozen=True)
class _Lemma:
    """ReLU as the paper has it: along u, and along the bisector u + w*, which has a length."""

    along_u: Expr
    along_bisector: Expr
    length: Expr


def _lemma(row: RowMoments, vector: _InPlane) -> _Lemma:
    bisector = Matrix([1 + cos(sym.theta), sin(sym.theta)])
    length = 2 * cos(sym.theta / 2)
    require_equal(trigsimp(bisector.dot(bisector)), length**2, "bisector")
    along_u = sym.h * row.alpha / 2
    along_bisector = -sym.d * simplify(row.b_y / sin(sym.theta))
    lemma = Matrix([along_u, 0]) + along_bisector * bisector
    for part, expected in zip(lemma, (vector.along_u, vector.along_e), strict=True):
        require_equal(part, expected, "in terms of the bisector")
    return _Lemma(along_u, along_bisector, length)


def _gradient_in_v(planes: HalfPlanes, density: RadialDensity) -> dict[str, Expr]:
    """E[sigma(Z_k w)(y - y*)], entry k, by splitting the row k from the others; it is df/dv."""
    two_rows = planes.half**2
    along = {
        "v": planes.half - two_rows,
        "v*": -(planes.wedge - two_rows),
        "1": two_rows * (sym.s_v - sym.s),
    }
    along = {direction: simplify(part) for direction, part in along.items()}
    for direction, part in derive_population_gradient(density).result["v"].items():
        require_equal(along[direction], part, "part in v")
    return along


def derive_coarse_gradient(
    proxy: str | TwoSlope,
    density: RadialDensity = GAUSSIAN,
    clip: Expr | float = 1,
    variance: Expr | float = 1,
) -> Derivation:
    r"""Derive the expected coarse gradient from integrals over one row.

    ``E[g] = (h A/2 + |v|^2 A_- - d B_x) u - d B_y e`` with the integrals named in
    `ste.symbolic.rows.moments`.

    Parameters
    ----------
    proxy : {"relu", "identity", "clipped_relu"} or TwoSlope
    density : RadialDensity, default GAUSSIAN
        Of one row in the plane of w and w*. Clipped ReLU needs a Gaussian one.
    clip : positive number or symbol, default 1
        Where clipped ReLU stops; only for that proxy.
    variance : positive number or symbol, default 1
        Of the entries of Gaussian rows; only with the default density.

    Returns
    -------
    Derivation
        ``result`` holds the scalars ``"a_plus"``, ``"a_minus"``, ``"alpha"``, ``"b_x"``, ``"b_y"``
        and the vectors ``"v"`` (along v, v*, 1), ``"w"`` (along u, e) and ``"w_oblique"`` (the same
        vector along u, w*).

    Raises
    ------
    DerivationError
        If the proxy is not known or a step cannot be derived; it names the step.
    ValueError
        If `clip` or `variance` is not positive or does not go with the proxy or the density.

    Notes
    -----
    Source: the paper, Lemma 4 (ReLU), Lemma 7 (clipped ReLU) and Lemmas 8 to 10
    (identity). The closed form for clipped ReLU, other slopes and other densities are our own.

    Examples
    --------
    >>> relu = derive_coarse_gradient("relu")
    >>> relu.result["w_oblique"]["w*"]
    -sqrt(2)*d/(4*sqrt(pi))
    >>> derive_coarse_gradient("identity").result["b_y"]
    sqrt(2)*sin(\theta)/(2*sqrt(pi))
    """
    return coarse_gradient_of(*chosen(proxy, density, clip, variance))


@cache
def coarse_gradient_of(proxy: TwoSlope | Window, density: RadialDensity) -> Derivation:
    """Derive E[g] of one proxy under one density; see `derive_coarse_gradient`."""
    planes = probabilities(density)
    row = _row_moments(proxy, density)
    a_minus = simplify(row.a_minus)
    named = _double_sums(planes.half)
    vector = _with_moments(named, row, a_minus)
    oblique = _oblique(vector)
    in_v = _gradient_in_v(planes, density)
    steps = page(
        section(SET_UP, _coarse_gradient(), _proxy(proxy), density_line(density)),
        section(REDUCTION, plane_line(), _other_directions(), pairs_line(), _different_rows()),
        planes.steps,
        row.steps,
        _parts(named),
        _theorem(proxy, named, vector),
        _in_u_and_teacher(oblique) if isinstance(proxy, TwoSlope) else (),
        _in_u_and_bisector(_lemma(row, vector)) if proxy == PROXIES["relu"] else (),
        section(ASSEMBLY, c_line(), _part_in_v(in_v)),
    )
    result = {
        "a_plus": row.a_plus,
        "a_minus": a_minus,
        "alpha": row.alpha,
        "b_x": row.b_x,
        "b_y": row.b_y,
        "v": in_v,
        "w": {"u": vector.along_u, "e": vector.along_e},
        "w_oblique": {"u": oblique.along_u, "w*": oblique.along_teacher},
    }
    return Derivation("Expected coarse gradient", assumptions(proxy), steps, result)


# The page.


def _coarse_gradient() -> Line:
    return line(
        "coarse gradient",
        "The coarse gradient puts $\\mu'$ where the derivative of $\\sigma$ would stand; "
        "$y = \\sum_j v_j \\sigma(Z_j \\cdot w)$ and $y^* = \\sum_j v^*_j \\sigma(Z_j \\cdot "
        "w^*)$.",
        _MEAN,
        Symbol(
            r"\sum_i v_i \, \mathbb{E}\left[Z_i \, \mu'(Z_i \cdot w)(y - y^*)\right]",
            commutative=False,
        ),
    )


def _proxy(proxy: TwoSlope | Window) -> Line:
    derivative = Function(r"\mu'")
    return line("proxy", "The proxy derivative.", derivative(sym.x), proxy.derivative())


def _other_directions() -> Line:
    return line(
        "other directions",
        "Reflecting a row in the plane changes neither its density nor $X$ and $Y$. So for a "
        "direction $e_\\perp$ perpendicular to the plane nothing is left, and $\\mathbb{E}[g]$ "
        "lies in the plane.",
        Symbol(r"\mathbb{E}[(Z_i \cdot e_\perp)\, \mu'(\rho X)(y - y^*)]"),
        S(0),
    )


def _different_rows() -> Line:
    return line(
        "different rows",
        "Different rows are independent: the activation of the other row is 1 with probability "
        "$P_0$, and $A = \\mathbb{E}[X \\mu'(\\rho X)]$. It is the same for student and "
        "teacher.",
        DIFFERENT_ROWS,
        sym.half_plane * sym.alpha,
    )


def _parts(named: _InPlane) -> tuple[Step, ...]:
    terms_of_h = (sym.v_norm2, sym.s_v**2, -sym.s_v * sym.s, sym.d)
    return section(
        ASSEMBLY,
        line(
            "h",
            "One combination of the second layers comes up in every case.",
            sym.h,
            Add(*terms_of_h, evaluate=False),
        ),
        line(
            "part along u",
            "The double sum along $u$. Write $A_+ = A + A_-$, where $A_-$ is what the proxy "
            "gives on the negative side.",
            Symbol(r"\mathbb{E}[g] \cdot u"),
            named.along_u,
        ),
        line(
            "part along e",
            "The double sum along $e$: only equal rows of student and teacher count.",
            Symbol(r"\mathbb{E}[g] \cdot e"),
            named.along_e,
        ),
    )


def _theorem(proxy: TwoSlope | Window, named: _InPlane, vector: _InPlane) -> tuple[Step, ...]:
    """Clipped ReLU keeps the names of its integrals, whose values are long."""
    if isinstance(proxy, TwoSlope):
        text = "With the integrals put in, the theorem in the frame of $u$ and $e$."
        along_u, along_e = vector.along_u, vector.along_e
    else:
        text = "Here $A_- = 0$: the theorem in the frame of $u$ and $e$, with the integrals above."
        along_u, along_e = named.along_u.subs(sym.a_minus, 0), named.along_e
    right = _vectors(along_u, along_e * sym.e)
    return section(ASSEMBLY, line("expected coarse gradient", text, _MEAN, right))


def _vectors(along_u: Expr, other: Expr) -> Expr:
    """Sum of ``along_u * u`` and another vector; a coefficient too wide for a line is split."""
    if glyphs(latex(along_u)) <= GLYPHS - _BESIDE:
        return Add(along_u * sym.u, other, evaluate=False)
    parts = (factor_terms(part) * sym.u for part in _by_sums(along_u))
    return Add(*parts, other, evaluate=False)


def _in_u_and_teacher(oblique: _Oblique) -> tuple[Step, ...]:
    return section(
        ASSEMBLY,
        line(
            "frame of u and w*",
            "The vector $e$ in terms of $u$ and $w^*$.",
            sym.e,
            (sym.w_star - cos(sym.theta) * sym.u) / sin(sym.theta),
        ),
        line(
            "in terms of u and w*",
            "In that frame the angle drops out of the coefficients.",
            _MEAN,
            _vectors(oblique.along_u, oblique.along_teacher * sym.w_star),
        ),
    )


def _in_u_and_bisector(lemma: _Lemma) -> tuple[Step, ...]:
    unit = Symbol(r"\frac{u + w^*}{\lvert u + w^*\rvert}", commutative=False)
    along_unit = lemma.along_bisector * lemma.length
    return section(
        ASSEMBLY,
        line(
            "bisector",
            "The sum of the unit vectors $u$ and $w^*$ halves the angle; since $\\theta < \\pi$ "
            "its length is positive.",
            Symbol(r"\lvert u + w^*\rvert"),
            lemma.length,
        ),
        line(
            "in terms of the bisector",
            "The same vector as the paper states it.",
            _MEAN,
            Add(lemma.along_u * sym.u, along_unit * unit, evaluate=False),
        ),
    )


def _part_in_v(in_v: dict[str, Expr]) -> Line:
    return line(
        "part in v",
        "The gradient in $v$ needs no proxy. Its entry $i$ is the expectation of "
        "$\\sigma(Z_i \\cdot w)(y - y^*)$, and it equals $\\partial f/\\partial v$.",
        Symbol(r"\mathbb{E}\left[\frac{\partial \ell}{\partial v}\right]"),
        vector_in_v(in_v),
    )
