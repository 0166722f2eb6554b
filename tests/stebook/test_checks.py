"""How answers are read and compared."""

import math
import re
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import SETTINGS

from stebook.checks import (
    DECIMALS,
    Slip,
    Unreadable,
    Verdict,
    agree,
    compare_function,
    compare_number,
    numbers,
    one_number,
    shown,
)


def compared(answer, right, cases):
    return compare_function(answer, right, cases, [], "Well done.", lambda *case: f"At {case}")


NO_NUMBERS = [
    (None, "No answer yet. The answer should be made of numbers, not None."),
    (..., "No answer yet. The answer should be made of numbers, not ...."),
    ([1.0, None], "No answer yet."),
    ("2", "not the text '2': leave out the quotes."),
    (["2", "3"], "not the text '2'"),
    (1 + 0j, "not the complex (1+0j): take `.real` if the rest should be 0."),
    (np.complex128(2.0), "not the complex"),
    (np.array([1j]), "not the complex 1j"),
    (10**400, "made of numbers below 1e+100 in size, not 1000"),
    (10**5000, "below 1e+100 in size, not an object of type int."),
    ([1.0, -1e101], "below 1e+100 in size, not [1.0, -1e+101]."),
    (Fraction(10**400), "below 1e+100 in size"),
    ([[1.0], [1.0, 2.0]], "made of numbers, not [[1.0], [1.0, 2.0]]."),
    ({1.0: 2.0}, "not {1.0: 2.0}."),
    (np.timedelta64(0, "s"), "not np.timedelta64(0,'s')."),
    (np.ma.array([1.0, 2.0], mask=[0, 1]), "some of it is masked"),
    ((i for i in [1]), "not <generator object"),
]


@pytest.mark.parametrize(("answer", "words"), NO_NUMBERS, ids=range(len(NO_NUMBERS)))
def test_what_is_no_number_is_named(answer, words):
    with pytest.raises(Unreadable, match=re.escape(words)):
        numbers(answer)


@pytest.mark.parametrize("answer", [[], [1.0, 2.0], math.nan, math.inf, np.ones((1, 2))])
def test_one_number_is_one_and_finite(answer):
    with pytest.raises(Unreadable, match="The answer should be one number, not "):
        one_number(answer)


def test_what_is_read_is_a_copy():
    answer = np.ones(3)
    read = numbers(answer)
    answer[:] = 0.0
    assert read.tolist() == [1.0, 1.0, 1.0]


def test_quotes_are_short_and_on_one_line():
    assert shown(np.ones((40, 40))).startswith("array([[1., 1.,")
    assert len(shown(np.ones((40, 40)))) <= 60
    assert "\n" not in shown(np.ones((3, 3)))


def test_the_right_values_are_known_before_the_answer_runs():
    state = {"factor": 2.0}

    def answer(x):
        state["factor"] = 0.0
        return 0.0

    assert not compared(answer, lambda x: state["factor"] * x, [(1.0,), (2.0,)])


def test_an_answer_that_returns_one_buffer_again_and_again_is_judged_call_by_call():
    buffer = np.zeros(2)

    def answer(x):
        buffer[:] = x
        return buffer

    assert compared(answer, lambda x: x * np.ones(2), [(1.0,), (2.0,)])


def test_inputs_of_an_answer_are_copies():
    x = np.array([1.0, 2.0])

    def answer(x):
        x[:] = -1.0
        return np.zeros(2)

    assert not compared(answer, lambda x: np.maximum(x, 0.0), [(x,)])
    assert x.tolist() == [1.0, 2.0]


class Silent(Exception):
    def __str__(self):
        raise RuntimeError


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (ZeroDivisionError("by zero"), "Your function raised ZeroDivisionError: by zero"),
        (AssertionError(), "Your function raised AssertionError"),
        (SystemExit(3), "Your function raised SystemExit: 3"),
        (Silent(), "Silent: <exception str() failed>"),
    ],
)
def test_an_answer_that_raises_is_told_what(error, words):
    def answer(x):
        raise error

    assert compared(answer, abs, [(1.0,)]).message.endswith(words)


def test_an_interrupt_goes_through():
    def answer(x):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        compared(answer, abs, [(1.0,)])


values = st.one_of(
    st.floats(-1e9, 1e9), st.floats(-1e-3, 1e-3), st.sampled_from([0.0, math.inf, -math.inf])
)


@SETTINGS
@given(st.lists(st.tuples(values, st.floats(-1.0, 1.0), st.integers(-12, 0)), min_size=1))
def test_arrays_that_are_told_apart_look_different(entries):
    right, shift, power = np.array(entries).T
    largest = np.max(np.abs(right), initial=1.0, where=np.isfinite(right))
    got = right + shift * 10.0**power * largest
    if not agree(got, right):
        assert f"{np.round(got, DECIMALS)}" != f"{np.round(right, DECIMALS)}"
    single = right.astype(np.float32)
    assert agree(single, right) and agree(single.astype(float), right)


@SETTINGS
@given(
    st.floats(1e-3, 1e6),
    st.floats(0.5, 3.0),
    st.sampled_from([1e-2, 1e-3, 1e-6, 1e-9]),
    st.sampled_from([-1, 1]),
)
def test_numbers_that_are_told_apart_look_different(right, share, rel, sign):
    value = right * (1.0 + sign * share * rel)
    verdict = compare_number(value, right, [], "Well done.", rel=rel)
    near = math.isclose(value, right, rel_tol=rel, abs_tol=1e-3 * rel)
    assert verdict.passed == near
    shown_value = verdict.message.split(" is not ")[0]
    digits = max(6, 1 + round(-math.log10(rel)))
    assert near or shown_value != f"{right:.{digits}g}"


def test_a_slip_gets_its_hint_within_the_same_accuracy():
    slips = [Slip(2.0, "Twice.")]
    assert repr(compare_number(np.float32(2.00001), 1.0, slips, "", rel=1e-3)) == "Not yet. Twice."
    assert compare_number(1.0009, 1.0, slips, "One.", rel=1e-3) == Verdict(True, "One.")
