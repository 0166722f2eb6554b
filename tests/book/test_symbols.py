"""One symbol, one meaning: every formula is read by the registry, ``book/symbols.toml``."""

import importlib
import re
from functools import cache

import pytest
import yaml
from toc import ROOT

from stebook import chapters
from stebook.build.symbols import REGISTRY, load
from stebook.build.tex import formulas_in
from tools import arrows

SYMBOLS = load(ROOT / REGISTRY)
PAGES = sorted(path.stem for path in (ROOT / "book").glob("*.md"))
#: The pages of the argument, in its order.
CORE = [
    name.removeprefix("book/")
    for name in yaml.safe_load((ROOT / "_config.yml").read_text(encoding="utf-8"))["sphinx"][
        "config"
    ]["stebook_core"]
]
#: Where the derivations have their letters: a cell prints them, and the build reads them there.
PRINTED = "".join(
    path.read_text(encoding="utf-8") for path in (ROOT / "ste" / "symbolic").rglob("*.py")
)
#: How many formulas are read, at the least.
MANY = 5000


def text_of(page):
    return (ROOT / "book" / f"{page}.md").read_text(encoding="utf-8")


@cache
def vocabulary_of(page):
    return SYMBOLS.on(page)


@cache
def questions_of(page):
    """The texts of each question of a page, by its name."""
    if page not in chapters.CHAPTERS:
        return {}
    room = importlib.import_module(f"stebook.chapters.{page}.questions")
    return {
        f"{page}.{name}": [
            question.text,
            *(text for option in question.options for text in (option.text, option.reply)),
        ]
        for name, question in room.QUESTIONS.items()
    }


@cache
def formulas_of(page):
    """Place and TeX of each formula, in order; those of a question stand where it is asked."""
    text = text_of(page)
    found = list(formulas_in(text))
    for name, texts in questions_of(page).items():
        asked = text.find(f'ask("{name}"')
        found += [(asked, tex) for part in texts for _, tex in formulas_in(part)]
    return sorted(found, key=lambda formula: formula[0])


@pytest.mark.parametrize("page", PAGES)
def test_every_symbol_of_a_page_is_in_the_registry(page):
    unknown = [
        f"{page}.md, line {text_of(page).count(chr(10), 0, place) + 1}: {symbol} in {tex.strip()}"
        for place, tex in formulas_of(page)
        for symbol in vocabulary_of(page).unknown_in(tex)
    ]
    assert unknown == []


def test_the_formulas_are_many():
    assert sum(len(formulas_of(page)) for page in PAGES) > MANY


def test_a_letter_of_the_whole_book_means_nothing_else_anywhere():
    whole = [name for entry in SYMBOLS.entries if not entry.pages for name in entry.names]
    local = {name for entry in SYMBOLS.entries if entry.pages for name in entry.names}
    assert len(whole) == len(set(whole))
    assert local & set(whole) == set()


@pytest.mark.parametrize("page", PAGES)
def test_a_letter_means_one_thing_on_a_page(page):
    names = [name for entry in SYMBOLS.entries if entry.is_on(page) for name in entry.names]
    assert sorted(names) == sorted(set(names))
    keys = [entry.key for entry in SYMBOLS.entries if entry.is_on(page)]
    assert sorted(keys) == sorted(set(keys))


@cache
def used_on(page):
    """The entries that the formulas of a page use."""
    return {entry for _, tex in formulas_of(page) for _, entry in vocabulary_of(page).read(tex)}


@pytest.mark.parametrize("entry", SYMBOLS.entries, ids=lambda entry: entry.tex)
def test_an_entry_is_complete_and_in_use(entry):
    assert entry.meaning and entry.shape and entry.code
    assert not entry.meaning.endswith(".")
    assert entry.page in (entry.pages or PAGES)
    for page in entry.pages or (entry.page,):
        assert entry in used_on(page) or entry.tex in PRINTED, page


@pytest.mark.parametrize("code", sorted({entry.code for entry in SYMBOLS.entries} - {"-"}), ids=str)
def test_a_name_in_code_is_there(code):
    """Its words stand in the sources; one that begins with the package is found in it."""
    first = re.match(r"(?:ste|stebook)(?:\.\w+)+", code)
    if first:
        parts = first[0].split(".")
        places = [".".join(parts[:count]) for count in range(1, len(parts) + 1)]
        found = importlib.import_module(parts[0])
        for place in places[1:]:
            name = place.rsplit(".", 1)[1]
            found = getattr(found, name, None) or importlib.import_module(place)
    sources = "\n".join(arrows.sources().values())
    for word in re.findall(r"[A-Za-z_]{2,}", code):
        assert re.search(rf"\b{word}\b", sources) or word in ("is", "over", "sin"), word


@cache
def defined_at(entry):
    """The place on the path at which a symbol is defined: its page, and there its paragraph.

    A display belongs to the paragraph around it.
    """
    text = text_of(entry.page).replace("\n\n$$", "\n $$").replace("$$\n\n", "$$\n ")
    words = r"\s+".join(map(re.escape, entry.says.split()))
    said = re.search(words, text)
    assert said, f"{entry.page}.md does not say {entry.says!r}, which defines {entry.tex}"
    paragraph = text.rfind("\n\n", 0, said.start()) + 2 if entry.says else 0
    return CORE.index(entry.page), paragraph


def test_no_symbol_of_the_path_is_used_before_it_is_defined():
    """Not on an earlier page of the argument, and not in an earlier paragraph of its own."""
    early = []
    for number, page in enumerate(CORE):
        for place, tex in formulas_of(page):
            for _, entry in vocabulary_of(page).read(tex):
                if entry and entry.page not in CORE:
                    early.append(f"{page}.md: {entry.tex}, defined in depth, in {tex.strip()}")
                elif entry and (number, place) < defined_at(entry):
                    line = text_of(page).count("\n", 0, place) + 1
                    early.append(f"{page}.md, line {line}: {entry.tex} in {tex.strip()}")
    assert early == []


def test_the_page_of_notation_is_made_of_the_registry():
    text = text_of("notation")
    assert "```{symbols}\n```" in text
    assert "\n|" not in text


def test_no_column_of_the_notation_waits_for_its_rows(built):
    page = (built / "book" / "notation.html").read_text(encoding="utf-8")
    assert page.count('class="of-symbols table"') == page.count("<table") == len(SYMBOLS.groups)
    style = (built / "_static" / "book.css").read_text(encoding="utf-8")
    assert re.search(r"table\.of-symbols \{\s+table-layout: fixed;", style)


#: A numbered result that is not linked: it is the paper's and has to say so, if it is no quotation.
BARE = re.compile(r"(?<!\")(?:Theorem|Lemma|Proposition|Remark|Algorithm)s? \d+\b(?! of the paper)")
#: Several numbers, each with a word on it perhaps: "5 (ReLU) and 7 (clipped ReLU)", "7 to 9".
SEVERAL = re.compile(r"(\d+)(?: \([^)]*\))?(?:(?:,| and| to) \d+(?: \([^)]*\))?)*")


@pytest.mark.parametrize("page", [page for page in PAGES if page != "paper_map"])
def test_a_result_of_the_paper_is_called_so(page):
    texts = [text_of(page), *(text for parts in questions_of(page).values() for text in parts)]
    for text in texts:
        line = SEVERAL.sub(r"\1", re.sub(r"\s+", " ", text))
        assert [line[bare.start() :][:40] for bare in BARE.finditer(line)] == []
