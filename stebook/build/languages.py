"""The pages of the argument in another language, beside the English ones: ``zh/book/index.html``.

A translated page is made of the English one when that has been read and its cells have run: nothing
is executed or read twice, and formulas, numbers, labels and anchors are the same, so a link that
leads into the one leads into the other. First the messages of the page are exchanged, and it is
written by the same builder under another address; then the words that stand in its HTML. What is
not translated stays English and says so (``lang="en"``), and links to pages without a translation
lead to the English ones.

What belongs here: how a page comes to be in another language. What never does: the words.
"""

import html
import posixpath
import re
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

from docutils import nodes
from docutils.io import StringInput
from myst_parser.parsers.sphinx_ import MystParser
from sphinx.application import Sphinx
from sphinx.builders.html import StandaloneHTMLBuilder
from sphinx.errors import SphinxError
from sphinx.io import SphinxI18nReader, create_publisher
from sphinx.transforms import SphinxContentsFilter
from sphinx.util.docutils import sphinx_domains
from sphinx.util.osutil import relative_uri

from stebook.build import catalogues, reading, spoken
from stebook.build.catalogues import Language

#: Each language besides English: its folder in the site, catalogues, tag, and its own name.
LANGUAGES = {"zh": ("zh_CN", "zh-Hans", "中文")}

_TOKEN = re.compile(r"(<!--.*?-->|<(script|style|pre|code|annotation|kbd)\b.*?</\2>|<[^>]*>)", re.S)
_NAMING = re.compile(
    r'\b(alt|aria-label|aria-description|title|placeholder|data-bs-title|data-room)="([^"]+)"'
)
#: A text with words, or a translated name in the brackets of English.
_SHOWN = re.compile(r"[A-Za-z]{2,}|^\s*\([^()]*[\u4e00-\u9fff][^()]*\)\s*$")
#: Letters of formulas, which are no words.
_LETTERS = re.compile(r'<(?:m[a-z]+\b|span class="(?:mord|mop|mrel|mbin|mpunct|strut))')
#: Before the class of a message without an answer, which stays English.
_ENGLISH = re.compile(r'(?=class="[^"]*\buntranslated\b)')
_PICTURE = re.compile(r'(?<=/)_images/[^"/]+\.svg(?=")')
#: What a theme's script says beside a folded part.
_HINT = re.compile(r"(let toggleHint\w+ = ')([^']+)")
_ADDRESS = re.compile(r'(<a\b[^>]*?\bhref=")([^"#:]+\.html)(#[^"]*)?(")')


@cache
def language(source: Path, folder: str) -> Language:
    """A language, with its catalogues read once in a build."""
    return catalogues.load(source, *LANGUAGES[folder])


def is_translated(page: str) -> bool:
    """Whether a page has a counterpart."""
    folder, _, name = page.rpartition("/")
    return folder == "book" and name in catalogues.PAGES


# Messages -----------------------------------------------------------------------------------------


def inline(app: Sphinx, page: str, texts: list[str]) -> list[list[nodes.Node]]:
    """Each text, a paragraph of Markdown, as the nodes of its line.

    Raises
    ------
    SphinxError
        If a text is more than one paragraph, or something else.
    """
    app.env.prepare_settings(page)
    settings = create_publisher(app, "myst-nb").settings
    settings.env = app.env
    reader, parser = SphinxI18nReader(), MystParser()
    reader.setup(app)
    parser.set_application(app)
    source = StringInput(source="\n\n".join(texts), source_path=app.env.doc2path(page))
    with sphinx_domains(app.env):
        document = reader.read(source=source, parser=parser, settings=settings)
    found = [node.children for node in document.children if isinstance(node, nodes.paragraph)]
    if len(found) != len(texts):
        raise SphinxError(f"{page}: {len(texts)} translations make {len(found)} paragraphs")
    return found


def put(node: nodes.TextElement, children: list[nodes.Node]) -> None:
    """Put a translation into the place of a message; a picture and the entries of an index stay."""
    if pictures := list(node.findall(nodes.image)):
        pictures[0]["alt"] = "".join(child.astext() for child in children)
        return
    rest = [child for child in node.children if isinstance(child, nodes.Invisible)]
    node.clear()
    node += [*children, *rest]


