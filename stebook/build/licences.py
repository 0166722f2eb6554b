"""The licences of everything that the site ships, whole, on one page: `licenses.html`.

A file of others in `_static` belongs to a part below, and each part brings its licence from an
installed package. A part without one fails the build, and a test finds what belongs to none.
"""

import html
import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from fnmatch import fnmatch
from importlib.metadata import distribution
from pathlib import Path

from fontTools.ttLib import TTFont
from sphinx.application import Sphinx
from sphinx.util import logging

from stebook.build.assets import CARRIED, SHARED, carried
from stebook.build.assets import OWN as ASSETS
from stebook.build.finding import NAME as FOUND

LOGGER = logging.getLogger(__name__)
#: Where the page lies, for the footer of every page.
NAME = "licenses.html"
#: Files of the project itself, below `_static`.
OWN = (*ASSETS, FOUND, SHARED, "explorers/*", "formulas.js", "logo.svg")
#: The project's own licences: of the code, and of the text and the figures.
PROJECT = ("LICENSE", "LICENSES/CC-BY-4.0.txt")
#: Where JupyterLab keeps the licences of the packages that it is made of.
LAB = ("jupyterlab", "lab/static/third-party-licenses.json")
#: How a file of a distribution that holds a licence is called.
_FILE = re.compile(r"(LICEN[CS]E|COPYING|NOTICE)(\.\w+)?", re.IGNORECASE)

#: The whole text, without the fonts that it is repeated for.
_OPEN_FONT = re.compile(
    r"^-+\nSIL OPEN FONT LICENSE Version 1\.1.*?DEALINGS IN THE FONT SOFTWARE\.$", re.S | re.M
)
#: The name that a licence keeps for the whole font.
_RESERVED = re.compile(r"(?<=with Reserved Font Name )\w+")


def of_package(name: str) -> str:
    """The licence that an installed distribution brings with itself."""
    entries = distribution(name).files or ()
    paths = [
        entry for entry in entries if ".dist-info" in str(entry) and _FILE.fullmatch(entry.name)
    ]
    return "\n\n".join(entry.read_text(encoding="utf-8").strip() for entry in paths)


def of_lab(name: str) -> str:
    """The licence of a JavaScript package, as JupyterLab repeats it."""
    packages = json.loads(carried(*LAB).read_text(encoding="utf-8"))["packages"]
    return next((one["extractedText"] for one in packages if one["name"] == name), "").strip()


def mit(holder: str) -> str:
    """The MIT licence of a holder whose files only name it."""
    _, permission, terms = of_lab("katex").partition("Permission is hereby granted")
    return f"The MIT License (MIT)\n\n{holder}\n\n{permission}{terms}"


def of_fonts() -> str:
    """The SIL Open Font License, as fontTools repeats it."""
    files = distribution("fonttools").files or ()
    text = "".join(f.read_text("utf-8") for f in files if f.name == "LICENSE.external")
    said = _OPEN_FONT.search(text)
    return said[0] if said else ""


def of_katex_fonts() -> str:
    """What KaTeX's fonts say of themselves, all in one, and their licence."""
    fonts = sorted((carried(*CARRIED["katex/katex.css"]).parent / "fonts").glob("*.woff2"))
    said = [TTFont(font)["name"].getDebugName(13) or "" for font in fonts]
    names = [_RESERVED.search(text) for text in said]
    every = ", ".join(sorted({name[0] for name in names if name}))
    return together(_RESERVED.sub(every, said[0]) if every else "", of_fonts())


def together(*texts: str) -> str:
    """One text of several; none if one of them is missing."""
    return "\n\n\n".join(texts) if all(texts) else ""


@dataclass(frozen=True)
class Part:
    """A work of others: its files below `_static`, as patterns, and where its licence is from."""

    name: str
    files: tuple[str, ...]
    licence: Callable[[], str]


