"""The life with a kernel: ipywidgets controls, a plotly FigureWidget, the sentence.

What belongs here: how a running explorer follows its controls. What never does: anything that a
page needs: this is the one module of the engine that loads plotly and ipywidgets.
"""

import asyncio
import html
from collections.abc import Iterator, Mapping
from typing import Any

import ipywidgets
import plotly.graph_objects as go
from IPython import get_ipython

from stebook.controls import Control, Value
from stebook.explorer import Explorer
from stebook.theme import TOKENS

#: Events closer together than this, in seconds, are answered once, with the last state.
PAUSE = 0.03
_KINDS = {
    "range": ipywidgets.SelectionSlider,
    "select": ipywidgets.Dropdown,
    "radio": ipywidgets.RadioButtons,
}
#: Wide enough for a label and a track beside it; the radios stand below one another.
_WIDTHS = {"range": "26em", "select": "18em", "radio": "auto"}
#: The page of the notebook shows through, light or dark; the tokens stand out on both.
_LOOK = {
    "template": "none",
    "paper_bgcolor": "rgba(0,0,0,0)",
    "plot_bgcolor": "rgba(0,0,0,0)",
    "font": {"color": TOKENS["@text"]},
}


def _control(control: Control, value: Value) -> ipywidgets.Widget:
    return _KINDS[control.kind](
        options=list(zip(control.labels, control.values, strict=True)),
        value=value,
        description=control.label,
        style={"description_width": "initial"},
        layout={"width": _WIDTHS[control.kind], "max_width": "100%"},
    )


#: What runs, by the cell that shows it: the run of that cell, and its explorers.
_running: dict[str, tuple[str, list["Live"]]] = {}


def run(explorer: Explorer, state: Mapping[str, Value]) -> "Live":
    """Start an explorer for the cell that runs; what an earlier run of it left is closed.

    Each has a dozen widgets and 5 MB of plotly, which the kernel and a saved notebook would keep.
    """
    cell, number = _cell(get_ipython())
    before, shown = _running.get(cell, ("", []))
    if before != number:
        for live in shown:
            live.close()
        shown = []
    live = Live(explorer, state)
    if cell:
        _running[cell] = (number, [*shown, live])
    return live


def _cell(shell: Any) -> tuple[str, str]:
    """The cell that runs, by its number or else its code, and which run it is; or nothing."""
    asked = shell.get_parent() if hasattr(shell, "get_parent") else {}
    if not asked:
        return "", ""
    cell = asked.get("metadata", {}).get("cellId") or asked["content"].get("code", "")
    return cell, asked["header"]["msg_id"]


def parts(widget: ipywidgets.Widget) -> Iterator[ipywidgets.Widget]:
    """A widget and all that it is made of: children, layouts, styles.

    Examples
    --------
    >>> [type(part).__name__ for part in parts(ipywidgets.HBox([ipywidgets.Button()]))]
    ['HBox', 'Button', 'Layout', 'ButtonStyle', 'Layout']
    """
    yield widget
    for value in widget.trait_values().values():
        for part in value if isinstance(value, tuple) else (value,):
            if isinstance(part, ipywidgets.Widget):
                yield from parts(part)


class Live:
    """A running explorer.

    ``box`` is the widget to display, ``figure`` its plotly FigureWidget, updated in place,
    ``controls`` its controls by name, ``sentence`` the HTML widget with the finding.
    """

    def __init__(self, explorer: Explorer, state: Mapping[str, Value]):
        self.explorer = explorer
        self.updates = 0
        self._waiting = False
        self._held = False
        self.controls = {c.name: _control(c, state[c.name]) for c in explorer.controls}
        self.reset = ipywidgets.Button(description="Reset")
        self.sentence = ipywidgets.HTML()
        values = explorer.values(state)
        self.figure = go.FigureWidget(explorer.draw(values, TOKENS))
        self.figure.update_layout(_LOOK)
        for axis in (*self.figure.select_xaxes(), *self.figure.select_yaxes()):
            axis.update(gridcolor=TOKENS["@grid"], zerolinecolor=TOKENS["@grid"])
        self._say(values)
        for control in self.controls.values():
            control.observe(self._changed, names="value")
        start = dict(state)
        self.reset.on_click(lambda _: self.go(start))
        controls = ipywidgets.HBox(
            [*self.controls.values(), self.reset], layout={"flex_flow": "row wrap"}
        )
        self.box = ipywidgets.VBox([controls, self.figure, self.sentence])

    def close(self) -> None:
        """Take it away, from the kernel and from the page."""
        for part in list(parts(self.box)):
            part.close()

    @property
    def state(self) -> dict[str, Value]:
        """What the controls say."""
        return {name: control.value for name, control in self.controls.items()}

    def go(self, state: Mapping[str, Value]) -> None:
        """Move all controls to a state, and show it once."""
        self._held = True
        try:
            for name, value in state.items():
                self.controls[name].value = value
        finally:
            self._held = False
        self._ask()

    def _changed(self, _: object) -> None:
        if not self._held:
            self._ask()

    def _ask(self) -> None:
        """Show the state soon, once for all that happens until then; at once if nothing waits."""
        try:
            loop = asyncio.get_running_loop()
        except RuntimeError:
            self.update()
            return
        if not self._waiting:
            self._waiting = True
            loop.call_later(PAUSE, self.update)

    def update(self) -> None:
        """Compute the state that the controls say now, and show it.

        What goes wrong is said where the reader looks, and raised for the log; the next change
        starts afresh.
        """
        self._waiting = False
        self.updates += 1
        try:
            self._show(self.explorer.values(self.state))
        except Exception as error:
            self._tell(f"This state cannot be shown: {error}")
            raise

    def _show(self, values: Mapping[str, object]) -> None:
        drawn = self.explorer.draw(values, TOKENS)
        with self.figure.batch_update():
            for trace, new in zip(self.figure.data, drawn["data"], strict=True):
                trace.update(new)
            self.figure.layout.update(drawn["layout"])
        self._say(values)

    def _say(self, values: Mapping[str, object]) -> None:
        self._tell(self.explorer.say(values))

    def _tell(self, text: str) -> None:
        self.sentence.value = f'<p aria-live="polite">{html.escape(text)}</p>'
