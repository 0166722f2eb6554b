"""Networks whose units fire at random, and the estimators of Bengio, Leonard and Courville (2013).

A unit fires if ``a + tau xi > 0``, with a = Z_j.w, a temperature tau > 0 and noise xi of a
symmetric density: with probability ``p(a) = cdf(a/tau)``. Noise of a logistic density makes it the
sigmoid unit of that paper. Sample estimators take the noise as an argument, so they are functions.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from ste import _checks
from ste._normal import erf, normal_cdf, normal_pdf
from ste._quadrature import NORMAL_END, graded, nodes
from ste.beyond.paper import Paper, Slopes
from ste.beyond.setting import Overlap
from ste.estimators import Estimator
from ste.gradients import RowMoments
from ste.model import Pass, sigma
from ste.plane import Plane
from ste.zoo.elsewhere import SIGMOID


@dataclass(frozen=True)
class Noise:
    """A symmetric density on the line.

    Parameters
    ----------
    name : str
    cdf, density : callable
        Distribution function and density, vectorised.
    score : callable
        ``-d log(density)/dx``, vectorised.
    draw : callable
        ``draw(rng, shape)``: an array of independent numbers.
    log_slope : callable, optional
        ``density/cdf``, if it is known also where both are below all doubles.

    Raises
    ------
    ValueError
        If the name is no string or one of the others cannot be called.
    """

    name: str
    cdf: Callable[[np.ndarray], np.ndarray]
    density: Callable[[np.ndarray], np.ndarray]
    score: Callable[[np.ndarray], np.ndarray]
    draw: Callable[[np.random.Generator, tuple[int, ...]], np.ndarray]
    log_slope: Callable[[np.ndarray], np.ndarray] | None = None

    def __post_init__(self) -> None:
        _checks.instance("name", self.name, str)
        for name in ("cdf", "density", "score", "draw"):
            _checks.function(name, getattr(self, name))
        if self.log_slope is not None:
            _checks.function("log_slope", self.log_slope)

    def slope_of_log(self, x: np.ndarray) -> np.ndarray:
        """The derivative of log(cdf), ``density/cdf``."""
        return self.density(x) / self.cdf(x) if self.log_slope is None else self.log_slope(x)


def _logistic_cdf(x: np.ndarray) -> np.ndarray:
    e = np.exp(-np.abs(np.asarray(x, dtype=float)))
    return np.where(np.asarray(x) < 0.0, e, 1.0) / (1.0 + e)


def _normal_log_slope(x: np.ndarray) -> np.ndarray:
    """phi/Phi; beyond 36 by the asymptotic series of Mills' ratio, which has 14 digits there."""
    near, t = np.maximum(x, -36.0), np.maximum(-np.asarray(x, dtype=float), 36.0)
    ratio = np.polyval([10395.0, -945.0, 105.0, -15.0, 3.0, -1.0, 1.0], np.square(1.0 / t))
    return np.where(x < -36.0, t / ratio, normal_pdf(near) / normal_cdf(near))


#: Makes p the sigmoid, as in the stochastic binary neuron of Bengio et al.
LOGISTIC = Noise(
    "logistic",
    _logistic_cdf,
    SIGMOID.derivative,
    lambda x: np.tanh(0.5 * x),
    lambda rng, shape: rng.logistic(size=shape),
    lambda x: _logistic_cdf(-x),
)

#: Makes p the normal distribution function; its loss has a closed form.
GAUSSIAN = Noise(
    "gaussian",
    normal_cdf,
    normal_pdf,
    lambda x: x,
    lambda rng, shape: rng.standard_normal(shape),
    _normal_log_slope,
)


def drawn_for(sample: Pass, name: str, value: ArrayLike) -> np.ndarray:
    """Numbers drawn for the units of samples, shape (..., m), checked."""
    drawn = _checks.vectors(name, value, sample.pre.shape[-1])
    shapes = {"v": sample.v.shape[:-1], "Z": sample.pre.shape[:-1], name: drawn.shape[:-1]}
    _checks.broadcastable(**shapes)
    return drawn


def firing_slope(noise: Noise, tau: float) -> Estimator:
    """The derivative of the probability to fire, as a proxy: ``p'(a) = density(a/tau)/tau``.

    Raises
    ------
    ValueError
        If `noise` is not a Noise or tau is not above zero.

    Examples
    --------
    >>> firing_slope(LOGISTIC, 0.5).evaluate([0.0])
    array([0.5])
    """
    _checks.instance("noise", noise, Noise)
    tau = _checks.positive("tau", tau)
    return Estimator(f"{noise.name}({tau:g})", lambda a: noise.density(a / tau) / tau)


#: Nodes and weights of the half line, panels halving towards 0.
_X, _WEIGHT = nodes(graded(NORMAL_END, 50), 20)


