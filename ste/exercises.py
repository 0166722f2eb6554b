"""Checks for the exercises of the book.

Each ``check_*`` takes the reader's answer and returns a `Verdict`: true or false, with a sentence.
A wrong answer that people are known to give gets a hint of its own; any other wrong answer is told
where it differs. An answer of the wrong kind (a string for a number) is a wrong answer too and
never an error.
"""

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from ste._erf import K
from ste.cycle import limit_cycle
from ste.estimators import IDENTITY, RELU, Estimator
from ste.gradients import correlation, expected_coarse_gradient
from ste.landscape import best_v, critical_points, population_loss
from ste.model import Teacher

#: The teacher of the exercises; it has a saddle and a spurious minimum.
TEACHER = Teacher(v=[1.0, -0.5, 0.8, 0.3], w=[1.0, 0.0, 0.0, 0.0, 0.0])


@dataclass(frozen=True)
class Verdict:
    """Whether an answer is right, and a sentence about it. True in an ``if`` when it is."""

    passed: bool
    message: str

    def __bool__(self) -> bool:
        return self.passed

    def __repr__(self) -> str:
        return f"{'Correct.' if self.passed else 'Not yet.'} {self.message}"


class Slip(NamedTuple):
    """A wrong answer that people give, and the hint it gets."""

    answer: object
    hint: str


def _number(answer: object, right: float, slips: Sequence[Slip], well_done: str, *, rel: float):
    """Compare a number; `rel` is the accuracy asked for."""
    try:
        value = float(np.asarray(answer, dtype=float))
    except (TypeError, ValueError):
        return Verdict(False, f"The answer should be one number, not {answer!r}.")
    if math.isclose(value, right, rel_tol=rel, abs_tol=rel * 1e-3):
        return Verdict(True, well_done)
    for slip in slips:
        if math.isclose(value, slip.answer, rel_tol=rel, abs_tol=rel * 1e-3):
            return Verdict(False, slip.hint)
    return Verdict(False, f"{value:.6g} is not within {rel:.0%} of it.")


def _function(
    answer: object,
    right: Callable[..., object],
    cases: Sequence[tuple],
    slips: Sequence[Slip],
    well_done: str,
    describe: Callable[..., str],
) -> Verdict:
    """Compare a function with `right` on `cases`; a slip must match on all of them."""
    if not callable(answer):
        return Verdict(False, f"The answer should be a function, not {answer!r}.")
    given = []
    for case in cases:
        try:
            given.append(np.asarray(answer(*case), dtype=float))
        except Exception as error:  # a reader's function may fail in any way; say how
            return Verdict(False, f"Your function raised {type(error).__name__}: {error}")

    def same(other: Callable[..., object]) -> Iterator[bool]:
        for case, got in zip(cases, given, strict=True):
            wanted = np.asarray(other(*case), dtype=float)
            yield got.shape == wanted.shape and np.allclose(got, wanted, rtol=1e-8, atol=1e-10)

    agrees = list(same(right))
    if all(agrees):
        return Verdict(True, well_done)
    for slip in slips:
        if all(same(slip.answer)):
            return Verdict(False, slip.hint)
    i = agrees.index(False)
    wanted = np.asarray(right(*cases[i]), dtype=float)
    if given[i].shape != wanted.shape:
        return Verdict(
            False, f"The result has shape {given[i].shape}; it should have {wanted.shape}."
        )
    right_ones = f"It agrees at {sum(agrees)} of {len(agrees)} test points. "
    return Verdict(
        False,
        f"{right_ones}{describe(*cases[i])} it returns {np.round(given[i], 6)}, "
        f"not {np.round(wanted, 6)}.",
    )


def _points(count: int, seed: int) -> list[tuple[np.ndarray, np.ndarray, Teacher]]:
    rng = np.random.default_rng(seed)
    return [(rng.normal(size=TEACHER.m), rng.normal(size=TEACHER.n), TEACHER) for _ in range(count)]


