"""Steps against any field: descent when the field is not the one of `ste.descend`."""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from ste import _checks

Field = Callable[[np.ndarray, np.ndarray], tuple[np.ndarray, np.ndarray]]


class Walk(NamedTuple):
    """Recorded ``steps`` (k,), and ``v`` (k, ..., m) and ``w`` (k, ...) at each of them."""

    steps: np.ndarray
    v: np.ndarray
    w: np.ndarray


def walk(
    field: Field,
    v0: ArrayLike,
    w0: ArrayLike,
    learning_rate: float,
    steps: int,
    *,
    record_every: int = 1,
) -> Walk:
    """``v <- v - eta a``, ``w <- w - eta b`` with (a, b) = field(v, w), from one start or many.

    Parameters
    ----------
    field : callable
        Takes v and w, returns the two parts, shaped like them.
    v0, w0 : array_like
        The start; leading axes are as many starts.
    learning_rate : float
        eta > 0.
    steps : int
        At least 0.
    record_every : int
        Record steps 0, k, 2k, ... and the last.

    Returns
    -------
    Walk

    Raises
    ------
    ValueError
        If an argument is out of range, or the iterates leave the range of doubles.

    Examples
    --------
    >>> walk(lambda v, w: (v, 2 * w), [1.0], [1.0], 0.5, 2).v[:, 0]
    array([1.  , 0.5 , 0.25])
    """
    v, w = _checks.finite_array("v0", v0), _checks.finite_array("w0", w0)
    eta = _checks.positive("learning_rate", learning_rate)
    steps = _checks.integer("steps", steps, 0)
    every = _checks.integer("record_every", record_every, 1)
    recorded = np.unique(np.append(np.arange(0, steps + 1, every), steps))
    vs, ws = [], []
    for step in range(steps + 1):
        if step == recorded[len(vs)]:
            vs.append(v)
            ws.append(w)
        if step < steps:
            along_v, along_w = field(v, w)
            v, w = v - eta * along_v, w - eta * along_w
            if not (np.isfinite(v).all() and np.isfinite(w).all()):
                raise ValueError(
                    "learning_rate: expected one for which the run stays finite, got "
                    f"{learning_rate!r}, which overflows at step {step + 1}"
                )
    return Walk(recorded, np.array(vs), np.array(ws))
