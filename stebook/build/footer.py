"""The footer: version, licence and, where the repository is known, a way to report an error."""

import ast
import html
import os
from pathlib import Path
from urllib.parse import urlparse

from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.errors import ConfigError

from stebook.build.licences import NAME as LICENCES

SETTING = "STE_BOOK_REPOSITORY"
#: Hosts for which the theme knows how to make a button; others get the footer's link alone.
KNOWN = ("github", "gitlab", "bitbucket")


def version(package: Path) -> str:
    """`__version__` of a package, read without importing it."""
    tree = ast.parse((package / "__init__.py").read_text(encoding="utf-8"))
    for node in tree.body:
        if isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") == "__version__":
            return ast.literal_eval(node.value)
    raise ConfigError(f"{package / '__init__.py'} has no __version__")


def checked(repository: str) -> str:
    """The address without a slash at its end; an empty one stays empty."""
    address = urlparse(repository)
    if repository and (address.scheme != "https" or not address.netloc):
        raise ConfigError(f"{SETTING}: expected an https address, got {repository!r}")
    return repository.rstrip("/")


def write(app: Sphinx, config: Config) -> None:
    """Fill the theme's extra footer; the links appear only when the address is set."""
    found = version(Path(app.srcdir) / "ste")
    config["version"] = config["release"] = found
    repository = checked(os.environ.get(SETTING) or config["stebook_repository"])
    options = config["html_theme_options"]
    parts = [
        f"Version {found}.",
        "Text and figures CC BY 4.0, code BSD-3-Clause.",
        f'<a href="{LICENCES}">All licences</a>',
    ]
    if repository:
        parts.append(f'<a href="{html.escape(repository)}/issues/new">Report an error</a>')
        if any(host in urlparse(repository).netloc for host in KNOWN):
            options.update(repository_url=repository, use_repository_button=True)
    options["extra_footer"] = f"<p>{' '.join(parts)}</p>"
