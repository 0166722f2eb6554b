"""The factors and formulas of the correlation explorer against `ste.correlation` itself."""

import random

import numpy as np
import pytest

from ste import correlation, expected_coarse_gradient, get_estimator
from stebook.chapters.correlation.correlation import (
    ACROSS,
    EXPLORER,
    PSI,
    RHO,
    TEACHER,
    THETA,
    filter_at,
    second_layer,
)
from stebook.templates import number

rng = random.Random(5)
STATES = [{c.name: rng.choice(c.values) for c in EXPLORER.controls} for _ in range(120)]


def test_p_is_a_unit_vector_across_the_teacher():
    assert ACROSS @ TEACHER.v == 0.0
    assert pytest.approx(1.0) == ACROSS @ ACROSS


@pytest.mark.parametrize("psi", [0, 15, 90, 180])
def test_v_has_the_length_and_angle_it_says(psi):
    v = second_layer(psi)
    assert v @ v == pytest.approx(TEACHER.N)
    assert v @ TEACHER.v == pytest.approx(TEACHER.N * np.cos(np.radians(psi)), abs=1e-15)


@pytest.mark.parametrize("state", STATES, ids=str)
def test_formulas_equal_the_package(state):
    values = EXPLORER.evaluate(**state)
    point = second_layer(state["psi"]), filter_at(state["theta"], state["rho"])
    estimator = get_estimator(state["estimator"])
    length = np.linalg.norm(expected_coarse_gradient(*point, TEACHER, estimator)[1])
    assert values["length"] == pytest.approx(length, rel=1e-12, abs=1e-15)
    inner, cosine, angle = correlation(*point, TEACHER, estimator)
    if state["psi"] == 90 or state["theta"] in (0, 180):
        assert np.isnan(values["cosine"])
        assert values["inner"] == 0.0
        return
    assert values["inner"] == pytest.approx(float(inner), rel=1e-12)
    assert values["cosine"] == pytest.approx(float(cosine), rel=1e-12)
    assert values["angle"] == pytest.approx(float(np.degrees(angle)), rel=1e-12)


@pytest.mark.parametrize(
    ("estimator", "column"),
    [
        ("identity", "cosine_identity"),
        ("relu", "cosine_relu"),
        ("clipped_relu", "cosine_clipped"),
    ],
)
def test_the_curve_goes_through_the_marker(estimator, column):
    for theta in (5, 60, 175):
        values = EXPLORER.evaluate(estimator=estimator, theta=theta, rho=2.0, psi=30)
        assert values[column][THETA.index(theta)] == pytest.approx(values["cosine"], rel=1e-9)


def test_every_state_has_a_sentence():
    for state in STATES:
        told = EXPLORER.told(EXPLORER.values(state))
        assert "nan" not in told and "not defined" not in told


def test_the_sentences_of_the_special_states():
    flat = EXPLORER.evaluate(psi=90)
    assert "d = 0" in EXPLORER.say(flat)
    dash = "\N{EN DASH}"
    assert EXPLORER.cells(flat) == [dash, dash, number(0.0, 4), number(flat["length"], 3)]
    assert "kink" in EXPLORER.say(EXPLORER.evaluate(theta=0))
    assert "kink" in EXPLORER.say(EXPLORER.evaluate(theta=180))
    shown = EXPLORER.evaluate()
    assert "lowers the loss" in EXPLORER.say(shown)
    texts = f"{shown['angle']:.1f}°", f"{shown['cosine']:.3f}", f"{shown['inner']:.4f}"
    assert tuple(EXPLORER.cells(shown)[:3]) == texts


def test_the_sentence_knows_where_the_expected_coarse_gradient_vanishes():
    for estimator in ("identity", "relu", "clipped_relu"):
        best = EXPLORER.evaluate(estimator=estimator, theta=0, psi=0)
        assert best["length"] < 1e-9
        assert best["coarse_x"] == best["coarse_y"] == 0
        assert "global minimum" in EXPLORER.say(best)
    turned = EXPLORER.evaluate(estimator="identity", theta=180, psi=180)
    assert "in v is not" in EXPLORER.say(turned)


@pytest.mark.title("On average identity and both ReLUs never point against the true gradient")
@pytest.mark.parametrize("estimator", EXPLORER.control("estimator").values)
def test_no_state_points_against_the_true_gradient(estimator):
    """All angles, lengths and second layers at once."""
    v = np.array([second_layer(psi) for psi in PSI])[:, None, None]
    w = np.array([[filter_at(theta, rho) for rho in RHO] for theta in THETA])
    inner = correlation(v, w, TEACHER, get_estimator(estimator)).inner
    flat = (v @ TEACHER.v == 0.0) | np.isin(THETA, (0, 180))[:, None]
    assert inner.shape == (len(PSI), len(THETA), len(RHO))
    assert np.array_equal(inner > 0.0, np.broadcast_to(~flat, inner.shape))
    assert np.all(inner[np.broadcast_to(flat, inner.shape)] == 0.0)


def test_named_states_are_what_they_are_called():
    widest, flat = EXPLORER.presets.values()
    assert EXPLORER.evaluate(**widest)["angle"] == max(
        values["angle"]
        for theta in THETA[1:-1]
        for psi in PSI
        if psi != 90
        for values in [EXPLORER.evaluate(theta=theta, psi=psi)]
    )
    v = second_layer(EXPLORER.state(**flat)["psi"])
    assert abs(v @ TEACHER.v) < 1e-15
