"""The plane of w and w*, which a reader takes hold of: the first explorer of the book.

What belongs here: what it starts in, its bounds, its words, and its picture for where no script
runs. What never does: a formula; `stebook.chapters.formulas` prints those that the page runs.
"""

import math
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np

from ste.descent import Trajectory, descend
from ste.estimators import Estimator
from ste.gradients import correlation
from ste.landscape import best_v
from ste.model import Teacher
from ste.zoo import get_estimator, typed
from stebook.chapters.formulas import script_text
from stebook.chapters.index.plane_elements import PROXIES, inside
from stebook.chapters.styles import STYLES
from stebook.chapters.teachers import V_STAR, say_vector
from stebook.scene import Look, Part, Range, Runs, Scene

#: A teacher below the threshold, so that identity cycles, with a turn of some 18 steps.
CYCLING = (1.0, -0.6, 0.9, -0.1)
STEPS = 160
#: Of the paper's three, and of a reader's own proxy.
LOOKS = {
    **{name: Look(style.label, style.colour, style.marker) for name, style in STYLES.items()},
    "own": Look("your own", "#AA4499", "triangle"),
}
ANGLE, LENGTH, RATE = 150.0, 0.8, 0.5
#: Where the runs begin that have a name, and how they walk.
_RUN: dict[str, Part] = {"angle": ANGLE, "length": LENGTH, "rate": RATE, "samples": "all"}
#: Where the true gradient of that teacher changes sides, in degrees.
PASS = 103.7


def _estimators(names: Any) -> tuple[str, ...]:
    chosen = (names,) if isinstance(names, str) else tuple(names)
    for name in chosen:
        if name not in LOOKS:
            raise ValueError(f"estimators: expected some of {', '.join(LOOKS)}, got {name!r}")
    return tuple(name for name in LOOKS if name in chosen)


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


# A proxy of a reader's own -----------------------------------------------------------------------

#: Where the hand draws a slope, twice at 0; as in plane_own.js.
KNOTS = (-3.0, -2.0, -1.0, 0.0, 0.0, 1.0, 2.0, 3.0)
LOWEST, HIGHEST = -1.0, 2.0


