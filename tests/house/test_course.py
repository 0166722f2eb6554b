"""The kit of a course: notebooks that any front end shows, and that give nothing away."""

import ast
import doctest
import importlib.util
import io
import math
import re
import subprocess
import sys
from copy import deepcopy
from dataclasses import replace
from types import ModuleType, SimpleNamespace

import nbclient
import nbformat
import numpy as np
import pypdfium2 as pdfium
import pytest
from nbformat.v4 import new_notebook

import ste
from tools.course import assignment, colab, handouts, hub, link, notebooks, slides, sources
from tools.course.myst import FORMULA, Code, Exercise, Plain

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
            assert [text for text in FORMULA.findall(markdown(notebook)) if "\n>" in text] == []
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
            assert re.search(
                r"^\*Level \d of 3, about \d+ minutes in code\.\*$", exercise.text, re.M
            )
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


def test_a_copy_to_work_in_keeps_what_a_student_wrote(book, tmp_path, monkeypatch):
    two = replace(book, notebooks=frozenset({"model", "cycle"}))
    monkeypatch.setattr(notebooks, "book", lambda beside: replace(two, pages=beside))
    assert notebooks.refresh(tmp_path, "../") == []
    model, cycle = tmp_path / "model.ipynb", tmp_path / "cycle.ipynb"
    made = cycle.read_text(encoding="utf-8")
    assert "../cycle.html" in made
    model.write_text("mine", encoding="utf-8")
    cycle.write_text(made, encoding="utf-8")
    assert notebooks.refresh(tmp_path, "../") == []
    monkeypatch.setattr(notebooks, "FOR_STUDENTS", "New. {page}")
    assert notebooks.refresh(tmp_path, "../") == ["model"]
    assert model.read_text(encoding="utf-8") == "mine"
    assert "New. ../cycle.html" in cycle.read_text(encoding="utf-8")


def test_a_notebook_s_file_is_what_jupyter_saves_so_that_git_merges_it_by_lines(kit):
    text = notebooks.text_of(kit[WHOLE]["student"])
    saved = io.StringIO()
    nbformat.write(nbformat.reads(text, 4), saved)
    assert saved.getvalue() == text
    assert text.count('"source": [') == len(kit[WHOLE]["student"].cells)


def test_a_link_to_a_hub_says_where_it_pulls_from_and_what_it_opens():
    assert doctest.testmod(link).attempted
    assert doctest.testmod(link).failed == doctest.testmod(colab).failed == 0
    for wrong in (("hub", "https://a.org/b", "main"), ("https://hub", "a", "main")):
        with pytest.raises(ValueError, match="expected an address"):
            link.link(*wrong)
    with pytest.raises(ValueError, match="branch: expected a name"):
        link.link("https://hub", "https://a.org/b", "")
    folder = link.link("https://hub/jupyter/", "https://a.org/b.git", "v1")
    assert folder.endswith("?repo=https%3A%2F%2Fa.org%2Fb.git&branch=v1&urlpath=lab%2Ftree%2Fb.git")
    assert folder.startswith("https://hub/jupyter/hub/user-redirect/git-pull?")


def test_the_first_code_of_a_student_s_notebook_brings_the_book_on_colab_alone(kit, monkeypatch):
    for both in kit.values():
        (cell,) = tagged(both["student"], "colab")
        assert cell.source == code(both["student"])[0] and not tagged(both["solutions"], "colab")
    done = []
    monkeypatch.setattr(subprocess, "run", lambda words, check: done.append(words[-1]))
    exec(colab.code("https://example.org/ste/"), {})
    assert not done
    output = SimpleNamespace(enable_custom_widget_manager=lambda: done.append("widgets"))
    stub = ModuleType("google.colab")
    stub.output = output
    monkeypatch.setitem(sys.modules, "google", ModuleType("google"))
    monkeypatch.setitem(sys.modules, "google.colab", stub)
    exec(colab.code("https://example.org/ste/"), {})
    assert done == ["widgets"]
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    exec(colab.code("https://example.org/ste/"), {})
    wheel = f"ste-book[explorers] @ git+https://example.org/ste@v{ste.__version__}"
    assert done == ["widgets", wheel, "widgets"]
    monkeypatch.setenv(colab.SETTING, "https://example.org/other")
    assert "git+https://example.org/other@v" in colab.code()
    monkeypatch.delenv(colab.SETTING)
    with pytest.raises(ModuleNotFoundError, match="Run %pip install"):
        exec(colab.code(), {})


def test_the_trial_of_a_hub_says_what_it_lacks(tmp_path):
    program = tmp_path / "jupyterhub"
    assert "pip install -r tools/course/hub-requirements.txt" in hub.refused(program, program)
    program.touch()
    assert "npm install configurable-http-proxy" in hub.refused(program, tmp_path / "proxy")
    (tmp_path / "python").symlink_to(sys.executable)
    assert "No module named 'jupyterhub'" in hub.refused(program, program)
    assert hub.table({"kept": True, "lost": False}).endswith("| kept | yes |\n| lost | no |")


def test_a_solution_without_a_named_answer_has_none():
    assert notebooks.asked([Code("verdict = check_it(1.0)")]) is None


QUESTIONS = [(each, question) for each in assignment.assignments() for question in each.questions]


def made_by(source, name):
    names = {"math": math, "np": np}
    exec(source, names)
    return names[name]


