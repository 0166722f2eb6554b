"""The probe explorer: what one step from a trained network does to the loss."""

from functools import cache

import numpy as np

from stebook import plots
from stebook.chapters.deep import records
from stebook.chapters.styles import STYLES, rows_of_paper
from stebook.controls import radio, slider
from stebook.explorer import Explorer, Sentence, Table

TABLE = "probe"
BITS = {1: "1 bit", 2: "2 bits", 4: "4 bits"}
#: Lengths of the step, as shares of each layer's weights; those of the results.
SIZES = (1e-4, 3e-4, 1e-3, 3e-3, 1e-2, 3e-2)
#: What the reader sees of them.
SHARES = {size: f"{100 * size:g} %" for size in SIZES}


@cache
def changes(bits: int, trained: str, direction: str) -> np.ndarray:
    """Changes of the loss, shape (seeds, sizes), or (seeds, directions, sizes) of random ones."""
    return np.array([run["changes"][direction] for run in records.probe(TABLE, bits, trained)])


@cache
def _shown(bits: int, trained: str) -> dict[str, np.ndarray]:
    columns: dict[str, np.ndarray] = {}
    for name in records.ESTIMATORS:
        values = changes(bits, trained, name)
        columns[f"y_{name}"] = values.mean(axis=0)
        columns[f"bar_{name}"] = values.std(axis=0, ddof=1) / np.sqrt(len(values))
    random = changes(bits, trained, "random")
    low, high = np.percentile(random.reshape(-1, random.shape[-1]), [5, 95], axis=0)
    columns["band_x"] = np.concatenate([SIZES, SIZES[::-1]])
    columns["band_y"] = np.concatenate([low, high[::-1]])
    return columns


@cache
def _window(bits: int) -> dict[str, np.ndarray]:
    """Where the axis ends, whoever has trained the networks: one can compare them."""
    shown = [_shown(bits, trained) for trained in records.ESTIMATORS]
    bars = [
        columns[f"y_{name}"] + sign * columns[f"bar_{name}"]
        for columns in shown
        for name in records.ESTIMATORS
        for sign in (-1.0, 1.0)
    ]
    values = np.concatenate([*bars, *(columns["band_y"] for columns in shown)])
    margin = 0.05 * np.ptp(values)
    return {"window": np.array([values.min() - margin, values.max() + margin])}


@cache
def _numbers(bits: int, trained: str, size: str) -> dict[str, float]:
    place = [f"{s:g}" for s in SIZES].index(size)
    columns: dict[str, float] = {}
    for name in records.ESTIMATORS:
        values = changes(bits, trained, name)[:, place]
        columns[f"mean_{name}"] = float(values.mean())
        columns[f"error_{name}"] = records.standard_error(values)
        columns[f"down_{name}"] = float(np.count_nonzero(values < 0))
    random = changes(bits, trained, "random")[..., place]
    columns["random_mean"] = float(random.mean())
    columns["random_low"], columns["random_high"] = map(float, np.percentile(random, [5, 95]))
    columns["seeds"] = float(len(random))
    columns["step"] = float(SIZES[place])
    return columns


_DOWN = "mean_{0} < -2*error_{0}"
_UP = "mean_{0} > 2*error_{0}"


def _changes(name: str) -> plots.Piece:
    style = STYLES[name]
    return plots.scatter(
        list(SIZES),
        f"=y_{name}",
        style.label,
        line=style.line(),
        marker=style.mark(9),
        error_y=plots.error_bars(f"=bar_{name}", style.colour),
        hovertemplate="%{y:.4f}",
        **plots.named("end"),
    )


EXPLORER = Explorer(
    name="deep_probe",
    title="One estimator never clearly helps where another hurts",
    caption=(
        "LeNet-5 on MNIST 5k, at the end of its training. From there one step against the coarse "
        "gradient of each estimator, of the same length in every layer. The grey band holds nine "
        "in ten of the random directions. Below zero the loss falls. The numbers are mean changes "
        "of the loss with their standard errors over the seeds."
    ),
    alt=(
        "The length of the step to the right, on a logarithmic axis; the change of the loss "
        "upwards. Three lines with error bars, one for each estimator, and a grey band of random "
        "directions."
    ),
    controls=(
        slider("bits", "Bits", BITS, 2),
        radio(
            "trained",
            "Trained by",
            {name: STYLES[name].label for name in records.ESTIMATORS},
            "clipped_relu",
        ),
        slider(
            "size",
            "Step",
            {f"{size:g}": share for size, share in SHARES.items()},
            "0.003",
        ),
    ),
    tables=(
        Table(("bits", "trained"), _shown, decimals=5),
        Table(("bits",), _window, decimals=5),
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
    figure=plots.figure(
        [
            plots.scatter(
                "=band_x",
                "=band_y",
                "random directions",
                line=plots.stroke("@truth", 0),
                hoverinfo="skip",
                **plots.shaded("@grid", "toself"),
                **plots.named("under", 0.3),
            ),
            *(_changes(name) for name in records.ESTIMATORS),
        ],
        plots.layout(
            360,
            (70, 100, 10, 50),
            **plots.linked(),
            xaxis=plots.axis(
                "step, as a share of each layer's weights",
                type="log",
                range=(-4.1, -1.5),
                ticks=SHARES,
                unifiedhovertitle={"text": "step %{x:.2%}"},
            ),
            yaxis=plots.axis("change of the loss", range="=window"),
        ),
        narrow=plots.layout(340, (58, 52, 10, 50)),
    ),
    sentences=(
        Sentence(
            "Eq(down, 3)",
            "All three go down by over two standard errors. So a step by each lowers the loss.",
        ),
        Sentence(
            f"({_DOWN.format('clipped_relu')}) & ({_UP.format('identity')})",
            "Clipped ReLU goes down, identity up, by over two standard errors. So one helps where "
            "the other hurts.",
        ),
        Sentence(
            "Eq(up, 3)",
            "All three go up by over two standard errors. So a step by each raises the loss.",
        ),
        Sentence(
            "up > 0.5",
            "{up:.0f} of three go up, {down:.0f} down, by over two standard errors. What the "
            "others do may be chance.",
        ),
        Sentence(
            "down > 0.5",
            "{down:.0f} of three go down by over two standard errors, none up. What the others do "
            "may be chance.",
        ),
        Sentence(
            "True",
            "No change is over two standard errors: a null. What is seen may be chance.",
        ),
    ),
    rows=(
        *(
            (style.label, f"{{mean_{name}:.4f}} ± {{error_{name}:.4f}}")
            for name, style in STYLES.items()
        ),
        ("9 in 10 random", "{random_low:.4f} to {random_high:.4f}"),
        ("random directions, mean", "{random_mean:.5f}"),
        *rows_of_paper("seeds that go down", "down", 0),
        ("Seeds", "{seeds:.0f}"),
    ),
    chips=4,
)
