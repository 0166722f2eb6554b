"""Scenes: what a state may be, and the elements that page and notebook share."""

import json

import pytest
from bs4 import BeautifulSoup

from stebook.scene import Look, Range, Scene, elements

SCENE = Scene(
    name="sample",
    title="A <sample>",
    caption="A caption.",
    alt="A picture.",
    start={
        "estimators": ("a",),
        **{"angle": 10.0, "length": 1.0, "rate": 0.5, "samples": "all", "step": 0},
    },
    ranges={
        "angle": Range("Angle", -180, 180, 1, 0.1, 1),
        "length": Range("Length", 0, 2, 0.1, 0.01, 2),
        "rate": Range("Rate", 0.1, 1, 0.1, 0.01, 2),
        "samples": Range("Samples", 2, "all", 1, 1, 0),
        "step": Range("Step", 0, 9, 1, 1, 0),
    },
    looks={"a": Look("first", "#111", "x"), "b": Look("second", "#222", "circle")},
    presets=(("one", (1.0, -2.0)),),
    own={"estimators": lambda names: tuple(names)},
    said="Said & done.",
    still=lambda: "<svg></svg>",
    formulas=lambda: "globalThis.steFormulas = {};",
)


def test_a_state_is_the_start_with_changes():
    state = SCENE.state(angle=-30, samples=100, estimators=["b"])
    assert state == {**SCENE.start, "angle": -30, "samples": 100, "estimators": ("b",)}
    assert SCENE.state(samples="all") == SCENE.start


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"colour": 1}, "control: expected one of estimators, angle, .*, got 'colour'"),
        ({"angle": 200}, "Angle: expected between -180 and 180, got 200"),
        ({"angle": "wide"}, "Angle: expected a number, got 'wide'"),
        ({"angle": True}, "Angle: expected a number, got True"),
        ({"angle": float("nan")}, "Angle: expected between -180 and 180, got nan"),
        ({"samples": 1}, "Samples: expected between 2 and all, got 1"),
        ({"samples": "some"}, "Samples: expected a number, got 'some'"),
    ],
)
def test_what_a_state_cannot_be_is_refused(changes, message):
    with pytest.raises(ValueError, match=message):
        SCENE.state(**changes)


def test_its_elements_have_all_that_the_script_asks_for():
    page = BeautifulSoup(elements(SCENE, SCENE.start), "html.parser")
    figure = page.figure
    assert figure["aria-label"] == "Explorer: A <sample>"
    assert figure.select_one(".scene-says").text == "Said & done."
    parts = {part["data-part"] for part in figure.select("[data-part]")}
    assert parts >= {*SCENE.start, "speed", "v", "teacher"}
    assert {button["data-do"] for button in figure.select("[data-do]")} == {
        *("play", "step", "samples", "reset")
    }
    assert figure.select_one("[data-v]")["data-v"] == "1.0 -2.0"
    assert [out["data-of"] for out in figure.select("output[data-of]")] == ["a", "b"]
    assert not figure.select("button:not([disabled]), input:not([disabled])")


def test_its_data_are_the_state_and_cannot_end_the_script():
    html = elements(SCENE, SCENE.state(angle=5))
    data = json.loads(BeautifulSoup(html, "html.parser").script.text)
    assert data["start"]["angle"] == 5 and data["name"] == "sample"
    assert data["ranges"]["length"]["high"] == 2
    assert data["estimators"]["b"] == {"label": "second", "marker": "circle"}
    assert "<" not in html[html.index("application/json") + 18 : html.rindex("</script>")]
