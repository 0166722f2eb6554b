"""The expected coarse gradient and its inner product with the population gradient, derived."""

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

from ste.symbolic.population_loss import (
    ROWS,
    c_step,
    derive_population_gradient,
    in_v_display,
    pairs_step,
)
from ste.symbolic.rows.cartesian import window_moments
from ste.symbolic.rows.density import GAUSSIAN, RadialDensity, gaussian
from ste.symbolic.rows.halfplanes import (
    ASSEMBLY,
    OUTER,
    REDUCTION,
    SET_UP,
    HalfPlanes,
    density_step,
    equation,
    in_order,
    plane_step,
    probabilities,
)
from ste.symbolic.rows.moments import RowMoments
from ste.symbolic.rows.polar import two_slope_moments
from ste.symbolic.rows.proxies import PROXIES, TwoSlope, Window, find
from ste.symbolic.steps import symbols as sym
from ste.symbolic.steps.derivation import Derivation, DerivationError, Step
from ste.symbolic.steps.display import GLYPHS, glyphs, latex
from ste.symbolic.steps.exact import positive
from ste.symbolic.steps.integrals import require_equal
from ste.symbolic.steps.sums import over_pairs

_MEAN = Symbol(r"\mathbb{E}[g]", commutative=False)
_GROUPS = (sym.h, sym.v_norm2, sym.d)
#: Glyphs that stand beside a coefficient: the left side, the vector, brackets.
_ROOM = 6


def _settle(
    proxy: str | TwoSlope, density: RadialDensity, clip: Expr | float, variance: Expr | float
) -> tuple[TwoSlope | Window, RadialDensity]:
    """Combine the arguments of a derivation into one proxy and one density."""
    chosen = find(proxy)
    clip, variance = positive("clip", clip), positive("variance", variance)
    if isinstance(chosen, Window):
        chosen = Window(clip)
    elif clip != 1:
        raise ValueError(f"clip: got {clip} for the proxy {proxy!r}, which has no clip level")
    if variance != 1:
        if density != GAUSSIAN:
            raise ValueError(
                f"variance: got {variance} with the density {density.name!r}, which has its own"
            )
        density = gaussian(variance)
    return chosen, density


def _row_moments(proxy: TwoSlope | Window, density: RadialDensity) -> RowMoments:
    if isinstance(proxy, TwoSlope):
        return two_slope_moments(proxy, density)
    if density.gaussian_variance is None:
        raise DerivationError(
            "teacher's half-plane, y along u",
            f"clipped ReLU needs a Gaussian density, got {density.name!r}",
        )
    return window_moments(proxy.clip, density.gaussian_variance)


def _assumptions(proxy: TwoSlope | Window) -> tuple[str, ...]:
    if isinstance(proxy, TwoSlope):
        return ROWS
    return (*ROWS, "The coordinates of a row are independent and Gaussian.")


def _with_h(expression: Expr) -> Expr:
    """Write s_v^2 in terms of h where the expression holds it."""
    rest = sym.h_definition - sym.s_v**2
    return expand(expand(expression).subs(sym.s_v**2, sym.h - rest))


def _double_sums(half: Expr) -> tuple[Expr, Expr]:
    """Coefficients along u and along e in terms of the named moments of one row."""
    student, teacher = sym.v_entries, sym.teacher_entries
    any_row = sym.alpha * half
    own = over_pairs(student, student, sym.alpha + sym.a_minus, any_row)
    along_u = own - over_pairs(student, teacher, sym.b_x, any_row)
    along_e = -over_pairs(student, teacher, sym.b_y, S(0))
    return _with_h(along_u), along_e


def _tidy(expression: Expr) -> Expr:
    """Collect by h, |v|^2 and d, without touching exponentials, and take common factors out."""
    flat = expand(expression)
    parts = [factor_terms(flat.coeff(name)) * name for name in _GROUPS]
    require_equal(Add(*parts), expression, "expected coarse gradient")
    return factor_terms(Add(*parts))


