"""Likelihood ratios: how likely the bits were, times the loss that they gave."""

from __future__ import annotations

import itertools
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from ste import _checks
from ste._normal import K
from ste._quadrature import graded, integrate
from ste.beyond.random_units import Noise, drawn_for
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
        baseline = _checks.finite_array("baseline", baseline)
        _checks.broadcastable(baseline=baseline.shape, score=self.score.shape)
        centred = self.loss[..., None] - baseline
        return self.grad_v, back(self.score * centred, self.Z)

    def baseline(self) -> np.ndarray:
        """b_j = mean(score_j^2 l)/mean(score_j^2), means over the last axis of samples, or 0."""
        squares = np.square(self.score)
        weighed, total = (squares * self.loss[..., None]).mean(axis=-2), squares.mean(axis=-2)
        return np.where(total > 0.0, weighed, 0.0) / np.where(total > 0.0, total, 1.0)


@_checks.in_doubles
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
    _checks.instance("noise", noise, Noise)
    sample = forward(v, w, Z, teacher)
    pre = sample.pre
    h = sigma(pre + tau * drawn_for(sample, "xi", xi))
    # P(h) = cdf(x), accurate where it is small
    score = (2.0 * h - 1.0) * noise.slope_of_log(np.where(h > 0.0, pre, -pre) / tau) / tau
    residual = sample.residual(h)
    return Likelihood(score, 0.5 * np.square(residual), h * residual[..., None], sample.Z)


@_checks.in_doubles
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
    _checks.instance("noise", noise, Noise)
    sample = forward(v, w, Z, teacher)
    xi = drawn_for(sample, "xi", xi)
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


@_checks.in_doubles
def blow_up(v: ArrayLike, w: ArrayLike, teacher: Teacher, noise: Noise) -> BlowUp:
    """How fast the variance of the likelihood-ratio estimators grows as tau goes to 0.

    ``tau tr Cov -> (n - 1) (k J/rho) sum_j E[(l_j1 - b_j)^2 + (l_j0 - b_j)^2]`` with
    ``J = int p'^2/p``, 1/2 for logistic noise, and l_j1, l_j0 the loss with unit j on and off while
    a_j = 0; the best b_j is the mean of both. For `perturbation`, ``tau^2 tr Cov -> m n I E[l^2]``
    with the Fisher information I of the noise.

    While a_j = 0 the teacher's bit of unit j is a fair coin. Not so at theta = 0 and pi, where it
    is the sign of +-a_j: bits h_j that say the same as it weigh ``2 int p'^2/p`` over a > 0 (at
    theta = pi over a < 0) in the place of J, and those that do not, the rest.

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
        If a shape does not fit, w = 0, there are more than 8 units or the integrals do not settle.

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
    for name, part, length in (("v", v, teacher.m), ("w", w, teacher.n)):
        _checks.number(name, part.shape, f"shape ({length},)", part.ndim == 1)
    _checks.number("teacher", teacher.m, "at most 8 units", teacher.m <= 8)
    place = plane(w, teacher)
    share = float(place.theta) / np.pi
    right, left, fisher = _informations(noise)
    # what bits that are the teacher's weigh at a_j = 0, and those that are not
    weigh = {0.0: (right, left), 1.0: (left, right)}.get(share, [0.5 * (right + left)] * 2)
    # all pairs (h, b*) of one unit, h and b* differ with probability theta/pi
    pairs = np.array([[0, 0], [1, 1], [0, 1], [1, 0]], dtype=float)
    chance = 0.5 * np.array([1.0 - share, 1.0 - share, share, share])
    everything = np.array(list(itertools.product(range(4), repeat=teacher.m)))
    loss = 0.5 * np.square(pairs[everything, 0] @ v - pairs[everything, 1] @ teacher.v)
    each = chance[everything]
    plain = centred = 0.0
    best = np.empty(teacher.m)
    for j in range(teacher.m):
        weight = np.repeat(weigh, 2)[everything[:, j]] * np.prod(np.delete(each, j, axis=1), axis=1)
        best[j] = weight @ loss / np.sum(weight)
        plain += weight @ np.square(loss)
        centred += weight @ np.square(loss - best[j])
    factor = (teacher.n - 1) * K / float(place.norm)
    last = teacher.m * teacher.n * fisher * float(np.prod(each, axis=1) @ np.square(loss))
    return BlowUp(float(factor * plain), float(factor * centred), best, last)


#: The half line in panels of any size, for noise of any width and tail.
_EDGES = graded(2.0**100, 200)


def _informations(noise: Noise) -> np.ndarray:
    """``int p'^2/p`` over a > 0 and over a < 0, and ``int score^2 density``, for tau = 1."""

    def integrand(x: np.ndarray, i: np.ndarray) -> np.ndarray:
        side = np.where(i == 0, x, -x)
        density = noise.density(side)
        # where the density is 0 in doubles its quotients are out of reach, and do not count
        there = np.where(density > 0.0, side, 0.0)
        factor = np.where(i < 2, noise.slope_of_log(there), 2.0 * np.square(noise.score(there)))
        return density * factor

    return integrate(integrand, np.broadcast_to(_EDGES, (3, _EDGES.size)))
