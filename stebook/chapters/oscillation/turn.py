"""One turn of identity's cycle, step by step, on the line of w and w*: `turn`.

What belongs here: the picture of the three kinds of step. What never does: a run; `spikes` has one.
"""

import itertools

import numpy as np

from stebook.chapters.stills import Still, arrow, coloured, line, said, words
from stebook.chapters.styles import STYLES

#: Where w begins a turn, where it ends on the other side, the origin, and the height of the line.
FAR, NEAR, ORIGIN, LINE = 60, 330, 292, 118
#: Short steps on the far side, the last of which crosses.
SHORT = 4


def turn() -> Still:
    """The short steps, the one that crosses the origin, and the long one back.

    Examples
    --------
    >>> turn().says.split(". ")[-1]
    'One long step takes it back.'
    """
    colour = STYLES["identity"].colour
    places = np.linspace(FAR, NEAR, SHORT + 1)
    pairs = itertools.pairwise(places[:-1])
    steps = "".join(
        arrow(np.array([start + 3, LINE - 14]), np.array([end - 3, LINE - 14]), 8)
        for start, end in pairs
    )
    last, height = places[-2], LINE - 20
    over = f"M{last} {height}C{last + 10} {LINE - 66} {NEAR - 14} {LINE - 66} {NEAR} {height}"
    back = f"M{NEAR} {LINE + 12}C{NEAR - 60} {LINE + 84} {FAR + 60} {LINE + 84} {FAR} {LINE + 12}"
    heads = (
        f"M{NEAR - 9} {height - 8}L{NEAR} {height}L{NEAR + 3} {height - 11}"
        f"M{FAR - 1} {LINE + 24}L{FAR} {LINE + 12}L{FAR + 12} {LINE + 17}"
    )
    ends = "".join(f"M{x - 5} {LINE}a5 5 0 1 0 10 0a5 5 0 1 0-10 0z" for x in (FAR, NEAR))
    axis = f"M8 {LINE}H432M423 {LINE - 5}l9 5-9 5M{ORIGIN} {LINE - 12}v24"
    body = (
        line(axis)
        + coloured(steps + heads, colour)
        + coloured(over + back, colour, ' stroke-dasharray="6 4"')
        + f'<path d="{ends}" fill="{colour}"/>'
        + said(
            words("1  equal steps shorten w", FAR, LINE - 34),
            words("2  over the origin: the loss jumps", 432, LINE - 76, "end"),
            words("3  one long step back", (FAR + NEAR) / 2, LINE + 92, "middle"),
            words("w = 0", ORIGIN - 8, LINE + 24, "end"),
            words("w*", 432, LINE - 14, "end"),
            words("θ = π", FAR - 12, LINE + 30, "end"),
            words("θ = 0", NEAR + 14, LINE + 30),
        )
    )
    return Still(
        body,
        440,
        222,
        "On a line w shrinks in equal steps towards the origin, opposite to w star. One step takes "
        "it over the origin to theta = 0, where the loss jumps. One long step takes it back.",
    )
