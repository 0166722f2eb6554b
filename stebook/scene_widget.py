"""A scene in a notebook: the page's elements and scripts as an anywidget, its state as a traitlet.

What belongs here: how Python and a running scene tell each other their state. What never does: what
a page needs; this module loads anywidget.
"""

from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

import traitlets

from stebook.scene import BEFORE, Part, Runs, Scene, bare, elements, joined, read
from stebook.widget import Running, start


@cache
def module(formulas: Callable[[], str]) -> str:
    """The scripts of a scene as one module; the formulas are printed at the first call."""
    scripts = [*map(read, BEFORE), formulas(), joined(), read("dress.js"), read("notebook.js")]
    return bare("\n".join(scripts))


def run(scene: Scene, state: Mapping[str, Part], runs: Runs | None = None) -> "LiveScene":
    """Start a scene."""
    return start(lambda: LiveScene(scene, state, runs))


class LiveScene(Running):
    """A running scene.

    ``state`` is what its controls say, from either side; ``runs`` are laid into its picture.
    """

    elements = traitlets.Unicode().tag(sync=True)
    state = traitlets.Dict().tag(sync=True)
    runs: traitlets.List[Any] = traitlets.List().tag(sync=True)

    def __init__(self, scene: Scene, state: Mapping[str, Part], runs: Runs | None = None) -> None:
        self.scene = scene
        self._make_runs = runs
        # anywidget makes traits of these two
        self._esm, self._css = module(scene.formulas), read("plane.css")
        super().__init__(
            elements=elements(scene, state),
            state=plain(state),
            runs=runs(state) if runs else [],
        )
        self.observe(self._moved, names="state")

    def go(self, **changes: Any) -> None:
        """Change some parts of the state; what they cannot be is refused."""
        taken = self.scene.state(**changes)
        self.state = {**self.state, **plain({name: taken[name] for name in changes})}

    def _moved(self, change: Mapping[str, Any]) -> None:
        if self._make_runs:
            self.runs = self._make_runs(change["new"])


def plain(state: Mapping[str, Part]) -> dict[str, Any]:
    """A state as JSON has it."""
    return {name: list(x) if isinstance(x, tuple) else x for name, x in state.items()}
