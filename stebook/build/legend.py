"""What a symbol means, where it stands: marks in the formulas of a page, and their list at its end.

The list is folded. It is what a reader without a mouse opens, and where the script takes what it
says at a symbol (`stebook/static/symbols.js`), so that no page holds its meanings twice. Both are
made of the registry (`stebook.build.symbols`).
"""

import html
import re
from collections.abc import Callable, Mapping
from pathlib import Path

from sphinx.builders import Builder

from stebook.build.symbols import NOTATION, REGISTRY, Entry, Registry, Vocabulary, load
from stebook.build.tex import marked

_MARK = re.compile(r'data-symbol="([\w-]+)"')


def list_of(
    entries: Mapping[str, Entry],
    typeset: Callable[[str], str],
    link: Callable[[str], tuple[str, str]],
) -> str:
    """The folded list of symbols.

    Parameters
    ----------
    entries : mapping
        The symbols of the page by their keys, in the order of the list.
    typeset : function
        HTML of a formula.
    link : function
        Address and title of a page of the book.
    """
    items = []
    for key, entry in entries.items():
        address, title = link(entry.page)
        shape = "" if entry.shape == "-" else f"; {html.escape(entry.shape)}"
        code = "" if entry.code == "-" else f"; in code <code>{html.escape(entry.code)}</code>"
        items.append(
            f'<div data-key="{key}"><dt><span class="math notranslate nohighlight">'
            f"{typeset(entry.tex)}</span></dt><dd><span>{html.escape(entry.meaning)}{shape}{code}"
            f'</span> (<a href="{html.escape(address)}">{html.escape(title)}</a>)</dd></div>'
        )
    return (
        '<details class="symbols"><summary>Symbols on this page</summary>'
        f"<dl>{''.join(items)}</dl></details>"
    )


# What the writing of a page asks for --------------------------------------------------------------


def vocabulary_of(builder: Builder, document: str) -> Vocabulary:
    """What the symbols of a document mean; nothing for what is no page of the book."""
    folder, _, page = document.rpartition("/")
    store = vars(builder).setdefault("vocabularies", {})
    if document not in store:
        known = folder == "book" and page != NOTATION
        registry = load(Path(builder.srcdir, REGISTRY)) if known else Registry(())
        store[document] = registry.on(page)
    return store[document]


def marker(builder: Builder, document: str) -> Callable[[str], str]:
    """What marks the symbols of a formula of a document."""
    keys = vocabulary_of(builder, document).keys
    return lambda tex: marked(tex, keys)


def of_page(builder: Builder, document: str, context: Mapping) -> str:
    """The list of the symbols that the formulas of a page bear."""
    marks = set(_MARK.findall(context["body"]))
    if not marks:
        return ""
    meanings = vocabulary_of(builder, document).meanings.values()
    return list_of(
        {entry.key: entry for entry in meanings if entry.key in marks},
        vars(builder)["typeset"],
        lambda page: (
            context["pathto"](f"book/{page}"),
            builder.env.titles[f"book/{page}"].astext(),
        ),
    )
