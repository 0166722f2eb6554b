"""Each check accepts the right answer, gives known slips their own hint, and survives nonsense."""

import math

import numpy as np
import pytest

import ste
from ste import exercises as ex
from ste._erf import K

POPULATION = ste.population_loss
S, M = ex.TEACHER.s, ex.TEACHER.m


def unit(w):
    return w / np.linalg.norm(w)


def expected(estimator):
    return lambda v, w, teacher: ste.expected_coarse_gradient(v, w, teacher, estimator)[1]


def loss_with(c_of_theta, cross_rows=True):
    """The population loss from its definition, with room for two slips."""

    def loss(v, w, teacher):
        c = c_of_theta(math.acos(w @ teacher.w / np.linalg.norm(w)))
        ones = float(cross_rows)
        matrix = np.eye(teacher.m) + ones * np.ones((teacher.m, teacher.m))
        mixed = c * np.eye(teacher.m) + ones * np.ones((teacher.m, teacher.m))
        if not cross_rows:
            matrix, mixed = 2 * np.eye(teacher.m), (1 + c) * np.eye(teacher.m)
        return (v @ matrix @ v - 2 * v @ mixed @ teacher.v + teacher.v @ matrix @ teacher.v) / 8

    return loss


def true_c(theta):
    return 1 - 2 * theta / math.pi


def root(r, m, which):
    q = m / (m + 1)
    a, b = 1 - (2 - q) * r, 1 - q * r
    return (-b + which * math.sqrt(b * b - 4 * a * r)) / (2 * a)


RIGHT = [
    (ex.check_angle, 3 * math.pi / 4),
    (ex.check_no_slope, 0.0),
    (ex.check_agreement, lambda theta: (math.pi - theta) / (2 * math.pi)),
    (ex.check_population_loss, loss_with(true_c)),
    (
        ex.check_best_v,
        lambda theta, t: true_c(theta) * t.v + (1 - true_c(theta)) * t.s / (t.m + 1),
    ),
    (ex.check_half_moment, 1 / math.sqrt(2 * math.pi)),
    (
        ex.check_identity_gradient,
        lambda v, w, t: (v @ v * unit(w) - v @ t.v * t.w) / math.sqrt(2 * math.pi),
    ),
    (ex.check_leaky_factor, lambda slope: 1 + slope),
    (ex.check_counterexample, ste.Estimator("minus", lambda x: -np.ones_like(x))),
    (ex.check_asymmetry, ex.field_asymmetry(ste.RELU)),
    (ex.check_residual, 2 * 3 * 1.6**2 / 25 / math.sqrt(2 * math.pi)),
    (ex.check_period, lambda r, m: 2 / (1 + root(r, m, -1))),
    (ex.check_threshold, 0.2149),
]

