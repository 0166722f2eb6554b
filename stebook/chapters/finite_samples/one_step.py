"""The one-step explorer: empirical loss after one step against the step size, for K samples."""

import math
from functools import cache
from typing import Any

import numpy as np

from ste.gradients import expected_coarse_gradient
from ste.landscape import population_loss
from ste.model import Teacher, coarse_gradient
from ste.samples import Ray, empirical_ray
from ste.zoo import get_estimator
from stebook import plots
from stebook.chapters.styles import STYLES, estimator_control
from stebook.chapters.teachers import TEACHERS, say_vector
from stebook.controls import menu, slider
from stebook.explorer import Explorer, Sentence, Table

TEACHER = Teacher(TEACHERS["eight"].v, [1.0, 0.0, 0.0, 0.0, 0.0])
START_ANGLE = 2.0 * math.pi / 3.0
#: The start: v is right, the filter has length 1 and is 120 degrees off.
V0 = TEACHER.v
W0 = np.array([math.cos(START_ANGLE), math.sin(START_ANGLE), 0.0, 0.0, 0.0])
LAST = 0.2
#: Where the axes of the loss end.
HIGHEST = 4.6
POINTS = 161
ETA = np.linspace(0.0, LAST, POINTS)
SIZES = (10, 20, 50, 100, 200, 500, 1000)
SEEDS = (1, 2, 3, 4)
#: Seeds of the average; none of them is one of `SEEDS`.
AVERAGED = range(100, 160)


def inputs(samples: int, seed: int) -> np.ndarray:
    """The samples of a seed; those of a larger K begin with those of a smaller one."""
    return np.random.default_rng(seed).standard_normal((samples, TEACHER.m, TEACHER.n))


def ray(samples: int, estimator: str, seed: int) -> Ray:
    """The empirical loss against the step size, direction and loss from the same samples."""
    Z = inputs(samples, seed)
    direction = coarse_gradient(V0, W0, Z, TEACHER, get_estimator(estimator))[1].mean(axis=0)
    return empirical_ray(V0, W0, direction, Z, TEACHER)


def climb(levels: np.ndarray) -> float:
    """The largest rise from any point to a later one."""
    return float((levels - np.minimum.accumulate(levels)).max())


def _said(loss: float) -> float:
    """To three decimals, halves away from 0: losses of a few samples are full of exact halves, on
    which Python and JavaScript would print different last digits."""
    return math.copysign(math.floor(abs(loss) * 1e3 + 0.5 + 1e-6) / 1e3, loss)


@cache
def _one(samples: int, estimator: str, seed: int) -> dict[str, float | np.ndarray]:
    run = ray(samples, estimator, seed)
    inside = run.breaks <= LAST
    levels = run.levels[: np.count_nonzero(inside) + 1]
    jumps = np.diff(levels)
    return {
        "loss": run.at(ETA),
        "jumps": float(np.count_nonzero(jumps)),
        "upward": float(np.count_nonzero(jumps > 0.0)),
        "largest": _said(np.abs(jumps).max(initial=0.0)),
        "drop": _said(levels[0] - levels[-1]),
        "climb": _said(climb(levels)),
    }


@cache
def _many(samples: int, estimator: str) -> dict[str, float | np.ndarray]:
    runs = [ray(samples, estimator, seed) for seed in AVERAGED]
    losses = np.array([run.at(ETA) for run in runs])
    spread = losses.std(axis=0, ddof=1)
    mean = losses.mean(axis=0)
    return {
        "mean": mean,
        "low": mean - spread,
        "high": mean + spread,
        "spread": float(spread[-1]),
        "fell": float(np.count_nonzero(losses[:, -1] < losses[:, 0])),
    }


def _population(estimator: str) -> dict[str, float | str | np.ndarray]:
    direction = expected_coarse_gradient(V0, W0, TEACHER, get_estimator(estimator))[1]
    loss = population_loss(V0, W0 - ETA[:, None] * direction, TEACHER)
    return {
        "population": loss,
        "population_drop": float(loss[0] - loss[-1]),
        "colour": STYLES[estimator].colour,
    }


def _panel(samples: int, prefix: str) -> tuple[Table, Table]:
    """The tables of a panel whose K is fixed: the curves only, under names of their own."""

    def one(estimator: str, seed: int) -> dict[str, float | np.ndarray]:
        return {f"{prefix}_loss": _one(samples, estimator, seed)["loss"]}

    def many(estimator: str) -> dict[str, float | np.ndarray]:
        curves = _many(samples, estimator)
        return {f"{prefix}_{name}": curves[name] for name in ("mean", "low", "high")}

    return Table(("estimator", "seed"), one), Table(("estimator",), many)


def _curve(column: str, panel: int, name: str, line: plots.Piece, **more: Any) -> plots.Piece:
    return plots.scatter(
        ETA, f"={column}", name, line=line, panel=panel, **{"showlegend": False, **more}
    )


