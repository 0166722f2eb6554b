"""The words of another language: gettext catalogues, what they are asked for, and what they answer.

A page is asked for its messages, one for each paragraph, title, cell of a table or description of a
picture, as they stand in its Markdown, and for what its explorers say and its pictures show. Words
that no page writes, those of the theme and of pictures that cells draw, have a catalogue of their
own, ``words``, and those of scripts another, ``scripts``: a sentence of a script has its slots as
they stand in the code. What a catalogue lacks, or what is marked as fuzzy, stays English.

What belongs here: finding messages and answering them. What never does: the writing of a page
(`stebook.build.languages`), and the words of a language.
"""

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import cached_property, partial
from pathlib import Path

from babel.messages.pofile import read_po
from docutils import nodes
from sphinx_exercise.nodes import exercise_subtitle

from stebook.build import spoken
from stebook.templates import SLOT

ROOT = Path(__file__).resolve().parents[2]
#: Where the catalogues are, from the root of the sources.
FOLDER = "book/locale"
#: The pages that are translated, the catalogue of all other words, and that of scripts.
PAGES = (
    "index",
    "no_gradient",
    "estimator",
    "model",
    "landscape",
    "coarse_gradient",
    "correlation",
    "oscillation",
    "paper",
    "glossary",
    "notation",
)
WORDS = "words"
SCRIPTS = "scripts"

#: Parts of a message that are no words: formulas, code, roles, links without a text.
_NO_WORDS = re.compile(r"\$[^$]*\$|`[^`]*`|\{[\w:]+\}|\[\]\([^)]*\)|\d[\d., ]*")
_WORD = re.compile(r"[A-Za-z]{2,}")
_TEXT = re.compile(r">([^<>]+)<")
_IMAGE = re.compile(r"!\[(.*)\]\([^)]*\)", re.S)
#: What a page holds of a formula, and how Markdown writes it.
_FORMULA = re.compile(r'<span class="math[^"]*">\\\((.*?)\\\)</span>', re.S)
_CODE = re.compile(r"<code[^>]*>(.*?)</code>", re.S)
#: Blocks of the HTML that cells put out, with the formulas and code in their lines.
BLOCK = re.compile(r"(<(p|summary)\b[^>]*>)(.*?)(</\2>)", re.S)
LEAD = re.compile(r"<(b|strong)>.*?</\1>(?:&ensp;|\s)*", re.S)


def message_of(node: nodes.TextElement) -> str:
    """The message of a node; empty if it has no words."""
    text = node.rawsource
    if isinstance(node, exercise_subtitle):
        text = node.astext()
    if image := _IMAGE.fullmatch(text.strip()):
        text = image[1]
    return text if _WORD.search(_NO_WORDS.sub("", text)) else ""


def places(doctree: nodes.Node) -> Iterator[tuple[nodes.TextElement, str]]:
    """The nodes of a page that have a message, each with it."""
    kinds = (nodes.paragraph, nodes.title, nodes.term, nodes.rubric, exercise_subtitle)
    for node in doctree.findall(nodes.TextElement):
        if type(node) in kinds and (message := message_of(node)):
            yield node, message


def blocks(text: str) -> Iterator[str]:
    """The messages of the HTML that a cell has put out: of a question, or of a verdict."""
    for block in BLOCK.finditer(text):
        message = markdown(LEAD.sub("", block[3], count=1))
        if _WORD.search(_NO_WORDS.sub("", message)):
            yield message


def outputs(doctree: nodes.Node) -> Iterator[nodes.raw]:
    """What cells have put out as HTML, with blocks of text."""
    for node in doctree.findall(nodes.raw):
        if node.get("format") == "html" and 'class="question"' in node.astext():
            yield node


def messages(doctree: nodes.Node) -> list[str]:
    """All messages of a page, each once, in the order of the page."""
    found = [message for _, message in places(doctree)]
    found += [message for node in outputs(doctree) for message in blocks(node.astext())]
    for node in doctree.findall(nodes.raw):
        found += spoken.messages(node.astext())
    for node in doctree.findall(nodes.image):
        found += drawn(ROOT / node["uri"])
    return list(dict.fromkeys(found))


def drawn(picture: Path) -> list[str]:
    """The texts with words in a picture; a photograph has none."""
    text = picture.read_text(encoding="utf-8") if picture.suffix == ".svg" else ""
    texts = [html.unescape(part).strip() for part in _TEXT.findall(text)]
    return [part for part in texts if _WORD.search(part)]


