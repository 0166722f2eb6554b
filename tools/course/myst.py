"""A page of the book as parts: Markdown that any front end shows, code, exercises and solutions.

The parser is MyST's own. A block that is a directive is written anew, by its kind; of every other
block the source stays as it is but for what only MyST reads in it: roles, and links to pages.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from myst_parser.config.main import MdParserConfig
from myst_parser.parsers.mdit import create_md_parser

#: Of `_config.yml`.
EXTENSIONS = {"amsmath", "attrs_inline", "colon_fence", "deflist", "dollarmath"}
#: How the kinds of results are called.
KINDS = {
    "theorem": "Theorem",
    "proposition": "Proposition",
    "lemma": "Lemma",
    "corollary": "Corollary",
    "algorithm": "Algorithm",
    "remark": "Remark",
    "exercise": "Exercise",
}
#: A formula, in a line or set apart.
FORMULA = re.compile(r"\$\$.+?\$\$|\$(?:[^$\n]|\n(?!\n))+\$", re.DOTALL)
_OPENING = re.compile(r"\{([\w:-]+)\}\s*(.*)", re.DOTALL)
_OPTION = re.compile(r":([\w-]+):\s*(.*)")
_TITLED = re.compile(r"(.*?)\s*<([^<>]+)>", re.DOTALL)


@cache
def parser() -> MarkdownIt:
    """MyST's parser, as the book is read."""
    return create_md_parser(MdParserConfig(enable_extensions=EXTENSIONS), RendererHTML)


@dataclass(frozen=True)
class Directive:
    """A block ``{kind} title`` with its options and its body."""

    kind: str
    title: str
    options: Mapping[str, str]
    body: str


@dataclass(frozen=True)
class Text:
    """Markdown."""

    source: str


@dataclass(frozen=True)
class Code:
    """A cell that runs."""

    source: str
    tags: tuple[str, ...] = ()


@dataclass(frozen=True)
class Exercise:
    """What is asked, with its hint, and the solution's parts."""

    label: str
    title: str
    text: str
    solution: list[Text | Code] = field(default_factory=list)


Part = Text | Code | Exercise


def directive(token: Token) -> Directive | None:
    """The directive that a block is, if it is one."""
    found = _OPENING.fullmatch(token.info.strip()) if "fence" in token.type else None
    if found is None:
        return None
    lines = token.content.splitlines()
    options: dict[str, str] = {}
    while lines and (option := _OPTION.fullmatch(lines[0])):
        options[option[1]] = option[2]
        lines.pop(0)
    return Directive(found[1], found[2].strip(), options, "\n".join(lines).strip("\n"))


def blocks(source: str) -> Iterator[tuple[str, list[Token]]]:
    """The source of each outermost block of a page, and its tokens."""
    lines = source.splitlines()
    tokens = parser().parse(source)
    start = 0
    while start < len(tokens):
        end, depth = start, 0
        while True:
            depth += tokens[end].nesting
            end += 1
            if depth == 0:
                break
        first, last = tokens[start].map or (0, 0)
        yield "\n".join(lines[first:last]).rstrip(), tokens[start:end]
        start = end


@dataclass(frozen=True)
class Place:
    """Where a label stands, and what stands there."""

    page: str
    kind: str
    title: str


def heading(tokens: Sequence[Token]) -> str:
    """The text of a heading as its source has it."""
    return tokens[1].content if tokens[0].type == "heading_open" else ""


def places(page: str, source: str) -> Iterator[tuple[str, Place]]:
    """Every label of a page; that of the page itself is its name, with its title."""
    waiting: list[str] = []
    titled = False
    for _, tokens in blocks(source):
        title = heading(tokens)
        if title and not titled:
            titled = True
            yield page, Place(page, "page", title)
        for label in waiting:
            yield label, Place(page, "section", title)
        waiting = []
        if tokens[0].type == "myst_target":
            waiting.append(tokens[0].content)
        part = directive(tokens[0])
        if part is not None and "label" in part.options:
            yield part.options["label"], Place(page, part.kind.removeprefix("prf:"), part.title)


@dataclass(frozen=True)
class Book:
    """What the pages of the book say of each other."""

    folder: Path
    labels: Mapping[str, Place]
    #: The pages that are notebooks.
    notebooks: frozenset[str]
    #: What stands for a work that is cited, and where it is found.
    works: Mapping[str, tuple[str, str]]
    #: What a page takes to read.
    minutes: Mapping[str, int]
    #: Level and minutes of an exercise.
    efforts: Mapping[str, tuple[int, int]]
    #: Where the built pages are, seen from a notebook.
    pages: str

    def address(self, label: str, page: str) -> str:
        """Where a notebook finds what a label names."""
        place = self.labels[label]
        anchor = "" if place.kind == "page" else f"#{label}"
        if place.page == page:
            return anchor or f"{page}.ipynb"
        if place.page in self.notebooks:
            return f"{place.page}.ipynb{anchor}"
        return f"{self.pages}{place.page}.html{anchor}"

    def named(self, label: str) -> str:
        """How a text calls what a label names."""
        place = self.labels[label]
        kind = KINDS.get(place.kind, "")
        return f"{kind} “{place.title}”".strip() if kind and place.title else kind or place.title


