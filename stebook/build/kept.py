"""What takes long to make and seldom changes, kept from one build for the next."""

import hashlib
from collections.abc import Callable, Iterable
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
#: One file for each name: the hash of what it was made of, and what came of it.
KEPT = ROOT / "_build" / "kept"
_SIZE = hashlib.sha256().digest_size


def kept(name: str, made_of: Iterable[bytes], make: Callable[[], bytes]) -> bytes:
    """What `make` gives, by an earlier build's file if that was made of the same.

    `made_of` is all that `make` reads, and what it is itself: its source, and others' by version.
    """
    found = hashlib.sha256()
    for part in made_of:
        found.update(b"%d:" % len(part) + part)
    key, path = found.digest(), KEPT / name
    if path.is_file():
        stored = path.read_bytes()
        if stored[:_SIZE] == key:
            return stored[_SIZE:]
    content = make()
    path.parent.mkdir(parents=True, exist_ok=True)
    whole = path.with_suffix(".new")  # a build that is killed leaves no half
    whole.write_bytes(key + content)
    whole.replace(path)
    return content
