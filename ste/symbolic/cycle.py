"""What is left over where v is at its best, and the cycle that follows from it, derived."""

from dataclasses import dataclass
from functools import cache

from sympy import (
    Expr,
    Integral,
    Poly,
    S,
    Symbol,
    cancel,
    collect,
    discriminant,
    expand,
    factor,
    oo,
    simplify,
    sqrt,
    symbols,
)

from ste.symbolic.steps import symbols as sym
from ste.symbolic.steps.derivation import Derivation, Step
from ste.symbolic.steps.integrals import Evaluated, evaluate, in_form, require_equal
from ste.symbolic.steps.page import ASSEMBLY, INNER, REDUCTION, SET_UP, Line, line, page, section

#: Mean direction in a turn, r = s^2/((m + 1) N), M = m/(m + 1), and the share of the left side.
A = Symbol("a", real=True)
R = Symbol("r", positive=True)
M = Symbol("M", positive=True)
KAPPA = Symbol(r"\kappa", positive=True)
#: Steps in a turn.
PERIOD = Symbol("T", positive=True)
_RATE_PI, _RATE_0, _BOTH = symbols(r"F_\pi F_0 F", real=True)
_RADIAL = Symbol(r"\mathbb{E}[g] \cdot u")


def radial_part(a_plus: Expr, a_minus: Expr, b_x: Expr) -> Expr:
    """The part along u of the expected coarse gradient of any proxy, by its moments.

    Examples
    --------
    >>> radial_part(S(1), S(1), S(1))  # identity at theta = 0
    \\lvert v\\rvert^2 - d
    """
    alpha = a_plus - a_minus
    same_rows = sym.v_norm2 * a_plus - sym.d * b_x
    return expand(
        same_rows + (sym.s_v**2 - sym.v_norm2) * alpha / 2 - (sym.s_v * sym.s - sym.d) * alpha / 2
    )


# What is left over: its algebra.


@dataclass(frozen=True)
class _Residuals:
    """E[g].u where v is at its best: anywhere, at a saddle, at theta = pi, at the trap there."""

    anywhere: Expr
    saddle: Expr
    at_pi: Expr
    spurious: Expr


def _where_v_is_best() -> Expr:
    """Put s_v^2 from v.(I + ones ones^T) v = v.(c I + ones ones^T) v* into the radial part."""
    general = radial_part(sym.a_plus, sym.a_minus, sym.b_x)
    s_v_square = sym.c * sym.d + sym.s_v * sym.s - sym.v_norm2
    alpha = sym.a_plus - sym.a_minus
    form = sym.v_norm2 * sym.a_minus + sym.d * (alpha * (1 + sym.c) / 2 - sym.b_x)
    return in_form(form, expand(general.subs(sym.s_v**2, s_v_square)), "where v is best")


def _at_spurious(at_pi: Expr) -> Expr:
    """Put v = -v* + (2 s/(m + 1)) 1 in."""
    shift = 2 * sym.s / (sym.m + 1)
    d = -sym.teacher_norm2 + shift * sym.s
    square = sym.teacher_norm2 - 2 * shift * sym.s + sym.m * shift**2
    return factor(at_pi.subs({sym.d: d, sym.v_norm2: square}))


def _residuals() -> _Residuals:
    anywhere = _where_v_is_best()
    at_pi = factor(anywhere.subs({sym.c: -1, sym.b_x: -sym.a_minus}))
    return _Residuals(anywhere, anywhere.subs(sym.d, 0), at_pi, _at_spurious(at_pi))


@cache
def derive_residuals() -> Derivation:
    """Derive E[g].u wherever df/dv = 0, for any proxy, and its value at saddle and trap.

    Returns
    -------
    Derivation
        Its result has ``where v is best``, ``saddle`` and ``spurious``: coefficients of u.

    Examples
    --------
    >>> derive_residuals().result["saddle"]
    A_-*\\lvert v\\rvert^2
    """
    left_over = _residuals()
    return Derivation(
        "What is left over where v is at its best",
        (
            "The proxy is any function for which the three moments are finite.",
            "$\\partial f/\\partial v = 0$, that is $(I + \\mathbf{1}\\mathbf{1}^\\top) v = "
            "(c I + \\mathbf{1}\\mathbf{1}^\\top) v^*$.",
        ),
        page(
            section(SET_UP, _general()),
            section(REDUCTION, _stationary()),
            _left_over(left_over),
        ),
        {
            "where v is best": left_over.anywhere,
            "saddle": left_over.saddle,
            "spurious": left_over.spurious,
        },
    )


