"""A scene: a picture that is its own control, whose script computes every state by itself.

An `stebook.explorer.Explorer` stores tables over grids; a scene has none, since the formulas that
sympy printed run in the page. It is declared once, like an explorer: what it starts in, between
which bounds, how the things in it look, and its words. The page and a notebook get the same
elements and the same script.

What belongs here: what a scene is declared of, and elements that any scene may have. What never
does: a word of one scene, or what it draws.
"""

import html
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib.resources import files
from typing import Any

#: A part of a state as a script takes it.
Part = float | str | tuple[float, ...] | tuple[str, ...] | dict[str, Any]
#: The runs that a reader's own objects make of a state: label, and x, y and loss of each step.
Runs = Callable[[Mapping[str, Any]], list[dict[str, object]]]


@dataclass(frozen=True)
class Range:
    """A number between two bounds, moved in steps of ``step``, with Shift in steps of ``fine``."""

    label: str
    low: float
    high: float | str
    step: float
    fine: float
    decimals: int

    def take(self, value: object) -> float | str:
        """The value, if it is within the bounds; ``"all"`` where the upper bound is that."""
        if value == self.high == "all":
            return "all"
        if not isinstance(value, (int, float)) or isinstance(value, bool):
            raise ValueError(f"{self.label}: expected a number, got {value!r}")
        high = value if isinstance(self.high, str) else self.high
        if not self.low <= value <= high:
            raise ValueError(
                f"{self.label}: expected between {self.low:g} and {self.high}, got {value!r}"
            )
        return value

    def data(self) -> dict[str, float | str]:
        """What the script knows of it."""
        return {"low": self.low, "high": self.high, "fine": self.fine, "decimals": self.decimals}


@dataclass(frozen=True)
class Look:
    """How one of the things in a scene looks: its label, colour and marker."""

    label: str
    colour: str
    marker: str


@dataclass(frozen=True)
class Scene:
    """One scene; see the module's text.

    ``start`` is its state, ``ranges`` the bounds of its numbers, ``looks`` the things that it
    compares, ``presets`` named states, by what they change. ``own``
    turns what a reader's program hands over, by the name of a part, into a part. ``said`` is the
    sentence of the start, ``still`` its picture as SVG, for where no script runs; ``formulas``
    prints the script of the formulas that it runs. ``inside`` makes what stands in its figure
    between sentence and caption. ``lay`` takes a reader's own ``estimator`` and ``run``, and says
    what of the state they change, and what a state's picture has besides.
    """

    name: str
    title: str
    caption: str
    alt: str
    start: Mapping[str, Part]
    ranges: Mapping[str, Range]
    looks: Mapping[str, Look]
    presets: Mapping[str, Mapping[str, Part]]
    own: Mapping[str, Callable[[object], Part]]
    said: str
    still: Callable[[], str]
    formulas: Callable[[], str]
    inside: Callable[["Scene", Mapping[str, Part]], str]
    lay: Callable[..., tuple[Mapping[str, object], Runs | None]] = lambda **_: ({}, None)

    def state(self, **changes: object) -> dict[str, Part]:
        """The start with some parts changed.

        Raises
        ------
        ValueError
            If a part is not known, or its value not one that it may have.
        """
        state = dict(self.start)
        for name, value in changes.items():
            if name not in state:
                raise ValueError(f"control: expected one of {', '.join(state)}, got {name!r}")
            take = self.own.get(name) or self.ranges[name].take
            state[name] = take(value)
        return state

    def data(self, state: Mapping[str, Part]) -> dict[str, object]:
        """All that its script must be told."""
        return {
            "name": self.name,
            "start": dict(state),
            "ranges": {name: bounds.data() for name, bounds in self.ranges.items()},
            "estimators": {
                name: {"label": look.label, "marker": look.marker}
                for name, look in self.looks.items()
            },
        }


#: Whole lines of comment, empty lines, and indentation.
COMMENT = re.compile(
    r"^[ \t]*(?://.*|/\*(?:[^*]|\*(?!/))*\*/[ \t]*)?\n|^[ \t]+",
    re.MULTILINE,
)
#: The files of a scene's script, in the order in which each needs those before it: three, then the
#: formulas, then the rest.
BEFORE = ("address.js", "kit.js", "special.js")
JOINED = (
    "formula.js",
    "intervals.js",
    "proxy.js",
    "plane_model.js",
    "plane_shapes.js",
    "plane_state.js",
    "plane_play.js",
    "plane_ground.js",
    "plane_trails.js",
    "plane_hand.js",
    "plane_own.js",
    "plane_controls.js",
    "plane_words.js",
    "plane_tools.js",
    "plane.js",
)


def read(name: str) -> str:
    """A static file of the book."""
    return files("stebook").joinpath("static", name).read_text(encoding="utf-8")


