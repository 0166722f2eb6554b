"""The derivations of the residuals and of the cycle, against numpy and against each other."""

import math

import numpy as np
import pytest
import sympy as sp

import ste
from ste.symbolic import STAGES, DerivationError, derive_cycle, derive_residuals
from ste.symbolic import cycle as module
from ste.symbolic.cycle import KAPPA, A, M, R, radial_part
from ste.symbolic.steps import symbols as sym
from ste.symbolic.steps.display import GLYPHS, glyphs, latex

BOTH = [derive_residuals, derive_cycle]


@pytest.mark.parametrize("derive", BOTH)
def test_stages_are_in_order_and_lines_are_short(derive):
    stages = [STAGES.index(step.title) for step in derive().steps]
    assert stages == sorted(stages)
    for step in derive().steps:
        assert step._repr_markdown_().count("$$") == 2
        for side in step.equation.args:
            for term in sp.Add.make_args(side):
                assert glyphs(latex(term)) <= 2 * GLYPHS


@pytest.mark.result("prop-where-v-is-best")
@pytest.mark.parametrize("theta", [0.4, 1.5, 2.9])
def test_the_radial_part_where_v_is_best(theta):
    """The derived expression in numbers, for leaky ReLU, against the expected coarse gradient."""
    teacher = ste.Teacher([1.0, -0.5, 0.8, 0.3], [1.0, 0.0])
    v, proxy = ste.best_v(theta, teacher), ste.leaky_relu(0.3)
    part = proxy.moments(1.0, theta)
    values = {
        sym.v_norm2: v @ v,
        sym.d: v @ teacher.v,
        sym.a_plus: float(part.a_plus),
        sym.a_minus: float(part.a_minus),
        sym.b_x: float(part.b_x),
        sym.c: 1 - 2 * theta / math.pi,
    }
    u = np.array([math.cos(theta), math.sin(theta)])
    got = float(derive_residuals().result["where v is best"].subs(values))
    wanted = ste.expected_coarse_gradient(v, u, teacher, proxy)[1] @ u
    assert got == pytest.approx(wanted, abs=1e-13)


@pytest.mark.result("thm-residuals", "prop-residual")
def test_the_residuals_are_those_of_the_theorem():
    result = derive_residuals().result
    assert result["saddle"] == sym.v_norm2 * sym.a_minus
    wanted = 2 * (sym.m - 1) * sym.s**2 / (sym.m + 1) ** 2 * sym.a_minus
    assert sp.simplify(result["spurious"] - wanted) == 0


@pytest.mark.result("thm-period", "thm-threshold", "cor-limits")
def test_kappa_one_is_identity_and_kappa_zero_the_landscape():
    result = derive_cycle().result
    identity = (1 - (2 - M) * R) * A**2 + (1 - M * R) * A + R
    assert sp.expand(result["balance"].subs(KAPPA, 1) - identity) == 0
    known = ((M + 2) - sp.sqrt(8 * M - 4)) / (M**2 - 4 * M + 8)
    assert sp.simplify(result["threshold"].subs(KAPPA, 1) - known) == 0
    assert set(sp.solve(result["balance"].subs(KAPPA, 0), A)) == {-1, R / (R - 1)}
    assert sp.limit(result["threshold"], KAPPA, 0, "+") == sp.Rational(1, 2)


@pytest.mark.result("thm-two-limits")
def test_the_ends_of_the_interval_and_the_second_zero():
    result = derive_cycle().result
    balance = result["balance"]
    assert sp.simplify(balance.subs(A, -1) - KAPPA * (2 * M - 1) * R) == 0
    at_saddle = balance.subs(A, -R / (1 - R))
    assert sp.simplify(at_saddle - KAPPA * R**2 * (M - R) / (1 - R) ** 2) == 0
    second = 1 / (2 + KAPPA * M - 2 * sp.sqrt(KAPPA * (2 * M - 1)))
    assert sp.simplify(result["discriminant"].subs(R, second)) == 0
    leading = sp.Poly(result["discriminant"], R).LC()
    assert sp.expand(leading - ((2 - KAPPA * M) ** 2 + 4 * KAPPA)) == 0
    assert sp.expand(sp.diff(balance, KAPPA) + R * A * ((1 - M) * A + M)) == 0


def test_a_wrong_radial_part_stops_the_derivation(monkeypatch):
    """Sabotage: d enters the radial part with the other sign."""
    derive_cycle.cache_clear()
    monkeypatch.setattr(
        module, "radial_part", lambda *given: radial_part(*given).subs(sym.d, -sym.d)
    )
    with pytest.raises(DerivationError, match='step "rates"'):
        derive_cycle()
    monkeypatch.undo()
    derive_cycle.cache_clear()
    assert derive_cycle().result["period"] == 2 / (1 + A)
