"""The plane in Python: what it takes from a reader, and its picture for where no script runs."""

import json
import math
import re

import numpy as np
import pytest
from bs4 import BeautifulSoup

import ste
from ste.zoo.typed import proxy
from stebook import get_scene, show
from stebook.chapters.formulas import ESTIMATORS
from stebook.chapters.index.plane import CYCLING, KNOTS, STEPS, drawn, still
from stebook.scene import elements

SCENE = get_scene("plane")


def test_a_reader_s_own_teacher_is_taken():
    teacher = ste.Teacher([2.0, -1.0], [0.0, 1.0, 0.0])
    assert show("plane", teacher=teacher).state["teacher"] == (2.0, -1.0)
    assert show("plane", teacher=[1, 2]).state["teacher"] == (1.0, 2.0)
    assert show("plane", v=[0.5, 1]).state["v"] == (0.5, 1.0)
    assert show("plane", v="best").state["v"] == "best"


def test_estimators_keep_their_order():
    assert show("plane", estimators=["relu", "identity"]).state["estimators"] == (
        "identity",
        "relu",
    )
    assert show("plane", estimators="relu").state["estimators"] == ("relu",)
    with pytest.raises(ValueError, match=r"estimators: expected some of identity, relu, .* 'nope'"):
        show("plane", estimators=["nope"])


@pytest.mark.parametrize("teacher", [[0.0, 0.0], [[1.0]], ["a"]])
def test_a_teacher_that_is_none_is_refused(teacher):
    with pytest.raises(ValueError, match=r"teacher\.v: expected"):
        show("plane", teacher=teacher)


def test_an_unknown_scene_lists_the_known_ones():
    with pytest.raises(ValueError, match="name: expected one of plane, got 'nope'"):
        get_scene("nope")


def test_at_the_start_identity_will_cycle():
    cycle = ste.limit_cycle(ste.Teacher(CYCLING, [1.0, 0.0]))
    assert cycle.exists and cycle.stable and 15 < cycle.period < 20
    for name, changes in SCENE.presets.items():
        teacher = ste.Teacher(SCENE.state(**changes)["teacher"], [1.0, 0.0])
        has_trap = ste.critical_points(teacher).spurious is not None
        assert ste.limit_cycle(teacher).exists == (teacher.v.tolist() == list(CYCLING))
        assert has_trap == (name != "no trap")


def test_the_named_states_are_what_they_are_called():
    cycling = ste.Teacher(CYCLING, [1.0, 0.0])
    found = ste.critical_points(cycling)
    names = {"at the trap": math.pi, "at the pass": found.saddle.theta}
    assert list(SCENE.presets)[3:] == list(names)
    for name, theta in names.items():
        state = SCENE.state(**SCENE.presets[name])
        assert state["teacher"] == CYCLING and state["v"] == "best"
        assert math.radians(state["angle"]) == pytest.approx(theta, abs=1e-4)


@pytest.mark.title("Wherever w is, arrows of identity and both ReLUs never point uphill")
def test_no_arrow_points_uphill():
    """For any v and teacher, on the line of w* too."""
    assert len(SCENE.title.split()) <= 12
    rng = np.random.default_rng(11)
    for m in (1, 2, 4, 7):
        teacher = ste.Teacher(rng.normal(size=m), [1.0, 0.0])
        theta = np.concatenate([[0.0, np.pi, 1e-6], rng.uniform(-np.pi, np.pi, 400)])
        rho = rng.uniform(0.01, 1.6, theta.size)
        w = rho[:, None] * np.stack([np.cos(theta), np.sin(theta)], axis=-1)
        for v in (ste.best_v(np.abs(theta), teacher), rng.normal(size=(theta.size, m))):
            for name in ESTIMATORS:
                inner = ste.correlation(v, w, teacher, ste.get_estimator(name)).inner
                assert np.all(np.isnan(inner) | (inner >= 0.0)) and np.mean(inner > 0.0) > 0.98


def test_the_still_picture_has_three_runs_of_all_steps():
    paths = re.findall(r'<path d="(M[^"]+)" fill="none" stroke="#', still())
    assert len(paths) == 6
    points = [np.array([p.split() for p in path[1:].split("L")], dtype=float) for path in paths]
    assert {len(p) for p in points} == {STEPS + 1}
    identity, relu = points[0], points[2]
    np.testing.assert_array_equal(identity[0], relu[0])
    assert np.sum((identity[1:, 0] > 250) & (identity[:-1, 0] < 250)) > 5, "thrown over the origin"
    assert np.all(relu[:, 0] < 250)


def test_its_elements_have_all_that_the_script_asks_for():
    figure = BeautifulSoup(elements(SCENE, SCENE.start), "html.parser").figure
    parts = {part["data-part"] for part in figure.select("[data-part]")}
    assert parts >= {*SCENE.start, "speed", "v", "teacher"} - {"seed"}
    assert {button["data-do"] for button in figure.select("[data-do]")} == {
        *("play", "step", "samples", "reset")
    }
    named = {b.text: json.loads(b["data-state"]) for b in figure.select("[data-state]")}
    assert named == json.loads(json.dumps(SCENE.presets))
    assert [out["data-of"] for out in figure.select("output[data-of]")] == list(SCENE.looks)
    assert not figure.select("button:not([disabled]), input:not([disabled])")


