"""The zoo in every corner: see `corners`."""

import ast

import corners
import numpy as np
import pytest
from corners import Entry, above_zero, by, one_of, plain
from hypothesis import strategies as st

import ste
from ste.zoo import intervals, libraries, typed, windows

numbers = plain(st.floats(-3.0, 3.0))


def shape(low, high):
    """A window, by its definition."""
    return ste.Estimator("shape", lambda x: ((x > low) & (x < high)).astype(float))


def same_slope(reference):
    """The slope is that of the reference, whatever it is called."""

    def judge(entry, arguments, draw):
        got = entry.answer(arguments)
        if not isinstance(got, corners.Refused):
            x = np.linspace(-3.0, 3.0, 25)
            assert np.array_equal(got["slope"], reference(**arguments).evaluate(x))

    return judge


ENTRIES = [
    Entry(
        ste.get_estimator,
        (same_slope(lambda name: ste.ESTIMATORS[name]),),
        {"name": one_of(*ste.ESTIMATORS)},
        batched=False,
    ),
    Entry(
        libraries.framework,
        (by(lambda name: {row.id: row for row in libraries.frameworks()}[name]),),
        {"name": one_of(*(row.id for row in libraries.frameworks()))},
        batched=False,
    ),
    Entry(libraries.frameworks, batched=False),
    Entry(
        intervals.bounds_of,
        (lambda entry, arguments, draw: None,),
        {"tree": one_of(ast.parse("x**2", mode="eval").body)},
        batched=False,
        takes={"tree": tuple(corners.RUBBISH)},
    ),
    Entry(
        typed.proxy,
        (same_slope(lambda text, breakpoints: shape(-1.0, 1.0)),),
        {"text": one_of("abs(x) < 1"), "breakpoints": plain(corners.rows((2,)))},
        batched=False,
        says=("formula",),
    ),
    Entry(
        windows.Window,
        (same_slope(lambda name, low, high: shape(low, high)),),
        {"name": one_of("w"), "low": numbers, "high": numbers},
        batched=False,
        takes={"name": ("text",), "low": ("-inf",), "high": ("inf",)},
    ),
    Entry(
        windows.paper_windows,
        (lambda entry, arguments, draw: None,),
        {"bits": one_of(1, 2, 1024, 10**9), "alpha": plain(above_zero)},
        batched=False,
        undefined=True,
    ),
    Entry(
        windows.window,
        (same_slope(lambda leak, clip: shape(-leak, clip)),),
        {"leak": plain(st.floats(0.0, 3.0)), "clip": plain(above_zero)},
        batched=False,
    ),
]
BY_NAME = {corners.name_of(entry): entry for entry in ENTRIES}


@pytest.mark.parametrize("name", BY_NAME)
def test_right_or_refused_by_name(name):
    corners.hold(BY_NAME[name])


def test_every_public_function_of_the_zoo_has_an_entry():
    assert corners.public("ste.zoo") <= BY_NAME.keys()
