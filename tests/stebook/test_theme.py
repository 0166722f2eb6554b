"""Estimators are told apart by more than colour."""

import plotly.graph_objects as go

from ste import ESTIMATORS, PAPER
from ste.alternatives.compare import METHODS
from ste.zoo.elsewhere import ZOO
from stebook.chapters.styles import ALL_STYLES, METHOD_STYLES, STYLES, ZOO_STYLES


def test_every_estimator_has_a_style():
    assert list(STYLES) == [estimator.name for estimator in PAPER]
    assert list(ZOO_STYLES) == [estimator.name for estimator in ZOO]
    assert list(ALL_STYLES) == list(ESTIMATORS)


def test_styles_of_the_paper_differ_in_each_respect():
    for part in ("label", "colour", "dash", "marker"):
        assert len({getattr(style, part) for style in STYLES.values()}) == len(STYLES)


def test_all_styles_differ_in_label_dash_and_marker():
    for part in ("label", "dash", "marker"):
        assert len({getattr(style, part) for style in ALL_STYLES.values()}) == len(ALL_STYLES)


def test_the_zoo_has_one_colour_and_it_is_none_of_the_papers():
    (colour,) = {style.colour for style in ZOO_STYLES.values()}
    assert colour not in {style.colour for style in STYLES.values()}


def test_every_method_has_a_style_that_is_like_none_of_the_papers():
    assert [*STYLES, *METHOD_STYLES] == list(METHODS)
    both = [*STYLES.values(), *METHOD_STYLES.values()]
    for part in ("label", "dash", "marker"):
        assert len({getattr(style, part) for style in both}) == len(both)
    colours = {style.colour for style in METHOD_STYLES.values()}
    assert not colours & {style.colour for style in STYLES.values()} and len(colours) == 4


def test_plotly_knows_every_dash_and_marker():
    for style in [*ALL_STYLES.values(), *METHOD_STYLES.values()]:
        go.Scatter(line={"dash": style.dash}, marker={"symbol": style.marker})


def luminance(colour):
    channels = (int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def test_lines_stand_out_on_light_and_on_dark():
    for style in [*ALL_STYLES.values(), *METHOD_STYLES.values()]:
        for page in ("#ffffff", "#121212"):
            pair = sorted((luminance(style.colour), luminance(page)))
            assert (pair[1] + 0.05) / (pair[0] + 0.05) >= 3.0, (style, page)
