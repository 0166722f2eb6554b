"""References in a figure: ``"=name"`` a value, ``"~template"`` a text, ``"@token"`` a colour.

``"=name"`` stands for one of the values at a state, ``"~template"`` for a template filled with
them, ``"@token"`` for a colour of the theme; a backslash in front leaves a string as it is.
explorer.js resolves the same references in a page.

What belongs here: what a reference means. What never does: what a figure shows (`stebook.plots`).
"""

import math
from collections.abc import Mapping
from typing import Any

import numpy as np

from stebook import templates

#: plotly.js takes nothing but a boolean for these, and silently draws the default for 0 and 1.
FLAGS = ("visible", "showlegend", "showscale")


def resolve(part: object, values: Mapping[str, object], tokens: Mapping[str, str]) -> Any:
    """A part of a figure with its references resolved.

    Raises
    ------
    ValueError
        If a reference is not known, a template's slots do not fit, or a flag is not a boolean.

    Examples
    --------
    >>> resolve({"y": "=loss", "name": "~N = {n:.0f}"}, {"loss": [1.0], "n": 10}, {})
    {'y': [1.0], 'name': 'N = 10'}
    """
    if isinstance(part, Mapping):
        return {key: _entry(key, value, values, tokens) for key, value in part.items()}
    if isinstance(part, (list, tuple)):
        return [resolve(value, values, tokens) for value in part]
    if not isinstance(part, str):
        return part
    sign, rest = part[:1], part[1:]
    if sign == "=":
        return _drawn(_known(rest, values))
    if sign == "~":
        templates.check(rest, values)
        return templates.fill(rest, values)
    if sign == "@":
        return _known(part, tokens)
    return rest if sign == "\\" else part


def _entry(
    key: str, part: object, values: Mapping[str, object], tokens: Mapping[str, str]
) -> object:
    value = resolve(part, values, tokens)
    if key in FLAGS and not isinstance(value, (bool, str)):
        raise ValueError(f"{key}: expected a condition, true or false, got {value!r}")
    return value


def _known(name: str, values: Mapping[str, object]) -> object:
    if name not in values:
        raise ValueError(f"reference: expected one of {sorted(values)}, got {name!r}")
    return values[name]


def _drawn(value: object) -> object:
    """A value as plotly takes it: a gap is None, since JSON has no NaN."""
    if isinstance(value, np.ndarray):
        return _drawn(value.tolist())
    if isinstance(value, list):
        return [_drawn(x) for x in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value
