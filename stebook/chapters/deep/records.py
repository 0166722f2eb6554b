"""The results of the deep experiments, from the stored tables; nothing here needs PyTorch."""

import json
import math
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import ArrayLike

#: One file for each table, written by `collect` from the runs of the project.
STORED = Path(__file__).with_name("results")
#: The paper's three, in the order of its tables.
ESTIMATORS = ("identity", "relu", "clipped_relu")
#: What a comparison can come to, from strong to none.
STRENGTHS = ("supported", "weakly supported", "not reproduced", "contradicted")

#: Training images where a run takes all of them, and the names of data and networks.
IMAGES = {"mnist-5k": 4_000, "fashion": 60_000}
DATA = {"mnist-5k": "MNIST", "fashion": "Fashion-MNIST"}
NETS = {"lenet5": "LeNet-5", "vgg11": "VGG-11", "resnet20": "ResNet-20"}

#: Training loss and validation accuracy in % of the paper's table, one run each, by the network and
#: the bits, identity, ReLU and clipped ReLU in this order (Yin et al. 2019).
PAPER = {
    ("lenet5", 2): ((2.6e-2, 98.49), (5.1e-3, 99.24), (5.4e-3, 99.23)),
    ("lenet5", 4): ((6.0e-3, 98.98), (9.0e-4, 99.32), (8.8e-4, 99.24)),
    ("vgg11", 2): ((0.19, 86.58), (0.10, 88.69), (0.02, 90.92)),
    ("vgg11", 4): ((3.1e-2, 90.19), (1.5e-3, 92.01), (1.3e-3, 92.08)),
    ("resnet20", 2): ((1.56, 46.52), (1.50, 48.05), (0.24, 88.39)),
    ("resnet20", 4): ((1.38, 54.16), (0.25, 86.59), (0.04, 91.24)),
}


@cache
def table(name: str, folder: Path = STORED) -> tuple[dict, ...]:
    """The runs of a table: what the chapter reads of each one's job and result.

    Raises
    ------
    ValueError
        If there are none; the message lists the tables that have some.
    """
    path = folder / f"{name}.json"
    if not path.is_file():
        known = ", ".join(sorted(stored.stem for stored in folder.glob("*.json")))
        raise ValueError(f"table: expected one with results, of {known}, got {name!r}")
    return tuple(json.loads(path.read_text(encoding="utf-8")))


def first(job: dict) -> dict:
    """The training part of a job of any kind."""
    return job if "bits" in job else job["start"]


@dataclass(frozen=True)
class Setup:
    """What the runs of a table have in common.

    Attributes
    ----------
    net, data : str
        Names of the network and of its data.
    width : float
        Share of the published number of filters.
    images : int
        How many were trained on.
    epochs : str
        Of the float network, then of the quantized one, then of further training.
    """

    net: str
    data: str
    width: float
    images: int
    epochs: str

    @property
    def size(self) -> str:
        """The width in words."""
        return "full width" if self.width == 1 else f"1/{1 / self.width:.0f} width"


def setup(name: str) -> Setup:
    """The set-up of a table.

    Examples
    --------
    >>> setup("resnet-fashion-full").epochs
    '4 + 4'
    """
    run = table(name)[0]
    job = first(run["job"])
    epochs = [job["start"]["epochs"], job["schedule"]["epochs"]]
    if "epochs" in run["result"]:
        epochs.append(len(run["result"]["epochs"]) - 1)
    return Setup(
        NETS[job["net"]],
        DATA[job["data"]],
        job["width"],
        job["size"] or IMAGES[job["data"]],
        " + ".join(map(str, epochs)),
    )


def is_full(name: str) -> bool:
    """Whether a table ran at full width on all 60,000 images."""
    ran = setup(name)
    return ran.width == 1 and ran.images == IMAGES["fashion"]


def seeds(name: str) -> tuple[int, ...]:
    """The seeds of a table, in order."""
    return tuple(sorted({first(run["job"])["seed"] for run in table(name)}))


def bits(name: str) -> tuple[int, ...]:
    """The numbers of bits of a table, in order."""
    return tuple(sorted({first(run["job"])["bits"] for run in table(name)}))


def training(name: str, bits: int, estimator: str) -> list[dict]:
    """The results of one cell of a table, in the order of the seeds."""
    return [run["result"] for run in _by_seed(name, bits=bits, estimator=estimator)]


