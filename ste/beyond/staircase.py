"""More than one bit: activations that are staircases, in the two-layer model with Gaussian rows.

Student y = v . sigma(Z w), teacher y* = v* . sigma_hat(Z w*), sigma and sigma_hat sums of steps,
``sigma(x) = sum_j h_j 1{x > p_j}``. The quantizer of the paper's experiments is one. With a
staircase the length of w matters: f has a part along w, which the binarized ReLU does not have.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from ste import _checks
from ste._normal import normal_cdf, normal_pdf
from ste._quadrature import integrate, line, nodes, split
from ste.beyond.paper import Paper, Slopes
from ste.beyond.quantizer import stairs_of
from ste.beyond.setting import Overlap
from ste.estimators import Estimator
from ste.gradients import RowMoments
from ste.model import Teacher
from ste.plane import Plane
from ste.zoo.windows import Window

#: Nodes of [0, 1] in t = exp(-x), since Plackett's integrand varies on any scale near 0; panels in
#: x widen as exp(-x) falls, and all 16 digits are there.
_X, _X_WEIGHTS = nodes(36.0 * np.linspace(0.0, 1.0, 15) ** 1.5, 20)
_SHARE, _SHARE_WEIGHTS = np.exp(-_X), np.exp(-_X) * _X_WEIGHTS
#: So many numbers are held at once in the sums over these nodes.
_BLOCK = 2_000_000
#: Where a step rises over a normal variable's spread, in units of it.
_RISE = np.array([-40.0, -8.0, 0.0, 8.0, 40.0])
#: Stands in for sin(theta) = 0 on the kinks.
_TINY = 1e-150
#: A standard normal is never so large: the probability and the density are 0 in doubles.
_FAR = 1e3


def _standard(places: ArrayLike, rho: ArrayLike = 1.0) -> np.ndarray:
    """Places of steps in units of |w| = rho (...): shape (..., L), nowhere beyond `_FAR`."""
    with np.errstate(over="ignore"):
        return np.clip(places / np.asarray(rho)[..., None], -_FAR, _FAR)


@dataclass(frozen=True, eq=False)
class Stairs:
    """A sum of steps, ``sigma(x) = sum_j h_j 1{x > p_j}``.

    Parameters
    ----------
    places : array_like, shape (L,)
        p_j.
    heights : array_like, shape (L,)
        h_j.

    Raises
    ------
    ValueError
        If the shapes differ or an entry is not finite.

    Examples
    --------
    >>> Stairs([0.0, 1.0], [1.0, 2.0]).evaluate([-1.0, 0.5, 2.0])
    array([0., 1., 3.])
    """

    places: np.ndarray
    heights: np.ndarray

    def __post_init__(self) -> None:
        for name in ("places", "heights"):
            array = _checks.finite_array(name, getattr(self, name))
            array.setflags(write=False)
            object.__setattr__(self, name, array)
        if self.places.ndim != 1 or self.places.shape != self.heights.shape:
            raise ValueError(
                "places, heights: expected one shape (L,), got "
                f"{self.places.shape}, {self.heights.shape}"
            )

    def evaluate(self, x: ArrayLike) -> np.ndarray:
        """sigma(x) for every entry of `x`."""
        order = np.argsort(self.places, kind="stable")
        levels = np.concatenate([[0.0], np.cumsum(self.heights[order])])
        return levels[np.searchsorted(self.places[order], _checks.finite_array("x", x))]


@_checks.in_doubles
def quantizer_stairs(bits: int, alpha: float = 1.0) -> Stairs:
    """The paper's quantizer: 2^bits - 1 steps of height alpha at 0, alpha, 2 alpha, ...

    Raises
    ------
    ValueError
        If `bits` is not an integer from 1 to 12 or `alpha` not > 0.

    Examples
    --------
    >>> quantizer_stairs(2, 0.5).evaluate([-0.5, 0.2, 0.7, 9.0])
    array([0. , 0.5, 1. , 1.5])
    """
    stair, alpha = stairs_of(bits), _checks.positive("alpha", alpha)
    return Stairs(alpha * stair, np.full(stair.shape, alpha))


class StairMoments(NamedTuple):
    """What f and E[g] need of a staircase at |w| = rho, arrays of one shape.

    ``mean`` = E[sigma(rho X)], ``square`` = E[sigma(rho X)^2], ``cross`` is
    E[sigma(rho X) sigma_hat(X*)] for standard normals X, X* of correlation cos(theta); the ``_rho``
    and ``_theta`` are slopes.
    """

    mean: np.ndarray
    square: np.ndarray
    cross: np.ndarray
    mean_rho: np.ndarray
    square_rho: np.ndarray
    cross_rho: np.ndarray
    cross_theta: np.ndarray


@_checks.in_doubles
def stair_moments(
    rho: ArrayLike, theta: ArrayLike, student: Stairs, teacher: Stairs
) -> StairMoments:
    """Moments of two staircases of correlated normals.

    ``d cross/d theta = -(1/(2 pi)) sum_jl h_j k_l exp(-(a^2 - 2 a b cos + b^2)/(2 sin^2))`` with
    a = p_j/rho and b = q_l (Plackett's identity), and ``d cross/d rho = sum_jl h_j k_l (a/rho)
    phi(a) Phi((a cos - b)/sin)``.

    Parameters
    ----------
    rho : array_like, shape (...)
        > 0.
    theta : array_like, shape (...)
        In [0, pi].
    student, teacher : Stairs

    Returns
    -------
    StairMoments

    Raises
    ------
    ValueError
        If rho or theta is out of range.

    Examples
    --------
    >>> step = Stairs([0.0], [1.0])
    >>> round(float(stair_moments(1.0, np.pi / 2, step, step).cross), 14)
    0.25
    """
    rho, theta = _checks.positives("rho", rho), _checks.angles("theta", theta)
    _checks.broadcastable(rho=rho.shape, theta=theta.shape)
    _checks.instance("student", student, Stairs)
    _checks.instance("teacher", teacher, Stairs)
    _checks.affordable(
        "student, teacher",
        (student.places.size, teacher.places.size),
        student.places.size * teacher.places.size * _SHARE.size,
    )
    rho, theta = np.broadcast_arrays(rho, theta)
    alone = own_moments(rho, student)
    sin, cos = np.maximum(np.sin(theta), _TINY)[..., None], np.cos(theta)[..., None]
    pairs = student.heights[:, None] * teacher.heights
    a, b = _standard(student.places, rho), _standard(teacher.places)
    slope = a * normal_pdf(a) / rho[..., None]
    a_ = a[..., :, None]
    gap = (a_ * cos[..., None] - b) / sin[..., None]
    cross_rho = np.einsum("jl,...jl->...", pairs, slope[..., :, None] * normal_cdf(gap))
    return StairMoments(
        alone.mean,
        alone.square,
        _cross(a_, b, theta, pairs),
        alone.mean_rho,
        alone.square_rho,
        cross_rho,
        -np.einsum("jl,...jl->...", pairs, _plackett(a_, b, theta[..., None, None])),
    )


class OwnMoments(NamedTuple):
    """Those of `StairMoments` that one staircase has alone."""

    mean: np.ndarray
    square: np.ndarray
    mean_rho: np.ndarray
    square_rho: np.ndarray


def own_moments(rho: np.ndarray, stairs: Stairs) -> OwnMoments:
    """``E[sigma] = sum_j h_j Phi(-a_j)``, a_j = p_j/rho, and ``E[sigma_hat2]`` with other heights.

    sigma_hat2 is a staircase too: each step adds ``h (h + 2 sigma before it)``.
    """
    a = _standard(stairs.places, rho)
    order = np.argsort(stairs.places, kind="stable")
    before = np.empty_like(stairs.heights)
    before[order] = np.cumsum(stairs.heights[order]) - stairs.heights[order]
    squares = stairs.heights * (stairs.heights + 2.0 * before)
    tail, slope = normal_cdf(-a), a * normal_pdf(a) / np.asarray(rho)[..., None]
    return OwnMoments(
        tail @ stairs.heights, tail @ squares, slope @ stairs.heights, slope @ squares
    )


def _plackett(a: np.ndarray, b: np.ndarray, theta: np.ndarray) -> np.ndarray:
    """-d/dtheta P(X > a, X* > b); in halves of theta, so that no digits are lost at theta = 0."""
    half_sin, half_cos = np.sin(0.5 * theta), np.cos(0.5 * theta)
    # a^2 - 2 a b cos + b^2 = (a - b)^2 cos^2(theta/2) + (a + b)^2 sin^2(theta/2)
    with np.errstate(over="ignore"):
        near = np.square((a - b) / np.maximum(2.0 * half_sin, _TINY))
        far = np.square((a + b) / np.maximum(2.0 * half_cos, _TINY))
        return np.exp(-0.5 * (near + far)) / (2.0 * np.pi)


def _cross(a: np.ndarray, b: np.ndarray, theta: np.ndarray, pairs: np.ndarray) -> np.ndarray:
    """sum_jl pairs_jl P(X > a_j, X* > b_l), by Plackett's identity from the nearer end."""
    first = theta <= 0.5 * np.pi
    near, side = np.where(first, theta, np.pi - theta), np.where(first, 1.0, -1.0)
    at_0 = normal_cdf(-np.maximum(a, b))
    at_pi = np.maximum(normal_cdf(-a) - normal_cdf(b), 0.0)
    end = np.where(first[..., None, None], at_0, at_pi)
    # t before pi the integrand is that of t with -b for b
    turned_b = side[..., None, None, None] * b
    levels = np.empty((*near.shape, _SHARE.size))
    blocks = 1 + near.size * pairs.size * _SHARE.size // _BLOCK
    for some in np.array_split(np.arange(_SHARE.size), min(blocks, _SHARE.size)):
        t = (near[..., None] * _SHARE[some])[..., None, None]
        dense = _plackett(a[..., None, :, :], turned_b, t)
        levels[..., some] = np.einsum("jl,...jl->...", pairs, dense)
    change = near * (levels @ _SHARE_WEIGHTS)
    return np.einsum("jl,...jl->...", pairs, end) - side * change


@dataclass(frozen=True, eq=False)
class Staircase(Paper):
    """The paper's world with staircases sigma and sigma_hat for the step, in student and teacher.

    With M = E[sigma(rho X)], S = E[sigma(rho X)^2], C = E[sigma(rho X) sigma_hat(X*)] and M*, S*
    those of sigma_hat, the loss is ``(1/2) [|v|^2 (S - M^2) + s_v^2 M^2 - 2 (d (C - M M*) + s_v s M
    M*) + N (S* - M*^2) + s^2 M*^2]``, and ``df/dw = f_rho u + (d C_theta/rho) e``; C_theta <= 0 is
    Plackett's sum (see `stair_moments`). With P = E[X mu' sigma(rho X)], A = E[X mu'],
    B_x = E[X mu' sigma_hat(X*)] and B_y = E[Y mu' sigma_hat(X*)], mu' at rho X,
    ``E[g] = [|v|^2 (P - A M) + s_v^2 A M - d (B_x - A M*) - s_v s A M*] u - d B_y e``.

    Parameters
    ----------
    teacher : Teacher
        |w*| = 1, which is now a convention about the places of the labels' steps.
    student : Stairs
    labels : Stairs, optional
        The teacher's activation sigma_hat; the student's if left out.

    Raises
    ------
    ValueError
        If `teacher` is not a Teacher or the activations are not Stairs.

    Notes
    -----
    Our own result; with one step at 0 it is the paper's. E[g] has a closed form for a
    `ste.zoo.windows.Window`, and is done by quadrature for any other proxy. B_y is not negative if
    the labels' heights are not.

    Examples
    --------
    >>> from ste import RELU, Teacher
    >>> teacher, step = Teacher(v=[1.0, 1.0], w=[1.0, 0.0]), Stairs([0.0], [1.0])
    >>> two_bits = Staircase(teacher, quantizer_stairs(2, 0.65))
    >>> bool(abs(two_bits.loss([1.0, 1.0], [1.0, 0.0])) < 1e-12)
    True
    >>> one = Staircase(teacher, step)
    >>> np.allclose(one.gradient([1.0, 1.0], [0.0, 2.0])[1], [-1 / (2 * np.pi), 0.0])
    True
    >>> point = [2.0, 1.0], [0.5, 3.0]
    >>> ours, papers = (world.coarse_gradient(*point, RELU) for world in (one, Paper(teacher)))
    >>> np.allclose(ours[1], papers[1])
    True
    """

    student: Stairs
    labels: Stairs | None = None
    _star: OwnMoments = field(init=False, repr=False)

    def __post_init__(self) -> None:
        super().__post_init__()
        _checks.instance("student", self.student, Stairs)
        labels = self._teachers
        _checks.instance("labels", labels, Stairs)
        object.__setattr__(self, "labels", labels)
        object.__setattr__(self, "_star", own_moments(np.ones(()), labels))

    @property
    def _teachers(self) -> Stairs:
        """The stairs of the labels."""
        return self.student if self.labels is None else self.labels

    def _bits(self, pre: np.ndarray, rng: np.random.Generator) -> np.ndarray:
        return self.student.evaluate(pre)

    def _labels(self, Z: np.ndarray, rng: np.random.Generator) -> np.ndarray:
        return self._teachers.evaluate(Z @ self.teacher.w) @ self.teacher.v

    def _overlap(self, place: Plane) -> Overlap:
        moments, star = (
            stair_moments(place.norm, place.theta, self.student, self._teachers),
            self._star,
        )
        variance = moments.square - np.square(moments.mean)
        gap = variance - (moments.cross - moments.mean * star.mean)
        star_variance = star.square - np.square(star.mean)
        return Overlap(gap[..., None], moments.mean, variance, star.mean, star_variance)

    def _slopes(self, place: Plane) -> Slopes:
        moments, star = (
            stair_moments(place.norm, place.theta, self.student, self._teachers),
            self._star,
        )
        variance = moments.square_rho - 2.0 * moments.mean * moments.mean_rho
        gap = variance - (moments.cross_rho - moments.mean_rho * star.mean)
        return Slopes(-moments.cross_theta, gap, moments.mean_rho, variance)

    def _moments(self, place: Plane, estimator: Estimator) -> RowMoments:
        stairs = self.student, self._teachers
        if isinstance(estimator, Window):
            row = window_moments(estimator, place, *stairs)
        else:
            row = proxy_moments(estimator, place, *stairs)
        mean = own_moments(place.norm, self.student).mean
        return row._replace(mean=mean, star_mean=self._star.mean)


def window_moments(window: Window, place: Plane, student: Stairs, labels: Stairs) -> RowMoments:
    """P, B_x, B_y/sin and A of a window, in closed form."""
    low, high = (_standard(np.array([end]), place.norm) for end in (window.low, window.high))
    steps = np.maximum(_standard(student.places, place.norm), low)
    same = (normal_pdf(steps) - normal_pdf(np.maximum(high, steps))) @ student.heights
    alpha = (normal_pdf(low) - normal_pdf(high))[..., 0]
    sin, cos = np.maximum(place.sin, _TINY)[..., None], place.cos[..., None]
    b, heights = _standard(labels.places), labels.heights
    # phi(x) phi((x cos - b)/sin) = phi(b) phi((x - b cos)/sin)
    level = normal_pdf(b) * (normal_cdf((high - b * cos) / sin) - normal_cdf((low - b * cos) / sin))
    edges = normal_pdf(low) * normal_cdf((low * cos - b) / sin)
    edges = edges - normal_pdf(high) * normal_cdf((high * cos - b) / sin)
    return RowMoments(same, (edges + cos * level) @ heights, level @ heights, alpha)


def proxy_moments(
    estimator: Estimator, place: Plane, student: Stairs, labels: Stairs
) -> RowMoments:
    """P, B_x, B_y/sin and A of any proxy, by quadrature.

    ``B_y/sin(theta) = sum_l k_l phi(q_l) E[mu'(rho (q_l cos + sin T))]`` with T standard normal.
    """
    shape = place.norm.shape
    rho, sin, cos = (np.ravel(part)[:, None] for part in (place.norm, place.sin, place.cos))
    sin, wide = np.maximum(sin, _TINY), np.where(cos == 0.0, _TINY, cos)
    jumps = _standard(np.array(estimator.breakpoints), rho[:, 0])
    q = _standard(labels.places)

    def same(x: np.ndarray, i: np.ndarray) -> np.ndarray:
        pre = rho[i, 0] * x
        return x * estimator.evaluate_at(pre) * student.evaluate(pre) * normal_pdf(x)

    def along(x: np.ndarray, i: np.ndarray) -> np.ndarray:
        tilt = (x * cos[i, 0])[..., None] - q
        seen = normal_cdf(tilt / sin[i]) @ labels.heights
        return x * estimator.evaluate_at(rho[i, 0] * x) * seen * normal_pdf(x)

    def across(x: np.ndarray, i: np.ndarray) -> np.ndarray:
        pre = rho[i] * (q * cos[i] + sin[i] * x[..., None])
        weights = labels.heights * normal_pdf(q)
        return (estimator.evaluate_at(pre) @ weights) * normal_pdf(x)

    with np.errstate(over="ignore"):
        # sigma_hat(X*) given X rises over sin/cos: panels of that width let no node step over it
        rises = (q / wide)[..., None] + _RISE * (sin / wide)[..., None]
        # where mu'(rho (q cos + sin T)) is mu'(0): panels halve towards it as they do to 0
        middles = (-q * cos / sin)[..., None] + line(rho * sin)
        edges = (jumps[:, :, None] - (q * cos)[:, None]) / sin[..., None]
    corners = [jumps, _standard(student.places, rho[:, 0])]
    bends, edges = [jumps, rises], [edges, middles]
    passed, b_x, b_y_over_sin = (
        integrate(integrand, split(line(rho), _flat(points))).reshape(shape)
        for integrand, points in ((same, corners), (along, bends), (across, edges))
    )
    alpha = estimator.moments_at(place.norm, place.cos, place.sin).alpha
    return RowMoments(passed, b_x, b_y_over_sin, alpha)


def _flat(points: list[np.ndarray]) -> np.ndarray:
    """All points of each row, shape (rows, ...)."""
    return np.concatenate(
        [part.reshape(len(part), math.prod(part.shape[1:])) for part in points], axis=-1
    )


class Stability(NamedTuple):
    """Smallest eigenvalue at the global minimizer: for |w| > 1 and for |w| < 1."""

    outside: float
    inside: float


@_checks.in_doubles
def minimum_stability(teacher: Teacher, window: Window, bits: int, alpha: float = 1.0) -> Stability:
    """Whether coarse gradient descent stays at the global minimizer v = v*, w = w*.

    Next to it, at theta = 0, the field of (v, |w|) is linear on either side of |w| = 1, with the
    matrix ``[[A, b], [r^T, q]]``: ``A = (S - M^2) I + M^2 ones ones^T``,
    ``b = (D - M M') v* + s M M' ones`` with
    ``D = alpha sum_j (alpha (j + 1) or alpha j) p_j phi(p_j)`` outside or inside,
    ``r = (P - A M) v* + s A M ones`` and ``q = N (Q - A M') + s^2 A M'``,
    ``Q = alpha sum_j p_j^2 phi(p_j) mu'(p_j)``, A = E[X mu'(X)], p_j = alpha j. A negative
    eigenvalue means that descent leaves on that side.

    Parameters
    ----------
    teacher : Teacher
    window : Window
    bits, alpha
        The quantizer of student and teacher.

    Returns
    -------
    Stability

    Raises
    ------
    ValueError
        As `quantizer_stairs`.

    Notes
    -----
    Our own result. With one bit the smallest eigenvalue is 0: |w| does not matter.

    Examples
    --------
    >>> teacher = Teacher(v=[1.0, -0.5, 0.8, 0.3], w=[1.0, 0.0])
    >>> from ste.zoo.windows import paper_windows
    >>> identity, relu, clipped = paper_windows(2, 0.6511)
    >>> round(minimum_stability(teacher, relu, 2, 0.6511).outside, 3)
    -0.088
    >>> round(minimum_stability(teacher, clipped, 2, 0.6511).outside, 3)
    -0.012
    """
    _checks.instance("teacher", teacher, Teacher)
    _checks.instance("window", window, Window)
    stairs, alpha = quantizer_stairs(bits, alpha), _checks.positive("alpha", alpha)
    moments = own_moments(np.ones(()), stairs)
    places, ones = stairs.places, np.ones(teacher.m)
    low, high = normal_pdf(window.low), normal_pdf(window.high)
    first = low - high
    steps = np.maximum(places, window.low)
    mean_of_output = float(
        np.sum(alpha * (normal_pdf(steps) - normal_pdf(np.maximum(window.high, steps))))
    )
    rises = places * normal_pdf(places)
    inside_window = (places > window.low) & (places < window.high)
    growth = alpha * float(np.sum(places * rises * inside_window))
    mixed = moments.mean * moments.mean_rho
    A = (moments.square - moments.mean**2) * np.eye(teacher.m) + moments.mean**2 * np.outer(
        ones, ones
    )
    r = (mean_of_output - first * moments.mean) * teacher.v + teacher.s * first * moments.mean
    q = teacher.N * (growth - first * moments.mean_rho) + teacher.s**2 * first * moments.mean_rho

    def smallest(extra: float) -> float:
        before = alpha**2 * float(np.sum((np.arange(places.size) + extra) * rises))
        b = (before - mixed) * teacher.v + teacher.s * mixed
        matrix = np.block([[A, b[:, None]], [r[None, :], np.array([[q]])]])
        return float(np.linalg.eigvals(matrix).real.min())

    return Stability(smallest(1.0), smallest(0.0))
