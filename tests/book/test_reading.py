"""The minutes of a page: what is counted, what is not, and what a budget makes of it."""

import re

import pytest
import yaml
from bs4 import BeautifulSoup
from docutils import nodes
from sphinx_exercise.nodes import exercise_node, solution_node
from toc import DOCUMENTS, ROOT

from stebook.build.exercises import efforts
from stebook.build.reading import (
    BEGUN,
    MOST,
    PATH,
    RATES,
    Reading,
    counts_of,
    over,
    reading_of,
    solving_of,
)
from stebook.chapters.stills import Still, words

#: The pages in the first part of the table of contents, and the first page.
CORE = yaml.safe_load((ROOT / "_toc.yml").read_text(encoding="utf-8"))
CORE = [CORE["root"], *(chapter["file"] for chapter in CORE["parts"][0]["chapters"])]
CHAPTERS = [name for name in DOCUMENTS if "jupytext:" in (ROOT / f"{name}.md").read_text()[:20]]


def page(*children):
    return nodes.section("", nodes.title("", "A title"), *children)


def exercise(label):
    return exercise_node("", nodes.paragraph("", "Do it."), label=label)


def test_words_formulas_and_lines_are_counted():
    text = nodes.paragraph("", "", nodes.Text("Two words, "), nodes.math("", "x + y"))
    code = nodes.literal_block("", "a = 1\nb = 2\n")
    counts = counts_of(page(text, nodes.math_block("", "f = 0"), code))
    assert counts == dict.fromkeys(RATES, 0) | {"words": 5, "formulas": 1, "lines": 2}


@pytest.mark.parametrize(
    "folded",
    [
        solution_node("", nodes.paragraph("", "A solution")),
        nodes.container("", nodes.paragraph("", "A hint"), design_component="dropdown"),
        nodes.admonition("", nodes.paragraph("", "What to see"), classes=["dropdown"]),
        nodes.container("", nodes.paragraph("", "Checked by"), classes=["checked"]),
        nodes.container(
            "",
            nodes.container("", nodes.literal_block("", "a = 1"), classes=["cell_input"]),
            classes=["cell", "tag_hide-input"],
        ),
    ],
)
def test_what_is_folded_takes_no_time(folded):
    assert counts_of(page(folded)) == counts_of(page())


def test_one_kind_of_an_output_is_counted():
    kinds = [
        nodes.container("", nodes.literal_block("", "1\n2\n3"), mime_type="text/plain"),
        nodes.container("", nodes.math_block("", "x"), mime_type="text/markdown"),
    ]
    counts = counts_of(page(nodes.container("", *kinds, nb_element="mime_bundle")))
    assert (counts["lines"], counts["formulas"]) == (0, 1)


def test_a_question_takes_its_time_and_no_words():
    text = '<div class="question"><p>What now?</p><details><summary>This</summary></details></div>'
    counts = counts_of(page(nodes.raw("", text, format="html")))
    assert (counts["questions"], counts["words"]) == (1, 2)


def test_a_picture_takes_no_words():
    still = Still(words("here", 1, 2), 440, 20, "A line.")
    picture = nodes.raw("", still._repr_html_(), format="html")
    assert counts_of(page(picture)) == counts_of(page())


def test_a_table_of_an_output_is_words():
    counts = counts_of(page(nodes.raw("", "<td>one</td><td>two &amp; x</td>", format="html")))
    assert counts["words"] == 2 + 3


def test_an_exercise_counts_once_and_its_words_not_at_all():
    counts = counts_of(page(exercise("ex-one")))
    assert (counts["exercises"], counts["words"]) == (1, 2)


def test_solving_takes_the_minutes_of_the_table_that_reading_leaves_out():
    efforts = {"ex-one": {"level": 1, "minutes": 5}, "ex-two": {"level": 2, "minutes": 12}}
    both = page(exercise("ex-one"), exercise("ex-two"), exercise("ex-unknown"))
    assert solving_of(both, efforts) == 5 - BEGUN + 12 - BEGUN


def test_minutes_are_the_sum_at_the_rates():
    counts = dict.fromkeys(RATES, 0) | {"words": 1000, "formulas": 8, "exercises": 4}
    assert reading_of(counts, core=True) == Reading(5 + 2 + 4 * BEGUN, 1000, 8, core=True)


def test_a_core_chapter_over_its_budget_is_named():
    long = Reading(9, MOST["words"] + 1, MOST["formulas"], core=True)
    assert list(over({"book/a": long})) == [
        "book/a has 1401 words, and a core chapter may have 1400"
    ]
    assert not list(over({"book/a": Reading(9, 1401, 9, core=False)}))


def test_a_core_path_over_its_budget_is_named():
    pages = {f"book/{i}": Reading(PATH // 2, 9, 8, core=True) for i in range(3)}
    assert list(over(pages)) == [f"the core path takes {3 * (PATH // 2)} minutes, and may take 90"]


# The built book ---------------------------------------------------------------------------------


def test_each_page_has_its_reading(readings):
    assert set(readings) == set(DOCUMENTS)
    for reading in readings.values():
        assert list(reading) == ["minutes", "words", "formulas", "core"]


def article(built, name):
    """The text of a page, without its explorers."""
    html = (built / f"{name}.html").read_text(encoding="utf-8")
    for large in ("script", "style", "figure"):
        html = re.sub(rf"(?s)<{large}\b.*?</{large}>", "", html)
    return BeautifulSoup(html, "html.parser").select_one("article.bd-article")


def test_the_first_page_says_what_solving_takes(built):
    texts = [(ROOT / f"{name}.md").read_text(encoding="utf-8") for name in CORE]
    labels = [label for text in texts for label in re.findall(r"^:label: (ex-.+)$", text, re.M)]
    assert len(labels) == 18
    table = efforts(ROOT)
    hours = sum(table[label]["minutes"] - BEGUN for label in labels) / 60
    said = (built / "book/index.html").read_text(encoding="utf-8")
    assert f"to solve all eighteen in code takes some {hours:.1f} hours more" in said


@pytest.mark.parametrize("name", CHAPTERS)
def test_a_page_says_its_minutes(name, built, readings):
    text = (built / f"{name}.html").read_text(encoding="utf-8")
    assert f"{readings[name]['minutes']} minutes" in text or name == "book/index"


def test_the_landing_page_says_the_minutes_of_all_chapters(built, readings):
    rows = article(built, "book/index").select_one("table").select("tbody tr")
    assert len(rows) == len(CORE) - 1
    for row in rows:
        link = row.select_one("a[href]")
        assert f"{readings['book/' + link['href'].removesuffix('.html')]['minutes']} minutes" in (
            row.get_text()
        )
