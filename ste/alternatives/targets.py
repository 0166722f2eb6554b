"""Targets instead of gradients: feasible and difference target propagation, on the book's model.

In the manner of Friesen and Domingos (2018) and of Lee, Zhang, Fischer and Bengio (2015); the notes
say what is theirs and what is chosen here.
"""

import itertools
from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from ste import _checks
from ste.beyond.setting import Gradients
from ste.estimators import Estimator
from ste.model import Teacher, back, forward, sigma
from ste.plane import norm
from ste.zoo.elsewhere import TANH

#: So many units can be searched: all 2^m targets are tried.
_MOST_UNITS = 12


@dataclass(frozen=True)
class LayerLoss:
    """What a unit pays for a pre-activation z when its target is t = 1 or -1.

    Parameters
    ----------
    name : str
    value, slope : callable
        ``value(z, t)`` and its derivative in z, ``slope(z, t)``, vectorised.
    breakpoints : sequence of float
        Where the slope jumps.

    Raises
    ------
    ValueError
        If the name is no string, a function cannot be called or a breakpoint is not finite.
    """

    name: str
    value: Callable[[np.ndarray, np.ndarray | float], np.ndarray]
    slope: Callable[[np.ndarray, np.ndarray | float], np.ndarray]
    breakpoints: tuple[float, ...] = ()

    def __post_init__(self) -> None:
        _checks.instance("name", self.name, str)
        _checks.function("value", self.value)
        _checks.function("slope", self.slope)
        _checks.finite_array("breakpoints", self.breakpoints)

    def proxy(self) -> Estimator:
        """The straight-through part: ``mu'(z) = (slope(z, -1) - slope(z, 1))/2``.

        Examples
        --------
        >>> HINGE.proxy().evaluate([0.0, 2.0])
        array([1. , 0.5])
        """
        return Estimator(
            f"{self.name} proxy",
            lambda z: 0.5 * (self.slope(z, -1.0) - self.slope(z, 1.0)),
            self.breakpoints,
        )

    @_checks.in_doubles
    def remainder(self, z: ArrayLike) -> np.ndarray:
        """What no straight-through estimator does: ``nu'(z) = (slope(z, 1) + slope(z, -1))/2``.

        Examples
        --------
        >>> HINGE.remainder([0.0, 2.0]), SATURATED_HINGE.remainder([0.0, 2.0])
        (array([0. , 0.5]), array([0., 0.]))
        """
        z = _checks.finite_array("z", z)
        return 0.5 * (self.slope(z, 1.0) + self.slope(z, -1.0))


#: -t z, whose derivative never saturates.
LINEAR = LayerLoss("linear", lambda z, t: -t * z, lambda z, t: -t * np.ones_like(z))

#: max(0, -t z), the loss of the perceptron.
PERCEPTRON = LayerLoss(
    "perceptron",
    lambda z, t: np.maximum(0.0, -t * z),
    lambda z, t: np.where(t * z < 0.0, -t, 0.0),
    (0.0,),
)

#: max(0, 1 - t z).
HINGE = LayerLoss(
    "hinge",
    lambda z, t: np.maximum(0.0, 1.0 - t * z),
    lambda z, t: np.where(t * z < 1.0, -t, 0.0),
    (-1.0, 1.0),
)

#: The hinge loss cut off at 2.
SATURATED_HINGE = LayerLoss(
    "saturated hinge",
    lambda z, t: np.clip(1.0 - t * z, 0.0, 2.0),
    lambda z, t: np.where(np.abs(z) < 1.0, -t, 0.0),
    (-1.0, 1.0),
)

#: 1 - tanh(t z).
SOFT_HINGE = LayerLoss(
    "soft hinge",
    lambda z, t: 1.0 - np.tanh(t * z),
    lambda z, t: -t * TANH.derivative(np.asarray(z, dtype=float)),
)


def layer_loss_of(estimator: Estimator) -> LayerLoss:
    """The layer loss ``-t mu(z)`` that makes weighted target propagation a given estimator.

    Raises
    ------
    ValueError
        If `estimator` is not an Estimator.

    Notes
    -----
    Our own result.

    Examples
    --------
    >>> from ste import RELU
    >>> layer_loss_of(RELU).slope(np.array([-2.0, 2.0]), -1.0)
    array([0., 1.])
    """
    _checks.instance("estimator", estimator, Estimator)
    return LayerLoss(
        f"-t mu of {estimator.name}",
        lambda z, t: -t * estimator.proxy(z),
        lambda z, t: -t * estimator.evaluate_at(z),
        estimator.breakpoints,
    )


# --- Feasible target propagation -----------------------------------------------------------------


