"""Which life is shown, and what is imported for it."""

import html
import subprocess
import sys

import pytest

from stebook import EXPLORERS, get_explorer, show
from stebook.display import BUILD_VARIABLE


@pytest.mark.parametrize("name", EXPLORERS)
def test_in_the_books_build_there_is_html_alone(name, monkeypatch):
    monkeypatch.setenv(BUILD_VARIABLE, "html")
    assert list(show(name)._repr_mimebundle_()) == ["text/html"]


@pytest.mark.parametrize("name", EXPLORERS)
def test_elsewhere_there_is_a_widget_and_a_text(name, monkeypatch):
    monkeypatch.delenv(BUILD_VARIABLE, raising=False)
    bundle = show(name)._repr_mimebundle_()
    assert set(bundle) == {"application/vnd.jupyter.widget-view+json", "text/html", "text/plain"}
    explorer = get_explorer(name)
    values = explorer.values(explorer.defaults)
    assert bundle["text/plain"] == explorer.told(values)
    said = explorer.say(values)
    still = bundle["text/html"]  # for where no script runs
    assert (
        html.escape(said) in still
        and html.escape(explorer.title) in still
        and still.count("<table>") == 1
    )


def test_the_html_needs_no_widgets():
    code = (
        "import os, sys; os.environ['STE_BOOK_BUILD'] = 'html';"
        "from stebook import show; show('correlation')._repr_mimebundle_();"
        "assert not {'ipywidgets', 'plotly', 'anywidget'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
