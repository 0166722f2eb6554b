"""Every check of the book, with answers of every kind: none fools it, none makes it fail."""

import importlib
import inspect
import math
from copy import deepcopy
from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest
import sympy

import ste
from stebook.chapters import CHAPTERS
from stebook.checks import Verdict

RIGHT = [
    pair
    for chapter in CHAPTERS
    for pair in importlib.import_module(f"tests.stebook.chapters.{chapter}.test_exercises").RIGHT
]


class Tensor:
    """Keeps its values to itself, as a tensor does that wants a gradient."""

    def __array__(self, *_, **__):
        raise RuntimeError("call .detach() first")

    def __float__(self):
        raise RuntimeError("call .detach() first")


class Mute:
    """Cannot even be printed."""

    def __repr__(self):
        raise RuntimeError("no repr")


def fails(*_):
    raise KeyError("nowhere")


def leaves(*_):
    raise SystemExit


def recurses(*case):
    return recurses(*case)


def nonsense():
    """Answers that are right nowhere, made anew: generators and the like serve once."""
    return [
        *(None, ..., "a text", "1.0", "nan", b"", "", True + 1j, 0j, 2.0 + 0j, complex("nan")),
        *(np.complex64(1), np.array([1j]), [1.0, 2.0 + 0j], np.complex128(3 * np.pi / 4 + 5j)),
        *(10**400, -(10**400), 10**5000, Fraction(10**400), [10**400, 1]),
        *(math.nan, math.inf, -math.inf, np.float32("nan"), np.array(np.inf), [math.nan] * 4),
        *([], (), {}, set(), {1.0: 2.0}, [[1.0], [2.0, 3.0]], np.ones((2, 3, 4)), np.ones((8, 1))),
        *([None], [1.0, None], np.array(None), [1.0, "2"], ("v", "w"), [[1e308] * 3, [1e308] * 5]),
        *(
            [1e200, -1e200, 1e200],
            [1e308] * 4,
            [1e-308] * 3,
            1e308,
            -1e-308,
            [9e99] * 3,
        ),
        *(
            (i for i in range(3)),
            iter(()),
            range(10**6),
            map(str, "ab"),
            Tensor(),
            [Tensor()],
            Mute(),
        ),
        *(
            object(),
            int,
            sympy,
            sympy.Symbol("x"),
            sympy.pi * sympy.I,
            sympy.oo,
            sympy.zoo,
            sympy.nan,
        ),
        *([sympy.Symbol("x")] * 4, sympy.Matrix([[1, 2]]), np.datetime64("2020-01-01")),
        *(np.timedelta64(0, "s"), np.ma.masked, np.ma.array([1.0] * 4, mask=[0, 0, 0, 1])),
        *(fails, leaves, recurses, lambda: 1.0, Verdict(True, "Right."), ste.Estimator),
    ]


def is_proxy(answer):
    return isinstance(answer, ste.Estimator)


def is_function(answer):
    return callable(answer) and not is_proxy(answer)


def clear(case, value=0.0):
    """Write into all that can be written to, of the arguments and of a teacher among them."""
    for part in case:
        for array in (part, *getattr(part, "__dict__", {}).values()):
            if isinstance(array, np.ndarray) and array.flags.writeable:
                array[...] = value


def each(turn, value):
    """Turn a value, or each part of a pair."""
    return tuple(turn(part) for part in value) if isinstance(value, tuple) else turn(value)


def then_clears(answer):
    def cleared(*case):
        value = deepcopy(answer(*case))
        clear(case)
        return value

    return cleared


def only_clears(answer):
    def cleared(*case):
        value = each(lambda part: 0.0 * np.nan_to_num(part), answer(*deepcopy(case)))
        clear(case)
        return value

    return cleared


def array32(value):
    return np.asarray(value, dtype=np.float32)


def forms(value):
    """A right value as people may have it."""
    yield from (each(turn, value) for turn in (array32, np.array, lambda x: np.array(x).tolist()))
    if not isinstance(value, tuple) and np.ndim(value) == 0:
        yield from ([value], np.array([value]), np.float32(value), np.longdouble(value))
        if math.isfinite(value):
            yield from (sympy.Float(value), Fraction(float(value)))
            if value == int(value):
                yield from (int(value), np.int32(value), sympy.Integer(int(value)))


def right_forms(answer):
    if is_proxy(answer):
        slope = answer.derivative
        derivatives = (lambda x: slope(x).tolist(), then_clears(slope))
        return [replace(answer, derivative=derivative) for derivative in derivatives]
    if not is_function(answer):
        return list(forms(answer))
    # a function whose i-th form is not there for some value gives the value itself
    counts = range(12)
    return [
        then_clears(answer),
        *(lambda *case, i=i: dict(enumerate(forms(v := answer(*case)))).get(i, v) for i in counts),
    ]


def wrong_forms(answer):
    yield from nonsense()
    if is_proxy(answer):
        for value in nonsense():
            yield ste.Estimator("mine", lambda x, value=value: value)
        for value in (math.nan, math.inf, -1e308, 1e308, 1e-308, 9e99):
            yield ste.Estimator("mine", lambda x, value=value: np.full_like(x, value))
        for derivative in (fails, leaves, recurses, lambda x: np.ones_like(x) + 0j):
            yield ste.Estimator("mine", derivative)

        def clears(x):
            clear([x], 1.0)
            return np.ones_like(x)

        yield ste.Estimator("mine", clears)
        yield replace(ste.IDENTITY, closed_form=answer.moments)
        yield replace(ste.RELU, derivative=ste.IDENTITY.derivative)
        for bounds in (fails, leaves, lambda low, high: None, lambda low, high: (low, "high")):
            yield replace(ste.RELU, bounds=bounds)
    elif is_function(answer):
        for value in nonsense():
            yield lambda *case, value=value: value
        yield only_clears(answer)
        yield lambda *case: each(lambda part: np.asarray(part) + 0j, answer(*case))
        yield lambda *case: each(lambda part: np.stack([part, part]), answer(*case))
        yield lambda *case: (part for part in [answer(*case)])
    elif isinstance(answer, int | float):
        yield from (complex(answer), complex(answer, 5.0), [answer, answer], str(answer))


WALK = pytest.mark.parametrize(
    ("check", "answer"),
    RIGHT,
    ids=[f"{check.__name__}-{i}" for i, (check, _) in enumerate(RIGHT)],
)


@WALK
def test_the_right_answer_is_right_in_every_form(check, answer):
    for form in right_forms(answer):
        verdict = check(form)
        assert verdict.passed, (form, verdict)


@WALK
def test_no_other_kind_of_answer_is_right_or_makes_a_check_fail(check, answer):
    tried = 0
    for form in wrong_forms(answer):
        verdict = check(form)
        assert isinstance(verdict, Verdict)
        assert not verdict, (inspect.getsource(form) if inspect.isfunction(form) else form, verdict)
        assert 10 < len(verdict.message) < 400
        tried += 1
    assert tried > 60


@WALK
@pytest.mark.parametrize("blank", [None, ...])
def test_nothing_is_no_answer_yet(check, answer, blank):
    assert "No answer yet" in check(blank).message
    if is_function(answer):
        assert "No answer yet" in check(lambda *case: blank).message


@pytest.mark.parametrize("check", [check for check, answer in RIGHT if is_proxy(answer)])
def test_a_proxy_in_single_precision_is_right_or_told_why_not(check):
    answer = dict(RIGHT)[check]
    verdict = check(replace(answer, derivative=lambda x: array32(answer.derivative(x))))
    assert verdict or "integral does not settle" in verdict.message
