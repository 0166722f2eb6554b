"""A page as a printer gets it: its sheets with their text, where it stands, and its colours."""

import ctypes
import re
from dataclasses import dataclass

import numpy as np
import pypdfium2 as pdfium
import pypdfium2.raw as raw

#: The text width of the sheet of print.css, from the left edge, in points; what is lower than
#: FOOT is the number of the sheet.
LEFT, RIGHT, FOOT = 48.0, 548.0, 51.0
#: Breaks of a word without a sign, and letters of private use, which are icons.
_UNSEEN = re.compile("[\u200b\ue000-\uf8ff]")
#: What a sheet is drawn with, in pixels a point.
SCALE = 0.5


@dataclass(frozen=True)
class Letter:
    """A letter, its box in points from the lower left corner, and its colour."""

    text: str
    left: float
    bottom: float
    right: float
    colour: tuple[int, int, int]


@dataclass(frozen=True)
class Sheet:
    """One side of paper: its letters, the colours of its strokes, and how it looks."""

    letters: tuple[Letter, ...]
    strokes: frozenset[tuple[int, int, int]]
    picture: np.ndarray

    @property
    def text(self) -> str:
        """All that is written above the number of the sheet, without spaces."""
        return "".join(letter.text for letter in self.letters if letter.bottom > FOOT)

    @property
    def foot(self) -> str:
        """The number of the sheet, without spaces."""
        return "".join(letter.text for letter in self.letters if letter.bottom <= FOOT)


def squeeze(text: str) -> str:
    """A text without spaces: where lines and sheets end does not matter."""
    return "".join(_UNSEEN.sub("", text).split())


def printed(pdf: bytes) -> list[Sheet]:
    """The sheets of a PDF."""
    document = pdfium.PdfDocument(pdf)
    try:
        return [_sheet(page) for page in document]
    finally:
        document.close()


def _sheet(page: pdfium.PdfPage) -> Sheet:
    text = page.get_textpage()
    letters = [_letter(text, i) for i in range(text.count_chars())]
    return Sheet(
        tuple(letter for letter in letters if squeeze(letter.text)),
        frozenset(map(_stroke, page.get_objects(filter=[raw.FPDF_PAGEOBJ_PATH]))),
        page.render(scale=SCALE).to_numpy(),
    )


def _letter(text: pdfium.PdfTextPage, index: int) -> Letter:
    left, bottom, right, _ = text.get_charbox(index)
    colour = [ctypes.c_uint() for _ in range(4)]
    raw.FPDFText_GetFillColor(text, index, *colour)
    red, green, blue, _ = (part.value for part in colour)
    return Letter(
        chr(raw.FPDFText_GetUnicode(text, index)), left, bottom, right, (red, green, blue)
    )


def _stroke(path: pdfium.PdfObject) -> tuple[int, int, int]:
    colour = [ctypes.c_uint() for _ in range(4)]
    raw.FPDFPageObj_GetStrokeColor(path, *colour)
    red, green, blue, _ = (part.value for part in colour)
    return red, green, blue


def contrast_with_white(colour: tuple[int, int, int]) -> float:
    """The ratio of WCAG between a colour and white: 21 for black."""
    parts = np.asarray(colour) / 255
    linear = np.where(parts <= 0.04045, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4)
    return 1.05 / (0.05 + linear @ (0.2126, 0.7152, 0.0722))
