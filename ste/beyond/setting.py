"""What every world of this wing offers, and what all of them share.

A world says what its rows, its activations and its labels are. Rows are independent, so that the
loss is one quadratic form in v whatever the world (`Overlap`), the expected coarse gradient one
double sum (`ste.gradients.over_rows`), and samples go forward and back in one way (`World.sample`).
"""

# A new assumption dropped is one file beside this one: a class with the methods of `Setting`, most
# of which `World` and `Paper` bring. Added to WORLDS in tests/ste/beyond/test_setting.py, every
# property test runs on it; its module belongs in book/api.md.

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from typing import Any, NamedTuple, Protocol, runtime_checkable

import numpy as np
from numpy.typing import ArrayLike

from ste import _checks
from ste.descent import Walk, walk
from ste.estimators import Estimator
from ste.model import Pass, back, pre_activations, sigma
from ste.plane import norm

Gradients = tuple[np.ndarray, np.ndarray]


class Samples(NamedTuple):
    """What each sample says: ``loss`` (count, ...), ``grad_v`` (count, ..., m) and ``grad_w``.

    Their means over the first axis tend to the loss and the expected coarse gradient.
    """

    loss: np.ndarray
    grad_v: np.ndarray
    grad_w: np.ndarray


@runtime_checkable
class Setting(Protocol):
    """A world: a student, its inputs and its labels, as far as expectations see them.

    Second layers v have shape (..., m), filters w shape (..., *shape), with shape (n,) or, for a
    filter in each unit, (m, n). Leading axes broadcast. Each method raises a ValueError that names
    the argument if a shape does not fit, an entry is not finite or a filter is zero.
    """

    @property
    def v_star(self) -> np.ndarray:
        """v*, the teacher's second layer, shape (m,)."""

    @property
    def shape(self) -> tuple[int, ...]:
        """Shape of w."""

    def loss(self, v: ArrayLike, w: ArrayLike) -> np.ndarray:
        """The expected loss f(v, w), shape (...)."""

    def gradient(self, v: ArrayLike, w: ArrayLike) -> Gradients:
        """The true gradient of the loss in v and w; its part perpendicular to w is 0 on kinks."""

    def coarse_gradient(self, v: ArrayLike, w: ArrayLike, estimator: Estimator) -> Gradients:
        """The expected coarse gradient E[dl/dv], E[g]."""

    def sample(
        self, v: ArrayLike, w: ArrayLike, estimator: Estimator, count: int, seed: int
    ) -> Samples:
        """Loss and coarse gradient of `count` samples, shared by all leading axes."""

    def best_v(self, w: ArrayLike) -> np.ndarray:
        """The v at which the loss is least for this w, shape (..., m)."""


class Overlap(NamedTuple):
    """What the loss sees of one row: the first two moments of sigma(z.w) and sigma_hat(z.w*).

    ``gap`` = V - C with V the variance of sigma and C the covariance of sigma and sigma_hat; shape
    (..., 1), or (..., m) if the rows have angles of their own. The defaults are those of steps, for
    which ``gap`` is theta/(2 pi).
    """

    gap: np.ndarray
    mean: np.ndarray | float = 0.5
    variance: np.ndarray | float = 0.25
    star_mean: np.ndarray | float = 0.5
    star_variance: np.ndarray | float = 0.25

    def excess(self, v: np.ndarray, v_star: np.ndarray) -> np.ndarray:
        """``E[y - y*] = s_v M - s M*``, so written that nothing cancels where M = M*."""
        apart = np.sum(v - v_star, axis=-1)
        return self.mean * apart + math.fsum(v_star) * (self.mean - self.star_mean)

    def loss(self, v: np.ndarray, v_star: np.ndarray) -> np.ndarray:
        """``f = (1/2) [V |v - v*|^2 + (s_v M - s M*)^2 + N (V* - V)] + sum_i gap_i v_i v*_i``."""
        apart = self.variance * np.sum(np.square(v - v_star), axis=-1)
        rest = float(v_star @ v_star) * (self.star_variance - self.variance)
        turned = np.sum(self.gap * (v * v_star), axis=-1)
        return 0.5 * (apart + np.square(self.excess(v, v_star)) + rest) + turned

    def gradient_v(self, v: np.ndarray, v_star: np.ndarray) -> np.ndarray:
        """``df/dv = V (v - v*) + gap v* + M (s_v M - s M*) 1``."""
        level = np.asarray(self.mean * self.excess(v, v_star))[..., None]
        return np.asarray(self.variance)[..., None] * (v - v_star) + self.gap * v_star + level

    def best_v(self, v_star: np.ndarray) -> np.ndarray:
        """``v = [C v* + M (s M* - s_v M) 1]/V`` with ``s_v = (sum_i C_i v*_i + m M M* s)/(V +
        m M^2)``, where df/dv = 0.
        """
        m, s = v_star.size, math.fsum(v_star)
        mean, variance = np.asarray(self.mean)[..., None], np.asarray(self.variance)[..., None]
        shared = np.broadcast_to((variance - self.gap) * v_star, (*self.gap.shape[:-1], m))
        total = np.sum(shared, axis=-1, keepdims=True) + m * mean * self.star_mean * s
        total = total / (variance + m * np.square(mean))
        return (shared + mean * (self.star_mean * s - total * mean)) / variance


