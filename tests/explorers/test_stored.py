"""Rounding what a page stores changes no sentence: every state of every explorer."""

import itertools
import math

import pytest

from ste.explorers import NAMES, formulas, get_explorer


def row(explorer, controls, state):
    """Where a state stands in a stored column."""
    at = 0
    for name in controls:
        control = explorer.control(name)
        at = at * len(control.values) + control.index(state[name])
    return at


def said(explorer, found):
    """The sentence, from the values of tables and controls."""
    for name, text in explorer.formulas.items():
        numbers = frozenset(n for n, v in found.items() if isinstance(v, (int, float)))
        found[name] = formulas.python(text, numbers)(found)
    return explorer.say(found)


@pytest.mark.parametrize("name", NAMES)
def test_every_sentence_survives_rounding(name):
    explorer = get_explorer(name)
    stored = explorer.tabulate()
    exact = [{} for _ in stored]
    names = [control.name for control in explorer.controls]
    for point in itertools.product(*(control.values for control in explorer.controls)):
        state = dict(zip(names, point, strict=True))
        mine, its = explorer.inputs(state), explorer.inputs(state)
        for table, kept, cache in zip(explorer.tables, stored, exact, strict=True):
            at = row(explorer, table.controls, state)
            if at not in cache:
                cache[at] = table.at(state)
            mine.update(cache[at])
            for column, values in kept["columns"].items():
                its[column] = math.nan if values[at] is None else values[at]
        assert said(explorer, its) == said(explorer, mine), state
