"""Typed formulas: what they compute, and that nothing but formulas gets through."""

import math

import numpy as np
import pytest

import ste
from ste.zoo.typed import LONGEST, MOST_PARTS, proxy

X = np.linspace(-3.0, 3.0, 601)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("1", np.ones_like(X)),
        (" x ", X),
        ("-x + 2*x - +x/4", 0.75 * X),
        ("exp(-x**2)", np.exp(-(X**2))),
        ("2**-x", 2.0**-X),
        ("1 - tanh(x)**2", 1 - np.tanh(X) ** 2),
        ("max(0, 1 - abs(x))", np.maximum(0, 1 - np.abs(X))),
        ("min(x, 1)", np.minimum(X, 1)),
        ("where(x > 0, sqrt(x), 0)", np.sqrt(np.maximum(X, 0))),
        ("where(x <= 0, 0, log(1 + x))", np.log1p(np.maximum(X, 0))),
        ("(x > 0) * (x < 1)", ((X > 0) & (X < 1)).astype(float)),
        ("0 < x < 1", ((X > 0) & (X < 1)).astype(float)),
        ("-1 <= x", (X >= -1).astype(float)),
        ("(x >= 1) / 2", 0.5 * (X >= 1)),
        ("1/(1 + (pi*x)**2)", 1 / (1 + (math.pi * X) ** 2)),
        ("1e-3 * 2_0", np.full_like(X, 0.02)),
    ],
)
def test_what_a_formula_computes(text, wanted):
    np.testing.assert_allclose(proxy(text).evaluate(X), wanted, rtol=1e-14, atol=1e-15)


@pytest.mark.parametrize(
    ("text", "known"),
    [
        ("where(x > 0, 1, 0.2)", ste.leaky_relu(0.2)),
        ("0 < x < 1", ste.CLIPPED_RELU),
        ("abs(x) < 1", ste.get_estimator("hard_tanh")),
        ("max(0, 1 - abs(x))", ste.get_estimator("triangle")),
        ("1/(2 + exp(x) + exp(-x))", ste.get_estimator("sigmoid")),
        ("1/(1 + (pi*x)**2)", ste.get_estimator("arctan")),
    ],
)
def test_moments_are_those_of_the_known_proxy(text, known):
    typed = proxy(text, breakpoints=(-1.0, 1.0))
    for theta in (0.0, 1.0, math.pi):
        mine, its = typed.moments(0.8, theta), known.moments(0.8, theta)
        for part in ("a_plus", "a_minus", "b_x", "b_y_over_sin"):
            got, wanted = getattr(mine, part), getattr(its, part)
            np.testing.assert_allclose(got, wanted, rtol=1e-9, atol=1e-12)


