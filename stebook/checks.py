"""What a check returns, how it reads an answer and compares it with the right one and known slips.

Every answer is read here. A reader's function gets a copy of each test point, after the right
values are computed: what it writes to its input touches nothing, and what it returns is judged.
What cannot be compared is named in the reply, and never right.

A number is right where it lies within the accuracy that the exercise asks for. A function is right
where its values agree with the right ones to six decimals, or to five digits of the largest entry.
A reply shows no fewer digits than the comparison uses: two numbers that are told apart look
different.

Every check takes `Grading` by keyword: ``seed`` moves the test points of a function, so that a
table of those that a reply names is of no use, and ``reveal=False`` keeps right values out of
replies. A question with one number has no points to move; some of those take ``teacher`` or ``m``.
"""

import math
import re
from collections.abc import Callable, Sequence
from copy import deepcopy
from dataclasses import dataclass
from functools import wraps
from traceback import format_exception_only
from typing import Any, NamedTuple, TypedDict

import numpy as np

#: Numbers in a reply.
_NUMBER = re.compile(r"-?\d+(?:\.\d+)?(?:e-?\d+)?")
_FRACTION = re.compile(r"(-?\d+(?:\.\d+)?)/(\d+(?:\.\d+)?)")
#: Numbers beyond this are refused: their squares and cubes are still doubles.
LARGEST = 1e100
#: A reply quotes so many characters of an answer.
LONGEST = 60
#: How far values of a function may lie off: as they stand, or of the largest entry.
DECIMALS = 6
RELATIVE = 1e-5


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


class Grading(TypedDict, total=False):
    """How a check is asked by one who gives marks; without it, as a reader is answered.

    ``seed`` is None for the points that a reader meets; ``reveal`` says whether a reply may contain
    a right value.
    """

    seed: int | None
    reveal: bool


class Drawn(NamedTuple):
    """Test points that are random from the beginning, and the seed of those that a reader meets."""

    draw: Callable[[np.random.Generator], Sequence[tuple]]
    seed: int


class Unreadable(Exception):
    """An answer that cannot be compared with the right one; its text says why."""


def replies(check: Callable[..., Verdict]) -> Callable[..., Verdict]:
    """The check, with a reply to answers that cannot be read.

    Examples
    --------
    >>> replies(lambda answer: Verdict(one_number(answer) == 2.0, "Two."))("2")
    Not yet. The answer should be one number, not the text '2': leave out the quotes.
    """

    @wraps(check)
    def replied(*arguments: Any, **settings: Any) -> Verdict:
        try:
            return check(*arguments, **settings)
        except Unreadable as reason:
            return Verdict(False, str(reason))

    return replied


def shown(answer: object) -> str:
    """An answer as a reply quotes it: on one line, not too long, whatever its own repr does."""
    try:
        text = " ".join(repr(answer).split())
    except Exception:  # a reader's object may fail in any way
        return f"an object of type {type(answer).__name__}"
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 3]}..."


def given(answer: Any, wanted: str) -> Any:
    """The answer, where there is one: None and ``...`` stand where one is to come."""
    if answer is None or answer is ...:
        kind = "None" if answer is None else "..."
        raise Unreadable(f"No answer yet. {wanted}, not {kind}.")
    return answer


def _too_large(answer: object, wanted: str) -> Unreadable:
    return Unreadable(f"{wanted} below {LARGEST:g} in size, not {shown(answer)}.")


def _entry(answer: Any, wanted: str) -> float:
    """One real number out of an answer."""
    if isinstance(given(answer, wanted), str | bytes):
        raise Unreadable(f"{wanted}, not the text {shown(answer)}: leave out the quotes.")
    if isinstance(answer, complex | np.complexfloating):
        raise Unreadable(
            f"{wanted}, not the complex {shown(answer)}: take `.real` if the rest should be 0."
        )
    try:
        return float(answer)
    except OverflowError as error:
        raise _too_large(answer, wanted) from error
    except Exception as error:  # a reader's object may fail in any way
        raise Unreadable(f"{wanted}, not {shown(answer)}.") from error


