"""Noise on the labels: what it adds to the variance of one sample's gradient."""

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from ste import _checks
from ste._quadrature import normal_nodes
from ste.estimators import Estimator


class NoiseVariance(NamedTuple):
    """What label noise adds to the trace of the variance of one sample's gradient."""

    v: float
    w: float


def label_noise_variance(
    v: ArrayLike, rho: float, inputs: int, estimator: Estimator, noise: float
) -> NoiseVariance:
    """``noise^2 m/2`` for v, ``noise^2 (|v|^2 (E[X^2 g^2] + (n - 1) E[g^2]) + (s_v^2 - |v|^2)
    alpha^2)`` for w, g = mu'(rho X).

    Parameters
    ----------
    v : array_like, shape (m,)
    rho : float
        |w| > 0.
    inputs : int
        n.
    estimator : Estimator
    noise : float
        Standard deviation of the noise that is added to the labels.

    Returns
    -------
    NoiseVariance

    Raises
    ------
    ValueError
        If an argument is out of range.

    Notes
    -----
    Our own result, for Gaussian rows.

    Examples
    --------
    >>> from ste import IDENTITY, RELU
    >>> round(float(label_noise_variance([1.0, -1.0], 1.0, 5, IDENTITY, 1.0).w), 9)
    10.0
    """
    _checks.instance("estimator", estimator, Estimator)
    v = _checks.finite_array("v", v)
    n, rho = _checks.integer("inputs", inputs, 1), _checks.positive("rho", rho)
    noise = _checks.positive("noise", noise)

    x, weights = normal_nodes(np.array(estimator.breakpoints) / rho)
    size = float(weights @ ((np.square(x) + n - 1.0) * np.square(estimator.evaluate(rho * x))))
    alpha = float(estimator.moments(rho, 1.0).alpha)
    square, total = float(v @ v), float(v.sum())
    along_w = square * size + (total**2 - square) * alpha**2
    return NoiseVariance(0.5 * noise**2 * v.size, noise**2 * along_w)
