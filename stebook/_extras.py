"""One clear sentence where the packages that explorers need are not installed."""

from importlib.util import find_spec

_NEEDED = ("sympy", "plotly", "ipywidgets", "anywidget")
_missing = [name for name in _NEEDED if find_spec(name) is None]
if _missing:
    raise ImportError(
        f"stebook needs {', '.join(_missing)}, which cannot be found here: "
        "pip install 'ste-book[explorers]'"
    )
