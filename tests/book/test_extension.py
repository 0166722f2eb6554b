"""The local Sphinx extension, part by part."""

import os
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest
from docutils import nodes
from docutils.utils import new_document
from sphinx.errors import ConfigError
from sphinx_proof.nodes import proof_node
from toc import ROOT

from ste import __version__
from stebook.build import assets, footer, kernels, landing, pages, proofs, reading, shared


class Settings(dict):
    """As much of a Sphinx configuration as the parts use."""

    __getattr__ = dict.__getitem__


@pytest.fixture
def source(tmp_path, monkeypatch):
    """A source folder with a package `ste` in it; what `prepare` changes is put back."""
    package = tmp_path / "ste"
    package.mkdir()
    (package / "__init__.py").write_text('"""A package."""\n\n__version__ = "1.2.3"\n')
    monkeypatch.setattr(sys, "path", list(sys.path))
    monkeypatch.setenv("PYTHONPATH", "elsewhere")
    monkeypatch.setenv("STE_BOOK_BUILD", "")
    monkeypatch.delenv(footer.SETTING, raising=False)
    return tmp_path


def prepared(source):
    config = Settings()
    kernels.prepare(SimpleNamespace(srcdir=source), config)
    return config.nb_execution_cache_path


def footed(source, repository=""):
    config = Settings(stebook_repository=repository, html_theme_options={})
    footer.write(SimpleNamespace(srcdir=source), config)
    return config


def test_kernels_know_of_the_build_and_find_the_package(source):
    prepared(source)
    assert os.environ["STE_BOOK_BUILD"] == "html"
    assert os.environ["PYTHONPATH"].split(os.pathsep) == [str(source), "elsewhere"]
    assert sys.path[0] == str(source)


@pytest.mark.parametrize("name", ["why?", "a%20b", "a [copy]"])
def test_a_folder_that_the_cache_would_mistake_is_refused(name, source):
    with pytest.raises(ConfigError, match=r"expected a folder without (\?|%20|\[copy\]) in"):
        prepared(source / name)
    prepared(source / "100% of 'it' #1 & [x")


@pytest.mark.parametrize(
    "name",
    [
        *("ste/new.py", "ste/deep/new.py", "ste/deep/new.js", "stebook/deep/new.css"),
        "requirements-lock.txt",
    ],
)
def test_a_change_of_what_chapters_run_on_changes_the_cache(name, source):
    before = prepared(source)
    path = source / name
    path.parent.mkdir(exist_ok=True, parents=True)
    path.write_text("1")
    first = prepared(source)
    path.write_text("2")
    assert len({before, first, prepared(source)}) == 3


def test_what_python_and_tools_leave_behind_does_not(source):
    before = prepared(source)
    for name in ("__pycache__/x.pyc", ".ruff_cache/x"):
        path = source / "ste" / name
        path.parent.mkdir()
        path.write_text("1")
    assert prepared(source) == before


def test_the_version_is_that_of_the_package(source):
    assert footed(source).release == "1.2.3"
    assert "Version 1.2.3." in footed(source).html_theme_options["extra_footer"]


def test_a_package_without_a_version_is_an_error(source):
    (source / "ste" / "__init__.py").write_text("")
    with pytest.raises(ConfigError, match="has no __version__"):
        footed(source)


def test_links_wait_for_the_repository(source):
    options = footed(source).html_theme_options
    assert "Report" not in options["extra_footer"]
    assert "repository_url" not in options


def test_links_appear_with_the_repository(source, monkeypatch):
    monkeypatch.setenv(footer.SETTING, "https://github.com/owner/name/")
    options = footed(source).html_theme_options
    assert 'href="https://github.com/owner/name/issues/new"' in options["extra_footer"]
    assert options["repository_url"] == "https://github.com/owner/name"
    assert options["use_repository_button"]


def test_a_host_that_the_theme_does_not_know_gets_the_link_alone(source):
    options = footed(source, "https://code.example.org/owner/name").html_theme_options
    assert "Report an error" in options["extra_footer"]
    assert "repository_url" not in options


@pytest.mark.parametrize("address", ["owner/name", "http://github.com/owner/name", "https://"])
def test_an_address_that_is_none_is_an_error(address, source):
    with pytest.raises(ConfigError, match="expected an https address, got"):
        footed(source, address)


