"""The formulas that pages run: end results of `ste.symbolic`, as one script.

``python -m stebook.chapters.formulas`` prints it; the build writes it beside the other scripts,
since `_config.yml` names this module. It stands with the chapters and not in the engine, because
the engine and its build know no mathematics.

What belongs here: which results a page may run, and their values where a formula has 0/0. What
never does: a formula that was typed.
"""

import sys
from collections.abc import Iterable
from functools import cache

from sympy import Eq, Expr, Piecewise, S, Symbol, cos, expand, limit, nan, pi, simplify, sin, solve

from ste.symbolic import (
    PROXIES,
    derive_coarse_gradient,
    derive_critical_points,
    derive_cycle,
    derive_inner_product,
    derive_population_gradient,
    derive_population_loss,
    derive_residuals,
)
from ste.symbolic.cycle import KAPPA, A, M, R, radial_part
from ste.symbolic.steps import symbols as sym
from stebook.scripts import Formula, script

#: The variable in a page that holds the functions.
VARIABLE = "steFormulas"

SIN, COS = Symbol("sin", real=True), Symbol("cos", real=True)
#: |v - v*|^2 and s_v - s, from which the loss is near a minimum what squares make it: no large
#: terms cancel.
AWAY, EXCESS = Symbol("away", real=True), Symbol("excess", real=True)
ETA = Symbol("eta", positive=True)
#: B_y/sin(theta), which has a value where the sine is 0.
B_Y_OVER_SIN = Symbol("B", real=True)
#: In a page these may be 0 or of any sign, where a derivation has them above 0.
THETA, RATIO, SLOPE = (Symbol(name, real=True) for name in ("theta", "r", "kappa"))
_ANY = {sym.theta: THETA, R: RATIO, KAPPA: SLOPE}
_T = Symbol("T", positive=True)

#: What each symbol is called in a page.
NAMES = {
    sym.rho: "rho",
    THETA: "theta",
    SIN: "sin",
    COS: "cos",
    sym.x: "x",
    sym.y: "y",
    sym.v_norm2: "vSquare",
    sym.teacher_norm2: "N",
    sym.d: "d",
    sym.s: "s",
    sym.s_v: "sV",
    AWAY: "away",
    EXCESS: "excess",
    sym.m: "m",
    ETA: "eta",
    RATIO: "r",
    SLOPE: "kappa",
    sym.a_plus: "aPlus",
    sym.a_minus: "aMinus",
    sym.b_x: "bX",
    B_Y_OVER_SIN: "bYOverSin",
}
#: The name of each proxy in a page.
ESTIMATORS = {"identity": "identity", "relu": "relu", "clipped_relu": "clippedRelu"}


def at_edges(expression: Expr) -> Expr:
    """The expression, with its limits at theta = 0 and pi where it may have 0/0.

    Sine and cosine get symbols of their own: a page has them from the coordinates of w, with all
    their digits.

    Examples
    --------
    >>> at_edges(sin(sym.theta) / sym.theta)
    Piecewise((1, Eq(theta, 0)), (0, Eq(theta, pi)), (sin/theta, True))
    """
    inside = expression.subs({sin(sym.theta): SIN, cos(sym.theta): COS})
    return Piecewise(
        (expand(limit(expression, sym.theta, 0, "+")), Eq(THETA, 0)),
        (expand(limit(expression, sym.theta, pi, "-")), Eq(THETA, pi)),
        (inside.subs(_ANY), True),
    )


def script_text() -> str:
    """The script.

    Examples
    --------
    >>> "populationLoss({away, d, excess, theta}) {" in script_text()
    True
    """
    formulas = {
        name: formula.subs(_ANY) if isinstance(formula, Expr) else [x.subs(_ANY) for x in formula]
        for name, formula in _formulas()
    }
    return script(VARIABLE, NAMES, formulas)


def _formulas() -> Iterable[tuple[str, Formula]]:
    yield from _landscape()
    for proxy, name in ESTIMATORS.items():
        yield from _estimator(proxy, name)
    yield from _any_proxy()
    yield from _cycle()


# The landscape -----------------------------------------------------------------------------------


