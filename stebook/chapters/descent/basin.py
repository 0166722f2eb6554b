"""The basin explorer: a map of starts, each marked by where its run ends."""

from functools import cache

import numpy as np

from ste.descent import descend, outcome
from ste.zoo import get_estimator
from stebook import plots
from stebook.chapters.styles import estimator_control
from stebook.chapters.teachers import ROUNDING, TEACHERS, teacher_control
from stebook.controls import slider
from stebook.explorer import Explorer, Sentence, Table
from stebook.theme import ROSE, SKY

ANGLES = np.linspace(0.0, 180.0, 19)
FACTORS = np.linspace(-1.5, 1.5, 13)
LENGTHS = (0.3, 1.0, 3.0)
RATE = 0.4
STEPS = 320
#: plotly's numbers of the circle, the cross and the diamond; they carry the colour as well.
MARKS = {"global": 0, "spurious": 4, "saddle": 2, "other": 2}
COLOURS = (SKY, "@text", ROSE)

_FACTOR, _ANGLE = (part.ravel() for part in np.meshgrid(FACTORS, ANGLES, indexing="ij"))
#: The starts to which Theorem 2 of the paper applies: d0 > 0, theta0 < pi/2 and s s_v0 <= s^2.
SURE = (_FACTOR > 0.0) & (_FACTOR <= 1.0) & (_ANGLE < 90.0)


def starts(teacher: str, length: float) -> tuple[np.ndarray, np.ndarray]:
    """v0 = a v* and w0 of the given length at the angle theta0, one for each point of the map."""
    angle = np.radians(_ANGLE)
    w0 = length * np.stack([np.cos(angle), np.sin(angle)], axis=-1)
    w0[_ANGLE == 180.0] = [-length, 0.0]  # the sine of pi is not 0 in doubles
    return _FACTOR[:, None] * TEACHERS[teacher].v, w0


@cache
def _ends(teacher: str, estimator: str) -> tuple[np.ndarray, np.ndarray]:
    """The starts of all lengths as one batch: where each ends, whether its loss ever rose."""
    target = TEACHERS[teacher]
    v0, w0 = (np.array(part) for part in zip(*(starts(teacher, x) for x in LENGTHS), strict=True))
    run = descend(v0, w0, target, get_estimator(estimator), RATE, STEPS)
    return outcome(run, target), np.any(np.diff(run.loss, axis=0) > ROUNDING, axis=0)


def ends(teacher: str, estimator: str, length: float) -> tuple[np.ndarray, np.ndarray]:
    """Where each start ends, and whether its loss rose in some step."""
    end, rose = _ends(teacher, estimator)
    return end[LENGTHS.index(length)], rose[LENGTHS.index(length)]


def _map(teacher: str, estimator: str, length: float) -> dict[str, float | np.ndarray]:
    end, rose = ends(teacher, estimator, length)
    return {
        "marks": np.array([MARKS[e] for e in end.tolist()]),
        "reached": float(np.count_nonzero(end == "global")),
        "trapped": float(np.count_nonzero(end == "spurious")),
        "elsewhere": float(np.count_nonzero((end != "global") & (end != "spurious"))),
        "rose": float(np.count_nonzero(rose)),
        "sure_reached": float(np.count_nonzero(end[SURE] == "global")),
    }


def _rings(teacher: str, estimator: str, length: float) -> dict[str, np.ndarray]:
    """The places of the starts on whose way the loss rose, or a gap where it did on none."""
    _, rose = ends(teacher, estimator, length)
    if not rose.any():
        return {"ring_angle": np.array([np.nan]), "ring_factor": np.array([np.nan])}
    return {"ring_angle": _ANGLE[rose], "ring_factor": _FACTOR[rose]}


def _entry(name: str, symbol: str, colour: str) -> plots.Piece:
    return plots.legend_entry(name, plots.marker(colour, 10, symbol=symbol))


_PROMISED = "Theorem 2 of the paper promises it for the rectangle only"
_INSIDE = "Those inside do, as Theorem 2 of the paper says"

