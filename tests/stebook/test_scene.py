"""Scenes: what a state may be, and the elements that page and notebook share."""

import json

import pytest
from bs4 import BeautifulSoup

from stebook.scene import (
    BEFORE,
    JOINED,
    Look,
    Range,
    Scene,
    bare,
    chosen,
    elements,
    joined,
    menu,
    presets,
    slider,
    values,
)

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
    presets={"one & only": {"length": 1.0}},
    own={"estimators": lambda names: tuple(names)},
    said="Said & done.",
    still=lambda: "<svg></svg>",
    formulas=lambda: "globalThis.steFormulas = {};",
    inside=lambda scene, state: (
        chosen(scene, "estimators", "Which")
        + slider(scene, "angle", state)
        + menu("samples", "Samples", {"all": "all of them", 2: "two"}, 2)
        + presets(scene)
        + values(scene)
    ),
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


def test_its_elements_are_what_its_parts_are():
    page = BeautifulSoup(elements(SCENE, SCENE.start), "html.parser")
    figure = page.figure
    assert figure["aria-label"] == "Explorer: A <sample>"
    assert figure.select_one(".scene-says").text == "Said & done."
    assert [box["value"] for box in figure.select("[data-part=estimators] input")] == ["a", "b"]
    assert [out["data-of"] for out in figure.select("output[data-of]")] == ["a", "b"]
    assert figure.select_one("[data-part=angle] input")["value"] == "10.0"
    assert figure.select_one("[data-part=samples] option[selected]").text == "two"
    assert [head.text for head in figure.select("thead th")] == ["first", "second"]
    (named,) = figure.select("[data-state]")
    assert named.text == "one & only" and json.loads(named["data-state"]) == {"length": 1.0}
    assert not figure.select("button:not([disabled]), input:not([disabled])")


def test_its_script_is_all_of_the_files():
    text = joined()
    for name in JOINED:
        variable = "ste" + name.removesuffix(".js").title().replace("_", "")
        assert f"globalThis.{variable} = " in text, name
    assert not set(BEFORE) & set(JOINED)


def test_its_data_are_the_state_and_cannot_end_the_script():
    html = elements(SCENE, SCENE.state(angle=5))
    data = json.loads(BeautifulSoup(html, "html.parser").script.text)
    assert data["start"]["angle"] == 5 and data["name"] == "sample"
    assert data["ranges"]["length"]["high"] == 2
    assert data["estimators"]["b"] == {"label": "second", "marker": "circle"}
    assert "<" not in html[html.index("application/json") + 18 : html.rindex("</script>")]


def test_a_script_that_is_saved_is_bare_and_its_texts_stay():
    """What only looks like a comment stays; a template's lines would lose their indentation."""
    script = (
        '  /* one\n   * two */\n\n  a = "// no"; // yes\n\t// `\n  b = `/* no */`;\n  /* c */;\n'
    )
    assert bare(script) == 'a = "// no"; // yes\nb = `/* no */`;\n/* c */;\n'
    with pytest.raises(ValueError, match="script: expected templates of one line, got 'a = `'"):
        bare("a = `\n  b`;\n")