def _landscape() -> Iterable[tuple[str, Formula]]:
    loss = derive_population_loss().result["f"]
    yield "populationLoss", _by_differences(loss)
    # at w = 0 the output is 0, as it is for v = 0
    yield "lossAtOrigin", S(loss).subs({sym.v_norm2: 0, sym.d: 0, sym.s_v: 0})
    yield "gradientV", gradient_in_v()
    along_e = derive_population_gradient().result["w"]["e"]
    # on the two kinks the mean over all tangents, as `ste.population_gradient` has it
    kinks = Eq(THETA, 0) | Eq(THETA, pi)
    yield "gradientW", Piecewise((S(0), kinks), (along_e, True))
    points = derive_critical_points().result
    yield "bestV", [points["v"]["v*"], points["v"]["1"]]
    yield "profile", points["profile"]
    yield "profileD", points["d"]
    for key, name in (("saddle_c", "saddleC"), ("saddle_loss", "saddleLoss")):
        yield name, points[key]
    for key, name in (("spurious_d", "trapD"), ("spurious_loss", "trapLoss")):
        yield name, points[key]


def _by_differences(loss: Expr) -> Expr:
    """The loss by |v - v*|^2 and s_v - s in the place of |v|^2 and s_v."""
    square = AWAY + 2 * sym.d - sym.teacher_norm2
    return expand(loss.subs({sym.v_norm2: square, sym.s_v: sym.s + EXCESS}))


def gradient_in_v() -> list[Expr]:
    """df/dv, which is E[dl/dv] too, along v - v*, v* and the vector of ones."""
    along = derive_population_gradient().result["v"]
    return [
        along["v"],
        simplify(along["v"] + along["v*"]),
        simplify(along["1"].subs(sym.s_v, sym.s + EXCESS)),
    ]


# The estimators ----------------------------------------------------------------------------------


@cache
def coarse(proxy: str) -> tuple[Expr, Expr]:
    """E[g] along u and along e."""
    along = derive_coarse_gradient(proxy).result["w"]
    return tuple(part.subs(sym.h, sym.h_definition) for part in (along["u"], along["e"]))


def _estimator(proxy: str, name: str) -> Iterable[tuple[str, Formula]]:
    along_u, along_e = map(at_edges, coarse(proxy))
    title = name[0].upper() + name[1:]
    yield name, [along_u, along_e]
    yield f"step{title}", _step(along_u, along_e)
    yield f"proxy{title}", S(PROXIES[proxy].derivative())
    yield f"atOrigin{title}", _at_origin(proxy)
    yield f"inner{title}", at_edges(derive_inner_product(proxy).result["inner"])


def _step(along_u: Expr, along_e: Expr) -> list[Expr]:
    """The next w, and the step of v along v - v*, v* and the vector of ones."""
    return [
        sym.x - ETA * (along_u * COS + along_e * SIN),
        sym.y - ETA * (along_u * SIN - along_e * COS),
        *(-ETA * part for part in gradient_in_v()),
    ]


def _any_proxy() -> Iterable[tuple[str, Formula]]:
    """Any proxy, by its moments: E[g], a step, and what is left over at a saddle and at a trap."""
    along_u = radial_part(sym.a_plus, sym.a_minus, sym.b_x)
    along_e = -sym.d * B_Y_OVER_SIN * SIN
    yield "anyProxy", [along_u, along_e]
    yield "stepAnyProxy", _step(along_u, along_e)
    left_over = derive_residuals().result
    yield "leftAtSaddle", left_over["saddle"]
    yield "leftAtTrap", left_over["spurious"]


def _at_origin(proxy: str) -> Expr:
    """E[g] along w* at w = 0: sigma(0) = 0 leaves ``-mu'(0) d E[X; X > 0]``, and that mean is A+
    of identity."""
    slope = S(PROXIES[proxy].derivative()).subs(sym.x, 0)
    return -slope * sym.d * derive_coarse_gradient("identity").result["a_plus"]


# The cycle ---------------------------------------------------------------------------------------


def _cycle() -> Iterable[tuple[str, Formula]]:
    cycle = derive_cycle().result
    by_m = {M: sym.m / (sym.m + 1)}
    threshold = S(cycle["threshold"]).subs(by_m)
    period = _period(cycle["balance"], cycle["period"]).subs(by_m)
    yield "ratio", sym.s**2 / ((sym.m + 1) * sym.teacher_norm2)
    yield "threshold", threshold
    exists = (sym.m > 1) & (SLOPE > 0) & (RATIO > 0) & (threshold.subs(_ANY) > RATIO)
    yield "period", Piecewise((period, exists), (nan, True))


def _period(balance: Expr, period: Expr) -> Expr:
    """The longer T that balances a turn: the root a nearer -1."""
    (mean,) = solve(period - _T, A)
    cleared = simplify(balance.subs(A, mean) * _T**2)
    roots = solve(cleared, _T)
    sample = {M: S(4) / 5, R: S(1) / 10, KAPPA: S(1)}
    return max(roots, key=lambda root: root.subs(sample).evalf())


if __name__ == "__main__":
    sys.stdout.write(script_text())
