"""The map of the paper is complete, and every result it names has its tests beside it."""

import re

from toc import ROOT

TEXT = (ROOT / "book" / "paper_map.md").read_text(encoding="utf-8")
ROWS = [
    [cell.strip() for cell in line.strip("|").split("|")]
    for line in TEXT.split("## The tests")[0].splitlines()
    if line.startswith("|") and not line.startswith(("|---", "| Paper"))
]


def test_every_numbered_statement_has_a_row():
    named = " ".join(row[0] for row in ROWS)
    lemmas = {
        int(number)
        for number in re.findall(
            r"\b(\d+)\b", " ".join(row[0] for row in ROWS if row[0].startswith("Lemma"))
        )
    }
    assert lemmas == set(range(1, 11))
    for other in ("Proposition 1", "Algorithm 1", "Theorem 1", "Theorem 2", "Remark 1", "Remark 2"):
        assert other in named


def test_every_row_says_where_and_how():
    for paper, says, here, how in ROWS:
        assert says and how, paper
        assert "{prf:ref}" in here or how == "cited", paper


def test_results_named_as_the_papers_have_their_tests_listed():
    named = set(re.findall(r"\{prf:ref\}`([\w-]+)`", " ".join(row[2] for row in ROWS)))
    listed = set(re.findall(r"\{checked\}`([\w-]+)`", TEXT))
    assert named - listed == {"alg-descent", "prop-exact-parts"}
