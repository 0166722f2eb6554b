"""The alternatives explorer: what an update of w keeps of the true gradient, and what it loses."""

import math
from functools import cache
from typing import Any

import numpy as np

from ste.alternatives.compare import METHODS, Batch, batch_cosines
from ste.alternatives.difference_targets import expected_feedback_gradient
from ste.alternatives.random_bits import expected_times_smooth
from ste.beyond.random_units import LOGISTIC, RandomUnits
from ste.estimators import IDENTITY
from ste.gradients import expected_coarse_gradient
from ste.landscape import population_gradient
from ste.zoo import get_estimator
from ste.zoo.elsewhere import TANH
from stebook import plots
from stebook.chapters.styles import METHOD_STYLES, STYLES, method_control
from stebook.chapters.teachers import TEACHER, say_vector
from stebook.controls import slider
from stebook.explorer import Explorer, Sentence, Table

#: A second layer that is half trained.
V = np.array([0.6, -0.4, 0.5, 0.35])

THETA = (15, 40, 65, 90, 115, 140, 165)
TAU = (0.1, 0.25, 0.5, 1.0)
SIZES = (1, 4, 16, 64, 256)
#: Draws for the noise, and more where the mean has no closed form.
DRAWS, MORE_DRAWS = 4000, 12_000
#: Draws to learn a baseline or an inverse from.
PILOT = 200
#: Batches at sizes for which the mean is drawn from its normal limit.
BATCHES = 256
#: From this size on.
NORMAL_FROM = 64


_NORMAL = np.random.default_rng(4).standard_normal((BATCHES, TEACHER.n))


def filter_at(theta: float) -> np.ndarray:
    """A unit filter at theta degrees to w*."""
    w = np.zeros(TEACHER.n)
    w[:2] = math.cos(math.radians(theta)), math.sin(math.radians(theta))
    return w


@cache
def _inputs(samples: int, seed: int) -> np.ndarray:
    return np.random.default_rng(seed).standard_normal((samples, TEACHER.m, TEACHER.n))


@cache
def exact_means(method: str, tau: float) -> np.ndarray | None:
    """Expected updates in w at all `THETA`, where a closed form is known; None elsewhere."""
    w = np.array([filter_at(theta) for theta in THETA])
    noisy = RandomUnits(TEACHER, LOGISTIC, tau)
    if method in STYLES:
        return expected_coarse_gradient(V, w, TEACHER, get_estimator(method))[1]
    if method in ("reinforce", "reinforce_centred", "perturbation"):
        return noisy.gradient(V, w)[1]
    if method in ("through_slope", "through_copy"):
        proxy = noisy.slope if method == "through_slope" else IDENTITY
        return noisy.coarse_gradient(V, w, proxy)[1]
    if method == "times_smooth":
        return expected_times_smooth(V, w, TEACHER, LOGISTIC, tau)
    if method == "targets_soft":
        return expected_coarse_gradient(V, w, TEACHER, TANH)[1]
    return None


def _draws(method: str, tau: float, theta: float) -> tuple[np.ndarray, np.ndarray]:
    """Updates of w for many samples, and their mean."""
    w, rule, rng = filter_at(theta), METHODS[method], np.random.default_rng(1)

    def batch(Z: np.ndarray) -> Batch:
        return Batch(V[None], w[None], Z, TEACHER, tau, rng)

    memory = rule.update(batch(_inputs(PILOT, 2)), None).memory
    means = exact_means(method, tau)
    known = means is not None or method == "difference"
    g = rule.update(batch(_inputs(DRAWS if known else MORE_DRAWS, 3)), memory).grad_w
    if method == "difference":
        return g, expected_feedback_gradient(V, w, TEACHER, TANH, memory.slope)
    return g, g.mean(axis=0) if means is None else means[THETA.index(theta)]


