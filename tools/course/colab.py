"""The first code of a student's notebook: in Google Colab it brings the book, elsewhere nothing."""

import os

import ste

#: The address of the repository whose tag is installed, as for the book's footer.
SETTING = "STE_BOOK_REPOSITORY"
CODE = """\
import sys

if "google.colab" in sys.modules:
    import importlib.util
    import subprocess

    from google.colab import output

    if importlib.util.find_spec("stebook") is None:
        {bring}
    output.enable_custom_widget_manager()"""
#: pip makes the wheel of a tag.
BRING = 'subprocess.run([sys.executable, "-m", "pip", "install", "-q", "{wheel}"], check=True)'
ASK = """raise ModuleNotFoundError("Run %pip install '{wheel}', ADDRESS as git clones it")"""


def wheel(repository: str) -> str:
    """What pip is asked for: this version with the explorers.

    Examples
    --------
    >>> wheel("https://example.org/ste").partition("@v")[0]
    'ste-book[explorers] @ git+https://example.org/ste'
    """
    return f"ste-book[explorers] @ git+{repository}@v{ste.__version__}"


def code(repository: str | None = None) -> str:
    """The cell; without an address it says what to do."""
    given = (os.environ.get(SETTING, "") if repository is None else repository).rstrip("/")
    form = BRING if given else ASK
    return CODE.format(bring=form.format(wheel=wheel(given or "ADDRESS")))