@cache
def _derive(proxy: TwoSlope | Window, density: RadialDensity) -> Derivation:
    planes = probabilities(density)
    row = _row_moments(proxy, density)
    general_u, general_e = _double_sums(planes.half)
    values = {
        sym.a_minus: simplify(row.a_minus),
        sym.alpha: row.alpha,
        sym.b_x: row.b_x,
        sym.b_y: row.b_y,
    }
    in_u, in_e = _tidy(general_u.subs(values)), general_e.subs(values)
    in_teacher = simplify(in_e / sin(sym.theta))
    oblique = _tidy(in_u - cos(sym.theta) * in_teacher)
    in_v = _gradient_in_v(planes, density)
    derivative = Function(r"\mu'")
    any_row = Symbol(r"Q_{\neq}")
    steps = [
        Step(
            "coarse gradient",
            SET_UP,
            "The coarse gradient puts $\\mu'$ where the derivative of $\\sigma$ would stand; "
            "$y = \\sum_j v_j \\sigma(Z_j \\cdot w)$ and $y^* = \\sum_j v^*_j \\sigma(Z_j \\cdot "
            "w^*)$.",
            equation(
                _MEAN,
                Symbol(
                    r"\sum_i v_i \, \mathbb{E}\left[Z_i \, \mu'(Z_i \cdot w)(y - y^*)\right]",
                    commutative=False,
                ),
            ),
        ),
        Step(
            "proxy",
            SET_UP,
            "The proxy derivative.",
            equation(derivative(sym.x), proxy.derivative()),
        ),
        density_step(density),
        plane_step(),
        Step(
            "other directions",
            REDUCTION,
            "Reflecting a row in the plane changes neither its density nor $X$ and $Y$. So for a "
            "direction $t$ across the plane nothing is left, and $\\mathbb{E}[g]$ lies in the "
            "plane.",
            equation(Symbol(r"\mathbb{E}[(Z_i \cdot t)\, \mu'(\rho X)(y - y^*)]"), S(0)),
        ),
        pairs_step(),
        Step(
            "different rows",
            REDUCTION,
            "Different rows are independent: the activation of the other row is 1 with probability "
            "$P_0$, and $\\alpha = \\mathbb{E}[X \\mu'(\\rho X)]$. It is the same for student and "
            "teacher.",
            equation(any_row, sym.half_plane * sym.alpha),
        ),
        *planes.steps,
        *row.steps,
        Step(
            "h",
            ASSEMBLY,
            "One combination of the second layers comes up in every case.",
            equation(sym.h, Add(*_terms_of_h(), evaluate=False)),
        ),
        Step(
            "part along u",
            ASSEMBLY,
            "The double sum along $u$. Write $A_+ = \\alpha + A_-$, where $A_-$ is what the proxy "
            "gives on the negative side.",
            equation(Symbol(r"\mathbb{E}[g] \cdot u"), general_u),
        ),
        Step(
            "part along e",
            ASSEMBLY,
            "The double sum along $e$: only equal rows of student and teacher count.",
            equation(Symbol(r"\mathbb{E}[g] \cdot e"), general_e),
        ),
        Step(
            "expected coarse gradient",
            ASSEMBLY,
            "With the integrals put in, the theorem in the frame of $u$ and $e$."
            if isinstance(proxy, TwoSlope)
            else "Here $A_- = 0$: the theorem in the frame of $u$ and $e$, with the integrals "
            "above.",
            equation(_MEAN, _shown(general_u, general_e, in_u, in_e, proxy)),
        ),
    ]
    result = {
        "a_plus": row.a_plus,
        "a_minus": values[sym.a_minus],
        "alpha": row.alpha,
        "b_x": row.b_x,
        "b_y": row.b_y,
        "v": in_v,
        "w": {"u": in_u, "e": in_e},
        "w_oblique": {"u": oblique, "w*": in_teacher},
    }
    if isinstance(proxy, TwoSlope):
        steps += _oblique_steps(oblique, in_teacher)
    if proxy == PROXIES["relu"]:
        steps += _paper_form(row, in_u, in_e)
    steps += [
        c_step(),
        Step(
            "part in v",
            ASSEMBLY,
            "The gradient in $v$ needs no proxy. Its entry $k$ is the expectation of "
            "$\\sigma(Z_k \\cdot w)(y - y^*)$, and it equals $\\partial f/\\partial v$.",
            equation(
                Symbol(r"\mathbb{E}\left[\frac{\partial \ell}{\partial v}\right]"),
                in_v_display(in_v),
            ),
        ),
    ]
    return Derivation("Expected coarse gradient", _assumptions(proxy), in_order(*steps), result)


