"""Scripts that a module prints while the book is built."""

import pytest
from sphinx.errors import ConfigError

from stebook.build.formulas import printed


@pytest.fixture
def root(tmp_path):
    """A project with a module that prints."""
    room = tmp_path / "ste"
    room.mkdir()
    (room / "__init__.py").write_text("")
    (room / "said.py").write_text("print('let x = 1; // \N{GREEK SMALL LETTER THETA}')")
    return tmp_path


def test_a_module_is_run_where_the_project_is(root):
    assert printed(root, "ste.said") == "let x = 1; // \N{GREEK SMALL LETTER THETA}\n"


def test_what_was_printed_is_kept_until_a_source_changes(root):
    printed(root, "ste.said")
    (kept,) = (root / "_build" / "scripts").iterdir()
    kept.write_text("kept")
    assert printed(root, "ste.said") == "kept"
    (root / "ste" / "said.py").write_text("print('let x = 2;')")
    assert printed(root, "ste.said") == "let x = 2;\n"


def test_a_module_that_fails_ends_the_build(root):
    (root / "ste" / "said.py").write_text("raise ValueError('no formula')")
    with pytest.raises(
        ConfigError, match=r"stebook_scripts: ste\.said printed nothing.*no formula"
    ):
        printed(root, "ste.said")