def test_a_file_that_is_not_carried_is_an_error():
    with pytest.raises(ConfigError, match="plotly is installed but carries no nothing"):
        assets.carried("plotly", "nothing.js")


def test_carried_files_are_there():
    for source in assets.CARRIED.values():
        assert assets.carried(*source).stat().st_size > 1e3


@pytest.mark.parametrize(
    "body",
    [
        '<script src="https://a.org/x.js"></script>',
        "<img alt='' src='//a.org/x.png'>",
        '<iframe title="x" src="http://a.org">',
    ],
)
def test_a_body_that_asks_outside_is_found(body):
    assert len(pages.outside({"body": body})) == 1


def test_links_and_local_files_are_fine():
    body = (
        '<a href="https://a.org">a</a><img src="../_images/x.svg"><script>"https://b.org"</script>'
    )
    assert pages.outside({"body": body, "script_files": ["_static/x.js"]}) == []


def test_scripts_of_other_hosts_are_found():
    script = SimpleNamespace(filename="https://a.org/require.js")
    assert pages.outside({"script_files": [script]}) == ["https://a.org/require.js"]


def test_the_first_file_leads_to_the_first_page(tmp_path):
    config = SimpleNamespace(html_title="A title", root_doc="book/index")
    app = SimpleNamespace(builder=SimpleNamespace(format="html"), config=config, outdir=tmp_path)
    landing.write(app, RuntimeError("the build failed"))
    assert not list(tmp_path.iterdir())
    shown = "".join(
        shared.tags("Page", "A title", "It says so.", "https://a.org", "book/index.html")
    )
    (tmp_path / "book").mkdir()
    (tmp_path / "book" / "index.html").write_text(f"<head><meta charset=x>{shown}", "utf-8")
    landing.write(app, None)
    text = (tmp_path / "index.html").read_text(encoding="utf-8")
    assert 'content="0; url=book/index.html"' in text
    assert "<title>A title</title>" in text
    assert (tmp_path / ".nojekyll").is_file()  # GitHub would leave out _static
    assert text.count("<meta") == 2 + shown.count("<meta")
    assert shown.replace("><", ">\n<") in text


def test_a_link_has_a_picture_where_the_book_knows_its_address():
    told = list(shared.tags("A & B", "Book", "It is.", "https://a.org/b", "book/x.html"))
    picture, width, height = shared.PICTURE
    assert '<meta property="og:title" content="A &amp; B">' in told
    assert '<meta property="og:url" content="https://a.org/b/book/x.html">' in told
    assert f'<meta property="og:image" content="https://a.org/b/{picture}">' in told
    content = (ROOT / "book" / "_assets" / Path(picture).name).read_bytes()
    assert content[:8] == b"\x89PNG\r\n\x1a\n" and len(content) < 100_000
    assert [int.from_bytes(content[i : i + 4]) for i in (16, 20)] == [width, height]
    bare = list(shared.tags("A", "Book", ""))
    assert len(bare) == 3 and not any("image" in tag or "description" in tag for tag in bare)


def test_the_package_is_the_one_of_the_book():
    assert footer.version(ROOT / "ste") == __version__


def proof(text, *classes):
    """As `sphinx_proof` makes one: the classes are on the admonition inside."""
    inside = nodes.admonition("", nodes.paragraph("", text), classes=["proof", *classes])
    return proof_node("", inside)


def test_a_proof_that_is_folded_is_in_an_element_that_opens():
    document = new_document("page")
    document += [proof("It is clear."), proof("It is long.", "dropdown")]
    proofs.fold(None, document)
    shown, folded = document.children
    assert shown[0]["classes"] == ["proof"] and not reading.is_folded(shown)
    assert reading.is_folded(folded)
    opening, inside, closing = folded.children
    assert opening.astext().startswith("<details><summary>") and closing.astext() == "</details>"
    assert inside[0]["classes"] == ["proof"] and inside.astext() == "It is long."


def test_no_proof_is_folded_by_its_class_alone(built):
    """The theme's script stops at one, and then nothing on the page folds."""
    pages = [path.read_text(encoding="utf-8") for path in (built / "book").glob("*.html")]
    assert not [page for page in pages if 'class="proof dropdown' in page]
    assert [page for page in pages if "folded-proof" in page]
