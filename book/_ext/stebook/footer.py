"""The footer: version, licence and, where the repository is known, a way to report an error."""

import ast
import os
from pathlib import Path
from urllib.parse import urlparse

from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.errors import ConfigError

SETTING = "STE_BOOK_REPOSITORY"


def version(package: Path) -> str:
    """`__version__` of a package, read without importing it."""
    tree = ast.parse((package / "__init__.py").read_text(encoding="utf-8"))
    for node in tree.body:
        if isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") == "__version__":
            return ast.literal_eval(node.value)
    raise ConfigError(f"{package / '__init__.py'} has no __version__")


def write(app: Sphinx, config: Config) -> None:
    """Fill the theme's extra footer; the links appear only when the address is set."""
    found = version(Path(app.srcdir) / "ste")
    config["version"] = config["release"] = found
    repository = (os.environ.get(SETTING) or config["stebook_repository"]).rstrip("/")
    parts = [
        f"Version {found}.",
        "Text and figures CC BY 4.0, code BSD-3-Clause.",
    ]
    if repository:
        if urlparse(repository).scheme != "https":
            raise ConfigError(f"{SETTING}: expected an https address, got {repository!r}")
        parts.append(f'<a href="{repository}/issues/new">Report an error</a>')
        config["html_theme_options"]["repository_url"] = repository
        config["html_theme_options"]["use_repository_button"] = True
    config["html_theme_options"]["extra_footer"] = f"<p>{' '.join(parts)}</p>"
