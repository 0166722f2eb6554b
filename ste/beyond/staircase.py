"""More than one bit: activations that are staircases, in the two-layer model with Gaussian rows.

Student y = v . sigma(Z w), teacher y* = v* . tau(Z w*), both sigma and tau sums of steps,
``sigma(x) = sum_j h_j 1{x > p_j}``. The quantizer of the paper's experiments is one. With a
staircase the length of w matters: f has a part along w, which the binarized ReLU does not have.
"""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from ste import _checks
from ste._normal import normal_cdf, normal_pdf
from ste._quadrature import graded, nodes
from ste.model import Teacher, check_student
from ste.plane import Plane, plane
from ste.zoo.windows import Window

#: The nodes of [0, 1]: panels halve towards 0, where Plackett's integrand varies on any scale.
_SHARE, _SHARE_WEIGHTS = nodes(graded(1.0, 6), 16)
#: Stands in for sin(theta) = 0 on the kinks.
_TINY = 1e-150


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
        x = np.asarray(x, dtype=float)
        return (x[..., None] > self.places) @ self.heights


def quantizer_stairs(bits: int, alpha: float = 1.0) -> Stairs:
    """The paper's quantizer: 2^bits - 1 steps of height alpha at 0, alpha, 2 alpha, ...

    Raises
    ------
    ValueError
        If `bits` is not an integer >= 1 or `alpha` not > 0.

    Examples
    --------
    >>> quantizer_stairs(2, 0.5).evaluate([-0.5, 0.2, 0.7, 9.0])
    array([0. , 0.5, 1. , 1.5])
    """
    levels = 2 ** _checks.integer("bits", bits, 1) - 1
    alpha = _checks.positive("alpha", alpha)
    return Stairs(alpha * np.arange(levels), np.full(levels, alpha))


class StairMoments(NamedTuple):
    """What f and E[g] need of a staircase at |w| = rho, arrays of one shape.

    ``mean`` = E[sigma(rho X)], ``square`` = E[sigma(rho X)^2], ``cross`` = E[sigma(rho X) tau(X*)]
    for standard normals X, X* of correlation cos(theta); the ``_rho`` and ``_theta`` are slopes.
    """

    mean: np.ndarray
    square: np.ndarray
    cross: np.ndarray
    mean_rho: np.ndarray
    square_rho: np.ndarray
    cross_rho: np.ndarray
    cross_theta: np.ndarray


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
    >>> float(stair_moments(1.0, np.pi / 2, step, step).cross)
    0.25
    """
    rho, theta = _checks.positives("rho", rho), _checks.angles("theta", theta)
    _checks.broadcastable(rho=rho.shape, theta=theta.shape)
    rho, theta = np.broadcast_arrays(rho, theta)
    a = student.places / rho[..., None]
    tail, density = normal_cdf(-a), normal_pdf(a)
    # sigma^2 is a staircase too: each step adds h (h + 2 sigma before it)
    order = np.argsort(student.places, kind="stable")
    before = np.empty_like(student.heights)
    before[order] = np.cumsum(student.heights[order]) - student.heights[order]
    squares = student.heights * (student.heights + 2.0 * before)
    slope = a / rho[..., None] * density
    sin, cos = np.maximum(np.sin(theta), _TINY)[..., None], np.cos(theta)[..., None]
    pairs = student.heights[:, None] * teacher.heights
    a_, b = a[..., :, None], teacher.places
    gap = (a_ * cos[..., None] - b) / sin[..., None]
    cross_rho = np.einsum("jl,...jl->...", pairs, slope[..., :, None] * normal_cdf(gap))
    return StairMoments(
        tail @ student.heights,
        tail @ squares,
        _cross(a_, b, theta, pairs),
        slope @ student.heights,
        slope @ squares,
        cross_rho,
        -np.einsum("jl,...jl->...", pairs, _plackett(a_, b, theta[..., None, None])),
    )


def _plackett(a: np.ndarray, b: np.ndarray, theta: np.ndarray) -> np.ndarray:
    """-d/dtheta P(X > a, X* > b); in halves of theta, so that no digits are lost at the ends."""
    half_sin, half_cos = np.sin(0.5 * theta), np.cos(0.5 * theta)
    # a^2 - 2 a b cos + b^2 = (a - b)^2 cos^2(theta/2) + (a + b)^2 sin^2(theta/2)
    with np.errstate(over="ignore"):
        near = np.square((a - b) / np.maximum(2.0 * half_sin, _TINY))
        far = np.square((a + b) / np.maximum(2.0 * half_cos, _TINY))
        return np.exp(-0.5 * (near + far)) / (2.0 * np.pi)


def _cross(a: np.ndarray, b: np.ndarray, theta: np.ndarray, pairs: np.ndarray) -> np.ndarray:
    """sum_jl pairs_jl P(X > a_j, X* > b_l), by Plackett's identity from the nearer end."""
    near = np.where(theta <= 0.5 * np.pi, theta, np.pi - theta)
    at_0 = normal_cdf(-np.maximum(a, b))
    at_pi = np.maximum(normal_cdf(-a) - normal_cdf(b), 0.0)
    end = np.where((theta <= 0.5 * np.pi)[..., None, None], at_0, at_pi)
    turned = near[..., None] * _SHARE
    at = np.where((theta <= 0.5 * np.pi)[..., None], turned, np.pi - turned)
    levels = _plackett(a[..., None, :, :], b, at[..., None, None])
    change = near * (np.einsum("jl,...jl->...", pairs, levels) @ _SHARE_WEIGHTS)
    return np.einsum("jl,...jl->...", pairs, end) - np.sign(0.5 * np.pi - theta + 1e-300) * change


