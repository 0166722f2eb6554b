"""Proxies: their derivative, their arithmetic, the registry, and what is refused."""

import pickle

import numpy as np
import oracle
import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import SETTINGS, proxies

import ste

X = np.array([-2.0, -1e-9, 0.0, 1e-9, 0.5, 1.0, 2.5, 3.0])


@pytest.mark.parametrize(
    ("estimator", "wanted"),
    [
        (ste.IDENTITY, [1, 1, 1, 1, 1, 1, 1, 1]),
        (ste.RELU, [0, 0, 0, 1, 1, 1, 1, 1]),
        (ste.CLIPPED_RELU, [0, 0, 0, 1, 1, 0, 0, 0]),
        (ste.clipped_relu(2.7), [0, 0, 0, 1, 1, 1, 1, 0]),
        (ste.leaky_relu(0.25), [0.25, 0.25, 0.25, 1, 1, 1, 1, 1]),
    ],
)
def test_derivatives(estimator, wanted):
    assert estimator.evaluate(X).tolist() == wanted
    assert estimator.evaluate(X.reshape(2, 4)).shape == (2, 4)


@pytest.mark.parametrize(
    "estimator", [*ste.ESTIMATORS.values(), ste.clipped_relu(2.7)], ids=lambda e: e.name
)
def test_an_estimator_comes_back_from_a_pickle_with_all_its_parts(estimator):
    back = pickle.loads(pickle.dumps(estimator))
    assert (back.name, back.breakpoints) == (estimator.name, estimator.breakpoints)
    np.testing.assert_array_equal(back.evaluate(X), estimator.evaluate(X))
    for rho in (0.3, 2.0):
        assert back.moments(rho, 0.7) == estimator.moments(rho, 0.7)
    np.testing.assert_array_equal(back.bounds(X[:-1], X[1:]), estimator.bounds(X[:-1], X[1:]))


def test_names():
    assert (ste.IDENTITY.name, ste.RELU.name, ste.CLIPPED_RELU.name) == (
        "identity",
        "relu",
        "clipped_relu",
    )
    assert ste.leaky_relu(0.1).name == "leaky_relu(0.1)"
    assert ste.clipped_relu(2.0).name == "clipped_relu(2)"
    assert (2 * ste.RELU).name == "2 relu"
    assert (ste.RELU + ste.IDENTITY).name == "relu + identity"
    assert ste.RELU.renamed("rectifier").name == "rectifier"


def test_an_estimator_is_frozen_and_its_breakpoints_are_sorted():
    estimator = ste.Estimator("mine", np.ones_like, [1, -2.0, 1.0])
    assert estimator.breakpoints == (-2.0, 1.0)
    with pytest.raises(AttributeError):
        estimator.name = "yours"


@SETTINGS
@given(proxies, proxies, st.floats(-3.0, 3.0))
def test_estimators_add_and_scale_like_functions(one, other, factor):
    both = one + factor * other
    wanted = one.evaluate(X) + factor * other.evaluate(X)
    assert np.allclose(both.evaluate(X), wanted, rtol=1e-15)
    assert set(both.breakpoints) == set(one.breakpoints) | set(other.breakpoints)
    closed = one.closed_form is not None and other.closed_form is not None
    assert (both.closed_form is not None) == closed


