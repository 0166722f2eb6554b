"""Mathematics set while the book is built, by KaTeX: a page shows it at once, without a script.

A formula becomes HTML and the MathML that screen readers read, with its TeX, which is what a reader
copies. What KaTeX does not know fails the build, with the page and the formula. A formula is set
once: the next build finds it in a file, by its TeX and by what set it.
"""

import atexit
import hashlib
import html
import json
import os
import re
from collections.abc import Callable
from functools import cached_property
from pathlib import Path

from bs4 import BeautifulSoup
from docutils import nodes
from py_mini_racer import JSEvalException, MiniRacer
from sphinx.application import Sphinx
from sphinx.builders import Builder
from sphinx.errors import SphinxError
from sphinx.util.math import get_node_equation_number
from sphinx.writers.html5 import HTML5Translator

from stebook.build import legend
from stebook.build.assets import KATEX, carried
from stebook.build.fonts import FEW, LETTERS, missing

#: Commands of the book's own. JupyterLab sets the same chapters and knows none of them, so there
#: are none as long as KaTeX knows what MathJax knows.
MACROS: dict[str, str] = {}
#: Where the formulas that are set wait for the next build.
STORE = "_build/.katex.json"
#: TeX of at most so many letters stands in one line with the sign behind it.
SHORT = 24
#: What stands behind a formula and begins no line.
_SIGN = re.compile(r"[,.;:!?)\u2019\u201d]+")
#: All that KaTeX lets pass, draws red or leaves out, though it is wrong, is an error here.
PROGRAM = r"""
let doubts;
const strict = (code, why) => {
  if (code === "htmlExtension") return "ignore";
  doubts.push(why);
  return "error";
};
const trust = ({ command }) => {
  const known = ["\\htmlClass", "\\htmlData"].includes(command);
  if (!known) doubts.push(`${command} is not for this book`);
  return known;
};
const typeset = (tex, displayMode, macros) => {
  doubts = [];
  const options = { displayMode, macros, strict, trust, output: "htmlAndMathml" };
  const formula = katex.renderToString(tex, options);
  if (doubts.length) throw new Error(doubts[0]);
  return formula;
};
"""
_ANNOTATION = re.compile(
    r'(?<=<annotation encoding="application/x-tex">).*?(?=</annotation>)', re.S
)
#: A formula in HTML that was not written by Sphinx: a question's.
_WRITTEN = re.compile(
    r'(<span class="math notranslate nohighlight">)\\\((.*?)\\\)(?=</span>)', re.S
)
_LINK = re.compile(r"<a\b.*?</a>", re.S)
#: The name of a function alone below or above: KaTeX writes MathML there with a child too many.
_SCRIPT = re.compile(r"([_^])(?:\{\s*\\(min|max)\s*\}|\\(min|max)(?![A-Za-z]))")
#: What KaTeX lifts in a fraction, a root or a script, with what it begins with.
_LIFTED = re.compile(
    r'style="top:(-?)([\d.]+em)([^"]*"><span class="pstrut"[^>]*></span>(?:<span[^>]*><svg)?)'
)
_NUMBERED = re.compile(r"\\(begin|end)\{(equation|align|alignat|gather)\}")


class MathsError(SphinxError):
    """A formula that cannot be set."""

    category = "A formula cannot be set"


