"""Several seeds trained in one process, as one network: is that faster than each for itself?

    python -m experiments.together --device cuda --out DIR

measures it on images of noise, and needs no data. No table is trained in this way: the sums of a
batch norm are then added in another order, and its results would not be those of a run alone.
"""

import argparse
import copy
import json
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import asdict, dataclass, fields, replace
from pathlib import Path

import torch
from torch import Tensor, nn
from torch.func import functional_call, stack_module_state, vmap
from torch.nn import functional as F
from torch.utils._python_dispatch import TorchDispatchMode

from experiments import devices, records
from experiments.data import CLASSES, Data
from experiments.tables import EVERY, jobs
from experiments.training import Training, batches, circumstances, epoch, network

#: Batches in one pass over the images.
PASS = 10
#: The file of the result.
NAME = "together.json"
#: How the images of a batch lie in memory.
LAYOUTS = ("channels first", "channels last")
#: Operators that compute nothing: they look at a tensor in another way, or only make room.
VIEWS = (
    *(
        "view",
        "_unsafe_view",
        "permute",
        "transpose",
        "t",
        "expand",
        "slice",
        "select",
        "unsqueeze",
    ),
    *("squeeze", "unbind", "split", "as_strided", "detach", "alias"),
    *("empty", "empty_like", "empty_strided", "new_empty_strided"),
)


@dataclass(frozen=True)
class Setting:
    """What is measured: the network of a table, with clipped ReLU, for so many seeds.

    `seconds` is how long each way is measured, after its first pass.
    """

    table: str = "resnet-fashion-full-14"
    width: float = 1.0
    batch: int = 128
    seeds: int = 3
    seconds: float = 2.0
    device: str = "cuda"

    def words(self) -> list[str]:
        """The command line of this."""
        return [f"--{key.name}={getattr(self, key.name)}" for key in fields(self)]

    def trainings(self) -> list[Training]:
        """A training of each seed: the last estimator's at the fewest bits."""
        plan = EVERY[self.table]
        plan = replace(plan, width=self.width, bits=plan.bits[:1])
        return [jobs(replace(plan, seeds=(seed,)))[-1].training for seed in range(self.seeds)]

    def noise(self, kind: torch.dtype = torch.float32) -> Data:
        """Images of noise with labels by chance: one pass of `PASS` batches."""
        side = EVERY[self.table].side or 28
        generator = torch.Generator().manual_seed(0)
        images = torch.randn(PASS * self.batch, 1, side, side, generator=generator).to(kind)
        labels = torch.randint(CLASSES, (len(images),), generator=generator)
        pair = images, labels
        return Data("noise", "0" * 64, pair, pair).to(devices.device(self.device))

    def networks(self, data: Data) -> list[nn.Module]:
        """The quantized network of each seed, untrained."""
        made = []
        for job in self.trainings():
            torch.manual_seed(job.seed)
            net = network(job, data, quantized=True)
            made.append(net.to(data.train[1].device, data.train[0].dtype))
        return made


class Together:
    """K networks of one shape as one, from images (K, N, ...) to scores (K, N, 10).

    The weights of a layer, and the statistics of a batch norm, are those of the K networks, one
    after the other; so K convolutions become one with K groups.
    """

    def __init__(self, made: Sequence[nn.Module], layout: str):
        self.layout = layout
        self.weights, self.statistics = stack_module_state(list(made))
        if layout == "channels last":
            self.weights = {name: _last(weight) for name, weight in self.weights.items()}
        shape = copy.deepcopy(made[0]).to("meta").train()
        self._scores = vmap(lambda one, other, x: functional_call(shape, (one, other), x))

    def __call__(self, images: Tensor) -> Tensor:
        if self.layout == "channels last":
            images = images.permute(1, 3, 4, 0, 2).contiguous().permute(3, 0, 4, 1, 2)
        return self._scores(self.weights, self.statistics, images)


