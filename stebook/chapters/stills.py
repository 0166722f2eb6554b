"""Still pictures that code draws, in the colours of the page.

What belongs here: the frame of such a picture and the pieces that several chapters draw. What never
does: a number of a chapter.
"""

from dataclasses import dataclass
from html import escape

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