def joined() -> str:
    """The script of a page's scene, which needs `BEFORE` and the formulas to have run."""
    return "\n".join(map(read, JOINED))


def bare(script: str) -> str:
    """A script without indentation, empty lines and lines of comment, for where it is saved.

    Raises
    ------
    ValueError
        If a template goes over several lines, since its indentation is text.

    Examples
    --------
    >>> bare("/** Half. */\\nconst half = (x) => {\\n  // of x\\n  return x / 2; // exact\\n};\\n")
    'const half = (x) => {\\nreturn x / 2; // exact\\n};\\n'
    """
    kept = COMMENT.sub("", script)
    for line in kept.splitlines():
        if line.count("`") % 2:
            raise ValueError(f"script: expected templates of one line, got {line!r}")
    return kept


# Elements ----------------------------------------------------------------------------------------

#: Marks of looks, as the script draws them.
MARKS = {
    "x": "M-5-5 5 5M-5 5 5-5",
    "circle": "M-5 0a5 5 0 1 0 10 0a5 5 0 1 0-10 0z",
    "square": "M-4.5-4.5h9v9h-9z",
    "triangle": "M0-6 5.5 4h-11z",
}


def elements(scene: Scene, state: Mapping[str, Part]) -> str:
    """A scene as a figure element; its scripts are added by whoever shows it."""
    colours = "".join(f"--{name}:{look.colour};" for name, look in scene.looks.items())
    data = json.dumps(scene.data(state), ensure_ascii=False).replace("<", "\\u003c")
    return (
        f'<figure class="scene {scene.name}" data-name="{scene.name}" style="{colours}" '
        f'aria-label="Explorer: {html.escape(scene.title)}">'
        f'<p class="scene-title" aria-hidden="true">{html.escape(scene.title)}</p>'
        f'<p class="scene-says" aria-live="polite">{html.escape(scene.said)}</p>'
        f"{scene.inside(scene, state)}"
        f"<figcaption><details><summary>How to read this</summary>"
        f"<p>{html.escape(scene.caption)}</p></details></figcaption>"
        f'<script type="application/json">{data}</script></figure>'
    )


def swatch(scene: Scene, name: str) -> str:
    """The line and the mark of one of the things in a scene."""
    mark = MARKS[scene.looks[name].marker]
    return (
        f'<svg class="scene-swatch" viewBox="0 0 38 14" aria-hidden="true">'
        f'<path class="stroke is-{name}" d="M1 7h36"/>'
        f'<path class="head is-{name}" d="{mark}" transform="translate(19 7)"/></svg>'
    )


def chosen(scene: Scene, part: str, legend: str) -> str:
    """What is compared, each with a box that shows it and room for its numbers."""
    boxes = "".join(
        f'<label><input type="checkbox" value="{name}" disabled>{swatch(scene, name)}'
        f'<span>{look.label} <output data-of="{name}"></output></span></label>'
        for name, look in scene.looks.items()
    )
    return f'<fieldset data-part="{part}"><legend>{legend}</legend>{boxes}</fieldset>'


def slider(scene: Scene, name: str, state: Mapping[str, Part]) -> str:
    """A slider of one of the numbers of a state."""
    bounds = scene.ranges[name]
    return (
        f'<label data-part="{name}"><span>{bounds.label} <output>{state[name]}</output></span>'
        f'<input type="range" min="{bounds.low}" max="{bounds.high}" step="{bounds.step}" '
        f'value="{state[name]}" aria-label="{bounds.label}" disabled></label>'
    )


def menu(part: str, label: str, options: Mapping[float | str, str], start: float | str) -> str:
    """A list to choose from, value and word."""
    words = "".join(
        f'<option value="{value}"{" selected" if value == start else ""}>{word}</option>'
        for value, word in options.items()
    )
    return (
        f'<label data-part="{part}"><span>{label}</span><select disabled>{words}</select></label>'
    )


def presets(scene: Scene) -> str:
    """A button for each named state."""
    buttons = "".join(
        f'<button type="button" data-state="{html.escape(json.dumps(changes))}" disabled>'
        f"{html.escape(name)}</button>"
        for name, changes in scene.presets.items()
    )
    return f'<div class="scene-presets">{buttons}</div>'


def values(scene: Scene) -> str:
    """Tools, and a table behind one of them, a column for each thing, for the script to fill."""
    heads = "".join(f'<th scope="col">{look.label}</th>' for look in scene.looks.values())
    return (
        '<div class="scene-tools" role="group" aria-label="Tools"></div>'
        '<div class="scene-values" role="region" tabindex="0" aria-label="Values" hidden><table>'
        f"<thead><tr><td></td>{heads}</tr></thead><tbody></tbody></table></div>"
    )
