"""The critical points of the population loss, from its derived gradient."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from sympy import Add, Expr, Mul, S, Symbol, diff, factor, simplify, solve

from ste.symbolic.population_loss import derive_population_gradient, derive_population_loss
from ste.symbolic.steps import symbols as sym
from ste.symbolic.steps.derivation import Derivation, Step
from ste.symbolic.steps.integrals import in_form, require_equal
from ste.symbolic.steps.notation import c_line, in_c, vector_in_v
from ste.symbolic.steps.page import ASSEMBLY, SET_UP, line, page, section
from ste.symbolic.steps.sums import over_rows

ASSUMPTIONS = (
    "The rows of $Z$ are independent of each other and have the same rotation-invariant density.",
    "$w \\neq 0$, $|w^*| = 1$; the angle $\\theta$ is held fixed, 0 and $\\pi$ included.",
)

# The algebra.

_ROWS_AND_ONE = sym.m + 1
#: (m + 1)|v*|^2 - s^2, the denominator of the saddle.
_SADDLE_BELOW = _ROWS_AND_ONE * sym.teacher_norm2 - sym.s**2


@dataclass(frozen=True)
class _BestV:
    """Where df/dv = 0: the sum of the entries of v, v along v* and 1, and the latter as printed."""

    total: Expr
    along: dict[str, Expr]
    ones: Expr


def _best_v(gradient: dict[str, Expr]) -> _BestV:
    """Solve df/dv = 0: first for the sum of the entries, then entry by entry."""
    entry = (
        gradient["v"] * sym.v_entries[sym.i]
        + gradient["v*"] * sym.teacher_entries[sym.i]
        + gradient["1"]
    )
    # A constant is summed m times, which `over_rows` leaves to its caller.
    whole = over_rows(entry - gradient["1"], "sum of v") + sym.m * gradient["1"]
    (total,) = solve(whole, sym.s_v)
    teacher = simplify(-gradient["v*"] / gradient["v"])
    ones = factor(-(gradient["1"] / gradient["v"]).subs(sym.s_v, total))
    printed = in_form((1 - sym.c) * sym.s / _ROWS_AND_ONE, ones, "best v")
    return _BestV(total, {"v*": teacher, "1": ones}, printed)


def _sums_of(best: _BestV) -> dict[Expr, Expr]:
    """The named sums of v = x v* + y 1."""
    x, y = best.along["v*"], best.along["1"]
    with_teacher = over_rows(x * sym.teacher_entries[sym.i] ** 2, "d")
    with_teacher += y * over_rows(sym.teacher_entries[sym.i], "d")
    square = over_rows(x**2 * sym.teacher_entries[sym.i] ** 2, "|v|^2")
    square += 2 * x * y * over_rows(sym.teacher_entries[sym.i], "|v|^2") + sym.m * y**2
    require_equal(x * sym.s + sym.m * y, best.total, "sum of v")
    return {sym.d: with_teacher, sym.v_norm2: square, sym.s_v: best.total}


@dataclass(frozen=True)
class _Profile:
    """d and the least loss as functions of c, in the form in which the page prints them."""

    d: Expr
    loss: Expr
    eightfold: Expr


def _profile(sums: dict[Expr, Expr]) -> _Profile:
    norm2, one_minus_c = sym.teacher_norm2, 1 - sym.c
    d = Add(sym.c * norm2, one_minus_c * sym.s**2 / _ROWS_AND_ONE, evaluate=False)
    require_equal(d, sums[sym.d], "d")
    loss = ((1 - sym.c**2) * norm2 + one_minus_c**2 * sym.s**2 / _ROWS_AND_ONE) / 8
    require_equal(loss, in_c(derive_population_loss().result["f"]).subs(sums), "least loss")
    eightfold = Add(
        norm2 * (1 - sym.c**2), one_minus_c**2 * sym.s**2 / _ROWS_AND_ONE, evaluate=False
    )
    require_equal(eightfold, 8 * loss, "least loss")
    require_equal(diff(loss, sym.c), -d / 4, "slope")
    return _Profile(d, loss, eightfold)


@dataclass(frozen=True)
class _Points:
    """Of the teacher alone: c and loss of the saddle, d and loss at the end c = -1."""

    saddle_c: Expr
    saddle_loss: Expr
    spurious_d: Expr
    spurious_loss: Expr


def _points(profile: _Profile) -> _Points:
    norm2 = sym.teacher_norm2
    (root,) = solve(profile.d, sym.c)
    at_root, at_end = profile.loss.subs(sym.c, root), profile.loss.subs(sym.c, -1)
    return _Points(
        in_form(Mul(-1, sym.s**2, 1 / _SADDLE_BELOW, evaluate=False), root, "saddle"),
        in_form(_ROWS_AND_ONE * norm2**2 / (8 * _SADDLE_BELOW), at_root, "loss at the saddle"),
        in_form(2 * sym.s**2 / _ROWS_AND_ONE - norm2, profile.d.subs(sym.c, -1), "d at the end"),
        factor(at_end),
    )


@cache
def derive_critical_points() -> Derivation:
    r"""Solve df/dv = 0 at a fixed angle, then look for the angles where d = 0.

    ``v(c) = c v^* + ((1 - c)/(m + 1)) s ones``, ``d(c) = c |v^*|^2 + (1 - c) s^2/(m + 1)``, the
    least loss at an angle with slope ``-d(c)/4`` in c, the saddle where d(c) = 0, and the end
    c = -1.

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
    gradient = derive_population_gradient().result["v"]
    best = _best_v({name: in_c(part) for name, part in gradient.items()})
    profile = _profile(_sums_of(best))
    points = _points(profile)
    steps = page(_at_an_angle(gradient, best), _along_the_profile(profile), _special(points))
    back = {sym.c: sym.c_definition}
    result = {
        "v": {name: part.subs(back) for name, part in best.along.items()},
        "d": profile.d.subs(back),
        "profile": profile.loss.subs(back),
        "saddle_c": points.saddle_c,
        "saddle_loss": points.saddle_loss,
        "spurious_d": points.spurious_d,
        "spurious_loss": points.spurious_loss,
    }
    return Derivation("Critical points", ASSUMPTIONS, steps, result)


