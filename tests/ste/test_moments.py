"""Moments: the oracle against the definitions, closed forms and quadrature against the oracle."""

import numpy as np
import oracle
import pytest
from hypothesis import given
from hypothesis import strategies as st
from oracle import mp
from strategies import SETTINGS, bumps, proxies, steps

import ste
from ste._normal import K, erf
from ste.moments import Moments

NAMES = ("a_plus", "a_minus", "b_x", "b_y_over_sin")
DEFINITIONS = (
    (oracle.identity, lambda x: mp.one, ()),
    (oracle.relu, lambda x: mp.mpf(x > 0), ()),
    (oracle.clipped_relu, lambda x: mp.mpf(0 < x < 1), (1,)),
)
PLACES = ((0.7, 1.0), (2.0, 1e-4), (2.9, 1e4), (1e-8, 0.4), (3.141592643589793, 40.0))


def errors(got: Moments, wanted: oracle.Moments, theta) -> list[float]:
    sin = mp.sin(theta)
    truth = (wanted.a_plus, wanted.a_minus, wanted.b_x, wanted.b_y / sin if sin else None)
    return [
        float(abs(mp.mpf(float(getattr(got, name))) - true))
        for name, true in zip(NAMES, truth, strict=True)
        if true is not None
    ]


@pytest.mark.parametrize(("closed", "g", "breakpoints"), DEFINITIONS)
@pytest.mark.parametrize(("theta", "rho"), PLACES[:3])
def test_closed_forms_of_the_oracle_are_the_integrals(closed, g, breakpoints, theta, rho):
    integrated = oracle.by_definition(g, breakpoints)(rho, theta)
    for got, wanted in zip(closed(mp.mpf(rho), mp.mpf(theta)), integrated, strict=True):
        assert abs(got - wanted) < mp.mpf(10) ** -28


@pytest.mark.parametrize(("estimator", "moments"), oracle.CLOSED_FORMS)
@pytest.mark.parametrize("rho", oracle.NORMS)
def test_closed_forms(estimator, moments, rho):
    for theta in oracle.ANGLES:
        wanted = moments(mp.mpf(rho), mp.mpf(float(theta)))
        assert max(errors(estimator.moments(rho, theta), wanted, mp.mpf(float(theta)))) < 4e-16


@pytest.mark.parametrize("rho", oracle.NORMS)
def test_a_plus_of_clipped_relu_keeps_its_digits_for_long_filters(rho):
    """It falls as 1/(2 rho^2), by eight orders here, and its error falls along."""
    wanted = oracle.clipped_relu(mp.mpf(rho), mp.one).a_plus
    assert abs(ste.CLIPPED_RELU.moments(rho, 1.0).a_plus - wanted) < 4e-16 * wanted


@pytest.mark.parametrize("theta", [1e-9, 1e-6, 1e-3, 0.4, 1.0, 2.0, 3.0, 3.14159, np.pi - 1e-8])
@pytest.mark.parametrize("rho", [1e-3, 0.3, 0.6, 1.0, 1.4, 2.0, 1e2, 1e4, 1e8, 1e12])
def test_b_x_of_clipped_relu_keeps_its_digits_for_long_filters(rho, theta):
    """It falls as 1/rho^2, or is small beside the line opposite to w*; its error falls along."""
    wanted = oracle.clipped_relu(mp.mpf(rho), mp.mpf(theta)).b_x
    assert abs(ste.CLIPPED_RELU.moments(rho, theta).b_x - wanted) < 1e-15 * wanted


@pytest.mark.parametrize(("estimator", "moments"), oracle.CLOSED_FORMS)
@pytest.mark.parametrize("rho", oracle.NORMS[::2])
def test_quadrature_honours_breakpoints(estimator, moments, rho):
    plain = oracle.without_closed_form(estimator)
    for theta in oracle.ANGLES:
        wanted = moments(mp.mpf(rho), mp.mpf(float(theta)))
        assert max(errors(plain.moments(rho, theta), wanted, mp.mpf(float(theta)))) < 1e-12


