"""A mark on each displayed result that names the tests behind it.

A test says which results it holds: ``@pytest.mark.result("thm-period")`` names the label of a
theorem, lemma, proposition or corollary. The mark is generated from those decorators alone, so it
cannot name a test that is not there; `tests/book/test_results.py` checks that each named test is
collected, and that no result is without one.
"""

import ast
from collections.abc import Iterator
from pathlib import Path

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.util.docutils import SphinxRole
from sphinx_proof.nodes import NODE_TYPES

MARK = "pytest.mark.result"


def labels_of(decorators: list[ast.expr]) -> Iterator[str]:
    """The labels that the decorators of a test name."""
    for decorator in decorators:
        if isinstance(decorator, ast.Call) and ast.unparse(decorator.func) == MARK:
            yield from (ast.literal_eval(argument) for argument in decorator.args)


def results_in(folder: Path) -> dict[str, list[str]]:
    """For each label the tests that hold it, as ``tests/ste/test_plane.py::test_norm``, sorted."""
    found: dict[str, list[str]] = {}
    for path in sorted(folder.rglob("test_*.py")):
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.FunctionDef):
                for label in labels_of(node.decorator_list):
                    where = path.relative_to(folder.parent).as_posix()
                    found.setdefault(label, []).append(f"{where}::{node.name}")
    return found


def collect(app: Sphinx, config: Config) -> None:
    """Read the tests' marks; a change of them lets the pages be read anew."""
    config["stebook_results"] = results_in(Path(app.srcdir) / "tests")


def named(tests: list[str]) -> list[nodes.Node]:
    """The names of tests, each with its file, as inline nodes."""
    inline: list[nodes.Node] = []
    for test in tests:
        path, name = test.split("::")
        if inline:
            inline.append(nodes.Text("; "))
        inline += [nodes.literal("", name), nodes.Text(" in "), nodes.literal("", path)]
    return inline


def mark(app: Sphinx, doctree: nodes.document) -> None:
    """Put the mark at the end of each result."""
    for node in doctree.findall(lambda node: isinstance(node, tuple(NODE_TYPES.values()))):
        tests = app.config.stebook_results.get(node.get("label", ""))
        if tests:
            text = "1 test" if len(tests) == 1 else f"{len(tests)} tests"
            summary = f"<details><summary>Checked by {text}</summary>"
            names = nodes.paragraph("", "", *named(tests))
            node += nodes.container(
                "",
                nodes.raw("", summary, format="html"),
                names,
                nodes.raw("", "</details>", format="html"),
                classes=["checked"],
            )


class Checked(SphinxRole):
    """``{checked}`label```: the tests behind a result, for the map of the paper."""

    def run(self) -> tuple[list[nodes.Node], list[nodes.system_message]]:
        tests = self.config.stebook_results.get(self.text)
        if not tests:
            message = self.inliner.reporter.error(f"no test is marked with the result {self.text}")
            return [], [message]
        return named(tests), []
