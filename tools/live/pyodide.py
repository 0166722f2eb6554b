"""Python for the browser: the pieces of Pyodide by their hashes, and what it can import.

The core and numpy come from Pyodide's own public network, at one version, or from a folder or
an address of one's own. All other packages lie beside the notebooks.
"""

import hashlib
import json
import re
import shutil
import zipfile
from dataclasses import dataclass
from email.parser import Parser
from pathlib import Path

VERSION = "314.0.3"
PUBLIC = f"https://cdn.jsdelivr.net/pyodide/v{VERSION}/full/"
ENTRY = "pyodide.mjs"
NUMPY = "numpy-2.4.3-cp314-cp314-pyemscripten_2026_0_wasm32.whl"
#: Of the npm package and of its pyodide-lock.json.
HASHES = {
    ENTRY: "5cfc46f5dcbaf2a16f26e2363f441873eb424762609cc03db00d6a2ace4d00e5",
    "pyodide.asm.mjs": "1a9775427ef6e8abaa7db88ece0515422d1886915ae5c9093776410c865dfd8d",
    "pyodide.asm.wasm": "e7f8fac36f8bf11085309cbc5c829b3ec3057c18bf1d73b05a6741612d63cdbf",
    "python_stdlib.zip": "444c770dfd75a32097fc0a7d5c1413fd3140601f49c3a1f2e9af0376fcd124b4",
    NUMPY: "0cad9c1b91f0082e4f959bc0e0bf5835a2efbba6ab3b1e9d1fe6e7e564cca98e",
}
#: What it says of itself to a list of packages.
ABOUT = {
    "abi_version": "2026_0",
    "arch": "wasm32",
    "platform": "emscripten_5_0_3",
    "python": "3.14.0",
}
#: What a package imports though it need not require it.
ALSO = {"ste-book": ["anywidget", "ipywidgets", "plotly", "sympy"]}
_REQUIRED = re.compile(r"[A-Za-z0-9._-]+")


def digest(path: Path) -> str:
    """The hash of a file."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def take(source: Path, folder: Path) -> None:
    """Copy a distribution out of a folder, or out of a wheel that carries one.

    Raises
    ------
    ValueError
        If a piece is missing, or is another than that of the version here.
    """
    folder.mkdir(parents=True, exist_ok=True)
    if source.suffix == ".whl":
        with zipfile.ZipFile(source) as archive:
            for name in archive.namelist():
                piece = name.rpartition("/")[2]
                if piece in HASHES:
                    (folder / piece).write_bytes(archive.read(name))
    else:
        for piece in HASHES:
            if (source / piece).is_file():
                shutil.copyfile(source / piece, folder / piece)
    for piece, wanted in HASHES.items():
        present = digest(folder / piece) if (folder / piece).is_file() else "no such file"
        if present != wanted:
            raise ValueError(
                f"PYODIDE: expected {piece} of Pyodide {VERSION} in {source} with hash {wanted}, "
                f"got {present}"
            )


@dataclass(frozen=True)
class Wheel:
    """A package as its wheel describes it."""

    name: str
    version: str
    modules: list[str]
    required: list[str]
    licence: str


def canonical(name: str) -> str:
    """A name as lists of packages write it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def wheel(path: Path) -> Wheel:
    """Read a wheel."""
    with zipfile.ZipFile(path) as archive:
        names = archive.namelist()
        about = next(n for n in names if n.endswith(".dist-info/METADATA"))
        said = Parser().parsestr(archive.read(about).decode())
        texts = [n for n in names if re.search(r"dist-info/(.*/)?(LICEN[CS]E|COPYING)", n)]
        licence = "\n\n".join(archive.read(n).decode(errors="replace") for n in texts)
    tops = {n.split("/")[0] for n in names if n.endswith(".py")}
    modules = sorted(t.removesuffix(".py") for t in tops if ".dist-info" not in t)
    lines = [line for line in said.get_all("Requires-Dist", []) if "extra ==" not in line]
    required = [canonical(_REQUIRED.match(line)[0]) for line in lines]
    return Wheel(
        canonical(said["Name"]),
        said["Version"],
        [module for module in modules if ".data" not in module],
        required,
        licence.strip() or str(said.get("License-Expression") or said.get("License") or ""),
    )


def entry(one: Wheel, place: str, sha256: str, known: set[str]) -> dict[str, object]:
    """A package in the list that Pyodide reads."""
    return {
        "name": one.name,
        "version": one.version,
        "file_name": place,
        "sha256": sha256,
        "install_dir": "site",
        "package_type": "package",
        "imports": one.modules,
        "depends": sorted(known & {*one.required, *ALSO.get(one.name, [])}),
        "unvendored_tests": False,
    }


def listed(wheels: list[Path], numpy: str) -> str:
    """The list: packages that lie beside it, and numpy at its address."""
    read = {path: wheel(path) for path in wheels}
    known = {"numpy", *(one.name for one in read.values())}
    packages = {one.name: entry(one, p.name, digest(p), known) for p, one in read.items()}
    version = NUMPY.split("-")[1]
    array = Wheel("numpy", version, ["numpy"], [], "")
    packages["numpy"] = entry(array, numpy, HASHES[NUMPY], known)
    return json.dumps({"info": ABOUT, "packages": packages}, indent=1)
