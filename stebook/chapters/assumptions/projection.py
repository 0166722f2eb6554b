"""The still picture of batch normalization: steps of three estimators and what is left of each.

What belongs here: the steps at one place and their projection. What never does: a control.
"""

import math
from dataclasses import dataclass

import numpy as np

from ste.estimators import PAPER
from ste.gradients import expected_coarse_gradient
from ste.landscape import population_gradient
from ste.model import Teacher
from stebook.chapters.stills import Still, arrow, coloured, line, said, words
from stebook.chapters.styles import STYLES
from stebook.chapters.teachers import V_STAR

#: The place: v, and w at an angle from w*.
V, THETA = np.array([1.0, 0.3, 0.8, 0.3]), 1.2
#: Pixels for the length 1; where w ends.
UNIT, TIP = 260, np.array([60.0, 108.0])
#: Height of the first projected arrow over the end of w, and between two of them.
LIFT, ROW = 12, 18


@dataclass(frozen=True)
class Projection:
    """Steps at one place, in the frame of w.

    Attributes
    ----------
    steps : dict of str
        -E[g] of each estimator: its parts perpendicular to w, on the side of w*, and along w.
    true : ndarray, shape (2,)
        The same of minus the true gradient.
    """

    steps: dict[str, np.ndarray]
    true: np.ndarray

    def _repr_html_(self) -> str:
        return picture(self)._repr_html_()

    def __repr__(self) -> str:
        kept = ", ".join(f"{name} {step[0]:.2f}" for name, step in self.steps.items())
        return f"Perpendicular to w, in the direction of the true step: {kept}."


def projection() -> Projection:
    """The steps of the paper's three at the place of the picture.

    Examples
    --------
    >>> projection()
    Perpendicular to w, in the direction of the true step: identity 0.59, relu 0.29, \
clipped_relu 0.21.
    """
    teacher = Teacher(V_STAR, [1.0, 0.0])
    w = np.array([math.cos(THETA), math.sin(THETA)])
    frame = np.array([[w[1], -w[0]], w])
    steps = {
        estimator.name: -frame @ expected_coarse_gradient(V, w, teacher, estimator)[1]
        for estimator in PAPER
    }
    return Projection(steps, -frame @ population_gradient(V, w, teacher)[1])


def placed(step: np.ndarray) -> np.ndarray:
    """Where a step from the end of w ends in the picture, whose heights grow downwards."""
    return TIP + UNIT * step * np.array([1, -1])


def label(end: np.ndarray, text: str) -> str:
    """Words beside the end of an arrow that points to the right."""
    return words(text, float(end[0]) + 8, float(end[1]) + 5)


def picture(shown: Projection) -> Still:
    """The filters, the steps, and their projections on the line perpendicular to w."""
    origin = TIP + np.array([0.0, UNIT])
    star = origin + UNIT * np.array([math.sin(THETA), -math.cos(THETA)])
    filters = arrow(origin, TIP, 9) + arrow(origin, star, 9)
    lines = [line(filters), line(f"M{TIP[0] - 20:.0f} {TIP[1]:.0f}H420", ' stroke-dasharray="2 4"')]
    texts = [
        words("w", TIP[0] - 14, origin[1] - UNIT / 2, "end"),
        words("w*", star[0] + 8, star[1] + 5),
        words("what batch normalization leaves:", TIP[0], 20),
    ]
    for row, (name, step) in enumerate(shown.steps.items()):
        end, style = placed(step), STYLES[name]
        kept = TIP + np.array([UNIT * step[0], 0.0])
        lifted = np.array([0.0, -LIFT - ROW * row])
        lines += [
            coloured(arrow(TIP, end, 9), style.colour),
            coloured(
                f"M{end[0]:.1f} {end[1]:.1f}V{kept[1]:.1f}",
                style.colour,
                ' stroke-width="1" stroke-dasharray="4 4"',
            ),
            coloured(arrow(TIP + lifted, kept + lifted, 9), style.colour),
        ]
        texts.append(label(kept + lifted, style.label))
    true = TIP + UNIT * np.array([shown.true[0], 0.0])
    lifted = np.array([0.0, -LIFT - ROW * len(shown.steps)])
    lines.append(line(arrow(TIP + lifted, true + lifted, 9)))
    texts.append(label(true + lifted, "true step"))
    says = (
        "The filter w points up, the teacher's filter w* to the right. From the end of w three "
        "steps, of identity, ReLU and clipped ReLU, lead down and to the right in three "
        "directions. Projected on the line perpendicular to w all three have the direction of the "
        "true step, and identity's is the longest."
    )
    return Still("".join(lines) + said(*texts), 440, round(origin[1] + 12), says)