# --- in a notebook --------------------------------------------------------------------------------


@pytest.fixture
def live():
    """The plane with a reader's own teacher, estimator and run."""
    teacher = ste.Teacher([1.0, -0.5, 0.8, 0.3], [0.0, 1.0, 0.0])
    run = ste.descend([0.1] * 4, [1.0, 0.3, 0.0], teacher, ste.RELU, 0.5, 30)
    shown = show("plane", teacher=teacher, estimator=ste.leaky_relu(0.3), run=run)
    widget = shown.live()
    yield widget, run
    widget.close()


def test_a_run_of_one_s_own_is_laid_into_the_plane(live):
    widget, run = live
    (yours,) = widget.runs
    assert yours["label"] == "your run"
    np.testing.assert_allclose(yours["x"], run.w[:, 1], atol=1e-12)
    np.testing.assert_allclose(np.hypot(yours["x"], yours["y"]), run.norm)
    widget.go(angle=60, length=1)
    assert widget.runs == [yours]
    with pytest.raises(ValueError, match="Angle to w\\*: expected between -180 and 180, got 999"):
        widget.go(angle=999)


def test_an_estimator_of_one_s_own_is_handed_over_as_its_slope(live):
    widget, _ = live
    own = widget.state["own"]
    assert own["name"] == "leaky_relu(0.3)" and widget.state["estimators"][-1] == "own"
    x = np.linspace(-9, 9, 777)
    again = drawn(own["x"], own["y"])
    np.testing.assert_array_equal(again.evaluate(x), ste.leaky_relu(0.3).evaluate(x))
    for estimator in (ste.get_estimator("sigmoid"), ste.get_estimator("triangle")):
        own = show("plane", estimator=estimator).state["own"]
        again = drawn(own["x"], own["y"])
        x = np.linspace(-8, 8, 777)
        np.testing.assert_allclose(again.evaluate(x), estimator.evaluate(x), atol=2e-4)


def test_a_typed_estimator_is_handed_over_as_its_formula():
    shown = show("plane", estimator=proxy("exp(-x**2)"))
    assert shown.state["own"] == "exp(-x**2)"
    assert shown.state["estimators"] == (*SCENE.looks,)
    assert show("plane", estimator=proxy("x > 0"), estimators="own").state["estimators"] == ("own",)
    assert show("plane", own=" 0 < x ").state["own"] == "0 < x"
    assert show("plane", own=[0] * 8).state["own"] == (0.0,) * 8
    # of that name, and not what it says
    other = ste.Estimator("exp(-x**2)", np.ones_like)
    assert show("plane", estimator=other).state["own"]["name"] == "exp(-x**2)"


def test_a_drawn_slope_knows_its_bounds():
    estimator = drawn(KNOTS, [0.1, -0.3, 0.5, 0.2, 0.9, 1.4, 0, 0.05])
    rng = np.random.default_rng(3)
    low, high = np.sort(rng.uniform(-4, 4, (2, 200)), axis=0)
    least, most = estimator.bounds(low, high)
    values = estimator.evaluate(np.linspace(low, high, 4001)[1:-1])
    np.testing.assert_allclose([values.min(axis=0), values.max(axis=0)], [least, most], atol=5e-3)
    assert ste.one_sided(drawn(KNOTS, [0, 0, 0, 0, 1, 1, 1, 1])).one_sided


def test_a_scene_in_a_notebook_is_small(live):
    widget, _ = live
    # smooth slopes have the longest tables
    smooth = show("plane", estimator=ste.get_estimator("sigmoid")).live()
    for shown in (widget, smooth):
        assert isinstance(shown.state["own"], dict)
        assert len(json.dumps(shown.get_state())) < 200_000
    smooth.close()


@pytest.mark.parametrize(
    ("own", "message"),
    [
        ({"estimator": "relu"}, "estimator: expected an Estimator of ste, got 'relu'"),
        ({"own": "x.real"}, "formula: expected .* an attribute"),
        ({"own": [0.0, 9.0]}, "own: expected a formula, .* or 8 heights from -1 to 2, got"),
        ({"own": 3}, "own: expected a formula"),
        ({"estimator": ste.Estimator("log", np.log)}, "expected finite values, got NaN"),
        ({"run": [1.0]}, "run: expected a Trajectory of ste from one start, got"),
    ],
)
def test_what_cannot_be_laid_into_it_is_refused(own, message):
    with pytest.raises(ValueError, match=message):
        show("plane", **own)


def test_a_page_gets_elements_and_a_notebook_a_widget(monkeypatch):
    monkeypatch.delenv("STE_BOOK_BUILD", raising=False)
    live = show("plane")._repr_mimebundle_()
    assert "application/vnd.jupyter.widget-view+json" in live
    assert "text/html" not in live and live["text/plain"] == SCENE.said
    monkeypatch.setenv("STE_BOOK_BUILD", "html")
    page = show("plane")._repr_mimebundle_()
    assert set(page) == {"text/html"}
