"""What the search knows of pages beside their words: what each is about, its terms and results.

It is read off the pages, so one that was not written anew is in it too. What belongs here: the
script with it, which the page of the search loads. What never does: how results are ordered, which
`book/_assets/search.js` does.
"""

import html
import json
import re
from collections.abc import Iterator
from pathlib import Path

from bs4 import BeautifulSoup
from sphinx.application import Sphinx

from stebook.build import maths
from stebook.build.shared import first_sentences

#: The script, among the static files.
NAME = "found.js"
_TOLD = re.compile(r'<meta name="description" content="([^"]*)">')
_TERM = re.compile(r'<dt id="(term-[^"]+)">.*?<dd><p>(.*?)</p>', re.S)
_RESULT = re.compile(
    r'<div class="proof [^"]*" id="([^"]+)">\s*<p class="admonition-title">'
    r'<span class="caption-number">([^<]+?)\s*</span>(.*?)</p>',
    re.S,
)


def terms(text: str) -> Iterator[tuple[str, str]]:
    """Label and definition of each term in the HTML of the glossary."""
    for label, definition in _TERM.findall(text):
        yield label, first_sentences(written(definition))


def written(markup: str) -> str:
    """The text of some HTML, with the letters of its formulas."""
    return BeautifulSoup(maths.words(markup), "html.parser").get_text().strip()


def results(text: str) -> Iterator[tuple[str, str, str]]:
    """Name, label and title of each numbered result in the HTML of a page.

    Examples
    --------
    >>> title = '<span class="caption-number">Example 2 </span> (Flat)'
    >>> begin = '<div class="proof lemma admonition" id="lem-flat"><p class="admonition-title">'
    >>> list(results(f"{begin}{title}</p>"))
    [('Example 2', 'lem-flat', 'Flat')]
    """
    for label, name, rest in _RESULT.findall(text):
        yield name, label, written(rest).removeprefix("(").removesuffix(")")


def script(pages: dict[str, str]) -> str:
    """The script of some pages, by name: what is told of each address, and the results' names."""
    told: dict[str, str] = {}
    names = []
    for page, text in pages.items():
        if said := _TOLD.search(text):
            told[f"{page}.html"] = html.unescape(said[1])
        for label, definition in terms(text):
            told[f"{page}.html#{label}"] = definition
        for name, label, title in results(text):
            told[f"{page}.html#{label}"] = title
            names.append((name, page, label))
    return f"globalThis.found = {json.dumps({'told': told, 'names': names})};\n"


def load(app: Sphinx, page: str, template: str, context: dict, doctree: object) -> None:
    """Let the page of the search load it before its index comes."""
    if page == "search":
        address = context["pathto"](f"_static/{NAME}", resource=True)
        context["metatags"] = context.get("metatags", "") + f'<script src="{address}"></script>'


def write(app: Sphinx, exception: Exception | None) -> None:
    """Write it."""
    if exception is None and app.builder.format == "html":
        paths = {page: Path(app.outdir, f"{page}.html") for page in sorted(app.env.found_docs)}
        pages = {page: path.read_text(encoding="utf-8") for page, path in paths.items()}
        Path(app.outdir, "_static", NAME).write_text(script(pages), encoding="utf-8")
