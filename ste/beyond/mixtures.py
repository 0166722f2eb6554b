"""Rows that are Gaussian up to a random length: each moment is a mixture of moments."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from ste import _checks
from ste.estimators import Estimator
from ste.moments import Moments


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
    the sphere, are not; the sign of the inner product is the same for all of them.

    Examples
    --------
    >>> from ste import RELU
    >>> two = scale_mixture(RELU, [1.0, 3.0], [0.5, 0.5])
    >>> float(two.moments(1.0, 1.0).a_plus / RELU.moments(1.0, 1.0).a_plus)
    2.0
    """
    scales, weights = _checks.positives("scales", scales), _checks.finite_array("weights", weights)
    if scales.shape != weights.shape or np.any(weights < 0) or abs(weights.sum() - 1.0) > 1e-9:
        raise ValueError(f"weights: expected probabilities of {scales.size} scales, got {weights}")

    def mixed(rho: np.ndarray, theta: np.ndarray) -> Moments:
        parts = [
            float(p * s) * estimator.moments_at(s * np.asarray(rho, dtype=float), theta)
            for s, p in zip(scales.ravel(), weights.ravel(), strict=True)
        ]
        total = parts[0]
        for part in parts[1:]:
            total = total + part
        return total

    return Estimator(
        f"{estimator.name}, mixed rows", estimator.derivative, estimator.breakpoints, mixed
    )
