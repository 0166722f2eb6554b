"""The first page: what its moving picture plays, and the card of the running example."""

import re

import numpy as np
import pytest

import ste
from stebook.chapters.index import card, opening
from stebook.chapters.index.opening import STEPS
from stebook.chapters.teachers import TEACHER


@pytest.fixture(scope="module")
def runs():
    return opening()


def test_both_start_in_one_place(runs):
    np.testing.assert_array_equal(runs.identity.w[0], runs.relu.w[0])
    np.testing.assert_array_equal(runs.identity.v[0], runs.relu.v[0])


def test_relu_rests_and_identity_spikes(runs):
    assert np.all(np.diff(runs.relu.loss) < 0)
    assert runs.relu.loss[-1] == pytest.approx(runs.trap, abs=2e-4)
    assert runs.relu.loss[-1] > runs.trap
    spikes = np.flatnonzero(runs.identity.loss > 4 * runs.trap)
    assert len(spikes) == 2
    assert np.all(runs.identity.w[spikes, 0] > 0), "the loss spikes on the far side of the origin"
    assert np.all(np.delete(runs.identity.w[:, 0], spikes) < 0)


def test_the_marks_pass_through_the_steps_of_the_runs(runs):
    picture = runs._repr_html_()
    frames = re.findall(r"@keyframes opening-(\w+)-(\w)\{(.*?)\}\}", picture)
    assert [name for name, _, _ in frames] == ["identity", "identity", "relu", "relu"]
    for name, kind, body in frames:
        points = np.array(re.findall(r"translate\(([\d.-]+)px,([\d.-]+)px\)", body), dtype=float)
        assert len(points) == STEPS + 1
        run = getattr(runs, name)
        drawn, meant = (points[:, 0], run.w[:, 0]) if kind == "w" else (points[:, 1], run.loss)
        line = np.polynomial.Polynomial.fit(meant, drawn, 1)
        np.testing.assert_allclose(line(meant), drawn, atol=0.06)


def test_the_picture_says_itself_and_can_be_paused(runs):
    picture = runs._repr_html_()
    assert 'role="img" aria-label="Descent from one place' in picture
    assert '<input type="checkbox"> Pause' in picture
    assert "<script" not in picture


def test_the_card_has_the_numbers_of_the_teacher():
    text = card()._repr_markdown_()
    points = ste.critical_points(TEACHER)
    for number in (f"{points.spurious.loss:.3f}", f"{points.saddle.loss:.3f}", "0.259", "0.230"):
        assert number in text
    assert "0.2451" in text and "above it, so identity escapes" in text
