"""Draw the picture of a shared link, the first page's two losses, with a browser.

python -m tools.share    writes book/_assets/share.png
"""

from pathlib import Path

import numpy as np

from stebook.build.shared import PICTURE
from stebook.chapters.index import opening
from stebook.chapters.stills import curve, scaled
from stebook.chapters.styles import STYLES
from tests.browser.conftest import chromium

ROOT = Path(__file__).resolve().parent.parent
TARGET = ROOT / "book" / "_assets" / "share.png"
LEFT, RIGHT, TOP, BOTTOM = 70, 1130, 330, 560
PAGE = """\
<!DOCTYPE html>
<body style="margin: 0">
<svg width="{width}" height="{height}" font-family="system-ui, sans-serif" fill="none">
<rect width="{width}" height="{height}" fill="#ffffff"/>
<g fill="#1f2933">
<text x="{left}" y="120" font-size="56" font-weight="600">The straight-through estimator</text>
<text x="{left}" y="190" font-size="32">Training with a gradient that is not the gradient</text>
<text x="{left}" y="234" font-size="32">of anything: an interactive book</text>
<text x="{left}" y="{above}" font-size="26">loss</text>
<text x="{right}" y="{below}" font-size="26" text-anchor="end">steps</text>
</g>
<path d="M{left} {top}V{bottom}H{right}" stroke="#5a6672" stroke-width="4"/>
{curves}
</svg>
</body>
"""


def picture() -> str:
    """The page that is photographed."""
    runs = opening()
    losses = {"identity": runs.identity.loss, "relu": runs.relu.loss}
    step = np.linspace(LEFT, RIGHT, len(runs.identity.loss))
    highest = 1.05 * runs.identity.loss.max()
    curves = []
    for i, (name, loss) in enumerate(losses.items()):
        style = STYLES[name]
        height = scaled(loss, 0, highest, BOTTOM, TOP)
        dashes = "" if style.dash == "solid" else ' stroke-dasharray="14 9"'
        line = f'stroke="{style.colour}" stroke-width="5"{dashes}'
        curves += [
            f'<path d="{curve(step, height)}" {line}/>',
            f'<path d="M{LEFT + 30} {TOP + 20 + 46 * i}h70" {line}/>',
            f'<text x="{LEFT + 116}" y="{TOP + 30 + 46 * i}" font-size="30" fill="#1f2933">'
            f"{style.label}</text>",
        ]
    _, width, height = PICTURE
    sizes = {"width": width, "height": height, "left": LEFT, "right": RIGHT}
    sizes |= {"top": TOP, "bottom": BOTTOM, "above": TOP - 18, "below": BOTTOM + 40}
    return PAGE.format(curves="\n".join(curves), **sizes)


def main() -> None:
    """Draw it."""
    _, width, height = PICTURE
    with chromium() as browser:
        page = browser.new_page(viewport={"width": width, "height": height})
        page.set_content(picture())
        page.screenshot(path=TARGET)


if __name__ == "__main__":
    main()
