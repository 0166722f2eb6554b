"""Numbers and templates."""

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from strategies import SETTINGS

from stebook.templates import check, fill, number, slots


@pytest.mark.parametrize(
    ("value", "decimals", "text"),
    [
        (1.234, 2, "1.23"),
        (-1.234, 1, "\N{MINUS SIGN}1.2"),
        (-0.004, 2, "0.00"),
        (0.0, 0, "0"),
        (-0.0, 1, "0.0"),
        (1e6, 0, "1000000"),
        (0.125, 2, "0.13"),  # ties go away from zero, as in a page
        (-2.5, 0, "\N{MINUS SIGN}3"),
        (1.005, 2, "1.00"),  # just below the tie
        (1e20, 2, "100000000000000000000.00"),
    ],
)
def test_number(value, decimals, text):
    assert number(value, decimals) == text


@settings(SETTINGS, max_examples=100)
@given(st.floats(-1e6, 1e6), st.integers(0, 6))
def test_number_reads_back(value, decimals):
    text = number(value, decimals).replace("\N{MINUS SIGN}", "-")
    assert float(text) == pytest.approx(value, abs=0.5000001 * 10.0**-decimals)
    assert not (text.startswith("-") and float(text) == 0.0)


def test_fill_takes_strings_and_numbers():
    assert fill("{a} and {b:.1f}", {"a": "x", "b": 2}) == "x and 2.0"


@pytest.mark.parametrize("value", [math.nan, math.inf])
def test_fill_refuses_what_is_not_finite(value):
    with pytest.raises(ValueError, match="b: expected a finite number"):
        fill("{b:.1f}", {"b": value})


@pytest.mark.parametrize(
    ("template", "message"),
    [
        ("{nobody}", "slot: expected one of"),
        ("{x}", "slot x: expected decimals for a number"),
        ("{who:.1f}", "slot who: expected decimals for a number and none for a string"),
        ("{x:.10f}", "template: expected slots like"),
        ("{x:.2%}", "template: expected slots like"),
        ("{θ:.1f}", "template: expected slots like"),
    ],
)
def test_templates_that_the_lives_would_fill_differently_are_refused(template, message):
    with pytest.raises(ValueError, match=message):
        check(template, {"x": 1.0, "who": "ReLU"})


def test_slots():
    assert slots("{a} {b:.2f} {{c}}") == ["a", "b", "c"]
