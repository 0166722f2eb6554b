"""The chapters as notebooks: they run, their exercises are complete, their links lead somewhere."""

import importlib
import re
from pathlib import Path
from urllib.parse import unquote
from xml.etree import ElementTree

import jupytext
import nbclient
import pytest
import yaml
from nbformat.v4 import new_code_cell, new_notebook
from wheel import site

from stebook import ask, chapters, get_explorer
from tools.chapter_cells import ruff

ROOT = Path(__file__).resolve().parents[2]
BOOK = ROOT / "book"
PAGES = sorted(BOOK.glob("*.md"))
CHAPTERS = [page for page in PAGES if page.read_text(encoding="utf-8").startswith("---\njupytext")]
#: The chapters of the core path, what they gave to when they were cut, and a chapter in two.
CORE = [
    Path(name).stem
    for name in yaml.safe_load((ROOT / "_config.yml").read_text(encoding="utf-8"))["sphinx"][
        "config"
    ]["stebook_core"]
]
MOVED = (
    *("slope", "stand_ins", "any_proxy", "bounds", "cycle", "tables"),
    *("assumptions", "other_networks"),
)
#: Run before a chapter: the kernel is as new, but for packages of others, the same to all.
NO_NAMES = "%reset -f"
NO_HOUSE = """
import os, sys
for name in [name for name in sys.modules if name.split(".")[0] in ("ste", "stebook")]:
    del sys.modules[name]
os.chdir({folder!r})
"""
FROM_THE_WHEEL = """
import os, ste, stebook
for package in (ste, stebook):
    assert package.__file__.startswith(os.environ["PYTHONPATH"]), package.__file__
"""


def text_of(page):
    return page.read_text(encoding="utf-8")


@pytest.fixture(params=CHAPTERS, ids=lambda page: page.stem)
def chapter(request):
    return request.param


def test_there_are_chapters():
    assert {page.stem for page in CHAPTERS} == set(chapters.CHAPTERS)


def test_every_page_is_in_the_table_of_contents():
    listed = set(re.findall(r"book/(\w+)", (ROOT / "_toc.yml").read_text(encoding="utf-8")))
    assert listed == {page.stem for page in PAGES}


@pytest.fixture(scope="module")
def kernel(environment):
    """A client of a kernel that finds `ste` and `stebook` in the wheel.

    The build takes the repository's, and a kernel for each chapter.
    """
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("STE_BOOK_BUILD", raising=False)
        patch.setenv("PYTHONPATH", str(site(environment)))
        client = nbclient.NotebookClient(new_notebook(), timeout=120, kernel_name="python3")
        with client.setup_kernel():
            yield client


#: What a cell printed, on a page.
PRINTED = re.compile(r'<div class="output (?:stream|text_plain) .*?<pre>(.*?)</pre>', re.DOTALL)


def outputs_of(chapter, folder, kernel):
    """All outputs of a run from a clean start in an empty folder, which it leaves empty."""
    notebook = kernel.nb = jupytext.read(chapter)
    start = (NO_NAMES, NO_HOUSE.format(folder=str(folder)), FROM_THE_WHEEL)
    notebook.cells[:0] = map(new_code_cell, start)
    kernel.execute(cleanup_kc=False)
    assert list(folder.iterdir()) == []
    outputs = [out for cell in notebook.cells for out in cell.get("outputs", [])]
    assert outputs
    assert not [out for out in outputs if out.output_type == "stream" and out.name == "stderr"]
    return outputs


def explorers_in(chapter):
    return len(re.findall(r"^show\(", text_of(chapter), re.MULTILINE))


def test_a_chapter_runs_with_a_kernel(chapter, tmp_path, kernel):
    """As in JupyterLab: without the build's setting, so that explorers are widgets."""
    kinds = [set(out.get("data", ())) for out in outputs_of(chapter, tmp_path, kernel)]
    widgets = [kind for kind in kinds if "application/vnd.jupyter.widget-view+json" in kind]
    assert len(widgets) == explorers_in(chapter)


