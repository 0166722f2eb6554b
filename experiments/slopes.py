"""How each proxy's gradient differs from that of a smoothed network, layer by layer."""

from dataclasses import dataclass
from typing import ClassVar

import torch
from torch import Tensor, nn

from experiments import nets, records
from experiments.data import Data
from experiments.probes import batch_statistics, loss_on, through, unit
from experiments.training import State, Trainer, Training, Watch, fit, network, score, unwatched
from experiments.windows import ESTIMATORS, Windowed, step, window

#: Width of the noise that the reference smooths the stairs with, as a share of their step.
SMOOTHING = 0.5
#: Training images that all gradients are of, in one batch.
MEASURED = 512
#: Of the check by differences: images, noise of the weights and half the step as shares of each
#: layer's length, and into how many parts the layers are cut.
CHECKED, SHAKE, STEP, PARTS = 256, 0.1, 0.05, 3
#: Digits kept of a number.
DIGITS = 4


class Smoothed(nn.Module):
    """The mean of ``sigma_alpha(x + tau xi)`` over standard normal xi, forward and backward."""

    def __init__(self, bits: int, alpha: float, tau: float):
        super().__init__()
        self.alpha, self.tau, self.top = alpha, tau, 2**bits - 1

    def forward(self, x: Tensor) -> Tensor:
        jumps = (torch.special.ndtr((x - j * self.alpha) / self.tau) for j in range(self.top))
        return self.alpha * sum(jumps)


@dataclass(frozen=True)
class Slopes:
    """A training, looked at after some shares of its epochs; 0 is the float network with stairs.

    `draws` of the weights' noise check the reference by differences of the quantized loss; 0 does
    without.
    """

    start: Training
    stages: tuple[float, ...]
    draws: int
    images: int = MEASURED
    smoothing: float = SMOOTHING
    kind: ClassVar[str] = "slopes"

    @property
    def training(self) -> Training:
        """The training that it looks at."""
        return self.start

    @property
    def label(self) -> str:
        """The network, then bits and estimator, or that there is no training."""
        name = self.start.label if max(self.stages) else f"b{self.start.bits}-float"
        return f"{self.start.net}-{name}"

    def run(self, trainer: Trainer) -> dict:
        """Train and look; see `slopes`."""
        watch = trainer.progress(self.start.schedule.epochs, records.name(self))
        return slopes(self, trainer.data, trainer.start(self.start), watch)


def weights(net: nn.Module) -> list[Tensor]:
    """The weights of each layer, without the scores' constant terms, from first to last."""
    return [part for part in net.parameters() if part.dim() > 1]


def gradients(
    job: Slopes, data: Data, state: State, pair: tuple[Tensor, Tensor]
) -> dict[str, list[Tensor]]:
    """Each layer's gradient by each estimator and, as "smoothed", of the smoothed network."""
    start = job.start
    alpha = step(start.bits)
    smooth = nets.build(
        start.net,
        lambda: Smoothed(start.bits, alpha, job.smoothing * alpha),
        data.channels,
        data.side,
        start.width,
    ).to(pair[1].device, memory_format=torch.channels_last)
    smooth.load_state_dict(state)
    nets_by_name = {
        name: through(start, data, state, *window(name, start.bits)) for name in ESTIMATORS
    } | {"smoothed": smooth}
    found = {}
    for name, net in nets_by_name.items():
        batch_statistics(net)
        loss = loss_on(net, *pair)
        found[name] = [part.detach() for part in torch.autograd.grad(loss, weights(net))]
    return found


@torch.no_grad()
def outside(net: nn.Module, images: Tensor) -> dict[str, list[float]]:
    """At each activation the shares of pre-activations at most 0, and beyond the highest stair."""
    below, above = [], []

    def look(module: Windowed, inward: tuple[Tensor], _: Tensor) -> None:
        (x,) = inward
        below.append((x <= 0).float().mean().item())
        above.append((x > module.top * module.alpha).float().mean().item())

    hooks = [
        module.register_forward_hook(look)
        for module in net.modules()
        if isinstance(module, Windowed)
    ]
    net(images)
    for hook in hooks:
        hook.remove()
    return {"below": below, "above": above}


