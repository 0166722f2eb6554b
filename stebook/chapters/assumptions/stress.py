"""The stress explorer: the cosine between E[g] and the true gradient when an assumption fails."""

import math
from collections.abc import Callable
from functools import cache
from typing import NamedTuple

import numpy as np

from ste.beyond.correlated_rows import CorrelatedRows
from ste.beyond.other_rows import (
    GAUSSIAN,
    LAPLACE,
    SPHERICAL_T,
    STUDENT,
    UNIFORM,
    Rows,
    coarse_from_fields,
    planar_fields,
    two_clusters,
)
from ste.beyond.own_filters import UnsharedTeacher
from ste.beyond.relu_labels import relu_label_coarse_gradient, relu_label_gradient
from ste.beyond.staircase import quantizer_stairs, staircase_coarse_gradient, staircase_gradient
from ste.landscape import best_v
from ste.model import Teacher
from ste.zoo import get_estimator
from ste.zoo.windows import paper_windows
from stebook import plots
from stebook.chapters.styles import chosen_style, estimator_control
from stebook.controls import menu, radio, slider
from stebook.explorer import Explorer, Sentence, Table

V_STAR = np.array([1.0, -0.5, 0.8, 0.3])
#: The direction of w* in the plane; away from the axes, on which some laws are symmetric.
AXIS = 0.4
#: Degrees of w from w*, on both sides.
THETA = tuple(range(-175, 176, 10))
#: Of these some are sampled.
SAMPLED = tuple(range(2, len(THETA), 4))
SAMPLES = 4000
#: Standard deviation of the noise on the labels.
NOISE = 3.0
#: Long and nearly at a right angle to v*.
ACROSS = 2.0 * np.array([1.0, 2.0, 0.0, 0.0]) / math.sqrt(5.0) + 0.05 * V_STAR
#: |w| of the student with more bits; the teacher has 1.
LENGTH = 1.3
CONDITIONS = {"corr4": 4.0, "corr30": 30.0}
STAIRS = {"bits2": (2, 0.6511), "bits4": (4, 0.1946)}
STRESSES = {
    "paper": "Nothing: as in the paper",
    "radial": "Rows: spherical t",
    "cube": "Rows: uniform on a cube",
    "laplace": "Rows: Laplace",
    "student": "Rows: Student t",
    "clusters": "Rows: two clusters",
    "corr4": "Rows correlated, condition 4",
    "corr30": "Rows correlated, condition 30",
    "noise": "Noise on the labels",
    "relu_labels": "A ReLU in the teacher",
    "own_teacher": "Teacher: a filter for each row",
    "own": "A filter for each unit",
    "bits2": "2 bits",
    "bits4": "4 bits",
}
LAWS = {
    "paper": GAUSSIAN,
    "radial": SPHERICAL_T,
    "cube": UNIFORM,
    "laplace": LAPLACE,
    "student": STUDENT,
    "clusters": two_clusters(2.0),
    "noise": GAUSSIAN,
}
#: The teacher's filters in "a filter for each row", in degrees from AXIS.
SPREAD = np.array([0.0, 60.0, -30.0, 90.0])
PLACES = {"best": "best v for each w", "star": "v = v*", "across": "v across v*"}


class Setting(NamedTuple):
    """E[g], the true gradient, v and w at all angles; own filters have an axis for the unit."""

    coarse: np.ndarray
    true: np.ndarray
    v: np.ndarray
    w: np.ndarray


def filters(axis: float = AXIS, length: float = 1.0) -> np.ndarray:
    """w at all angles of the grid."""
    psi = axis + np.radians(THETA)
    return length * np.stack([np.cos(psi), np.sin(psi)], axis=-1)


def layer(place: str, best: np.ndarray) -> np.ndarray:
    """v at all angles of the grid."""
    return best if place == "best" else np.tile({"star": V_STAR, "across": ACROSS}[place], (36, 1))


def quadratic_best(slope: Callable[[np.ndarray], np.ndarray]) -> np.ndarray:
    """The v at which df/dv = 0, for a slope that is linear in v."""
    level = slope(np.zeros(4))
    columns = np.stack([slope(row) - level for row in np.eye(4)], axis=-1)
    return np.linalg.solve(columns, -level[..., None])[..., 0]


@cache
def _law_fields(rows: Rows, name: str):
    window = next(w for w in paper_windows(1) if w.name == name)
    return planar_fields(rows, filters(), [math.cos(AXIS), math.sin(AXIS)], window)


@cache
def correlated(condition: float) -> CorrelatedRows:
    """Sigma = diag(kappa, 1) and the whitened w* where turning is hardest."""
    axis = math.atan(1.0 / math.sqrt(condition))
    w = [math.cos(axis) / math.sqrt(condition), math.sin(axis)]
    return CorrelatedRows(Teacher(V_STAR, w), np.diag([condition, 1.0]))


