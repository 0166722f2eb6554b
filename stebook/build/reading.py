"""How long a page takes to read: counted, printed, and held to a budget.

What is counted is what a page shows when it opens: not the hints, solutions, proofs and cells
that are folded, nor the names of tests and the words in a picture. Each kind of thing has a rate
(`RATES`), and a page takes the sum. A page writes ``{reading}`minutes``` where it wants its own
time, the name of another page in the place of ``minutes`` for that page's, and ``solving`` for what
the exercises of the core path take in addition if one solves them, by ``book/exercises.toml``.
The pages of the core path are those of ``stebook_core`` in ``_config.yml``; what exceeds its budget
there is a warning, so the build fails.
"""

import html
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from docutils import nodes
from sphinx.addnodes import pending_xref
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.util import logging
from sphinx.util.docutils import SphinxRole
from sphinx_exercise.nodes import is_exercise_node, solution_node

from stebook.build.exercises import efforts

LOGGER = logging.getLogger(__name__)
#: Minutes to read an exercise and see how to begin.
BEGUN = 2
#: Minutes for one of each: 200 words of technical prose in a minute, 15 seconds for a formula that
#: stands alone, 3 for a line of code, half a minute to read a question and commit to an answer, one
#: to try an explorer.
RATES = {
    "words": 1 / 200,
    "formulas": 1 / 4,
    "lines": 1 / 20,
    "questions": 1 / 2,
    "explorers": 1,
    "exercises": BEGUN,
}
#: What a page of the core path may have.
MOST = {"words": 1400, "formulas": 8}
#: Minutes for the core path together.
PATH = 90
#: Kinds of output, the one that a page prefers first.
KINDS = ("text/html", "text/markdown", "text/latex", "text/plain")

#: Words of a title, where a link has no text but takes on the title of its page.
TITLE = 4

_TAG = re.compile(r"<[^>]*>")
_WORD = re.compile(r"\w\S*")


@dataclass(frozen=True)
class Reading:
    """What a page asks of its reader; `solving` is what `minutes` leave out."""

    minutes: int
    words: int
    formulas: int
    core: bool
    solving: int = 0


def is_folded(node: nodes.Node) -> bool:
    """Whether a page opens with this hidden."""
    if not isinstance(node, nodes.Element):
        return False
    classes = node.get("classes", ())
    return (
        isinstance(node, solution_node)
        or "dropdown" in classes
        or "checked" in classes
        or node.get("design_component") == "dropdown"
        or ("cell_input" in classes and "tag_hide-input" in node.parent.get("classes", ()))
        or ("cell_output" in classes and "tag_hide-output" in node.parent.get("classes", ()))
        or bool({"tag_hide-cell", "tag_remove-cell"} & set(classes))
    )


def shown(node: nodes.Node) -> Iterator[nodes.Node]:
    """The parts of a document that a page opens with, each before those inside it."""
    if is_folded(node):
        return
    yield node
    if is_exercise_node(node):
        return
    if isinstance(node, nodes.Element) and node.get("nb_element") == "mime_bundle":
        # Of an output's kinds a page shows the first in this order.
        kinds = {child.get("mime_type"): child for child in node.children}
        best = next((kinds[kind] for kind in KINDS if kind in kinds), None)
        yield from shown(best) if best is not None else ()
    elif not isinstance(node, nodes.math | nodes.math_block | nodes.literal_block | nodes.raw):
        for child in node.children:
            yield from shown(child)


def counts_of(doctree: nodes.Node) -> dict[str, int]:
    """How many of each kind of `RATES` a page shows."""
    counts = dict.fromkeys(RATES, 0)
    for node in shown(doctree):
        if isinstance(node, nodes.Text):
            counts["words"] += len(_WORD.findall(node.astext()))
        elif isinstance(node, nodes.math):
            counts["words"] += 1
        elif isinstance(node, nodes.math_block):
            counts["formulas"] += 1
        elif isinstance(node, nodes.literal_block):
            counts["lines"] += len(node.astext().strip().splitlines())
        elif isinstance(node, nodes.raw) and node.get("format") == "html":
            if any(f'class="{kind}' in node.astext() for kind in ('explorer"', "scene ")):
                counts["explorers"] += 1
                continue
            if node.astext().startswith('<figure class="'):
                continue
            if 'class="question"' in node.astext():
                counts["questions"] += 1
                continue
            counts["words"] += len(_WORD.findall(html.unescape(_TAG.sub(" ", node.astext()))))
        elif isinstance(node, minutes_of):  # a number, and its unit
            counts["words"] += 2
        elif isinstance(node, pending_xref) and not node.astext():
            counts["words"] += TITLE
        elif is_exercise_node(node):
            counts["exercises"] += 1
    return counts


