"""Every check as one who gives marks asks it: fresh points, no right value in a reply."""

import importlib
import inspect
import re

import numpy as np
import pytest

import ste
from stebook.chapters import CHAPTERS
from stebook.checks import Slip, compare_function, compare_number, fresh, names

MODULES = [
    importlib.import_module(f"tests.stebook.chapters.{chapter}.test_exercises")
    for chapter in CHAPTERS
]
RIGHT = [pair for module in MODULES for pair in module.RIGHT]
SEEDS = range(5)
#: Of a reply without a hint: it says what came and what the right value is, or where that was.
PLAIN = re.compile(r"it returns|^(At|With|For) |test point| of \d$|is not 0|With identity")
#: A teacher that is not the book's; it has a saddle and a trap.
OTHER = ste.Teacher([1.0, -0.6, 0.7, 0.2], [0.0, 1.0, 0.0, 0.0, 0.0])


def has_points(answer):
    return inspect.isfunction(answer)


def seeds_for(answer):
    """A number has no points to move."""
    return SEEDS if has_points(answer) else SEEDS[:1]


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_right_answers_pass_slips_meet_hints_and_no_reply_has_the_right_value(chapter):
    module = MODULES[CHAPTERS.index(chapter)]
    for check, answer in module.RIGHT:
        for seed in seeds_for(answer):
            verdict = check(answer, seed=seed, reveal=False)
            assert verdict.passed, (check.__name__, seed, verdict)
    rights = dict(module.RIGHT)
    for check, answer, hint in module.WRONG:
        right = rights[check]
        for seed in seeds_for(answer):
            verdict = check(answer, seed=seed, reveal=False)
            assert not verdict, (check.__name__, seed)
            message = verdict.message
            assert "it returns" not in message
            is_number = isinstance(right, float | int) and not isinstance(answer, str)
            assert not (is_number and names(message, right)), (check.__name__, message)
            told = hint in message or PLAIN.search(hint)
            kept = is_number and names(check(answer).message, right)
            assert told or kept, (check.__name__, seed, hint, verdict)


@pytest.mark.parametrize("blank", [None, ...])
def test_nothing_is_no_answer_yet_there_too(blank):
    for check, _ in RIGHT:
        assert "No answer yet" in check(blank, seed=3, reveal=False).message


def test_a_table_of_the_points_in_replies_is_of_no_use():
    cases = [(float(x),) for x in (0.1, 0.4, 2.0)]
    table = {x: 3 * x for (x,) in cases}
    asked = (lambda x: table.get(x, 0.0), lambda x: 3 * x, cases, [], "", lambda x: f"At {x}")
    assert compare_function(*asked)
    assert not any(compare_function(*asked, seed=seed) for seed in SEEDS)


def test_fresh_points_differ_with_the_seed_and_keep_what_is_no_number():
    cases = [(1, 0.5, 1.0, np.array([3.0, -1.0]), OTHER), (9, 2.5, -1.0, np.array([0.5]), OTHER)]
    one, two = fresh(cases, 1), fresh(cases, 2)
    assert fresh(cases, 1)[0][1] == one[0][1] != two[0][1]
    assert [case[2] for case in one] == [1.0, -1.0]
    assert all(case[4] is OTHER and isinstance(case[0], int) for case in one)
    assert [case[3].shape for case in one] == [(2,), (1,)]


def test_a_hint_that_names_the_right_number_is_kept_back():
    slips = [Slip(0.25, "Once 1/2 is enough."), Slip(1.0, "That is the whole.")]
    asked = {"rel": 1e-3, "reveal": False}
    assert "1/2" not in compare_number(0.25, 0.5, slips, "", **asked).message
    assert "whole" in compare_number(1.0, 0.5, slips, "", **asked).message


def wants(name):
    return [
        (check, answer) for check, answer in RIGHT if name in inspect.signature(check).parameters
    ]


def test_a_teacher_is_taken_where_there_is_one():
    assert len(wants("teacher")) == 12
    for check, answer in wants("teacher"):
        if callable(answer) and not isinstance(answer, ste.Estimator):
            assert check(answer, teacher=OTHER, seed=2), check.__name__
    for check, answer in wants("teacher"):
        if isinstance(answer, float):
            assert not check(answer, teacher=OTHER), check.__name__


def test_a_number_of_units_is_taken_where_there_is_one():
    assert {check.__name__ for check, _ in wants("m")} == {
        *("check_threshold", "check_swing", "check_least_leak", "check_traps")
    }
    for check, answer in wants("m"):
        assert not check(answer, m=16), check.__name__
    traps = next(check for check, _ in wants("m") if check.__name__ == "check_traps")
    assert traps(5 + 10, m=5) and traps(3, m=3)
