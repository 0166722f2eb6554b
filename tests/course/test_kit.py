"""What `make course` makes, tried: every notebook of every chapter, in a kernel."""

import re
from collections.abc import Iterator

import nbclient
import pytest
from nbformat.v4 import new_code_cell, new_notebook

from tools.course import notebooks, sources

CHECKED = re.compile(r"^(verdict|check_\w+\(\w+\))\Z", re.MULTILINE)
CLEAR = "get_ipython().run_line_magic('reset', '-sf')"
KNOWN = sources.book()
STEMS = sorted(KNOWN.notebooks)


@pytest.fixture(scope="module")
def kit():
    pages = sources.pages()
    return {stem: notebooks.both(stem, pages[stem], KNOWN) for stem in STEMS}


def said(notebook) -> Iterator[str]:
    """The first words of each verdict."""
    for cell in notebook.cells:
        if cell.cell_type == "code" and CHECKED.search(cell.source):
            (out,) = [out for out in cell.outputs if out.output_type == "execute_result"]
            yield out.data["text/plain"].split(".")[0]


def asked_in(notebook) -> int:
    """How many answers a notebook checks."""
    return sum("check" in cell.metadata.get("tags", ()) for cell in notebook.cells)


def test_all_notebooks_run_to_their_end_and_say_what_they_should(kit, tmp_path, monkeypatch):
    """All in one kernel, emptied between two: a student's says "not yet", the other "correct"."""
    monkeypatch.setenv("PYTHONPATH", str(sources.ROOT))
    place = {"metadata": {"path": str(tmp_path)}}
    client = nbclient.NotebookClient(
        new_notebook(), timeout=120, kernel_name="python3", resources=place
    )
    with client.setup_kernel():
        for stem in STEMS:
            for kind, word in (("student", "Not yet"), ("solutions", "Correct")):
                run = client.nb = kit[stem][kind]
                run.cells.insert(0, new_code_cell(CLEAR))
                for index, cell in enumerate(run.cells):
                    client.execute_cell(cell, index)
                verdicts = list(said(run))
                assert verdicts == [word] * asked_in(kit[stem]["student"]), (stem, kind)
