"""The ten files in every corner: see `corners`."""

import re

import corners
import numpy as np
import oracle
import pytest
from corners import Entry, above_zero, by, of_numbers, one_of, plain, row_by_row, scaling, turning
from hypothesis import strategies as st

import ste
from ste import cycle, descent, estimators, gradients, landscape, model, one_sidedness, samples

mp = oracle.mp
TEN = ("cycle", "descent", "estimators", "gradients", "landscape", "model", "moments")
TEN += ("one_sidedness", "plane", "samples")

#: Positive numbers from 1e-300 to 1e300.
wide = st.one_of(above_zero, st.integers(-300, 300).map(lambda k: 10.0**k))
#: Hidden units as a real number, at least 1.
units = st.one_of(st.sampled_from([1.0, 2.0, 4.0, 1e8, 1e300]), st.floats(1.0, 9.0))
#: kappa: 0 of ReLU, 1 of identity, and what no proxy has.
kappas = st.one_of(st.sampled_from([0.0, 1.0, 2.0]), wide)


def elementwise(function):
    """A function of numbers in 40 digits as one of arrays."""

    def of_arrays(**arguments):
        names, arrays = list(arguments), np.broadcast_arrays(*arguments.values())
        values = [
            float(function(**dict(zip(names, map(mp.mpf, map(float, row)), strict=True))))
            for row in zip(*(array.ravel() for array in arrays), strict=True)
        ]
        return np.array(values).reshape(arrays[0].shape)

    return of_arrays


# --- The cycle's formulas in 40 digits -----------------------------------------------------------


def threshold(m, kappa):
    M = m / (m + 1)
    return 1 / (2 + kappa * M + 2 * mp.sqrt(kappa * (2 * M - 1)))


def period(m, ratio, kappa):
    if m <= 1 or kappa <= 0 or ratio <= 0 or ratio >= threshold(m, kappa):
        return mp.nan
    M = m / (m + 1)
    with mp.workdps(700):
        p, q = 1 - (1 + kappa * (1 - M)) * ratio, 1 - kappa * M * ratio
        return 2 / (1 + (-q - mp.sqrt(q * q - 4 * p * ratio)) / (2 * p))


def noise(period):
    return mp.sqrt(2) * (8 / mp.pi) ** 0.25 * period ** mp.mpf(-0.75) * mp.mpf(2) ** (-period / 2)


def cosine(m, r, kappa, a):
    with mp.workdps(700):
        v = a**2 + 2 * a * (1 - a) * r + (1 - a) ** 2 * m / (m + 1) * r
        s_v = a + (1 - a) * m / (m + 1)
        return (a + (1 - a) * r) / (v + (1 - kappa) * r * (m + 1) * (s_v**2 - s_v))


def trace(m, r, kappa, a):
    s_square = r * (m + 1)
    s_v_s = s_square * (a + (1 - a) * m / (m + 1))
    d = a + (1 - a) * r
    return m + 2 - (1 - 2 * a * d - a * (1 - kappa) * (2 * s_v_s - s_square)) * a / d


def rate(v0, teacher, least_norm):
    c_w, m = mp.mpf(least_norm), teacher.m
    length = mp.sqrt(sum(mp.mpf(x) ** 2 for x in teacher.v.tolist()))
    start = mp.sqrt(sum(mp.mpf(x) ** 2 for x in v0.tolist()))
    c_v = max(start, (m + 1) * length)
    mixed, k = (1 + c_v) * length / (2 * mp.pi), 1 / mp.sqrt(2 * mp.pi)
    along_v = mp.mpf(m + 1) / 4 + length / (2 * mp.pi) + 32 * (k * c_v / c_w) ** 2 * mixed
    along_w = 8 * mixed * (2 / mp.pi**2 + mp.mpf(1) / 4) / (k * c_w)
    most = k * c_v * ((m + 1) * (c_v + length) / 2 + length * (1 / mp.pi + mp.mpf(1) / 2))
    return float(min(1 / max(along_v, along_w), c_w / (2 * most), mp.mpf(4) / (m + 1)))


def leaky(slope):
    both = slope * ste.IDENTITY + (1.0 - slope) * ste.RELU
    return both.renamed(f"leaky_relu({slope:g})")


def iterated(step, state, steps, learning_rate):
    """All states of `iterates`."""
    return tuple(state for _, state in descent.iterates(step, state, steps, learning_rate))


