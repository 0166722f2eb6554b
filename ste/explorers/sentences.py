"""Templates: text with slots such as ``{cosine:.2f}``, filled the same way here and in the page."""

import math
import re
from collections.abc import Mapping

#: A slot holds a name and, for a number, its decimals. explorer.js reads the same form.
SLOT = re.compile(r"\{(\w+)(?::\.(\d)f)?\}")


def number(value: float, decimals: int) -> str:
    """A number with fixed decimals, a true minus sign, and never a negative zero.

    Examples
    --------
    >>> number(-0.001, 2), number(2.5, 1)
    ('0.00', '2.5')
    """
    text = f"{abs(value):.{decimals}f}"
    return f"\N{MINUS SIGN}{text}" if value < 0 and float(text) != 0.0 else text


def fill(template: str, values: Mapping[str, object]) -> str:
    """The template with its slots filled.

    Raises
    ------
    ValueError
        If a slot's value is not a finite number where a number is due.

    Examples
    --------
    >>> fill("{who} says {x:.1f}", {"who": "ReLU", "x": 0.25})
    'ReLU says 0.2'
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
