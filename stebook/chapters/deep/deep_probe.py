"""The probe explorer: what one step from a trained network does to the loss."""

from functools import cache

import numpy as np

from stebook.chapters.deep import records
from stebook.chapters.styles import STYLES
from stebook.explorer import Control, Explorer, Sentence, Table

TABLE = "probe"
BITS = (1, 2, 4)
#: Lengths of the step, as shares of each layer's weights; those of the results.
SIZES = (1e-4, 3e-4, 1e-3, 3e-3, 1e-2, 3e-2)


@cache
def changes(bits: int, trained: str, direction: str) -> np.ndarray:
    """Changes of the loss, shape (seeds, sizes), or (seeds, directions, sizes) of random ones."""
    return np.array([run["changes"][direction] for run in records.probe(TABLE, bits, trained)])


@cache
def _shown(bits: int, trained: str) -> dict[str, np.ndarray]:
    found: dict[str, np.ndarray] = {}
    for name in records.ESTIMATORS:
        values = changes(bits, trained, name)
        found[f"y_{name}"] = values.mean(axis=0)
        found[f"bar_{name}"] = values.std(axis=0, ddof=1) / np.sqrt(len(values))
    random = changes(bits, trained, "random")
    low, high = np.percentile(random.reshape(-1, random.shape[-1]), [5, 95], axis=0)
    found["band_x"] = np.concatenate([SIZES, SIZES[::-1]])
    found["band_y"] = np.concatenate([low, high[::-1]])
    return found


@cache
def _numbers(bits: int, trained: str, size: str) -> dict[str, float]:
    at = [f"{s:g}" for s in SIZES].index(size)
    found: dict[str, float] = {}
    for name in records.ESTIMATORS:
        values = changes(bits, trained, name)[:, at]
        found[f"mean_{name}"] = float(values.mean())
        found[f"error_{name}"] = records.standard_error(values)
        found[f"down_{name}"] = float(np.count_nonzero(values < 0))
    random = changes(bits, trained, "random")[..., at]
    found["random_mean"] = float(random.mean())
    found["random_low"], found["random_high"] = map(float, np.percentile(random, [5, 95]))
    found["seeds"] = float(len(random))
    found["step"] = float(SIZES[at])
    return found


def _marks(name: str) -> dict:
    style = STYLES[name]
    return {
        "type": "scatter",
        "x": list(SIZES),
        "y": f"=y_{name}",
        "error_y": {"type": "data", "array": f"=bar_{name}", "color": style.colour},
        "mode": "lines+markers",
        "line": {"color": style.colour, "dash": style.dash, "width": 2},
        "marker": {"color": style.colour, "symbol": style.marker, "size": 9},
        "name": style.label,
        "hovertemplate": "%{y:.4f}<extra></extra>",
    }


_AT = (
    "{bits_label}, trained by {trained_label}, a step of {size_label} of each layer changes the "
    "loss by (mean ± standard error of {seeds:.0f} seeds): identity {mean_identity:.4f} ± "
    "{error_identity:.4f}, ReLU {mean_relu:.4f} ± {error_relu:.4f}, clipped ReLU "
    "{mean_clipped_relu:.4f} ± {error_clipped_relu:.4f}; nine in ten random directions between "
    "{random_low:.4f} and {random_high:.4f}. "
)
_DOWN = "mean_{0} < -2*error_{0}"
_UP = "mean_{0} > 2*error_{0}"

EXPLORER = Explorer(
    name="deep_probe",
    title="One step from a trained network",
    caption=(
        "LeNet-5 on MNIST 5k, at the end of its training. From there one step against the coarse "
        "gradient of each estimator, of the same length in every layer. The grey band holds nine "
        "in ten of the random directions. Below zero the loss falls."
    ),
    alt=(
        "The length of the step to the right, on a logarithmic axis; the change of the loss "
        "upwards. Three lines with error bars, one for each estimator, and a grey band of random "
        "directions."
    ),
    controls=(
        Control("bits", "Bits", "range", BITS, ("1 bit", "2 bits", "4 bits"), 2),
        Control(
            "trained",
            "Trained by",
            "radio",
            records.ESTIMATORS,
            tuple(STYLES[name].label for name in records.ESTIMATORS),
            "clipped_relu",
        ),
        Control(
            "size",
            "Step in the sentence",
            "range",
            tuple(f"{s:g}" for s in SIZES),
            tuple(f"{100 * s:g} %" for s in SIZES),
            "0.003",
        ),
    ),
    tables=(
        Table(("bits", "trained"), _shown, decimals=5),
        Table(("bits", "trained", "size"), _numbers),
    ),
    formulas={
        "down": " + ".join(
            f"Piecewise((1, {_DOWN.format(name)}), (0, True))" for name in records.ESTIMATORS
        ),
        "up": " + ".join(
            f"Piecewise((1, {_UP.format(name)}), (0, True))" for name in records.ESTIMATORS
        ),
    },
    figure={
        "data": [
            {
                "type": "scatter",
                "x": "=band_x",
                "y": "=band_y",
                "fill": "toself",
                "mode": "lines",
                "line": {"width": 0, "color": "@truth"},
                "fillcolor": "@grid",
                "name": "random directions",
                "hoverinfo": "skip",
            },
            *(_marks(name) for name in records.ESTIMATORS),
        ],
        "layout": {
            "height": 420,
            "margin": {"l": 70, "r": 10, "t": 40, "b": 50},
            "legend": {"orientation": "h", "x": 0, "y": 1.02, "yanchor": "bottom"},
            "xaxis": {
                "type": "log",
                "title": {"text": "step, as a share of each layer's weights"},
                "tickvals": list(SIZES),
                "ticktext": [f"{100 * s:g} %" for s in SIZES],
                "fixedrange": True,
            },
            "yaxis": {"title": {"text": "change of the loss"}, "fixedrange": True},
        },
        "narrow": {
            "height": 470,
            "margin": {"l": 58, "r": 6, "t": 90, "b": 50},
            "legend": {"orientation": "h", "x": 0, "y": 1.02, "yanchor": "bottom"},
        },
    },
    sentences=(
        Sentence("Eq(down, 3)", _AT + "All three go down by over two standard errors."),
        Sentence(
            f"({_DOWN.format('clipped_relu')}) & ({_UP.format('identity')})",
            _AT + "Clipped ReLU goes down and identity goes up, both by over two standard errors.",
        ),
        Sentence("Eq(up, 3)", _AT + "All three go up by over two standard errors."),
        Sentence(
            "up > 0.5",
            _AT + "{up:.0f} of the three go up, {down:.0f} go down, by over two standard errors.",
        ),
        Sentence(
            "down > 0.5",
            _AT + "{down:.0f} of the three go down by over two standard errors, none goes up.",
        ),
        Sentence("True", _AT + "No change is over two standard errors: a null."),
    ),
    rows=(
        ("identity", "{mean_identity:.5f}"),
        ("ReLU", "{mean_relu:.5f}"),
        ("clipped ReLU", "{mean_clipped_relu:.5f}"),
        ("random directions, mean", "{random_mean:.5f}"),
        ("identity, seeds that go down", "{down_identity:.0f}"),
        ("ReLU, seeds that go down", "{down_relu:.0f}"),
        ("clipped ReLU, seeds that go down", "{down_clipped_relu:.0f}"),
    ),
)
