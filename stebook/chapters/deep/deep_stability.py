"""The stability explorer: what further training does to a good minimum of a deep network."""

from functools import cache

import numpy as np

from stebook import plots
from stebook.chapters.deep import records
from stebook.chapters.styles import STYLES, rows_of_paper
from stebook.controls import menu, radio, slider
from stebook.explorer import Explorer, Sentence, Table

NETWORKS = {
    "vgg-stability": "VGG-11, 1/8 width, 2 bits",
    "resnet-stability": "ResNet-20, 1/2 width, 4 bits",
    "resnet-stability-full": "ResNet-20, full width, 4 bits",
}
STARTS = {"relu": "by ReLU", "clipped_relu": "by clipped ReLU"}
RATES = {1e-5: "1e-5", 1e-4: "1e-4", 1e-3: "1e-3", 1e-2: "1e-2"}
COLUMNS = {"loss": "training loss", "accuracy": "test accuracy in %"}


def curves(network: str, start: str, estimator: str, rate: float, column: str) -> np.ndarray:
    """A measure before and after each epoch, shape (seeds, 1 + epochs); accuracy in percent."""
    measured = records.stability(network, start, estimator, rate, column)
    return 100.0 * measured if column == "accuracy" else measured


def changes(network: str, start: str, estimator: str, rate: float, column: str) -> np.ndarray:
    """What the measure gained from before the first epoch to the last, shape (seeds,)."""
    measured = curves(network, start, estimator, rate, column)
    return measured[:, -1] - measured[:, 0]


@cache
def _shown(network: str, start: str, rate: float, column: str) -> dict[str, float | np.ndarray]:
    columns: dict[str, float | np.ndarray] = {}
    every = []
    for name in records.ESTIMATORS:
        rows = curves(network, start, name, rate, column)
        change = changes(network, start, name, rate, column)
        every.append(rows)
        count = rows.shape[1]
        columns[f"x_{name}"] = np.tile([*range(count), np.nan], len(rows))
        columns[f"y_{name}"] = np.concatenate(
            [rows, np.full((len(rows), 1), np.nan)], axis=1
        ).ravel()
        columns[f"change_{name}"] = float(change.mean())
        columns[f"error_{name}"] = records.standard_error(change)
        columns[f"rises_{name}"] = float(np.count_nonzero(change > 0))
        moved = records.stability(network, start, name, rate, "moved")[:, -1]
        columns[f"moved_{name}"] = 100.0 * float(moved.mean())
    values = np.concatenate([rows.ravel() for rows in every])
    margin = 0.08 * max(float(np.ptp(values)), 1e-2 * float(values.max()))
    columns["span"] = np.array([values.min() - margin, values.max() + margin])
    columns["seeds"] = float(len(every[0]))
    columns["epochs"] = float(every[0].shape[1] - 1)
    return columns


def _seeds(name: str) -> plots.Piece:
    """A line for each seed of an estimator, in one trace."""
    style = STYLES[name]
    return plots.scatter(
        f"=x_{name}",
        f"=y_{name}",
        style.label,
        line=style.line(),
        marker=style.mark(7),
        hovertemplate="%{y:.4f}<extra></extra>",
        cliponaxis=False,
        **plots.named("end"),
    )


EXPLORER = Explorer(
    name="deep_stability",
    title="At the largest rate identity leaves, clipped ReLU stays",
    caption=(
        "A quantized network that ReLU or clipped ReLU has trained is trained on at a "
        "constant learning rate, with each estimator. The forward pass, so the landscape, is the "
        "same for all. Each line is one seed; measured on 2,000 training or test images. "
        "The numbers are mean changes over all epochs with their standard errors over the seeds."
    ),
    alt=(
        "Lines over epochs, three for each estimator, of the training loss or the test accuracy. "
        "All start from one value for each seed."
    ),
    controls=(
        menu("network", "Network", NETWORKS, "vgg-stability"),
        radio("start", "Trained", STARTS, "clipped_relu"),
        slider("rate", "Learning rate", RATES, 1e-2, walk=True),
        radio("column", "Measure", COLUMNS, "loss"),
    ),
    tables=(Table(("network", "start", "rate", "column"), _shown, decimals=4),),
    formulas={
        "leaves_identity": "change_identity > 2*error_identity",
        "leaves_relu": "change_relu > 2*error_relu",
        "leaves_clipped": "change_clipped_relu > 2*error_clipped_relu",
    },
    figure=plots.figure(
        [_seeds(name) for name in records.ESTIMATORS],
        plots.layout(
            350,
            (64, 100, 12, 45),
            xaxis=plots.axis("epochs at this rate", dtick=1, range=(0, "=epochs")),
            yaxis=plots.axis("~{column_label}", range="=span", nticks=5),
        ),
        narrow=plots.layout(340, (56, 52, 12, 45)),
    ),
    sentences=(
        Sentence(
            "Eq(column, 1)",
            "The training loss is the measure of leaving a minimum. The accuracy need not follow "
            "it, so choose it to see who leaves.",
        ),
        Sentence(
            "leaves_identity & ~leaves_relu & ~leaves_clipped",
            "Identity alone raises the loss over two standard errors: the paper's effect. So it "
            "alone leaves.",
        ),
        Sentence(
            "leaves_identity & leaves_relu & ~leaves_clipped",
            "Identity and ReLU raise the loss by over two standard errors. Clipped ReLU does not, "
            "so it alone rests.",
        ),
        Sentence(
            "leaves_identity & leaves_relu & leaves_clipped",
            "All three raise the loss by over two standard errors. So at this rate none rests.",
        ),
        Sentence(
            "leaves_identity | leaves_relu | leaves_clipped",
            "Some rises pass two standard errors, but not in the paper's order.",
        ),
        Sentence(
            "True",
            "No rise is over two standard errors: a null. So none is seen to leave.",
        ),
    ),
    rows=(
        *(
            (style.label, f"{{change_{name}:.3f}} ± {{error_{name}:.3f}}")
            for name, style in STYLES.items()
        ),
        ("Length", "{epochs:.0f} epochs, {seeds:.0f} seeds"),
        *rows_of_paper("weights moved by %", "moved", 3),
        *rows_of_paper("seeds that rise", "rises", 0),
    ),
    chips=3,
)
