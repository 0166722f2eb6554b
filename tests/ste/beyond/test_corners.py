"""The worlds in every corner: see `corners`."""

import dataclasses
import math
from collections.abc import Callable
from functools import partial
from typing import NamedTuple

import corners
import numpy as np
import oracle
import pytest
from corners import Entry, above_zero, by, of_numbers, one_of, plain, row_by_row, scaling
from hypothesis import strategies as st

import ste
from ste.beyond import (
    correlated_rows,
    mixtures,
    other_rows,
    quantizer,
    random_units,
    relu_labels,
    setting,
    signs,
    staircase,
)
from ste.beyond.correlated_rows import CorrelatedRows
from ste.beyond.label_noise import LabelNoise
from ste.beyond.mixtures import Mixture
from ste.beyond.other_rows import OtherRows
from ste.beyond.own_filters import OneFilter, OwnFilters
from ste.beyond.paper import Paper
from ste.beyond.random_units import RandomUnits
from ste.beyond.relu_labels import ReluLabels
from ste.beyond.signs import Signs
from ste.beyond.staircase import Staircase, Stairs, quantizer_stairs
from ste.zoo.windows import Window, paper_windows

mp = oracle.mp
LAWS = (other_rows.UNIFORM, other_rows.LAPLACE, other_rows.STUDENT, other_rows.two_clusters(1.5))
NOISES = one_of(random_units.LOGISTIC, random_units.GAUSSIAN)

# --- Worlds --------------------------------------------------------------------------------------


def covariance(n: int) -> np.ndarray:
    """One for each n, of condition 3 or so."""
    root = np.eye(n) + 0.3 * np.tri(n, k=-1)
    return root @ root.T


def filters(scene) -> np.ndarray:
    """A filter for each row."""
    rng = np.random.default_rng(scene.teacher.m)
    return rng.standard_normal((scene.teacher.m, scene.teacher.n))


TWO_BITS = quantizer_stairs(2, 0.6511)
#: All worlds in which the units share a filter.
SHARED: dict[str, Callable] = {
    "paper": lambda scene: Paper(scene.teacher),
    "signs": lambda scene: Signs(scene.teacher),
    "two bits": lambda scene: Staircase(scene.teacher, TWO_BITS),
    "odd": lambda scene: Staircase(
        scene.teacher, Stairs([0.3, -0.5, 1.1], [0.4, 0.7, 0.2]), TWO_BITS
    ),
    "bias": lambda scene: Staircase(scene.teacher, quantizer_stairs(1), Stairs([0.7], [1.0])),
    "ReLU labels": lambda scene: ReluLabels(scene.teacher),
    "label noise": lambda scene: LabelNoise(scene.teacher, 0.5),
    "logistic": lambda scene: RandomUnits(scene.teacher, random_units.LOGISTIC, 0.5),
    "normal": lambda scene: RandomUnits(scene.teacher, random_units.GAUSSIAN, 0.5),
    "mixture": lambda scene: Mixture(scene.teacher, [0.3, 2.5], [0.2, 0.8]),
    "correlated": lambda scene: CorrelatedRows(scene.teacher, covariance(scene.teacher.n)),
    "one filter": lambda scene: OneFilter(OwnFilters(scene.teacher.v, filters(scene))),
}


def made(choice: st.SearchStrategy) -> Callable:
    """A world of the scene, by name."""
    return lambda scene: choice.map(lambda name: SHARED[name](scene))


shared = made(st.sampled_from(list(SHARED)))


def planar(scene):
    """Other rows, for which the scene's teacher is put into the plane."""
    teacher = ste.Teacher(scene.teacher.v, [0.6, -0.8])
    return st.sampled_from(LAWS).map(lambda rows: OtherRows(teacher, rows))


def own(scene):
    return st.just(OwnFilters(scene.teacher.v, filters(scene)))


def own_w(scene):
    return corners.stacked(corners.rows((scene.teacher.m, scene.teacher.n)), scene.lead)


