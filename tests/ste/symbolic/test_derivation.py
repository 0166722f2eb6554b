"""What a derivation promises: steps in order, true equations, a display, plain errors."""

from functools import partial

import numpy as np
import pytest
from sympy import Derivative, Eq, Function, Integral, Sum, Symbol, erf, erfc, pi, simplify, sqrt

import ste
from ste.symbolic import (
    STAGES,
    Derivation,
    DerivationError,
    RadialDensity,
    Step,
    TwoSlope,
    derive_coarse_gradient,
    derive_critical_points,
    derive_inner_product,
    derive_population_gradient,
    derive_population_loss,
)
from ste.symbolic.steps import symbols as sym
from ste.symbolic.steps.display import GLYPHS, display, glyphs, latex
from ste.symbolic.steps.page import line, page, section

CLIP, VARIANCE = Symbol("b", positive=True), Symbol("t", positive=True)
SLOPE = Symbol("lambda", real=True)
ALL = {
    "loss": derive_population_loss,
    "gradient": derive_population_gradient,
    "critical": derive_critical_points,
    "coarse relu": partial(derive_coarse_gradient, "relu"),
    "coarse identity": partial(derive_coarse_gradient, "identity"),
    "coarse clipped_relu": partial(derive_coarse_gradient, "clipped_relu"),
    "coarse general clip": partial(
        derive_coarse_gradient, "clipped_relu", clip=CLIP, variance=VARIANCE
    ),
    "coarse leaky": partial(derive_coarse_gradient, TwoSlope(SLOPE, 1)),
    "inner relu": partial(derive_inner_product, "relu"),
    "inner identity": partial(derive_inner_product, "identity"),
    "inner clipped_relu": partial(derive_inner_product, "clipped_relu"),
}


@pytest.fixture(params=ALL)
def derivation(request):
    return ALL[request.param]()


def test_keys_are_unique_and_stages_in_order(derivation):
    stages = [STAGES.index(step.title) for step in derivation.steps]
    assert stages == sorted(stages)
    assert len(set(derivation.keys)) == len(derivation.keys)
    assert all(derivation.step(key).key == key for key in derivation.keys)


@pytest.mark.parametrize("name", ["loss", "coarse relu", "coarse identity", "coarse clipped_relu"])
def test_every_stage_is_there(name):
    assert {step.title for step in ALL[name]().steps} == set(STAGES)


def test_every_integral_on_the_left_equals_the_right_side(derivation):
    """Not the sum over pairs of rows, nor the derivative of the function named F."""
    checked = 0
    for step in derivation.steps:
        equation = step.equation
        if not isinstance(equation, Eq) or not equation.lhs.has(Integral):
            continue
        if step.key == "by parts":
            continue
        difference = (_written_out(equation.lhs) - _written_out(equation.rhs)).rewrite(erfc, erf)
        assert simplify(difference) == 0, step.key
        checked += 1
    assert checked > 0 or not any(step.equation.has(Integral) for step in derivation.steps)


def _written_out(expression):
    """Densities first, integrals then: sympy would integrate over the name phi otherwise."""
    plain = expression.replace(
        lambda node: isinstance(node, sym.phi | sym.Phi), lambda node: node.doit()
    )
    return plain.doit()


def test_markdown_has_one_display_a_step(derivation):
    text = derivation._repr_markdown_()
    assert text.count("$$") == 2 * len(derivation.steps)
    for step in derivation.steps:
        shown = step._repr_markdown_()
        assert shown.startswith("**")
        assert step.explanation in shown
        assert shown.count("{") == shown.count("}")
        assert step.explanation.rstrip().endswith((".", ":"))


def test_lines_are_short_enough_for_a_phone(derivation):
    """A row may pass the limit a little, where a single term is longer."""
    wide = [step.key for step in derivation.steps if glyphs(display(step.equation)) > GLYPHS + 3]
    assert wide == []


def test_a_step_shows_its_stage_sentence_and_equation():
    step = derive_coarse_gradient("relu").step("B_y")
    assert step._repr_markdown_() == (
        "**Outer integral.** Angle times radius, the teacher's half-plane along $e$.\n\n"
        "$$\nB_y = \\frac{\\sin\\theta}{2 \\sqrt{2 \\pi}}\n$$\n"
    )


def test_show_and_stage_select_steps():
    derivation = derive_coarse_gradient("relu")
    assert [step.key for step in derivation.show("B_y", "B_x").steps] == ["B_y", "B_x"]
    assert derivation.show().steps == derivation.steps
    assert {step.title for step in derivation.stage("inner integral").steps} == {"inner integral"}
    assert derivation.show("B_x", "B_y")._repr_markdown_().count("$$") == 4


def test_show_names_an_unknown_key():
    with pytest.raises(ValueError, match="key: got 'nothing', expected one of squared error"):
        derive_population_loss().show("nothing")
    with pytest.raises(ValueError, match="title: got 'nothing'"):
        derive_population_loss().stage("nothing")


def test_a_derivation_refuses_repeated_keys_and_disorder():
    equation = Eq(sym.d, sym.s, evaluate=False)
    first = Step("one", "assembly", "One.", equation)
    early = Step("two", "set-up", "Two.", equation)
    with pytest.raises(ValueError, match="unique keys"):
        Derivation("twice", (), (first, first), {})
    with pytest.raises(ValueError, match="expected them sorted"):
        Derivation("disorder", (), (first, early), {})
    with pytest.raises(ValueError, match="title: got 'middle'"):
        Step("three", "middle", "Three.", equation)