def window_bounds_hold(entry, arguments, draw):
    """The bounds are those of a window's values."""
    low = draw(st.floats(-3.0, 3.0))
    high = low + draw(st.floats(0.01, 3.0))
    (bounds,) = entry.answer(arguments).values()
    x = np.linspace(low, high, 40)[1:-1]
    values = (x > arguments["start"]) & (x < arguments["end"])
    least, most = bounds(np.array([low]), np.array([high]))
    assert least <= values.min() and values.max() <= most


def ray(v, w, direction, Z, teacher):
    """Where it jumps, its first and last level: jumps that coincide come in any order."""
    whole = samples.empirical_ray(v, w, direction, Z, teacher)
    return samples.Ray(whole.breaks, whole.levels[[0, -1]])


# --- The entries ---------------------------------------------------------------------------------

V, W = {"v": 1, "teacher": 1}, {"w": 1, "estimator": 1}
RUN = {"v": 1, "w": 2, "loss": 2, "norm": 2}


def runs(scene):
    """Short runs, some of which start at rest."""
    points = ste.critical_points(scene.teacher)
    at_rest = points.spurious or points.global_minimizer
    away = ste.Teacher(scene.teacher.v, scene.teacher.w).w * (-1.0 if points.spurious else 1.0)
    starts = st.sampled_from([(at_rest.v, away), (0.0 * at_rest.v, away), (at_rest.v, 0.0 * away)])
    return starts.map(lambda start: ste.descend(*start, scene.teacher, ste.RELU, 0.1, 3))


def fields(scene):
    return st.just(lambda v, w: (v, 0.5 * w))


def rays(scene):
    return st.just(samples.Ray(np.array([0.5, 2.0]), np.array([1.0, 3.0, 2.0])))


def sampled(scene):
    return corners.rows((2, scene.teacher.m, scene.teacher.n))


numbers_of_runs = {"v0": 1, "w0": 2, "teacher": 1, "estimator": 2}
CONSTANT = one_of(ste.IDENTITY, ste.RELU, ste.leaky_relu(0.2))
three = plain(st.lists(above_zero, min_size=3, max_size=3).map(np.array))

