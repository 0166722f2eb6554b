"""A small explorer with everything that those of the book may use, for tests of both lives."""

import math

import numpy as np

from stebook.controls import Control
from stebook.explorer import Explorer, Sentence, Table

X = (0.5, 1.0, 2.0, 3.0)


def _heat(x: float) -> dict[str, object]:
    heat = np.outer([1.0, 2.0], [x, math.nan, -x / 3.0])
    return {"heat": heat, "above": x > 1.0, "half": x / 4.0}


def _words(kind: str) -> dict[str, object]:
    return {"words": np.array([f"={kind}", "~", "@text"]), "word": f"={kind}"}


def explorer(name: str = "sample") -> Explorer:
    """A heatmap, and a line that is there in some states only."""
    return Explorer(
        name=name,
        title="Sample",
        caption="A sample.",
        alt="A heatmap and a line.",
        controls=(
            Control("x", "X", "range", X, tuple(f"{x:g}" for x in X), 1.0, walk=True),
            Control("kind", "Kind", "select", ("p", "q"), ("P & p", "Q"), "p"),
            Control("new", "New", "radio", (1, 2), ("one", "two"), 1),
        ),
        tables=(Table(("x",), _heat), Table(("kind",), _words)),
        formulas={
            "shown": "(x > 1) & Eq(new, 1)",
            "gap": "Piecewise((x, above), (nothing, True))",
        },
        figure={
            "data": [
                {"type": "heatmap", "z": "=heat", "colorbar": {"title": {"text": "\\=z"}}},
                {
                    "type": "scatter",
                    "x": [0, 1, 2],
                    "y": [0, "=half", 1],
                    "text": "=words",
                    "mode": "lines+text",
                    "name": "~{kind_label} {half:.2f}",
                    "visible": "=shown",
                },
            ],
            "layout": {
                "height": 300,
                "xaxis": {"title": {"text": "step", "standoff": 4}},
                "annotations": [{"text": "wide", "x": 0, "y": 0}],
            },
            "narrow": {
                "height": 350,
                "xaxis": {"title": {"text": "=word"}},
                "annotations": [{"text": "narrow", "x": 0, "y": 0}],
            },
        },
        sentences=(Sentence("shown", "{word}: {half:.2f}."), Sentence("True", "{half:.1f}.")),
        rows=(("Gap", "{gap:.1f} of {half:.2f}"), ("Half", "{half:.1f}"), ("Kind", "{kind_label}")),
        chips=2,
    )