def _terms_of_h() -> tuple[Expr, ...]:
    return (sym.v_norm2, sym.s_v**2, -sym.s_v * sym.s, sym.d)


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


def _shown(
    general_u: Expr, general_e: Expr, in_u: Expr, in_e: Expr, proxy: TwoSlope | Window
) -> Expr:
    """Keep the names of the integrals for clipped ReLU, whose values are long."""
    if isinstance(proxy, Window):
        in_u, in_e = general_u.subs(sym.a_minus, 0), general_e
    return _vectors(in_u, in_e * sym.e)


def _vectors(in_u: Expr, other: Expr) -> Expr:
    """Sum of ``in_u * u`` and another vector; a coefficient too wide for a line is split."""
    if glyphs(latex(in_u)) <= GLYPHS - _ROOM:
        return Add(in_u * sym.u, other, evaluate=False)
    flat = expand(in_u)
    parts = (factor_terms(flat.coeff(name)) * name for name in _GROUPS)
    return Add(*(factor_terms(part) * sym.u for part in parts), other, evaluate=False)


def _oblique_steps(oblique: Expr, in_teacher: Expr) -> list[Step]:
    return [
        Step(
            "frame of u and w*",
            ASSEMBLY,
            "The vector $e$ in terms of $u$ and $w^*$.",
            equation(sym.e, (sym.w_star - cos(sym.theta) * sym.u) / sin(sym.theta)),
        ),
        Step(
            "in terms of u and w*",
            ASSEMBLY,
            "In that frame the angle drops out of the coefficients.",
            equation(_MEAN, _vectors(oblique, in_teacher * sym.w_star)),
        ),
    ]


def _paper_form(row: RowMoments, in_u: Expr, in_e: Expr) -> list[Step]:
    """ReLU in the form of the lemma: along u and along the bisector of u and w*."""
    bisector = Matrix([1 + cos(sym.theta), sin(sym.theta)])
    length = 2 * cos(sym.theta / 2)
    require_equal(trigsimp(bisector.dot(bisector)), length**2, "bisector")
    weight = simplify(row.b_y / sin(sym.theta))
    lemma = Matrix([sym.h * row.alpha / 2, 0]) - sym.d * weight * bisector
    for part, expected in zip(lemma, (in_u, in_e), strict=True):
        require_equal(part, expected, "in terms of the bisector")
    unit = Symbol(r"\frac{u + w^*}{\lvert u + w^*\rvert}", commutative=False)
    return [
        Step(
            "bisector",
            ASSEMBLY,
            "The sum of the unit vectors $u$ and $w^*$ halves the angle; since $\\theta < \\pi$ "
            "its length is positive.",
            equation(Symbol(r"\lvert u + w^*\rvert"), length),
        ),
        Step(
            "in terms of the bisector",
            ASSEMBLY,
            "The same vector as the paper states it.",
            equation(
                _MEAN,
                Add(
                    sym.h * row.alpha / 2 * sym.u,
                    -sym.d * weight * length * unit,
                    evaluate=False,
                ),
            ),
        ),
    ]


