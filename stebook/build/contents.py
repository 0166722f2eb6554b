"""A page is read anew when what it is made of has changed, whatever the clock says.

Sphinx goes by the time of a file, which ``cp -p``, rsync and a corrected clock set back.
"""

import hashlib
from pathlib import Path

from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment


def digest_of(env: BuildEnvironment, page: str) -> str:
    """A hash of a page's source and of all files that it was found to depend on."""
    digest = hashlib.sha256()
    for name in (env.doc2path(page), *sorted(env.dependencies.get(page, ()))):
        path = Path(env.srcdir, name)
        digest.update(str(name).encode() + b"\0")
        digest.update(path.read_bytes() + b"\0" if path.is_file() else b"")
    return digest.hexdigest()


def changed(
    app: Sphinx, env: BuildEnvironment, added: set[str], dated: set[str], removed: set[str]
) -> list[str]:
    """The pages that are not made of what they were made of when they were read."""
    known = vars(env).get("stebook_contents", {})
    return [page for page in env.found_docs - added if known.get(page) != digest_of(env, page)]


def remember(app: Sphinx, env: BuildEnvironment) -> None:
    """Store with the pages, once they are read, what they are made of."""
    vars(env)["stebook_contents"] = {page: digest_of(env, page) for page in env.found_docs}
