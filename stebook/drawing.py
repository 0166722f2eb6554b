"""Still pictures that code draws: SVG in the page, which follows its theme and needs no script.

What belongs here: the frame, places, curves, areas, arrows and words. What never does: a number or
a name of the model. Widths are of `WIDTH`, so that words stay readable on a phone.
"""

import numpy as np

WIDTH = 440


def drawing(height: float, said: str, *parts: str, kind: str = "", under: str = "") -> str:
    """A picture of some height, which says itself, with `under` below it.

    Examples
    --------
    >>> print(drawing(20, "A line.", '<path d="M0 10H9"/>'))
    <figure class="drawing">
    <svg viewBox="0 0 440 20" role="img" aria-label="A line." fill="none" stroke-width="2">
    <path d="M0 10H9"/></svg></figure>
    """
    opened = f'<figure class="{" ".join(["drawing", *kind.split()])}">'
    box = f'<svg viewBox="0 0 {WIDTH} {height:g}" role="img" aria-label="{said}"'
    return f'{opened}\n{box} fill="none" stroke-width="2">\n{"".join(parts)}</svg>{under}</figure>'


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


def words(x: float, y: float, text: str, anchor: str = "start", more: str = "") -> str:
    """Words that begin, end or have their middle at a place.

    Examples
    --------
    >>> words(1, 2, "here", "end")
    '<text x="1.0" y="2.0" text-anchor="end" fill="currentColor">here</text>'
    """
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" fill="currentColor"{more}>'
        f"{text}</text>"
    )


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
