"""The stored tables of the chapter: what the script makes now, and no more than is read."""

import json

import pytest

from stebook.chapters.deep import (
    deep_accuracy,
    deep_probe,
    deep_stability,
    deep_windows,
    equal,
    forecast,
)
from stebook.chapters.deep.collect import TABLES, TRAINING, collected, main, part
from stebook.chapters.deep.records import STORED


def test_the_tables_are_those_that_the_explorers_read():
    read = {*deep_accuracy.NETWORKS, *deep_stability.NETWORKS}
    told = {*forecast.FORECASTS, *forecast.TRAININGS, equal.TRAINING, equal.FURTHER}
    assert set(TABLES) == read | told | {deep_windows.TABLE, deep_probe.TABLE}
    assert all((runs / table).is_dir() for table, runs in TABLES.items())
    assert {path.name for path in STORED.iterdir()} == {f"{table}.json" for table in TABLES}


@pytest.mark.parametrize("table", TABLES)
def test_a_stored_table_is_what_the_script_makes_now(table):
    text = (STORED / f"{table}.json").read_text(encoding="utf-8")
    assert text == collected(table, TABLES[table]), (
        "python -m stebook.chapters.deep.collect writes it anew"
    )
    assert len(text) < 200_000


def test_the_script_writes_every_table(tmp_path, monkeypatch):
    monkeypatch.setattr("stebook.chapters.deep.collect.STORED", tmp_path / "results")
    assert main() == 0
    for table in TABLES:
        written, stored = (f / f"{table}.json" for f in (tmp_path / "results", STORED))
        assert written.read_bytes() == stored.read_bytes()


def test_a_part_has_what_was_asked_for():
    run = {"a": {"x": 1 / 3, "y": 2}, "b": [{"x": 3.0, "y": [1]}], "c": None}
    assert part(run, {"a": {"x": None}, "c": None}) == {"a": {"x": 1 / 3}, "c": None}
    assert part(run, {"b": {"x": None}}) == {"b": [{"x": 3.0}]}
    assert part(run, {"a": None}) == {"a": run["a"]}
    with pytest.raises(KeyError):
        part(run, {"d": None})


def test_a_table_without_runs_is_refused(tmp_path):
    with pytest.raises(ValueError, match=r"table: expected one with runs in .*, got 'nope'"):
        collected("nope", tmp_path)


def test_runs_keep_the_order_of_their_files(tmp_path):
    (tmp_path / "small").mkdir()
    for name, seed in (("b", 1), ("a", 2)):
        epochs = {"start": {"epochs": 1}, "schedule": {"epochs": 1}}
        start = dict.fromkeys(TRAINING, 0.0) | epochs | {"seed": seed}
        run = {"kind": "probe", "job": {"start": start, "more": 1}, "result": {"changes": [0.1]}}
        (tmp_path / "small" / f"{name}.json").write_text(json.dumps(run))
    read = json.loads(collected("small", tmp_path))
    assert [run["job"]["start"]["seed"] for run in read] == [2, 1]
    assert read[0]["result"] == {"changes": [0.1]} and "more" not in read[0]["job"]
