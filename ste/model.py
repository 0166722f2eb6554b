"""The network, its teacher, and what one sample tells: loss and coarse gradient.

Student: y = v . sigma(Z w), with the binarized ReLU sigma(x) = 1 if x > 0 else 0.
Teacher: y* = v* . sigma(Z w*). Sample loss: l = (y - y*)^2 / 2.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from ste import _checks
from ste._ahead import ahead
from ste._memory import keep
from ste.estimators import Estimator

#: Between these the square of |v*| is a normal double.
_LEAST, _MOST = 1e-150, 1e150
#: Numbers per block of `monte_carlo_gradient`, and about how many blocks there are at once.
_BLOCK, _BLOCKS = 480_000, 8
#: Powers of two by which a square of doubles may be scaled without leaving their range.
_UNITS = 1000


@dataclass(frozen=True, eq=False, init=False)
class Teacher:
    """The network that made the labels: y* = v* . sigma(Z w*).

    Parameters
    ----------
    v : array_like, shape (m,)
        Second layer v*, not zero; its largest entry between 1e-150 and 1e150.
    w : array_like, shape (n,)
        Filter w*, not zero. Stored with unit length: sigma does not see the length.

    Raises
    ------
    ValueError
        If an argument is not one-dimensional, is zero, has entries that are not finite, or if the
        square of |v*| leaves the range of doubles.

    Notes
    -----
    Source: the paper, Section 2.1, "without loss of generality |w*| = 1".

    Examples
    --------
    >>> teacher = Teacher(v=[1.0, -0.5], w=[3.0, 4.0])
    >>> teacher.w
    array([0.6, 0.8])
    >>> teacher.s, teacher.N
    (0.5, 1.25)
    """

    v: np.ndarray
    w: np.ndarray

    def __init__(self, v: ArrayLike, w: ArrayLike) -> None:
        for name, given in (("v", v), ("w", w)):
            array = _checks.finite_array(f"teacher.{name}", given)
            if array.ndim != 1 or array.size == 0:
                raise ValueError(
                    f"teacher.{name}: expected a one-dimensional array, got shape {array.shape}"
                )
            if not np.any(array):
                raise ValueError(f"teacher.{name}: expected a non-zero vector, got zeros")
            largest = float(np.max(np.abs(array)))
            if name == "v" and not _LEAST <= largest <= _MOST:
                raise ValueError(
                    f"teacher.v: expected a largest entry between {_LEAST:g} and {_MOST:g}, so "
                    f"that its square is a double, got {largest:g}"
                )
            if name == "w":
                array = array / largest
                array = array / np.linalg.norm(array)
            array.setflags(write=False)
            object.__setattr__(self, name, array)

    @property
    def m(self) -> int:
        """Number of hidden units, the length of v*."""
        return self.v.size

    @property
    def n(self) -> int:
        """Number of inputs of a unit, the length of w*."""
        return self.w.size

    @property
    def s(self) -> float:
        """Sum of the entries of v*, correctly rounded."""
        return math.fsum(self.v)

    @property
    def N(self) -> float:
        """Squared length of v*."""
        return float(self.v @ self.v)

    @property
    def balanced(self) -> bool:
        """Whether s is zero up to the rounding of its terms, as of v* = (0.1, 0.2, -0.3)."""
        return abs(self.s) <= 2.0 * float(np.finfo(float).eps) * math.fsum(np.abs(self.v))


def check_student(
    v: ArrayLike, w: ArrayLike, teacher: Teacher, *, direction: bool
) -> tuple[np.ndarray, np.ndarray]:
    """The pair (v, w) that fits `teacher`; with `direction`, w = 0 is refused."""
    v = _checks.vectors("v", v, teacher.m)
    w = _checks.vectors("w", w, teacher.n)
    _checks.broadcastable(v=v.shape[:-1], w=w.shape[:-1])
    if direction and np.any(np.all(w == 0.0, axis=-1)):
        raise ValueError("w: expected non-zero vectors (w = 0 has no direction), got w = 0")
    return v, w


def sigma(x: ArrayLike) -> np.ndarray:
    """Binarized ReLU: 1 where x > 0, else 0 (so sigma(0) = 0).

    Examples
    --------
    >>> sigma([-1.0, 0.0, 2.0])
    array([0., 0., 1.])
    """
    return (_checks.finite_array("x", x, copy=False) > 0.0).astype(float)


class Pass(NamedTuple):
    """Samples on their way through the network.

    ``v`` (..., m) and ``Z`` (..., m, n) are what came in, checked; ``pre`` (..., m) the
    pre-activations Zw; ``label`` (...) the teacher's y*.
    """

    v: np.ndarray
    Z: np.ndarray
    pre: np.ndarray
    label: np.ndarray

    def residual(self, hidden: np.ndarray) -> np.ndarray:
        """``y - y*`` if the units say `hidden` (..., m): ``y = v . hidden``."""
        return np.sum(self.v * hidden, axis=-1) - self.label


def pre_activations(w: np.ndarray, Z: np.ndarray) -> np.ndarray:
    """``Zw`` of each sample, shape (..., m)."""
    if w.ndim == 1 and Z.flags.c_contiguous:  # one product of a matrix and a vector
        return np.tensordot(Z, w, axes=1)
    return _sums("...mn,...n->...m", Z, w)


@_checks.in_doubles
def forward(
    v: ArrayLike,
    w: ArrayLike,
    Z: ArrayLike,
    teacher: Teacher,
    activation: Callable[[np.ndarray], np.ndarray] = sigma,
) -> Pass:
    """The checked sample, its pre-activations and its label ``y* = v* . activation(Z w*)``.

    Parameters
    ----------
    v : array_like, shape (..., m)
    w : array_like, shape (..., n)
    Z : array_like, shape (..., m, n)
    teacher : Teacher
    activation : callable
        What the teacher's units do. What the student's do is left to the caller.

    Raises
    ------
    ValueError
        If a shape does not fit the teacher or an entry is not finite.

    Examples
    --------
    >>> teacher = Teacher(v=[1.0, 2.0], w=[1.0, 0.0])
    >>> sample = forward([1.0, 2.0], [0.0, 1.0], [[1.0, 5.0], [-1.0, 5.0]], teacher)
    >>> sample.pre, float(sample.residual(sigma(sample.pre)))  # student says 3, teacher 1
    (array([5., 5.]), 2.0)
    """
    _checks.instance("teacher", teacher, Teacher)
    _checks.function("activation", activation)
    v, w = check_student(v, w, teacher, direction=False)
    Z = _checks.inputs("Z", Z, teacher.m, teacher.n)
    _checks.broadcastable(v=v.shape[:-1], w=w.shape[:-1], Z=Z.shape[:-2])
    star = pre_activations(teacher.w, Z)
    label = _checks.returned("activation", activation(star), star.shape) @ teacher.v
    return Pass(v, Z, pre_activations(w, Z), label)


def back(each: np.ndarray, Z: np.ndarray) -> np.ndarray:
    """``sum_j each_j Z_j`` of each sample, shape (..., n): what the units send to the filter.

    Examples
    --------
    >>> back(np.array([1.0, -2.0]), np.array([[1.0, 5.0], [0.0, 1.0]]))
    array([1., 3.])
    """
    return _sums("...m,...mn->...n", each, Z)


def _sums(axes: str, one: np.ndarray, other: np.ndarray) -> np.ndarray:
    """`einsum`, which goes along what lies side by side in memory; an overflow is told as usual."""
    sums = np.einsum(axes, one, other)
    if not np.isfinite(sums).all():
        np.multiply(np.finfo(float).max, 2.0)  # einsum itself does not ask what to do about one
    return sums


@_checks.in_doubles
def sample_loss(v: ArrayLike, w: ArrayLike, Z: ArrayLike, teacher: Teacher) -> np.ndarray:
    """Loss of each sample: l = (v . sigma(Zw) - v* . sigma(Zw*))^2 / 2.

    Parameters
    ----------
    v : array_like, shape (..., m)
        Second layer of the student.
    w : array_like, shape (..., n)
        Filter of the student; w = 0 is allowed and gives the output 0.
    Z : array_like, shape (..., m, n)
        Inputs.
    teacher : Teacher
        The network that made the labels.

    Returns
    -------
    ndarray, shape (...)

    Raises
    ------
    ValueError
        If a shape does not fit the teacher or an entry is not finite.

    Notes
    -----
    Source: the paper, Section 2.1.

    Examples
    --------
    >>> teacher = Teacher(v=[1.0, 2.0], w=[1.0, 0.0])
    >>> Z = [[1.0, 5.0], [-1.0, 5.0]]
    >>> float(sample_loss([1.0, 2.0], [0.0, 1.0], Z, teacher))  # student says 3, teacher 1
    2.0
    """
    sample = forward(v, w, Z, teacher)
    return 0.5 * np.square(sample.residual(sigma(sample.pre)))


@_checks.in_doubles
def coarse_gradient(
    v: ArrayLike, w: ArrayLike, Z: ArrayLike, teacher: Teacher, estimator: Estimator
) -> tuple[np.ndarray, np.ndarray]:
    """Gradient of each sample's loss, with mu' in the place of sigma'.

    ``grad_v = sigma(Zw) (y - y*)`` and ``grad_w = Z^T (mu'(Zw) * v) (y - y*)``.

    Parameters
    ----------
    v : array_like, shape (..., m)
        Second layer of the student.
    w : array_like, shape (..., n)
        Filter of the student.
    Z : array_like, shape (..., m, n)
        Inputs.
    teacher : Teacher
        The network that made the labels.
    estimator : Estimator
        The proxy derivative mu'.

    Returns
    -------
    grad_v : ndarray, shape (..., m)
    grad_w : ndarray, shape (..., n)

    Raises
    ------
    ValueError
        If a shape does not fit, an entry is not finite, or the estimator's derivative returns the
        wrong shape or NaN.

    Notes
    -----
    Source: the paper, Section 2.2, equation (4).

    Examples
    --------
    >>> from ste import IDENTITY, RELU
    >>> teacher = Teacher(v=[1.0, 2.0], w=[1.0, 0.0])
    >>> Z = [[1.0, 5.0], [-1.0, -5.0]]
    >>> coarse_gradient([1.0, 3.0], [0.0, 1.0], Z, teacher, RELU)[1]  # y = y*: nothing to learn
    array([0., 0.])
    >>> coarse_gradient([2.0, 3.0], [0.0, 1.0], Z, teacher, IDENTITY)[1]
    array([-1., -5.])
    """
    _checks.instance("estimator", estimator, Estimator)
    sample = forward(v, w, Z, teacher)
    hidden = sigma(sample.pre)
    residual = sample.residual(hidden)[..., None]
    each = estimator.evaluate_at(sample.pre) * sample.v * residual
    return hidden * residual, back(each, sample.Z)


class MonteCarloGradient(NamedTuple):
    """Sample mean of the coarse gradient in w and its standard error, each of shape (..., n)."""

    mean: np.ndarray
    standard_error: np.ndarray


@_checks.in_doubles
def monte_carlo_gradient(
    v: ArrayLike,
    w: ArrayLike,
    teacher: Teacher,
    estimator: Estimator,
    samples: int,
    seed: int,
) -> MonteCarloGradient:
    """Mean over Gaussian inputs of the coarse gradient in w, with its standard error.

    ``mean = (1/K) sum_i g(Z_i)``, ``standard_error = sqrt(var(g) / K)``, K = `samples`, the entries
    of each Z_i drawn from N(0, 1). Inputs are drawn in blocks, so memory stays bounded, several at
    once, each from a stream of its own; the result depends on the seed and on `samples` alone, up
    to rounding, and all leading axes share the inputs.

    Parameters
    ----------
    v : array_like, shape (..., m)
    w : array_like, shape (..., n)
    teacher : Teacher
    estimator : Estimator
    samples : int
        At least 2.
    seed : int
        At least 0. Block b is drawn by numpy's SFC64 from ``SeedSequence(seed, spawn_key=(b,))``.

    Returns
    -------
    MonteCarloGradient
        A named tuple (mean, standard_error), each of shape (..., n).

    Raises
    ------
    ValueError
        As `coarse_gradient`, and for fewer than 2 samples.

    Examples
    --------
    >>> from ste import IDENTITY, expected_coarse_gradient
    >>> teacher = Teacher(v=[1.0, 2.0], w=[1.0, 0.0])
    >>> point = [2.0, 1.0], [0.0, 1.0]
    >>> mean, error = monte_carlo_gradient(*point, teacher, IDENTITY, samples=20_000, seed=1)
    >>> exact = expected_coarse_gradient(*point, teacher, IDENTITY)[1]
    >>> bool((abs(mean - exact) < 4 * error).all())
    True
    """
    _checks.instance("teacher", teacher, Teacher)
    v, w = check_student(v, w, teacher, direction=False)
    samples = _checks.integer("samples", samples, 2)
    _checks.affordable("samples", samples, samples * teacher.m * teacher.n)
    seed = _checks.integer("seed", seed, 0)
    lead = np.broadcast_shapes(v.shape[:-1], w.shape[:-1])
    each = teacher.m * (teacher.n + 2)  # an input and what one student makes of it
    block = max(1, _BLOCK // each)
    part = max(1, _BLOCK // (each + 2 * teacher.m * (math.prod(lead) - 1)))
    mean = np.zeros((*lead, teacher.n))
    squares = np.zeros_like(mean)
    done = 0

    def draw(first: int) -> np.ndarray:
        stream = np.random.SFC64(np.random.SeedSequence(seed, spawn_key=(first // block,)))
        shape = teacher.n, teacher.m, *(1,) * len(lead), min(block, samples - first)
        # inputs lie side by side in memory, so that all goes along them: four times as fast
        return np.random.Generator(stream).standard_normal(shape).T

    keep(_BLOCKS * min(_BLOCK, samples * each))
    for Z in ahead(draw, range(0, samples, block)):
        for first in range(0, len(Z), part):
            g = coarse_gradient(v, w, Z[first : first + part], teacher, estimator)[1]
            size = len(g)
            if done == 0:  # a power of two as the unit: no square leaves the range of doubles
                unit = np.frexp(np.max(np.abs(g), axis=(0, -1), keepdims=True)[0])[1]
                unit = np.clip(unit, -_UNITS, _UNITS)
            g = g * np.ldexp(1.0, -unit)
            # Chan's update: sums of squares stay about the running mean, so none of them cancels.
            block_mean = g.mean(axis=0)
            shift = block_mean - mean
            squares += np.square(g - block_mean).sum(axis=0)
            squares += np.square(shift) * (done * size / (done + size))
            mean += shift * (size / (done + size))
            done += size
    error = np.sqrt(squares / (samples - 1) / samples)
    return MonteCarloGradient(np.ldexp(mean, unit), np.ldexp(error, unit))