class _Place(NamedTuple):
    v: np.ndarray
    at: Plane
    own: StairMoments
    theirs: StairMoments


def _place(
    v: ArrayLike, w: ArrayLike, teacher: Teacher, student: Stairs, labels: Stairs | None
) -> _Place:
    _checks.instance("teacher", teacher, Teacher)
    _checks.instance("student", student, Stairs)
    labels = student if labels is None else labels
    _checks.instance("labels", labels, Stairs)
    v, w = check_student(v, w, teacher, direction=True)
    at = plane(w, teacher)
    return _Place(
        v,
        at,
        stair_moments(at.norm, at.theta, student, labels),
        stair_moments(1.0, 0.0, labels, labels),
    )


def staircase_loss(
    v: ArrayLike, w: ArrayLike, teacher: Teacher, student: Stairs, labels: Stairs | None = None
) -> np.ndarray:
    """Population loss with staircases: the three covariances of the outputs.

    ``f = (1/2) [|v|^2 (S - M^2) + s_v^2 M^2 - 2 (d (C - M M*) + s_v s M M*) + N (S* - M*^2)
    + s^2 M*^2]`` with M = E[sigma(rho X)], S = E[sigma(rho X)^2], C = E[sigma(rho X) tau(X*)].

    Parameters
    ----------
    v : array_like, shape (..., m)
    w : array_like, shape (..., n)
        Not zero.
    teacher : Teacher
        |w*| = 1, which is now a convention about the places of the labels' steps.
    student : Stairs
    labels : Stairs, optional
        The teacher's activation tau; the student's if left out.

    Returns
    -------
    ndarray, shape (...)

    Raises
    ------
    ValueError
        If a shape does not fit, an entry is not finite or w = 0.

    Notes
    -----
    Our own result; with one step at 0 it is Lemma 1 of the paper.

    Examples
    --------
    >>> teacher = Teacher(v=[1.0, 1.0], w=[1.0, 0.0])
    >>> two_bits = quantizer_stairs(2, 0.65)
    >>> bool(abs(staircase_loss([1.0, 1.0], [1.0, 0.0], teacher, two_bits)) < 1e-12)
    True
    """
    v, _, own, theirs = _place(v, w, teacher, student, labels)
    d, total = v @ teacher.v, np.sum(v, axis=-1)
    square = np.sum(np.square(v), axis=-1)
    mean, target = own.mean, theirs.mean
    student_part = square * (own.square - mean**2) + total**2 * mean**2
    mixed = d * (own.cross - mean * target) + total * teacher.s * mean * target
    teacher_part = teacher.N * (theirs.square - target**2) + teacher.s**2 * target**2
    return 0.5 * (student_part - 2.0 * mixed + teacher_part)


