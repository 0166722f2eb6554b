"""The descent explorer: three estimators from one start, and who ends where."""

import math
from functools import cache
from itertools import pairwise
from typing import Any

import numpy as np

from ste.descent import Trajectory, descend, outcome
from ste.landscape import critical_points
from ste.model import Teacher
from ste.zoo import get_estimator
from stebook import plots
from stebook.chapters.styles import STYLES
from stebook.chapters.teachers import ROUNDING, TEACHERS, teacher_control
from stebook.controls import menu, slider
from stebook.explorer import Explorer, Sentence, Table

#: Angle of w0 in degrees, and v0 from the teacher; |w0| = 1.
STARTS = {
    "good": (60.0, lambda v: 0.1 * v),
    "bad": (150.0, lambda v: -0.1 * v),
    "large": (60.0, lambda v: 0.5 * v + 3.0 * _across(v)),
    "pi": (180.0, lambda v: 0.1 * v),
}
START_LABELS = {
    "good": "θ0 = 60°, v0 = 0.1 v*",
    "bad": "θ0 = 150°, v0 = \N{MINUS SIGN}0.1 v*",
    "large": "θ0 = 60°, large v0",
    "pi": "θ0 = 180°, v0 = 0.1 v*",
}
RATES = (0.03, 0.1, 0.3)
STEPS = 1200
#: Steps at the ends of blocks, each longer than the one before: most happens early. The last step
#: is a block of its own.
BLOCKS = np.unique(np.append(np.geomspace(1, STEPS - 1, 60).round().astype(int), STEPS))
#: Where the two extremes of a block are drawn: at its middle and at its end.
DRAWN = np.union1d((np.append(0, BLOCKS[:-1]) + 1 + BLOCKS) // 2, BLOCKS)
ENDS = ("global", "spurious", "saddle", "other")


def _across(v: np.ndarray) -> np.ndarray:
    """A unit vector at a right angle to v: its own entries, swapped in pairs, every second sign."""
    swapped = v.reshape(-1, 2)[:, ::-1].copy()
    swapped[:, 0] *= -1.0
    return swapped.ravel() / np.linalg.norm(v)


def start_of(start: str, teacher: Teacher) -> tuple[np.ndarray, np.ndarray]:
    """v0 and w0 of a named start."""
    degrees, v0 = STARTS[start]
    angle = math.radians(degrees)
    w0 = np.array([-1.0, 0.0]) if degrees == 180.0 else np.array([math.cos(angle), math.sin(angle)])
    return v0(teacher.v), w0


@cache
def _runs(teacher: str, estimator: str) -> tuple[Trajectory, np.ndarray]:
    """The runs from all starts at all learning rates as one batch, and where they end."""
    target = TEACHERS[teacher]
    starts = (start_of(name, target) for name in STARTS)
    v0, w0 = (np.array(part)[:, None] for part in zip(*starts, strict=True))
    run = descend(v0, w0, target, get_estimator(estimator), RATES, STEPS)
    return run, outcome(run, target)


def run_of(teacher: str, estimator: str, start: str, rate: float) -> tuple[Trajectory, str]:
    """One run, and where it ends."""
    runs, ends = _runs(teacher, estimator)
    place = tuple(STARTS).index(start), RATES.index(rate)
    parts = (getattr(runs, name)[:, *place] for name in ("v", "w", "loss", "angle", "norm"))
    return Trajectory(runs.steps, *parts), str(ends[place])


def _extremes(record: np.ndarray) -> np.ndarray:
    """The least and the largest of each block of steps, in the order in which they come."""
    blocks = [record[before + 1 : last + 1] for before, last in pairwise([0, *BLOCKS])]
    return np.concatenate(
        [block[sorted((block.argmin(), block.argmax()))[-len(block) :]] for block in blocks]
    )


def _arrays(teacher: str, start: str, rate: float) -> dict[str, np.ndarray]:
    columns = {}
    for name in STYLES:
        run, _ = run_of(teacher, name, start, rate)
        columns[f"{name}_loss"] = _extremes(run.loss)
        columns[f"{name}_angle"] = np.degrees(_extremes(run.angle))
        columns[f"{name}_norm"] = _extremes(run.norm)
    return columns


def _facts(teacher: str, start: str, rate: float) -> dict[str, float | str]:
    columns: dict[str, float | str] = {}
    for name, style in STYLES.items():
        run, end = run_of(teacher, name, start, rate)
        rises = np.diff(run.loss)
        columns[f"{name}_end"] = float(ENDS.index(end))
        columns[f"{name}_held"] = float(_held(run, end))
        columns[f"{name}_last"] = float(run.loss[-1])
        columns[f"{name}_rose"] = float(np.count_nonzero(rises > ROUNDING))
        columns[f"{name}_highest"] = max(0.0, float(rises.max()))
        columns[f"{name}_least"] = float(run.norm.min())
        label = "Identity" if name == "identity" else style.label  # it begins a sentence
        columns[f"{name}_says"] = f"{label} {_where(run, end)}"
    return columns


def _held(run: Trajectory, end: str) -> bool:
    """Whether a run sits on the far side of the axis, at no minimum."""
    return end == "other" and bool(np.all(run.angle[-STEPS // 10 :] == math.pi))


def _where(run: Trajectory, end: str) -> str:
    late = slice(-STEPS // 10, None)
    if end == "spurious" and run.norm[-1] < run.norm[late][0] - 0.005:
        return "is in the trap while |w| still shrinks"
    if _held(run, end):
        return "is held on θ = 180°"
    half = run.angle[STEPS // 2 :]
    crosses = np.any((half[:-1] > math.pi / 2) & (half[1:] < math.pi / 2))
    if end == "other" and crosses and run.loss[-1] > 0.01:
        return "crosses the origin again and again"
    return {
        "global": "ends at the global minimum",
        "spurious": "ends in the trap",
        "saddle": "is at the saddle",
        "other": "is still on its way",
    }[end]


def _level(teacher: str) -> dict[str, np.ndarray | float]:
    spurious = critical_points(TEACHERS[teacher]).spurious
    loss = math.nan if spurious is None else spurious.loss
    return {"spurious_loss": loss, "spurious_line": np.array([loss, loss])}


def _highest(teacher: str, start: str) -> dict[str, float]:
    """Where the axis of the loss ends: the largest loss of the three at all rates, and room."""
    runs = [run_of(teacher, name, start, rate)[0] for name in STYLES for rate in RATES]
    return {"highest": 1.05 * max(float(run.loss.max()) for run in runs)}


def _longest(teacher: str) -> dict[str, float]:
    """Where the axis of |w| ends: the largest length in all runs of a teacher, and room."""
    return {"longest": 1.05 * max(float(_runs(teacher, name)[0].norm.max()) for name in STYLES)}


def _all(what: str) -> str:
    return " & ".join(what.format(name) for name in STYLES)


def _curve(name: str, column: str, row: int, told: str, **more: Any) -> plots.Piece:
    """One of three rows over the same steps."""
    style = STYLES[name]
    return plots.scatter(
        DRAWN,
        f"={name}_{column}",
        style.label,
        line=style.line(),
        yaxis=plots.numbered("y", row),
        hovertemplate=told,
        **{"showlegend": False, **more},
    )


def _marked(name: str) -> plots.Piece:
    """The row of the losses, where few marks, on places of their own, tell equal curves apart."""
    marker = STYLES[name].mark(7, maxdisplayed=4)
    return _curve(name, "loss", 1, "loss %{y:.3f}", marker=marker, **plots.named("end"))


EXPLORER = Explorer(
    name="descent",
    title="ReLU and clipped ReLU end alike; identity may end elsewhere",
    caption=(
        f"Coarse gradient descent on the population, {STEPS} steps on a logarithmic scale, |w0| = "
        "1. Of each block of steps the least and the largest value are drawn, in the order in "
        "which they come, so that no spike is lost; the last step stands alone. The numbers: each "
        "loss at the end, and in how many steps it rose."
    ),
    alt=(
        "Three panels against the step: the loss, the angle θ and the length of w, each with a "
        "curve for identity, ReLU and clipped ReLU."
    ),
    controls=(
        teacher_control(),
        menu("start", "Start", START_LABELS, "bad"),
        slider("rate", "Learning rate η", RATES, 0.1, walk=True),
    ),
    tables=(
        Table(("teacher", "start", "rate"), _arrays),
        Table(("teacher", "start", "rate"), _facts),
        Table(("teacher",), _level),
        Table(("teacher", "start"), _highest),
        Table(("teacher",), _longest),
    ),
    formulas={},
    figure=plots.figure(
        [
            *(_marked(name) for name in STYLES),
            plots.scatter(
                [1, STEPS],
                "=spurious_line",
                "spurious minimum",
                line=plots.stroke("@truth", 1),
                hoverinfo="skip",
                **plots.named("over", 0),
            ),
            *(_curve(name, "angle", 2, "θ = %{y:.0f}°") for name in STYLES),
            *(_curve(name, "norm", 3, "|w| = %{y:.3f}", **plots.named("end")) for name in STYLES),
        ],
        plots.layout(
            400,
            (58, 95, 10, 45),
            **plots.linked(),
            xaxis=plots.axis(
                "step, on a logarithmic scale",
                type="log",
                unifiedhovertitle={"text": "about step %{x}"},
                range=(0, math.log10(STEPS)),
                ticks=(1, 10, 100, 1000),
                anchor="y3",
            ),
            yaxis=plots.axis("loss", domain=(0.68, 1), range=(0, "=highest"), nticks=4),
            yaxis2=plots.axis(
                "θ", domain=(0.36, 0.62), range=(-10, 190), ticks=plots.degrees(0, 90, 180)
            ),
            yaxis3=plots.axis("|w|", domain=(0, 0.3), range=(0, "=longest"), nticks=4),
        ),
        narrow=plots.layout(380, (50, 50, 10, 40)),
    ),
    sentences=(
        Sentence(
            f"({_all('Eq({}_end, 0)')}) & ({_all('Eq({}_rose, 0)')})",
            "All three reach the global minimum and none ever climbs.",
        ),
        Sentence(
            _all("Eq({}_end, 0)"),
            "All three reach the global minimum, but not always falling. A loss rises where a "
            "step is long beside its filter, and turns it too far.",
        ),
        Sentence(
            "Eq(relu_end, 1) & Eq(clipped_relu_end, 1) & Ne(identity_end, 1)",
            "ReLU and clipped ReLU rest in the trap; identity does not. {identity_says}: at the "
            "trap a part along w is left.",
        ),
        Sentence(
            _all("Eq({}_end, 1)"),
            "All three are at the spurious minimum, on a falling loss. ReLU and clipped ReLU rest "
            "there; identity still shortens w.",
        ),
        Sentence(
            "Eq(relu_held, 1) & Eq(clipped_relu_held, 1)",
            "ReLU and clipped ReLU are held on the axis; identity goes on. Their loss is no "
            "minimum; identity goes through the origin to θ = 0.",
        ),
        Sentence(
            "True",
            f"Not all have arrived after {STEPS} steps. {{identity_says}}; {{relu_says}}; "
            "{clipped_relu_says}.",
        ),
    ),
    rows=(
        *(
            (style.label, f"{{{name}_last:.3f}}, {{{name}_rose:.0f}} rises")
            for name, style in STYLES.items()
        ),
        *(
            row
            for name, style in STYLES.items()
            for row in (
                (f"Largest rise, {style.label}", f"{{{name}_highest:.2f}}"),
                (f"Least |w| on the way, {style.label}", f"{{{name}_least:.3f}}"),
            )
        ),
    ),
    chips=3,
)
