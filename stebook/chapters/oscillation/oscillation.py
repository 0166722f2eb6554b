"""The oscillation explorer: descent from next to the spurious minimum, loss, angle and |w|."""

import math
from functools import cache

import numpy as np

from ste.cycle import limit_cycle
from ste.descent import Trajectory, descend
from ste.model import Teacher
from ste.zoo import get_estimator
from stebook import plots
from stebook.chapters.styles import chosen_style, estimator_control
from stebook.chapters.teachers import saddle_and_trap
from stebook.controls import menu, slider
from stebook.explorer import Explorer, Sentence, Table

M = 8
STEPS = 900
#: So many marks of the predicted period at the most; the shortest period fills all steps.
TICKS = 160
#: Closer together around r* = 0.215.
RATIOS = (0.05, 0.1, 0.15, 0.175, 0.2, 0.21, 0.22, 0.25, 0.3, 0.4, 0.45)
RATES = (0.02, 0.05, 0.1)
START_NORM = 0.2
START_ANGLE = math.pi - 1e-3


@cache
def teacher_with(ratio: float) -> Teacher:
    """v* = a 1 + b (1, -1, 1, ...) with a^2 + b^2 = 1, so |v*|^2 = m, and a set by the ratio r."""
    level = math.sqrt(ratio * (M + 1) / M)
    alternating = (-1.0) ** np.arange(M)
    return Teacher(level + math.sqrt(1.0 - level**2) * alternating, [1.0, 0.0])


def spike_steps(angle: np.ndarray) -> np.ndarray:
    """Steps at which w has just come across the origin, from theta near pi to theta near 0."""
    return 1 + np.flatnonzero((angle[1:] < math.pi / 2) & (angle[:-1] > math.pi / 2))


@cache
def _runs(estimator: str, ratio: float) -> Trajectory:
    """The runs at all learning rates, as one batch."""
    teacher = teacher_with(ratio)
    w0 = START_NORM * np.array([math.cos(START_ANGLE), math.sin(START_ANGLE)])
    v0 = saddle_and_trap(teacher)[1].v
    return descend(v0, w0, teacher, get_estimator(estimator), RATES, STEPS)


