"""Coarse gradient descent: v <- v - eta E[dl/dv], w <- w - eta E[g] (Algorithm 1)."""

import math
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from ste import _checks
from ste._frame import State, framed, gradients
from ste._memory import keep
from ste._normal import K
from ste.estimators import Estimator
from ste.landscape import critical_points, population_loss
from ste.model import Teacher, sigma
from ste.plane import norm, plane

# What a walk goes against: the two parts at (v, w), shaped like them.
Field = Callable[[np.ndarray, np.ndarray], tuple[np.ndarray, np.ndarray]]


#: Pre-activations that a step with samples computes at once: the fastest of those tried.
_BLOCK = 160_000
#: About how many arrays of the size of a state a step makes, and of its pre-activations.
_ARRAYS_OF_A_STEP, _ARRAYS_OF_A_BLOCK = 32, 16


# --- Walks ---------------------------------------------------------------------------------------


def iterates(
    step: Callable[..., State],
    state: State,
    steps: int,
    learning_rate: ArrayLike,
    *,
    progress: bool = False,
) -> Iterator[tuple[int, State]]:
    """(0, state), (1, step(*state)), ... up to `steps`.

    Parameters
    ----------
    step : callable
        Takes the arrays of a state, returns those of the next.
    state : tuple of ndarray
    steps : int
        At least 0, at most ten million.
    learning_rate : array_like
        The argument that an overflow is blamed on.
    progress : bool
        Show a tqdm progress bar.

    Raises
    ------
    ValueError
        If a state leaves the range of doubles; the message names the step.

    Examples
    --------
    >>> halves = iterates(lambda x: (0.5 * x,), (np.array([8.0]),), 2, 0.5)
    >>> [(number, float(x[0])) for number, (x,) in halves]
    [(0, 8.0), (1, 4.0), (2, 2.0)]
    """
    _checks.function("step", step)
    _checks.instance("state", state, tuple)
    steps = _checks.turns("steps", steps, 0)
    yield 0, state
    for number in _counter(steps, progress):
        # An overflow ends the run below, with its step, rather than in a warning of numpy's.
        with np.errstate(over="ignore", invalid="ignore"):
            state = step(*state)
        for part in state:
            if not np.isfinite(part).all():
                raise ValueError(
                    "learning_rate: expected one for which the run stays finite, got "
                    f"{learning_rate!r}, which overflows at step {number}"
                )
        yield number, state


def _counter(steps: int, progress: bool) -> Iterable[int]:
    count = range(1, steps + 1)
    if not progress:
        return count
    from tqdm.auto import tqdm  # only a run that asks for a bar needs tqdm

    return tqdm(count, unit="step")


class Walk(NamedTuple):
    """Recorded ``steps`` (k,), and ``v`` (k, ..., m) and ``w`` (k, ...) at each of them."""

    steps: np.ndarray
    v: np.ndarray
    w: np.ndarray