def drawn(x: Sequence[float], y: Sequence[float], name: str = "drawn") -> Estimator:
    """The estimator whose slope goes straight from point to point, two at one place being a jump.

    It is constant beyond the ends, and at a jump what it is from below.

    Examples
    --------
    >>> drawn([0, 0, 1], [0, 1, 0]).evaluate([-1.0, 0.0, 0.25, 2.0])
    array([0.  , 0.  , 0.75, 0.  ])
    """
    places, heights = np.array(x, dtype=float), np.array(y, dtype=float)
    last = places.size - 1

    def line(i: np.ndarray, at: np.ndarray) -> np.ndarray:
        """The height at a place on the line that ends at the point i."""
        before, after = np.clip(i - 1, 0, last), np.clip(i, 0, last)
        width = places[after] - places[before]
        share = (at - places[before]) / np.where(width > 0.0, width, np.inf)
        return heights[before] + share * (heights[after] - heights[before])

    def derivative(at: np.ndarray) -> np.ndarray:
        return line(np.searchsorted(places, at, side="left"), at)

    def bounds(low: np.ndarray, high: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        ends = [
            line(np.searchsorted(places, low, side="right"), low),
            line(np.searchsorted(places, high, side="left"), high),
        ]
        inside = (low[..., None] < places) & (places < high[..., None])
        return (
            np.minimum(np.minimum(*ends), np.where(inside, heights, np.inf).min(axis=-1)),
            np.maximum(np.maximum(*ends), np.where(inside, heights, -np.inf).max(axis=-1)),
        )

    return Estimator(name, derivative, tuple(x), bounds=bounds)


#: Places at which the slope of an estimator is handed over; a run in the plane sees no others.
REACH, SPACING = 8.0, 0.04


def as_part(own: Any) -> Part:
    """A proxy as a page takes it: a formula, the heights of a drawn slope, or a table of a slope.

    Raises
    ------
    ValueError
        If it is none of these, or `ste.zoo.typed` refuses the formula.

    Examples
    --------
    >>> as_part(typed.proxy("x > 0"))
    'x > 0'
    """
    if isinstance(own, Estimator):
        return _formula(own) or _table(own)
    if isinstance(own, str):
        return typed.proxy(own).name
    heights = np.array(own, dtype=float) if isinstance(own, list | tuple) else np.empty(0)
    within = np.all((heights >= LOWEST) & (heights <= HIGHEST))
    if heights.shape != (len(KNOTS),) or not within:
        raise ValueError(
            f"own: expected a formula, an Estimator of ste or {len(KNOTS)} heights from "
            f"{LOWEST:g} to {HIGHEST:g}, got {own!r}"
        )
    return tuple(heights.tolist())


def _formula(estimator: Estimator) -> str | None:
    """The formula that an estimator was typed as, if it was."""
    try:
        again = typed.proxy(estimator.name)
    except ValueError:
        return None
    x = np.linspace(-REACH, REACH, 101)
    with np.errstate(all="ignore"):
        same = np.array_equal(again.derivative(x), estimator.derivative(x), equal_nan=True)
    return again.name if same and again.breakpoints == estimator.breakpoints else None


def _table(estimator: Estimator) -> dict[str, Any]:
    """The slope from place to place, on both sides of each at which it may jump."""
    jumps = np.array([0.0, *(b for b in estimator.breakpoints if abs(b) < REACH and b)])
    grid = np.linspace(-REACH, REACH, round(2.0 * REACH / SPACING) + 1)
    apart = np.min(np.abs(grid[:, None] - jumps), axis=1) > 1e-9
    sides = np.concatenate([np.nextafter(jumps, -np.inf), np.nextafter(jumps, np.inf)])
    x = np.sort(np.concatenate([grid[apart], sides]))
    y = estimator.evaluate(x)
    places = np.where(np.min(np.abs(x[:, None] - jumps), axis=1) < 1e-12, np.round(x, 12), x)
    return {
        "x": [float(f"{place:.12g}") for place in places],
        "y": [float(f"{height:.9g}") for height in y],
        "name": estimator.name,
        "floor": SPACING,
    }


# A reader's own objects --------------------------------------------------------------------------


def laid(
    estimator: Estimator | None, run: Trajectory | None
) -> tuple[dict[str, object], Runs | None]:
    """What a reader's estimator changes in the state, and what a run of a reader's own adds.

    Raises
    ------
    ValueError
        If they are none, or the run has several starts.
    """
    if estimator is not None and not isinstance(estimator, Estimator):
        raise ValueError(f"estimator: expected an Estimator of ste, got {estimator!r}")
    if run is not None and (not isinstance(run, Trajectory) or run.loss.ndim != 1):
        raise ValueError(f"run: expected a Trajectory of ste from one start, got {run!r}")
    own = {} if estimator is None else {"own": estimator, "estimators": tuple(LOOKS)}
    return own, None if run is None else lambda _: [_laid("your run", run)]


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
    title="Wherever w is, arrows of identity and both ReLUs never point uphill",
    caption=(
        "Drag w, or anywhere in the plane. Arrows point where a step goes: against the true "
        "gradient (black) and against the expected coarse gradient of each estimator. Thin dashes "
        "split an arrow into the part perpendicular to w, which the loss feels, and the part along "
        "w, which it does not; the share of the latter stands under the name. An arrow says where "
        "to, and the rate how far. The pass is where the true gradient changes sides. Darker is a "
        "higher loss, of the best v at each angle or of the v that is "
        "kept; the loss depends on the angle alone, so its contours are rays. Play follows descent "
        "in both layers from where w is: a dot is a step, an arc a step over the origin. Small "
        "arrows show the same steps elsewhere. Finite samples are drawn anew in each step and "
        "shared by the estimators. A proxy of your own passes if nothing is left over along w "
        "where the loss is at rest. All numbers are those of formulas that sympy derives in the "
        "book; only the moments of a proxy of your own come from a quadrature. "
        f"At first v* = {say_vector(np.array(CYCLING))}."
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
        "own": PROXIES[0][1],
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
    looks=LOOKS,
    presets={
        "a trap, a cycle": {"teacher": CYCLING, **_RUN},
        "a trap, an escape": {"teacher": V_STAR, **_RUN},
        "no trap": {"teacher": (1.0, 1.0, 1.0, 1.0), **_RUN},
        "at the trap": {"teacher": CYCLING, "angle": 180.0},
        "at the pass": {"teacher": CYCLING, "angle": PASS},
    },
    own={"estimators": _estimators, "teacher": _numbers, "v": _second_layer, "own": as_part},
    said=f"All within {_widest()}° of the true gradient, toward the trap.",
    still=still,
    formulas=script_text,
    inside=inside,
    lay=laid,
)