def _run(estimator: str, rate: float, ratio: float) -> dict[str, float | np.ndarray]:
    runs, i = _runs(estimator, ratio), RATES.index(rate)
    loss, angle = runs.loss[:, i], runs.angle[:, i]
    spikes = spike_steps(angle)
    late = spikes[len(spikes) // 2 :]
    still_cycling = len(late) > 2 and STEPS - late[-1] <= 2 * np.diff(late).max()
    period = limit_cycle(teacher_with(ratio)).period
    ticks = np.full(TICKS, np.nan)
    if estimator == "identity" and period is not None:
        # counted from a crossing in the middle, both ways: the start is not yet in the rhythm
        ticks = late[0] + period * (np.arange(TICKS) - late[0] // period)
        ticks[ticks > STEPS] = np.nan
    return {
        "loss": loss,
        "angle": np.degrees(angle),
        "ticks": ticks,
        "spikes": float(len(spikes)),
        "measured": float(np.diff(late).mean()) if still_cycling else math.nan,
        "height": float(loss[STEPS // 2 :].max() - loss[STEPS // 2 :].min()),
        "last_spike": float(spikes[-1]) if len(spikes) else math.nan,
        "last_loss": float(loss[-1]),
    }


def _norm(estimator: str, rate: float, ratio: float) -> dict[str, np.ndarray]:
    return {"norm": _runs(estimator, ratio).norm[:, RATES.index(rate)]}


def _theory(ratio: float) -> dict[str, float]:
    teacher = teacher_with(ratio)
    cycle = limit_cycle(teacher)
    return {
        "period": math.nan if cycle.period is None else cycle.period,
        "threshold": cycle.threshold,
        "spurious_loss": saddle_and_trap(teacher)[1].loss,
    }


def _record(column: str, row: int) -> plots.Piece:
    """One of three rows over the same steps."""
    # No dash: it would hide spikes of one step. The sentence says which estimator this is.
    line = plots.stroke("=colour", 1.4)
    axis = plots.numbered("y", row)
    steps = list(range(STEPS + 1))
    return plots.scatter(steps, f"={column}", column, line=line, yaxis=axis, showlegend=False)


EXPLORER = Explorer(
    name="oscillation",
    title="Descent from next to a spurious minimum",
    caption=(
        f"Coarse gradient descent on the population with m = {M}, from the spurious v and a "
        f"filter of length {START_NORM} that is 0.001 radians off θ = π; {STEPS} steps. The "
        "marks on top show the predicted period of identity, counted both ways from a "
        "crossing in the middle."
    ),
    alt=(
        "Three panels against the step: the loss, the angle θ and the length of w. Under identity "
        "with small r the loss spikes at regular intervals while the length of w falls and jumps."
    ),
    controls=(
        estimator_control("identity"),
        menu("rate", "Learning rate η", RATES, 0.05),
        slider("ratio", "Ratio r = s²/((m+1)N)", RATIOS, 0.1, "{:.3f}".format),
    ),
    tables=(
        Table(("estimator", "rate", "ratio"), _run, decimals=2),
        Table(("estimator", "rate", "ratio"), _norm, decimals=3),
        Table(("ratio",), _theory),
        Table(("estimator",), chosen_style),
    ),
    formulas={"escaped": "Piecewise((1, (last_loss < 0.1) & (spikes > 0)), (0, True))"},
    figure=plots.figure(
        [
            _record("loss", 1),
            plots.scatter(
                "=ticks",
                [4.3] * TICKS,
                "predicted",
                # strokes, which stay apart on a phone where triangles would make a band
                marker=plots.marker("@text", 7, symbol="line-ns-open", line={"width": 1.5}),
                yaxis="y",
                showlegend=False,
                hoverinfo="x",
            ),
            _record("angle", 2),
            _record("norm", 3),
        ],
        plots.layout(
            460,
            (58, 10, 10, 45),
            xaxis=plots.axis("step", standoff=4, range=(0, STEPS), anchor="y3"),
            yaxis=plots.axis("loss", domain=(0.62, 1), range=(-0.1, 4.6)),
            yaxis2=plots.axis(
                "θ", domain=(0.34, 0.56), range=(-12, 192), ticks=plots.degrees(0, 90, 180)
            ),
            yaxis3=plots.axis("|w|", domain=(0, 0.28), rangemode="tozero", nticks=4),
        ),
    ),
    sentences=(
        Sentence(
            "Ne(estimator, 0) & Eq(spikes, 0)",
            "With {estimator_label}, the run stays: after all steps the loss is {last_loss:.3f}, "
            "that of the spurious minimum is {spurious_loss:.3f}. It is faithful to the "
            "landscape, traps included.",
        ),
        Sentence(
            "Eq(escaped, 1)",
            "With {estimator_label}, the run escapes: r = {ratio_label} is above r* = "
            "{threshold:.3f}. After {spikes:.0f} crossings of the origin, the last at step "
            "{last_spike:.0f}, it goes to the global minimum; the loss ends at {last_loss:.3f}.",
        ),
        Sentence(
            "(period > 0) & (measured > 0)",
            "With {estimator_label}, the run oscillates: predicted period {period:.2f} steps, "
            "measured {measured:.2f} over the second half of {spikes:.0f} crossings; the spikes "
            "are {height:.2f} high. r = {ratio_label} is below r* = {threshold:.3f}.",
        ),
        Sentence(
            "ratio > threshold",
            "With {estimator_label}, the run lingers: r = {ratio_label} is above r* = "
            "{threshold:.3f}, so no cycle is in balance, but close to r* the way out is slow. It "
            "has crossed the origin {spikes:.0f} times, and the loss is {last_loss:.3f}.",
        ),
        Sentence(
            "True",
            "With {estimator_label}, the run has crossed the origin {spikes:.0f} times and is "
            "still on its way: the loss is {last_loss:.3f}. r = {ratio_label}, r* = "
            "{threshold:.3f}.",
        ),
    ),
    rows=(
        ("Predicted period in steps", "{period:.2f}"),
        ("Measured period in steps", "{measured:.2f}"),
        ("Crossings of the origin", "{spikes:.0f}"),
        ("Loss at the end", "{last_loss:.3f}"),
    ),
)
