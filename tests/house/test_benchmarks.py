"""How the benchmarks time, and that the README has the numbers of the page."""

import itertools
from dataclasses import asdict

import pytest
from toc import ROOT

from benchmarks import report, slow, timing
from benchmarks.__main__ import PARTS
from stebook.chapters import EXPLORERS, SCENES


def test_contenders_take_turns_and_ratios_are_of_one_round(monkeypatch):
    asked, now = [], itertools.count()
    monkeypatch.setattr(timing, "clock", lambda call: (call(), next(now) + 1.0)[1])

    def contender(name):
        return lambda: asked.append(name)

    row = timing.compare("part", "task", {name: contender(name) for name in "abc"}, 3)
    # once each unmeasured and once to see how long it takes, then in turns that begin elsewhere
    assert "".join(asked) == "aabbcc" + "abc" + "bca" + "cab"
    # a round's seconds are 4 5 6, then b c a have 7 8 9, then c a b have 10 11 12
    assert row.seconds["a"] == timing.Spread(9.0, 4.0, 11.0)
    assert row.ratios["b"] == timing.Spread(12 / 11, 7 / 9, 5 / 4)
    assert set(row.ratios) == {"b", "c"}
    assert row.record()["seconds"]["a"] == asdict(row.seconds["a"])


def test_a_fast_contender_goes_round_often(monkeypatch):
    seconds = iter([timing.LEAST / 4, 8.0])
    monkeypatch.setattr(timing, "clock", lambda call: (call(), next(seconds))[1])
    calls = []
    row = timing.compare("part", "task", {"a": lambda: calls.append(1)}, 1)
    assert len(calls) == 2 + 4 and row.seconds["a"].median == 2.0


@pytest.mark.parametrize("part", PARTS)
def test_each_part_was_measured(part):
    one = report.parts()[part]
    assert one["rounds"] >= 1 and one["machine"]["packages"]
    for row in one["rows"]:
        assert len(row["seconds"]) > 1
        for taken in (*row["seconds"].values(), *row["ratios"].values()):
            assert 0 < taken["least"] <= taken["median"] <= taken["most"]
        assert set(row["ratios"]) == set(row["seconds"]) - {next(iter(row["seconds"]))}


@pytest.mark.parametrize("part", PARTS)
def test_the_page_has_the_numbers(part):
    told = (report.TABLES / f"{part}.md").read_text(encoding="utf-8")
    assert told == f"{report.table(part)}\n\n{report.machine(part)}\n"
    page = (ROOT / "book" / "benchmarks.md").read_text(encoding="utf-8")
    assert f"{{include}} measured/{part}.md" in page


def test_the_worst_is_named_and_all_are_told(monkeypatch):
    def limit(task, goal, unit, **medians):
        spreads = {f"book/{n}.html": timing.spread([m, m, 9 * m]) for n, m in medians.items()}
        return timing.Limit(task, goal, unit, spreads).record()

    trace = timing.Trace("book/a.html", {"it is painted": timing.spread([0.25])}).record()
    limits = [limit("paint", 1.0, "s", a=0.2, b=0.3), limit("shift", 0.02, "", a=0.001, b=0.0)]
    one = {"rows": [], "limits": [*limits, limit("answer", 0.05, "s", c=0.04)], "traces": [trace]}
    monkeypatch.setattr(report, "parts", lambda: {"pages": one})
    within, *each, traced = report.table("pages").split("\n\n")
    assert within.splitlines()[2:] == [
        "| paint (2) | 1.0 s | 250 ms | 300 ms | b |",
        "| shift (2) | 0.02 | 0.0005 | 0.001 | a |",
        "| answer (1) | 50 ms | 40 ms | 40 ms | c |",
    ]
    assert [table.splitlines()[3:-1] for table in each] == [
        [
            "| b | 300 ms, 300 ms to 2.7 s | 0, 0 to 0 |",
            "| a | 200 ms, 200 ms to 1.8 s | 0.001, 0.001 to 0.009 |",
        ],
        ["| c | 40 ms, 40 ms to 360 ms |"],
    ]
    assert traced.splitlines() == [
        "| a | after |",
        "|---|--:|",
        "| it is painted | 250 ms, 250 ms to 250 ms |",
    ]


def test_the_readme_has_the_numbers():
    assert report.headline() in (ROOT / "README.md").read_text(encoding="utf-8")


def test_all_limits_are_kept_as_the_page_says():
    assert "All limits are kept" in (ROOT / "book" / "benchmarks.md").read_text(encoding="utf-8")
    limits = report.parts()["pages"]["limits"]
    assert [limit["goal"] for limit in limits] == [1.0, 0, 0.02, 0.05]
    assert len(limits[-1]["spreads"]) == len(EXPLORERS) + len(SCENES)
    for limit in limits:
        assert limit["spreads"][report.worst(limit)]["median"] <= limit["goal"], limit["task"]


def test_a_machine_is_throttled_to_one_that_is_always_as_slow():
    assert slow.throttle(slow.INDEX) == 1.0 and slow.throttle(2.5 * slow.INDEX) == 2.5
    with pytest.raises(ValueError, match="index: got 899, expected 900 at least"):
        slow.throttle(899.0)


def test_a_moment_in_which_a_machine_is_slower_is_waited_out():
    indices, sent = iter([100.0, 899.0, 1800.0, 5000.0]), []

    class Page:
        def evaluate(self, script):
            assert script == slow.MEASURED and sent[-1] == 1  # it is not slowed down meanwhile
            return next(indices)

    class Tools:
        def send(self, command, said):
            assert command == "Emulation.setCPUThrottlingRate"
            sent.append(said["rate"])

    slow.slow_down(Page(), Tools())
    assert sent == [1, 2.0]
    with pytest.raises(ValueError, match="index: got 800"):
        indices = iter([800.0] * slow.TRIES)
        slow.slow_down(Page(), Tools())
