"""The designer: put a proxy together, see its moments, what it leaves over, and the verdict."""

import math
from functools import cache

import numpy as np

from ste.estimators import Estimator
from ste.landscape import critical_points
from ste.model import Teacher
from ste.moments import Moments
from stebook.explorer import Control, Explorer, Sentence, Table

TEACHER = Teacher(v=[1.0, -0.5, 0.8, 0.3], w=[1.0, 0.0])
POINTS = critical_points(TEACHER)
SLOPES = tuple(round(0.1 * i, 1) for i in range(11))
#: A clip so far out that a double sees none.
NO_CLIP = 100.0
CLIPS = (0.5, 1.0, 2.0, NO_CLIP)
PLACES = tuple(-2.0 + 0.25 * i for i in range(17))
HALF_WIDTH = 0.5
END = 3.0


def sides(clip: float) -> tuple[Estimator, Estimator]:
    """The windows (-clip, 0) and (0, clip)."""
    return (
        Estimator("left", lambda x: ((x < 0.0) & (x > -clip)).astype(float), (-clip, 0.0)),
        Estimator("right", lambda x: ((x > 0.0) & (x < clip)).astype(float), (0.0, clip)),
    )


def bump(place: float) -> Estimator:
    """A hat of height 1 and half-width 0.5."""
    return Estimator(
        "bump",
        lambda x: np.maximum(0.0, 1.0 - np.abs(x - place) / HALF_WIDTH),
        (place - HALF_WIDTH, place, place + HALF_WIDTH),
    )


def designed(left: float, right: float, clip: float, height: float, place: float) -> Estimator:
    """The proxy that the controls put together."""
    one, other = sides(clip)
    return (left * one + right * other + height * bump(place)).renamed("designed")


def _named(parts: Moments, name: str) -> dict[str, float]:
    return {
        f"plus_{name}": float(parts.a_plus),
        f"minus_{name}": float(parts.a_minus),
        f"level_{name}": float(parts.b_y_over_sin),
    }


@cache
def _windows(clip: float) -> dict[str, float]:
    one, other = (side.moments(1.0, POINTS.saddle.theta) for side in sides(clip))
    return {**_named(one, "left"), **_named(other, "right")}


@cache
def _hat(place: float) -> dict[str, float]:
    at_0 = max(0.0, 1.0 - abs(place) / HALF_WIDTH)
    return {**_named(bump(place).moments(1.0, POINTS.saddle.theta), "bump"), "bump_at_0": at_0}


def _places() -> tuple[float, ...]:
    """Where the curve is drawn on the right side: jumps are doubled."""
    grid = np.arange(0.0, END + 1e-9, 0.125)
    jumps = [clip + sign * 1e-6 for clip in CLIPS[:3] for sign in (-1, 1)]
    return tuple(sorted({*grid[1:].tolist(), 1e-6, *jumps}))


_RIGHT = _places()
_LEFT = tuple(-x for x in reversed(_RIGHT))


def _height_at(x: float) -> str:
    slope = "left" if x < 0 else "right"
    return (
        f"Piecewise(({slope}, clip > {abs(x)!r}), (0, True)) "
        f"+ height*Max(0, 1 - Abs(place - ({x!r}))/{HALF_WIDTH})"
    )


def _curve(points: tuple[float, ...], name: str, start: int, colour: str, fill: str) -> dict:
    return {
        "type": "scatter",
        "x": list(points),
        "y": [f"=g{start + i}" for i in range(len(points))],
        "mode": "lines",
        "name": name,
        "line": {"color": colour, "width": 2.5},
        "fill": "tozeroy",
        "fillcolor": fill,
        "hoverinfo": "skip",
    }


def _bar(values: list[str], colour: str) -> dict:
    return {
        "type": "bar",
        "x": list(range(len(values))),
        "y": [f"={value}" for value in values],
        "text": [f"~{{{value}:.3f}}" for value in values],
        "textposition": "outside",
        "cliponaxis": False,
        "marker": {"color": colour},
        "xaxis": "x2",
        "yaxis": "y2",
        "showlegend": False,
        "hoverinfo": "skip",
    }


_SADDLE = float(POINTS.saddle.v @ POINTS.saddle.v)
_TRAP = 2 * (TEACHER.m - 1) * TEACHER.s**2 / (TEACHER.m + 1) ** 2
_R = TEACHER.s**2 / ((TEACHER.m + 1) * TEACHER.N)
_M = TEACHER.m / (TEACHER.m + 1)
_LEFT_OVER = (
    "On the left it leaves {trap:.3f} at the trap and {saddle:.3f} at the saddle, so it fails."
)

