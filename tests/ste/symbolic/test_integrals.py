"""The guided steps are checked, and the checks can fail."""

import pytest
import sympy
from sympy import Function, Integral, exp, oo

from ste.symbolic import DerivationError, derive_coarse_gradient
from ste.symbolic.rows import cartesian
from ste.symbolic.steps import integrals
from ste.symbolic.steps.integrals import (
    by_parts,
    evaluate,
    in_form,
    require_equal,
    verify_antiderivative,
)
from ste.symbolic.steps.symbols import Phi, cot_theta, phi, r, x


def test_sympy_alone_leaves_the_outer_integral_undone():
    """The reason why the step is guided; here at theta = pi/4, where the cotangent is 1."""
    integral = Integral((x * phi(x) * Phi(x)).doit(), x)
    with pytest.raises(DerivationError, match="unevaluated"):
        evaluate(integral, "outer integral")


def test_a_wrong_antiderivative_stops_the_derivation(monkeypatch):
    """Sabotage: sympy's integrate is made to return twice the antiderivative."""
    monkeypatch.setattr(integrals, "integrate", lambda *given: 2 * sympy.integrate(*given))
    with pytest.raises(DerivationError, match='step "by parts"') as caught:
        cartesian.window_moments(sympy.Integer(1), sympy.Integer(7))
    assert caught.value.step == "by parts"


def test_a_wrong_remaining_part_stops_the_derivation(monkeypatch):
    """Sabotage: by parts forgets the sign of what remains."""

    def careless(*given):
        outside, remaining = by_parts(*given)
        return outside, -remaining

    monkeypatch.setattr(cartesian, "by_parts", careless)
    with pytest.raises(DerivationError) as caught:
        cartesian.window_moments(sympy.Integer(1), sympy.Integer(7))
    assert caught.value.step == "by parts"


def test_the_final_check_by_differentiating_stops_the_derivation(monkeypatch):
    """Sabotage: the sine that is put into the antiderivative is wrong."""
    monkeypatch.setattr(cartesian, "require_equal", lambda *given: None)
    monkeypatch.setattr(cartesian, "_SINE", 1 / (1 + cot_theta**2))
    with pytest.raises(DerivationError) as caught:
        cartesian.window_moments(sympy.Integer(1), sympy.Integer(7))
    assert caught.value.step == "check by differentiating"


def test_the_check_by_differentiating_that_the_chapter_shows_holds():
    derivation = derive_coarse_gradient("clipped_relu")
    antiderivative = derivation.step("antiderivative").equation.rhs
    integrand = derivation.step("check by differentiating").equation.rhs
    sine = sympy.Symbol(r"\sin\theta", positive=True)
    antiderivative = antiderivative.subs(sine, 1 / sympy.sqrt(1 + cot_theta**2))
    verify_antiderivative(antiderivative, integrand, x, "again")
    with pytest.raises(DerivationError, match='step "again"'):
        verify_antiderivative(antiderivative + x, integrand, x, "again")


def test_by_parts_names_the_step_when_sympy_finds_no_antiderivative():
    with pytest.raises(DerivationError, match='step "unknown": sympy found no antiderivative'):
        by_parts(Function("g")(x), x, x, "unknown")


@pytest.mark.parametrize(
    ("integral", "reason"),
    [
        (Integral(1 / r, (r, 0, 1)), "not finite"),
        (Integral(exp(-r - r**3), (r, 0, 1)), "unevaluated"),
        (Integral(r ** sympy.Symbol("power"), (r, 0, 1)), "conditions"),
    ],
)
def test_integrals_that_are_not_done(integral, reason):
    with pytest.raises(DerivationError, match=reason) as caught:
        evaluate(integral, "somewhere")
    assert caught.value.step == "somewhere"


def test_require_equal_reports_the_difference():
    with pytest.raises(DerivationError, match="the difference is -x"):
        require_equal(x, 2 * x, "somewhere")


def test_a_form_for_the_page_is_shown_to_be_what_was_derived():
    assert in_form(x * (x + 1), x**2 + x, "somewhere") == x * (x + 1)
    with pytest.raises(DerivationError, match='step "somewhere"'):
        in_form(x + 1, x - 1, "somewhere")


def test_density_and_distribution_function_are_what_they_claim():
    mass = evaluate(Integral(phi(x).doit(), (x, -oo, oo)), "mass")
    assert mass == 1
    assert sympy.simplify(Phi(x).doit().diff(x) - phi(x).doit()) == 0
    assert sympy.simplify(phi(x).diff(x).doit() - phi(x).doit().diff(x)) == 0
    assert Phi(x).doit().limit(x, -oo) == 0
