"""The critical points of the population loss, from its derived gradient."""

from functools import cache

from sympy import Add, Expr, Mul, S, Symbol, diff, factor, simplify, solve

from ste.symbolic.population_loss import (
    c_step,
    derive_population_gradient,
    derive_population_loss,
    in_c,
    in_v_display,
)
from ste.symbolic.rows.halfplanes import ASSEMBLY, SET_UP, equation, in_order
from ste.symbolic.steps import symbols as sym
from ste.symbolic.steps.derivation import Derivation, Step
from ste.symbolic.steps.integrals import require_equal
from ste.symbolic.steps.sums import over_rows

ASSUMPTIONS = (
    "The rows of $Z$ are independent of each other and have the same rotation-invariant density.",
    "$w \\neq 0$, $|w^*| = 1$; the angle $\\theta$ is held fixed, 0 and $\\pi$ included.",
)


def _solved_for_v(gradient: dict[str, Expr]) -> tuple[Expr, dict[str, Expr]]:
    """Solve df/dv = 0: first for the sum of the entries, then entry by entry."""
    entry = (
        gradient["v"] * sym.v_entries[sym.i]
        + gradient["v*"] * sym.teacher_entries[sym.i]
        + gradient["1"]
    )
    # A constant is summed m times, which `over_rows` leaves to its caller.
    total = over_rows(entry - gradient["1"], "sum of v") + sym.m * gradient["1"]
    (own_sum,) = solve(total, sym.s_v)
    along = {
        "v*": simplify(-gradient["v*"] / gradient["v"]),
        "1": factor(-(gradient["1"] / gradient["v"]).subs(sym.s_v, own_sum)),
    }
    return own_sum, along


def _sums_at(along: dict[str, Expr], own_sum: Expr) -> dict[Expr, Expr]:
    """The named sums of v = x v* + y 1."""
    x, y = along["v*"], along["1"]
    with_teacher = over_rows(x * sym.teacher_entries[sym.i] ** 2, "d")
    with_teacher += y * over_rows(sym.teacher_entries[sym.i], "d")
    square = over_rows(x**2 * sym.teacher_entries[sym.i] ** 2, "|v|^2")
    square += 2 * x * y * over_rows(sym.teacher_entries[sym.i], "|v|^2") + sym.m * y**2
    require_equal(x * sym.s + sym.m * y, own_sum, "sum of v")
    return {sym.d: with_teacher, sym.v_norm2: square, sym.s_v: own_sum}