def planar_w(scene):
    return corners.stacked(corners.rows((2,)), scene.lead)


def grown(world, exponent: int):
    """A world with v* times ``2**exponent``."""
    if isinstance(world, np.ndarray):
        return corners.scaled(world, exponent)
    if isinstance(world, OneFilter):
        return OneFilter(grown(world.own, exponent))
    if isinstance(world, OwnFilters):
        larger = OwnFilters(np.ldexp(world.v, exponent), world.W)
        object.__setattr__(larger, "W", world.W)  # not normalised twice
        return larger
    changes = {"teacher": corners.scaled(world.teacher, exponent)}
    if isinstance(world, LabelNoise):
        changes["noise"] = math.ldexp(world.noise, exponent)
    return dataclasses.replace(world, **changes)


def longer(world, exponent: int):
    """What has a length in w: places of stairs, the temperature, the axis of a proxy."""
    if isinstance(world, Staircase):
        student = Stairs(np.ldexp(world.student.places, exponent), world.student.heights)
        return dataclasses.replace(world, student=student)
    if isinstance(world, RandomUnits):
        return dataclasses.replace(world, tau=math.ldexp(world.tau, exponent))
    if isinstance(world, setting.World):
        return world
    return corners.scaled(world, exponent)


class Values(NamedTuple):
    """What a world says of one place; E[dl/dv] is the gradient in v."""

    loss: np.ndarray
    grad_v: np.ndarray
    grad_w: np.ndarray
    coarse_w: np.ndarray
    best_v: np.ndarray


def values(self, v, w, estimator) -> Values:
    """All methods that take a place."""
    (grad_v, grad_w), coarse = self.gradient(v, w), self.coarse_gradient(v, w, estimator)
    np.testing.assert_array_equal(coarse[0], grad_v)
    return Values(self.loss(v, w), grad_v, grad_w, coarse[1], self.best_v(w))


def products(self, v, w, estimator):
    """Of the two fields."""
    return self.inner(v, w, estimator), self.cosine(v, w, estimator)


def drawn(self, v, w, estimator, count, seed):
    """Samples, and what they are made of."""
    samples, Z = self.sample(v, w, estimator, count, seed), self.inputs(count, seed)
    return samples, Z


def minimizers(self):
    return tuple(self.minimizers())


def in_v(value, rtol):
    return scaling(value, self=1, v=1, how=grown, rtol=rtol)


def in_w(value, rtol, **powers):
    return scaling(value, self=1, w=1, how=longer, rtol=rtol, **powers)


OF_V = {"loss": 2, "grad_v": 1, "grad_w": 2, "coarse_w": 2, "best_v": 1}
WORLDS = [
    Entry(
        values,
        (
            in_v(OF_V, rtol),
            in_w({"grad_w": -1}, rtol, estimator=1),
            *([partial(row_by_row, atol=atol)] if kind != "own filters" else []),
        ),
        {"self": world, "w": w},
        name=f"values, {kind}",
    )
    for kind, world, w, rtol, atol in (
        ("one filter", shared, corners.filters, 1e-8, 1e-13),
        ("in the plane", planar, planar_w, 1e-4, 1e-4),  # the digits of Student's t
        ("own filters", own, own_w, 1e-10, 1e-13),
    )
] + [
    Entry(
        products,
        (in_v({"0": 4}, 1e-8), in_w({"0": -1}, 1e-8, estimator=1)),
        {"self": shared},
        undefined=True,
    ),
    Entry(drawn, (), {"self": shared, "count": one_of(1, 3)}),
]

# --- Formulas in 40 digits -----------------------------------------------------------------------


def cdf(x):
    return mp.erfc(-x / mp.sqrt(2)) / 2


def pdf(x):
    return mp.exp(-(min(abs(x), mp.mpf(1e5)) ** 2) / 2) / mp.sqrt(2 * mp.pi)