def _last(weight: Tensor) -> Tensor:
    """The kernels (K, O, I, h, w) of a convolution with I last in memory; others as they are."""
    if weight.dim() != 5:
        return weight
    flat = weight.detach().flatten(0, 1).contiguous(memory_format=torch.channels_last)
    return flat.unflatten(0, weight.shape[:2]).requires_grad_()


def epoch_together(
    made: Together,
    optimizer: torch.optim.Optimizer,
    data: Data,
    size: int,
    generators: Sequence[torch.Generator],
) -> list[float]:
    """`training.epoch` for each network, in an order of its own; the mean loss of each."""
    images, labels = data.train
    total, seen = torch.zeros(len(generators), dtype=torch.float64), 0
    orders = (batches(len(labels), size, generator) for generator in generators)
    for parts in zip(*orders, strict=True):
        part = torch.stack(parts).to(labels.device)
        scores = made(images[part]).flatten(0, 1)
        losses = F.cross_entropy(scores, labels[part].flatten(), reduction="none")
        losses = losses.unflatten(0, part.shape).mean(1)
        optimizer.zero_grad()
        losses.sum().backward()
        optimizer.step()
        total += torch.tensor(losses.tolist(), dtype=torch.float64) * part.shape[1]
        seen += part.shape[1]
    return (total / seen).tolist()


def _moves(weights: Sequence[Tensor]) -> torch.optim.Optimizer:
    return torch.optim.SGD(weights, lr=0.01, momentum=0.9)


def alone(setting: Setting, data: Data, net: nn.Module, seed: int = 0) -> Callable[[], object]:
    """What trains a network for one pass, as the tables do."""
    moves, generator = _moves(list(net.parameters())), torch.Generator().manual_seed(seed)
    return lambda: epoch(net, moves, data, setting.batch, generator)


def together(setting: Setting, data: Data, made: Together) -> Callable[[], object]:
    """What trains all networks for one pass."""
    moves = _moves(list(made.weights.values()))
    generators = [torch.Generator().manual_seed(seed) for seed in range(setting.seeds)]
    return lambda: epoch_together(made, moves, data, setting.batch, generators)


def difference(setting: Setting, layout: str, kind: torch.dtype) -> float:
    """How far the networks trained together are from the same trained alone, after one pass.

    It is the largest over seeds, weights of a layer and statistics of a batch norm, as a share of
    their length.
    """
    data = setting.noise(kind)
    nets = setting.networks(data)
    made = Together(copy.deepcopy(nets), layout)
    together(setting, data, made)()
    both = made.weights | made.statistics
    shares = []
    for seed, net in enumerate(nets):
        alone(setting, data, net, seed)()
        for name, value in net.state_dict().items():
            apart = (both[name][seed].double() - value.double()).norm() / value.double().norm()
            shares.append(apart.item())
    return max(shares)


class Operators(TorchDispatchMode):
    """Counts what torch computes while this lasts: about so many kernels a GPU is given."""

    def __init__(self):
        super().__init__()
        self.seen: Counter[str] = Counter()

    def __torch_dispatch__(self, func, types, args=(), kwargs=None):
        name = func.overloadpacket.__name__
        if func.namespace == "aten" and name not in VIEWS:
            self.seen[name] += 1
        return func(*args, **(kwargs or {}))


def operators(one_pass: Callable[[], object]) -> float:
    """What torch computes for one batch."""
    with Operators() as counted:
        one_pass()
    return sum(counted.seen.values()) / PASS


def step_time(one_pass: Callable[[], object], seconds: float, device: torch.device) -> float:
    """Seconds that a batch takes, in passes for so many seconds."""

    def now() -> float:
        if device.type == "cuda":
            torch.cuda.synchronize(device)
        return time.perf_counter()

    began, passes = now(), 0
    while not passes or time.perf_counter() - began < seconds:
        one_pass()
        passes += 1
    return (now() - began) / (passes * PASS)


def process(setting: Setting) -> None:
    """One of `side_by_side`: print "ready", wait for a line, print the seconds of a batch."""
    data = setting.noise()
    one_pass = alone(setting, data, setting.networks(data)[0])
    one_pass()
    print("ready", flush=True)
    sys.stdin.readline()
    print(step_time(one_pass, setting.seconds, data.train[1].device), flush=True)


