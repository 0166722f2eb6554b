"""Bring the catalogues of other languages up to date with the pages that were built.

    python -m tools.translate           add what is new, drop what has gone
    python -m tools.translate --check   say what is new, gone or without an answer; 1 if anything is

A message whose English has changed keeps its translation and is marked as fuzzy: it is not used
until someone has looked at it and taken the mark away.
"""

import argparse
import pickle
import sys
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po, write_po

from stebook.build import catalogues, languages

ROOT = Path(__file__).resolve().parent.parent

DOCTREES = ROOT / "_build" / ".doctrees" / "book"


def messages(page: str) -> list[str]:
    """The messages of a page as it was built."""
    with (DOCTREES / f"{page}.doctree").open("rb") as file:
        return catalogues.messages(pickle.load(file))


def path_of(code: str, page: str) -> Path:
    """The catalogue of a page in a language."""
    return ROOT / catalogues.FOLDER / code / "LC_MESSAGES" / f"{page}.po"


def stored(code: str, page: str) -> Catalog:
    """What a catalogue holds; nothing if there is none yet."""
    path = path_of(code, page)
    if not path.exists():
        return Catalog(locale=code, fuzzy=False)
    with path.open("rb") as file:
        return read_po(file, locale=code)


def update(code: str, page: str) -> None:
    """Write the catalogue of a page anew, with the answers that it has."""
    template = Catalog(fuzzy=False)
    for message in messages(page):
        template.add(message)
    catalogue = stored(code, page)
    catalogue.update(template, update_header_comment=False)
    catalogue.obsolete.clear()
    path_of(code, page).parent.mkdir(parents=True, exist_ok=True)
    with path_of(code, page).open("wb") as file:
        write_po(file, catalogue, width=100, omit_header=True)


def stale(code: str, page: str) -> Iterator[str]:
    """What a page has and its catalogue does not answer, and the reverse."""
    answers = catalogues.read(path_of(code, page))
    asked = messages(page)
    yield from (f"{code} {page}: no answer to {text!r}" for text in asked if text not in answers)
    yield from (f"{code} {page}: nobody asks {text!r}" for text in answers if text not in asked)


def main() -> int:
    """Update, or check."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing")
    check = parser.parse_args().check
    sentences = []
    for code, _, _ in languages.LANGUAGES.values():
        for page in catalogues.PAGES:
            if not check:
                update(code, page)
            sentences += stale(code, page)
    print("\n".join(sentences) or "Every catalogue is up to date.")
    return 1 if check and sentences else 0


if __name__ == "__main__":
    sys.exit(main())
