"""Likelihood ratios: how likely the bits were, times the loss that they gave."""

from __future__ import annotations

import itertools
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from ste import _checks
from ste._normal import K
from ste.beyond.random_units import Noise
from ste.beyond.setting import Gradients
from ste.model import Teacher, back, check_student, forward, sigma
from ste.plane import plane


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
        return self.grad_v, back(self.score * centred, self.Z)

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
    >>> from ste.beyond.random_units import LOGISTIC
    >>> teacher = Teacher(v=[1.0], w=[1.0, 0.0])
    >>> drawn = reinforce([1.0], [2.0, 0.0], [[1.0, 5.0]], teacher, LOGISTIC, 2.0, [0.3])
    >>> float(drawn.loss), np.round(drawn.score, 4)
    (0.0, array([0.1345]))
    """
    tau = _checks.positive("tau", tau)
    sample = forward(v, w, Z, teacher)
    pre, xi = sample.pre, _checks.vectors("noise drawn", xi, teacher.m)
    h = sigma(pre + tau * xi)
    x = np.where(h > 0.0, pre, -pre) / tau  # P(h) = cdf(x), accurate where it is small
    score = (2.0 * h - 1.0) * noise.density(x) / noise.cdf(x) / tau
    residual = sample.residual(h)
    return Likelihood(score, 0.5 * np.square(residual), h * residual[..., None], sample.Z)


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
    >>> from ste.beyond.random_units import GAUSSIAN
    >>> teacher = Teacher(v=[1.0], w=[1.0, 0.0])
    >>> perturbation([1.0], [2.0, 0.0], [[1.0, 5.0]], teacher, GAUSSIAN, 2.0, [0.3]).score
    array([0.15])
    """
    tau = _checks.positive("tau", tau)
    sample = forward(v, w, Z, teacher)
    xi = _checks.vectors("noise drawn", xi, teacher.m)
    h = sigma(sample.pre + tau * xi)
    residual = sample.residual(h)
    score = np.broadcast_to(noise.score(xi) / tau, h.shape)
    return Likelihood(score, 0.5 * np.square(residual), h * residual[..., None], sample.Z)


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
    >>> from ste.beyond.random_units import LOGISTIC
    >>> teacher = Teacher(v=[1.0], w=[1.0, 0.0])
    >>> limits = blow_up([1.0], [0.0, 2.0], teacher, LOGISTIC)
    >>> limits.baseline, round(limits.plain / limits.centred, 12)
    (array([0.25]), 2.0)
    """
    _checks.instance("teacher", teacher, Teacher)
    _checks.instance("noise", noise, Noise)
    v, w = check_student(v, w, teacher, direction=True)
    _checks.number("v", v.ndim, "one vector", v.ndim == w.ndim == 1)
    _checks.number("m", teacher.m, "at most 8", teacher.m <= 8)
    place = plane(w, teacher)
    share = float(place.theta) / np.pi
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
    factor = (teacher.n - 1) * K * informative / float(place.norm)
    last = teacher.m * teacher.n * fisher * float(weight @ np.square(loss))
    return BlowUp(float(factor * plain), float(factor * centred), best, last)
