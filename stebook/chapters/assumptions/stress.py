"""The stress explorer: the cosine between E[g] and the true gradient when an assumption fails."""

import math
from functools import cache

import numpy as np

from stebook import plots
from stebook.chapters.assumptions.worlds import STRESSES, THETA, V_STAR
from stebook.chapters.styles import chosen_style, estimator_control
from stebook.controls import menu, radio, slider
from stebook.explorer import Explorer, Sentence, Table

#: Of the angles some are sampled.
SAMPLED = tuple(range(2, len(THETA), 4))
SAMPLES = 4000
#: Long and nearly at a right angle to v*.
ACROSS = 2.0 * np.array([1.0, 2.0, 0.0, 0.0]) / math.sqrt(5.0) + 0.05 * V_STAR
PLACES = {"best": "best v", "star": "v = v*", "across": "v ⊥ v*"}


@cache
def layers(stress: str) -> dict[str, np.ndarray]:
    """v at all angles of the grid, for each of `PLACES`."""
    best = STRESSES[stress].world.best_v(STRESSES[stress].w)
    return {"best": best, "star": np.tile(V_STAR, (36, 1)), "across": np.tile(ACROSS, (36, 1))}


@cache
def _fields(stress: str, name: str) -> dict[str, tuple[np.ndarray, np.ndarray]]:
    case = STRESSES[stress]
    # for all places at once: what the quadrature of a law takes its time for does not depend on v
    parts = case.world.fields(np.stack([*layers(stress).values()]), case.w, case.proxies[name])
    coarse, true = (part.reshape(len(PLACES), len(THETA), -1) for part in parts)
    return dict(zip(PLACES, zip(coarse, true, strict=True), strict=True))


def fields(stress: str, name: str, place: str) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """E[g] and the true gradient at all angles, filters on one axis, and their lengths' product."""
    coarse, true = _fields(stress, name)[place]
    return coarse, true, np.linalg.norm(coarse, axis=-1) * np.linalg.norm(true, axis=-1)


def cosines(stress: str, name: str, place: str) -> np.ndarray:
    """The cosine between E[g] and the true gradient at all angles."""
    coarse, true, size = fields(stress, name, place)
    return np.sum(coarse * true, axis=-1) / size


def sampled(stress: str, name: str, place: str) -> dict[str, np.ndarray]:
    """The cosine from samples at some angles, and two standard errors."""
    case, some = STRESSES[stress], list(SAMPLED)
    v, w = layers(stress)[place][some], case.w[some]
    _, true, size = fields(stress, name, place)
    grads = case.world.sample(v, w, case.proxies[name], SAMPLES, seed=0).grad_w
    along = np.sum(grads.reshape(SAMPLES, len(some), -1) * true[some], axis=-1) / size[some]
    return {"estimate": along.mean(axis=0), "error": 2.0 * along.std(axis=0) / math.sqrt(SAMPLES)}


def _curve(stress: str, estimator: str, place: str) -> dict[str, float | np.ndarray]:
    cosine = cosines(stress, estimator, place)
    return {
        "cosine": cosine,
        "negative": np.where(cosine < 0.0, cosine, np.nan),
        "negatives": float(np.sum(cosine < 0.0)),
        "least": round(float(cosine.min()), 4),
        # rounded, so that of two angles with one cosine the first is named
        "least_at": float(THETA[int(cosine.round(9).argmin())]),
        **sampled(stress, estimator, place),
    }


def _here(stress: str, estimator: str, place: str, theta: float) -> dict[str, float]:
    # rounded here, so that the page, which keeps few digits, says the same
    return {"here": round(float(cosines(stress, estimator, place)[THETA.index(theta)]), 4)}


def _kind(stress: str) -> dict[str, bool]:
    return {"noisy": stress == "noise"}


EXPLORER = Explorer(
    name="stress",
    title="Label noise never sends the average step uphill; correlated rows can",
    caption=(
        "The cosine between the expected coarse gradient and the true gradient, for a filter at "
        "the angle θ on either side of w* (n = 2; for correlated rows after whitening). Line: "
        "exact, by closed form or quadrature. Bars: from 4,000 samples, two standard errors each "
        "way, the longest cut off; the noise has the standard deviation 3. Crosses: negative. The "
        "teacher has v* = (1, \N{MINUS SIGN}0.5, 0.8, 0.3); v perpendicular to v* is 2 (1, 2, 0, "
        "0)/√5 + 0.05 v*. With more bits |w| = 1.3 and |w*| = 1."
    ),
    alt=(
        "The cosine against theta. It stays above zero for most stresses at the best v, and falls "
        "below zero, marked by crosses, for correlated rows and for v nearly at right angles to v*."
    ),
    controls=(
        menu("stress", "What fails", {name: of.label for name, of in STRESSES.items()}, "corr30"),
        slider("theta", "Angle θ", plots.degrees(*THETA), -5, walk=True),
        estimator_control(),
        radio("place", "Second layer", PLACES, "best"),
    ),
    tables=(
        Table(("stress", "estimator", "place"), _curve, decimals=2),
        Table(("stress", "estimator", "place", "theta"), _here),
        Table(("estimator",), chosen_style),
        Table(("stress",), _kind),
    ),
    formulas={},
    figure=plots.figure(
        [
            plots.scatter(
                list(THETA),
                "=cosine",
                "exact",
                line=plots.CHOSEN.line(2.5),
                **plots.named("under", 0.6),
            ),
            plots.scatter(
                [THETA[i] for i in SAMPLED],
                "=estimate",
                "from samples",
                marker=plots.marker("@text", 5),
                error_y=plots.error_bars("=error", "@text", thickness=1.4, width=4),
                **plots.named("right"),
            ),
            plots.scatter(
                list(THETA),
                "=negative",
                "negative",
                marker=plots.marker("=colour", 9, symbol="x"),
                **plots.named("below"),
            ),
            plots.chosen_point("theta", "here"),
        ],
        plots.layout(
            350,
            (58, 26, 10, 45),
            xaxis=plots.axis(
                "θ", standoff=4, range=(-182, 182), ticks=plots.degrees(-180, -90, 0, 90, 180)
            ),
            yaxis=plots.axis("cosine", range=(-1.6, 1.6), ticks=(-1, 0, 1), zerolinewidth=2),
        ),
        narrow=plots.layout(340, (50, 20, 10, 40)),
    ),
    sentences=(
        Sentence(
            "noisy & (negatives < 1)",
            "The curve is the paper's; only the bars are longer. Noise on the labels has the mean "
            "0, so no cosine moves.",
        ),
        Sentence(
            "negatives > 0.5",
            "The inner product is negative at some angles. There a small average step raises the "
            "loss; crosses mark them.",
        ),
        Sentence(
            "True",
            "The inner product is not negative at any angle. So on average a small step never "
            "raises the loss here.",
        ),
    ),
    rows=(
        ("Negative", "{negatives:.0f} of 36 angles"),
        ("Cosine here", "{here:.2f}"),
        ("Smallest", "{least:.2f} at {least_at:.0f}°"),
    ),
    chips=3,
)
