"""The moving picture of the first page: two runs from one place, step by step.

What belongs here: the runs, and the picture that plays them without a script. What never does: a
control; an explorer is the place for those.
"""

import math
from dataclasses import dataclass

import numpy as np

from ste.descent import Trajectory, descend
from ste.estimators import IDENTITY, RELU, Estimator
from ste.model import Teacher
from stebook.chapters.stills import curve, scaled
from stebook.chapters.styles import STYLES
from stebook.chapters.teachers import saddle_and_trap

#: m = 4, |v*| = 1 and r = .1: below the threshold, with a turn of 26 steps.
LEVEL = math.sqrt(0.1 * 5) / 4
TEACHER = Teacher(LEVEL + math.sqrt(0.25 - LEVEL**2) * np.array([1.0, -1, 1, -1]), [1.0, 0.0])
RATE = 0.05
#: Steps until the cycle has settled, and steps that are shown.
SETTLED, STEPS = 400, 60
#: Width of the picture; where the line of w and the curve of the loss stand in it.
WIDTH, LEFT, RIGHT, START = 440, 16, 424, 110
LINE, TOP, BOTTOM = 62, 150, 286


@dataclass(frozen=True)
class Opening:
    """Two runs from one place: where w is on the line of w*, and the loss, at each step.

    Attributes
    ----------
    identity, relu : Trajectory
        Descent on the population.
    trap : float
        Loss of the spurious minimum.
    """

    identity: Trajectory
    relu: Trajectory
    trap: float

    def _repr_html_(self) -> str:
        return picture(self)

    def __repr__(self) -> str:
        rises = int(np.sum(np.diff(self.identity.loss) > self.trap))
        return (
            f"Identity: {rises} spikes of the loss in {STEPS} steps. "
            f"ReLU: at the trap's loss, {self.trap:.3f}."
        )


def opening() -> Opening:
    """The runs: identity in its cycle, and ReLU from where identity is at the first step.

    Examples
    --------
    >>> opening()
    Identity: 2 spikes of the loss in 60 steps. ReLU: at the trap's loss, 0.050.
    """
    spurious = saddle_and_trap(TEACHER)[1]
    settled = run(IDENTITY, spurious.v, np.array([-0.02, 0.0]), SETTLED)
    first = second_last_spike(settled) + 2
    start = settled.v[first], settled.w[first]
    return Opening(run(IDENTITY, *start, STEPS), run(RELU, *start, STEPS), spurious.loss)


def run(estimator: Estimator, v: np.ndarray, w: np.ndarray, steps: int) -> Trajectory:
    """Descent on the population, every step of it."""
    return descend(v, w, TEACHER, estimator, RATE, steps)


def second_last_spike(trajectory: Trajectory) -> int:
    """The last step but one at which w is on the side of w*."""
    return int(np.flatnonzero(trajectory.angle < math.pi / 2)[-2])


# The picture --------------------------------------------------------------------------------------


def keyframes(name: str, x: np.ndarray, y: np.ndarray) -> str:
    """A motion through points, each as long as the others."""
    shares = np.linspace(0, 100, len(x))
    stops = (
        f"{share:.1f}%{{transform:translate({a:.1f}px,{b:.1f}px)}}"
        for share, a, b in zip(shares, x, y, strict=True)
    )
    return f"@keyframes {name}{{{''.join(stops)}}}"


def picture(runs: Opening) -> str:
    """The runs as moving marks: on the line of w and w*, and on the curve of the loss."""
    place = {"identity": runs.identity.w[:, 0], "relu": runs.relu.w[:, 0]}
    loss = {"identity": runs.identity.loss, "relu": runs.relu.loss}
    low = 1.1 * min(x.min() for x in place.values())
    high, highest = -0.4 * low, 1.1 * loss["identity"].max()
    step = np.linspace(LEFT, RIGHT, STEPS + 1)
    origin = scaled(np.zeros(1), low, high, START, RIGHT)[0]
    trap = scaled(np.array([runs.trap]), 0, highest, BOTTOM, TOP)[0]
    rows = {"identity": LINE - 14, "relu": LINE + 14}
    marks = {"identity": "M-6-6 6 6M-6 6 6-6", "relu": "M-6 0a6 6 0 1 0 12 0a6 6 0 1 0-12 0z"}
    motions, curves, moving = [], [], []
    for name, style in ((name, STYLES[name]) for name in place):
        place_x = scaled(place[name], low, high, START, RIGHT)
        level = np.full_like(place_x, rows[name])
        height = scaled(loss[name], 0, highest, BOTTOM, TOP)
        dashes = "" if style.dash == "solid" else ' stroke-dasharray="6 4"'
        curves.append(f'<path d="{curve(step, height)}" stroke="{style.colour}"{dashes}/>')
        curves.append(
            f'<path d="{marks[name]}" stroke="{style.colour}" fill="{style.colour}" '
            f'transform="translate({LEFT + 6} {rows[name]})"/>'
        )
        for kind, x, y in (("w", place_x, level), ("f", step, height)):
            motions.append(keyframes(f"opening-{name}-{kind}", x, y))
            moving.append(
                f'<path d="{marks[name]}" stroke="{style.colour}" fill="{style.colour}" '
                f'style="transform:translate({x[0]:.1f}px,{y[0]:.1f}px);'
                f'animation-name:opening-{name}-{kind}"/>'
            )
    said = (
        "Descent from one place near a spurious minimum, 60 steps. With ReLU the filter w rests "
        "opposite the teacher's filter w*, and the loss stays low. With identity w walks into the "
        "origin, is thrown over it and back, and walks again: at each crossing the loss spikes."
    )
    names = "".join(
        f'<text x="{LEFT + 20}" y="{rows[name] + 5}">{STYLES[name].label}</text>' for name in place
    )
    edge = f"M{START} {LINE}H{RIGHT}M{RIGHT - 9} {LINE - 5}l9 5-9 5M{origin:.1f} {LINE - 28}v56"
    return f"""<figure class="opening"><style>{"".join(motions)}</style>
<svg viewBox="0 0 {WIDTH} 320" role="img" aria-label="{said}" fill="none" stroke-width="2">
<path class="line" d="{edge}M{LEFT} {TOP}V{BOTTOM}H{RIGHT}"/>
<g class="words">{names}<text x="{origin:.1f}" y="20" text-anchor="middle">w = 0</text>
<text x="{RIGHT}" y="{LINE + 44}" text-anchor="end">w*</text>
<text x="{START}" y="{LINE + 44}">opposite to w*</text>
<text x="{LEFT}" y="{TOP - 8}">loss</text>
<text x="{RIGHT}" y="{BOTTOM + 22}" text-anchor="end">steps</text>
<text x="{step[38]:.1f}" y="{trap - 8:.1f}" text-anchor="middle">loss of the trap</text></g>
{"".join(curves)}<g class="moving">{"".join(moving)}</g></svg>
<label><input type="checkbox"> Pause</label></figure>"""
