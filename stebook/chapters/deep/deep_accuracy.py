"""The accuracy explorer of the deep networks: every seed of every cell of our tables."""

import math
from collections.abc import Mapping
from functools import cache
from typing import Any

import numpy as np

from stebook import plots
from stebook.chapters.deep import records
from stebook.chapters.styles import STYLES, rows_of_paper
from stebook.controls import menu, radio, slider
from stebook.explorer import Explorer, Sentence, Table
from stebook.templates import number

#: VGG-11 and ResNet-20 are on Fashion-MNIST too.
NETWORKS = {
    "lenet-mnist": "LeNet-5, MNIST 5k",
    "lenet-fashion": "LeNet-5, Fashion-MNIST",
    "vgg-fashion": "VGG-11, 1/8 width",
    "vgg-fast": "VGG-11, 1/8 width, tenfold rate",
    "resnet-fashion": "ResNet-20, 1/2 width",
    "vgg-fashion-full": "VGG-11, full width",
    "resnet-fashion-full": "ResNet-20, full width",
    "resnet-fashion-full-14": "ResNet-20, full, 14 + 14 epochs",
}
BITS = {1: "1 bit", 2: "2 bits", 4: "4 bits"}
MEASURES = {"accuracy": "test accuracy in %", "loss": "training loss"}
DIGITS = {"accuracy": 2, "loss": 4}
_READ = {"accuracy": records.accuracy, "loss": records.training_loss}


@cache
def cell(network: str, bits: int, measure: str) -> np.ndarray:
    """A measure of one cell, shape (seeds, 3), estimators in the order of the paper's table.

    A cell that was not run has no rows.
    """
    read = _READ[measure]
    return np.stack([read(network, bits, name) for name in records.ESTIMATORS], axis=1)


def _lead(values: np.ndarray, one: int, other: int, name: str) -> dict[str, float | str]:
    """How far an estimator is ahead of another, seed by seed."""
    ahead = values[:, one] - values[:, other]
    return {
        f"{name}": float(ahead.mean()),
        f"{name}_error": records.standard_error(ahead),
        f"{name}_seeds": float(np.count_nonzero(ahead > 0)),
    }


#: A cell that was not run.
_NOTHING: dict[str, float | str | np.ndarray] = {
    "seeds": 0.0,
    "all_x": np.array([np.nan]),
    "all_y": np.array([np.nan]),
    "window": np.array([0.0, 1.0]),
    "last": math.nan,
    "first": math.nan,
    **{
        f"{lead}{part}": math.nan
        for lead in ("clipped_ahead", "relu_ahead")
        for part in ("", "_error", "_seeds")
    },
    **{f"{part}_{name}": math.nan for part in ("mean", "spread") for name in records.ESTIMATORS},
    **{f"{text}_text": "\N{EN DASH}" for text in ("clipped_ahead", "relu_ahead", *STYLES)},
}


@cache
def _numbers(network: str, bits: int, measure: str) -> dict[str, float | str | np.ndarray]:
    values = cell(network, bits, measure)
    if not len(values):
        return _NOTHING
    means, spreads = values.mean(axis=0), values.std(axis=0, ddof=1)
    gaps = np.full((len(values), 1), np.nan)
    margin = 0.12 * max(float(np.ptp(values)), 1e-3 * float(values.max()))
    columns: dict[str, float | str | np.ndarray] = {
        "seeds": float(len(values)),
        "all_x": np.tile([0.0, 1.0, 2.0, np.nan], len(values)),
        "all_y": np.concatenate([values, gaps], axis=1).ravel(),
        "window": np.array([values.min() - margin, values.max() + margin]),
        "last": float(np.argmin(means) if measure == "accuracy" else np.argmax(means)),
        "first": float(np.argmax(means) if measure == "accuracy" else np.argmin(means)),
        **_lead(values, 2, 1, "clipped_ahead"),
        **_lead(values, 1, 0, "relu_ahead"),
    }
    for k, name in enumerate(records.ESTIMATORS):
        columns[f"mean_{name}"] = float(means[k])
        columns[f"spread_{name}"] = float(spreads[k])
    return columns | _texts(columns, DIGITS[measure])