def _say_point(v: np.ndarray, w: np.ndarray, teacher: Teacher) -> str:
    return f"At v = {np.round(v, 3)}, w = {np.round(w, 3)}"


def check_angle(answer: float) -> Verdict:
    """Landing page: the angle between (1, 1) and (-2, 0), in radians.

    Examples
    --------
    >>> check_angle(135)
    Not yet. That is the angle in degrees; the book measures angles in radians.
    """
    slips = [
        Slip(135.0, "That is the angle in degrees; the book measures angles in radians."),
        Slip(math.pi / 4, "That is the angle to (2, 0). Mind the sign of the dot product."),
        Slip(-math.sqrt(0.5), "That is the cosine of the angle; take its arccosine."),
    ]
    well_done = "3 pi/4: more than a right angle, since the dot product is negative."
    return _number(answer, 3 * math.pi / 4, slips, well_done, rel=1e-3)


def check_no_slope(answer: float) -> Verdict:
    """Landing page: the share of samples whose loss changes when w moves by a tiny step.

    Examples
    --------
    >>> check_no_slope(0.0)
    Correct. No sample noticed: the loss of a sample is flat in w, and so is its derivative.
    """
    try:
        value = float(np.asarray(answer, dtype=float))
    except (TypeError, ValueError):
        return Verdict(False, f"The answer should be one number, not {answer!r}.")
    if not 0.0 <= value <= 1.0:
        return Verdict(False, "A share lies between 0 and 1: divide by the number of samples.")
    if value <= 1e-3:
        text = "No sample noticed: the loss of a sample is flat in w, and so is its derivative."
        return Verdict(True, text)
    if value >= 0.999:
        return Verdict(False, "That is the share that did not change.")
    text = f"{value:.3g} is too many. Is the step tiny (1e-8), and Z the same before and after?"
    return Verdict(False, text)


def check_agreement(answer: Callable[[float], float]) -> Verdict:
    """The model: the probability that both units fire, as a function of theta.

    Examples
    --------
    >>> check_agreement(lambda theta: 0.25)
    Not yet. 1/4 is right for independent units, that is at theta = pi/2 only.
    """

    def right(theta: float) -> float:
        return (math.pi - theta) / (2 * math.pi)

    slips = [
        Slip(
            lambda theta: 0.25,
            "1/4 is right for independent units, that is at theta = pi/2 only.",
        ),
        Slip(
            lambda theta: theta / (2 * math.pi),
            "That is the probability that the teacher fires and the student does not.",
        ),
        Slip(
            lambda theta: (math.pi - theta) / math.pi,
            "Twice too much: that is the probability that the two agree, both on or both off.",
        ),
    ]
    cases = [(0.0,), (0.5,), (math.pi / 2,), (2.5,), (math.pi,)]
    well_done = "The wedge where both fire has the angle pi - theta, out of 2 pi."
    return _function(answer, right, cases, slips, well_done, lambda t: f"At theta = {t:.3f}")


def check_population_loss(answer: Callable[..., float]) -> Verdict:
    """The model: the population loss f(v, w, teacher) for w != 0.

    Examples
    --------
    >>> check_population_loss(lambda v, w, teacher: population_loss(v, w, teacher) * 2)
    Not yet. Twice too much: the loss has the factor 1/2 of the squared error.
    """

    def parts(v: np.ndarray, w: np.ndarray, teacher: Teacher) -> tuple[float, ...]:
        theta = math.acos(w @ teacher.w / np.linalg.norm(w))
        return theta, float(v.sum()), float(v @ teacher.v), float(v @ v)

    def own_rows_only(v: np.ndarray, w: np.ndarray, teacher: Teacher) -> float:
        theta, _, d, square = parts(v, w, teacher)
        return 0.25 * (square + teacher.N) - d * (math.pi - theta) / (2 * math.pi)

    def wrong_c(v: np.ndarray, w: np.ndarray, teacher: Teacher) -> float:
        theta, total, d, square = parts(v, w, teacher)
        c = 1 - theta / math.pi
        cross = c * d + total * teacher.s
        return 0.125 * (square + total**2 - 2 * cross + teacher.N + teacher.s**2)

    slips = [
        Slip(
            lambda v, w, teacher: 2 * population_loss(v, w, teacher),
            "Twice too much: the loss has the factor 1/2 of the squared error.",
        ),
        Slip(
            own_rows_only,
            "The products of two different rows are missing: their expectation is 1/4, not 0.",
        ),
        Slip(wrong_c, "Close: c = 1 - 2 theta/pi, so that it runs from 1 to -1."),
    ]
    well_done = "Equal to the population loss at all test points."
    return _function(answer, population_loss, _points(5, 11), slips, well_done, _say_point)


