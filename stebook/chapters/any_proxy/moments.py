"""The moments explorer: what the average sees of a proxy, and the coarse gradient made of it."""

from dataclasses import replace
from functools import cache

import numpy as np

from ste.estimators import Estimator
from ste.gradients import coefficient_of_u, of_steps
from ste.landscape import best_v
from ste.model import Teacher
from ste.moments import Moments
from stebook import plots
from stebook.chapters.own import proxy_of, teacher_of, with_estimator, with_teacher
from stebook.chapters.styles import any_estimator_control
from stebook.chapters.teachers import TEACHERS, say_vector
from stebook.controls import radio, slider
from stebook.explorer import Explorer, Sentence, Table

TEACHER = TEACHERS["trap"]
THETA = tuple(range(0, 181, 5))
RHO = (0.125, 0.25, 0.5, 1.0, 2.0, 4.0, 8.0)
#: Second layers: fitted to the angle, so that df/dv = 0, or the teacher's own.
LAYERS = {"best": "best at each θ", "teacher": "v*"}

#: Where the axes end: all moments, and all parts of the expected coarse gradient, are within.
MOMENTS = (-0.45, 0.45)
PARTS = {"best": (-0.4, 0.3), "teacher": (-0.9, 1.75)}


def second_layers(layer: str, teacher: Teacher = TEACHER) -> np.ndarray:
    """v at each angle of the grid, shape (angles, m)."""
    theta = np.radians(THETA)
    if layer == "best":
        return best_v(theta, teacher)
    return np.broadcast_to(teacher.v, (len(THETA), teacher.m))


