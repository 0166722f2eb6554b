"""Checks and questions of the chapter on the straight-through estimator."""

import math
from collections.abc import Callable
from typing import Any, Unpack

import numpy as np

from ste.estimators import Estimator
from ste.model import coarse_gradient, sigma
from ste.zoo import ESTIMATORS
from stebook.chapters.answers import judges_proxy
from stebook.chapters.teachers import TEACHER
from stebook.checks import (
    Drawn,
    Grading,
    Slip,
    Unreadable,
    Verdict,
    compare_function,
    function,
    numbers,
    pair,
    replies,
)

Pair = tuple[np.ndarray, np.ndarray]


def _backward(
    hidden: Callable = lambda pre, estimator: sigma(pre),
    slope: Callable = lambda pre, estimator: estimator.evaluate(pre),
    use_v: bool = True,
    use_residual: bool = True,
    scale: float = 1.0,
    grad_v: Callable | None = None,
    residual_of: Callable | None = None,
) -> Callable[..., np.ndarray]:
    """A backward pass with room for slips; both gradients in one array."""

    def of(v: np.ndarray, w: np.ndarray, Z: np.ndarray, y_star: float, slope_: Any) -> np.ndarray:
        estimator = slope_.__self__
        pre = Z @ w
        gap = scale * (v @ (residual_of or hidden)(pre, estimator) - y_star)
        residual = gap if use_residual else 1.0
        back = slope(pre, estimator) * (v if use_v else 1.0) * residual
        first = (grad_v or hidden)(pre, estimator) * residual
        return np.concatenate([first, Z.T @ back])

    return of


def _proxied(pre: np.ndarray, estimator: Estimator) -> np.ndarray:
    """mu where sigma should stand."""
    return estimator.proxy(pre)


def _flat(pre: np.ndarray, estimator: Estimator) -> np.ndarray:
    """sigma', which is 0 almost everywhere."""
    return np.zeros_like(pre)


def _step(pre: np.ndarray, estimator: Estimator) -> np.ndarray:
    """sigma where a slope should stand."""
    return sigma(pre)


def _ramp(pre: np.ndarray, estimator: Estimator) -> np.ndarray:
    """ReLU where the step should stand."""
    return np.maximum(pre, 0.0)


def _slope(pre: np.ndarray, estimator: Estimator) -> np.ndarray:
    """mu' where sigma should stand."""
    return estimator.evaluate(pre)


#: What goes wrong in a backward pass, and what to say.
_BACKWARD_SLIPS = [
    Slip(
        _backward(scale=-1.0),
        "The sign is turned: the derivative of (y - y*)^2/2 in y is y - y*.",
    ),
    Slip(
        _backward(use_residual=False),
        "The residual is missing: without it the gradient is that of the output y.",
    ),
    Slip(
        _backward(slope=_flat),
        "The gradient in w is 0: that is the true derivative of the step, sigma' = 0. Use "
        "the slope mu' in its place.",
    ),
    Slip(
        _backward(slope=_step),
        "In the gradient in w you used sigma(Zw) itself; the chain rule wants a slope there, "
        "mu'(Zw).",
    ),
    Slip(
        _backward(slope=lambda pre, estimator: 1.0),
        "You do not use `slope`: with 1 in its place every estimator is identity.",
    ),
    Slip(
        _backward(slope=lambda pre, estimator: estimator.evaluate(sigma(pre))),
        "The slope belongs at the pre-activations, slope(Zw), not at the hidden values sigma(Zw).",
    ),
    Slip(
        _backward(scale=2.0),
        "Twice too much: the loss is (y - y*)^2/2, and the 1/2 takes the 2 of the square away.",
    ),
    Slip(
        _backward(hidden=_ramp),
        "The forward pass uses ReLU, max(x, 0). It must stay exact: sigma(x) is 1 for x > 0, else "
        "0.",
    ),
    Slip(
        _backward(use_v=False),
        "The factor v is missing in the gradient in w: the error reaches row i through v_i.",
    ),
    Slip(
        _backward(grad_v=_slope),
        "The gradient in v is a true derivative and needs no stand-in: sigma(Zw) times the "
        "residual.",
    ),
    Slip(
        _backward(hidden=_proxied),
        "The forward pass uses mu. It must stay exact: y = v . sigma(Zw). Only the slope of "
        "the backward pass is replaced.",
    ),
    Slip(
        _backward(residual_of=_proxied),
        "The residual is that of mu. It must be that of the step: y = v . sigma(Zw).",
    ),
]


_TRANSPOSED = (
    "Transposed: row i of Z belongs to unit i, so the gradient in w sums over the rows, Z.T @ "
    "(...), and has the length of w."
)


