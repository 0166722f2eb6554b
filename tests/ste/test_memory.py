"""Memory that is kept: how much is asked for, and where none is."""

import sys

import numpy as np
import pytest

from ste import _memory


@pytest.mark.parametrize(
    ("platform", "numbers", "asked"),
    [("linux", 7, [7]), ("linux", 10**9, [4_000_000]), ("emscripten", 7, [])],
)
def test_so_much_is_freed_once_that_it_is_kept(monkeypatch, platform, numbers, asked):
    sizes = []
    monkeypatch.setattr(np, "empty", sizes.append)
    monkeypatch.setattr(sys, "platform", platform)
    _memory.keep(numbers)
    monkeypatch.undo()
    assert sizes == asked