def _gradient_v(place: _Place, teacher: Teacher) -> np.ndarray:
    v, _, own, theirs = place
    mean, target = own.mean[..., None], theirs.mean[..., None]
    total = np.sum(v, axis=-1)[..., None]
    level = mean**2 * total - mean * target * teacher.s
    spread = (own.square[..., None] - mean**2) * v
    return spread + level - (own.cross[..., None] - mean * target) * teacher.v


def _assembled(at: Plane, radial: np.ndarray, across: np.ndarray) -> np.ndarray:
    """radial u + across e; at the kinks, where e is not determined, the part along u alone."""
    unit_tangent = at.tangent / np.where(at.sin > 0.0, at.sin, 1.0)[..., None]
    return radial[..., None] * at.unit + across[..., None] * unit_tangent


def staircase_gradient(
    v: ArrayLike, w: ArrayLike, teacher: Teacher, student: Stairs, labels: Stairs | None = None
) -> tuple[np.ndarray, np.ndarray]:
    """True gradient of `staircase_loss`, in v and in w.

    ``df/dw = f_rho u + (d C_theta/rho) e``, with ``f_rho = |v|^2 (S'/2 - M M') + s_v^2 M M' -
    d (C_rho - M' M*) - s_v s M' M*``; C_theta <= 0 is Plackett's sum (see `stair_moments`).

    Parameters and errors as in `staircase_loss`.

    Returns
    -------
    grad_v : ndarray, shape (..., m)
    grad_w : ndarray, shape (..., n)
        At theta = 0 and pi, where f has a kink, the part along u alone.

    Notes
    -----
    Our own result.

    Examples
    --------
    >>> teacher = Teacher(v=[1.0, 1.0], w=[1.0, 0.0])
    >>> grad_w = staircase_gradient([1.0, 1.0], [0.0, 2.0], teacher, Stairs([0.0], [1.0]))[1]
    >>> np.allclose(grad_w, [-1 / (2 * np.pi), 0.0])
    True
    """
    place = _place(v, w, teacher, student, labels)
    v, at, own, theirs = place
    d, total = v @ teacher.v, np.sum(v, axis=-1)
    square = np.sum(np.square(v), axis=-1)
    both = own.mean * own.mean_rho
    radial = square * (0.5 * own.square_rho - both) + total**2 * both
    radial = radial - d * (own.cross_rho - own.mean_rho * theirs.mean)
    radial = radial - total * teacher.s * own.mean_rho * theirs.mean
    across = d * own.cross_theta / at.norm
    return _gradient_v(place, teacher), _assembled(at, radial, across)


def staircase_coarse_gradient(
    v: ArrayLike,
    w: ArrayLike,
    teacher: Teacher,
    window: Window,
    student: Stairs,
    labels: Stairs | None = None,
) -> tuple[np.ndarray, np.ndarray]:
    """Expected coarse gradient of a window proxy with staircases, in closed form.

    ``E[g] = [|v|^2 (P - alpha M) + s_v^2 alpha M - d (B_x - alpha M*) - s_v s alpha M*] u
    - d B_y e`` with P = E[X g sigma(rho X)], alpha = E[X g], B_x = E[X g tau(X*)] and
    B_y = E[Y g tau(X*)], g = mu'(rho X).

    Parameters and errors as in `staircase_loss`; `window` is the proxy.

    Returns
    -------
    grad_v : ndarray, shape (..., m)
        E[dl/dv], equal to df/dv.
    grad_w : ndarray, shape (..., n)
        E[g].

    Notes
    -----
    Our own result. B_y is not negative if the labels' heights are not.

    Examples
    --------
    >>> from ste import RELU, expected_coarse_gradient
    >>> from ste.zoo.windows import paper_windows
    >>> teacher, step = Teacher(v=[1.0, 2.0], w=[1.0, 0.0]), Stairs([0.0], [1.0])
    >>> point = [2.0, 1.0], [0.5, 3.0], teacher
    >>> ours = staircase_coarse_gradient(*point, paper_windows(1)[1], step)[1]
    >>> np.allclose(ours, expected_coarse_gradient(*point, RELU)[1])
    True
    """
    place = _place(v, w, teacher, student, labels)
    _checks.instance("window", window, Window)
    v, at, own, theirs = place
    labels = student if labels is None else labels
    low, high = window.low / at.norm[..., None], window.high / at.norm[..., None]
    steps = np.maximum(student.places / at.norm[..., None], low)
    own_part = (normal_pdf(steps) - normal_pdf(np.maximum(high, steps))) @ student.heights
    alpha = (normal_pdf(low) - normal_pdf(high))[..., 0]
    sin, cos = np.maximum(at.sin, _TINY)[..., None], at.cos[..., None]
    b, heights = labels.places, labels.heights

    def turned(x: np.ndarray, y: np.ndarray) -> np.ndarray:
        """Phi((x - y cos)/sin), right also for an infinite x."""
        return normal_cdf((x - y * cos) / sin)

    # phi(x) phi((x cos - b)/sin) = phi(b) phi((x - b cos)/sin)
    level = normal_pdf(b) * (turned(high, b) - turned(low, b))
    edges = normal_pdf(low) * _tilted(low, b, cos, sin) - normal_pdf(high) * _tilted(
        high, b, cos, sin
    )
    b_x = (edges + cos * level) @ heights
    b_y = at.sin * (level @ heights)
    d, total = v @ teacher.v, np.sum(v, axis=-1)
    square = np.sum(np.square(v), axis=-1)
    radial = square * (own_part - alpha * own.mean) + total**2 * alpha * own.mean
    radial = radial - d * (b_x - alpha * theirs.mean) - total * teacher.s * alpha * theirs.mean
    return _gradient_v(place, teacher), _assembled(at, radial, -d * b_y)


