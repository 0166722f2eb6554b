"""All checks and questions together: none is without a test, an exercise or a place."""

import importlib
import re
from pathlib import Path

import pytest

from stebook import EXPLORERS, ask, chapters, get_explorer
from stebook.chapters import CHAPTERS
from stebook.questions import Option, Question, marked

HERE = Path(__file__).parent
ROOMS = {chapter: importlib.import_module(f"stebook.chapters.{chapter}") for chapter in CHAPTERS}
CHECKS = {
    (chapter, name)
    for chapter, room in ROOMS.items()
    for name in vars(importlib.import_module(f"{room.__name__}.exercises"))
    if name.startswith("check_")
}
QUESTIONS = [
    f"{chapter}.{name}"
    for chapter, room in ROOMS.items()
    for name in importlib.import_module(f"{room.__name__}.questions").QUESTIONS
]


def test_every_room_is_listed():
    found = {path.parent.name for path in Path(chapters.__file__).parent.glob("*/__init__.py")}
    assert found == set(CHAPTERS)


def test_every_check_is_exported_and_tested_right_and_wrong():
    for chapter, name in CHECKS:
        assert name in ROOMS[chapter].__all__
        text = (HERE / chapter / "test_exercises.py").read_text(encoding="utf-8")
        right, wrong = text.split("\nWRONG = ")
        assert f".{name}, " in right.replace(",\n", ", "), name
        assert f".{name}, " in wrong.replace(",\n", ", "), name


@pytest.mark.parametrize(("name", "chapter"), [*EXPLORERS.items(), *chapters.SCENES.items()])
def test_the_finding_in_a_title_has_a_test_beside_the_explorer(name, chapter):
    """It names the title, so that with another one it is looked at again."""
    text = (HERE / chapter / f"test_{name}.py").read_text(encoding="utf-8")
    shown = chapters.get_scene(name) if name in chapters.SCENES else get_explorer(name)
    assert re.findall(r'^@pytest\.mark\.title\("(.*)"\)$', text, re.M) == [shown.title]


@pytest.mark.parametrize("name", QUESTIONS)
def test_questions_show_every_option_and_one_is_right(name):
    question = ask(name)
    shown = question._repr_html_()
    assert shown.count("<details ") == len(question.options) >= 2
    assert shown.count("<strong>Yes.</strong>") == 1
    for option in question.options:
        assert marked(option.text) in shown and marked(option.reply) in shown
    assert shown.count("$") == 0, "a dollar sign without its pair"


def test_two_shows_of_a_question_do_not_share_a_group():
    question = ask(QUESTIONS[0])
    assert question._repr_html_() != question._repr_html_()


def test_an_unknown_question_lists_the_known_ones():
    with pytest.raises(ValueError, match=r"name: expected one of .*correlation\.order.*'nope'"):
        ask("nope")


@pytest.mark.parametrize(
    "options",
    [
        (Option("a", "b", True),),
        (Option("a", "b"), Option("c", "d")),
        (Option("a", "b", True),) * 2,
    ],
)
def test_a_question_has_one_right_option(options):
    with pytest.raises(ValueError, match="options: expected two or more with exactly one right"):
        Question("Which?", options)


def test_text_is_escaped():
    assert marked("$a < b$") == '<span class="math notranslate nohighlight">\\(a &lt; b\\)</span>'
    assert "<em>" not in marked("$v^*$ and $w^*$")
    assert marked('<script>"') == '&lt;script&gt;"'


def test_a_question_reads_as_text():
    options = (Option("one", "r", True), Option("two", "s"))
    assert repr(Question("Which?", options)) == "Which?\n- one\n- two"
