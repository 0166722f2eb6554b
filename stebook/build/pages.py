"""Each page loads what it needs and nothing that asks another host."""

import re
from pathlib import Path
from typing import Any

from sphinx.application import Sphinx
from sphinx.util import logging

from stebook.build import assets, bundles

LOGGER = logging.getLogger(__name__)
EXPLORER, SCENE = 'class="explorer"', '<figure class="scene '
#: What a scene runs, in the order in which it needs them.
SCENE_SCRIPTS = (
    "explorers/special.js",
    "formulas.js",
    "explorers/plane.js",
)
#: The scripts that are told where other files are.
TOLD = ("explorers/explorer.js", "explorers/plane.js")
#: Of what they are told, the scripts.
DRAWING = ("plotly", "moving", "labels")
SYMBOLS = '<details class="symbols">'

_THEBE = re.compile(
    r"<script type=\"text/x-thebe-config\">.*?</script>|<script>kernelName = .*?</script>",
    re.DOTALL,
)
#: What a browser fetches by itself; a link that a reader may follow is not among it.
_LOADED = re.compile(
    r"<(?:script|img|iframe|source|video|audio|embed)\b[^>]*?\bsrc=[\"']?((?:https?:)?//[^\"'\s>]+)"
)
#: A long name in code, and where it may break: the sign behind it then begins no line.
_NAME = re.compile(r'(?<=<span class="pre">)[^<\s]{20,}(?=</span></code>)')
_PLACE = re.compile(r"(?<=\w[./])(?=\w)")
#: Stands before the theme's own scripts; a browser waits for it.
_FIRST = '<script src="{address}"></script>'
# The role that docutils gives an entry of the bibliography is deprecated; its list wants items.
_ENTRY = ('role="doc-biblioentry"', 'role="listitem"')


def _is_thebe(asset: object) -> bool:
    name = str(getattr(asset, "filename", asset) or "")
    body = getattr(asset, "attributes", {}).get("body", "")
    return "thebe" in name.lower() or "THEBE" in body


def scripts(body: str) -> list[str]:
    """What the explorers, scenes and symbols of a page run, in the order in which they need it."""
    shown = EXPLORER in body or SCENE in body
    names = ["explorers/address.js", "explorers/kit.js"] if shown else []
    names += SCENE_SCRIPTS if SCENE in body else ()
    names += ["explorers/symbols.js"] if SYMBOLS in body else ()
    return names + (["explorers/explorer.js"] if EXPLORER in body else [])


def styles(body: str) -> list[str]:
    """The style sheets that go with them."""
    kinds = {"plane": SCENE, "symbols": SYMBOLS, "explorer": EXPLORER}
    return [f"explorers/{name}.css" for name, sign in kinds.items() if sign in body]


def data(body: str, folder: Path) -> dict[str, str]:
    """Where explorers find what draws, and they and scenes the pages of single ones."""
    told = {"embeds": "explorers/"} if EXPLORER in body or SCENE in body else {}
    if EXPLORER not in body:
        return told
    plotly, *ours = DRAWING
    drawing = {plotly: bundles.needed(body, folder)}
    return {**told, **drawing, **{name: f"explorers/{name}.js" for name in ours}}


def outside(context: dict) -> list[str]:
    """Addresses on other hosts that a page would load."""
    assets = [*context.get("script_files", ()), *context.get("css_files", ())]
    names = [str(getattr(asset, "filename", asset) or "") for asset in assets]
    loaded = [name for name in names if name.startswith(("http:", "https:", "//"))]
    return loaded + _LOADED.findall(context.get("body", ""))


def clean(app: Sphinx, page: str, template: str, context: dict, doctree: object) -> None:
    """Drop thebe, which this book does not use, and add the explorers where there is one."""
    address = context["pathto"]("_static/first.js", resource=True)
    context["metatags"] = context.get("metatags", "") + _FIRST.format(address=address)
    app.add_css_file("icons.css")
    app.add_css_file("book.css")
    app.add_css_file("print.css", media="print")
    app.add_js_file("print.js", loading_method="defer")
    app.add_js_file("book.js", loading_method="defer")
    body = context.get("body", "")
    told = data(body, Path(app.srcdir, assets.FOLDER))
    for name in DRAWING if EXPLORER in body else ():
        told[name] = context["pathto"](f"_static/{told[name]}", resource=True)
    if told:
        told["embeds"] = context["pathto"](told["embeds"], resource=True)
    asked: dict[str, Any] = {f"data-{name}": text for name, text in told.items()}
    for name in scripts(body):
        more = asked if name in TOLD else {}
        app.add_js_file(name, loading_method="defer", **more)
    for name in styles(body):
        app.add_css_file(name)
    context["script_files"][:] = [s for s in context["script_files"] if not _is_thebe(s)]
    context["css_files"][:] = [c for c in context["css_files"] if not _is_thebe(c)]
    if "body" in context:
        body = _THEBE.sub("", context["body"]).replace(*_ENTRY)
        context["body"] = _NAME.sub(lambda name: _PLACE.sub("<wbr>", name[0]), body)
    for address in outside(context):
        LOGGER.warning("%s would load %s; a page asks no other host", page, address)
