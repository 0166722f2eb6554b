"""Proxies in use elsewhere, beside the paper's three, and the registry of all of them.

None of these is treated in the paper. Each is the derivative mu' of a proxy mu that stands in for
the step in some line of work; the sources are in the notes.
"""

from collections.abc import Mapping
from types import MappingProxyType

import numpy as np

from ste import _checks
from ste.estimators import CLIPPED_RELU, IDENTITY, RELU, Estimator
from ste.moments import Moments, clipped_relu_moments


def _mirrored(right: Moments) -> Moments:
    """Moments of the mirror image: it swaps A+ and A- and takes alpha off B_x."""
    return Moments(right.a_minus, right.a_plus, right.b_x - right.alpha, right.b_y_over_sin)


def _hard_tanh_moments(rho: np.ndarray, theta: np.ndarray) -> Moments:
    """Clipped ReLU plus its mirror image."""
    right = clipped_relu_moments(rho, theta)
    return right + _mirrored(right)


def _sigmoid_slope(x: np.ndarray) -> np.ndarray:
    e = np.exp(-np.abs(x))
    return e / np.square(1.0 + e)


def _log_tailed_slope(x: np.ndarray) -> np.ndarray:
    return np.where(x > 0.0, 1.0 / np.maximum(x, 1.0), 0.0)


def window(leak: float, clip: float) -> Estimator:
    """A window that may reach to the left of 0: mu'(x) = 1 for -leak < x < clip, else 0.

    ``A- = k (1 - exp(-leak^2 / (2 rho^2)))``, and A+ likewise with clip.

    Parameters
    ----------
    leak : float
        How far it reaches to the left of 0, >= 0. With 0 this is clipped ReLU.
    clip : float
        How far it reaches to the right of 0, > 0.

    Returns
    -------
    Estimator
        With a closed form: a clipped ReLU, and another one mirrored.

    Raises
    ------
    ValueError
        If `leak` is not a finite number >= 0 or `clip` not one > 0.

    Notes
    -----
    Our own result. It is what fake quantization in libraries does: the gradient passes where the
    rounded value is one of the levels, so half a step beyond the lowest and the highest.

    Examples
    --------
    >>> window(0.5, 1.5).evaluate([-1.0, -0.4, 1.4, 2.0])
    array([0., 1., 1., 0.])
    """
    leak = float(_checks.finite_array("leak", leak))
    _checks.number("leak", leak, "a finite number >= 0", leak >= 0.0)
    clip = _checks.positive("clip", clip)

    def closed(rho: np.ndarray, theta: np.ndarray) -> Moments:
        right = clipped_relu_moments(rho / clip, theta)
        if leak == 0.0:
            return right
        return right + _mirrored(clipped_relu_moments(rho / leak, theta))

    return Estimator(
        f"window({leak:g}, {clip:g})",
        lambda x: ((x > -leak) & (x < clip)).astype(float),
        (-leak, 0.0, clip),
        closed,
    )


#: The saturated estimator of binarized networks (Hubara et al. 2016), 1 for -1 < x < 1 and else 0.
HARD_TANH = Estimator(
    "hard_tanh",
    lambda x: (np.abs(x) < 1.0).astype(float),
    (-1.0, 1.0),
    _hard_tanh_moments,
)

#: The derivative s(x)(1 - s(x)) of the logistic function s (weighed by Bengio et al. 2013).
SIGMOID = Estimator("sigmoid", _sigmoid_slope)

#: The derivative of the hyperbolic tangent, 1 - tanh(x)^2.
TANH = Estimator("tanh", lambda x: 4.0 * _sigmoid_slope(2.0 * x))

#: The triangle max(0, 1 - abs(x)), common in spiking networks.
TRIANGLE = Estimator("triangle", lambda x: np.maximum(0.0, 1.0 - np.abs(x)), (-1.0, 0.0, 1.0))

#: The derivative 1/(1 + (pi x)^2) of arctan(pi x)/pi, common in spiking networks.
ARCTAN = Estimator("arctan", lambda x: 1.0 / (1.0 + np.square(np.pi * x)))

#: The log-tailed ReLU (Cai et al. 2017), 1 for 0 < x < 1, 1/x for x > 1 and else 0.
LOG_TAILED_RELU = Estimator("log_tailed_relu", _log_tailed_slope, (0.0, 1.0))

#: The paper's three.
PAPER = (IDENTITY, RELU, CLIPPED_RELU)

#: Those from elsewhere.
ZOO = (HARD_TANH, SIGMOID, TANH, TRIANGLE, ARCTAN, LOG_TAILED_RELU)

#: All estimators by name, the paper's three first.
ESTIMATORS: Mapping[str, Estimator] = MappingProxyType(
    {estimator.name: estimator for estimator in (*PAPER, *ZOO)}
)


def get_estimator(name: str) -> Estimator:
    """The estimator registered under `name`.

    Raises
    ------
    ValueError
        If there is none; the message lists the known names.

    Examples
    --------
    >>> get_estimator("hard_tanh").evaluate([-2.0, -0.5, 0.5])
    array([0., 1., 1.])
    """
    if name not in ESTIMATORS:
        known = ", ".join(ESTIMATORS)
        raise ValueError(f"name: expected one of {known}, got {name!r}")
    return ESTIMATORS[name]
