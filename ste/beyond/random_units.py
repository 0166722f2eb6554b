"""Networks whose units fire at random, and the estimators of Bengio, Leonard and Courville (2013).

A unit fires if ``a + tau xi > 0``, with a = Z_j.w, a temperature tau > 0 and noise xi of a
symmetric density: with probability ``p(a) = cdf(a/tau)``. Noise of a logistic density makes it the
sigmoid unit of that paper. Sample estimators take the noise as an argument, so they are functions.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from ste import _checks
from ste._normal import erf, normal_cdf, normal_pdf
from ste._quadrature import graded, nodes
from ste.estimators import Estimator
from ste.gradients import of_steps, over_gaussian_rows
from ste.landscape import gradient_v, population_loss
from ste.model import Teacher, check_student
from ste.plane import plane

Gradients = tuple[np.ndarray, np.ndarray]


@dataclass(frozen=True)
class Noise:
    """A symmetric density on the line.

    Parameters
    ----------
    name : str
    cdf, density : callable
        Distribution function and density, vectorised.
    score : callable
        ``-d log(density)/dx``, vectorised.
    draw : callable
        ``draw(rng, shape)``: an array of independent numbers.
    """

    name: str
    cdf: Callable[[np.ndarray], np.ndarray]
    density: Callable[[np.ndarray], np.ndarray]
    score: Callable[[np.ndarray], np.ndarray]
    draw: Callable[[np.random.Generator, tuple[int, ...]], np.ndarray]


def _logistic_cdf(x: np.ndarray) -> np.ndarray:
    e = np.exp(-np.abs(np.asarray(x, dtype=float)))
    return np.where(np.asarray(x) < 0.0, e, 1.0) / (1.0 + e)


def _logistic_density(x: np.ndarray) -> np.ndarray:
    e = np.exp(-np.abs(x))
    return e / np.square(1.0 + e)


#: Makes p the sigmoid, as in the stochastic binary neuron of Bengio et al.
LOGISTIC = Noise(
    "logistic",
    _logistic_cdf,
    _logistic_density,
    lambda x: np.tanh(0.5 * x),
    lambda rng, shape: rng.logistic(size=shape),
)

#: Makes p the normal distribution function; its loss has a closed form.
GAUSSIAN = Noise(
    "gaussian",
    normal_cdf,
    normal_pdf,
    lambda x: x,
    lambda rng, shape: rng.standard_normal(shape),
)


def firing_slope(noise: Noise, tau: float) -> Estimator:
    """The derivative of the probability to fire, as a proxy: ``p'(a) = density(a/tau)/tau``.

    Raises
    ------
    ValueError
        If `noise` is not a Noise or tau is not above zero.

    Examples
    --------
    >>> firing_slope(LOGISTIC, 0.5).evaluate([0.0])
    array([0.5])
    """
    _checks.instance("noise", noise, Noise)
    tau = _checks.positive("tau", tau)
    return Estimator(f"{noise.name}({tau:g})", lambda a: noise.density(a / tau) / tau)


# --- What the stochastic network's loss is -------------------------------------------------------


#: Nodes and weights of (0, 38), panels halving towards 0.
_X, _WEIGHT = nodes(graded(38.0, 50), 20)


def effective_angle(w: ArrayLike, teacher: Teacher, noise: Noise, tau: float) -> np.ndarray:
    """The angle that the noise leaves: pi times P(h and the teacher's bit differ).

    ``theta_tau = theta + 2 pi int_0^inf phi(x) p(-rho x) erf(x cot(theta)/sqrt2) dx``.

    Parameters
    ----------
    w : array_like, shape (..., n)
        Not zero.
    teacher : Teacher
    noise : Noise
    tau : float
        Temperature, > 0.

    Returns
    -------
    ndarray, shape (...)
        Radians.

    Raises
    ------
    ValueError
        If a shape does not fit, w = 0 or tau is not above zero.

    Notes
    -----
    Our own result. For Gaussian noise ``cos(theta_tau) = rho cos(theta) / sqrt(rho^2 + tau^2)``.

    Examples
    --------
    >>> teacher = Teacher(v=[1.0, 1.0], w=[1.0, 0.0])
    >>> np.round(np.cos(effective_angle([3.0, 0.0], teacher, GAUSSIAN, 4.0)), 12)
    np.float64(0.6)
    """
    _checks.instance("teacher", teacher, Teacher)
    _checks.instance("noise", noise, Noise)
    tau = _checks.positive("tau", tau)
    _, w = check_student(teacher.v, w, teacher, direction=True)
    at = plane(w, teacher)
    sin = np.maximum(at.sin, 1e-280)[..., None]
    tilt = erf(_X * (at.cos[..., None] / sin) / math.sqrt(2.0))
    silent = noise.cdf(-at.norm[..., None] * _X / tau)
    return at.theta + 2.0 * np.pi * ((silent * tilt) @ (normal_pdf(_X) * _WEIGHT))


def stochastic_loss(
    v: ArrayLike, w: ArrayLike, teacher: Teacher, noise: Noise, tau: float
) -> np.ndarray:
    """Expected loss of the stochastic network: the population loss at the effective angle.

    ``L_tau(v, w) = (1/8) [|v - v*|^2 + (s_v - s)^2] + (theta_tau/(2 pi)) v.v*``.

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
    ndarray, shape (...)

    Raises
    ------
    ValueError
        If a shape does not fit, w = 0 or tau is not above zero.

    Notes
    -----
    Our own result.

    Examples
    --------
    >>> teacher = Teacher(v=[1.0, 1.0], w=[1.0, 0.0])
    >>> bool(stochastic_loss([1.0, 1.0], [1.0, 0.0], teacher, LOGISTIC, 0.5) > 0.1)
    True
    """
    angle = effective_angle(w, teacher, noise, tau)
    v = _checks.vectors("v", v, teacher.m)
    at_zero = population_loss(v, teacher.w, teacher)
    return at_zero + angle / (2.0 * np.pi) * (v @ teacher.v)


def stochastic_gradient(
    v: ArrayLike, w: ArrayLike, teacher: Teacher, noise: Noise, tau: float
) -> Gradients:
    """Gradient of `stochastic_loss`: in w, ``-v.v* (B_x u + B_y e)``.

    B_x and B_y are the moments (`ste.moments`) of the proxy p'.

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
    grad_v : ndarray, shape (..., m)
    grad_w : ndarray, shape (..., n)

    Raises
    ------
    ValueError
        If a shape does not fit, w = 0 or tau is not above zero.

    Notes
    -----
    Our own result.

    Examples
    --------
    >>> teacher = Teacher(v=[1.0, 1.0], w=[1.0, 0.0])
    >>> _, smooth = stochastic_gradient([1.0, 1.0], [0.0, 2.0], teacher, GAUSSIAN, 1e-3)
    >>> np.allclose(smooth, [-1 / (2 * np.pi), 0.0], atol=1e-6)
    True
    """
    _checks.instance("teacher", teacher, Teacher)
    v, w = check_student(v, w, teacher, direction=True)
    at, d = plane(w, teacher), v @ teacher.v
    moments = firing_slope(noise, tau).moments_at(at.norm, at.theta)
    along = (d * moments.b_x)[..., None] * at.unit
    across = (d * moments.b_y_over_sin)[..., None] * at.tangent
    angle = effective_angle(w, teacher, noise, tau)
    wide, angle = np.broadcast_arrays(v, angle[..., None])
    return gradient_v(wide, angle[..., 0], teacher), -along - across


def expected_straight_through(
    v: ArrayLike, w: ArrayLike, teacher: Teacher, estimator: Estimator, noise: Noise, tau: float
) -> Gradients:
    """Expected straight-through update on the stochastic network.

    ``E[g] = [|v|^2 E[X mu'(rho X) p(rho X)] + (s_v^2 - |v|^2) alpha/2 - d B_x
    - (s_v s - d) alpha/2] u - d B_y e``: the expected coarse gradient of the hard network, but for
    the first moment, which was A+ there.

    Parameters
    ----------
    v : array_like, shape (..., m)
    w : array_like, shape (..., n)
        Not zero.
    teacher : Teacher
    estimator : Estimator
        The proxy mu'. `firing_slope` is the sigmoid's derivative, ``ste.IDENTITY`` leaves it out.
    noise : Noise
    tau : float
        Temperature, > 0.

    Returns
    -------
    grad_v : ndarray, shape (..., m)
    grad_w : ndarray, shape (..., n)

    Raises
    ------
    ValueError
        If a shape does not fit, w = 0 or tau is not above zero.

    Notes
    -----
    Our own result.

    Examples
    --------
    >>> from ste import IDENTITY
    >>> teacher = Teacher(v=[1.0, 2.0], w=[1.0, 0.0])
    >>> point = [2.0, 1.0], [0.0, 3.0], teacher, IDENTITY
    >>> np.round(expected_straight_through(*point, GAUSSIAN, 4.0)[1] * np.sqrt(2 * np.pi), 12)
    array([-4.,  3.])
    """
    _checks.instance("teacher", teacher, Teacher)
    _checks.instance("estimator", estimator, Estimator)
    v, w = check_student(v, w, teacher, direction=True)
    angle = effective_angle(w, teacher, noise, tau)
    at = plane(w, teacher)
    own = _own_moment(lambda a: estimator.evaluate(a) * noise.cdf(a / tau), estimator, at.norm)
    row = of_steps(estimator.moments_at(at.norm, at.theta))._replace(same=own)
    wide, angle = np.broadcast_arrays(v, angle[..., None])
    grad_w = over_gaussian_rows(v, v, teacher.v, at, row)
    return gradient_v(wide, angle[..., 0], teacher), grad_w


def _own_moment(
    g: Callable[[np.ndarray], np.ndarray], estimator: Estimator, rho: np.ndarray
) -> np.ndarray:
    """E[X g(rho X)] for a g that jumps where the estimator does."""
    return Estimator("product", g, estimator.breakpoints).moments_at(rho, np.ones(rho.shape)).alpha


# --- The estimators, sample by sample ------------------------------------------------------------


# --- How the variance blows up -------------------------------------------------------------------
