"""A plain oracle in 40 digits, and hard cases on which `ste` is held against it.

The oracle goes back to the definitions: it sums over pairs of hidden units, each with its Gaussian
expectation, where `ste` uses the summed-up formulas; and it can integrate the moments of a proxy
numerically. It takes the stored doubles as exact numbers.
"""

from collections.abc import Callable, Iterator
from fractions import Fraction
from functools import cache
from typing import NamedTuple

import mpmath
import numpy as np

import ste

mp = mpmath.mp.clone()
mp.dps = 40
K = 1 / mp.sqrt(2 * mp.pi)
HALF, QUARTER = mp.mpf(1) / 2, mp.mpf(1) / 4


# --- The plane of w and w* -----------------------------------------------------------------------


def exact(array) -> list:
    """The stored doubles as mpmath numbers."""
    return [mp.mpf(float(x)) for x in np.ravel(array)]


def dot(a: list, b: list):
    return mp.fsum(x * y for x, y in zip(a, b, strict=True))


def length(a: list):
    return mp.sqrt(dot(a, a))


class Plane(NamedTuple):
    rho: object
    unit: list
    tangent: list
    theta: object


def plane(w, teacher: ste.Teacher) -> Plane:
    """|w|, u, the unit tangent e (zeros where w and w* are parallel) and theta."""
    w, target = exact(w), exact(teacher.w)
    rho, target_length = length(w), length(target)
    unit = [x / rho for x in w]
    target = [x / target_length for x in target]
    cos = dot(unit, target)
    rest = [t - cos * u for t, u in zip(target, unit, strict=True)]
    sin = length(rest)
    # Below 30 digits the rest is the oracle's own rounding.
    parallel = sin < mp.mpf(10) ** -30
    tangent = [mp.zero if parallel else x / sin for x in rest]
    theta = mp.atan2(mp.zero if parallel else sin, cos)
    return Plane(rho, unit, tangent, theta)


# --- Loss and gradients, pair by pair of hidden units --------------------------------------------


def _own(i: int, j: int):
    """E[sigma(Z_i w) sigma(Z_j w)]: the same unit twice, or two independent ones."""
    return HALF if i == j else QUARTER


def _cross(i: int, j: int, theta):
    """E[sigma(Z_i w) sigma(Z_j w*)]: the share of the plane where both are on."""
    return (mp.pi - theta) / (2 * mp.pi) if i == j else QUARTER


def population_loss(v, w, teacher: ste.Teacher):
    v, target = exact(v), exact(teacher.v)
    units = range(len(v))
    theirs = mp.fsum(target[i] * target[j] * _own(i, j) for i in units for j in units)
    if not np.any(w):
        return theirs / 2
    theta = plane(w, teacher).theta
    own = mp.fsum(v[i] * v[j] * _own(i, j) for i in units for j in units)
    cross = mp.fsum(v[i] * target[j] * _cross(i, j, theta) for i in units for j in units)
    return (own - 2 * cross + theirs) / 2


def gradient_v(v, w, teacher: ste.Teacher) -> list:
    """E[sigma(Z_i w) (y - y*)] for every unit i."""
    v, target, theta = exact(v), exact(teacher.v), plane(w, teacher).theta
    units = range(len(v))
    return [
        mp.fsum(v[j] * _own(i, j) - target[j] * _cross(i, j, theta) for j in units) for i in units
    ]


def population_gradient_w(v, w, teacher: ste.Teacher) -> list:
    """df/dtheta = d/(2 pi) times dtheta/dw = -e/|w|."""
    at = plane(w, teacher)
    slope = dot(exact(v), exact(teacher.v)) / (2 * mp.pi)
    return [-slope * e / at.rho for e in at.tangent]


class Moments(NamedTuple):
    a_plus: object
    a_minus: object
    b_x: object
    b_y: object


def expected_gradient_w(v, w, teacher: ste.Teacher, moments_of: Callable) -> list:
    """Sum over units i of v_i E[Z_i mu'(Z_i w) (y - y*)], unit by unit of y and of y*."""
    v, target, at = exact(v), exact(teacher.v), plane(w, teacher)
    moments = moments_of(at.rho, at.theta)
    half_alpha = (moments.a_plus - moments.a_minus) / 2
    along_unit = along_tangent = mp.zero
    for i, own in enumerate(v):
        for j in range(len(v)):
            same = i == j
            along_unit += own * v[j] * (moments.a_plus if same else half_alpha)
            along_unit -= own * target[j] * (moments.b_x if same else half_alpha)
            along_tangent -= own * target[j] * moments.b_y if same else 0
    return [along_unit * u + along_tangent * e for u, e in zip(at.unit, at.tangent, strict=True)]


# --- Moments of proxies --------------------------------------------------------------------------