def test_numbers_that_x_is_compared_with_are_breakpoints():
    assert proxy("(x > -1/2) * (2 > x)").breakpoints == (-0.5, 0.0, 2.0)
    assert proxy("0 < x < 2", breakpoints=[0.25]).breakpoints == (0.0, 0.25, 2.0)
    assert proxy("x < 1/0").breakpoints == (0.0,)
    assert proxy("exp(x) < x").breakpoints == (0.0,)


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("x.real", "an attribute"),
        ("x.__class__.__mro__", "an attribute"),
        ("().__class__.__bases__[0].__subclasses__()", "a call of an attribute"),
        ("(1).__class__", "an attribute"),
        ("__import__('os').system('true')", "a call of an attribute"),
        ("__import__('os')", "the function '__import__'"),
        ("eval('1')", "the function 'eval'"),
        ("exec('1')", "the function 'exec'"),
        ("open('f')", "the function 'open'"),
        ("getattr(x, 'real')", "the function 'getattr'"),
        ("globals()", "the function 'globals'"),
        ("(lambda: 1)()", "a call of a function of its own"),
        ("lambda x: x", "a function of its own"),
        ("exp(exp)", "a function without its arguments 'exp'"),
        ("exp", "a function without its arguments 'exp'"),
        ("np", "the name 'np'"),
        ("X", "the name 'X'"),
        ("e", "the name 'e'"),
        ("__builtins__", "the name '__builtins__'"),
        ("[x for x in (1, 2)]", "a comprehension"),
        ("{x for x in (1, 2)}", "a comprehension"),
        ("{x: x for x in (1, 2)}", "a comprehension"),
        ("(x for x in (1, 2))", "a comprehension"),
        ("max(*x)", r"2 argument\(s\) of max"),
        ("exp(*x)", "a star"),
        ("exp(x=1)", r"1 argument\(s\) of exp"),
        ("exp()", r"1 argument\(s\) of exp, got 0"),
        ("where(x > 0, 1)", r"3 argument\(s\) of where, got 2"),
        ("max(1)", r"2 argument\(s\) of max, got 1"),
        ("x[0]", "an index"),
        ("[1]", "a list"),
        ("(1, 2)", "a comma"),
        ("{1}", "a set"),
        ("{1: 2}", "a dictionary"),
        ("'a'", "'a'"),
        ("b'a'", "b'a'"),
        ("f'{x}'", "a text"),
        ("...", "Ellipsis"),
        ("None", "None"),
        ("True", "True"),
        ("1j", "1j"),
        ("1e999", "a number too large"),
        ("9" * 150 + "0" * 49, None),
        ("1 if x > 0 else 0", "if ... else"),
        ("(y := 1)", "an assignment"),
        ("x and 1", "and, or"),
        ("not x", "the operator Not"),
        ("~x", "the operator Invert"),
        ("x // 2", "the operator FloorDiv"),
        ("x % 2", "the operator Mod"),
        ("x @ x", "the operator MatMult"),
        ("1 << 9", "the operator LShift"),
        ("x | 1", "the operator BitOr"),
        ("x == 0", "the comparison Eq"),
        ("x is 1", "the comparison Is"),
        ("x in (1, 2)", "a comma|the comparison In"),
        ("x = 1", "got 'x = 1'"),
        ("x; x", "got 'x; x'"),
        ("import os", "got 'import os'"),
        ("1 +", r"got '1 \+'"),
        ("await x", "Await|got"),
        ("yield", "got"),
        ("2x", "got '2x'"),
        ("1and 2", "got|and"),
        ("x\0", "got"),
        ("(" * 100 + "x" + ")" * 99, "got"),
        ("π", "the character"),
        ("\uff58", "the character"),
    ],
)
def test_nothing_else_gets_through(text, named):
    if named is None:  # large, but a float
        assert proxy(text).evaluate([0.0])[0] > 1e190
        return
    with pytest.raises(ValueError, match=f"formula: expected .*({named})"):
        proxy(text)


@pytest.mark.parametrize("text", ["", "   ", None, 3, ["x"]])
def test_what_is_no_text_is_refused(text):
    with pytest.raises(ValueError, match="formula: expected a text such as"):
        proxy(text)


def test_a_long_formula_is_refused_unread():
    with pytest.raises(ValueError, match=f"at most {LONGEST} characters, got {LONGEST + 1}"):
        proxy("x" * (LONGEST + 1))
    with pytest.raises(ValueError, match=f"at most {MOST_PARTS} parts"):
        proxy("x" + "*x" * 90)


def test_powers_overflow_at_once_and_the_formula_says_so():
    for text in ("9**9**9**9", "(1/x)**99", "exp(exp(exp(9)))", "log(-1)", "x/0"):
        with pytest.raises(ValueError, match="expected finite values, got NaN or infinity"):
            proxy(text).evaluate(np.zeros(3))


def test_a_formula_that_is_only_finite_where_it_counts_will_do():
    assert proxy("where(x > 0, log(x), 0)").evaluate([-1.0, 1.0]).tolist() == [0.0, 0.0]


def test_deep_nesting_is_refused_or_computed_but_never_crashes():
    assert proxy("-" * 90 + "x").evaluate([1.0])[0] == 1.0
    with pytest.raises(ValueError, match="at most"):
        proxy("-" * 150 + "x")


def test_breakpoints_are_checked():
    with pytest.raises(ValueError, match="breakpoints: expected finite numbers"):
        proxy("x", breakpoints=[math.nan])