@_checks.in_doubles
def recorded_steps(steps: int, record_every: int) -> np.ndarray:
    """0, k, 2k, ... and the last step.

    Examples
    --------
    >>> recorded_steps(7, 3)
    array([0, 3, 6, 7])
    """
    steps = _checks.turns("steps", steps, 0)
    every = _checks.integer("record_every", record_every, 1)
    _checks.affordable("steps", steps, steps // every)
    return np.append(np.arange(0, steps, every), steps)


def _fits(shape: tuple[int, ...], lead: tuple[int, ...]) -> bool:
    """Whether `shape` broadcasts to `lead`."""
    ends = zip(shape[::-1], lead[::-1], strict=False)
    return len(shape) <= len(lead) and all(size in (1, wanted) for size, wanted in ends)


@_checks.in_doubles
def walk(
    field: Field,
    v0: ArrayLike,
    w0: ArrayLike,
    learning_rate: ArrayLike,
    steps: int,
    *,
    record_every: int = 1,
    progress: bool = False,
) -> Walk:
    """``v <- v - eta a``, ``w <- w - eta b`` with (a, b) = field(v, w), from one start or many.

    Parameters
    ----------
    field : callable
        Takes v and w, returns the two parts, shaped like them.
    v0, w0 : array_like
        The start; leading axes are as many starts.
    learning_rate : float or array_like, shape (...)
        eta > 0; an array gives each start its own.
    steps : int
        At least 0, at most ten million.
    record_every : int
        Record steps 0, k, 2k, ... and the last.
    progress : bool
        Show a tqdm progress bar.

    Returns
    -------
    Walk

    Raises
    ------
    ValueError
        If an argument is out of range, or the iterates leave the range of doubles.

    Examples
    --------
    >>> walk(lambda v, w: (v, 2 * w), [1.0], [1.0], 0.5, 2).v[:, 0]
    array([1.  , 0.5 , 0.25])
    """
    _checks.function("field", field)
    # Components lie apart in memory, so that a step goes along the starts: four times as fast.
    given = {"v0": v0, "w0": w0}
    start = tuple(np.asarray(_checks.finite_array(*one), order="F") for one in given.items())
    rates = _checks.positives("learning_rate", learning_rate)
    for name, part in zip(("v0", "w0"), start, strict=True):
        lead = part.shape[:-1]
        if not part.ndim or not _fits(rates.shape, lead):
            raise ValueError(
                f"{name}: expected a vector for each learning rate, got shapes {part.shape} and "
                f"{rates.shape}"
            )
    eta = rates[..., None] if rates.ndim else float(rates)

    def step(v: np.ndarray, w: np.ndarray) -> State:
        along = field(v, w)
        two = isinstance(along, tuple) and len(along) == 2
        _checks.number("field", along, "a function that returns two arrays", two)
        parts = zip((v, w), along, strict=True)
        v_part, w_part = (_checks.returned("field", part, state.shape) for state, part in parts)
        return v - eta * v_part, w - eta * w_part

    states = iterates(step, start, steps, learning_rate, progress=progress)
    v, w = start
    return _recorded(states, v, w, steps, record_every, lambda v, w: (v, w))


def _recorded(
    states: Iterator[tuple[int, State]],
    v0: np.ndarray,
    w0: np.ndarray,
    steps: int,
    record_every: int,
    student: Callable[..., State],
) -> Walk:
    """What `student` makes of the states of some steps; v and w are shaped like v0 and w0."""
    recorded = recorded_steps(steps, record_every)
    _checks.affordable("steps", steps, recorded.size * (v0.size + w0.size))
    vs, ws = (np.empty((recorded.size, *part.shape)) for part in (v0, w0))
    keep(_ARRAYS_OF_A_STEP * (v0.size + w0.size))
    slot = 0
    for number, state in states:
        if number == recorded[slot]:
            vs[slot], ws[slot] = student(*state)
            slot += 1
    return Walk(recorded, vs, ws)


# --- Runs of the network -------------------------------------------------------------------------


@dataclass(frozen=True, eq=False)
class Trajectory:
    """A recorded run, recorded steps on axis 0, starts on the axes after it.

    ``steps`` (k,) says which steps were recorded; ``v`` (k, ..., m), ``w`` (k, ..., n); ``loss``
    (k, ...) is the population loss; ``angle`` (k, ...) is theta in radians, NaN at w = 0; ``norm``
    (k, ...) is |w|.
    """

    steps: np.ndarray
    v: np.ndarray
    w: np.ndarray
    loss: np.ndarray
    angle: np.ndarray
    norm: np.ndarray


@_checks.in_doubles
def trajectory(
    field: Field,
    v0: ArrayLike,
    w0: ArrayLike,
    teacher: Teacher,
    learning_rate: ArrayLike,
    steps: int,
    *,
    record_every: int = 1,
    progress: bool = False,
) -> Trajectory:
    """A `walk` of a student of `teacher`, and its population loss, angle and |w| on the way.

    Parameters
    ----------
    field : callable
        Takes v (..., m) and w (..., n), returns the two parts, shaped like them.
    v0 : array_like, shape (..., m)
    w0 : array_like, shape (..., n)
    teacher : Teacher
    learning_rate : float or array_like, shape (...)
    steps, record_every, progress
        As for `walk`.

    Returns
    -------
    Trajectory

    Raises
    ------
    ValueError
        If an argument is out of range, or the iterates leave the range of doubles.

    Examples
    --------
    >>> teacher = Teacher(v=[1.0, 1.0], w=[1.0, 0.0])
    >>> field = lambda v, w: (v - teacher.v, 0.0 * w)
    >>> run = trajectory(field, [0.0, 0.0], [2.0, 0.0], teacher, 1.0, 1)
    >>> run.loss, run.norm
    (array([0.75, 0.  ]), array([2., 2.]))
    """
    v, w = _starts(v0, w0, teacher, learning_rate)
    run = walk(field, v, w, learning_rate, steps, record_every=record_every, progress=progress)
    return _seen(run, teacher)


def _starts(
    v0: ArrayLike, w0: ArrayLike, teacher: Teacher, learning_rate: ArrayLike
) -> tuple[np.ndarray, np.ndarray]:
    """v0 and w0, checked, one for each start."""
    _checks.instance("teacher", teacher, Teacher)
    v = _checks.vectors("v0", v0, teacher.m)
    w = _checks.vectors("w0", w0, teacher.n)
    eta = _checks.positives("learning_rate", learning_rate)
    lead = _checks.broadcastable(v0=v.shape[:-1], w0=w.shape[:-1], learning_rate=eta.shape)
    return np.broadcast_to(v, (*lead, teacher.m)), np.broadcast_to(w, (*lead, teacher.n))


def _seen(run: Walk, teacher: Teacher) -> Trajectory:
    """A walk with its loss, angle and |w|."""
    zero = np.all(run.w == 0.0, axis=-1)
    away = plane(np.where(zero[..., None], teacher.w, run.w), teacher)
    angle = np.where(zero, np.nan, away.theta)
    return Trajectory(*run, population_loss(run.v, run.w, teacher), angle, norm(run.w))


def _population_walk(
    v: np.ndarray,
    w: np.ndarray,
    teacher: Teacher,
    estimator: Estimator,
    learning_rate: ArrayLike,
    steps: int,
    record_every: int,
    progress: bool,
) -> Walk:
    """A `walk` along -(E[dl/dv], E[g]) in the numbers of a frame."""
    eta = np.asarray(learning_rate, dtype=float)
    rates = 0.25 * eta, 0.25 * eta, 0.25 * eta, eta, eta
    frame = framed(v, w, teacher)
    along = gradients(frame, estimator)

    def step(*state: np.ndarray) -> State:
        turn = zip(state, rates, along(*state), strict=True)
        return tuple(part - rate * each for part, rate, each in turn)

    states = iterates(step, frame.state, steps, learning_rate, progress=progress)
    run = _recorded(states, v, w, steps, record_every, frame.student)
    run.w[0] = w  # to the last digit
    return run


def _sample_field(
    teacher: Teacher, estimator: Estimator, samples: int, fixed: bool, seed: int
) -> Field:
    rng = np.random.default_rng(seed)
    shape = (samples, teacher.m, teacher.n)
    same = rng.standard_normal(shape) if fixed else None
    block = max(1, _BLOCK // (samples * teacher.m))
    keep(_ARRAYS_OF_A_BLOCK * _BLOCK)

    def gradients(v: np.ndarray, w: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        _checks.affordable("samples", samples, samples * (v.size + w.size))
        Z = rng.standard_normal(shape) if same is None else same
        rows, label = np.ascontiguousarray(np.moveaxis(Z, 0, -1)), sigma(Z @ teacher.w) @ teacher.v
        starts, filters = v.reshape(-1, teacher.m), w.reshape(-1, teacher.n)
        along = np.empty_like(starts), np.empty_like(filters)
        for first in range(0, len(starts), block):
            part = slice(first, first + block)
            means = _mean_gradients(starts[part], filters[part], rows, label, estimator)
            along[0][part], along[1][part] = means
        return along[0].reshape(v.shape), along[1].reshape(w.shape)

    return gradients


def _mean_gradients(
    v: np.ndarray, w: np.ndarray, rows: np.ndarray, label: np.ndarray, estimator: Estimator
) -> tuple[np.ndarray, np.ndarray]:
    """Means of `coarse_gradient` over inputs that all starts share: matrix products.

    `rows` (m, n, K) has a unit's inputs side by side, so that all goes along the samples.
    """
    pre = w @ rows
    hidden = (pre > 0.0).astype(float)
    residual = np.einsum("msk,sm->sk", hidden, v) - label
    along_v = np.einsum("msk,sk->sm", hidden, residual)
    back = (estimator.evaluate_at(pre) * residual) @ rows.swapaxes(1, 2)
    return along_v / label.size, np.einsum("msn,sm->sn", back, v) / label.size


@_checks.in_doubles
def descend(
    v0: ArrayLike,
    w0: ArrayLike,
    teacher: Teacher,
    estimator: Estimator,
    learning_rate: ArrayLike,
    steps: int,
    *,
    samples: int | None = None,
    fixed: bool = False,
    seed: int = 0,
    record_every: int = 1,
    progress: bool = False,
) -> Trajectory:
    """Coarse gradient descent from one start or many at once.

    ``v <- v - eta E[dl/dv]``, ``w <- w - eta E[g]``, both from the same (v, w), with the same eta
    and without normalising w. With `samples` the expectations are means over that many inputs.

    Parameters
    ----------
    v0 : array_like, shape (..., m)
    w0 : array_like, shape (..., n)
    teacher : Teacher
    estimator : Estimator
    learning_rate : float or array_like, shape (...)
        eta > 0; an array gives each start its own.
    steps : int
        At least 0, at most ten million.
    samples : int, optional
        Inputs in a step; None (the default) descends on the population.
    fixed : bool
        Use the same inputs in every step rather than fresh ones; needs `samples`.
    seed : int
        Seed of the inputs. All starts share them.
    record_every : int
        Record steps 0, k, 2k, ... and the last.
    progress : bool
        Show a tqdm progress bar.

    Returns
    -------
    Trajectory

    Raises
    ------
    ValueError
        If an argument is out of range, or the iterates leave the range of doubles (the message
        names the step).

    Notes
    -----
    Source: the paper, Algorithm 1. At w = 0 exactly, which a step can hit, there is no angle. The
    definitions still hold there: sigma(0) = 0 makes the output 0, so E[dl/dv] = 0 and
    E[g] = -mu'(0) (v.v*) k w* with k = 1/sqrt(2 pi), and the run takes that step. Proxies with
    mu'(0) = 0, such as ReLU, then stay at w = 0 for good. The recorded angle there is NaN.

    Examples
    --------
    >>> from ste import RELU
    >>> teacher = Teacher(v=[1.0, 1.0], w=[1.0, 0.0])
    >>> run = descend([0.1, 0.2], [0.0, 1.0], teacher, RELU, learning_rate=0.5, steps=200)
    >>> bool(run.loss[-1] < 1e-4), run.v.shape
    (True, (201, 2))
    """
    _checks.instance("teacher", teacher, Teacher)
    _checks.instance("estimator", estimator, Estimator)
    seed = _checks.integer("seed", seed, 0)
    if samples is None:
        _checks.number("fixed", fixed, "False without samples", not _checks.flag("fixed", fixed))
        v, w = _starts(v0, w0, teacher, learning_rate)
        run = _population_walk(
            v, w, teacher, estimator, learning_rate, steps, record_every, progress
        )
        return _seen(run, teacher)
    samples = _checks.integer("samples", samples, 2)
    _checks.affordable("samples", samples, samples * teacher.m * teacher.n)
    return trajectory(
        _sample_field(teacher, estimator, samples, _checks.flag("fixed", fixed), seed),
        v0,
        w0,
        teacher,
        learning_rate,
        steps,
        record_every=record_every,
        progress=progress,
    )


@_checks.in_doubles
def outcome(run: Trajectory, teacher: Teacher, *, tolerance: float = 0.02) -> np.ndarray:
    """Where runs have come to rest: at which critical point, if at any.

    A run rests at the critical point (v_c, theta_c) if
    ``sqrt(|v - v_c|^2 / |v*|^2 + (theta - theta_c)^2) < tolerance`` at each of the records in the
    last tenth of it (at the last record at least).

    Parameters
    ----------
    run : Trajectory
    teacher : Teacher
        The teacher of the run.
    tolerance : float
        Above zero.

    Returns
    -------
    ndarray of str, shape (...)
        ``"global"``, ``"saddle"``, ``"spurious"``, or ``"other"`` for what is still moving, cycles,
        rests elsewhere or is at w = 0.

    Raises
    ------
    ValueError
        If the run does not fit the teacher or the tolerance is not above zero.

    Notes
    -----
    Our own convention. A cycle is told from rest only if its spikes are recorded, so record each
    step of the end. Near a saddle a run slows down and may look at rest. At s = 0, up to the
    rounding of its terms, the point at theta = pi is a second global minimizer and is called
    ``"global"``.

    Examples
    --------
    >>> from ste import RELU
    >>> teacher = Teacher(v=[1.0, -0.5, 0.8, 0.3], w=[1.0, 0.0])
    >>> run = descend([0.1, 0.0, 0.0, 0.0], [[0.0, 1.0], [-1.0, 0.0]], teacher, RELU, 0.5, 400)
    >>> outcome(run, teacher).tolist()
    ['global', 'spurious']
    """
    _checks.instance("run", run, Trajectory)
    _checks.instance("teacher", teacher, Teacher)
    tolerance = _checks.positive("tolerance", tolerance)
    if run.v.shape[-1] != teacher.m or run.w.shape[-1] != teacher.n:
        raise ValueError(
            f"run: expected one with m = {teacher.m}, n = {teacher.n}, got "
            f"m = {run.v.shape[-1]}, n = {run.w.shape[-1]}"
        )
    late = run.steps >= run.steps[-1] - 0.1 * (run.steps[-1] - run.steps[0])
    points = critical_points(teacher)
    named = (
        ("saddle", points.saddle),
        ("global" if teacher.balanced else "spurious", points.spurious),
        ("global", points.global_minimizer),
    )
    outcomes = np.full(run.loss.shape[1:], "other", dtype="<U8")
    for name, point in named:
        if point is not None:
            apart_v = norm(run.v[late] - point.v) / np.sqrt(teacher.N)
            apart = np.hypot(apart_v, run.angle[late] - point.theta)
            # NaN at w = 0 compares as false: nothing rests there
            outcomes[np.all(apart < tolerance, axis=0)] = name
    return outcomes


@_checks.in_doubles
def safe_rate(v0: ArrayLike, teacher: Teacher, least_norm: float) -> float:
    """A learning rate at which ReLU coarse gradient descent never raises f while |w| >= c_w.

    ``eta = min(1/B, c_w/(2 G))``, below ``4/(m + 1)``, with ``C_v = max(|v0|, (m + 1) |v*|)``,
    ``P = (1 + C_v) |v*| / (2 pi)``, ``k = 1/sqrt(2 pi)``,
    ``B = max((m + 1)/4 + |v*|/(2 pi) + 32 k^2 C_v^2 P/c_w^2, 8 P (2/pi^2 + 1/4)/(k c_w))`` and
    ``G = k C_v [(m + 1) (C_v + |v*|)/2 + |v*| (1/pi + 1/2)]``.

    Parameters
    ----------
    v0 : array_like, shape (m,)
    teacher : Teacher
    least_norm : float
        c_w > 0, a length below which |w| does not fall in the run.

    Returns
    -------
    float

    Raises
    ------
    ValueError
        If v0 does not fit the teacher or `least_norm` is not above zero.

    Notes
    -----
    Our own result; sufficient, and far from necessary. Each step then lowers f by at least
    ``(eta/2) (|df/dv|^2 + <E[g], df/dw>)``.

    Examples
    --------
    >>> round(safe_rate([0.1, 0.1], Teacher(v=[1.0, -0.5], w=[1.0, 0.0]), least_norm=0.9), 4)
    0.0179
    """
    _checks.instance("teacher", teacher, Teacher)
    v = _checks.vectors("v0", v0, teacher.m)
    c_w = _checks.positive("least_norm", least_norm)
    length, units = np.sqrt(teacher.N), teacher.m + 1
    c_v = np.maximum(np.max(norm(v)), units * length)
    mixed = (1.0 + c_v) * length / (2.0 * math.pi)
    along_v = units / 4.0 + length / (2.0 * math.pi) + 32.0 * (K * c_v / c_w) ** 2 * mixed
    along_w = 8.0 * mixed * (2.0 / math.pi**2 + 0.25) / (K * c_w)
    largest = K * c_v * (units * (c_v + length) / 2.0 + length * (1.0 / math.pi + 0.5))
    return float(min(1.0 / max(along_v, along_w), c_w / (2.0 * largest)))
