"""What an explorer is: controls on grids, tables, formulas, one figure, a few sentences.

An explorer is declared once. With a kernel it computes each state as it is asked for. For the built
pages its tables are evaluated over their controls' grids and stored, and the page evaluates the
same formulas on them. A table depends on some of the controls only, so that controls that separate
are stored as factors and not as their product.

What belongs here: the parts of a declaration, what is refused in one, and its values at a state.
What never does: how it is shown, which `stebook.page` and `stebook.widget` know.
"""

import itertools
import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

import numpy as np

from stebook import formulas, templates
from stebook.controls import Control, Value
from stebook.figure import resolve
from stebook.theme import TOKENS

_NAME = re.compile(r"[A-Za-z]\w*", re.ASCII)
#: What a value comes down to in both lives.
Plain = bool | float | str | np.ndarray


@dataclass(frozen=True)
class Table:
    """Numbers, booleans, strings or arrays that depend on some of the controls.

    ``compute`` takes those controls as keyword arguments and returns a dict. Pages hold numbers to
    ``digits`` significant digits, and arrays to ``decimals`` decimals. Arrays may have several axes
    (a heatmap's ``z``) or hold strings. NaN is what is not defined, and in an array a gap.
    """

    controls: tuple[str, ...]
    compute: Callable[..., Mapping[str, float | str | np.ndarray]]
    digits: int = 17
    decimals: int = 3

    def columns(self, state: Mapping[str, Value]) -> dict[str, Plain]:
        """The columns at a state, in the few forms that both lives share."""
        computed = self.compute(**{name: state[name] for name in self.controls})
        return {name: _plain(name, value) for name, value in computed.items()}


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
    control also has ``<name>_label``; ``nothing`` is a value for what is not defined; a condition
    such as ``x > 0`` is a formula too, and what ``visible`` needs. ``figure`` is made of the pieces
    in `stebook.plots`, with the references of `stebook.figure`. Its entry ``narrow`` changes the
    layout on a narrow page, and its ``ghosts`` show the state before a hand moved something.
    ``rows`` are (label, template) pairs: numbers that the sentences need not say. All of them are
    the table for print, and the first ``chips`` stand under the sentence too, each in its place.
    ``presets`` are states with a name, each by what it changes in the default state.
    ``own`` puts a reader's own object into the explorer, by the name that the object has in `take`.
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
    chips: int = 0
    presets: Mapping[str, Mapping[str, Value]] = field(default_factory=dict)
    own: Mapping[str, Callable[["Explorer", object], "Explorer"]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Refuse at once what would break one of the lives later, or make them differ."""
        names = [control.name for control in self.controls]
        for table in self.tables:
            for name in table.controls:
                if name not in names:
                    raise ValueError(f"controls of a table: expected some of {names}, got {name!r}")
        self._check_names()
        for changes in self.presets.values():
            self.state(**changes)
        values = self.values(self.defaults)
        for template in [s.text for s in self.sentences] + [text for _, text in self.rows]:
            templates.check(template, values)
        resolve(self.figure, values, TOKENS)
        self.say(values)

    def _check_names(self) -> None:
        names = list(self.inputs(self.defaults))
        for table in self.tables:
            names += table.columns(self.defaults)
        names += self.formulas
        for name in names:
            if not _NAME.fullmatch(name):
                raise ValueError(f"name: expected ASCII letters, digits and _, got {name!r}")
            if names.count(name) > 1:
                raise ValueError(f"name: expected each once, got {name!r} twice")
        if not re.fullmatch(r"[a-z][a-z0-9_-]*", self.name):
            raise ValueError(f"name: expected small letters, digits, _ and -, got {self.name!r}")

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

    def take(self, **objects: object) -> "Explorer":
        """The explorer with a reader's own objects in it; one that it cannot take is refused.

        Its named states are those of its own objects, so there are none with others.
        """
        explorer = replace(self, presets={}) if objects else self
        for name, given in objects.items():
            if name not in self.own:
                taken = ", ".join(self.own) or "none"
                raise ValueError(
                    f"{name}: {self.name} takes no object there, got {given!r}; objects that it "
                    f"takes: {taken}"
                )
            explorer = self.own[name](explorer, given)
        return explorer

    def inputs(self, state: Mapping[str, Value]) -> dict[str, Value]:
        """What the formulas know of the controls."""
        known: dict[str, Value] = {"nothing": math.nan}
        for control in self.controls:
            value = state[control.name]
            index = control.index(value)
            known[control.name] = index if isinstance(value, str) else value
            known[f"{control.name}_label"] = control.labels[index]
        return known

    def values(self, state: Mapping[str, Value]) -> dict[str, Any]:
        """Everything that the figure and the sentences use, at a state."""
        values: dict[str, Any] = dict(self.inputs(state))
        for table in self.tables:
            values.update(table.columns(state))
        return self.completed(values)

    def completed(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """What the controls and the tables hold at a state, with what the formulas make of it."""
        values = dict(values)
        numbers = _numbers(values)
        for name, text in self.formulas.items():
            values[name] = _plain(name, formulas.python(text, numbers)(values))
            numbers |= {name}
        return values

    def evaluate(self, **changes: Value) -> dict[str, Any]:
        """The values at the default state with some controls changed."""
        return self.values(self.state(**changes))

    def say(self, values: Mapping[str, object]) -> str:
        """The sentence for these values: the first whose condition holds."""
        numbers = _numbers(values)
        for sentence in self.sentences:
            if formulas.python(sentence.when, numbers)(values):
                return templates.fill(sentence.text, values)
        raise ValueError(f"sentences of {self.name}: expected one for every state, got none")

    def cells(self, values: Mapping[str, object]) -> list[str]:
        """What the rows hold for these values, with a dash where a number is not defined."""
        return [_cell(template, values) for _, template in self.rows]

    def told(self, values: Mapping[str, object]) -> str:
        """The sentence for these values, and the numbers that stand under it."""
        labels = [label for label, _ in self.rows[: self.chips]]
        chips = [" ".join(chip) for chip in zip(labels, self.cells(values), strict=False)]
        return " ".join([self.say(values), *([f"{', '.join(chips)}."] if chips else [])])

    def draw(self, values: Mapping[str, object], tokens: Mapping[str, str]) -> dict[str, Any]:
        """The figure's data and layout with their references resolved."""
        parts = {part: self.figure[part] for part in ("data", "layout")}
        return resolve(parts, values, tokens)

    @property
    def traces(self) -> set[str]:
        """The kinds of traces in the figure."""
        data: Any = self.figure["data"]
        return {trace["type"] for trace in data}

    def part(self, name: str) -> dict[str, Any]:
        """A part of the figure, such as its layout; empty where it has none."""
        part: Any = self.figure.get(name)
        return part or {}

    def tabulate(self) -> list[dict[str, object]]:
        """The tables over their grids, rounded, ready to be stored in a page."""
        return [self._tabulated(table) for table in self.tables]

    def stored(self, state: Mapping[str, Value]) -> list[dict[str, object]]:
        """The tables at one state, rounded as `tabulate` has them over all."""
        return [
            {
                "columns": {n: _stored(value, table) for n, value in table.columns(state).items()},
                "scale": 10**table.decimals,
            }
            for table in self.tables
        ]

    def _tabulated(self, table: Table) -> dict[str, object]:
        grids = [self.control(name).values for name in table.controls]
        columns: dict[str, list] = {}
        for point in itertools.product(*grids):
            for name, value in table.columns(dict(zip(table.controls, point, strict=True))).items():
                columns.setdefault(name, []).append(_stored(value, table))
        return {"controls": list(table.controls), "columns": columns, "scale": 10**table.decimals}

    def program(self) -> dict[str, object]:
        """Formulas, conditions and templates as the page evaluates them."""
        known = set(_numbers(self.values(self.defaults)))
        return {
            "formulas": [[n, formulas.tree(t, known)] for n, t in self.formulas.items()],
            "sentences": [[formulas.tree(s.when, known), s.text] for s in self.sentences],
            "rows": [list(row) for row in self.rows],
            "chips": self.chips,
        }


def _numbers(values: Mapping[str, object]) -> frozenset[str]:
    """The names of the values that are single numbers, which formulas can use."""
    return frozenset(n for n, v in values.items() if isinstance(v, (int, float, np.number)))


def _cell(template: str, values: Mapping[str, object]) -> str:
    try:
        return templates.fill(template, values)
    except ValueError:  # a quantity that is not defined at this state
        return "\N{EN DASH}"


def _plain(name: str, value: object) -> Plain:
    """A value without numpy's scalars; an infinite number is refused, since JSON has none."""
    array = np.asarray(value)
    if array.ndim:
        return array
    plain: bool | float | str = array.item()
    if isinstance(plain, float) and math.isinf(plain):
        raise ValueError(f"{name}: expected a finite number, or NaN for nothing, got {plain}")
    return plain


def _stored(value: Plain, table: Table) -> object:
    """A value as the page keeps it."""
    if isinstance(value, np.ndarray):
        return _packed(value, table.decimals)
    if isinstance(value, (bool, str)):
        return value
    return float(f"{value:.{table.digits}g}") if math.isfinite(value) else None


def _packed(array: np.ndarray, decimals: int) -> object:
    """Numbers as the differences of integers, short if constant; more axes as a list of rows."""
    if array.dtype.kind in "Ub":
        return array.tolist()
    if array.ndim > 1:
        return [_packed(row, decimals) for row in array]
    scaled = np.asarray(array, dtype=float) * 10**decimals
    integers = [round(x) if math.isfinite(x) else None for x in scaled.tolist()]
    if len(set(integers)) == 1:
        return {"all": integers[0], "count": len(integers)}
    steps, last = [], 0
    for x in integers:
        steps.append(None if x is None else x - last)
        last = last if x is None else x
    return steps
