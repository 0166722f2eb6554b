"""What a check returns, and how it compares an answer with the right one and with known slips."""

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np


@dataclass(frozen=True)
class Verdict:
    """Whether an answer is right, and a sentence about it. True in an ``if`` when it is."""

    passed: bool
    message: str

    def __bool__(self) -> bool:
        return self.passed

    def __repr__(self) -> str:
        return f"{'Correct.' if self.passed else 'Not yet.'} {self.message}"


class Slip(NamedTuple):
    """A wrong answer that people give, a number or a function, and the hint it gets."""

    answer: Any
    hint: str


def compare_number(
    answer: object, right: float, slips: Sequence[Slip], well_done: str, *, rel: float
) -> Verdict:
    """Compare a number; `rel` is the accuracy asked for."""
    try:
        value = float(np.asarray(answer, dtype=float))
    except (TypeError, ValueError):
        return Verdict(False, f"The answer should be one number, not {answer!r}.")
    if math.isclose(value, right, rel_tol=rel, abs_tol=rel * 1e-3):
        return Verdict(True, well_done)
    for slip in slips:
        if math.isclose(value, slip.answer, rel_tol=rel, abs_tol=rel * 1e-3):
            return Verdict(False, slip.hint)
    if rel < 1e-4:
        return Verdict(False, f"{value:.6g} is not the right number.")
    return Verdict(False, f"{value:.6g} is not within {100 * rel:g}% of the right number.")


def compare_function(
    answer: object,
    right: Callable[..., object],
    cases: Sequence[tuple],
    slips: Sequence[Slip],
    well_done: str,
    describe: Callable[..., str],
) -> Verdict:
    """Compare a function with `right` on `cases`; a slip must match on all of them."""
    if not callable(answer):
        return Verdict(False, f"The answer should be a function, not {answer!r}.")
    given = []
    for case in cases:
        try:
            given.append(np.asarray(answer(*case), dtype=float))
        except Exception as error:  # a reader's function may fail in any way; say how
            return Verdict(False, f"Your function raised {type(error).__name__}: {error}")

    def same(other: Callable[..., object]) -> Iterator[bool]:
        for case, got in zip(cases, given, strict=True):
            wanted = np.asarray(other(*case), dtype=float)
            yield got.shape == wanted.shape and np.allclose(got, wanted, rtol=1e-8, atol=1e-10)

    agrees = list(same(right))
    if all(agrees):
        return Verdict(True, well_done)
    for slip in slips:
        if all(same(slip.answer)):
            return Verdict(False, slip.hint)
    i = agrees.index(False)
    wanted = np.asarray(right(*cases[i]), dtype=float)
    if given[i].shape != wanted.shape:
        return Verdict(
            False, f"The result has shape {given[i].shape}; it should have {wanted.shape}."
        )
    right_ones = f"It agrees at {sum(agrees)} of {len(agrees)} test points. "
    return Verdict(
        False,
        f"{right_ones}{describe(*cases[i])} it returns {np.round(given[i], 6)}, "
        f"not {np.round(wanted, 6)}.",
    )