def test_a_chapter_ran_in_the_build(chapter, built):
    """The build runs each chapter; what came out stands on the page."""
    page = (built / "book" / f"{chapter.stem}.html").read_text(encoding="utf-8")
    shown = re.findall(r'<figure class="(?:explorer|scene)[ "]', page)
    assert len(shown) == explorers_in(chapter)
    assert page.count('class="cell_output') > explorers_in(chapter)
    assert page.count('<p class="effort">Level ') == text_of(chapter).count("{exercise}")
    assert "output stderr" not in page
    printed = PRINTED.findall(page)
    assert all(text.strip().count("\n") < 5 for text in printed), "rows of numbers are a table"
    assert "vnd.jupyter.widget" not in page and "vnd.plotly" not in page


def test_a_chapter_has_what_each_chapter_has(chapter):
    text = text_of(chapter)
    assert "### " not in text or "## " in text
    least = 1 if chapter.stem in CORE else 2
    assert text.count('ask("') >= least, "questions to commit to"
    assert "misconception" in text.lower() or chapter.stem == "index"
    assert "{reading}`" in text
    assert "What to read next" in text or "**Next:**" in text
    said = [*re.findall(r"!\[([^\]]*)\]\(images/\w+/\w+\.svg\)", text), *drawn(text)]
    assert said and all(len(alt) >= 40 for alt in said), "a picture with alt text"


def luminance(colour, brightness):
    """How light a colour is under the filter of its theme (`book.css`)."""
    digits = colour[1:] if len(colour) == 7 else "".join(2 * digit for digit in colour[1:])
    shares = [min(1, brightness * int(digits[i : i + 2], 16) / 255) for i in (0, 2, 4)]
    linear = [x / 12.92 if x <= 0.03928 else ((x + 0.055) / 1.055) ** 2.4 for x in shares]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one, other):
    return (max(one, other) + 0.05) / (min(one, other) + 0.05)


@pytest.mark.parametrize("path", sorted(BOOK.glob("images/*/*.svg")), ids=lambda path: path.stem)
def test_the_words_of_a_picture_can_be_read_on_a_phone_and_in_both_themes(path):
    """A phone of 390 pixels shows a picture 358 wide."""
    root = ElementTree.parse(path).getroot()
    parents = {child: parent for parent in root.iter() for child in parent}

    def inherited(element, name):
        return element.get(name) or inherited(parents[element], name)

    width = float(root.get("viewBox").split()[2])
    words = [part for part in root.iter() if part.tag.endswith("}text")]
    assert words
    for text in words:
        assert float(inherited(text, "font-size")) * 358 / width >= 10, "".join(text.itertext())
        colour = inherited(text, "fill")
        assert contrast(luminance(colour, 0.9), luminance("#ffffff", 1)) >= 4.5, colour
        assert contrast(luminance(colour, 1.3), luminance("#14181e", 1)) >= 4.5, colour


def drawn(text):
    """What the pictures say that code draws on a page: cells that call one function of the room."""
    for stem, name in re.findall(
        r"^from stebook\.chapters\.(\w+) import (\w+)\n\n\2\(\)$", text, re.MULTILINE
    ):
        made = getattr(importlib.import_module(f"stebook.chapters.{stem}"), name)()
        if hasattr(made, "_repr_html_"):
            yield re.search(r'<svg[^>]* role="img" aria-label="([^"]*)"', made._repr_html_())[1]


def exercises(text):
    """Label, body and solution of each exercise."""
    for found in re.finditer(r"^```\{exercise\}.*?\n:label: (\S+)\n(.*?)^```$", text, re.M | re.S):
        label, body = found.groups()
        start = text.index(f"{{solution-start}} {label}\n:class: dropdown")
        yield label, body, text[start : text.index("{solution-end}", start)]


def test_every_exercise_has_a_grade_a_hint_and_a_solution(chapter):
    grades = []
    for label, body, solution in exercises(text_of(chapter)):
        grades += re.findall(r"\A\n?\*\*(Check|Derive|Explore)(?:, \d+ minutes)?\.\*\*", body)
        assert "{dropdown} Hint" in body, label
        if "{code-cell}" in solution:
            answer = re.search(r"^verdict = check_\w+\(([a-z]\w*)\)$", solution, re.M)
            assert answer, f"{label}: expected the name of an answer in its check"
            assert re.search(rf"^(def {answer[1]}\(|{answer[1]} = )", solution, re.M), label
            assert "assert verdict" in solution, label
    if chapter.stem in CORE:
        assert len(grades) == 2
    elif chapter.stem in MOVED:
        assert len(grades) >= 2 and len(set(grades)) >= 2
    else:
        assert len(grades) >= 4 and set(grades) == {"Check", "Derive", "Explore"}


