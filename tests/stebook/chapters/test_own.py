"""A reader's own estimator and teacher in the explorers that take them."""

import math

import numpy as np
import pytest

from ste import RELU, Estimator, Teacher, expected_coarse_gradient, profile_loss
from ste import correlation as correlated
from stebook import EXPLORERS, get_explorer, show
from stebook.page import markup

BUMP = Estimator("<bump>", lambda x: np.exp(-(x**2)))
UPHILL = Estimator("uphill", lambda x: -np.ones_like(x))
TEACHER = Teacher([1.0, 2.0, -0.5], [0.6, 0.8])
TAKING = [name for name in EXPLORERS if get_explorer(name).own]
BY_ESTIMATOR = [name for name in TAKING if "estimator" in get_explorer(name).own]


def values(name, **state):
    shown = show(name, **state)
    return shown.explorer, shown.explorer.values(shown.state)


def test_which_explorers_take_an_estimator_and_which_a_teacher():
    assert {name: set(get_explorer(name).own) for name in TAKING} == {
        "correlation": {"estimator", "teacher"},
        "landscape": {"teacher"},
        "moments": {"estimator", "teacher"},
        "proxies": {"estimator"},
    }


@pytest.mark.parametrize("mine", [BUMP, UPHILL])
@pytest.mark.parametrize("psi", [0, 45, 150])
def test_the_angle_is_that_of_the_reader_s_estimator_and_teacher(mine, psi):
    for order in (("estimator", "teacher"), ("teacher", "estimator")):
        own = {"estimator": mine, "teacher": TEACHER}
        _, shown = values("correlation", theta=120, psi=psi, **{name: own[name] for name in order})
        across = np.array([0.0, 0.0, 1.0]) - TEACHER.v[2] / TEACHER.N * TEACHER.v
        across *= math.sqrt(TEACHER.N) / np.linalg.norm(across)
        v = math.cos(math.radians(psi)) * TEACHER.v + math.sin(math.radians(psi)) * across
        turn = math.radians(120)
        w = math.cos(turn) * TEACHER.w + math.sin(turn) * np.array([-0.8, 0.6])
        wanted = correlated(v, w, TEACHER, mine)
        assert shown["cosine"] == pytest.approx(float(wanted.cosine), rel=1e-9)
        assert shown["cosine_own"][24] == pytest.approx(float(wanted.cosine), rel=1e-9)
        assert shown["angle"] == pytest.approx(math.degrees(wanted.angle), rel=1e-9)


def test_a_known_estimator_as_one_s_own_shows_the_same():
    _, mine = values("correlation", estimator=Estimator("mine", RELU.derivative))
    _, known = values("correlation", estimator="relu")
    for name in ("radial", "tangential", "cosine", "angle"):
        assert mine[name] == pytest.approx(known[name], rel=1e-9)


def test_what_leads_uphill_is_said():
    explorer, shown = values("correlation", estimator=UPHILL)
    assert shown["cosine"] < 0
    assert shown["estimator_label"] == "uphill (yours)"
    assert "raises the loss" in explorer.say(shown)
    explorer, shown = values("proxies", estimator=UPHILL, x=-1.0)
    assert "the error goes back" in explorer.say(shown)
    assert explorer.cells(shown)[0] == "\N{MINUS SIGN}1.000"


@pytest.mark.parametrize("mine", [BUMP, UPHILL])
def test_the_moments_make_the_gradient_of_the_reader_s_estimator_and_teacher(mine):
    explorer, shown = values("moments", estimator=mine, teacher=TEACHER, layer="teacher", rho=2.0)
    turn = math.radians(120)
    u = math.cos(turn) * TEACHER.w + math.sin(turn) * np.array([-0.8, 0.6])
    e = (TEACHER.w - math.cos(turn) * u) / math.sin(turn)
    _, gradient = expected_coarse_gradient(TEACHER.v, 2.0 * u, TEACHER, mine)
    assert shown["radial"][24] == pytest.approx(float(gradient @ u), rel=1e-9, abs=1e-12)
    assert shown["tangential"][24] == pytest.approx(float(gradient @ e), rel=1e-9, abs=1e-12)
    assert "(1, 2, \N{MINUS SIGN}0.5)" in explorer.caption
    curves = {"window": ("a_plus", "a_minus", "b_x", "b_y"), "parts": ("radial", "tangential")}
    for axis, columns in curves.items():
        low, high = shown[axis]
        assert all(low <= shown[name].min() and shown[name].max() <= high for name in columns)


@pytest.mark.parametrize("v", [TEACHER.v, np.ones(2), np.ones(9)])
def test_the_landscape_is_the_reader_s_teacher_s(v):
    mine = Teacher(v, [0.6, 0.8])
    explorer, shown = values("landscape", teacher=mine)
    assert explorer.presets == {}
    wanted = profile_loss(np.radians(np.linspace(0.0, 180.0, 73)), mine) / mine.N
    np.testing.assert_allclose(shown["profile"], wanted, rtol=0, atol=1e-12)
    assert shown["ratio_label"].endswith(" (yours)")
    assert shown["end_loss"] == pytest.approx(wanted[-1], abs=1e-12)
    assert explorer.say(shown)


@pytest.mark.parametrize("name", BY_ESTIMATOR)
def test_it_is_shown_in_a_page_too(name):
    shown = show(name, estimator=BUMP)
    text = markup(shown.explorer, shown.state)
    assert "&lt;bump&gt; (yours)" in text and "<bump>" not in text
    assert get_explorer(name).control("estimator").values[-1] != "own"


@pytest.mark.parametrize(
    ("name", "given", "message"),
    [
        ("correlation", {"estimator": np.exp}, "estimator: expected an Estimator of ste, got <uf"),
        ("correlation", {"teacher": [1.0, 2.0]}, r"teacher: expected a Teacher of ste, got \[1.0"),
        ("landscape", {"teacher": [1.0, 2.0]}, r"teacher: expected a Teacher of ste, got \[1.0"),
        ("moments", {"estimator": np.exp}, "estimator: expected an Estimator of ste, got <uf"),
        ("correlation", {"teacher": Teacher([1.0], [1.0])}, "teacher: expected two entries of v"),
        ("correlation", {"theta": [60]}, r"theta: correlation takes no object there, got \[60\]"),
        ("rate", {"estimator": BUMP}, "estimator: rate takes no object there"),
        ("correlation", {"teacher": 3}, "control: expected one of estimator, theta, .* 'teacher'"),
    ],
)
def test_what_cannot_be_taken_is_refused_by_name(name, given, message):
    with pytest.raises(ValueError, match=message):
        show(name, **given)
