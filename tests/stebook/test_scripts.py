"""Expressions as scripts: what is printed, and what is refused; a browser runs them elsewhere."""

import pytest
from sympy import Eq, Piecewise, gamma, nan, pi, symbols

from stebook.scripts import script

x, y = symbols("x y", real=True)
NAMES = {x: "across", y: "up"}


def test_a_formula_is_a_function_of_the_names_that_it_uses():
    text = script("made", NAMES, {"sum": x + y, "both": [x, pi], "nothing": nan + 0 * x})
    assert "sum({across, up}) {\n  return across + up;\n}" in text
    assert "both({across}) {\n  return [across, Math.PI];\n}" in text
    assert "nothing({}) {\n  return NaN;\n}" in text
    assert text.startswith("//") and '"use strict"' in text


def test_what_comes_up_twice_is_computed_once():
    text = script("made", NAMES, {"one": [(x + y) ** 3, (x + y) ** 5]})
    assert text.count("across + up") == 1


def test_an_edge_is_a_choice():
    text = script("made", NAMES, {"one": Piecewise((1, Eq(x, 0)), (y / x, True))})
    assert "across == 0" in text and "up/across" in text


def test_a_symbol_without_a_name_is_refused():
    with pytest.raises(
        ValueError, match=r"one: expected symbols with a name in the page, got \['y"
    ):
        script("made", {x: "x"}, {"one": x * y})


def test_what_javascript_lacks_is_refused():
    with pytest.raises(ValueError, match="one: expected what JavaScript can compute, got gamma"):
        script("made", NAMES, {"one": gamma(x)})
