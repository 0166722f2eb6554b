"""Windows: proxy derivatives that are 1 in an interval and 0 elsewhere."""

from dataclasses import dataclass

import numpy as np

from ste import _checks
from ste.estimators import Estimator, window_bounds
from ste.moments import Moments, clipped_relu_moments


@dataclass(frozen=True, init=False, eq=False, kw_only=True)
class Window(Estimator):
    """The proxy derivative ``mu'(x) = 1{low < x < high}``; the ends may be infinite.

    Identity, ReLU and clipped ReLU are windows, and so is the saturated one of binarized networks.
    Staircases have closed forms for a proxy that is known to be one (`ste.beyond.staircase`).

    Parameters
    ----------
    name : str
    low, high : float
        The ends, which may be infinite.

    Raises
    ------
    ValueError
        Unless low < high.

    Examples
    --------
    >>> Window("relu", 0.0, np.inf).evaluate([-1.0, 2.0])
    array([0., 1.])
    """

    low: float
    high: float

    def __init__(self, name: str, low: float, high: float) -> None:
        low, high = _checks.end("low", low), _checks.end("high", high)
        _checks.number("high", high, f"a number > low = {low!r}", high > low)
        super().__init__(
            name,
            lambda x: ((x > low) & (x < high)).astype(float),
            tuple(end for end in (low, high) if np.isfinite(end)),
            bounds=window_bounds(low, high),
        )
        object.__setattr__(self, "low", low)
        object.__setattr__(self, "high", high)


def paper_windows(bits: int, alpha: float = 1.0) -> tuple[Window, Window, Window]:
    """Identity, ReLU, and the clipped ReLU that ends with the quantizer, at (2^bits - 1) alpha.

    Parameters
    ----------
    bits : int
        At least 1.
    alpha : float
        The step, > 0.

    Returns
    -------
    identity, relu, clipped_relu : Window

    Raises
    ------
    ValueError
        If an argument is out of range.

    Examples
    --------
    >>> paper_windows(2, 0.5)[2].high
    1.5
    """
    bits, alpha = _checks.integer("bits", bits, 1), _checks.positive("alpha", alpha)
    with np.errstate(over="ignore"):  # beyond all doubles it ends nowhere
        end = float(alpha * (np.exp2(np.float64(bits)) - 1.0))
    return (
        Window("identity", -np.inf, np.inf),
        Window("relu", 0.0, np.inf),
        Window("clipped_relu", 0.0, end),
    )


def mirrored(right: Moments) -> Moments:
    """Moments of the mirror image: it swaps A+ and A- and takes A off B_x."""
    return Moments(right.a_minus, right.a_plus, right.b_x - right.alpha, right.b_y_over_sin)


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
    leak = _checks.finite("leak", leak)
    _checks.number("leak", leak, "a finite number >= 0", leak >= 0.0)
    clip = _checks.positive("clip", clip)

    def closed(rho: np.ndarray, cos: np.ndarray, sin: np.ndarray) -> Moments:
        right = clipped_relu_moments(rho / clip, cos, sin)
        if leak == 0.0:
            return right
        return right + mirrored(clipped_relu_moments(rho / leak, cos, sin))

    return Estimator(
        f"window({leak:g}, {clip:g})",
        lambda x: ((x > -leak) & (x < clip)).astype(float),
        (-leak, 0.0, clip),
        closed,
        window_bounds(-leak, clip),
    )
