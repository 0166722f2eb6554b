"""What a proxy leaves over where the loss has nothing to give: the test of one-sidedness."""

from dataclasses import dataclass

import numpy as np

from ste import _checks
from ste.estimators import Estimator
from ste.landscape import critical_points
from ste.model import Teacher

#: Lengths of w at which A- is looked at: windows far from 0 and near it.
_LENGTHS = np.array([0.01, 0.1, 1.0, 10.0])
#: A- below this share of A+ is rounding.
_NOTHING = 1e-12
#: Where the sign of mu' is looked at: evenly, and beside 0 ever closer, on both sides.
_PLACES = np.concatenate([np.linspace(0.0, 8.0, 801), np.geomspace(1e-9, 8.0, 200)])


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

    ``one_sided``: nothing is left over at any critical point, at any |w| looked at.
    ``non_negative``: no negative value on a grid. ``correlates``: then never a negative inner
    product with the true gradient. ``a_minus``: A- at |w| = 1.
    """

    one_sided: bool
    non_negative: bool
    a_minus: float

    @property
    def correlates(self) -> bool:
        """Whether the inner product with the true gradient is known to be never negative."""
        return self.non_negative

    def __str__(self) -> str:
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
        If the quadrature does not settle.

    Notes
    -----
    Our own result. It is looked at for |w| from 0.01 to 10 and to twelve digits: a verdict in
    numbers, not a proof about a formula. The sign is looked at on a grid.

    Examples
    --------
    >>> from ste import RELU, leaky_relu
    >>> print(one_sided(RELU))
    passes: nothing is left over at any critical point
    >>> print(one_sided(leaky_relu(0.1)))
    fails: A- = 0.03989 at |w| = 1 is left over at saddles and traps
    """
    _checks.instance("estimator", estimator, Estimator)
    size = Estimator("size", lambda x: np.abs(estimator.evaluate(x)), estimator.breakpoints)
    moments = size.moments(_LENGTHS, np.pi)
    values = estimator.evaluate(np.concatenate([-_PLACES, _PLACES]))
    return Criterion(
        bool(np.all(moments.a_minus <= _NOTHING * moments.a_plus)),
        bool(np.all(values >= 0.0)),
        float(estimator.moments(1.0, np.pi).a_minus),
    )
