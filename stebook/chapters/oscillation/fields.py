"""The steps of three proxies in the plane of w, next to a trap: `fields`.

What belongs here: a grid of filters, the step at each, the picture. What never does: a run.
"""

from dataclasses import dataclass

import numpy as np

from ste.estimators import PAPER
from ste.gradients import expected_coarse_gradient
from ste.model import Teacher
from stebook.chapters.stills import Still, arrow, coloured, filled, line, said, words
from stebook.chapters.styles import STYLES
from stebook.chapters.teachers import TEACHERS, saddle_and_trap

#: The filters: along the line of w*, and beside it.
ALONG, BESIDE = np.array([-1.15, -0.9, -0.65, -0.4]), np.array([-0.2, -0.1, 0.0, 0.1, 0.2])
#: Pixels for a length of 1 of w, and for a step of 1.
PLANE, STEP = 300, 200
#: The origin; the height of a panel, and of its middle.
ORIGIN, PANEL, MIDDLE = 386, 172, 106


@dataclass(frozen=True)
class Fields:
    """Steps at a grid of filters, v being that of the trap.

    Attributes
    ----------
    w : ndarray, shape (filters, 2)
    steps : dict of ndarray, shape (filters, 2)
        For each proxy minus E[g].
    """

    w: np.ndarray
    steps: dict[str, np.ndarray]

    def _repr_html_(self) -> str:
        panels = (self.panel(name, row) for row, name in enumerate(self.steps))
        return Still(
            "".join(panels),
            440,
            PANEL * len(self.steps),
            "Three times the plane of w, left of the origin, where w points away from w star. With "
            "identity all arrows point to the side of the origin, those on the line of w star too. "
            "With ReLU and with clipped ReLU the arrows point to the line of w star, and on the "
            "line there is none.",
        )._repr_html_()

    def panel(self, name: str, row: int) -> str:
        """The plane under the name of a proxy."""
        style, middle = STYLES[name], MIDDLE + row * PANEL
        places = np.array([ORIGIN, middle]) + self.w * [PLANE, -PLANE]
        ends = places + self.steps[name] * [STEP, -STEP]
        moves = np.hypot(*self.steps[name].T) > 1e-9
        arrows = "".join(map(arrow, places[moves], ends[moves]))
        rests = "".join(
            f"M{x - 4:.1f} {y:.1f}a4 4 0 1 0 8 0a4 4 0 1 0-8 0" for x, y in places[~moves]
        )
        return (
            line(f"M8 {middle}H432M425 {middle - 4}l8 4-8 4M{ORIGIN} {middle - 8}v16")
            + coloured(arrows, style.colour)
            + (filled(rests, style.colour) if rests else "")
            + said(
                words(style.label, 8, middle - 76, strong=True),
                words("w = 0", ORIGIN, middle + 28, "middle"),
                words("w*", 432, middle - 12, "end"),
            )
        )

    def __repr__(self) -> str:
        on_line = self.w[:, 1] == 0.0
        lengths = {name: np.hypot(*steps[on_line].T) for name, steps in self.steps.items()}
        return ", ".join(f"{name}: {length.mean():.4f}" for name, length in lengths.items())


def fields(teacher: Teacher = TEACHERS["trap"]) -> Fields:
    """The steps around the line of w*, where w points away from it, at the trap's v.

    Examples
    --------
    >>> fields()  # the length of the steps on the line
    identity: 0.2451, relu: 0.0000, clipped_relu: 0.0000
    """
    v = saddle_and_trap(teacher)[1].v
    w = np.stack(np.meshgrid(ALONG, BESIDE), axis=-1).reshape(-1, 2)
    return Fields(
        w,
        {
            estimator.name: -expected_coarse_gradient(v, w, teacher, estimator)[1]
            for estimator in PAPER
        },
    )
