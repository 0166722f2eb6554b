"""Fonts cut down to the letters that pages show."""

import html
import io
import itertools
import re
import string
from collections.abc import Iterable
from importlib.metadata import version
from pathlib import Path

from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont

from stebook.build.kept import kept

_SIGNS = (
    "2016 2020 2216 2227 2228 2243 2245 2295 2297 2299 27f6 27fc "
    "a0 b0 b1 d7 f7 2c6 2c9 2d9 2dc 3d1 3d5 3f1 3f5 200b 2026 2032 2113 2190 2191 2192 "
    "2193 2194 21a6 21d0 21d2 21d4 2200 2202 2203 2205 2207 2208 2209 220f 2211 2212 "
    "2213 2217 2218 221a 221d 221e 2220 2223 2225 2229 222a 222b 223c 2248 2260 2261 "
    "2264 2265 226a 226b 2272 2273 2282 2286 22a4 22a5 22c5 22ef 2308 2309 230a 230b "
    "25a0 27e8 27e9 27f9 27fa 2a7d 2a7e e020"
)
_MARKUP = re.compile(r'<span class="katex-mathml">.*?</math></span>|<[^>]*>', re.S)
_SET_IN = r'class="[^"]*\b(?:{})\b[^"]*"[^>]*>([^<]*)<'
_RANGES = (range(0x20, 0x7F), range(0x391, 0x3AA), range(0x3B1, 0x3CA))
#: What formulas are written with: ASCII, Greek, and these signs. One with another fails the build,
#: which names it.
LETTERS = frozenset(map(chr, itertools.chain(*_RANGES, (int(sign, 16) for sign in _SIGNS.split()))))

#: Fonts of which formulas take few letters: the classes that ask for one, and the letters.
FEW = {
    "KaTeX_AMS-Regular": (("mathbb",), LETTERS - set(string.ascii_letters) | set("EPR")),
    "KaTeX_Caligraphic-Regular": (("mathcal",), frozenset("NRT")),
    "KaTeX_Main-Bold": (("mathbf", "textbf"), frozenset("1")),
    "KaTeX_SansSerif-Regular": (("mathsf", "textsf"), frozenset("ACDMPQSbqr")),
}


def letters_of(font: Path) -> frozenset[str]:
    """The letters that formulas take from a font of KaTeX."""
    return FEW[font.stem][1] if font.stem in FEW else LETTERS


def missing(formula: str) -> list[str]:
    """The letters of a formula, set as HTML, for which a font has no glyph.

    Examples
    --------
    >>> missing('<span class="mord mathbf">1</span><span class="mord mathcal">LN</span>')
    ['L of mathcal']
    """
    unknown = set(html.unescape(_MARKUP.sub("", formula))) - LETTERS
    few = [
        f"{letter} of {classes[0]}"
        for classes, letters in FEW.values()
        for text in re.findall(_SET_IN.format("|".join(classes)), formula)
        for letter in set(html.unescape(text)) - letters
    ]
    return sorted({*unknown, *few})


def cut(path: Path, codes: Iterable[int]) -> bytes:
    """A font with the letters of some codes alone, as WOFF2; it says whose it is.

    It gives up its name, which some licences keep for the whole.
    """
    wanted = set(codes)
    said = f"{version('fonttools')} {sorted(wanted)}".encode()
    made_of = said, Path(__file__).read_bytes(), path.read_bytes()
    return kept(path.stem, made_of, lambda: _cut(path, wanted))


def _cut(path: Path, codes: set[int]) -> bytes:
    font = TTFont(path, recalcTimestamp=False)
    copyright_and_licence = [0, 13, 14]
    subsetter = Subsetter(Options(name_IDs=copyright_and_licence, hinting=False))
    subsetter.populate(unicodes=codes)
    subsetter.subset(font)
    font.flavor = "woff2"
    file = io.BytesIO()
    font.save(file)
    return file.getvalue()