def elementwise(function):
    """A function of one array, and of numbers, in 40 digits."""

    def of_array(*, bits=1, **arguments):
        array = next(iter(arguments.values()))
        array, others = np.asarray(array), {k: mp.mpf(v) for k, v in list(arguments.items())[1:]}
        values = [float(function(mp.mpf(float(x)), bits=bits, **others)) for x in array.ravel()]
        return np.array(values).reshape(array.shape)

    return of_array


def rounded_up(x, alpha, bits):
    if x <= 0:
        return mp.mpf(0)
    with mp.workdps(700):
        return alpha * min(mp.ceil(x / alpha), 2**bits - 1)


def toy_loss(w, y, alpha, bits):
    jumps = (
        alpha * ((j + mp.mpf(0.5)) * alpha - y) * cdf(w - j * alpha) for j in range(2**bits - 1)
    )
    return y**2 / 2 + mp.fsum(jumps)


def toy_slope(w, y, alpha, bits):
    jumps = (
        alpha * ((j + mp.mpf(0.5)) * alpha - y) * pdf(w - j * alpha) for j in range(2**bits - 1)
    )
    return mp.fsum(jumps)


def shaken(x, jitter, alpha, bits):
    return alpha / jitter * mp.fsum(pdf((x - j * alpha) / jitter) for j in range(2**bits - 1))


def between(low, high):
    """P(low < X < high) from the tail in which its digits are."""
    low, high = (max(min(end, mp.mpf(1e5)), -mp.mpf(1e5)) for end in (low, high))
    return cdf(-low) - cdf(-high) if low > -high else cdf(high) - cdf(low)


def matched(low, high, jitter, alpha, bits):
    """By its formula."""
    low, high, tau, alpha = map(mp.mpf, (low, high, jitter, alpha))
    q, r, stairs = mp.sqrt(1 + tau**2), mp.sqrt(1 + tau**2 / 2), range(2**bits - 1)

    def share(j):
        return between(*(q * (end - j * alpha / q**2) / tau for end in (low, high)))

    both = mp.fsum(pdf(j * alpha / q) / q * share(j) for j in stairs)
    square = mp.fsum(
        pdf((i - j) * alpha / tau / mp.sqrt(2)) * pdf((i + j) * alpha / 2 / r)
        for i in stairs
        for j in stairs
    ) / (tau * mp.sqrt(2) * r)
    return float(both / mp.sqrt(between(low, high) * square))


def student(freedom):
    """The values at -3, ..., 3 that `leaves` would see of a proxy."""
    f = mp.mpf(freedom)
    with mp.workdps(400):
        level = mp.gamma((f + 1) / 2) / mp.gamma(f / 2) / mp.sqrt(mp.pi * f)
        return np.array([float(level * (1 + mp.mpf(x) ** 2 / f) ** (-(f + 1) / 2)) for x in TRIED])


TRIED = (0.0, 0.5, 3.0, 1e5)


def density_at(freedom):
    """`student_density` at a few places."""
    return other_rows.student_density(freedom)(np.array(TRIED))


# --- The entries ---------------------------------------------------------------------------------

wide = st.one_of(above_zero, st.integers(-300, 300).map(lambda k: 10.0**k))
number, positive = plain(corners.numbers), plain(above_zero)
bits = one_of(1, 2, 3)


def laws(scene):
    return st.just(other_rows.UNIFORM)


def places(scene):
    return corners.rows((3,))


def as_numbers(scene):
    return st.just(np.array([0.25, 0.75]))


nothing = (lambda entry, arguments, draw: None,)
no_batch = {"batched": False}
callables = ("function", "class")


