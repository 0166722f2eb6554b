"""One training run, from a float network to a quantized one, and what is written down about it."""

import platform
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from typing import ClassVar, Protocol

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F

import ste
from experiments import nets
from experiments.data import Data
from experiments.lengths import EqualLength
from experiments.windows import Windowed, step

#: Images that each epoch's accuracy is measured on; the last numbers are of all test images.
LOOKED_AT = 2000
#: Sees each epoch's numbers as they come.
Watch = Callable[[dict], None]
#: Weights and running statistics of a network.
State = dict[str, Tensor]


def unwatched(row: dict) -> None:
    """Look at nothing."""


@dataclass(frozen=True)
class Schedule:
    """Epochs of SGD with momentum .9; the rate falls to a tenth at each of two shares of them."""

    epochs: int
    rate: float
    batch: int
    drops: tuple[float, float] = (0.4, 0.75)
    momentum: float = 0.9

    def rate_at(self, epoch: int) -> float:
        """The rate in an epoch, counted from 0."""
        return self.rate * 0.1 ** sum(epoch >= share * self.epochs for share in self.drops)


@dataclass(frozen=True)
class Training:
    """A float network, then a quantized one from it; all that this depends on besides versions.

    `low` and `high` are the ends of the proxy's window, 1 where low < x < high, in the order of the
    real line; None stands for no end.
    """

    net: str
    width: float
    data: str
    size: int | None
    bits: int
    estimator: str
    low: float | None
    high: float | None
    seed: int
    start: Schedule
    schedule: Schedule
    kind: ClassVar[str] = "training"
    optimizer: ClassVar[type[torch.optim.Optimizer]] = torch.optim.SGD

    @property
    def training(self) -> "Training":
        """The job itself."""
        return self

    @property
    def label(self) -> str:
        """Bits and estimator, or bits and window."""
        words = [f"b{self.bits}", self.estimator]
        if self.estimator == "window":
            words += ["x" if end is None else f"{end:g}" for end in (self.low, self.high)]
        return "-".join(words)

    def run(self, trainer: "Trainer") -> dict:
        """Train the quantized network; its numbers."""
        return trainer.train(self)

    def float_part(self) -> dict:
        """What the float network before it depends on: shared by all bits and estimators."""
        return {
            key: value
            for key, value in asdict(self).items()
            if key in ("net", "width", "data", "size", "seed", "start")
        }


@dataclass(frozen=True)
class EqualTraining(Training):
    """A training whose quantized part goes the same share of each layer's length at each step."""

    equal_length: bool = True
    optimizer: ClassVar[type[torch.optim.Optimizer]] = EqualLength

    @property
    def label(self) -> str:
        """That of the training, and that the steps are of equal length."""
        return f"{super().label}-equal"


class Trainer(Protocol):
    """What a job needs to run: images, trained networks, and a place for its progress."""

    @property
    def data(self) -> Data:
        """The images."""

    def train(self, job: Training) -> dict:
        """The numbers of a training, run now."""

    def end(self, job: Training) -> State:
        """The quantized network at the end of a training: stored before, or trained now."""

    def progress(self, epochs: int, words: str) -> Watch:
        """What is to be called with the row of each of so many epochs."""


class Job(Protocol):
    """A run of a table, of whichever kind: a dataclass of everything that it depends on.

    `kind` and `label` are for people and files; `training` is what the job is or goes on from.
    """

    kind: ClassVar[str]

    @property
    def training(self) -> Training:
        """The training that the job is or goes on from."""

    @property
    def label(self) -> str:
        """What a person looks for, without seed and digest."""

    def run(self, trainer: Trainer) -> dict:
        """The numbers of the job."""


def network(job: Training, data: Data, quantized: bool) -> nn.Module:
    """The network of a job, with float ReLU or with the quantized activation."""

    def activation() -> nn.Module:
        if not quantized:
            return nn.ReLU()
        return Windowed(job.bits, step(job.bits), job.low, job.high)

    made = nets.build(job.net, activation, data.channels, data.side, job.width)
    return made.to(memory_format=torch.channels_last)


def batches(count: int, size: int, generator: torch.Generator) -> Iterator[Tensor]:
    """Indices in random order, `size` at a time; a remainder of one would break batch norm."""
    order = torch.randperm(count, generator=generator)
    for begin in range(0, count, size):
        part = order[begin : begin + size]
        if len(part) > 1:
            yield part


