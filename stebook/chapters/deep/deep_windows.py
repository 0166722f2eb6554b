"""The windows explorer: test accuracy of a deep network for every window of a proxy."""

import math
from collections.abc import Sequence
from functools import cache

import numpy as np

from ste._normal import normal_cdf
from ste.beyond.quantizer import fitted_step, window_match
from stebook import plots
from stebook.chapters.deep import records
from stebook.controls import radio, slider
from stebook.explorer import Explorer, Sentence, Table
from stebook.theme import VERMILION

TABLE = "windows"
BITS = {1: "1 bit", 2: "2 bits"}
#: The ends of the windows by their names in the address, in the order of the real line.
LOWS = {"none": None, "m1.2": -1.2, "m0.6": -0.6, "0": 0.0}
HIGHS = {"0.6": 0.6, "1.2": 1.2, "2.4": 2.4, "none": None}


def word(end: float | None) -> str:
    """An end as the reader sees it."""
    return "no end" if end is None else f"{end:g}".replace("-", "\N{MINUS SIGN}")


LOW_WORDS = tuple(map(word, LOWS.values()))
HIGH_WORDS = tuple(map(word, HIGHS.values()))


def share(low: float | None, high: float | None) -> float:
    """The share of a standard normal that lies in a window."""
    below = 0.0 if low is None else float(normal_cdf(low))
    return (1.0 if high is None else float(normal_cdf(high))) - below


@cache
def means(bits: int) -> np.ndarray:
    """Mean test accuracy in percent, shape (lows, highs)."""
    accuracies = records.windows(TABLE, bits)
    return np.array(
        [[accuracies[low, high].mean() for high in HIGHS.values()] for low in LOWS.values()]
    )


def rank(values: np.ndarray) -> np.ndarray:
    """How many values are smaller, and half of those that are equal to six digits.

    Examples
    --------
    >>> rank(np.array([0.3, 0.1, 0.3]))
    array([2. , 0.5, 2. ])
    """
    values = np.round(values, 6)
    return np.array([np.sum(values < x) + np.sum(values == x) / 2 for x in values])


def agreement(bits: int, jitter: float) -> float:
    """Spearman's rank correlation of predicted match and measured accuracy of all windows."""
    predicted = [
        window_match(
            -np.inf if low is None else low,
            np.inf if high is None else high,
            jitter,
            fitted_step(bits),
            bits,
        )
        for low in LOWS.values()
        for high in HIGHS.values()
    ]
    ranks = rank(np.array(predicted)), rank(means(bits).ravel())
    return float(np.corrcoef(*ranks)[0, 1])


#: One scale of colours for all maps, in whole percents.
LEAST = math.floor(min(means(bits).min() for bits in BITS))
MOST = math.ceil(max(means(bits).max() for bits in BITS))


@cache
def _map(bits: int) -> dict[str, np.ndarray | float | str]:
    values = means(bits)
    best, worst = (
        np.unravel_index(extreme(values), values.shape) for extreme in (np.argmax, np.argmin)
    )
    return {
        "map": values,
        "words": np.array([[f"{x:.1f}" for x in row] for row in values]),
        "best": float(values[best]),
        "best_low": LOW_WORDS[best[0]],
        "best_high": HIGH_WORDS[best[1]],
        "worst": float(values[worst]),
        "worst_low": LOW_WORDS[worst[0]],
        "worst_high": HIGH_WORDS[worst[1]],
    }


@cache
def _cell(bits: int, low: str, high: str) -> dict[str, float]:
    values = records.windows(TABLE, bits)[LOWS[low], HIGHS[high]]
    return {
        "mean": float(values.mean()),
        "spread": float(values.std(ddof=1)),
        "seeds": float(len(values)),
        "inside": 100.0 * share(LOWS[low], HIGHS[high]),
    }


_ENDS = (
    " The best window goes from {best_low} to {best_high}, the worst from {worst_low} to "
    "{worst_high}."
)


def _fields(words: Sequence[str]) -> plots.Piece:
    """Of an axis, over whole fields: what stands at each, and no lines across them."""
    return {"range": (-0.5, len(words) - 0.5), "ticks": dict(enumerate(words)), "showgrid": False}


EXPLORER = Explorer(
    name="deep_windows",
    title="The window's upper end matters more at 1 bit than at 2",
    caption=(
        "LeNet-5 on 4,000 digits of MNIST. The proxy is 1 on a window and 0 elsewhere. Upwards its "
        "lower end, to the right its upper end; each field is the mean test accuracy in percent. "
        "No end on either side is identity; 0 and no end is ReLU."
    ),
    alt=(
        "A map of four by four fields, the lower end of the window upwards and the upper end to "
        "the right, each with a test accuracy in percent; a square marks the chosen window."
    ),
    controls=(
        radio("bits", "Bits", BITS, 1),
        slider("low", "Lower end", dict(zip(LOWS, LOW_WORDS, strict=True)), "0"),
        slider("high", "Upper end", dict(zip(HIGHS, HIGH_WORDS, strict=True)), "none"),
    ),
    tables=(
        Table(("bits",), _map),
        Table(("bits", "low", "high"), _cell),
    ),
    formulas={},
    figure=plots.figure(
        [
            plots.heatmap(
                [0, 1, 2, 3],
                [0, 1, 2, 3],
                "=map",
                text="=words",
                texttemplate="%{text}",
                xgap=2,
                ygap=2,
                zmin=LEAST,
                zmax=MOST,
                showscale=True,
                colorbar={"title": {"text": "%"}, "thickness": 12, "outlinewidth": 0},
                hoverinfo="skip",
            ),
            plots.scatter(
                ["=high"],
                ["=low"],
                marker=plots.marker(
                    VERMILION, 46, symbol="square-open", line=plots.stroke(VERMILION, 4)
                ),
                hoverinfo="skip",
            ),
        ],
        plots.layout(
            400,
            (78, 10, 10, 50),
            xaxis=plots.axis("upper end of the window", **_fields(HIGH_WORDS)),
            yaxis=plots.axis("lower end", **_fields(LOW_WORDS)),
        ),
        narrow=plots.layout(340, (70, 6, 10, 45)),
    ),
    sentences=(
        Sentence("Eq(low, 0) & Eq(high, 3)", "This is identity." + _ENDS),
        Sentence("Eq(low, 3) & Eq(high, 3)", "This is ReLU." + _ENDS),
        Sentence(
            "best - mean < 0.05",
            "No window of the sixteen does better. The worst goes from {worst_low} to "
            "{worst_high}.",
        ),
        Sentence("True", "Another window does better than this one." + _ENDS),
    ),
    rows=(
        ("Test accuracy", "{mean:.1f} %"),
        ("Best", "{best:.1f} %"),
        ("Worst", "{worst:.1f} %"),
        ("Of a normal inside", "{inside:.0f} %"),
        ("Standard deviation of the accuracy", "{spread:.2f}"),
        ("Seeds", "{seeds:.0f}"),
    ),
    chips=4,
)
