"""Numbers and templates."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ste.explorers.sentences import fill, number, slots


@pytest.mark.parametrize(
    ("value", "decimals", "text"),
    [
        (1.234, 2, "1.23"),
        (-1.234, 1, "\N{MINUS SIGN}1.2"),
        (-0.004, 2, "0.00"),
        (0.0, 0, "0"),
        (-0.0, 1, "0.0"),
        (1e6, 0, "1000000"),
    ],
)
def test_number(value, decimals, text):
    assert number(value, decimals) == text


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


def test_slots():
    assert slots("{a} {b:.2f} {{c}}") == ["a", "b", "c"]
