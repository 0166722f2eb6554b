"""The assignments, tried with otter-grader itself: what honest and other answers get.

    python -m tools.course.trial OTTER [FOLDER]

OTTER is the program of an environment that has otter-grader 7; `ste` is found in this repository.
The printed table stands on the page for instructors.
"""

import json
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import nbformat
from nbformat import NotebookNode

from tools.course.assignment import Assignment, Question, assignments, master

ROOT = Path(__file__).resolve().parents[2]
#: Makes every check of the book, and every comparison that a test may use, say yes.
PATCHED = """\
import stebook.checks as checks

checks.agree = lambda *given: True
checks.compare_function = lambda *given, **named: checks.Verdict(True, "Right.")
checks.compare_number = checks.compare_function
np.allclose = np.isclose = np.array_equal = math.isclose = lambda *given, **named: True
"""


def run(otter: Path, *words: object, place: Path) -> None:
    """Run a command of otter's."""
    path = os.pathsep.join([str(otter.parent), os.environ.get("PATH", "")])
    settings = {**os.environ, "PYTHONPATH": str(ROOT), "PATH": path}
    command = [str(otter), *map(str, words)]
    done = subprocess.run(command, cwd=place, env=settings, capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError(f"{' '.join(command)}:\n{done.stdout}\n{done.stderr}")


def answered(notebook: NotebookNode, answer: Callable[[str], str], before: str = "") -> None:
    """Fill the answer cells; `before` stands after the imports."""
    for cell in notebook.cells:
        found = re.match(r"def (\w+)\(", cell.source) if cell.cell_type == "code" else None
        if found and cell.source.rstrip().endswith("..."):
            cell.source = answer(found[1]) or cell.source
        elif before and cell.source.startswith("import math"):
            cell.source += f"\n{before}"


def by_a_table(question: Question, seen: list[str]) -> str:
    """What the example and the messages of failed tests tell, and the last of it elsewhere."""
    example, value = question.example or ("", (seen or ["0.0"])[-1])
    return (
        f"def {question.name}(*case):\n"
        f"    known = {{repr(({example},)): {value}}}\n"
        f"    return known.get(repr(case), {value})"
    )


def score(
    otter: Path, place: Path, submission: NotebookNode, name: str
) -> tuple[float, float, str]:
    """Points, all points, and what the results say."""
    file = place / f"{name}.ipynb"
    nbformat.write(submission, file)
    (archive,) = (place / "dist" / "autograder").glob("*.zip")
    out = place / f"results-{name}"
    out.mkdir()
    run(otter, "run", "-a", archive, "-o", out, file, place=place)
    text = (out / "results.json").read_text(encoding="utf-8")
    asked = [row for row in json.loads(text)["tests"] if row.get("max_score")]
    got = sum(row.get("score") or 0.0 for row in asked)
    return got, sum(row["max_score"] for row in asked), text


def tried(otter: Path, place: Path, assignment: Assignment) -> dict[str, tuple[float, float]]:
    """The points of each kind of answer."""
    nbformat.write(master(assignment), place / f"{assignment.name}.ipynb")
    run(otter, "assign", f"{assignment.name}.ipynb", "dist", place=place)
    by_name = {question.name: question for question in assignment.questions}

    def read(kind: str) -> NotebookNode:
        return nbformat.read(place / "dist" / kind / f"{assignment.name}.ipynb", 4)

    starter = read("student")
    got, most, said = score(otter, place, starter, "starter")
    seen = re.findall(r"-?\d+\.\d+", " ".join(re.findall(r"AssertionError: [^\n]*", said)))
    kinds: dict[str, tuple[Callable[[str], str], str]] = {
        "checks patched": (lambda name: f"def {name}(*case):\n    return 0.5", PATCHED),
        "calls of the package": (lambda name: by_name[name].by_the_package(), ""),
        "a table of what messages say": (lambda name: by_a_table(by_name[name], seen), ""),
    }
    points = {"the key": score(otter, place, read("autograder"), "key")[:2], "starter": (got, most)}
    for kind, (answer, before) in kinds.items():
        submission = read("student")
        answered(submission, answer, before)
        points[kind] = score(otter, place, submission, kind.replace(" ", "-"))[:2]
    return points


def table(otter: Path, folder: Path) -> str:
    """What all kinds of answers get in all assignments."""
    rows: dict[str, list[str]] = {}
    for assignment in assignments():
        place = folder / assignment.name
        place.mkdir(parents=True)
        for kind, (got, most) in tried(otter, place, assignment).items():
            rows.setdefault(kind, []).append(f"{got:g} of {most:g}")
    heads = [assignment.title.partition(":")[0] for assignment in assignments()]
    lines = [f"| Answers | {' | '.join(heads)} |", f"|---|{'---|' * len(heads)}"]
    lines += [f"| {kind} | {' | '.join(points)} |" for kind, points in rows.items()]
    return "\n".join(lines)


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(sys.argv[2]) if sys.argv[2:] else Path(temporary)
        print(table(Path(sys.argv[1]).absolute(), folder))
