"""The controls of an explorer: a name, what the reader sees, a grid of values, where it starts.

What belongs here: kinds of controls and how their values are said. What never does: how a control
is drawn, which `stebook.page` and `stebook.widget` know, each for its own life.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

Value = float | str
KINDS = ("range", "select", "radio")
#: What separates names and values in an address, or means something else in one.
_NOT_IN_ADDRESS = re.compile(r"[,;:=&#%\s]")


@dataclass(frozen=True)
class Control:
    """A control and its grid.

    ``values`` are numbers or strings; ``labels`` say them to the reader; ``kind`` is range, select
    or radio; ``default`` is one of the values. A ``walk`` has values that make a way, such as an
    angle, which can be played; it is never a radio, which shows all its values at once.
    """

    name: str
    label: str
    kind: str
    values: tuple[Value, ...]
    labels: tuple[str, ...]
    default: Value
    walk: bool = False

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise ValueError(f"kind of {self.name}: expected one of {KINDS}, got {self.kind!r}")
        if self.walk and self.kind == "radio":
            raise ValueError(f"walk of {self.name}: expected a range or select, got {self.kind!r}")
        if not self.values or len(set(self.values)) != len(self.values):
            raise ValueError(f"values of {self.name}: expected distinct values, got {self.values}")
        if len(self.labels) != len(self.values):
            raise ValueError(
                f"labels of {self.name}: expected {len(self.values)}, got {len(self.labels)}"
            )
        if len({isinstance(value, str) for value in self.values}) > 1:
            raise ValueError(f"values of {self.name}: expected all strings or none, got both")
        for value in self.values:
            if isinstance(value, str) and (not value or _NOT_IN_ADDRESS.search(value)):
                raise ValueError(
                    f"values of {self.name}: expected words that can stand in an address, "
                    f"got {value!r}"
                )
        self.index(self.default)

    def index(self, value: Value) -> int:
        """Where a value stands on the grid; a value that is not on it is refused."""
        if value not in self.values:
            known = ", ".join(map(str, self.values))
            raise ValueError(f"{self.name}: expected one of {known}, got {value!r}")
        return self.values.index(value)


#: Values with what the reader sees of each, or values alone.
Grid = Mapping[float, str] | Mapping[int, str] | Mapping[str, str] | Sequence[Value]


def slider(
    name: str,
    label: str,
    grid: Grid,
    default: Value,
    say: Callable[..., str] = "{:g}".format,
    *,
    walk: bool = False,
) -> Control:
    """A control for values in an order; `say` labels those that come without a label.

    Examples
    --------
    >>> slider("theta", "Angle θ", (0, 90, 180), 90, "{}°".format).labels
    ('0°', '90°', '180°')
    """
    return _control("range", name, label, grid, default, say, walk)


def menu(
    name: str,
    label: str,
    grid: Grid,
    default: Value,
    say: Callable[..., str] = "{:g}".format,
    *,
    walk: bool = False,
) -> Control:
    """A control for a choice among many."""
    return _control("select", name, label, grid, default, say, walk)


def radio(
    name: str, label: str, grid: Grid, default: Value, say: Callable[..., str] = "{:g}".format
) -> Control:
    """A control for a choice among a few that the reader sees all.

    Examples
    --------
    >>> radio("layer", "Second layer", {"best": "best v", "teacher": "v*"}, "best").values
    ('best', 'teacher')
    """
    return _control("radio", name, label, grid, default, say)


def _control(
    kind: str,
    name: str,
    label: str,
    grid: Grid,
    default: Value,
    say: Callable[..., str],
    walk: bool = False,
) -> Control:
    labels = grid.values() if isinstance(grid, Mapping) else map(say, grid)
    return Control(name, label, kind, tuple(grid), tuple(labels), default, walk)
