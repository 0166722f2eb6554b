"""What an explorer is: controls on grids, tables, formulas, one figure, a few sentences.

An explorer is declared once. With a kernel it computes each state as it is asked for. For the built
pages its tables are evaluated over their controls' grids and stored, and the page evaluates the
same formulas on them. A table depends on some of the controls only, so that controls that separate
are stored as factors and not as their product.
"""

import itertools
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from ste.explorers import formulas, sentences

Value = float | str
KINDS = ("range", "select", "radio")


@dataclass(frozen=True)
class Control:
    """A control and its grid.

    ``values`` are numbers or strings; ``labels`` say them to the reader; ``kind`` is range, select
    or radio; ``default`` is one of the values.
    """

    name: str
    label: str
    kind: str
    values: tuple[Value, ...]
    labels: tuple[str, ...]
    default: Value

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise ValueError(f"kind of {self.name}: expected one of {KINDS}, got {self.kind!r}")
        if not self.values or len(set(self.values)) != len(self.values):
            raise ValueError(f"values of {self.name}: expected distinct values, got {self.values}")
        if len(self.labels) != len(self.values):
            raise ValueError(
                f"labels of {self.name}: expected {len(self.values)}, got {len(self.labels)}"
            )
        self.index(self.default)

    def index(self, value: Value) -> int:
        """Where a value stands on the grid; a value that is not on it is refused."""
        if value not in self.values:
            known = ", ".join(map(str, self.values))
            raise ValueError(f"{self.name}: expected one of {known}, got {value!r}")
        return self.values.index(value)


@dataclass(frozen=True)
class Table:
    """Numbers, arrays or strings that depend on some of the controls.

    ``compute`` takes those controls as keyword arguments and returns a dict. Pages hold numbers to
    ``digits`` significant digits, and arrays to ``decimals`` decimals.
    """

    controls: tuple[str, ...]
    compute: Callable[..., Mapping[str, float | str | np.ndarray]]
    digits: int = 6
    decimals: int = 3


@dataclass(frozen=True)
class Sentence:
    """A sentence and the formula that says when it is true; the first true one is said."""

    when: str
    text: str


