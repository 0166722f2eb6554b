"""Write the site with its notebooks: `python -m tools.live SITE BUILT LITE STORE`."""

import os
import sys
from importlib.metadata import files
from pathlib import Path

from tools.live import site, store


def main(place: str, built: str, lite: str, wheels: str) -> None:
    """Write it, and say what there is; Pyodide comes from where `PYODIDE` says."""
    texts = files("pathspec") or ()
    mozilla = next(text.read_text() for text in texts if text.name == "LICENSE")
    source = os.environ.get("PYODIDE", "")
    folders = [Path(part).resolve() for part in (place, built, lite, wheels)]
    try:
        store.fill(folders[-1])
        buttons = site.write(*folders, source=source, mozilla=mozilla)
    except ValueError as error:
        sys.exit(f"tools.live: {error}")
    weight = sum(path.stat().st_size for path in Path(place, site.RUN).rglob("*"))
    print(f"{buttons} chapters run live in {place}; what runs them has {weight / 1e6:.0f} MB")


if __name__ == "__main__":
    main(*sys.argv[1:])
