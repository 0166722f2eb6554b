"""The moments explorer: what the average sees of a proxy, and the coarse gradient made of it."""

from functools import cache

import numpy as np

from ste.gradients import coefficient_of_u, of_steps
from ste.landscape import best_v
from ste.model import Teacher
from ste.moments import Moments
from ste.zoo import ESTIMATORS, get_estimator
from stebook.explorer import Control, Explorer, Sentence, Table

TEACHER = Teacher(v=[1.0, -0.5, 0.8, 0.3], w=[1.0, 0.0])
THETA = tuple(range(0, 181, 5))
RHO = (0.125, 0.25, 0.5, 1.0, 2.0, 4.0, 8.0)
LABELS = {
    "identity": "identity",
    "relu": "ReLU",
    "clipped_relu": "clipped ReLU",
    "hard_tanh": "hard tanh",
    "sigmoid": "sigmoid",
    "tanh": "tanh",
    "triangle": "triangle",
    "arctan": "arctan",
    "log_tailed_relu": "log-tailed ReLU",
}
#: Second layers: fitted to the angle, so that df/dv = 0, or the teacher's own.
LAYERS = {"best": "best at each θ", "teacher": "v*"}


def second_layers(layer: str) -> np.ndarray:
    """v at each angle of the grid, shape (angles, m)."""
    theta = np.radians(THETA)
    if layer == "best":
        return best_v(theta, TEACHER)
    return np.broadcast_to(TEACHER.v, (len(THETA), TEACHER.m))


