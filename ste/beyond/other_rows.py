"""Rows that are not Gaussian, or not rotation-invariant: laws, and the fields under them.

For rows z with z and -z alike, each unit fires with probability 1/2, and the loss is the one of the
book as a function of v and of c = 4 P(z.w > 0, z.w* > 0) - 1. What changes is the true gradient,
``df/dw = -d grad P``, and the expected coarse gradient,

``E[g] = |v|^2 a_+ + (1/2) (s_v^2 - |v|^2 - s_v s + d) a - d b``

with the vectors a_+ = E[z mu'(z.w); z.w > 0], a = E[z mu'(z.w)], b = E[z mu'(z.w); z.w* > 0]. For
n = 2 all of them are integrals over an angle and a radius, which are done here by quadrature.
"""

# numpy loads numpy.random when it is first named, and annotations should not
from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from ste import _checks
from ste._normal import normal_pdf
from ste._quadrature import nodes
from ste.estimators import Estimator
from ste.model import Teacher, check_student, coarse_gradient
from ste.zoo.windows import Window

_SQRT3 = math.sqrt(3.0)
#: Nodes in (0, 1) for the radius, in panels, since densities with heavy tails need both ends.
_SHARE, _SHARE_WEIGHTS = nodes(np.linspace(0.0, 1.0, 5), 16)


@dataclass(frozen=True, eq=False)
class Rows:
    """A law of rows with z and -z alike.

    ``sample(rng, shape)`` draws rows, n = shape[-1]. ``planar(x, y)`` is the density for n = 2.
    ``marginal`` is the density of one entry if the entries are independent, else None. ``bound`` is
    half the side of the square outside of which the planar density is zero, or infinite.
    """

    name: str
    sample: Callable[[np.random.Generator, tuple[int, ...]], np.ndarray]
    planar: Callable[[np.ndarray, np.ndarray], np.ndarray]
    marginal: Callable[[np.ndarray], np.ndarray] | None = None
    bound: float = math.inf


def independent_rows(
    name: str,
    density: Callable[[np.ndarray], np.ndarray],
    sample: Callable[[np.random.Generator, tuple[int, ...]], np.ndarray],
    bound: float = math.inf,
) -> Rows:
    """Rows with independent entries of one symmetric density.

    Examples
    --------
    >>> round(float(UNIFORM.planar(np.array(0.0), np.array(0.0)) * 12), 9)
    1.0
    """
    return Rows(name, sample, lambda x, y: density(x) * density(y), density, bound)


def student_density(freedom: float) -> Callable[[np.ndarray], np.ndarray]:
    """Density of Student's t with `freedom` degrees of freedom."""
    level = math.lgamma(0.5 * (freedom + 1)) - math.lgamma(0.5 * freedom)
    level = math.exp(level) / math.sqrt(math.pi * freedom)
    return lambda x: level * (1.0 + np.square(x) / freedom) ** (-0.5 * (freedom + 1))


def _spherical_t(freedom: float) -> Rows:
    """The multivariate t: a Gaussian row over the root of one chi-square, shared by its entries."""

    def sample(rng: np.random.Generator, shape: tuple[int, ...]) -> np.ndarray:
        scale = np.sqrt(freedom / rng.chisquare(freedom, (*shape[:-1], 1)))
        return scale * rng.standard_normal(shape)

    def planar(x: np.ndarray, y: np.ndarray) -> np.ndarray:
        square = (np.square(x) + np.square(y)) / freedom
        return (1.0 + square) ** (-0.5 * freedom - 1.0) / (2.0 * np.pi)

    return Rows("spherical t", sample, planar)


def correlated_planar(covariance: ArrayLike) -> Rows:
    """Gaussian rows N(0, Sigma) for n = 2, by quadrature: checks `ste.beyond.correlated_rows`."""
    sigma = _checks.inputs("covariance", covariance, 2, 2)
    inverse, root = np.linalg.inv(sigma), np.linalg.cholesky(sigma)
    level = 1.0 / (2.0 * np.pi * np.sqrt(np.linalg.det(sigma)))

    def planar(x: np.ndarray, y: np.ndarray) -> np.ndarray:
        form = inverse[0, 0] * x * x + 2.0 * inverse[0, 1] * x * y + inverse[1, 1] * y * y
        return level * np.exp(-0.5 * form)

    return Rows("correlated", lambda rng, shape: rng.standard_normal(shape) @ root.T, planar)


def two_clusters(distance: float) -> Rows:
    """Half of the rows around mu, half around -mu, standard normal; mu = distance (1, 0, ..., 0).

    Raises
    ------
    ValueError
        If the distance is not a finite number > 0.
    """
    distance = _checks.positive("distance", distance)

    def sample(rng: np.random.Generator, shape: tuple[int, ...]) -> np.ndarray:
        z = rng.standard_normal(shape)
        z[..., 0] += distance * rng.choice([-1.0, 1.0], shape[:-1])
        return z

    def planar(x: np.ndarray, y: np.ndarray) -> np.ndarray:
        return 0.5 * (normal_pdf(x - distance) + normal_pdf(x + distance)) * normal_pdf(y)

    return Rows("two clusters", sample, planar)