@cache
def own_teacher() -> UnsharedTeacher:
    """A teacher whose filters point in four directions."""
    psi = AXIS + np.radians(SPREAD)
    return UnsharedTeacher(V_STAR, np.stack([np.cos(psi), np.sin(psi)], axis=-1))


@cache
def setting(stress: str, name: str, place: str) -> Setting:
    """Both gradients, and where they are taken."""
    estimator, star = get_estimator(name), [math.cos(AXIS), math.sin(AXIS)]
    teacher, w = Teacher(V_STAR, star), filters()
    if stress in LAWS:
        fields = _law_fields(LAWS[stress], name)
        angle = np.pi * (1.0 - 2.0 * np.clip(fields.both, 0.0, 0.5))
        v = layer(place, best_v(angle, teacher))
        coarse = coarse_from_fields(v, V_STAR, fields)
        return Setting(coarse, -(v @ V_STAR)[:, None] * fields.gradient, v, w)
    if stress in CONDITIONS:
        rows = correlated(CONDITIONS[stress])
        w = filters(math.atan2(*rows.whitened.w[::-1])) @ np.linalg.inv(rows.root)
        v = layer(place, best_v(rows.angle(w), rows.teacher))
        return Setting(rows.coarse_gradient(v, w, estimator)[1], rows.gradient(v, w)[1], v, w)
    if stress in STAIRS:
        stairs = quantizer_stairs(*STAIRS[stress])
        window = next(p for p in paper_windows(*STAIRS[stress]) if p.name == name)
        w = filters(length=LENGTH)
        v = layer(place, quadratic_best(lambda v: staircase_gradient(v, w, teacher, stairs)[0]))
        coarse = staircase_coarse_gradient(v, w, teacher, window, stairs)[1]
        return Setting(coarse, staircase_gradient(v, w, teacher, stairs)[1], v, w)
    if stress == "relu_labels":
        v = layer(place, quadratic_best(lambda v: relu_label_gradient(v, w, teacher)[0]))
        coarse = relu_label_coarse_gradient(v, w, teacher, estimator)[1]
        return Setting(coarse, relu_label_gradient(v, w, teacher)[1], v, w)
    alike = UnsharedTeacher(V_STAR, np.tile(star, (4, 1)))
    own = own_teacher() if stress == "own_teacher" else alike
    W = np.repeat(w[:, None], 4, axis=1)
    v = layer(place, quadratic_best(lambda v: own.gradient(v, W)[0]))
    coarse, true = own.coarse_gradient(v, W, estimator)[1], own.gradient(v, W)[1]
    if stress == "own":
        return Setting(coarse, true, v, W)
    return Setting(coarse.sum(axis=1), true.sum(axis=1), v, w)


@cache
def _inputs(stress: str) -> tuple[np.ndarray, np.ndarray]:
    """Samples and their labels, the same for all estimators and places."""
    rng = np.random.default_rng(0)
    if stress in CONDITIONS:
        rows = correlated(CONDITIONS[stress])
        Z = rows.sample(SAMPLES, 0)
        return Z, (Z @ rows.teacher.w > 0.0) @ V_STAR
    Z = LAWS.get(stress, GAUSSIAN).sample(rng, (SAMPLES, 4, 2))
    theirs = Z @ np.array([math.cos(AXIS), math.sin(AXIS)])
    if stress in STAIRS:
        return Z, quantizer_stairs(*STAIRS[stress]).evaluate(theirs) @ V_STAR
    if stress == "relu_labels":
        return Z, np.maximum(theirs, 0.0) @ V_STAR
    if stress == "own_teacher":
        return Z, (np.einsum("smn,mn->sm", Z, own_teacher().W) > 0.0) @ V_STAR
    noise = NOISE * rng.standard_normal(SAMPLES) if stress == "noise" else 0.0
    return Z, (theirs > 0.0) @ V_STAR + noise


def sampled(stress: str, name: str, place: str) -> dict[str, np.ndarray]:
    """The cosine from samples at some angles, and two standard errors."""
    at, (Z, labels) = setting(stress, name, place), _inputs(stress)
    means, errors = [], []
    for i in SAMPLED:
        w, v = np.broadcast_to(at.w[i], (4, 2)), at.v[i]
        true = np.broadcast_to(at.true[i], (4, 2))
        pre = np.einsum("smn,mn->sm", Z, w)
        if stress in STAIRS:
            stairs = quantizer_stairs(*STAIRS[stress])
            window = next(p for p in paper_windows(*STAIRS[stress]) if p.name == name)
            on, slope = stairs.evaluate(pre), window.estimator.evaluate(pre)
        else:
            on, slope = (pre > 0.0).astype(float), get_estimator(name).evaluate(pre)
        along = np.sum(slope * v * np.einsum("smn,mn->sm", Z, true), axis=1) * (on @ v - labels)
        size = np.linalg.norm(at.true[i]) * np.linalg.norm(at.coarse[i])
        means.append(along.mean() / size)
        errors.append(along.std() / math.sqrt(SAMPLES) / size)
    return {"estimate": np.array(means), "error": 2.0 * np.array(errors)}


