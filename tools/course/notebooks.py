"""Notebooks of a chapter: for students, with empty answers, and with solutions."""

import ast
import hashlib
import json
import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import nbformat
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from tools.course import colab
from tools.course.myst import Book, Code, Exercise, Part, Plain, Text
from tools.course.sources import FOLDER, book, pages

#: Cells of which a page hides the code.
UNSEEN = {"hide-cell", "hide-input", "remove-cell", "remove-input"}
#: As Jupyter writes it, so that opening and saving change no line of it.
KERNEL = {
    "kernelspec": {
        "display_name": "Python 3 (ipykernel)",
        "language": "python",
        "name": "python3",
    }
}
FOR_STUDENTS = (
    "*Each exercise has a cell for your answer, in the place of `...`, and a cell that checks it. "
    "[This chapter as a page]({page}).*"
)
WITH_SOLUTIONS = "*With solutions. [This chapter as a page]({page}).*"


@dataclass(frozen=True)
class Asked:
    """How an answer is named and checked; `signature` is that of a function, or empty."""

    name: str
    check: str
    room: str
    signature: str


def asked(solution: Sequence[Text | Code]) -> Asked | None:
    """What a solution binds and checks; None where it has no code."""
    for part in solution:
        if not isinstance(part, Code):
            continue
        tree = ast.parse(part.source)
        for node in tree.body:
            match node:
                case ast.Assign(
                    targets=[ast.Name("verdict")],
                    value=ast.Call(func=ast.Name(check), args=[ast.Name(name)]),
                ):
                    return Asked(name, check, room_of(check, tree), signature_of(name, tree))
    return None


def room_of(check: str, tree: ast.Module) -> str:
    """The module that a check is imported from."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and check in [alias.name for alias in node.names]:
            return node.module or ""
    raise ValueError(f"solution: expected an import of {check}")


def signature_of(name: str, tree: ast.Module) -> str:
    """How a function of that name is called; empty for any other answer."""
    for node in tree.body:
        if isinstance(node, ast.FunctionDef) and node.name == name:
            return f"{name}({ast.unparse(node.args)})"
    return ""


def empty(answer: Asked) -> str:
    """The cell that a student fills."""
    if answer.signature:
        return f"def {answer.signature}:\n    ..."
    return f"{answer.name} = ..."


def checking(answer: Asked) -> str:
    """The cell that checks it."""
    return f"from {answer.room} import {answer.check}\n\n{answer.check}({answer.name})"


def cell(part: Text | Code) -> NotebookNode:
    """A part that both notebooks have."""
    if isinstance(part, Text):
        return new_markdown_cell(part.source)
    hidden = {"jupyter": {"source_hidden": True}} if UNSEEN & set(part.tags) else {}
    tags = {"tags": list(part.tags)} if part.tags else {}
    return new_code_cell(part.source, metadata={**tags, **hidden})


def for_a_student(exercise: Exercise) -> list[NotebookNode]:
    """The exercise, a place for the answer, and its check."""
    text = new_markdown_cell(exercise.text)
    answer = asked(exercise.solution)
    if answer is None:
        return [text, new_markdown_cell("*Your answer:* ...", metadata={"tags": ["answer"]})]
    return [
        text,
        new_code_cell(empty(answer), metadata={"tags": ["answer", exercise.label]}),
        new_code_cell(checking(answer), metadata={"tags": ["check", exercise.label]}),
    ]


def with_a_solution(exercise: Exercise) -> list[NotebookNode]:
    """The exercise and all that solves it."""
    cells = [new_markdown_cell(exercise.text), new_markdown_cell("**Solution.**")]
    return cells + [cell(part) for part in exercise.solution]


def joined(cells: Sequence[NotebookNode]) -> list[NotebookNode]:
    """Texts that follow each other, in one cell; a heading begins a new one."""
    out: list[NotebookNode] = []
    for one in cells:
        apart = one.cell_type == "code" or one.metadata or one.source.startswith("#")
        last = out[-1] if out else None
        if apart or last is None or last.cell_type == "code" or last.metadata:
            out.append(one)
        else:
            last.source += f"\n\n{one.source}"
    return out


def notebook(
    stem: str,
    parts: Sequence[Part],
    opening: str,
    solve: Callable[[Exercise], list[NotebookNode]],
    first: Sequence[NotebookNode] = (),
) -> NotebookNode:
    """A notebook of a chapter's parts; `first` follows its title."""
    cells: list[NotebookNode] = []
    for part in parts:
        cells += solve(part) if isinstance(part, Exercise) else [cell(part)]
    cells[1:1] = [new_markdown_cell(opening), *first]
    made = new_notebook(cells=joined(cells), metadata=KERNEL)
    for number, one in enumerate(made.cells):
        one.id = f"{stem}-{number}"  # the same at each run, so that a copy can be compared
    nbformat.validate(made)
    return made


def on_colab() -> NotebookNode:
    """What brings the book there."""
    hidden = {"source_hidden": True}
    return new_code_cell(colab.code(), metadata={"jupyter": hidden, "tags": ["colab"]})


def both(stem: str, source: str, known: Book) -> dict[str, NotebookNode]:
    """The notebooks of a chapter, by the folder that each belongs into."""
    parts = Plain(known, stem).parts(source)
    page = f"{known.pages}{stem}.html"
    opening = FOR_STUDENTS.format(page=page)
    return {
        "student": notebook(stem, parts, opening, for_a_student, [on_colab()]),
        "solutions": notebook(stem, parts, WITH_SOLUTIONS.format(page=page), with_a_solution),
    }


def text_of(made: NotebookNode) -> str:
    """A notebook as Jupyter saves it, a line for a line of a cell, so that git can merge."""
    return nbformat.writes(made) + "\n"


def digest(text: str) -> str:
    """By which a file is known again."""
    return hashlib.sha256(text.encode()).hexdigest()


def refresh(folder: Path, beside: str) -> list[str]:
    """Write the students' notebooks into a folder where they work; what they changed stays.

    Returns
    -------
    list of str
        The chapters that stay though the book has changed since: delete one to have it anew.
    """
    known, sources = book(beside), pages()
    record = folder / ".made.json"
    made = json.loads(record.read_text(encoding="utf-8")) if record.is_file() else {}
    folder.mkdir(parents=True, exist_ok=True)
    stale = []
    for stem in sorted(known.notebooks):
        place = folder / f"{stem}.ipynb"
        text = text_of(both(stem, sources[stem], known)["student"])
        theirs = place.is_file() and digest(place.read_text(encoding="utf-8")) != made.get(stem)
        if theirs:
            stale += [stem] if made.get(stem) != digest(text) else []
            continue
        place.write_text(text, encoding="utf-8")
        made[stem] = digest(text)
    record.write_text(json.dumps(made, indent=1), encoding="utf-8")
    shutil.copytree(FOLDER / "images", folder / "images", dirs_exist_ok=True)
    return stale


def write(folder: Path) -> list[Path]:
    """Write the notebooks of all chapters, and the pictures that they show."""
    known, sources = book(), pages()
    written = []
    for stem in sorted(known.notebooks):
        for kind, made in both(stem, sources[stem], known).items():
            place = folder / kind / f"{stem}.ipynb"
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_text(text_of(made), encoding="utf-8")
            written.append(place)
    for kind in ("student", "solutions"):
        shutil.copytree(FOLDER / "images", folder / kind / "images", dirs_exist_ok=True)
    return written
