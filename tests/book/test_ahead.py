"""The build runs chapters side by side, ahead of reading their pages."""

from types import SimpleNamespace

import nbformat
import pytest
from jupyter_cache import get_cache
from myst_nb.core.read import myst_nb_reader_plugin

from stebook.build import ahead

PAGE = """---
jupytext:
  text_representation:
    extension: .md
    format_name: myst
kernelspec:
  display_name: Python 3
  language: python
  name: python3
---

# A chapter

```{code-cell} ipython3
%s
```
"""
#: Two chapters that end only if each runs while the other does.
MEETING = """import pathlib, time
pathlib.Path("{own}").touch()
end = time.monotonic() + 60
while not pathlib.Path("{other}").exists():
    assert time.monotonic() < end
    time.sleep(0.05)
print("{own} met {other}")"""


def app_with(**settings):
    """An application with these settings of execution."""
    names = {f"nb_execution_{name}": value for name, value in settings.items()}
    return SimpleNamespace(config=SimpleNamespace(**names))


@pytest.fixture(scope="module")
def book(tmp_path_factory):
    """A book of three chapters and a plain page after they ran, and its cache."""
    folder = tmp_path_factory.mktemp("ahead")
    cells = {
        "first": MEETING.format(own="one", other="two"),
        "second": MEETING.format(own="two", other="one"),
        "wrong": "1 / 0",
    }
    for name, cell in cells.items():
        (folder / f"{name}.md").write_text(PAGE % cell, encoding="utf-8")
    (folder / "plain.md").write_text("# No cells\n", encoding="utf-8")
    place = str(folder / "cache")
    app = app_with(mode="cache", cache_path=place, timeout=90)
    env = SimpleNamespace(doc2path=lambda name: str(folder / f"{name}.md"))
    ahead.run(app, env, [*cells, "plain"])
    return folder, get_cache(place)


def executed(book, name):
    """The chapter as myst-nb reads it, with what the cache has of it."""
    folder, cache = book
    return cache.merge_match_into_notebook(myst_nb_reader_plugin(str(folder / f"{name}.md")))[1]


@pytest.mark.parametrize(("name", "said"), [("first", "one met two"), ("second", "two met one")])
def test_chapters_run_side_by_side_into_the_cache(book, name, said):
    notebook = executed(book, name)
    nbformat.validate(notebook)
    assert [out.text for cell in notebook.cells for out in cell.get("outputs", ())] == [f"{said}\n"]


def test_one_that_fails_is_left_to_the_reading_of_its_page(book):
    assert len(book[1].list_cache_records()) == 2
    with pytest.raises(KeyError):
        executed(book, "wrong")


def test_where_no_chapter_runs_none_runs_ahead():
    ahead.run(app_with(mode="off"), None, ["any"])
