"""The designer: put a proxy together, see its moments, its residuals, and the verdict."""

import math
from functools import cache

import numpy as np

from ste.estimators import Estimator
from ste.moments import Moments
from ste.zoo.windows import Window
from stebook import plots
from stebook.chapters.teachers import TEACHERS, saddle_and_trap, say_vector
from stebook.controls import menu, slider
from stebook.explorer import Explorer, Sentence, Table
from stebook.theme import ROSE, SKY

TEACHER = TEACHERS["trap"]
SADDLE, _ = saddle_and_trap(TEACHER)
SLOPES = tuple(round(0.1 * i, 1) for i in range(11))
#: A clip so far out that a double sees none.
NO_CLIP = 100.0
CLIPS = {0.5: "0.5", 1.0: "1", 2.0: "2", NO_CLIP: "none"}
PLACES = tuple(-2.0 + 0.25 * i for i in range(17))
HALF_WIDTH = 0.5
END = 3.0


def sides(clip: float) -> tuple[Estimator, Estimator]:
    """The windows (-clip, 0) and (0, clip)."""
    return Window("left", -clip, 0.0), Window("right", 0.0, clip)


def bump(place: float) -> Estimator:
    """A hat of height 1 and half-width 0.5."""

    def hat(x: np.ndarray) -> np.ndarray:
        return np.maximum(0.0, 1.0 - np.abs(x - place) / HALF_WIDTH)

    return Estimator(
        "bump",
        hat,
        (place - HALF_WIDTH, place, place + HALF_WIDTH),
        bounds=lambda low, high: (
            np.minimum(hat(low), hat(high)),
            hat(np.clip(place, low, high)),
        ),
    )


def designed(left: float, right: float, clip: float, height: float, place: float) -> Estimator:
    """The proxy that the controls put together."""
    below, above = sides(clip)
    return (left * below + right * above + height * bump(place)).renamed("designed")


def _named(parts: Moments, name: str) -> dict[str, float]:
    return {
        f"plus_{name}": float(parts.a_plus),
        f"minus_{name}": float(parts.a_minus),
        f"level_{name}": float(parts.b_y_over_sin),
    }


@cache
def _windows(clip: float) -> dict[str, float]:
    below, above = (side.moments(1.0, SADDLE.theta) for side in sides(clip))
    return {**_named(below, "left"), **_named(above, "right")}


@cache
def _hat(place: float) -> dict[str, float]:
    at_0 = max(0.0, 1.0 - abs(place) / HALF_WIDTH)
    return {**_named(bump(place).moments(1.0, SADDLE.theta), "bump"), "bump_at_0": at_0}


def _places() -> tuple[float, ...]:
    """Where the curve is drawn on the right side: jumps are doubled."""
    jumps = np.array([0.0, *(clip for clip in CLIPS if clip < NO_CLIP)])
    places = plots.with_jumps(np.arange(0.0, END + 1e-9, 0.125), jumps)
    return tuple(places[places > 0.0].tolist())


_RIGHT = _places()
_LEFT = tuple(-x for x in reversed(_RIGHT))


def _height_at(x: float) -> str:
    slope = "left" if x < 0 else "right"
    return (
        f"Piecewise(({slope}, clip > {abs(x)!r}), (0, True)) "
        f"+ height*Max(0, 1 - Abs(place - ({x!r}))/{HALF_WIDTH})"
    )


_SADDLE = float(SADDLE.v @ SADDLE.v)
_TRAP = 2 * (TEACHER.m - 1) * TEACHER.s**2 / (TEACHER.m + 1) ** 2
_R = TEACHER.s**2 / ((TEACHER.m + 1) * TEACHER.N)
_M = TEACHER.m / (TEACHER.m + 1)
_LEFT_OVER = "It fails: something is left over at the trap and the saddle."

#: What the bars show, and what stands under them.
_BARS = {
    "plus": "A₊",
    "minus": "A₋",
    "tangential": "B_y",
    "saddle": "residual<br>at saddle",
    "trap": "residual<br>at trap",
}


def _curve(
    points: tuple[float, ...], name: str, first: int, colour: str, shade: str
) -> plots.Piece:
    """The proxy on one side; its heights are the formulas from ``g<first>`` on."""
    heights = [f"=g{first + i}" for i in range(len(points))]
    line = plots.stroke(colour, 2.5)
    return plots.scatter(
        points, heights, name, line=line, hoverinfo="skip", showlegend=False, **plots.shaded(shade)
    )


