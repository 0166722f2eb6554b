"""Each page of the built book, parsed once for all tests of this file: that takes longest."""

from functools import lru_cache

import pytest
from bs4 import BeautifulSoup
from toc import CHAPTERS, DOCUMENTS, PAGES

FOLDED = (
    ".headerlink, .dropdown, .solution, .checked, details.sd-dropdown, details.hide, "
    "details.symbols, .question, .exercise"
)
INLINE = "a, span, em, strong, code"


@lru_cache(maxsize=1)
def parsed(path):
    return BeautifulSoup(path.read_text(encoding="utf-8"), "html.parser")


def each(names):
    """The tests of a page stand together."""
    marks = {name: pytest.mark.xdist_group(f"text of {name.split('.')[0]}") for name in names}
    return pytest.mark.parametrize("name", [pytest.param(n, marks=marks[n]) for n in names])


@each(PAGES)
def test_what_the_theme_folds_has_a_title(name, built):
    """Its script stops at the first that has none, and all that follows stays open."""
    for folded in parsed(built / name).select(".admonition.dropdown"):
        assert folded.find(class_="admonition-title", recursive=False), folded


@each(DOCUMENTS)
def test_a_page_says_what_it_is_about_where_a_link_to_it_is_shown(name, built):
    page = parsed(built / f"{name}.html")
    said = page.select("meta[name=description]")
    assert [45 < len(tag["content"]) < 400 for tag in said] == [True]
    title = page.select_one("meta[property='og:title']")["content"]
    assert title and "\\" not in title and title in page.title.get_text()


@each(DOCUMENTS)
def test_each_mark_of_a_page_is_explained_at_its_end(name, built):
    page = parsed(built / f"{name}.html")
    marks = {mark["data-symbol"] for mark in page.select("[data-symbol]")}
    keys = [item["data-key"] for item in page.select("details.symbols [data-key]")]
    assert len(keys) == len(set(keys)) and set(keys) == marks
    formulas = page.select("span.math, div.math")
    assert bool(marks) == bool(formulas and name != "book/notation")
    for link in page.select("details.symbols a"):
        assert (built / "book" / link["href"].partition("#")[0]).exists() or link["href"] == "#"


@each(CHAPTERS)
def test_the_page_shows_what_was_counted(name, built, readings):
    """Counted once more from the page, by another parser; last, for it takes the page apart."""
    page = parsed(built / f"{name}.html").select_one("article.bd-article")
    parsed.cache_clear()
    for folded in page.select(f"script, style, figure, {FOLDED}"):
        folded.decompose()
    assert len(page.select("div.math")) == readings[name]["formulas"]
    for code in page.select("pre, div.math"):
        code.decompose()
    for formula in page.select("span.math"):
        formula.replace_with("x")
    for inline in page.select(INLINE):
        inline.unwrap()
    page.smooth()
    words = [word for word in page.get_text(" ").split() if any(map(str.isalnum, word))]
    assert len(words) == pytest.approx(readings[name]["words"], rel=0.04)
