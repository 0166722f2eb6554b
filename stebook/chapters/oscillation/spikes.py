"""The spikes of identity's cycle, beside ReLU from the same start: `spikes`.

What belongs here: two runs of the explorer's start and the picture of their loss and |w|. What
never does: a run on samples.
"""

from dataclasses import dataclass

import numpy as np

from ste.cycle import limit_cycle
from ste.descent import Trajectory, descend
from ste.estimators import IDENTITY, RELU, Estimator
from stebook.chapters.oscillation.sampled_runs import spike_steps, start, teacher_with
from stebook.chapters.stills import Still, coloured, curve, line, said, scaled, words
from stebook.chapters.styles import STYLES

RATIO, RATE = 0.1, 0.05
#: Steps until the cycle has settled, and steps that are shown.
SETTLED, SHOWN = 300, 80
LEFT, RIGHT = 20, 432
#: Upper and lower edge of the two panels.
LOSS, NORM = (44, 178), (232, 312)


@dataclass(frozen=True)
class Spikes:
    """Two runs of the same length, and what the theory says of the first.

    Attributes
    ----------
    identity, relu : Trajectory
        All steps; the last `SHOWN` are drawn.
    period : float
        Predicted steps from spike to spike.
    """

    identity: Trajectory
    relu: Trajectory
    period: float

    def shown(self, run: Trajectory) -> tuple[np.ndarray, np.ndarray]:
        """Loss and |w| in the steps that are drawn."""
        return run.loss[-SHOWN - 1 :], run.norm[-SHOWN - 1 :]

    def crossings(self) -> np.ndarray:
        """The drawn steps at which identity has crossed the origin."""
        return spike_steps(self.identity.angle[-SHOWN - 1 :])

    def _repr_html_(self) -> str:
        runs = {"identity": self.shown(self.identity), "relu": self.shown(self.relu)}
        steps = np.linspace(LEFT, RIGHT, SHOWN + 1)
        curves = [self.record(runs[name][0], name, LOSS, steps) for name in runs]
        curves.append(self.record(runs["identity"][1], "identity", NORM, steps))
        return Still(
            "".join(curves) + self.frame(steps),
            440,
            352,
            f"Loss and length of w in {SHOWN} steps of descent. With identity the length of w "
            "shrinks in equal steps to 0 and jumps back, again and again, and at each jump the "
            "loss has a spike of one step. With ReLU the loss stays level.",
        )._repr_html_()

    def record(
        self, values: np.ndarray, name: str, panel: tuple[float, float], steps: np.ndarray
    ) -> str:
        """One curve in one panel."""
        top, bottom = panel
        highest = values.max() if panel == NORM else self.shown(self.identity)[0].max()
        heights = scaled(values, 0, highest, bottom, top)
        dashes = "" if name == "identity" else ' stroke-dasharray="6 4"'
        return coloured(curve(steps, heights), STYLES[name].colour, dashes)

    def frame(self, steps: np.ndarray) -> str:
        """Axes, and the words on them."""
        first, second = steps[self.crossings()[:2]]
        half = (first + second) / 2
        loss = self.shown(self.relu)[0][-1]
        highest = self.shown(self.identity)[0].max()
        level = LOSS[1] - loss / highest * (LOSS[1] - LOSS[0])
        axes = "".join(f"M{LEFT} {top}V{bottom}H{RIGHT}" for top, bottom in (LOSS, NORM))
        turn = f"M{first} {LOSS[0] + 30}H{second}m0-5v10M{first} {LOSS[0] + 25}v10"
        return line(axes + turn) + said(
            words("loss", LEFT, LOSS[0] - 14),
            words("|w|", LEFT, NORM[0] - 14),
            words("steps", RIGHT, NORM[1] + 24, "end"),
            words(f"T = {self.period:.0f}", half, LOSS[0] + 22, "middle"),
            words("ReLU", half, level - 10, "middle"),
            words("identity", second + 8, LOSS[0] + 8),
            words("\N{MINUS SIGN}d/2 high", second + 8, LOSS[0] + 56),
        )

    def __repr__(self) -> str:
        gaps = np.diff(spike_steps(self.identity.angle)[-6:])
        return f"A spike each {self.period:.1f} steps by theory, {gaps.mean():.1f} in the run."


def spikes() -> Spikes:
    """The runs of the explorer's first state, with identity and with ReLU.

    Examples
    --------
    >>> spikes()
    A spike each 20.0 steps by theory, 20.2 in the run.
    """
    teacher = teacher_with(RATIO)

    def run(estimator: Estimator) -> Trajectory:
        return descend(*start(teacher), teacher, estimator, RATE, SETTLED + SHOWN)

    period = limit_cycle(teacher).period
    assert period is not None
    return Spikes(run(IDENTITY), run(RELU), period)
