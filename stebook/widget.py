"""The life with a kernel: the page's elements and scripts as an anywidget, computed by Python.

A front end shows what a page shows; the columns of a state's tables come from here, as they are
asked for. Nothing of Plotly is among the traitlets, which notebooks save: its script is sent as a
message.

What belongs here: what Python and a running explorer tell each other. What never does: anything
that a page needs; this module loads anywidget.
"""

import gzip
from collections.abc import Callable, Mapping
from functools import cache
from importlib.resources import files
from typing import Any, TypeVar

import anywidget
import traitlets
from IPython import get_ipython

from stebook.controls import Value
from stebook.explorer import Explorer
from stebook.page import markup
from stebook.scene import read

#: The scripts of an explorer, in the order in which they need each other.
SCRIPTS = (
    "address.js",
    "kit.js",
    "moving.js",
    "labels.js",
    "explorer.js",
    "dress.js",
    "explorer_notebook.js",
)


@cache
def module() -> str:
    """The scripts of an explorer as one module."""
    return "\n".join(map(read, SCRIPTS))


@cache
def plotly() -> bytes:
    """The script of Plotly, as the installed package has it, compressed."""
    script = files("plotly").joinpath("package_data", "plotly.min.js")
    return gzip.compress(script.read_bytes(), 6)


class Running(anywidget.AnyWidget):
    """What a cell shows until it is run again."""

    def close(self) -> None:
        """Take it away, with the layout that came with it."""
        layout = self.layout
        super().close()
        layout.close()


Kind = TypeVar("Kind", bound=Running)

#: What runs, by the cell that shows it: the run of that cell, and its widgets.
_running: dict[str, tuple[str, list[Running]]] = {}


def start(make: Callable[[], Kind]) -> Kind:
    """Make a widget for the cell that runs; what an earlier run of it left is closed."""
    cell, number = _cell(get_ipython())
    before, shown = _running.get(cell, ("", []))
    if before != number:
        for live in shown:
            live.close()
        shown = []
    live = make()
    if cell:
        _running[cell] = (number, [*shown, live])
    return live


def run(explorer: Explorer, state: Mapping[str, Value]) -> "Live":
    """Start an explorer."""
    return start(lambda: Live(explorer, state))


def _cell(shell: Any) -> tuple[str, str]:
    """The cell that runs, by its number or else its code, and which run it is; or nothing."""
    asked = shell.get_parent() if hasattr(shell, "get_parent") else {}
    if not asked:
        return "", ""
    cell = asked.get("metadata", {}).get("cellId") or asked["content"].get("code", "")
    return cell, asked["header"]["msg_id"]


class Live(Running):
    """A running explorer.

    ``state`` is what its controls say, from either side: assign to it, or call `go`. ``columns``
    are what its tables hold there.
    """

    elements = traitlets.Unicode().tag(sync=True)
    state = traitlets.Dict().tag(sync=True)
    columns = traitlets.Dict().tag(sync=True)

    def __init__(self, explorer: Explorer, state: Mapping[str, Value]) -> None:
        self.explorer = explorer
        # anywidget makes traits of these two
        self._esm, self._css = module(), read("explorer.css")
        super().__init__(
            elements=markup(explorer, state, stored=False),
            state=dict(state),
            columns=self._columns(state),
        )
        self.on_msg(self._heard)
        self.observe(self._moved, names="state")

    @traitlets.validate("state")
    def _on_the_grid(self, proposal: Mapping[str, Any]) -> dict[str, Value]:
        """The values as the controls have them: to a browser 1.0 is 1."""
        state = self.explorer.state(**proposal["value"])
        return {c.name: c.values[c.index(state[c.name])] for c in self.explorer.controls}

    def go(self, **changes: Value) -> None:
        """Move some controls; a value off its grid is refused."""
        self.state = {**self.state, **changes}

    @property
    def said(self) -> str:
        """The sentence of the state."""
        return self.explorer.say(self.explorer.values(self.state))

    def _columns(self, state: Mapping[str, Value]) -> dict[str, object]:
        return {"state": dict(state), "tables": self.explorer.stored(state)}

    def _moved(self, change: Mapping[str, Any]) -> None:
        """Compute what is asked for; what goes wrong is said where the reader looks, and raised."""
        state = change["new"]
        try:
            self.columns = self._columns(state)
        except Exception as error:
            self.columns = {"state": state, "error": f"This state cannot be shown: {error}"}
            raise

    def _heard(self, _: object, content: Mapping[str, Any], buffers: object) -> None:
        if content.get("kind") != "plotly":
            return
        try:
            self.send({"kind": "plotly"}, [plotly()])
        except (ImportError, OSError) as error:
            self.send({"kind": "plotly", "error": f"Plotly is not there: {error}"}, [b""])
