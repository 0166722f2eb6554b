"""The licences of what the notebooks bring, each with its text, onto the page of licences."""

import html
import json
from pathlib import Path

from tools.live import pyodide

#: Parts of JupyterLite whose wheels are not in the site, but whose scripts are.
SCRIPTS = ("jupyterlite_core", "jupyterlite_pyodide_kernel", "jupyterlab_widgets")
#: What JupyterLite's list of packages names without a text, by how its name begins: what stands
#: at the top of the licence in the package's repository, and of vega-lite's in its package.
TOPS = {
    "@jupyter-notebook/": (
        "Copyright (c) 2001-2015, IPython Development Team",
        "Copyright (c) 2015-, Jupyter Development Team",
    ),
    "@jupyter-widgets/": ("Copyright (c) 2015 Project Jupyter Contributors",),
    "@jupyter/ydoc": (
        "Copyright (c) 2022, Jupyter Development Team",
        "Copyright (c) 2022, David Brochart",
    ),
    "@jupyter/": (
        "Modified from @microsoft/fast-components, under the licence of @microsoft/fast-element.",
        "Copyright (c) 2021 Project Jupyter Contributors",
    ),
    "@jupyterlab/": ("Copyright (c) 2015-2026 Project Jupyter Contributors",),
    "@jupyterlite/": ("Copyright (c) 2021-, JupyterLite Contributors",),
    "@lumino/": (
        "Copyright (c) 2019 Project Jupyter Contributors",
        "Copyright (c) 2014-2017, PhosphorJS Contributors",
    ),
    "@microsoft/": ("Copyright (c) Microsoft Corporation. All rights reserved.",),
    "json-schema-merge-allof": ("Copyright (c) Martin Hansen",),
    "vega-lite": ("Copyright (c) 2015, University of Washington Interactive Data Lab.",),
    "vega-util": ("Copyright (c) 2015-2023, University of Washington Interactive Data Lab",),
}
#: How the text of a licence begins after its top, and a package that has it.
BODIES = {
    "BSD-3-Clause": ("All rights reserved.\n", "jupyterlab-widgets"),
    "MIT": ("\nPermission is hereby granted", "anywidget"),
}


def texts(run: Path, lite: Path, mozilla: str) -> dict[str, str]:
    """The text of each licence, by the name of the package.

    Raises
    ------
    ValueError
        If a package has none.
    """
    wheels = [pyodide.wheel(path) for path in sorted(run.rglob("*.whl"))]
    said = {one.name: one.licence for one in wheels if one.name != "ste-book"}
    for name in SCRIPTS:
        (place,) = lite.rglob(f"{name}-*.dist-info/licenses/LICENSE")
        said[name.replace("_", "-")] = place.read_text(encoding="utf-8")
    # The typing extensions have the whole history of CPython's licence, and its text.
    said["cpython"] = said["typing-extensions"]
    said["pyodide"] = f"Pyodide, the Pyodide contributors, under this licence.\n\n{mozilla}"
    for third in sorted(run.rglob("third-party-licenses.json")):
        for one in json.loads(third.read_text(encoding="utf-8"))["packages"]:
            text = one["extractedText"] or written(one["name"], one["licenseId"], said)
            said.setdefault(one["name"], text)
    bare = sorted(name for name, text in said.items() if not text.strip())
    if bare:
        raise ValueError(f"expected a licence in each package, got none in {', '.join(bare)}")
    return said


def written(name: str, licence: str, said: dict[str, str]) -> str:
    """The text of a licence that a package only names; empty if its top is not known here."""
    tops = [lines for start, lines in TOPS.items() if name.startswith(start)]
    if not tops or licence not in BODIES:
        return ""
    start, package = BODIES[licence]
    top = "\n".join(tops[0])
    return f"{licence}\n\n{top}\n{start}{said[package].split(start)[1]}"


def write(site: Path, run: Path, lite: Path, mozilla: str) -> None:
    """Add them to the site's page of licences."""
    sections = "\n".join(
        f"<h2>{html.escape(name)}</h2>\n<pre>\n{html.escape(text.strip())}\n</pre>"
        for name, text in texts(run, lite, mozilla).items()
    )
    page = site / "licenses.html"
    whole = page.read_text(encoding="utf-8")
    page.write_text(whole.replace("</main>", f"{sections}\n</main>"), encoding="utf-8")
