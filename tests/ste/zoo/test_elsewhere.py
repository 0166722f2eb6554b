"""The proxies from elsewhere: their shapes, their moments, the registry."""

import numpy as np
import oracle
import pytest
from strategies import with_ratio

import ste
from ste.zoo.elsewhere import ARCTAN, HARD_TANH, LOG_TAILED_RELU, SIGMOID, TANH, TRIANGLE, ZOO
from ste.zoo.windows import window

X = np.linspace(-6.0, 6.0, 4801)

#: The proxies mu themselves; a slope must be what their difference quotient says.
PROXIES = {
    HARD_TANH: lambda x: np.clip(x, -1.0, 1.0),
    SIGMOID: lambda x: 1.0 / (1.0 + np.exp(-x)),
    TANH: np.tanh,
    TRIANGLE: lambda x: np.where(
        np.abs(x) < 1.0, 0.5 + x - 0.5 * x * np.abs(x), (x > 0.0).astype(float)
    ),
    ARCTAN: lambda x: 0.5 + np.arctan(np.pi * x) / np.pi,
    LOG_TAILED_RELU: lambda x: np.where(
        x < 1.0, np.maximum(x, 0.0), 1.0 + np.log(np.maximum(x, 1.0))
    ),
}


@pytest.mark.parametrize("estimator", ZOO, ids=lambda e: e.name)
def test_slopes_are_derivatives_of_their_proxies(estimator):
    away = np.all([np.abs(X - b) > 1e-3 for b in (*estimator.breakpoints, 99.0)], axis=0)
    x, step = X[away], 1e-6
    mu = PROXIES[estimator]
    slope = (mu(x + step) - mu(x - step)) / (2 * step)
    np.testing.assert_allclose(estimator.evaluate(x), slope, atol=1e-8)


@pytest.mark.parametrize("estimator", ZOO, ids=lambda e: e.name)
def test_proxies_are_the_integrals_of_their_slopes(estimator):
    mu = PROXIES[estimator]
    np.testing.assert_allclose(estimator.proxy(X), mu(X) - mu(np.zeros(1)), rtol=1e-12, atol=1e-13)


@pytest.mark.parametrize("estimator", ZOO, ids=lambda e: e.name)
@pytest.mark.parametrize(("rho", "theta"), [(0.3, 0.4), (5.0, 3.0)])
def test_moments_against_the_oracle(estimator, rho, theta):
    moments = estimator.moments(rho, theta)
    wanted = oracle.by_definition(SLOPES[estimator], estimator.breakpoints)(rho, theta)
    b_y = moments.b_y_over_sin * np.sin(theta)
    found = (moments.a_plus, moments.a_minus, moments.b_x, b_y)
    for got, want in zip(found, wanted, strict=True):
        assert float(got) == pytest.approx(float(want), rel=1e-10, abs=1e-12)


mp = oracle.mp
SLOPES = {
    HARD_TANH: lambda x: mp.mpf(abs(x) < 1),
    SIGMOID: lambda x: 1 / (2 * mp.cosh(x / 2)) ** 2,
    TANH: lambda x: mp.sech(x) ** 2,
    TRIANGLE: lambda x: max(mp.zero, 1 - abs(x)),
    ARCTAN: lambda x: 1 / (1 + (mp.pi * x) ** 2),
    LOG_TAILED_RELU: lambda x: mp.zero if x <= 0 else (mp.one if x < 1 else 1 / x),
}


@pytest.mark.parametrize("theta", [0.0, 1e-9, 0.5, 1.6, np.pi])
def test_the_window_has_a_closed_form(theta):
    rho = np.array([1e-3, 0.2, 1.0, 7.0])
    closed = HARD_TANH.moments(rho, theta)
    plain = ste.Estimator("plain", HARD_TANH.derivative, HARD_TANH.breakpoints).moments(rho, theta)
    for name in ("a_plus", "a_minus", "b_x", "b_y_over_sin"):
        np.testing.assert_allclose(getattr(closed, name), getattr(plain, name), atol=1e-12)


def test_slopes_do_not_overflow():
    far = np.array([-1e300, -800.0, 800.0, 1e300])
    for estimator in (HARD_TANH, SIGMOID, TANH, TRIANGLE, LOG_TAILED_RELU):
        assert np.all(estimator.evaluate(far) < 0.01)


def test_the_registry_has_the_paper_first():
    assert list(ste.ESTIMATORS)[:3] == ["identity", "relu", "clipped_relu"]
    assert list(ste.ESTIMATORS.values()) == [*ste.PAPER, *ZOO]
    for name, estimator in ste.ESTIMATORS.items():
        assert ste.get_estimator(name) is estimator
    with pytest.raises(TypeError):
        ste.ESTIMATORS["mine"] = ste.RELU


