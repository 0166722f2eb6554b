"""Marks on the symbols of formulas: they change no look, and the list of a page explains each."""

import re

import pytest
from bs4 import BeautifulSoup
from toc import ROOT

from stebook.build.assets import KATEX, carried
from stebook.build.legend import list_of
from stebook.build.maths import Typesetter
from stebook.build.symbols import REGISTRY, load
from stebook.build.tex import marked

SCRIPT = carried(KATEX, "katex/katex.min.js").read_text(encoding="utf-8")
SYMBOLS = load(ROOT / REGISTRY)
KEYS = SYMBOLS.on("model").keys
#: Formulas with all that a mark could disturb: scripts, operators, fractions and roots without
#: braces, fences, alignment, spaces.
FORMULAS = (
    r"v^{*\top} w_i^2 + v_i^* - x",
    r"-v^* w, \; (-v)(-w) = v \cdot w < s_v",
    r"\tfrac\theta\pi + \frac k2 + \tfrac12 x + \sqrt{k} + 2^\theta",
    r"\cos\theta\, \sin \theta \mathbb{E}[\ell] \mathbb E[|X|\,\mu'(\rho X);\, X < 0]",
    r"\left\langle \mathbb{E}[g_\mu],\, \tfrac{\partial f}{\partial w} \right\rangle = d^2",
    r"f \ge c\, I + \mathbf{1}\mathbf{1}^\top, \quad \big|v\big|_H^2",
    r"\begin{aligned} f(v, w) &= c \\ & - \int_0^x \mathrm{e}^{-x^2/2}\, \mathrm{d}x \end{aligned}",
    r"\sum_{i,j} v_i v_j, \quad \mu'^2, \quad y^{*2}",
    "2k",
)


@pytest.fixture(scope="module")
def typeset(tmp_path_factory):
    return Typesetter(SCRIPT, tmp_path_factory.mktemp("katex") / "store.json")


def looks(formula):
    """Sizes, places, spaces and letters of a formula as drawn, and its MathML without rows."""
    soup = BeautifulSoup(formula, "html.parser")
    drawn, spoken = str(soup.select_one(".katex-html")), soup.math
    spoken.annotation.decompose()
    return (
        re.findall(r'style="[^"]*"|class="[^"]*(?:mspace|mrel|mbin|mop|mopen|mclose)', drawn),
        soup.select_one(".katex-html").text,
        re.sub(r"</?mrow>", "", str(spoken)),
    )


@pytest.mark.parametrize("display", [False, True])
@pytest.mark.parametrize("tex", FORMULAS)
def test_marks_change_no_look_and_no_mathml(tex, display, typeset):
    plain = typeset(tex, display=display)
    annotated = typeset(tex, display=display, annotate=lambda tex: marked(tex, KEYS))
    assert annotated.count("data-symbol") >= 1
    assert "data-symbol" not in annotated[: annotated.index("katex-html")]
    assert looks(annotated) == looks(plain)
    assert "data-symbol" not in plain


def test_a_symbol_is_marked_with_its_scripts_and_what_is_in_them_too():
    assert marked("v_i^{*2} w", KEYS) == (
        r"\htmlData{symbol=v-star}{v_{\htmlData{symbol=i}{i}}^{*2}} \htmlData{symbol=w}{w}"
    )


def test_what_is_not_known_is_not_marked():
    assert marked(r"\Omega + v_0 q_{17}", {"v": "v"}) == r"\Omega + v_0 q_{17}"


def test_an_argument_without_braces_gets_some():
    keys = {"x": "x", "i": "i"}
    assert marked(r"\frac x2", keys) == r"\frac {\htmlData{symbol=x}{x}}2"
    assert marked(r"\sqrt x^2", keys) == r"\sqrt x^2"
    assert marked("|x|_i", keys) == r"|\htmlData{symbol=x}{x}|_{\htmlData{symbol=i}{i}}"


def test_the_list_has_what_the_registry_says():
    (entry,) = {entry for entry in SYMBOLS.entries if entry.tex == "s_v"}
    made = list_of({entry.key: entry}, lambda tex: f"<i>{tex}</i>", lambda page: (page, "A <page>"))
    soup = BeautifulSoup(made, "html.parser")
    assert soup.details.summary.text == "Symbols on this page"
    assert soup.select_one("[data-key=s-v] dt i").text == "s_v"
    said = soup.dd.text
    assert entry.meaning in said and entry.shape in said and "(A <page>)" in said
    assert soup.dd.code.text == entry.code and soup.dd.a["href"] == entry.page
