"""Pages ask for scripts and style sheets by what is in them, so that no reader sees an old one.

Sphinx does so where a file is there when it writes a page. Some extensions bring their style sheets
later, some sheets are trimmed when all pages are known, and a page that is not written anew keeps
what it said. So the addresses are given here, once all files of the site are as they stay.
"""

import re
import zlib
from functools import cache
from pathlib import Path

from sphinx.application import Sphinx

#: What a page or a script of it loads; addresses of other hosts have a colon.
_ASKED = re.compile(
    rb'(\s(?:src|href|data-(?:plotly|moving|labels))=")([^"?#:]+\.(?:css|js))(?:\?[^"]*)?(?=")'
)


@cache
def _version(path: Path, changed: int) -> bytes:
    return b"%08x" % zlib.crc32(path.read_bytes())


def versioned(page: bytes, folder: Path) -> bytes:
    """The HTML of a page in a folder, with the version of each local script and style sheet."""

    def address(asked: re.Match) -> bytes:
        path = folder / asked[2].decode()
        if not path.is_file():
            return asked[0]
        version = _version(path.resolve(), path.stat().st_mtime_ns)
        return b"%b%b?v=%b" % (asked[1], asked[2], version)

    return _ASKED.sub(address, page)


def write(app: Sphinx, exception: Exception | None) -> None:
    """Let all pages say them."""
    if exception is None and app.builder.format == "html":
        for path in Path(app.outdir).rglob("*.html"):
            before = path.read_bytes()
            if (page := versioned(before, path.parent)) != before:
                path.write_bytes(page)