def derive_coarse_gradient(
    proxy: str | TwoSlope,
    density: RadialDensity = GAUSSIAN,
    clip: Expr | float = 1,
    variance: Expr | float = 1,
) -> Derivation:
    r"""Derive the expected coarse gradient from integrals over one row.

    ``E[g] = (h alpha/2 + |v|^2 A_- - d B_x) u - d B_y e`` with the integrals named in
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
    return _derive(*_settle(proxy, density, clip, variance))


def derive_inner_product(
    proxy: str | TwoSlope,
    density: RadialDensity = GAUSSIAN,
    clip: Expr | float = 1,
    variance: Expr | float = 1,
) -> Derivation:
    r"""Derive the inner product of E[g] with df/dw, and compare it with ReLU's.

    ``<E[g], df/dw> = d^2 B_y / (2 pi |w|)``.

    Parameters
    ----------
    proxy, density, clip, variance
        As for `derive_coarse_gradient`.

    Returns
    -------
    Derivation
        With the scalars ``result["inner"]`` and ``result["ratio_to_relu"]``.

    Raises
    ------
    DerivationError, ValueError
        As for `derive_coarse_gradient`.

    Notes
    -----
    Source: the paper, Lemma 5 (ReLU), Lemma 7 (clipped ReLU) and Lemmas 8 to 10 (identity); the
    closed factor for clipped ReLU is our own result.

    Examples
    --------
    >>> derive_inner_product("identity").result["ratio_to_relu"]
    2
    >>> derive_inner_product("clipped_relu").result["ratio_to_relu"]
    erf(sqrt(2)/(2*\rho*sin(\theta)))
    """
    return _inner_product(*_settle(proxy, density, clip, variance))


@cache
def _inner_product(proxy: TwoSlope | Window, density: RadialDensity) -> Derivation:
    coarse = _derive(proxy, density)
    true = derive_population_gradient(density)
    inner = _dot(coarse, true)
    relu = _dot(_derive(PROXIES["relu"], density), true)
    ratio = simplify(inner / relu)
    bracket = Symbol(r"\left\langle \mathbb{E}[g], \tfrac{\partial f}{\partial w} \right\rangle")
    by_moment = _pairing(Matrix([Symbol("g_u"), -sym.d * sym.b_y]), true)
    require_equal(by_moment.subs(sym.b_y, coarse.result["b_y"]), inner, "inner product")
    steps = in_order(
        Step(
            "population gradient",
            SET_UP,
            "The population gradient, derived before, lies along $e$.",
            true.step("gradient in w").equation,
        ),
        Step(
            "coarse gradient along e",
            SET_UP,
            "The expected coarse gradient, derived before; only its part along $e$ counts.",
            coarse.step("part along e").equation,
        ),
        Step(
            "B_y",
            OUTER,
            "The integral in it.",
            equation(sym.b_y, coarse.result["b_y"]),
        ),
        Step(
            "product of the parts along e",
            ASSEMBLY,
            "Since $u \\cdot e = 0$ and $e \\cdot e = 1$, multiply the two parts along $e$. The "
            "square of $d$ makes the sign that of $B_y$.",
            equation(bracket, by_moment),
        ),
        Step(
            "inner product",
            ASSEMBLY,
            "With the integral put in.",
            equation(bracket, inner),
        ),
        Step(
            "ratio to ReLU",
            ASSEMBLY,
            "Divided by the inner product of ReLU under the same density.",
            equation(
                Symbol(
                    r"\frac{\langle \mathbb{E}[g], \partial f/\partial w \rangle}"
                    r"{\langle \mathbb{E}[g_{\mathrm{ReLU}}], \partial f/\partial w \rangle}"
                ),
                ratio,
            ),
        ),
    )
    result = {"inner": inner, "ratio_to_relu": ratio}
    return Derivation(
        "Inner product with the population gradient", _assumptions(proxy), steps, result
    )


def _pairing(coarse: Matrix, true: Derivation) -> Expr:
    """Scalar product in the orthonormal frame (u, e)."""
    return simplify(coarse.dot(Matrix([0, true.result["w"]["e"]])))


def _dot(coarse: Derivation, true: Derivation) -> Expr:
    along = coarse.result["w"]
    return _pairing(Matrix([along["u"], along["e"]]), true)
