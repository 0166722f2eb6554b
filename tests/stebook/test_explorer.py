"""Declarations: what is accepted, what is refused, what a page keeps."""

import dataclasses
import math

import numpy as np
import pytest

from stebook import EXPLORERS, chips, get_explorer, show
from stebook.controls import Control
from stebook.explorer import Explorer, Sentence, Table


def control(**changes):
    made = {
        "name": "x",
        "label": "X",
        "kind": "range",
        "values": (1.0, 2.0),
        "labels": ("one", "two"),
        "default": 1.0,
    }
    return Control(**{**made, **changes})


def explorer(**changes):
    made = {
        "name": "small",
        "title": "Small",
        "caption": "",
        "alt": "",
        "controls": (
            control(),
            control(name="kind", kind="radio", values=("p", "q"), default="q"),
        ),
        "tables": (
            Table(("x",), lambda x: {"square": x * x, "line": np.array([x, math.nan, 3 * x])}),
        ),
        "formulas": {"double": "2*square + kind"},
        "figure": {
            "data": [{"x": [0, "=double"], "y": "=line", "name": "~{x:.1f}"}],
            "layout": {"font": {"color": "@text"}},
        },
        "sentences": (
            Sentence("double > 5", "{kind_label}: {double:.1f}"),
            Sentence("True", "small {x_label}"),
        ),
    }
    return Explorer(**{**made, **changes})


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"kind": "dial"}, "kind of x: expected one of"),
        ({"values": ()}, "values of x: expected distinct values"),
        ({"values": (1.0, 1.0)}, "values of x: expected distinct values"),
        ({"labels": ("one",)}, "labels of x: expected 2, got 1"),
        ({"default": 3.0}, r"x: expected one of 1\.0, 2\.0, got 3\.0"),
        ({"values": (1.0, "two")}, "values of x: expected all strings or none"),
        ({"values": ("a,b", "c"), "default": "c"}, "can stand in an address, got 'a,b'"),
        ({"values": ("", "c"), "default": "c"}, "can stand in an address, got ''"),
    ],
)
def test_bad_controls_are_refused(changes, message):
    with pytest.raises(ValueError, match=message):
        control(**changes)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"tables": (Table(("y",), lambda y: {}),)}, "controls of a table: expected some of"),
        ({"formulas": {"double": "2*cube"}}, r"got \['cube'\]"),
        ({"sentences": (Sentence("True", "{cube:.1f}"),)}, "slot: expected one of"),
        ({"sentences": (Sentence("square > 99", "never"),)}, "expected one for every state"),
        ({"rows": (("a row", "{cube:.1f}"),)}, "slot: expected one of"),
        ({"rows": (("a row", "{square}"),)}, "slot square: expected decimals"),
        ({"figure": {"data": [{"y": "=cube"}], "layout": {}}}, "reference: expected one of"),
        ({"figure": {"data": [{"line": "@cube"}], "layout": {}}}, "reference: expected one of"),
        ({"figure": {"data": [{"name": "~{cube:.1f}"}], "layout": {}}}, "slot: expected one of"),
        ({"figure": {"data": [], "layout": {}, "narrow": {"x": "=cube"}}}, "reference: expected"),
        ({"figure": {"data": [{"visible": "=kind"}], "layout": {}}}, "visible: expected a cond"),
        ({"formulas": {"x": "2"}}, "name: expected each once, got 'x' twice"),
        ({"formulas": {"ξ": "2"}}, "name: expected ASCII letters"),
        ({"name": 'a"b'}, "name: expected small letters"),
        ({"presets": {"far": {"x": 9.0}}}, "x: expected one of 1"),
        ({"tables": (Table(("x",), lambda x: {"square": math.inf}),)}, "square: expected a fin"),
    ],
)
def test_bad_explorers_are_refused(changes, message):
    with pytest.raises((ValueError, NameError), match=message):
        explorer(**changes)


def test_values_and_sentences():
    small = explorer()
    assert small.defaults == {"x": 1.0, "kind": "q"}
    assert small.evaluate()["double"] == 3.0
    assert small.say(small.evaluate()) == "small one"
    assert small.say(small.evaluate(x=2.0)) == "two: 9.0"


