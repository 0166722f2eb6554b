"""Input checks: each raises a ValueError that names the argument, what came, what was expected."""

import functools
import inspect
import math
from collections.abc import Callable
from numbers import Integral, Real
from typing import ParamSpec, TypeVar

import numpy as np
from numpy.typing import ArrayLike

Arguments = ParamSpec("Arguments")
Value = TypeVar("Value")


def in_doubles(function: Callable[Arguments, Value]) -> Callable[Arguments, Value]:
    """`function`, which refuses numbers at which a step of it leaves the range of doubles.

    Formulas are written so that this happens where the value itself is out of range; whatever
    numpy or Python then say of an overflow, a 0/0 or a division by 0 becomes a ValueError that
    names all arguments, for which of them is too large or too small depends on the others. Where a
    caller has told numpy to ignore overflows, as `iterates` does, it sees to them itself.
    """
    names = ", ".join(name for name in inspect.signature(function).parameters if name != "self")

    @functools.wraps(function)
    def checked(*args: Arguments.args, **kwargs: Arguments.kwargs) -> Value:
        if np.geterr()["over"] == "ignore":
            return function(*args, **kwargs)
        try:
            with np.errstate(over="raise", divide="raise", invalid="raise"):
                return function(*args, **kwargs)
        except ArithmeticError as error:
            raise ValueError(
                f"{names}: expected numbers for which {function.__name__} stays in the range of "
                f"doubles, got ones for which it does not ({error})"
            ) from error

    return checked


def shown(value: object) -> str:
    """`value` as messages show it: not longer than a line."""
    if isinstance(value, Integral) and int(value).bit_length() > 64:
        return "an integer beyond 2**64"
    text = repr(value)
    return text if len(text) <= 100 else f"{text[:97]}..."


def finite_array(name: str, value: ArrayLike, *, copy: bool = True) -> np.ndarray:
    """A float array of `value`; refuses what is not numeric, NaN, infinity and masked entries.

    Without a copy it may be `value` itself, for callers that read it alone.
    """
    if np.ma.is_masked(value):
        raise ValueError(f"{name}: expected numbers, got an array in which some are masked")
    try:
        array = np.asarray(value)
    except ValueError as error:
        raise ValueError(
            f"{name}: expected an array of numbers, got ragged {shown(value)}"
        ) from error
    if array.dtype.kind not in "biuf":
        raise ValueError(f"{name}: expected an array of real numbers, got dtype {array.dtype}")
    with np.errstate(over="ignore"):  # of a long double: infinite below, and refused
        array = array.astype(float, copy=copy)
    if not np.all(np.isfinite(array)):
        bad = array[~np.isfinite(array)].ravel()[0]
        raise ValueError(f"{name}: expected finite numbers, got {bad} among them")
    return array


def vectors(name: str, value: ArrayLike, length: int) -> np.ndarray:
    """An array of shape (..., length)."""
    array = finite_array(name, value)
    if array.ndim == 0 or array.shape[-1] != length:
        raise ValueError(f"{name}: expected shape (..., {length}), got {array.shape}")
    return array


def inputs(name: str, value: ArrayLike, rows: int, columns: int) -> np.ndarray:
    """An array of shape (..., rows, columns), to be read alone."""
    array = finite_array(name, value, copy=False)
    if array.shape[-2:] != (rows, columns):
        raise ValueError(f"{name}: expected shape (..., {rows}, {columns}), got {array.shape}")
    return array


def broadcastable(**leading: tuple[int, ...]) -> tuple[int, ...]:
    """The common leading shape, or an error that lists the arguments that do not fit."""
    try:
        return np.broadcast_shapes(*leading.values())
    except ValueError as error:
        shapes = ", ".join(f"{name} {shape}" for name, shape in leading.items())
        names = ", ".join(leading)
        raise ValueError(
            f"{names}: expected leading shapes that broadcast together, got {shapes}"
        ) from error


def number(name: str, value: object, expected: str, accept: bool) -> None:
    """Refuse `value` unless `accept`; `expected` says what would have done."""
    if not accept:
        raise ValueError(f"{name}: expected {expected}, got {shown(value)}")