ENTRIES = [
    # model
    Entry(
        ste.Teacher,
        (scaling({"v": 1}, v=1), scaling(0, w=1, everywhere=True)),
        {"v": corners.second_layers, "w": corners.filters},
        batched=False,
    ),
    Entry(model.sigma, (scaling(0, x=1, everywhere=True), row_by_row)),
    Entry(
        model.forward,
        (
            scaling({"v": 1, "label": 1}, **V),
            scaling({"pre": 1}, w=1),
            turning("Z"),
            row_by_row,
        ),
        left_out=("activation",),
    ),
    Entry(
        model.sample_loss,
        (scaling(2, **V), scaling(0, w=1, everywhere=True), turning(), row_by_row),
    ),
    Entry(
        model.coarse_gradient,
        (scaling({"0": 1, "1": 2}, **V), scaling(0, **W), turning("1"), row_by_row),
    ),
    Entry(model.monte_carlo_gradient, (scaling(2, **V), scaling(0, **W), row_by_row)),
    # estimators
    Entry(
        ste.Estimator,
        (lambda entry, arguments, draw: None,),
        {
            "name": one_of("a"),
            "derivative": one_of(np.cos),
            "breakpoints": plain(corners.rows((3,))),
            "closed_form": one_of(None),
            "bounds": one_of(None),
        },
        batched=False,
        takes={
            "name": ("text",),
            "derivative": ("function", "class"),
            "closed_form": ("None", "function", "class"),
            "bounds": ("None", "function", "class"),
        },
    ),
    Entry(
        ste.Estimator.evaluate,
        (scaling(0, self=1, x=1), row_by_row),
        {"self": corners.estimators},
        says=("derivative",),
    ),
    Entry(
        ste.Estimator.proxy,
        (scaling(1, self=1, x=1), row_by_row),
        {"self": corners.estimators},
        says=("derivative",),
    ),
    Entry(
        ste.Estimator.moments,
        (scaling(0, self=1, rho=1, everywhere=True, reach=900), row_by_row),
        {"self": corners.estimators},
        says=("derivative",),
    ),
    Entry(
        estimators.clipped_relu,
        (lambda entry, arguments, draw: None,),
        {"clip": plain(above_zero)},
        batched=False,
    ),
    Entry(
        estimators.window_bounds,
        (window_bounds_hold,),
        {"start": plain(corners.numbers), "end": plain(corners.numbers)},
        batched=False,
        takes={"start": ("inf", "-inf"), "end": ("inf", "-inf")},
    ),
    Entry(
        estimators.leaky_relu,
        (by(leaky),),
        {"slope": plain(corners.numbers)},
        batched=False,
    ),
    # landscape
    Entry(
        landscape.population_loss,
        (scaling(2, **V), scaling(0, w=1, everywhere=True), turning(), row_by_row),
    ),
    Entry(
        landscape.population_gradient,
        (scaling({"0": 1, "1": 2}, **V), scaling({"1": -1}, w=1), turning("1"), row_by_row),
    ),
    Entry(landscape.best_v, (scaling(1, teacher=1), row_by_row)),
    Entry(landscape.profile_loss, (scaling(2, teacher=1), row_by_row)),
    Entry(
        landscape.critical_points,
        (
            scaling(
                {
                    f"{point}.{leaf}": power
                    for point in ("global_minimizer", "saddle", "spurious")
                    for leaf, power in (("v", 1), ("loss", 2))
                },
                teacher=1,
            ),
            turning(),
        ),
        batched=False,
    ),
    Entry(landscape.origin_margin, (scaling(2, **V), row_by_row)),
    Entry(
        landscape.lipschitz_constants,
        (scaling(0, teacher=1, v_bound=1, w_bound=1, everywhere=True),),
        {"v_bound": plain(above_zero), "w_bound": plain(above_zero)},
        batched=False,
    ),
    # gradients
    Entry(
        gradients.expected_coarse_gradient,
        (
            scaling({"0": 1, "1": 2}, **V),
            scaling(0, **W, everywhere=True),
            turning("1"),
            row_by_row,
        ),
    ),
    Entry(
        gradients.correlation,
        (scaling({"inner": 4}, **V), scaling({"inner": -1}, **W), turning(), row_by_row),
        undefined=True,
    ),
    Entry(
        gradients.gradient_bound,
        (scaling(4, **V), scaling(0, **W, everywhere=True), turning(), row_by_row),
    ),
    # descent
    Entry(
        iterated,
        (lambda entry, arguments, draw: None,),
        {
            "step": one_of(lambda x: (0.5 * x,)),
            "state": lambda scene: corners.rows((2,)).map(lambda x: (x,)),
        },
        batched=False,
        takes={"step": ("function", "class"), "learning_rate": tuple(corners.RUBBISH)},
        name="iterates",
    ),
    Entry(
        descent.recorded_steps,
        (by(lambda steps, record_every: sorted({*range(0, steps, record_every), steps})),),
        batched=False,
    ),
    Entry(
        descent.walk,
        (scaling({"v": 1}, v0=1), scaling({"w": 1}, w0=1)),
        {"field": fields},
        takes={"field": ("function", "class")},
        left_out=("progress",),
    ),
    Entry(
        descent.trajectory,
        (scaling(RUN, v0=1, w0=2, teacher=1), turning("w")),
        {"field": fields},
        takes={"field": ("function", "class")},
        left_out=("progress",),
        undefined=True,
    ),
    Entry(
        descent.descend,
        (scaling(RUN, **numbers_of_runs), turning("w")),
        left_out=("samples", "fixed", "progress"),
        undefined=True,
    ),
    Entry(
        descent.outcome,
        (scaling(0, run=1, teacher=1, everywhere=True),),
        {"run": runs, "tolerance": plain(above_zero)},
        batched=False,
    ),
    Entry(descent.safe_rate, (by(rate),), {"least_norm": plain(wide)}, batched=False),
    # one-sidedness
    Entry(
        one_sidedness.residuals,
        (scaling(2, teacher=1), scaling(0, rho=1, estimator=1, everywhere=True), turning()),
        {"rho": plain(above_zero)},
        batched=False,
    ),
    Entry(
        one_sidedness.one_sided,
        (lambda entry, arguments, draw: None,),
        batched=False,
    ),
    # cycle
    Entry(cycle.one_sided_limits, (scaling(0, estimator=1, rtol=1e-6),), batched=False),
    Entry(
        cycle.relative_slope,
        (scaling(0, left=1, right=1, everywhere=True), row_by_row),
        {"left": of_numbers(above_zero), "right": of_numbers(above_zero)},
    ),
    Entry(
        cycle.cycle_threshold,
        (by(elementwise(threshold)), row_by_row),
        {"m": of_numbers(units), "kappa": of_numbers(kappas)},
    ),
    Entry(
        cycle.cycle_period,
        (by(elementwise(period)), row_by_row),
        {"m": of_numbers(units), "ratio": of_numbers(wide), "kappa": of_numbers(kappas)},
        undefined=True,
    ),
    Entry(
        cycle.averaged_trace,
        (by(elementwise(trace)), row_by_row),
        {
            "m": of_numbers(units),
            "r": of_numbers(st.floats(1e-6, 0.4)),
            "kappa": of_numbers(st.floats(0.0, 2.0)),
            "a": of_numbers(st.floats(-1.0, -0.9)),
        },
    ),
    Entry(
        cycle.mean_cosine,
        (by(elementwise(cosine)), row_by_row),
        {
            "m": of_numbers(units),
            "r": of_numbers(st.floats(1e-6, 0.4)),
            "kappa": of_numbers(st.floats(0.0, 2.0)),
            "a": of_numbers(st.floats(-1.0, -0.9)),
        },
    ),
    Entry(
        cycle.stability_limit,
        (row_by_row,),
        {"m": of_numbers(units), "kappa": of_numbers(kappas)},
        undefined=True,
    ),
    Entry(cycle.limit_cycle, (scaling(0, teacher=1),), batched=False),
    Entry(
        cycle.critical_noise,
        (by(elementwise(noise)), row_by_row),
        {"period": of_numbers(st.one_of(wide, st.floats(2.0, 2000.0)))},
    ),
    Entry(cycle.zigzag, (scaling(0, teacher=1),), batched=False),
    Entry(
        cycle.descend_reduced,
        (scaling(0, left=1, right=1, norm=1, reach=300), row_by_row),
        {
            "m": of_numbers(units),
            "ratio": of_numbers(st.floats(0.05, 0.4)),
            "left": of_numbers(above_zero),
            "right": of_numbers(above_zero),
            "learning_rate": of_numbers(st.floats(0.01, 0.5)),
            "norm": plain(above_zero),
            "off": plain(st.floats(1e-3, 0.5)),
        },
        undefined=True,
    ),
    # samples
    Entry(
        samples.Ray.at,
        (row_by_row,),
        {"self": rays, "eta": of_numbers(above_zero)},
    ),
    Entry(
        ray,
        (
            scaling({"levels": 2}, **V),
            scaling({"breaks": 1}, w=1),
            scaling({"breaks": -1}, direction=1),
            turning(also=("direction",)),
        ),
        {"direction": corners.filters, "Z": sampled},
        batched=False,
        name="empirical_ray",
    ),
    Entry(samples.cell_bound, (scaling(2, **V),), batched=False),
    Entry(
        samples.fitted_rate,
        (
            scaling(0, sizes=1, everywhere=True, rtol=1e-8),
            scaling(0, values=1, errors=1, everywhere=True, rtol=1e-8),
            scaling({"standard_error": 1}, errors=1),
        ),
        {"sizes": three, "values": three, "errors": three},
        batched=False,
    ),
    Entry(
        samples.jump_rate,
        (scaling(4, **V), scaling(0, w=1, everywhere=True), turning(), row_by_row),
    ),
    Entry(samples.noise_across, (scaling(2, **V), row_by_row)),
    Entry(
        samples.restless_walk,
        (scaling({"cycle_loss": 2, "zigzag_loss": 2, "length": 2}, teacher=1),),
        undefined=True,
        batched=False,
    ),
]
BY_NAME = {corners.name_of(entry): entry for entry in ENTRIES}