#: Independent standard normal entries, the paper's rows.
GAUSSIAN = independent_rows("Gaussian", normal_pdf, lambda rng, shape: rng.standard_normal(shape))
#: Uniform on a cube, with variance 1 in each entry.
UNIFORM = independent_rows(
    "uniform on a cube",
    lambda x: np.where(np.abs(x) < _SQRT3, 0.5 / _SQRT3, 0.0),
    lambda rng, shape: rng.uniform(-_SQRT3, _SQRT3, shape),
    _SQRT3,
)
#: Independent entries with the density exp(-sqrt2 |x|)/sqrt2, variance 1.
LAPLACE = independent_rows(
    "Laplace",
    lambda x: np.exp(-math.sqrt(2.0) * np.abs(x)) / math.sqrt(2.0),
    lambda rng, shape: rng.laplace(scale=math.sqrt(0.5), size=shape),
)
#: Independent entries of Student's t with 3 degrees of freedom.
STUDENT = independent_rows(
    "Student t, 3", student_density(3.0), lambda rng, shape: rng.standard_t(3.0, shape)
)
#: The multivariate t with 3 degrees of freedom, which is rotation-invariant.
SPHERICAL_T = _spherical_t(3.0)


class PlanarFields(NamedTuple):
    """P(both fire), its gradient in w, and the vectors a_+, a, b of a window; axis -1 is (x, y)."""

    both: np.ndarray
    gradient: np.ndarray
    a_plus: np.ndarray
    a_all: np.ndarray
    b: np.ndarray


def planar_fields(rows: Rows, w: ArrayLike, teacher_w: ArrayLike, window: Window) -> PlanarFields:
    """All that the loss and E[g] see of planar rows, by quadrature in polar coordinates.

    With p the density, A(phi) = int p r dr: ``P = int A`` over the angles where both fire,
    ``grad P = A(psi -+ pi/2)/|w|`` times the unit vector across w towards w*, psi the angle of w,
    and ``b = int int p r^2 mu'(r |w| cos(phi - psi)) (cos phi, sin phi) dr dphi`` over those of w*.

    Parameters
    ----------
    rows : Rows
    w : array_like, shape (k, 2)
        Not zero, not parallel to w*.
    teacher_w : array_like, shape (2,)
    window : Window
        With low <= 0 <= high.

    Returns
    -------
    PlanarFields
        Arrays (k,) and (k, 2).

    Raises
    ------
    ValueError
        If a shape does not fit, or the window does not reach 0.

    Notes
    -----
    Our own result.

    Examples
    --------
    >>> identity = Window("identity", -np.inf, np.inf)
    >>> fields = planar_fields(GAUSSIAN, [[0.0, 2.0]], [1.0, 0.0], identity)
    >>> bool(abs(fields.both[0] - 0.25) < 1e-9)
    True
    """
    w = _checks.vectors("w", w, 2).reshape(-1, 2)
    star = _checks.vectors("teacher_w", teacher_w, 2)
    _checks.number(
        "window", window, "a window with low <= 0 <= high", window.low <= 0 <= window.high
    )
    psi, psi_star = np.arctan2(w[:, 1], w[:, 0]), math.atan2(star[1], star[0])
    norm = np.linalg.norm(w, axis=-1)
    # panels between all places where a factor jumps or a planar density has a kink
    turns = np.concatenate([psi[:, None] + [-np.pi / 2, np.pi / 2]], axis=1)
    fixed = np.concatenate([np.arange(9) * np.pi / 4, psi_star + np.array([-1.0, 1.0]) * np.pi / 2])
    ends = np.concatenate([turns % (2 * np.pi), np.tile(fixed % (2 * np.pi), (len(w), 1))], axis=1)
    ends = np.sort(np.concatenate([ends, np.full((len(w), 1), 2 * np.pi)], axis=1), axis=1)
    phi, weight = nodes(ends, 16)
    cos, sin = np.cos(phi), np.sin(phi)
    pre = norm[:, None] * np.cos(phi - psi[:, None])
    with np.errstate(divide="ignore"):
        cut = np.where(pre > 0.0, window.high / pre, window.low / pre)
    mass = _radial(rows, phi, 1, np.full_like(phi, np.inf))
    mean = _radial(rows, phi, 2, cut) * weight
    on, theirs = pre > 0.0, np.cos(phi - psi_star) > 0.0
    both = np.sum(mass * weight * (on & theirs), axis=1)

    def vector(part: np.ndarray) -> np.ndarray:
        return np.stack([np.sum(part * cos, axis=1), np.sum(part * sin, axis=1)], axis=-1)

    unit = w / norm[:, None]
    across = star - np.sum(unit * star, axis=1)[:, None] * unit
    across = across / np.linalg.norm(across, axis=1, keepdims=True)
    edge = np.arctan2(across[:, 1], across[:, 0])
    level = _radial(rows, edge[:, None], 1, np.full((len(w), 1), np.inf))
    return PlanarFields(
        both,
        level / norm[:, None] * across,
        vector(mean * on),
        vector(mean),
        vector(mean * theirs),
    )