# The page.


def _at_an_angle(gradient: Mapping[str, Expr], best: _BestV) -> tuple[Step, ...]:
    return page(
        section(
            SET_UP,
            line(
                "gradient in v",
                "At a critical point the gradient in $v$, derived before, is zero.",
                vector_in_v(gradient),
                S(0),
            ),
            c_line(),
        ),
        section(
            ASSEMBLY,
            line(
                "sum of v",
                "Add up its $m$ entries and solve for the sum $s_v$.",
                sym.s_v,
                best.total,
            ),
            line(
                "best v",
                "Insert that, and the equation gives $v$ itself: one solution for each angle.",
                sym.v,
                best.along["v*"] * sym.v_star + best.ones * sym.ones,
            ),
        ),
    )


def _along_the_profile(profile: _Profile) -> tuple[Step, ...]:
    return section(
        ASSEMBLY,
        line("d", "Multiply by $v^*$ from the left.", sym.d, profile.d),
        line(
            "least loss",
            "Insert $v$ into the population loss: the least loss at an angle, here eight times it.",
            8 * sym.f_min,
            profile.eightfold,
        ),
        line(
            "slope",
            "Differentiate by $c$ and compare with $d$. Its slope changes sign where $d$ does.",
            Symbol(r"\frac{\mathrm{d}f_{\min}}{\mathrm{d}c}"),
            -sym.d / 4,
        ),
    )


def _special(points: _Points) -> tuple[Step, ...]:
    return section(
        ASSEMBLY,
        line("saddle", "Solve $d = 0$ for $c$.", sym.c, points.saddle_c),
        line(
            "loss at the saddle",
            "Insert it into the least loss.",
            sym.f,
            points.saddle_loss,
        ),
        line(
            "d at the end",
            "At the far end, $\\theta = \\pi$ and $c = -1$.",
            sym.d,
            points.spurious_d,
        ),
        line("loss at the end", "The loss there.", sym.f, points.spurious_loss),
    )