def translate(app: Sphinx, page: str, doctree: nodes.document, words: Language) -> None:
    """Exchange the messages of a page for those of another language."""
    known = words.pages[page.rpartition("/")[2]]
    found = list(catalogues.places(doctree))
    answered = [(node, known[text]) for node, text in found if text in known]
    for node, text in found:
        if text not in known:
            node["classes"].append("untranslated")
    parsed = inline(app, page, [answer for _, answer in answered])
    for (node, _), children in zip(answered, parsed, strict=True):
        put(node, children)
    for node in catalogues.outputs(doctree):
        text = exchanged(node.astext(), known)
        node.replace_self(nodes.raw("", text, **node.attributes))
    entitle(app.env.tocs[page], doctree)
    times = {unit: words.words[f"{{}} {unit}"] for unit in ("minutes", "hours")}
    reading.say(app, doctree, page, **times)


def entitle(contents: nodes.Node, doctree: nodes.document) -> None:
    """Give the contents of a page the titles that its sections have."""
    titles = {f"#{section['ids'][0]}": section[0] for section in doctree.findall(nodes.section)}
    for entry in contents.findall(nodes.reference):
        if title := titles.get(entry["anchorname"]):
            shown = SphinxContentsFilter(doctree)
            title.walkabout(shown)
            entry.clear()
            entry += shown.get_entry_text()


def exchanged(text: str, known: dict[str, str]) -> str:
    """The HTML of a question with its blocks exchanged."""

    def answer(block: re.Match) -> str:
        lead = lead[0] if (lead := catalogues.LEAD.match(block[3])) else ""
        message = catalogues.markdown(block[3][len(lead) :])
        inner = catalogues.markup(known[message]) if message in known else block[3][len(lead) :]
        return block[1] + lead + inner + block[4]

    return catalogues.BLOCK.sub(answer, text)


# Words --------------------------------------------------------------------------------------------


def in_words(text: str, words: Language) -> str:
    """The HTML of a page with every text that stands alone in another language.

    Code, scripts and the letters of formulas stay.
    """
    parts: list[str] = []
    end, before = 0, ""
    for token in _TOKEN.finditer(text):
        parts += [answered(text[end : token.start()], words, before), named(token[0], words)]
        end, before = token.end(), token[0]
    return "".join([*parts, text[end:]])


def answered(text: str, words: Language, before: str = "") -> str:
    """A text between two tags; what stands around it stays."""
    if not _SHOWN.search(text) or _LETTERS.match(before):
        return text
    bare = html.unescape(text).strip()
    answer = words(bare)
    if answer is None:
        return text
    left, right = text[: len(text) - len(text.lstrip())], text[len(text.rstrip()) :]
    return left + html.escape(answer, quote=False) + right


def named(tag: str, words: Language) -> str:
    """A tag with its names in another language; one that is not translated says so."""

    def answer(name: re.Match) -> str:
        found = words(html.unescape(name[2]).strip())
        return f'{name[1]}="{html.escape(found)}"' if found else name[0]

    tag = _NAMING.sub(answer, tag) if tag[1].isalpha() else tag
    return _ENGLISH.sub('lang="en" ', tag)


def led(text: str, folder: str) -> str:
    """The HTML of a page of another language with links that lead somewhere.

    What is written as an address within the book, and has no page in this language, leads to the
    English page; links to English pages say so.
    """

    def answer(link: re.Match) -> str:
        target = posixpath.normpath(posixpath.join(folder, "book", link[2]))
        inside, _, page = target.removesuffix(".html").partition("/")
        if inside == folder and is_translated(page):
            return link[0]
        path = target.removeprefix(f"{folder}/")
        address = posixpath.relpath(path, posixpath.join(folder, "book"))
        if inside != folder:
            address = link[2]
        told = "" if "hreflang" in link[1] else ' hreflang="en"'
        return f"{link[1]}{address}{link[3] or ''}{link[4]}{told}"

    return _ADDRESS.sub(answer, text)


# The parts that Sphinx calls ----------------------------------------------------------------------


@contextmanager
def written_to(builder: StandaloneHTMLBuilder, folder: str) -> Iterator[None]:
    """Let the builder write to a folder of the site, where translated pages link to each other."""
    target, out = builder.get_target_uri, builder.get_outfilename
    inside = vars(builder)

    def moved(page: str, typ: str | None = None) -> str:
        address = target(page, typ)
        return f"{folder}/{address}" if is_translated(page) else address

    inside["get_target_uri"] = moved
    inside["get_outfilename"] = lambda page: out(f"{folder}/{page}")
    inside["stebook_language"] = folder
    try:
        yield
    finally:
        for name in ("get_target_uri", "get_outfilename", "stebook_language"):
            del inside[name]