# What is left over: its page.


def _general() -> Line:
    return line(
        "general",
        "The part along $u$ of the expected coarse gradient, for any proxy.",
        _RADIAL,
        sym.v_norm2 * sym.a_plus
        + (sym.s_v**2 - sym.v_norm2) * sym.alpha / 2
        - sym.d * sym.b_x
        - (sym.s_v * sym.s - sym.d) * sym.alpha / 2,
    )


def _stationary() -> Line:
    return line(
        "stationary",
        "Multiply $\\partial f/\\partial v = 0$ by $v^\\top$ from the left.",
        sym.v_norm2 + sym.s_v**2,
        sym.c * sym.d + sym.s_v * sym.s,
    )


def _left_over(residuals: _Residuals) -> tuple[Step, ...]:
    return section(
        ASSEMBLY,
        line(
            "where v is best",
            "Put it in for $s_v^2$, and $A_+ - A_- = A$.",
            _RADIAL,
            residuals.anywhere.subs(sym.a_plus - sym.a_minus, sym.alpha),
        ),
        line("saddle", "At a saddle $d = 0$.", _RADIAL, residuals.saddle),
        line(
            "at pi",
            "At $\\theta = \\pi$: $c = -1$ and $B_x = -A_-$.",
            _RADIAL,
            residuals.at_pi,
        ),
        line(
            "spurious",
            "With $v = -v^* + \\frac{2 s}{m + 1} \\mathbf{1}$.",
            _RADIAL,
            residuals.spurious,
        ),
    )


# The cycle: its algebra.


def _mean_of_a_side() -> Evaluated:
    """k, the mean of one side; the density is written out to be integrated."""
    side = (sym.x, 0, oo)
    value = evaluate(Integral(sym.x * sym.phi(sym.x).doit(), side), "moments")
    return Evaluated(Integral(sym.x * sym.phi(sym.x), side), value)


def _common_part() -> Expr:
    """b of the rates ``F_pi = b + d`` and ``F_0 = b - d``.

    In units of k, A+ = 2 - kappa and A- = kappa; B_x is -A- at theta = pi and A+ at theta = 0.
    """
    right, left = 2 - KAPPA, KAPPA
    common = sym.v_norm2 + (1 - KAPPA) * (sym.s_v**2 - sym.s_v * sym.s)
    require_equal(radial_part(right, left, -left), common + sym.d, "rates")
    require_equal(radial_part(right, left, right), common - sym.d, "rates")
    return common


def _require_balance(common: Expr) -> None:
    """(1 - a) F_pi = (1 + a) F_0 is d = a F."""
    difference = expand((1 - A) * (common + sym.d) - (1 + A) * (common - sym.d))
    require_equal(difference, 2 * (sym.d - A * common), "balance")


def _quadratic() -> Expr:
    """d - a b over 1 - a, with v(a) = a v* + ((1 - a)/(m + 1)) s ones and |v*| = 1.

    There s^2 = r (m + 1) and 1/(m + 1) = 1 - M.
    """
    s_square = R / (1 - M)
    d = A + (1 - A) * R
    v_norm2 = A**2 + 2 * A * (1 - A) * R + (1 - A) ** 2 * M * R
    s_v_by_s = A + (1 - A) * M
    common = v_norm2 + (1 - KAPPA) * s_square * (s_v_by_s**2 - s_v_by_s)
    balance = factor(simplify(d - A * common))
    return Poly(expand(cancel(balance / (1 - A))), A).as_expr()


def _in_brackets(quadratic: Expr) -> Expr:
    """The quadratic sorted by kappa."""
    landscape = (1 + A) * ((1 - R) * A + R)
    return in_form(landscape - KAPPA * R * A * ((1 - M) * A + M), quadratic, "two brackets")


def _threshold(delta: Expr) -> Expr:
    """The smaller r at which the discriminant is 0."""
    threshold = 1 / (2 + KAPPA * M + 2 * sqrt(KAPPA * (2 * M - 1)))
    require_equal(delta.subs(R, threshold), S(0), "threshold")
    return threshold


