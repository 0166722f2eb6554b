"""What a proxy leaves over where the loss has nothing to give: the test of one-sidedness."""

import math
from dataclasses import dataclass

import numpy as np

from ste import _checks
from ste._boxes import REACH, Bounds, Boxes, boxes, narrow_edges
from ste.estimators import Estimator
from ste.landscape import critical_points
from ste.model import Teacher
from ste.moments import Moments

#: Steps between places at which a proxy without bounds is looked at, over the distance from 0.
_STEP = 1e-3
#: The nearest of them to 0.
_NEAREST = 1e-9
#: How far beside its breakpoints it is looked at, over their distance from 0.
_BESIDE = 1e-6
#: A- below this share of E[|X mu'(rho X)|] is rounding.
_NOTHING = 1e-12


@dataclass(frozen=True)
class Residuals:
    """|E[g]| at the saddles and at the spurious minimizers; None where there are none."""

    saddle: float | None
    spurious: float | None


@_checks.in_doubles
def residuals(teacher: Teacher, estimator: Estimator, rho: float = 1.0) -> Residuals:
    """Length of the expected coarse gradient where the true gradient vanishes.

    ``|v|^2 |A-|`` at a saddle and ``[2 (m - 1) s^2/(m + 1)^2] |A-|`` at a spurious minimizer, with
    A- = E[|X| mu'(rho X); X < 0]. At a global minimizer it is 0 for every proxy.

    Parameters
    ----------
    teacher : Teacher
    estimator : Estimator
    rho : float
        |w| > 0. The critical points are the same at every length of w; A- need not be.

    Returns
    -------
    Residuals

    Raises
    ------
    ValueError
        If rho is not a finite number > 0, or the quadrature does not settle.

    Notes
    -----
    For identity at spurious minimizers the paper has this number. The formula for any proxy and
    for saddles is our own result.

    Examples
    --------
    >>> from ste import IDENTITY, RELU
    >>> teacher = Teacher(v=[1.0, -0.5, 0.8, 0.3], w=[1.0, 0.0])
    >>> round(residuals(teacher, IDENTITY).spurious, 4), residuals(teacher, RELU).spurious
    (0.2451, 0.0)
    """
    _checks.instance("teacher", teacher, Teacher)
    _checks.instance("estimator", estimator, Estimator)
    rho = _checks.positive("rho", rho)
    points = critical_points(teacher)
    a_minus, m = abs(estimator.moments(rho, np.pi).a_minus), teacher.m
    saddle, spurious = points.saddle, points.spurious
    return Residuals(
        None if saddle is None else float(saddle.v @ saddle.v * a_minus),
        None if spurious is None else float(2 * (m - 1) * teacher.s**2 / (m + 1) ** 2 * a_minus),
    )


@dataclass(frozen=True)
class Criterion:
    """What the criterion says of a proxy.

    ``one_sided``: whether nothing is left over at any critical point, at any |w| from 0.01 to 10;
    None where that is not decided. ``non_negative``: whether mu' is nowhere negative; None where
    that is not decided. ``a_minus``: A- at |w| = 1. ``floor``: nothing is known of what is narrower
    than so much of its distance from 0; 0 where the proxy knows its bounds. Where there is a floor,
    None says that nothing was seen down to it.
    """

    one_sided: bool | None
    non_negative: bool | None
    a_minus: float
    floor: float = 0.0

    @property
    def correlates(self) -> bool:
        """Whether the inner product with the true gradient is known to be never negative."""
        return bool(self.non_negative)

    def __str__(self) -> str:
        if self.one_sided is None and self.floor:
            seen = f"as far as steps of {self.floor:g} |x| tell, nothing is left over"
            return f"not decided: {seen}; bounds of mu' would decide it"
        if self.one_sided is None:
            return "not decided: the bounds of mu' on x < 0 are too wide to tell"
        if self.one_sided:
            return "passes: nothing is left over at any critical point"
        return f"fails: A- = {self.a_minus:.4g} at |w| = 1 is left over at saddles and traps"


