"""The table of verdicts: numbers are those of the stored runs, results are held by tests."""

import json
import re

import numpy as np
from toc import ROOT

from stebook.build.results import results_in
from stebook.chapters.assumptions import verdicts
from stebook.chapters.assumptions.runs import NAMES, PATH
from stebook.chapters.assumptions.verdicts import LINES

STORED = json.loads(PATH.read_text(encoding="utf-8"))


def test_every_stored_run_stands_in_one_line():
    assert [run for line in LINES for run in line.runs] == list(STORED)


def test_shares_are_those_of_the_stored_runs():
    rows = verdicts()._repr_markdown_().splitlines()[2:]
    for line, row in zip(LINES, rows, strict=True):
        shown = [float(x) for x in re.findall(r"\d\.\d\d", row.split(" | ")[-1])]
        arrived = [np.mean(np.abs(STORED[run][name]) < 1e-3) for run in line.runs for name in NAMES]
        assert shown == [round(float(share), 2) for share in arrived]


def test_every_verdict_names_results_that_a_test_holds():
    held = results_in(ROOT / "tests")
    for line in LINES:
        assert line.results and set(line.results) <= set(held), line.dropped


def test_every_result_of_the_two_chapters_is_in_the_table():
    """But for what no assumption of the theory is about: nothing."""
    named = {label for line in LINES for label in line.results}
    for page in ("assumptions", "other_networks"):
        text = (ROOT / "book" / f"{page}.md").read_text(encoding="utf-8")
        for label in re.findall(r"^:label: ((?:thm|prop)-\S+)$", text, re.MULTILINE):
            assert label in named | {"prop-more-bits"}, label