@cache
def moments_along(estimator: str | Estimator, rho: float) -> Moments:
    """The moments at each angle of the grid, whose second half mirrors the first.

    Since Phi(-x) = 1 - Phi(x), B_x at pi - theta is A - B_x, and B_y is the same.
    """
    first = proxy_of(estimator).moments(rho, np.radians(THETA[: len(THETA) // 2 + 1]))

    def whole(half: np.ndarray, mirrored: np.ndarray) -> np.ndarray:
        return np.concatenate([half, mirrored[-2::-1]])

    return Moments(
        whole(first.a_plus, first.a_plus),
        whole(first.a_minus, first.a_minus),
        whole(first.b_x, first.alpha - first.b_x),
        whole(first.b_y_over_sin, first.b_y_over_sin),
    )


def _window(usual: tuple[float, float], *values: float | np.ndarray) -> np.ndarray:
    """Where an axis ends: as usual, or further out for a reader's own proxy or teacher."""
    least, most = (extreme([extreme(value) for value in values]) for extreme in (np.min, np.max))
    return np.array([min(usual[0], 1.1 * least), max(usual[1], 1.1 * most)])


def _four(estimator: str | Estimator, rho: float) -> dict[str, float | np.ndarray]:
    moments = moments_along(estimator, rho)
    right, left = float(moments.a_plus[0]), float(moments.a_minus[0])
    b_y = moments.b_y_over_sin * np.sin(np.radians(THETA))
    return {
        "ap": right,
        "am": left,
        "a_plus": moments.a_plus,
        "a_minus": moments.a_minus,
        "b_x": moments.b_x,
        "b_y": b_y,
        "window": _window(MOMENTS, right, left, moments.b_x, b_y),
    }


def _assembled(
    estimator: str | Estimator, rho: float, layer: str, teacher: Teacher = TEACHER
) -> dict[str, float | np.ndarray]:
    v, moments = second_layers(layer, teacher), moments_along(estimator, rho)
    d = v @ teacher.v
    radial = coefficient_of_u(v, v, teacher.v, of_steps(moments))
    tangential = -d * moments.b_y_over_sin * np.sin(np.radians(THETA))
    return {
        "parts": _window(PARTS[layer], radial, tangential),
        "radial": radial,
        "tangential": tangential,
        "at_end": float(radial[-1]),
        "largest": float(np.abs(radial).max()),
    }


def _kind(estimator: str | Estimator) -> dict[str, float]:
    """1 for the proxies that see the sign of x alone, whose moments do not depend on |w|."""
    return {"scale_free": float(estimator in ("identity", "relu"))}


#: Purple and brown stand for directions, along u and along e; no estimator has these colours.
_ALONG_U, _ALONG_E = "#AA4499", "#8A6D1F"
#: What comes from the negative side; seen on top of A+ where the two are equal.
_LEFT = "#D81B60"

_ANGLES: plots.Piece = {"range": (-4, 184), "ticks": plots.degrees(0, 90, 180)}


def _curve(
    column: str, name: str, colour: str, dash: str, at: float, panel: int = 1
) -> plots.Piece:
    return plots.scatter(
        list(THETA),
        f"={column}",
        name,
        line=plots.stroke(colour, 2.5, dash),
        panel=panel,
        hoverinfo="name+y",
        **plots.named("along", at),
    )


def _with_teacher(explorer: Explorer, teacher: object) -> Explorer:
    """With its v* in the caption."""
    taught, mine = with_teacher(explorer, teacher), say_vector(teacher_of(teacher).v)
    return replace(taught, caption=explorer.caption.replace(say_vector(TEACHER.v), mine))


EXPLORER = Explorer(
    name="moments",
    title="At the trap only the negative side of a proxy moves w",
    caption=(
        "Left: the moments A₊, A₋, B_x and B_y of the proxy against θ. Right: the parts of the "
        "expected coarse gradient along u and along e that they make, for the teacher "
        f"v* = {say_vector(TEACHER.v)}. With v best at each θ the true gradient in v is zero."
    ),
    alt=(
        "Two panels against theta. Left, A plus and A minus are level, B x falls from A plus to "
        "minus A minus, B y is a hump. Right, the parts along u and along e."
    ),
    controls=(
        any_estimator_control("clipped_relu"),
        radio("layer", "Second layer v", LAYERS, "best"),
        slider("rho", "Length |w|", RHO, 1.0),
    ),
    tables=(
        Table(("estimator", "rho"), _four, decimals=5),
        Table(("estimator", "rho", "layer"), _assembled, decimals=5),
        Table(("estimator",), _kind),
    ),
    formulas={"alpha": "ap - am"},
    figure=plots.figure(
        [
            _curve("a_plus", "A₊", "@text", "solid", 0.95),
            _curve("a_minus", "A₋", _LEFT, "dash", 0.1),
            _curve("b_x", "B_x", _ALONG_U, "dot", 0.3),
            _curve("b_y", "B_y", _ALONG_E, "dashdot", 0.6),
            _curve("radial", "along u", _ALONG_U, "solid", 0.6, panel=2),
            _curve("tangential", "along e", _ALONG_E, "dash", 0.4, panel=2),
        ],
        plots.layout(
            400,
            (48, 24, 10, 45),
            xaxis=plots.axis("θ", domain=(0, 0.43), **_ANGLES),
            yaxis=plots.axis(range="=window", nticks=6),
            xaxis2=plots.axis("θ", domain=(0.57, 1), anchor="y2", **_ANGLES),
            yaxis2=plots.axis(anchor="x2", range="=parts", nticks=6),
        ),
        narrow=plots.layout(
            380,
            **plots.stacked(upper=(0.6, 1), lower=(0, 0.4)),
        ),
    ),
    sentences=(
        Sentence(
            "Eq(layer, 0) & Eq(am, 0) & Eq(scale_free, 1)",
            "No residual is left where the true gradient is zero. A₋ = 0: it has no negative side, "
            "and A₊ is the same at any |w|.",
        ),
        Sentence(
            "Eq(layer, 0) & Eq(am, 0)",
            "No residual is left where the true gradient is zero. A₋ = 0: it has no negative side, "
            "so the part along u ends at 0.",
        ),
        Sentence(
            "Eq(layer, 0) & Eq(scale_free, 1)",
            "A residual remains where the true gradient is zero. A₋ = A₊: both sides count alike, "
            "at any |w|, so a part along u is left at the end.",
        ),
        Sentence(
            "Eq(layer, 0)",
            "A residual remains where the true gradient is zero. The negative side counts, so a "
            "part along u is left at the end.",
        ),
        Sentence(
            "True",
            "At v = v* every step turns w towards w*. The part along e is a hump below zero; that "
            "along u is 0 at θ = 0° and changes |w| alone.",
        ),
    ),
    rows=(
        ("A₊", "{ap:.3f}"),
        ("A₋", "{am:.3f}"),
        ("Along u at 180°", "{at_end:.3f}"),
        ("Largest along u", "{largest:.3f}"),
        ("A₊ \N{MINUS SIGN} A₋", "{alpha:.3f}"),
    ),
    chips=4,
    own={"estimator": with_estimator, "teacher": _with_teacher},
)