def _cases(rng: np.random.Generator) -> list[tuple]:
    """(v, w, Z, y*, mu') with more inputs than rows, and no residual that is 0."""
    cases: list[tuple] = []
    while len(cases) < 6:
        v, w, Z = rng.normal(size=4), rng.normal(size=5), rng.normal(size=(4, 5))
        y_star = float(TEACHER.v @ sigma(Z @ TEACHER.w))
        estimator = tuple(ESTIMATORS.values())[(0, 1, 2, 3, 6, 5)[len(cases)]]
        gap = v @ sigma(Z @ w) - y_star
        if abs(gap) > 0.1 and 0 < np.sum(sigma(Z @ w)) < 4 and np.any(estimator.evaluate(Z @ w)):
            cases.append((v, w, Z, y_star, estimator.evaluate))
    return cases


def _right(v: np.ndarray, w: np.ndarray, Z: np.ndarray, y_star: float, slope: Any) -> np.ndarray:
    """From `ste.coarse_gradient`; y* is what the teacher says on each of the cases."""
    return np.concatenate(coarse_gradient(v, w, Z, TEACHER, slope.__self__))


@replies
def check_backward(answer: Callable[..., Pair], **grading: Unpack[Grading]) -> Verdict:
    """The estimator: a backward pass (v, w, Z, y_star, slope) -> (grad_v, grad_w) in numpy.

    Examples
    --------
    >>> def mine(v, w, Z, y_star, slope):
    ...     hidden = sigma(Z @ w)
    ...     residual = y_star - v @ hidden
    ...     return hidden * residual, Z.T @ (slope(Z @ w) * v) * residual
    >>> check_backward(mine)
    Not yet. The sign is turned: the derivative of (y - y*)^2/2 in y is y - y*.
    """
    answer = function(answer)

    def hinted(*case: object) -> object:
        try:
            return answer(*case)
        except ValueError as error:
            if "matmul" in str(error):
                raise Unreadable(f"{_TRANSPOSED} ({error})") from error
            raise

    return compare_function(
        hinted,
        _right,
        Drawn(_cases, 21),
        _BACKWARD_SLIPS,
        "Equal to ste.coarse_gradient for six estimators. That is all there is to it.",
        lambda v, w, Z, y_star, slope: f"With {slope.__self__.name}, grad_v followed by grad_w:",
        read=_joined,
        **grading,
    )


def _joined(returned: object, wanted: str) -> np.ndarray:
    """Both gradients in one array, where their shapes are right."""
    wanted = f"{wanted} in two arrays, grad_v and grad_w"
    parts = [numbers(part, wanted) for part in pair(returned, wanted)]
    shapes = [part.shape for part in parts]
    if shapes == [(4,), (4,)]:
        raise Unreadable(_TRANSPOSED)
    if shapes == [(5,), (4,)]:
        raise Unreadable("The two gradients are swapped: return grad_v first, then grad_w.")
    if shapes == [(4,), (4, 5)]:
        raise Unreadable(
            "The gradient in w is the sum over the rows: one filter serves them all, so grad_w "
            "has shape (5,), not (4, 5)."
        )
    if shapes != [(4,), (5,)]:
        raise Unreadable(
            f"The shapes should be (4,) and (5,); they are {shapes[0]} and {shapes[1]}."
        )
    return np.concatenate(parts)


@judges_proxy
def check_half_as_much(answer: Estimator) -> Verdict:
    """The estimator: a slope >= 0 whose negative side weighs half as much, A- = A+/2 at |w| = 1.

    Examples
    --------
    >>> from ste import IDENTITY
    >>> check_half_as_much(IDENTITY)
    Not yet. A- is 1.000 times A+; it should be 0.500 times.
    """
    moments = answer.moments(1.0, 1.0)
    lowest = float(answer.evaluate(np.linspace(-6.0, 6.0, 2401)).min())
    right, left = float(moments.a_plus), float(moments.a_minus)
    if lowest < 0.0:
        return Verdict(False, "Its slope is negative somewhere; keep it at 0 or above.")
    if right == 0.0:
        return Verdict(False, "Its slope is 0 on the positive side, so there is nothing to halve.")
    if left == 0.0:
        return Verdict(False, "It is one-sided: A- is 0. Let a part of the slope reach below 0.")
    ratio = left / right
    if math.isclose(ratio, 0.5, rel_tol=1e-3):
        return Verdict(True, f"A+ = {right:.4f} and A- = {left:.4f}.")
    if math.isclose(ratio, 2.0, rel_tol=1e-3):
        return Verdict(False, "Mirrored: the negative side weighs twice as much as the positive.")
    return Verdict(False, f"A- is {ratio:.3f} times A+; it should be 0.500 times.")