class Plain:
    """The Markdown of one page of the book."""

    def __init__(self, book: Book, page: str) -> None:
        self.book, self.page = book, page

    # What stands in a line ------------------------------------------------------------------------

    def reference(self, content: str) -> str:
        titled = _TITLED.fullmatch(content)
        text, label = (titled[1], titled[2]) if titled else ("", content)
        return f"[{text or self.book.named(label)}]({self.book.address(label, self.page)})"

    def citation(self, content: str) -> str:
        works = [self.book.works[key.strip()] for key in content.split(",")]
        linked = [f"[{text}]({address})" if address else text for text, address in works]
        return f"\\[{'; '.join(linked)}\\]"

    def time(self, content: str) -> str:
        page = self.page if content == "minutes" else content.removeprefix("book/")
        minutes = self.book.minutes.get(page)
        return "some hours" if content == "solving" else f"{minutes or 'ten or more'} minutes"

    def role(self, name: str, content: str) -> str:
        """What stands for a role."""
        written: dict[str, Callable[[str], str]] = {
            "ref": self.reference,
            "prf:ref": self.reference,
            "cite": self.citation,
            "reading": self.time,
            "checked": lambda content: "",
        }
        if name not in written:
            raise ValueError(f"{self.page}: expected a role of {', '.join(written)}, got {name}")
        return written[name](content)

    def changes(self, line: Token) -> Iterator[tuple[str, str]]:
        """What a line has for MyST alone, as a pattern each, and what stands for it, in order."""
        children = line.children or []
        for i, token in enumerate(children):
            if token.type == "myst_role":
                words = r"\s+".join(map(re.escape, token.content.split()))
                name = token.meta["name"]
                yield rf"\{{{re.escape(name)}\}}`+\s*{words}\s*`+", self.role(name, token.content)
            elif token.type == "link_open":
                href = str(token.attrs.get("href", ""))
                label = href.removesuffix(".md").removeprefix("#")
                if label not in self.book.labels:
                    continue
                address = self.book.address(label, self.page)
                empty = children[i + 1].type == "link_close"
                text = self.book.named(label) if empty else ""
                opening = rf"\[\]\({re.escape(href)}\)" if empty else rf"\]\({re.escape(href)}\)"
                yield opening, f"[{text}]({address})" if empty else f"]({address})"

    def block(self, source: str, tokens: Sequence[Token]) -> str:
        """A block that is no directive."""
        done, rest = "", source
        for token in tokens:
            if token.type != "inline":
                continue
            for pattern, text in self.changes(token):
                found = re.search(pattern, rest)
                if found is None:
                    raise ValueError(f"{self.page}: expected {pattern} in {rest!r}")
                done += rest[: found.start()] + text
                rest = rest[found.end() :]
        return done + rest

    # What is a block of its own -------------------------------------------------------------------

    def text(self, source: str) -> str:
        """All of a text, directives too."""
        written = []
        for raw, tokens in blocks(source):
            part = directive(tokens[0])
            if part is not None:
                written.append(self.directive(part))
            elif tokens[0].type == "myst_target":
                written.append(anchor(tokens[0].content))
            elif tokens[0].type not in ("front_matter", "myst_line_comment"):
                written.append(self.block(raw, tokens))
        return "\n\n".join(written)

    def directive(self, part: Directive) -> str:
        """A directive as Markdown."""
        kind = part.kind.removeprefix("prf:")
        if kind == "dropdown":
            return folded(part.title, self.text(part.body))
        if kind == "proof":
            return folded("Proof", self.text(part.body))
        if kind == "admonition":
            return quoted(f"**{part.title}.** {self.text(part.body)}")
        if kind in KINDS:
            name = f"{KINDS[kind]} ({part.title})" if part.title else KINDS[kind]
            where = anchor(part.options["label"]) if "label" in part.options else ""
            return quoted(f"{where}**{name}.**\n\n{self.text(part.body)}")
        if kind == "literalinclude":
            code = (self.book.folder / part.title).read_text(encoding="utf-8").strip()
            return f"```{part.options.get('language', '')}\n{code}\n```"
        raise ValueError(f"{self.page}: expected a directive that is known here, got {part.kind}")

    def exercise(self, part: Directive) -> Exercise:
        """What is asked, with its title and its effort."""
        label = part.options["label"]
        level, minutes = self.book.efforts[label]
        said = f"*Level {level} of 3, about {minutes} minutes in code.*"
        opening = f"### Exercise: {part.title}"
        text = [opening, anchor(label), said, self.text(part.body)]
        return Exercise(label, part.title, "\n\n".join(text))

    def parts(self, source: str) -> list[Part]:
        """A whole page. What stands between the ends of a solution belongs to its exercise."""
        parts: list[Part] = []
        exercises: dict[str, Exercise] = {}
        where: list = parts
        for raw, tokens in blocks(source):
            part = directive(tokens[0])
            if part is None or part.kind not in ("code-cell", *_FRAMES):
                plain = self.text(raw)
                if plain:
                    where.append(Text(plain))
            elif part.kind == "code-cell":
                tags = part.options.get("tags", "").strip("[]").split(",")
                where.append(Code(part.body, tuple(tag.strip() for tag in tags if tag.strip())))
            elif part.kind == "exercise":
                asked = self.exercise(part)
                exercises[asked.label] = asked
                where.append(asked)
            else:
                where = parts if part.kind == "solution-end" else exercises[part.title].solution
        return parts


_FRAMES = ("exercise", "solution-start", "solution-end")


def anchor(label: str) -> str:
    """A place that a link finds."""
    return f'<a id="{label}"></a>'


def quoted(text: str) -> str:
    """Markdown set apart from what stands around it.

    JupyterLab takes formulas out before it reads the marks of a line, so a formula has one line.
    """
    text = FORMULA.sub(lambda found: " ".join(found[0].split("\n")), text)
    return "\n".join(f"> {line}".rstrip() for line in text.splitlines())


def folded(title: str, text: str) -> str:
    """Markdown that a reader opens."""
    return f"<details>\n<summary>{title}</summary>\n\n{text}\n\n</details>"
