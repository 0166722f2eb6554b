"""The frameworks explorer: the proxy of a library about its jump, and what the model says of it."""

from functools import cache
from typing import Any

import numpy as np

from ste._normal import K, normal_pdf
from ste.estimators import IDENTITY
from ste.one_sidedness import one_sided
from ste.zoo import get_estimator
from ste.zoo.libraries import framework as row_of
from ste.zoo.libraries import frameworks
from stebook import plots
from stebook.chapters.styles import STYLES
from stebook.chapters.teachers import TEACHERS, left_over, say_vector
from stebook.controls import menu, slider
from stebook.explorer import Explorer, Sentence, Table
from stebook.theme import ROSE

TEACHER = TEACHERS["trap"]
LENGTHS = (0.25, 0.5, 1.0, 2.0, 4.0)
FORWARD = ("step", "sign", "round")
END = 3.0
_LEFT_OVER = left_over(TEACHER, IDENTITY)[1]
#: A grid without 0; windows end at multiples of a half.
CURVE = plots.with_jumps(np.linspace(-END, END, 101), np.arange(-END, END + 0.25, 0.5))
CURVE = CURVE[(CURVE != 0.0) & (np.abs(CURVE) <= END)]
_MINUS = "\N{MINUS SIGN}"
_SLOPE = "μ\N{PRIME}"


def _curves(framework: str) -> dict[str, np.ndarray]:
    slope = row_of(framework).at_jump.evaluate(CURVE)
    return {
        "left": np.where(CURVE < 0.0, slope, np.nan),
        "right": np.where(CURVE > 0.0, slope, np.nan),
    }


@cache
def _said(framework: str) -> dict[str, float | str]:
    row = row_of(framework)
    verdict = one_sided(row.at_jump)
    slope = row.at_jump.evaluate(CURVE)
    return {
        "forward": FORWARD.index(row.forward),
        "passes": bool(verdict.one_sided),
        "odd": row.kind == "odd",
        "jump": row.jump,
        "function": f"{row.library}: {row.name}",
        "formula": f"{_SLOPE}(x) = {row.formula}".replace("-", _MINUS).replace("*", "·"),
        "low": 1.1 * min(float(slope.min()), 0.0) - 0.06 * float(slope.max()),
        "top": 1.2 * max(float(slope.max()), 1.0),
    }


@cache
def _share(framework: str, length: float) -> dict[str, float]:
    return {"a_minus": float(row_of(framework).at_jump.moments(length, np.pi).a_minus)}


def _bell(length: float) -> dict[str, np.ndarray]:
    return {"bell": normal_pdf(CURVE / length) / normal_pdf(0.0)}


#: Names that would not fit a phone, in short; in full they stand in the table.
_SHORT = {
    "fake_quantize_per_tensor_affine": "fake_quantize, per tensor",
    "relu, then fake_quantize_per_tensor_affine": "relu, then fake_quantize",
    "SignedBinaryActPerTensorConst": "SignedBinaryAct",
    "atan, the default of its neurons": "atan, its default",
    "Sigmoid, the default of IFNode": "Sigmoid, its default",
    "SuperSpike, the default of LIF": "SuperSpike, its default",
    "IntSymmetric, as its configuration makes it": "IntSymmetric, as made",
}
_LABELS = {row.id: f"{row.library}: {_SHORT.get(row.name, row.name)}" for row in frameworks()}
_WOULD = "The numbers are for a 0/1 step."


def _curve(y: plots.Values, name: str, line: plots.Piece, **more: Any) -> plots.Piece:
    return plots.scatter(CURVE, y, name, line=line, hoverinfo="skip", **more)


#: Where the names of the paper's three stand, as parts of the way from left to right.
_PLACES = {"identity": 0, "relu": 1, "clipped_relu": 0.58}


def _papers(name: str) -> plots.Piece:
    style = STYLES[name]
    slope, line = get_estimator(name).evaluate(CURVE), style.line(1.5)
    return _curve(slope, style.label, line, **plots.named("over", _PLACES[name]))


