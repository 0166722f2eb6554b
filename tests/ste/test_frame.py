"""Runs in the five numbers of a frame against the same steps taken in v and w."""

import mpmath as mp
import numpy as np
import pytest

import ste
from ste.descent import walk
from ste.plane import norm

PAPER = (ste.IDENTITY, ste.RELU, ste.CLIPPED_RELU)


def turned(n: int) -> np.ndarray:
    """A unit vector that lies on no axis of the coordinates, if there is one."""
    w = np.arange(1.0, n + 1)
    return w / np.linalg.norm(w)


def starts(teacher: ste.Teacher, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Random ones, some on and close to the axis of w* on both sides, long ones and short ones."""
    rng = np.random.default_rng(seed)
    w = rng.standard_normal((9, teacher.n))
    w[1], w[2] = 0.7 * teacher.w, -1.3 * teacher.w
    w[3:5] = [[2.0], [-0.5]] * teacher.w + 1e-9 * w[3:5]
    w[5], w[6] = 1e-200 * w[5], 1e200 * w[6]
    v = rng.standard_normal((9, teacher.m))
    v[7], v[8] = teacher.v, -teacher.v
    return v, w


@pytest.mark.parametrize("estimator", [*PAPER, ste.leaky_relu(0.3)], ids=lambda e: e.name)
@pytest.mark.parametrize(
    "v", [[1.0, -0.5, 0.8, 0.3], [2.0], [0.1, 0.1, 0.1], [1.0, 1.0 + 1e-12]], ids=str
)
@pytest.mark.parametrize("n", [1, 2, 5])
def test_a_run_takes_the_steps_of_the_expected_coarse_gradient(v, n, estimator):
    teacher = ste.Teacher(v, turned(n))
    v0, w0 = starts(teacher, seed=n)
    eta = np.linspace(0.01, 0.3, len(v0))
    eta[0] = 8.0  # at which what is left of v0 - v* turns to its opposite and back

    def field(v, w):
        return ste.expected_coarse_gradient(v, w, teacher, estimator)

    run = ste.descend(v0, w0, teacher, estimator, eta, 6)
    full = walk(field, v0, w0, eta, 6)
    near = np.maximum(norm(full.w), norm(w0))[..., None]
    # each is within half of this of the exact run: at eta = 8 a rounding grows a thousandfold
    assert np.allclose(run.v, full.v, rtol=2e-12, atol=2e-13)
    assert np.all(np.abs(run.w - full.w) <= 1e-12 * np.maximum(near, eta[:, None]))


def test_where_roundings_grow_a_run_is_as_exact_as_its_steps_in_v_and_w():
    """From a start at which the two above part most: against 40 digits."""
    teacher, eta, steps = ste.Teacher([2.0], turned(2)), 8.0, 6
    v0, w0 = (part[0] for part in starts(teacher, seed=2))
    run = ste.descend(v0, w0, teacher, ste.IDENTITY, eta, steps)
    with mp.workdps(40):
        v, v_star, w = mp.mpf(float(v0[0])), mp.mpf(2), mp.matrix(w0)
        w_star = mp.matrix(teacher.w) / mp.norm(mp.matrix(teacher.w))
        k = 1 / mp.sqrt(2 * mp.pi)
        for _ in range(steps):
            u = w / mp.norm(w)
            theta = mp.acos(mp.fdot(u, w_star))
            g = k * v * (v * u - v_star * w_star)
            v -= eta / 4 * (2 * (v - v_star) + 2 * theta / mp.pi * v_star)
            w -= eta * g
        assert float(v) == pytest.approx(run.v[-1, 0], rel=1e-12)
        assert [float(x) for x in w] == pytest.approx(run.w[-1], rel=1e-12)


def test_beside_the_axis_a_run_turns_away_from_it_as_slowly_as_it_should():
    """At d < 0 the angle to w* grows by the same factor, however small it is."""
    teacher = ste.Teacher([1.0, -0.5, 0.8], [0.6, 0.8])
    beside, factors = np.array([-0.8, 0.6]), []
    for angle in (1e-3, 1e-13):
        w0 = np.cos(angle) * teacher.w + np.sin(angle) * beside
        run = ste.descend(-teacher.v, w0, teacher, ste.RELU, 0.1, 20)
        factors.append(run.angle[-1] / run.angle[0])
    assert factors[1] == pytest.approx(factors[0], rel=1e-2) and factors[0] > 1.5


def test_no_rounding_leads_off_the_plane():
    """In coordinates it turns w about a short |w|, and a run ends elsewhere: against 40 digits."""
    rng = np.random.default_rng(0)
    w0, v0 = rng.standard_normal((200, 5))[11], rng.standard_normal((200, 4))[11]
    teacher, steps = ste.Teacher([1.0, -0.5, 0.8, 0.3], np.eye(5)[0]), 350
    run = ste.descend(v0, w0 / np.linalg.norm(w0), teacher, ste.RELU, 0.05, steps)
    with mp.workdps(40):
        v, v_star, w = (mp.matrix(x) for x in (v0, teacher.v, run.w[0]))
        s, k, ones = mp.fsum(v_star), 1 / mp.sqrt(2 * mp.pi), mp.ones(4, 1)
        eta = mp.mpf(0.05)
        for _ in range(steps):
            rho, d, s_v = mp.norm(w), mp.fdot(v, v_star), mp.fsum(v)
            c = 1 - 2 * mp.acos(w[0] / rho) / mp.pi
            radial = (mp.fdot(v, v) + s_v * (s_v - s)) * k / 2 / rho
            v -= eta / 4 * (v - c * v_star + (s_v - s) * ones)
            w *= 1 - eta * radial
            w[0] += eta * d * k / 2
        assert float(mp.norm(w)) == pytest.approx(run.norm[-1], rel=1e-12)
