"""The quotient explorer: the mean slope of N samples over a turn h, its noise, who carries it."""

import math
from functools import cache

import numpy as np

from ste.model import Teacher, sigma
from ste.samples import jump_rate
from stebook.explorer import Control, Explorer, Sentence, Table

TEACHER = Teacher(v=[1.0, -0.5, 0.8, 0.3], w=[1.0, 0.0])
V = np.array([0.9, 0.2, 0.5, -0.3])
THETA = 1.0
TURNS = (0.0003, 0.001, 0.003, 0.01, 0.03, 0.1, 0.3)
SAMPLES = (100, 1000, 10_000, 100_000)
#: So many independent sets of samples are drawn.
DRAWS = 12
#: Turning straight away from w*, the mean loss rises at this rate: d/(2 pi).
SLOPE = float(V @ TEACHER.v) / (2.0 * math.pi)


def filter_at(theta: float) -> np.ndarray:
    """A unit filter at the angle theta to w*."""
    return np.array([math.cos(theta), math.sin(theta)])


RATE = float(jump_rate(V, filter_at(THETA), TEACHER))


def _losses(theta: float, Z: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """`ste.sample_loss` with the labels known; so many samples would take seconds by the other."""
    return 0.5 * np.square(sigma(Z @ filter_at(theta)) @ V - labels)


@cache
def _draws() -> tuple[np.ndarray, np.ndarray]:
    """Mean change over the turn, and how many losses changed: (samples, turns, draws)."""
    slopes = np.empty((len(SAMPLES), len(TURNS), DRAWS))
    counts = np.empty_like(slopes)
    rng = np.random.default_rng(2)
    for draw in range(DRAWS):
        Z = rng.standard_normal((SAMPLES[-1], TEACHER.m, TEACHER.n))
        labels = sigma(Z @ TEACHER.w) @ TEACHER.v
        before = _losses(THETA, Z, labels)
        for j, turn in enumerate(TURNS):
            change = _losses(THETA + turn, Z, labels) - before
            for i, samples in enumerate(SAMPLES):  # a smaller set is the beginning of a larger one
                slopes[i, j, draw] = change[:samples].mean() / turn
                # a loss that comes back to its old value by another sum differs in the last digit
                counts[i, j, draw] = np.count_nonzero(np.abs(change[:samples]) > 1e-9)
    return slopes, counts


def _band(samples: int) -> dict[str, np.ndarray]:
    error = np.array([standard_error(turn, samples) for turn in TURNS])
    slopes = _draws()[0][SAMPLES.index(samples)]
    return {
        "upper": SLOPE + 2.0 * error,
        "lower": SLOPE - 2.0 * error,
        "estimates": np.clip(slopes, -LIMIT, LIMIT).ravel(),
    }


def standard_error(turn: float, samples: int) -> float:
    """Standard error of the mean slope, its leading part: sqrt(C / (N h))."""
    return math.sqrt(RATE / (samples * turn))


def _state(turn: float, samples: int) -> dict[str, float]:
    slopes, counts = (part[SAMPLES.index(samples), TURNS.index(turn)] for part in _draws())
    return {
        # Slopes are multiples of a jump over N h, often on the edge between two roundings: cut off
        # what the sum has left beyond, so that the page and Python round the same number.
        "first": round(float(slopes[0]), 9),
        "shown": float(np.clip(slopes[0], -LIMIT, LIMIT)),
        "count": float(counts[0]),
        "share": 100.0 * float(counts[0]) / samples,
        "silent": float(np.count_nonzero(counts == 0)),
        "wrong": float(np.count_nonzero(slopes <= 0.0)),
        "error": standard_error(turn, samples),
    }


def _shares(samples: int) -> dict[str, np.ndarray]:
    counts = _draws()[1][SAMPLES.index(samples)]
    return {"shares": np.where(counts[:, 0] > 0, 100.0 * counts[:, 0] / samples, np.nan)}


#: The figure ends here; estimates beyond are drawn on its edge.
LIMIT = 1.5
_X = list(TURNS)
_ALL = [turn for turn in TURNS for _ in range(DRAWS)]


def _label(turn: float) -> str:
    return f"{turn:g}"


EXPLORER = Explorer(
    name="quotient",
    title="A slope from differences",
    caption=(
        "The filter is turned by h, from θ = 1 straight away from w*, and the change of the loss "
        "is divided by h. Upper panel: the mean over N samples, for twelve independent sets of "
        "samples (the large marker is the first set), the true slope (line), and two standard "
        "errors about it (band, √(C/(N h)) with the C of this chapter); estimates beyond ±1.5 are "
        "drawn on the edge. Lower panel: the share of the first set's losses that change at all; "
        "a point is missing where none does. v* = "
        "(1, -0.5, 0.8, 0.3), v = (0.9, 0.2, 0.5, -0.3)."
    ),
    alt=(
        "Two panels against the turn h on a logarithmic scale. Above, slope estimates scatter "
        "about the true slope in a band that widens as h shrinks. Below, the share of losses that "
        "change, which falls in proportion to h."
    ),
    controls=(
        Control("turn", "Turn h (radians)", "range", TURNS, tuple(map(_label, TURNS)), 0.03),
        Control(
            "samples",
            "Samples N",
            "select",
            SAMPLES,
            tuple(f"{n:,}" for n in SAMPLES),
            1000,
        ),
    ),
    tables=(
        Table(("samples",), _band),
        Table(("samples",), _shares, decimals=4),
        Table(("turn", "samples"), _state, digits=12),
    ),
    formulas={"ratio": f"error/{SLOPE!r}"},
    figure={
        "data": [
            {
                "type": "scatter",
                "x": _X,
                "y": "=upper",
                "mode": "lines",
                "line": {"color": "@grid", "width": 1},
                "showlegend": False,
                "hoverinfo": "skip",
            },
            {
                "type": "scatter",
                "x": _X,
                "y": "=lower",
                "mode": "lines",
                "line": {"color": "@grid", "width": 1},
                "fill": "tonexty",
                "fillcolor": "rgba(128, 128, 128, 0.25)",
                "name": "two standard errors",
                "hoverinfo": "skip",
            },
            {
                "type": "scatter",
                "x": [TURNS[0], TURNS[-1]],
                "y": [SLOPE, SLOPE],
                "mode": "lines",
                "line": {"color": "@truth", "width": 3},
                "name": "true slope",
                "hoverinfo": "skip",
            },
            {
                "type": "scatter",
                "x": _ALL,
                "y": "=estimates",
                "mode": "markers",
                "marker": {"color": "@text", "size": 6, "symbol": "circle-open"},
                "name": "sets of samples",
                "hoverinfo": "skip",
            },
            {
                "type": "scatter",
                "x": ["=turn"],
                "y": ["=shown"],
                "mode": "markers",
                "marker": {
                    "color": "#0072B2",
                    "size": 14,
                    "symbol": "diamond",
                    "line": {"width": 1.5, "color": "@text"},
                },
                "name": "first set",
                "hoverinfo": "y",
            },
            {
                "type": "scatter",
                "x": _X,
                "y": "=shares",
                "mode": "lines+markers",
                "line": {"color": "@text", "width": 1.5},
                "marker": {"color": "@text", "size": 6},
                "xaxis": "x2",
                "yaxis": "y2",
                "showlegend": False,
                "hoverinfo": "skip",
            },
            {
                "type": "scatter",
                "x": ["=turn"],
                "y": ["=share"],
                "mode": "markers",
                "marker": {
                    "color": "#0072B2",
                    "size": 14,
                    "symbol": "diamond",
                    "line": {"width": 1.5, "color": "@text"},
                },
                "xaxis": "x2",
                "yaxis": "y2",
                "showlegend": False,
                "hoverinfo": "y",
            },
        ],
        "layout": {
            "height": 500,
            "margin": {"l": 60, "r": 12, "t": 50, "b": 45},
            "legend": {"orientation": "h", "x": 0, "y": 1.02, "yanchor": "bottom"},
            "xaxis": {
                "type": "log",
                "range": [-3.62, -0.42],
                "anchor": "y",
                "tickvals": _X,
                "showticklabels": False,
                "fixedrange": True,
            },
            "yaxis": {
                "domain": [0.36, 1],
                "anchor": "x",
                "range": [-1.6, 1.6],
                "title": {"text": "mean slope"},
                "fixedrange": True,
            },
            "xaxis2": {
                "type": "log",
                "range": [-3.62, -0.42],
                "anchor": "y2",
                "tickvals": _X,
                "ticktext": [_label(turn) for turn in TURNS],
                "title": {"text": "turn h"},
                "fixedrange": True,
            },
            "yaxis2": {
                "domain": [0, 0.28],
                "anchor": "x2",
                "type": "log",
                "range": [-2.3, 2.2],
                "tickvals": [0.01, 0.1, 1, 10, 100],
                "title": {"text": "% changed"},
                "fixedrange": True,
            },
        },
        "narrow": {"height": 600, "margin": {"l": 60, "r": 12, "t": 100, "b": 45}},
    },
    sentences=(
        Sentence(
            "Eq(count, 0)",
            "h = {turn_label}: none of the {samples_label} losses of the first set changes, so its "
            "estimate is exactly 0. That happens to {silent:.0f} of the 12 sets.",
        ),
        Sentence(
            "ratio > 0.5",
            "h = {turn_label}: {count:.0f} of {samples_label} losses change ({share:.2f} %), and "
            "the mean slope is {first:.3f}. The standard error, {error:.3f}, drowns the true "
            f"slope, {SLOPE:.3f}: "
            "{wrong:.0f} of the 12 sets get no slope or the wrong sign.",
        ),
        Sentence(
            "ratio > 0.1",
            "h = {turn_label}: {count:.0f} of {samples_label} losses change ({share:.2f} %), and "
            "the mean slope is {first:.3f}, with standard error {error:.3f}. The true slope, "
            f"{SLOPE:.3f}, "
            "shows, but roughly.",
        ),
        Sentence(
            "True",
            "h = {turn_label}: {count:.0f} of {samples_label} losses change ({share:.2f} %), and "
            "the mean slope is {first:.3f}, with standard error {error:.3f}: less than a tenth of "
            f"the true slope, {SLOPE:.3f}.",
        ),
    ),
    rows=(
        ("Losses that change", "{count:.0f}"),
        ("Mean slope of the first set", "{first:.3f}"),
        ("Standard error", "{error:.3f}"),
        ("Sets without the right sign", "{wrong:.0f}"),
    ),
)
