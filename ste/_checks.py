"""Input checks: each raises a ValueError that names the argument, what came, what was expected."""

import math
from numbers import Integral, Real

import numpy as np
from numpy.typing import ArrayLike


def finite_array(name: str, value: ArrayLike) -> np.ndarray:
    """A float array of `value`; refuses what is not numeric, NaN and infinity."""
    try:
        array = np.asarray(value)
    except ValueError as error:
        raise ValueError(f"{name}: expected an array of numbers, got ragged {value!r}") from error
    if array.dtype.kind not in "biuf":
        raise ValueError(f"{name}: expected an array of real numbers, got dtype {array.dtype}")
    array = array.astype(float)
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
    """An array of shape (..., rows, columns)."""
    array = finite_array(name, value)
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
        raise ValueError(f"{name}: expected {expected}, got {value!r}")


def positive(name: str, value: float) -> float:
    """A finite number above zero."""
    good = isinstance(value, Real) and math.isfinite(value) and value > 0
    number(name, value, "a finite number > 0", good)
    return float(value)


def integer(name: str, value: int, least: int) -> int:
    """An integer of at least `least`."""
    good = isinstance(value, Integral) and not isinstance(value, bool) and value >= least
    number(name, value, f"an integer >= {least}", good)
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
        raise ValueError(f"{name}: expected a {kind.__name__}, got {type(value).__name__}")
