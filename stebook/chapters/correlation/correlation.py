"""The correlation explorer: both gradients in the plane of w and w*, and the cosine along theta."""

import math
from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np

from ste.estimators import Estimator
from ste.gradients import correlation
from ste.model import Teacher
from stebook import plots
from stebook.chapters.own import own_of, proxy_of, with_estimator, with_teacher
from stebook.chapters.styles import OWN_STYLE, STYLES, chosen_style, estimator_control
from stebook.chapters.teachers import TEACHER, say_vector
from stebook.controls import slider
from stebook.explorer import Explorer, Sentence, Table

#: A unit vector across v*: v.v* is exactly 0 at psi = 90 degrees.
ACROSS = np.array([1.0, 2.0, 0.0, 0.0]) / math.sqrt(5.0)

THETA = tuple(range(0, 181, 5))
RHO = (0.1, 0.2, 0.3, 0.5, 0.7, 1.0, 1.5, 2.0, 3.0, 5.0, 7.0, 10.0)
PSI = tuple(range(0, 181, 15))


def across(teacher: Teacher) -> np.ndarray:
    """A unit vector across the teacher's v*, from the axis that is most across it.

    Raises
    ------
    ValueError
        If v* has one entry, which leaves no room across it.

    Examples
    --------
    >>> across(Teacher([3.0, 4.0], [1.0])).round(12).tolist()
    [0.8, -0.6]
    """
    if teacher is TEACHER:
        return ACROSS
    if teacher.m == 1:
        raise ValueError("teacher: expected two entries of v* or more, got 1")
    axis = np.eye(teacher.m)[np.argmin(np.abs(teacher.v))]
    rest = axis - (axis @ teacher.v) / teacher.N * teacher.v
    return rest / np.linalg.norm(rest)


def second_layer(psi: float, teacher: Teacher = TEACHER) -> np.ndarray:
    """v = |v*| (cos(psi) v*/|v*| + sin(psi) p), psi in degrees."""
    cos = 0.0 if psi == 90 else math.cos(math.radians(psi))
    length = math.sqrt(teacher.N)
    return cos * teacher.v + math.sin(math.radians(psi)) * length * across(teacher)


def filter_at(theta: float, rho: float) -> np.ndarray:
    """A filter of length rho at theta degrees to w*."""
    w = np.zeros(TEACHER.n)
    w[0] = rho * math.cos(math.radians(theta))
    w[1] = 0.0 if theta in (0, 180) else rho * math.sin(math.radians(theta))
    return w


def _layer(psi: float, teacher: Teacher = TEACHER) -> dict[str, float]:
    v = second_layer(psi, teacher)
    d = 0.0 if psi == 90 else float(v @ teacher.v)
    return {"d": d, "sv": float(v.sum()), "vv": float(v @ v), "s": teacher.s}


def _plane(theta: float) -> dict[str, float | np.ndarray]:
    on_axis, arc = theta in (0, 180), np.radians(np.linspace(0.0, theta, 31))
    return {
        "arc_x": 0.55 * np.cos(arc),
        "arc_y": 0.55 * np.sin(arc),
        "half_x": 0.55 * math.cos(math.radians(theta / 2)),
        "half_y": 0.55 * math.sin(math.radians(theta / 2)),
        "sine": 0.0 if on_axis else math.sin(math.radians(theta)),
        "wx": 1.15 * math.cos(math.radians(theta)),
        "wy": 1.15 * math.sin(math.radians(theta)),
    }


def _sides(estimator: str | Estimator, rho: float) -> dict[str, float]:
    moments = proxy_of(estimator).moments(rho, 1.0)
    return {"ap": float(moments.a_plus), "am": float(moments.a_minus)}


def _angular(estimator: str | Estimator, theta: float, rho: float) -> dict[str, float]:
    moments = proxy_of(estimator).moments(rho, math.radians(theta))
    return {"bx": float(moments.b_x), "by": float(moments.b_y_over_sin)}


def _cosines(
    estimator: str | Estimator, rho: float, psi: float, teacher: Teacher = TEACHER
) -> np.ndarray:
    if psi == 90:
        return np.full(len(THETA), np.nan)
    filters = np.array([filter_at(theta, rho) for theta in THETA])
    beside = Teacher(teacher.v, TEACHER.w)
    return correlation(second_layer(psi, teacher), filters, beside, proxy_of(estimator)).cosine


def _curves(psi: float, teacher: Teacher = TEACHER) -> dict[str, np.ndarray]:
    return {
        "cosine_identity": _cosines("identity", 1.0, psi, teacher),
        "cosine_relu": _cosines("relu", 1.0, psi, teacher),
    }


