"""The moments explorer against `ste`: the four numbers, what they make, and what it says."""

import numpy as np
import pytest

from ste import (
    ESTIMATORS,
    IDENTITY,
    critical_points,
    expected_coarse_gradient,
    get_estimator,
    population_gradient,
)
from ste._normal import K
from stebook.chapters.any_proxy.moments import (
    EXPLORER,
    RHO,
    TEACHER,
    THETA,
    moments_along,
    second_layers,
)
from stebook.chapters.teachers import left_over
from stebook.templates import number

ONE_SIDED = ("relu", "clipped_relu", "log_tailed_relu")


def filters(rho):
    theta = np.radians(THETA)
    across = np.where(np.isin(THETA, (0, 180)), 0.0, np.sin(theta))
    return rho * np.stack([np.cos(theta), across], axis=-1)


def test_every_estimator_can_be_chosen():
    assert EXPLORER.control("estimator").values == tuple(ESTIMATORS)


@pytest.mark.parametrize("estimator", ["clipped_relu", "hard_tanh", "sigmoid"])
@pytest.mark.parametrize("rho", [0.25, 4.0])
def test_the_mirrored_half_is_what_the_package_computes(estimator, rho):
    found = moments_along(estimator, rho)
    wanted = get_estimator(estimator).moments(rho, np.radians(THETA))
    for name in ("a_plus", "a_minus", "b_x", "b_y_over_sin", "alpha"):
        np.testing.assert_allclose(getattr(found, name), getattr(wanted, name), atol=1e-12)


@pytest.mark.parametrize("layer", ["best", "teacher"])
@pytest.mark.parametrize("estimator", ["identity", "relu", "clipped_relu", "triangle"])
def test_the_parts_make_the_expected_coarse_gradient(estimator, layer):
    values = EXPLORER.evaluate(estimator=estimator, rho=2.0, layer=layer)
    w, v = filters(2.0), second_layers(layer)
    grad_v, grad_w = expected_coarse_gradient(v, w, TEACHER, get_estimator(estimator))
    u = w / 2.0
    e = TEACHER.w - (u @ TEACHER.w)[:, None] * u
    e[1:-1] /= np.linalg.norm(e[1:-1], axis=-1, keepdims=True)
    np.testing.assert_allclose(np.sum(grad_w * u, axis=-1), values["radial"], atol=1e-12)
    np.testing.assert_allclose(np.sum(grad_w * e, axis=-1), values["tangential"], atol=1e-12)
    if layer == "best":
        np.testing.assert_allclose(grad_v, 0.0, atol=1e-14)


@pytest.mark.parametrize("estimator", list(ESTIMATORS))
def test_the_sentence_says_what_is_left_over_at_the_spurious_minimizer(estimator):
    values = EXPLORER.evaluate(estimator=estimator)
    said = EXPLORER.say(values)
    if estimator in ONE_SIDED:
        assert values["am"] == 0.0 and abs(values["at_end"]) < 1e-12
        assert "A₋ = 0: it has no negative side" in said and "No residual is left" in said
    else:
        assert values["at_end"] > 0.01
        assert "A residual remains" in said
    names = ("ap", "am", "at_end", "largest")
    assert EXPLORER.cells(values)[:4] == [number(values[name], 3) for name in names]


def test_with_the_teachers_v_a_step_turns_the_filter_towards_the_teacher():
    for estimator in ESTIMATORS:
        values = EXPLORER.evaluate(estimator=estimator, layer="teacher", rho=0.5)
        assert np.all(values["tangential"][1:-1] < 0.0)
        assert abs(values["radial"][0]) < 1e-12
        assert "turns w towards w*" in EXPLORER.say(values)
    assert population_gradient(TEACHER.v, [0.0, 1.0], TEACHER)[1] @ TEACHER.w < 0.0


@pytest.mark.parametrize("estimator", list(ESTIMATORS))
def test_only_identity_and_relu_do_not_see_the_length(estimator):
    """The answer to the question that opens the explorer."""
    changes = {EXPLORER.evaluate(estimator=estimator, rho=rho)["ap"] for rho in RHO}
    assert (len(changes) == 1) == (estimator in ("identity", "relu"))


def test_the_teacher_has_a_spurious_minimizer():
    assert 2 * TEACHER.s**2 < (TEACHER.m + 1) * TEACHER.N


@pytest.mark.title("At the trap only the negative side of a proxy moves w")
def test_what_moves_w_at_the_trap_is_a_multiple_of_its_negative_moment():
    """Theorem and explorer, for each proxy at each length; it has the sign of A₋."""
    trap = critical_points(TEACHER).spurious
    np.testing.assert_allclose(second_layers("best")[-1], trap.v, atol=1e-14)
    multiple = left_over(TEACHER, IDENTITY)[1] / K
    for estimator in ESTIMATORS:
        for rho in RHO:
            values = EXPLORER.evaluate(estimator=estimator, rho=rho)
            assert values["at_end"] == pytest.approx(multiple * values["am"], rel=1e-9, abs=1e-12)
            assert values["tangential"][-1] == pytest.approx(0.0, abs=1e-12)
