"""The landscape explorer: the least loss at each angle, and a map over angle and second layer."""

import math
from functools import cache

import numpy as np

from ste.landscape import best_v, population_loss, profile_loss
from ste.model import Teacher
from stebook.explorer import Control, Explorer, Sentence, Table

#: Nothing that is drawn depends on m; this one allows the ratio to go up to m/(m + 1) = 0.8.
M = 4
RATIOS = tuple(round(0.05 * i, 2) for i in range(16))
LAYERS = tuple(range(0, 181, 5))
#: Angles of the curve, and of the map's columns and rows, in degrees.
CURVE = np.linspace(0.0, 180.0, 73)
ACROSS = np.linspace(0.0, 180.0, 37)
UP = np.linspace(0.0, 180.0, 25)


@cache
def teacher_with(ratio: float) -> Teacher:
    """v* = a 1 + b (1, -1, 1, -1) with N = |v*|^2 = 1 and s^2 = r (m + 1)."""
    level = math.sqrt(ratio * (M + 1)) / M
    alternating = (-1.0) ** np.arange(M)
    return Teacher(level + math.sqrt(1.0 / M - level**2) * alternating, [1.0, 0.0])


def loss_at(ratio: float, theta: np.ndarray, layer: np.ndarray) -> np.ndarray:
    """f at an angle and with the v that is best for another; both in degrees, they broadcast."""
    teacher = teacher_with(ratio)
    theta = np.radians(np.asarray(theta, dtype=float))
    # written so that 0 and 180 degrees are hit exactly
    w = np.stack([np.cos(theta), np.sin(theta) * (theta < math.pi)], axis=-1)
    return population_loss(best_v(np.radians(np.asarray(layer, dtype=float)), teacher), w, teacher)


def _profile(ratio: float) -> dict[str, np.ndarray]:
    return {"profile": profile_loss(np.radians(CURVE), teacher_with(ratio))}


def _map(ratio: float) -> dict[str, np.ndarray]:
    rows = loss_at(ratio, ACROSS, UP[:, None])
    return {f"z{i}": row for i, row in enumerate(rows)}


_STATUS = (
    (
        "Eq(ratio, 0)",
        "No trap: at s = 0 the far end, θ = 180°, is a second global minimum, behind a pass of "
        "height {pass_loss:.3f} at θ = 90°.",
    ),
    (
        "ratio < 0.5",
        "A trap: the loss at θ = 180° is {end_loss:.3f}, behind a pass of height {pass_loss:.3f} "
        "at θ = {saddle:.1f}°; from the trap it is {barrier:.3f} up.",
    ),
    (
        "Eq(ratio, 0.5)",
        "The border: pass and trap have met at θ = 180°. One degenerate saddle is left, of height "
        "{pass_loss:.3f}, and no trap.",
    ),
    (
        "True",
        "No trap and no pass: the least loss rises all the way to {end_loss:.3f} at θ = 180°. The "
        "global minimum is the only critical point.",
    ),
)
_TURN = (
    (
        "d > 1e-9",
        "With the v that is best for {layer_label}, d = {d:.2f}: the dashed line rises, and "
        "descending turns w towards w*.",
    ),
    (
        "d < -1e-9",
        "With the v that is best for {layer_label}, d = {d:.2f}: the dashed line falls, and "
        "descending turns w away from w*.",
    ),
    (
        "True",
        "With the v that is best for {layer_label}, d = 0: the dashed line is flat, and nothing "
        "turns w.",
    ),
)


def _panels(data: dict) -> list[dict]:
    """A trace on the left panel and the same marks on the right one, where both axes are angles."""
    right = {**data, "y": data["x"], "xaxis": "x2", "yaxis": "y2", "showlegend": False}
    return [data, right]


def _mark(x: list, y: list, name: str, symbol: str) -> list[dict]:
    return _panels(
        {
            "type": "scatter",
            "x": x,
            "y": y,
            "name": name,
            "mode": "markers",
            "marker": {
                "symbol": symbol,
                "size": 16 if symbol == "star" else 12,
                "color": "#ffffff",
                "line": {"width": 2, "color": "#222222"},
            },
            "hoverinfo": "x+y+name",
        }
    )


_DASHED = {"color": "@truth", "width": 2.5, "dash": "dash"}
_ANGLE = {
    "tickvals": [0, 90, 180],
    "ticktext": ["0°", "90°", "180°"],
    "fixedrange": True,
}

