"""Checks of the chapter on the oscillation of identity."""

from collections.abc import Callable

import numpy as np

from ste._erf import K
from ste.cycle import limit_cycle
from ste.exercises.questions import Option, Question
from ste.exercises.verdict import TEACHER, Slip, Verdict, compare_function, compare_number
from ste.landscape import critical_points
from ste.model import Teacher

QUESTIONS = {
    "spikes": Question(
        "Identity coarse gradient descent, started near a spurious minimum, makes the loss spike "
        "again and again. You divide the learning rate by ten. What happens to the spikes?",
        (
            Option(
                "Ten times smaller",
                "The height of a spike is how wrong $v$ is on the other side of the origin, "
                "$-d/2$. No learning rate enters it.",
            ),
            Option(
                "Ten times rarer",
                "All steps of a turn are ten times shorter, the many that bring $w$ to the origin "
                "and the one that throws it back. So a turn has as many steps as before.",
            ),
            Option(
                "Both",
                "Neither the height nor the number of steps between spikes has the learning rate "
                "in it, to leading order.",
            ),
            Option(
                "Neither: they are as high, and come after as many steps",
                "To leading order only the swing of $|w|$ shrinks. The sections below derive both.",
                right=True,
            ),
        ),
        opens="oscillation",
    ),
    "direction": Question(
        "At a spurious minimum identity's expected coarse gradient is not zero. In which direction "
        "does the first step move the filter $w$?",
        (
            Option(
                "It turns $w$ away from $-w^*$, towards $w^*$",
                "At $\\theta = \\pi$ nothing turns $w$: the part across $w$ is zero there.",
            ),
            Option(
                "It makes $w$ shorter, without turning it",
                "The gradient lies along $+u$, so the step goes along $-u$. The loss does not "
                "depend on $|w|$ and does not notice.",
                right=True,
            ),
            Option(
                "It makes $w$ longer",
                "The gradient lies along $+u$, and a descent step goes against it.",
            ),
        ),
    ),
    "recommend": Question(
        "From 60 random starts at one teacher, identity reaches the global minimum from all, ReLU "
        "from 57. What follows?",
        (
            Option(
                "Identity is the better estimator after all",
                "For this teacher, in this model. What helps here is that identity does not obey "
                "the landscape, and that is what makes it leave good minima elsewhere.",
            ),
            Option(
                "Three of ReLU's starts lie in the basin of a spurious minimum, and identity does "
                "not respect that basin when $r > r^*$",
                "Faithful and useful are two things. ReLU goes where the landscape leads, traps "
                "included; identity does not.",
                right=True,
            ),
            Option(
                "ReLU's learning rate was too large",
                "The three runs end at rest at the spurious minimum, which is a local minimum of "
                "the loss. A smaller step ends there as well.",
            ),
        ),
    ),
}


def check_residual(answer: float) -> Verdict:
    """Oscillation: |E[g]| of the identity estimator at the spurious minimizer of `TEACHER`.

    Examples
    --------
    >>> check_residual(0.0)
    Not yet. 0 is what ReLU gives there; identity leaves a part along w.
    """
    m, s = TEACHER.m, TEACHER.s
    right = 2 * (m - 1) * s**2 * K / (m + 1) ** 2
    slips = [
        Slip(0.0, "0 is what ReLU gives there; identity leaves a part along w."),
        Slip(right / K, "Right but for the constant k = 1/sqrt(2 pi)."),
        Slip(
            2 * m * s**2 * K / (m + 1) ** 2,
            "The factor is m - 1, not m: with one unit nothing is left over.",
        ),
        Slip(
            float(K * (critical_points(TEACHER).spurious.v @ critical_points(TEACHER).spurious.v)),
            "The second term is missing: at theta = pi, w* = -u, so it adds d along u.",
        ),
    ]
    return compare_number(answer, right, slips, "2 (m - 1) s^2 k/(m + 1)^2.", rel=1e-3)


def _roots(ratio: float, m: int) -> tuple[float, float]:
    """Both roots a of the cycle's balance, the one nearer -1 first."""
    M = m / (m + 1)
    roots = np.roots([1 - (2 - M) * ratio, 1 - M * ratio, ratio]).real
    return tuple(sorted(roots.tolist()))


def check_period(answer: Callable[[float, int], float]) -> Verdict:
    """Oscillation: the period T(r, m) of the identity cycle.

    Examples
    --------
    >>> check_period(lambda ratio, m: 2 / ratio)
    Not yet. It agrees at 1 of 3 test points. At r = 0.1, m = 2 it returns 20.0, not 45.725561.
    """

    def right(ratio: float, m: int) -> float:
        return 2 / (1 + _roots(ratio, m)[0])

    slips = [
        Slip(
            lambda ratio, m: 2 / (1 + _roots(ratio, m)[1]),
            "That is the other root: the cycle is the one whose a is nearer -1.",
        ),
        Slip(
            lambda ratio, m: 1 / (1 + _roots(ratio, m)[0]),
            "Half the period: a = -1 + 2/T, since one step in T has +1 and the others -1.",
        ),
        Slip(lambda ratio, m: _roots(ratio, m)[0], "That is a; the period is T = 2/(1 + a)."),
    ]
    cases = [(0.1, 2), (0.1, 8), (0.15, 30)]
    well_done = "Take the root nearer -1, then T = 2/(1 + a)."
    return compare_function(
        answer, right, cases, slips, well_done, lambda r, m: f"At r = {r:g}, m = {m}"
    )


def check_threshold(answer: float) -> Verdict:
    """Oscillation: r* for m = 8, above which identity escapes.

    Examples
    --------
    >>> check_threshold(0.5)
    Not yet. Spurious minima exist up to r = 1/2, but the cycle around them ends before that.
    """
    right = limit_cycle(Teacher(v=np.ones(8), w=[1.0])).threshold
    slips = [
        Slip(
            0.5,
            "Spurious minima exist up to r = 1/2, but the cycle around them ends before that.",
        ),
        Slip(0.2, "0.2 is the limit for many units; m = 8 is not there yet."),
    ]
    return compare_number(
        answer, right, slips, "Two roots meet there and vanish together.", rel=1e-2
    )


def check_swing(answer: float) -> Verdict:
    """Oscillation: the longest |w| in a cycle over eta, for |v*| = 1, m = 4, r = 0.1.

    Examples
    --------
    >>> check_swing(0.0)
    Not yet. Only in the limit: at any learning rate the filter swings through the origin.
    """
    a = _roots(0.1, 4)[0]
    d = a + (1 - a) * 0.1
    square = d / a
    right = K * (square - d)
    slips = [
        Slip(0.0, "Only in the limit: at any learning rate the filter swings through the origin."),
        Slip(
            K * (square + d),
            "That is the short step, at theta = pi. The long one throws w furthest.",
        ),
        Slip(right / K, "Right but for the constant k = 1/sqrt(2 pi)."),
        Slip(4 * right, "That is for |v*|^2 = 4, as in the cell above; here |v*| = 1."),
        Slip(2 * K * square, "That is the whole range, from one side of the origin to the other."),
    ]
    return compare_number(answer, right, slips, "k (|v|^2 - d), the long step.", rel=1e-2)
