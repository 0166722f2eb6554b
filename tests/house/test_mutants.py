"""The tables of mutants have no gaps and cannot rot; `python tools/mutants.py` runs them."""

import ast
from collections import Counter

import pytest
from toc import ROOT

from stebook.build.results import results_in
from tools import mutants
from tools.mutants import Mutant

TABLES = mutants.tables()
SOURCE = '''\
"""A module."""


LIMIT = 2.0 * 3


class Box:
    def inside(self, x, *, closed=True):
        return -x <= 1 if closed else x - 1


def outside(x):
    """At 1 and beyond."""
    return x**2 > 1
'''


@pytest.fixture
def project(tmp_path):
    """A project with one module, `ste.some`."""
    (tmp_path / "ste").mkdir()
    (tmp_path / "ste" / "some.py").write_text(SOURCE)
    return tmp_path


def test_every_marked_result_has_a_mutant():
    labels = {label for mutant in TABLES for label in mutant.labels}
    assert labels == set(results_in(ROOT / "tests"))


@pytest.mark.parametrize("mutant", TABLES, ids=str)
def test_a_row_names_a_place_and_its_change_is_python(mutant):
    path, text = mutants.mutated(mutant)
    ast.parse(text)
    assert text != path.read_text(encoding="utf-8")
    assert len(set(mutant.labels)) == len(mutant.labels) > 0


def test_no_mutant_is_there_twice():
    assert len({mutant[:3] for mutant in TABLES}) == len(TABLES)


def test_a_table_stands_beside_tests_of_the_same_room():
    for mutant, table in TABLES.items():
        room = mutants.file_of(mutant.function)[0].relative_to(ROOT).parent
        assert table.relative_to(ROOT / "tests").parent == room
        assert table.with_suffix(".py").is_file()


def test_what_is_argued_to_survive_is_still_there():
    for mutant, reason in mutants.argued().items():
        mutants.mutated(mutant)
        assert len(reason.split()) > 4, mutant


@pytest.mark.parametrize(
    ("mutant", "line"),
    [
        (Mutant("ste.some.outside", "gt_ge", 0), "    return x**2 >= 1"),
        (Mutant("ste.some.outside", "pow_mul", 0), "    return x*2 > 1"),
        (Mutant("ste.some.Box.inside", "le_lt", 0), "        return -x < 1 if closed else x - 1"),
        (
            Mutant("ste.some.Box.inside", "drop_minus", 0),
            "        return x <= 1 if closed else x - 1",
        ),
        (Mutant("ste.some.LIMIT", "mul_div", 0), "LIMIT = 2.0 / 3"),
    ],
    ids=str,
)
def test_an_error_changes_one_line(mutant, line, project):
    _, text = mutants.mutated(mutant, project)
    changed = set(text.splitlines()) - set(SOURCE.splitlines())
    assert {c.replace(" ", "") for c in changed} == {line.replace(" ", "")}


@pytest.mark.parametrize(
    ("mutant", "message"),
    [
        (
            Mutant("ste.some.outside", "gt_ge", 1),
            "place: expected one of gt_ge in ste.some.outside",
        ),
        (
            Mutant("ste.some.outside", "nope", 0),
            "operator: expected one of add_sub, .*, got 'nope'",
        ),
        (
            Mutant("ste.some.nope", "gt_ge", 0),
            "function: expected one of some.py, got 'ste.some.nope'",
        ),
        (Mutant("nope.some", "gt_ge", 0), "function: expected a dotted name in the project"),
    ],
    ids=str,
)
def test_what_is_not_there_is_refused(mutant, message, project):
    with pytest.raises(ValueError, match=message):
        mutants.mutated(mutant, project)


def test_a_revision_that_is_not_there_is_refused(capsys):
    with pytest.raises(SystemExit) as ended:
        mutants.main(["--changed", "nowhere"])
    assert ended.value.code == 2
    assert "--changed: expected a revision, got 'nowhere'" in capsys.readouterr().err


def test_every_place_of_a_file_is_found(project):
    every = mutants.every(project / "ste" / "some.py", project)
    assert Mutant("ste.some.Box.inside", "true_false", 0) in every
    assert Mutant("ste.some.outside", "gt_lt", 0) in every
    # the star of a signature is no product
    assert not [m for m in every if m.function.endswith("inside") and m.operator == "mul_div"]


def test_an_error_that_no_test_notices_survives(project):
    (project / "test_some.py").write_text("def test_one():\n    assert True\n")
    assert mutants.noticed_by(["test_some.py"], project) is None
    (project / "test_some.py").write_text("def test_one():\n    assert False\n")
    assert mutants.noticed_by(["test_some.py"], project) == "test_one"
    with pytest.raises(RuntimeError, match="neither passed nor failed"):
        mutants.noticed_by(["nope.py"], project)


def test_the_table_has_a_row_for_each_file_and_their_sum():
    ends = {"some": Counter(noticed=3, argued=1), "other": Counter(noticed=1, open=3)}
    assert [row.split() for row in mutants.scores(ends).splitlines()] == [
        ["file", "errors", "noticed", "argued", "open", "score"],
        ["some", "4", "3", "1", "0", "75.0%"],
        ["other", "4", "1", "0", "3", "25.0%"],
        ["together", "8", "4", "1", "3", "50.0%"],
    ]


def test_the_ten_files_are_those_that_show_themselves():
    assert len(mutants.ten_files()) == 10
