"""The outcomes explorer: where a run from next to the trap cycles, escapes or stays."""

import math
from functools import cache
from typing import Any

import numpy as np

from ste.cycle import (
    ReducedRuns,
    cycle_period,
    cycle_threshold,
    descend_reduced,
    relative_slope,
    stability_limit,
)
from stebook import plots
from stebook.controls import menu, slider
from stebook.explorer import Explorer, Sentence, Table
from stebook.theme import BLUE, SKY, VERMILION

UNITS = (2, 4, 8)
RATIOS = tuple(round(0.05 + 0.02 * i, 2) for i in range(23))
LEAKS = (0.0, 0.02, 0.05, *(round(0.1 * i, 1) for i in range(1, 11)))
RATE = 0.05
STEPS = 6_000
START_NORM = 0.005
#: So close to the axis that no run is thrown off it before it has settled.
START_OFF = 1e-250
#: Outcomes in the order of their traces.
STAYS, CYCLES, ESCAPES = range(3)
_LOOKS = {
    STAYS: ("stays", BLUE, "square"),
    CYCLES: ("cycles", VERMILION, "x"),
    ESCAPES: ("escapes", SKY, "circle-open"),
}
#: Leaks at which the curves of the theory are drawn.
_CURVE = np.linspace(0.0, 1.0, 51)


@cache
def runs(m: int) -> ReducedRuns:
    """One vectorised run for all places of the map; axes are leaks and ratios."""
    leaks, ratios = np.array(LEAKS)[:, None], np.array(RATIOS)
    return descend_reduced(
        float(m), ratios, leaks, 1.0, RATE, STEPS, norm=START_NORM, off=START_OFF
    )


@cache
def outcomes(m: int) -> np.ndarray:
    """`STAYS`, `CYCLES` or `ESCAPES` at each place of the map."""
    ends = runs(m)
    return np.where(ends.escaped, ESCAPES, np.where(ends.crossings > 0, CYCLES, STAYS))


@cache
def _map(m: int) -> dict[str, np.ndarray]:
    leaks = np.broadcast_to(np.array(LEAKS)[:, None], (len(LEAKS), len(RATIOS)))
    ends = outcomes(m)
    return {
        f"leaks_{outcome}": np.where(ends == outcome, leaks, np.nan).ravel() for outcome in _LOOKS
    }


@cache
def _curves(m: int) -> dict[str, np.ndarray]:
    return {
        "threshold_curve": cycle_threshold(m, relative_slope(_CURVE, 1.0)),
        "stability_curve": stability_limit(m, relative_slope(_CURVE, 1.0)),
    }


def _place(m: int, ratio: float, leak: float) -> dict[str, float]:
    ends, i = runs(m), (LEAKS.index(leak), RATIOS.index(ratio))
    outcome = int(outcomes(m)[i])
    return {
        "outcome": float(outcome),
        "crossings": float(ends.crossings[i]),
        "measured": float(ends.period[i]) if outcome == CYCLES else math.nan,
        "period": float(cycle_period(m, ratio, relative_slope(leak, 1.0))),
    }


@cache
def _theory(m: int, leak: float) -> dict[str, float]:
    kappa = relative_slope(leak, 1.0)
    return {
        "threshold": float(cycle_threshold(m, kappa)),
        "limit": float(stability_limit(m, kappa)),
    }


def _points(outcome: int) -> plots.Piece:
    name, colour, symbol = _LOOKS[outcome]
    return plots.scatter(
        list(RATIOS) * len(LEAKS),
        f"=leaks_{outcome}",
        name,
        marker=plots.marker(colour, 7, symbol=symbol),
        hoverinfo="skip",
    )


def _curve(column: str, name: str, dash: str, **more: Any) -> plots.Piece:
    line = plots.stroke("@text", 2, dash)
    return plots.scatter(
        f"={column}",
        _CURVE.round(3),
        name,
        line=line,
        **{"hoverinfo": "skip", "showlegend": False, **more},
    )


