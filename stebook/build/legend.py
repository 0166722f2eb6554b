"""What a symbol means, where it stands: marks in the formulas of a page, and their list at its end.

The list is folded. It is what a reader without a mouse opens, and where the script takes what it
says at a symbol (`stebook/static/symbols.js`), so that no page holds its meanings twice. Both are
made of the registry (`stebook.build.symbols`).
"""

import html
import re
from collections.abc import Callable, Mapping
from pathlib import Path

from sphinx.application import Sphinx

from stebook.build.symbols import NOTATION, REGISTRY, Entry, Registry, Vocabulary, load
from stebook.build.tex import marked, name_of

_MARK = re.compile(r'data-symbol="([\w-]+)"')
#: How signs are spelled in a key.
_SPELLED = {"*": "-star", "'": "-prime", "+": "-plus", "^-": "-minus", "_-": "-minus"}


def key_of(entry: Entry) -> str:
    r"""A symbol's key, of letters and hyphens.

    Examples
    --------
    >>> [key_of(Entry(tex, "", "", "", "")) for tex in ("v^*", r"\mu'", "A_-", r"\bar g")]
    ['v-star', 'mu-prime', 'A-minus', 'bar-g']
    """
    key = name_of(entry.tex)
    for sign, spelled in _SPELLED.items():
        key = key.replace(sign, spelled)
    return re.sub(r"[^A-Za-z0-9]+", "-", key).strip("-")


def keys_of(vocabulary: Vocabulary) -> dict[str, str]:
    """The key of each name of a page."""
    return {name: key_of(entry) for name, entry in vocabulary.meanings.items()}


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


# The parts that Sphinx calls ----------------------------------------------------------------------


def registry_of(app: Sphinx) -> Registry:
    """The registry, read once in a build."""
    store = vars(app.builder)
    if "symbols" not in store:
        store["symbols"] = load(Path(app.srcdir, REGISTRY))
    return store["symbols"]


def marker(app: Sphinx, document: str) -> Callable[[str], str]:
    """What marks the symbols of a formula of a document."""
    folder, _, page = document.rpartition("/")
    if folder != "book" or page == NOTATION:
        return str
    keys = keys_of(registry_of(app).on(page))
    return lambda tex: marked(tex, keys)
