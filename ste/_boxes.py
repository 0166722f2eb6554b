"""The line in boxes on which a proxy is as good as known, from bounds of it on intervals.

A box (l, h) has settled where the largest ``|mu'|`` on it is at most twice the least, or where
``max |mu'| int |x| phi(x/rho) dx / rho^2`` over it is nothing beside all of ``E[|X mu'(rho X)|]``.
Other boxes are halved: so no window and no bump is missed, however narrow, and jumps are closed in.
"""

from collections.abc import Callable, Collection
from typing import Any, NamedTuple

import numpy as np

from ste._normal import K
from ste._quadrature import NORMAL_END, graded

#: Of two arrays (low, high): between what numbers a proxy lies almost everywhere on the intervals.
Bounds = Callable[[np.ndarray, np.ndarray], tuple[np.ndarray, np.ndarray]]

#: Lengths of w at which a proxy is looked at: windows far from 0 and near it.
LENGTHS = np.array([0.01, 0.1, 1.0, 10.0])
#: What even the longest of them does not see.
REACH = 10.0 * NORMAL_END
#: A box holds nothing if it has so small a share of the whole.
_SHARE = 1e-16
#: What is smaller is rounding of 0.
_ZERO = 1e-300
#: A width below so much of twice the distance from 0 may slip through the nodes of a panel: those
#: of its halves are apart by up to 0.016 of that.
_NARROW = 0.02
#: A box so narrow in which a proxy still varies by more than a factor of two holds a jump.
_JUMP = 1e-6
_HALVINGS = 120
_MOST_BOXES = 4000


class Boxes(NamedTuple):
    """Intervals (low, high) that make up the line, ascending, and mu' on each: least, most."""

    low: np.ndarray
    high: np.ndarray
    least: np.ndarray
    most: np.ndarray

    @property
    def floor(self) -> np.ndarray:
        """``|mu'|`` is nowhere less."""
        return np.maximum(np.maximum(self.least, -self.most), 0.0)

    @property
    def top(self) -> np.ndarray:
        """``|mu'|`` is nowhere more."""
        return np.maximum(-self.least, self.most)

    @property
    def mass(self) -> np.ndarray:
        """``E[|X|; low < rho X < high]`` for each of the lengths, shape (4, boxes)."""
        near = np.minimum(np.abs(self.low), np.abs(self.high)) / LENGTHS[:, None]
        far = np.maximum(np.abs(self.low), np.abs(self.high)) / LENGTHS[:, None]
        # 1 - exp(-b) by expm1, so that a narrow box keeps its digits
        return -K * np.exp(-0.5 * near**2) * np.expm1(-0.5 * (far - near) * (far + near))

    @property
    def nothing(self) -> np.ndarray:
        """Which boxes hold nothing beside the whole, at any of the lengths."""
        whole = np.sum(self.at_least, axis=1, keepdims=True)
        return np.all(self.at_most <= _SHARE * whole, axis=0) | (self.top < _ZERO)

    @property
    def at_least(self) -> np.ndarray:
        """``E[|X mu'(rho X)|]`` over each box for each of the lengths, from below."""
        return _share(self.floor, self.mass)

    @property
    def at_most(self) -> np.ndarray:
        """The same from above."""
        return _share(self.top, self.mass)

    @property
    def settled(self) -> np.ndarray:
        """Which boxes need no halving."""
        middle = 0.5 * (self.low + self.high)
        thin = (middle <= self.low) | (middle >= self.high)
        return (0.5 * self.top <= self.floor) | self.nothing | thin


def _share(size: np.ndarray, mass: np.ndarray) -> np.ndarray:
    """Their product; without mass that is nothing, however large a proxy is."""
    with np.errstate(over="ignore"):
        return np.where(mass > 0.0, size, 0.0) * mass


def boxes(bounds: Bounds) -> Boxes:
    """Boxes on which a proxy with these bounds has settled, but for those beyond a few thousand."""
    ends = graded(REACH, 60)
    edges = np.concatenate([-ends[::-1], ends[1:]])
    open_low, open_high = edges[:-1], edges[1:]
    done = Boxes(*np.empty((4, 0)))
    for _ in range(_HALVINGS):
        fresh = Boxes(open_low, open_high, *_between(bounds, open_low, open_high))
        both = Boxes(*(np.concatenate(pair) for pair in zip(done, fresh, strict=True)))
        ready = both.settled
        if ready.all() or both.low.size > _MOST_BOXES:
            break
        done = Boxes(*(part[ready] for part in both))
        low, high = both.low[~ready], both.high[~ready]
        middle = 0.5 * (low + high)
        open_low, open_high = np.concatenate([low, middle]), np.concatenate([middle, high])
    order = np.argsort(both.low)
    return Boxes(*(part[order] for part in both))


def _between(bounds: Bounds, low: np.ndarray, high: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The bounds; anything where they are no numbers."""
    with np.errstate(all="ignore"):
        least, most = (np.broadcast_to(part, low.shape) for part in bounds(low, high))
    unknown = ~(least <= most)
    return np.where(unknown, -np.inf, least), np.where(unknown, np.inf, most)


def narrow_edges(found: Boxes, known: Collection[float]) -> list[float]:
    """Ends of what is much narrower than its distance from 0: jumps, and flanks of narrow bumps.

    Neighbouring boxes are put together while mu' stays within a factor of two. Where that leaves
    more than a thousand, the bounds were too wide to tell, and there are none. Jumps at `known`
    places are left out.
    """
    groups: list[list[float]] = []
    values = (np.where(found.nothing, 0.0, part) for part in (found.least, found.most))
    rows = (part.tolist() for part in (found.low, found.high, *values))
    for low, high, least, most in zip(*rows, strict=True):
        if groups and _alike(min(groups[-1][2], least), max(groups[-1][3], most)):
            groups[-1][1:] = [high, min(groups[-1][2], least), max(groups[-1][3], most)]
        else:
            groups.append([low, high, least, most])
    narrow = {(low, high) for low, high, *_ in groups if _within(_NARROW, low, high)}
    # a jump has been closed in on until what it may weigh is nothing
    jumps = _within(_JUMP, found.low, found.high) & (0.5 * found.top > found.floor)
    for place in known:
        jumps &= (place < found.low) | (place > found.high)
    narrow |= set(zip(found.low[jumps].tolist(), found.high[jumps].tolist(), strict=True))
    return sorted({end for ends in narrow for end in ends}) if len(narrow) < 1000 else []


def _within(share: float, low: Any, high: Any) -> Any:
    """Whether the width is below so much of twice the distance from 0."""
    return high - low < share * np.abs(low + high)


def _alike(least: float, most: float) -> bool:
    floor, top = max(least, -most, 0.0), max(-least, most)
    return top <= 2.0 * floor
