"""Formulas are set by the build: one by one, in a small book, and on every page of this one."""

import io
import json
import re
import subprocess
from types import SimpleNamespace
from xml.etree import ElementTree

import pytest
from bs4 import BeautifulSoup
from sphinx.application import Sphinx
from sphinx.errors import ConfigError
from sphinx.util.docutils import docutils_namespace, patch_docutils
from toc import PAGES

from stebook.build.assets import FIRST_FONTS, KATEX, bring, carried
from stebook.build.maths import MathsError, Typesetter, named, words

SCRIPT = carried(KATEX, "katex/katex.min.js").read_text(encoding="utf-8")
CONF = """\
from stebook.build import maths
project = "A small book"
html_math_renderer = "katex"
def setup(app):
    app.add_html_math_renderer("katex", (maths.inline, maths.depart), (maths.display, maths.depart))
    app.connect("builder-inited", maths.begin)
    app.connect("doctree-resolved", maths.join)
    app.connect("html-page-context", maths.finish)
    app.connect("build-finished", maths.end)
"""
PAGE = r"""
The angle :math:`\theta`
========================

It is :math:`\theta < \pi`, by :eq:`law`; :math:`a` alone, and last :math:`b`

A formula that a phone breaks: :math:`a + b + c + d + e + f + g`, and on.

.. math:: \cos\theta = c
   :label: law

.. math::

   a &= b \\
     &= c

   d = e

.. math::
   :nowrap:

   \begin{align}a &= b\end{align}

.. raw:: html

   <p><span class="math notranslate nohighlight">\(a &lt; b\)</span></p>
"""


@pytest.fixture
def typeset(tmp_path):
    """A typesetter with nothing in store."""
    return Typesetter(SCRIPT, tmp_path / "store.json")


#: A formula for programs that read aloud.
MATHML = re.compile(r'(?<=class="katex-mathml">)<math .*?</annotation></semantics></math>', re.S)
#: The MathML elements of a fixed number of children, and the number.
PARTS = dict(msub=2, msup=2, msubsup=3, munder=2, mover=2, munderover=3, mfrac=2, mroot=2)


def amiss(formulas):
    """The elements of MathML with a child too many or too few, which a browser refuses to set."""
    tree = ElementTree.fromstring(f"<formulas>{''.join(formulas)}</formulas>")
    parts = [(part.tag.partition("}")[2], part) for part in tree.iter()]
    return [name for name, part in parts if len(part) != PARTS.get(name, len(part))]


# --- one formula ----------------------------------------------------------------------------------


def test_a_formula_has_letters_mathml_and_its_tex(typeset):
    soup = BeautifulSoup(typeset(r"a < \tfrac12"), "html.parser")
    assert soup.select_one(".katex > .katex-mathml > math mfrac")
    assert soup.select_one("annotation[encoding='application/x-tex']").text == r"a < \tfrac12"
    assert soup.select_one(".katex > .katex-html[aria-hidden=true]").text.startswith("a<")
    assert soup.select_one(".katex-display") is None
    assert typeset("a", display=True).startswith('<span class="katex-display">')


@pytest.mark.parametrize("tex", [r"f_{\min}", r"f_{\min}'", r"|w|_\max", r"x^{ \max }"])
def test_a_function_below_a_letter_is_one_part_of_the_mathml(tex, typeset):
    mathml = MATHML.search(typeset(tex))[0]
    assert amiss([mathml]) == []
    assert f">{tex}</annotation>" in mathml


@pytest.mark.parametrize(
    ("tex", "reason"),
    [
        (r"\nothing", "Undefined control sequence"),
        ("x^", "Expected group after"),
        ("é", "Accented Unicode text"),
        (r"\curlywedge", r"fonts\.py has no ⋏"),
        (r"\mathbf{\Gamma}", r"fonts\.py has no Γ of mathbf"),
        (r"\mathcal{RL}", r"fonts\.py has no L of mathcal"),
        (r"a \\ b", "does nothing in display mode"),
        (r"\href{a}{b}", "is not for this book"),
        (r"\htmlStyle{color: red}{x}", "is not for this book"),
    ],
)
def test_what_katex_would_let_pass_is_an_error(tex, reason, typeset):
    with pytest.raises(MathsError, match=reason) as error:
        typeset(tex, display=True)
    assert str(error.value).startswith(f"{tex}\n")


def test_a_symbol_can_be_marked_and_the_tex_stays_as_written(typeset):
    for _ in range(2):
        marked = typeset("w", annotate=lambda tex: rf"\htmlData{{symbol={tex}}}{{{tex}}}")
        soup = BeautifulSoup(marked, "html.parser")
        assert soup.select_one("[data-symbol=w]").text == "w"
        assert soup.annotation.text == "w"


def test_a_formula_is_set_once(tmp_path, typeset):
    first = [typeset("a"), typeset("a", display=True)]
    typeset.keep()
    again = Typesetter(SCRIPT, tmp_path / "store.json")
    assert [again("a"), again("a", display=True)] == first
    assert "katex" not in vars(again)
    other = Typesetter(SCRIPT + "\n", tmp_path / "store.json")
    assert other("a") == first[0]
    assert "katex" in vars(other)
    assert [path.name for path in tmp_path.iterdir()] == ["store.json"]


def test_a_store_that_cannot_be_read_is_none(tmp_path):
    (tmp_path / "store.json").write_text('{"half')
    assert Typesetter(SCRIPT, tmp_path / "store.json")("a")