def test_the_first_rows_stand_under_the_sentence():
    """A number that is not defined is a dash, in the table too."""
    rows = (("Double", "{double:.1f} m"), ("None", "{nothing:.2f} of {x:.0f}"), ("X", "{x:.0f}"))
    small = explorer(rows=rows, chips=2)
    values = small.evaluate(x=2.0)
    assert small.cells(values) == ["9.0 m", "\N{EN DASH}", "2"]
    assert small.told(values) == "two: 9.0 Double 9.0 m, None \N{EN DASH}."
    assert explorer().told(values) == small.say(values)


def test_a_number_has_room_for_the_widest():
    rows = (("Seven", "{seven:.1f}"), ("Kind", "{kind_label}"))
    small = explorer(rows=rows, chips=2, formulas={"double": "square", "seven": "7*square"})
    assert chips.widest(small, small.tabulate()) == ["28.0", "one"]
    room = 'data-room="{}">7.0</dd>'
    assert room.format("28.0") in chips.markup(small, small.defaults, small.tabulate())
    assert room.format("00.0") in chips.markup(small, small.defaults, [])
    assert chips.markup(explorer(), small.defaults, []) == ""


def test_references_are_resolved():
    drawn = explorer().draw(explorer().evaluate(x=2.0), {"@text": "#123456"})
    trace = drawn["data"][0]
    assert trace["x"] == [0, 9.0]
    assert trace["name"] == "2.0"
    assert trace["y"] == [2.0, None, 6.0]  # JSON has no NaN, and a kernel warns of it
    assert drawn["layout"] == {"font": {"color": "#123456"}}


def test_a_backslash_keeps_a_string_as_it_is():
    figure = {"data": [{"name": "\\=x", "text": ["\\~", "\\@a", "\\\\"]}], "layout": {}}
    small = explorer(figure=figure)
    (trace,) = small.draw(small.evaluate(), {})["data"]
    assert trace == {"name": "=x", "text": ["~", "@a", "\\"]}


def test_pages_keep_factors_as_differences():
    (table,) = explorer().tabulate()
    assert table["controls"] == ["x"]
    assert table["columns"]["square"] == [1.0, 4.0]
    assert table["columns"]["line"] == [[1000, None, 2000], [2000, None, 4000]]


def test_a_constant_array_is_short():
    flat = explorer(
        tables=(Table(("x",), lambda x: {"square": x, "line": np.full(50, x)}),),
    )
    assert flat.tabulate()[0]["columns"]["line"][1] == {"all": 2000, "count": 50}


def columns(**made):
    """What a page keeps of one table, with two decimals."""
    table = Table((), lambda: made, decimals=2)
    small = explorer(tables=(table,), formulas={}, figure={}, sentences=(Sentence("True", ""),))
    return small.evaluate(), {
        name: kept[0] for name, kept in small.tabulate()[0]["columns"].items()
    }


def test_pages_keep_more_axes_as_rows():
    heat = np.array([[1.0, 1.5, math.nan], [2.0, 2.0, 2.0]])
    values, kept = columns(heat=heat, deep=np.stack([heat, heat]))
    rows = [[100, 50, None], {"all": 200, "count": 3}]
    assert kept == {"heat": rows, "deep": [rows, rows]}
    np.testing.assert_array_equal(values["heat"], heat)


def test_pages_keep_words_and_conditions():
    values, kept = columns(
        words=np.array(["a", "=b"]), more=["c"], word="w", yes=np.bool_(True), count=np.int64(3)
    )
    assert kept == {"words": ["a", "=b"], "more": ["c"], "word": "w", "yes": True, "count": 3.0}
    assert values["yes"] is True
    assert type(values["count"]) is int


def test_a_condition_can_show_and_hide_a_trace():
    figure = {"data": [{"visible": "=many"}], "layout": {}}
    small = explorer(formulas={"many": "square > 2", "double": "square"}, figure=figure)
    shown = [small.draw(small.evaluate(x=x), {})["data"][0]["visible"] for x in (1.0, 2.0)]
    assert shown == [False, True]


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: get_explorer("nope"), "name: expected one of .*correlation, "),
        (lambda: show("correlation", nope=1), "control: expected one of estimator, theta"),
        (lambda: show("correlation", theta=61), "theta: expected one of 0, 5"),
        (lambda: show("correlation", estimator="nope"), "estimator: expected one of identity"),
    ],
)
def test_unknown_names_and_values_are_refused(call, message):
    with pytest.raises(ValueError, match=message):
        call()


@pytest.mark.parametrize("name", EXPLORERS)
def test_explorers_are_frozen(name):
    with pytest.raises(dataclasses.FrozenInstanceError):
        get_explorer(name).name = "other"
