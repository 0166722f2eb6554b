"""Proxies in use elsewhere, beside the paper's three.

None of these is treated in the paper. Each is the derivative mu' of a proxy mu that stands in for
the step in some line of work; the source stands above each.
"""

from collections.abc import Callable
from functools import partial

import numpy as np

from ste._boxes import Bounds
from ste.estimators import Estimator, window_bounds
from ste.moments import Moments, clipped_relu_moments
from ste.zoo.windows import mirrored


def _hard_tanh_slope(x: np.ndarray) -> np.ndarray:
    return (np.abs(x) < 1.0).astype(float)


def _hard_tanh_moments(rho: np.ndarray, cos: np.ndarray, sin: np.ndarray) -> Moments:
    """Clipped ReLU plus its mirror image."""
    right = clipped_relu_moments(rho, cos, sin)
    return right + mirrored(right)


def _sigmoid_slope(x: np.ndarray) -> np.ndarray:
    e = np.exp(-np.abs(x))
    return e / np.square(1.0 + e)


def _log_tailed_slope(x: np.ndarray) -> np.ndarray:
    return np.where(x > 0.0, 1.0 / np.maximum(x, 1.0), 0.0)


def _falling(slope: Callable[[np.ndarray], np.ndarray]) -> Bounds:
    """The bounds of a slope that on neither side of 0 rises with the distance from it."""
    return partial(_bounds_of_a_falling_slope, slope)


def _bounds_of_a_falling_slope(
    slope: Callable[[np.ndarray], np.ndarray], low: np.ndarray, high: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    ends = slope(np.nextafter(low, np.inf)), slope(np.nextafter(high, -np.inf))
    least, most = np.minimum(*ends), np.maximum(*ends)
    at_0 = np.max(slope(np.nextafter(0.0, [-1.0, 1.0])))
    return least, np.where((low < 0.0) & (high > 0.0), at_0, most)


def _tanh_slope(x: np.ndarray) -> np.ndarray:
    return 4.0 * _sigmoid_slope(2.0 * x)


def _triangle(x: np.ndarray) -> np.ndarray:
    return np.maximum(0.0, 1.0 - np.abs(x))


def _arctan_slope(x: np.ndarray) -> np.ndarray:
    return 1.0 / (1.0 + np.square(np.pi * x))


#: The saturated estimator of binarized networks (Hubara et al. 2016), 1 for -1 < x < 1 and else 0.
HARD_TANH = Estimator(
    "hard_tanh",
    _hard_tanh_slope,
    (-1.0, 1.0),
    _hard_tanh_moments,
    window_bounds(-1.0, 1.0),
)

#: The derivative s(x)(1 - s(x)) of the logistic function s (weighed by Bengio et al. 2013).
SIGMOID = Estimator("sigmoid", _sigmoid_slope, bounds=_falling(_sigmoid_slope))

#: The derivative of the hyperbolic tangent, 1 - tanh(x)^2.
TANH = Estimator("tanh", _tanh_slope, bounds=_falling(_tanh_slope))

#: The triangle max(0, 1 - abs(x)), common in spiking networks.
TRIANGLE = Estimator("triangle", _triangle, (-1.0, 0.0, 1.0), bounds=_falling(_triangle))

#: The derivative 1/(1 + (pi x)^2) of arctan(pi x)/pi, common in spiking networks.
ARCTAN = Estimator("arctan", _arctan_slope, bounds=_falling(_arctan_slope))

#: The log-tailed ReLU (Cai et al. 2017), 1 for 0 < x < 1, 1/x for x > 1 and else 0.
LOG_TAILED_RELU = Estimator(
    "log_tailed_relu", _log_tailed_slope, (0.0, 1.0), bounds=_falling(_log_tailed_slope)
)


#: Those from elsewhere.
ZOO = (HARD_TANH, SIGMOID, TANH, TRIANGLE, ARCTAN, LOG_TAILED_RELU)
