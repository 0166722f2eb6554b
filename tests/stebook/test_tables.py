"""Tables in the place of printed lines."""

import numpy as np
import pytest

from stebook import table

COLUMNS = {"$m$": "", "loss": ".3f", "what": ""}


def test_a_page_gets_a_table_with_numbers_to_the_right():
    shown = table(COLUMNS, [(2, 0.12345, "a | b"), (30, (0.5, 0.25), "`x`")])._repr_markdown_()
    assert shown.splitlines() == [
        "| $m$ | loss | what |",
        "| ---: | ---: | --- |",
        r"| 2 | 0.123 | a \| b |",
        "| 30 | 0.500 ± 0.250 | `x` |",
    ]


def test_a_console_gets_the_same_as_aligned_text():
    assert repr(table(COLUMNS, [(2, 0.12345, "a | b"), (30, "none", "`x`")])) == (
        "$m$  loss   what\n2    0.123  a | b\n30   none   `x`"
    )


def test_arrays_are_rows_and_truths_are_words():
    (line,) = table({"x": "g", "y": "g"}, np.array([[1.0, 2.5]])).cells()
    assert line == ["1", "2.5"]
    assert table({"": ""}, [(np.bool_(False),), (True,)]).cells() == [["no"], ["yes"]]


@pytest.mark.parametrize("rows, said", [([], "got none"), ([(1, 2)], r"got \(1, 2\), expected 3")])
def test_rows_that_do_not_fit_are_refused(rows, said):
    with pytest.raises(ValueError, match=f"rows: {said}"):
        table(COLUMNS, rows)
