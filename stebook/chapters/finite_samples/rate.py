"""The rate explorer: errors of finitely many samples against K, on logarithmic axes."""

import math
from functools import cache

import numpy as np

from ste.gradients import expected_coarse_gradient
from ste.landscape import population_loss
from ste.model import coarse_gradient
from ste.samples import Rate, empirical_ray, fitted_rate
from ste.zoo import get_estimator
from stebook import plots
from stebook.chapters.finite_samples.one_step import LAST, TEACHER, V0, W0
from stebook.chapters.styles import STYLES, estimator_control
from stebook.controls import radio
from stebook.explorer import Explorer, Sentence, Table

SIZES = (10, 30, 100, 300, 1000)
REPEATS = 60
QUANTITIES = {"gradient": "the mean coarse gradient", "loss": "the loss, largest on the ray"}


@cache
def _inputs(samples: int) -> np.ndarray:
    rng = np.random.default_rng(samples)
    return rng.standard_normal((REPEATS, samples, TEACHER.m, TEACHER.n))


def _gradient(estimator: str, samples: int) -> np.ndarray:
    """|mean of g - E[g]|^2, once for each repeat."""
    proxy = get_estimator(estimator)
    exact = expected_coarse_gradient(V0, W0, TEACHER, proxy)[1]
    mean = coarse_gradient(V0, W0, _inputs(samples), TEACHER, proxy)[1].mean(axis=1)
    return np.square(mean - exact).sum(axis=-1)


def _loss(estimator: str, samples: int) -> np.ndarray:
    """Squared largest gap between f_N and f on the ray along E[g], once for each repeat."""
    direction = expected_coarse_gradient(V0, W0, TEACHER, get_estimator(estimator))[1]
    gaps = np.empty(REPEATS)
    for i, Z in enumerate(_inputs(samples)):
        ray = empirical_ray(V0, W0, direction, Z, TEACHER)
        breaks = ray.breaks[ray.breaks < LAST]
        levels = ray.levels[: breaks.size + 1]
        ends = np.concatenate([[0.0], breaks, [LAST]])
        exact = population_loss(V0, W0 - ends[:, None] * direction, TEACHER)
        # f falls along the ray, so that on each level the gap is largest at one of its ends
        gaps[i] = max(np.abs(levels - exact[:-1]).max(), np.abs(levels - exact[1:]).max())
    return np.square(gaps)


@cache
def measured(quantity: str, estimator: str) -> tuple[np.ndarray, np.ndarray, Rate]:
    """Root mean square errors at `SIZES`, their standard errors and the fitted exponent."""
    squares = np.array(
        [(_gradient if quantity == "gradient" else _loss)(estimator, size) for size in SIZES]
    )
    mean = squares.mean(axis=1)
    root = np.sqrt(mean)
    error = squares.std(axis=1, ddof=1) / math.sqrt(REPEATS) / (2.0 * root)
    return root, error, fitted_rate(SIZES, root, error)


def _curve(quantity: str, estimator: str) -> dict[str, float | str | np.ndarray]:
    root, error, rate = measured(quantity, estimator)
    last = float(root[-1])
    return {
        "root": root,
        "error": 2.0 * error,
        "half": last * np.sqrt(SIZES[-1] / np.array(SIZES)),
        "slope": rate.slope,
        "slope_error": rate.standard_error,
        "away": abs(rate.slope + 0.5) / rate.standard_error,
        "first": float(root[0]),
        "last": last,
        "colour": STYLES[estimator].colour,
    }


EXPLORER = Explorer(
    name="rate",
    title="A hundred times the samples, about a tenth of the error",
    caption=(
        "Root mean square error over 60 repeats against K, both axes logarithmic, with bars of "
        "two standard errors. Dashed: slope \N{MINUS SIGN}1/2 through the last point. Start and "
        "teacher as in the explorer above; the loss is compared on the ray along the expected "
        "coarse gradient."
    ),
    alt=(
        "Five points on logarithmic axes, error against the number of samples, that lie on a "
        "straight line which falls by half a decade for each decade of K."
    ),
    controls=(radio("quantity", "Error of", QUANTITIES, "gradient"), estimator_control()),
    tables=(Table(("quantity", "estimator"), _curve, decimals=4),),
    formulas={},
    figure=plots.figure(
        [
            plots.scatter(
                list(SIZES),
                "=half",
                "slope of one half, falling",
                line=plots.stroke("@truth", 2, "dash"),
                hoverinfo="skip",
                **plots.named("over", 0.4),
            ),
            plots.scatter(
                list(SIZES),
                "=root",
                "measured",
                marker=plots.marker("=colour", 9),
                error_y=plots.error_bars("=error", "=colour"),
                **plots.named("above"),
            ),
        ],
        plots.layout(
            380,
            (60, 15, 10, 50),
            xaxis=plots.axis("K", type="log", ticks=SIZES, range=(0.9, 3.1)),
            yaxis=plots.axis(
                "error", type="log", ticks=(0.1, 0.2, 0.5, 1, 2, 5), range=(-1.25, 0.85)
            ),
        ),
        narrow=plots.layout(340, (50, 15, 10, 45)),
    ),
    sentences=(
        Sentence(
            "away <= 3",
            "The error falls with the root of K. The fitted slope is within three standard errors "
            "of the predicted one, \N{MINUS SIGN}1/2.",
        ),
        Sentence(
            "True",
            "The error falls not quite with the root of K. The fitted slope is over three standard "
            "errors from the predicted half, so small K still matter.",
        ),
    ),
    rows=(
        ("Error at K = 10", "{first:.2f}"),
        ("At K = 1000", "{last:.2f}"),
        ("Fitted slope", "{slope:.3f} ± {slope_error:.3f}"),
        ("From \N{MINUS SIGN}1/2", "{away:.1f} errors"),
    ),
    chips=4,
)
