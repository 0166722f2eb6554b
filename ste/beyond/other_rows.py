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

import itertools
import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from ste import _accurate, _checks
from ste._normal import normal_pdf
from ste._quadrature import nodes
from ste.beyond.paper import Paper
from ste.beyond.setting import Overlap
from ste.estimators import Estimator
from ste.gradients import over_rows
from ste.model import Teacher, check_student, coarse_gradient
from ste.plane import Plane

_SQRT3 = math.sqrt(3.0)
#: Panels in (0, 1) for the radius, since densities with heavy tails need both ends.
_SHARE = np.linspace(0.0, 1.0, 5)
_BELOW_1 = np.nextafter(1.0, 0.0)
#: Panels halve up to so often, where a proxy is narrow beside the rows.
_MOST_HALVINGS = 40


@dataclass(frozen=True, eq=False)
class Rows:
    """A law of rows with z and -z alike.

    ``sample(rng, shape)`` draws rows, n = shape[-1]. ``planar(x, y)`` is the density for n = 2.
    ``marginal`` is the density of one entry if the entries are independent, else None. ``bound`` is
    half the side of the square outside of which the planar density is zero, or infinite.

    Raises
    ------
    ValueError
        If the name is no string, a function cannot be called or the bound is not above zero.
    """

    name: str
    sample: Callable[[np.random.Generator, tuple[int, ...]], np.ndarray]
    planar: Callable[[np.ndarray, np.ndarray], np.ndarray]
    marginal: Callable[[np.ndarray], np.ndarray] | None = None
    bound: float = math.inf

    def __post_init__(self) -> None:
        _checks.instance("name", self.name, str)
        _checks.function("sample", self.sample)
        _checks.function("planar", self.planar)
        if self.marginal is not None:
            _checks.function("marginal", self.marginal)
        above = _checks.end("bound", self.bound) > 0.0
        _checks.number("bound", self.bound, "a number > 0, which may be infinite", above)


def independent_rows(
    name: str,
    density: Callable[[np.ndarray], np.ndarray],
    sample: Callable[[np.random.Generator, tuple[int, ...]], np.ndarray],
    bound: float = math.inf,
) -> Rows:
    """Rows with independent entries of one symmetric density.

    Raises
    ------
    ValueError
        As `Rows`.

    Examples
    --------
    >>> round(float(UNIFORM.planar(np.array(0.0), np.array(0.0)) * 12), 9)
    1.0
    """
    _checks.function("density", density)
    return Rows(name, sample, lambda x, y: density(x) * density(y), density, bound)


def student_density(freedom: float) -> Callable[[np.ndarray], np.ndarray]:
    """Density of Student's t with `freedom` degrees of freedom.

    ``Gamma((f + 1)/2)/(Gamma(f/2) sqrt(pi f)) (1 + x^2/f)^(-(f + 1)/2)``, f > 0.

    Raises
    ------
    ValueError
        If `freedom` is not a finite number > 0.

    Examples
    --------
    >>> round(float(student_density(1.0)(np.array(1.0))) * 2 * np.pi, 12)
    1.0
    """
    freedom = _checks.positive("freedom", freedom)
    if freedom < 200.0:
        ratio = math.exp(math.lgamma(0.5 * (freedom + 1.0)) - math.lgamma(0.5 * freedom))
    else:  # two large logarithms would cancel; Stirling's series of their difference has 13 digits
        series = [-21.0 / 2048, 5.0 / 128, 1.0 / 32, -1.0 / 4, 1.0]
        ratio = math.sqrt(0.5 * freedom) * float(np.polyval(series, 1.0 / freedom))
    level = ratio / math.sqrt(math.pi) / math.sqrt(freedom)

    def density(x: np.ndarray) -> np.ndarray:
        root = np.abs(x) / math.sqrt(freedom)
        # log(1 + r^2), which overflows for no r
        far = np.maximum(root, 1.0)
        logarithm = np.where(
            root < 1.0,
            np.log1p(np.square(np.minimum(root, 1.0))),
            2.0 * np.log(far) + np.log1p(np.square(1.0 / far)),
        )
        return level * np.exp(-0.5 * (freedom + 1.0) * logarithm)

    return density


