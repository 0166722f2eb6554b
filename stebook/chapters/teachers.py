"""The teachers that chapters share, and points at which answers are tried."""

import numpy as np

from ste.model import Teacher

#: The teacher of the exercises; it has a saddle and a spurious minimum.
TEACHER = Teacher(v=[1.0, -0.5, 0.8, 0.3], w=[1.0, 0.0, 0.0, 0.0, 0.0])


def random_points(count: int, seed: int) -> list[tuple[np.ndarray, np.ndarray, Teacher]]:
    rng = np.random.default_rng(seed)
    return [(rng.normal(size=TEACHER.m), rng.normal(size=TEACHER.n), TEACHER) for _ in range(count)]


def say_point(v: np.ndarray, w: np.ndarray, teacher: Teacher) -> str:
    return f"At v = {np.round(v, 3)}, w = {np.round(w, 3)}"


TEACHERS = {
    "trap": Teacher([1.0, -0.5, 0.8, 0.3], [1.0, 0.0]),
    "ones": Teacher([1.0, 1.0, 1.0, 1.0], [1.0, 0.0]),
    "eight": Teacher([1.0, -1.0, 1.0, -1.0, 1.0, 1.0, -1.0, 0.5], [1.0, 0.0]),
}


#: A rise of the loss below this is rounding.
ROUNDING = 1e-9


def name_of(teacher: str) -> str:
    """v* as readers see it, such as (1, 1, 1, 1)."""
    entries = ", ".join(f"{entry:g}" for entry in TEACHERS[teacher].v)
    return f"({entries})".replace("-", "\N{MINUS SIGN}")
