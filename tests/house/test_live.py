"""What `make live` is made of: wheels, pieces of Pyodide, lists and licences; no browser."""

import hashlib
import json
import zipfile

import pytest

from tools.live import licences, pyodide, site, store


@pytest.fixture
def wheel(tmp_path):
    """A wheel of a small package with a licence."""
    path = tmp_path / "Some_Thing-1.0-py3-none-any.whl"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("something/__init__.py", "")
        archive.writestr("single.py", "")
        archive.writestr("some_thing-1.0.data/data/hook.py", "")
        archive.writestr("some_thing-1.0.dist-info/licenses/LICENSE", "Do what you like.\n")
        archive.writestr(
            "some_thing-1.0.dist-info/METADATA",
            "Metadata-Version: 2.4\nName: Some_Thing\nVersion: 1.0\nRequires-Dist: numpy>=2\n"
            "Requires-Dist: Not.Here\nRequires-Dist: pytest; extra == 'test'\n",
        )
    return path


def test_a_wheel_says_what_it_is(wheel):
    assert pyodide.wheel(wheel) == pyodide.Wheel(
        *("some-thing", "1.0", ["single", "something"], ["numpy", "not-here"], "Do what you like.")
    )


def test_the_list_has_each_package_by_its_hash_and_numpy_at_its_address(wheel):
    listed = json.loads(pyodide.listed([wheel], "https://somewhere/numpy.whl"))["packages"]
    assert listed["some-thing"]["sha256"] == hashlib.sha256(wheel.read_bytes()).hexdigest()
    assert listed["some-thing"]["file_name"] == wheel.name
    assert listed["some-thing"]["depends"] == ["numpy"]
    assert listed["numpy"]["file_name"] == "https://somewhere/numpy.whl"
    assert listed["numpy"]["sha256"] == pyodide.HASHES[pyodide.NUMPY]


@pytest.mark.parametrize("packed", [False, True])
def test_a_distribution_is_taken_by_its_hashes(packed, tmp_path, monkeypatch):
    """From a folder, or from a wheel that carries it; what else is there is left."""
    pieces = {"pyodide.mjs": b"entry", "python_stdlib.zip": b"library"}
    hashes = {name: hashlib.sha256(text).hexdigest() for name, text in pieces.items()}
    monkeypatch.setattr(pyodide, "HASHES", hashes)
    source = tmp_path / ("carrier.whl" if packed else "carrier")
    if packed:
        with zipfile.ZipFile(source, "w") as archive:
            for name, text in {**pieces, "other.js": b""}.items():
                archive.writestr(f"deep/in/it/{name}", text)
    else:
        source.mkdir()
        for name, text in {**pieces, "other.js": b""}.items():
            (source / name).write_bytes(text)
    taken = tmp_path / "taken"
    pyodide.take(source, taken)
    assert {path.name: path.read_bytes() for path in taken.iterdir()} == pieces
    monkeypatch.setitem(hashes, "pyodide.mjs", "0")
    with pytest.raises(ValueError, match=r"PYODIDE: expected pyodide.mjs .* with hash 0, got "):
        pyodide.take(source, taken)
    monkeypatch.setitem(hashes, "lost.wasm", "0")
    monkeypatch.setitem(hashes, "pyodide.mjs", hashlib.sha256(b"entry").hexdigest())
    with pytest.raises(ValueError, match=r"expected lost.wasm .* got no such file"):
        pyodide.take(source, taken)


def test_each_folder_has_a_list_of_what_is_in_it(tmp_path):
    files, api = tmp_path / "files", tmp_path / "api"
    (files / "images").mkdir(parents=True)
    (files / "model.ipynb").write_text("{}")
    (files / "images" / "map.svg").write_text("<svg/>")
    site.list_contents(files, api)
    top = json.loads((api / "all.json").read_text())
    assert (top["path"], top["type"]) == ("", "directory")
    assert [(one["path"], one["type"]) for one in top["content"]] == [
        ("images", "directory"),
        ("model.ipynb", "notebook"),
    ]
    (picture,) = json.loads((api / "images" / "all.json").read_text())["content"]
    assert (picture["path"], picture["mimetype"]) == ("images/map.svg", "image/svg+xml")


