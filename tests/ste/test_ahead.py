"""Work ahead in threads: the order, how many there are, and what a call raises."""

import os
import sys
import threading

import pytest

from ste._ahead import ahead


@pytest.mark.parametrize(("cores", "most"), [(None, 1), (1, 1), (3, 3), (64, 4)])
def test_values_come_in_order_from_as_many_calls_at_once_as_there_are_cores(
    monkeypatch, cores, most
):
    """So many meet, and one more would not."""
    monkeypatch.setattr(os, "cpu_count", lambda: cores)
    together, running, counts = threading.Barrier(most), [], []

    def call(x):
        running.append(x)
        counts.append(len(running))
        together.wait(10.0)
        running.remove(x)
        return 2 * x

    calls = range(12)
    assert list(ahead(call, calls)) == [2 * x for x in calls]
    assert max(counts) == most and list(ahead(call, [])) == []


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