WRONG = [
    (ex.check_angle, 135, "degrees"),
    (ex.check_angle, math.pi / 4, "sign of the dot product"),
    (ex.check_angle, -math.sqrt(0.5), "arccosine"),
    (ex.check_angle, 1.0, "not within"),
    (ex.check_no_slope, 1.0, "did not change"),
    (ex.check_no_slope, 37, "between 0 and 1"),
    (ex.check_no_slope, 0.3, "step tiny"),
    (ex.check_agreement, lambda theta: 0.25, "independent"),
    (ex.check_agreement, lambda theta: theta / (2 * math.pi), "the student does not"),
    (ex.check_agreement, lambda theta: 1 - theta / math.pi, "both on or both off"),
    (ex.check_agreement, lambda theta: 0.5, "At theta = 0.500"),
    (ex.check_population_loss, lambda *a: 2 * POPULATION(*a), "factor 1/2"),
    (ex.check_population_loss, loss_with(true_c, cross_rows=False), "two different rows"),
    (ex.check_population_loss, loss_with(lambda theta: 1 - theta / math.pi), "c = 1 - 2 theta"),
    (ex.check_population_loss, lambda v, w, teacher: 0.0, "it returns 0.0"),
    (ex.check_best_v, lambda theta, teacher: teacher.v, "theta = 0 only"),
    (ex.check_best_v, lambda theta, teacher: true_c(theta) * teacher.v, "vector of ones"),
    (ex.check_best_v, lambda theta, teacher: 0.0, "shape ()"),
    (ex.check_half_moment, 0.5, "P(X > 0)"),
    (ex.check_half_moment, math.sqrt(2 / math.pi), "E|X|"),
    (ex.check_half_moment, 0.0, "E[X]"),
    (ex.check_identity_gradient, lambda v, w, t: v @ v * w - v @ t.v * t.w, "Two things"),
    (ex.check_identity_gradient, lambda v, w, t: v @ v * unit(w) - v @ t.v * t.w, "constant k"),
    (
        ex.check_identity_gradient,
        lambda v, w, t: K * (v @ v * w - v @ t.v * t.w),
        "direction of w",
    ),
    (
        ex.check_identity_gradient,
        lambda v, w, t: -expected(ste.IDENTITY)(v, w, t),
        "sign is turned",
    ),
    (ex.check_identity_gradient, expected(ste.RELU), "gradient of ReLU"),
    (ex.check_leaky_factor, lambda slope: 2 * slope, "own share"),
    (ex.check_leaky_factor, lambda slope: 1 + 2 * slope, "1 - slope"),
    (ex.check_leaky_factor, lambda slope: 1 - slope, "alone"),
    (ex.check_counterexample, ste.RELU, "never negative"),
    (
        ex.check_counterexample,
        ste.Estimator("slightly", lambda x: np.where(x > 0, 1.0, -0.1), (0.0,)),
        "still not below 0",
    ),
    (ex.check_counterexample, "relu", "should be an Estimator"),
    (
        ex.check_counterexample,
        ste.Estimator("nan", lambda x: np.full_like(x, np.nan)),
        "cannot be used",
    ),
    (ex.check_asymmetry, 0.0, "would mean a gradient"),
    (ex.check_asymmetry, ex.field_asymmetry(ste.IDENTITY), "asks for ReLU"),
    (ex.check_residual, 0.0, "what ReLU gives"),
    (ex.check_residual, 2 * 3 * S**2 / 25, "constant k"),
    (ex.check_residual, 2 * M * S**2 * K / 25, "m - 1"),
    (
        ex.check_residual,
        K * float(np.square(-ex.TEACHER.v + 2 * S / (M + 1)).sum()),
        "second term is missing",
    ),
    (ex.check_period, lambda r, m: 2 / (1 + root(r, m, +1)), "other root"),
    (ex.check_period, lambda r, m: 1 / (1 + root(r, m, -1)), "Half the period"),
    (ex.check_period, lambda r, m: root(r, m, -1), "That is a"),
    (ex.check_threshold, 0.5, "ends before that"),
    (ex.check_threshold, 0.2, "many units"),
]


def names(cases):
    return [f"{check.__name__}-{i}" for i, (check, *_) in enumerate(cases)]


@pytest.mark.parametrize(("check", "answer"), RIGHT, ids=names(RIGHT))
def test_right_answer_passes(check, answer):
    verdict = check(answer)
    assert verdict.passed, verdict
    assert repr(verdict).startswith("Correct. ")


@pytest.mark.parametrize(("check", "answer", "hint"), WRONG, ids=names(WRONG))
def test_known_slip_gets_its_hint(check, answer, hint):
    verdict = check(answer)
    assert not verdict
    assert hint in verdict.message
    assert repr(verdict).startswith("Not yet. ")


@pytest.mark.parametrize("check", [check for check, _ in RIGHT], ids=names(RIGHT))
@pytest.mark.parametrize("nonsense", [None, "a string", [1.0, 2.0], float("nan")])
def test_nonsense_is_wrong_and_never_an_error(check, nonsense):
    verdict = check(nonsense)
    assert not verdict
    assert verdict.message


def test_a_function_that_fails_is_told_how():
    verdict = ex.check_agreement(lambda theta: 1 / 0)
    assert not verdict
    assert "ZeroDivisionError" in verdict.message


def test_every_check_is_covered():
    checks = {name for name in dir(ex) if name.startswith("check_")}
    assert {check.__name__ for check, _ in RIGHT} == checks
    assert {check.__name__ for check, *_ in WRONG} == checks


def test_every_check_is_told_of_its_slips():
    """A slip that equals the right answer could never be reached."""
    for check, answer, hint in WRONG:
        assert check(answer).message != dict((c, c(a).message) for c, a in RIGHT)[check], hint


def test_asymmetry_does_not_depend_on_the_step():
    for estimator in ste.ESTIMATORS.values():
        coarse, fine = (ex.field_asymmetry(estimator, step) for step in (1e-4, 1e-6))
        assert coarse == pytest.approx(fine, rel=1e-6)


def test_the_true_gradient_is_a_gradient():
    """The same differences applied to the population gradient vanish, so the method can tell."""
    v, w = ex.POINT
    step = 1e-5

    def field(v, w):
        return ste.population_gradient(v, w, ex.TEACHER)

    rows, columns = step * np.eye(v.size), step * np.eye(w.size)
    dw_dv = field(v + rows, w)[1] - field(v - rows, w)[1]
    dv_dw = field(v, w + columns)[0] - field(v, w - columns)[0]
    assert np.allclose(dw_dv, dv_dw.T, atol=1e-9 * step + 1e-13)
