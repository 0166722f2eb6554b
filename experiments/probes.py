"""What one step does to the loss of a trained network, and what further training does."""

from dataclasses import dataclass, replace
from typing import ClassVar

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from experiments import records
from experiments.data import Data
from experiments.lengths import EqualLength
from experiments.training import State, Trainer, Training, Watch, epoch, network, score, unwatched
from experiments.windows import ESTIMATORS, window

#: Images of each set that further training is followed on: the same before and after.
FOLLOWED = 2000
#: Lengths of the probe's step, as a share of each layer's weights, and how many random directions.
STEP_SIZES = (1e-4, 3e-4, 1e-3, 3e-3, 1e-2, 3e-2)
DIRECTIONS = 20
#: Training images on which the probe computes its gradient and its losses, all in one batch.
PROBED = 1000


@dataclass(frozen=True)
class Stability:
    """From the end of `start`, train on with another window at a constant rate."""

    start: Training
    estimator: str
    low: float | None
    high: float | None
    rate: float
    epochs: int
    kind: ClassVar[str] = "stability"
    optimizer: ClassVar[type[torch.optim.Optimizer]] = torch.optim.SGD

    @property
    def training(self) -> Training:
        """What it goes on from."""
        return self.start

    @property
    def label(self) -> str:
        """What it starts from, then estimator and rate."""
        return f"{self.start.label}-then-{self.estimator}-{self.rate:g}"

    def run(self, trainer: Trainer) -> dict:
        """Train on; see `stability`."""
        watch = trainer.progress(self.epochs, records.name(self))
        return stability(self, trainer.data, trainer.end(self.start), watch)


@dataclass(frozen=True)
class EqualStability(Stability):
    """Further training in which a step goes the share `rate` of each layer's length."""

    equal_length: bool = True
    optimizer: ClassVar[type[torch.optim.Optimizer]] = EqualLength

    @property
    def label(self) -> str:
        """That of the further training, and that the steps are of equal length."""
        return f"{super().label}-equal"


@dataclass(frozen=True)
class Probe:
    """At the end of `start`, one step along each estimator's gradient, and along random ones."""

    start: Training
    sizes: tuple[float, ...] = STEP_SIZES
    directions: int = DIRECTIONS
    images: int = PROBED
    kind: ClassVar[str] = "probe"

    @property
    def training(self) -> Training:
        """What it looks at the end of."""
        return self.start

    @property
    def label(self) -> str:
        """That of the training."""
        return self.start.label

    def run(self, trainer: Trainer) -> dict:
        """Take the steps; see `probe`."""
        return probe(self, trainer.data, trainer.end(self.start))


def loss_on(net: nn.Module, images: Tensor, labels: Tensor) -> Tensor:
    """The loss on one batch by that batch's own statistics: a function of the weights alone."""
    return F.cross_entropy(net(images), labels)


def batch_statistics(net: nn.Module) -> None:
    """Let batch norm use each batch's statistics and keep none."""
    net.train()
    for module in net.modules():
        if isinstance(module, nn.BatchNorm1d | nn.BatchNorm2d):
            module.track_running_stats = False
            module.running_mean = module.running_var = None


def through(
    job: Training, data: Data, state: State, low: float | None, high: float | None
) -> nn.Module:
    """A job's network in a trained state, with another window for a proxy."""
    net = network(replace(job, low=low, high=high), data, quantized=True)
    net.to(data.train[1].device)
    net.load_state_dict(state)
    return net


@torch.no_grad()
def moved(
    net: nn.Module,
    origin: list[Tensor],
    direction: list[Tensor],
    size: float,
    pair: tuple[Tensor, Tensor],
) -> float:
    """The loss after a step of `size` |layer| against a direction of unit length in each layer."""
    for weight, start, part in zip(net.parameters(), origin, direction, strict=True):
        weight.copy_(start - size * start.norm() * part)
    loss = loss_on(net, *pair).item()
    for weight, start in zip(net.parameters(), origin, strict=True):
        weight.copy_(start)
    return loss


def unit(parts: list[Tensor]) -> list[Tensor]:
    """Each layer's part divided by its length; a part that is all zero stays so."""
    return [part / part.norm().clamp_min(torch.finfo(part.dtype).tiny) for part in parts]


def probe(job: Probe, data: Data, state: State) -> dict:
    """The changes of the loss for each estimator's direction and for random ones.

    Every layer takes a step of the same share of its length, so that the random directions differ
    from the estimators' in nothing but the direction.

    Returns
    -------
    dict
        The loss before; for each estimator the changes by each size of step, and under "random" a
        list of them for each direction; the cosines of each two estimators' directions.
    """
    device = data.train[1].device
    images, labels = (part[: job.images] for part in data.train)
    pair = images.contiguous(memory_format=torch.channels_last), labels
    gradients, before = {}, None
    for name in ESTIMATORS:
        low, high = window(name, job.start.bits)
        net = through(job.start, data, state, low, high)
        batch_statistics(net)
        loss = loss_on(net, *pair)
        before = loss.item()
        gradients[name] = unit([g.detach() for g in torch.autograd.grad(loss, net.parameters())])
    origin = [weight.detach().clone() for weight in net.parameters()]
    generator = torch.Generator().manual_seed(job.start.seed)
    random = [
        unit([torch.randn(part.shape, generator=generator).to(device) for part in origin])
        for _ in range(job.directions)
    ]

    def changes(direction: list[Tensor]) -> list[float]:
        return [moved(net, origin, direction, size, pair) - before for size in job.sizes]

    flat = {
        name: torch.cat([part.flatten() for part in parts]) for name, parts in gradients.items()
    }
    cosines = {
        f"{one} {two}": F.cosine_similarity(flat[one], flat[two], dim=0).item()
        for k, one in enumerate(ESTIMATORS)
        for two in ESTIMATORS[k + 1 :]
    }
    return {
        "loss": before,
        "changes": {
            **{name: changes(direction) for name, direction in gradients.items()},
            "random": [changes(direction) for direction in random],
        },
        "cosines": cosines,
    }


def stability(job: Stability, data: Data, state: State, watch: Watch = unwatched) -> dict:
    """Train on at a constant rate with another window: a row before, and one after each epoch.

    A row has the loss and accuracy on the first 2,000 images to train on, the accuracy on as many
    test images, and the distance of all weights from where they began, as a share of their length.
    """
    net = through(job.start, data, state, job.low, job.high)
    origin = [weight.detach().clone() for weight in net.parameters()]
    length = torch.sqrt(sum(part.square().sum() for part in origin))
    optimizer = job.optimizer(net.parameters(), lr=job.rate, momentum=job.start.schedule.momentum)
    generator = torch.Generator().manual_seed(job.start.seed + 2000)

    def row() -> dict:
        with torch.no_grad():
            apart = [weight - start for weight, start in zip(net.parameters(), origin, strict=True)]
            far = torch.sqrt(sum(part.square().sum() for part in apart))
        train, test = score(net, data.train, FOLLOWED), score(net, data.test, FOLLOWED)
        return {
            "loss": train["loss"],
            "train_accuracy": train["accuracy"],
            "accuracy": test["accuracy"],
            "moved": (far / length).item(),
        }

    rows = [row()]
    for _ in range(job.epochs):
        epoch(net, optimizer, data, job.start.schedule.batch, generator)
        rows.append(row())
        watch(rows[-1])
    return {"epochs": rows}