def depend(app: Sphinx, doctree: nodes.document) -> None:
    """Let a page be read and written anew when a word of its counterparts changes."""
    if is_translated(app.env.docname):
        for path in Path(app.srcdir, catalogues.FOLDER).rglob("*.po"):
            app.env.note_dependency(str(path.relative_to(app.srcdir)))


def offer(app: Sphinx, page: str, template: str, context: dict, doctree: object) -> None:
    """Let a page know its counterparts: for the switch, and for machines."""
    if not is_translated(page):
        return
    shown = vars(app.builder).get("stebook_language", "")
    if not shown:
        vars(app.builder).setdefault("stebook_originals", set()).add(page)
    places = {"": ("", "en", "English")} | LANGUAGES
    links = []
    for folder, (_, tag, name) in places.items():
        address = context["pathto"](posixpath.join(folder, f"{page}.html"), resource=True)
        if folder == shown:
            address = posixpath.basename(page) + ".html"
        links.append(f'<link rel="alternate" hreflang="{tag}" href="{address}">')
        if folder != shown:
            context.setdefault("languages", []).append((tag, name, address))
    context["metatags"] = context.get("metatags", "") + "".join(links)


def rewrite(static: Path, folder: str, words: Language) -> dict[str, str]:
    """Write the scripts that have words anew; the address of each, and that of its copy."""
    addresses = {}
    for name in spoken.SCRIPTS:
        text = spoken.rewritten((static / name).read_text(encoding="utf-8"), words.scripts)
        copy = f"explorers/{Path(name).stem}.{folder}.js"
        (static / copy).write_text(text, encoding="utf-8")
        addresses[name] = copy
    return addresses


def pictured(text: str, site: Path, folder: str, words: Language) -> str:
    """The HTML of a page with copies of those pictures that have words."""
    for address in dict.fromkeys(_PICTURE.findall(text)):
        picture = (site / address).read_text(encoding="utf-8")
        if (copy := in_words(picture, words)) != picture:
            name = f"{address.removesuffix('.svg')}.{folder}.svg"
            (site / name).write_text(copy, encoding="utf-8")
            text = text.replace(f'/{address}"', f'/{name}"')
    return text


def hinted(text: str, words: Language) -> str:
    """The HTML of a page with the hints of folded parts in another language."""
    return _HINT.sub(lambda hint: hint[1] + (words(hint[2]) or hint[2]), text)


def loaded(text: str, addresses: dict[str, str]) -> str:
    """The HTML of a page that loads the copies of scripts."""
    for name, copy in addresses.items():
        text = re.sub(rf'(?<=/_static/){re.escape(name)}(?:\?[^"]*)?(?=")', copy, text)
    return text


def outdated(site: Path, originals: set[str]) -> Iterator[str]:
    """The pages to write: the original has just been written, or there is none."""
    for name in catalogues.PAGES:
        if f"book/{name}" in originals or not (site / "book" / f"{name}.html").is_file():
            yield name


def write(app: Sphinx, exception: Exception | None) -> None:
    """Write what is outdated of the pages of all languages."""
    if exception is not None or app.builder.format != "html":
        return
    builder: Any = app.builder
    originals = vars(builder).get("stebook_originals", set())
    if "globalcontext" not in vars(builder):  # no English page was to be written
        builder.prepare_writing(set())
    for folder in LANGUAGES:
        words = language(Path(app.srcdir), folder)
        addresses = rewrite(Path(app.outdir, "_static"), folder, words)
        for name in outdated(Path(app.outdir, folder), originals):
            page = f"book/{name}"
            with written_to(builder, folder):
                doctree = app.env.get_doctree(page)
                translate(app, page, doctree, words)
                doctree = app.env.get_and_resolve_doctree(page, builder, doctree)
                builder.imgpath = relative_uri(builder.get_target_uri(page), builder.imagedir)
                builder.post_process_images(doctree)
                builder.write_doc(page, doctree)
                path = Path(builder.get_outfilename(page))
            text = path.read_text(encoding="utf-8")
            here = words.on(name)
            text = led(in_words(spoken.exchanged(text, here), here), folder)
            text = hinted(pictured(text, Path(app.outdir), folder, here), here)
            text = loaded(text, addresses)
            text = re.sub(r'(<html[^>]*) lang="en"', rf'\1 lang="{words.tag}"', text, count=1)
            path.write_text(text, encoding="utf-8")
