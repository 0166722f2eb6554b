"""Straight-through estimators: the made-up derivative mu' that stands in for sigma'."""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial

import numpy as np
from numpy.typing import ArrayLike

from ste import _checks
from ste._boxes import Bounds
from ste._quadrature import primitive
from ste.moments import (
    Moments,
    clipped_relu_moments,
    identity_moments,
    quadrature_moments,
    relu_moments,
)


@dataclass(frozen=True)
class Estimator:
    """A proxy derivative mu'.

    Parameters
    ----------
    name : str
        What to call it.
    derivative : callable
        mu', vectorised: an array in, an array of the same shape out.
    breakpoints : sequence of float
        Where mu' is not smooth, and the ends of narrow parts. Quadrature splits there and sees
        nothing for certain that is narrower than a twentieth of its distance from 0.
    closed_form : callable, optional
        ``closed_form(rho, cos, sin) -> Moments``, with the cosine and the sine of theta; without
        it the moments come from quadrature.
    bounds : callable, optional
        ``bounds(low, high)``: two arrays, between which mu' lies almost everywhere on each of the
        intervals (low, high). With them `one_sided` is sure of what it says.

    Raises
    ------
    ValueError
        If the name is empty, `derivative`, `closed_form` or `bounds` cannot be called or a
        breakpoint is not finite.

    Notes
    -----
    Moments are linear in mu', so estimators can be added and scaled; a closed form survives when
    all parts have one.

    Examples
    --------
    >>> bump = Estimator("bump", lambda x: np.exp(-x**2))
    >>> bump.evaluate([0.0])
    array([1.])
    >>> (0.5 * IDENTITY + 0.5 * RELU).evaluate([-1.0, 1.0])
    array([0.5, 1. ])
    """

    name: str
    derivative: Callable[[np.ndarray], np.ndarray]
    breakpoints: tuple[float, ...] = ()
    closed_form: Callable[[np.ndarray, np.ndarray, np.ndarray], Moments] | None = field(
        default=None, repr=False
    )
    bounds: Bounds | None = field(default=None, repr=False)

    def __post_init__(self) -> None:
        if not isinstance(self.name, str) or not self.name:
            raise ValueError(f"name: expected a non-empty string, got {self.name!r}")
        _checks.function("derivative", self.derivative)
        for part in ("closed_form", "bounds"):
            if getattr(self, part) is not None:
                _checks.function(part, getattr(self, part))
        points = _checks.finite_array("breakpoints", self.breakpoints)
        object.__setattr__(self, "breakpoints", tuple(sorted({float(b) for b in points.ravel()})))

    def evaluate(self, x: ArrayLike) -> np.ndarray:
        """mu'(x), checked: the shape of `x`, and no NaN or infinity.

        Raises
        ------
        ValueError
            If an entry of `x` is not finite, or the derivative returns another shape or a value
            that is not finite.

        Examples
        --------
        >>> IDENTITY.evaluate([-1.0, 2.0])
        array([1., 1.])
        """
        return self.evaluate_at(_checks.finite_array("x", x))

    def evaluate_at(self, x: np.ndarray) -> np.ndarray:
        """`evaluate` without the check of x, for callers that computed it themselves."""
        with np.errstate(all="ignore"):  # where it is not finite is said below
            slope = _checks.returned(f"derivative of {self.name!r}", self.derivative(x), x.shape)
        if not np.all(np.isfinite(slope)):
            bad = x[~np.isfinite(slope)].ravel()[0]
            raise ValueError(
                f"derivative of {self.name!r}: expected finite values, got NaN or infinity at {bad}"
            )
        return slope

    @_checks.in_doubles
    def proxy(self, x: ArrayLike) -> np.ndarray:
        """mu(x) - mu(0): the integral of mu' from 0 to x.

        The activation that would have mu' as its true derivative, up to a constant. The
        straight-through estimator never evaluates it; it is there to be looked at.

        Parameters
        ----------
        x : array_like, shape (...)

        Returns
        -------
        ndarray, shape (...)

        Raises
        ------
        ValueError
            If an entry of `x` is not finite, the derivative returns another shape or a value that
            is not finite, or the quadrature does not settle.

        Notes
        -----
        By quadrature, to some 12 digits; panels end at the breakpoints.

        Examples
        --------
        >>> CLIPPED_RELU.proxy([-1.0, 0.25, 3.0])
        array([0.  , 0.25, 1.  ])
        >>> IDENTITY.proxy(-2.0)
        array(-2.)
        """
        return primitive(self.evaluate_at, self.breakpoints, _checks.finite_array("x", x))

    @_checks.in_doubles
    def moments(self, rho: ArrayLike, theta: ArrayLike) -> Moments:
        """The one-dimensional moments of mu' at |w| = rho and angle theta.

        Parameters
        ----------
        rho : array_like, shape (...)
            Length of the filter, > 0.
        theta : array_like, shape (...)
            Angle between w and w* in radians, in [0, pi].

        Returns
        -------
        Moments

        Raises
        ------
        ValueError
            If rho or theta is out of range, or the quadrature does not settle.

        Notes
        -----
        Closed forms are right to a few units in the last place, at every length and angle.
        Quadrature settles to 1e-13 of ``E[|X mu'(rho X)|]`` where mu' is smooth between its
        breakpoints, or says that it does not reach 1e-10.

        Examples
        --------
        >>> RELU.moments(2.0, [0.0, np.pi]).b_x.round(4)
        array([0.3989, 0.    ])
        """
        rho = _checks.positives("rho", rho)
        theta = _checks.angles("theta", theta)
        _checks.broadcastable(rho=rho.shape, theta=theta.shape)
        return self.moments_at(rho, np.cos(theta), np.sin(theta))

    def moments_at(self, rho: np.ndarray, cos: np.ndarray, sin: np.ndarray) -> Moments:
        """`moments` without the checks, for callers that know cosine and sine of theta."""
        shape = np.broadcast_shapes(np.shape(rho), np.shape(cos), np.shape(sin))
        return self.moments_of(rho, cos, sin).filled(shape)

    def moments_of(self, rho: np.ndarray, cos: np.ndarray, sin: np.ndarray) -> Moments:
        """`moments_at`, in which what is the same at each rho and theta may be one number."""
        if self.closed_form is not None:
            return self.closed_form(rho, cos, sin)
        return quadrature_moments(self.evaluate_at, self.breakpoints, rho, cos, sin)

    def renamed(self, name: str) -> "Estimator":
        """The same estimator under another name."""
        return Estimator(name, self.derivative, self.breakpoints, self.closed_form, self.bounds)

    def __add__(self, other: "Estimator") -> "Estimator":
        if not isinstance(other, Estimator):
            return NotImplemented
        closed = bounds = None
        if self.closed_form is not None and other.closed_form is not None:
            first, second = self.closed_form, other.closed_form

            def closed(rho: np.ndarray, cos: np.ndarray, sin: np.ndarray) -> Moments:
                return first(rho, cos, sin) + second(rho, cos, sin)

        if self.bounds is not None and other.bounds is not None:
            mine, others = self.bounds, other.bounds

            def bounds(low: np.ndarray, high: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
                (a, b), (c, d) = mine(low, high), others(low, high)
                return a + c, b + d

        return Estimator(
            f"{self.name} + {other.name}",
            lambda x: self.derivative(x) + other.derivative(x),
            self.breakpoints + other.breakpoints,
            closed,
            bounds,
        )

    def __rmul__(self, factor: float) -> "Estimator":
        factor = _checks.finite("factor", factor)
        closed = bounds = None
        if self.closed_form is not None:
            form = self.closed_form

            def closed(rho: np.ndarray, cos: np.ndarray, sin: np.ndarray) -> Moments:
                return factor * form(rho, cos, sin)

        if self.bounds is not None:
            inner = self.bounds

            def bounds(low: np.ndarray, high: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
                least, most = inner(low, high)
                return (
                    (factor * least, factor * most)
                    if factor > 0.0
                    else (factor * most, factor * least)
                )

        return Estimator(
            f"{factor:g} {self.name}",
            lambda x: factor * self.derivative(x),
            self.breakpoints,
            closed,
            bounds,
        )


def window_bounds(start: float, end: float) -> Bounds:
    """The bounds of a window, ``1{start < x < end}``.

    Parameters
    ----------
    start, end : float
        They may be infinite.

    Raises
    ------
    ValueError
        If an end is no number.

    Examples
    --------
    >>> window_bounds(0.0, 1.0)(np.array([-1.0, 0.0, 0.5]), np.array([0.0, 1.0, 2.0]))
    (array([0., 1., 0.]), array([0., 1., 1.]))
    """
    return partial(_bounds_of_a_window, _checks.end("start", start), _checks.end("end", end))


# Functions that have a name, where one without would do, since only those can be pickled.
def _bounds_of_a_window(
    start: float, end: float, low: np.ndarray, high: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    return (
        ((low >= start) & (high <= end)).astype(float),
        ((high > start) & (low < end)).astype(float),
    )


def _relu_slope(x: np.ndarray) -> np.ndarray:
    return (x > 0.0).astype(float)


def _clipped_slope(clip: float, x: np.ndarray) -> np.ndarray:
    return ((x > 0.0) & (x < clip)).astype(float)


def _clipped_moments(clip: float, rho: np.ndarray, cos: np.ndarray, sin: np.ndarray) -> Moments:
    # sigma and the plane see x / clip only: a longer clip is a shorter filter
    return clipped_relu_moments(rho / clip, cos, sin)


def clipped_relu(clip: float = 1.0) -> Estimator:
    """Derivative of the clipped ReLU: mu'(x) = 1 for 0 < x < clip, else 0.

    Parameters
    ----------
    clip : float
        Where the proxy ends, > 0. The paper's choice is 1.

    Raises
    ------
    ValueError
        If `clip` is not a finite number > 0.

    Examples
    --------
    >>> clipped_relu(2.0).evaluate([-1.0, 1.0, 3.0])
    array([0., 1., 0.])
    """
    clip = _checks.positive("clip", clip)
    return Estimator(
        "clipped_relu" if clip == 1.0 else f"clipped_relu({clip:g})",
        partial(_clipped_slope, clip),
        (0.0, clip),
        partial(_clipped_moments, clip),
        window_bounds(0.0, clip),
    )


#: The original straight-through estimator, mu' = 1.
IDENTITY = Estimator("identity", np.ones_like, (), identity_moments, window_bounds(-np.inf, np.inf))

#: The derivative of the ReLU, 1 for x > 0 and else 0.
RELU = Estimator(
    "relu",
    _relu_slope,
    (0.0,),
    relu_moments,
    window_bounds(0.0, np.inf),
)

#: The derivative of the ReLU clipped at 1, 1 for 0 < x < 1 and else 0.
CLIPPED_RELU = clipped_relu()


def leaky_relu(slope: float) -> Estimator:
    """Derivative of the leaky ReLU: mu'(x) = 1 for x > 0, else `slope`.

    A mixture, ``slope * IDENTITY + (1 - slope) * RELU``, so it keeps a closed form.

    Parameters
    ----------
    slope : float
        mu' on the negative side, finite. 0 is ReLU, 1 is identity.

    Raises
    ------
    ValueError
        If `slope` is not finite.

    Examples
    --------
    >>> leaky_relu(0.1).evaluate([-1.0, 1.0])
    array([0.1, 1. ])
    """
    slope = _checks.finite("slope", slope)
    return (slope * IDENTITY + (1.0 - slope) * RELU).renamed(f"leaky_relu({slope:g})")


#: The paper's three.
PAPER = (IDENTITY, RELU, CLIPPED_RELU)
