"""The frameworks explorer: the proxy of a library about its jump, and what the model says of it."""

from functools import cache

import numpy as np

from ste._normal import K, normal_pdf
from ste.estimators import IDENTITY
from ste.model import Teacher
from ste.one_sidedness import one_sided, residuals
from ste.zoo import get_estimator
from ste.zoo.libraries import framework as row_of
from ste.zoo.libraries import frameworks
from stebook.chapters.styles import STYLES
from stebook.explorer import Control, Explorer, Sentence, Table

TEACHER = Teacher(v=[1.0, -0.5, 0.8, 0.3], w=[1.0, 0.0])
LENGTHS = (0.25, 0.5, 1.0, 2.0, 4.0)
FORWARD = ("step", "sign", "round")
END = 3.0
_LEFT_OVER = residuals(TEACHER, IDENTITY).spurious
#: A grid without 0, and both sides of every place where a window ends.
_EDGES = np.arange(-END, END + 0.25, 0.5)
CURVE = np.unique(
    np.concatenate([np.linspace(-END, END, 101), _EDGES - 1e-6, _EDGES + 1e-6]).round(7)
)
CURVE = CURVE[(CURVE != 0.0) & (np.abs(CURVE) <= END)]
_MINUS = "\N{MINUS SIGN}"
_SLOPE = "μ\N{PRIME}"


def _label(name: str) -> str:
    row = row_of(name)
    return f"{row.library}: {row.name}"


def _curves(framework: str) -> dict[str, np.ndarray]:
    slope = row_of(framework).at_jump.evaluate(CURVE)
    return {
        "left": np.where(CURVE < 0.0, slope, np.nan),
        "right": np.where(CURVE > 0.0, slope, np.nan),
    }


@cache
def _said(framework: str) -> dict[str, float | str]:
    row = row_of(framework)
    found = one_sided(row.at_jump)
    slope = row.at_jump.evaluate(CURVE)
    return {
        "forward": FORWARD.index(row.forward),
        "passes": found.one_sided,
        "odd": row.kind == "odd",
        "jump": row.jump,
        "formula": f"{_SLOPE}(x) = {row.formula}".replace("-", _MINUS).replace("*", "·"),
        "low": 1.1 * min(float(slope.min()), 0.0) - 0.06 * float(slope.max()),
        "top": 1.12 * max(float(slope.max()), 1.0),
    }


@cache
def _share(framework: str, length: float) -> dict[str, float]:
    return {"a_minus": float(row_of(framework).at_jump.moments(length, np.pi).a_minus)}


def _bell(length: float) -> dict[str, np.ndarray]:
    return {"bell": normal_pdf(CURVE / length) / normal_pdf(0.0)}


def _curve(y: object, name: str, **more: object) -> dict:
    return {
        "type": "scatter",
        "x": CURVE.tolist(),
        "y": y,
        "name": name,
        "mode": "lines",
        "hoverinfo": "skip",
        **more,
    }


def _papers(name: str) -> dict:
    style = STYLES[name]
    return _curve(
        get_estimator(name).evaluate(CURVE).tolist(),
        style.label,
        line={"color": style.colour, "dash": style.dash, "width": 1.5},
    )


_NAMES = tuple(row.id for row in frameworks())
_WOULD = (
    "A 0/1 step with this proxy would leave over {trap:.3f} at the trap for |w| = {length_label} "
    "({percent:.1f} % of identity's)."
)