def accuracy(name: str, bits: int, estimator: str) -> np.ndarray:
    """Test accuracy in percent, shape (seeds,)."""
    return np.array([100.0 * r["test"]["accuracy"] for r in training(name, bits, estimator)])


def float_accuracy(name: str) -> np.ndarray:
    """Test accuracy of the float networks in percent, shape (seeds,)."""
    by_seed = {run["job"]["seed"]: run["result"]["float_accuracy"] for run in table(name)}
    return np.array([100.0 * by_seed[seed] for seed in sorted(by_seed)])


def training_loss(name: str, bits: int, estimator: str) -> np.ndarray:
    """Training loss after the last epoch, shape (seeds,)."""
    return np.array([r["train"]["loss"] for r in training(name, bits, estimator)])


def of_the_paper(name: str, bits: int) -> tuple[tuple[float, float], ...] | None:
    """The paper's loss and accuracy for the network of a table, by estimator, or None."""
    return PAPER.get((net_of(name), bits))


def data_of_the_paper(name: str) -> str:
    """The data on which the paper trained the network of a table."""
    return "MNIST" if net_of(name) == "lenet5" else "CIFAR-10"


def said_by_the_paper(name: str, bits: int) -> str:
    """The paper's accuracies for the network of a table, or that it has none."""
    found = of_the_paper(name, bits)
    if found is None:
        return "not in the paper"
    shown = ", ".join(f"{right:.2f}" for _, right in found)
    return f"{data_of_the_paper(name)}: identity, ReLU, clipped ReLU {shown} %"


def net_of(name: str) -> str:
    """The network of a table, as `PAPER` names it."""
    return first(table(name)[0]["job"])["net"]


def windows(name: str, bits: int) -> dict[tuple[float | None, float | None], np.ndarray]:
    """Test accuracy in percent of each window (low, high), shape (seeds,)."""
    found: dict[tuple, list[float]] = {}
    for run in _by_seed(name, bits=bits):
        ends = run["job"]["low"], run["job"]["high"]
        found.setdefault(ends, []).append(100.0 * run["result"]["test"]["accuracy"])
    return {ends: np.array(values) for ends, values in found.items()}


def stability(name: str, start: str, estimator: str, rate: float, column: str) -> np.ndarray:
    """A column of further training, shape (seeds, 1 + epochs); the first is before it."""
    runs = [
        run
        for run in _by_seed(name, estimator=start)
        if run["job"]["estimator"] == estimator and run["job"]["rate"] == rate
    ]
    return np.array([[row[column] for row in run["result"]["epochs"]] for run in runs])


def probe(name: str, bits: int, estimator: str) -> list[dict]:
    """The probes of the networks that one estimator trained, in the order of the seeds."""
    return [run["result"] for run in _by_seed(name, bits=bits, estimator=estimator)]


def strength(differences: ArrayLike) -> str:
    """How well paired differences support that their mean is positive.

    Parameters
    ----------
    differences : array_like, shape (seeds,)
        One for each seed, at least three.

    Returns
    -------
    str
        "supported" if all are positive and the mean is over two standard errors; "weakly
        supported" if the mean is over one; "contradicted" if it is over two below zero and all
        are negative; else "not reproduced".

    Raises
    ------
    ValueError
        If there are fewer than three.

    Examples
    --------
    >>> strength([1.0, 1.2, 0.8]), strength([1.0, -0.2, 0.8]), strength([0.1, -0.2, 0.1])
    ('supported', 'weakly supported', 'not reproduced')
    """
    x = np.asarray(differences, dtype=float)
    if x.ndim != 1 or len(x) < 3:
        raise ValueError(f"differences: expected three or more numbers, got {differences!r}")
    mean, error = float(x.mean()), standard_error(x)
    if np.all(x > 0) and mean > 2 * error:
        return STRENGTHS[0]
    if mean > error:
        return STRENGTHS[1]
    return STRENGTHS[3] if np.all(x < 0) and mean < -2 * error else STRENGTHS[2]


def standard_error(values: ArrayLike) -> float:
    """The sample standard deviation over the root of the number of values."""
    x = np.asarray(values, dtype=float)
    return float(x.std(ddof=1)) / math.sqrt(len(x))


def _by_seed(name: str, **wanted: object) -> list[dict]:
    """The runs whose training part has these entries, in the order of the seeds."""
    runs = [
        run
        for run in table(name)
        if all(first(run["job"])[key] == value for key, value in wanted.items())
    ]
    return sorted(runs, key=lambda run: first(run["job"])["seed"])
