"""Checks of the chapter on correlation."""

import math
from collections.abc import Callable

import numpy as np

from ste._normal import erf
from ste.estimators import CLIPPED_RELU, IDENTITY, RELU, Estimator
from ste.gradients import correlation, expected_coarse_gradient
from stebook.chapters.answers import judges_proxy
from stebook.chapters.teachers import TEACHER
from stebook.checks import Slip, Verdict, compare_function, compare_number, one_number, replies

#: Where the correlation exercises look; v.v* > 0.
POINT = (np.array([0.9, 0.2, 0.5, -0.3]), np.array([0.3, 0.8, 0.0, 0.0, 0.0]))


@judges_proxy
def check_counterexample(answer: Estimator) -> Verdict:
    """Correlation: a proxy whose coarse gradient points the wrong way at the exercise's point.

    Examples
    --------
    >>> check_counterexample(RELU)
    Not yet. relu is never negative, and then the inner product cannot be: read the theorem again.
    """
    inner = float(correlation(*POINT, TEACHER, answer).inner)
    lowest = float(answer.evaluate(np.linspace(-6.0, 6.0, 2401)).min())
    if inner < 0.0:
        text = f"The inner product is {inner:.3g}: a step along this one raises the loss at first."
        return Verdict(True, text)
    if lowest >= 0.0:
        text = "is never negative, and then the inner product cannot be: read the theorem again."
        return Verdict(False, f"{answer.name} {text}")
    text = "B_y averages mu' with a normal density: make it negative where the density is high."
    return Verdict(False, f"The inner product is {inner:.3g}, still not below 0. {text}")


