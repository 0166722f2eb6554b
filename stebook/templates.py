"""Templates: text with slots such as ``{cosine:.2f}``, filled the same way here and in the page.

What belongs here: slots, and how a number is printed. What never does: a sentence of an explorer.
"""

import math
import re
from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Context, Decimal
from typing import Any

#: A slot holds a name and, for a number, its decimals. explorer.js reads the same form.
SLOT = re.compile(r"\{(\w+)(?::\.(\d)f)?\}", re.ASCII)
#: Room for every digit of any double.
_EXACT = Context(prec=400)


def number(value: float, decimals: int) -> str:
    """A number with fixed decimals, a true minus sign, and never a negative zero.

    A tie goes away from zero, as in JavaScript's ``toFixed``; Python's own format goes to even.

    Examples
    --------
    >>> number(-0.001, 2), number(2.5, 1), number(0.125, 2)
    ('0.00', '2.5', '0.13')
    """
    last = Decimal(1).scaleb(-decimals)
    text = f"{Decimal(abs(value)).quantize(last, ROUND_HALF_UP, _EXACT):f}"
    return f"\N{MINUS SIGN}{text}" if value < 0 and float(text) != 0.0 else text


def signed(value: float) -> str:
    r"""A number as short as it is, with a true minus sign.

    Examples
    --------
    >>> signed(2.0), signed(-0.5) == "\N{MINUS SIGN}0.5"
    ('2', True)
    """
    return f"{value:g}".replace("-", "\N{MINUS SIGN}")


def fill(template: str, values: Mapping[str, Any]) -> str:
    """The template with its slots filled.

    Raises
    ------
    ValueError
        If a slot's value is not a finite number where a number is due.

    Examples
    --------
    >>> fill("{who} says {x:.1f}", {"who": "ReLU", "x": 0.25})
    'ReLU says 0.3'
    """

    def slot(match: re.Match) -> str:
        name, decimals = match.groups()
        value = values[name]
        if decimals is None:
            return str(value)
        if not math.isfinite(value):
            raise ValueError(f"{name}: expected a finite number for a sentence, got {value}")
        return number(value, int(decimals))

    return SLOT.sub(slot, template)


def slots(template: str) -> list[str]:
    """The names of a template's slots."""
    return [match.group(1) for match in SLOT.finditer(template)]


def check(template: str, values: Mapping[str, object]) -> None:
    """Refuse a slot that the two lives would fill differently, or not at all.

    Raises
    ------
    ValueError
        If a slot's name is unknown, a number has no decimals, a string has them, or a brace is
        left over.
    """
    for match in SLOT.finditer(template):
        name, decimals = match.groups()
        if name not in values:
            raise ValueError(f"slot: expected one of {sorted(values)}, got {name!r}")
        if isinstance(values[name], str) != (decimals is None):
            raise ValueError(
                f"slot {name}: expected decimals for a number and none for a string, "
                f"got {match.group()!r}"
            )
    if "{" in SLOT.sub("", template) or "}" in SLOT.sub("", template):
        raise ValueError(f"template: expected slots like {{name:.2f}}, got {template!r}")
