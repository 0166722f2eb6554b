"""The moments of a proxy as areas: `area_along_e` is what turns w, `areas_along_w` what remains.

What belongs here: the curves, their shaded parts and what the parts measure. What never does: a
control; the explorer is the place for those.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from ste._normal import normal_cdf, normal_pdf
from ste.estimators import PAPER, Estimator
from stebook.chapters.stills import Still, area, curve, filled, line, said, words
from stebook.chapters.styles import STYLES

#: Between a trap and the angle at which w and w* are perpendicular.
THETA = 0.85 * math.pi
#: A curve reaches this far on both sides of 0, and so many pixels.
REACH, HALF = 3.0, 62
#: Width of the picture, and where the three zeros stand.
WIDTH = 440
MIDDLES = (76, 224, 372)
#: Both sides of an edge that a proxy has.
PLACES = np.unique(np.concatenate([np.linspace(-REACH, REACH, 121), [-1e-6, 1e-6, 1 - 1e-6]]))
Weight = Callable[[np.ndarray], np.ndarray]


@dataclass(frozen=True)
class Row:
    """One weight, and for each proxy the areas under it.

    Attributes
    ----------
    weight : callable
        Of the pre-activation; a proxy's slope multiplies it.
    said : str
        What the areas are.
    values : dict of str
        For each proxy the words below.
    top, base, foot, unit : float
        Heights in the picture: of the words above, the level 0, the words below, a weight of 1.
    strong : callable
        Where the shade is strong, as a condition on the pre-activation.
    """

    weight: Weight
    said: str
    values: dict[str, str]
    top: float
    base: float
    foot: float
    unit: float
    strong: Weight

    def parts(self) -> str:
        """Its words, and three curves."""
        title = said(words(self.said, WIDTH / 2, self.top, "middle"))
        panels = (
            self.panel(middle, estimator) for middle, estimator in zip(MIDDLES, PAPER, strict=True)
        )
        return title + "".join(panels)

    def panel(self, middle: float, estimator: Estimator) -> str:
        """The curve of the weight, and shaded what a proxy lets through."""
        x = middle + PLACES / REACH * HALF
        heights = self.base - self.unit * self.weight(PLACES)
        slope = estimator.evaluate(PLACES)
        shades = []
        for side, opacity in ((self.strong(PLACES), 0.75), (~self.strong(PLACES), 0.25)):
            inside = np.where(side, slope, 0.0)
            if np.any(inside):
                y = self.base + (heights - self.base) * inside
                path = area(x, y, self.base)
                shades.append(filled(path, STYLES[estimator.name].colour, opacity))
        value = self.values[estimator.name].replace("-", "\N{MINUS SIGN}")
        level = f"M{middle - HALF - 6} {self.base}h{2 * HALF + 12}M{middle} {self.base - 5}v10"
        return (
            "".join(shades)
            + line(curve(x, heights), ' stroke-dasharray="5 4"')
            + line(level)
            + said(words(value, middle, self.foot, "middle"))
        )


@dataclass(frozen=True)
class Areas:
    """Rows of areas below the names of the three proxies."""

    rows: tuple[Row, ...]
    height: int
    said: str

    def _repr_html_(self) -> str:
        names = (
            words(STYLES[estimator.name].label, middle, 18, "middle", strong=True)
            for middle, estimator in zip(MIDDLES, PAPER, strict=True)
        )
        rows = "".join(row.parts() for row in self.rows)
        return Still(said(*names) + rows, WIDTH, self.height, self.said)._repr_html_()

    def __repr__(self) -> str:
        return "\n".join(", ".join(row.values.values()) for row in self.rows)


def each(value: Callable[[Estimator], str]) -> dict[str, str]:
    """What is said of each of the three proxies."""
    return {estimator.name: value(estimator) for estimator in PAPER}


def everywhere(x: np.ndarray) -> np.ndarray:
    """All pre-activations."""
    return np.ones(x.shape, bool)


def area_along_e() -> Areas:
    """G at rho sin(theta) = 1: the area under mu' and a bell curve.

    Examples
    --------
    >>> area_along_e()
    2.51, 1.25, 0.86
    """

    def value(estimator: Estimator) -> str:
        return f"{2 * math.pi * estimator.moments(1.0, math.pi / 2).b_y_over_sin:.2f}"

    row = Row(
        lambda t: np.exp(-(t**2) / 2),
        "area G at \N{GREEK SMALL LETTER RHO}⊥ = 1",
        each(value),
        top=46,
        base=146,
        foot=172,
        unit=84,
        strong=everywhere,
    )
    return Areas(
        (row,),
        182,
        "Three bell curves around 0. Under identity the whole area below the bell is shaded, under "
        "ReLU the right half, under clipped ReLU a strip from 0 to 1.",
    )


def areas_along_w() -> Areas:
    """A+, A- and B_x at |w| = 1: the rows that are on, those that are off, the teacher's.

    Examples
    --------
    >>> areas_along_w()
    A₋ = 0.399, A₋ = 0.000, A₋ = 0.000
    Bₓ = -0.355, Bₓ = 0.022, Bₓ = 0.021
    """
    cot = 1 / math.tan(THETA)
    sides = Row(
        lambda x: np.abs(x) * normal_pdf(x),
        "strong: A₋, rows off; pale: A₊, rows on",
        each(lambda estimator: f"A₋ = {estimator.moments(1.0, THETA).a_minus:.3f}"),
        top=46,
        base=140,
        foot=166,
        unit=300,
        strong=lambda x: x < 0,
    )
    teachers = Row(
        lambda x: x * normal_pdf(x) * normal_cdf(cot * x),
        f"Bₓ, rows where the teacher is on, at θ = {math.degrees(THETA):.0f}°",
        each(lambda estimator: f"Bₓ = {estimator.moments(1.0, THETA).b_x:.3f}"),
        top=206,
        base=232,
        foot=336,
        unit=300,
        strong=everywhere,
    )
    return Areas(
        (sides, teachers),
        346,
        "Two rows of curves against the pre-activation, for identity, ReLU and clipped ReLU. "
        "Above, two humps on both sides of 0: identity takes both, ReLU the right one, clipped "
        "ReLU the part of it up to 1, so the left area is 0 for the last two. Below, where the "
        "teacher is on, the left hump is turned down and little is left on the right: identity "
        "has a negative area, ReLU and clipped ReLU almost none.",
    )