def test_adding_what_is_no_estimator():
    with pytest.raises(TypeError):
        ste.RELU + 1.0


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: ste.Estimator("", np.ones_like), ("name", "non-empty string", "''")),
        (lambda: ste.Estimator(3, np.ones_like), ("name", "non-empty string", "3")),
        (lambda: ste.Estimator("a", 1.0), ("derivative", "callable", "1.0")),
        (lambda: ste.Estimator("a", np.ones_like, [np.nan]), ("breakpoints", "finite", "nan")),
        (lambda: ste.clipped_relu(0.0), ("clip", "> 0", "0.0")),
        (lambda: ste.clipped_relu(-1.0), ("clip", "> 0", "-1.0")),
        (lambda: ste.clipped_relu(np.inf), ("clip", "finite", "inf")),
        (lambda: ste.leaky_relu(np.nan), ("slope", "finite", "nan")),
        (lambda: np.inf * ste.RELU, ("factor", "finite", "inf")),
        (lambda: ste.RELU.moments(0.0, 1.0), ("rho", "> 0", "0.0")),
        (lambda: ste.RELU.moments(-1.0, 1.0), ("rho", "> 0", "-1.0")),
        (lambda: ste.RELU.moments(np.nan, 1.0), ("rho", "finite", "nan")),
        (lambda: ste.RELU.moments(1.0, -0.1), ("theta", "[0, pi]", "-0.1")),
        (lambda: ste.RELU.moments(1.0, 3.2), ("theta", "[0, pi]", "3.2")),
        (lambda: ste.RELU.moments([1.0, 2.0], [1.0] * 3), ("rho (2,)", "theta (3,)")),
        (lambda: ste.RELU.proxy([0.0, np.inf]), ("x", "finite", "inf")),
        (lambda: ste.RELU.proxy("a"), ("x", "real numbers")),
    ],
)
def test_bad_arguments(call, words):
    with pytest.raises(ValueError) as caught:
        call()
    for word in (*words, "expected"):
        assert word in str(caught.value)


TEACHER = ste.Teacher([1.0, 2.0], [1.0, 0.0])
USES = (
    lambda bad: ste.expected_coarse_gradient([1.0, 1.0], [1.0, 1.0], TEACHER, bad),
    lambda bad: ste.correlation([1.0, 1.0], [1.0, 1.0], TEACHER, bad),
    lambda bad: ste.coarse_gradient([1.0, 1.0], [1.0, 1.0], np.ones((2, 2)), TEACHER, bad),
    lambda bad: ste.monte_carlo_gradient([1.0, 1.0], [1.0, 1.0], TEACHER, bad, 4, 0),
    lambda bad: ste.descend([1.0, 1.0], [1.0, 1.0], TEACHER, bad, 0.1, 1),
    lambda bad: bad.proxy([-0.5, 0.5]),
    lambda bad: ste.descend([1.0, 1.0], [1.0, 1.0], TEACHER, bad, 0.1, 1, samples=4),
)


@pytest.mark.parametrize("use", USES)
@pytest.mark.parametrize(
    ("derivative", "words"),
    [
        (lambda x: 1.0, ("shape", "()")),
        (lambda x: np.ones(77), ("shape", "(77,)")),
        (lambda x: np.full_like(x, np.nan), ("finite", "NaN or infinity at")),
        (lambda x: np.where(x > 0, np.inf, 0.0) + np.full_like(x, np.inf), ("finite", "infinity")),
    ],
)
def test_a_bad_derivative_is_refused_wherever_it_is_used(use, derivative, words):
    with pytest.raises(ValueError) as caught:
        use(ste.Estimator("broken", derivative))
    for word in ("derivative of 'broken'", "expected", *words):
        assert word in str(caught.value)


PROXIES = [
    (ste.IDENTITY, lambda x: x),
    (ste.RELU, lambda x: np.maximum(x, 0.0)),
    (ste.CLIPPED_RELU, lambda x: np.clip(x, 0.0, 1.0)),
    (ste.clipped_relu(2.7), lambda x: np.clip(x, 0.0, 2.7)),
    (ste.leaky_relu(0.25), lambda x: np.where(x > 0.0, x, 0.25 * x)),
]


@pytest.mark.parametrize(("estimator", "mu"), PROXIES, ids=lambda e: getattr(e, "name", ""))
@pytest.mark.parametrize("far", [1.0, 30.0, 1e6])
def test_proxies_against_their_closed_forms(estimator, mu, far):
    x = far * np.linspace(-1.0, 1.0, 41)
    np.testing.assert_allclose(estimator.proxy(x), mu(x), rtol=1e-12, atol=1e-12)


