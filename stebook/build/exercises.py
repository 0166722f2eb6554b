"""Under the title of each exercise: how hard it is, and how long it takes.

The table is ``book/exercises.toml``; an exercise that it lacks is a warning.
"""

import tomllib
from pathlib import Path

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util import logging
from sphinx_exercise.nodes import is_exercise_node

LOGGER = logging.getLogger(__name__)
TABLE = "book/exercises.toml"
LEVELS = 3


def efforts(source: Path) -> dict[str, dict[str, int]]:
    """Level and minutes of each exercise, by its label."""
    return tomllib.loads((source / TABLE).read_text(encoding="utf-8"))


def line(effort: dict[str, int]) -> str:
    """What is said of an exercise.

    Examples
    --------
    >>> line({"level": 2, "minutes": 10})
    'Level 2 of 3, about 10 minutes in code.'
    """
    return f"Level {effort['level']} of {LEVELS}, about {effort['minutes']} minutes in code."


def mark(app: Sphinx, doctree: nodes.document) -> None:
    """Say it of every exercise of a page."""
    exercises = [node for node in doctree.findall(nodes.Element) if is_exercise_node(node)]
    if not exercises:
        return
    app.env.note_dependency(str(Path(app.srcdir, TABLE)))
    known = efforts(Path(app.srcdir))
    for exercise in exercises:
        label = str(exercise["label"])
        if label not in known:
            LOGGER.warning("%s: expected a row for %s", TABLE, label, location=exercise)
            continue
        body = next(exercise.findall(nodes.section))
        body.insert(0, nodes.paragraph("", line(known[label]), classes=["effort"]))