def test_a_page_joins_the_sections_of_a_stage_in_the_order_given():
    one, two, three = (line(key, "A sentence.", sym.d, sym.s) for key in ("one", "two", "three"))
    steps = page(section("assembly", one), section("set-up", two), section("assembly", three))
    assert [step.key for step in steps] == ["two", "one", "three"]
    assert [step.title for step in steps] == ["set-up", "assembly", "assembly"]
    with pytest.raises(ValueError, match="title: got 'middle'"):
        section("middle", one)


def test_a_line_says_an_equation_even_where_both_sides_are_the_same():
    assert isinstance(line("d", "A sentence.", sym.d, sym.d).relation, Eq)


def test_results_cannot_be_changed():
    derivation = derive_coarse_gradient("relu")
    with pytest.raises(TypeError):
        derivation.result["b_x"] = sym.d
    with pytest.raises(TypeError):
        derivation.result["w"]["u"] = sym.d


def test_unknown_proxies_are_refused_with_the_known_names():
    with pytest.raises(DerivationError, match="clipped_relu, identity, relu") as caught:
        derive_coarse_gradient("tanh")
    assert caught.value.step == "proxy"
    with pytest.raises(ValueError, match="got the proxy 3"):
        derive_inner_product(3)


@pytest.mark.parametrize("value", [0, -1, float("nan"), float("inf"), Symbol("x"), True, [1]])
@pytest.mark.parametrize("name", ["clip", "variance"])
def test_clip_and_variance_must_be_positive(name, value):
    with pytest.raises(ValueError, match=f"{name}: got .* expected a positive"):
        derive_coarse_gradient("clipped_relu", **{name: value})


def test_clip_and_variance_only_where_they_belong():
    with pytest.raises(ValueError, match="clip: got 2"):
        derive_coarse_gradient("relu", clip=2)
    disc = RadialDensity("disc", 1 / pi, radius=1)
    with pytest.raises(ValueError, match="variance: got 2"):
        derive_coarse_gradient("relu", disc, variance=2)


def test_slopes_must_be_real():
    with pytest.raises(ValueError, match="left: got"):
        TwoSlope(1j, 1)


def test_numeric_names_symbols_without_a_value():
    with pytest.raises(ValueError, match="values: got none for b, t"):
        derive_coarse_gradient("clipped_relu", clip=CLIP, variance=VARIANCE).numeric()


def test_numeric_refuses_parallel_filters_and_wrong_shapes():
    function = derive_coarse_gradient("relu").numeric()
    teacher = ste.Teacher([1.0, 2.0], [1.0, 0.0])
    with pytest.raises(ValueError, match="parallel to w\\*"):
        function([1.0, 1.0], [2.0, 0.0], teacher)
    with pytest.raises(ValueError, match="v"):
        function([1.0, 1.0, 1.0], [2.0, 1.0], teacher)


def test_numeric_broadcasts_over_leading_axes():
    rng = np.random.default_rng(1)
    teacher = ste.Teacher([1.0, 2.0], [1.0, 0.0, 0.0])
    v, w = rng.normal(size=(4, 1, 2)), rng.normal(size=(3, 3))
    values = derive_coarse_gradient("clipped_relu").numeric()(v, w, teacher)
    assert values["w"].shape == (4, 3, 3)
    assert values["v"].shape == (4, 3, 2)
    assert values["alpha"].shape == (4, 3)


def test_latex_writes_roots_as_the_book_does():
    assert latex(1 / sqrt(2 * pi)) == r"\frac{1}{\sqrt{2 \pi}}"
    reach = erf(1 / (sqrt(2) * sym.rho))
    assert latex(reach) == r"\operatorname{erf}{\left(\frac{1}{\sqrt{2} \rho} \right)}"


def test_display_breaks_long_sums_and_leaves_inequalities():
    long = Eq(sym.f, sum(Symbol(f"x_{{{k}}}") for k in range(30)), evaluate=False)
    assert display(long).startswith(r"\begin{aligned}& f")
    assert glyphs(display(long)) <= GLYPHS
    assert display(sym.x > 0) == "x > 0"


def test_the_named_antiderivative_is_the_one_differentiated():
    derivation = derive_coarse_gradient("clipped_relu")
    named = Function("F")(sym.x)
    assert derivation.step("antiderivative").equation.lhs == named
    assert derivation.step("check by differentiating").equation.lhs == Derivative(named, sym.x)


def test_the_double_sum_of_the_pairs_step_holds_for_three_rows():
    equation = derive_population_loss().step("pairs").equation
    total = equation.lhs
    assert isinstance(total, Sum)
    rng = np.random.default_rng(2)
    v, teacher = rng.integers(-4, 5, size=(2, 3))
    same, different = 7, 2
    value = sum(
        int(v[i] * teacher[j]) * (same if i == j else different) for i in range(3) for j in range(3)
    )
    places = {
        Symbol("Q_="): same,
        Symbol(r"Q_{\neq}"): different,
        sym.d: int(v @ teacher),
        sym.s_v: int(v.sum()),
        sym.s: int(teacher.sum()),
    }
    assert equation.rhs.subs(places) == value