def side_by_side(setting: Setting) -> float:
    """Mean seconds of a batch where each seed has a process, and all of them go at once.

    Raises
    ------
    RuntimeError
        If one of the processes fails.
    """
    command = [sys.executable, "-m", "experiments.together", "--process", *setting.words()]
    pipe = subprocess.PIPE
    with ExitStack() as ends:
        going = []
        for _ in range(setting.seeds):
            one = subprocess.Popen(command, cwd=records.ROOT, stdin=pipe, stdout=pipe, text=True)
            going.append(ends.enter_context(one))
            ends.callback(one.kill)
        ready = [one.stdout.readline() for one in going]
        if all(ready):
            for one in going:
                one.stdin.write("begin\n")
                one.stdin.flush()
            ready = [one.communicate()[0] for one in going]
    if not all(ready):
        raise RuntimeError(f"processes: expected {setting.seeds} to end well, got one that did not")
    return sum(map(float, ready)) / len(ready)


def measured(setting: Setting) -> dict:
    """Milliseconds and operators of a batch *and seed*, alone, together and side by side."""
    data = setting.noise()
    device = data.train[1].device
    ways = []

    def row(way: str, one_pass: Callable[[], object], seeds: int) -> None:
        one_pass()
        count = operators(one_pass)
        seconds = step_time(one_pass, setting.seconds, device)
        ways.append(
            {
                "way": way,
                "milliseconds": round(1000 * seconds / seeds, 3),
                "operators": round(count / seeds, 1),
            }
        )

    row("alone", alone(setting, data, setting.networks(data)[0]), 1)
    for layout in LAYOUTS:
        made = Together(setting.networks(data), layout)
        row(f"together, {layout}", together(setting, data, made), setting.seeds)
    beside = 1000 * side_by_side(setting) / setting.seeds
    ways.append(ways[0] | {"way": "side by side", "milliseconds": round(beside, 3)})
    kinds = {"float32": torch.float32, "float64": torch.float64}
    return {
        "setting": asdict(setting),
        "circumstances": circumstances(data),
        "ways": ways,
        "differences": {
            name: difference(setting, LAYOUTS[0], kind) for name, kind in kinds.items()
        },
    }


def is_measured(path: Path, setting: Setting) -> bool:
    """Whether a file is the whole result of a setting."""
    try:
        return json.loads(path.read_text(encoding="utf-8"))["setting"] == asdict(setting)
    except (OSError, ValueError, LookupError, TypeError):
        return False


def told(result: dict) -> str:
    """The result as a table."""
    lines = [f"{result['setting']['seeds']} seeds, for each batch and seed:"]
    lines += [
        f"{row['way']:25} {row['milliseconds']:9.3f} ms {row['operators']:7.1f} operators"
        for row in result["ways"]
    ]
    apart = ", ".join(f"{share:.1e} in {kind}" for kind, share in result["differences"].items())
    return "\n".join([*lines, f"together from alone after {PASS} batches: {apart}"])


def main(arguments: list[str] | None = None) -> None:
    """Measure, print, and write the result whole or not at all."""
    asked = argparse.ArgumentParser(
        prog="python -m experiments.together", description=__doc__.splitlines()[0]
    )
    for key in fields(Setting):
        asked.add_argument(f"--{key.name}", type=type(key.default), default=key.default)
    asked.add_argument("--out", type=Path, default=records.STATES, help="folder of the result")
    asked.add_argument("--process", action="store_true", help=argparse.SUPPRESS)
    options = vars(asked.parse_args(arguments))
    out, one = options.pop("out"), options.pop("process")
    setting = Setting(**options)
    devices.settle(1)
    if one:
        process(setting)
        return
    try:
        result = measured(setting)
    except (ValueError, RuntimeError) as error:
        asked.exit(1, f"{asked.prog}: error: {error}\n")
    records.write(out / NAME, result)
    print(told(result))


if __name__ == "__main__":
    main()