def _clipped_curve(rho: float, psi: float, teacher: Teacher = TEACHER) -> dict[str, np.ndarray]:
    return {"cosine_clipped": _cosines("clipped_relu", rho, psi, teacher)}


def _own_curve(
    rho: float, psi: float, teacher: Teacher = TEACHER, *, mine: Estimator
) -> dict[str, np.ndarray]:
    return {"cosine_own": _cosines(mine, rho, psi, teacher)}


_DEFINED = "(sine > 0) & Ne(d, 0)"


#: Parts of the arc of the angle between the gradients.
_TURN = 12


def _arc(
    x: plots.Values, y: plots.Values, middle: tuple[str, str], name: str, colour: str, **more: Any
) -> list[plots.Piece]:
    """The arc of an angle at the origin, with its name outside of its middle."""
    line: plots.Piece = {"hoverinfo": "skip", "showlegend": False, **more}
    outward = ([0, middle[0]], [0, middle[1]])
    return [
        plots.aside(plots.scatter(x, y, line=plots.stroke(colour, 1.5), **line)),
        plots.aside(
            plots.scatter(
                *outward, name, line=plots.stroke(colour, 0), **{**line, **plots.named("head")}
            )
        ),
    ]


def _curve(style: plots.Style, column: str) -> plots.Piece:
    line, name = style.line(2.5), plots.named("along", 0.4)
    return plots.scatter(list(THETA), f"={column}", style.label, line=line, panel=2, **name)


#: What no estimator of the paper does: said of a reader's own.
_UPHILL = Sentence(
    "cosine < 0",
    "A small step against the expected coarse gradient raises the loss. Their inner product is "
    "negative, so the angle is more than a right one.",
)


def _with_estimator(explorer: Explorer, mine: object) -> Explorer:
    """With its curve beside the others, and a word for one that leads uphill."""
    more = with_estimator(explorer, mine)
    *curves, point = more.part("data")
    table = Table(("rho", "psi"), partial(_own_curve, mine=own_of(mine)))
    return replace(
        more,
        tables=(*more.tables, table),
        figure={**more.figure, "data": [*curves, _curve(OWN_STYLE, "cosine_own"), point]},
        sentences=(*more.sentences[:-1], _UPHILL, more.sentences[-1]),
    )


def _with_teacher(explorer: Explorer, teacher: object) -> Explorer:
    """With its v* in the caption."""
    taught = with_teacher(explorer, teacher)
    said = "Here the teacher is yours, and p is a unit vector perpendicular to its v*."
    return replace(taught, caption=f"{explorer.caption.split(' The teacher has')[0]} {said}")


