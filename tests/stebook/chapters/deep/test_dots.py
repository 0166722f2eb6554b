"""The dot plots: every run and every case has its mark, at its place."""

import re

import numpy as np
import pytest

from stebook.chapters.deep import records
from stebook.chapters.deep.claims import cases
from stebook.chapters.deep.deep_accuracy import BITS, NETWORKS, cell
from stebook.chapters.deep.dots import (
    APART,
    FARTHEST,
    LEFT,
    RIGHT,
    WIDTH,
    accuracies,
    levels,
    strength_at,
    strengths,
)
from stebook.chapters.styles import STYLES


def marks(picture, colour):
    """Places of the marks of a colour."""
    pattern = rf'translate\(([\d.]+) ([\d.]+)\)" stroke="{colour}"'
    return np.array(re.findall(pattern, picture), dtype=float)


def test_every_run_and_every_number_of_the_paper_has_a_mark():
    picture = accuracies()._repr_html_()
    for k, (name, style) in enumerate(STYLES.items()):
        places = marks(picture, style.colour)[1:]
        cells = [cell(network, bits, "accuracy") for network in NETWORKS for bits in BITS]
        right = [x for values in cells if len(values) for x in values[:, k]]
        right += [numbers[k][1] for numbers in records.PAPER.values()]
        assert name == records.ESTIMATORS[k]
        drawn = 40 + 60 * (places[:, 0] - LEFT) / (RIGHT - LEFT)
        np.testing.assert_allclose(drawn, right, atol=0.01)


def test_every_case_has_a_mark_at_its_strength():
    picture = strengths()._repr_html_()
    drawn = marks(picture, "#0072B2")[3:]
    assert len(drawn) == len(cases())
    assert sorted(drawn[:, 0]) == pytest.approx(sorted(map(strength_at, cases())), abs=0.051)
    assert picture.count('fill="none"/>') == sum(not records.is_full(x.table) for x in cases())
    for case in cases():
        middle, ratio = WIDTH / 2, np.clip(case.mean / case.error, -FARTHEST, FARTHEST)
        assert (strength_at(case) - middle) * ratio >= 0


def test_marks_do_not_cover_each_other():
    places = sorted(map(strength_at, cases()))
    lines = levels(places)
    for line in set(lines):
        on_it = [x for x, level in zip(places, lines, strict=True) if level == line]
        assert np.all(np.diff(on_it) >= APART)


@pytest.mark.parametrize("picture", [accuracies, strengths])
def test_a_dot_plot_says_itself_and_is_read_on_a_phone(picture):
    still = picture()
    assert still.width <= 440 and len(repr(still)) > 100
    assert f'aria-label="{repr(still)[:40]}' in still._repr_html_()
    assert "<script" not in still._repr_html_()