@pytest.mark.parametrize("name", BY_NAME)
def test_right_or_refused_by_name(name):
    corners.hold(BY_NAME[name])


def test_every_public_function_of_the_ten_files_has_an_entry():
    assert corners.public("ste") <= BY_NAME.keys()
    assert {name.partition(".")[2] for name in corners.modules("ste")} == set(TEN)


# --- What was wrong once, with its right value ---------------------------------------------------

ZERO_SUM = ste.Teacher([0.1, 0.2, -0.3], [1.0, 0.0])
DEMO = ste.Teacher([1.0, -0.5, 0.8, 0.3], [1.0, 0.0])


@pytest.mark.parametrize("rho", [1e20, 1e24, 1e100, 1e150])
def test_a_smooth_proxy_is_seen_by_the_longest_filter(rho):
    """A+ -> k log(2)/rho^2 and B_y -> k^2/rho for the logistic slope."""
    moments = ste.get_estimator("sigmoid").moments(rho, 1.0)
    k = float(oracle.K)
    assert float(moments.a_plus) * rho * rho == pytest.approx(k * np.log(2.0), rel=1e-12)
    assert float(moments.b_y_over_sin) * rho * np.sin(1.0) == pytest.approx(k * k, rel=1e-12)


def test_a_sum_that_is_zero_but_for_rounding_is_zero():
    assert ZERO_SUM.s != 0.0 and ZERO_SUM.balanced and not DEMO.balanced
    trap = ste.critical_points(ZERO_SUM).spurious
    run = ste.descend(trap.v, [-1.0, 0.0], ZERO_SUM, ste.RELU, 0.1, 3)
    assert ste.outcome(run, ZERO_SUM) == "global"
    assert ste.limit_cycle(ZERO_SUM).ratio == 0.0


