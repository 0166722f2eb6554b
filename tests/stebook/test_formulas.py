"""One formula, two languages. The browser tests run the JavaScript."""

import math

import pytest

from stebook.formulas import javascript, parse, python

NAMES = frozenset({"a", "b", "nothing"})


def test_python():
    assert python("sqrt(a**2 + b**2)", NAMES)({"a": 3.0, "b": 4.0}) == 5.0
    assert python("Piecewise((a, a > 0), (0, True))", NAMES)({"a": -1.0}) == 0
    assert math.isnan(
        python("Piecewise((a, a > 0), (nothing, True))", NAMES)({"a": -1.0, "nothing": math.nan})
    )
    assert python("(a > 0) & Eq(b, 2)", NAMES)({"a": 1, "b": 2})


def test_javascript():
    square = "Math.sqrt(Math.pow(v.a, 2) + Math.pow(v.b, 2))"
    assert javascript("sqrt(a**2 + b**2)", NAMES) == square
    assert javascript("True", NAMES) == "true"
    assert javascript("False", NAMES) == "false"
    both = ("v.a > 0 && v.b != 2", "v.b != 2 && v.a > 0")
    assert javascript("(a > 0) & Ne(b, 2)", NAMES) in both


@pytest.mark.parametrize("name", ["new", "values", "N", "beta", "pi"])
def test_words_of_either_language_are_names_like_others(name):
    names = frozenset({name})
    assert javascript(f"2*{name}", names) == f"2*v.{name}"
    assert python(f"2*{name}", names)({name: 3.0}) == 6.0


def test_unknown_names_are_refused():
    with pytest.raises(ValueError, match=r"got \['c'\]"):
        parse("a + c", NAMES)