def identity(rho, theta) -> Moments:
    return Moments(K, K, K * mp.cos(theta), K * mp.sin(theta))


def relu(rho, theta) -> Moments:
    return Moments(K, mp.zero, K * (1 + mp.cos(theta)) / 2, K * mp.sin(theta) / 2)


def clipped_relu(rho, theta, clip=1) -> Moments:
    """The closed form with the digits to afford its cancellations."""
    a = clip / mp.mpf(rho)
    a_plus = K * (1 - mp.exp(-(a**2) / 2))
    sin, cos = mp.sin(theta), mp.cos(theta)
    if sin < mp.mpf(10) ** -30:
        return Moments(a_plus, mp.zero, a_plus if cos > 0 else mp.zero, mp.zero)
    b_y = K / 2 * sin * mp.erf(a / (mp.sqrt(2) * sin))
    b_x = K / 2 - mp.npdf(a) * mp.ncdf(a * cos / sin) + cos / sin * b_y
    return Moments(a_plus, mp.zero, b_x, b_y)


def mixture(slope: float) -> Callable:
    """Leaky ReLU: `slope` on the negative side, 1 on the positive one."""
    low = mp.mpf(slope)

    def moments(rho, theta) -> Moments:
        parts = zip(identity(rho, theta), relu(rho, theta), strict=True)
        return Moments(*(low * a + (1 - low) * b for a, b in parts))

    return moments


def by_definition(g: Callable, breakpoints: tuple = ()) -> Callable:
    """The moments of g = mu' by numerical integration of their definitions, at 0 < theta < pi.

    g is an mpmath function. The panels are cut where it is not smooth, and at the scales of
    Phi(x cot theta) and g(rho x).
    """

    def moments(rho, theta) -> Moments:
        rho, theta = mp.mpf(rho), mp.mpf(theta)
        cot = mp.cot(theta)
        cuts = {abs(mp.mpf(b)) / rho for b in breakpoints}
        for scale in (mp.one, 1 / rho, 1 / abs(cot)):
            cuts |= {scale / 4, scale, 3 * scale, 9 * scale}
        end = mp.sqrt(2 * (mp.dps + 2) * mp.log(10))
        edges = [mp.zero, *sorted(c for c in cuts if c < end), end]

        # all integrals have their nodes in common
        slope, density = cache(lambda x: g(rho * x)), cache(mp.npdf)

        def half(integrand: Callable, sign: int):
            return mp.quad(lambda x: integrand(sign * x) * density(x), edges)

        def tilted(x):
            return x * slope(x) * mp.ncdf(x * cot)

        def level(x):
            return slope(x) * density(abs(x * cot))

        return Moments(
            half(lambda x: x * slope(x), 1),
            half(lambda x: -x * slope(x), -1),
            half(tilted, 1) + half(tilted, -1),
            half(level, 1) + half(level, -1),
        )

    return moments


# --- Hard cases ----------------------------------------------------------------------------------

ANGLES = (1e-8, 1e-7, 1e-5, 1e-3, 0.1, 0.7, np.pi / 2 - 1e-9, np.pi / 2, 2.0, 3.0)
ANGLES += tuple(np.pi - angle for angle in ANGLES[:5])
PARALLEL = (0.0, np.pi)
NORMS = (1e-4, 3e-3, 0.05, 0.4, 1.0, 2.5, 40.0, 1e3, 1e4)


class Case(NamedTuple):
    v: np.ndarray
    w: np.ndarray
    teacher: ste.Teacher


def exact_dot(a: np.ndarray, b: np.ndarray) -> Fraction:
    return sum((Fraction(float(x)) * Fraction(float(y)) for x, y in zip(a, b, strict=True)))


def cancelling(v: np.ndarray, target: np.ndarray, small: float) -> np.ndarray:
    """v turned so that v.v* almost vanishes; the entry v_0 of size `small` sets how nearly."""
    v = v.copy()
    v[0] *= small
    for i in (-1, 0):
        v[i] = float(Fraction(float(v[i])) - exact_dot(v, target) / Fraction(float(target[i])))
    return v


def rotated(teacher: ste.Teacher, theta: float, rho: float, rng: np.random.Generator):
    """A vector of length rho at the angle theta to w*; n = 1 knows theta = 0 and pi only."""
    if teacher.n == 1:
        return rho * np.sign(np.cos(theta)) * teacher.w
    side = rng.standard_normal(teacher.n)
    side -= (side @ teacher.w) * teacher.w
    side /= np.linalg.norm(side)
    sin = 0.0 if theta in PARALLEL else np.sin(theta)
    return rho * (np.cos(theta) * teacher.w + sin * side)