PARTS = (
    Part("plotly.js", ("plotly/*",), lambda: of_package("plotly")),
    Part("KaTeX and its fonts", ("katex/*",), lambda: together(of_lab("katex"), of_katex_fonts())),
    Part(
        "Font Awesome",
        ("*fontawesome*", "icons.css"),
        lambda: together(of_lab("@fortawesome/fontawesome-free"), of_fonts()),
    ),
    Part(
        "Bootstrap",
        ("*/bootstrap*",),
        lambda: mit("Copyright 2011-2024 The Bootstrap Authors"),
    ),
    Part("clipboard.js", ("clipboard.min.js",), lambda: mit("Copyright Zeno Rocha")),
    Part(
        "Sphinx",
        (
            *("basic.css", "doctools.js", "documentation_options.js", "language_data.js"),
            *("searchtools.js", "sphinx_highlight.js", "file.png", "minus.png", "plus.png"),
        ),
        lambda: of_package("sphinx"),
    ),
    Part(
        "PyData Sphinx Theme",
        ("*/pydata-*", "*/theme.css", "webpack-*"),
        lambda: of_package("pydata-sphinx-theme"),
    ),
    Part(
        "Sphinx Book Theme",
        ("*/sphinx-book-theme*", "sbt-*", "images/logo_*", "locales/*"),
        lambda: of_package("sphinx-book-theme"),
    ),
    Part(
        "sphinx-copybutton",
        ("copy*", "check-solid.svg"),
        lambda: of_package("sphinx-copybutton"),
    ),
    Part("sphinx-togglebutton", ("togglebutton.*",), lambda: of_package("sphinx-togglebutton")),
    Part("sphinx-design", ("sphinx-design.*", "design-*"), lambda: of_package("sphinx-design")),
    Part("sphinx-thebe", ("sphinx-thebe.*", "play-solid.svg"), lambda: of_package("sphinx-thebe")),
    Part("sphinx-exercise", ("exercise.css",), lambda: of_package("sphinx-exercise")),
    Part("sphinx-proof", ("proof.css",), lambda: of_package("sphinx-proof")),
    Part("MyST-NB", ("mystnb.*",), lambda: of_package("myst-nb")),
    Part("Pygments", ("pygments.css",), lambda: of_package("pygments")),
)

PAGE = """\
<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta name="color-scheme" content="light dark">
<title>Licences</title>
<link rel="icon" href="_static/logo.svg">
<style>pre {{ white-space: pre-wrap; overflow-wrap: anywhere; }}</style>
</head>
<body>
<main>
<h1>Licences</h1>
<p>What this site is made of. <a href="index.html">To the book</a></p>
{sections}
</main>
</body>
</html>
"""
SECTION = "<h2>{name}</h2>\n<pre>\n{text}\n</pre>"


def belongs(file: str, patterns: tuple[str, ...]) -> bool:
    """Whether a file is one of those that patterns name."""
    return any(fnmatch(file, pattern) for pattern in patterns)


def shipped(static: Path) -> list[str]:
    """The files below a site's `_static`."""
    return sorted(p.relative_to(static).as_posix() for p in static.rglob("*") if p.is_file())


def strays(files: list[str]) -> list[str]:
    """Files that are neither the project's own nor of a part."""
    every = (*OWN, *(pattern for part in PARTS for pattern in part.files))
    return [file for file in files if not belongs(file, every)]


def used(files: list[str]) -> list[Part]:
    """The parts that a site has files of."""
    return [part for part in PARTS if any(belongs(file, part.files) for file in files)]


def page(root: Path, licences: dict[str, str]) -> str:
    """The page: the project's own licences, then those of the parts."""
    own = "\n\n\n".join((root / name).read_text("utf-8").strip() for name in PROJECT)
    sections = [
        SECTION.format(name=html.escape(name), text=html.escape(text))
        for name, text in {"This book": own, **licences}.items()
    ]
    return PAGE.format(sections="\n".join(sections))


def write(app: Sphinx, exception: Exception | None) -> None:
    """Write the page beside the site's own."""
    if exception is None and app.builder.format == "html":
        parts = used(shipped(Path(app.outdir) / "_static"))
        licences = {part.name: part.licence() for part in parts}
        for name in (name for name, text in licences.items() if not text):
            LOGGER.warning("no licence of %s is found", name)
        Path(app.outdir, NAME).write_text(page(Path(app.srcdir), licences), encoding="utf-8")


def link(app: Sphinx, page: str, template: str, context: dict, doctree: object) -> None:
    """In the footer of a page, the way from there to the page of licences."""
    address = context["pathto"](NAME, resource=True)
    footer = context.get("theme_extra_footer", "")
    context["theme_extra_footer"] = footer.replace(f'"{NAME}"', f'"{address}"')