def numbers(answer: object, wanted: str = "The answer should be made of numbers") -> np.ndarray:
    """An array of its own with the real numbers of an answer.

    Raises
    ------
    Unreadable
        If there is no answer yet, or if it is no number nor an array of them: what is `wanted`,
        and what came.

    Examples
    --------
    >>> numbers([1, 2.5])
    array([1. , 2.5])
    """
    given(answer, wanted)
    try:
        array = np.asarray(answer)
    except Exception as error:  # a ragged list, a tensor that keeps its values to itself
        raise Unreadable(f"{wanted}, not {shown(answer)}.") from error
    if isinstance(answer, np.ma.MaskedArray) and np.any(answer.mask):
        raise Unreadable(f"{wanted}; some of it is masked.")
    if array.dtype.kind not in "biufcOSU":  # dates, records
        raise Unreadable(f"{wanted}, not {shown(answer)}.")
    if array.dtype.kind in "biuf":
        with np.errstate(over="ignore"):  # more than a double holds is infinite
            values = array.astype(float)
    else:
        entries = [_entry(entry, wanted) for entry in array.ravel().tolist()]
        values = np.array(entries, dtype=float).reshape(array.shape)
    if np.any(np.isfinite(values) & (np.abs(values) > LARGEST)):
        raise _too_large(answer, wanted)
    return values


def one_number(answer: object, wanted: str = "The answer should be one number") -> float:
    """The finite number that an answer is, also as an array of one entry.

    Raises
    ------
    Unreadable
        If it is anything else.

    Examples
    --------
    >>> one_number(np.float32(0.5))
    0.5
    """
    array = numbers(answer, wanted)
    if array.size != 1 or not np.isfinite(array).all():
        raise Unreadable(f"{wanted}, not {shown(answer)}.")
    return float(array.reshape(()))


def pair(answer: Any, wanted: str) -> tuple[Any, Any]:
    """The two parts of an answer.

    Raises
    ------
    Unreadable
        If it has not two.
    """
    given(answer, wanted)
    try:
        first, second = answer
        return first, second
    except Exception as error:  # no two parts, or none at all
        raise Unreadable(f"{wanted}, not {shown(answer)}.") from error


def function(answer: Any) -> Callable[..., Any]:
    """The answer, where it can be called.

    Raises
    ------
    Unreadable
        If it cannot.
    """
    wanted = "The answer should be a function"
    if not callable(given(answer, wanted)):
        raise Unreadable(f"{wanted}, not {shown(answer)}.")
    return answer


def call(answer: Callable[..., Any], *case: Any) -> Any:
    """What a reader's function returns for copies of the arguments.

    Raises
    ------
    Unreadable
        If it raises anything; the text has its type and its words.
    """
    try:
        return answer(*deepcopy(case))
    except Unreadable:
        raise
    except (Exception, SystemExit) as error:  # a reader's function may fail in any way; say how
        said = format_exception_only(error)[-1].strip()
        raise Unreadable(f"Your function raised {said}") from error


def _between(values: Sequence[float], rng: np.random.Generator) -> np.ndarray:
    """Each value moved at random, at most half way to its neighbours; labels stay."""
    array = np.asarray(values, dtype=float)
    known, place = np.unique(array, return_inverse=True)
    if np.all(np.abs(known) == 1.0):  # labels
        return array
    half = np.diff(known) / 2
    low, high = known.copy(), known.copy()
    low[1:] -= half
    high[:-1] += half
    return rng.uniform(low[place], high[place]).reshape(array.shape)


def fresh(cases: Sequence[tuple], seed: int) -> list[tuple]:
    """Test points near to others: all that they tell apart is told apart, and none is known.

    Numbers are moved among those of the same argument, the entries of an array among each other;
    labels of 1 and -1, and all that is no number, stay.

    Examples
    --------
    >>> (m, theta), (other, pi) = fresh([(2, 0.5), (8, 3.1)], seed=0)
    >>> m in range(2, 6) and other in range(5, 9) and 0.5 <= theta <= 1.8 <= pi <= 3.1
    True
    """
    rng = np.random.default_rng(seed)
    moved = []
    for column in zip(*cases, strict=True):
        if all(isinstance(entry, int) for entry in column):
            moved.append([round(entry) for entry in _between(column, rng).tolist()])
        elif all(isinstance(entry, int | float) for entry in column):
            moved.append(_between(column, rng).tolist())
        elif all(isinstance(entry, np.ndarray) for entry in column):
            moved.append([_between(entry, rng) for entry in column])
        else:
            moved.append(list(column))
    return list(zip(*moved, strict=True))