def test_an_assignment_has_eight_questions_a_derivation_and_a_run():
    each = assignment.assignments()
    assert [len(one.questions) for one in each] == [8, 8]
    assert [[written.name for written in one.written] for one in each] == [
        ["derivation", "run"]
    ] * 2
    for one in each:
        sources_of = [cell.source for cell in assignment.master(one).cells]
        assert sum(text.startswith("# BEGIN QUESTION") for text in sources_of) == 10
        assert {level for level, *_ in assignment.RUBRIC} == {1, 2, 3, 4}


@pytest.mark.parametrize(("each", "question"), QUESTIONS, ids=[q.name for _, q in QUESTIONS])
def test_a_key_is_what_the_package_says_and_a_hidden_test_takes_it_alone(each, question):
    """Both agree where the test draws its points, and the test refuses the package."""
    key = made_by(question.solution(), question.name)
    package = made_by(question.by_the_package(), question.name)
    hidden = made_by(question.hidden(3), f"test_{question.name}")
    points = {"rng": np.random.default_rng(5), "math": math, "np": np}
    points |= {"unit": lambda x: x / np.linalg.norm(x), "centred": lambda x: x - x.mean()}
    for _ in range(5):
        case = eval(f"({question.draw})", points)
        assert np.allclose(key(*case), package(*case), rtol=1e-6, atol=1e-9)
    hidden(key)
    made_by(question.public(), f"test_{question.name}_is_there")(key)
    with pytest.raises(AssertionError, match="not your own"):
        hidden(package)
    for wrong in (lambda *case: 0.5, lambda *case: np.ones(7)):
        with pytest.raises(AssertionError, match="another"):
            hidden(wrong)


def test_an_answer_that_takes_the_profiler_off_is_refused():
    question = QUESTIONS[0][1]
    key = made_by(question.solution(), question.name)

    def quiet(*case):
        sys.setprofile(None)
        return key(*case)

    with pytest.raises(AssertionError, match="not your own"):
        made_by(question.hidden(3), f"test_{question.name}")(quiet)


def blank(sheets):
    """A PDF of so many empty sheets."""
    document = pdfium.PdfDocument.new()
    for _ in range(sheets):
        document.new_page(handouts.WIDTH, 842.0)
    content = io.BytesIO()
    document.save(content)
    return content.getvalue()


def test_the_whole_book_has_contents_and_is_numbered_through():
    stems = [stem for _, stems in handouts.order() for stem in stems]
    assert set(stems) == set(sources.pages())
    sheets = {stem: blank(1 + number % 3) for number, stem in enumerate(stems)}
    starts = handouts.starts_of(sheets, before=2)
    assert starts["index"] == 3 and starts["estimator"] == starts["no_gradient"] + 2
    written = handouts.contents("The book", starts)
    assert all(f"<span>{start}</span>" in written for start in starts.values())
    assert "<h2>Beyond the toy</h2>" in written
    book = handouts.bound(blank(2), list(sheets.values()))
    said = [sheet.get_textpage().get_text_range().strip() for sheet in book]
    assert said == [str(number + 1) for number in range(len(book))]


DECKS = slides.decks()
TEACHING = (sources.FOLDER / "instructors.md").read_text(encoding="utf-8")
GOALS = set(range(1, 9))


def test_the_plans_on_the_page_are_those_of_the_decks_and_cover_every_goal():
    assert [deck.minutes for deck in DECKS] == [50, 90, 90]
    covered = [{goal for slide in deck.slides for goal in slide.goals} for deck in DECKS]
    assert covered[0] == covered[1] | covered[2] == GOALS
    for deck in DECKS:
        assert "\n".join(slides.plan(deck)) in TEACHING, deck.name
        assert all(slide.notes for slide in deck.slides)
    goals = re.findall(r"^(\d)\. ", TEACHING.split("## Goals")[1].split("\n## ")[0], re.MULTILINE)
    assert set(map(int, goals)) == GOALS


def test_three_weeks_are_six_sessions_of_90_minutes_that_cover_every_goal():
    part = TEACHING.split("### Three weeks")[1]
    rows = re.findall(r"^\| \d \|(.*?)\|(.*?)\| ([\d, ]+) \|", part, re.MULTILINE)
    assert [sum(map(int, re.findall(r"(\d+) min", row))) for row, _, _ in rows] == [90] * 6
    assert {int(goal) for *_, goals in rows for goal in goals.split(",")} == GOALS
    assert any(laptops.strip() == "yes" for _, laptops, _ in rows)


def test_a_question_is_asked_before_an_explorer_answers_it():
    for deck in DECKS:
        for before, slide in zip(deck.slides, deck.slides[1:], strict=False):
            assert before.ask or not slide.explorer, slide.title
            assert bool(slide.explorer) <= bool(slide.state)


def test_a_deck_has_its_formulas_set_its_explorers_in_frames_and_its_minutes_in_the_notes():
    writer = slides.Writer()
    for deck in DECKS:
        page = writer.deck(deck)
        assert "$" not in page and page.count("<section>") == len(deck.slides)
        assert page.count(".html?theme=light&amp;large#") == sum(
            bool(slide.explorer) for slide in deck.slides
        )
        said = re.findall(r'<aside class="notes">(\d+) minutes', page)
        assert list(map(int, said)) == [slide.minutes for slide in deck.slides]


def test_another_archive_of_reveal_is_refused(tmp_path):
    archive = tmp_path / f"reveal.js-{slides.VERSION}.tgz"
    archive.write_bytes(b"something else")
    with pytest.raises(ValueError, match=r"reveal\.js: expected the archive 359b"):
        slides.bring(tmp_path)
    assert not archive.exists()


def test_the_rubric_and_the_trial_s_table_stand_on_the_page():
    assert assignment.rubric() in TEACHING
    assert "| the key | 8 of 8 | 8 of 8 |" in TEACHING
