"""The limit cycle of two-sided estimators near a spurious minimum."""

import math
from dataclasses import dataclass

import numpy as np

from ste import _checks
from ste.estimators import IDENTITY, Estimator
from ste.model import Teacher


@dataclass(frozen=True)
class LimitCycle:
    """What the theory predicts for small learning rates.

    ``ratio`` r = s^2 / ((m + 1) N), ``threshold`` r*(m, kappa), ``exists`` whether one turn of a
    cycle can be in balance, ``period`` its period in steps (None where there is none), ``stable``
    whether the averaged motion returns to it, ``kappa`` = 2 mu'(0-)/(mu'(0-) + mu'(0+)).
    """

    ratio: float
    threshold: float
    exists: bool
    period: float | None
    stable: bool = True
    kappa: float = 1.0


#: Distances from 0 at which a one-sided limit is read off, in units of the nearest breakpoint.
_NEAR = np.array([1e-8, 1e-10, 1e-12])


def one_sided_limits(estimator: Estimator) -> tuple[float, float]:
    """The limits mu'(0-) and mu'(0+), read off close to 0.

    Parameters
    ----------
    estimator : Estimator
        Its breakpoints should be declared: the limits are read off nearer to 0 than the nearest.

    Returns
    -------
    left, right : float

    Raises
    ------
    ValueError
        If mu' has not settled on one of the two sides.

    Examples
    --------
    >>> from ste.estimators import leaky_relu
    >>> one_sided_limits(leaky_relu(0.2))
    (0.2, 1.0)
    """
    _checks.instance("estimator", estimator, Estimator)
    reach = min([1.0, *(abs(b) for b in estimator.breakpoints if b != 0.0)])
    scale = np.abs(estimator.evaluate(np.linspace(-4.0, 4.0, 82))).max()

    def limit(sign: float) -> float:
        slopes = estimator.evaluate(sign * reach * _NEAR)
        size = max(scale, np.abs(slopes).max())
        if np.ptp(slopes) > 1e-3 * size:
            side = "above" if sign > 0 else "below"
            raise ValueError(
                f"derivative of {estimator.name!r}: expected a limit at 0 from {side}, got "
                f"{slopes.tolist()} at {(sign * reach * _NEAR).tolist()}"
            )
        # what still shrinks there, such as sqrt(|x|), is on its way to 0
        fades = abs(slopes[2]) < 1e-5 * size and abs(slopes[2]) < 0.5 * abs(slopes[0])
        return 0.0 if fades else float(slopes[2])

    return limit(-1.0), limit(1.0)


def limit_cycle(teacher: Teacher, estimator: Estimator = IDENTITY) -> LimitCycle:
    """Relaxation oscillation of coarse gradient descent around the spurious minimizer.

    With r = s^2/((m + 1) N), M = m/(m + 1) and kappa = 2 mu'(0-)/(mu'(0-) + mu'(0+)), the mean
    direction a in one cycle solves
    ``(1 - (1 + kappa (1 - M)) r) a^2 + (1 - kappa M r) a + r = 0`` (the root nearer -1) and the
    period is ``T = 2/(1 + a)`` steps. For m > 1 and kappa > 0 both roots are real, and the cycle
    exists, for ``0 < r < r* = 1/(2 + kappa M + 2 sqrt(kappa (2 M - 1)))``.

    Parameters
    ----------
    teacher : Teacher
    estimator : Estimator
        Only its one-sided limits at 0 count. For identity, and for every proxy that is continuous
        and not zero at 0, kappa = 1; for leaky ReLU(lambda) it is 2 lambda/(1 + lambda).

    Returns
    -------
    LimitCycle
        Without a cycle where mu'(0-) = 0: such a proxy has nothing that drives w into the origin.

    Raises
    ------
    ValueError
        If mu' has no limit on one side of 0, a negative one, or the limit 0 on both sides. The
        theory covers none of these.

    Notes
    -----
    Our own result, in the limit of a small learning rate and for starts near the spurious
    minimizer. ``stable`` is the sign of the trace of the linearised averaged motion; below
    kappa of about 0.2 the cycle can lose its stability before it ceases to exist. An s that is
    zero up to the rounding of its terms counts as zero.

    Examples
    --------
    >>> cycle = limit_cycle(Teacher(v=[1.0, -0.5, 0.8, 0.3], w=[1.0, 0.0]))
    >>> round(cycle.ratio, 3), round(cycle.threshold, 4), cycle.exists
    (0.259, 0.2299, False)
    >>> from ste.estimators import leaky_relu
    >>> cycle = limit_cycle(Teacher([1.0, -0.5, 0.8, 0.3], [1.0, 0.0]), leaky_relu(0.2))
    >>> round(cycle.threshold, 4), cycle.exists, round(cycle.period, 2)
    (0.3163, True, 16.64)
    """
    _checks.instance("teacher", teacher, Teacher)
    left, right = one_sided_limits(estimator)
    if left < 0.0 or right < 0.0 or left + right == 0.0:
        raise ValueError(
            f"estimator: expected limits at 0 that are >= 0 and not both 0, got {left:g} from "
            f"below and {right:g} from above for {estimator.name!r}"
        )
    kappa = 2.0 * left / (left + right)
    m = teacher.m
    noise = 2.0 * np.finfo(float).eps * math.fsum(abs(teacher.v))
    s = 0.0 if abs(teacher.s) <= noise else teacher.s
    r = s**2 / ((m + 1) * teacher.N)
    M = m / (m + 1)
    threshold = 1.0 / (2.0 + kappa * M + 2.0 * math.sqrt(kappa * (2.0 * M - 1.0)))
    if m == 1 or kappa == 0.0 or not 0.0 < r < threshold:
        return LimitCycle(r, threshold, False, None, False, kappa)
    # The equation in b = 1 + a, solved for 1/b: as r -> 0 the root a -> -1 would lose its digits.
    linear = 1 - (2 + 2 * kappa - 3 * kappa * M) * r
    constant = kappa * (2 * M - 1) * r
    quadratic = 1 - (1 + kappa * (1 - M)) * r
    root = math.sqrt(max(linear**2 - 4 * quadratic * constant, 0.0))
    period = (linear + root) / constant
    stable = averaged_trace(m, r, kappa, 2.0 / period - 1.0) > 0.0
    return LimitCycle(r, threshold, True, period, stable, kappa)


def averaged_trace(m: float, r: float, kappa: float, a: float) -> float:
    """Trace of the decay of v towards the cycle, in units of 1/4; the cycle repels below 0.

    ``m + 2 - [1 - 2 a d - a (1 - kappa)(2 s_v s - s^2)] a/d`` with |v*| = 1, d and s_v at v(a).

    Averaged over a turn, v moves as ``dv/dt = -(1/4)[(I + 11^T) v - a(v) v* - s 1]`` with
    ``a(v) = d/(|v|^2 + (1 - kappa)(s_v^2 - s_v s))``. Its linearisation acts in the plane of v*
    and 1, with this trace; across that plane v decays at the rate 1/4.

    Notes
    -----
    Our own result.

    Examples
    --------
    >>> averaged_trace(4, 0.1, 1.0, 2 / 25.72 - 1) > 0
    True
    """
    s_square = r * (m + 1)
    s_v_s = s_square * (a + (1 - a) * m / (m + 1))
    d = a + (1 - a) * r
    pull = 1 - 2 * a * d - a * (1 - kappa) * (2 * s_v_s - s_square)
    return m + 2 - pull * a / d
