"""The formulas that pages run, in a browser, against `ste`: random states, and every edge."""

import math
from pathlib import Path

import numpy as np
import pytest

import ste
from ste.plane import plane
from ste.symbolic.coarse_gradient import derive_coarse_gradient
from ste.symbolic.steps.derivation import Derivation
from stebook.chapters import formulas

SPECIAL = Path(__file__).parents[2] / "stebook" / "static" / "special.js"
#: Each formula at each state: its name, then the values.
VALUES = """([script, states]) => {
  const formulas = globalThis.steFormulas;
  return Object.fromEntries(Object.keys(formulas).map(
    (name) => [name, states.map((state) => formulas[name](state))]));
}"""
ETA = 0.3
PRECISE = 1e-12


def states():
    """Teachers with students at random, on the line of w* both ways, and next to it."""
    rng = np.random.default_rng(11)
    edges = (0.0, np.pi, 1e-7, np.pi - 1e-7)
    for number in range(60):
        m = int(rng.integers(1, 9))
        teacher = ste.Teacher(rng.normal(size=m), [1.0, 0.0])
        rho = 10.0 ** rng.uniform(-2, 1)
        theta = edges[number % 4] if number % 2 else rng.uniform(0, np.pi)
        if number % 8 == 5:
            theta = edges[number // 8 % 4]
        y = 0.0 if theta in (0.0, np.pi) else rho * np.sin(theta)
        yield teacher, rng.normal(size=m), np.array([rho * np.cos(theta), y])


STATES = list(states())


def scalars(teacher, v, w):
    """What a page knows of a state, under the names that the formulas have for it."""
    place = plane(w, teacher)
    return {
        "rho": float(place.norm),
        "theta": float(place.theta),
        "sin": float(place.sin),
        "cos": float(place.cos),
        "x": float(w[0]),
        "y": float(w[1]),
        "vSquare": float(v @ v),
        "N": teacher.N,
        "d": float(v @ teacher.v),
        "s": teacher.s,
        "sV": float(v.sum()),
        "away": float(np.square(v - teacher.v).sum()),
        "excess": float(np.sum(v - teacher.v)),
        "m": teacher.m,
        "eta": ETA,
        "r": ste.limit_cycle(teacher).ratio,
        "kappa": 1.0,
    }


@pytest.fixture(scope="module")
def run(browser):
    """Values of all formulas of a script at all states."""
    with browser.new_context() as context:
        page = context.new_page()
        page.add_script_tag(path=SPECIAL)

        def run_(script):
            page.add_script_tag(content=script)
            return page.evaluate(VALUES, [script, [scalars(*state) for state in STATES]])

        yield run_


@pytest.fixture(scope="module")
def values(run):
    return run(formulas.script_text())


def same(name, found, wanted, scale=None):
    """Equal to 1e-12 of the longest entry, or of what they are made of."""
    for state, value, expected in zip(STATES, found, wanted, strict=True):
        value, expected = np.atleast_1d(value), np.atleast_1d(expected)
        size = np.abs(expected).max() if scale is None else scale(*state)
        np.testing.assert_allclose(
            value, expected, rtol=0, atol=PRECISE * size, err_msg=f"{name} at {state[1:]}"
        )


def made_of(teacher, v, w):
    """The size of the terms of E[g]."""
    return teacher.N + v @ v


def titled(name):
    """A name of a page with a large first letter."""
    return name[0].upper() + name[1:]


def in_the_frame(vector, w, teacher):
    """Along u and along e, the latter on the upper side where w lies on the axis."""
    place = plane(w, teacher)
    return [vector @ place.unit, vector @ np.array([place.sin, -place.cos])]


def test_the_landscape_is_python_s(values):
    same(
        "populationLoss",
        values["populationLoss"],
        [ste.population_loss(v, w, t) for t, v, w in STATES],
    )
    origin = [ste.population_loss(v, 0.0 * w, t) for t, v, w in STATES]
    same("lossAtOrigin", values["lossAtOrigin"], origin)
    thetas = [plane(w, t).theta for t, _, w in STATES]
    least = [ste.profile_loss(theta, t) for theta, (t, _, _) in zip(thetas, STATES, strict=True)]
    same("profile", values["profile"], least, lambda t, v, w: t.N)
    best = [ste.best_v(theta, t) for theta, (t, _, _) in zip(thetas, STATES, strict=True)]
    along = [a * t.v + b for (a, b), (t, _, _) in zip(values["bestV"], STATES, strict=True)]
    same("bestV", along, best)
    d = [b @ t.v for b, (t, _, _) in zip(best, STATES, strict=True)]
    same("profileD", values["profileD"], d, lambda t, v, w: t.N)


def test_the_true_gradient_is_python_s(values):
    wanted = [ste.population_gradient(v, w, t) for t, v, w in STATES]
    same(
        "gradientV",
        [
            a * (v - t.v) + b * t.v + c
            for (a, b, c), (t, v, _) in zip(values["gradientV"], STATES, strict=True)
        ],
        [in_v for in_v, _ in wanted],
    )
    across = [
        in_the_frame(in_w, w, t)[1] for (_, in_w), (t, _, w) in zip(wanted, STATES, strict=True)
    ]
    same("gradientW", values["gradientW"], across)


@pytest.mark.parametrize(("proxy", "name"), formulas.ESTIMATORS.items())
def test_coarse_gradients_and_steps_are_python_s(proxy, name, values):
    estimator, title = ste.get_estimator(proxy), titled(name)
    wanted = [
        in_the_frame(ste.expected_coarse_gradient(v, w, t, estimator)[1], w, t)
        for t, v, w in STATES
    ]
    same(name, values[name], wanted, made_of)
    inner = [ste.correlation(v, w, t, estimator).inner for t, v, w in STATES]
    same(f"inner{title}", values[f"inner{title}"], inner)
    steps = [ste.descend(v, w, t, estimator, ETA, 1) for t, v, w in STATES]
    printed = values[f"step{title}"]
    same("w", [step[:2] for step in printed], [run.w[1] for run in steps])
    next_v = [
        v + a * (v - t.v) + b * t.v + c
        for (_, _, a, b, c), (t, v, _) in zip(printed, STATES, strict=True)
    ]
    same("v", next_v, [run.v[1] for run in steps])
    origin = [ste.descend(v, 0.0 * w, t, estimator, ETA, 1).w[1, 0] / -ETA for t, v, w in STATES]
    same("at the origin", values[f"atOrigin{title}"], origin, made_of)


def test_points_and_cycle_are_python_s(values):
    for i, (teacher, _, _) in enumerate(STATES):
        points, cycle = ste.critical_points(teacher), ste.limit_cycle(teacher)
        assert values["ratio"][i] == pytest.approx(cycle.ratio, rel=PRECISE)
        assert values["threshold"][i] == pytest.approx(cycle.threshold, rel=PRECISE)
        assert np.isnan(values["period"][i]) == (cycle.period is None)
        if cycle.period is not None:
            assert values["period"][i] == pytest.approx(cycle.period, rel=PRECISE)
        assert (values["trapD"][i] < 0) == (points.spurious is not None)
        if points.spurious is not None:
            assert values["trapLoss"][i] == pytest.approx(points.spurious.loss, rel=PRECISE)
            assert values["saddleLoss"][i] == pytest.approx(points.saddle.loss, rel=PRECISE)
            angle = np.pi / 2 * (1 - values["saddleC"][i])
            assert angle == pytest.approx(points.saddle.theta, rel=PRECISE)


def test_a_sign_flipped_in_a_derivation_changes_the_page(run, values, monkeypatch):
    """What a page runs is what is derived, and no copy of it."""

    def flipped(proxy):
        derived = derive_coarse_gradient(proxy)
        along = derived.result["w"]
        result = {**derived.result, "w": {"u": along["u"], "e": -along["e"]}}
        return Derivation(derived.name, derived.assumptions, derived.steps, result)

    formulas.coarse.cache_clear()
    monkeypatch.setattr(formulas, "derive_coarse_gradient", flipped)
    changed = run(formulas.script_text())
    formulas.coarse.cache_clear()
    for name in formulas.ESTIMATORS.values():
        before, after = np.array(values[name]), np.array(changed[name])
        np.testing.assert_array_equal(before[:, 0], after[:, 0])
        np.testing.assert_array_equal(before[:, 1], -after[:, 1])
        assert np.any(before[:, 1] != after[:, 1])
        assert (
            changed[f"step{name[0].upper()}{name[1:]}"]
            != values[f"step{name[0].upper()}{name[1:]}"]
        )


def test_the_error_function_is_python_s(browser):
    with browser.new_context() as context:
        page = context.new_page()
        page.add_script_tag(path=SPECIAL)
        x = [*np.linspace(-7, 7, 2001).tolist(), 0.0, 1e-300, 1e-9, 40.0]
        found = page.evaluate("(x) => [...x.map(steSpecial.erf), steSpecial.erf(Infinity)]", x)
    wanted = [*map(math.erf, x), 1.0]
    np.testing.assert_allclose(found, wanted, rtol=2e-15, atol=0)
