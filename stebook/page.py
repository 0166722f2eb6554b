"""The life without a kernel: native controls, the stored tables, and what explorer.js needs.

What belongs here: HTML of an explorer, its data as JSON. What never does: the computing of a value,
which `stebook.explorer` does for both lives, and a widget.
"""

import html
import itertools
import json
from collections.abc import Mapping

from stebook import templates
from stebook.controls import Control, Value
from stebook.explorer import Explorer

_count = itertools.count()
#: Plotly's own, where a layout has none.
HEIGHT = 450


def _json(data: object) -> str:
    """JSON that can stand inside a script element: no '<' can end it early."""
    return json.dumps(data, separators=(",", ":"), allow_nan=False).replace("<", "\\u003c")


def _control(control: Control, value: Value, group: str) -> str:
    index = control.index(value)
    name, label = html.escape(control.name), html.escape(control.label)
    texts = [html.escape(text) for text in control.labels]
    if control.kind == "range":
        return (
            f'<label class="explorer-control" data-control="{name}">'
            f"<span>{label} <output>{texts[index]}</output></span>"
            f'<input type="range" min="0" max="{len(texts) - 1}" step="1" value="{index}" '
            f'aria-label="{label}" aria-valuetext="{texts[index]}" disabled></label>'
        )
    if control.kind == "select":
        options = "".join(
            f'<option value="{i}"{" selected" if i == index else ""}>{text}</option>'
            for i, text in enumerate(texts)
        )
        return (
            f'<label class="explorer-control" data-control="{name}"><span>{label}</span>'
            f"<select disabled>{options}</select></label>"
        )
    radios = "".join(
        f'<label><input type="radio" name="{group}-{name}" value="{i}"'
        f"{' checked' if i == index else ''} disabled> {text}</label>"
        for i, text in enumerate(texts)
    )
    return (
        f'<fieldset class="explorer-control" data-control="{name}"><legend>{label}</legend>'
        f"{radios}</fieldset>"
    )


def _table(explorer: Explorer, state: Mapping[str, Value]) -> str:
    values = explorer.values(state)
    rows = [
        (control.label, control.labels[control.index(state[control.name])])
        for control in explorer.controls
    ]
    rows += [(label, _cell(template, values)) for label, template in explorer.rows]
    cells = "".join(
        f'<tr><th scope="row">{html.escape(label)}</th><td>{html.escape(text)}</td></tr>'
        for label, text in rows
    )
    return f"<table>{cells}</table>"


def _cell(template: str, values: Mapping[str, object]) -> str:
    try:
        return templates.fill(template, values)
    except ValueError:  # a quantity that is not defined at this state
        return "not defined"


def _data(explorer: Explorer, state: Mapping[str, Value]) -> dict[str, object]:
    """All that explorer.js evaluates and draws."""
    controls = [
        {
            "name": control.name,
            "label": control.label,
            "values": list(control.values),
            "labels": list(control.labels),
            "start": control.index(state[control.name]),
        }
        for control in explorer.controls
    ]
    return {
        "name": explorer.name,
        "controls": controls,
        "tables": explorer.tabulate(),
        "figure": explorer.figure,
        **explorer.program(),
    }


def _heights(explorer: Explorer) -> str:
    """The heights that the plot will have, for the style sheet."""
    layout, narrow = (explorer.part(name) for name in ("layout", "narrow"))
    wide = layout.get("height", HEIGHT)
    return f"--wide-plot: {wide}px; --narrow-plot: {narrow.get('height', wide)}px"


def markup(explorer: Explorer, state: Mapping[str, Value]) -> str:
    """The explorer as a figure element; its script is added by the page."""
    group = f"{explorer.name}-{next(_count)}"
    controls = "".join(_control(c, state[c.name], group) for c in explorer.controls)
    table = _table(explorer, state)
    traces = " ".join(sorted(explorer.traces))
    sentence = html.escape(explorer.say(explorer.values(state)))
    return (
        f'<figure class="explorer" data-name="{explorer.name}" data-traces="{traces}" '
        f'aria-label="Explorer: {html.escape(explorer.title)}">'
        f'<div class="explorer-controls">{controls}'
        '<button type="button" class="explorer-reset" disabled>Reset</button></div>'
        f'<div class="explorer-plot" style="{_heights(explorer)}" role="img" '
        f'aria-label="{html.escape(explorer.alt)}"></div>'
        f"<noscript><p>Without JavaScript this explorer shows one state.</p>{table}</noscript>"
        f'<div class="explorer-print">{table}</div>'
        f'<p class="explorer-says" aria-live="polite">{sentence}</p>'
        '<p class="explorer-note" role="status" hidden></p>'
        f"<figcaption>{html.escape(explorer.caption)}</figcaption>"
        f'<script type="application/json">{_json(_data(explorer, state))}</script></figure>'
    )