class World(ABC):
    """A `Setting` whose rows are independent: from the moments of one row to all five methods."""

    @property
    @abstractmethod
    def v_star(self) -> np.ndarray:
        """v*, the teacher's second layer, shape (m,)."""

    @property
    @abstractmethod
    def shape(self) -> tuple[int, ...]:
        """Shape of w."""

    @abstractmethod
    def _place(self, w: np.ndarray) -> Any:
        """What the rest sees of checked filters: their place in the plane of w*."""

    @abstractmethod
    def _overlap(self, place: Any) -> Overlap:
        """The moments that the loss is made of."""

    @abstractmethod
    def _gradient_w(self, v: np.ndarray, place: Any) -> np.ndarray:
        """df/dw."""

    @abstractmethod
    def _coarse_w(self, v: np.ndarray, place: Any, estimator: Estimator) -> np.ndarray:
        """E[g]."""

    @abstractmethod
    def _labels(self, Z: np.ndarray, rng: np.random.Generator) -> np.ndarray:
        """y*, shape (...), for inputs (..., m, n)."""

    def _bits(self, pre: np.ndarray, rng: np.random.Generator) -> np.ndarray:
        """What the units pass on for pre-activations (..., m)."""
        return sigma(pre)

    def _rows(self, rng: np.random.Generator, shape: tuple[int, ...]) -> np.ndarray:
        """Rows, n = shape[-1]."""
        return rng.standard_normal(shape)

    def _pre(self, w: np.ndarray, Z: np.ndarray) -> np.ndarray:
        """The pre-activations (..., m)."""
        return pre_activations(w, Z)

    def _back(self, each: np.ndarray, Z: np.ndarray) -> np.ndarray:
        """What the units (..., m) send to the filters."""
        return back(each, Z)

    def _checked(self, v: ArrayLike, w: ArrayLike) -> tuple[np.ndarray, np.ndarray]:
        v = _checks.vectors("v", v, self.v_star.size)
        w = _checks.finite_array("w", w)
        axes = len(self.shape)
        if w.ndim < axes or w.shape[-axes:] != self.shape:
            expected = ", ".join(str(size) for size in self.shape)
            raise ValueError(f"w: expected shape (..., {expected}), got {w.shape}")
        _checks.broadcastable(v=v.shape[:-1], w=w.shape[:-axes])
        if np.any(np.all(w == 0.0, axis=-1)):
            raise ValueError("w: expected non-zero vectors (w = 0 has no direction), got w = 0")
        return v, w

    @_checks.in_doubles
    def loss(self, v: ArrayLike, w: ArrayLike) -> np.ndarray:
        """The expected loss, see `Overlap.loss`."""
        v, w = self._checked(v, w)
        return self._overlap(self._place(w)).loss(v, self.v_star)

    @_checks.in_doubles
    def gradient(self, v: ArrayLike, w: ArrayLike) -> Gradients:
        """df/dv, see `Overlap.gradient_v`, and df/dw."""
        v, w = self._checked(v, w)
        place = self._place(w)
        return self._overlap(place).gradient_v(v, self.v_star), self._gradient_w(v, place)

    @_checks.in_doubles
    def coarse_gradient(self, v: ArrayLike, w: ArrayLike, estimator: Estimator) -> Gradients:
        """E[dl/dv], which is df/dv, and E[g], see `ste.gradients.over_rows`."""
        _checks.instance("estimator", estimator, Estimator)
        v, w = self._checked(v, w)
        place = self._place(w)
        grad_v = self._overlap(place).gradient_v(v, self.v_star)
        return grad_v, self._coarse_w(v, place, estimator)

    @_checks.in_doubles
    def best_v(self, w: ArrayLike) -> np.ndarray:
        """Where the loss is least for this w, see `Overlap.best_v`."""
        _, w = self._checked(self.v_star, w)
        return self._overlap(self._place(w)).best_v(self.v_star)

    @_checks.in_doubles
    def fields(self, v: ArrayLike, w: ArrayLike, estimator: Estimator) -> Gradients:
        """E[g] and df/dw side by side, each of shape (..., *shape)."""
        _checks.instance("estimator", estimator, Estimator)
        v, w = self._checked(v, w)
        place = self._place(w)
        return self._coarse_w(v, place, estimator), self._gradient_w(v, place)

    @_checks.in_doubles
    def inner(self, v: ArrayLike, w: ArrayLike, estimator: Estimator) -> np.ndarray:
        """``<E[g], df/dw>``, shape (...): whether descent along -E[g] lowers the loss through w."""
        coarse, true = self.fields(v, w, estimator)
        return np.sum(coarse * true, axis=self._axes)

    @_checks.in_doubles
    def cosine(self, v: ArrayLike, w: ArrayLike, estimator: Estimator) -> np.ndarray:
        """The cosine between E[g] and df/dw, shape (...); NaN where one of them is 0."""
        coarse, true = (self._unit(part) for part in self.fields(v, w, estimator))
        return np.sum(coarse * true, axis=self._axes)

    def _unit(self, part: np.ndarray) -> np.ndarray:
        """A field in w over its length; NaN where it is 0."""
        axes = len(self.shape)
        flat = part.reshape((*part.shape[:-axes], math.prod(self.shape)))
        size = norm(flat)
        return part / np.where(size > 0.0, size, np.nan).reshape((*size.shape, *(1,) * axes))

    @property
    def _axes(self) -> tuple[int, ...]:
        """The last axes of w."""
        return tuple(range(-len(self.shape), 0))

    @_checks.in_doubles
    def inputs(self, count: int, seed: int) -> np.ndarray:
        """The inputs of `sample` with this seed, shape (count, m, n)."""
        rng = np.random.default_rng(_checks.integer("seed", seed, 0))
        one = self.v_star.size, self.shape[-1]
        count = _checks.integer("count", count, 1)
        _checks.affordable("count", count, count * math.prod(one))
        return self._rows(rng, (count, *one))

    @_checks.in_doubles
    def sample(
        self, v: ArrayLike, w: ArrayLike, estimator: Estimator, count: int, seed: int
    ) -> Samples:
        """``l = (y - y*)^2/2``, ``sigma(Zw) (y - y*)`` and ``Z^T (mu'(Zw) * v) (y - y*)``.

        Parameters
        ----------
        v : array_like, shape (..., m)
        w : array_like, shape (..., *shape)
        estimator : Estimator
        count : int
            Number of samples.
        seed : int
            Seed of `numpy.random.default_rng`. All leading axes share the samples.
        """
        _checks.instance("estimator", estimator, Estimator)
        v, w = self._checked(v, w)
        count = _checks.integer("count", count, 1)
        rng = np.random.default_rng(_checks.integer("seed", seed, 0))
        lead = np.broadcast_shapes(v.shape[:-1], w.shape[: -len(self.shape)])
        each = self.v_star.size * self.shape[-1] * max(math.prod(lead), 1)
        _checks.affordable("count", count, count * each)
        Z = self._rows(rng, (count, *(1,) * len(lead), self.v_star.size, self.shape[-1]))
        pre = self._pre(w, Z)
        bits = self._bits(pre, rng)
        residual = Pass(v, Z, pre, self._labels(Z, rng)).residual(bits)
        grad_w = self._back(estimator.evaluate_at(pre) * v * residual[..., None], Z)
        return Samples(0.5 * np.square(residual), bits * residual[..., None], grad_w)


