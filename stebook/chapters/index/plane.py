"""The plane of w and w*, which a reader takes hold of: the first explorer of the book.

What belongs here: what it starts in, its bounds, its words, and its picture for where no script
runs. What never does: a formula; `stebook.chapters.formulas` prints those that the page runs.
"""

import math
from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np

from ste.descent import Trajectory, descend
from ste.estimators import Estimator
from ste.gradients import correlation
from ste.landscape import best_v
from ste.model import Teacher
from ste.zoo import get_estimator
from stebook.chapters.formulas import script_text
from stebook.chapters.index.plane_elements import inside
from stebook.chapters.styles import STYLES
from stebook.chapters.teachers import V_STAR, say_vector
from stebook.scene import Look, Range, Runs, Scene

#: A teacher below the threshold, so that identity cycles, with a turn of some 18 steps.
CYCLING = (1.0, -0.6, 0.9, -0.1)
STEPS = 160
ANGLE, LENGTH, RATE = 150.0, 0.8, 0.5


def _estimators(names: Any) -> tuple[str, ...]:
    chosen = (names,) if isinstance(names, str) else tuple(names)
    for name in chosen:
        if name not in STYLES:
            raise ValueError(f"estimators: expected some of {', '.join(STYLES)}, got {name!r}")
    return tuple(name for name in STYLES if name in chosen)


def _numbers(given: Any) -> tuple[float, ...]:
    """The entries of v, of a teacher too, as plain numbers."""
    v = getattr(given, "v", given)
    return tuple(Teacher(v, [1.0, 0.0]).v.tolist())


def _second_layer(given: Any) -> str | tuple[float, ...]:
    return "best" if isinstance(given, str) and given == "best" else _numbers(given)


def _start() -> tuple[Teacher, np.ndarray, np.ndarray]:
    """The teacher, and v and w, of the start."""
    teacher, angle = Teacher(CYCLING, [1.0, 0.0]), math.radians(ANGLE)
    w = LENGTH * np.array([math.cos(angle), math.sin(angle)])
    return teacher, best_v(angle, teacher), w


def _widest() -> int:
    """The largest angle at the start, in whole degrees that are not less."""
    teacher, v, w = _start()
    angles = [float(correlation(v, w, teacher, get_estimator(name)).angle) for name in STYLES]
    return math.ceil(math.degrees(max(angles)))


# A reader's own objects --------------------------------------------------------------------------


def own_runs(estimator: Estimator | None, run: Trajectory | None) -> Runs | None:
    """What a reader's estimator and a run of a reader's own add to a state's picture.

    Raises
    ------
    ValueError
        If they are none, or the run has several starts.
    """
    if estimator is None and run is None:
        return None
    if estimator is not None and not isinstance(estimator, Estimator):
        raise ValueError(f"estimator: expected an Estimator of ste, got {estimator!r}")
    if run is not None and (not isinstance(run, Trajectory) or run.loss.ndim != 1):
        raise ValueError(f"run: expected a Trajectory of ste from one start, got {run!r}")

    def runs(state: Mapping[str, Any]) -> list[dict[str, object]]:
        made = [] if run is None else [_laid("your run", run)]
        return made + (
            [] if estimator is None else [_laid(estimator.name, _descent(state, estimator))]
        )

    return runs


def _descent(state: Mapping[str, Any], estimator: Estimator) -> Trajectory:
    """The run of an estimator on the population, from where the hand is."""
    teacher, angle = Teacher(state["teacher"], [1.0, 0.0]), math.radians(state["angle"])
    w = state["length"] * np.array([math.cos(angle), math.sin(angle)])
    if abs(state["angle"]) == 180:
        w[1] = 0.0
    v = best_v(abs(angle), teacher) if state["v"] == "best" else state["v"]
    return descend(v, w, teacher, estimator, state["rate"], STEPS)


def _laid(label: str, run: Trajectory) -> dict[str, object]:
    """A run in the plane: along w*, across it, and its loss."""
    along = run.norm * np.where(np.isnan(run.angle), 0.0, np.cos(run.angle))
    side = np.sign(run.w[:, -1]) if run.w.shape[-1] == 2 else 1.0
    across = side * np.sqrt(np.maximum(run.norm**2 - along**2, 0.0))
    return {"label": label, "x": along.tolist(), "y": across.tolist(), "loss": run.loss.tolist()}


# The picture without a script --------------------------------------------------------------------