def _points(cases: Sequence[tuple] | Drawn, seed: int | None) -> Sequence[tuple]:
    """The test points that a reader meets, or fresh ones."""
    if isinstance(cases, Drawn):
        return cases.draw(np.random.default_rng(cases.seed if seed is None else seed))
    return cases if seed is None else fresh(cases, seed)


def names(text: str, number: float) -> bool:
    """Whether a text has a number in it, in digits or as a fraction.

    Examples
    --------
    >>> names("That is 1/2, not 0.25.", 0.5), names("That is 1/2, not 0.25.", 2.0)
    (True, True)
    >>> names("Once 1/4 is enough.", 0.5)
    False
    """
    known = (_NUMBER.findall(text), _FRACTION.findall(text))
    values = [float(part) for part in known[0]]
    values += [float(over) / float(under) for over, under in known[1] if float(under)]
    return any(math.isclose(value, number, rel_tol=1e-3, abs_tol=1e-9) for value in values)


@replies
def compare_number(
    answer: object,
    right: float,
    slips: Sequence[Slip],
    well_done: str,
    *,
    rel: float,
    seed: int | None = None,
    reveal: bool = True,
) -> Verdict:
    """Compare a number; `rel` is the accuracy asked for.

    A hint that names the right number is not given where that is not to be revealed.
    """
    value = one_number(answer)
    if math.isclose(value, right, rel_tol=rel, abs_tol=rel * 1e-3):
        return Verdict(True, well_done)
    for slip in slips:
        told = reveal or not names(slip.hint, right)
        if told and math.isclose(value, slip.answer, rel_tol=rel, abs_tol=rel * 1e-3):
            return Verdict(False, slip.hint)
    digits = max(6, 1 + math.ceil(-math.log10(rel)))
    if rel < 1e-4:
        return Verdict(False, f"{value:.{digits}g} is not the right number.")
    return Verdict(False, f"{value:.{digits}g} is not within {100 * rel:g}% of the right number.")


def agree(got: np.ndarray, wanted: np.ndarray) -> bool:
    """Whether values are the wanted ones, to `DECIMALS` decimals or to `RELATIVE` of the largest.

    Examples
    --------
    >>> agree(np.float32([1 / 3, 0.0]), np.array([1 / 3, 1e-9]))
    True
    """
    largest = np.max(np.abs(wanted), initial=0.0, where=np.isfinite(wanted))
    near = max(10.0**-DECIMALS, RELATIVE * largest)
    return got.shape == wanted.shape and np.allclose(got, wanted, rtol=0.0, atol=near)


@replies
def compare_function(
    answer: object,
    right: Callable[..., object],
    cases: Sequence[tuple] | Drawn,
    slips: Sequence[Slip],
    well_done: str,
    describe: Callable[..., str],
    *,
    read: Callable[[object, str], np.ndarray] = numbers,
    seed: int | None = None,
    reveal: bool = True,
) -> Verdict:
    """Compare a function with `right` on `cases`; a slip must match on all of them.

    `read` makes an array of what the reader's function returns.
    """
    answer = function(answer)
    points = _points(cases, seed)

    def values(formula: Callable[..., object]) -> list[np.ndarray]:
        return [np.asarray(formula(*case), dtype=float) for case in points]

    def agrees(other: Sequence[np.ndarray]) -> list[bool]:
        return [agree(*both) for both in zip(got, other, strict=True)]

    wanted = values(right)
    got = [read(call(answer, *case), "Your function should return numbers") for case in points]
    for i, (ours, theirs) in enumerate(zip(wanted, got, strict=True)):
        if ours.ndim == 0 and theirs.size == 1:  # one number, however it is wrapped
            got[i] = theirs.reshape(())
    right_ones = agrees(wanted)
    if all(right_ones):
        return Verdict(True, well_done)
    for slip in slips:
        if all(agrees(values(slip.answer))):
            return Verdict(False, slip.hint)
    i = right_ones.index(False)
    if got[i].shape != wanted[i].shape:
        return Verdict(
            False, f"The result has shape {got[i].shape}; it should have {wanted[i].shape}."
        )
    agreed = f"It agrees at {sum(right_ones)} of {len(points)} test points."
    if not reveal:
        return Verdict(False, agreed)
    return Verdict(
        False,
        f"{agreed} {describe(*points[i])} it "
        f"returns {np.round(got[i], DECIMALS)}, not {np.round(wanted[i], DECIMALS)}.",
    )