def _traces(prefix: str, panel: int) -> list[plots.Piece]:
    """Band, mean, the population's curve and one run, from the back to the front."""
    edge: plots.Piece = {"line": {"width": 0, "color": "@text"}, "hoverinfo": "skip"}
    band = plots.shaded(fill="tonexty")

    def named(place: str, at: float) -> plots.Piece:
        """Names in the first panel only, where most is apart."""
        return plots.named(place, at) if panel == 1 else {}

    return [
        _curve(f"{prefix}low", panel, "mean less 1 sd", **edge),
        _curve(f"{prefix}high", panel, "± 1 sd", **edge, **band, **named("over", 0)),
        _curve(
            f"{prefix}mean",
            panel,
            "mean",
            plots.stroke("@text", 1, "dot"),
            **named("along", 0.5),
        ),
        _curve(
            "population",
            panel,
            "population",
            plots.stroke("@truth", 2, "dash"),
            **named("along", 0.8),
        ),
        _curve(
            f"{prefix}loss",
            panel,
            "one seed",
            plots.stroke("=colour", 2, shape="hv"),
            **named("under", 0.3),
        ),
    ]


def _steps(panel: int, left: float, right: float) -> plots.Piece:
    return plots.axis(
        "η",
        domain=(left, right),
        anchor=plots.numbered("y", panel),
        range=(0, LAST),
        ticks=(0, 0.1, 0.2),
    )


def _losses(panel: int, title: str | None = None, **more: Any) -> plots.Piece:
    anchor = plots.numbered("x", panel)
    return plots.axis(title, domain=(0.0, 1.0), anchor=anchor, range=(0, HIGHEST), **more)


def _title(text: str, panel: int) -> plots.Piece:
    return plots.panel_title(text, panel, (0, LAST), HIGHEST)


EXPLORER = Explorer(
    name="one_step",
    title="With more samples the jumps of the loss get smaller",
    caption=(
        "Empirical loss after one step of size η along the negative ḡ, with v held; ḡ is the mean "
        "coarse gradient of the same K samples. Dotted and grey: mean and standard deviation of 60 "
        "seeds. First K = 10, then your K, then K = 1000. "
        f"v* = {say_vector(TEACHER.v)}, n = 5; start at v = v*, |w| = 1, θ = 120°."
    ),
    alt=(
        "Three panels of the empirical loss against the step size. With 10 samples a staircase "
        "with a few large steps up and down, with 1000 samples nearly the smooth falling curve of "
        "the population."
    ),
    controls=(
        slider("samples", "Samples K", SIZES, 50),
        menu("seed", "Seed", SEEDS, 1),
        estimator_control(),
    ),
    tables=(
        Table(("samples", "estimator", "seed"), _one),
        Table(("samples", "estimator"), _many),
        Table(("estimator",), _population),
        *_panel(SIZES[0], "left"),
        *_panel(SIZES[-1], "right"),
    ),
    presets={
        "worst climb": {"samples": 10, "estimator": "identity"},
        "nearly smooth": {"samples": 1000},
    },
    formulas={"ratio": "Piecewise((climb/drop, drop > 0), (9, True))"},
    figure=plots.figure(
        [
            *_traces("left_", 1),
            *_traces("", 2),
            *_traces("right_", 3),
            *map(_title, ("K = 10", "~K = {samples_label}", "K = 1000"), (1, 2, 3)),
        ],
        plots.layout(
            400,
            (45, 18, 30, 45),
            xaxis=_steps(1, 0.0, 0.31),
            xaxis2=_steps(2, 0.345, 0.655),
            xaxis3=_steps(3, 0.69, 1.0),
            yaxis=_losses(1, "loss"),
            yaxis2=_losses(2, showticklabels=False),
            yaxis3=_losses(3, showticklabels=False),
        ),
        narrow=plots.layout(
            340,
            (34, 10, 28, 45),
            **{plots.numbered("xaxis", panel): {"tickvals": (0, 0.1)} for panel in (1, 2, 3)},
        ),
    ),
    sentences=(
        Sentence(
            "drop <= 0",
            "The step of η = 0.2 does not lower the empirical loss. With this seed the jumps "
            "upward outweigh the others.",
        ),
        Sentence(
            "ratio > 0.3",
            "Jagged, with climbs on the way. They come from the few samples, because the "
            "population's loss never climbs.",
        ),
        Sentence(
            "(ratio > 0.08) | (jumps < 200)",
            "Rough but downhill. The worst climb is less than a third of the fall, because no "
            "jump is large.",
        ),
        Sentence(
            "True",
            "Nearly smooth. The many jumps are small, so the loss follows the population's.",
        ),
    ),
    rows=(
        ("Jumps", "{jumps:.0f}, {upward:.0f} up"),
        ("Largest", "{largest:.3f}"),
        ("Fall", "{drop:.3f}"),
        ("Worst climb", "{climb:.3f}"),
        ("Population's fall", "{population_drop:.2f}"),
        ("Seeds that fall", "{fell:.0f} of 60"),
        ("Standard deviation over seeds at η = 0.2", "{spread:.3f}"),
    ),
    chips=6,
)