@_checks.in_doubles
def signed_targets(
    v: ArrayLike,
    w: ArrayLike,
    Z: ArrayLike,
    teacher: Teacher,
    layer_loss: LayerLoss,
    *,
    weighted: bool = True,
) -> Gradients:
    """Mini-batch target propagation: targets by sign, ``t_j = -sign(delta_j)``.

    ``grad_w = sum_j |delta_j| slope(a_j, t_j) Z_j`` with ``delta_j = v_j (y - y*)``, the derivative
    of the loss in the bit of unit j; without `weighted`, the factor is 1 where delta_j is not 0.

    Parameters
    ----------
    v : array_like, shape (..., m)
    w : array_like, shape (..., n)
    Z : array_like, shape (..., m, n)
    teacher : Teacher
    layer_loss : LayerLoss
    weighted : bool

    Returns
    -------
    grad_v : ndarray, shape (..., m)
        The gradient of the loss, as for straight-through.
    grad_w : ndarray, shape (..., n)

    Raises
    ------
    ValueError
        If a shape does not fit or an entry is not finite.

    Notes
    -----
    In the manner of Friesen and Domingos (2018), the mini-batch form.

    Examples
    --------
    >>> from ste import IDENTITY, coarse_gradient
    >>> teacher = Teacher(v=[1.0, 2.0], w=[1.0, 0.0])
    >>> point = [2.0, -3.0], [0.0, 1.0], [[1.0, 5.0], [-1.0, -5.0]], teacher
    >>> signed_targets(*point, LINEAR)[1], coarse_gradient(*point, IDENTITY)[1]
    (array([ 5., 25.]), array([ 5., 25.]))
    """
    _checks.instance("layer_loss", layer_loss, LayerLoss)
    weighted = _checks.flag("weighted", weighted)
    sample = forward(v, w, Z, teacher)
    bits = sigma(sample.pre)
    residual = sample.residual(bits)[..., None]
    delta = sample.v * residual
    factor = np.abs(delta) if weighted else np.abs(np.sign(delta))
    slope = layer_loss.slope(sample.pre, -np.sign(delta))
    each = factor * _checks.returned("layer_loss", slope, delta.shape)
    return bits * residual, back(each, sample.Z)


def _all_bits(name: str, m: int) -> np.ndarray:
    """All 2^m rows of m bits."""
    _checks.number(name, m, f"at most {_MOST_UNITS} units", m <= _MOST_UNITS)
    return np.array(list(itertools.product((0.0, 1.0), repeat=m)))


#: Outputs that differ by less than this share of sum_j |v_j| are one, but for rounding.
_SAME = 1e-12


def _nearest(v: np.ndarray, labels: np.ndarray, rows: np.ndarray) -> np.ndarray:
    """The number of the first of the rows of bits whose outputs v (m,) brings nearest to a label.

    Among the sorted outputs it is one of the two neighbours of the label.
    """
    outputs, same = rows @ v, _SAME * np.sum(np.abs(v))
    order = np.argsort(outputs, kind="stable")
    outputs = outputs[order]
    begins = np.flatnonzero(np.append(True, np.diff(outputs) > same))
    outputs, first = outputs[begins], np.minimum.reduceat(order, begins)
    above = np.searchsorted(outputs, labels)
    low, high = np.maximum(above - 1, 0), np.minimum(above, len(outputs) - 1)
    gap = np.abs(labels - outputs[low]) - np.abs(labels - outputs[high])
    nearest = np.where(gap < 0.0, first[low], first[high])
    return np.where(np.abs(gap) <= same, np.minimum(first[low], first[high]), nearest)


@_checks.in_doubles
def best_targets(v: ArrayLike, label: ArrayLike) -> np.ndarray:
    """The bits that bring the output nearest to the label, found by trying all.

    ``t = argmin (v.t - y*)^2`` over the 2^m rows of bits; of several the first in counting order.

    Parameters
    ----------
    v : array_like, shape (..., m)
        With m at most 12.
    label : array_like, shape (...)
        y*.

    Returns
    -------
    ndarray, shape (..., m)

    Raises
    ------
    ValueError
        If an entry is not finite or there are more than 12 units.

    Examples
    --------
    >>> best_targets([1.0, -0.5, 0.8], [0.5, 1.7])
    array([[1., 1., 0.],
           [1., 0., 1.]])
    """
    v, label = _checks.some_vectors("v", v), _checks.finite_array("label", label)
    rows = _all_bits("v", v.shape[-1])
    shape = _checks.broadcastable(v=v.shape[:-1], label=label.shape)
    labels, numbers = np.broadcast_to(label, shape), np.empty(shape, dtype=int)
    v = v.reshape((1,) * (len(shape) - v.ndim + 1) + v.shape)
    for one in np.ndindex(v.shape[:-1]):
        # all labels that meet this v
        met = tuple(k if size > 1 else slice(None) for k, size in zip(one, v.shape, strict=False))
        numbers[met] = _nearest(v[one], labels[met], rows)
    return rows[numbers]


