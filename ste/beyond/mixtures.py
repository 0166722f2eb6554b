"""Rows that are Gaussian up to a random length: each moment is a mixture of moments."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from ste import _checks
from ste.beyond.paper import Paper
from ste.estimators import Estimator
from ste.gradients import RowMoments
from ste.moments import Moments
from ste.plane import Plane

#: Longer than this a filter looks to a proxy as long as this.
_LONGEST = 1e300


def scale_mixture(estimator: Estimator, scales: ArrayLike, weights: ArrayLike) -> Estimator:
    """The estimator with the moments of rows ``S x``, x Gaussian and S > 0 one number for each row.

    ``A+ = sum_i p_i S_i A+(S_i rho)``, and so on: each moment is mixed with the weight S. The
    result serves wherever moments do (`ste.expected_coarse_gradient`, `ste.descend`, ...).

    Parameters
    ----------
    estimator : Estimator
    scales, weights : array_like, shape (k,)
        The values of S and their probabilities.

    Returns
    -------
    Estimator

    Raises
    ------
    ValueError
        If a scale is not > 0 or the weights are not probabilities that sum to 1.

    Notes
    -----
    Our own result. Rotation-invariant rows of any other law are limits of such mixtures or, like
    the sphere, are not; for mu' >= 0 the inner product is not negative for any of them.

    Examples
    --------
    >>> from ste import RELU
    >>> two = scale_mixture(RELU, [1.0, 3.0], [0.5, 0.5])
    >>> float(two.moments(1.0, 1.0).a_plus / RELU.moments(1.0, 1.0).a_plus)
    2.0
    """
    _checks.instance("estimator", estimator, Estimator)
    scales, weights = _distribution(scales, weights)

    def mixed(rho: np.ndarray, cos: np.ndarray, sin: np.ndarray) -> Moments:
        with np.errstate(over="ignore"):
            lengths = [np.minimum(s * np.asarray(rho, dtype=float), _LONGEST) for s in scales]
        parts = [
            float(p * s) * estimator.moments_at(length, cos, sin)
            for s, p, length in zip(scales, weights, lengths, strict=True)
        ]
        total = parts[0]
        for part in parts[1:]:
            total = total + part
        return total

    return Estimator(
        f"{estimator.name}, mixed rows", estimator.derivative, estimator.breakpoints, mixed
    )


def _distribution(scales: ArrayLike, weights: ArrayLike) -> tuple[np.ndarray, np.ndarray]:
    scales, weights = _checks.positives("scales", scales), _checks.finite_array("weights", weights)
    fits = scales.shape == weights.shape and np.all((weights >= 0.0) & (weights <= 1.0 + 1e-9))
    if not fits or abs(weights.sum() - 1.0) > 1e-9:
        raise ValueError(
            f"weights: expected probabilities of {scales.size} scales, got {_checks.shown(weights)}"
        )
    return scales.ravel(), weights.ravel()


@dataclass(frozen=True, eq=False)
class Mixture(Paper):
    """The paper's world with rows ``S x``, x Gaussian and S > 0 one number for each row.

    No activation sees S: loss and true gradient are the paper's. E[g] has the mixed moments.

    Parameters
    ----------
    teacher : Teacher
    scales, weights : array_like, shape (k,)
        The values of S and their probabilities.

    Raises
    ------
    ValueError
        If a scale is not > 0 or the weights are not probabilities that sum to 1.

    Notes
    -----
    Our own result.

    Examples
    --------
    >>> from ste import IDENTITY, Teacher, expected_coarse_gradient
    >>> teacher = Teacher([1.0, 2.0], [1.0, 0.0])
    >>> point = [2.0, 1.0], [0.0, 3.0]
    >>> mixed = Mixture(teacher, [1.0, 3.0], [0.5, 0.5]).coarse_gradient(*point, IDENTITY)[1]
    >>> np.allclose(mixed, 2.0 * expected_coarse_gradient(*point, teacher, IDENTITY)[1])
    True
    """

    scales: np.ndarray
    weights: np.ndarray

    def __post_init__(self) -> None:
        super().__post_init__()
        scales, weights = _distribution(self.scales, self.weights)
        for name, value in (("scales", scales), ("weights", weights)):
            value.setflags(write=False)
            object.__setattr__(self, name, value)

    def _rows(self, rng: np.random.Generator, shape: tuple[int, ...]) -> np.ndarray:
        scale = rng.choice(self.scales, (*shape[:-1], 1), p=self.weights)
        return scale * super()._rows(rng, shape)

    def _moments(self, place: Plane, estimator: Estimator) -> RowMoments:
        return super()._moments(place, scale_mixture(estimator, self.scales, self.weights))
