"""The vocabulary of figures makes what plotly knows, and every explorer's figure is made of it."""

import numpy as np
import plotly.graph_objects as go
import pytest

from stebook import EXPLORERS, get_explorer, plots
from stebook.theme import TOKENS

STYLE = plots.Style("one", "#0072B2", "dash", "x")


def test_a_trace_is_what_it_is_given():
    line, mark = STYLE.line(), STYLE.mark(9)
    assert plots.scatter([0], [0], line=line)["mode"] == "lines"
    assert plots.scatter([0], [0], marker=mark)["mode"] == "markers"
    assert plots.scatter([0], [0], line=line, marker=mark)["mode"] == "lines+markers"
    assert mark == {"color": "#0072B2", "size": 9, "symbol": "x"}


def test_a_trace_without_a_name_is_not_in_the_legend():
    assert plots.bars([0], [1])["showlegend"] is False
    assert plots.scatter([0], [1], line=STYLE.line())["showlegend"] is False
    named = plots.scatter([0], [1], "named", line=STYLE.line())
    assert named["name"] == "named" and "showlegend" not in named


def test_the_chosen_style_refers_to_the_columns_of_a_table():
    columns = STYLE.columns()
    chosen = {name: getattr(plots.CHOSEN, name) for name in columns}
    assert chosen == {name: f"={name}" for name in columns}


def test_the_chosen_point_stands_where_two_columns_say():
    point = plots.chosen_point("theta", "loss", STYLE)
    assert point["x"] == ["=theta"] and point["y"] == ["=loss"] and point["mode"] == "markers"
    assert point["marker"]["line"] == {"color": "@text", "width": 1.5}


def test_arrays_become_lists():
    trace = plots.heatmap(np.arange(2), np.arange(2.0), "=map")
    assert trace["x"] == [0, 1] and trace["y"] == [0.0, 1.0]


def test_a_name_stands_at_the_thing_and_in_no_legend():
    curve = plots.scatter([0], [1], "long", line=STYLE.line(), **plots.named("along", 0.2))
    assert curve["showlegend"] is False and curve["meta"] == {"label": "along", "at": 0.2}
    assert plots.arrow(1, 0, "w", STYLE.line(3))["meta"] == {"label": "head"}
    with pytest.raises(ValueError, match=r"place: expected one of end, head, .*, got 'near'"):
        plots.named("near")


def test_ticks_may_say_something():
    assert "ticktext" not in plots.axis(ticks=(0, 1))
    assert plots.axis(ticks={0: "none", 1: "all"})["ticktext"] == ["none", "all"]
    assert plots.degrees(-90)[-90] == "\N{MINUS SIGN}90°"


def test_plotly_knows_every_piece():
    line, mark = STYLE.line(), STYLE.mark(9)
    data = [
        plots.scatter([0, 1], [0, 1], "a", line=line, **plots.shaded()),
        plots.scatter([0], [0], marker=mark, error_y=plots.error_bars([1.0], "#000000"), panel=2),
        plots.arrow(1, 0, "long", line),
        plots.bars([0], [1], labels=["1"]),
        plots.heatmap([0], [0], [[1.0]]),
        plots.contour([0], [0], [[1.0]]),
        plots.legend_entry("b", mark),
        plots.panel_title("above", 2, (0, 1), 1),
    ]
    layout = plots.layout(
        400,
        (1, 2, 3, 4),
        legend=plots.above(),
        **plots.linked(),
        xaxis=plots.axis("x", standoff=4, ticks=plots.degrees(0, 90)),
        shapes=[plots.rectangle((0, 1), (0, 1), line)],
        **{
            name: axis for name, axis in plots.stacked((0.5, 1), (0, 0.4)).items() if name[0] == "y"
        },
    )
    go.Figure(plots.figure(data, layout))


@pytest.mark.parametrize("name", EXPLORERS)
def test_names_stand_where_axes_have_ranges(name):
    """Else Plotly would choose ranges by the names too."""
    explorer = get_explorer(name)
    figure = explorer.draw(explorer.values(explorer.defaults), TOKENS)
    for trace in figure["data"]:
        if "label" in trace.get("meta", {}):
            assert trace["name"] and trace["meta"]["label"] in plots.PLACES
            for letter in "xy":
                axis = trace.get(f"{letter}axis", letter).replace(letter, f"{letter}axis")
                low, high = figure["layout"][axis]["range"]
                assert low < high


@pytest.mark.parametrize("name", EXPLORERS)
def test_every_axis_lets_a_touch_scroll_the_page(name):
    explorer = get_explorer(name)
    layout = explorer.draw(explorer.values(explorer.defaults), TOKENS)["layout"]
    axes = {part: axis for part, axis in layout.items() if part[1:5] == "axis"}
    assert {"xaxis", "yaxis"} <= set(axes)
    assert all(axis["fixedrange"] is True for axis in axes.values())
