"""The table of verdicts: what stays and what breaks when an assumption is dropped.

What belongs here: a line for each assumption, with the results that say it; numbers come from the
stored runs and from `ste`. What never does: a proof.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from ste.beyond.correlated_rows import RELU_CONDITION
from stebook.chapters.assumptions.runs import NAMES, stored


@dataclass(frozen=True)
class Line:
    """One assumption.

    Attributes
    ----------
    dropped, stays, breaks : str
        What is changed, what holds still and what does not.
    results : tuple of str
        Labels of the results that say so.
    runs : tuple of str
        Names of the stored runs, `stebook.chapters.assumptions.runs.STRESSES`.
    """

    dropped: str
    stays: str
    breaks: str
    results: tuple[str, ...]
    runs: tuple[str, ...] = ()


def arrived(run: str) -> list[float]:
    """The share of runs that come within 1e-3 of the least loss, by estimator."""
    return [float(np.mean(np.array(stored()[run][name]) < 1e-3)) for name in NAMES]


LINES = (
    Line(
        "None: as in the paper", "everything", "nothing", ("thm-one-sided",), ("as in the paper",)
    ),
    Line(
        "Batch normalization is added",
        "correlation, for every $\\mu' \\ge 0$: the very direction of the true gradient (*proved*)",
        "the criterion: every proxy rests at all critical points (*proved*)",
        ("thm-batch-norm", "cor-normalized-bits"),
    ),
    Line(
        "Rotation-invariant rows",
        "correlation (*proved*), criterion (*proved* for mixtures)",
        "nothing",
        ("prop-rotation", "prop-mixture"),
        ("spherical t",),
    ),
    Line(
        "Independent entries, not Gaussian",
        "the loss (*proved*)",
        "correlation at some $v$ (*proved*, where computed); at the best $v$ for identity "
        "(*computed*)",
        ("prop-symmetric-rows",),
        ("cube", "Laplace", "Student t"),
    ),
    Line(
        "Two clusters",
        "the loss (*proved*)",
        "the same, more strongly (*computed*); ReLU is slower (*simulated*)",
        ("prop-symmetric-rows",),
        ("two clusters",),
    ),
    Line(
        "Correlated rows",
        "criterion (*proved*)",
        "correlation at some $v$ for every $\\Sigma$ but multiples of $I$, at the best $v$ for "
        f"ReLU from the condition number {RELU_CONDITION:.2f} on (*proved*); ReLU and identity can "
        "stop turning at a false place (*proved* for ReLU at the best $v$, *simulated* in full)",
        ("thm-correlated", "thm-condition"),
        ("correlated 4", "correlated 30"),
    ),
    Line(
        "Noise on the labels",
        "both expected gradients (*proved*)",
        "rest: runs keep moving about the minimum (*simulated*)",
        ("prop-label-noise",),
    ),
    Line(
        "2 and 4 bits",
        "the direction of turning (*proved*)",
        "correlation along $w$ (*computed*); criterion: the good minimum can repel (*proved* for "
        "the linearized flow)",
        ("thm-turning", "thm-good-minimum"),
        ("2 bits", "4 bits"),
    ),
    Line(
        "A filter for each unit",
        "correlation of each filter, criterion (*proved*)",
        "one trap: there are up to $2^m - 1$ (*proved*)",
        ("thm-own-filters", "thm-own-traps"),
        ("own filters",),
    ),
    Line(
        "A teacher with a filter for each row",
        "the direction of turning, row by row (*proved*)",
        "correlation between the filters for identity and ReLU, and the criterion: they turn to a "
        "mean, not to the median (*proved* at fixed $v$)",
        ("prop-median",),
    ),
    Line(
        "Labels from a ReLU",
        "correlation (*proved*)",
        "the criterion: a residual along $w$, even of ReLU (*proved*)",
        ("prop-relu-labels",),
        ("ReLU labels",),
    ),
)


@dataclass(frozen=True)
class Verdicts:
    """The lines as a table."""

    lines: tuple[Line, ...] = LINES

    def rows(self) -> Iterator[str]:
        """One line of the table for each assumption."""
        for line in self.lines:
            where = ", ".join(f"{{prf:ref}}`{label}`" for label in line.results)
            shares = [arrived(run) for run in line.runs]
            said = "; ".join(
                f"{run}: {', '.join(f'{share:.2f}' for share in three)}"
                if len(shares) > 1
                else ", ".join(f"{share:.2f}" for share in three)
                for run, three in zip(line.runs, shares, strict=True)
            )
            yield f"| **{line.dropped}** ({where}) | {line.stays} | {line.breaks} | {said} |"

    def _repr_markdown_(self) -> str:
        title = "| Dropped | What stays | What breaks | Arrive: identity, ReLU, clipped ReLU |"
        return "\n".join([title, "|---|---|---|---|", *self.rows()])

    def __repr__(self) -> str:
        return "\n".join(self.rows())


def verdicts() -> Verdicts:
    """The table of verdicts."""
    return Verdicts()
