"""What a link to a page shows where it is shared: title, description, perhaps a picture.

The description is the first sentences of the page. Who shares a link fetches a picture by its whole
address alone, so there is one where `html_baseurl` says where the pages are.
"""

import html
import re
from collections.abc import Iterator

from bs4 import BeautifulSoup
from docutils import nodes
from sphinx.application import Sphinx
from sphinx.builders import Builder

from stebook.build import maths

#: Letters of a description; who shows it cuts longer ones.
MOST = 200
#: The picture, among the static files, with its width, height and what it shows.
PICTURE = ("_static/share.png", 1200, 630)
SHOWN = (
    "The loss of two descents from one place near a trap: with ReLU it stays level, and with "
    "identity it has a spike at each turn."
)
#: Tags that a page and the site's first file have in common.
TAGS = re.compile(r'<meta (?:name="description"|name="twitter:|property="og:)[^>]*>')
#: A sentence with the space behind it; and what says nothing of the page itself. A title within a
#: sentence may end with a question mark.
_SENTENCE = re.compile(r".+?(?:[.?](?:\s+(?![a-z])|$)|[\u3002\uff1f]|$)", re.S)
_ASIDE = re.compile(r"^(?:About \d|The paper \[|This (?:chapter|page) needs|[^\u3002]*\d+ ?分钟)")


def letters(builder: Builder, page: str, node: nodes.Node) -> str:
    """The text of a node, with the letters of its formulas."""
    if isinstance(node, nodes.math):
        formula = maths.formula(builder, page, node.astext())
        return BeautifulSoup(maths.words(formula), "html.parser").get_text()
    if isinstance(node, nodes.Text):
        return node.astext()
    return "".join(letters(builder, page, child) for child in node.children)


def first_sentences(text: str, most: int = MOST) -> str:
    """As many sentences of a text as fit, at least one.

    Examples
    --------
    >>> first_sentences("About 9 minutes. A step is flat. So is a loss. Which  one?", 30)
    'A step is flat. So is a loss.'
    """
    sentences = _SENTENCE.findall(" ".join(text.split()))
    told = ""
    for sentence in (s for s in sentences if not _ASIDE.match(s)):
        if told and len(told + sentence.rstrip()) > most:
            break
        told += sentence
    return told.strip()


def description(builder: Builder, page: str, doctree: nodes.document | None) -> str:
    """The first sentences of a page; none of one without a paragraph at its top."""
    section = doctree.next_node(nodes.section) if doctree else None
    top = section.children if section else ()
    first = next((node for node in top if isinstance(node, nodes.paragraph)), None)
    return first_sentences(letters(builder, page, first)) if first else ""


def tags(title: str, site: str, told: str, base: str = "", address: str = "") -> Iterator[str]:
    """The tags of a page.

    Parameters
    ----------
    title, site, told : str
        Title of the page and of the site, and the description, which may be empty.
    base, address : str
        Where the site is, or nothing; and the page's own address in it.
    """
    if told:
        yield f'<meta name="description" content="{html.escape(told)}">'
    said = {"title": title, "site_name": site, "type": "article", "description": told}
    if base:
        picture, width, height = PICTURE
        said |= {"url": f"{base}/{address}", "image": f"{base}/{picture}", "image:alt": SHOWN}
        said |= {"image:width": str(width), "image:height": str(height)}
        yield '<meta name="twitter:card" content="summary_large_image">'
    for name, text in said.items():
        if text:
            yield f'<meta property="og:{name}" content="{html.escape(text)}">'


def add(app: Sphinx, page: str, template: str, context: dict, doctree: nodes.document) -> None:
    """Add the tags to a page."""
    title = BeautifulSoup(context.get("title", ""), "html.parser").get_text()
    site, base = app.config.html_title, app.config.html_baseurl.rstrip("/")
    told = description(app.builder, page, doctree)
    address = app.builder.get_target_uri(page)
    written = "".join(tags(title, site, told, base, address))
    context["metatags"] = context.get("metatags", "") + written
