"""What kind of evidence stands behind what, as a picture: `evidence`.

What belongs here: the kinds, what each is about, the picture. What never does: a claim that the
chapter does not make.
"""

from stebook.chapters.stills import Still, line, said, words
from stebook.theme import BLUE, VERMILION

#: Each kind of evidence, what it covers of two layers, and what of deep networks.
KINDS = (
    ("proved", "direction, descent", ""),
    ("derived, tested", "period, threshold", ""),
    ("simulated", "basins, attraction", ""),
    ("observed", "", "accuracy"),
)
#: Left edges of the three columns, the width of a box, and the height of a row.
COLUMNS, BOX, ROW = (8, 128, 300), 148, 44


def evidence() -> Still:
    """The kinds of evidence, about two layers and about deep networks.

    Examples
    --------
    >>> evidence().says[:28]
    'A table of four rows: proved'
    """
    heads = [
        words(text, x, 24)
        for x, text in zip(COLUMNS[1:], ("two layers", "deep networks"), strict=True)
    ]
    boxes, texts = [], []
    for row, (kind, *covers) in enumerate(KINDS):
        middle = 62 + row * ROW
        texts.append(words(kind, COLUMNS[0], middle + 5))
        for x, cover, colour in zip(COLUMNS[1:], covers, (BLUE, VERMILION), strict=True):
            texts.append(words(cover or "nothing", x + 9, middle + 5))
            if cover:
                boxes.append(
                    f'<rect x="{x}" y="{middle - 16}" width="{BOX}" height="32" rx="6" '
                    f'stroke="{colour}" fill="{colour}" fill-opacity="0.2"/>'
                )
    rules = "".join(f"M8 {40 + row * ROW}H448" for row in range(len(KINDS)))
    return Still(
        line(rules, ' stroke-width="1"') + "".join(boxes) + said(*heads, *texts),
        456,
        48 + len(KINDS) * ROW,
        "A table of four rows: proved, derived and tested, simulated, observed; and two "
        "columns: two layers and deep networks. Two layers have entries in the first three rows, "
        "deep networks in the last row only.",
    )
