"""The plane in Python: what it takes from a reader, and its picture for where no script runs."""

import re

import numpy as np
import pytest

import ste
from stebook import get_scene, show
from stebook.chapters.index.plane import CYCLING, STEPS, still

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
    for name, v in SCENE.presets:
        teacher = ste.Teacher(v, [1.0, 0.0])
        has_trap = ste.critical_points(teacher).spurious is not None
        assert ste.limit_cycle(teacher).exists == (name == "a trap, a cycle")
        assert has_trap == name.startswith("a trap")


def test_the_still_picture_has_three_runs_of_all_steps():
    paths = re.findall(r'<path d="(M[^"]+)" fill="none" stroke="#', still())
    assert len(paths) == 6
    points = [np.array([p.split() for p in path[1:].split("L")], dtype=float) for path in paths]
    assert {len(p) for p in points} == {STEPS + 1}
    identity, relu = points[0], points[2]
    np.testing.assert_array_equal(identity[0], relu[0])
    assert np.sum((identity[1:, 0] > 250) & (identity[:-1, 0] < 250)) > 5, "thrown over the origin"
    assert np.all(relu[:, 0] < 250)
