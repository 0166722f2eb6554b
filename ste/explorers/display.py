"""Which of its two lives an explorer shows: HTML in the book's build, a widget elsewhere."""

import os
from collections.abc import Mapping

from ste.explorers.engine import Explorer, Value

SETTING = "STE_BOOK_BUILD"


def bundle(explorer: Explorer, state: Mapping[str, Value]) -> dict[str, object]:
    """A MIME bundle of the explorer at a state.

    In the book's build it holds HTML alone: a widget there would put its state, megabytes of it,
    and two outside hosts into the page.
    """
    if os.environ.get(SETTING) == "html":
        from ste.explorers.page import figure

        return {"text/html": figure(explorer, state)}
    from ste.explorers.widget import Live

    live = Live(explorer, state)
    return {**live.box._repr_mimebundle_(), "text/plain": explorer.say(explorer.values(state))}
