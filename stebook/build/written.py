"""Which pages are written anew: those whose text changed, or all if what pages share has changed.

A page shows, beside its own text, what other pages say of themselves: their titles in the
navigation and in links, the numbers of their equations, theorems and exercises, the entries of the
bibliography. All of that is in Sphinx's environment. So a page is as it should be if its text, what
the environment shares, and the reading times it names are those of which it was written. A record
of these stands beside the pages' trees while nothing is being written: after a build that was
killed or failed there is none, and every page is written; nor is it believed where a file of the
site is missing.
"""

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment

from stebook.build import reading
from stebook.build.contents import digest_of

#: The record, among the trees.
RECORD = "written.json"
#: What the environment holds and no page shows of another: how it was read, and when.
NOT_SHOWN = frozenset(
    [
        "all_docs",
        "app",
        "config",
        "config_status",
        "config_status_extra",
        "dependencies",
        "doctreedir",
        "domains",
        "events",
        "included",
        "intersphinx_cache",
        "intersphinx_inventory",
        "master_doctree",
        "metadata",
        "myst_config",
        "mystnb_config",
        "nb_metadata",
        "nb_new_exec_data",
        "original_image_uri",
        "project",
        "ref_context",
        "sd_config",
        "settings",
        "sphinx_exercise_gated_registry",
        "srcdir",
        "stebook_contents",
        "stebook_naming",
        "stebook_readings",
        "stebook_written",
        "temp_data",
    ]
)
#: Where in a source something stands; no page says so.
LINES = frozenset({"line", "lineno"})


def told(value: object) -> Iterator[str]:
    """A value in words that are the same for equal values, in whatever order a set has them.

    Examples
    --------
    >>> "".join(told({"b": {2, 1}, "a": [1.5, None]}))
    "{'a':[1.5,None,],'b':{1,2,},}"
    >>> "".join(told([{"label": "ex", "line": 12}]))
    "[{'label':'ex',},]"
    """
    if isinstance(value, nodes.Node):
        yield str(value)
    elif isinstance(value, dict):
        yield "{"
        for key, inner in sorted(without_lines(value).items(), key=lambda item: repr(item[0])):
            yield f"{key!r}:"
            yield from told(inner)
            yield ","
        yield "}"
    elif isinstance(value, set | frozenset):
        yield "{" + "".join(sorted("".join(told(inner)) + "," for inner in value)) + "}"
    elif isinstance(value, tuple) and hasattr(value, "_asdict"):
        yield from told(value._asdict())
    elif isinstance(value, list | tuple):
        yield "["
        # what pages bring to a list stands in it in the order in which they were read
        for inner in sorted(value, key=lambda item: getattr(item, "docname", "")):
            yield from told(inner)
            yield ","
        yield "]"
    elif " at 0x" in repr(value) and hasattr(value, "__dict__"):
        yield type(value).__name__
        yield from told(vars(value))
    else:
        yield repr(value)


def without_lines(fields: dict) -> dict:
    """The fields of a value, less its place in a source."""
    return {name: value for name, value in fields.items() if name not in LINES}


def shared(env: BuildEnvironment) -> str:
    """A hash of what pages show of each other."""
    digest = hashlib.sha256()
    for name, value in sorted(vars(env).items()):
        if name not in NOT_SHOWN and not name.startswith("_"):
            digest.update(name.encode())
            for words in told(value):
                digest.update(words.encode())
    return digest.hexdigest()


def texts(env: BuildEnvironment) -> dict[str, str]:
    """What each page is made of: its source and the files that it reads, and times it names."""
    times = hashlib.sha256("".join(told(reading.readings(env))).encode()).hexdigest()
    naming = reading.naming(env)
    return {
        page: digest_of(env, page) + (times if page in naming else "")
        for page in sorted(env.found_docs)
    }


def record(app: Sphinx) -> Path:
    """Where the record is."""
    return Path(app.doctreedir, RECORD)


def site(app: Sphinx) -> list[str]:
    """The files of the site."""
    folder = Path(app.outdir)
    return sorted(p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file())


# The parts that Sphinx calls ----------------------------------------------------------------------


def outdated(app: Sphinx, env: BuildEnvironment) -> list[str]:
    """The pages to write; from here to the end there is no record."""
    now, common = texts(env), shared(env)
    vars(app.builder)["written"] = {"shared": common, "texts": now}  # writing changes some of it
    try:
        before = json.loads(record(app).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return list(now)
    record(app).unlink()
    if before["shared"] != common or set(before["site"]) - set(site(app)):
        return list(now)
    return [page for page, text in now.items() if before["texts"].get(page) != text]


def remember(app: Sphinx, exception: Exception | None) -> None:
    """Write the record, once all is written."""
    if exception is None and app.builder.format == "html":
        parts = {**vars(app.builder)["written"], "site": site(app)}
        record(app).write_text(json.dumps(parts), encoding="utf-8")