def _tilted(x: np.ndarray, b: np.ndarray, cos: np.ndarray, sin: np.ndarray) -> np.ndarray:
    """Phi((x cos - b)/sin) with 0 where x is infinite, since it stands beside phi(x) = 0."""
    finite = np.isfinite(x)
    return np.where(finite, normal_cdf((np.where(finite, x, 0.0) * cos - b) / sin), 0.0)


class Stability(NamedTuple):
    """Smallest eigenvalue at the global minimizer: for |w| > 1 and for |w| < 1."""

    outside: float
    inside: float


def minimum_stability(teacher: Teacher, window: Window, bits: int, alpha: float = 1.0) -> Stability:
    """Whether coarse gradient descent stays at the global minimizer v = v*, w = w*.

    Next to it, at theta = 0, the field of (v, |w|) is linear on either side of |w| = 1, with the
    matrix ``[[A, b], [r^T, q]]``: ``A = (S - M^2) I + M^2 1 1^T``, ``b = (D - M M') v* + s M M' 1``
    with ``D = alpha sum_j (alpha (j + 1) or alpha j) p_j phi(p_j)`` outside or inside,
    ``r = (P - a M) v* + s a M 1`` and ``q = N (Q - a M') + s^2 a M'``, ``Q = alpha sum_j p_j^2
    phi(p_j) mu'(p_j)``, a = E[X mu'(X)], p_j = alpha j. A negative eigenvalue means that descent
    leaves on that side.

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
    stairs = quantizer_stairs(bits, alpha)
    own = stair_moments(1.0, 0.0, stairs, stairs)
    at, ones = stairs.places, np.ones(teacher.m)
    low, high = normal_pdf(window.low), normal_pdf(window.high)
    first = low - high
    steps = np.maximum(at, window.low)
    mean_of_output = float(
        np.sum(alpha * (normal_pdf(steps) - normal_pdf(np.maximum(window.high, steps))))
    )
    rises = at * normal_pdf(at)
    inside_window = (at > window.low) & (at < window.high)
    growth = alpha * float(np.sum(at * rises * inside_window))
    both = own.mean * own.mean_rho
    A = (own.square - own.mean**2) * np.eye(teacher.m) + own.mean**2 * np.outer(ones, ones)
    r = (mean_of_output - first * own.mean) * teacher.v + teacher.s * first * own.mean
    q = teacher.N * (growth - first * own.mean_rho) + teacher.s**2 * first * own.mean_rho

    def smallest(extra: float) -> float:
        before = alpha**2 * float(np.sum((np.arange(at.size) + extra) * rises))
        b = (before - both) * teacher.v + teacher.s * both
        matrix = np.block([[A, b[:, None]], [r[None, :], np.array([[q]])]])
        return float(np.linalg.eigvals(matrix).real.min())

    return Stability(smallest(1.0), smallest(0.0))
