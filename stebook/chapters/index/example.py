"""The card of the running example: its numbers, each with its meaning and where it is explained.

What belongs here: numbers of `stebook.chapters.teachers.TEACHER` that chapters quote, computed.
What never does: a number that was typed.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass

from ste.cycle import limit_cycle
from ste.estimators import IDENTITY
from ste.model import Teacher
from stebook.chapters.teachers import TEACHER, left_over, saddle_and_trap, say_vector


@dataclass(frozen=True)
class Card:
    """The numbers of a teacher, as rows of a table."""

    teacher: Teacher

    def rows(self) -> Iterator[tuple[str, str, str]]:
        """Symbol and value, meaning, and the page that explains it."""
        teacher = self.teacher
        saddle, trap = saddle_and_trap(teacher)
        cycle = limit_cycle(teacher)
        side, does = ("below", "cycles") if cycle.exists else ("above", "escapes")
        yield f"$m = {teacher.m}$", "rows of an input, and hidden units", "model"
        yield f"$s = {teacher.s:.4g}$", "sum of the entries of $v^*$", "model"
        yield f"$N = {teacher.N:.4g}$", "squared length of $v^*$", "model"
        yield (
            f"$r = \\frac{{s^2}}{{(m+1)N}} = {cycle.ratio:.3f}$",
            "how far $v^*$ points along the vector of ones; below $\\tfrac12$ there is a trap",
            "landscape",
        )
        yield f"{trap.loss:.3f}", "loss of the trap, at $\\theta = \\pi$", "landscape"
        yield (
            f"{saddle.loss:.3f}",
            f"loss of the pass out of it, at $\\theta = {saddle.theta / math.pi:.3f}\\,\\pi$",
            "landscape",
        )
        yield (
            f"{left_over(teacher, IDENTITY)[1]:.4f}",
            "length of identity's expected coarse gradient at the trap; 0 for ReLU",
            "oscillation",
        )
        yield (
            f"$r^* = {cycle.threshold:.3f}$",
            f"threshold of $r$ for identity, at this $m$: $r$ is {side} it, so identity {does}",
            "oscillation",
        )

    def _repr_markdown_(self) -> str:
        lines = [
            f"| {value} | {meaning} ([{page}](/book/{page}.md)) |"
            for value, meaning, page in self.rows()
        ]
        title = f"| Number | Meaning, for $v^* = {say_vector(self.teacher.v)}$ |"
        return "\n".join([title, "|---|---|", *lines])


def card() -> Card:
    """The card of the running example.

    Examples
    --------
    >>> [value for value, *_ in card().rows()][1]
    '$s = 1.6$'
    """
    return Card(TEACHER)