def _spherical_t(freedom: float) -> Rows:
    """The multivariate t: a Gaussian row over the root of one chi-square, shared by its entries."""

    def sample(rng: np.random.Generator, shape: tuple[int, ...]) -> np.ndarray:
        scale = np.sqrt(freedom / rng.chisquare(freedom, (*shape[:-1], 1)))
        return scale * rng.standard_normal(shape)

    def planar(x: np.ndarray, y: np.ndarray) -> np.ndarray:
        square = (np.square(x) + np.square(y)) / freedom
        return (1.0 + square) ** (-0.5 * freedom - 1.0) / (2.0 * np.pi)

    return Rows("spherical t", sample, planar)


def two_clusters(distance: float) -> Rows:
    """Half of the rows around mu, half around -mu, standard normal; mu = distance (1, 0, ..., 0).

    Raises
    ------
    ValueError
        If the distance is not a finite number > 0.

    Examples
    --------
    >>> z = two_clusters(2.0).sample(np.random.default_rng(0), (1000, 2))
    >>> np.round(np.mean(np.square(z), axis=0))  # 1 + distance^2 along mu, 1 across
    array([5., 1.])
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


class RowVectors(NamedTuple):
    """A_+ = E[z mu'; z.w > 0], A = E[z mu'], B = E[z mu'; z.w* > 0], mu' at z.w; (..., 2)."""

    a_plus: np.ndarray
    a_all: np.ndarray
    b: np.ndarray


class _Directions(NamedTuple):
    """Nodes and weights over the angle of a row, on a last axis; where each network is on."""

    phi: np.ndarray
    weights: np.ndarray
    #: z.w for a row of length 1.
    pre: np.ndarray
    student: np.ndarray
    teacher: np.ndarray


@dataclass(frozen=True, eq=False)
class OtherRows(Paper):
    """The paper's networks in the plane, with rows of any law that has z and -z alike.

    All that the loss and E[g] see is done by quadrature in polar coordinates, n = 2.

    Parameters
    ----------
    teacher : Teacher
        With n = 2.
    rows : Rows

    Raises
    ------
    ValueError
        If `teacher` is not a Teacher with n = 2 or `rows` not a Rows.

    Notes
    -----
    Our own result. On the kinks, where w is parallel to w*, the true gradient in w is returned as
    0. The quadrature has some eight digits, with heavy tails along the axes (`STUDENT`) some five.

    Examples
    --------
    >>> from ste import RELU, Teacher
    >>> world = OtherRows(Teacher([1.0, -0.5], [1.0, 0.0]), GAUSSIAN)
    >>> bool(abs(world.chance([0.0, 2.0]) - 0.25) < 1e-9)
    True
    """

    rows: Rows

    def __post_init__(self) -> None:
        super().__post_init__()
        _checks.instance("rows", self.rows, Rows)
        _checks.number("teacher", self.teacher.n, "one with n = 2", self.teacher.n == 2)

    def _rows(self, rng: np.random.Generator, shape: tuple[int, ...]) -> np.ndarray:
        return self.rows.sample(rng, shape)

    @_checks.in_doubles
    def chance(self, w: ArrayLike) -> np.ndarray:
        """``P(z.w > 0, z.w* > 0) = int A`` over the angles where both fire, A(phi) = int p r dr.

        Parameters
        ----------
        w : array_like, shape (..., 2)

        Returns
        -------
        ndarray, shape (...)

        Raises
        ------
        ValueError
            If the shape does not fit, an entry is not finite or w = 0.
        """
        return self._chance(self._place(self._checked(self.v_star, w)[1]))

    @_checks.in_doubles
    def vectors(self, w: ArrayLike, estimator: Estimator) -> RowVectors:
        """``int int p r^2 mu'(r |w| cos(phi - psi)) (cos phi, sin phi) dr dphi`` over phi where the
        student fires, over all, and over those where the teacher does.

        Parameters
        ----------
        w : array_like, shape (..., 2)
        estimator : Estimator

        Returns
        -------
        RowVectors

        Raises
        ------
        ValueError
            If the shape does not fit, an entry is not finite or w = 0.
        """
        _checks.instance("estimator", estimator, Estimator)
        return self._vectors(self._place(self._checked(self.v_star, w)[1]), estimator)

    def _directions(
        self, place: Plane, halvings: int, breakpoints: tuple[float, ...]
    ) -> _Directions:
        """Panels between all places where a factor jumps or a planar density has a kink.

        They halve towards the directions perpendicular to w, where z.w is small, and end where a
        line on which the proxy jumps leaves the square on which the density is not 0.
        """
        psi = np.arctan2(place.unit[..., 1], place.unit[..., 0])[..., None]
        star = math.atan2(self.teacher.w[1], self.teacher.w[0])
        quarter = np.array([-0.5 * np.pi, 0.5 * np.pi])
        closer = 0.25 * np.pi * np.exp2(-np.arange(1.0, halvings + 1.0))
        across = np.add.outer(quarter, np.concatenate([[0.0], closer, -closer])).ravel()
        fixed = np.concatenate([np.arange(9) * np.pi / 4, star + quarter]) % (2.0 * np.pi)
        fixed = np.broadcast_to(np.append(fixed, 2.0 * np.pi), (*psi.shape[:-1], 12))
        leave = _on_the_border(place, np.array(breakpoints), self.rows.bound)
        turning = np.concatenate([psi + across, leave], axis=-1) % (2.0 * np.pi)
        ends = np.sort(np.concatenate([turning, fixed], axis=-1), axis=-1)
        phi, weights = nodes(ends, 16)
        pre = place.norm[..., None] * np.cos(phi - psi)
        return _Directions(phi, weights, pre, pre > 0.0, np.cos(phi - star) > 0.0)

    def _chance(self, place: Plane) -> np.ndarray:
        to = self._directions(place, 0, ())
        mass = _radial(self.rows, to.phi, lambda r: r)
        return np.sum(mass * to.weights * (to.student & to.teacher), axis=-1)

    def _vectors(self, place: Plane, estimator: Estimator) -> RowVectors:
        # the proxy is that narrow beside a row, in the radius and in the angle to the boundary
        width = min([1.0, *(abs(b) for b in estimator.breakpoints if b != 0.0)])
        halvings = math.ceil(math.log2(np.max(place.norm, initial=width)) - math.log2(width))
        if halvings > _MOST_HALVINGS:
            raise ValueError(
                f"w: expected |w| <= 2**{_MOST_HALVINGS} widths of the proxy where rows are "
                f"integrated over, got {np.max(place.norm):g} and the width {width:g}"
            )
        to = self._directions(place, halvings, estimator.breakpoints)
        mean = _radial(
            self.rows,
            to.phi,
            lambda r: np.square(r) * estimator.evaluate_at(r * to.pre[..., None]),
            _ends(estimator, to.pre),
            halvings,
        )
        weighted = (mean * to.weights)[..., None] * np.stack([np.cos(to.phi), np.sin(to.phi)], -1)
        return RowVectors(
            np.sum(weighted * to.student[..., None], axis=-2),
            np.sum(weighted, axis=-2),
            np.sum(weighted * to.teacher[..., None], axis=-2),
        )

    def _overlap(self, place: Plane) -> Overlap:
        return Overlap(0.5 - self._chance(place)[..., None])

    def _gradient_w(self, v: np.ndarray, place: Plane) -> np.ndarray:
        """``-d grad P``, ``grad P = A(psi -+ pi/2)/|w|`` times e."""
        e = place.tangent / np.where(place.sin > 0.0, place.sin, 1.0)[..., None]
        level = _radial(self.rows, np.arctan2(e[..., 1], e[..., 0]), lambda r: r) / place.norm
        return -(_accurate.dot(v, self.v_star) * level)[..., None] * e

    def _coarse_w(self, v: np.ndarray, place: Plane, estimator: Estimator) -> np.ndarray:
        """``|v|^2 a_+ + (1/2) (s_v^2 - |v|^2 - s_v s + d) a - d b``."""
        row, rows = self._vectors(place, estimator), v[..., None, :]
        return over_rows(rows, rows, self.v_star, same=row.a_plus, star=row.b, other=row.a_all)


def _on_the_border(place: Plane, levels: np.ndarray, bound: float) -> np.ndarray:
    """Angles (..., 4 q) at which the lines z.w = level leave the square of half side `bound`."""
    if math.isinf(bound):
        return np.zeros((*place.norm.shape, 0))
    w, angles = place.norm[..., None] * place.unit, []
    for axis, side in itertools.product((0, 1), (-bound, bound)):
        with np.errstate(over="ignore", divide="ignore", invalid="ignore"):
            other = (levels - side * w[..., axis, None]) / w[..., 1 - axis, None]
        seen = np.abs(other) < bound
        x = (side, np.where(seen, other, 0.0)) if axis == 0 else (np.where(seen, other, 0.0), side)
        angles.append(np.where(seen, np.arctan2(x[1], x[0]), 0.0))
    return np.concatenate(angles, axis=-1)


def _ends(estimator: Estimator, pre: np.ndarray) -> np.ndarray:
    """The radii (..., q) at which mu'(r pre) jumps; infinite where it does not."""
    points = np.array([point for point in estimator.breakpoints if point != 0.0])
    pre = np.where(pre == 0.0, np.finfo(float).tiny, pre)[..., None]
    with np.errstate(over="ignore"):
        radii = points / pre
    return np.where(radii > 0.0, radii, np.inf)


def _radial(
    rows: Rows,
    phi: np.ndarray,
    factor: Callable[[np.ndarray], np.ndarray],
    ends: np.ndarray | None = None,
    halvings: int = 0,
) -> np.ndarray:
    """int_0^inf p(r cos phi, r sin phi) factor(r) dr, in panels that end at the radii `ends`.

    In t = r where the density has a bound, and in t = r/(1 + r) where it has none. Panels halve
    towards 0 so many times as is asked for.
    """
    cos, sin = np.cos(phi), np.sin(phi)
    bounded = math.isfinite(rows.bound)
    last = rows.bound / np.maximum(np.abs(cos), np.abs(sin)) if bounded else np.ones(phi.shape)
    edges = last[..., None] * np.concatenate([np.exp2(-np.arange(3.0, halvings + 3.0)), _SHARE])
    edges = np.sort(edges, axis=-1)
    if ends is not None:
        inner = ends if bounded else 1.0 - 1.0 / (1.0 + ends)
        edges = np.sort(np.concatenate([edges, np.minimum(inner, last[..., None])], -1), axis=-1)
    total = np.zeros(phi.shape)
    panels = np.moveaxis(edges, -1, 0)
    for low, high in itertools.pairwise(panels):
        t, weights = nodes(np.stack([low, high], axis=-1), 16)
        if bounded:
            r, stretch = t, 1.0
        else:
            t = np.minimum(t, _BELOW_1)  # a panel from far out to infinity
            r, stretch = t / (1.0 - t), 1.0 / np.square(1.0 - t)
        density = rows.planar(r * cos[..., None], r * sin[..., None])
        total = total + np.sum(density * factor(r) * stretch * weights, axis=-1)
    return total


class SampledInner(NamedTuple):
    """Estimate of <E[g], df/dw> and its standard error."""

    mean: float
    standard_error: float


@_checks.in_doubles
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

    Examples
    --------
    >>> from ste.estimators import RELU
    >>> teacher = Teacher(v=[1.0], w=[1.0, 0.0, 0.0])
    >>> inner = sampled_inner(UNIFORM, [1.0], [1.0, 1.0, 0.0], teacher, RELU, 8000, seed=0)
    >>> bool(inner.mean > 5 * inner.standard_error)
    True
    """
    _checks.instance("rows", rows, Rows)
    _checks.instance("teacher", teacher, Teacher)
    _checks.instance("estimator", estimator, Estimator)
    if rows.marginal is None:
        raise ValueError(f"rows: expected independent entries, got {rows.name!r}")
    v, w = check_student(v, w, teacher, direction=True)
    for name, part, length in (("v", v, teacher.m), ("w", w, teacher.n)):
        _checks.number(name, part.shape, f"shape ({length},)", part.ndim == 1)
    size = _checks.integer("samples", samples, 80) // 40
    _checks.affordable("samples", samples, 80 * size * teacher.m * teacher.n)
    rng = np.random.default_rng(_checks.integer("seed", seed, 0))
    j = int(np.argmax(np.abs(w)))
    d, m, largest = float(v @ teacher.v), teacher.m, abs(w[j])
    unit = w / largest
    rest = np.delete(np.arange(teacher.n), j)
    products = np.empty(40)
    for block in range(40):
        Z = rows.sample(rng, (size, m, teacher.n))
        coarse = coarse_gradient(v, w, Z, teacher, estimator)[1].mean(axis=0)
        z = rows.sample(rng, (size * m, teacher.n))
        z[:, j] = -(z[:, rest] @ unit[rest]) / unit[j]
        weight = rows.marginal(z[:, j]) * (z @ teacher.w > 0.0)
        products[block] = -d * coarse @ np.mean(weight[:, None] * z, axis=0) / largest
    return SampledInner(float(products.mean()), float(products.std(ddof=1) / math.sqrt(40)))
