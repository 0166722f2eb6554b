"""Axe as the tests of pages call it finds what axe finds."""

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.browser.axe import contrast_violations, violations

PAGE = """<!doctype html><html lang="en"><title>Faults</title>
<style>
  body { color: #222; background: #fff; }
  .pale { color: #aaa; }
  .box { background: #777; }
  .half { opacity: 0.4; }
  .cover { position: absolute; top: 400px; }
</style>
<body><p class="pale">Out of main.</p><main><h1>Faults</h1>{}</main></body></html>"""
LIST = "<ul>" + "<li>An item <b>of <i>many</i></b></li>" * 40 + "</ul>"
MATHML = (
    "<p><span class='katex-mathml'><math><semantics><mrow><mi mathvariant='bold'>max</mi>{}</mrow>"
    "<annotation encoding='application/x-tex'>max</annotation></semantics></math></span></p>"
)
FORMULA = "<p><span class='katex-html' aria-hidden='true'><span class='base'>{}</span></span></p>"
CODE = "<div class='highlight'><pre tabindex='-1'><span class='pale'>one = 1</span></pre></div>"
#: What stands in main, and whether its contrast is too small.
BODIES = {
    "nothing": (LIST, False),
    "a picture without a text": (LIST + "<img src='data:image/png;base64,'>", False),
    "a level that is skipped": (LIST + "<h4>Deep</h4>", False),
    "one pale item": (LIST + "<ul><li>An item</li><li class='pale'>Pale</li></ul>", True),
    "a box behind one item": (LIST + "<ul class='box'><li>An item <b>of many</b></li></ul>", True),
    "a box behind one word": (LIST + "<p>A <b class='box'>word</b></p>", True),
    "a part half seen": (LIST + "<p class='half'>A part</p>", True),
    "a pale button": (LIST + "<button class='pale'>Press</button>", True),
    "pale within pale": (LIST + "<p class='pale'>Pale <b>and bold</b></p>", True),
    "large and pale": (
        "<p class='pale' style='font-size:3rem'>Large</p><p class='pale'>Small</p>",
        True,
    ),
    "pale after a folded one": (
        "<details><summary>More</summary><p class='pale'>Folded</p></details>"
        "<p class='pale'>Seen</p>",
        True,
    ),
    "pale after a sign": ("<p class='pale'>=</p><p class='pale'>Seen</p>", True),
    "moved over a box": (
        "<div class='box cover' style='width:9rem;height:4rem'></div><p class='cover'>Over it</p>",
        True,
    ),
    "one of many blocks": (
        "<section><h2>Part</h2>" + LIST + "<p class='pale'>Pale</p><p>Not</p></section>",
        True,
    ),
    "over one of many blocks": (
        "<section><h2>Part</h2><div class='box cover' style='width:9rem;height:4rem'></div>"
        "<p class='cover'>Over it</p><p>Not</p></section>",
        True,
    ),
    "a formula and code": (LIST + FORMULA.format("<span class='pale'>max</span>") + CODE, True),
    "MathML": (LIST + MATHML.format("<mi>x</mi>"), False),
    "pale MathML": (LIST + MATHML.format("<mtext class='pale'>where</mtext>"), True),
    "MathML with a role": (LIST + MATHML.format("<mi role='slider' id='x'>x</mi>"), False),
    "MathML with a wrong attribute": (LIST + MATHML.format("<mi aria-no='1'>x</mi>"), False),
    "a formula with a link": (LIST + FORMULA.format("<a href='#top'>max</a>"), False),
}


@pytest.fixture(params=BODIES)
def body(request):
    return BODIES[request.param]


@pytest.fixture(scope="module")
def page(browser):
    with browser.new_context() as context:
        yield context.new_page()


def test_axe_finds_what_it_finds_with_maps_of_its_own(body, page):
    """And one element of each look shows a lack of contrast."""
    page.goto("about:blank")
    page.set_content(PAGE.replace("{}", body[0]))
    theirs = Axe().run(page, context="main").response["violations"]
    found = [f"{v['id']}: {v['nodes'][0]['html'][:200]}" for v in theirs]
    assert ("color-contrast" in " ".join(found)) == body[1]
    page.goto("about:blank")
    page.set_content(PAGE.replace("{}", body[0]))
    assert page.evaluate("typeof window.axe") == "undefined"
    pale = contrast_violations(page)
    assert bool(pale) == body[1]
    assert violations(page) == found
    assert set(pale) <= set(found)
