"""Assignments in otter-grader's form, and answers of those who would rather not.

A question asks for a function, and its hidden test computes right values itself, at points that are
drawn anew: a table of known points is of no use, and neither is a change to the checks of the book.
While the answer runs, a profiler sees each call: one that reaches into the book's packages, sympy,
or another process makes the test fail. What runs in the student's own process can be fooled by who
changes Python itself; such a submission is told by its text.
"""

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from textwrap import dedent, indent

import nbformat
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_raw_cell

from tools.course.notebooks import KERNEL

SOURCES = Path(__file__).parent / "assignments"
SETUP = "import math\n\nimport numpy as np"
OPENING = """\
# {title}

Eight questions ask for a function, one for a derivation, and one for a run of your own. \
Use `math` and `numpy`. An answer may not call `ste`, `stebook` or `sympy`, though you may \
compare with them in another cell. What a test of your notebook says is whether an answer can \
be called and agrees with the example; marks are given at other points.

About {pages}."""
#: How written answers are marked: a level, its points, and what a derivation and a run have there.
RUBRIC = (
    (
        4,
        8,
        "Every step follows, each assumption is named where it is used, the limits are checked",
        "The expectation is stated before the run, the result is named and its assumptions are "
        "compared with the run, and a refutation is proposed that could come out either way",
    ),
    (
        3,
        6,
        "Right result; one step or assumption is not said",
        "Right explanation; what would refute it is vague",
    ),
    (
        2,
        4,
        "The idea is right; a step fails, or the result is off by a factor",
        "The run is described, and a result is named that has to do with it",
    ),
    (1, 2, "A correct beginning", "A state and a picture, without an explanation"),
)
#: The rest of a hidden test. `ours` names what an answer may not call.
HIDDEN = """\
def test_{name}({name}):
    import math
    import sys

    import numpy as np

    def unit(x):
        return x / math.sqrt(sum(x * x))

    def centred(x):
        return x - sum(x) / len(x)

    def right({arguments}):
{key}

    def is_refused(frame):
        module = str(frame.f_globals.get("__name__")).partition(".")[0]
        parts = frame.f_code.co_filename.replace("\\\\", "/").split("/")
        return (
            module in {refused}
            or not {refused}.isdisjoint(parts)
            or parts[-1].startswith("<lambdify")
        )

    def own(answer, case):
        refused = []

        def watch(frame, event, argument):
            if event == "call" and is_refused(frame):
                refused.append(frame.f_code.co_name)

        sys.setprofile(watch)
        try:
            value = answer(*case)
            watched = sys.getprofile() is watch
        finally:
            sys.setprofile(None)
        assert watched and not refused, "the answer is not your own"
        return value

    def flat(value):
        return [float(entry) for entry in np.ravel(value)]

    rng = np.random.default_rng({seed})
    for _ in range(12):
        case = ({draw})
        wanted = flat(right(*case))
        got = flat(own({name}, case))
        assert len(got) == len(wanted), "the shape is another"
        for one, other in zip(got, wanted):
            assert abs(one - other) <= 1e-6 * (1 + abs(other)), "a value is another"
"""
REFUSED = {
    *("ste", "stebook", "sympy", "subprocess", "multiprocessing", "threading"),
    *("concurrent", "importlib", "ctypes"),
}
PUBLIC = """\
def test_{name}_is_there({name}):
    import math

    import numpy as np

    value = {name}({example})
    assert value is not None and value is not ..., "No answer yet."
    wanted = np.ravel({wanted})
    got = np.ravel(value)
    assert got.shape == wanted.shape, "The value has another shape than in the example."
    assert abs(got - wanted).max() < 1e-9, "The value is not that of the example."
"""
CALLED = """\
def test_{name}_is_there({name}):
    assert callable({name}), "No answer yet."
"""


@dataclass(frozen=True)
class Question:
    """A question that asks for a function; `example` has arguments and the value there."""

    name: str
    arguments: str
    text: str
    key: str
    draw: str
    cheat: str
    example: tuple[str, str] | None = None

    def solution(self) -> str:
        """The key as code."""
        return f"def {self.name}({self.arguments}):\n{indent(dedent(self.key).strip(), '    ')}"

    def by_the_package(self) -> str:
        """An answer that lets the package answer."""
        body = indent(dedent(self.cheat).strip(), "    ")
        return f"import ste\n\n\ndef {self.name}({self.arguments}):\n{body}"

    def hidden(self, seed: int) -> str:
        """The test that gives the point."""
        key = indent(dedent(self.key).strip(), " " * 8)
        return HIDDEN.format(
            name=self.name,
            arguments=self.arguments,
            key=key,
            draw=self.draw,
            seed=seed,
            refused=repr(REFUSED),
        )

    def public(self) -> str:
        """The test that a student sees; it gives no point."""
        if self.example is None:
            return CALLED.format(name=self.name)
        example, wanted = self.example
        return PUBLIC.format(name=self.name, example=example, wanted=wanted)


