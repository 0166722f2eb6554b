"""The icons that the pages use, cut out of the theme's own font.

The theme sends all icons of Font Awesome to every page, as a script of 1.5 MB. Here its font is cut
down to those of `NAMES` and those that the theme's style sheets draw beside titles and links, and
put into a style sheet, so that it comes with the first paint.
"""

import base64
import re
from pathlib import Path

import pydata_sphinx_theme
import sphinx_book_theme

from stebook.build.fonts import cut

#: The classes of icons in the pages, less their ``fa-``; a test reads them off every page.
NAMES = (
    "angle-left",
    "angle-right",
    "arrow-up",
    "bars",
    "circle-half-stroke",
    "download",
    "expand",
    "file",
    "file-pdf",
    "list",
    "magnifying-glass",
    "moon",
    "sun",
)
THEMES = Path(pydata_sphinx_theme.__file__).parent / "theme" / "pydata_sphinx_theme"
THEME = THEMES / "static"
FONT = THEME / "vendor" / "fontawesome" / "webfonts" / "fa-solid-900.ttf"
STYLE = THEME / "styles" / "pydata-sphinx-theme.css"
BOOK = Path(sphinx_book_theme.__file__).parent / "theme" / "sphinx_book_theme" / "static" / "styles"
#: Templates that say what a page loads, by the names they ask each other for, and what is left out
#: of them: the script with all icons, and the index of the search, which only its own page reads.
LOADED = {
    "static/webpack-macros.html": re.compile(r"<script[^>]*fontawesome\.js[^>]*></script>"),
    "pydata_sphinx_theme/layout.html": re.compile(
        r"<script[^>]*(?:searchtools|language_data|searchindex)\.js[^>]*></script>"
    ),
}
_RULES = re.compile(
    r'(?:\.fa-[\w-]+:{1,2}before,?)+\{content:"[^"]*"\}|@font-face\{[^}]*Font Awesome[^}]*\}'
)

SHEET = """\
@font-face {{
  font-family: "Font Awesome 6 Free";
  font-weight: 900;
  src: url(data:font/woff2;base64,{font}) format("woff2");
}}

{rules}
"""
#: The icon is for the eye alone.
RULE = r'.fa-{name}::before {{ content: "\{code:x}" / ""; }}'


def sheet() -> str:
    """The style sheet with the font."""
    theme = STYLE.read_text(encoding="utf-8")
    book = (BOOK / "sphinx-book-theme.css").read_text(encoding="utf-8")
    codes = {name: named(theme, name) for name in NAMES}
    drawn = {ord(sign) for sign in re.findall(r'--pst-[\w-]+:"([\ue000-\uf8ff])"', theme)}
    drawn |= {int(code, 16) for code in re.findall(r'content:"\\(f[0-9a-f]{3})"', book)}
    font = base64.b64encode(cut(FONT, drawn | set(codes.values()))).decode()
    rules = "\n".join(RULE.format(name=name, code=code) for name, code in codes.items())
    return SHEET.format(font=font, rules=rules)


def named(style: str, name: str) -> int:
    """The code of an icon, by the theme's style sheet."""
    rule = re.search(rf'\.fa-{name}:before[^{{}}]*{{content:"\\([0-9a-f]+)"}}', style)
    if rule is None:
        raise ValueError(f"icon: expected one of the theme's, got {name!r}")
    return int(rule[1], 16)


def templates() -> dict[str, str]:
    """The theme's templates of what a page loads, less what no page of this book needs."""
    return {name: part.sub("", template(name)) for name, part in LOADED.items()}


def template(name: str) -> str:
    """A template of the theme, with or without the theme's name before it."""
    return (THEMES / name.removeprefix(f"{THEMES.name}/")).read_text(encoding="utf-8")


def style() -> str:
    """The theme's style sheet, less its icons' fonts and 2,000 rules; `sheet` has those in use."""
    return _RULES.sub("", STYLE.read_text(encoding="utf-8"))