EXPLORER = Explorer(
    name="frameworks",
    title="A proxy that is zero below the jump rests at the trap",
    caption=(
        f"Above, the derivative {_SLOPE} that a library uses going back, moved so that its output "
        "jumps at 0, with the paper's three; what lies left of the jump is shaded, and the grey "
        "bell says how often a pre-activation takes each value. Below, the residual at the "
        f"spurious minimum (the trap) of v* = {say_vector(TEACHER.v)}, of this proxy and of "
        "identity."
    ),
    alt=(
        "Above, the derivative of the chosen library over the pre-activation, with identity, ReLU "
        "and clipped ReLU; below, two bars compare its residual at the trap with identity's."
    ),
    controls=(
        menu("framework", "Library", _LABELS, "torch_relu_fake_quantize"),
        slider("length", "Length |w|", LENGTHS, 1.0),
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
    figure=plots.figure(
        [
            _curve(
                "=bell",
                "pre-activations",
                plots.stroke("@grid", 1),
                **plots.named("under", 0.5),
                **plots.shaded("rgba(128, 128, 128, 0.18)"),
            ),
            *map(_papers, STYLES),
            _curve(
                "=left",
                "left of the jump",
                plots.stroke(ROSE, 3),
                **plots.named("along", 0.2),
                **plots.shaded("rgba(204, 121, 167, 0.35)"),
            ),
            _curve(
                "=right",
                "right of the jump",
                plots.stroke("@truth", 3),
                **plots.named("along", 0.8),
            ),
            plots.bars(
                ["=identity", "=trap"],
                [0, 1],
                labels=["~{identity:.3f}", "~{trap:.3f}"],
                orientation="h",
                marker={"color": [STYLES["identity"].colour, ROSE]},
                panel=2,
                hoverinfo="skip",
            ),
        ],
        plots.layout(
            415,
            (85, 12, 14, 45),
            xaxis=plots.axis(
                "pre-activation, from the jump", standoff=4, range=(-END, END), anchor="y"
            ),
            yaxis=plots.axis(_SLOPE, domain=(0.42, 1), range=("=low", "=top")),
            xaxis2=plots.axis("residual at the trap", standoff=4, range=(0, "=reach"), anchor="y2"),
            yaxis2=plots.axis(
                domain=(0, 0.2),
                range=(-0.6, 1.6),
                ticks={0: "identity", 1: "this proxy"},
                showgrid=False,
                zeroline=False,
            ),
        ),
        narrow=plots.layout(380, (78, 8, 14, 40)),
    ),
    sentences=(
        Sentence(
            "Eq(forward, 1)",
            "The criterion says nothing against this one: it puts out signs. With signs there is "
            "no trap, so every proxy rests. " + _WOULD,
        ),
        Sentence(
            "Eq(forward, 2)",
            "The model says nothing of it: it is no step. It rounds to a grid without an end on "
            "the left. " + _WOULD,
        ),
        Sentence(
            "passes",
            "It passes: there is no residual at any critical point. It is zero left of the jump, "
            "for any |w|, so it rests where the landscape rests, traps included.",
        ),
        Sentence(
            "odd",
            "It never turns the filter, anywhere. Its signs on the two sides are opposite, so they "
            "cancel in the part that turns w.",
        ),
        Sentence(
            "jump > 0",
            "It fails: something is left over at the trap. It jumps at x = 1/2 and is not zero "
            "left of that, so near w = 0 it acts as identity does.",
        ),
        Sentence(
            "True",
            "It fails: something is left over at the trap. It is not zero on either side of the "
            "jump, so near w = 0 it acts as identity does.",
        ),
    ),
    rows=(
        ("Left over at the trap", "{trap:.4f}"),
        ("Identity's", "{identity:.4f}"),
        ("Share of identity's", "{percent:.2f} %"),
        ("Function", "{function}"),
        ("Derivative, in the library's own x", "{formula}"),
    ),
    chips=3,
)