def markdown(text: str) -> str:
    r"""A line of HTML as it would be written.

    Examples
    --------
    >>> markdown('The part <span class="math">\\(a &lt; b\\)</span> of <code>x</code>')
    'The part $a < b$ of `x`'
    """
    text = re.sub(r"</?em>", "*", _FORMULA.sub(r"$\1$", text))
    return html.unescape(_CODE.sub(r"`\1`", text))


def markup(text: str) -> str:
    r"""The inverse.

    Examples
    --------
    >>> markup("The part $a < b$ of `x`")
    'The part <span class="math notranslate nohighlight">\\(a &lt; b\\)</span> of <code>x</code>'
    """
    text = html.escape(text, quote=False)
    parts = text.split("$")
    for i, part in enumerate(parts):
        if i % 2:
            parts[i] = rf'<span class="math notranslate nohighlight">\({part}\)</span>'
        else:
            part = re.sub(r"`([^`]*)`", r"<code>\1</code>", part)
            parts[i] = re.sub(r"\*([^*]+)\*", r"<em>\1</em>", part)
    return "".join(parts)


def plain(message: str) -> str:
    r"""A message as a page shows it: without the marks of Markdown.

    Examples
    --------
    >>> plain(r"angle between w and w\*, see *here*")
    'angle between w and w*, see here'
    """
    return re.sub(r"(?<!\\)\*|\\(?=[*|_])", "", message)


def read(path: Path) -> dict[str, str]:
    """What a catalogue answers; what is fuzzy or empty is left out."""
    with path.open("rb") as file:
        catalogue = read_po(file)
    return {str(m.id): str(m.string) for m in catalogue if m.id and m.string and not m.fuzzy}


@dataclass(frozen=True)
class Language:
    """A language with all its catalogues: of pages by their names, and of words.

    `code` is that of the folder of the catalogues, `tag` that of the pages, and `name` what the
    language calls itself.
    """

    code: str
    tag: str
    name: str
    pages: dict[str, dict[str, str]]
    words: dict[str, str]
    scripts: dict[str, str] = field(default_factory=dict)
    page: str = ""

    def on(self, page: str) -> "Language":
        """The same on a page, whose own words come first: a step is a function, or one of a run."""
        return replace(self, page=page)

    @cached_property
    def known(self) -> dict[str, str]:
        """What a text that stands alone is in this language: all messages without a formula.

        An earlier page counts before a later one: the glossary has its terms with the English.
        """
        every = {}
        for catalogue in reversed(self.pages.values()):
            every.update(catalogue)
            every.update({plain(text): plain(answer) for text, answer in catalogue.items()})
        return every | self.words | self.pages.get(self.page, {})

    @cached_property
    def patterns(self) -> list[tuple[re.Pattern, str]]:
        """Words with places, ``{}``, for what differs; those that say most come first."""
        return [
            (re.compile(re.escape(text).replace(r"\{\}", "(.+?)"), re.S), self.words[text])
            for text in sorted(self.words, key=len, reverse=True)
            if "{}" in text
        ]

    @cached_property
    def sentences(self) -> list[tuple[re.Pattern, list[str], str]]:
        """What explorers say, with its slots; prose has formulas or roles beside its braces."""
        return [
            (*spoken.template(text), answer)
            for catalogue in self.pages.values()
            for text, answer in catalogue.items()
            if SLOT.search(text) and not re.search(r"[$`\\]", text)
        ]

    def __call__(self, text: str) -> str | None:
        """A text that stands alone in this language; None if no catalogue has it."""
        bare = " ".join(text.split())
        if bare in self.known:
            return self.known[bare]
        for pattern, answer in self.patterns:
            if match := pattern.fullmatch(bare):
                return answer.format(*(self(part) or part for part in match.groups()))
        for pattern, slots, answer in self.sentences:
            if match := pattern.fullmatch(bare):
                said = [self(part) or part for part in match.groups()]
                filled = dict(zip(slots, said, strict=True))
                return SLOT.sub(partial(lambda filled, slot: filled[slot[0]], filled), answer)
        parts = bare.split("; ")
        if len(parts) > 1:
            answers = [self(part) or part for part in parts]
            return self.words.get("; ", "; ").join(answers) if answers != parts else None
        return None


def load(source: Path, code: str, tag: str, name: str) -> Language:
    """All catalogues of a language."""
    folder = source / FOLDER / code / "LC_MESSAGES"
    pages = {page: read(folder / f"{page}.po") for page in PAGES}
    words, scripts = (read(folder / f"{name}.po") for name in (WORDS, SCRIPTS))
    return Language(code, tag, name, pages, words, scripts)