EXPLORER = Explorer(
    name="correlation",
    title="On average identity and both ReLUs never point against the true gradient",
    caption=(
        "Left: directions in the plane of w and w*, with w to the right; both gradients are drawn "
        "with unit length. Right: the cosine of the angle between them, for all three estimators "
        f"at this |w| and this v. The teacher has v* = {say_vector(TEACHER.v)}; the "
        "student has v = |v*| (cos ψ v*/|v*| + sin ψ p) with p = (1, 2, 0, 0)/√5."
    ),
    alt=(
        "Two panels. Left, arrows for w, w*, the true gradient and the expected coarse gradient. "
        "Right, the cosine between the two gradients against theta: it is never negative."
    ),
    controls=(
        estimator_control(),
        slider("theta", "Angle θ of w to w*", THETA, 60, "{}°".format, walk=True),
        slider("rho", "Length |w|", RHO, 1.0),
        slider("psi", "Angle ψ of v to v*", PSI, 45, "{}°".format, walk=True),
    ),
    tables=(
        Table(("psi",), _layer),
        Table(("theta",), _plane),
        Table(("estimator", "rho"), _sides),
        Table(("estimator", "theta", "rho"), _angular),
        Table(("estimator",), chosen_style),
        Table(("psi",), _curves),
        Table(("rho", "psi"), _clipped_curve),
    ),
    presets={
        "largest angle": {"theta": 175, "psi": 75},
        "no true gradient": {"psi": 90},
    },
    formulas={
        "radial": "vv*ap + (sv**2 - vv)*(ap - am)/2 - d*bx - (sv*s - d)*(ap - am)/2",
        "tangential": "-d*by*sine",
        "length": "sqrt(radial**2 + tangential**2)",
        "slope": "Piecewise((-d/(2*pi*rho), sine > 0), (0, True))",
        "inner": "tangential*slope",
        "cosine": f"Piecewise((sign(inner)*Abs(tangential)/length, {_DEFINED}), (nothing, True))",
        "turn": "atan2(Abs(radial), sign(inner)*Abs(tangential))*180/pi",
        "angle": f"Piecewise((turn, {_DEFINED}), (nothing, True))",
        # where the vector vanishes, rounding would still give it a direction
        "coarse_x": "Piecewise((radial/length, length > 1e-9), (0, True))",
        "coarse_y": "Piecewise((tangential/length, length > 1e-9), (0, True))",
        "true_y": "sign(slope)",
        "sloped": "Ne(slope, 0)",
        "moved": "length > 1e-9",
        "apart": "theta > 0",
        "between": f"{_DEFINED} & (length > 1e-9)",
        "flat": "Eq(d, 0)",
        # from the true gradient, which is along y, towards the side of the coarse one
        **{
            f"turn_x{i}": f"0.35*sign(coarse_x)*sin({i}/{_TURN}*turn*pi/180)"
            for i in range(_TURN + 1)
        },
        **{f"turn_y{i}": f"0.35*true_y*cos({i}/{_TURN}*turn*pi/180)" for i in range(_TURN + 1)},
    },
    figure=plots.figure(
        [
            plots.arrow(1.15, 0, "w", plots.stroke("@muted", 3)),
            plots.arrow("=wx", "=wy", "w*", plots.stroke("@muted", 3, "dot")),
            *_arc("=arc_x", "=arc_y", ("=half_x", "=half_y"), "θ", "@muted", visible="=apart"),
            *_arc(
                [f"=turn_x{i}" for i in range(_TURN + 1)],
                [f"=turn_y{i}" for i in range(_TURN + 1)],
                (f"=turn_x{_TURN // 2}", f"=turn_y{_TURN // 2}"),
                "~{turn:.1f}°",
                "@text",
                visible="=between",
            ),
            # an arrow of no length would be a head that points nowhere
            plots.arrow(
                0, "=true_y", "true gradient", plots.stroke("@truth", 4), visible="=sloped"
            ),
            plots.arrow(
                "=coarse_x",
                "=coarse_y",
                "expected coarse gradient",
                plots.CHOSEN.line(4),
                visible="=moved",
            ),
            _curve(STYLES["identity"], "cosine_identity"),
            _curve(STYLES["relu"], "cosine_relu"),
            _curve(STYLES["clipped_relu"], "cosine_clipped"),
            plots.words(
                90, 0.3, "v ⊥ v*: no true gradient,<br>so no cosine", panel=2, visible="=flat"
            ),
            plots.chosen_point("theta", "cosine", panel=2, hoverinfo="y"),
        ],
        plots.layout(
            355,
            (10, 22, 10, 45),
            xaxis=plots.axis(domain=(0, 0.5), range=(-2.4, 2.4), visible=False, constrain="domain"),
            yaxis=plots.axis(range=(-1.25, 1.45), visible=False, scaleanchor="x"),
            xaxis2=plots.axis(
                "θ",
                standoff=4,
                domain=(0.6, 1),
                anchor="y2",
                range=(-4, 184),
                ticks=plots.degrees(0, 90, 180),
            ),
            yaxis2=plots.axis("cosine", anchor="x2", range=(-1.05, 1.05), ticks=(-1, 0, 1)),
        ),
        narrow=plots.layout(
            380,
            **plots.stacked(upper=(0.45, 1), lower=(0, 0.4), lower_across=(0.12, 1)),
        ),
    ),
    sentences=(
        Sentence(
            "Eq(d, 0)",
            "The true gradient in w is zero: nothing to agree with. v and v* are at a right angle, "
            "so d = 0; the expected coarse gradient lies along w.",
        ),
        Sentence(
            "Eq(theta, 0) & Eq(psi, 0)",
            "This is the global minimum: descent can rest here. v = v* and w points along w*, and "
            "the expected coarse gradient is zero.",
        ),
        Sentence(
            "Eq(sine, 0) & (length < 1e-9)",
            "Here the population loss has a kink and no gradient in w. The expected coarse "
            "gradient in w is zero too, but that in v is not.",
        ),
        Sentence(
            "Eq(sine, 0)",
            "Here the population loss has a kink and no gradient in w. The expected coarse "
            "gradient lies along w, because w* does.",
        ),
        Sentence(
            "cosine > 0.95",
            "Both gradients point almost the same way. So equal steps against them lower the loss "
            "almost equally fast.",
        ),
        Sentence(
            "cosine > 0.3",
            "A small step against the expected coarse gradient lowers the loss. Their inner "
            "product is positive, and along w the loss feels nothing.",
        ),
        Sentence(
            "True",
            "Still downhill, but most of it lies along w. The loss does not feel a step along w, "
            "so it falls slowly.",
        ),
    ),
    rows=(
        ("Angle", "{angle:.1f}°"),
        ("Cosine", "{cosine:.3f}"),
        ("Inner product", "{inner:.4f}"),
        ("Coarse length", "{length:.3f}"),
    ),
    chips=4,
    own={"estimator": _with_estimator, "teacher": _with_teacher},
)