EXPLORER = Explorer(
    name="designer",
    title="Only a proxy that is zero below 0 rests at the trap",
    caption=(
        "Top: the proxy derivative μ', two slopes that end at the clip, and a bump; what lies left "
        "of 0 is shaded. Bottom, at |w| = 1: its moments on either side, B_y at the saddle, and "
        "the length of the expected coarse gradient at the saddle and at the spurious minimum "
        f"(the trap) of the teacher v* = {say_vector(TEACHER.v)}."
    ),
    alt=(
        "Above, the curve of the proxy derivative over the pre-activation. Below, five bars: "
        "the two half moments, the tangential moment, and the residuals at saddle and trap; "
        "the last two are zero exactly when nothing of the curve lies left of zero."
    ),
    controls=(
        slider("left", "Slope left", SLOPES, 0.2),
        slider("right", "Slope right", SLOPES, 1.0),
        menu("clip", "Clip", CLIPS, 1.0),
        slider("height", "Bump height", SLOPES, 0.0),
        slider("place", "Bump place", PLACES, -1.0),
    ),
    tables=(Table(("clip",), _windows, digits=8), Table(("place",), _hat, digits=8)),
    formulas={
        **{f"g{i}": _height_at(x) for i, x in enumerate((*_LEFT, *_RIGHT))},
        **{
            part: f"left*{part}_left + right*{part}_right + height*{part}_bump"
            for part in ("plus", "minus", "level")
        },
        "tangential": f"level*{math.sin(SADDLE.theta)!r}",
        "saddle": f"{_SADDLE!r}*minus",
        "trap": f"{_TRAP!r}*minus",
        "below": "left + height*bump_at_0",
        "above": "right + height*bump_at_0",
        "share": "Piecewise((2*below/(below + above), below + above > 0), (0, True))",
        "threshold": f"1/(2 + share*{_M!r} + 2*sqrt(share*{2 * _M - 1!r}))",
        "leaves_at": "Piecewise((threshold, below > 0), (nothing, True))",
        "linear": f"1 - (2 + 2*share - 3*share*{_M!r})*{_R!r}",
        "constant": f"share*{(2 * _M - 1) * _R!r}",
        "disc": f"linear**2 - 4*(1 - (1 + share*{1 - _M!r})*{_R!r})*constant",
        "period": (
            f"Piecewise(((linear + sqrt(Max(disc, 0)))/Max(constant, 0.000001), "
            f"(share > 0) & (threshold > {_R!r})), (nothing, True))"
        ),
    },
    figure=plots.figure(
        [
            _curve(_LEFT, "x < 0", 0, ROSE, "rgba(204,121,167,0.35)"),
            _curve(_RIGHT, "x > 0", len(_LEFT), "@truth", "rgba(120,120,120,0.15)"),
            *(
                plots.scatter(
                    [x],
                    [1.85],
                    side,
                    line=plots.stroke(colour, 1),
                    hoverinfo="skip",
                    **plots.named("below"),
                )
                for x, side, colour in (
                    (-END / 2, "left of 0", ROSE),
                    (END / 2, "right of 0", "@truth"),
                )
            ),
            plots.bars(
                [0, 1, 2, 3, 4],
                [f"={column}" for column in _BARS],
                labels=[f"~{{{column}:.3f}}" for column in _BARS],
                marker={"color": SKY},
                panel=2,
                hoverinfo="skip",
            ),
        ],
        plots.layout(
            380,
            (48, 10, 14, 45),
            xaxis=plots.axis("pre-activation x", standoff=4, range=(-END, END), anchor="y"),
            yaxis=plots.axis("μ'", domain=(0.52, 1), range=(-0.05, 2.05)),
            xaxis2=plots.axis(
                anchor="y2", range=(-0.6, 4.6), ticks=dict(enumerate(_BARS.values()))
            ),
            yaxis2=plots.axis(domain=(0, 0.36), range=(0, 0.65), nticks=4),
        ),
        # On a phone the long labels would be turned, and the last one dropped.
        narrow=plots.layout(
            380,
            (40, 6, 14, 40),
            xaxis2={"tickangle": 0, "ticktext": ["A₊", "A₋", "B_y", "saddle", "trap"]},
        ),
    ),
    sentences=(
        Sentence(
            "Eq(plus + minus, 0)",
            "The filter never moves: the proxy is zero everywhere.",
        ),
        Sentence(
            "Eq(minus, 0)",
            "It passes: nothing lies left of 0, so A₋ = 0. So nothing is left over at the saddle "
            "or at the trap: it rests where the landscape rests, traps included.",
        ),
        Sentence(
            "Eq(below + above, 0)",
            _LEFT_OVER + " But it is zero around 0, so w shrinks ever more slowly, and the cycle "
            "at the origin is out of reach.",
        ),
        Sentence(
            "Eq(below, 0)",
            _LEFT_OVER + " Next to 0 it is flat on the left, so w shrinks ever more slowly, and "
            "no cycle is predicted.",
        ),
        Sentence(
            "period > 0",
            _LEFT_OVER
            + " On the population, for small rates, it cycles near the trap, because r* is above "
            f"r = {_R:.3f}.",
        ),
        Sentence(
            "True",
            _LEFT_OVER
            + " For small rates it leaves this trap through the origin, because r* is below r = "
            f"{_R:.3f}.",
        ),
    ),
    rows=(
        ("Left at trap", "{trap:.3f}"),
        ("at saddle", "{saddle:.3f}"),
        ("Limits at 0", "{below:.2f}, {above:.2f}"),
        ("r*", "{leaves_at:.3f}"),
        ("Period", "{period:.1f}"),
        ("A₊", "{plus:.4f}"),
        ("A₋", "{minus:.4f}"),
        ("B_y at the saddle", "{tangential:.4f}"),
    ),
    chips=5,
)
