"""Teachers, students and proxies to test on, among them teachers of a given ratio."""

import math
import os
from functools import cache
from typing import NamedTuple

import numpy as np
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st

import ste

#: Under `tools.mutants` nobody reads a failure, so it is not reduced to a simple example, and a
#: busy machine is none.
UNREAD = "STE_NO_SHRINKING" in os.environ

#: Every run draws the same examples, and no example is timed.
SETTINGS = settings(
    derandomize=True,
    deadline=None,
    max_examples=60,
    phases=[Phase.generate] if UNREAD else list(Phase),
    suppress_health_check=[HealthCheck.too_slow] if UNREAD else [],
)


def with_ratio(m: int, r: float) -> ste.Teacher:
    """A teacher with even m and s^2/((m + 1) N) = r: ones plus an alternating part."""
    signs = np.where(np.arange(m) % 2 == 0, 1.0, -1.0)
    return ste.Teacher(1.0 + math.sqrt(m / (m + 1) / r - 1) * signs, [1.0, 0.0, 0.0])


class Point(NamedTuple):
    v: np.ndarray
    w: np.ndarray
    teacher: ste.Teacher


entries = st.floats(-3.0, 3.0, allow_subnormal=False)


@cache  # a strategy that is made anew is looked over anew, which takes longest
def vectors(length: int, least: float = 0.0) -> st.SearchStrategy[np.ndarray]:
    """Vectors of the given length, no shorter than `least`."""
    lists = st.lists(entries, min_size=length, max_size=length)
    return lists.map(np.array).filter(lambda x: np.linalg.norm(x) >= least)


@cache
@st.composite
def teachers(draw, most_units: int = 6, least_inputs: int = 1) -> ste.Teacher:
    m, n = draw(st.integers(1, most_units)), draw(st.integers(least_inputs, 5))
    return ste.Teacher(draw(vectors(m, least=0.1)), draw(vectors(n, least=0.1)))


@st.composite
def points(draw, off_kinks: bool = False) -> Point:
    """A teacher and a student; `off_kinks` keeps theta well inside (0, pi)."""
    teacher = draw(teachers(least_inputs=2))
    v, w = draw(vectors(teacher.m)), draw(vectors(teacher.n, least=0.1))
    if off_kinks:
        across = np.linalg.norm(w / np.linalg.norm(w) - teacher.w * _cos(w, teacher))
        if across < 0.1:
            w = w + 2.0 * np.linalg.norm(w) * _any_normal(teacher.w)
    return Point(v, w, teacher)


def _cos(w: np.ndarray, teacher: ste.Teacher) -> float:
    return float(w @ teacher.w) / float(np.linalg.norm(w))


def _any_normal(w: np.ndarray) -> np.ndarray:
    axis = np.eye(w.size)[np.argmin(np.abs(w))]
    side = axis - (axis @ w) * w
    return side / np.linalg.norm(side)


@st.composite
def rotations(draw, n: int) -> np.ndarray:
    """An orthogonal matrix, reflections included."""
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    return np.linalg.qr(rng.standard_normal((n, n)))[0]


@st.composite
def steps(draw) -> ste.Estimator:
    """A non-negative piecewise constant proxy, not zero everywhere."""
    cuts = sorted(draw(st.sets(st.floats(-4.0, 4.0), min_size=1, max_size=5)))
    size = len(cuts) + 1
    heights = np.array(draw(st.lists(st.floats(0.0, 2.0), min_size=size, max_size=size)))
    heights[draw(st.integers(0, size - 1))] += 0.5
    return ste.Estimator("steps", lambda x: heights[np.searchsorted(cuts, x)], tuple(cuts))


@st.composite
def bumps(draw) -> ste.Estimator:
    """A smooth positive proxy: a Gaussian bump of any centre and width on a small floor."""
    centre, width = draw(st.floats(-3.0, 3.0)), draw(st.floats(0.1, 5.0))
    floor = draw(st.floats(0.0, 0.5))
    return ste.Estimator("bump", lambda x: floor + np.exp(-np.square((x - centre) / width)))


proxies = st.one_of(
    st.sampled_from([ste.IDENTITY, ste.RELU, ste.CLIPPED_RELU]),
    st.floats(0.0, 1.5).map(ste.leaky_relu),
    steps(),
    bumps(),
)
