"""Which of its two lives an explorer shows: HTML in the book's build, a widget elsewhere.

What belongs here: the choice, and what a notebook asks of an object that it displays. What never
does: the lives themselves, `stebook.page` and `stebook.widget`.
"""

import os
from collections.abc import Mapping
from typing import Any

from stebook.controls import Value
from stebook.explorer import Explorer
from stebook.page import markup, still
from stebook.scene import Part, Runs, Scene, elements

#: Set to "html" while the book is built.
BUILD_VARIABLE = "STE_BOOK_BUILD"


def bundle(explorer: Explorer, state: Mapping[str, Value]) -> dict[str, object]:
    """A MIME bundle of the explorer at a state.

    In the book's build it holds HTML alone: a widget there would put its state, megabytes of it,
    and two outside hosts into the page.
    """
    if os.environ.get(BUILD_VARIABLE) == "html":
        return {"text/html": markup(explorer, state)}
    # here, so that exercises and the build load no anywidget
    from stebook.widget import run

    stills = {
        "text/html": still(explorer, state),
        "text/plain": explorer.told(explorer.values(state)),
    }
    return {**shown(run(explorer, state)), **stills}


def shown(widget: Any) -> dict[str, object]:
    """The MIME bundle of an anywidget, which may hand over its metadata too."""
    bundle = widget._repr_mimebundle_()
    data = bundle[0] if isinstance(bundle, tuple) else bundle
    return {name: part for name, part in (data or {}).items() if name != "text/plain"}


class Shown:
    """An explorer in a state of one's choice, to end a cell with."""

    def __init__(self, explorer: Explorer, state: dict[str, Value]):
        self.explorer = explorer
        self.state = state

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict:
        return bundle(self.explorer, self.state)


class ShownScene:
    """A scene in a state of one's choice, to end a cell with.

    ``runs`` makes of a state the runs that a reader's own objects add to its picture.
    """

    def __init__(self, scene: Scene, state: dict[str, Part], runs: Runs | None = None):
        self.scene = scene
        self.state = state
        self.runs = runs

    def live(self) -> Any:
        """A `stebook.scene_widget.LiveScene`; its formulas take some seconds the first time."""
        # here, so that exercises and the build load no anywidget
        from stebook.scene_widget import run

        return run(self.scene, self.state, self.runs)

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict:
        if os.environ.get(BUILD_VARIABLE) == "html":
            return {"text/html": elements(self.scene, self.state)}
        return {**shown(self.live()), "text/plain": self.scene.said}