@torch.no_grad()
def checked(
    net: nn.Module, directions: dict[str, list[Tensor]], pair: tuple[Tensor, Tensor], job: Slopes
) -> dict[str, list[list[float]]]:
    """How fast the quantized loss falls along each direction, for each part and draw of noise.

    A draw adds noise of a tenth of each layer's length to all weights; from there the layers of a
    part go the same share of their lengths along the direction, and back. The fall is for one
    layer's length of way in each layer of the part.
    """
    layers = weights(net)
    origin = [layer.clone() for layer in layers]
    lengths = [layer.norm() for layer in layers]
    generator = torch.Generator().manual_seed(job.start.seed)
    bounds = [round(part * len(layers) / PARTS) for part in range(PARTS + 1)]
    falls: dict[str, list[list[float]]] = {name: [[] for _ in range(PARTS)] for name in directions}
    for _ in range(job.draws):
        noise = unit([torch.randn(part.shape, generator=generator) for part in origin])
        shaken = [
            start + SHAKE * length * part.to(start.device)
            for start, length, part in zip(origin, lengths, noise, strict=True)
        ]
        for name, direction in directions.items():
            for part in range(PARTS):
                losses = []
                for sign in (1, -1):
                    for k, layer in enumerate(layers):
                        inside = bounds[part] <= k < bounds[part + 1]
                        layer.copy_(shaken[k] + sign * inside * STEP * lengths[k] * direction[k])
                    losses.append(loss_on(net, *pair).item())
                falls[name][part].append((losses[0] - losses[1]) / (2 * STEP))
    for layer, start in zip(layers, origin, strict=True):
        layer.copy_(start)
    return falls


def shortened(thing: object) -> object:
    """With each number to four digits, so that results stay small."""
    if isinstance(thing, dict):
        return {key: shortened(value) for key, value in thing.items()}
    if isinstance(thing, list):
        return [shortened(value) for value in thing]
    return float(f"{thing:.{DIGITS}g}") if isinstance(thing, float) else thing


def look(job: Slopes, data: Data, state: State) -> dict:
    """Cosines and length ratios of each estimator's gradient to the smoothed network's, by layer.

    Returns
    -------
    dict
        "cosines" and "ratios" have a list over the layers for each estimator, "below" and "above"
        the shares of pre-activations off the stairs, one for each activation, and "falls" the
        check, where there is one.
    """
    images, labels = (part[: job.images] for part in data.train)
    pair = images.contiguous(memory_format=torch.channels_last), labels
    found = gradients(job, data, state, pair)
    reference = found["smoothed"]
    cosines, ratios = {}, {}
    for name in ESTIMATORS:
        both = list(zip(unit(found[name]), unit(reference), strict=True))
        cosines[name] = [torch.sum(one * other).item() for one, other in both]
        ratios[name] = [
            (one.norm() / other.norm()).item()
            for one, other in zip(found[name], reference, strict=True)
        ]
    net = through(job.start, data, state, job.start.low, job.start.high)
    batch_statistics(net)
    numbers = {"cosines": cosines, "ratios": ratios, **outside(net, pair[0])}
    if job.draws:
        directions = {name: unit(parts) for name, parts in found.items()}
        few = pair[0][:CHECKED], pair[1][:CHECKED]
        numbers["falls"] = checked(net, directions, few, job)
    return numbers


def slopes(job: Slopes, data: Data, state: State, watch: Watch = unwatched) -> dict:
    """Looks at a training from a float network's state; with its numbers, if there is any training.

    Looking changes nothing: the numbers are those of the training alone.
    """
    start = job.start
    net = network(start, data, quantized=True).to(data.train[1].device)
    net.load_state_dict(state)
    due = {round(share * start.schedule.epochs) for share in job.stages}
    looks, rows = [], []

    def look_if_due() -> None:
        if len(rows) in due:
            looks.append({"epoch": len(rows), **shortened(look(job, data, net.state_dict()))})

    def seen(row: dict) -> None:
        rows.append(row)
        look_if_due()
        watch(row)

    look_if_due()
    if not max(due):
        return {"looks": looks}
    fit(net, data, start.schedule, start.seed + 1000, seen, start.optimizer)
    return {
        "looks": looks,
        "epochs": rows,
        "train": score(net, data.train, 10_000),
        "test": score(net, data.test),
    }