EXPLORER = Explorer(
    name="outcomes",
    title="Without a leak runs stay in the trap; with one they leave",
    caption=(
        f"Each mark is a run of {STEPS:,} steps on the population with a leaky ReLU of slope λ on "
        "the left, started next to the spurious minimum with w on the axis of w* (|v*| = 1, "
        f"η = {RATE}); there is no noise that would take w off it. The solid "
        "line is the theory's r*(m, λ); left of it a cycle is in balance. Between the dotted line "
        "and the solid one the cycle is in balance but not stable. The ring is the chosen place."
    ),
    alt=(
        "A map with the ratio r across and the leak λ upwards. Runs cycle on the left and escape "
        "on the right; the theory's threshold curve bends from r = 1/2 at λ = 0 to the left as λ "
        "grows and separates the two. At λ = 0 all runs stay."
    ),
    controls=(
        menu("m", "Hidden units m", UNITS, 4),
        slider("ratio", "Ratio r = s²/((m+1)N)", RATIOS, 0.25, "{:.2f}".format, walk=True),
        slider("leak", "Leak λ", LEAKS, 1.0),
    ),
    tables=(
        Table(("m",), _map),
        Table(("m",), _curves),
        Table(("m", "ratio", "leak"), _place),
        Table(("m", "leak"), _theory),
    ),
    formulas={},
    figure=plots.figure(
        [
            *map(_points, _LOOKS),
            _curve("threshold_curve", "r*(m, λ)", "solid", **plots.named("head")),
            _curve("stability_curve", "stable up to here", "dot"),
            plots.scatter(
                ["=ratio"],
                ["=leak"],
                marker=plots.marker(
                    "@text", 17, symbol="circle-open", line=plots.stroke("@text", 3)
                ),
                hoverinfo="skip",
            ),
        ],
        plots.layout(
            430,
            (58, 10, 34, 45),
            legend=plots.above(),
            xaxis=plots.axis("ratio r", range=(0.03, 0.52)),
            yaxis=plots.axis("leak λ", range=(-0.05, 1.2), ticks=(0, 0.2, 0.4, 0.6, 0.8, 1)),
        ),
        narrow=plots.layout(380, (48, 6, 44, 40)),
    ),
    sentences=(
        Sentence(
            f"Eq(outcome, {STAYS})",
            "The run stays in the trap. With λ = 0 nothing drives w to the origin, so the proxy is "
            "faithful to the landscape.",
        ),
        Sentence(
            f"Eq(outcome, {CYCLES}) & (period > 0) & (measured > 0) & (Abs(measured/period - 1) > "
            "0.05)",
            "The run cycles, but its turns are uneven. So close to the edge of stability v swings "
            "as well.",
        ),
        Sentence(
            f"Eq(outcome, {CYCLES}) & (period > 0) & (measured > 0)",
            "The run cycles. The theory says so too, because r is below r*.",
        ),
        Sentence(
            f"Eq(outcome, {CYCLES}) & (measured > 0)",
            "The run still cycles, although r is above r*. The reason is a learning rate that is "
            "not small, or a slow passage.",
        ),
        Sentence(
            f"Eq(outcome, {CYCLES})",
            "The run is still on its way. It has come across the origin, but too seldom to show a "
            "period.",
        ),
        Sentence(
            "(period > 0) & (ratio > limit)",
            "The run escapes, although a cycle is in balance. The balance lasts up to r*, but "
            "here it is not stable any more.",
        ),
        Sentence(
            "period > 0",
            "The run escapes, although a cycle is in balance. It is stable for small learning "
            f"rates, but so close to the edge η = {RATE} is not small.",
        ),
        Sentence(
            "True",
            "The run escapes to the global minimum. The theory has no cycle here, because r is "
            "above r*.",
        ),
    ),
    rows=(
        ("r*", "{threshold:.3f}"),
        ("Stable up to", "{limit:.3f}"),
        ("Period", "{measured:.2f}"),
        ("theory", "{period:.2f}"),
        ("Crossings", "{crossings:.0f}"),
    ),
    chips=5,
)