@pytest.mark.parametrize("stem", CORE)
def test_a_core_chapter_ends_with_what_one_knows(stem):
    """Three to five lines, each linked to its result, then the way on and the way down."""
    text = text_of(BOOK / f"{stem}.md")
    known = text[text.index("## What you now know") :]
    lines = re.findall(r"^- .*", known, re.MULTILINE)
    assert 3 <= len(lines) <= 5
    assert all("{prf:ref}`" in line or "](" in line for line in lines)
    assert "**Next:** [](" in known
    assert "**In depth:** [](" in known or stem == "index"


#: The pages in the order of reading, and those beside the core path, which build on each other.
ORDER = re.findall(r"book/(\w+)$", (ROOT / "_toc.yml").read_text(encoding="utf-8"), re.MULTILINE)
DEPTH = [*ORDER[len(CORE) : ORDER.index("notation")], "proofs"]
#: Where each label stands.
HOMES = {
    label: page.stem
    for page in PAGES
    for label in re.findall(r"^(?::label: |\()([\w-]+)(?:\)=)?$", text_of(page), re.MULTILINE)
}


def pages_in(text):
    """The pages that a text links to, by name or by a label."""
    labels = re.findall(r"\{(?:prf:)?ref\}`(?:[^`<]*<)?([\w-]+)>?`", text)
    return [*re.findall(r"\]\((\w+)\.md\)", text), *(HOMES[x] for x in labels if x in HOMES)]


def place(stem):
    """Where a page stands in the order of reading; the appendix stands with its results."""
    return ORDER.index({"proofs": "rows"}.get(stem, stem)) if stem != "index" else -1


@pytest.mark.parametrize("stem", DEPTH)
def test_a_chapter_in_depth_says_what_it_needs_and_needs_no_later_one(stem):
    opening = text_of(BOOK / f"{stem}.md").split("\n\n")[1:5]
    (needs,) = [text for text in opening if re.search(r"This (chapter|page) needs ", text)]
    needed, added = re.split(r"\. It\s+adds ", needs)
    assert pages_in(needed) and added
    assert all(place(page) < place(stem) or stem == "proofs" for page in pages_in(needed))


@pytest.mark.parametrize("stem", DEPTH)
def test_no_result_rests_on_a_later_chapter(stem):
    """But for the appendix of proofs; what a chapter says outside of its results may look ahead."""
    text = text_of(BOOK / f"{stem}.md")
    blocks = re.findall(
        r"^```\{prf:(?:proof|theorem|prop|lemma|cor)\w*\}(.*?)^```$", text, re.M | re.S
    )
    used = {page for block in blocks for page in pages_in(block)} - {"proofs"}
    assert [page for page in used if place(page) > place(stem)] == []


@pytest.mark.parametrize("stem", DEPTH)
def test_a_chapter_in_depth_ends_with_what_one_knows(stem):
    """Three to five lines, each linked."""
    text = text_of(BOOK / f"{stem}.md")
    known = text[text.index("## What you now know") :].split("\n## ")[0]
    lines = re.findall(r"^- .*", known, re.MULTILINE)
    assert 3 <= len(lines) <= 5
    assert all("{prf:ref}`" in line or "{ref}`" in line or "](" in line for line in lines), lines


#: Cells of which a page does not show the code.
UNSEEN = {"remove-cell", "remove-input"}


def test_what_a_page_shows_runs_in_order(chapter):
    """A reader who copies the cells of a page, the folded ones too, has every name."""
    cells = [cell for cell in jupytext.read(chapter).cells if cell.cell_type == "code"]
    shown = [cell.source for cell in cells if not UNSEEN & set(cell.metadata.get("tags", ()))]
    said = ruff(f"{chapter.stem}.py", "\n\n".join(shown) + "\n", "check", "--select", "F821")
    assert said == ""