def check_best_v(answer: Callable[[float, Teacher], np.ndarray]) -> Verdict:
    """The model: the v of least loss at a given angle, as a function of (theta, teacher).

    Examples
    --------
    >>> check_best_v(lambda theta, teacher: teacher.v)
    Not yet. v* is best at theta = 0 only: df/dv = 0 has c in it.
    """

    def without_ones(theta: float, teacher: Teacher) -> np.ndarray:
        return (1 - 2 * theta / math.pi) * teacher.v

    slips = [
        Slip(
            lambda theta, teacher: teacher.v,
            "v* is best at theta = 0 only: df/dv = 0 has c in it.",
        ),
        Slip(without_ones, "The part along the vector of ones is missing: invert I + 11^T whole."),
    ]
    cases = [(theta, TEACHER) for theta in (0.0, 0.7, math.pi / 2, 2.0, math.pi)]
    well_done = "At theta = pi it is the spurious minimizer of the paper."
    return _function(
        answer, best_v, cases, slips, well_done, lambda theta, _: f"At theta = {theta:.3f}"
    )


def check_half_moment(answer: float) -> Verdict:
    """The expected coarse gradient: E[X; X > 0] for X ~ N(0, 1).

    Examples
    --------
    >>> check_half_moment(0.5)
    Not yet. 1/2 is P(X > 0); here each X also counts with its size.
    """
    slips = [
        Slip(0.5, "1/2 is P(X > 0); here each X also counts with its size."),
        Slip(2 * K, "That is E|X|, from both halves; only X > 0 counts here."),
        Slip(0.0, "0 is E[X]; the negative half is cut away here."),
    ]
    return _number(answer, K, slips, "1/sqrt(2 pi), the constant k of the book.", rel=1e-3)


def check_identity_gradient(answer: Callable[..., np.ndarray]) -> Verdict:
    """The expected coarse gradient: E[g] of the identity estimator at (v, w, teacher).

    Examples
    --------
    >>> check_identity_gradient(lambda v, w, teacher: v @ v * w - v @ teacher.v * teacher.w)
    Not yet. Two things are left: the constant k, and u = w/|w| in the place of w.
    """

    def unit(w: np.ndarray) -> np.ndarray:
        return w / np.linalg.norm(w)

    def right(v: np.ndarray, w: np.ndarray, teacher: Teacher) -> np.ndarray:
        return expected_coarse_gradient(v, w, teacher, IDENTITY)[1]

    slips = [
        Slip(
            lambda v, w, teacher: v @ v * w - v @ teacher.v * teacher.w,
            "Two things are left: the constant k, and u = w/|w| in the place of w.",
        ),
        Slip(
            lambda v, w, teacher: v @ v * unit(w) - v @ teacher.v * teacher.w,
            "Right but for the constant k = 1/sqrt(2 pi).",
        ),
        Slip(
            lambda v, w, teacher: K * (v @ v * w - v @ teacher.v * teacher.w),
            "sigma sees only the direction of w: u = w/|w| belongs in the place of w.",
        ),
        Slip(
            lambda v, w, teacher: -right(v, w, teacher),
            "The sign is turned: the residual is y - y*, not y* - y.",
        ),
        Slip(
            lambda v, w, teacher: expected_coarse_gradient(v, w, teacher, RELU)[1],
            "That is the gradient of ReLU. Under identity the sum over other rows vanishes.",
        ),
    ]
    well_done = "k (|v|^2 u - (v.v*) w*)."
    return _function(answer, right, _points(4, 12), slips, well_done, _say_point)


