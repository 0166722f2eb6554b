"""The kit of a course: notebooks that any front end shows, and that give nothing away."""

import ast
import re
from copy import deepcopy

import nbclient
import pytest
from nbformat.v4 import new_notebook

from tools.course import notebooks, sources
from tools.course.myst import Code, Exercise, Plain

#: What only MyST reads: a directive, a role, a label, a link to a source or without a text.
LEFT = re.compile(r"```\{|^:::|\{[\w:-]+\}`|\]\(\w+\.md|(?<!!)\[\]\(|^\([\w-]+\)=$", re.MULTILINE)
#: A chapter of the core path, with an explorer, pictures, results and citations.
WHOLE = "landscape"


#: How a cell ends that checks an answer.
CHECKED = re.compile(r"^(verdict|check_\w+\(\w+\))\Z", re.MULTILINE)


@pytest.fixture(scope="module")
def book():
    return sources.book()


@pytest.fixture(scope="module")
def chapters(book):
    return {stem: Plain(book, stem).parts(text) for stem, text in texts(book).items()}


@pytest.fixture(scope="module")
def kit(book):
    return {stem: notebooks.both(stem, text, book) for stem, text in texts(book).items()}


def texts(book):
    return {stem: text for stem, text in sources.pages().items() if stem in book.notebooks}


def exercises(parts):
    return [part for part in parts if isinstance(part, Exercise)]


def code_of(exercise):
    return [part.source for part in exercise.solution if isinstance(part, Code)]


def markdown(notebook):
    return "\n\n".join(cell.source for cell in notebook.cells if cell.cell_type == "markdown")


def code(notebook):
    return [cell.source for cell in notebook.cells if cell.cell_type == "code"]


def tagged(notebook, tag):
    return [cell for cell in notebook.cells if tag in cell.metadata.get("tags", ())]


def test_nothing_is_left_that_only_the_book_s_own_parser_reads(kit):
    for stem, both in kit.items():
        for kind, notebook in both.items():
            assert not LEFT.search(markdown(notebook)), (stem, kind)
            assert markdown(notebook).count("<details>") == markdown(notebook).count("</details>")


def test_every_link_leads_to_a_notebook_a_place_a_picture_or_a_page(kit, book):
    for stem, both in kit.items():
        for notebook in both.values():
            text = markdown(notebook)
            for address in re.findall(r"\]\(([^()\s]+)\)", text):
                page, _, place = address.partition("#")
                if page.startswith("images/"):
                    assert (sources.FOLDER / page).is_file()
                elif page.endswith(".ipynb") or not page:
                    there = kit[page.removesuffix(".ipynb") or stem]["student"]
                    assert not place or f'<a id="{place}"></a>' in markdown(there), address
                else:
                    assert page.startswith(("https://", book.pages)), address


def test_every_exercise_has_a_level_minutes_and_a_folded_hint(kit, chapters, book):
    labels = {exercise.label for parts in chapters.values() for exercise in exercises(parts)}
    assert labels == set(book.efforts)
    assert all(level in (1, 2, 3) and 2 < minutes <= 30 for level, minutes in book.efforts.values())
    for stem, parts in chapters.items():
        for exercise in exercises(parts):
            assert "<summary>Hint</summary>" in exercise.text
            assert re.search(r"^\*Level \d of 3, about \d+ minutes\.\*$", exercise.text, re.M)
            assert exercise.text in markdown(kit[stem]["student"])


def test_a_student_s_notebook_has_an_answer_to_give_and_no_solution(kit, chapters):
    """No statement of a solution but its imports, and none of its words."""
    for stem, parts in chapters.items():
        student = kit[stem]["student"]
        given = {ast.unparse(node) for text in code(student) for node in ast.parse(text).body}
        shown = {
            ast.unparse(n) for p in parts if isinstance(p, Code) for n in ast.parse(p.source).body
        }
        for exercise in exercises(parts):
            for source in code_of(exercise):
                for node in ast.parse(source).body:
                    if not isinstance(node, ast.Import | ast.ImportFrom):
                        assert ast.unparse(node) not in given - shown, exercise.label
            for part in exercise.solution:
                if not isinstance(part, Code):
                    assert part.source not in markdown(student), exercise.label
                    assert part.source in markdown(kit[stem]["solutions"]), exercise.label
        assert len(tagged(student, "answer")) == len(exercises(parts))


def test_an_empty_answer_is_no_answer_yet(kit):
    """As the cells say it, of all chapters in one process."""
    checked = 0
    for both in kit.values():
        names = {}
        for cell in tagged(both["student"], "answer"):
            if cell.cell_type == "code":
                exec(cell.source, names)
        for cell in tagged(both["student"], "check"):
            *before, last = ast.parse(cell.source).body
            exec(ast.unparse(before), names)
            verdict = eval(ast.unparse(last), names)
            assert not verdict and "No answer yet" in verdict.message, cell.source
            checked += 1
    assert checked == 78


def test_a_chapter_s_notebooks_run_whole(kit, tmp_path, monkeypatch):
    """One kernel for both: the student's says "not yet" to each, the other "correct"."""
    monkeypatch.setenv("PYTHONPATH", str(sources.ROOT))
    both = kit[WHOLE]
    cells = deepcopy(both["student"].cells + both["solutions"].cells)
    for number, cell in enumerate(cells):
        cell.id = str(number)
    run = new_notebook(cells=cells)
    place = {"metadata": {"path": str(tmp_path)}}
    nbclient.NotebookClient(run, timeout=120, kernel_name="python3", resources=place).execute()
    said = [
        out.data["text/plain"].split(".")[0]
        for cell in run.cells
        if cell.cell_type == "code"
        and re.search(r"^(verdict|check_\w+\(\w+\))$", cell.source, re.M)
        for out in cell.outputs
        if out.output_type == "execute_result"
    ]
    count = len(tagged(both["student"], "check"))
    assert said == ["Not yet"] * count + ["Correct"] * count


@pytest.mark.parametrize("text", ["A {unheard}`word`.", "```{unheard}\ntext\n```"])
def test_what_is_not_known_here_is_refused(book, text):
    with pytest.raises(ValueError, match=r"index: expected a (role|directive) .*, got unheard"):
        Plain(book, "index").text(text)


def test_a_solution_without_a_named_answer_has_none():
    assert notebooks.asked([Code("verdict = check_it(1.0)")]) is None