def epoch(
    net: nn.Module,
    optimizer: torch.optim.Optimizer,
    data: Data,
    size: int,
    generator: torch.Generator,
) -> float:
    """One pass over the training images, `size` at a time; the mean loss on the way."""
    net.train()
    images, labels = data.train
    total, seen = 0.0, 0
    for part in batches(len(labels), size, generator):
        part = part.to(labels.device)
        x = images[part].contiguous(memory_format=torch.channels_last)
        loss = F.cross_entropy(net(x), labels[part])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        total += loss.item() * len(part)
        seen += len(part)
    return total / seen


@torch.no_grad()
def score(net: nn.Module, pair: tuple[Tensor, Tensor], limit: int | None = None) -> dict:
    """Mean loss and share of right answers, by the running statistics of batch norm.

    With a limit, of the first so many images.
    """
    net.eval()
    images, labels = pair[0][:limit], pair[1][:limit]
    loss, right = 0.0, 0
    for begin in range(0, len(labels), 1000):
        x = images[begin : begin + 1000].contiguous(memory_format=torch.channels_last)
        y = labels[begin : begin + 1000]
        scores = net(x)
        loss += F.cross_entropy(scores, y, reduction="sum").item()
        right += int((scores.argmax(1) == y).sum())
    return {"loss": loss / len(labels), "accuracy": right / len(labels)}


def fit(
    net: nn.Module,
    data: Data,
    schedule: Schedule,
    seed: int,
    watch: Watch = unwatched,
    optimizer: type[torch.optim.Optimizer] = torch.optim.SGD,
) -> list[dict]:
    """Train a network; what is random is the order of the images, by `seed`.

    Returns
    -------
    list of dict
        For each epoch the rate, the mean training loss on the way, and afterwards the accuracy on
        the first 2,000 test images.

    Raises
    ------
    FloatingPointError
        If the loss of an epoch is not finite.
    """
    generator = torch.Generator().manual_seed(seed)
    moves = optimizer(net.parameters(), lr=schedule.rate, momentum=schedule.momentum)
    rows = []
    for number in range(schedule.epochs):
        for group in moves.param_groups:
            group["lr"] = schedule.rate_at(number)
        loss = epoch(net, moves, data, schedule.batch, generator)
        test = score(net, data.test, LOOKED_AT)
        row = {"rate": schedule.rate_at(number), "loss": loss, "accuracy": test["accuracy"]}
        rows.append(row)
        watch(row)
        if not np.isfinite(loss):
            raise FloatingPointError(f"the training loss is {loss} in epoch {number}")
    return rows


def pretrain(job: Training, data: Data, watch: Watch = unwatched) -> State:
    """Train the float network of a job from its seed; return its state."""
    torch.manual_seed(job.seed)
    net = network(job, data, quantized=False).to(data.train[1].device)
    fit(net, data, job.start, job.seed, watch)
    return net.state_dict()


def quantized(
    job: Training, data: Data, state: State, watch: Watch = unwatched
) -> tuple[nn.Module, dict]:
    """The quantized network, trained from a float one's state, and its numbers.

    Accuracies and losses are of all test images, and of the first 10,000 to train on. `seconds` is
    the time of the quantized network's training alone.
    """
    device = data.train[1].device
    before = network(job, data, quantized=False).to(device)
    before.load_state_dict(state)
    net = network(job, data, quantized=True).to(device)
    net.load_state_dict(state)
    began = time.perf_counter()
    rows = fit(net, data, job.schedule, job.seed + 1000, watch, job.optimizer)
    seconds = time.perf_counter() - began
    return net, {
        "float_accuracy": score(before, data.test)["accuracy"],
        "epochs": rows,
        "train": score(net, data.train, 10_000),
        "test": score(net, data.test),
        "seconds": round(seconds, 1),
    }


def circumstances(data: Data) -> dict:
    """Versions, the data's hash, device and threads: what a result depends on besides its job."""
    device = data.train[1].device
    named = torch.cuda.get_device_name(device) if device.type == "cuda" else "cpu"
    return {
        "versions": {
            "python": platform.python_version(),
            "torch": torch.__version__,
            "numpy": np.__version__,
            "ste": ste.__version__,
        },
        "data_sha256": data.sha256,
        "device": named,
        "threads": torch.get_num_threads(),
    }
