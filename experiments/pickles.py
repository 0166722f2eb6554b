"""Pickles of arrays of bytes, read without running what stands in them.

A pickle is a program: it can name any function of Python and have it called. Here the names that
numpy writes for an array stand for the two classes below, and any other name is refused.
"""

import io
import pickle
from typing import Any

import numpy as np


class _Type:
    """In the place of numpy's dtype: only that of bytes."""

    def __init__(self, name: object = None, *_: object) -> None:
        if name not in ("u1", b"u1"):
            raise pickle.UnpicklingError(f"an array of {name!r}, not of bytes")

    def __setstate__(self, state: object) -> None:
        """Byte order and the like: a byte has none."""


class _Array:
    """In the place of numpy's array, until all of it is read."""

    def __init__(self, *_: object) -> None:
        self.array = np.empty(0, np.uint8)

    def __setstate__(self, state: tuple) -> None:
        _, shape, kind, by_columns, raw = state
        if not isinstance(kind, _Type) or not isinstance(raw, bytes):
            raise pickle.UnpicklingError("an array of something else than bytes")
        order = "F" if by_columns else "C"
        self.array = np.frombuffer(raw, np.uint8).reshape(shape, order=order)


#: What numpy writes for an array of bytes, before and since its version 2.
_NAMES = {
    ("numpy.core.multiarray", "_reconstruct"): _Array,
    ("numpy._core.multiarray", "_reconstruct"): _Array,
    ("numpy", "ndarray"): _Array,
    ("numpy", "dtype"): _Type,
}


class _Reader(pickle.Unpickler):
    def find_class(self, module: str, name: str) -> type:
        try:
            return _NAMES[module, name]
        except KeyError:
            raise pickle.UnpicklingError(f"it asks for {module}.{name}, which is not run") from None


def read(raw: bytes) -> dict[bytes, Any]:
    """The dictionary in a pickle, of numbers, texts, lists and arrays of bytes.

    Raises
    ------
    ValueError
        If it is cut, holds something else, or asks for anything to be run.
    """
    try:
        held = _Reader(io.BytesIO(raw), encoding="bytes").load()
    except Exception as error:  # a broken program fails in any way
        raise ValueError(f"{type(error).__name__}: {error}") from error
    if not isinstance(held, dict):
        raise ValueError(f"no dictionary, but {type(held).__name__}")
    return {key: value.array if isinstance(value, _Array) else value for key, value in held.items()}