EXPLORER = Explorer(
    name="frameworks",
    title="What libraries send back",
    caption=(
        f"Above, the derivative {_SLOPE} that a library uses going back, moved so that its output "
        "jumps at 0, with the paper's three; what lies left of the jump is shaded, and the grey "
        "bell says how often a pre-activation takes each value. Below, what is left over at the "
        f"spurious minimum (the trap) of v* = (1, {_MINUS}0.5, 0.8, 0.3), by this proxy and by "
        "identity."
    ),
    alt=(
        "Above, the derivative of the chosen library over the pre-activation, with identity, ReLU "
        "and clipped ReLU; below, two bars compare what it and identity leave over at the trap."
    ),
    controls=(
        Control(
            "framework",
            "Library",
            "select",
            _NAMES,
            tuple(map(_label, _NAMES)),
            "torch_relu_fake_quantize",
        ),
        Control("length", "Length |w|", "range", LENGTHS, tuple(f"{x:g}" for x in LENGTHS), 1.0),
    ),
    tables=(
        Table(("framework",), _curves),
        Table(("framework",), _said, digits=5),
        Table(("framework", "length"), _share, digits=8),
        Table(("length",), _bell),
    ),
    formulas={
        "trap": f"Abs(a_minus)*{_LEFT_OVER / K!r}",
        "percent": f"100*Abs(a_minus)/{K!r}",
        "identity": f"{_LEFT_OVER!r}",
        "reach": "Max(0.3, 1.25*trap)",
    },
    figure={
        "data": [
            _curve(
                "=bell",
                "pre-activations",
                line={"color": "@grid", "width": 1},
                fill="tozeroy",
                fillcolor="rgba(128, 128, 128, 0.18)",
                showlegend=False,
            ),
            *map(_papers, STYLES),
            _curve(
                "=left",
                "left of the jump",
                line={"color": "#CC79A7", "width": 3},
                fill="tozeroy",
                fillcolor="rgba(204, 121, 167, 0.35)",
            ),
            _curve("=right", "right of it", line={"color": "@truth", "width": 3}),
            {
                "type": "bar",
                "orientation": "h",
                "y": [0, 1],
                "x": ["=identity", "=trap"],
                "text": ["~{identity:.3f}", "~{trap:.3f}"],
                "textposition": "outside",
                "cliponaxis": False,
                "marker": {"color": [STYLES["identity"].colour, "#CC79A7"]},
                "xaxis": "x2",
                "yaxis": "y2",
                "showlegend": False,
                "hoverinfo": "skip",
            },
        ],
        "layout": {
            "height": 480,
            "margin": {"l": 85, "r": 12, "t": 70, "b": 45},
            "legend": {"orientation": "h", "x": 0, "y": 1.02, "yanchor": "bottom"},
            "xaxis": {
                "range": [-END, END],
                "anchor": "y",
                "title": {"text": "pre-activation, from the jump", "standoff": 4},
                "fixedrange": True,
            },
            "yaxis": {
                "domain": [0.42, 1],
                "range": ["=low", "=top"],
                "title": {"text": _SLOPE},
                "fixedrange": True,
            },
            "xaxis2": {
                "anchor": "y2",
                "range": [0, "=reach"],
                "title": {"text": "left over at the trap", "standoff": 4},
                "fixedrange": True,
            },
            "yaxis2": {
                "domain": [0, 0.2],
                "range": [-0.6, 1.6],
                "tickvals": [0, 1],
                "ticktext": ["identity", "this proxy"],
                "showgrid": False,
                "zeroline": False,
                "fixedrange": True,
            },
        },
        "narrow": {"height": 540, "margin": {"l": 78, "r": 8, "t": 95, "b": 45}},
    },
    sentences=(
        Sentence(
            "Eq(forward, 1)",
            "{framework_label} puts out \N{MINUS SIGN}1 or 1. With signs the model has no spurious "
            "minimum, and every proxy rests at all critical points: the criterion says nothing "
            "against this one. " + _WOULD,
        ),
        Sentence(
            "Eq(forward, 2)",
            "{framework_label} rounds to a grid without an end on the left. Neither the step nor "
            "the sign is that, and the model says nothing of it. " + _WOULD,
        ),
        Sentence(
            "passes",
            "{framework_label} reads nothing left of the jump: nothing is left over at any "
            "critical point, for any |w|. It rests where the landscape rests, traps included.",
        ),
        Sentence(
            "odd",
            "{framework_label} has opposite signs on the two sides. They cancel in the part that "
            "turns w: the expected coarse gradient never turns the filter, anywhere. And it leaves "
            "over {trap:.3f} at the trap, as much as identity.",
        ),
        Sentence(
            "jump > 0",
            "{framework_label} jumps at x = 1/2 and reads left of that. Moved to 0, it leaves over "
            "{trap:.3f} at the trap for |w| = {length_label} ({percent:.1f} % of identity's "
            "{identity:.3f}), so it fails, and near w = 0 it acts as identity does.",
        ),
        Sentence(
            "True",
            "{framework_label} reads both sides of the jump. It leaves over {trap:.3f} at the trap "
            "for |w| = {length_label} ({percent:.1f} % of identity's {identity:.3f}), so it fails, "
            "and near w = 0 it acts as identity does.",
        ),
    ),
    rows=(
        ("Derivative, in the library's own x", "{formula}"),
        ("Left over at the trap", "{trap:.4f}"),
        ("Share of identity's", "{percent:.2f} %"),
    ),
)
