"""What stands beside the pages: `index.html`, which leads to the first, and a word to GitHub."""

from pathlib import Path

from sphinx.application import Sphinx

from stebook.build.shared import TAGS

PAGE = """\
<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>{title}</title>
{shared}
<meta http-equiv="refresh" content="0; url={first}.html">
<link rel="icon" href="_static/logo.svg">
</head>
<body><main><h1><a href="{first}.html">{title}</a></h1></main></body>
</html>
"""


def write(app: Sphinx, exception: Exception | None) -> None:
    """Write them.

    Jupyter Book's own `index.html` has neither a title nor an icon, which a server then misses. A
    link to it shows what one to the first page does.
    Where GitHub shows the folder of a branch, Jekyll leaves out `_static` without ``.nojekyll``.
    """
    if exception is None and app.builder.format == "html":
        title, first = app.config.html_title, app.config.root_doc
        page = Path(app.outdir, f"{first}.html").read_text(encoding="utf-8")
        text = PAGE.format(title=title, first=first, shared="\n".join(TAGS.findall(page)))
        Path(app.outdir, "index.html").write_text(text, encoding="utf-8")
        Path(app.outdir, ".nojekyll").touch()
