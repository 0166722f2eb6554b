"""Networks whose units fire at random, and the estimators of Bengio, Leonard and Courville (2013).

A unit fires if ``a + tau xi > 0``, with a = Z_j.w, a temperature tau > 0 and noise xi of a
symmetric density: with probability ``p(a) = cdf(a/tau)``. Noise of a logistic density makes it the
sigmoid unit of that paper. Sample estimators take the noise as an argument, so they are functions.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from ste import _checks
from ste._erf import K, erf, normal_cdf, normal_pdf
from ste.estimators import Estimator
from ste.geometry import plane
from ste.landscape import gradient_v, population_loss
from ste.model import Teacher, sigma

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
    return 0.5 * (1.0 + np.tanh(0.5 * np.asarray(x, dtype=float)))


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


def _quadrature() -> tuple[np.ndarray, np.ndarray]:
    """Nodes and weights on (0, 38), panels halving towards 0."""
    nodes, weights = np.polynomial.legendre.leggauss(20)
    edges = np.concatenate([[0.0], 38.0 * 2.0 ** np.arange(-50.0, 1.0)])
    low, high = edges[:-1, None], edges[1:, None]
    x = 0.5 * (low + high) + 0.5 * (high - low) * nodes
    return x.ravel(), (0.5 * (high - low) * weights).ravel()


_X, _WEIGHT = _quadrature()


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
    _, w = _checks.student(teacher.v, w, teacher, direction=True)
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
    v, w = _checks.student(v, w, teacher, direction=True)
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
    v, w = _checks.student(v, w, teacher, direction=True)
    angle = effective_angle(w, teacher, noise, tau)
    at, d = plane(w, teacher), v @ teacher.v
    moments = estimator.moments_at(at.norm, at.theta)
    own = _own_moment(lambda a: estimator.evaluate(a) * noise.cdf(a / tau), estimator, at.norm)
    square, total = np.sum(np.square(v), axis=-1), np.sum(v, axis=-1)
    others = np.square(total) - square - (total * teacher.s - d)
    radial = square * own + others * 0.5 * moments.alpha - d * moments.b_x
    across = (d * moments.b_y_over_sin)[..., None] * at.tangent
    wide, angle = np.broadcast_arrays(v, angle[..., None])
    return gradient_v(wide, angle[..., 0], teacher), radial[..., None] * at.unit - across


def _own_moment(
    g: Callable[[np.ndarray], np.ndarray], estimator: Estimator, rho: np.ndarray
) -> np.ndarray:
    """E[X g(rho X)] for a g that jumps where the estimator does."""
    return Estimator("product", g, estimator.breakpoints).moments_at(rho, np.ones(rho.shape)).alpha


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
    >>> teacher = Teacher(v=[1.0, 1.0], w=[1.0, 0.0])
    >>> update = expected_times_smooth([1.0, 1.0], [0.0, 2.0], teacher, GAUSSIAN, 1e-3)
    >>> np.allclose(update[0], -1 / (4 * np.pi))
    True
    """
    _checks.instance("teacher", teacher, Teacher)
    v, w = _checks.student(v, w, teacher, direction=True)
    slope = firing_slope(noise, tau)
    at, d = plane(w, teacher), v @ teacher.v
    moments = slope.moments_at(at.norm, at.theta)
    own = _own_moment(lambda a: slope.evaluate(a) * np.sqrt(noise.cdf(a / tau)), slope, at.norm)
    radial = np.sum(np.square(v), axis=-1) * own - d * moments.b_x
    across = (d * moments.b_y_over_sin)[..., None] * at.tangent
    return 0.5 * (radial[..., None] * at.unit - across)


# --- The estimators, sample by sample ------------------------------------------------------------


class _Pass(NamedTuple):
    """What one input gives before the noise: v, Z, pre-activations and the label."""

    v: np.ndarray
    Z: np.ndarray
    pre: np.ndarray
    label: np.ndarray


def _forward(v: ArrayLike, w: ArrayLike, Z: ArrayLike, teacher: Teacher, drawn: ArrayLike) -> _Pass:
    _checks.instance("teacher", teacher, Teacher)
    v, w = _checks.student(v, w, teacher, direction=False)
    Z = _checks.inputs("Z", Z, teacher.m, teacher.n)
    _checks.broadcastable(v=v.shape[:-1], w=w.shape[:-1], Z=Z.shape[:-2])
    _checks.vectors("noise drawn", drawn, teacher.m)
    pre = np.matmul(Z, w[..., None])[..., 0]
    return _Pass(v, Z, pre, sigma(Z @ teacher.w) @ teacher.v)


def _back(each: np.ndarray, Z: np.ndarray) -> np.ndarray:
    """sum_j each_j Z_j."""
    return np.matmul(each[..., None, :], Z)[..., 0, :]


