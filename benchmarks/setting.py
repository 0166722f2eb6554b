"""The teacher, student and starts of all comparisons, and what every peer computes of them."""

import numpy as np

import ste

TEACHER = ste.Teacher(v=[1.0, -0.5, 0.8, 0.3], w=[1.0, 0.0, 0.0])
STUDENT = np.array([0.5, 0.1, 0.4, 0.2]), np.array([0.3, 0.8, 0.1])
ESTIMATOR = ste.RELU
RATE = 0.1


def starts(count: int) -> tuple[np.ndarray, np.ndarray]:
    """So many starts, drawn from the normal distribution."""
    rng = np.random.default_rng(0)
    return rng.standard_normal((count, TEACHER.m)), rng.standard_normal((count, TEACHER.n))


def population_field(xp, length, v, w, v_star, w_star):
    """The expected coarse gradient of ReLU in the words of a peer's library `xp`, as it is taught.

    Without the book's care for parallel vectors, long ones and short ones.
    """
    u = w / length(w)[..., None]
    cos = (u * w_star).sum(-1)
    theta = 2.0 * xp.arctan2(length(u - w_star), length(u + w_star))
    d, square = (v * v_star).sum(-1), (v * v).sum(-1)
    s_v, s, k = v.sum(-1), v_star.sum(), 1.0 / np.sqrt(2.0 * np.pi)
    others = 0.5 * ((s_v * s_v - square) - (s_v * s - d))
    along = k * (square - 0.5 * (1.0 + cos) * d + others)
    apart = v - v_star + (2.0 / np.pi * theta)[..., None] * v_star
    along_v = 0.25 * (apart + (v - v_star).sum(-1)[..., None])
    tangent = w_star - cos[..., None] * u
    return along_v, along[..., None] * u - (0.5 * k * d)[..., None] * tangent
