"""The probe explorer against the files of the runs."""

import json
import math
import statistics

import pytest
from toc import ROOT

from stebook.chapters.deep.deep_probe import BITS, EXPLORER, SIZES
from stebook.chapters.styles import STYLES
from stebook.templates import number

RESULTS = ROOT / "experiments" / "results"
NAMES = ("identity", "relu", "clipped_relu")


@pytest.mark.parametrize("bits", BITS)
@pytest.mark.parametrize("trained", NAMES)
def test_changes_and_verdicts_are_those_of_the_files(bits, trained):
    runs = [
        json.loads(path.read_text(encoding="utf-8"))
        for path in RESULTS.glob(f"probe/b{bits}-{trained}-s*.json")
    ]
    assert len(runs) >= 3
    assert all(tuple(run["job"]["sizes"]) == SIZES for run in runs)
    for at, size in enumerate(SIZES):
        values = EXPLORER.evaluate(bits=bits, trained=trained, size=f"{size:g}")
        down = up = 0
        for name in NAMES:
            mine = [run["result"]["changes"][name][at] for run in runs]
            mean, error = statistics.mean(mine), statistics.stdev(mine) / math.sqrt(len(mine))
            assert values[f"mean_{name}"] == pytest.approx(mean)
            assert values[f"error_{name}"] == pytest.approx(error)
            assert values[f"down_{name}"] == sum(x < 0 for x in mine)
            down += mean < -2 * error
            up += mean > 2 * error
        assert (values["down"], values["up"]) == (down, up)
        said, cells = EXPLORER.say(values), EXPLORER.cells(values)
        for name, cell in zip(STYLES, cells, strict=False):
            parts = (number(values[f"{part}_{name}"], 4) for part in ("mean", "error"))
            assert cell == " ± ".join(parts)
        ends = (number(values[f"random_{end}"], 4) for end in ("low", "high"))
        assert cells[3] == " to ".join(ends)
        assert ("All three go down" in said) == (down == 3)
        assert ("All three go up" in said) == (up == 3)
        assert ("a null" in said) == (down == up == 0)
        random = [row[at] for run in runs for row in run["result"]["changes"]["random"]]
        inside = sum(values["random_low"] <= x <= values["random_high"] for x in random)
        assert inside == pytest.approx(0.9 * len(random), abs=2)


@pytest.mark.title("One estimator never clearly helps where another hurts")
def test_no_estimator_goes_down_where_another_goes_up():
    """By over two standard errors; in all states, and in many some go down or up."""
    seen = set()
    for bits in BITS:
        for trained in NAMES:
            for size in SIZES:
                values = EXPLORER.evaluate(bits=bits, trained=trained, size=f"{size:g}")
                seen.add((values["down"] > 0, values["up"] > 0))
    assert seen == {(True, False), (False, True), (False, False)}