class Likelihood(NamedTuple):
    """What the likelihood-ratio estimators are made of, for each input.

    ``score`` (..., m) is d log P(h)/da, ``loss`` (...) the loss, ``grad_v`` (..., m) its gradient
    in v; ``Z`` the input.
    """

    score: np.ndarray
    loss: np.ndarray
    grad_v: np.ndarray
    Z: np.ndarray

    def gradient(self, baseline: ArrayLike = 0.0) -> Gradients:
        """The estimate (grad_v, grad_w), ``grad_w = sum_j score_j (l - b_j) Z_j``."""
        centred = self.loss[..., None] - np.asarray(baseline, dtype=float)
        return self.grad_v, _back(self.score * centred, self.Z)

    def baseline(self) -> np.ndarray:
        """b_j = mean(score_j^2 l)/mean(score_j^2), means over the last axis of samples."""
        squares = np.square(self.score)
        return (squares * self.loss[..., None]).mean(axis=-2) / squares.mean(axis=-2)


def reinforce(
    v: ArrayLike,
    w: ArrayLike,
    Z: ArrayLike,
    teacher: Teacher,
    noise: Noise,
    tau: float,
    xi: ArrayLike,
) -> Likelihood:
    """Likelihood-ratio estimator for units that fire at random.

    ``score_j = (h_j - p_j) p'_j / (p_j (1 - p_j))``, for logistic noise ``(h_j - p_j)/tau``.

    Parameters
    ----------
    v : array_like, shape (..., m)
    w : array_like, shape (..., n)
    Z : array_like, shape (..., m, n)
    teacher : Teacher
    noise : Noise
    tau : float
        Temperature, > 0.
    xi : array_like, shape (..., m)
        Numbers drawn from the noise.

    Returns
    -------
    Likelihood
        ``.gradient(baseline)`` is the estimate; ``.baseline()`` the baseline of least variance.

    Raises
    ------
    ValueError
        If a shape does not fit, an entry is not finite or tau is not above zero.

    Notes
    -----
    Source: Bengio, Leonard and Courville (2013), who derive it and the baseline for sigmoid units;
    a case of REINFORCE (Williams 1992).

    Examples
    --------
    >>> teacher = Teacher(v=[1.0], w=[1.0, 0.0])
    >>> drawn = reinforce([1.0], [2.0, 0.0], [[1.0, 5.0]], teacher, LOGISTIC, 2.0, [0.3])
    >>> drawn.loss, np.round(drawn.score, 4)
    (np.float64(0.0), array([0.1345]))
    """
    tau = _checks.positive("tau", tau)
    v, Z, pre, label = _forward(v, w, Z, teacher, xi)
    h = sigma(pre + tau * np.asarray(xi))
    x = np.where(h > 0.0, pre, -pre) / tau  # P(h) = cdf(x), accurate where it is small
    score = (2.0 * h - 1.0) * noise.density(x) / noise.cdf(x) / tau
    residual = np.sum(v * h, axis=-1) - label
    return Likelihood(score, 0.5 * np.square(residual), h * residual[..., None], Z)