@cache
def measured(method: str, tau: float, theta: float) -> dict[str, float | np.ndarray]:
    """Cosine and noise of a method, and the cosines of its batch means at `SIZES`."""
    truth = population_gradient(V, filter_at(theta), TEACHER)[1]
    g, mean = _draws(method, tau, theta)
    covariance = np.cov(g.T)
    normal = _NORMAL @ np.linalg.cholesky(covariance).T
    cosines = [
        batch_cosines(g, truth, size)
        if size < NORMAL_FROM
        else batch_cosines(mean + normal / math.sqrt(size), truth, 1)
        for size in SIZES
    ]
    low, median, high = np.array([np.quantile(c, (0.1, 0.5, 0.9)) for c in cosines]).T
    length = float(np.linalg.norm(mean))
    return {
        "cosine": float(mean @ truth) / length / float(np.linalg.norm(truth)),
        "ratio": math.sqrt(np.trace(covariance)) / length,
        "median": median,
        "above": high - median,
        "below": median - low,
    }


def _chosen(method: str, tau: float, theta: float) -> dict[str, float | np.ndarray]:
    # a method without noise in its units is the same at all temperatures
    return measured(method, tau if METHODS[method].noisy else TAU[0], theta)


def _paper(theta: float) -> dict[str, float | np.ndarray]:
    columns: dict[str, float | np.ndarray] = {}
    for name in STYLES:
        for key in ("cosine", "ratio", "median"):
            columns[f"{key}_{name}"] = measured(name, TAU[0], theta)[key]
    return columns


def _look(method: str) -> dict[str, str | float]:
    passes = METHODS[method].forward + METHODS[method].backward
    return {**METHOD_STYLES[method].columns(), "passes": float(passes)}


def _said(method: str) -> dict[str, str]:
    return {"note": "" if METHODS[method].noisy else " It has no temperature."}


_ROWS = ("", "_identity", "_relu", "_clipped_relu")
_COLOURS = [style.colour for style in (plots.CHOSEN, *STYLES.values())]
#: Where the bars stand, the chosen method on top.
_HEIGHTS = {3: "chosen", 2: "identity", 1: "ReLU", 0: "clipped ReLU"}


def _shares(name: str, column: str, colour: object, pattern: str) -> plots.Piece:
    """One share of all four bars; shares differ by pattern, methods by colour."""
    fill = {"shape": pattern, "size": 6, "solidity": 0.35, "fgcolor": "@text"}
    return plots.bars(
        [f"={column}{row}" for row in _ROWS],
        list(_HEIGHTS),
        name,
        orientation="h",
        marker={"color": colour, "pattern": fill, "line": plots.stroke("@text", 0.5)},
        hovertemplate="%{x:.0f} %",
    )


def _medians(style: plots.Style, name: str, column: str, **more: Any) -> plots.Piece:
    return plots.scatter(
        list(SIZES),
        f"={column}",
        name,
        line=style.line(),
        marker=style.mark(8),
        panel=2,
        hovertemplate="%{y:.2f}",
        **plots.named("end"),
        **more,
    )


def _split(row: str) -> dict[str, str]:
    """Shares in per cent: kept, lost to noise, lost to bias."""
    squared = f"Piecewise((cosine{row}**2, cosine{row} > 0), (0, True))"
    return {
        f"kept{row}": f"100*{squared}/(1 + ratio{row}**2/batch)",
        f"noise{row}": f"100*{squared} - kept{row}",
        f"bias{row}": f"100 - 100*{squared}",
    }


_FORMULAS: dict[str, str] = {}
for _row in _ROWS:
    _FORMULAS |= _split(_row)
_FORMULAS["best"] = "Max(kept_identity, kept_relu, kept_clipped_relu)"
_FORMULAS["worst"] = "Min(kept_identity, kept_relu, kept_clipped_relu)"

#: The middle 80 % of the chosen method's cosines.
_MIDDLE = plots.error_bars("=above", "=colour", arrayminus="=below", symmetric=False, thickness=1.2)