@pytest.mark.parametrize(("name", "derivative", "g", "breakpoints"), oracle.CURVED)
@pytest.mark.parametrize(("theta", "rho"), PLACES)
def test_quadrature_of_curved_proxies(name, derivative, g, breakpoints, theta, rho):
    estimator = ste.Estimator(name, derivative, breakpoints)
    wanted = oracle.by_definition(g, breakpoints)(rho, theta)
    assert max(errors(estimator.moments(rho, theta), wanted, mp.mpf(theta))) < 1e-10


def test_a_jump_that_is_not_declared_is_found_all_the_same():
    hidden = ste.Estimator("hidden", ste.CLIPPED_RELU.derivative)
    wanted = ste.CLIPPED_RELU.moments(1.7, 2.1)
    for name in NAMES:
        assert getattr(hidden.moments(1.7, 2.1), name) == pytest.approx(
            getattr(wanted, name), abs=1e-10
        )


def test_a_sign_changing_proxy_whose_sides_cancel():
    """x and |x| give moments that vanish on one or both sides of the sum."""
    odd = ste.Estimator("x", lambda x: x).moments(2.0, np.pi / 2)
    assert odd.a_plus == pytest.approx(1.0, rel=1e-13)
    assert odd.a_minus == pytest.approx(-1.0, rel=1e-13)
    assert odd.b_y_over_sin == pytest.approx(0.0, abs=1e-15)
    assert odd.b_x == pytest.approx(1.0, rel=1e-13)


def test_what_is_not_piecewise_smooth_is_refused():
    rng = np.random.default_rng(0)
    noise = ste.Estimator("noise", lambda x: rng.random(x.shape))
    with pytest.raises(ValueError, match="expected a piecewise smooth function"):
        noise.moments(1.0, 1.0)


@pytest.mark.result("prop-ends")
@pytest.mark.parametrize("estimator", [ste.IDENTITY, ste.RELU, ste.CLIPPED_RELU])
@pytest.mark.parametrize("theta", [0.0, np.pi])
@pytest.mark.parametrize("rho", [1e-4, 1.0, 1e4])
def test_limits_at_the_ends(estimator, theta, rho):
    """B_x = A+ at 0 and -A- at pi; B_y/sin = k (mu'(0-) + mu'(0+))/2."""
    for version in (estimator, oracle.without_closed_form(estimator)):
        got = version.moments(rho, theta)
        wanted = got.a_plus if theta == 0.0 else -got.a_minus
        assert got.b_x == pytest.approx(wanted, abs=1e-13)
        sides = estimator.evaluate([-1e-12, 1e-12])
        assert got.b_y_over_sin == pytest.approx(K * sides.mean(), rel=1e-12)


@pytest.mark.parametrize("length", [1e-320, 1e-200, 1e-30, 1e30, 1e200])
@pytest.mark.parametrize("theta", [0.0, 1e-8, 1.0, np.pi])
def test_extreme_lengths_stay_finite_without_a_warning(length, theta):
    with np.errstate(over="raise", invalid="raise", divide="raise"):
        got = ste.CLIPPED_RELU.moments(length, theta)
    relu = ste.RELU.moments(length, theta)
    for name in NAMES:
        wanted = getattr(relu, name) if length < 1 else 0.0
        if name == "b_y_over_sin" and length * np.sin(theta) < 1e-10:
            wanted = relu.b_y_over_sin
        assert getattr(got, name) == pytest.approx(wanted, abs=1e-14)


angles = st.floats(0.0, np.pi)
lengths = st.floats(-4.0, 4.0).map(lambda x: 10.0**x)


@SETTINGS
@given(st.one_of(steps(), bumps()), proxies, st.floats(-2.0, 2.0), lengths, angles)
def test_moments_are_linear_in_the_proxy(one, other, factor, rho, theta):
    together = (one + factor * other).moments(rho, theta)
    parts = one.moments(rho, theta) + factor * other.moments(rho, theta)
    for name in (*NAMES, "alpha"):
        assert getattr(together, name) == pytest.approx(getattr(parts, name), abs=1e-11)


