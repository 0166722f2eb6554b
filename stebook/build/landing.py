"""The first file a reader opens, `index.html`, which leads to the book's first page."""

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
    """Write it; Jupyter Book's own has neither a title nor an icon, which a server then misses."""
    if exception is None and app.builder.format == "html":
        text = PAGE.format(title=app.config.project, first=app.config.root_doc)
        Path(app.outdir, "index.html").write_text(text, encoding="utf-8")
