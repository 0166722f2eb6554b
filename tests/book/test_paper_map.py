"""The map of the paper is complete, and every result it names has its tests beside it."""

import ast
import re

import pytest
from toc import DOCUMENTS, ROOT

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


#: Statements that carry a number of the paper or of the book.
KIND = r"(?:Theorem|Lemma|Proposition|Corollary|Remark|Algorithm)"
NUMBERS = r"\d+(?: \([^)]*\))?(?:(?:,| and| or| to) \d+(?: \([^)]*\))?)*"


def bare(text):
    """Numbers of statements that do not say whose they are.

    The book's own are links, which put in the number; so what is written out is the paper's. A
    cell in the column of the map that is headed "Paper" says so, and so does a quoted heading.
    """
    text = re.sub(r"\s+", " ", text)
    written = re.finditer(rf'(?<!\| )(?<!"){KIND}s? {NUMBERS}', text)
    return [found[0] for found in written if not text.startswith(" of the paper", found.end())]


@pytest.mark.parametrize("name", DOCUMENTS)
def test_a_number_of_the_paper_says_so(name):
    assert bare((ROOT / f"{name}.md").read_text(encoding="utf-8")) == []


def test_it_says_so_in_explorers_questions_and_exercises():
    for path in sorted((ROOT / "stebook").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                assert bare(node.value) == [], path


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("the region of Theorem 2 is", 1),
        ("beyond Theorem 2's.", 1),
        ("Lemmas 5 (ReLU) and 7 (clipped ReLU) of\nthe paper", 0),
        ("Lemmas 4 and 7 to 9 of the paper", 0),
        ("Lemmas 4 and 7 say", 1),
        ('("Theorem 3", "Lemma 6") are ours', 0),
        ("| Lemma 10 | identity |", 0),
        ("{prf:ref}`thm-period`", 0),
    ],
)
def test_what_counts_as_bare(text, count):
    assert len(bare(text)) == count