def test_a_proxy_keeps_shapes_and_takes_places_in_any_order():
    x = np.array([[3.0, -2.0, 0.0], [0.5, 3.0, -0.25]])
    np.testing.assert_allclose(ste.IDENTITY.proxy(x), x, rtol=1e-13)
    assert ste.IDENTITY.proxy(0.0).tolist() == 0.0
    assert ste.IDENTITY.proxy([]).shape == (0,)


def test_a_narrow_slope_is_not_missed_on_a_long_way():
    bump = ste.Estimator("bump", lambda x: np.exp(-np.square(x / 0.01)))
    wanted = 0.005 * np.sqrt(np.pi)
    assert bump.proxy(1e4) == pytest.approx(wanted, rel=1e-12)
    assert bump.proxy(-1e4) == pytest.approx(-wanted, rel=1e-12)


def test_a_jump_that_is_not_declared_is_closed_in():
    hidden = ste.Estimator("hidden", lambda x: (x > 0.3).astype(float))
    assert hidden.proxy([0.2, 1.0]) == pytest.approx([0.0, 0.7], abs=1e-9)


@SETTINGS
@given(proxies, proxies, st.floats(-3.0, 3.0))
def test_proxies_are_linear_in_the_slope(one, other, factor):
    both = (one + factor * other).proxy(X)
    np.testing.assert_allclose(both, one.proxy(X) + factor * other.proxy(X), atol=1e-9)


def places(count, seed):
    rng = np.random.default_rng(seed)
    teacher = ste.Teacher([1.0, -0.5, 0.8], [1.0, 0.0])
    v, w = rng.standard_normal((count, 3)), rng.standard_normal((count, 2))
    return v, w, rng.standard_normal((count, 3, 2)), teacher


@pytest.mark.result("prop-exact-parts")
@pytest.mark.parametrize("estimator", ste.ESTIMATORS.values(), ids=lambda e: e.name)
def test_the_gradient_in_v_is_a_derivative_and_needs_no_estimator(estimator):
    v, w, Z, teacher = places(200, seed=1)
    got = ste.coarse_gradient(v, w, Z, teacher, estimator)[0]
    for i, move in enumerate(1e-3 * np.eye(3)):
        # the loss is quadratic in v, so a central difference is exact up to rounding
        up, down = (ste.sample_loss(v + s * move, w, Z, teacher) for s in (1, -1))
        np.testing.assert_allclose(got[:, i], (up - down) / 2e-3, rtol=1e-9, atol=1e-9)


@pytest.mark.result("prop-exact-parts")
def test_the_mean_gradient_in_v_is_that_of_the_mean_loss():
    v, w, _, teacher = places(1, seed=2)
    Z = np.random.default_rng(3).standard_normal((200_000, 3, 2))
    samples = ste.coarse_gradient(v[0], w[0], Z, teacher, ste.IDENTITY)[0]
    error = samples.std(axis=0) / np.sqrt(len(Z))
    wanted = ste.population_gradient(v[0], w[0], teacher)[0]
    assert np.all(np.abs(samples.mean(axis=0) - wanted) < 4 * error)


@pytest.mark.result("prop-exact-parts")
@pytest.mark.parametrize("estimator", ste.ESTIMATORS.values(), ids=lambda e: e.name)
def test_a_sample_that_is_right_teaches_nothing(estimator):
    rng = np.random.default_rng(4)
    teacher = ste.Teacher([1.0, 2.0, 4.0], [1.0, 0.0])  # no two outputs of this v* are equal
    Z, w = rng.standard_normal((500, 3, 2)), np.array([1.0, 0.4])
    right = ste.sample_loss(teacher.v, w, Z, teacher) == 0.0
    assert 0 < right.sum() < len(Z)
    grad_v, grad_w = ste.coarse_gradient(teacher.v, w, Z, teacher, estimator)
    assert not np.any(grad_v[right]) and not np.any(grad_w[right])
    reached = np.any(estimator.evaluate(Z @ w) != 0.0, axis=-1)
    assert np.all(np.any(grad_w[~right & reached] != 0.0, axis=-1))