EXPLORER = Explorer(
    name="alternatives",
    title="More samples cure the noise of an update, never its bias",
    caption=(
        "Left: the decrease that the exact gradient guarantees, split into what K samples of the "
        "update keep, what noise costs and what bias costs. Right: cosine between the mean of K "
        "updates and the true gradient, median and, for the chosen method, the middle 80 %; from "
        f"K = {NORMAL_FROM} on with normal means. "
        f"v* = {say_vector(TEACHER.v)}, v = {say_vector(V)}, |w| = 1."
    ),
    alt=(
        "Two panels. Left, four horizontal bars, the chosen method and the paper's three "
        "estimators, each split into kept, lost to noise and lost to bias. Right, the cosine of "
        "batch means against the batch size, rising with K to a limit below 1."
    ),
    controls=(
        method_control("reinforce_centred"),
        slider("tau", "Temperature τ", TAU, 0.25),
        slider("batch", "Samples K", SIZES, 16),
        slider("theta", "Angle θ of w to w*", THETA, 115, "{}°".format, walk=True),
    ),
    tables=(
        Table(("method", "tau", "theta"), _chosen, digits=12, decimals=3),
        Table(("theta",), _paper, digits=12, decimals=3),
        Table(("method",), _look),
        Table(("method",), _said),
    ),
    formulas=_FORMULAS,
    figure=plots.figure(
        [
            _shares("kept", "kept", _COLOURS, ""),
            _shares("noise", "noise", "@grid", "."),
            _shares("bias", "bias", "rgba(0,0,0,0)", "/"),
            _medians(plots.CHOSEN, "~{method_label}", "median", error_y=_MIDDLE),
            *(_medians(style, style.label, f"median_{name}") for name, style in STYLES.items()),
            plots.scatter(
                ["=batch", "=batch"],
                [-1.1, 1.1],
                line=plots.stroke("@text", 1),
                panel=2,
                hoverinfo="skip",
            ),
        ],
        plots.layout(
            380,
            (92, 130, 34, 45),
            barmode="stack",
            bargap=0.35,
            legend=plots.above(traceorder="normal"),
            xaxis=plots.axis(
                domain=(0, 0.43), range=(0, 100), ticks={0: "0 %", 50: "50 %", 100: "100 %"}
            ),
            yaxis=plots.axis(range=(-0.6, 3.6), ticks=_HEIGHTS),
            xaxis2=plots.axis(
                "samples K",
                standoff=4,
                domain=(0.53, 1),
                anchor="y2",
                type="log",
                range=(-0.12, 2.53),
                ticks=SIZES,
            ),
            yaxis2=plots.axis(
                "cosine", standoff=2, anchor="x2", range=(-1.05, 1.05), ticks=(-1, 0, 1)
            ),
        ),
        narrow=plots.layout(
            380,
            (84, 75, 68, 40),
            **plots.stacked(upper=(0.6, 1), lower=(0, 0.48)),
        ),
    ),
    sentences=(
        Sentence(
            "kept >= best",
            "Here {method_label} beats each of the paper's three. It keeps the most of the "
            "guaranteed decrease.{note}",
        ),
        Sentence(
            "(kept < worst) & (noise > bias)",
            "Here {method_label} trails the paper's three, for noise. More samples would help, "
            "because noise shrinks with K.{note}",
        ),
        Sentence(
            "kept < worst",
            "Here {method_label} trails the paper's three, for bias. More samples would not help, "
            "because bias stays.{note}",
        ),
        Sentence(
            "True",
            "Here {method_label} is among the paper's three. It keeps less of the guaranteed "
            "decrease than their best.{note}",
        ),
    ),
    rows=(
        ("Kept", "{kept:.1f} %"),
        ("Noise", "{noise:.1f} %"),
        ("Bias", "{bias:.1f} %"),
        ("Paper's three", "{worst:.0f} to {best:.0f} %"),
        ("Cosine of the expected update", "{cosine:.3f}"),
        ("Noise of one sample over the mean", "{ratio:.2f}"),
        ("Passes for each sample", "{passes:.0f}"),
    ),
    chips=4,
)