EXPLORER = Explorer(
    name="designer",
    title="Design your own proxy",
    caption=(
        "Top: the proxy derivative μ', two slopes that end at the clip, and a bump; what lies left "
        "of 0 is shaded. Bottom, at |w| = 1: its moments on either side, B_y at the saddle, and "
        "the length of the expected coarse gradient at the saddle and at the spurious minimum "
        "(the trap) of the teacher v* = (1, \N{MINUS SIGN}0.5, 0.8, 0.3)."
    ),
    alt=(
        "Above, the curve of the proxy derivative over the pre-activation. Below, five bars: "
        "the two half moments, the tangential moment, and what is left over at saddle and trap; "
        "the last two are zero exactly when nothing of the curve lies left of zero."
    ),
    controls=(
        Control("left", "Slope on the left", "range", SLOPES, tuple(f"{x:g}" for x in SLOPES), 0.2),
        Control(
            "right", "Slope on the right", "range", SLOPES, tuple(f"{x:g}" for x in SLOPES), 1.0
        ),
        Control("clip", "Clip", "select", CLIPS, ("0.5", "1", "2", "none"), 1.0),
        Control(
            "height", "Height of the bump", "range", SLOPES, tuple(f"{x:g}" for x in SLOPES), 0.0
        ),
        Control(
            "place", "Place of the bump", "range", PLACES, tuple(f"{x:g}" for x in PLACES), -1.0
        ),
    ),
    tables=(Table(("clip",), _windows, digits=8), Table(("place",), _hat, digits=8)),
    formulas={
        **{f"g{i}": _height_at(x) for i, x in enumerate((*_LEFT, *_RIGHT))},
        **{
            part: f"left*{part}_left + right*{part}_right + height*{part}_bump"
            for part in ("plus", "minus", "level")
        },
        "tangential": f"level*{math.sin(POINTS.saddle.theta)!r}",
        "saddle": f"{_SADDLE!r}*minus",
        "trap": f"{_TRAP!r}*minus",
        "below": "left + height*bump_at_0",
        "above": "right + height*bump_at_0",
        "share": "Piecewise((2*below/(below + above), below + above > 0), (0, True))",
        "threshold": f"1/(2 + share*{_M!r} + 2*sqrt(share*{2 * _M - 1!r}))",
        "linear": f"1 - (2 + 2*share - 3*share*{_M!r})*{_R!r}",
        "constant": f"share*{(2 * _M - 1) * _R!r}",
        "disc": f"linear**2 - 4*(1 - (1 + share*{1 - _M!r})*{_R!r})*constant",
        "period": (
            f"Piecewise(((linear + sqrt(Max(disc, 0)))/Max(constant, 0.000001), "
            f"(share > 0) & (threshold > {_R!r})), (nothing, True))"
        ),
    },
    figure={
        "data": [
            _curve(_LEFT, "x < 0", 0, "#CC79A7", "rgba(204,121,167,0.35)"),
            _curve(_RIGHT, "x > 0", len(_LEFT), "@truth", "rgba(120,120,120,0.15)"),
            _bar(["plus", "minus", "tangential", "saddle", "trap"], "#56B4E9"),
        ],
        "layout": {
            "height": 470,
            "margin": {"l": 48, "r": 10, "t": 14, "b": 45},
            "legend": {"orientation": "h", "x": 1, "xanchor": "right", "y": 1.0, "yanchor": "top"},
            "xaxis": {
                "range": [-END, END],
                "title": {"text": "pre-activation x", "standoff": 4},
                "anchor": "y",
                "fixedrange": True,
            },
            "yaxis": {
                "domain": [0.52, 1],
                "range": [-0.05, 2.05],
                "title": {"text": "μ'"},
                "fixedrange": True,
            },
            "xaxis2": {
                "anchor": "y2",
                "range": [-0.6, 4.6],
                "tickvals": [0, 1, 2, 3, 4],
                "ticktext": ["A₊", "A₋", "B_y", "left over<br>at saddle", "left over<br>at trap"],
                "fixedrange": True,
            },
            "yaxis2": {"domain": [0, 0.36], "range": [0, 0.65], "nticks": 4, "fixedrange": True},
        },
        # On a phone the long labels would be turned, and the last one dropped.
        "narrow": {
            "height": 520,
            "margin": {"l": 40, "r": 6, "t": 14, "b": 55},
            "xaxis2": {"tickangle": 0, "ticktext": ["A₊", "A₋", "B_y", "saddle", "trap"]},
        },
    },
    sentences=(
        Sentence(
            "Eq(plus + minus, 0)",
            "A proxy that is zero everywhere: the filter never moves.",
        ),
        Sentence(
            "Eq(minus, 0)",
            "Nothing lies left of 0, so A₋ = 0: nothing is left over at the saddle or at the trap, "
            "and the proxy passes. It rests where the landscape rests, traps included.",
        ),
        Sentence(
            "Eq(below + above, 0)",
            _LEFT_OVER + " But it is zero around 0: the shorter w, the less it sees, so w "
            "shrinks ever more slowly and the cycle at the origin is out of reach.",
        ),
        Sentence(
            "Eq(below, 0)",
            _LEFT_OVER + " Next to 0 it is flat on the left, so w shrinks ever more slowly on its "
            "way to the origin and no cycle is predicted.",
        ),
        Sentence(
            "period > 0",
            _LEFT_OVER + " Its limits at 0 are {below:.2f} and {above:.2f}: near the trap, for a "
            "small learning rate, it cycles every {period:.1f} steps (r* = {threshold:.3f} is "
            f"above r = {_R:.3f}).",
        ),
        Sentence(
            "True",
            _LEFT_OVER + " Its limits at 0 are {below:.2f} and {above:.2f}: for a small learning "
            "rate it drives w through the origin and leaves this trap (r* = {threshold:.3f} is "
            f"below r = {_R:.3f}).",
        ),
    ),
    rows=(
        ("A₊", "{plus:.4f}"),
        ("A₋", "{minus:.4f}"),
        ("B_y at the saddle", "{tangential:.4f}"),
        ("Left over at the saddle", "{saddle:.4f}"),
        ("Left over at the trap", "{trap:.4f}"),
    ),
)
