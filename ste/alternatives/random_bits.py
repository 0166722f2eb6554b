"""Gradients through units that fire at random, sample by sample."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from ste import _checks
from ste.beyond.random_units import Noise, drawn_for, firing_slope, product_moment
from ste.beyond.setting import Gradients
from ste.estimators import Estimator
from ste.gradients import of_steps, over_gaussian_rows
from ste.model import Teacher, back, check_student, forward, sigma
from ste.plane import plane


@_checks.in_doubles
def expected_times_smooth(
    v: ArrayLike, w: ArrayLike, teacher: Teacher, noise: Noise, tau: float
) -> np.ndarray:
    """Expected update in w of `times_smooth`.

    ``E[g] = (1/2) [(|v|^2 E[X p' sqrt(p)] - d B_x) u - d B_y e]``, the moments those of p'.

    Parameters
    ----------
    v : array_like, shape (..., m)
    w : array_like, shape (..., n)
        Not zero.
    teacher : Teacher
    noise : Noise
    tau : float
        Temperature, > 0.

    Returns
    -------
    ndarray, shape (..., n)

    Raises
    ------
    ValueError
        If a shape does not fit, w = 0 or tau is not above zero.

    Notes
    -----
    Our own result. The gradient of the loss of that network has (3/4)|v|^2 in the place of |v|^2,
    and no factor 1/2.

    Examples
    --------
    >>> from ste.beyond.random_units import GAUSSIAN
    >>> teacher = Teacher(v=[1.0, 1.0], w=[1.0, 0.0])
    >>> update = expected_times_smooth([1.0, 1.0], [0.0, 2.0], teacher, GAUSSIAN, 1e-3)
    >>> np.allclose(update[0], -1 / (4 * np.pi))
    True
    """
    _checks.instance("teacher", teacher, Teacher)
    tau, slope = _checks.positive("tau", tau), firing_slope(noise, tau)
    v, w = check_student(v, w, teacher, direction=True)
    place = plane(w, teacher)
    moments = slope.moments_at(place.norm, place.cos, place.sin)
    passed = product_moment(
        lambda a: slope.evaluate_at(a) * np.sqrt(noise.cdf(a / tau)), slope, place.norm
    )
    # p' is even: the other rows average to 0
    row = of_steps(moments)._replace(same=passed, alpha=np.zeros_like(passed))
    return 0.5 * over_gaussian_rows(v, v, teacher.v, place, row)


@_checks.in_doubles
def straight_through(
    v: ArrayLike,
    w: ArrayLike,
    Z: ArrayLike,
    teacher: Teacher,
    estimator: Estimator,
    tau: float,
    xi: ArrayLike,
) -> Gradients:
    """Straight-through on the stochastic network: ``sum_j (y - y*) v_j mu'(a_j) Z_j``.

    Parameters
    ----------
    v : array_like, shape (..., m)
    w : array_like, shape (..., n)
    Z : array_like, shape (..., m, n)
    teacher : Teacher
    estimator : Estimator
        The proxy mu'. `firing_slope` is the sigmoid's derivative, ``ste.IDENTITY`` leaves it out.
    tau : float
        Temperature, > 0.
    xi : array_like, shape (..., m)
        Numbers drawn from the noise.

    Returns
    -------
    grad_v : ndarray, shape (..., m)
    grad_w : ndarray, shape (..., n)

    Raises
    ------
    ValueError
        If a shape does not fit, an entry is not finite or tau is not above zero.

    Notes
    -----
    Source: Bengio, Leonard and Courville (2013), with and without the derivative.

    Examples
    --------
    >>> from ste import IDENTITY
    >>> teacher = Teacher(v=[1.0], w=[1.0, 0.0])
    >>> straight_through([1.0], [2.0, 0.0], [[1.0, 5.0]], teacher, IDENTITY, 2.0, [-3.0])[1]
    array([-1., -5.])
    """
    tau = _checks.positive("tau", tau)
    _checks.instance("estimator", estimator, Estimator)
    sample = forward(v, w, Z, teacher)
    h = sigma(sample.pre + tau * drawn_for(sample, "xi", xi))
    residual = sample.residual(h)[..., None]
    return h * residual, back(sample.v * residual * estimator.evaluate_at(sample.pre), sample.Z)


@_checks.in_doubles
def times_smooth(
    v: ArrayLike,
    w: ArrayLike,
    Z: ArrayLike,
    teacher: Teacher,
    noise: Noise,
    tau: float,
    uniform: ArrayLike,
) -> Gradients:
    """Stochastic times smooth: ``h_j = b_j sqrt(p_j)`` with P(b_j = 1) = sqrt(p_j).

    The gradient goes through the smooth factor alone:
    ``sum_j (y - y*) v_j b_j (d sqrt(p_j)/da_j) Z_j``.

    Parameters
    ----------
    v : array_like, shape (..., m)
    w : array_like, shape (..., n)
    Z : array_like, shape (..., m, n)
    teacher : Teacher
    noise : Noise
        Gives p; logistic noise for the sigmoid.
    tau : float
        Temperature, > 0.
    uniform : array_like, shape (..., m)
        Numbers drawn uniformly from [0, 1); b_j = 1 if uniform_j < sqrt(p_j).

    Returns
    -------
    grad_v : ndarray, shape (..., m)
    grad_w : ndarray, shape (..., n)

    Raises
    ------
    ValueError
        If a shape does not fit, an entry is not finite or tau is not above zero.

    Notes
    -----
    Source: Bengio, Leonard and Courville (2013).

    Examples
    --------
    >>> from ste.beyond.random_units import LOGISTIC
    >>> teacher = Teacher(v=[1.0], w=[1.0, 0.0])
    >>> point = [1.0], [0.0, 1.0], [[-1.0, 0.0]], teacher, LOGISTIC, 1.0
    >>> np.round(times_smooth(*point, [0.6])[0], 12), times_smooth(*point, [0.8])[0]
    (array([0.5]), array([0.]))
    """
    tau = _checks.positive("tau", tau)
    _checks.instance("noise", noise, Noise)
    sample = forward(v, w, Z, teacher)
    with np.errstate(over="ignore"):
        scaled = sample.pre / tau
    root = np.sqrt(noise.cdf(scaled))
    on = drawn_for(sample, "uniform", uniform) < root
    h = np.where(on, root, 0.0)
    slope = np.where(on, noise.density(scaled) / (2.0 * tau * np.where(on, root, 1.0)), 0.0)
    residual = sample.residual(h)[..., None]
    return h * residual, back(sample.v * residual * slope, sample.Z)


@_checks.in_doubles
def noisy_rectifier(
    v: ArrayLike,
    w: ArrayLike,
    Z: ArrayLike,
    teacher: Teacher,
    tau: float,
    xi: ArrayLike,
) -> Gradients:
    """The noisy rectifier ``h_j = max(0, a_j + tau xi_j)`` and its gradient along the path.

    Parameters
    ----------
    v : array_like, shape (..., m)
    w : array_like, shape (..., n)
    Z : array_like, shape (..., m, n)
    teacher : Teacher
    tau : float
        Temperature, > 0.
    xi : array_like, shape (..., m)
        Numbers drawn from the noise.

    Returns
    -------
    grad_v : ndarray, shape (..., m)
    grad_w : ndarray, shape (..., n)

    Raises
    ------
    ValueError
        If a shape does not fit, an entry is not finite or tau is not above zero.

    Notes
    -----
    Source: Bengio, Leonard and Courville (2013). It is another network: its output is not a sum of
    bits.

    Examples
    --------
    >>> teacher = Teacher(v=[1.0], w=[1.0, 0.0])
    >>> noisy_rectifier([1.0], [2.0, 0.0], [[1.0, 5.0]], teacher, 1.0, [-0.5])[1]
    array([0.5, 2.5])
    """
    tau = _checks.positive("tau", tau)
    sample = forward(v, w, Z, teacher)
    h = np.maximum(0.0, sample.pre + tau * drawn_for(sample, "xi", xi))
    residual = sample.residual(h)[..., None]
    return h * residual, back(sample.v * residual * sigma(h), sample.Z)
