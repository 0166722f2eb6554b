"""Scripts of others, taken from the packages that carry them, so that no page asks a host."""

import shutil
from importlib.metadata import files
from pathlib import Path

from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.errors import ConfigError

from stebook.build import formulas
from stebook.build.kernels import digest

#: Where each file comes from (distribution, end of its path) and where it goes.
CARRIED = {
    "mathjax/tex-svg-full.js": ("sphinx-mathjax-offline", "mathjax/tex-svg-full.js"),
    "plotly/plotly.min.js": ("plotly", "package_data/plotly.min.js"),
}
#: Our own, from `book/_assets`.
OWN = ("book.css", "book.js", "first.js", "print.css", "print.js")
#: How search results are ordered; Sphinx puts it into a script of its own.
SCORER = "book/_assets/search.js"


def carried(distribution: str, ending: str) -> Path:
    """The installed file of a distribution whose path ends like that."""
    for entry in files(distribution) or ():
        if entry.as_posix().endswith(ending):
            return Path(entry.locate())
    raise ConfigError(f"{distribution} is installed but carries no {ending}")


def collect(app: Sphinx, config: Config) -> None:
    """Copy the scripts into one generated folder and add it to the static path."""
    root = Path(app.srcdir)
    folder = root / "_build" / "assets"
    shutil.rmtree(folder, ignore_errors=True)
    for target, source in CARRIED.items():
        (folder / target).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(carried(*source), folder / target)
    shutil.copytree(root / "stebook" / "static", folder / "explorers")
    for name, module in config["stebook_scripts"].items():
        (folder / name).write_text(formulas.printed(root, module), encoding="utf-8")
    for name in OWN:
        shutil.copyfile(root / "book" / "_assets" / name, folder / name)
    # Relative to the sources: Sphinx writes a hash of its settings into the site.
    config["html_static_path"] = [*config["html_static_path"], str(folder.relative_to(root))]
    config["html_search_scorer"] = SCORER
    # Sphinx copies no static file while every page is up to date: let a change here date the pages.
    config["stebook_assets"] = digest(
        [folder, root / "book" / "_assets", root / "stebook" / "build"]
    )
