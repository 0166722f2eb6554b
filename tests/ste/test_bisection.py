"""Bisection: neighbouring doubles, elementwise, and an end also where nothing can be halved."""

import math

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from strategies import SETTINGS

from ste._bisection import last


@SETTINGS
@given(st.lists(st.floats(-1e300, 1e300), min_size=1, max_size=4))
def test_it_ends_at_the_last_double(places):
    places = np.array(places)
    found = last(
        lambda x: x <= places, np.full(places.shape, -1.5e300), np.full(places.shape, 1.5e300)
    )
    np.testing.assert_array_equal(found, places)


def test_it_ends_where_nothing_lies_between():
    assert last(lambda x: x < 0.0, 1.0, np.nextafter(1.0, 2.0)) == 1.0
    assert math.isnan(last(lambda x: x < 0.0, math.nan, 1.0))
    assert last(lambda x: x < 0.0, np.zeros((0, 2)), np.ones((0, 2))).shape == (0, 2)
