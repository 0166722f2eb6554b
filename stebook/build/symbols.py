"""Every symbol of the book once: what it means, and the page of notation that is made of it.

The registry is one file, ``book/symbols.toml``, which says at its top what an entry holds. A page
of formulas is held to it when it is read: a letter that the registry does not know is a warning, so
the build fails; ``tests/book/test_symbols.py`` says it sooner.

What belongs here: the reading of the registry, and what is made of it. What never does: the reading
of TeX (`stebook.build.tex`).
"""

import html
import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective

from stebook.build.tex import Symbol, is_of_a_name, name_of, symbols_in

LOGGER = logging.getLogger(__name__)
#: The registry, from the root of the sources.
REGISTRY = "book/symbols.toml"
#: The page that shows all symbols, those of single pages too.
NOTATION = "notation"
#: What may stand for an index in a name such as t_j.
_INDICES = "ijlm12"
#: How signs are spelled in a key.
_SPELLED = {"^-": "-minus", "_-": "-minus", "^*": "-star", "+": "-plus", "'": "-prime", "^": "-up-"}
#: A formula in HTML that a cell has put out.
_MARKED = re.compile(r'<span class="math[^"]*">\\\((.*?)\\\)</span>', re.DOTALL)


@dataclass(frozen=True)
class Entry:
    """A symbol: how it is written, what it means, and where.

    `pages` are those on which it has this meaning, and empty for the whole book; `says` are words
    of the paragraph that defines it; an `index` may stand below any other symbol.
    """

    tex: str
    meaning: str
    shape: str
    code: str
    page: str
    says: str = ""
    index: bool = False
    also: tuple[str, ...] = ()
    pages: tuple[str, ...] = ()

    @cached_property
    def names(self) -> frozenset[str]:
        """All spellings: one with an index stands for those with any."""
        names = {name_of(tex) for tex in (self.tex, *self.also)}
        for name in tuple(names):
            if name[-2:] in ("_i", "_j"):
                names |= {name[:-1] + index for index in _INDICES}
        return frozenset(names)

    @cached_property
    def key(self) -> str:
        r"""Its name of letters and hyphens, which is that of no other symbol of a page.

        Examples
        --------
        >>> [Entry(tex, "", "", "", "").key for tex in ("v^*", r"\mu'", "A_-", r"\bar g")]
        ['v-star', 'mu-prime', 'A-minus', 'bar-g']
        """
        key = name_of(self.tex)
        for sign, spelled in _SPELLED.items():
            key = key.replace(sign, spelled)
        return re.sub(r"[^A-Za-z0-9]+", "-", key).strip("-")

    def is_on(self, page: str) -> bool:
        """Whether the symbol has this meaning on a page."""
        return not self.pages or page in self.pages


@dataclass(frozen=True)
class Group:
    """Symbols that stand together on the page of notation."""

    title: str
    entries: tuple[Entry, ...]


@dataclass(frozen=True)
class Registry:
    """All symbols, in the order of the page of notation."""

    groups: tuple[Group, ...]

    @property
    def entries(self) -> tuple[Entry, ...]:
        """The entries of all groups."""
        return tuple(entry for group in self.groups for entry in group.entries)

    def on(self, page: str) -> "Vocabulary":
        """What each name means on a page."""
        entries = [entry for entry in self.entries if entry.is_on(page)]
        return Vocabulary({name: entry for entry in entries for name in entry.names})