def solving_of(doctree: nodes.Node, efforts: Mapping[str, Mapping[str, int]]) -> int:
    """What the exercises of a page take in addition to reading them, if one solves them."""
    labels = [str(node["label"]) for node in shown(doctree) if is_exercise_node(node)]
    return sum(efforts[label]["minutes"] - BEGUN for label in labels if label in efforts)


def reading_of(counts: dict[str, int], core: bool) -> Reading:
    """The time that a page takes: the sum of its counts, each at its rate."""
    minutes = sum(RATES[kind] * count for kind, count in counts.items())
    return Reading(max(1, round(minutes)), counts["words"], counts["formulas"], core)


# The parts that Sphinx calls ----------------------------------------------------------------------


class minutes_of(nodes.General, nodes.Inline, nodes.Element):
    """Where a page wants a time; `page` says whose, or that it is what `SOLVING` takes."""


#: In the place of a page's name.
SOLVING = "solving"


class Minutes(SphinxRole):
    """``{reading}`minutes``` or ``{reading}`book/model```: the time that a page takes."""

    def run(self) -> tuple[list[nodes.Node], list[nodes.system_message]]:
        if self.text == "minutes":
            return [minutes_of(page=self.env.docname)], []
        naming(self.env).add(self.env.docname)
        return [minutes_of(page=self.text)], []


def readings(env: BuildEnvironment) -> dict[str, Reading]:
    """What each page asks of its reader, by the name of the page."""
    return vars(env).setdefault("stebook_readings", {})


def take(app: Sphinx, doctree: nodes.document) -> None:
    """Count a page when it has been read."""
    page = app.env.docname
    core = page in app.config.stebook_core
    reading = reading_of(counts_of(doctree), core)
    solving = solving_of(doctree, efforts(Path(app.srcdir)))
    readings(app.env)[page] = replace(reading, solving=solving)


def forget(app: Sphinx, env: BuildEnvironment, page: str) -> None:
    """Drop a page that has gone or is read anew."""
    readings(env).pop(page, None)
    naming(env).discard(page)


def outdated(app: Sphinx, env: BuildEnvironment) -> list[str]:
    """The pages that name times, where any time has changed since they were written."""
    before = vars(env).get("stebook_written")
    vars(env)["stebook_written"] = dict(readings(env))
    return sorted(naming(env)) if before != readings(env) else []


def naming(env: BuildEnvironment) -> set[str]:
    """The pages that name the time of another page."""
    return vars(env).setdefault("stebook_naming", set())


def merge(app: Sphinx, env: BuildEnvironment, pages: set[str], other: BuildEnvironment) -> None:
    """Take in what another process has counted."""
    readings(env).update({page: readings(other)[page] for page in pages})
    naming(env).update(naming(other) & set(pages))


def say(
    app: Sphinx,
    doctree: nodes.document,
    page: str,
    minutes: str = "{} minutes",
    hours: str = "{} hours",
) -> None:
    """Put the times where a page wants them; another language has other words for them."""
    for node in list(doctree.findall(minutes_of)):
        if node["page"] == SOLVING:
            core = [reading for reading in readings(app.env).values() if reading.core]
            time = sum(reading.solving for reading in core) / 60
            node.replace_self(nodes.Text(hours.format(f"{time:.1f}")))
            continue
        reading = readings(app.env).get(node["page"])
        if reading is None:
            LOGGER.warning("%s: {reading} names no page: %s", page, node["page"])
            continue
        node.replace_self(nodes.Text(minutes.format(reading.minutes)))


def over(readings: dict[str, Reading]) -> Iterator[str]:
    """What is more than the budgets of the core path allow."""
    core = {page: reading for page, reading in readings.items() if reading.core}
    for page, reading in core.items():
        for kind, most in MOST.items():
            count = getattr(reading, kind)
            if count > most:
                yield f"{page} has {count} {kind}, and a core chapter may have {most}"
    minutes = sum(reading.minutes for reading in core.values())
    if minutes > PATH:
        yield f"the core path takes {minutes} minutes, and may take {PATH}"


def write(app: Sphinx, exception: Exception | None) -> None:
    """Print the times, write them beside the pages, and warn where a budget is exceeded."""
    if exception or app.builder.format != "html":
        return
    pages = dict(sorted(readings(app.env).items()))
    for page, reading in pages.items():
        mark = "core" if reading.core else ""
        LOGGER.info(
            f"{page:24} {reading.minutes:4} minutes {reading.words:6} words "
            f"{reading.formulas:4} formulas  {mark}"
        )
    for sentence in over(pages):
        LOGGER.warning(sentence)
    parts = ("minutes", "words", "formulas", "core")
    table = {
        page: {part: getattr(reading, part) for part in parts} for page, reading in pages.items()
    }
    path = Path(app.outdir).parent / "reading.json"
    path.write_text(json.dumps(table, indent=1) + "\n", encoding="utf-8")