def check_leaky_factor(answer: Callable[[float], float]) -> Verdict:
    """The expected coarse gradient: inner product of leaky ReLU over that of ReLU, by its slope.

    Examples
    --------
    >>> check_leaky_factor(lambda slope: 1 + slope)
    Correct. slope times identity (2) plus 1 - slope times ReLU (1).
    """
    slips = [
        Slip(lambda slope: 2 * slope, "ReLU's own share is missing: the weights add up to 1."),
        Slip(
            lambda slope: 1 + 2 * slope,
            "The ReLU share is 1 - slope, not 1: at slope = 1 the factor must be identity's.",
        ),
        Slip(lambda slope: 1 - slope, "That is the weight of ReLU in the mixture alone."),
    ]
    cases = [(slope,) for slope in (0.0, 0.01, 0.3, 1.0, 2.0)]
    well_done = "slope times identity (2) plus 1 - slope times ReLU (1)."
    return _function(
        answer, lambda slope: 1 + slope, cases, slips, well_done, lambda a: f"At slope = {a:g}"
    )


#: Where the correlation exercises look; v.v* > 0.
POINT = (np.array([0.9, 0.2, 0.5, -0.3]), np.array([0.3, 0.8, 0.0, 0.0, 0.0]))


def check_counterexample(answer: Estimator) -> Verdict:
    """Correlation: a proxy whose coarse gradient points the wrong way at the exercise's point.

    Examples
    --------
    >>> check_counterexample(RELU)
    Not yet. relu is never negative, and then the inner product cannot be: read the theorem again.
    """
    if not isinstance(answer, Estimator):
        return Verdict(False, f"The answer should be an Estimator, not {answer!r}.")
    try:
        inner = float(correlation(*POINT, TEACHER, answer).inner)
        lowest = float(answer.evaluate(np.linspace(-6.0, 6.0, 2401)).min())
    except ValueError as error:
        return Verdict(False, f"Your estimator cannot be used: {error}")
    if inner < 0.0:
        text = f"The inner product is {inner:.3g}: a step along this one raises the loss at first."
        return Verdict(True, text)
    if lowest >= 0.0:
        text = "is never negative, and then the inner product cannot be: read the theorem again."
        return Verdict(False, f"{answer.name} {text}")
    text = "B_y averages mu' with a normal density: make it negative where the density is high."
    return Verdict(False, f"The inner product is {inner:.3g}, still not below 0. {text}")


