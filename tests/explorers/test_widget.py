"""The life with a kernel."""

import asyncio

import numpy as np
import pytest

from ste.explorers import NAMES, get_explorer
from ste.explorers.theme import TOKENS
from ste.explorers.widget import Live


@pytest.fixture(params=NAMES)
def live(request):
    explorer = get_explorer(request.param)
    return Live(explorer, explorer.defaults)


def move(live):
    """Another value for the last control."""
    control = live.explorer.controls[-1]
    value = control.values[-2]
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
    said = live.explorer.say(values)
    assert said.replace("|", "").split(",")[0] in live.sentence.value
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
    move(live)
    live.reset.click()
    assert live.state == live.explorer.defaults