def one_unit(count, seed):
    """One unit with v = v* = 1: inputs, labels t = 1 or -1, the student, the teacher."""
    rng = np.random.default_rng(seed)
    teacher = ste.Teacher([1.0], rng.standard_normal(3))
    z = rng.standard_normal((count, 3))
    return z, np.where(z @ teacher.w > 0.0, 1.0, -1.0), rng.standard_normal((count, 3)), teacher


@pytest.mark.result("prop-perceptron")
def test_one_unit_under_identity_makes_the_perceptrons_step():
    z, t, w, teacher = one_unit(500, seed=5)
    step = -ste.coarse_gradient([1.0], w, z[:, None, :], teacher, ste.IDENTITY)[1]
    said = np.where(np.sum(z * w, axis=-1) > 0.0, 1.0, -1.0)
    wanted = np.where((said != t)[:, None], t[:, None] * z, 0.0)
    np.testing.assert_array_equal(step, wanted)
    assert 100 < np.count_nonzero(said != t) < 400


@pytest.mark.result("prop-perceptron")
def test_one_unit_under_identity_descends_a_loss():
    z, t, w, teacher = one_unit(500, seed=6)
    got = ste.coarse_gradient([1.0], w, z[:, None, :], teacher, ste.IDENTITY)[1]

    def loss(w):
        return np.maximum(0.0, -t * np.sum(z * w, axis=-1))

    clear = np.abs(np.sum(z * w, axis=-1)) > 1e-4
    for i, move in enumerate(1e-6 * np.eye(3)):
        slope = (loss(w + move) - loss(w - move)) / 2e-6
        np.testing.assert_allclose(got[clear, i], slope[clear], atol=1e-8)


def test_the_papers_proxies_declare_where_they_jump():
    assert ste.clipped_relu(2.0).breakpoints == (0.0, 2.0)
    assert ste.RELU.breakpoints == (0.0,) and ste.IDENTITY.breakpoints == ()


def test_the_first_place_at_which_a_derivative_is_not_finite_is_named():
    wild = ste.Estimator("wild", lambda x: np.where(x > 1.0, np.nan, 1.0))
    with pytest.raises(ValueError, match=r"^derivative of 'wild': .* got NaN or infinity at 2\.0$"):
        wild.evaluate([0.0, 2.0, 3.0])


@pytest.mark.parametrize("factor", [0.5, 2.0, -0.5, -3.0])
@pytest.mark.parametrize("part", [ste.RELU, ste.IDENTITY + ste.clipped_relu(0.5), ste.CLIPPED_RELU])
def test_bounds_of_sums_and_multiples_are_the_least_and_the_largest_value(factor, part):
    """On intervals between multiples of 1/4: these windows end at such, and lie in each other."""
    together = factor * part + factor * ste.RELU
    ends = np.arange(-1.0, 1.75, 0.25)
    low, high = (x.ravel() for x in np.meshgrid(ends, ends))
    low, high = low[low < high], high[low < high]
    inside = low[:, None] + (high - low)[:, None] * np.linspace(0.001, 0.999, 200)
    values = together.evaluate(inside)
    least, most = together.bounds(low, high)
    assert least.tolist() == values.min(axis=1).tolist()
    assert most.tolist() == values.max(axis=1).tolist()


def test_closed_forms_of_sums_and_multiples_are_the_integrals():
    together = 2.5 * ste.RELU + (-0.5) * ste.CLIPPED_RELU
    got, wanted = (
        estimator.moments(1.3, 0.7)
        for estimator in (together, oracle.without_closed_form(together))
    )
    for name in ("a_plus", "a_minus", "b_x", "b_y_over_sin"):
        assert getattr(got, name) == pytest.approx(getattr(wanted, name), abs=1e-13)