def field_asymmetry(estimator: Estimator, step: float = 1e-5) -> float:
    """Largest |dE[g]_j/dv_i - d(df/dv)_i/dw_j| at the exercise's point, by central differences.

    The field (df/dv, E[g]) is the gradient of some function only if this vanishes everywhere.

    Examples
    --------
    >>> field_asymmetry(RELU) > 0.1
    True
    """
    v, w = POINT

    def field(v: np.ndarray, w: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        return expected_coarse_gradient(v, w, TEACHER, estimator)

    rows = step * np.eye(v.size)
    columns = step * np.eye(w.size)
    dw_dv = (field(v + rows, w)[1] - field(v - rows, w)[1]) / (2 * step)
    dv_dw = (field(v, w + columns)[0] - field(v, w - columns)[0]) / (2 * step)
    return float(np.max(np.abs(dw_dv - dv_dw.T)))


def check_asymmetry(answer: float) -> Verdict:
    """Correlation: how far the ReLU field is from being a gradient at the exercise's point.

    Examples
    --------
    >>> check_asymmetry(0.0)
    Not yet. 0 would mean a gradient. Did you compare dE[g]/dv with d(df/dv)/dw?
    """
    right = field_asymmetry(RELU)
    slips = [
        Slip(0.0, "0 would mean a gradient. Did you compare dE[g]/dv with d(df/dv)/dw?"),
        Slip(
            field_asymmetry(IDENTITY),
            "That is the asymmetry of the identity estimator; the exercise asks for ReLU.",
        ),
    ]
    well_done = "Not zero, so the field is not the gradient of any function."
    return _number(answer, right, slips, well_done, rel=1e-2)


def check_residual(answer: float) -> Verdict:
    """Oscillation: |E[g]| of the identity estimator at the spurious minimizer of `TEACHER`.

    Examples
    --------
    >>> check_residual(0.0)
    Not yet. 0 is what ReLU gives there; identity leaves a part along w.
    """
    m, s = TEACHER.m, TEACHER.s
    right = 2 * (m - 1) * s**2 * K / (m + 1) ** 2
    slips = [
        Slip(0.0, "0 is what ReLU gives there; identity leaves a part along w."),
        Slip(right / K, "Right but for the constant k = 1/sqrt(2 pi)."),
        Slip(
            2 * m * s**2 * K / (m + 1) ** 2,
            "The factor is m - 1, not m: with one unit nothing is left over.",
        ),
        Slip(
            float(K * (critical_points(TEACHER).spurious.v @ critical_points(TEACHER).spurious.v)),
            "The second term is missing: at theta = pi, w* = -u, so it adds d along u.",
        ),
    ]
    return _number(answer, right, slips, "2 (m - 1) s^2 k/(m + 1)^2.", rel=1e-3)


def _roots(ratio: float, m: int) -> tuple[float, float]:
    """Both roots a of the cycle's balance, the one nearer -1 first."""
    M = m / (m + 1)
    roots = np.roots([1 - (2 - M) * ratio, 1 - M * ratio, ratio]).real
    return tuple(sorted(roots.tolist()))


def check_period(answer: Callable[[float, int], float]) -> Verdict:
    """Oscillation: the period T(r, m) of the identity cycle.

    Examples
    --------
    >>> check_period(lambda ratio, m: 2 / ratio)
    Not yet. It agrees at 1 of 3 test points. At r = 0.1, m = 2 it returns 20.0, not 45.725561.
    """

    def right(ratio: float, m: int) -> float:
        return 2 / (1 + _roots(ratio, m)[0])

    slips = [
        Slip(
            lambda ratio, m: 2 / (1 + _roots(ratio, m)[1]),
            "That is the other root: the cycle is the one whose a is nearer -1.",
        ),
        Slip(
            lambda ratio, m: 1 / (1 + _roots(ratio, m)[0]),
            "Half the period: a = -1 + 2/T, since one step in T has +1 and the others -1.",
        ),
        Slip(lambda ratio, m: _roots(ratio, m)[0], "That is a; the period is T = 2/(1 + a)."),
    ]
    cases = [(0.1, 2), (0.1, 8), (0.15, 30)]
    well_done = "Take the root nearer -1, then T = 2/(1 + a)."
    return _function(answer, right, cases, slips, well_done, lambda r, m: f"At r = {r:g}, m = {m}")


def check_threshold(answer: float) -> Verdict:
    """Oscillation: r* for m = 8, above which identity escapes.

    Examples
    --------
    >>> check_threshold(0.5)
    Not yet. Spurious minima exist up to r = 1/2, but the cycle around them ends before that.
    """
    right = limit_cycle(Teacher(v=np.ones(8), w=[1.0])).threshold
    slips = [
        Slip(
            0.5,
            "Spurious minima exist up to r = 1/2, but the cycle around them ends before that.",
        ),
        Slip(0.2, "0.2 is the limit for many units; m = 8 is not there yet."),
    ]
    return _number(answer, right, slips, "Two roots meet there and vanish together.", rel=1e-2)