ENTRIES = [
    # worlds and what they are made of
    *(Entry(world, nothing, batched=False) for world in (Paper, Signs, ReluLabels)),
    Entry(LabelNoise, nothing, {"noise": positive}, batched=False),
    Entry(
        LabelNoise.added_variance,
        (
            scaling({"w": 2}, v=1),
            scaling(0, w=1, estimator=1, rtol=1e-8),
            row_by_row,
        ),
        {"self": made(st.just("label noise"))},
    ),
    Entry(
        mixtures.scale_mixture,
        nothing,
        {"scales": lambda scene: st.just(np.array([0.5, 2.0])), "weights": as_numbers},
        batched=False,
    ),
    Entry(
        Mixture,
        nothing,
        {"scales": lambda scene: st.just(np.array([0.5, 2.0])), "weights": as_numbers},
        batched=False,
    ),
    Entry(
        CorrelatedRows,
        (scaling({"covariance": 2, "root": 1}, covariance=2),),
        {"covariance": lambda scene: st.just(covariance(scene.teacher.n))},
        batched=False,
    ),
    Entry(
        correlated_rows.resting_angle,
        nothing,
        {"condition": plain(st.floats(1.0, 99.0)), "axis": plain(st.floats(0.01, 1.5))},
        batched=False,
    ),
    Entry(
        other_rows.independent_rows,
        nothing,
        {
            "name": one_of("a"),
            "density": one_of(np.cos),
            "sample": one_of(np.zeros),
            "bound": positive,
        },
        batched=False,
        takes={"name": ("text",), "density": callables, "sample": callables, "bound": ("inf",)},
    ),
    Entry(
        density_at,
        (by(student),),
        {"freedom": plain(st.floats(0.5, 500.0))},
        batched=False,
        name="student_density",
    ),
    Entry(other_rows.two_clusters, nothing, {"distance": positive}, batched=False, undefined=True),
    Entry(
        OtherRows,
        nothing,
        {"teacher": lambda scene: st.just(ste.Teacher(scene.teacher.v, [0.6, 0.8])), "rows": laws},
        batched=False,
    ),
    Entry(
        other_rows.sampled_inner,
        (scaling({"mean": 4, "standard_error": 4}, v=1, teacher=1),),
        {"rows": laws, "samples": one_of(80, 200)},
        batched=False,
    ),
    Entry(
        OwnFilters,
        (scaling({"v": 1}, v=1), scaling(0, W=1, everywhere=True)),
        {"v": lambda scene: st.just(scene.teacher.v), "W": lambda scene: st.just(filters(scene))},
        batched=False,
    ),
    Entry(minimizers, nothing, {"self": own}, batched=False, name="OwnFilters.minimizers"),
    Entry(OneFilter, nothing, {"own": own}, batched=False),
    Entry(random_units.firing_slope, nothing, {"noise": NOISES, "tau": positive}, batched=False),
    Entry(RandomUnits, nothing, {"noise": NOISES, "tau": positive}, batched=False),
    Entry(
        RandomUnits.angle,
        (in_w(0, 1e-10), row_by_row),
        {"self": made(st.sampled_from(["logistic", "normal"]))},
    ),
    Entry(
        relu_labels.relu_label_moments,
        (scaling(0, rho=1, estimator=1, rtol=1e-8), row_by_row),
    ),
    Entry(
        setting.walk_in,
        (),
        {"setting": shared},
        batched=False,
        says=("v", "w"),
    ),
    Entry(signs.sign, (scaling(0, x=1, everywhere=True), row_by_row)),
    # stairs
    Entry(
        Stairs,
        (scaling({"places": 1}, places=1, everywhere=True), scaling({"heights": 1}, heights=1)),
        {"places": places, "heights": places},
        batched=False,
    ),
    Entry(
        quantizer_stairs,
        (scaling(1, alpha=1),),
        {"bits": bits, "alpha": positive},
        batched=False,
    ),
    Entry(
        staircase.stair_moments,
        (row_by_row,),
        {"student": one_of(TWO_BITS), "teacher": one_of(quantizer_stairs(1), TWO_BITS)},
    ),
    Entry(Staircase, nothing, {"student": one_of(TWO_BITS)}, left_out=("labels",), batched=False),
    Entry(
        staircase.minimum_stability,
        nothing,
        {
            "window": one_of(*paper_windows(2), Window("narrow", -0.5, 0.5)),
            "bits": bits,
            "alpha": positive,
        },
        batched=False,
    ),
    # the toy
    Entry(
        quantizer.quantize,
        (by(elementwise(rounded_up), rtol=1e-15), scaling(1, x=1, alpha=1), row_by_row),
        {"alpha": plain(wide), "bits": bits},
    ),
    Entry(
        quantizer.mean_loss,
        (by(elementwise(toy_loss), rtol=1e-12), row_by_row),
        {"w": of_numbers(corners.numbers), "y": number, "alpha": positive, "bits": bits},
    ),
    Entry(
        quantizer.mean_loss_slope,
        (by(elementwise(toy_slope), rtol=1e-12), row_by_row),
        {"w": of_numbers(corners.numbers), "y": number, "alpha": positive, "bits": bits},
    ),
    Entry(
        quantizer.fitted_step,
        nothing,
        {"bits": bits},
        batched=False,
    ),
    Entry(
        quantizer.smoothed_slope,
        (by(elementwise(shaken), rtol=1e-12), scaling(0, x=1, jitter=1, alpha=1), row_by_row),
        {"jitter": positive, "alpha": positive, "bits": bits},
    ),
    Entry(
        quantizer.window_match,
        (by(matched),),
        {
            "low": number,
            "high": plain(st.floats(3.5, 6.0)),
            "jitter": plain(wide),
            "alpha": plain(wide),
            "bits": bits,
        },
        batched=False,
        takes={"low": ("-inf", "inf"), "high": ("inf", "-inf")},
    ),
]
BY_NAME = {corners.name_of(entry): entry for entry in [*WORLDS, *ENTRIES]}


