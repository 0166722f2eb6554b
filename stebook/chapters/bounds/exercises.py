"""Checks of the chapter `bounds`."""

import math
from collections.abc import Callable
from typing import Unpack

import numpy as np

from ste.estimators import CLIPPED_RELU, IDENTITY, RELU, Estimator
from ste.gradients import correlation, expected_coarse_gradient
from stebook.chapters.teachers import POINT, TEACHER
from stebook.checks import (
    Grading,
    Slip,
    Verdict,
    compare_function,
    compare_number,
    one_number,
    replies,
)


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


def check_asymmetry(answer: float, **grading: Unpack[Grading]) -> Verdict:
    """Bounds: how far the ReLU field is from being a gradient at the exercise's point.

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
    return compare_number(answer, right, slips, well_done, rel=1e-2, **grading)


def check_bound_constant(answer: Callable[[float], float], **grading: Unpack[Grading]) -> Verdict:
    """Bounds: the constant before the inner product for ReLU clipped at `clip`.

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
        answer,
        lambda clip: 3.0 * clip,
        cases,
        slips,
        well_done,
        lambda c: f"At clip = {c:g}",
        **grading,
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
def check_share(answer: float, **grading: Unpack[Grading]) -> Verdict:
    """Bounds: how often identity is closer to the true gradient than clipped ReLU at |w| = 3.

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
    return compare_number(answer, right, slips, well_done, rel=0.05, **grading)