def _texts(numbers: Mapping[str, Any], digits: int) -> dict[str, str]:
    """Means and leads as they are said: losses need more decimals."""
    texts = {f"{name}_text": number(numbers[f"mean_{name}"], digits) for name in STYLES}
    for lead in ("clipped_ahead", "relu_ahead"):
        parts = numbers[lead], numbers[f"{lead}_error"]
        texts[f"{lead}_text"] = " ± ".join(number(part, digits) for part in parts)
    return texts


@cache
def _paper(network: str, bits: int) -> dict[str, str]:
    return {"paper": records.said_by_the_paper(network, bits)}


_CLEAR = "At least one of the two differences is over two standard errors."
#: Condition and words of each order, the first that holds.
_ORDERS = (
    (
        "(Abs(clipped_ahead) <= 2*clipped_ahead_error) & (Abs(relu_ahead) <= 2*relu_ahead_error)",
        "Neither difference is over two standard errors. So these seeds put the three in no order.",
    ),
    (
        "Eq(last, 0) & Eq(first, 2)",
        f"Identity is last and clipped ReLU first. {_CLEAR}",
    ),
    ("Eq(last, 0)", f"Identity is last. {_CLEAR}"),
    ("Eq(last, 1)", f"Plain ReLU is last. {_CLEAR}"),
    ("True", f"Clipped ReLU is last. {_CLEAR}"),
)


_TOLD = "%{y:.3f}<extra></extra>"


def _mean(name: str, place: int) -> plots.Piece:
    """Mean and standard deviation, beside the lines of the seeds."""
    style = STYLES[name]
    return plots.scatter(
        [place + 0.16],
        [f"=mean_{name}"],
        "mean",
        marker=style.mark(11),
        error_y=plots.error_bars([f"=spread_{name}"], style.colour),
        hovertemplate=_TOLD,
        **plots.named("right"),
    )


EXPLORER = Explorer(
    name="deep_accuracy",
    title="Clipped ReLU is best, or within two standard errors of the best",
    caption=(
        "Each thin line is one seed: the same float network, quantized and trained on with each of "
        "the three estimators. The marks beside them are the means, with one standard deviation. "
        "The numbers are means over the seeds, and mean differences with their standard errors. "
        "The paper's own numbers are in the table that is printed with the page."
    ),
    alt=(
        "Three places from left to right: identity, ReLU, clipped ReLU. Thin lines join the runs "
        "of one seed; marks with bars show mean and standard deviation."
    ),
    controls=(
        menu("network", "Network and data", NETWORKS, "vgg-fashion"),
        slider("bits", "Bits", BITS, 2),
        radio("measure", "Measure", MEASURES, "accuracy"),
    ),
    tables=(
        Table(("network", "bits", "measure"), _numbers, decimals=4),
        Table(("network", "bits"), _paper),
    ),
    formulas={},
    figure=plots.figure(
        [
            plots.scatter(
                "=all_x",
                "=all_y",
                "one seed",
                line=plots.stroke("@truth", 1),
                marker=plots.marker("@truth", 5),
                hovertemplate=_TOLD,
                **plots.named("left"),
            ),
            *(_mean(name, place) for place, name in enumerate(records.ESTIMATORS)),
        ],
        plots.layout(
            390,
            (64, 10, 10, 40),
            xaxis=plots.axis(
                range=(-0.4, 2.6),
                ticks={i: STYLES[name].label for i, name in enumerate(records.ESTIMATORS)},
            ),
            yaxis=plots.axis("~{measure_label}", range="=window"),
        ),
        narrow=plots.layout(340, (56, 6, 10, 40)),
    ),
    sentences=(
        Sentence("Eq(seeds, 0)", "This cell was not run."),
        *(Sentence(condition, words) for condition, words in _ORDERS),
    ),
    rows=(
        ("identity", "{identity_text}"),
        ("ReLU", "{relu_text}"),
        ("clipped ReLU", "{clipped_relu_text}"),
        ("Clipped \N{MINUS SIGN} ReLU", "{clipped_ahead_text}"),
        ("ReLU \N{MINUS SIGN} identity", "{relu_ahead_text}"),
        ("Seeds", "{seeds:.0f}"),
        *rows_of_paper("standard deviation", "spread", 4),
        ("Seeds in which clipped ReLU minus ReLU is positive", "{clipped_ahead_seeds:.0f}"),
        ("Seeds in which ReLU minus identity is positive", "{relu_ahead_seeds:.0f}"),
        ("The paper's accuracies, one run each", "{paper}"),
    ),
    chips=6,
)
