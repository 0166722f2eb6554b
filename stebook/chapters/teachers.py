"""The teachers that chapters share, and points at which answers are tried.

What belongs here: v* and w* that more than one chapter uses, and how they are said and chosen.
What never does: an answer, or what one chapter alone uses.
"""

import numpy as np

from ste.estimators import Estimator
from ste.landscape import CriticalPoint, critical_points
from ste.model import Teacher
from ste.one_sidedness import residuals
from stebook.checks import Drawn
from stebook.controls import Control, menu

#: The second layer of most of the book; it has a saddle and a spurious minimum.
V_STAR = (1.0, -0.5, 0.8, 0.3)
#: The teacher of the exercises.
TEACHER = Teacher(V_STAR, [1.0, 0.0, 0.0, 0.0, 0.0])
#: A student, v and w, at which exercises on direction look; v.v* > 0.
POINT = (np.array([0.9, 0.2, 0.5, -0.3]), np.array([0.3, 0.8, 0.0, 0.0, 0.0]))


def random_points(count: int, seed: int, teacher: Teacher = TEACHER) -> Drawn:
    """Random v and w at which an answer is tried, each with the teacher."""

    def draw(rng: np.random.Generator) -> list[tuple]:
        sizes = teacher.m, teacher.n
        return [(*(rng.normal(size=size) for size in sizes), teacher) for _ in range(count)]

    return Drawn(draw, seed)


def say_point(v: np.ndarray, w: np.ndarray, teacher: Teacher) -> str:
    """The beginning of what is said about an answer at a point."""
    return f"At v = {np.round(v, 3)}, w = {np.round(w, 3)}"


#: Teachers in the plane of w and w*, which is all that the population needs.
TEACHERS = {
    "trap": Teacher(V_STAR, [1.0, 0.0]),
    "ones": Teacher([1.0, 1.0, 1.0, 1.0], [1.0, 0.0]),
    "eight": Teacher([1.0, -1.0, 1.0, -1.0, 1.0, 1.0, -1.0, 0.5], [1.0, 0.0]),
}


#: A rise of the loss below this is rounding.
ROUNDING = 1e-9


def say_vector(vector: np.ndarray) -> str:
    """A vector as readers see it, such as (1, 1, 1, 1)."""
    entries = ", ".join(f"{entry:g}" for entry in vector)
    return f"({entries})".replace("-", "\N{MINUS SIGN}")


def saddle_and_trap(teacher: Teacher) -> tuple[CriticalPoint, CriticalPoint]:
    """The saddle and the spurious minimum (the trap) of a teacher that has them.

    Raises
    ------
    ValueError
        If it has neither.

    Examples
    --------
    >>> saddle, trap = saddle_and_trap(TEACHER)
    >>> round(saddle.loss, 3), round(trap.loss, 3)
    (0.334, 0.256)
    """
    points = critical_points(teacher)
    if points.saddle is None or points.spurious is None:
        raise ValueError(f"teacher: expected one with a spurious minimum, got v* = {teacher.v}")
    return points.saddle, points.spurious


def left_over(teacher: Teacher, estimator: Estimator) -> tuple[float, float]:
    """The residuals of a proxy at the saddle and at the trap of a teacher, at |w| = 1.

    Raises
    ------
    ValueError
        If the teacher has neither.
    """
    left = residuals(teacher, estimator)
    if left.saddle is None or left.spurious is None:
        raise ValueError(f"teacher: expected one with a spurious minimum, got v* = {teacher.v}")
    return left.saddle, left.spurious


def teacher_control(default: str = "trap") -> Control:
    """A choice among `TEACHERS`."""
    labels = {key: say_vector(teacher.v) for key, teacher in TEACHERS.items()}
    return menu("teacher", "Teacher v*", labels, default)