@cache
def moments_along(estimator: str, rho: float) -> Moments:
    """The moments at each angle of the grid, whose second half mirrors the first.

    Since Phi(-x) = 1 - Phi(x), B_x at pi - theta is alpha - B_x, and B_y is the same.
    """
    first = get_estimator(estimator).moments(rho, np.radians(THETA[: len(THETA) // 2 + 1]))

    def whole(half: np.ndarray, mirrored: np.ndarray) -> np.ndarray:
        return np.concatenate([half, mirrored[-2::-1]])

    return Moments(
        whole(first.a_plus, first.a_plus),
        whole(first.a_minus, first.a_minus),
        whole(first.b_x, first.alpha - first.b_x),
        whole(first.b_y_over_sin, first.b_y_over_sin),
    )


def _four(estimator: str, rho: float) -> dict[str, float | np.ndarray]:
    found = moments_along(estimator, rho)
    return {
        "ap": float(found.a_plus[0]),
        "am": float(found.a_minus[0]),
        "a_plus": found.a_plus,
        "a_minus": found.a_minus,
        "b_x": found.b_x,
        "b_y": found.b_y_over_sin * np.sin(np.radians(THETA)),
    }


def _assembled(estimator: str, rho: float, layer: str) -> dict[str, float | np.ndarray]:
    v, found = second_layers(layer), moments_along(estimator, rho)
    d = v @ TEACHER.v
    radial = coefficient_of_u(v, v, TEACHER.v, of_steps(found))
    tangential = -d * found.b_y_over_sin * np.sin(np.radians(THETA))
    return {
        "radial": radial,
        "tangential": tangential,
        "at_end": float(radial[-1]),
        "largest": float(np.abs(radial).max()),
    }


def _kind(estimator: str) -> dict[str, float]:
    """1 for the proxies that see the sign of x alone, whose moments do not depend on |w|."""
    return {"scale_free": float(estimator in ("identity", "relu"))}


def _line(column: str, name: str, colour: str, dash: str, panel: str = "") -> dict:
    return {
        "type": "scatter",
        "x": list(THETA),
        "y": f"={column}",
        "name": name,
        "mode": "lines",
        "line": {"color": colour, "dash": dash, "width": 2.5},
        "xaxis": f"x{panel}",
        "yaxis": f"y{panel}",
        "legend": f"legend{panel}",
        "hoverinfo": "name+y",
    }


_ANGLE = {
    "range": [-4, 184],
    "tickvals": [0, 90, 180],
    "ticktext": ["0°", "90°", "180°"],
    "title": {"text": "θ"},
    "fixedrange": True,
}
_LEGEND = {"orientation": "h", "yanchor": "bottom", "xanchor": "left"}
#: Purple and brown stand for directions, along u and along e; no estimator has these colours.
_ALONG_U, _ALONG_E = "#AA4499", "#8A6D1F"
#: What comes from the negative side; seen on top of A+ where the two are equal.
_LEFT = "#D81B60"

EXPLORER = Explorer(
    name="moments",
    title="Four numbers and what they make",
    caption=(
        "Left: the moments A₊, A₋, B_x and B_y of the proxy against θ. Right: the parts of the "
        "expected coarse gradient along u and along e that they make, for the teacher "
        "v* = (1, -0.5, 0.8, 0.3). With v best at each θ the true gradient in v is zero."
    ),
    alt=(
        "Two panels against theta. Left, A plus and A minus are level, B x falls from A plus to "
        "minus A minus, B y is a hump. Right, the parts along u and along e."
    ),
    controls=(
        Control(
            "estimator",
            "Estimator",
            "select",
            tuple(ESTIMATORS),
            tuple(LABELS[name] for name in ESTIMATORS),
            "clipped_relu",
        ),
        Control("layer", "Second layer v", "radio", tuple(LAYERS), tuple(LAYERS.values()), "best"),
        Control("rho", "Length |w|", "range", RHO, tuple(f"{r:g}" for r in RHO), 1.0),
    ),
    tables=(
        Table(("estimator", "rho"), _four, decimals=5),
        Table(("estimator", "rho", "layer"), _assembled, decimals=5),
        Table(("estimator",), _kind),
    ),
    formulas={"alpha": "ap - am"},
    figure={
        "data": [
            _line("a_plus", "A₊", "@text", "solid"),
            _line("a_minus", "A₋", _LEFT, "dash"),
            _line("b_x", "B_x", _ALONG_U, "dot"),
            _line("b_y", "B_y", _ALONG_E, "dashdot"),
            _line("radial", "along u", _ALONG_U, "solid", "2"),
            _line("tangential", "along e", _ALONG_E, "dash", "2"),
        ],
        "layout": {
            "height": 400,
            "margin": {"l": 48, "r": 24, "t": 40, "b": 45},
            "legend": {**_LEGEND, "x": 0, "y": 1.02},
            "legend2": {**_LEGEND, "x": 0.57, "y": 1.02},
            "xaxis": {**_ANGLE, "domain": [0, 0.43]},
            "yaxis": {"range": [-0.45, 0.45], "fixedrange": True, "nticks": 6},
            "xaxis2": {**_ANGLE, "domain": [0.57, 1], "anchor": "y2"},
            "yaxis2": {"anchor": "x2", "fixedrange": True, "nticks": 6},
        },
        # On a phone the panels stand one above the other.
        "narrow": {
            "height": 640,
            "xaxis": {"domain": [0, 1]},
            "yaxis": {"domain": [0.58, 1]},
            "xaxis2": {"domain": [0, 1]},
            "yaxis2": {"domain": [0, 0.4]},
            "legend": {"x": 0, "y": 1.02},
            "legend2": {"x": 0, "y": 0.42},
        },
    },
    sentences=(
        Sentence(
            "Eq(layer, 0) & Eq(am, 0) & Eq(scale_free, 1)",
            "With {estimator_label}, A₋ = 0: it sees no negative side. A₊ = {ap:.3f} at |w| = "
            "{rho_label} as at any other. For the best v the part along u is at most "
            "{largest:.3f} in size and {at_end:.3f} at θ = 180°: nothing is left over where the "
            "true gradient is zero.",
        ),
        Sentence(
            "Eq(layer, 0) & Eq(am, 0)",
            "With {estimator_label}, A₋ = 0: it sees no negative side. A₊ = {ap:.3f} at |w| = "
            "{rho_label}. For the best v the part along u is at most {largest:.3f} in size and "
            "{at_end:.3f} at θ = 180°: nothing is left over where the true gradient is zero.",
        ),
        Sentence(
            "Eq(layer, 0) & Eq(scale_free, 1)",
            "With {estimator_label}, A₋ = A₊ = {am:.3f}: it sees both sides alike, at |w| = "
            "{rho_label} as at any other. For the best v the part along u ends at {at_end:.3f} at "
            "θ = 180°: something is left over where the true gradient is zero.",
        ),
        Sentence(
            "Eq(layer, 0)",
            "With {estimator_label}, A₋ = {am:.3f} at |w| = {rho_label}: it sees the negative "
            "side. For the best v the part along u ends at {at_end:.3f} at θ = 180°: something is "
            "left over where the true gradient is zero.",
        ),
        Sentence(
            "True",
            "With {estimator_label} and v = v*, the part along e is a hump below zero: every step "
            "turns w towards w*. The part along u is 0 at θ = 0° and reaches {largest:.3f}; it "
            "changes |w| alone. A₊ = {ap:.3f} and A₋ = {am:.3f} at |w| = {rho_label}.",
        ),
    ),
    rows=(
        ("A₊", "{ap:.3f}"),
        ("A₋", "{am:.3f}"),
        ("A₊ - A₋", "{alpha:.3f}"),
        ("Part along u at θ = 180°", "{at_end:.3f}"),
    ),
)
