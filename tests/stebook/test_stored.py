"""Rounding what a page stores changes no sentence: every state of every explorer.

Of an explorer with very many states a share is taken, evenly.
"""

import itertools
import math
from functools import cache

import pytest

from stebook import EXPLORERS, formulas, get_explorer

#: So many states are gone through at the most.
MOST = 20_000


def row(explorer, controls, state):
    """Where a state stands in a stored column."""
    at = 0
    for name in controls:
        control = explorer.control(name)
        at = at * len(control.values) + control.index(state[name])
    return at


@cache
def ready(name, numbers):
    """An explorer's formulas, over values of which these are numbers; looked up once for all."""
    made = {}
    for key, text in get_explorer(name).formulas.items():
        made[key] = formulas.python(text, numbers)
        numbers |= {key}
    return made


def said(explorer, found):
    """The sentence, from the values of tables and controls."""
    numbers = frozenset(name for name, value in found.items() if isinstance(value, (int, float)))
    for name, formula in ready(explorer.name, numbers).items():
        found[name] = formula(found)
    return explorer.say(found)


@pytest.mark.parametrize("name", EXPLORERS)
def test_every_sentence_survives_rounding(name):
    explorer = get_explorer(name)
    stored = explorer.tabulate()
    exact = [{} for _ in stored]
    names = [control.name for control in explorer.controls]
    grids = [control.values for control in explorer.controls]
    stride = 1 + math.prod(map(len, grids)) // MOST
    for point in itertools.islice(itertools.product(*grids), 0, None, stride):
        state = dict(zip(names, point, strict=True))
        mine, its = explorer.inputs(state), explorer.inputs(state)
        for table, kept, seen in zip(explorer.tables, stored, exact, strict=True):
            at = row(explorer, table.controls, state)
            if at not in seen:
                seen[at] = table.columns(state)
            mine.update(seen[at])
            for column, values in kept["columns"].items():
                its[column] = math.nan if values[at] is None else values[at]
        assert said(explorer, its) == said(explorer, mine), state