@_checks.in_doubles
def one_sided(estimator: Estimator) -> Criterion:
    """Whether the expected coarse gradient of a proxy vanishes at all critical points.

    It does, for teachers with 0 < s^2 < ((m + 1)/2) N, if and only if mu' = 0 almost everywhere on
    x < 0, that is A- = 0 at every |w|.

    Parameters
    ----------
    estimator : Estimator

    Returns
    -------
    Criterion

    Raises
    ------
    ValueError
        If the derivative is not finite somewhere.

    Notes
    -----
    Our own result. A- is looked at for |w| from 0.01 to 10 and counts as zero below a share of
    1e-12 of E[|X mu'(rho X)|]. A proxy that knows its bounds on intervals, as those of the package
    and typed formulas do, passes only where the bounds prove that, however narrow its parts are;
    where they are too wide for either answer, it is not decided. Of any other function nothing is
    known between the places at which it is looked at, at steps of a thousandth of the distance from
    0 and beside its breakpoints: what is seen there can fail it, and nothing can let it pass.

    Examples
    --------
    >>> from ste import RELU, Estimator, leaky_relu
    >>> print(one_sided(RELU))
    passes: nothing is left over at any critical point
    >>> print(one_sided(leaky_relu(0.1)))
    fails: A- = 0.03989 at |w| = 1 is left over at saddles and traps
    >>> print(one_sided(Estimator("ramp", lambda x: np.maximum(x, 0.0))))
    not decided: as far as steps of 0.001 |x| tell, nothing is left over; bounds of mu' would \
decide it
    """
    _checks.instance("estimator", estimator, Estimator)
    if estimator.bounds is not None:
        return _by_bounds(estimator, estimator.bounds)
    return _by_looking(estimator)


def _by_bounds(estimator: Estimator, bounds: Bounds) -> Criterion:
    parts = boxes(bounds)
    left = parts.high <= 0.0
    at_least, at_most = parts.at_least, parts.at_most
    negative = np.where(parts.least < 0.0, at_most, 0.0)
    whole, all_of_it = _total(at_least), _total(at_most)
    nothing_left = np.all(_total(at_most[:, left]) <= _NOTHING * whole)
    something_left = np.any(_total(at_least[:, left]) > _NOTHING * all_of_it)
    never = np.all(_total(negative) <= _NOTHING * whole)
    somewhere = np.any((parts.most < 0.0) & (at_least > _NOTHING * whole[:, None]))
    moments = _moments(estimator, parts)
    return Criterion(
        _decided(nothing_left, something_left or _on_the_left(moments)),
        _decided(never, somewhere),
        float(moments.a_minus),
    )


def _by_looking(estimator: Estimator) -> Criterion:
    ends = np.geomspace(_NEAREST, REACH, math.ceil(math.log(REACH / _NEAREST) / _STEP))
    beside = np.multiply.outer(estimator.breakpoints, [1.0 - _BESIDE, 1.0 + _BESIDE]).ravel()
    x = np.unique(np.concatenate([-ends, ends, beside]))
    x = x[x != 0.0]  # what mu' is at one point counts for nothing
    slope = estimator.evaluate_at(x)
    here, there = slope[:-1], slope[1:]
    parts = Boxes(x[:-1], x[1:], np.minimum(here, there), np.maximum(here, there))
    seen = parts.at_most
    nothing_left = np.all(_total(seen[:, parts.high <= 0.0]) <= _NOTHING * _total(seen))
    moments = _moments(estimator, parts)
    return Criterion(
        _decided(False, not nothing_left or _on_the_left(moments)),
        _decided(False, slope.min() < 0.0),
        float(moments.a_minus),
        _STEP,
    )


def _moments(estimator: Estimator, parts: Boxes) -> Moments:
    """Those at |w| = 1 and theta = pi, with the breakpoints that the boxes show."""
    points = (*estimator.breakpoints, *narrow_edges(parts, estimator.breakpoints))
    resolved = Estimator(estimator.name, estimator.derivative, points, estimator.closed_form)
    return resolved.moments(1.0, np.pi)


def _on_the_left(moments: Moments) -> bool:
    """Whether quadrature finds something on the left."""
    a_plus, a_minus = np.abs(moments.a_plus), np.abs(moments.a_minus)
    return bool(a_minus > _NOTHING * a_plus)


def _total(shares: np.ndarray) -> np.ndarray:
    """The sum over boxes, one for each length."""
    return np.sum(shares, axis=1)


def _decided(yes: bool | np.bool_, no: bool | np.bool_) -> bool | None:
    return True if yes else False if no else None