@pytest.mark.parametrize("name", BY_NAME)
def test_right_or_refused_by_name(name):
    corners.hold(BY_NAME[name])


# --- Methods without an example -------------------------------------------------------------------

TEACHER = ste.Teacher([1.0, -0.5], [0.6, 0.8])
V, W = np.array([0.5, 2.0]), np.array([1.0, 0.3])
PLACE = {"v": V, "w": W, "estimator": ste.RELU}
OF_ALL: dict[str, tuple[str, ...]] = {
    "loss": ("v", "w"),
    "gradient": ("v", "w"),
    "coarse_gradient": ("v", "w", "estimator"),
    "best_v": ("w",),
    "fields": ("v", "w", "estimator"),
    "inner": ("v", "w", "estimator"),
    "cosine": ("v", "w", "estimator"),
}
CORRELATED = CorrelatedRows(TEACHER, covariance(2))
PLANAR = OtherRows(TEACHER, other_rows.UNIFORM)
BARE = {
    **{
        f"World.{name}": (getattr(Paper(TEACHER), name), {key: PLACE[key] for key in keys})
        for name, keys in OF_ALL.items()
    },
    "World.sample": (Paper(TEACHER).sample, {**PLACE, "count": 3, "seed": 0}),
    "LabelNoise.loss": (LabelNoise(TEACHER, 0.5).loss, {"v": V, "w": W}),
    "CorrelatedRows.angle": (CORRELATED.angle, {"w": W}),
    "CorrelatedRows.normalized_coarse_gradient": (CORRELATED.normalized_coarse_gradient, PLACE),
    "CorrelatedRows.preconditioned_inner": (CORRELATED.preconditioned_inner, PLACE),
    "OtherRows.chance": (PLANAR.chance, {"w": W}),
    "OtherRows.vectors": (PLANAR.vectors, {"w": W, "estimator": ste.RELU}),
    "Stairs.evaluate": (Stairs([0.0, 1.0], [1.0, 2.0]).evaluate, {"x": W}),
}


@pytest.mark.parametrize("name", BARE)
def test_methods_refuse_by_name(name):
    method, arguments = BARE[name]
    corners.refuses(method, **arguments)


def test_every_method_is_tried():
    protocol = {f"Setting.{name}" for name in vars(setting.Setting)}
    assert corners.bare("ste.beyond") - protocol <= BARE.keys()


def test_every_public_function_of_the_wing_has_an_entry():
    assert corners.public("ste.beyond") <= BY_NAME.keys()