@dataclass(frozen=True)
class Vocabulary:
    """The symbols of a page, by their names."""

    meanings: dict[str, Entry]

    @cached_property
    def indices(self) -> frozenset[str]:
        """The symbols that may stand below any other."""
        return frozenset(name for name, entry in self.meanings.items() if entry.index)

    @cached_property
    def keys(self) -> dict[str, str]:
        """The key of each name."""
        return {name: entry.key for name, entry in self.meanings.items()}

    def read(self, tex: str) -> list[tuple[Symbol, Entry | None]]:
        """The symbols of a formula, each with its entry if it has one."""
        symbols = symbols_in(tex, self.meanings)
        return [
            (symbol, self.meanings[symbol.name] if self.is_known(symbol) else None)
            for symbol in symbols
        ]

    def is_known(self, symbol: Symbol) -> bool:
        """Whether a name is known, and what it leaves out is a power, a transpose or an index."""
        return symbol.name in self.meanings and not any(
            is_of_a_name(script)
            or (
                script.kind == "_"
                and any(
                    inner.name not in self.indices
                    for inner in symbols_in(script.inside, self.meanings)
                )
            )
            for script in symbol.rest
        )

    def unknown_in(self, tex: str) -> list[str]:
        r"""What a formula has that is not known, as it is written there.

        Examples
        --------
        >>> entry = Entry("v", "the second layer", "m numbers", "v", "model")
        >>> Vocabulary({"v": entry}).unknown_in(r"v^\top v_0 + v^2 w")
        ['v_0', 'w']
        """
        return [tex[symbol.start : symbol.end] for symbol, entry in self.read(tex) if not entry]


def load(path: Path) -> Registry:
    """The registry of a file.

    Raises
    ------
    ValueError
        If an entry lacks something or has something that no entry has.
    """
    table = tomllib.loads(path.read_text(encoding="utf-8"))
    groups = []
    for group in table["group"]:
        entries = []
        for fields in group["symbols"]:
            lists = {key: tuple(value) for key, value in fields.items() if isinstance(value, list)}
            try:
                entries.append(Entry(**{**fields, **lists}))
            except TypeError as error:
                raise ValueError(f"{path.name}: got {fields}, expected an entry: {error}") from None
        groups.append(Group(group["title"], tuple(entries)))
    return Registry(tuple(groups))


def rows_of(group: Group) -> Iterator[str]:
    """The table of a group, in Markdown."""
    yield "| Symbol | Meaning | Shape or range | Name in code | Defined in |"
    yield "|---|---|---|---|---|"
    for entry in group.entries:
        tex = entry.tex.replace("|", r"\vert ")
        code = "" if entry.code == "-" else f"`{entry.code}`"
        where = ", ".join(f"[](/book/{page}.md)" for page in entry.pages or (entry.page,))
        meaning = entry.meaning.replace("|", r"\|").replace("*", r"\*")
        shape = "" if entry.shape == "-" else entry.shape
        yield f"| ${tex}$ | {meaning} | {shape} | {code} | {where} |"


# The parts that Sphinx calls ----------------------------------------------------------------------


class Symbols(SphinxDirective):
    """``{symbols}``: the registry as tables, with a heading each."""

    def run(self) -> list[nodes.Node]:
        path = Path(self.env.srcdir, REGISTRY)
        self.env.note_dependency(str(path))
        lines = []
        for group in load(path).groups:
            table = ["```{table}", ":class: of-symbols", "", *rows_of(group), "```"]
            lines += [f"## {group.title}", "", *table, ""]
        return self.parse_text_to_nodes("\n".join(lines), allow_section_headings=True)


def formulas_of(doctree: nodes.Node) -> Iterator[str]:
    """The TeX of all formulas of a page, those that cells have put out among them."""
    for node in doctree.findall():
        if isinstance(node, nodes.math | nodes.math_block):
            yield node.astext()
        elif isinstance(node, nodes.raw) and node.get("format") == "html":
            yield from (html.unescape(tex) for tex in _MARKED.findall(node.astext()))


def check(app: Sphinx, doctree: nodes.document) -> None:
    """Warn of what the registry does not know."""
    folder, _, page = app.env.docname.rpartition("/")
    if folder != "book" or page == NOTATION:
        return
    app.env.note_dependency(str(Path(app.srcdir, REGISTRY)))
    vocabulary = load(Path(app.srcdir, REGISTRY)).on(page)
    for tex in formulas_of(doctree):
        for symbol in vocabulary.unknown_in(tex):
            LOGGER.warning("%s: %s is not in %s: %s", page, symbol, REGISTRY, tex)
