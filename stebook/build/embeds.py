"""A page for each explorer alone, to stand in a frame of someone's own page.

It is cut out of the chapter that shows the explorer, and has no theme: its scripts and style sheets
are those that the chapter has for it. What belongs here: what stands around an explorer there. What
never does: an explorer.
"""

import html
import os
import re
from pathlib import Path

from sphinx.application import Sphinx

from stebook.build import assets, pages

FOLDER = "explorers"
#: Of explorers and scenes, in which no other figure stands.
_FIGURE = re.compile(
    r'<figure class="(?:explorer|scene [^"]*)" data-name="([^"]*)".*?</figure>', re.S
)
_TITLE = re.compile(r'aria-label="([^"]*)"')
PAGE = """\
<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}: {book}</title>
<link rel="icon" href="{static}/logo.svg">
{styles}
<script src="{static}/explorers/embed.js"></script>
{scripts}
</head>
<body><main aria-label="{title}">
{figure}
<p class="embed-from"><a href="{page}" target="_blank" rel="noopener">From “{book}”</a></p>
</main></body>
</html>
"""


def written(figure: str, page: str, app: Sphinx) -> str:
    """The page of a figure that a page of the book shows; both are relative to the site."""
    title = _TITLE.search(figure)
    static = "../_static"
    styles = [f"{static}/{name}" for name in ("explorers/embed.css", *pages.styles(figure))]
    data = pages.data(figure, Path(app.srcdir, assets.FOLDER))
    told = {name: f"{static}/{data[name]}" for name in data if name in pages.DRAWING}
    told["page"] = os.path.relpath(page, FOLDER)
    said = "".join(f' data-{name}="{html.escape(text)}"' for name, text in told.items())
    return PAGE.format(
        title=title[1].removeprefix("Explorer: ") if title else "",
        book=html.escape(app.config.html_title),
        static=static,
        page=told["page"],
        figure=figure,
        styles="\n".join(f'<link rel="stylesheet" href="{s}">' for s in styles),
        scripts="\n".join(
            f'<script defer src="{static}/{name}"{said}></script>' for name in pages.scripts(figure)
        ),
    )


def write(app: Sphinx, exception: Exception | None) -> None:
    """Write the page of every explorer; of one that is shown twice, as it is shown first."""
    if exception is not None or app.builder.format != "html":
        return
    folder, known = Path(app.outdir, FOLDER), set()
    folder.mkdir(exist_ok=True)
    for document in sorted(app.env.found_docs):
        path = Path(app.outdir, f"{document}.html")
        for figure in _FIGURE.finditer(path.read_text(encoding="utf-8")) if path.exists() else ():
            if figure[1] not in known:
                text = written(figure[0], f"{document}.html", app)
                (folder / f"{figure[1]}.html").write_text(text, encoding="utf-8")
                known.add(figure[1])
