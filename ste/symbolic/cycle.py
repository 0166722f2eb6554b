"""What is left over where v is at its best, and the cycle that follows from it, derived."""

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

from ste.symbolic.rows.halfplanes import ASSEMBLY, INNER, REDUCTION, SET_UP, equation
from ste.symbolic.steps import symbols as sym
from ste.symbolic.steps.derivation import Derivation, Step
from ste.symbolic.steps.integrals import evaluate, require_equal

#: Mean direction in a turn, r = s^2/((m + 1) N), M = m/(m + 1), and the share of the left side.
A = Symbol("a", real=True)
R = Symbol("r", positive=True)
M = Symbol("M", positive=True)
KAPPA = Symbol(r"\kappa", positive=True)
#: Steps in a turn.
PERIOD = Symbol("T", positive=True)
_RATE_PI, _RATE_0, _BOTH = symbols(r"F_\pi F_0 b", real=True)
_RADIAL = Symbol(r"\mathbb{E}[g] \cdot u")


def radial_part(a_plus: Expr, a_minus: Expr, b_x: Expr) -> Expr:
    """The part along u of the expected coarse gradient of any proxy, by its moments.

    Examples
    --------
    >>> radial_part(S(1), S(1), S(1))  # identity at theta = 0
    \\lvert v\\rvert^2 - d
    """
    alpha = a_plus - a_minus
    own = sym.v_norm2 * a_plus - sym.d * b_x
    return expand(
        own + (sym.s_v**2 - sym.v_norm2) * alpha / 2 - (sym.s_v * sym.s - sym.d) * alpha / 2
    )


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
    alpha = sym.a_plus - sym.a_minus
    general = radial_part(sym.a_plus, sym.a_minus, sym.b_x)
    # v.(I + 11^T) v = v.(c I + 11^T) v*
    stationary = sym.c * sym.d + sym.s_v * sym.s - sym.v_norm2
    at_best = expand(general.subs(sym.s_v**2, stationary))
    wanted = sym.v_norm2 * sym.a_minus + sym.d * (alpha * (1 + sym.c) / 2 - sym.b_x)
    require_equal(at_best, wanted, "where v is best")
    saddle = wanted.subs(sym.d, 0)
    at_pi = factor(wanted.subs({sym.c: -1, sym.b_x: -sym.a_minus}))
    # v = -v* + (2 s/(m + 1)) 1
    shift = 2 * sym.s / (sym.m + 1)
    d = -sym.teacher_norm2 + shift * sym.s
    square = sym.teacher_norm2 - 2 * shift * sym.s + sym.m * shift**2
    spurious = factor(at_pi.subs({sym.d: d, sym.v_norm2: square}))
    named = wanted.subs(alpha, sym.alpha)
    return Derivation(
        "What is left over where v is at its best",
        (
            "The proxy is any function for which the three moments are finite.",
            "$\\partial f/\\partial v = 0$, that is $(I + 11^T) v = (c I + 11^T) v^*$.",
        ),
        (
            Step(
                "general",
                SET_UP,
                "The part along $u$ of the expected coarse gradient, for any proxy.",
                equation(
                    _RADIAL,
                    sym.v_norm2 * sym.a_plus
                    + (sym.s_v**2 - sym.v_norm2) * sym.alpha / 2
                    - sym.d * sym.b_x
                    - (sym.s_v * sym.s - sym.d) * sym.alpha / 2,
                ),
            ),
            Step(
                "stationary",
                REDUCTION,
                "Multiply $\\partial f/\\partial v = 0$ by $v^T$ from the left.",
                equation(sym.v_norm2 + sym.s_v**2, sym.c * sym.d + sym.s_v * sym.s),
            ),
            Step(
                "where v is best",
                ASSEMBLY,
                "Put it in for $s_v^2$, and $A_+ - A_- = \\alpha$.",
                equation(_RADIAL, named),
            ),
            Step(
                "saddle",
                ASSEMBLY,
                "At a saddle $d = 0$.",
                equation(_RADIAL, saddle),
            ),
            Step(
                "at pi",
                ASSEMBLY,
                "At $\\theta = \\pi$: $c = -1$ and $B_x = -A_-$.",
                equation(_RADIAL, at_pi),
            ),
            Step(
                "spurious",
                ASSEMBLY,
                "With $v = -v^* + \\frac{2 s}{m + 1} 1$.",
                equation(_RADIAL, spurious),
            ),
        ),
        {"where v is best": wanted, "saddle": saddle, "spurious": spurious},
    )


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
    right, left = 2 - KAPPA, KAPPA
    mean_right = evaluate(Integral(sym.x * sym.phi(sym.x).doit(), (sym.x, 0, oo)), "moments")
    # in units of k: A+ = right, A- = left; B_x = -A- at theta = pi and A+ at theta = 0
    at_pi = radial_part(right, left, -left)
    at_0 = radial_part(right, left, right)
    both = sym.v_norm2 + (1 - KAPPA) * (sym.s_v**2 - sym.s_v * sym.s)
    require_equal(at_pi, both + sym.d, "rates")
    require_equal(at_0, both - sym.d, "rates")
    balance = expand((1 - A) * (both + sym.d) - (1 + A) * (both - sym.d))
    require_equal(balance, 2 * (sym.d - A * both), "balance")
    # |v*|^2 = 1; s^2 = r (m + 1), 1/(m + 1) = 1 - M; v(a) = a v* + ((1 - a)/(m + 1)) s 1
    s_square = R / (1 - M)
    mean = {
        "d": A + (1 - A) * R,
        "square": A**2 + 2 * A * (1 - A) * R + (1 - A) ** 2 * M * R,
        "total": A + (1 - A) * M,
    }
    radial = mean["square"] + (1 - KAPPA) * s_square * (mean["total"] ** 2 - mean["total"])
    whole = factor(simplify(mean["d"] - A * radial))
    quadratic = Poly(expand(cancel(whole / (1 - A))), A).as_expr()
    collected = collect(expand(quadratic), A, lambda part: _by_r(part))
    brackets = (1 + A) * ((1 - R) * A + R) - KAPPA * R * A * ((1 - M) * A + M)
    require_equal(quadratic, brackets, "two brackets")
    found = discriminant(quadratic, A)
    threshold = 1 / (2 + KAPPA * M + 2 * sqrt(KAPPA * (2 * M - 1)))
    require_equal(found.subs(R, threshold), S(0), "threshold")
    saddle = factor(quadratic.subs(A, -R / (1 - R)))
    period = 2 / (1 + A)
    return Derivation(
        "The cycle of a proxy with two limits at the origin",
        (
            "$|w|$ is so small that the proxy is its limit on either side: $\\mu'(0^-)$ and "
            "$\\mu'(0^+)$, in units of their mean.",
            "$v$ moves little in one turn and feels the mean $a$ of $c$ over it.",
        ),
        (
            Step(
                "sides",
                SET_UP,
                "The two limits, in units of their mean.",
                equation(
                    KAPPA,
                    Symbol(r"\frac{2 \mu'(0^-)}{\mu'(0^-) + \mu'(0^+)}"),
                ),
            ),
            Step(
                "moments",
                INNER,
                "One integral gives all moments: $A_+ = (2 - \\kappa) k$ and $A_- = \\kappa k$.",
                equation(Integral(sym.x * sym.phi(sym.x), (sym.x, 0, oo)), mean_right),
            ),
            Step(
                "rate at pi",
                ASSEMBLY,
                "The part along $u$ at $\\theta = \\pi$, in units of $k$: $|w|$ shrinks by "
                "$\\eta k F_\\pi$ in a step.",
                equation(_RATE_PI, _BOTH + sym.d),
            ),
            Step(
                "rate at 0",
                ASSEMBLY,
                "The same at $\\theta = 0$.",
                equation(_RATE_0, _BOTH - sym.d),
            ),
            Step(
                "common part",
                ASSEMBLY,
                "Both share one number.",
                equation(_BOTH, both),
            ),
            Step(
                "balance",
                ASSEMBLY,
                "The filter returns to where it was: the share $(1 - a)/2$ of steps at $\\pi$ and "
                "the share $(1 + a)/2$ at 0 cancel, $(1 - a) F_\\pi = (1 + a) F_0$.",
                equation(sym.d, A * _BOTH),
            ),
            Step(
                "factored",
                ASSEMBLY,
                "With $v = v(a)$ both sides are polynomials in $a$. The factor $1 - a$ is the "
                "global minimum; what is left is",
                equation(collected, S(0)),
            ),
            Step(
                "two brackets",
                ASSEMBLY,
                "Sorted by $\\kappa$: at $\\kappa = 0$ the roots are $-1$, the trap, and "
                "$-r/(1 - r)$, the saddle's $c$.",
                equation(brackets, S(0)),
            ),
            Step(
                "discriminant",
                ASSEMBLY,
                "The two roots are real while the discriminant is not negative.",
                equation(Symbol(r"\Delta"), _by_r(expand(found))),
            ),
            Step(
                "threshold",
                ASSEMBLY,
                "Its smaller zero in $r$.",
                equation(Symbol("r^*"), threshold),
            ),
            Step(
                "period",
                ASSEMBLY,
                "In a turn of $T$ steps one has $c = 1$ and $T - 1$ have $c = -1$.",
                equation(PERIOD, period),
            ),
        ),
        {
            "balance": quadratic,
            "discriminant": found,
            "threshold": threshold,
            "saddle": saddle,
            "period": period,
            "trap": factor(quadratic.subs(A, -1)),
        },
    )


def _by_r(part: Expr) -> Expr:
    """Collect by r, with what belongs to a power of r factored."""
    return collect(expand(part), R, factor)
