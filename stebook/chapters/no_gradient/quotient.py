"""The quotient explorer: the mean slope of K samples over a turn, its noise, who carries it."""

import math
from functools import cache
from typing import Any

import numpy as np

from ste.model import sigma
from ste.samples import jump_rate
from stebook import plots
from stebook.chapters.teachers import TEACHERS, say_vector
from stebook.controls import menu, slider
from stebook.explorer import Explorer, Sentence, Table
from stebook.theme import BLUE

TEACHER = TEACHERS["trap"]
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
    """Standard error of the mean slope, its leading part: sqrt(C_delta / (K delta))."""
    return math.sqrt(RATE / (samples * turn))


def _state(turn: float, samples: int) -> dict[str, float]:
    slopes, counts = (part[SAMPLES.index(samples), TURNS.index(turn)] for part in _draws())
    return {
        # Slopes are multiples of a jump over K delta, often on the edge between two roundings: cut
        # off what the sum has left beyond, so that the page and Python round the same number.
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
_FIRST = plots.Style("first set", BLUE, "solid", "diamond")
_LARGE: plots.Piece = {"size": 14, "hoverinfo": "y"}
_EDGE = plots.stroke("@grid", 1)


def _curve(column: str, line: plots.Piece, name: str | None = None, **more: Any) -> plots.Piece:
    return plots.scatter(list(TURNS), f"={column}", name, line=line, hoverinfo="skip", **more)


def _turns(title: str | None = None, **more: Any) -> plots.Piece:
    return plots.axis(title, type="log", range=(-3.62, -0.42), **more)


EXPLORER = Explorer(
    name="quotient",
    title="The smaller the turn, the larger the slope's standard error",
    caption=(
        "The filter is turned by δ, from θ = 1 straight away from w*, and the change of the loss "
        "is divided by δ. Upper panel: the mean over K samples, for twelve independent sets of "
        "samples (the large marker is the first set), the true slope (line), and two standard "
        "errors about it (band, √(C_δ/(K δ)), C_δ of Measuring the slope); estimates beyond ±1.5 "
        "are drawn on the edge. Lower panel: the share of the first set's losses that change at "
        "all; a point is missing where none does. "
        f"v* = {say_vector(TEACHER.v)}, v = {say_vector(V)}."
    ),
    alt=(
        "Two panels against the turn δ on a logarithmic scale. Above, slope estimates scatter "
        "about the true slope in a band that widens as δ shrinks. Below, the share of losses that "
        "change, which falls in proportion to δ."
    ),
    controls=(
        slider("turn", "Turn δ (radians)", TURNS, 0.03, walk=True),
        menu("samples", "Samples K", SAMPLES, 1000, "{:,}".format),
    ),
    tables=(
        Table(("samples",), _band),
        Table(("samples",), _shares, decimals=4),
        Table(("turn", "samples"), _state, digits=12),
    ),
    formulas={"ratio": f"error/{SLOPE!r}"},
    figure=plots.figure(
        [
            _curve("upper", _EDGE),
            _curve(
                "lower",
                _EDGE,
                "two standard errors",
                **plots.shaded(fill="tonexty"),
                **plots.named("under", 0.9),
            ),
            plots.scatter(
                [TURNS[0], TURNS[-1]],
                [SLOPE, SLOPE],
                "true slope",
                line=plots.stroke("@truth", 3),
                hoverinfo="skip",
                **plots.named("over", 1),
            ),
            plots.scatter(
                [turn for turn in TURNS for _ in range(DRAWS)],
                "=estimates",
                "sets of samples",
                marker=plots.marker("@text", 6, symbol="circle-open"),
                hoverinfo="skip",
                **plots.named("right"),
            ),
            plots.chosen_point(
                "turn", "shown", _FIRST, name="first set", **plots.named("right"), **_LARGE
            ),
            _curve("shares", plots.stroke("@text", 1.5), marker=plots.marker("@text", 6), panel=2),
            plots.chosen_point("turn", "share", _FIRST, panel=2, **_LARGE),
        ],
        plots.layout(
            450,
            (60, 12, 10, 45),
            xaxis=_turns(anchor="y", ticks=TURNS, showticklabels=False),
            yaxis=plots.axis("mean slope", domain=(0.36, 1), anchor="x", range=(-1.6, 1.6)),
            xaxis2=_turns("turn δ", anchor="y2", ticks={turn: f"{turn:g}" for turn in TURNS}),
            yaxis2=plots.axis(
                "% changed",
                domain=(0, 0.28),
                anchor="x2",
                type="log",
                range=(-2.3, 2.2),
                ticks=(0.01, 0.1, 1, 10, 100),
            ),
        ),
        narrow=plots.layout(380, (60, 12, 10, 40)),
    ),
    sentences=(
        Sentence(
            "Eq(count, 0)",
            "No loss of the first set changes: its slope is 0. None of its inputs lies within so "
            "small a turn, so the estimate is exactly 0, as in {silent:.0f} of the sets.",
        ),
        Sentence(
            "ratio > 0.5",
            f"The standard error drowns the true slope, {SLOPE:.3f}. It is over half as large, "
            "because only few losses change.",
        ),
        Sentence(
            "ratio > 0.1",
            f"The true slope, {SLOPE:.3f}, shows, but roughly. The standard error is over a tenth "
            "of it, because not many losses change.",
        ),
        Sentence(
            "True",
            f"The true slope, {SLOPE:.3f}, shows well. The standard error is less than a tenth of "
            "it, because many losses change.",
        ),
    ),
    rows=(
        ("Changed", "{share:.2f} %"),
        ("Mean slope", "{first:.3f}"),
        ("Standard error", "{error:.3f}"),
        ("Wrong or 0", "{wrong:.0f} of 12"),
        ("Losses that change", "{count:.0f}"),
    ),
    chips=4,
)