def perturbation(
    v: ArrayLike,
    w: ArrayLike,
    Z: ArrayLike,
    teacher: Teacher,
    noise: Noise,
    tau: float,
    xi: ArrayLike,
) -> Likelihood:
    """Estimator by the injected noise itself: ``score_j = score(xi_j)/tau``.

    For Gaussian noise this is xi_j/tau: how the loss goes with what was added to the unit.

    Parameters
    ----------
    v, w, Z, teacher, noise, tau, xi
        As for `reinforce`.

    Returns
    -------
    Likelihood

    Raises
    ------
    ValueError
        As `reinforce`.

    Notes
    -----
    Known as node perturbation. `reinforce` is its conditional expectation given the bits (our own
    observation), so it has the same mean and no more variance.

    Examples
    --------
    >>> teacher = Teacher(v=[1.0], w=[1.0, 0.0])
    >>> perturbation([1.0], [2.0, 0.0], [[1.0, 5.0]], teacher, GAUSSIAN, 2.0, [0.3]).score
    array([0.15])
    """
    tau = _checks.positive("tau", tau)
    v, Z, pre, label = _forward(v, w, Z, teacher, xi)
    h = sigma(pre + tau * np.asarray(xi))
    residual = np.sum(v * h, axis=-1) - label
    score = np.broadcast_to(noise.score(np.asarray(xi, dtype=float)) / tau, h.shape)
    return Likelihood(score, 0.5 * np.square(residual), h * residual[..., None], Z)


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
    v, Z, pre, label = _forward(v, w, Z, teacher, xi)
    h = sigma(pre + tau * np.asarray(xi))
    residual = (np.sum(v * h, axis=-1) - label)[..., None]
    return h * residual, _back(v * residual * estimator.evaluate(pre), Z)


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
    >>> teacher = Teacher(v=[1.0], w=[1.0, 0.0])
    >>> point = [1.0], [0.0, 1.0], [[-1.0, 0.0]], teacher, LOGISTIC, 1.0
    >>> np.round(times_smooth(*point, [0.6])[0], 12), times_smooth(*point, [0.8])[0]
    (array([0.5]), array([0.]))
    """
    tau = _checks.positive("tau", tau)
    v, Z, pre, label = _forward(v, w, Z, teacher, uniform)
    root = np.sqrt(noise.cdf(pre / tau))
    on = np.asarray(uniform) < root
    h = np.where(on, root, 0.0)
    slope = np.where(on, noise.density(pre / tau) / (2.0 * tau * np.where(on, root, 1.0)), 0.0)
    residual = (np.sum(v * h, axis=-1) - label)[..., None]
    return h * residual, _back(v * residual * slope, Z)


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
    v, Z, pre, label = _forward(v, w, Z, teacher, xi)
    h = np.maximum(0.0, pre + tau * np.asarray(xi))
    residual = (np.sum(v * h, axis=-1) - label)[..., None]
    return h * residual, _back(v * residual * sigma(h), Z)


# --- How the variance blows up -------------------------------------------------------------------


class BlowUp(NamedTuple):
    """Limits of the variance as tau goes to 0.

    ``plain`` and ``centred`` are the limits of tau times the trace of the covariance of
    `reinforce`, without and with the best baseline ``baseline`` (m,); ``perturbation`` is that of
    tau^2 times the trace for `perturbation`.
    """

    plain: float
    centred: float
    baseline: np.ndarray
    perturbation: float


def blow_up(v: ArrayLike, w: ArrayLike, teacher: Teacher, noise: Noise) -> BlowUp:
    """How fast the variance of the likelihood-ratio estimators grows as tau goes to 0.

    ``tau tr Cov -> (n - 1) (k J/rho) sum_j E[(l_j1 - b_j)^2 + (l_j0 - b_j)^2]`` with
    ``J = int p'^2/p``, 1/2 for logistic noise, and l_j1, l_j0 the loss with unit j on and off while
    a_j = 0; the best b_j is the mean of both. For `perturbation`, ``tau^2 tr Cov -> m n I E[l^2]``
    with the Fisher information I of the noise.

    Parameters
    ----------
    v : array_like, shape (m,)
    w : array_like, shape (n,)
        Not zero.
    teacher : Teacher
        With at most 8 units: all bits are gone through.
    noise : Noise

    Returns
    -------
    BlowUp

    Raises
    ------
    ValueError
        If a shape does not fit, w = 0 or there are more than 8 units.

    Notes
    -----
    Our own result.

    Examples
    --------
    >>> teacher = Teacher(v=[1.0], w=[1.0, 0.0])
    >>> limits = blow_up([1.0], [0.0, 2.0], teacher, LOGISTIC)
    >>> limits.baseline, round(limits.plain / limits.centred, 12)
    (array([0.25]), 2.0)
    """
    _checks.instance("teacher", teacher, Teacher)
    _checks.instance("noise", noise, Noise)
    v, w = _checks.student(v, w, teacher, direction=True)
    _checks.number("v", v.ndim, "one vector", v.ndim == w.ndim == 1)
    _checks.number("m", teacher.m, "at most 8", teacher.m <= 8)
    at = plane(w, teacher)
    share = float(at.theta) / np.pi
    # all pairs (h, b*) of one unit, h and b* differ with probability theta/pi
    pairs = np.array([[0, 0], [1, 1], [0, 1], [1, 0]], dtype=float)
    chance = 0.5 * np.array([1.0 - share, 1.0 - share, share, share])
    everything = np.array(list(itertools.product(range(4), repeat=teacher.m)))
    h, bits = pairs[everything, 0], pairs[everything, 1]
    weight = np.prod(chance[everything], axis=-1)
    loss = 0.5 * np.square(h @ v - bits @ teacher.v)
    plain = centred = 0.0
    best = np.empty(teacher.m)
    for j in range(teacher.m):
        # given a_j = 0 the teacher's bit of unit j is a fair coin, and unit j is set by hand
        others = weight / chance[everything[:, j]] * 0.25
        rest = h @ v - h[:, j] * v[j] - bits @ teacher.v
        first = 0.5 * np.square(rest + v[j])
        second = 0.5 * np.square(rest)
        best[j] = 0.5 * others @ (first + second)
        plain += others @ (np.square(first) + np.square(second))
        centred += others @ (np.square(first - best[j]) + np.square(second - best[j]))
    x = np.linspace(-30.0, 30.0, 6001)
    step = x[1] - x[0]
    informative = float(np.sum(np.square(noise.density(x)) / noise.cdf(x)) * step)
    fisher = float(np.sum(np.square(noise.score(x)) * noise.density(x)) * step)
    factor = (teacher.n - 1) * K * informative / float(at.norm)
    last = teacher.m * teacher.n * fisher * float(weight @ np.square(loss))
    return BlowUp(float(factor * plain), float(factor * centred), best, last)