EXPLORER = Explorer(
    name="landscape",
    title="The landscape, and its trap",
    caption=(
        "Left: the least loss at each angle θ (solid), and the loss for one fixed v (dashed), "
        "which touches it where that v is best. Right: level lines of the loss over θ and over the "
        "angle that v is best for; dark is low, the dotted diagonal is the best v. Losses and d "
        "are in units of N = |v*|². In them nothing here depends on m, but r is at most m/(m+1)."
    ),
    alt=(
        "Two panels. Left, the least loss against θ: up from 0, over a pass and, for small r, down "
        "again to θ = 180°; a dashed straight line touches it. Right, a map of the loss with the "
        "global minimum in one corner and the trap in the opposite one, the saddle between them."
    ),
    controls=(
        Control(
            "ratio",
            "Ratio r = s²/((m+1)N)",
            "range",
            RATIOS,
            tuple(f"{r:.2f}" for r in RATIOS),
            0.15,
        ),
        Control(
            "layer",
            "v is the best one for θ =",
            "range",
            LAYERS,
            tuple(f"{angle}°" for angle in LAYERS),
            150,
        ),
    ),
    tables=(Table(("ratio",), _profile, decimals=4), Table(("ratio",), _map, decimals=4)),
    formulas={
        "c": "1 - layer/90",
        "d": "c + (1 - c)*ratio",
        "here": "((1 - c**2) + (1 - c)**2*ratio)/8",
        "line_near": "here - d*layer/360",
        "line_far": "here + d*(180 - layer)/360",
        "saddle": "Piecewise((90/(1 - ratio), ratio <= 0.5), (nothing, True))",
        "pass_loss": "Piecewise((1/(8*(1 - ratio)), ratio <= 0.5), (nothing, True))",
        "end_loss": "ratio/2",
        "barrier": "Piecewise((pass_loss - end_loss, ratio <= 0.5), (nothing, True))",
        "trap": "Piecewise((180, (ratio > 0) & (ratio < 0.5)), (nothing, True))",
        "second": "Piecewise((180, Eq(ratio, 0)), (nothing, True))",
    },
    figure={
        "data": [
            {
                "type": "contour",
                "x": ACROSS.tolist(),
                "y": UP.tolist(),
                "z": [f"=z{i}" for i in range(UP.size)],
                "zmin": 0,
                "zmax": 0.5,
                "autocontour": False,
                "contours": {"start": 0.025, "end": 0.475, "size": 0.025},
                "colorscale": "Cividis",
                "showscale": False,
                "line": {"color": "#ffffff", "width": 0.6},
                "xaxis": "x2",
                "yaxis": "y2",
                "hovertemplate": "θ = %{x}°, v best for %{y}°: %{z:.3f}<extra></extra>",
            },
            {
                "type": "scatter",
                "x": CURVE.tolist(),
                "y": "=profile",
                "name": "least loss",
                "mode": "lines",
                "line": {"color": "@text", "width": 3},
            },
            {
                "type": "scatter",
                "x": [0, 180],
                "y": ["=line_near", "=line_far"],
                "name": "loss for one v",
                "mode": "lines",
                "line": _DASHED,
            },
            {
                "type": "scatter",
                "x": [0, 180],
                "y": ["=layer", "=layer"],
                "mode": "lines",
                "line": {**_DASHED, "color": "#ffffff"},
                "xaxis": "x2",
                "yaxis": "y2",
                "showlegend": False,
                "hoverinfo": "skip",
            },
            {
                "type": "scatter",
                "x": [0, 180],
                "y": [0, 180],
                "mode": "lines",
                "line": {"color": "#ffffff", "width": 1.5, "dash": "dot"},
                "xaxis": "x2",
                "yaxis": "y2",
                "showlegend": False,
                "hoverinfo": "skip",
            },
            *_mark([0, "=second"], [0, 0], "global minimum", "star"),
            *_mark(["=saddle"], ["=pass_loss"], "saddle", "x"),
            *_mark(["=trap"], ["=end_loss"], "trap", "square"),
            *_mark(["=layer"], ["=here"], "where this v is best", "circle"),
        ],
        "layout": {
            "height": 440,
            "margin": {"l": 55, "r": 14, "t": 10, "b": 90},
            "legend": {"orientation": "h", "x": 0, "y": -0.2, "yanchor": "top"},
            "xaxis": {
                **_ANGLE,
                "domain": [0, 0.47],
                "range": [-6, 186],
                "title": {"text": "θ"},
            },
            "yaxis": {
                "range": [-0.03, 0.53],
                "title": {"text": "loss / N"},
                "fixedrange": True,
            },
            "xaxis2": {
                **_ANGLE,
                "domain": [0.6, 1],
                "anchor": "y2",
                "range": [-6, 186],
                "title": {"text": "θ"},
            },
            "yaxis2": {
                **_ANGLE,
                "anchor": "x2",
                "range": [-6, 186],
                "title": {"text": "v is best for"},
            },
        },
        # On a phone the panels stand one above the other.
        "narrow": {
            "height": 720,
            "legend": {"orientation": "h", "x": 0, "y": -0.1, "yanchor": "top"},
            "margin": {"l": 60, "r": 14, "t": 10, "b": 120},
            "xaxis": {"domain": [0, 1]},
            "yaxis": {"domain": [0.58, 1]},
            "xaxis2": {"domain": [0, 1]},
            "yaxis2": {"domain": [0, 0.46]},
        },
    },
    sentences=tuple(
        Sentence(f"({when}) & ({turn})", f"{status} {turning}")
        for when, status in _STATUS
        for turn, turning in _TURN
    ),
    rows=(
        ("Least loss at θ = 180°, over N", "{end_loss:.3f}"),
        ("Loss for this v at θ = 0°, over N", "{line_near:.3f}"),
        ("Loss for this v at θ = 180°, over N", "{line_far:.3f}"),
        ("d over N", "{d:.2f}"),
    ),
)
