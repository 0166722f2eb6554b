"""The proxies that libraries use, as data: what goes forward, and what derivative goes back.

The rows stand in ``ste/zoo/libraries.json``. The page on frameworks, its explorer and the tests
that run the libraries themselves all read that file.
"""

import json
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from importlib.resources import files

import numpy as np

from ste.estimators import Estimator
from ste.zoo.typed import proxy


@dataclass(frozen=True)
class Framework:
    """One quantizer of one library.

    ``forward`` is ``"step"`` (0 or 1), ``"sign"`` (-1 or 1) or ``"round"`` (a grid with no end on
    the left); ``jump`` the least x >= 0 at which the output jumps; ``formula`` the derivative used
    going back, in the library's own x; ``kind`` its shape about x = 0; ``checked`` whether a
    ``"test"`` runs it or the ``"source"`` was read. ``file`` is where the backward pass is written.
    """

    id: str
    library: str
    version: str
    name: str
    setting: str
    file: str
    forward: str
    jump: float
    formula: str
    kind: str
    checked: str

    @property
    def estimator(self) -> Estimator:
        """The proxy derivative in the library's own x."""
        return proxy(self.formula).renamed(self.id)

    @property
    def at_jump(self) -> Estimator:
        """The proxy derivative in a coordinate whose 0 is where the output jumps, mu'(x + jump).

        So the model has it, whose step jumps at 0.
        """
        plain, jump = self.estimator, self.jump
        if jump == 0.0:
            return plain
        bounds = plain.bounds
        return Estimator(
            self.id,
            lambda x: plain.derivative(np.asarray(x) + jump),
            (0.0, *(b - jump for b in plain.breakpoints)),
            bounds=bounds and (lambda low, high: bounds(low + jump, high + jump)),
        )


@cache
def frameworks() -> tuple[Framework, ...]:
    """All rows, in the order of the file.

    Returns
    -------
    tuple of Framework

    Examples
    --------
    >>> frameworks()[0].library
    'PyTorch'
    """
    rows = json.loads(files("ste.zoo").joinpath("libraries.json").read_text(encoding="utf-8"))
    return tuple(Framework(**{**row, "jump": float(Fraction(row["jump"]))}) for row in rows)


def framework(name: str) -> Framework:
    """The row of that id.

    Raises
    ------
    ValueError
        If there is none; the message lists the known ones.

    Examples
    --------
    >>> framework("larq_dorefa").at_jump.evaluate([-1.0, -0.4, 0.4])
    array([0., 1., 1.])
    """
    known = {row.id: row for row in frameworks()}
    if not isinstance(name, str) or name not in known:
        raise ValueError(f"name: expected one of {', '.join(known)}, got {name!r}")
    return known[name]
