"""The table of mutants has no gaps and cannot rot; `python -m benchmarks.mutants` runs it."""

import ast

import pytest
from toc import ROOT

from benchmarks.mutants import MUTANTS, Mutant, mutated
from stebook.build.results import results_in

RESULTS = results_in(ROOT / "tests")


def test_every_marked_result_has_a_mutant():
    assert {label for mutant in MUTANTS for label in mutant.labels} == set(RESULTS)


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: f"{mutant.file}: {mutant.new}")
def test_the_text_occurs_once_and_its_change_is_python(mutant):
    ast.parse(mutated(mutant, ROOT))
    assert mutant.new != mutant.old
    assert len(set(mutant.labels)) == len(mutant.labels) > 0


def test_no_mutant_is_there_twice():
    assert len({(mutant.file, mutant.old, mutant.new) for mutant in MUTANTS}) == len(MUTANTS)


@pytest.mark.parametrize(("old", "count"), [("no such text", 0), ("np.", "[0-9]+")])
def test_a_text_that_is_not_there_once_is_refused(old, count):
    with pytest.raises(ValueError, match=f"moments.py: expected '{old}' once, got it {count} time"):
        mutated(Mutant("moments.py", old, "", ("thm-any-proxy",)), ROOT)