@cache
def derive_critical_points() -> Derivation:
    r"""Solve df/dv = 0 at a fixed angle, then look for the angles where d = 0.

    ``v(c) = c v^* + ((1 - c)/(m + 1)) s 1``, ``d(c) = c |v^*|^2 + (1 - c) s^2/(m + 1)``, the least
    loss at an angle with slope ``-d(c)/4`` in c, the saddle where d(c) = 0, and the end c = -1.

    Returns
    -------
    Derivation
        With ``result["v"]`` along ``"v*"`` and ``"1"``, ``"d"`` and ``"profile"`` as functions of
        theta, and of the teacher alone ``"saddle_c"``, ``"saddle_loss"``, ``"spurious_d"`` and
        ``"spurious_loss"``.

    Raises
    ------
    DerivationError
        If a step cannot be derived; it names the step.

    Notes
    -----
    Source: the paper, Proposition 1; the best v and the least loss at an angle are our own.

    Examples
    --------
    >>> derive_critical_points().result["spurious_loss"]
    s**2/(2*(m + 1))
    """
    in_theta = derive_population_gradient().result["v"]
    gradient = {name: in_c(part) for name, part in in_theta.items()}
    own_sum, along = _solved_for_v(gradient)
    sums = _sums_at(along, own_sum)
    norm2, total, one_minus_c = sym.teacher_norm2, sym.m + 1, 1 - sym.c

    def shown(form: Expr, derived: Expr, step: str) -> Expr:
        """The form that the page prints, once it is shown to be what was derived."""
        require_equal(form, derived, step)
        return form

    rest = total * norm2 - sym.s**2
    ones = shown(one_minus_c * sym.s / total, along["1"], "best v")
    d = shown(Add(sym.c * norm2, one_minus_c * sym.s**2 / total, evaluate=False), sums[sym.d], "d")
    profile = shown(
        ((1 - sym.c**2) * norm2 + one_minus_c**2 * sym.s**2 / total) / 8,
        in_c(derive_population_loss().result["f"]).subs(sums),
        "least loss",
    )
    eightfold = Add(norm2 * (1 - sym.c**2), one_minus_c**2 * sym.s**2 / total, evaluate=False)
    require_equal(eightfold, 8 * profile, "least loss")
    require_equal(diff(profile, sym.c), -d / 4, "slope")
    (root,) = solve(d, sym.c)
    saddle_c = shown(Mul(-1, sym.s**2, 1 / rest, evaluate=False), root, "saddle")
    saddle_loss = shown(
        total * norm2**2 / (8 * rest), profile.subs(sym.c, root), "loss at the saddle"
    )
    spurious_d = shown(2 * sym.s**2 / total - norm2, d.subs(sym.c, -1), "d at the end")
    spurious_loss = factor(profile.subs(sym.c, -1))
    slope_name = Symbol(r"\frac{\mathrm{d}f}{\mathrm{d}c}")
    steps = in_order(
        Step(
            "gradient in v",
            SET_UP,
            "At a critical point the gradient in $v$, derived before, is zero.",
            equation(in_v_display(in_theta), S(0)),
        ),
        _c_step(),
        Step(
            "sum of v",
            ASSEMBLY,
            "Add up its $m$ entries and solve for the sum $s_v$.",
            equation(sym.s_v, own_sum),
        ),
        Step(
            "best v",
            ASSEMBLY,
            "Insert that, and the equation gives $v$ itself: one solution for each angle.",
            equation(sym.v, along["v*"] * sym.v_star + ones * sym.ones),
        ),
        Step(
            "d",
            ASSEMBLY,
            "Multiply by $v^*$ from the left.",
            equation(sym.d, d),
        ),
        Step(
            "least loss",
            ASSEMBLY,
            "Insert $v$ into the population loss: the least loss at an angle, here eight times it.",
            equation(8 * sym.f, eightfold),
        ),
        Step(
            "slope",
            ASSEMBLY,
            "Differentiate by $c$ and compare with $d$. Its slope changes sign where $d$ does.",
            equation(slope_name, -sym.d / 4),
        ),
        Step(
            "saddle",
            ASSEMBLY,
            "Solve $d = 0$ for $c$.",
            equation(sym.c, saddle_c),
        ),
        Step(
            "loss at the saddle",
            ASSEMBLY,
            "Insert it into the least loss.",
            equation(sym.f, saddle_loss),
        ),
        Step(
            "d at the end",
            ASSEMBLY,
            "At the far end, $\\theta = \\pi$ and $c = -1$.",
            equation(sym.d, spurious_d),
        ),
        Step(
            "loss at the end",
            ASSEMBLY,
            "The loss there.",
            equation(sym.f, spurious_loss),
        ),
    )
    back = {sym.c: sym.c_definition}
    result = {
        "v": {name: part.subs(back) for name, part in along.items()},
        "d": d.subs(back),
        "profile": profile.subs(back),
        "saddle_c": saddle_c,
        "saddle_loss": saddle_loss,
        "spurious_d": spurious_d,
        "spurious_loss": spurious_loss,
    }
    return Derivation("Critical points", ASSUMPTIONS, steps, result)


def _c_step() -> Step:
    """The abbreviation c, said at the start: everything here is a function of it."""
    step = c_step()
    return Step(step.key, SET_UP, step.explanation, step.equation)