@dataclass(frozen=True, eq=False)
class RandomUnits(Paper):
    """The paper's world with units of the student that fire at random.

    The loss is the population loss at the angle that the noise leaves, ``f = (1/8) [|v - v*|^2 +
    (s_v - s)^2] + (theta_tau/(2 pi)) v.v*``, and ``df/dw = -v.v* (B_x u + B_y e)`` with the moments
    (`ste.moments`) of the proxy p'. Straight-through has the mean ``E[g] = [|v|^2 E[X mu'(rho X)
    p(rho X)] + (s_v^2 - |v|^2) A/2 - d B_x - (s_v s - d) A/2] u - d B_y e``: that of the
    hard network, but for the first moment, which was A+ there.

    Parameters
    ----------
    teacher : Teacher
    noise : Noise
    tau : float
        Temperature, > 0.

    Raises
    ------
    ValueError
        If `teacher` is not a Teacher, `noise` not a Noise or tau not above zero.

    Notes
    -----
    Our own result. Of the proxies, `slope` is the sigmoid's derivative; ``ste.IDENTITY`` leaves it
    out.

    Examples
    --------
    >>> from ste import IDENTITY, Teacher
    >>> world = RandomUnits(Teacher(v=[1.0, 2.0], w=[1.0, 0.0]), GAUSSIAN, 4.0)
    >>> coarse = world.coarse_gradient([2.0, 1.0], [0.0, 3.0], IDENTITY)[1]
    >>> np.round(coarse * np.sqrt(2 * np.pi), 12)
    array([-4.,  3.])
    >>> cold = RandomUnits(Teacher(v=[1.0, 1.0], w=[1.0, 0.0]), GAUSSIAN, 1e-3)
    >>> np.allclose(cold.gradient([1.0, 1.0], [0.0, 2.0])[1], [-1 / (2 * np.pi), 0.0], atol=1e-6)
    True
    """

    noise: Noise
    tau: float

    def __post_init__(self) -> None:
        super().__post_init__()
        _checks.instance("noise", self.noise, Noise)
        object.__setattr__(self, "tau", _checks.positive("tau", self.tau))

    @property
    def slope(self) -> Estimator:
        """p', see `firing_slope`."""
        return firing_slope(self.noise, self.tau)

    @_checks.in_doubles
    def angle(self, w: ArrayLike) -> np.ndarray:
        """The angle that the noise leaves: pi times P(the unit and the teacher's bit differ).

        ``theta_tau = theta + 2 pi int_0^inf phi(x) p(-rho x) erf(x cot(theta)/sqrt2) dx``.

        Parameters
        ----------
        w : array_like, shape (..., n)

        Returns
        -------
        ndarray, shape (...)
            Radians.

        Raises
        ------
        ValueError
            If the shape does not fit, an entry is not finite or w = 0.

        Notes
        -----
        Our own result. For Gaussian noise ``cos(theta_tau) = rho cos(theta)/sqrt(rho^2 + tau^2)``.

        Examples
        --------
        >>> from ste import Teacher
        >>> world = RandomUnits(Teacher(v=[1.0, 1.0], w=[1.0, 0.0]), GAUSSIAN, 4.0)
        >>> round(float(np.cos(world.angle([3.0, 0.0]))), 12)
        0.6
        """
        return self._angle(self._place(self._checked(self.v_star, w)[1]))

    def _angle(self, place: Plane) -> np.ndarray:
        sin = np.maximum(place.sin, 1e-280)[..., None]
        tilt = erf(_X * (place.cos[..., None] / sin) / math.sqrt(2.0))
        silent = self.noise.cdf(-place.norm[..., None] * _X / self.tau)
        return place.theta + 2.0 * np.pi * ((silent * tilt) @ (normal_pdf(_X) * _WEIGHT))

    def _bits(self, pre: np.ndarray, rng: np.random.Generator) -> np.ndarray:
        return sigma(pre + self.tau * self.noise.draw(rng, pre.shape))

    def _overlap(self, place: Plane) -> Overlap:
        return Overlap(self._angle(place)[..., None] / (2.0 * np.pi))

    def _slopes(self, place: Plane) -> Slopes:
        moments = self.slope.moments_at(place.norm, place.cos, place.sin)
        return Slopes(place.norm * place.sin * moments.b_y_over_sin, gap_rho=-moments.b_x)

    def _moments(self, place: Plane, estimator: Estimator) -> RowMoments:
        def passed(a: np.ndarray) -> np.ndarray:
            return estimator.evaluate_at(a) * self.noise.cdf(a / self.tau)

        same = product_moment(passed, estimator, place.norm)
        return super()._moments(place, estimator)._replace(same=same)


def product_moment(
    passed: Callable[[np.ndarray], np.ndarray], estimator: Estimator, rho: np.ndarray
) -> np.ndarray:
    """``E[X passed(rho X)]``; `passed` jumps where the estimator does."""
    product = Estimator("product", passed, estimator.breakpoints)
    return product.moments_at(rho, np.zeros(rho.shape), np.ones(rho.shape)).alpha
