"""The map of windows against the files of the runs."""

import json
import math
import statistics

import numpy as np
import pytest
from toc import ROOT

from stebook.chapters.deep.deep_windows import BITS, EXPLORER, HIGHS, LOWS, TABLE, means, share
from stebook.chapters.deep.records import windows
from stebook.templates import number

RESULTS = ROOT / "experiments" / "results"


@pytest.mark.parametrize("bits", BITS)
def test_the_map_is_that_of_the_files(bits):
    found = {}
    for path in RESULTS.glob(f"windows/b{bits}-*.json"):
        run = json.loads(path.read_text(encoding="utf-8"))
        ends = run["job"]["low"], run["job"]["high"]
        found.setdefault(ends, []).append(100 * run["result"]["test"]["accuracy"])
    assert len(found) == 16 and {len(values) for values in found.values()} == {3}
    for i, (low, low_end) in enumerate(LOWS.items()):
        for j, (high, high_end) in enumerate(HIGHS.items()):
            values = EXPLORER.evaluate(bits=bits, low=low, high=high)
            mine = found[low_end, high_end]
            assert values["mean"] == pytest.approx(statistics.mean(mine))
            assert values["spread"] == pytest.approx(statistics.stdev(mine))
            assert means(bits)[i, j] == values["mean"]
            said = EXPLORER.say(values)
            shares = ("mean", 1), ("best", 1), ("worst", 1), ("inside", 0)
            texts = [f"{number(values[name], digits)} %" for name, digits in shares]
            assert EXPLORER.cells(values)[:4] == texts
            best = values["mean"] >= max(map(statistics.mean, found.values())) - 0.05
            assert ("No window of the sixteen does better" in said) == (
                best and (low, high) not in (("none", "none"), ("0", "none"))
            )


def test_a_share_is_that_of_the_normal_distribution():
    assert share(None, None) == 1.0
    assert share(0.0, None) == 0.5
    normal = statistics.NormalDist()
    assert share(-0.6, 1.2) == pytest.approx(normal.cdf(1.2) - normal.cdf(-0.6))
    assert math.isclose(share(None, 0.6), normal.cdf(0.6))


def test_identity_and_relu_are_named():
    assert "This is identity." in EXPLORER.say(EXPLORER.evaluate(low="none", high="none"))
    assert "This is ReLU." in EXPLORER.say(EXPLORER.evaluate(low="0", high="none"))


@pytest.mark.title("The window's upper end matters more at 1 bit than at 2")
def test_the_upper_end_matters_more_with_fewer_bits():
    """At every lower end, in the mean and in each of the seeds."""
    for low in LOWS.values():
        one, two = (
            np.ptp([windows(TABLE, bits)[low, high] for high in HIGHS.values()], axis=0)
            for bits in BITS
        )
        assert np.all(one > two) and one.size == 3
    one, two = (np.ptp(means(bits), axis=1) for bits in BITS)
    assert np.all(one > 1.9 * two)
