"""The book's documents as its table of contents lists them, and the pages that come of them."""

import re
from pathlib import Path

from stebook.chapters import EXPLORERS, SCENES

ROOT = Path(__file__).resolve().parent.parent
HTML = ROOT / "_build" / "html"
HEADER = "---\njupytext:"

#: Names of documents, `book/model` and so on, in the order of reading.
DOCUMENTS = re.findall(
    r"^\s*(?:- file|root): (\S+)$", (ROOT / "_toc.yml").read_text(encoding="utf-8"), re.MULTILINE
)
#: Those that are notebooks.
CHAPTERS = [
    name
    for name in DOCUMENTS
    if (ROOT / f"{name}.md").read_text(encoding="utf-8").startswith(HEADER)
]
#: Every page that a reader can get to.
PAGES = [
    *(f"{name}.html" for name in DOCUMENTS),
    "index.html",
    "search.html",
    "genindex.html",
    "prf-prf.html",
    "py-modindex.html",
    "licenses.html",
]

#: The pages of single explorers, which stand in frames of others.
EMBEDDED = [f"explorers/{name}.html" for name in (*EXPLORERS, *SCENES)]