EXPLORER = Explorer(
    name="basin",
    title="Every start in the dashed rectangle ends at the global minimum",
    caption=(
        f"Each mark is a start: the angle θ0 and the factor x of v0 = x v*. Runs of {STEPS} steps "
        f"with η = {RATE:g}. In the dashed rectangle are the starts of Theorem 2 of the "
        "paper. A ring: the loss rose in at least one step."
    ),
    alt=(
        "A map of starts, the angle from 0 to 180 degrees to the right and the factor of v0 "
        "upward. Circles end at the global minimum, crosses in the spurious minimum, diamonds "
        "elsewhere."
    ),
    controls=(
        estimator_control(),
        teacher_control(),
        slider("length", "|w0|", LENGTHS, 1.0),
    ),
    tables=(
        Table(("teacher", "estimator", "length"), _map, decimals=0),
        Table(("teacher", "estimator", "length"), _rings, decimals=2),
    ),
    formulas={},
    figure=plots.figure(
        [
            plots.scatter(
                _ANGLE,
                np.round(_FACTOR, 6),
                marker=plots.marker(
                    "=marks",
                    10,
                    symbol="=marks",
                    colorscale=list(zip((0, 0.5, 1), COLOURS, strict=True)),
                    cmin=0,
                    cmax=4,
                    showscale=False,
                ),
                hovertemplate="θ0 = %{x:.0f}°, x = %{y:.2f}<extra></extra>",
            ),
            plots.scatter(
                "=ring_angle",
                "=ring_factor",
                "the loss rose",
                marker=plots.marker("@text", 16, symbol="circle-open"),
                hoverinfo="skip",
                showlegend=False,
            ),
            _entry("global minimum", "circle", COLOURS[0]),
            _entry("trap", "x", COLOURS[2]),
            _entry("elsewhere", "diamond", COLOURS[1]),
            _entry("loss rose", "circle-open", "@text"),
        ],
        plots.layout(
            400,
            (64, 10, 34, 45),
            legend=plots.above(),
            xaxis=plots.axis("θ0", range=(-7, 187), ticks=plots.degrees(0, 45, 90, 135, 180)),
            yaxis=plots.axis("x, where v0 = x v*", range=(-1.75, 1.75), zeroline=False),
            shapes=[plots.rectangle((-5, 85), (0.125, 1.125), plots.stroke("@text", 2, "dash"))],
        ),
        narrow=plots.layout(380, (50, 10, 64, 40)),
    ),
    sentences=(
        Sentence(
            f"(sure_reached < {SURE.sum()})",
            "Not all the starts of Theorem 2 of the paper have arrived.",
        ),
        Sentence(
            f"Eq(reached, {SURE.size}) & Eq(rose, 0)",
            f"Every start reaches the global minimum, on a falling loss. {_PROMISED}.",
        ),
        Sentence(
            f"Eq(reached, {SURE.size})",
            f"Every start reaches the global minimum, but not always falling. {_PROMISED}.",
        ),
        Sentence(
            "trapped > 0",
            "Some starts outside the rectangle end in the trap. Those inside arrive, as Theorem 2 "
            "of the paper says.",
        ),
        Sentence(
            f"Eq(teacher, {tuple(TEACHERS).index('ones')})",
            f"Some starts outside the rectangle do not arrive. {_INSIDE}; without a trap the "
            "others are held on the axis or on their way.",
        ),
        Sentence(
            "True",
            f"Some starts outside the rectangle do not arrive. {_INSIDE}; the others are elsewhere "
            "or still on their way.",
        ),
    ),
    rows=(
        ("Global minimum", f"{{reached:.0f}} of {SURE.size} starts"),
        ("Trap", "{trapped:.0f}"),
        ("Elsewhere", "{elsewhere:.0f}"),
        ("Loss rose", "{rose:.0f}"),
        (
            "Starts of Theorem 2 of the paper that arrive",
            f"{{sure_reached:.0f}} of {SURE.sum()}",
        ),
    ),
    chips=4,
)
