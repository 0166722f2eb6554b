"""Two builds of the same sources differ in nothing but the date."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from toc import DOCUMENTS, ROOT

#: A page with cells, an explorer and a question, one with terms, and one of autodoc. What makes the
#: other pages is the same code: they have their titles alone.
WHOLE = ("book/estimator", "book/glossary", "book/api")
#: What a build reads of the project, beside the pages.
READ = (
    *("LICENSE", "LICENSES", "_config.yml", "_toc.yml", "requirements-carried.txt"),
    *("requirements-lock.txt", "ste", "stebook", "tests"),
)
#: What differs between two machines, or two days: place, order of sets, time zone, language.
CIRCUMSTANCES = (
    ("first", {"PYTHONHASHSEED": "1", "TZ": "Pacific/Kiritimati", "LC_ALL": "C.UTF-8"}),
    ("a second place", {"PYTHONHASHSEED": "2", "TZ": "Pacific/Pago_Pago", "LC_ALL": "C"}),
)


def sources(folder: Path) -> None:
    """The project's files that a build reads, with most pages cut down to a title."""
    folder.mkdir()
    for name in READ:
        (folder / name).symlink_to(ROOT / name)
    (folder / "experiments").mkdir()
    (folder / "experiments" / "dropin.py").symlink_to(ROOT / "experiments" / "dropin.py")
    shutil.copytree(ROOT / "book", folder / "book")
    for page in set(DOCUMENTS) - set(WHOLE):
        (folder / f"{page}.md").write_text(f"# {page}\n", encoding="utf-8")


@pytest.fixture(scope="module")
def builds(tmp_path_factory):
    """The folders of two builds, made at the same time."""
    top = tmp_path_factory.mktemp("twice")
    command = [Path(sys.executable).with_name("jupyter-book"), "build", "."]
    going = []
    for name, settings in CIRCUMSTANCES:
        sources(top / name)
        with (top / f"{name}.log").open("w") as log:
            going.append(
                subprocess.Popen(
                    command,
                    cwd=top / name,
                    env={**os.environ, **settings},
                    stdout=log,
                    stderr=subprocess.STDOUT,
                )
            )
    for (name, _), process in zip(CIRCUMSTANCES, going, strict=True):
        assert process.wait() == 0, (top / f"{name}.log").read_text()
    return [top / name / "_build" / "html" for name, _ in CIRCUMSTANCES]


#: The two places of a page that say when it was built, in English or in Chinese.
DATE = re.compile(
    '(<meta name="docbuild:last-update" content="|Last updated on |更新于 )'
    r"(?:\d+ \w+ \d{4}|\d{4} 年 \d+ 月 \d+ 日)".encode()
)


def files(site: Path) -> dict[str, bytes]:
    """What a build has made."""
    return {
        path.relative_to(site).as_posix(): path.read_bytes()
        for path in site.rglob("*")
        if path.is_file()
    }


def test_two_builds_differ_in_nothing_but_the_date(builds):
    first, second = map(files, builds)
    assert set(first) == set(second)
    assert {"book/estimator.html", "searchindex.js", "licenses.html"} <= set(first)
    differing = [name for name in first if first[name] != second[name]]
    undated = [
        name for name in differing if DATE.sub(b"", first[name]) != DATE.sub(b"", second[name])
    ]
    assert undated == []
    dated = {name for name in first if DATE.search(first[name])}
    assert set(differing) == dated and "book/estimator.html" in dated