@pytest.mark.parametrize("name", ["ReLU", "", None, 3])
def test_an_unknown_name_lists_the_known_ones(name):
    with pytest.raises(ValueError) as caught:
        ste.get_estimator(name)
    known = ", ".join(ste.ESTIMATORS)
    assert str(caught.value) == f"name: expected one of {known}, got {name!r}"


LEAKS = [(0.0, 1.0), (0.5, 1.5), (1.0, 1.0), (0.02, 3.0), (4.0, 0.3)]


@pytest.mark.parametrize(("leak", "clip"), LEAKS)
@pytest.mark.parametrize(("rho", "theta"), [(0.3, 0.4), (5.0, 3.0), (1.0, np.pi)])
def test_a_window_has_the_moments_of_its_derivative(leak, clip, rho, theta):
    leaky = window(leak, clip)
    plain = ste.Estimator("plain", leaky.derivative, leaky.breakpoints)
    found, wanted = leaky.moments(rho, theta), plain.moments(rho, theta)
    for part in ("a_plus", "a_minus", "b_x", "b_y_over_sin"):
        assert getattr(found, part) == pytest.approx(getattr(wanted, part), rel=1e-9, abs=1e-13)


@pytest.mark.result("prop-leak")
@pytest.mark.parametrize(("leak", "clip"), LEAKS)
@pytest.mark.parametrize("rho", [0.05, 0.7, 1.0, 6.0])
def test_what_a_leak_leaves_over_is_its_share_of_what_identity_leaves(leak, clip, rho):
    teacher = ste.Teacher([1.0, -0.5, 0.8, 0.3], [1.0, 0.0, 0.0])
    leaky, share = window(leak, clip), -np.expm1(-((leak / rho) ** 2) / 2)
    found = ste.residuals(teacher, leaky, rho)
    whole = ste.residuals(teacher, ste.IDENTITY, rho)
    assert found.saddle == pytest.approx(share * whole.saddle, rel=1e-12, abs=1e-15)
    assert found.spurious == pytest.approx(share * whole.spurious, rel=1e-12, abs=1e-15)
    trap = ste.critical_points(teacher).spurious
    w = rho * np.array([-1.0, 0.0, 0.0])
    mean, error = ste.monte_carlo_gradient(trap.v, w, teacher, leaky, 30_000, seed=5)
    wanted = share * whole.spurious * w / rho
    assert (np.abs(mean - wanted) < 4.5 * error + 1e-12).all()


@pytest.mark.result("cor-leak-cycle")
@pytest.mark.parametrize("leak", [0.02, 0.5, 3.0])
def test_a_leak_of_any_width_has_the_cycle_of_identity(leak):
    for teacher in (with_ratio(4, 0.1), with_ratio(8, 0.15), with_ratio(4, 0.25)):
        found, wanted = (ste.limit_cycle(teacher, e) for e in (window(leak, 1.0), ste.IDENTITY))
        assert (found.exists, found.threshold) == (wanted.exists, wanted.threshold)
        assert found.period == wanted.period
    assert not ste.limit_cycle(with_ratio(4, 0.1), window(0.0, 1.0)).exists


@pytest.mark.result("cor-leak-cycle")
def test_a_run_with_a_small_leak_swings_as_identity_does():
    teacher, rate = with_ratio(4, 0.15), 0.002
    teacher = ste.Teacher(teacher.v / np.sqrt(teacher.N), teacher.w)
    cycle = ste.limit_cycle(teacher)
    a = 2.0 / cycle.period - 1.0
    v = a * teacher.v + (1.0 - a) / (teacher.m + 1) * teacher.s
    w = rate * np.array([np.cos(np.pi - 1e-3), np.sin(np.pi - 1e-3), 0.0])
    run = ste.descend(v, w, teacher, window(0.05, 0.5), rate, 400)
    spikes = np.flatnonzero((run.angle[1:] < 1.0) & (run.angle[:-1] > 1.0))
    assert len(spikes) > 15
    assert np.diff(spikes).mean() == pytest.approx(cycle.period, rel=0.02)


@pytest.mark.parametrize(
    ("leak", "clip", "said"),
    [
        (-0.1, 1.0, "leak: expected a finite number >= 0"),
        (np.inf, 1.0, "leak: expected a finite number, got inf"),
        (0.5, 0.0, "clip: expected a finite number > 0"),
    ],
)
def test_a_window_that_is_none_is_refused(leak, clip, said):
    with pytest.raises(ValueError, match=said):
        window(leak, clip)