class Typesetter:
    """Sets formulas, each of them once.

    Parameters
    ----------
    script : str
        KaTeX.
    store : Path
        The file of formulas that are set.
    """

    def __init__(self, script: str, store: Path):
        self.script, self.store = script, store
        few = [f"{name} {''.join(sorted(letters))}" for name, (_, letters) in FEW.items()]
        made_by = script + PROGRAM + json.dumps(MACROS) + "".join([*sorted(LETTERS), *few])
        self.made_by = hashlib.sha256(made_by.encode()).hexdigest()
        self.known = self._stored()

    def _stored(self) -> dict[str, str]:
        """The formulas that the last build set; none if it was another KaTeX's, or is no more."""
        try:
            return json.loads(self.store.read_text(encoding="utf-8")).get(self.made_by, {})
        except (OSError, ValueError):
            return {}

    @cached_property
    def katex(self) -> MiniRacer:
        """A JavaScript engine with KaTeX in it, started when a formula is new."""
        engine = MiniRacer()
        atexit.register(engine.close)  # left open, it can keep the interpreter from its end
        engine.eval(self.script)
        engine.eval(PROGRAM)
        return engine

    def __call__(
        self, tex: str, *, display: bool = False, annotate: Callable[[str], str] = str
    ) -> str:
        """A formula as HTML; what `annotate` makes of it is set, and what is copied stays `tex`.

        Raises
        ------
        MathsError
            If KaTeX does not take it.
        """
        marked = _SCRIPT.sub(r"\1{\\mathrm{\2\3}}", annotate(tex))
        key = f"{'display' if display else 'inline'} {marked}"
        if key not in self.known:
            try:
                self.known[key] = str(self.katex.call("typeset", marked, display, MACROS))
            except JSEvalException as error:
                # after the reason comes the script, and under the wrong place are lines of Unicode
                reason = str(error).splitlines()[0].partition("Error: ")[2].replace("\u0332", "")
                raise MathsError(f"{tex}\n{reason}") from error
            if unknown := missing(self.known[key]):
                del self.known[key]
                raise MathsError(f"{tex}\nfonts.py has no {', '.join(unknown)}")
        return _ANNOTATION.sub(lambda _: html.escape(tex, quote=False), flat(self.known[key]))

    def keep(self) -> None:
        """Write down what is set; a file half written is never read."""
        self.store.parent.mkdir(parents=True, exist_ok=True)
        new = self.store.with_suffix(f".{os.getpid()}")
        new.write_text(json.dumps({self.made_by: self.known}), encoding="utf-8")
        new.replace(self.store)


def flat(formula: str) -> str:
    """A formula in which margins lift what positions lift in KaTeX's own.

    For a browser all that is positioned is a layer, which it looks through at each change of the
    page, and a page has thousands. What has no height moves by its margins to the same place, if
    it moves up; what a drawing is placed in stays a layer. book.css makes margins of ``--up``.

    Examples
    --------
    >>> flat('<span style="top:-2.5em;"><span class="pstrut"></span>')
    '<span style="--up:2.5em"><span class="pstrut"></span>'
    >>> flat('<span style="top:1em;"><span class="pstrut"></span>')
    '<span style="--up:0em;position:relative;top:1em"><span class="pstrut"></span>'
    """

    def moved(lifted: re.Match[str]) -> str:
        sign, by, begins = lifted.groups()
        stays = not sign or begins.endswith("<svg")
        way = f"--up:0em;position:relative;top:{sign}{by}" if stays else f"--up:{by}"
        return f'style="{way}{begins}'

    plain = formula.replace("margin-left:0em;", "").replace('em;">', 'em">')
    return _LIFTED.sub(moved, plain)


def laid_out(text: str) -> str:
    r"""A display as one formula: lines, and equations with an empty line between, stand in rows.

    Examples
    --------
    >>> laid_out("a = b")
    'a = b'
    >>> print(laid_out(r"a &= b \\ &= c"))
    \begin{split}a &= b \\ &= c\end{split}
    >>> print(laid_out("a = b\n\nc = d"))
    \begin{aligned}a = b\\c = d\end{aligned}
    """
    rows = [row.strip() for row in re.split(r"\n\s*\n", text) if row.strip()]
    rows = [_within("split", row) if r"\\" in row and r"\begin" not in row else row for row in rows]
    return rows[0] if len(rows) == 1 else _within("aligned", r"\\".join(rows))


def _within(environment: str, tex: str) -> str:
    return rf"\begin{{{environment}}}{tex}\end{{{environment}}}"


def unnumbered(tex: str) -> str:
    r"""A display without numbers of its own: Sphinx numbers what has a label.

    Examples
    --------
    >>> unnumbered(r"\begin{align}a &= b\end{align}")
    '\\begin{align*}a &= b\\end{align*}'
    """
    return _NUMBERED.sub(r"\\\1{\2*}", tex)


