"""The life with a kernel: what Python and a browser tell each other."""

import gzip
import json

import ipywidgets
import pytest
import sample

from stebook import EXPLORERS, get_explorer, scene_widget, show, widget
from stebook.explorer import Explorer
from stebook.widget import Live


@pytest.fixture(params=EXPLORERS)
def live(request):
    explorer = get_explorer(request.param)
    return Live(explorer, explorer.defaults)


def moved(live):
    """Another value for the last control."""
    control = live.explorer.controls[-1]
    return {control.name: next(v for v in reversed(control.values) if v != control.default)}


def test_a_move_is_answered_with_the_columns_of_its_state(live):
    change = moved(live)
    live.go(**change)
    state = live.explorer.state(**change)
    assert live.state == live.columns["state"] == state
    assert live.columns["tables"] == live.explorer.stored(state)
    assert live.said == live.explorer.say(live.explorer.values(state))


def test_a_browser_s_numbers_become_those_of_the_grid():
    explorer = sample.explorer()
    live = Live(explorer, explorer.defaults)
    live.set_state({"state": {"x": 2, "kind": "q", "new": 2}})
    assert type(live.state["x"]) is float
    assert live.columns["tables"][0]["columns"]["half"] == 0.5


@pytest.mark.parametrize(
    ("change", "message"),
    [({"x": 7}, "x: expected one of 0.5"), ({"y": 1}, "control: expected one of x, kind, new")],
)
def test_what_is_not_on_the_grid_is_refused(change, message):
    explorer = sample.explorer()
    live = Live(explorer, explorer.defaults)
    with pytest.raises(ValueError, match=message):
        live.go(**change)
    assert live.state == explorer.defaults


def test_an_error_is_said_and_does_not_stay(monkeypatch):
    def fail(self, _):
        raise ValueError("expected <nothing>")

    explorer = sample.explorer()
    live = Live(explorer, explorer.defaults)
    with monkeypatch.context() as patch:
        patch.setattr(Explorer, "stored", fail)
        with pytest.raises(ValueError, match="expected <nothing>"):
            live.go(x=3.0)
        assert live.columns["error"] == "This state cannot be shown: expected <nothing>"
    live.go(x=2.0)
    assert live.columns["tables"] == explorer.stored(live.state)


def test_what_a_notebook_saves_is_small(live):
    """All traitlets, its script and style among them; the stored states of a page are not."""
    saved = len(json.dumps(live.get_state()))
    assert saved < 200_000
    assert "Plotly.react" in live.get_state()["_esm"]
    assert '"tables":[]' in live.elements


def test_plotly_is_sent_when_it_is_asked_for(monkeypatch):
    explorer = sample.explorer()
    live, sent = Live(explorer, explorer.defaults), []
    monkeypatch.setattr(live, "send", lambda content, buffers: sent.append((content, buffers)))
    live._handle_custom_msg({"kind": "else"}, [])
    live._handle_custom_msg({"kind": "plotly"}, [])
    ((content, (script,)),) = sent
    assert content == {"kind": "plotly"}
    assert b"plotly.js v" in gzip.decompress(script)[:100]

    def gone():
        raise ModuleNotFoundError("No module named 'plotly'")

    monkeypatch.setattr(widget, "plotly", gone)
    live._handle_custom_msg({"kind": "plotly"}, [])
    assert "No module named 'plotly'" in sent[-1][0]["error"]


class Shell:
    """A notebook whose cells are run as a test says."""

    def __init__(self):
        self.runs = 0

    def get_parent(self):
        return self.asked

    def run(self, code, *shown, cell=None):
        """Run a cell that ends with these explorers."""
        self.runs += 1
        metadata = {"cellId": cell} if cell else {}
        header = {"msg_id": str(self.runs)}
        self.asked = {"header": header, "metadata": metadata, "content": {"code": code}}
        for name in shown:
            show(name)._repr_mimebundle_()


@pytest.fixture
def shell(monkeypatch):
    shell = Shell()
    monkeypatch.setattr(widget, "get_ipython", lambda: shell)
    monkeypatch.setattr(widget, "_running", {})
    # no front end is here, and its formulas take seconds
    monkeypatch.setattr(scene_widget, "module", lambda formulas: "")
    return shell


def count():
    """How many widgets there are."""
    with pytest.deprecated_call():
        return len(ipywidgets.Widget.widgets)


@pytest.mark.parametrize("cell", [None, "17"])
@pytest.mark.parametrize("name", [*EXPLORERS, "plane"])
def test_a_cell_that_is_run_again_leaves_no_widget_behind(name, cell, shell):
    before = count()
    shell.run("show(name)", name, cell=cell)
    once = count()
    assert once > before
    for _ in range(2):
        shell.run("show(name)", name, cell=cell)
        assert count() == once


def test_each_cell_keeps_its_explorers_and_a_run_keeps_all_of_its_own(shell):
    before = count()
    shell.run("one", "rate")
    once = count() - before
    shell.run("two", "rate", "rate")
    assert count() - before == 3 * once
    shell.run("one", "rate", cell="1")
    assert count() - before == 4 * once
    shell.run("changed", "rate", cell="1")
    shell.run("two", "rate")
    assert count() - before == 3 * once
