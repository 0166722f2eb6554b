"""Checks of the chapter `stand_ins`."""

import math
from collections.abc import Callable
from typing import Unpack

import numpy as np

from ste.beyond.quantizer import quantize
from stebook.checks import (
    Drawn,
    Grading,
    Slip,
    Verdict,
    compare_function,
    compare_number,
)


def check_quantizer(answer: Callable[..., object], **grading: Unpack[Grading]) -> Verdict:
    """The missing gradient: the b-bit quantizer sigma_alpha, a function of (x, alpha, bits).

    Examples
    --------
    >>> check_quantizer(lambda x, alpha, bits: alpha * np.ceil(x / alpha))
    Not yet. Two bits have four levels: cut off above 2^b - 1 stairs, and below 0.
    """

    def stairs(low: float | None, top: Callable[[int], float], round_: Callable) -> Callable:
        return lambda x, alpha, bits: alpha * np.clip(round_(x / alpha), low, top(bits))

    slips = [
        Slip(
            stairs(None, lambda bits: math.inf, np.ceil),
            "Two bits have four levels: cut off above 2^b - 1 stairs, and below 0.",
        ),
        Slip(
            stairs(None, lambda bits: 2**bits - 1, np.ceil),
            "Below 0 it goes on downwards; sigma is 0 there.",
        ),
        Slip(
            stairs(0.0, lambda bits: math.inf, np.ceil),
            "It goes on upwards for ever: b bits have 2^b levels, so at most 2^b - 1 stairs.",
        ),
        Slip(
            stairs(0.0, lambda bits: 2**bits, np.ceil),
            "One level too many: with the level 0 there are 2^b of them, so 2^b - 1 stairs.",
        ),
        Slip(
            stairs(0.0, lambda bits: 2**bits - 1, np.floor),
            "It rounds down. The paper's quantizer rounds up: just above 0 it is alpha already.",
        ),
        Slip(
            stairs(0.0, lambda bits: 2**bits - 1, np.round),
            "It rounds to the nearest level; the paper's quantizer rounds up.",
        ),
        Slip(
            lambda x, alpha, bits: np.clip(np.ceil(x / alpha), 0.0, 2**bits - 1),
            "Right up to the height of the stairs: each is alpha high.",
        ),
    ]
    x = np.array([-7.3, -0.4, 0.05, 0.4, 0.9, 1.3, 2.2, 9.7])
    cases = [(x, 0.5, 2), (x, 0.6511, 1), (x, 0.1946, 4), (x, 2.0, 3)]
    well_done = "2^b levels, from 0 up in stairs of height alpha."
    return compare_function(
        answer,
        quantize,
        cases,
        slips,
        well_done,
        lambda x, alpha, bits: f"For x = {x}, alpha = {alpha:g} and {bits} bits",
        **grading,
    )


def check_log_tail(answer: float, **grading: Unpack[Grading]) -> Verdict:
    """The estimator: mu(e) - mu(0) of the log-tailed ReLU.

    Examples
    --------
    >>> check_log_tail(1.0)
    Not yet. That is the tail alone, from 1 to e; the stretch from 0 to 1 adds to it.
    """
    slips = [
        Slip(1.0, "That is the tail alone, from 1 to e; the stretch from 0 to 1 adds to it."),
        Slip(math.e, "That is ReLU's: the log-tailed slope falls like 1/x beyond 1."),
        Slip(1 / math.e, "That is the slope at e; integrate it from 0 to e."),
    ]
    return compare_number(
        answer, 2.0, slips, "1 from 0 to 1, and ln(e) = 1 beyond.", rel=1e-3, **grading
    )


def check_saturated_loss(answer: Callable[..., float], **grading: Unpack[Grading]) -> Verdict:
    """The estimator: the loss of (w, z, t) that one unit descends under hard tanh; t = 1 or -1.

    Examples
    --------
    >>> check_saturated_loss(lambda w, z, t: max(0.0, -t * (w @ z)))
    Not yet. That is identity's. The window is shut beyond |z . w| = 1, so the loss stops rising.
    """

    def wrong_by(w: np.ndarray, z: np.ndarray, t: float) -> float:
        return max(0.0, -t * float(w @ z))

    def right(w: np.ndarray, z: np.ndarray, t: float) -> float:
        return min(1.0, wrong_by(w, z, t))

    slips = [
        Slip(
            wrong_by,
            "That is identity's. The window is shut beyond |z . w| = 1, so the loss stops rising.",
        ),
        Slip(
            lambda w, z, t: wrong_by(w, z, t) if wrong_by(w, z, t) < 1.0 else 0.0,
            "The slopes are right, but it jumps: beyond |z . w| = 1 it has to stay where it is.",
        ),
        Slip(
            lambda w, z, t: min(1.0, max(0.0, t * float(w @ z))),
            "The sign is turned: this one is 0 where the answer is wrong.",
        ),
        Slip(
            lambda w, z, t: min(1.0, max(0.0, 1.0 - t * float(w @ z))),
            "It rises before the answer is wrong; the coarse gradient of a right answer is 0.",
        ),
        Slip(
            lambda w, z, t: max(-1.0, min(1.0, -t * float(w @ z))),
            "Right where the answer is wrong; where it is right nothing is learned, so it is 0.",
        ),
        Slip(
            lambda w, z, t: float(t * (w @ z) < 0),
            "That counts mistakes. It is flat almost everywhere, so its gradient is 0.",
        ),
    ]

    def draw(rng: np.random.Generator) -> list[tuple]:
        return [(*rng.normal(size=(2, 3)), t) for t in (1.0, -1.0) for _ in range(8)]

    return compare_function(
        answer,
        right,
        Drawn(draw, 3),
        slips,
        "Flat again where the answer is badly wrong: such a sample is given up.",
        lambda w, z, t: f"At w = {np.round(w, 3)}, z = {np.round(z, 3)}, t = {t:g}",
        **grading,
    )


def check_gap(answer: Callable[[float, int], float], **grading: Unpack[Grading]) -> Verdict:
    """The estimator: the largest distance of the quantizer to its clipped ReLU; of (alpha, bits).

    Examples
    --------
    >>> check_gap(lambda alpha, bits: alpha / 2)
    Not yet. That is the error of rounding to the nearest level; this quantizer rounds up.
    """
    slips = [
        Slip(
            lambda alpha, bits: alpha / 2,
            "That is the error of rounding to the nearest level; this quantizer rounds up.",
        ),
        Slip(
            lambda alpha, bits: (2**bits - 1) * alpha,
            "That is the top level. The clipped ReLU rises along with the stairs.",
        ),
        Slip(
            lambda alpha, bits: math.inf,
            "That is ReLU's: it goes on rising beyond the top level. Clipped ReLU stops there.",
        ),
        Slip(
            lambda alpha, bits: alpha / 2**bits,
            "The stairs have the width and the height alpha, however many there are.",
        ),
        Slip(lambda alpha, bits: 1.0, "Right for alpha = 1. How does it scale?"),
    ]
    cases = [(alpha, bits) for alpha in (0.1946, 1.2221, 2.0) for bits in (1, 2, 4)]
    return compare_function(
        answer,
        lambda alpha, bits: alpha,
        cases,
        slips,
        "alpha, just beyond each jump. At both ends the two agree.",
        lambda alpha, bits: f"For alpha = {alpha:g}, {bits} bits",
        **grading,
    )
