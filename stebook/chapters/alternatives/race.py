"""The race explorer: descent with each method on equal numbers of fresh samples."""

import json
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from ste.alternatives.compare import METHODS
from stebook import plots
from stebook.chapters.alternatives.race_runs import BUDGET, PLACES, RATES, RUNS, SIZES, TAU, TRIALS
from stebook.chapters.styles import METHOD_STYLES, STYLES, method_control
from stebook.controls import slider
from stebook.explorer import Explorer, Sentence, Table

#: Written by `race_runs`; a test computes a sample of it again.
STORED = Path(__file__).with_name("race.json")


@cache
def stored() -> dict[str, dict[str, Any]]:
    """All simulations by "method size"."""
    return json.loads(STORED.read_text(encoding="utf-8"))


def _shown(method: str, size: int) -> dict[str, float | np.ndarray]:
    run = stored()[f"{method} {size}"]
    mean, error = np.array(run["mean"]), np.array(run["error"])
    return {
        "mean": mean,
        "error": 2.0 * error,
        "end": float(mean[-1]),
        "end_error": float(error[-1]),
        **{key: float(run[key]) for key in ("rate", "middle", "angle", "norm", "caught")},
    }


def _paper(size: int) -> dict[str, np.ndarray | float]:
    columns: dict[str, np.ndarray | float] = {}
    for name in STYLES:
        for key in ("mean", "error", "end", "caught"):
            columns[f"{key}_{name}"] = _shown(name, size)[key]
    return columns


def _look(method: str) -> dict[str, float | str]:
    passes = {key: float(getattr(METHODS[method], key)) for key in ("forward", "backward")}
    return {**passes, **METHOD_STYLES[method].columns()}


_SEEN = [BUDGET // PLACES * i for i in range(PLACES + 1)]


def _losses(style: plots.Style, name: str, suffix: str, width: float) -> plots.Piece:
    return plots.scatter(
        _SEEN,
        f"=mean{suffix}",
        name,
        line=style.line(width),
        # Marks with their bars at a third of the places, each curve's at places of its own.
        marker=style.mark(6, maxdisplayed=7),
        error_y=plots.error_bars(f"=error{suffix}", style.colour, thickness=1, width=2),
        hovertemplate="%{y:.3f}",
        **plots.named("end"),
    )


_WHY = " Runs that are caught in the trap stay high up, and so raise the mean."

EXPLORER = Explorer(
    name="race",
    title="On equal samples no method here ends with less loss than identity",
    caption=(
        f"Mean loss of {RUNS} runs, bars of two standard errors. Fresh samples in each step, "
        f"{BUDGET} in all; v and w trained together, temperature {TAU:g}; for each method the "
        f"best of the rates {', '.join(map(str, RATES))}, chosen on {TRIALS} other starts. The "
        "loss is the population loss of the hard network, whichever network the method trains. "
        "Runs are high up that end above half of the trap's loss; the mean loss stands with its "
        "standard error."
    ),
    alt=(
        "Four curves of the loss against the number of samples: the chosen method and the paper's "
        "three estimators. All fall; some level off where runs are caught in the spurious minimum."
    ),
    controls=(
        method_control("through_slope"),
        slider("size", "Samples in a step", SIZES, 20),
    ),
    tables=(
        Table(("method", "size"), _shown, digits=6, decimals=4),
        Table(("size",), _paper, digits=6, decimals=4),
        Table(("method",), _look),
    ),
    formulas={
        "best": "Min(end_identity, end_relu, end_clipped_relu)",
        "worst": "Max(end_identity, end_relu, end_clipped_relu)",
    },
    figure=plots.figure(
        [
            *(_losses(style, style.label, f"_{name}", 1.8) for name, style in STYLES.items()),
            _losses(plots.CHOSEN, "~{method_label}", "", 3),
        ],
        plots.layout(
            380,
            (56, 160, 10, 45),
            **plots.linked(),
            xaxis=plots.axis(
                "samples seen",
                standoff=4,
                range=(-50, BUDGET + 50),
                nticks=5,
                unifiedhovertitle={"text": "after %{x} samples"},
            ),
            yaxis=plots.axis("loss", range=(-0.02, 0.65)),
        ),
        narrow=plots.layout(340, (50, 75, 10, 45)),
    ),
    sentences=(
        Sentence("end <= best", "At the end {method_label} is below the paper's three." + _WHY),
        Sentence("end > worst", "At the end {method_label} is above the paper's three." + _WHY),
        Sentence("True", "At the end {method_label} is among the paper's three." + _WHY),
    ),
    rows=(
        ("Mean loss", "{end:.3f} ± {end_error:.3f}"),
        ("High up", f"{{caught:.0f}} of {RUNS}"),
        *(
            (style.label, f"{{end_{name}:.3f}}, {{caught_{name}:.0f}} high")
            for name, style in STYLES.items()
        ),
        ("Learning rate", "{rate:.2f}"),
        ("Median loss at the end", "{middle:.4f}"),
        ("Median angle at the end in degrees", "{angle:.1f}"),
        ("Median |w| at the end", "{norm:.2f}"),
        ("Forward passes for each sample", "{forward:.0f}"),
        ("Backward passes for each sample", "{backward:.0f}"),
    ),
    chips=5,
)
