"""The windows explorer: test accuracy of a deep network for every window of a proxy."""

from functools import cache

import numpy as np

from ste._normal import normal_cdf
from stebook.chapters.deep import records
from stebook.explorer import Control, Explorer, Sentence, Table

TABLE = "windows"
BITS = (1, 2)
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
    found = records.windows(TABLE, bits)
    return np.array([[found[low, high].mean() for high in HIGHS.values()] for low in LOWS.values()])


@cache
def _map(bits: int) -> dict[str, np.ndarray | float | str]:
    values = means(bits)
    best, worst = (np.unravel_index(at(values), values.shape) for at in (np.argmax, np.argmin))
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


_AT = (
    "{bits_label}, window from {low_label} to {high_label}: {mean:.1f} % of the test images right "
    "(standard deviation {spread:.1f} over {seeds:.0f} seeds); {inside:.0f} % of a standard normal "
    "lie in it. "
)
_ENDS = (
    "The best of the sixteen, from {best_low} to {best_high}, has {best:.1f} %; the worst, from "
    "{worst_low} to {worst_high}, {worst:.1f} %."
)

EXPLORER = Explorer(
    name="deep_windows",
    title="Which window for a proxy",
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
        Control("bits", "Bits", "radio", BITS, ("1 bit", "2 bits"), 1),
        Control("low", "Lower end", "range", tuple(LOWS), LOW_WORDS, "0"),
        Control("high", "Upper end", "range", tuple(HIGHS), HIGH_WORDS, "none"),
    ),
    tables=(
        Table(("bits",), _map),
        Table(("bits", "low", "high"), _cell),
    ),
    formulas={},
    figure={
        "data": [
            {
                "type": "heatmap",
                "x": [0, 1, 2, 3],
                "y": [0, 1, 2, 3],
                "z": "=map",
                "text": "=words",
                "texttemplate": "%{text}",
                "colorscale": "Cividis",
                "showscale": False,
                "xgap": 2,
                "ygap": 2,
                "hoverinfo": "skip",
            },
            {
                "type": "scatter",
                "x": ["=high"],
                "y": ["=low"],
                "mode": "markers",
                "marker": {
                    "symbol": "square-open",
                    "size": 46,
                    "color": "#D55E00",
                    "line": {"width": 4, "color": "#D55E00"},
                },
                "showlegend": False,
                "hoverinfo": "skip",
            },
        ],
        "layout": {
            "height": 400,
            "margin": {"l": 78, "r": 10, "t": 10, "b": 50},
            "xaxis": {
                "title": {"text": "upper end of the window"},
                "tickvals": [0, 1, 2, 3],
                "ticktext": list(HIGH_WORDS),
                "fixedrange": True,
                "showgrid": False,
            },
            "yaxis": {
                "title": {"text": "lower end"},
                "tickvals": [0, 1, 2, 3],
                "ticktext": list(LOW_WORDS),
                "fixedrange": True,
                "showgrid": False,
            },
        },
        "narrow": {"height": 360, "margin": {"l": 70, "r": 6, "t": 10, "b": 50}},
    },
    sentences=(
        Sentence("Eq(low, 0) & Eq(high, 3)", _AT + "This is identity. " + _ENDS),
        Sentence("Eq(low, 3) & Eq(high, 3)", _AT + "This is ReLU. " + _ENDS),
        Sentence("best - mean < 0.05", _AT + "No window of the sixteen does better."),
        Sentence("True", _AT + _ENDS),
    ),
    rows=(
        ("Mean test accuracy in %", "{mean:.2f}"),
        ("Standard deviation", "{spread:.2f}"),
        ("Seeds", "{seeds:.0f}"),
        ("Share of a standard normal inside, in %", "{inside:.1f}"),
    ),
)
