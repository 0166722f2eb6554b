"""Still pictures that code draws, in the colours of the page.

What belongs here: the frame of such a picture and the pieces that several chapters draw. What never
does: a number of a chapter.
"""

from dataclasses import dataclass
from html import escape

import numpy as np

from stebook.chapters.styles import STYLES

#: The mark of each estimator about the origin: cross, circle, square.
MARKS = {
    "identity": "M-4-4 4 4M-4 4 4-4",
    "relu": "M-4 0a4 4 0 1 0 8 0a4 4 0 1 0-8 0z",
    "clipped_relu": "M-3.5-3.5h7v7h-7z",
}


@dataclass(frozen=True)
class Still:
    """A picture of SVG, and what it shows in words.

    Attributes
    ----------
    body : str
        What stands in the picture; class ``line`` and class ``words`` follow the theme.
    width, height : int
        Its size in units of its text, which is 15 high.
    says : str
        What a reader is told who does not see it.
    """

    body: str
    width: int
    height: int
    says: str

    def _repr_html_(self) -> str:
        return (
            f'<figure class="still"><svg viewBox="0 0 {self.width} {self.height}" role="img" '
            f'aria-label="{escape(self.says)}" fill="none" stroke-width="2">{self.body}</svg>'
            "</figure>"
        )

    def __repr__(self) -> str:
        return self.says


def mark(path: str, x: float, y: float, colour: str, filled: bool = True) -> str:
    """A mark at a place.

    Examples
    --------
    >>> mark("M0 0h1", 3, 4, "red", filled=False)
    '<path d="M0 0h1" transform="translate(3.0 4.0)" stroke="red" fill="none"/>'
    """
    fill = colour if filled else "none"
    place = f"translate({x:.1f} {y:.1f})"
    return f'<path d="{path}" transform="{place}" stroke="{colour}" fill="{fill}"/>'


def estimator_mark(name: str, x: float, y: float) -> str:
    """The mark of one of the paper's three, in its colour."""
    return mark(MARKS[name], x, y, STYLES[name].colour)


def words(text: str, x: float, y: float, anchor: str = "start", strong: bool = False) -> str:
    """A line of text.

    Examples
    --------
    >>> words("a < b", 3, 4)
    '<text x="3.0" y="4.0" text-anchor="start">a &lt; b</text>'
    """
    weight = ' font-weight="bold"' if strong else ""
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}"{weight}>{escape(text)}</text>'


def said(*texts: str) -> str:
    """Texts in the colour of the page's.

    Examples
    --------
    >>> said("<text>a</text>", "<text>b</text>")
    '<g class="words" fill="currentColor"><text>a</text><text>b</text></g>'
    """
    return f'<g class="words" fill="currentColor">{"".join(texts)}</g>'


def line(path: str, more: str = "") -> str:
    """An axis, or what else has no colour of its own.

    Examples
    --------
    >>> line("M0 0H9")
    '<path class="line" stroke="currentColor" d="M0 0H9"/>'
    """
    return f'<path class="line" stroke="currentColor" d="{path}"{more}/>'


def coloured(path: str, colour: str, more: str = "") -> str:
    """A stroke in a colour.

    Examples
    --------
    >>> coloured("M0 0H9", "#0072B2")
    '<path stroke="#0072B2" d="M0 0H9"/>'
    """
    return f'<path stroke="{colour}" d="{path}"{more}/>'


def filled(path: str, colour: str, opacity: float = 1) -> str:
    """A shade of a colour.

    Examples
    --------
    >>> filled("M0 0H9V9Z", "#0072B2", 0.5)
    '<path fill="#0072B2" fill-opacity="0.5" d="M0 0H9V9Z"/>'
    """
    return f'<path fill="{colour}" fill-opacity="{opacity:g}" d="{path}"/>'


# Paths -----------------------------------------------------------------------------------------


def scaled(values: np.ndarray, low: float, high: float, start: float, end: float) -> np.ndarray:
    """From the interval (low, high) of numbers to (start, end) of the picture.

    Examples
    --------
    >>> scaled(np.array([0.0, 0.5]), 0, 1, 100, 0)
    array([100.,  50.])
    """
    return start + (values - low) / (high - low) * (end - start)


def curve(x: np.ndarray, y: np.ndarray) -> str:
    """A line through points.

    Examples
    --------
    >>> curve(np.array([0, 1]), np.array([2, 3.04]))
    'M0.0 2.0L1.0 3.0'
    """
    return "M" + "L".join(f"{a:.1f} {b:.1f}" for a, b in zip(x, y, strict=True))


def area(x: np.ndarray, y: np.ndarray, base: float) -> str:
    """What lies between a curve and a level.

    Examples
    --------
    >>> area(np.array([0, 1]), np.array([2, 3]), 5)
    'M0.0 2.0L1.0 3.0L1.0 5.0L0.0 5.0Z'
    """
    return curve(np.append(x, [x[-1], x[0]]), np.append(y, [base, base])) + "Z"


def arrow(start: np.ndarray, end: np.ndarray, head: float = 6) -> str:
    """An arrow, whose head is not longer than itself.

    Examples
    --------
    >>> arrow(np.array([0, 0]), np.array([10, 0]))
    'M0.0 0.0L10.0 0.0M4.0 3.6L10.0 0.0L4.0 -3.6'
    """
    way = end - start
    length = np.hypot(*way)
    along = way / length * min(head, length)
    beside = 0.6 * np.array([-along[1], along[0]])
    edges = np.array([end - along + beside, end, end - along - beside])
    return curve(*np.array([start, end]).T) + curve(*edges.T)