@dataclass(frozen=True)
class Written:
    """A question that a person marks."""

    name: str
    points: int
    text: str
    key: str


@dataclass(frozen=True)
class Assignment:
    """Its questions."""

    name: str
    title: str
    pages: tuple[str, ...]
    questions: tuple[Question, ...]
    written: tuple[Written, ...]


def read(path: Path) -> Assignment:
    """An assignment out of its file."""
    table = tomllib.loads(path.read_text(encoding="utf-8"))

    def question(row: Mapping) -> Question:
        example = tuple(row["example"]) if "example" in row else None
        return Question(**{**row, "example": example})

    return Assignment(
        table["name"],
        table["title"],
        tuple(table["pages"]),
        tuple(question(row) for row in table["question"]),
        tuple(Written(**row) for row in table["written"]),
    )


def assignments() -> list[Assignment]:
    """All of them, in their order."""
    return [read(path) for path in sorted(SOURCES.glob("*.toml"))]


def block(name: str, cells: list[NotebookNode], config: str = "") -> list[NotebookNode]:
    """Cells between the marks by which otter knows them."""
    opening = f"# BEGIN {name}\n{config}".strip()
    return [new_raw_cell(opening), *cells, new_raw_cell(f"# END {name}")]


def test(source: str, hidden: bool, points: int) -> NotebookNode:
    """A test cell."""
    config = f'""" # BEGIN TEST CONFIG\nhidden: {str(hidden).lower()}\npoints: {points}\n'
    return new_code_cell(f'{config}""" # END TEST CONFIG\n\n{source}')


def asking(question: Question, number: int) -> Iterator[NotebookNode]:
    """The cells of a question for a function."""
    call = f"`{question.name}({question.arguments})`"
    text = f"### Question {number}: {call}\n\n{question.text.strip()}"
    start = f"def {question.name}({question.arguments}):\n    ..."
    prompt = f'""" # BEGIN PROMPT\n{start}\n""" # END PROMPT'
    key = f"{prompt}\n# BEGIN SOLUTION NO PROMPT\n{question.solution()}\n# END SOLUTION"
    tests = [test(question.public(), False, 0), test(question.hidden(1000 + number), True, 1)]
    inside = [
        new_markdown_cell(text),
        *block("SOLUTION", [new_code_cell(key)]),
        *block("TESTS", tests),
    ]
    yield from block("QUESTION", inside, f"name: {question.name}\npoints: 1")


def writing(written: Written, number: int) -> Iterator[NotebookNode]:
    """The cells of a question that a person marks."""
    text = f"### Question {number}: {written.name}\n\n{written.text.strip()}"
    inside = [
        new_markdown_cell(text),
        *block("SOLUTION", [new_markdown_cell(written.key.strip())]),
    ]
    config = f"name: {written.name}\nmanual: true\npoints: {written.points}"
    yield from block("QUESTION", inside, config)


def rubric() -> str:
    """The four levels as a table."""
    rows = [
        f"| {level} | {points} | {derivation} | {own} |"
        for level, points, derivation, own in RUBRIC
    ]
    return "\n".join(["| Level | Points | Derivation | Run |", "|---|---|---|---|", *rows])


def master(assignment: Assignment) -> NotebookNode:
    """The notebook that `otter assign` makes a student's notebook and an autograder of."""
    pages = ", ".join(f"[{page}](../../html/book/{page}.html)" for page in assignment.pages)
    config = (
        f"# ASSIGNMENT CONFIG\nname: {assignment.name}\ninit_cell: true\n"
        "export_cell:\n  pdf: false\ntests:\n  ok_format: false\ngenerate:\n  show_hidden: false\n"
    )
    cells = [
        new_raw_cell(config),
        new_markdown_cell(OPENING.format(title=assignment.title, pages=pages)),
        new_code_cell(SETUP),
    ]
    for number, question in enumerate(assignment.questions, 1):
        cells += asking(question, number)
    for number, written in enumerate(assignment.written, 1 + len(assignment.questions)):
        cells += writing(written, number)
    cells.append(new_markdown_cell(f"### How the last two questions are marked\n\n{rubric()}"))
    made = new_notebook(cells=cells, metadata=KERNEL)
    for number, cell in enumerate(made.cells):
        cell.id = f"{assignment.name}-{number}"
    nbformat.validate(made)
    return made


def write(folder: Path) -> list[Path]:
    """Write the masters."""
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for assignment in assignments():
        place = folder / f"{assignment.name}.ipynb"
        nbformat.write(master(assignment), place)
        written.append(place)
    return written