def function(name: str, value: object) -> None:
    """Refuse what cannot be called."""
    number(name, value, "a callable", callable(value))


def flag(name: str, value: object) -> bool:
    """Yes or no; a text such as "False" would count as yes."""
    number(name, value, "True or False", isinstance(value, bool | np.bool_))
    return bool(value)


def returned(name: str, value: object, shape: tuple[int, ...]) -> np.ndarray:
    """What a function of the caller's returned: real numbers of this shape."""
    array = np.asarray(value)
    if array.shape != shape:
        raise ValueError(f"{name}: expected shape {shape}, got {array.shape}")
    if array.dtype.kind not in "biuf":
        raise ValueError(f"{name}: expected real numbers, got dtype {array.dtype}")
    return array.astype(float, copy=False)


def is_finite(value: object) -> bool:
    """Whether `value` is one real number that a double can hold."""
    try:
        return isinstance(value, Real | np.bool_) and math.isfinite(value)
    except OverflowError:  # an integer beyond all doubles
        return False


def finite(name: str, value: float) -> float:
    """A finite number."""
    number(name, value, "a finite number", is_finite(value))
    return float(value)


def positive(name: str, value: float) -> float:
    """A finite number above zero."""
    number(name, value, "a finite number > 0", is_finite(value) and value > 0)
    return float(value)


def integer(name: str, value: int, least: int) -> int:
    """An integer of at least `least` that fits into 64 bits."""
    good = isinstance(value, Integral) and not isinstance(value, bool) and value >= least
    number(name, value, f"an integer >= {least}", good)
    number(name, value, f"an integer >= {least} and < 2**63", value < 2**63)
    return int(value)


def angles(name: str, value: ArrayLike) -> np.ndarray:
    """Angles in [0, pi]."""
    array = finite_array(name, value)
    if np.any((array < 0.0) | (array > np.pi)):
        bad = array[(array < 0.0) | (array > np.pi)].ravel()[0]
        raise ValueError(f"{name}: expected angles in radians in [0, pi], got {bad}")
    return array


def positives(name: str, value: ArrayLike) -> np.ndarray:
    """Finite numbers above zero."""
    array = finite_array(name, value)
    if np.any(array <= 0.0):
        bad = array[array <= 0.0].ravel()[0]
        raise ValueError(f"{name}: expected numbers > 0, got {bad}")
    return array


def instance(name: str, value: object, kind: type) -> None:
    """Refuse what is not a `kind`; the commonest slip is to pass a name or an array instead."""
    if not isinstance(value, kind):
        article = "an" if kind.__name__[0] in "AEIOU" else "a"
        raise ValueError(f"{name}: expected {article} {kind.__name__}, got {type(value).__name__}")


def end(name: str, value: float) -> float:
    """A number, which may be infinite."""
    infinite = isinstance(value, float | np.floating) and math.isinf(value)
    number(name, value, "a number", infinite or is_finite(value))
    return float(value)


def some_vectors(name: str, value: ArrayLike) -> np.ndarray:
    """An array of shape (..., m) with any m > 0."""
    array = finite_array(name, value)
    if array.ndim == 0 or array.shape[-1] == 0:
        raise ValueError(f"{name}: expected shape (..., m) with m > 0, got {array.shape}")
    return array


#: So many numbers are computed for one call at most: 400 MB of them, or about a second.
MOST = 50_000_000


def count(name: str, value: int, least: int, most: int = MOST) -> int:
    """An integer of at least `least` and at most `most`."""
    value = integer(name, value, least)
    number(name, value, f"an integer from {least} to {most:,}", value <= most)
    return value


def turns(name: str, value: int, least: int) -> int:
    """How often a loop goes round that may be long by intent: at most ten million times."""
    return count(name, value, least, 10_000_000)


def affordable(name: str, value: object, needed: int) -> None:
    """Refuse a count, or what is as long as one, that takes more than `MOST` numbers."""
    expected = f"what takes at most {MOST:,} numbers (here {needed:,})"
    number(name, value, expected, needed <= MOST)
