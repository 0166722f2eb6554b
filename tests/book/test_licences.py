"""Each file of others in the site has its licence there, whole."""

import html
import re
from types import SimpleNamespace

import pytest
from toc import ROOT

from stebook.build import licences

ALL = pytest.mark.parametrize("part", licences.PARTS, ids=lambda part: part.name)


@ALL
def test_a_licence_names_its_holder_and_grants_something(part):
    text = part.licence()
    assert re.search(r"copyright|font awesome", text, re.IGNORECASE)
    assert re.search(r"permi(t|ssion)|grants|license", text, re.IGNORECASE) and len(text) > 1000


def test_the_terms_of_mit_are_those_that_others_have():
    def terms(text):
        words = re.sub(r"\s+", " ", text)
        return words[words.index("Permission is hereby granted") :].strip()

    text = licences.mit("Copyright Somebody")
    assert "Copyright Somebody" in text
    assert terms(text) == terms(licences.of_package("sphinx-copybutton"))


def test_fonts_come_with_the_whole_licence_of_fonts():
    """KaTeX's say so in their own tables, and Font Awesome in its licence."""
    fonts = {name: part for part in licences.PARTS if "ont" in (name := part.name)}
    assert set(fonts) == {"KaTeX and its fonts", "Font Awesome"}
    for part in fonts.values():
        text = part.licence()
        assert "SIL OPEN FONT LICENSE Version 1.1" in text and "TERMINATION" in text
        assert "impallari" not in text, "fonts of others"
    katex = fonts["KaTeX and its fonts"].licence()
    assert "The MIT License" in katex and "2009-2010, Design Science, Inc." in katex
    assert "with Reserved Font Name KaTeX_AMS, KaTeX_Caligraphic, " in katex


def test_a_text_in_two_parts_lacks_neither():
    assert licences.together("a", "b") == "a\n\n\nb"
    assert licences.together("a", "") == ""


@pytest.fixture(scope="module")
def loaded(built):
    """The files below `_static` that a page loads, by itself, by a style sheet or a script."""
    found = set()
    for page in (*built.glob("*.html"), *built.glob("book/*.html")):
        for address in re.findall(
            r'(?:src|href)="([^"?#]*_static/[^"?#]+)', page.read_text("utf-8")
        ):
            found.add(address.partition("_static/")[2])
    assert len([file for file in found if file.endswith(".js")]) > 10
    static = built / "_static"
    later = (*static.rglob("*.woff2"), *static.glob("plotly/*.js"))
    return sorted(found | {path.relative_to(static).as_posix() for path in later})


def test_every_file_that_a_page_loads_belongs_to_the_project_or_to_a_part(loaded):
    assert licences.strays(loaded) == []


def test_a_stray_file_is_named():
    files = ["plotly/plotly.min.js", "explorers/explorer.js", "new/library.js"]
    assert licences.strays(files) == ["new/library.js"]


def test_a_part_without_a_text_fails_the_build(monkeypatch, tmp_path, caplog):
    (tmp_path / "_static" / "plotly").mkdir(parents=True)
    (tmp_path / "_static" / "plotly" / "plotly.min.js").touch()
    builder = SimpleNamespace(format="html")
    app = SimpleNamespace(builder=builder, outdir=tmp_path, srcdir=ROOT)
    licences.write(app, None)
    assert not caplog.records
    monkeypatch.setattr(licences, "of_package", lambda name: "")
    licences.write(app, None)
    assert [record.getMessage() for record in caplog.records] == [
        "no licence of plotly.js is found"
    ]


def test_no_file_belongs_to_two(loaded):
    for file in loaded:
        holders = [part.name for part in licences.PARTS if licences.belongs(file, part.files)]
        assert len(holders) + licences.belongs(file, licences.OWN) == 1, (file, holders)


def test_the_page_has_them_all(built, loaded):
    page = html.unescape((built / licences.NAME).read_text(encoding="utf-8"))
    for name in licences.PROJECT:
        assert (ROOT / name).read_text(encoding="utf-8").strip() in page
    assert len(licences.used(loaded)) > 10
    for part in licences.used(loaded):
        assert f"<h2>{part.name}</h2>" in page and part.licence() in page
