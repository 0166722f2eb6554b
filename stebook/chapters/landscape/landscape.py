"""The landscape explorer: the least loss at each angle, and a map over angle and second layer."""

import math
from dataclasses import replace
from functools import cache
from typing import Any

import numpy as np

from ste.landscape import best_v, population_loss, profile_loss
from ste.model import Teacher
from stebook import plots
from stebook.chapters.own import teacher_of
from stebook.controls import slider
from stebook.explorer import Explorer, Sentence, Table

#: Nothing that is drawn depends on m; this one lets the ratio go up to m/(m + 1) = 0.8.
M = 4
RATIOS = tuple(round(0.05 * i, 2) for i in range(16))
LAYERS = tuple(range(0, 181, 5))
#: Angles of the curve, and of the map's columns and rows, in degrees.
CURVE = np.linspace(0.0, 180.0, 73)
ACROSS = np.linspace(0.0, 180.0, 37)
UP = np.linspace(0.0, 180.0, 25)


@cache
def teacher_with(ratio: float) -> Teacher:
    """v* = a 1 + b (1, -1, 1, -1) with N = |v*|^2 = 1 and s^2 = r (m + 1); m has room for r."""
    m = max(M, 2 * math.ceil(0.5 * ratio / (1.0 - ratio)))
    level = math.sqrt(ratio * (m + 1)) / m
    alternating = (-1.0) ** np.arange(m)
    return Teacher(level + math.sqrt(max(1.0 / m - level**2, 0.0)) * alternating, [1.0, 0.0])


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
        "No trap: the far end is a second global minimum. At s = 0 both ends have the loss 0.",
    ),
    ("ratio < 0.5", "A trap lies at θ = 180°, behind a pass."),
    (
        "Eq(ratio, 0.5)",
        "The border: pass and trap have met at θ = 180°. One degenerate saddle is left, and no "
        "trap.",
    ),
    (
        "True",
        "No trap and no pass: the least loss rises all the way. Only the global minimum is "
        "critical.",
    ),
)
_TURN = (
    ("d > 1e-9", "The dashed line rises, so descending turns w towards w*."),
    ("d < -1e-9", "The dashed line falls, so descending turns w away from w*."),
    ("True", "The dashed line is flat, so nothing turns w."),
)


_WHITE = "#ffffff"
_SIDES = [0, 180]


def _angles(title: str, **more: Any) -> plots.Piece:
    return plots.axis(title, ticks=plots.degrees(0, 90, 180), range=(-6, 186), **more)


def _over_the_map(y: list, line: plots.Piece) -> plots.Piece:
    return plots.scatter(_SIDES, y, line=line, panel=2, hoverinfo="skip")


def _on_both(
    x: list, y: list, name: str, symbol: str, side: str, size: float = 12
) -> list[plots.Piece]:
    """Marks on the left panel, with a name, and on the right one, where both axes are angles."""
    mark = plots.marker(_WHITE, size, symbol=symbol, line=plots.stroke("#222222", 2))
    plain = plots.scatter(x, y, name, marker=mark, hoverinfo="x+y+name", showlegend=False)
    named = {**plain, **plots.named(side), "textfont": {"color": "@text"}}
    return [named, {**plain, "y": x, "xaxis": "x2", "yaxis": "y2"}]


def _with_teacher(explorer: Explorer, teacher: object) -> Explorer:
    """With the teacher's r among the ratios, where it starts: of a teacher nothing else is seen."""
    mine, control = teacher_of(teacher), explorer.control("ratio")
    ratio = float(mine.s**2 / ((mine.m + 1) * mine.N))
    labels = dict(zip(control.values, control.labels, strict=True))
    labels[ratio] = f"{ratio:.3f} (yours)"
    grid = tuple(sorted(labels))
    more = replace(control, values=grid, labels=tuple(labels[each] for each in grid), default=ratio)
    controls = tuple(more if each is control else each for each in explorer.controls)
    return replace(explorer, controls=controls)


EXPLORER = Explorer(
    name="landscape",
    title="For r between 0 and 1/2 a trap lies opposite to w*",
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
        slider("ratio", "Ratio r = s²/((m+1)N)", RATIOS, 0.15, "{:.2f}".format, walk=True),
        slider("layer", "v is the best one for θ =", LAYERS, 150, "{}°".format, walk=True),
    ),
    tables=(Table(("ratio",), _profile, decimals=4), Table(("ratio",), _map, decimals=4)),
    presets={
        "at the trap": {"layer": 180},
        "at the saddle": {"ratio": 0.1, "layer": 100},
        "trap and saddle meet": {"ratio": 0.5, "layer": 180},
        "no trap": {"ratio": 0.6, "layer": 180},
    },
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
    figure=plots.figure(
        [
            plots.contour(
                ACROSS,
                UP,
                [f"=z{i}" for i in range(UP.size)],
                zmin=0,
                zmax=0.5,
                autocontour=False,
                contours={"start": 0.025, "end": 0.475, "size": 0.025},
                line=plots.stroke(_WHITE, 0.6),
                xaxis="x2",
                yaxis="y2",
                hovertemplate="θ = %{x}°, v best for %{y}°: %{z:.3f}<extra></extra>",
            ),
            plots.scatter(
                CURVE,
                "=profile",
                "least loss",
                line=plots.stroke("@text", 3),
                **plots.named("along", 0.25),
            ),
            plots.scatter(
                _SIDES,
                ["=line_near", "=line_far"],
                "loss for one v",
                line=plots.stroke("@truth", 2.5, "dash"),
                **plots.named("along", 0.15),
            ),
            _over_the_map(["=layer", "=layer"], plots.stroke(_WHITE, 2.5, "dash")),
            _over_the_map(_SIDES, plots.stroke(_WHITE, 1.5, "dot")),
            *_on_both([0, "=second"], [0, 0], "global minimum", "star", "right", size=16),
            *_on_both(["=saddle"], ["=pass_loss"], "saddle", "x", "above"),
            *_on_both(["=trap"], ["=end_loss"], "trap", "square", "below"),
            *_on_both(["=layer"], ["=here"], "here v is best", "circle", "below"),
        ],
        plots.layout(
            440,
            (55, 14, 10, 45),
            xaxis=_angles("θ", domain=(0, 0.47)),
            yaxis=plots.axis("loss / N", range=(-0.03, 0.53)),
            xaxis2=_angles("θ", domain=(0.6, 1), anchor="y2"),
            yaxis2=_angles("v is best for", anchor="x2"),
        ),
        narrow=plots.layout(
            380,
            (50, 14, 10, 40),
            **plots.stacked(upper=(0.56, 1), lower=(0, 0.44)),
        ),
    ),
    sentences=tuple(
        Sentence(f"({when}) & ({turn})", f"{status} {turning}")
        for when, status in _STATUS
        for turn, turning in _TURN
    ),
    rows=(
        ("Far end", "{end_loss:.3f}"),
        ("Climb to the pass", "{barrier:.3f}"),
        ("Pass", "{pass_loss:.3f} at {saddle:.1f}°"),
        ("d", "{d:.2f}"),
        ("Loss for this v at θ = 0°", "{line_near:.3f}"),
        ("Loss for this v at θ = 180°", "{line_far:.3f}"),
    ),
    chips=4,
    own={"teacher": _with_teacher},
)