def students(teacher: ste.Teacher, rng: np.random.Generator) -> Iterator[np.ndarray]:
    """Random v of several sizes, v near v*, v at the critical points, v with tiny v.v*."""
    free = rng.standard_normal(teacher.m)
    yield free * 10.0 ** rng.uniform(-3, 3)
    yield teacher.v * (1.0 + 1e-9 * free)
    points = ste.critical_points(teacher)
    for point in (points.saddle, points.spurious):
        if point is not None:
            yield point.v
    if teacher.m > 1:
        yield cancelling(free, teacher.v, 1.0)
        yield cancelling(free, teacher.v, 1e-9)


def cases(
    count: int, seed: int, angles: tuple[float, ...] = ANGLES, norms: tuple[float, ...] = NORMS
) -> Iterator[Case]:
    """`count` random teachers with m = 1, ..., 12 and n = 2, ..., 6, a few students each."""
    rng = np.random.default_rng(seed)
    for i in range(count):
        m, n = 1 + i % 12, 2 + i % 5
        size = 10.0 ** rng.uniform(-2, 2)
        teacher = ste.Teacher(size * rng.standard_normal(m), rng.standard_normal(n))
        for v in students(teacher, rng):
            yield Case(v, rotated(teacher, rng.choice(angles), rng.choice(norms), rng), teacher)


# --- Errors as multiples of the stated scales ----------------------------------------------------


def relative(got, wanted: list, scale) -> float:
    """Length of the error over the scale; a scale of 0 allows no error at all."""
    error = length([g - w for g, w in zip(exact(got), wanted, strict=True)])
    if error == 0:
        return 0.0
    return float(error / scale) if scale else float("inf")


def _ones(*arrays):
    return mp.fsum(abs(x) for array in arrays for x in exact(array))


def loss_error(case: Case) -> float:
    """Over (|v|_1 + |v*|_1)^2."""
    scale = _ones(case.v, case.teacher.v) ** 2
    return relative(ste.population_loss(*case), [population_loss(*case)], scale)


def gradient_v_error(case: Case) -> float:
    """Over |v|_1 + |v*|_1, for both functions that return it."""
    wanted = gradient_v(*case)
    scale = _ones(case.v, case.teacher.v)
    population = ste.population_gradient(*case)[0]
    coarse = ste.expected_coarse_gradient(*case, ste.IDENTITY)[0]
    return max(relative(population, wanted, scale), relative(coarse, wanted, scale))


def population_gradient_w_error(case: Case) -> float:
    """Over (|d|/(2 pi |w|)) (1 + 1/sin theta)."""
    at = plane(case.w, case.teacher)
    d = dot(exact(case.v), exact(case.teacher.v))
    scale = abs(d) / (2 * mp.pi * at.rho) * (1 + 1 / mp.sin(at.theta))
    return relative(ste.population_gradient(*case)[1], population_gradient_w(*case), scale)


def expected_gradient_w_error(case: Case, estimator: ste.Estimator, moments: Callable) -> float:
    """Over |v|^2 + |v|_1 (|v|_1 + |v*|_1)."""
    v = exact(case.v)
    scale = dot(v, v) + _ones(case.v) * _ones(case.v, case.teacher.v)
    got = ste.expected_coarse_gradient(*case, estimator)[1]
    return relative(got, expected_gradient_w(*case, moments), scale)


def inner_error(case: Case, estimator: ste.Estimator, moments: Callable) -> float:
    """Over its own size times 1 + 1/sin theta."""
    # The inner product is what is left of a large radial part and a tiny tangential one.
    with mp.workdps(100):
        wanted = dot(expected_gradient_w(*case, moments), population_gradient_w(*case))
        scale = wanted * (1 + 1 / mp.sin(plane(case.w, case.teacher).theta))
        return relative(ste.correlation(*case, estimator).inner, [wanted], scale)


CLOSED_FORMS = (
    (ste.IDENTITY, identity),
    (ste.RELU, relu),
    (ste.CLIPPED_RELU, clipped_relu),
    (ste.clipped_relu(2.5), lambda rho, theta: clipped_relu(rho, theta, clip=mp.mpf(2.5))),
    (ste.leaky_relu(0.1), mixture(0.1)),
)


def without_closed_form(estimator: ste.Estimator) -> ste.Estimator:
    """The same proxy, for which `ste` then has to use quadrature."""
    return ste.Estimator(estimator.name, estimator.derivative, estimator.breakpoints)


#: Proxies that have no closed form in `ste`: name, numpy mu', mpmath mu', breakpoints.
CURVED = (
    (
        "bump",
        lambda x: np.exp(-np.square(x - 0.3)),
        lambda x: mp.exp(-((x - mp.mpf(0.3)) ** 2)),
        (),
    ),
    (
        "one-sided tent",
        lambda x: np.clip(1.0 - np.abs(x - 1.0), 0.0, None),
        lambda x: max(1 - abs(x - 1), mp.zero),
        (0.0, 1.0, 2.0),
    ),
)