@SETTINGS
@given(proxies, lengths, angles)
def test_moments_of_a_non_negative_proxy_have_their_signs(estimator, rho, theta):
    got = estimator.moments(rho, theta)
    assert got.a_plus >= 0.0 and got.a_minus >= 0.0 and got.b_y_over_sin >= 0.0
    assert -got.a_minus - 1e-14 <= got.b_x <= got.a_plus + 1e-14
    assert got.alpha == got.a_plus - got.a_minus


@SETTINGS
@given(st.floats(-1.0, 2.0), lengths, angles)
def test_leaky_relu_is_a_mixture(slope, rho, theta):
    got = ste.leaky_relu(slope).moments(rho, theta)
    identity, relu = ste.IDENTITY.moments(rho, theta), ste.RELU.moments(rho, theta)
    for name in NAMES:
        wanted = slope * getattr(identity, name) + (1 - slope) * getattr(relu, name)
        assert getattr(got, name) == pytest.approx(wanted, abs=1e-14)


@SETTINGS
@given(lengths, st.floats(1e-6, np.pi - 1e-6))
def test_tangential_moments_of_the_paper_are_multiples_of_each_other(rho, theta):
    identity, relu, clipped = (
        mu.moments(rho, theta).b_y_over_sin for mu in (ste.IDENTITY, ste.RELU, ste.CLIPPED_RELU)
    )
    assert identity == pytest.approx(2 * relu, rel=1e-15, abs=0.0)
    share = erf(1 / (np.sqrt(2) * rho * np.sin(theta)))
    assert clipped == pytest.approx(relu * share, rel=1e-13, abs=0.0)


@SETTINGS
@given(st.floats(0.1, 10.0), lengths, angles)
def test_a_longer_clip_is_a_shorter_filter(clip, rho, theta):
    got, wanted = (
        ste.clipped_relu(clip).moments(rho, theta),
        ste.CLIPPED_RELU.moments(rho / clip, theta),
    )
    for name in NAMES:
        assert getattr(got, name) == pytest.approx(getattr(wanted, name), rel=1e-14, abs=1e-15)


@pytest.mark.parametrize("estimator", [ste.IDENTITY, ste.RELU, ste.CLIPPED_RELU])
def test_broadcasting_equals_looping(estimator):
    rho, theta = np.array([[0.1], [1.0], [30.0]]), np.array([0.0, 0.3, 2.0, np.pi])
    for version in (estimator, oracle.without_closed_form(estimator)):
        together = version.moments(rho, theta)
        for i, j in np.ndindex(3, 4):
            alone = version.moments(rho[i, 0], theta[j])
            for name in NAMES:
                got = getattr(together, name)
                assert got.shape == (3, 4)
                assert got[i, j] == pytest.approx(getattr(alone, name), abs=1e-14)


@pytest.mark.parametrize("rho", [1e-30, 1e-6, 1.0, 1e6, 1e12, 1e18])
def test_quadrature_sees_a_bump_at_every_length_of_w(rho):
    """For mu' = exp(-x^2) both sides of 0 have k/(1 + 2 rho^2); no breakpoint says where it is."""
    part = ste.Estimator("bump", lambda x: np.exp(-(x**2))).moments(rho, 1.0)
    wanted = K / (1.0 + 2.0 * rho**2)
    assert [part.a_plus, part.a_minus] == pytest.approx([wanted] * 2, rel=1e-10, abs=0.0)


def test_without_lengths_there_are_no_moments():
    part = oracle.without_closed_form(ste.IDENTITY).moments(np.empty(0), 1.0)
    assert [getattr(part, name).shape for name in NAMES] == [(0,)] * 4


def test_moments_add_and_scale_part_by_part():
    one, other = Moments(8.0, 3.0, 2.0, 1.0), Moments(0.5, 0.25, 0.125, 0.0625)
    assert one + other == Moments(8.5, 3.25, 2.125, 1.0625)
    assert 2.0 * one == Moments(16.0, 6.0, 4.0, 2.0)
    assert one.alpha == 5.0
