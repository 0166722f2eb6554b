"""Docstrings of `ste` write |w| and v* as a reader would; to reStructuredText both are markup."""

import re

from sphinx.application import Sphinx


def escape(
    app: Sphinx, what: str, name: str, obj: object, options: object, lines: list[str]
) -> None:
    """Escape bars and stars outside of literals and doctests, before napoleon writes markup."""
    for i, line in enumerate(lines):
        if line.lstrip().startswith((">>>", "...")):
            continue
        parts = line.split("``")
        parts[::2] = [re.sub(r"([|*])", r"\\\1", part) for part in parts[::2]]
        lines[i] = "``".join(parts)