def test_a_title_has_letters_alone(typeset):
    title = f'On <span class="math">{typeset("a_1")}</span>'
    assert BeautifulSoup(words(title), "html.parser").text == "On a1"


def test_a_link_that_is_a_formula_has_a_name(typeset):
    formula = typeset("A_x")
    alone = named(f'<a class="b" href="c"><span>{formula}</span></a>')
    assert alone == f'<a aria-label="Ax" class="b" href="c"><span>{formula}</span></a>'
    for other in (f"<a>{formula} of it</a>", "<a>it</a>"):
        assert named(other) == other


# --- a small book ---------------------------------------------------------------------------------


@pytest.fixture
def small(tmp_path):
    """Build a book of one page; that page."""
    (tmp_path / "conf.py").write_text(CONF)

    def build(page):
        (tmp_path / "index.rst").write_text(page)
        out, said = tmp_path / "_build", io.StringIO()
        with patch_docutils(), docutils_namespace():
            Sphinx(tmp_path, tmp_path, out / "html", out / "trees", "html", {}, said, said).build()
        assert "WARNING" not in said.getvalue()
        return BeautifulSoup((out / "html" / "index.html").read_text("utf-8"), "html.parser")

    return build


def test_numbers_references_rows_and_titles(small, tmp_path):
    page = small(PAGE)
    body = page.select_one("[role=main]")
    law = body.select_one("#equation-law")
    assert law.select_one(".eqno").text.startswith("(1)")
    assert law.annotation.text == r"\cos\theta = c"
    assert body.select_one("a[href='#equation-law']").text == "(1)"
    rows, numbered = (display.annotation.text for display in body.select("div.math")[1:])
    assert (
        rows
        == "\\begin{aligned}\\begin{split}a &= b \\\\\n  &= c\\end{split}\\\\d = e\\end{aligned}"
    )
    assert numbered == r"\begin{align*}a &= b\end{align*}"
    assert body.select("span.math")[-1].annotation.text == "a < b"
    assert len(body.select(".math")) == len(body.select(".math > .katex, .math > .katex-display"))
    assert page.title.text.startswith("The angle θ")
    (joined,) = body.select(".joined")
    assert joined.text.endswith(",") and joined.annotation.text == r"\theta < \pi"
    assert json.loads((tmp_path / "_build" / ".katex.json").read_text())


def test_a_wrong_formula_fails_the_build_with_its_page(small):
    with pytest.raises(MathsError, match=r"(?s)^index: \\wrong\n.*Undefined control sequence"):
        small("A book\n======\n\n:math:`\\wrong`\n")


# --- what carries KaTeX ---------------------------------------------------------------------------


def test_a_carrier_that_is_missing_is_brought_beside_what_is_built(tmp_path, monkeypatch):
    """By pip, from the file that names it with its hash; what pip complains of is said."""
    asked = []

    def run(command, **_):
        asked.append(command)
        return SimpleNamespace(returncode=len(asked) - 1, stderr="no network\n")

    monkeypatch.setattr(subprocess, "run", run)
    bring(tmp_path)
    with pytest.raises(ConfigError, match=r"(?s)no network.*pip install --no-deps -r requirements"):
        bring(tmp_path)
    command = " ".join(asked[0])
    assert f"--no-deps --target {tmp_path / '_build' / 'carried'}" in command
    assert command.endswith(f"-r {tmp_path / 'requirements-carried.txt'}")


# --- every page -----------------------------------------------------------------------------------


@pytest.mark.parametrize("path", PAGES)
def test_every_formula_of_a_page_is_set(path, built):
    text = (built / path).read_text(encoding="utf-8")
    article = text[text.find("<article") : text.find("</article")]
    formulas = re.findall(r'class="(?:[^"]* )?math notranslate nohighlight', text)
    mathml = MATHML.findall(text)
    assert amiss(set(mathml)) == []
    assert len(mathml) == len(formulas) == len(re.findall('class="katex-html"', text))
    assert not re.search("katex-error|#cc0000|merror", text)
    for name in ("katex/katex.css", "katex/copy-tex.js", "katex/read-fonts.js"):
        assert (name in text) == ('class="katex"' in article), name
    shown = re.sub(r"(?s)<(annotation|script|style|pre|code)\b.*?</\1>|<[^>]*>", "", text)
    assert not re.search(r"\\[\[(\])]|\$\$|\\[a-z]{3,}", shown)
    assert "katex" not in re.search("(?s)<title>.*?</title>", text)[0]


def test_no_file_of_the_site_knows_mathjax(built):
    for path in [*built.rglob("*.html"), *built.rglob("*.js")]:
        assert "tex-svg" not in path.read_text(encoding="utf-8"), path


def test_katex_has_the_fonts_that_its_style_names(built):
    style = built / "_static" / "katex" / "katex.css"
    named = re.findall(r"url\(([^)]+)\)", style.read_text(encoding="utf-8"))
    assert len(named) >= 20
    within = [name for name in named if name.startswith("data:font/woff2;base64,")]
    assert len(within) == len(FIRST_FONTS)
    for name in set(named) - set(within):
        assert name.endswith(".woff2") and (style.parent / name).is_file()


def test_the_questions_have_their_formulas(built):
    text = (built / "book/model.html").read_text("utf-8")
    (question,) = re.findall(r'(?s)<div class="question".*?</details></div>', text)
    assert "katex-mathml" in question
