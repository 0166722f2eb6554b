"""The life without a kernel: native controls, the stored tables, and what explorer.js needs.

What belongs here: HTML of an explorer, its data as JSON. What never does: the computing of a value,
which `stebook.explorer` does for both lives, and a widget.
"""

import html
import itertools
import json
import re
from collections.abc import Mapping

from stebook import chips, templates
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
        return _playable(
            control,
            f"<label><span>{label} "
            f'<output data-room="{max(texts, key=len)}">{texts[index]}</output></span>'
            f'<input type="range" min="0" max="{len(texts) - 1}" step="1" value="{index}" '
            f'aria-label="{label}" aria-valuetext="{texts[index]}" disabled></label>',
        )
    if control.kind == "select":
        options = "".join(
            f'<option value="{i}"{" selected" if i == index else ""}>{text}</option>'
            for i, text in enumerate(texts)
        )
        return _playable(
            control, f"<label><span>{label}</span><select disabled>{options}</select></label>"
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


def _playable(control: Control, field: str) -> str:
    """A field, with a button beside it where the control is a walk."""
    play = '<button type="button" class="explorer-play" disabled></button>' if control.walk else ""
    name, places = html.escape(control.name), len(control.values) if control.kind == "range" else 0
    return (
        f'<div class="explorer-control" data-control="{name}" style="--places: {places}">'
        f"{field}{play}</div>"
    )


def _presets(explorer: Explorer) -> str:
    """A button for each named state, with the places on the grids where it is."""
    buttons = []
    for name, changes in explorer.presets.items():
        state = explorer.state(**changes)
        places = _json(
            {control.name: control.index(state[control.name]) for control in explorer.controls}
        )
        buttons.append(
            f'<button type="button" data-state="{html.escape(places)}" disabled>'
            f"{html.escape(name)}</button>"
        )
    return f'<div class="explorer-presets">{"".join(buttons)}</div>' if buttons else ""


def _table(explorer: Explorer, state: Mapping[str, Value]) -> str:
    values = explorer.values(state)
    rows = [
        (control.label, control.labels[control.index(state[control.name])])
        for control in explorer.controls
    ]
    labels = [label for label, _ in explorer.rows]
    rows += zip(labels, explorer.cells(values), strict=True)
    cells = "".join(
        f'<tr><th scope="row">{html.escape(label)}</th><td>{html.escape(text)}</td></tr>'
        for label, text in rows
    )
    return f"<table>{cells}</table>"


def _data(explorer: Explorer, state: Mapping[str, Value], tables: list) -> dict[str, object]:
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
        "tables": tables,
        "figure": explorer.figure,
        **explorer.program(),
    }


def _heights(explorer: Explorer) -> str:
    """The heights that the plot will have, for the style sheet."""
    layout, narrow = (explorer.part(name) for name in ("layout", "narrow"))
    wide = layout.get("height", HEIGHT)
    return f"--wide-plot: {wide}px; --narrow-plot: {narrow.get('height', wide)}px"


def _room(explorer: Explorer, tables: list) -> str:
    """The longest sentence that there may be: the page keeps room for it, so that nothing jumps."""
    words = {f"{c.name}_label": max(c.labels, key=len) for c in explorer.controls}
    for table in tables:
        for name, column in table["columns"].items():
            texts = [text for text in column if isinstance(text, str)]
            if texts:
                words[name] = max(texts, key=len)

    def longest(match: re.Match) -> str:
        name, decimals = match.groups()
        return words.get(name, "") if decimals is None else f"000.{'0' * int(decimals)}"

    def wide(text: str) -> str:
        """With zeros for what is found, which is bold and so a sixth wider at most."""
        return f"{text} {'0' * (text.find('. ') // 6 + 2)}"

    said = (templates.SLOT.sub(longest, sentence.text) for sentence in explorer.sentences)
    return max(map(wide, said), key=len)


def markup(explorer: Explorer, state: Mapping[str, Value], *, stored: bool = True) -> str:
    """The explorer as a figure element; its script is added by whoever shows it.

    Its tables are in it if they are `stored`; else a kernel has them.
    """
    group = f"{explorer.name}-{next(_count)}"
    controls = "".join(_control(c, state[c.name], group) for c in explorer.controls)
    table = _table(explorer, state)
    traces = " ".join(sorted(explorer.traces))
    sentence = html.escape(explorer.say(explorer.values(state)))
    tables = explorer.tabulate() if stored else []
    return (
        f'<figure class="explorer" data-name="{explorer.name}" data-traces="{traces}" '
        f'aria-label="Explorer: {html.escape(explorer.title)}">'
        '<div class="explorer-head">'
        f'<p class="explorer-title" aria-hidden="true">{html.escape(explorer.title)}</p>'
        '<button type="button" class="explorer-reset" disabled><span>Reset</span></button></div>'
        f'<div class="explorer-controls">{controls}</div>{_presets(explorer)}'
        '<div class="explorer-heard" aria-live="polite" aria-atomic="true">'
        f'<div class="explorer-room" data-room="{html.escape(_room(explorer, tables))}">'
        f'<p class="explorer-says">{sentence}</p></div>'
        f"{chips.markup(explorer, state, tables)}</div>"
        f'<div class="explorer-stage"><div class="explorer-plot" style="{_heights(explorer)}" '
        f'role="img" aria-label="{html.escape(explorer.alt)}"></div></div>'
        f"<noscript><p>Without JavaScript this explorer shows one state.</p>{table}</noscript>"
        '<div class="explorer-tools" role="group" aria-label="Tools"></div>'
        '<p class="explorer-note" role="status" hidden></p>'
        f'<div class="explorer-print">{table}</div><div class="explorer-curves" role="region" '
        'tabindex="0" aria-label="Values of what is drawn"></div>'
        "<figcaption><details><summary>How to read this</summary>"
        f"<p>{html.escape(explorer.caption)}</p></details></figcaption>"
        f'<script type="application/json">{_json(_data(explorer, state, tables))}</script></figure>'
    )


def still(explorer: Explorer, state: Mapping[str, Value]) -> str:
    """One state of the explorer as a table, for where no script runs."""
    sentence = html.escape(explorer.say(explorer.values(state)))
    return (
        f"<figure><p><strong>{html.escape(explorer.title)}</strong></p><p>{sentence}</p>"
        f"{_table(explorer, state)}<figcaption>{html.escape(explorer.caption)}</figcaption>"
        "</figure>"
    )
