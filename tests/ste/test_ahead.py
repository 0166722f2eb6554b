"""Work ahead in a thread: the order, the stream of random numbers, and what a call raises."""

import sys
import threading

import numpy as np
import pytest

from ste import RELU, model
from ste._ahead import ahead


def test_values_come_in_order_and_calls_never_overlap():
    running, most = [], []

    def call(x):
        running.append(x)
        most.append(len(running))
        running.remove(x)
        return 2 * x

    assert list(ahead(call, range(50))) == [2 * x for x in range(50)]
    assert max(most) == 1 and list(ahead(call, [])) == []


def test_the_next_is_computed_while_one_is_used():
    begun = {x: threading.Event() for x in range(3)}
    values = ahead(lambda x: begun[x].set() or threading.get_ident(), range(3))
    assert next(values) != threading.get_ident()
    assert begun[1].wait(10.0)
    values.close()


def test_one_call_and_a_system_without_threads_take_none(monkeypatch):
    assert list(ahead(lambda x: threading.get_ident(), [1])) == [threading.get_ident()]
    monkeypatch.setattr(sys, "platform", "emscripten")
    assert set(ahead(lambda x: threading.get_ident(), [1, 2])) == {threading.get_ident()}


@pytest.mark.parametrize("error", [ValueError("x: as it was"), KeyboardInterrupt(), MemoryError()])
def test_what_a_call_raises_comes_as_it_is_and_no_thread_stays(error):
    def call(x):
        if x == 2:
            raise error
        return x

    before, got = threading.active_count(), []
    with pytest.raises(type(error)) as raised:
        got.extend(value for value in ahead(call, range(5)))
    assert raised.value is error and threading.active_count() == before


def test_a_user_who_stops_early_leaves_no_thread():
    before = threading.active_count()
    values = ahead(lambda x: list(ahead(lambda y: x + y, range(3))), range(5))  # nested
    assert next(values) == [0, 1, 2]
    values.close()
    assert threading.active_count() == before


def test_a_mean_over_many_blocks_is_that_of_one_stream(monkeypatch):
    teacher = model.Teacher([1.0, -0.5], [1.0, 0.0, 0.0])
    point = [0.5, 0.1], [0.3, 0.8, 0.1]
    relu = RELU
    monkeypatch.setattr(model, "_BLOCK", 60)
    got = model.monte_carlo_gradient(*point, teacher, relu, 1003, seed=7)
    Z = np.random.default_rng(7).standard_normal((1003, 2, 3))
    each = model.coarse_gradient(*point, Z, teacher, relu)[1]
    assert np.allclose(got.mean, each.mean(axis=0), rtol=1e-12)
