"""A proxy as a reader's answer.

What belongs here: how the checks of several chapters read an answer that `stebook.checks`, which
knows no mathematics, cannot. What never does: what is right.
"""

from collections.abc import Callable
from functools import wraps

from ste.estimators import Estimator
from stebook.checks import Unreadable, Verdict, call, given, numbers, replies, shown


def judges_proxy(check: Callable[[Estimator], Verdict]) -> Callable[[object], Verdict]:
    """The check of a proxy, with a reply to all that is none or cannot be used.

    The derivative gets a copy of each argument. It alone is judged: moments come from it by
    quadrature, whatever closed form came along.

    Examples
    --------
    >>> judges_proxy(lambda proxy: Verdict(True, proxy.name))("relu")
    Not yet. The answer should be an Estimator, not 'relu'.
    """

    @replies
    @wraps(check)
    def judged(answer: object) -> Verdict:
        wanted = "The answer should be an Estimator"
        given(answer, wanted)
        if not isinstance(answer, Estimator):
            raise Unreadable(f"{wanted}, not {shown(answer)}.")
        try:
            return check(_guarded(answer))
        except ValueError as error:
            raise Unreadable(f"Your estimator cannot be used: {error}") from error

    return judged


def _guarded(answer: Estimator) -> Estimator:
    """The reader's proxy, read as the answers of functions are."""
    wanted = "Its derivative should return numbers"
    derivative = answer.derivative
    return Estimator(
        answer.name, lambda x: numbers(call(derivative, x), wanted), answer.breakpoints
    )
