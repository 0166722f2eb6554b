"""The marks on the book's results tell the truth."""

import re
import subprocess
import sys

import pytest
from toc import CHAPTERS, DOCUMENTS, ROOT

from stebook.build.results import results_in

RESULTS = results_in(ROOT / "tests")
BLOCK = re.compile(
    r"^(`{3,}|:{3,})\{prf:(theorem|lemma|proposition|corollary)\}[^\n]*\n(.*?)^\1$", re.M | re.S
)


def blocks():
    """Label and text of each result in the book."""
    for name in DOCUMENTS:
        text = (ROOT / f"{name}.md").read_text(encoding="utf-8")
        for found in BLOCK.finditer(text):
            body = found.group(3)
            label = re.search(r"^:label: (\S+)$", body, re.M)
            yield (label.group(1) if label else f"one without a label in {name}"), body


def test_there_are_results():
    assert len(list(blocks())) >= 2 * len(CHAPTERS) - 2


def test_every_result_is_held_by_a_test_or_says_that_it_is_cited():
    bare = [label for label, body in blocks() if label not in RESULTS and "*cited*" not in body]
    assert bare == []


def test_every_mark_belongs_to_a_result():
    assert set(RESULTS) <= {label for label, _ in blocks()}


def test_every_named_test_is_collected(request):
    """By this run, or where it leaves a test out by another that collects its file."""
    named = {test for tests in RESULTS.values() for test in tests}
    here = {re.split(r"[\[@]", item.nodeid)[0] for item in request.session.items}
    files = sorted({test.split("::")[0] for test in named - here})
    assert not files or named - here <= collected(files)


def collected(files):
    """The tests in some files."""
    command = [sys.executable, "-m", "pytest", "--collect-only", "-q", "-p", "no:xdist", *files]
    listed = subprocess.run(command, cwd=ROOT, text=True, capture_output=True, check=True).stdout
    return {re.split(r"[\[@]", line)[0] for line in listed.splitlines() if "::" in line}


@pytest.fixture(scope="module")
def texts(built):
    """The text of each page."""
    return [(built / f"{name}.html").read_text(encoding="utf-8") for name in DOCUMENTS]


@pytest.mark.parametrize("label", sorted(RESULTS))
def test_the_page_names_just_these_tests(label, texts):
    (page,) = [text for text in texts if f'id="{label}"' in text]
    block = page[page.index(f'id="{label}"') :]
    mark = block[block.index("<summary>Checked by") :]
    names = re.findall(r'<span class="pre">(test_\w+)</span>', mark[: mark.index("</details>")])
    assert names == [test.split("::")[1] for test in RESULTS[label]]
