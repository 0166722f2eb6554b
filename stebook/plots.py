"""The vocabulary of the explorers' figures: strokes, marks, traces, axes, legends, layouts.

Every function returns a piece of a plotly figure as a dict, in which a string may be a reference as
`stebook.explorer.Explorer` knows them: ``"=name"`` a value, ``"~template"`` a text, ``"@token"`` a
colour of the theme. Keywords that a function does not name are plotly's own and go through as they
are.

What belongs here: a name for what figures of several explorers are made of. What never does: a
number or a name of the model, and plotly itself, which the built pages do not need.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

#: A part of a plotly figure.
Piece = dict[str, Any]
#: Numbers, or the reference to a column that holds them.
Values = str | Sequence[object] | np.ndarray

#: What is not to be read off: shades behind the curves.
SHADE = "rgba(128, 128, 128, 0.25)"
#: Where a name may stand, as labels.js knows it.
PLACES = ("end", "head", "right", "below", "left", "above", "along", "over", "under")
#: The whole width or height of a figure.
WHOLE = (0, 1)


@dataclass(frozen=True)
class Style:
    """How one thing looks everywhere: label, colour, plotly dash and plotly marker.

    Examples
    --------
    >>> Style("ReLU", "#0072B2", "dash", "circle").line(3)
    {'color': '#0072B2', 'width': 3, 'dash': 'dash'}
    """

    label: str
    colour: str
    dash: str
    marker: str

    def line(self, width: float = 2) -> Piece:
        """The stroke of its curves."""
        return stroke(self.colour, width, self.dash)

    def mark(self, size: float, **more: Any) -> Piece:
        """The marker of its points."""
        return marker(self.colour, size, symbol=self.marker, **more)

    def columns(self) -> dict[str, str]:
        """What a table holds of it, so that `CHOSEN` looks like it."""
        return {"colour": self.colour, "dash": self.dash, "marker": self.marker}


#: The style that the `Style.columns` of a table give.
CHOSEN = Style("chosen", "=colour", "=dash", "=marker")


def stroke(colour: str, width: object, dash: str | None = None, **more: Any) -> Piece:
    """How a line is drawn.

    Examples
    --------
    >>> stroke("@text", 1)
    {'color': '@text', 'width': 1}
    """
    return {"color": colour, "width": width, **_given(dash=dash), **more}


def marker(colour: object, size: object, **more: Any) -> Piece:
    """How a point or a bar's area is drawn.

    Examples
    --------
    >>> marker("=colour", 9, symbol="x")
    {'color': '=colour', 'size': 9, 'symbol': 'x'}
    """
    return {"color": colour, "size": size, **more}


def scatter(
    x: Values,
    y: Values,
    name: str | None = None,
    *,
    line: Piece | None = None,
    marker: Piece | None = None,
    panel: int | None = None,
    **more: Any,
) -> Piece:
    """A curve where there is a line, points where there is a marker, or both.

    Without a name it is not in the legend.

    Examples
    --------
    >>> curve = scatter([0, 1], "=loss", line=stroke("@text", 1), panel=2)
    >>> curve["mode"], curve["yaxis"], curve["showlegend"]
    ('lines', 'y2', False)
    """
    modes = [mode for mode, part in (("lines", line), ("markers", marker)) if part is not None]
    look = {"mode": "+".join(modes), **_given(line=line, marker=marker)}
    return _trace("scatter", x, y, name, panel, {**look, **more})


def chosen_point(x: str, y: str, style: Style = CHOSEN, *, size: float = 13, **more: Any) -> Piece:
    """The point of the columns `x` and `y`, large and with an edge."""
    mark = style.mark(size, line=stroke("@text", 1.5))
    return scatter([f"={x}"], [f"={y}"], marker=mark, **more)


def arrow(x: object, y: object, name: str, line: Piece, **more: Any) -> Piece:
    """An arrow from the origin, redrawn in place on both sides, with its name at its head."""
    head = marker(line["color"], [0, 14], symbol="arrow", angleref="previous", opacity=1)
    edge = {**head, "line": {"width": 0}}
    return scatter(
        [0, x], [0, y], name, line=line, marker=edge, hoverinfo="skip", **named("head"), **more
    )


def aside(piece: Piece) -> Piece:
    """A trace that only points out what others show: its values stand in no table.

    Examples
    --------
    >>> aside(named("head"))["meta"]
    {'label': 'head', 'aside': True}
    """
    return {**piece, "meta": {**piece.get("meta", {}), "aside": True}}


def named(place: str, at: float | None = None) -> Piece:
    """Attributes of a trace whose name stands at the thing itself, and not in a legend.

    `place` says where first; where that is taken, it stands close by. ``"end"`` is right of the
    last point, ``"along"`` beside a curve, ``"over"`` and ``"under"`` on one side of it, at a part
    of its way. ``"head"`` is beyond the tip of an arrow; ``"right"``, ``"left"``, ``"above"``,
    ``"below"`` are beside a point. Its axes need ranges. labels.js finds the places.

    Examples
    --------
    >>> named("over", 0.2)
    {'showlegend': False, 'meta': {'label': 'over', 'at': 0.2}}
    """
    if place not in PLACES:
        raise ValueError(f"place: expected one of {', '.join(PLACES)}, got {place!r}")
    return {"showlegend": False, "meta": {"label": place, **_given(at=at)}}


def bars(
    x: Values,
    y: Values,
    name: str | None = None,
    *,
    labels: Sequence[str] | None = None,
    panel: int | None = None,
    **more: Any,
) -> Piece:
    """Upright bars, with labels at their ends; ``orientation="h"`` lays them."""
    said = {"text": labels, "textposition": "outside", "cliponaxis": False} if labels else {}
    return _trace("bar", x, y, name, panel, {**said, **more})


def heatmap(x: Values, y: Values, z: Values, **more: Any) -> Piece:
    """A field of colours, dark where it is low."""
    return {"type": "heatmap", "x": _listed(x), "y": _listed(y), "z": z, **_COLOURS, **more}


def contour(x: Values, y: Values, z: Values, **more: Any) -> Piece:
    """Level lines over a field of colours, dark where it is low."""
    return {**heatmap(x, y, z), "type": "contour", **more}


_COLOURS = {"colorscale": "Cividis", "showscale": False}


def legend_entry(name: str, mark: Piece) -> Piece:
    """An entry of the legend alone: a trace with no points."""
    return scatter([None], [None], name, marker=mark)


def error_bars(size: object, colour: str, **more: Any) -> Piece:
    """``error_y`` of a trace: bars of these sizes."""
    return {"type": "data", "array": size, "color": colour, **more}


def shaded(colour: str = SHADE, fill: str = "tozeroy") -> Piece:
    """Attributes of a curve that shades what lies between it and zero, or as `fill` says."""
    return {"fill": fill, "fillcolor": colour}


def axis(
    title: str | None = None,
    *,
    standoff: int | None = None,
    ticks: Mapping[float, str] | Mapping[int, str] | Sequence[float] | None = None,
    **more: Any,
) -> Piece:
    """An axis that stays where it is: a touch on the figure scrolls the page.

    Ticks are places, or places with what stands there.

    Examples
    --------
    >>> axis("θ", ticks=degrees(0, 90))
    {'fixedrange': True, 'title': {'text': 'θ'}, 'tickvals': [0, 90], 'ticktext': ['0°', '90°']}
    """
    said = {} if title is None else {"title": {"text": title, **_given(standoff=standoff)}}
    places: Piece = {} if ticks is None else {"tickvals": list(ticks)}
    if isinstance(ticks, Mapping):
        places["ticktext"] = list(ticks.values())
    return {"fixedrange": True, **said, **places, **more}


def degrees(*angles: int) -> dict[int, str]:
    """Ticks at angles in degrees.

    Examples
    --------
    >>> degrees(0, 90)
    {0: '0°', 90: '90°'}
    """
    return {angle: f"{angle}°".replace("-", "\N{MINUS SIGN}") for angle in angles}


def above(y: float = 1.02, **more: Any) -> Piece:
    """A legend in lines over the panels, which begins at the left."""
    return {"orientation": "h", "x": 0, "y": y, "yanchor": "bottom", **more}


def layout(
    height: int | None = None,
    margins: tuple[int, int, int, int] | None = None,
    **more: Any,
) -> Piece:
    """Height, margins at the left, right, top and bottom in pixels, and the axes.

    Examples
    --------
    >>> layout(400, (58, 10, 10, 45))
    {'height': 400, 'margin': {'l': 58, 'r': 10, 't': 10, 'b': 45}}
    """
    room = None if margins is None else dict(zip("lrtb", margins, strict=True))
    return {**_given(height=height, margin=room), **more}


def linked() -> Piece:
    """Attributes of a layout: one line under a pointer, through all panels over one axis.

    Beside it stand the values of all curves there.
    """
    return {"hovermode": "x unified", "hoversubplots": "axis"}


def stacked(
    upper: tuple[float, float],
    lower: tuple[float, float],
    lower_across: tuple[float, float] = WHOLE,
) -> dict[str, Any]:
    """Axes of two panels, of which the second stands under the first, as on a phone.

    The title of the first one's places would stand between them.
    """
    return {
        "xaxis": {"domain": WHOLE, "title": {"text": ""}},
        "yaxis": {"domain": upper},
        "xaxis2": {"domain": lower_across},
        "yaxis2": {"domain": lower},
    }


def rectangle(x: tuple[float, float], y: tuple[float, float], line: Piece) -> Piece:
    """A shape from one corner to the other."""
    return {"type": "rect", "x0": x[0], "x1": x[1], "y0": y[0], "y1": y[1], "line": line}


def words(
    x: object, y: object, text: str, position: str = "middle center", *, panel: int = 1, **more: Any
) -> Piece:
    """Words at a point of a panel; `position` says on which side of it.

    Examples
    --------
    >>> words(0, 1, "no gradient", panel=2)["text"]
    ['no gradient']
    """
    said = {"mode": "text", "text": [text], "textposition": position, "hoverinfo": "skip"}
    return _trace("scatter", [x], [y], None, panel, {**said, **more})


def panel_title(text: str, panel: int, across: tuple[float, float], top: float) -> Piece:
    """Words over the middle of a panel, of which the axes end at `across` and `top`.

    Unlike an annotation it can change alone: Plotly need not draw the whole figure.

    Examples
    --------
    >>> title = panel_title("above", 2, (0, 4), 1)
    >>> title["x"], title["y"], title["textposition"]
    ([2.0], [1], 'top center')
    """
    return words(sum(across) / 2, top, text, "top center", panel=panel, cliponaxis=False)


def figure(
    data: Sequence[Piece],
    layout: Piece,
    narrow: Piece | None = None,
    ghosts: Sequence[Piece] | None = None,
) -> dict[str, object]:
    """A figure; `narrow` is what a narrow page has otherwise.

    Once a hand has moved a control, `ghosts` lie under the data, as they are at the state before.
    """
    return {"data": list(data), "layout": layout, **_given(narrow=narrow, ghosts=ghosts)}


def numbered(part: str, panel: int) -> str:
    """Plotly's name of a panel's axis or legend: x, x2, x3.

    Examples
    --------
    >>> numbered("x", 1), numbered("y", 2)
    ('x', 'y2')
    """
    return part if panel == 1 else f"{part}{panel}"


def with_jumps(grid: np.ndarray, jumps: np.ndarray, edge: float = 1e-6) -> np.ndarray:
    """The places of a curve, with both sides of every jump, so that jumps are drawn upright.

    Examples
    --------
    >>> with_jumps(np.array([0.0, 1.0]), np.array([0.5])).tolist()
    [0.0, 0.499999, 0.500001, 1.0]
    """
    return np.unique(np.concatenate([grid, jumps - edge, jumps + edge]).round(7))


def _trace(
    kind: str, x: Values, y: Values, name: str | None, panel: int | None, more: Piece
) -> Piece:
    entry = {"showlegend": False} if name is None else {"name": name}
    place = {} if panel is None else {f"{letter}axis": numbered(letter, panel) for letter in "xy"}
    return {"type": kind, "x": _listed(x), "y": _listed(y), **entry, **place, **more}


def _listed(values: Values) -> object:
    """Numbers as a list, which JSON can hold."""
    return values.tolist() if isinstance(values, np.ndarray) else values


def _given(**parts: Any) -> Piece:
    """The parts that there are."""
    return {name: part for name, part in parts.items() if part is not None}
