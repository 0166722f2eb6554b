"""Estimators are told apart by more than colour."""

from ste import ESTIMATORS
from ste.explorers.theme import STYLES


def test_every_estimator_of_the_paper_has_a_style():
    assert set(STYLES) == set(ESTIMATORS)


def test_styles_differ_in_each_respect():
    for part in ("label", "colour", "dash", "marker"):
        assert len({getattr(style, part) for style in STYLES.values()}) == len(STYLES)


def luminance(colour):
    channels = (int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def test_lines_stand_out_on_light_and_on_dark():
    for style in STYLES.values():
        for page in ("#ffffff", "#121212"):
            pair = sorted((luminance(style.colour), luminance(page)))
            assert (pair[1] + 0.05) / (pair[0] + 0.05) >= 3.0, (style, page)