def test_no_exercise_is_missed(chapter):
    text = text_of(chapter)
    assert text.count("{exercise}") == text.count("{solution-start}") == len(list(exercises(text)))


def test_a_question_comes_before_each_explorer(chapter):
    text = text_of(chapter)
    for found in re.finditer(r'^show\("(\w+)"', text, re.M):
        if found.group(1) in chapters.SCENES:  # which stands open; what it shows is asked after it
            assert re.search(r'^ask\("', text[found.end() :], re.M)
            continue
        asked = re.findall(r'^ask\("([\w.]+)"\)', text[: found.start()], re.M)
        opened = [ask(name).opens for name in asked]
        assert found.group(1) in opened, "the reader commits, then the explorer opens"


def test_every_question_is_asked_in_its_chapter():
    asked = {(p.stem, name) for p in CHAPTERS for name in re.findall(r'ask\("(.*?)"', text_of(p))}
    assert len(asked) >= 2 * len(CHAPTERS) - len(CORE)
    for stem, name in asked:
        assert name.split(".")[0] == stem


def test_every_check_belongs_to_an_exercise():
    for page in CHAPTERS:
        used = set(re.findall(r"verdict = (check_\w+)\(", text_of(page)))
        named = importlib.import_module(f"stebook.chapters.{page.stem}").__all__
        assert used == {name for name in named if name.startswith("check_")}


def test_labels_are_used_once():
    labels = re.findall(r"^:label: (\S+)", "".join(map(text_of, CHAPTERS)), re.MULTILINE)
    assert len(labels) == len(set(labels))


def test_every_entry_of_the_bibliography_is_cited():
    entries = set(re.findall(r"^@\w+\{(\w+),", (BOOK / "references.bib").read_text(), re.MULTILINE))
    cited = set(re.findall(r"\{cite\}`(\w+)`", "".join(map(text_of, PAGES))))
    assert entries == cited


def test_links_of_the_instructor_page_are_exact_states():
    links = re.findall(r'href="(\w+)\.html#([^"]+)"', text_of(BOOK / "instructors.md"))
    assert len(links) >= 6
    for page, fragment in links:
        name, _, pairs = unquote(fragment).partition(":")
        assert f'show("{name}")' in text_of(BOOK / f"{page}.md")
        if name in chapters.SCENES:  # which refuses what is not within its bounds
            state = dict(pair.split("=") for pair in pairs.split(","))
            numbers = {key: tuple(map(float, value.split("~"))) for key, value in state.items()}
            chapters.get_scene(name).state(
                **{key: value if key == "teacher" else value[0] for key, value in numbers.items()}
            )
            continue
        explorer = get_explorer(name)
        for pair in pairs.split(","):
            key, _, value = pair.partition("=")
            grid = explorer.control(key).values
            assert value in [v if isinstance(v, str) else f"{v:g}" for v in grid], pair


def test_results_of_our_own_say_so():
    for page in CHAPTERS:
        for block in re.findall(r"```\{prf:(?:theorem|proposition)\}(.*?)```", text_of(page), re.S):
            assert "our own result" in block.replace("\n", " ") or "paper" in block, block[:80]


def test_errata_name_tests_that_exist():
    for name, path in re.findall(r"`(test_\w+)` in\s+`(\S+)`", text_of(BOOK / "errata.md")):
        assert f"def {name}(" in (ROOT / path).read_text(encoding="utf-8"), name


def test_the_package_page_has_every_module():
    shown = set(re.findall(r"^\.\. automodule:: (\S+)$", text_of(BOOK / "api.md"), re.MULTILINE))
    files = [p.relative_to(ROOT).with_suffix("") for p in (ROOT / "ste").rglob("[a-z]*.py")]
    own = {".".join(file.parts) for file in files if "symbolic" not in file.parts}
    checks = {f"stebook.chapters.{chapter}" for chapter in chapters.CHAPTERS}
    assert shown == own | checks | {"ste.zoo", "ste.symbolic", "stebook"}
