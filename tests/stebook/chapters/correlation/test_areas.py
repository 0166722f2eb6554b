"""The pictures of the moments: each shade has the area that the words below it say."""

import re

import numpy as np
import pytest

import ste
from stebook.chapters.correlation import area_along_e, areas_along_w
from stebook.chapters.correlation.areas import HALF, MIDDLES, REACH, THETA
from stebook.chapters.styles import STYLES


def shades(picture, row):
    """Signed areas of the shades of each proxy, in the units of the curve's two axes."""
    for middle, estimator in zip(MIDDLES, ste.PAPER, strict=True):
        panel = row.panel(middle, estimator)
        paths = re.findall(rf'fill="{STYLES[estimator.name].colour}".*? d="M(.*?)Z"', panel)
        assert panel in picture._repr_html_()
        yield [signed_area(path) * REACH / HALF / row.unit for path in paths]


def signed_area(path):
    """The area above the level that a path begins and ends at."""
    x, y = np.array([point.split() for point in path.split("L")], dtype=float).T
    return 0.5 * np.sum(x * np.roll(y, -1) - np.roll(x, -1) * y)


@pytest.fixture(scope="module")
def along_w():
    return areas_along_w()


def test_the_area_along_e_is_the_multiple_of_the_true_gradient():
    picture = area_along_e()
    teacher, v = ste.Teacher([1.0, 0.5], [1.0, 0.0]), np.array([0.3, 0.4])
    true = ste.population_gradient(v, [0.0, 1.0], teacher)[1]
    for estimator, (shade,) in zip(ste.PAPER, shades(picture, picture.rows[0]), strict=True):
        _, coarse = ste.expected_coarse_gradient(v, [0.0, 1.0], teacher, estimator)
        assert shade == pytest.approx(coarse[0] / true[0], abs=0.02)
        assert float(picture.rows[0].values[estimator.name]) == pytest.approx(shade, abs=0.02)


def test_the_strong_shade_is_a_minus_and_the_pale_one_a_plus(along_w):
    for estimator, found in zip(ste.PAPER, shades(along_w, along_w.rows[0]), strict=True):
        moments = estimator.moments(1.0, THETA)
        expected = [float(moments.a_minus), float(moments.a_plus)]
        assert found == pytest.approx([size for size in expected if size], abs=0.01)
        assert along_w.rows[0].values[estimator.name] == f"A₋ = {moments.a_minus:.3f}"


def test_the_signed_shade_is_b_x(along_w):
    for estimator, (shade,) in zip(ste.PAPER, shades(along_w, along_w.rows[1]), strict=True):
        b_x = float(estimator.moments(1.0, THETA).b_x)
        assert shade == pytest.approx(b_x, abs=0.01)
        assert along_w.rows[1].values[estimator.name] == f"Bₓ = {b_x:.3f}"
        assert f">Bₓ = {b_x:.3f}<".replace("-", "\N{MINUS SIGN}") in along_w._repr_html_()