@pytest.mark.parametrize(
    ("base", "entry"),
    [
        ("../pyodide/", "./pyodide/pyodide.mjs"),
        ("https://somewhere/full/", "https://somewhere/full/pyodide.mjs"),
    ],
)
def test_jupyterlite_is_told_its_python_and_its_page_which_pieces_to_ask_for(base, entry, tmp_path):
    (tmp_path / "notebooks").mkdir()
    (tmp_path / site.APP).write_text("<html><head></head></html>")
    (tmp_path / "jupyter-lite.json").write_text('{"jupyter-config-data": {}}')
    site.settle(tmp_path, base)
    config = json.loads((tmp_path / "jupyter-lite.json").read_text())["jupyter-config-data"]
    kernel = config["litePluginSettings"][site.KERNEL]
    assert kernel["pyodideUrl"] == entry and kernel["disablePyPIFallback"]
    page = (tmp_path / site.APP).read_text()
    assert f"&quot;{base}pyodide.asm.wasm&quot;" in page and "../start.js" in page
    assert (tmp_path / "start.js").is_file()


def test_wheels_are_copied_and_listed(wheel, tmp_path):
    """Those of the store, and those that JupyterLite brings, but for an older widgets' one."""
    pypi = tmp_path / "run" / "extensions" / "@jupyterlite" / "kernel" / "static" / "pypi"
    pypi.mkdir(parents=True)
    (pypi / "widgetsnbextension-3.6.999-py3-none-any.whl").touch()
    site.write_wheels(tmp_path / "run", wheel.parent, "../pyodide/")
    folder = tmp_path / "run" / site.WHEELS
    assert {path.name for path in folder.iterdir()} == {wheel.name, "pyodide-lock.json"}
    packages = json.loads((folder / "pyodide-lock.json").read_text())["packages"]
    assert packages["numpy"]["file_name"] == f"../pyodide/{pyodide.NUMPY}"


def test_each_page_of_a_chapter_gets_a_button(tmp_path):
    """In whatever folder it is; a page without a notebook gets none."""
    for name in ("book/model.html", "zh/book/model.html", "book/glossary.html"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(f"{site.HEADER}</div>")
    assert site.add_buttons(tmp_path, ["model"]) == 2
    address = "run/notebooks/index.html?path=model.ipynb"
    assert f'href="../{address}"' in (tmp_path / "book" / "model.html").read_text()
    assert f'href="../../{address}"' in (tmp_path / "zh" / "book" / "model.html").read_text()
    assert site.RUN not in (tmp_path / "book" / "glossary.html").read_text()


def test_a_licence_that_is_only_named_is_written_out():
    granted = "Permission is hereby granted, to you"
    said = {"anywidget": f"MIT\n\nCopyright (c) A\n\n{granted}"}
    text = licences.written("json-schema-merge-allof", "MIT", said)
    assert text == f"MIT\n\nCopyright (c) Martin Hansen\n\n{granted}"
    said["jupyterlab-widgets"] = "Copyright (c) B\nAll rights reserved.\n\nRedistribution"
    assert licences.written("@lumino/widgets", "BSD-3-Clause", said) == (
        "BSD-3-Clause\n\nCopyright (c) 2019 Project Jupyter Contributors\n"
        "Copyright (c) 2014-2017, PhosphorJS Contributors\nAll rights reserved.\n\nRedistribution"
    )
    assert licences.written("unknown", "MIT", said) == ""
    assert licences.written("vega-lite", "GPL", said) == ""


def test_listed_wheels_are_had_once_and_the_books_anew(tmp_path, monkeypatch):
    asked = []
    monkeypatch.setattr(store, "pip", lambda *words: asked.append(words[0]))
    wheels = tmp_path / "wheels"
    store.fill(wheels)
    (wheels / "ste_book-0-py3-none-any.whl").touch()
    store.fill(wheels)
    assert asked == ["download", "wheel", "wheel"]
    assert [path.name for path in wheels.iterdir()] == [store.STAMP]
    (wheels / store.STAMP).write_text("an older list")
    store.fill(wheels)
    assert asked[-2:] == ["download", "wheel"]


def test_when_pip_fails_its_error_is_repeated():
    with pytest.raises(ValueError, match=r"expected the wheels of .*, got from pip: .*nope"):
        store.pip("nope")


def test_each_wheel_of_the_list_has_a_version_and_a_hash():
    lines = store.LISTED.read_text(encoding="utf-8").splitlines()
    packages = [line for line in lines if not line.startswith("#")]
    assert packages and all("==" in line and "--hash=sha256:" in line for line in packages)