def _by_r(part: Expr) -> Expr:
    """Collect by r, with what belongs to a power of r factored."""
    return collect(expand(part), R, factor)


@cache
def derive_cycle() -> Derivation:
    """Derive period and threshold of the cycle for a proxy with any two limits at 0.

    The limits enter through kappa = 2 mu'(0-)/(mu'(0-) + mu'(0+)): 1 for identity.

    Returns
    -------
    Derivation
        Its result has ``balance`` (the quadratic in a, = 0 on a cycle), ``period`` (T by a),
        ``discriminant``, ``threshold`` (r*), and ``saddle`` (the quadratic at a = -r/(1 - r)).

    Examples
    --------
    >>> derive_cycle().result["threshold"].subs({KAPPA: 1, M: 1})
    1/5
    """
    moment = _mean_of_a_side()
    common = _common_part()
    _require_balance(common)
    quadratic = _quadratic()
    delta = discriminant(quadratic, A)
    threshold = _threshold(delta)
    period = 2 / (1 + A)
    return Derivation(
        "The cycle of a proxy with two limits at the origin",
        (
            "$|w|$ is so small that the proxy is its limit on either side: $\\mu'(0^-)$ and "
            "$\\mu'(0^+)$, in units of their mean.",
            "$v$ moves little in one turn and feels the mean $a$ of $c$ over it.",
        ),
        page(
            section(SET_UP, _sides()),
            section(INNER, _moments(moment)),
            _rates(common),
            _balance(quadratic, _in_brackets(quadratic)),
            _cycle(delta, threshold, period),
        ),
        {
            "balance": quadratic,
            "discriminant": delta,
            "threshold": threshold,
            "saddle": factor(quadratic.subs(A, -R / (1 - R))),
            "period": period,
            "trap": factor(quadratic.subs(A, -1)),
        },
    )


# The cycle: its page.


def _sides() -> Line:
    return line(
        "sides",
        "The two limits, in units of their mean.",
        KAPPA,
        Symbol(r"\frac{2 \mu'(0^-)}{\mu'(0^-) + \mu'(0^+)}"),
    )


def _moments(moment: Evaluated) -> Line:
    return line(
        "moments",
        "One integral gives all moments: $A_+ = (2 - \\kappa) k$ and $A_- = \\kappa k$.",
        *moment,
    )


def _rates(common: Expr) -> tuple[Step, ...]:
    return section(
        ASSEMBLY,
        line(
            "rate at pi",
            "The part along $u$ at $\\theta = \\pi$, in units of $k$: $|w|$ shrinks by "
            "$\\eta k F_\\pi$ in a step.",
            _RATE_PI,
            _BOTH + sym.d,
        ),
        line("rate at 0", "The same at $\\theta = 0$.", _RATE_0, _BOTH - sym.d),
        line("common part", "Both share one number.", _BOTH, common),
    )


def _balance(quadratic: Expr, brackets: Expr) -> tuple[Step, ...]:
    return section(
        ASSEMBLY,
        line(
            "balance",
            "The filter returns to where it was: the share $(1 - a)/2$ of steps at $\\pi$ and "
            "the share $(1 + a)/2$ at 0 cancel, $(1 - a) F_\\pi = (1 + a) F_0$.",
            sym.d,
            A * _BOTH,
        ),
        line(
            "factored",
            "With $v = v(a)$ both sides are polynomials in $a$. The factor $1 - a$ is the "
            "global minimum; what is left is",
            collect(expand(quadratic), A, _by_r),
            S(0),
        ),
        line(
            "two brackets",
            "Sorted by $\\kappa$: at $\\kappa = 0$ the roots are $-1$, the trap, and "
            "$-r/(1 - r)$, the saddle's $c$.",
            brackets,
            S(0),
        ),
    )


def _cycle(delta: Expr, threshold: Expr, period: Expr) -> tuple[Step, ...]:
    return section(
        ASSEMBLY,
        line(
            "discriminant",
            "The two roots are real while the discriminant is not negative.",
            Symbol(r"\Delta"),
            _by_r(expand(delta)),
        ),
        line("threshold", "Its smaller zero in $r$.", Symbol("r^*"), threshold),
        line(
            "period",
            "In a turn of $T$ steps one has $c = 1$ and $T - 1$ have $c = -1$.",
            PERIOD,
            period,
        ),
    )