def _radial(rows: Rows, phi: np.ndarray, power: int, cut: np.ndarray) -> np.ndarray:
    """int_0^cut p(r cos phi, r sin phi) r^power dr, with r = t/(1 - t) where there is no bound."""
    cos, sin = np.cos(phi), np.sin(phi)
    if math.isfinite(rows.bound):
        cut = np.minimum(cut, rows.bound / np.maximum(np.abs(cos), np.abs(sin)))
        t = cut[..., None] * _SHARE
        r, stretch = t, cut[..., None] * np.ones_like(t)
    else:
        last = np.where(np.isinf(cut), 1.0, cut / (1.0 + np.where(np.isinf(cut), 0.0, cut)))
        t = last[..., None] * _SHARE
        r, stretch = t / (1.0 - t), last[..., None] / np.square(1.0 - t)
    density = rows.planar(r * cos[..., None], r * sin[..., None])
    return (density * r**power * stretch) @ _SHARE_WEIGHTS


def coarse_from_fields(v: ArrayLike, teacher_v: ArrayLike, fields: PlanarFields) -> np.ndarray:
    """``E[g] = |v|^2 a_+ + (1/2)(s_v^2 - |v|^2 - s_v s + d) a - d b``, shape (k, 2)."""
    v, star = _checks.finite_array("v", v), _checks.finite_array("teacher_v", teacher_v)
    d, square = np.sum(v * star, axis=-1), np.sum(np.square(v), axis=-1)
    total, s = np.sum(v, axis=-1), np.sum(star)
    level = 0.5 * (total**2 - square - total * s + d)
    return (
        square[..., None] * fields.a_plus
        + level[..., None] * fields.a_all
        - d[..., None] * fields.b
    )


def planar_inner(v: ArrayLike, teacher_v: ArrayLike, fields: PlanarFields) -> np.ndarray:
    """``<E[g], df/dw> = -d E[g] . grad P``, shape (k,)."""
    coarse = coarse_from_fields(v, teacher_v, fields)
    d = np.sum(np.asarray(v) * np.asarray(teacher_v), axis=-1)
    return -d * np.sum(coarse * fields.gradient, axis=-1)


class SampledInner(NamedTuple):
    """Estimate of <E[g], df/dw> and its standard error."""

    mean: float
    standard_error: float


def sampled_inner(
    rows: Rows,
    v: ArrayLike,
    w: ArrayLike,
    teacher: Teacher,
    estimator: Estimator,
    samples: int,
    seed: int,
) -> SampledInner:
    """The inner product for independent entries and any n, from samples.

    ``df/dw = -d E[z delta(z.w); z.w* > 0]``: the entry z_j with the largest |w_j| is integrated out
    exactly, ``z_j = -(sum_{i != j} w_i z_i)/w_j`` with the weight ``p(z_j)/|w_j|``. In each of 40
    blocks it is multiplied with the mean coarse gradient of other samples, so that the product has
    no bias; the standard error is that of the 40 products.

    Parameters
    ----------
    rows : Rows
        With a marginal density.
    v : array_like, shape (m,)
    w : array_like, shape (n,)
    teacher : Teacher
    estimator : Estimator
    samples : int
        Inputs in all, at least 80.
    seed : int

    Returns
    -------
    SampledInner

    Raises
    ------
    ValueError
        If the entries are not independent, a shape does not fit or there are too few samples.

    Notes
    -----
    Our own result (conditional Monte Carlo, a known device).
    """
    if rows.marginal is None:
        raise ValueError(f"rows: expected independent entries, got {rows.name!r}")
    v, w = check_student(v, w, teacher, direction=True)
    size = _checks.integer("samples", samples, 80) // 40
    rng = np.random.default_rng(_checks.integer("seed", seed, 0))
    j = int(np.argmax(np.abs(w)))
    d, m = float(v @ teacher.v), teacher.m
    rest = np.delete(np.arange(teacher.n), j)
    products = np.empty(40)
    for block in range(40):
        Z = rows.sample(rng, (size, m, teacher.n))
        coarse = coarse_gradient(v, w, Z, teacher, estimator)[1].mean(axis=0)
        z = rows.sample(rng, (size * m, teacher.n))
        z[:, j] = -(z[:, rest] @ w[rest]) / w[j]
        weight = rows.marginal(z[:, j]) / abs(w[j]) * (z @ teacher.w > 0.0)
        products[block] = -d * coarse @ np.mean(weight[:, None] * z, axis=0)
    return SampledInner(float(products.mean()), float(products.std(ddof=1) / math.sqrt(40)))