def field_asymmetry(estimator: Estimator, step: float = 1e-5) -> float:
    """Largest |dE[g]_j/dv_i - d(df/dv)_i/dw_j| at the exercise's point, by central differences.

    The field (df/dv, E[g]) is the gradient of some function only if this vanishes everywhere.

    Examples
    --------
    >>> field_asymmetry(RELU) > 0.1
    True
    """
    v, w = POINT

    def field(v: np.ndarray, w: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        return expected_coarse_gradient(v, w, TEACHER, estimator)

    rows = step * np.eye(v.size)
    columns = step * np.eye(w.size)
    dw_dv = (field(v + rows, w)[1] - field(v - rows, w)[1]) / (2 * step)
    dv_dw = (field(v, w + columns)[0] - field(v, w - columns)[0]) / (2 * step)
    return float(np.max(np.abs(dw_dv - dv_dw.T)))


def check_asymmetry(answer: float) -> Verdict:
    """Correlation: how far the ReLU field is from being a gradient at the exercise's point.

    Examples
    --------
    >>> check_asymmetry(0.0)
    Not yet. 0 would mean a gradient. Did you compare dE[g]/dv with d(df/dv)/dw?
    """
    right = field_asymmetry(RELU)
    slips = [
        Slip(0.0, "0 would mean a gradient. Did you compare dE[g]/dv with d(df/dv)/dw?"),
        Slip(
            field_asymmetry(IDENTITY),
            "That is the asymmetry of the identity estimator; the exercise asks for ReLU.",
        ),
    ]
    well_done = "Not zero, so the field is not the gradient of any function."
    return compare_number(answer, right, slips, well_done, rel=1e-2)


def check_window_area(answer: Callable[[float], float]) -> Verdict:
    """Correlation: the area of the hard tanh window 1{|x| < 1}, as a function of tau.

    Examples
    --------
    >>> check_window_area(lambda tau: np.sqrt(2 * np.pi) * tau)
    Not yet. That is the area of identity: the window ends at -1 and 1.
    """

    def right(tau: float) -> float:
        return math.sqrt(2 * math.pi) * tau * float(erf(np.array(1 / (math.sqrt(2) * tau))))

    slips = [
        Slip(
            lambda tau: math.sqrt(2 * math.pi) * tau,
            "That is the area of identity: the window ends at -1 and 1.",
        ),
        Slip(
            lambda tau: right(tau) / 2,
            "That is clipped ReLU, the right half. The left half counts as much.",
        ),
        Slip(lambda tau: 2.0, "That is the plain area under the proxy, for a very wide window."),
        Slip(
            lambda tau: right(tau) / (math.sqrt(2 * math.pi) * tau),
            "That is the share of identity's area. Multiply by sqrt(2 pi) tau.",
        ),
        Slip(
            lambda tau: right(tau) / math.sqrt(2 * math.pi) / tau * math.sqrt(2 * math.pi),
            "The substitution t = tau x has a factor tau: dt = tau dx.",
        ),
    ]
    well_done = "sqrt(2 pi) tau erf(1/(sqrt2 tau)): twice the area of clipped ReLU."
    cases = [(0.05,), (0.4,), (1.0,), (3.0,), (40.0,)]
    return compare_function(answer, right, cases, slips, well_done, lambda t: f"At tau = {t:g}")


def check_bound_constant(answer: Callable[[float], float]) -> Verdict:
    """Correlation: the constant before the inner product for ReLU clipped at `clip`.

    Examples
    --------
    >>> check_bound_constant(lambda clip: 3.0)
    Not yet. That is the constant for clip = 1. The area under the proxy grows with the clip.
    """
    slips = [
        Slip(
            lambda clip: 3.0,
            "That is the constant for clip = 1. The area under the proxy grows with the clip.",
        ),
        Slip(lambda clip: clip, "The factor 6 pi k^2 = 3 is missing."),
        Slip(
            lambda clip: 3.0 / clip,
            "Upside down: a long window is closer to ReLU, which has no such constant at all.",
        ),
        Slip(
            lambda clip: 6 * math.pi * clip,
            "k^2 is missing: rho B_y = k^2 times the area in the window.",
        ),
    ]
    well_done = "3 times the area under the proxy, and it grows without end towards ReLU."
    cases = [(clip,) for clip in (0.1, 0.5, 1.0, 2.0, 7.0)]
    return compare_function(
        answer, lambda clip: 3.0 * clip, cases, slips, well_done, lambda c: f"At clip = {c:g}"
    )


def share_closer(other: Estimator, rho: float, count: int = 4_000, seed: int = 0) -> float:
    """Share of random places where identity is closer to the true gradient than `other`.

    The entries of v are N(0, 1), the direction of w is uniform and |w| = rho.

    Examples
    --------
    >>> 0.6 < share_closer(RELU, 1.0) < 0.8
    True
    """
    rng = np.random.default_rng(seed)
    v = rng.standard_normal((count, TEACHER.m))
    w = rng.standard_normal((count, TEACHER.n))
    w *= rho / np.linalg.norm(w, axis=-1, keepdims=True)
    identity, others = (correlation(v, w, TEACHER, mu).cosine for mu in (IDENTITY, other))
    return float(np.mean(identity > others))


@replies
def check_share(answer: float) -> Verdict:
    """Correlation: how often identity is closer to the true gradient than clipped ReLU at |w| = 3.

    Examples
    --------
    >>> check_share(share_closer(RELU, 3.0))
    Not yet. That is the share against ReLU. Here clipped ReLU is asked for.
    """
    share = one_number(answer)
    right = share_closer(CLIPPED_RELU, 3.0)
    slips = [
        Slip(
            share_closer(RELU, 3.0),
            "That is the share against ReLU. Here clipped ReLU is asked for.",
        ),
        Slip(
            share_closer(CLIPPED_RELU, 1.0),
            "That is the share at |w| = 1; the exercise asks for |w| = 3.",
        ),
        Slip(1.0 - right, "That is how often clipped ReLU is the closer one."),
    ]
    well_done = (
        "A long filter makes clipped ReLU look at small pre-activations only, and its part along w "
        "shrinks faster than its tangential part."
    )
    if abs(share - right) < 0.02:
        return Verdict(True, well_done)
    return compare_number(answer, right, slips, well_done, rel=0.05)
