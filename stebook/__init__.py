"""The code of the book: what its pages show, ask and check, and what its build adds to Sphinx.

The modules here are an engine (explorers, questions, checks) that knows no mathematics. Each
chapter has a room in `stebook.chapters`, with its explorers, exercises, questions and stored data.
The Sphinx extension is `stebook.build`. What belongs here: how a page shows, asks and checks
anything. What never does: a formula of the theory (`ste`), or the text of a chapter (`book/`).

Examples
--------
>>> from stebook import ask, show
>>> show("correlation", estimator="relu", theta=120).state["theta"]
120
"""

from stebook import _extras as _extras
from stebook.chapters import EXPLORERS, ask, get_explorer, get_scene, show
from stebook.tables import table

__all__ = ["EXPLORERS", "ask", "get_explorer", "get_scene", "show", "table"]