@_checks.in_doubles
def walk_in(
    setting: Setting,
    estimator: Estimator,
    v0: ArrayLike,
    w0: ArrayLike,
    learning_rate: float,
    steps: int,
    *,
    record_every: int = 1,
) -> Walk:
    """Coarse gradient descent in any world: `ste.descent.walk` along -(E[dl/dv], E[g]).

    Parameters
    ----------
    setting : Setting
    estimator : Estimator
    v0 : array_like, shape (..., m)
    w0 : array_like, shape (..., *shape)
    learning_rate, steps, record_every
        As for `ste.descent.walk`.

    Returns
    -------
    Walk

    Raises
    ------
    ValueError
        As `Setting.coarse_gradient` and `ste.descent.walk`.

    Examples
    --------
    >>> from ste import RELU, Teacher
    >>> from ste.beyond.signs import Signs
    >>> signs = Signs(Teacher([1.0, 1.0], [1.0, 0.0]))
    >>> run = walk_in(signs, RELU, [0.1, 0.2], [0.0, 1.0], 0.5, 200, record_every=200)
    >>> bool(signs.loss(run.v[-1], run.w[-1]) < 1e-4)
    True
    """

    if not isinstance(setting, Setting):
        raise ValueError(f"setting: expected a Setting, got {type(setting).__name__}")
    _checks.instance("estimator", estimator, Estimator)

    def field(v: np.ndarray, w: np.ndarray) -> Gradients:
        return setting.coarse_gradient(v, w, estimator)

    return walk(field, v0, w0, learning_rate, steps, record_every=record_every)
