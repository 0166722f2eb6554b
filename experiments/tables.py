"""The tables: which runs each of them is made of. All of it is fixed here, before anything runs."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import product

from experiments.probes import EqualStability, Probe, Stability
from experiments.slopes import Slopes
from experiments.training import EqualTraining, Job, Schedule, Training
from experiments.windows import ESTIMATORS, STEPS, window

#: Starts of the instability experiment: what the good minima were trained with, as in the paper.
STARTS = ("relu", "clipped_relu")
#: Learning rates of the instability experiment, and its length; the paper has 1e-5 and 20 epochs.
RATES = (1e-5, 1e-4, 1e-3, 1e-2)
#: Larger seeds torch refuses, once a run has added to them.
LARGEST_SEED = 2**62
#: Ends of the windows of the table of windows; None is no end. Between 1.5 and 3 a batch-normalized
#: pre-activation has its last percents.
LOWS = (0.0, -0.6, -1.2, None)
HIGHS = (0.6, 1.2, 2.4, None)


@dataclass(frozen=True)
class Plan:
    """What a table is made of unless an option says otherwise.

    `start` is the schedule of the float network, `schedule` that of the quantized one. `epochs` are
    those of the further training in a table of stability, `starts` what its minima come from.
    `equal_length` makes each layer's step a share of its length. A table of slopes crosses `nets`
    and looks at a training at `stages` of its epochs, with `draws` of noise to check.
    """

    kind: str
    net: str
    width: float
    data: str
    size: int | None
    side: int | None
    bits: tuple[int, ...]
    seeds: tuple[int, ...]
    start: Schedule
    schedule: Schedule
    says: str
    epochs: int = 0
    starts: tuple[str, ...] = STARTS
    equal_length: bool = False
    nets: tuple[str, ...] = ()
    stages: tuple[float, ...] = (0.5, 1.0)
    draws: int = 0

    def with_paper(self) -> "Plan":
        """With the widths, lengths and rates that the paper states, where it states them."""
        if self.net == "lenet5":
            start = schedule = Schedule(50, 0.1, 64, (0.4, 0.8))
        else:
            start = schedule = Schedule(200, 0.01, 128, (0.4, 0.7))
        epochs = 20 if self.kind == "stability" else 0
        return replace(self, width=1.0, size=None, start=start, schedule=schedule, epochs=epochs)


_LENET = {"net": "lenet5", "width": 1.0, "side": None}
_VGG = {"net": "vgg11", "width": 0.125, "data": "fashion", "size": 15_000, "side": 32}
_RESNET = {"net": "resnet20", "width": 0.5, "data": "fashion", "size": 8_000, "side": None}
_MNIST = {"data": "mnist-5k", "size": None, **_LENET}
_ALL = (1, 2, 4)
_LENET_START, _LENET_THEN = Schedule(10, 0.1, 64), Schedule(20, 0.1, 64)
_VGG_START, _VGG_THEN = Schedule(8, 0.1, 128), Schedule(8, 0.01, 128)
_RESNET_START, _RESNET_THEN = Schedule(10, 0.1, 128), Schedule(8, 0.01, 128)

PLANS = {
    "lenet-mnist": Plan(
        kind="training",
        **_MNIST,
        bits=_ALL,
        seeds=(0, 1, 2, 3, 4),
        start=_LENET_START,
        schedule=_LENET_THEN,
        says="LeNet-5 on 4,000 digits of MNIST",
    ),
    "windows": Plan(
        kind="windows",
        **_MNIST,
        bits=(1, 2),
        seeds=(0, 1, 2),
        start=_LENET_START,
        schedule=_LENET_THEN,
        says="LeNet-5 on 4,000 digits of MNIST, sixteen windows for a proxy",
    ),
    "probe": Plan(
        kind="probe",
        **_MNIST,
        bits=_ALL,
        seeds=(0, 1, 2, 3, 4),
        start=_LENET_START,
        schedule=_LENET_THEN,
        says="one step from a trained LeNet-5, against random directions",
    ),
    "vgg-fashion": Plan(
        kind="training",
        **_VGG,
        bits=_ALL,
        seeds=(0, 1, 2),
        start=_VGG_START,
        schedule=_VGG_THEN,
        says="VGG-11 on 15,000 images of Fashion-MNIST",
    ),
    "vgg-fast": Plan(
        kind="training",
        **_VGG,
        bits=(2,),
        seeds=(0, 1, 2),
        start=_VGG_START,
        schedule=Schedule(8, 0.1, 128),
        says="VGG-11 as before, at ten times the learning rate after the stairs are put in",
    ),
    "vgg-stability": Plan(
        kind="stability",
        **_VGG,
        bits=(2,),
        seeds=(0, 1, 2),
        start=_VGG_START,
        schedule=_VGG_THEN,
        epochs=3,
        says="VGG-11, 2 bits: on from good minima with each estimator",
    ),
    "lenet-fashion": Plan(
        kind="training",
        data="fashion",
        size=None,
        **_LENET,
        bits=_ALL,
        seeds=(0, 1, 2),
        start=Schedule(3, 0.1, 64),
        schedule=Schedule(3, 0.1, 64),
        says="LeNet-5 on all 60,000 images of Fashion-MNIST",
    ),
    "resnet-fashion": Plan(
        kind="training",
        **_RESNET,
        bits=(2, 4),
        seeds=(0, 1, 2),
        start=_RESNET_START,
        schedule=_RESNET_THEN,
        says="ResNet-20 on 8,000 images of Fashion-MNIST",
    ),
    "resnet-stability": Plan(
        kind="stability",
        **_RESNET,
        bits=(4,),
        seeds=(0, 1, 2),
        start=_RESNET_START,
        schedule=_RESNET_THEN,
        epochs=1,
        says="ResNet-20, 4 bits: on from good minima with each estimator",
    ),
}

_LITTLE = {
    "width": 0.25,
    "data": "fashion",
    "size": 2_000,
    "seeds": (0, 1, 2),
    "start": Schedule(4, 0.1, 64),
    "schedule": Schedule(4, 0.01, 64),
}
_RESNETS = {"net": "resnet20", "nets": ("resnet20", "plain20"), "side": None, **_LITTLE}
_VGGS = {"net": "vgg11", "nets": ("vgg11",), "side": 32, **_LITTLE}
_FLOAT = {"kind": "slopes", "bits": (2,), "stages": (0.0,), "draws": 4}
_LOOKED = {"kind": "slopes", "bits": (2,)}

#: What the chapter's forecast is made of, from float networks alone; what it is compared with; and
#: the three estimators at steps of one length, from the same float networks.
PLANS |= {
    "forecast-resnet": Plan(
        **_RESNETS | _FLOAT,
        says="float ResNet-20, with its sums and without, gets stairs: gradients by layer",
    ),
    "forecast-vgg": Plan(
        **_VGGS | _FLOAT,
        says="the same of VGG-11",
    ),
    "slopes-resnet": Plan(
        **_RESNETS | _LOOKED,
        says="the same along training, and how far it comes",
    ),
    "slopes-vgg": Plan(
        **_VGGS | _LOOKED,
        says="the same along training of VGG-11",
    ),
    "resnet-equal": Plan(
        kind="training",
        net="resnet20",
        side=None,
        bits=(2,),
        **_LITTLE,
        equal_length=True,
        says="ResNet-20, 2 bits, with steps of equal length",
    ),
    "resnet-equal-stability": replace(
        PLANS["resnet-stability"],
        equal_length=True,
        says="ResNet-20, 4 bits: on from good minima with steps of equal length",
    ),
}

_WIDE = {"width": 1.0, "size": None}
_FOUR = {"start": Schedule(4, 0.1, 128), "schedule": Schedule(4, 0.01, 128)}
_LONG = Schedule(14, 0.1, 128)

#: The same networks at full width on all 60,000 images of Fashion-MNIST, for a GPU. The minima of
#: the last start from the float networks of the table before it.
FULL = {
    "vgg-fashion-full": Plan(
        kind="training",
        **_VGG | _WIDE | _FOUR,
        bits=(2,),
        seeds=(0, 1, 2),
        says="VGG-11, full width, all images, 4 + 4 epochs",
    ),
    "resnet-fashion-full": Plan(
        kind="training",
        **_RESNET | _WIDE | _FOUR,
        bits=(2, 4),
        seeds=(0, 1, 2),
        says="ResNet-20, full width, all images, 4 + 4 epochs",
    ),
    "resnet-fashion-full-14": Plan(
        kind="training",
        **_RESNET | _WIDE,
        bits=(2,),
        seeds=(0, 1, 2),
        start=_LONG,
        schedule=replace(_LONG, rate=0.01),
        says="ResNet-20, full width, all images, 14 + 14 epochs",
    ),
    "resnet-stability-full": Plan(
        kind="stability",
        **_RESNET | _WIDE,
        bits=(4,),
        seeds=(0, 1, 2),
        start=_LONG,
        schedule=_RESNET_THEN,
        epochs=1,
        says="ResNet-20, 4 bits, full width: on from good minima with each estimator",
    ),
}

_NEXT = _WIDE | _FOUR | {"bits": (2,)}

#: The same measurements at full width on all images, for a GPU; nobody has run these yet.
NEXT = {
    "forecast-resnet-full": Plan(
        **_RESNETS | _FLOAT | _NEXT,
        says="float ResNet-20 and the plain stack, full width, get stairs: gradients by layer",
    ),
    "forecast-vgg-full": Plan(
        **_VGGS | _FLOAT | _NEXT,
        says="the same of VGG-11",
    ),
    "slopes-resnet-full": Plan(
        **_RESNETS | _LOOKED | _NEXT,
        says="the same along training, full width, 4 + 4 epochs",
    ),
    "slopes-vgg-full": Plan(
        **_VGGS | _LOOKED | _NEXT,
        says="the same along training of VGG-11",
    ),
    "resnet-equal-full": Plan(
        kind="training",
        **_RESNET | _NEXT,
        seeds=(0, 1, 2),
        equal_length=True,
        says="ResNet-20, 2 bits, full width, with steps of equal length",
    ),
    "resnet-equal-stability-full": Plan(
        kind="stability",
        **_RESNET | _NEXT,
        seeds=(0, 1, 2),
        epochs=1,
        equal_length=True,
        says="ResNet-20, 2 bits, full width: on from good minima with steps of equal length",
    ),
}
#: Every table by name.
EVERY = PLANS | FULL | NEXT


def _job(
    plan: Plan, bits: int, estimator: str, low: float | None, high: float | None, seed: int
) -> Training:
    made = EqualTraining if plan.equal_length and plan.kind == "training" else Training
    return made(
        net=plan.net,
        width=plan.width,
        data=plan.data,
        size=plan.size,
        bits=bits,
        estimator=estimator,
        low=low,
        high=high,
        seed=seed,
        start=plan.start,
        schedule=plan.schedule,
    )


def _trained(plan: Plan, bits: int, estimator: str, seed: int) -> Training:
    return _job(plan, bits, estimator, *window(estimator, bits), seed)


def jobs(plan: Plan) -> Sequence[Job]:
    """The runs of a plan; those of one seed together, for they share a float network.

    In a table of stability the estimators stand together at each rate, so that a run that is cut
    short leaves whole rates.

    Raises
    ------
    ValueError
        For a number of bits without a step, a seed that is out of range, one named twice, or equal
        length where nothing is trained.
    """
    for name, given in (("bits", plan.bits), ("seeds", plan.seeds)):
        if len(set(given)) < len(given):
            raise ValueError(f"{name}: expected each once, got {', '.join(map(str, given))}")
    for seed in plan.seeds:
        if not 0 <= seed <= LARGEST_SEED:
            raise ValueError(f"seeds: expected 0 to {LARGEST_SEED:,}, got {seed}")
    for bits in plan.bits:
        if bits not in STEPS:
            raise ValueError(f"bits: expected some of {', '.join(map(str, STEPS))}, got {bits}")
    if plan.equal_length and plan.kind not in ("training", "stability"):
        raise ValueError(f"equal_length: expected a training or stability, got {plan.kind}")
    cells = list(product(plan.seeds, plan.bits))
    if plan.kind == "training":
        return [_trained(plan, bits, name, seed) for seed, bits in cells for name in ESTIMATORS]
    if plan.kind == "windows":
        return [
            _job(plan, bits, "window", low, high, seed)
            for seed, bits in cells
            for low, high in product(LOWS, HIGHS)
        ]
    if plan.kind == "probe":
        return [
            Probe(_trained(plan, bits, name, seed)) for seed, bits in cells for name in ESTIMATORS
        ]
    if plan.kind == "slopes":
        names = ESTIMATORS if max(plan.stages) else ESTIMATORS[-1:]
        return [
            Slopes(_trained(replace(plan, net=net), bits, name, seed), plan.stages, plan.draws)
            for seed, bits in cells
            for net in plan.nets
            for name in names
        ]
    further = EqualStability if plan.equal_length else Stability
    return [
        further(_trained(plan, bits, start, seed), name, *window(name, bits), rate, plan.epochs)
        for seed, bits in cells
        for start in plan.starts
        for rate in RATES
        for name in ESTIMATORS
    ]
