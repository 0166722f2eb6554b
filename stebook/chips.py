"""The numbers under an explorer's sentence, each in a place of its own that never moves.

What belongs here: the elements of the numbers, and how much room each keeps. What never does: which
numbers they are, which `stebook.explorer` knows.
"""

import html
import itertools
import math
import random
from collections.abc import Iterator, Mapping
from typing import Any

from stebook import templates
from stebook.controls import Value
from stebook.explorer import Explorer

#: So many states are looked at for the widest text of a number.
MOST = 400

#: The tables of an explorer as a page stores them.
Tables = list[dict[str, Any]]


def markup(explorer: Explorer, state: Mapping[str, Value], tables: Tables) -> str:
    """The first rows of an explorer as a list, or nothing where there are none.

    Without tables, as with a kernel, the other states are not known, nor how wide their texts are.
    """
    shown = explorer.rows[: explorer.chips]
    cells = explorer.cells(explorer.values(state))
    rooms = widest(explorer, tables) if tables else map(_usual, explorer.rows, cells)
    chips = "".join(
        f'<div><dt>{html.escape(label)}</dt><dd data-room="{html.escape(room)}">'
        f"{html.escape(cell)}</dd></div>"
        for (label, _), cell, room in zip(shown, cells, rooms, strict=False)
    )
    return f'<dl class="explorer-chips">{chips}</dl>' if chips else ""


def widest(explorer: Explorer, tables: Tables) -> list[str]:
    """The longest text of each row in the states of a page."""
    every = [explorer.cells(values) for values in _values(explorer, tables)]
    return [max(texts, key=_width) for texts in zip(*every, strict=True)]


def _width(text: str) -> float:
    """About how wide a text is, in digits: a minus sign is wider than one, and a point narrower."""
    return len(text) + 0.5 * text.count("\N{MINUS SIGN}") - 0.5 * text.count(".")


def _usual(row: tuple[str, str], cell: str) -> str:
    usual = templates.SLOT.sub(lambda slot: f"00.{'0' * int(slot[2] or 0)}", row[1])
    return max(cell, usual, key=_width)


def _values(explorer: Explorer, tables: Tables) -> Iterator[dict[str, Any]]:
    """What the page computes in each state that is looked at."""
    grids = [[explorer.control(name).values for name in table["controls"]] for table in tables]
    rows = [{point: i for i, point in enumerate(itertools.product(*grid))} for grid in grids]
    for state in _states(explorer):
        known: dict[str, Any] = explorer.inputs(state)
        for table, row in zip(tables, rows, strict=True):
            i = row[tuple(state[name] for name in table["controls"])]
            for name, column in table["columns"].items():
                known[name] = math.nan if column[i] is None else column[i]
        yield explorer.completed(known)


def _states(explorer: Explorer) -> Iterator[dict[str, Value]]:
    """All states, or where they are many the corners and others by chance."""
    names = [control.name for control in explorer.controls]
    grids = [control.values for control in explorer.controls]
    if math.prod(map(len, grids)) > MOST:
        drawn = random.Random(0)
        yield from (dict(zip(names, map(drawn.choice, grids), strict=True)) for _ in range(MOST))
        grids = [(grid[0], grid[-1]) for grid in grids]
    yield from (dict(zip(names, point, strict=True)) for point in itertools.product(*grids))
