"""Controls from values, or from values with what the reader sees of each."""

import pytest

from stebook.controls import Control, menu, radio, slider


@pytest.mark.parametrize(("make", "kind"), [(slider, "range"), (menu, "select"), (radio, "radio")])
def test_a_grid_with_labels_and_a_grid_that_is_said(make, kind):
    same = Control("x", "X", kind, (0.5, 1.0), ("0.5", "1"), 1.0)
    assert make("x", "X", (0.5, 1.0), 1.0) == same
    assert make("x", "X", {0.5: "0.5", 1.0: "1"}, 1.0) == same
    assert make("x", "X", (0.5, 1.0), 1.0, "{:.2f}".format).labels == ("0.50", "1.00")


def test_a_default_off_the_grid_is_refused():
    with pytest.raises(ValueError, match=r"x: expected one of 1, 2, got 3"):
        slider("x", "X", (1, 2), 3)
