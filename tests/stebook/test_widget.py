"""The life with a kernel."""

import asyncio
import html

import ipywidgets
import numpy as np
import pytest
import sample

from stebook import EXPLORERS, get_explorer, show, widget
from stebook.explorer import Explorer
from stebook.theme import TOKENS
from stebook.widget import Live


@pytest.fixture(params=EXPLORERS)
def live(request):
    explorer = get_explorer(request.param)
    return Live(explorer, explorer.defaults)


def move(live):
    """Another value for the last control."""
    control = live.explorer.controls[-1]
    value = next(v for v in reversed(control.values) if v != control.default)
    live.controls[control.name].value = value
    return live.explorer.state(**{control.name: value})


def test_controls_have_the_grids_of_the_declaration(live):
    for control in live.explorer.controls:
        options = live.controls[control.name].options
        assert tuple(options) == tuple(zip(control.labels, control.values, strict=True))
        assert live.controls[control.name].value == control.default


def test_a_move_updates_figure_and_sentence_in_place(live):
    before = live.figure
    values = live.explorer.values(move(live))
    assert live.figure is before
    drawn = live.explorer.draw(values, TOKENS)["data"]
    for trace, wanted in zip(live.figure.data, drawn, strict=True):
        for axis in "xy":
            np.testing.assert_array_equal(
                np.array(trace[axis], dtype=float), np.array(wanted[axis], dtype=float)
            )
    assert html.escape(live.explorer.say(values)) in live.sentence.value
    assert live.updates == 1


def test_a_flood_is_answered_once(live):
    async def flood():
        control = live.explorer.controls[-1]
        for value in control.values:
            live.controls[control.name].value = value
        await asyncio.sleep(0.3)
        return value

    last = asyncio.run(flood())
    assert live.updates == 1
    assert live.state[live.explorer.controls[-1].name] == last


def test_reset(live):
    for control in live.explorer.controls:
        live.controls[control.name].value = control.values[-1]
    before = live.updates
    live.reset.click()
    assert live.state == live.explorer.defaults
    assert live.updates == before + 1
    said = live.explorer.say(live.explorer.values(live.explorer.defaults))
    assert html.escape(said) in live.sentence.value


def test_reset_goes_to_the_state_that_was_asked_for():
    explorer = get_explorer("correlation")
    state = explorer.state(theta=120)
    live = Live(explorer, state)
    state["theta"] = 0
    move(live)
    live.reset.click()
    assert live.state["theta"] == 120


def test_an_error_is_said_and_does_not_stay(live, monkeypatch):
    def fail(self, _):
        raise ValueError("expected <nothing>")

    async def flood():
        failures = []
        asyncio.get_running_loop().set_exception_handler(lambda _, c: failures.append(c))
        with monkeypatch.context() as patch:
            patch.setattr(Explorer, "values", fail)
            move(live)
            await asyncio.sleep(0.2)
        assert "cannot be shown: expected &lt;nothing&gt;" in live.sentence.value
        live.reset.click()
        await asyncio.sleep(0.2)
        return failures

    failures = asyncio.run(flood())
    assert [str(failure["exception"]) for failure in failures] == ["expected <nothing>"]
    assert live.updates == 2
    said = live.explorer.say(live.explorer.values(live.explorer.defaults))
    assert html.escape(said) in live.sentence.value


def test_two_axes_words_and_conditions_are_drawn():
    explorer = sample.explorer()
    live = Live(explorer, explorer.defaults)
    for x in (1.0, 3.0):
        live.controls["x"].value = x
        live.controls["kind"].value = "q"
        wanted = explorer.draw(explorer.values(live.state), TOKENS)["data"]
        heat, line = live.figure.data
        assert [list(row) for row in heat.z] == wanted[0]["z"]
        assert (line.visible, list(line.text)) == (wanted[1]["visible"], wanted[1]["text"])


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
    return shell


def count():
    """How many widgets there are."""
    with pytest.deprecated_call():
        return len(ipywidgets.Widget.widgets)


@pytest.mark.parametrize("cell", [None, "17"])
@pytest.mark.parametrize("name", EXPLORERS)
def test_a_cell_that_is_run_again_leaves_no_widget_behind(name, cell, shell):
    before = count()
    shell.run("show(name)", name, cell=cell)
    once = count()
    assert once > before + 10
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


def test_a_change_that_waits_when_its_explorer_is_closed_does_no_harm(live):
    async def closed():
        move(live)
        live.close()
        await asyncio.sleep(0.1)

    asyncio.run(closed())
    assert live.updates == 1
