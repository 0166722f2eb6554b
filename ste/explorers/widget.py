"""The life with a kernel: ipywidgets controls, a plotly FigureWidget, the sentence."""

import asyncio
import html
from collections.abc import Mapping

import ipywidgets
import plotly.graph_objects as go

from ste.explorers.engine import Control, Explorer, Value
from ste.explorers.theme import TOKENS

#: Events closer together than this, in seconds, are answered once, with the last state.
PAUSE = 0.03
_KINDS = {
    "range": ipywidgets.SelectionSlider,
    "select": ipywidgets.Dropdown,
    "radio": ipywidgets.RadioButtons,
}


def _control(control: Control, value: Value) -> ipywidgets.Widget:
    return _KINDS[control.kind](
        options=list(zip(control.labels, control.values, strict=True)),
        value=value,
        description=control.label,
        style={"description_width": "initial"},
        layout={"width": "auto", "min_width": "16em"},
    )


class Live:
    """A running explorer.

    ``box`` is the widget to display, ``figure`` its plotly FigureWidget, updated in place,
    ``controls`` its controls by name, ``sentence`` the HTML widget with the finding.
    """

    def __init__(self, explorer: Explorer, state: Mapping[str, Value]):
        self.explorer = explorer
        self.updates = 0
        self._waiting = False
        self.controls = {c.name: _control(c, state[c.name]) for c in explorer.controls}
        self.reset = ipywidgets.Button(description="Reset")
        self.sentence = ipywidgets.HTML()
        values = explorer.values(state)
        self.figure = go.FigureWidget(explorer.draw(values, TOKENS))
        self._say(values)
        for control in self.controls.values():
            control.observe(self._changed, names="value")
        self.reset.on_click(lambda _: self.go(state))
        controls = ipywidgets.HBox(
            [*self.controls.values(), self.reset], layout={"flex_flow": "row wrap"}
        )
        self.box = ipywidgets.VBox([controls, self.figure, self.sentence])

    @property
    def state(self) -> dict[str, Value]:
        """What the controls say."""
        return {name: control.value for name, control in self.controls.items()}

    def go(self, state: Mapping[str, Value]) -> None:
        """Move all controls to a state."""
        for name, value in state.items():
            self.controls[name].value = value

    def _changed(self, _: object) -> None:
        try:
            loop = asyncio.get_running_loop()
        except RuntimeError:
            self.update()
            return
        if not self._waiting:
            self._waiting = True
            loop.call_later(PAUSE, self.update)

    def update(self) -> None:
        """Compute the state that the controls say now, and show it."""
        self._waiting = False
        self.updates += 1
        values = self.explorer.values(self.state)
        drawn = self.explorer.draw(values, TOKENS)
        with self.figure.batch_update():
            for trace, new in zip(self.figure.data, drawn["data"], strict=True):
                trace.update(new)
            self.figure.layout.update(drawn["layout"])
        self._say(values)

    def _say(self, values: Mapping[str, object]) -> None:
        said = html.escape(self.explorer.say(values))
        self.sentence.value = f'<p aria-live="polite">{said}</p>'