WIDTH, HEIGHT, SPLIT = 720, 300, 440


def still() -> str:
    """The start's runs: where w goes in the plane, and the loss of each step."""
    teacher, v, w = _start()
    parts = []
    for name, style in STYLES.items():
        run = descend(v, w, teacher, get_estimator(name), RATE, STEPS)
        x, y = 250 + 150 * run.w[:, 0], 150 - 150 * run.w[:, 1]
        step = np.linspace(SPLIT + 30, WIDTH - 10, STEPS + 1)
        dash = {"dash": ' stroke-dasharray="7 4"', "dot": ' stroke-dasharray="1 5"'}.get(
            style.dash, ""
        )
        stroke = f'fill="none" stroke="{style.colour}" stroke-width="2"{dash}'
        parts.append(f'<path d="{_line(x, y)}" {stroke}/>')
        parts.append(f'<path d="{_line(step, 260 - 200 * run.loss)}" {stroke}/>')
    said = (
        "Three descents from one place. ReLU and clipped ReLU come to rest opposite to w*. "
        "Identity walks into the origin and is thrown over it again and again; each time the loss "
        "spikes."
    )
    words = "".join(
        f'<text x="{x}" y="{y}" fill="currentColor">{text}</text>'
        for x, y, text in (
            (404, 140, "w*"),
            (244, 172, "0"),
            (8, 20, "identity: dashes; ReLU: a line; clipped ReLU: dots"),
            (SPLIT + 30, 40, "loss"),
            (WIDTH - 60, 285, "steps"),
        )
    )
    axes = f"M10 150H420M{SPLIT + 30} 50V260H{WIDTH - 10}"
    return (
        f'<svg viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{said}" font-size="15">'
        f'<path d="{axes}" fill="none" stroke="currentColor" stroke-opacity=".5"/>'
        f"{''.join(parts)}{words}</svg><p>Without JavaScript the plane stands still. {said}</p>"
    )


def _line(x: Iterable[float], y: Iterable[float]) -> str:
    return "M" + "L".join(f"{a:.1f} {b:.1f}" for a, b in zip(x, y, strict=True))


EXPLORER = Scene(
    name="plane",
    title="The plane of w and w*",
    caption=(
        "Drag w, or anywhere in the plane. Arrows point where a step goes: against the true "
        "gradient (black) and against the expected coarse gradient of each estimator. Thin dashes "
        "split an arrow into the part across w, which the loss feels, and the part along w, which "
        "it does not. Darker is a higher loss, of the best v at each angle or of the v that is "
        "kept; the loss depends on the angle alone, so its contours are rays. Play follows descent "
        "in both layers from where w is: a dot is a step, an arc a step over the origin. Small "
        "arrows show the same steps elsewhere. Finite samples are drawn anew in each step and "
        "shared by the estimators. All numbers are those of formulas that sympy derives in the "
        f"book. At first v* = {say_vector(np.array(CYCLING))}."
    ),
    alt=(
        "The plane of the student's filter w and the teacher's filter w*, shaded by the loss, with "
        "w to take hold of, arrows of the gradients, and the trails of descent."
    ),
    start={
        "estimators": tuple(STYLES),
        "angle": ANGLE,
        "length": LENGTH,
        "rate": RATE,
        "samples": "all",
        "seed": 1,
        "teacher": CYCLING,
        "v": "best",
        "step": 0,
    },
    ranges={
        "angle": Range("Angle to w*", -180, 180, 1, 0.1, 1),
        "length": Range("Length |w|", 0.01, 1.6, 0.01, 0.001, 3),
        "rate": Range("Rate η", 0.01, 1.0, 0.01, 0.001, 3),
        "samples": Range("Samples a step", 2, "all", 1, 1, 0),
        "seed": Range("Seed", 0, 1_000_000, 1, 1, 0),
        "step": Range("Step", 0, STEPS, 1, 1, 0),
    },
    looks={name: Look(s.label, s.colour, s.marker) for name, s in STYLES.items()},
    presets=(
        ("a trap, a cycle", CYCLING),
        ("a trap, no cycle", V_STAR),
        ("no trap", (1.0, 1.0, 1.0, 1.0)),
    ),
    own={"estimators": _estimators, "teacher": _numbers, "v": _second_layer},
    said=f"All within {_widest()}° of the true gradient, toward the trap.",
    still=still,
    formulas=script_text,
    inside=inside,
    lay=own_runs,
)