def words(title: str) -> str:
    """A title with nothing but the letters of its formulas, for the tab of a browser."""
    soup = BeautifulSoup(title, "html.parser")
    for part in soup.select(".katex-html, annotation"):
        part.decompose()
    return str(soup)


def named(link: str) -> str:
    """A link that is nothing but a formula, with the letters of it for a name.

    Not every program that reads pages aloud makes a name of MathML.
    """
    if 'class="katex"' not in link:
        return link
    soup = BeautifulSoup(words(link), "html.parser")
    letters = soup.get_text().strip()
    for part in soup.select("math"):
        part.decompose()
    if soup.get_text().strip():
        return link
    return f'<a aria-label="{html.escape(letters)}"{link[2:]}'


# The parts that Sphinx calls ----------------------------------------------------------------------


def begin(app: Sphinx) -> None:
    """Make the typesetter of a build."""
    script = carried(KATEX, "katex/katex.min.js").read_text(encoding="utf-8")
    vars(app.builder)["typeset"] = Typesetter(script, Path(app.srcdir) / STORE)


def end(app: Sphinx, exception: Exception | None) -> None:
    """Keep what is set, also of a build that failed."""
    if "typeset" in vars(app.builder):
        vars(app.builder)["typeset"].keep()


def join(app: Sphinx, doctree: nodes.document, page: str) -> None:
    """Put a short formula and the sign behind it together: no line breaks there, or within it."""
    for place in list(doctree.findall(nodes.TextElement)):
        for node in [child for child in place if isinstance(child, nodes.math)]:
            here = place.index(node)
            after = place[here + 1] if here + 1 < len(place) else None
            if len(node.astext()) > SHORT or not isinstance(after, nodes.Text):
                continue
            if sign := _SIGN.match(after):
                pair = nodes.inline("", "", node.deepcopy(), nodes.Text(sign[0]))
                pair["classes"] = ["joined"]
                place[here : here + 2] = [pair, nodes.Text(after[sign.end() :])]


def formula(builder: Builder, page: str, tex: str, *, display: bool = False) -> str:
    """A formula of a page as HTML; where it cannot be set, the error names the page."""
    try:
        annotate = legend.marker(builder, page)
        return vars(builder)["typeset"](tex, display=display, annotate=annotate)
    except MathsError as error:
        raise MathsError(f"{page}: {error}") from error


def inline(self: HTML5Translator, node: nodes.math) -> None:
    """Write a formula that stands in a line."""
    self.body.append(self.starttag(node, "span", "", CLASS="math notranslate nohighlight"))
    page = self.builder.current_docname
    self.body += [formula(self.builder, page, node.astext()), "</span>"]
    raise nodes.SkipNode


def display(self: HTML5Translator, node: nodes.math_block) -> None:
    """Write a formula that stands alone, with its number if it has one."""
    self.body.append(self.starttag(node, "div", CLASS="math notranslate nohighlight"))
    if node["number"]:
        self.body.append(f'<span class="eqno">({get_node_equation_number(self, node)})')
        self.add_permalink_ref(node, "Link to this equation")
        self.body.append("</span>")
    tex = unnumbered(node.astext()) if node["nowrap"] else laid_out(node.astext())
    page = self.builder.current_docname
    self.body += [formula(self.builder, page, tex, display=True), "</div>\n"]
    raise nodes.SkipNode


def depart(self: HTML5Translator, node: nodes.Element) -> None:
    """Nothing is left to write."""


def finish(app: Sphinx, page: str, template: str, context: dict, doctree: object) -> None:
    """Set the formulas of a page that Sphinx did not write, and give a page with any its looks."""
    if "body" in context:
        context["body"] = _WRITTEN.sub(
            lambda found: found[1] + formula(app.builder, page, html.unescape(found[2])),
            context["body"],
        )
        context["body"] = _LINK.sub(lambda found: named(found[0]), context["body"])
        context["body"] += legend.of_page(app.builder, page, context)
    if "katex" in context.get("title", ""):
        context["title"] = words(context["title"])
    if 'class="katex"' in context.get("body", ""):
        app.add_css_file("katex/katex.css", priority=400)
        app.add_js_file("katex/read-fonts.js", priority=100)
        app.add_js_file("katex/copy-tex.js", loading_method="defer")
