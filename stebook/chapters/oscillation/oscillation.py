"""The oscillation explorer: descent from next to the spurious minimum, loss, angle and |w|."""

import json
import math
from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np

from ste.cycle import limit_cycle
from ste.descent import Trajectory, descend
from ste.samples import restless_walk
from ste.zoo import get_estimator
from stebook import plots
from stebook.chapters.oscillation.sampled_runs import (
    BLOCK,
    RATIOS,
    SAMPLED_RATE,
    SAMPLES,
    START_NORM,
    STEPS,
    STORED,
    M,
    spike_steps,
    start,
    teacher_with,
)
from stebook.chapters.styles import chosen_style, estimator_control
from stebook.chapters.teachers import saddle_and_trap
from stebook.controls import menu, slider
from stebook.explorer import Explorer, Sentence, Table

#: So many marks of the predicted period at the most; the shortest period fills all steps.
TICKS = 180
#: Heights of the loss at a mark: they are the teeth of one comb, because one curve is drawn faster.
TOOTH = [4.45, 4.1, 4.45]
#: Identity's colour, for what lies between the ends of a band.
BAND = "rgba(213, 94, 0, 0.35)"
RATES = (0.02, 0.05, 0.1)
#: The panel of |w| ends over the largest swing, at all rates: one sees it go with the rate.
HIGHEST = 0.6


