"""The picture of batch normalization: its steps are those of the formulas, drawn to scale."""

import re

import numpy as np
import pytest

import ste
from ste.beyond.correlated_rows import CorrelatedRows
from stebook.chapters.assumptions import projection
from stebook.chapters.assumptions.projection import THETA, TIP, UNIT, V
from stebook.chapters.styles import STYLES
from stebook.chapters.teachers import V_STAR

W = np.array([np.cos(THETA), np.sin(THETA)])


@pytest.fixture(scope="module")
def shown():
    return projection()


@pytest.mark.result("thm-batch-norm")
def test_what_is_left_of_each_step_is_the_normalized_step(shown):
    rows = CorrelatedRows(ste.Teacher(V_STAR, [1.0, 0.0]), np.eye(2))
    for estimator in ste.PAPER:
        left = -rows.normalized_coarse_gradient(V, W, estimator)[1]
        assert left @ W == pytest.approx(0, abs=1e-12)
        step = shown.steps[estimator.name]
        assert np.linalg.norm(left) == pytest.approx(step[0])
        assert step[0] > 0 and shown.true[0] > 0


def test_the_steps_have_three_directions(shown):
    angles = sorted(np.degrees(np.arctan2(*step)) for step in shown.steps.values())
    assert np.all(np.diff(angles) > 10)
    assert shown.true[1] == pytest.approx(0, abs=1e-12)


def test_arrows_are_drawn_to_scale(shown):
    picture = shown._repr_html_()
    for name, step in shown.steps.items():
        colour = STYLES[name].colour
        pattern = rf'stroke="{colour}" d="M([\d.]+) ([\d.]+)L([\d.]+) ([\d.]+)'
        paths = re.findall(pattern, picture)
        (arrow, kept) = np.array(paths, dtype=float)
        np.testing.assert_allclose(arrow, [*TIP, *(TIP + UNIT * step * [1, -1])], atol=0.06)
        assert kept[2] - kept[0] == pytest.approx(UNIT * step[0], abs=0.11)
        assert kept[1] == kept[3] < TIP[1]


def test_the_picture_says_itself(shown):
    assert 'role="img" aria-label="The filter w points up' in shown._repr_html_()
