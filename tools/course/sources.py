"""The book as the course reads it: pages, labels, works and efforts, from the sources."""

import json
import os
import tomllib
from collections.abc import Mapping
from pathlib import Path

from pybtex.database import Entry, parse_file

from tools.course.myst import Book, Place, places

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "book"
#: Where the built pages are on the web; without it, where a build puts them beside the course.
SETTING = "STE_BOOK_PAGES"
BESIDE = "../../html/book/"
#: Written by the build.
READING = ROOT / "_build" / "reading.json"


def is_notebook(source: str) -> bool:
    """Whether a page has cells."""
    return source.startswith("---\njupytext:")


def pages() -> dict[str, str]:
    """The source of every page."""
    return {path.stem: path.read_text(encoding="utf-8") for path in sorted(FOLDER.glob("*.md"))}


def work(entry: Entry) -> tuple[str, str]:
    """Authors and year of a work, and its address where it has one."""
    people = [" ".join(person.last_names).strip("{}") for person in entry.persons["author"]]
    names = " and ".join(people) if len(people) < 3 else f"{people[0]} et al."
    return f"{plain(names)} {entry.fields.get('year', '')}".strip(), address(entry.fields)


def plain(name: str) -> str:
    """A name without TeX's marks."""
    marked = {"{\\'e}": "é", '{\\"o}': "ö", '{\\"u}': "ü", "{\\'a}": "á", "{": "", "}": ""}
    for mark, letter in marked.items():
        name = name.replace(mark, letter)
    return name


def address(fields: Mapping[str, str]) -> str:
    """Where a work is found."""
    if "doi" in fields:
        return f"https://doi.org/{fields['doi']}"
    if "url" in fields:
        return fields["url"]
    for name in ("note", "howpublished", "journal"):
        text = fields.get(name, "")
        if "arXiv:" in text:
            return f"https://arxiv.org/abs/{text.split('arXiv:')[1].split()[0].rstrip('.,')}"
    return ""


def efforts() -> dict[str, tuple[int, int]]:
    """Level and minutes of each exercise."""
    table = tomllib.loads((FOLDER / "exercises.toml").read_text(encoding="utf-8"))
    return {label: (row["level"], row["minutes"]) for label, row in table.items()}


def reading() -> dict[str, int]:
    """What each page takes to read, where the book is built."""
    if not READING.is_file():
        return {}
    table = json.loads(READING.read_text(encoding="utf-8"))
    return {page.removeprefix("book/"): row["minutes"] for page, row in table.items()}


def book(beside: str = BESIDE) -> Book:
    """What the pages say of each other; `beside` is where a notebook finds the built ones."""
    texts = pages()
    labels: dict[str, Place] = {}
    for page, text in texts.items():
        labels |= dict(places(page, text))
    entries = parse_file(str(FOLDER / "references.bib")).entries
    return Book(
        folder=FOLDER,
        labels=labels,
        notebooks=frozenset(page for page, text in texts.items() if is_notebook(text)),
        works={key: work(entry) for key, entry in entries.items()},
        minutes=reading(),
        efforts=efforts(),
        pages=os.environ.get(SETTING, beside),
    )
