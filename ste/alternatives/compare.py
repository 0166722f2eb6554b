"""Ways through a hard threshold side by side: one interface, one measure, equal samples."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from ste import _checks
from ste.alternatives.difference_targets import (
    Inverse,
    difference_targets,
    fit_inverse,
    hidden_states,
)
from ste.alternatives.likelihood import Likelihood, perturbation, reinforce
from ste.alternatives.random_bits import noisy_rectifier, straight_through, times_smooth
from ste.alternatives.targets import HINGE, SOFT_HINGE, LayerLoss, searched_targets, signed_targets
from ste.beyond.random_units import LOGISTIC, firing_slope
from ste.descent import Trajectory, trajectory
from ste.estimators import CLIPPED_RELU, IDENTITY, RELU, Estimator
from ste.model import Teacher, coarse_gradient
from ste.plane import norm

#: How much of what was remembered stays in each step.
_DECAY = 0.9
#: Noise on the states while the inverse is trained.
_CORRUPTION = 0.3


class Batch(NamedTuple):
    """What a method is given: v (..., 1, m), w (..., 1, n), Z (..., N, m, n) and the rest."""

    v: np.ndarray
    w: np.ndarray
    Z: np.ndarray
    teacher: Teacher
    tau: float
    rng: np.random.Generator


class Update(NamedTuple):
    """Estimates for each sample, and what the method remembers for the next batch."""

    grad_v: np.ndarray
    grad_w: np.ndarray
    memory: Any = None


@dataclass(frozen=True)
class Method:
    """One way through the threshold.

    Parameters
    ----------
    name : str
    update : callable
        ``update(batch, memory) -> Update``; the memory is None at first.
    forward, backward : int
        Passes through the network for each sample.
    noisy : bool
        Whether the units fire at random, so that the temperature matters.

    Raises
    ------
    ValueError
        If the name is no string, `update` cannot be called, a count of passes is no integer >= 0
        or `noisy` neither True nor False.
    """

    name: str
    update: Callable[[Batch, object], Update]
    forward: int
    backward: int
    noisy: bool

    def __post_init__(self) -> None:
        _checks.instance("name", self.name, str)
        _checks.function("update", self.update)
        _checks.integer("forward", self.forward, 0)
        _checks.integer("backward", self.backward, 0)
        _checks.flag("noisy", self.noisy)


def _noise(batch: Batch) -> np.ndarray:
    return LOGISTIC.draw(batch.rng, np.broadcast_shapes(batch.Z.shape[:-1], batch.v.shape))


def _coarse(estimator: Estimator) -> Method:
    def update(batch: Batch, memory: Any) -> Update:
        return Update(*coarse_gradient(batch.v, batch.w, batch.Z, batch.teacher, estimator))

    return Method(estimator.name, update, 1, 1, False)


def _likelihood(name: str, ratio: Callable[..., Likelihood], centred: bool) -> Method:
    def update(batch: Batch, memory: Any) -> Update:
        drawn = ratio(batch.v, batch.w, batch.Z, batch.teacher, LOGISTIC, batch.tau, _noise(batch))
        if not centred:
            return Update(*drawn.gradient())
        squares = np.square(drawn.score)
        now = np.stack([(squares * drawn.loss[..., None]).mean(axis=-2), squares.mean(axis=-2)])
        # the baseline is that of the batches before: it must not depend on this one
        known = now if memory is None else memory
        weighed = np.where(known[1] > 0.0, known[0], 0.0)
        baseline = (weighed / np.where(known[1] > 0.0, known[1], 1.0))[..., None, :]
        return Update(*drawn.gradient(baseline), _DECAY * known + (1.0 - _DECAY) * now)

    return Method(name, update, 1, 0, True)


def _through(name: str, proxy: Callable[[float], Estimator]) -> Method:
    def update(batch: Batch, memory: Any) -> Update:
        estimator = proxy(batch.tau)
        point = batch.v, batch.w, batch.Z, batch.teacher
        return Update(*straight_through(*point, estimator, batch.tau, _noise(batch)))

    return Method(name, update, 1, 1, True)


def _times_smooth(batch: Batch, memory: Any) -> Update:
    uniform = batch.rng.random(np.broadcast_shapes(batch.Z.shape[:-1], batch.v.shape))
    return Update(
        *times_smooth(batch.v, batch.w, batch.Z, batch.teacher, LOGISTIC, batch.tau, uniform)
    )


def _rectifier(batch: Batch, memory: Any) -> Update:
    return Update(
        *noisy_rectifier(batch.v, batch.w, batch.Z, batch.teacher, batch.tau, _noise(batch))
    )


def _signed(name: str, layer_loss: LayerLoss) -> Method:
    def update(batch: Batch, memory: Any) -> Update:
        return Update(*signed_targets(batch.v, batch.w, batch.Z, batch.teacher, layer_loss))

    return Method(name, update, 1, 1, False)


def _searched(batch: Batch, memory: Any) -> Update:
    return Update(*searched_targets(batch.v, batch.w, batch.Z, batch.teacher, HINGE))


def _difference(batch: Batch, memory: Any) -> Update:
    states = hidden_states(batch.w, batch.Z)
    noisy = states + _CORRUPTION * batch.rng.standard_normal(states.shape)
    now = fit_inverse(np.broadcast_to(batch.v, noisy.shape)[..., 0, :], noisy)
    if memory is not None:
        slope = _DECAY * memory.slope + (1.0 - _DECAY) * now.slope
        now = Inverse(slope, _DECAY * memory.offset + (1.0 - _DECAY) * now.offset)
    there = Inverse(now.slope[..., None, :], now.offset[..., None, :])
    return Update(*difference_targets(batch.v, batch.w, batch.Z, batch.teacher, there), now)


#: All methods by name; the paper's three first.
METHODS: Mapping[str, Method] = MappingProxyType(
    {
        method.name: method
        for method in (
            _coarse(IDENTITY),
            _coarse(RELU),
            _coarse(CLIPPED_RELU),
            _likelihood("reinforce", reinforce, centred=False),
            _likelihood("reinforce_centred", reinforce, centred=True),
            _likelihood("perturbation", perturbation, centred=True),
            Method("rectifier", _rectifier, 1, 1, True),
            Method("times_smooth", _times_smooth, 1, 1, True),
            _through("through_slope", lambda tau: firing_slope(LOGISTIC, tau)),
            _through("through_copy", lambda tau: IDENTITY),
            _signed("targets_soft", SOFT_HINGE),
            _signed("targets_hinge", HINGE),
            Method("targets_searched", _searched, 1, 1, False),
            Method("difference", _difference, 2, 1, False),
        )
    }
)


def get_method(name: str) -> Method:
    """The method of that name.

    Raises
    ------
    ValueError
        If there is none; the message lists the known names.

    Examples
    --------
    >>> get_method("reinforce").backward
    0
    """
    if not isinstance(name, str) or name not in METHODS:
        raise ValueError(f"name: expected one of {', '.join(METHODS)}, got {_checks.shown(name)}")
    return METHODS[name]


class Quality(NamedTuple):
    """How good an update is as a descent direction.

    ``cosine`` between its mean and the true gradient; ``noise`` = sqrt(tr Cov)/|mean| of one
    sample; their standard errors, NaN where a number is exact.
    """

    cosine: float
    noise: float
    cosine_error: float
    noise_error: float

    @_checks.in_doubles
    def share(self, samples: ArrayLike) -> np.ndarray:
        """The share of the decrease that N samples keep: ``cos^2/(1 + noise^2/N)``, cosine > 0.

        Examples
        --------
        >>> Quality(0.8, 2.0, 0.0, 0.0).share([1, 4])
        array([0.128, 0.32 ])
        """
        samples = _checks.positives("samples", samples)
        return max(self.cosine, 0.0) ** 2 / (1.0 + (self.noise / np.sqrt(samples)) ** 2)


@_checks.in_doubles
def quality(updates: ArrayLike, truth: ArrayLike, mean: ArrayLike | None = None) -> Quality:
    """Cosine and noise of an update from independent draws.

    Parameters
    ----------
    updates : array_like, shape (K, n)
        One update for each of K samples.
    truth : array_like, shape (n,)
        The true gradient, not zero.
    mean : array_like, shape (n,), optional
        The exact mean of the update, where it is known.

    Returns
    -------
    Quality

    Raises
    ------
    ValueError
        If a shape does not fit, an entry is not finite, or truth or the mean is zero.

    Notes
    -----
    Our own result: with step sizes at their best, N samples guarantee the share
    ``cos^2/(1 + noise^2/N)`` of the decrease that the exact gradient guarantees. Standard errors
    are those of 20 blocks of draws.

    Examples
    --------
    >>> found = quality([[1.0, 0.0], [1.0, 2.0], [1.0, 0.0], [1.0, 2.0]] * 5, [1.0, 0.0])
    >>> round(found.cosine, 4), round(found.noise, 4)
    (0.7071, 0.7255)
    """
    updates, truth = _draws(updates, truth, 2)
    _checks.number("truth", truth, "a vector that is not zero", bool(truth.any()))
    # in units of the largest entry, so that no square overflows or vanishes
    largest = float(np.max(np.abs(updates))) or 1.0
    draws, exact = updates / largest, None
    if mean is not None:
        exact = _checks.vectors("mean", mean, truth.size) / largest
        _checks.number("mean", exact.shape, f"shape ({truth.size},)", exact.ndim == 1)

    def measured(some: np.ndarray) -> tuple[float, float]:
        center = some.mean(axis=0) if exact is None else exact
        size = float(norm(center))
        _checks.number("mean", center, "a mean that is not zero", size > 0.0)
        spread = float(np.sum(some.var(axis=0, ddof=1)))
        return float(center @ truth) / size, np.sqrt(spread) / size

    cosine, noise = measured(draws)
    blocks = np.array([measured(block) for block in np.array_split(draws, 20) if len(block) > 1])
    errors = np.full(2, np.nan)
    if len(blocks) > 1:
        errors = blocks.std(axis=0, ddof=1) / np.sqrt(len(blocks))
    if exact is not None:
        errors[0] = np.nan
    return Quality(cosine, float(noise), float(errors[0]), float(errors[1]))


@_checks.in_doubles
def batch_cosines(updates: ArrayLike, truth: ArrayLike, samples: int) -> np.ndarray:
    """Cosine to the true gradient of the mean of each batch of N updates, batches apart.

    Parameters
    ----------
    updates : array_like, shape (K, n)
    truth : array_like, shape (n,)
    samples : int
        N, from 1 to K.

    Returns
    -------
    ndarray, shape (K // N,)
        0 where a mean is zero.

    Raises
    ------
    ValueError
        If a shape does not fit, an entry is not finite or N is out of range.

    Examples
    --------
    >>> batch_cosines([[1.0, 1.0], [1.0, -1.0]], [2.0, 0.0], 2)
    array([1.])
    """
    updates, truth = _draws(updates, truth, 1)
    samples = _checks.integer("samples", samples, 1)
    _checks.number("samples", samples, f"at most {len(updates)}", samples <= len(updates))
    count = len(updates) // samples
    means = updates[: count * samples].reshape(count, samples, truth.size).mean(axis=1)
    size = norm(means)
    return np.where(size > 0.0, means @ truth, 0.0) / np.where(size > 0.0, size, 1.0)


def _draws(updates: ArrayLike, truth: ArrayLike, least: int) -> tuple[np.ndarray, np.ndarray]:
    """Checked updates, and the true gradient over its length (0 if it is 0)."""
    updates = _checks.finite_array("updates", updates)
    truth = _checks.finite_array("truth", truth)
    fits = updates.ndim == 2 and truth.shape == updates.shape[1:] and len(updates) >= least
    _checks.number("updates", updates.shape, f"shape (K, n), K >= {least}, as truth (n,)", fits)
    _checks.number("truth", truth.shape, "shape (n,) with n > 0", truth.size > 0)
    length = float(norm(truth))
    return updates, truth / length if length > 0.0 else truth


@_checks.in_doubles
def train(
    method: Method,
    v0: ArrayLike,
    w0: ArrayLike,
    teacher: Teacher,
    learning_rate: ArrayLike,
    steps: int,
    *,
    samples: int,
    tau: float,
    seed: int,
    record_every: int = 1,
) -> Trajectory:
    """Descent with one method, fresh samples in each step.

    ``v <- v - eta mean(grad_v)``, ``w <- w - eta mean(grad_w)``.

    Parameters
    ----------
    method : Method
    v0 : array_like, shape (..., m)
    w0 : array_like, shape (..., n)
    teacher : Teacher
    learning_rate : float or array_like, shape (...)
    steps : int
        At least 1, at most ten million.
    samples : int
        Samples in a step, at least 2. Each start has its own.
    tau : float
        Temperature of methods whose units fire at random, > 0.
    seed : int
    record_every : int

    Returns
    -------
    Trajectory
        Its ``loss`` is the population loss of the hard network at (v, w).

    Raises
    ------
    ValueError
        If an argument is out of range or the run leaves the range of doubles.

    Examples
    --------
    >>> teacher = Teacher(v=[1.0, 1.0], w=[1.0, 0.0])
    >>> start = [0.1, 0.2], [0.0, 1.0]
    >>> run = train(METHODS["relu"], *start, teacher, 0.3, 200, samples=20, tau=0.5, seed=0)
    >>> bool(run.loss[-1] < 0.05)
    True
    """
    _checks.instance("method", method, Method)
    _checks.instance("teacher", teacher, Teacher)
    steps = _checks.turns("steps", steps, 1)
    samples = _checks.integer("samples", samples, 2)
    tau = _checks.positive("tau", tau)
    rng = np.random.default_rng(_checks.integer("seed", seed, 0))
    memory = None

    def field(v: np.ndarray, w: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        nonlocal memory
        _checks.affordable("samples", samples, samples * v.size * teacher.n)
        Z = rng.standard_normal((*v.shape[:-1], samples, teacher.m, teacher.n))
        batch = Batch(v[..., None, :], w[..., None, :], Z, teacher, tau, rng)
        grad_v, grad_w, memory = method.update(batch, memory)
        return grad_v.mean(axis=-2), grad_w.mean(axis=-2)

    return trajectory(field, v0, w0, teacher, learning_rate, steps, record_every=record_every)