@pytest.mark.parametrize("size", [1e-150, 1e-100, 1.0, 1e100, 1e150])
def test_a_teacher_of_any_length_has_its_trap(size):
    points = ste.critical_points(ste.Teacher(size * DEMO.v, DEMO.w))
    usual = ste.critical_points(DEMO)
    assert points.spurious.loss / size / size == pytest.approx(usual.spurious.loss, rel=1e-13)
    assert points.saddle.theta == pytest.approx(usual.saddle.theta, rel=1e-13)


@pytest.mark.parametrize(
    ("call", "named"),
    [
        (lambda: ste.Teacher([1e155, 1.0], [1.0]), "teacher.v: expected a largest entry between"),
        (lambda: ste.Teacher([1e-163, 0.0], [1.0]), "teacher.v: expected a largest entry between"),
        (lambda: ste.population_loss([1e155] * 4, [1.0, 0.0], DEMO), "v, w, teacher: expected"),
        (
            lambda: landscape.lipschitz_constants(DEMO, 1.0, 1e-200),
            "teacher, v_bound, w_bound: exp",
        ),
        (lambda: ste.leaky_relu([0.2]), "slope: expected a finite number"),
        (lambda: ste.clipped_relu(10**400), "clip: expected a finite number > 0, got an integer"),
        (lambda: ste.RELU.evaluate(None), "x: expected an array of real numbers"),
        (lambda: ste.RELU.evaluate(np.nan), "x: expected finite numbers, got nan"),
        (lambda: ste.get_estimator(["relu"]), "name: expected one of identity"),
        (lambda: samples.fitted_rate([2, 2], [1, 1], [0.1, 0.1]), "sizes: expected at least two"),
        (
            lambda: cycle.descend_reduced(4, 0.1, 1.0, 1.0, 100.0, 5000),
            "learning_rate: expected one for which the run stays finite, got 100.0",
        ),
        (
            lambda: ste.descend(DEMO.v, DEMO.w, DEMO, ste.RELU, 0.1, 10**12),
            "steps: expected an int",
        ),
        (
            lambda: ste.descend(DEMO.v, DEMO.w, DEMO, ste.RELU, 0.1, 1, samples=10**12),
            "samples: expected what",
        ),
        (
            lambda: ste.population_loss(np.ma.masked_equal(DEMO.v, 0.3), DEMO.w, DEMO),
            "v: expected numbers, got an array in which some are masked",
        ),
        (lambda: cycle.mean_cosine(4, 0.1, 1.0, "a"), "a: expected an array of real numbers"),
        (
            lambda: ste.Estimator("complex", lambda x: 1j * x).evaluate([1.0]),
            "derivative of 'complex': expected real numbers, got dtype complex128",
        ),
        (
            lambda: model.forward([1.0], [1.0], [[1.0]], ste.Teacher([1.0], [1.0]), lambda x: 1.0),
            "activation: expected shape (1,), got ()",
        ),
        (
            lambda: descent.walk(lambda v, w: v, [1.0], [1.0], 0.1, 1),
            "field: expected a function that returns two arrays, got array([1.])",
        ),
        (
            lambda: descent.walk(lambda v, w: (v, np.ones(3)), [1.0], [1.0], 0.1, 1),
            "field: expected shape (1,), got (3,)",
        ),
        (
            lambda: ste.descend(DEMO.v, DEMO.w, DEMO, ste.RELU, 0.1, 1, samples=5, fixed="False"),
            "fixed: expected True or False, got 'False'",
        ),
    ],
)
def test_refused_by_name(call, named):
    with pytest.raises(ValueError, match=f"^{re.escape(named)}"):
        call()


def test_a_caller_who_ignores_overflows_sees_to_them():
    with np.errstate(over="ignore"):
        assert np.isinf(ste.population_loss([1e200] * 4, [1.0, 0.0], DEMO))


def test_the_error_of_tiny_gradients_does_not_vanish():
    tiny = ste.Teacher(1e-100 * DEMO.v, DEMO.w)
    one = ste.monte_carlo_gradient(DEMO.v, [0.0, 1.0], DEMO, ste.RELU, 50, 1)
    small = ste.monte_carlo_gradient(1e-100 * DEMO.v, [0.0, 1.0], tiny, ste.RELU, 50, 1)
    for got, wanted in zip(small, one, strict=True):
        np.testing.assert_allclose(got * 1e200, wanted, rtol=1e-12)
