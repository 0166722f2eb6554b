"""Difference target propagation: targets carried back by a learned inverse."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from ste import _checks
from ste._normal import normal_cdf, normal_pdf
from ste._quadrature import integrate, line
from ste.beyond.setting import Gradients
from ste.estimators import Estimator
from ste.gradients import of_steps, over_gaussian_rows
from ste.model import Teacher, back, check_student, forward, pre_activations, sigma
from ste.plane import plane
from ste.zoo.elsewhere import TANH


@dataclass(frozen=True, eq=False)
class Inverse:
    """A way back from the output to the hidden states: ``g(y) = slope y + offset``.

    Parameters
    ----------
    slope, offset : ndarray, shape (..., m)

    Raises
    ------
    ValueError
        If a shape does not fit or an entry is not finite.
    """

    slope: np.ndarray
    offset: np.ndarray

    def __post_init__(self) -> None:
        slope = _checks.some_vectors("slope", self.slope)
        offset = _checks.vectors("offset", self.offset, slope.shape[-1])
        _checks.broadcastable(slope=slope.shape, offset=offset.shape)
        object.__setattr__(self, "slope", slope)
        object.__setattr__(self, "offset", offset)

    def __call__(self, output: np.ndarray) -> np.ndarray:
        """The states, shape (..., m), for outputs of shape (...)."""
        return self.slope * _checks.finite_array("output", output)[..., None] + self.offset


@_checks.in_doubles
def hidden_states(w: ArrayLike, Z: ArrayLike) -> np.ndarray:
    """The states ``s_j = tanh(Z_j.w)``, whose signs are the bits that go on.

    Parameters
    ----------
    w : array_like, shape (..., n)
    Z : array_like, shape (..., m, n)

    Returns
    -------
    ndarray, shape (..., m)

    Raises
    ------
    ValueError
        If a shape does not fit or an entry is not finite.

    Examples
    --------
    >>> hidden_states([1.0, 0.0], [[0.0, 5.0], [-99.0, 5.0]])
    array([ 0., -1.])
    """
    w, Z = _checks.some_vectors("w", w), _checks.finite_array("Z", Z)
    _checks.number("Z", Z.shape, f"shape (..., m, {w.shape[-1]})", Z.shape[1:][-1:] == w.shape[-1:])
    _checks.broadcastable(w=w.shape[:-1], Z=Z.shape[:-2])
    return np.tanh(pre_activations(w, Z))


@_checks.in_doubles
def fit_inverse(v: ArrayLike, states: ArrayLike) -> Inverse:
    """The linear inverse that reconstructs the states best, by least squares over samples.

    ``slope_j = cov(s_j, y)/var(y)`` with ``y = v.sigma(s)``.

    Parameters
    ----------
    v : array_like, shape (..., m)
    states : array_like, shape (..., N, m)
        With noise on them, if the inverse is to be trained on noise. N is at least 2.

    Returns
    -------
    Inverse
        Its arrays have shape (..., m).

    Raises
    ------
    ValueError
        If a shape does not fit or an entry is not finite.

    Notes
    -----
    Where y takes one value only the slope is 0.

    Examples
    --------
    >>> fit_inverse([2.0], [[0.5], [-0.5]]).slope
    array([0.5])
    """
    states = _checks.some_vectors("states", states)
    fits = states.ndim > 1 and states.shape[-2] > 1
    _checks.number("states", states.shape, "shape (..., N, m) with N >= 2", fits)
    v = _checks.vectors("v", v, states.shape[-1])
    _checks.broadcastable(v=v.shape[:-1], states=states.shape[:-2])
    # in units of the largest weight, so that no square vanishes
    largest = np.max(np.abs(v), axis=-1, keepdims=True)
    unit = v / np.where(largest > 0.0, largest, 1.0)
    output = np.sum(unit[..., None, :] * sigma(states), axis=-1)
    mean, middle = states.mean(axis=-2), output.mean(axis=-1, keepdims=True)
    centred = output - middle
    shared = np.sum(centred[..., None] * states, axis=-2)
    spread = np.sum(np.square(centred), axis=-1)[..., None]
    slope = np.where(spread > 0.0, shared / np.where(spread > 0.0, spread, 1.0), 0.0)
    slope_of_v = slope / np.where(largest > 0.0, largest, 1.0)
    return Inverse(slope_of_v, mean - slope * middle)


@_checks.in_doubles
def best_inverse(v: ArrayLike, rho: float, corruption: float = 0.0) -> Inverse:
    """The linear inverse for infinitely many samples: ``slope = 4 kappa v/|v|^2``.

    ``kappa = E[(s + e) 1{s + e > 0}]`` with ``s = tanh(rho X)`` and e ~ N(0, corruption^2).

    Parameters
    ----------
    v : array_like, shape (..., m)
        Not zero.
    rho : float
        Length of the filter, > 0.
    corruption : float
        Standard deviation of the noise that the inverse is trained on, >= 0.

    Returns
    -------
    Inverse

    Raises
    ------
    ValueError
        If an entry is not finite, v = 0, rho is not above zero or the corruption is below zero.

    Notes
    -----
    Our own result.

    Examples
    --------
    >>> inverse = best_inverse([1.0, -2.0], 1.0)
    >>> np.round(inverse.slope, 4), np.round(inverse([-0.5]), 4)
    (array([ 0.2224, -0.4448]), array([[0., 0.]]))
    """
    v, rho = _checks.some_vectors("v", v), _checks.positive("rho", rho)
    corruption = _checks.finite("corruption", corruption)
    _checks.number("corruption", corruption, "a finite number >= 0", corruption >= 0.0)
    largest = np.max(np.abs(v), axis=-1, keepdims=True, initial=0.0)
    _checks.number("v", v, "non-zero vectors", bool(np.all(largest > 0.0)))

    def passed(x: np.ndarray, i: np.ndarray) -> np.ndarray:
        """E[(s + e) 1{s + e > 0}] at X = x."""
        s = np.tanh(rho * x)
        if corruption == 0.0:
            return np.maximum(s, 0.0) * normal_pdf(x)
        with np.errstate(over="ignore"):
            chance, density = normal_cdf(s / corruption), normal_pdf(s / corruption)
        return (s * chance + corruption * density) * normal_pdf(x)

    kappa = integrate(passed, line(rho)[None])[0]
    u = v / largest
    each = 4.0 * kappa * u / np.sum(np.square(u), axis=-1, keepdims=True)
    return Inverse(each / largest, -0.5 * each * np.sum(u, axis=-1, keepdims=True))


@_checks.in_doubles
def difference_targets(
    v: ArrayLike,
    w: ArrayLike,
    Z: ArrayLike,
    teacher: Teacher,
    inverse: Callable[[np.ndarray], np.ndarray],
    step: float = 0.5,
) -> Gradients:
    """Difference target propagation through bits.

    The output's target is ``y - step (y - y*)``, the states' targets are
    ``s + g(y - step (y - y*)) - g(y)`` with the inverse g, and
    ``grad_w = sum_j (s_j - target_j) tanh'(a_j) Z_j / step``.

    Parameters
    ----------
    v : array_like, shape (..., m)
    w : array_like, shape (..., n)
    Z : array_like, shape (..., m, n)
    teacher : Teacher
    inverse : callable
        From outputs (...) to states (..., m); an `Inverse`, or any other.
    step : float
        How far the output's target goes, > 0.

    Returns
    -------
    grad_v : ndarray, shape (..., m)
        The gradient of the loss.
    grad_w : ndarray, shape (..., n)

    Raises
    ------
    ValueError
        If a shape does not fit, an entry is not finite or the step is not above zero.

    Notes
    -----
    In the manner of Lee et al. (2015), Section on discretized transmission: states are tanh, their
    signs are passed on. The inverse of one output is linear here, and the layer's squared error is
    divided by `step`, so that the update does not shrink with it.

    Examples
    --------
    >>> from ste import get_estimator, coarse_gradient
    >>> teacher = Teacher(v=[1.0, 2.0], w=[1.0, 0.0])
    >>> point = [2.0, -3.0], [0.0, 0.5], [[1.0, 5.0], [-1.0, -5.0]], teacher
    >>> same = Inverse(np.array([2.0, -3.0]), np.zeros(2))
    >>> one = difference_targets(*point, same)[1]
    >>> np.allclose(one, coarse_gradient(*point, get_estimator("tanh"))[1])
    True
    """
    step = _checks.positive("step", step)
    _checks.function("inverse", inverse)
    sample = forward(v, w, Z, teacher)
    bits, state = sigma(sample.pre), np.tanh(sample.pre)
    residual = sample.residual(bits)
    output = np.sum(sample.v * bits, axis=-1)
    aims = (inverse(part) for part in (output - step * residual, output))
    there, here = (_checks.vectors("inverse", states, teacher.m) for states in aims)
    target = state + there - here
    each = (state - target) * TANH.evaluate(sample.pre) / step
    return bits * residual[..., None], back(each, sample.Z)


@_checks.in_doubles
def expected_feedback_gradient(
    v: ArrayLike, w: ArrayLike, teacher: Teacher, estimator: Estimator, feedback: ArrayLike
) -> np.ndarray:
    """Expected coarse gradient with other weights on the way back.

    ``E[Z^T (mu'(Zw) * c)(y - y*)] = [c.v A+ + (s_c s_v - c.v) A/2 - c.v* B_x
    - (s_c s - c.v*) A/2] u - c.v* B_y e``.

    Parameters
    ----------
    v : array_like, shape (..., m)
    w : array_like, shape (..., n)
        Not zero.
    teacher : Teacher
    estimator : Estimator
    feedback : array_like, shape (..., m)
        c, the weights on the way back; c = v is the expected coarse gradient.

    Returns
    -------
    ndarray, shape (..., n)

    Raises
    ------
    ValueError
        If a shape does not fit, an entry is not finite or w = 0.

    Notes
    -----
    Our own result.

    Examples
    --------
    >>> from ste import IDENTITY
    >>> teacher = Teacher(v=[1.0, 2.0], w=[1.0, 0.0])
    >>> point = [2.0, 1.0], [0.0, 3.0], teacher, IDENTITY
    >>> expected_feedback_gradient(*point, [1.0, 1.0]) * np.sqrt(2 * np.pi)
    array([-3.,  3.])
    """
    _checks.instance("teacher", teacher, Teacher)
    _checks.instance("estimator", estimator, Estimator)
    v, w = check_student(v, w, teacher, direction=True)
    c = _checks.vectors("feedback", feedback, teacher.m)
    _checks.broadcastable(v=v.shape[:-1], w=w.shape[:-1], feedback=c.shape[:-1])
    place = plane(w, teacher)
    row = of_steps(estimator.moments_at(place.norm, place.cos, place.sin))
    return over_gaussian_rows(c, v, teacher.v, place, row)