@cache
def _runs(estimator: str, ratio: float) -> Trajectory:
    """The runs at all learning rates, as one batch."""
    teacher = teacher_with(ratio)
    return descend(*start(teacher), teacher, get_estimator(estimator), RATES, STEPS)


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
        "teeth": np.repeat(ticks, len(TOOTH)),
        "spikes": float(len(spikes)),
        "measured": float(np.diff(late).mean()) if still_cycling else math.nan,
        "height": float(loss[STEPS // 2 :].max() - loss[STEPS // 2 :].min()),
        "last_spike": float(spikes[-1]) if len(spikes) else math.nan,
        "last_loss": float(loss[-1]),
        "late_mean": float(loss[STEPS // 2 + 1 :].mean()),
    }


def _norm(estimator: str, rate: float, ratio: float) -> dict[str, np.ndarray]:
    return {"norm": _runs(estimator, ratio).norm[:, RATES.index(rate)]}


@cache
def stored() -> dict[str, dict[str, Any]]:
    """All runs on samples by "samples ratio"."""
    return json.loads(STORED.read_text(encoding="utf-8"))


def _sampled(samples: str, ratio: float) -> dict[str, float]:
    seen = stored().get(f"{samples} {ratio}", {})
    numbers = ("spikes", "late", "mean", "middle", "end")
    return {f"sampled_{name}": seen.get(name, math.nan) for name in numbers}


def _band(name: str) -> Callable[[str, float], dict[str, np.ndarray]]:
    """A table of the least and the largest in each block, which the population does not have."""

    def ends(samples: str, ratio: float) -> dict[str, np.ndarray]:
        seen, nothing = stored().get(f"{samples} {ratio}", {}), [math.nan] * (STEPS // BLOCK)
        columns = (f"{name}_low", f"{name}_high")
        return {column: np.array(seen.get(column, nothing), float) for column in columns}

    return ends


def in_words(count: float) -> str:
    """A number of samples to one digit.

    Examples
    --------
    >>> in_words(39228.0), in_words(2.2e15)
    ('40,000', '2·10¹⁵')
    """
    digit, power = f"{count:.0e}".split("e+")
    if int(power) < 6:
        return f"{int(digit) * 10 ** int(power):,}"
    return f"{digit}·10" + str(int(power)).translate(str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹"))


def _theory(ratio: float) -> dict[str, float | str]:
    teacher = teacher_with(ratio)
    cycle, walk = limit_cycle(teacher), restless_walk(teacher)
    return {
        "period": math.nan if cycle.period is None else cycle.period,
        "threshold": cycle.threshold,
        "spurious_loss": saddle_and_trap(teacher)[1].loss,
        "cycle_loss": math.nan if walk is None else walk.cycle_loss,
        "needed": math.nan if walk is None else walk.samples,
        "needed_label": "" if walk is None else in_words(walk.samples),
    }


def _note(estimator: str, rate: float, samples: str) -> dict[str, str]:
    """What stands after the sentence where samples are asked for that no run was made with."""
    if samples == "all" or (estimator, rate) == ("identity", SAMPLED_RATE):
        return {"note": ""}
    return {"note": f" The population: samples are for identity at η = {SAMPLED_RATE:g}."}


def _records(name: str, row: int) -> list[plots.Piece]:
    """One of three rows: the curve of the population, the band of a run on samples."""
    # No dash: it would hide spikes of one step. The sentence says which estimator this is.
    line, axis = plots.stroke("=colour", 1.4), plots.numbered("y", row)
    blocks = list(range(BLOCK // 2, STEPS, BLOCK))
    said = {"angle": "θ", "norm": "|w|"}.get(name, name)
    row_of: plots.Piece = {"yaxis": axis, "showlegend": False}
    edge: plots.Piece = {"line": plots.stroke("=colour", 1), "visible": "=on_samples", **row_of}
    return [
        plots.scatter(
            list(range(STEPS + 1)), f"={name}", said, line=line, visible="=on_population", **row_of
        ),
        plots.scatter(blocks, f"={name}_low", f"least {said}", **edge),
        plots.scatter(
            blocks, f"={name}_high", f"largest {said}", **edge, **plots.shaded(BAND, "tonexty")
        ),
    ]


def _ghosts() -> list[plots.Piece]:
    """Length and name of the run before, where that was one on the population."""
    look: plots.Piece = {"opacity": 0.75, "visible": "=on_population", "hoverinfo": "skip"}
    lengths = plots.scatter(
        list(range(STEPS + 1)), "=norm", line=plots.stroke("@muted", 1), panel=3, **look
    )
    named = "~grey, before: {estimator_label}, η = {rate_label}, r = {ratio_label}"
    label = plots.words(STEPS, HIGHEST, named, "bottom left", panel=3, visible="=on_population")
    return [{**part, "xaxis": "x"} for part in (lengths, label)]


_ESCAPES = "The run escapes, with noise in its steps. "
_NEED = "spikes need about {needed_label} samples a step."
SAMPLED_SENTENCES = (
    Sentence(
        "on_samples & (sampled_end < 0.1) & (ratio < threshold)",
        _ESCAPES + "On the population it cycles, because r is below r*: noise lets it escape at a "
        "smaller r.",
    ),
    Sentence(
        "on_samples & (sampled_end < 0.1)",
        _ESCAPES + "It does so on the population too, because r is above r*.",
    ),
    Sentence(
        "on_samples & Eq(sampled_late, 0)",
        "The spikes are gone: w walks beside the origin. It stays at |w| of about "
        "{sampled_middle:.3f} and comes across no more; " + _NEED,
    ),
    Sentence(
        "on_samples",
        "Spikes remain: w still comes across the origin. In the second half it does so "
        "{sampled_late:.0f} times, on the population {would:.0f} times; " + _NEED,
    ),
)

EXPLORER = Explorer(
    name="oscillation",
    title="Below r* identity cycles without noise; both ReLUs stay",
    caption=(
        f"Coarse gradient descent with m = {M} and n = 2, on the population or on fresh samples "
        f"in each step, from the spurious v and a filter of length {START_NORM} that is 0.001 "
        f"radians off θ = π; {STEPS} steps. The comb on top shows the predicted period of "
        "identity, counted both ways from a crossing in the middle. Of a run on samples the band "
        f"between the least and the largest in each {BLOCK} steps is drawn. A run that escapes "
        "leaves the panel of |w| through its top. The mean loss is that of the second half; "
        "crossings are those of the origin. Moving a control keeps the run before, in grey."
    ),
    alt=(
        "Three panels against the step: the loss, the angle θ and the length of w. Under identity "
        "with small r the loss spikes at regular intervals while the length of w falls and jumps; "
        "with samples in the steps the loss wobbles without spikes and w stays near 0."
    ),
    controls=(
        estimator_control("identity"),
        menu("rate", "Rate η", RATES, 0.05, walk=True),
        menu(
            "samples",
            "Samples in a step",
            {"all": "∞ (population)", **{str(size): f"{size:,}" for size in SAMPLES}},
            "all",
        ),
        slider("ratio", "Ratio r = s²/((m+1)N)", RATIOS, 0.1, "{:.3f}".format, walk=True),
    ),
    tables=(
        Table(("estimator", "rate", "ratio"), _run, decimals=2),
        Table(("estimator", "rate", "ratio"), _norm, decimals=3),
        Table(("ratio",), _theory),
        Table(("estimator",), chosen_style),
        Table(("samples", "ratio"), _sampled),
        Table(("samples", "ratio"), _band("loss"), decimals=2),
        Table(("samples", "ratio"), _band("angle"), decimals=0),
        Table(("samples", "ratio"), _band("norm"), decimals=3),
        Table(("estimator", "rate", "samples"), _note),
    ),
    presets={
        "just below r*": {"ratio": 0.21},
        "an escape": {"ratio": 0.25},
        "ReLU stays": {"estimator": "relu"},
        "1,000 samples a step": {"samples": "1000"},
    },
    formulas={
        "escaped": "Piecewise((1, (last_loss < 0.1) & (spikes > 0)), (0, True))",
        "on_samples": f"(samples > 0) & Eq(estimator, 0) & (abs(rate - {SAMPLED_RATE}) < 0.001)",
        "on_population": (
            f"Eq(samples, 0) | Ne(estimator, 0) | (abs(rate - {SAMPLED_RATE}) >= 0.001)"
        ),
        "would": f"{STEPS // 2} / period",
        "crossings": "Piecewise((sampled_spikes, on_samples), (spikes, True))",
        "end": "Piecewise((sampled_end, on_samples), (last_loss, True))",
        "mean": "Piecewise((sampled_mean, on_samples), (late_mean, True))",
        "seen_period": "Piecewise((nothing, on_samples), (measured, True))",
    },
    figure=plots.figure(
        [
            *_records("loss", 1),
            plots.scatter(
                "=teeth",
                TOOTH * TICKS,
                "predicted",
                line=plots.stroke("@text", 1.5),
                yaxis="y",
                visible="=on_population",
                showlegend=False,
                hoverinfo="skip",
            ),
            *_records("angle", 2),
            *_records("norm", 3),
        ],
        plots.layout(
            355,
            (58, 10, 10, 45),
            **plots.linked(),
            xaxis=plots.axis(
                "step",
                standoff=4,
                range=(0, STEPS),
                anchor="y3",
                unifiedhovertitle={"text": "step %{x}"},
            ),
            yaxis=plots.axis("loss", domain=(0.68, 1), range=(-0.1, 4.6)),
            yaxis2=plots.axis(
                "θ", domain=(0.45, 0.62), range=(-12, 192), ticks=plots.degrees(0, 90, 180)
            ),
            yaxis3=plots.axis("|w|", domain=(0, 0.38), range=(0, HIGHEST), nticks=4),
        ),
        narrow=plots.layout(380, (50, 10, 10, 40)),
        ghosts=_ghosts(),
    ),
    sentences=(
        *SAMPLED_SENTENCES,
        Sentence(
            "Ne(estimator, 0) & Eq(spikes, 0)",
            "The run stays: it is faithful to the landscape, traps included. Nothing is left over "
            "along w.{note}",
        ),
        Sentence(
            "Eq(escaped, 1)",
            "The run escapes, because r is above r*. After step {last_spike:.0f} it crosses no "
            "more and finds the global minimum.{note}",
        ),
        Sentence(
            "(period > 0) & (measured > 0)",
            "The run oscillates, because r is below r*. Each throw over the origin makes the loss "
            "spike by {height:.2f}.{note}",
        ),
        Sentence(
            "ratio > threshold",
            "The run lingers: close to r* the way out is slow. No cycle is in balance, because r "
            "is above r*.{note}",
        ),
        Sentence(
            "True",
            "The run is still on its way. It neither cycles steadily yet nor has it escaped.{note}",
        ),
    ),
    rows=(
        ("Period", "{seen_period:.2f}"),
        ("theory", "{period:.2f}"),
        ("Crossings", "{crossings:.0f}"),
        ("r*", "{threshold:.3f}"),
        ("Mean loss", "{mean:.3f}"),
        ("trap's", "{spurious_loss:.3f}"),
        ("Loss at the end", "{end:.3f}"),
        ("Mean loss of the population's cycle", "{cycle_loss:.3f}"),
    ),
    chips=6,
)