@_checks.in_doubles
def target_agreement(v: ArrayLike, teacher: Teacher) -> np.ndarray:
    """How often the target of each unit is the teacher's own bit: P(t_j = b*_j).

    Exact, since the teacher's bits are m fair coins.

    Parameters
    ----------
    v : array_like, shape (..., m)
        With m at most 12.
    teacher : Teacher

    Returns
    -------
    ndarray, shape (..., m)

    Raises
    ------
    ValueError
        If the shape does not fit, an entry is not finite or there are more than 12 units.

    Notes
    -----
    Our own result: the population minimizer of a convex layer loss points along w* if the mean of
    these is above 1/2, and against it if below.

    Examples
    --------
    >>> teacher = Teacher(v=[1.0, -0.5], w=[1.0, 0.0])
    >>> target_agreement([1.0, -0.5], teacher), target_agreement([-1.0, 0.5], teacher)
    (array([1., 1.]), array([0.25, 0.75]))
    """
    _checks.instance("teacher", teacher, Teacher)
    v = _checks.vectors("v", v, teacher.m)
    rows = _all_bits("teacher", teacher.m)
    labels, share = rows @ teacher.v, np.empty(v.shape)
    for one in np.ndindex(v.shape[:-1]):
        share[one] = np.mean(rows[_nearest(v[one], labels, rows)] == rows, axis=0)
    return share


@_checks.in_doubles
def searched_targets(
    v: ArrayLike, w: ArrayLike, Z: ArrayLike, teacher: Teacher, layer_loss: LayerLoss
) -> Gradients:
    """Target propagation with searched targets: ``grad_w = sum_j slope(a_j, 2 t_j - 1) Z_j``.

    Parameters
    ----------
    v : array_like, shape (..., m)
        With m at most 12.
    w : array_like, shape (..., n)
    Z : array_like, shape (..., m, n)
    teacher : Teacher
    layer_loss : LayerLoss

    Returns
    -------
    grad_v : ndarray, shape (..., m)
        The gradient of the loss.
    grad_w : ndarray, shape (..., n)

    Raises
    ------
    ValueError
        If a shape does not fit, an entry is not finite or there are more than 12 units.

    Notes
    -----
    In the manner of Friesen and Domingos (2018), who search targets layer by layer; with one hidden
    layer of few units the search can be complete.

    Examples
    --------
    >>> teacher = Teacher(v=[1.0, 2.0], w=[1.0, 0.0])
    >>> searched_targets([1.0, 2.0], [0.0, 1.0], [[3.0, 5.0], [-1.0, -5.0]], teacher, PERCEPTRON)[1]
    array([0., 0.])
    """
    _checks.instance("layer_loss", layer_loss, LayerLoss)
    sample = forward(v, w, Z, teacher)
    bits = sigma(sample.pre)
    targets = best_targets(sample.v, sample.label)
    each = layer_loss.slope(sample.pre, 2.0 * targets - 1.0)
    return bits * sample.residual(bits)[..., None], back(each, sample.Z)


class Separation(NamedTuple):
    """A filter and the share of the rows that it puts on the wrong side of their targets."""

    w: np.ndarray
    wrong: float


@_checks.in_doubles
def separate(Z: ArrayLike, targets: ArrayLike, sweeps: int) -> Separation:
    """A filter with ``sigma(Z_ij.w) = t_ij`` for all rows, by the perceptron on the whole batch.

    Parameters
    ----------
    Z : array_like, shape (N, m, n)
        At least one row. A row of zeros gives the bit 0 whatever the filter.
    targets : array_like, shape (N, m)
        Bits, 0 or 1.
    sweeps : int
        Passes over the batch, from 1 to ten million. If a filter exists for which no row but those
        of zeros is on the boundary, enough of them find one.

    Returns
    -------
    Separation
        The best filter that was met; ``wrong`` is 0 if the targets are feasible and it was found.

    Raises
    ------
    ValueError
        If the shapes do not fit, an entry is not finite, a target is no bit or `sweeps` is out of
        range.

    Examples
    --------
    >>> separate([[[1.0, 2.0], [-1.0, 0.5]]], [[1.0, 0.0]], sweeps=10).wrong
    0.0
    """
    targets, Z = _checks.finite_array("targets", targets), _checks.finite_array("Z", Z)
    sweeps = _checks.turns("sweeps", sweeps, 1)
    if targets.ndim != 2 or Z.shape[:-1] != targets.shape or Z.size == 0:
        raise ValueError(
            "Z, targets: expected shapes (N, m, n) and (N, m), none of the three 0, got "
            f"{Z.shape} and {targets.shape}"
        )
    on = targets.ravel() == 1.0
    if not np.all(on | (targets.ravel() == 0.0)):
        raise ValueError(f"targets: expected bits, 0 or 1, got {_checks.shown(targets)}")
    rows = np.where(on[:, None], 1.0, -1.0) * Z.reshape(-1, Z.shape[-1])
    size = norm(rows)[:, None]
    rows = rows / np.where(size > 0.0, size, 1.0)
    w = best = rows.mean(axis=0)
    least = 1.0
    for _ in range(sweeps):
        side = rows @ w
        # on the boundary the bit is 0
        wrong = np.where(on, side <= 0.0, side < 0.0)
        share = float(np.mean(wrong))
        if share < least:
            best, least = w, share
        if share == 0.0:
            break
        w = w + rows[wrong].mean(axis=0)
    return Separation(best, least)