@dataclass(frozen=True)
class Explorer:
    """One explorer; see the module's text.

    ``formulas`` are evaluated in order, each over the tables, the controls and the formulas before
    it. Controls with numbers are known by their name, those with strings by their index; every
    control also has ``<name>_label``; ``nothing`` is a value for what is not defined. ``figure`` is
    a plotly figure as a dict in which a string ``"=name"`` stands for a value, ``"~template"`` for
    a filled template and ``"@token"`` for a colour of the theme; its entry ``narrow`` changes the
    layout on a narrow page. ``rows`` are the (label, template) pairs of the table for print.
    """

    name: str
    title: str
    caption: str
    alt: str
    controls: tuple[Control, ...]
    tables: tuple[Table, ...]
    formulas: Mapping[str, str]
    figure: Mapping[str, object]
    sentences: tuple[Sentence, ...]
    rows: tuple[tuple[str, str], ...] = field(default=())

    def __post_init__(self) -> None:
        names = [control.name for control in self.controls]
        for table in self.tables:
            for name in table.controls:
                if name not in names:
                    raise ValueError(f"controls of a table: expected some of {names}, got {name!r}")
        known = set(self.values(self.defaults))
        for template in [s.text for s in self.sentences] + [text for _, text in self.rows]:
            for slot in sentences.slots(template):
                if slot not in known:
                    raise ValueError(f"slot: expected one of {sorted(known)}, got {slot!r}")
        self.say(self.values(self.defaults))

    @cached_property
    def defaults(self) -> dict[str, Value]:
        """The state that the explorer starts in."""
        return {control.name: control.default for control in self.controls}

    def control(self, name: str) -> Control:
        """The control of that name."""
        for control in self.controls:
            if control.name == name:
                return control
        known = ", ".join(control.name for control in self.controls)
        raise ValueError(f"control: expected one of {known}, got {name!r}")

    def state(self, **changes: Value) -> dict[str, Value]:
        """The default state with some controls changed; values off the grid are refused."""
        for name, value in changes.items():
            self.control(name).index(value)
        return {**self.defaults, **changes}

    def inputs(self, state: Mapping[str, Value]) -> dict[str, Value]:
        """What the formulas know of the controls."""
        known: dict[str, Value] = {"nothing": math.nan}
        for control in self.controls:
            value = state[control.name]
            index = control.index(value)
            known[control.name] = index if isinstance(value, str) else value
            known[f"{control.name}_label"] = control.labels[index]
        return known

    def values(self, state: Mapping[str, Value]) -> dict[str, object]:
        """Everything that the figure and the sentences use, at a state."""
        found: dict[str, object] = dict(self.inputs(state))
        for table in self.tables:
            found.update(table.compute(**{name: state[name] for name in table.controls}))
        for name, text in self.formulas.items():
            found[name] = formulas.python(text, _numbers(found))(found)
        return found

    def at(self, **changes: Value) -> dict[str, object]:
        """The values at the default state with some controls changed."""
        return self.values(self.state(**changes))

    def say(self, values: Mapping[str, object]) -> str:
        """The sentence for these values: the first whose condition holds."""
        for sentence in self.sentences:
            if formulas.python(sentence.when, _numbers(values))(values):
                return sentences.fill(sentence.text, values)
        raise ValueError(f"sentences of {self.name}: expected one for every state, got none")

    def draw(self, values: Mapping[str, object], tokens: Mapping[str, str]) -> dict[str, object]:
        """The figure's data and layout with their references resolved."""
        return {part: _resolve(self.figure[part], values, tokens) for part in ("data", "layout")}

    def tabulate(self) -> list[dict[str, object]]:
        """The tables over their grids, rounded, ready to be stored in a page."""
        return [self._tabulated(table) for table in self.tables]

    def _tabulated(self, table: Table) -> dict[str, object]:
        grids = [self.control(name).values for name in table.controls]
        columns: dict[str, list] = {}
        for point in itertools.product(*grids):
            for name, value in table.compute(
                **dict(zip(table.controls, point, strict=True))
            ).items():
                columns.setdefault(name, []).append(_stored(value, table))
        return {"controls": list(table.controls), "columns": columns, "scale": 10**table.decimals}

    def program(self) -> dict[str, object]:
        """Formulas, conditions and templates as the page evaluates them."""
        known = set(_numbers(self.values(self.defaults)))
        return {
            "formulas": [[n, formulas.javascript(t, known)] for n, t in self.formulas.items()],
            "sentences": [[formulas.javascript(s.when, known), s.text] for s in self.sentences],
            "rows": [list(row) for row in self.rows],
        }

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict:
        from ste.explorers.display import bundle

        return bundle(self, self.defaults)


def _numbers(values: Mapping[str, object]) -> frozenset[str]:
    """The names of the values that are single numbers, which formulas can use."""
    return frozenset(n for n, v in values.items() if isinstance(v, (int, float, np.number)))


def _stored(value: float | str | np.ndarray, table: Table) -> object:
    """A value as the page keeps it; arrays as the differences of integers, short if constant."""
    if isinstance(value, str):
        return value
    if np.ndim(value) == 0:
        return float(f"{float(value):.{table.digits}g}") if math.isfinite(value) else None
    scaled = np.asarray(value, dtype=float) * 10**table.decimals
    kept = [round(x) if math.isfinite(x) else None for x in scaled.tolist()]
    if len(set(kept)) == 1:
        return {"all": kept[0], "count": len(kept)}
    steps, last = [], 0
    for x in kept:
        steps.append(None if x is None else x - last)
        last = last if x is None else x
    return steps


def _drawn(value: object) -> object:
    """A value as plotly takes it: a gap is None, since JSON has no NaN."""
    if isinstance(value, np.ndarray):
        return [_drawn(x) for x in value.tolist()]
    return None if isinstance(value, float) and math.isnan(value) else value


def _resolve(part: object, values: Mapping[str, object], tokens: Mapping[str, str]) -> object:
    if isinstance(part, Mapping):
        return {key: _resolve(value, values, tokens) for key, value in part.items()}
    if isinstance(part, (list, tuple)):
        return [_resolve(value, values, tokens) for value in part]
    if isinstance(part, str) and part[:1] == "=":
        return _drawn(values[part[1:]])
    if isinstance(part, str) and part[:1] == "~":
        return sentences.fill(part[1:], values)
    if isinstance(part, str) and part[:1] == "@":
        return tokens[part]
    return part
