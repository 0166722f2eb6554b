"""A proxy as a reader's answer.

What belongs here: how the checks of several chapters read an answer that `stebook.checks`, which
knows no mathematics, cannot. What never does: what is right.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any

import numpy as np

from ste._boxes import Bounds
from ste.estimators import Estimator
from stebook.checks import Unreadable, Verdict, call, given, numbers, pair, replies, shown

#: A slope may lie so far outside of its bounds.
_ROUNDING = 1e-9


def judges_proxy(check: Callable[..., Verdict]) -> Callable[..., Verdict]:
    """The check of a proxy, with a reply to all that is none or cannot be used.

    Of `Grading` nothing is left to do: there are no test points, and what a reply says is measured
    on the answer.

    The derivative gets a copy of each argument. It alone is judged: moments come from it by
    quadrature, whatever closed form came along, and bounds are held against it.

    Examples
    --------
    >>> judges_proxy(lambda proxy: Verdict(True, proxy.name))("relu")
    Not yet. The answer should be an Estimator, not 'relu'.
    """

    @replies
    @wraps(check)
    def judged(
        answer: object, *, seed: int | None = None, reveal: bool = True, **where: Any
    ) -> Verdict:
        wanted = "The answer should be an Estimator"
        given(answer, wanted)
        if not isinstance(answer, Estimator):
            raise Unreadable(f"{wanted}, not {shown(answer)}.")
        try:
            return check(_guarded(answer), **where)
        except ValueError as error:
            raise Unreadable(f"Your estimator cannot be used: {error}") from error

    return judged


def _guarded(answer: Estimator) -> Estimator:
    """The reader's proxy, read as the answers of functions are."""

    def derivative(x: np.ndarray) -> np.ndarray:
        return numbers(call(answer.derivative, x), "Its derivative should return numbers")

    bounds = None if answer.bounds is None else _held(answer.bounds, derivative)
    return Estimator(answer.name, derivative, answer.breakpoints, bounds=bounds)


def _held(bounds: Bounds, derivative: Callable[[np.ndarray], np.ndarray]) -> Bounds:
    """The bounds, held against the derivative wherever they are asked for."""
    wanted = "Its bounds should return two arrays of numbers"

    def held(low: np.ndarray, high: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        least, most = (numbers(part, wanted) for part in pair(call(bounds, low, high), wanted))
        slope = derivative(0.5 * (low + high))
        if np.any((slope < least - _ROUNDING) | (slope > most + _ROUNDING)):
            raise Unreadable("Its derivative leaves its bounds; are they those of another proxy?")
        return least, most

    return held