def cosines(stress: str, name: str, place: str) -> np.ndarray:
    """The cosine between E[g] and the true gradient at all angles."""
    at = setting(stress, name, place)
    coarse, true = (part.reshape(len(THETA), -1) for part in (at.coarse, at.true))
    size = np.linalg.norm(coarse, axis=1) * np.linalg.norm(true, axis=1)
    return np.sum(coarse * true, axis=1) / size


def _curve(stress: str, estimator: str, place: str) -> dict[str, float | np.ndarray]:
    cosine = cosines(stress, estimator, place)
    return {
        "cosine": cosine,
        "negative": np.where(cosine < 0.0, cosine, np.nan),
        "negatives": float(np.sum(cosine < 0.0)),
        "least": round(float(cosine.min()), 4),
        "least_at": float(THETA[int(cosine.argmin())]),
        **sampled(stress, estimator, place),
    }


def _here(stress: str, estimator: str, place: str, theta: float) -> dict[str, float]:
    # rounded here, so that the page, which keeps few digits, says the same
    return {"here": round(float(cosines(stress, estimator, place)[THETA.index(theta)]), 4)}


def _kind(stress: str) -> dict[str, bool]:
    return {"noisy": stress == "noise"}


EXPLORER = Explorer(
    name="stress",
    title="What if not?",
    caption=(
        "The cosine between the expected coarse gradient and the true gradient, for a filter at "
        "the angle θ on either side of w* (n = 2; for correlated rows after whitening). Line: "
        "exact, by closed form or quadrature. Bars: from 4,000 samples, two standard errors each "
        "way; the noise has the standard deviation 3. Crosses: negative. The teacher has "
        "v* = (1, \N{MINUS SIGN}0.5, 0.8, 0.3); v across v* is 2 (1, 2, 0, 0)/√5 + 0.05 v*. "
        "With more bits |w| = 1.3 and |w*| = 1."
    ),
    alt=(
        "The cosine against theta. It stays above zero for most stresses at the best v, and falls "
        "below zero, marked by crosses, for correlated rows and for v nearly at right angles to v*."
    ),
    controls=(
        menu("stress", "What fails", STRESSES, "corr30"),
        estimator_control(),
        radio("place", "Second layer", PLACES, "best"),
        slider("theta", "Angle θ", plots.degrees(*THETA), -5),
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
            plots.scatter(list(THETA), "=cosine", "exact", line=plots.CHOSEN.line(2.5)),
            plots.scatter(
                [THETA[i] for i in SAMPLED],
                "=estimate",
                "from samples",
                marker=plots.marker("@text", 5),
                error_y=plots.error_bars("=error", "@text", thickness=1.4, width=4),
            ),
            plots.scatter(
                list(THETA), "=negative", "negative", marker=plots.marker("=colour", 9, symbol="x")
            ),
            plots.chosen_point("theta", "here"),
        ],
        plots.layout(
            400,
            (58, 26, 10, 90),
            legend=plots.below(-0.24),
            xaxis=plots.axis(
                "θ", standoff=4, range=(-182, 182), ticks=plots.degrees(-180, -90, 0, 90, 180)
            ),
            yaxis=plots.axis("cosine", range=(-1.15, 1.15), ticks=(-1, 0, 1), zerolinewidth=2),
        ),
    ),
    sentences=(
        Sentence(
            "noisy & (negatives < 1)",
            "Noise on the labels, {estimator_label}, {place_label}: the curve is the paper's, "
            "and so is its smallest value, {least:.2f}. Only the bars are longer. At θ = "
            "{theta_label} the cosine is {here:.2f}.",
        ),
        Sentence(
            "negatives > 0.5",
            "{stress_label}; {estimator_label}, {place_label}: the inner product is negative at "
            "{negatives:.0f} of 36 angles. The smallest cosine is {least:.2f}, at θ = "
            "{least_at:.0f}°. At θ = {theta_label} it is {here:.2f}.",
        ),
        Sentence(
            "True",
            "{stress_label}; {estimator_label}, {place_label}: the inner product is not negative "
            "at any of 36 angles. The smallest cosine is {least:.2f}. At θ = {theta_label} it is "
            "{here:.2f}.",
        ),
    ),
    rows=(
        ("Angles with a negative inner product, of 36", "{negatives:.0f}"),
        ("Smallest cosine", "{least:.2f}"),
        ("Cosine at this angle", "{here:.2f}"),
    ),
)
