"""What stands beside the pages: `index.html`, which leads to the first, and a word to GitHub."""

from pathlib import Path

from sphinx.application import Sphinx

PAGE = """\
<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>{title}</title>
<meta http-equiv="refresh" content="0; url={first}.html">
<link rel="icon" href="_static/logo.svg">
</head>
<body><main><h1><a href="{first}.html">{title}</a></h1></main></body>
</html>
"""


def write(app: Sphinx, exception: Exception | None) -> None:
    """Write them.

    Jupyter Book's own `index.html` has neither a title nor an icon, which a server then misses.
    Where GitHub shows the folder of a branch, Jekyll leaves out `_static` without ``.nojekyll``.
    """
    if exception is None and app.builder.format == "html":
        text = PAGE.format(title=app.config.html_title, first=app.config.root_doc)
        Path(app.outdir, "index.html").write_text(text, encoding="utf-8")
        Path(app.outdir, ".nojekyll").touch()
