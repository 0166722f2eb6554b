"""The notebooks that `make lab` opens: `python -m tools.course.copy FOLDER`."""

import os
import sys
from pathlib import Path

from tools.course import notebooks
from tools.course.sources import ROOT

PAGES = ROOT / "_build" / "html" / "book"


def main(folder: Path) -> None:
    """Write them, and say what stays."""
    beside = os.path.relpath(PAGES, folder.absolute()).replace(os.sep, "/") + "/"
    for stem in notebooks.refresh(folder, beside):
        print(f"{folder.name}/{stem}.ipynb stays as you left it; the book has a newer one.")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
