"""The results at full width: each of a plan, each to be had again by the command that it names."""

import json
import re
from collections import Counter
from dataclasses import asdict
from pathlib import Path

import jsonschema
import pytest

from experiments import records, together
from experiments.__main__ import parser, planned
from experiments.tables import FULL, PLANS, jobs

ROOT = Path(__file__).resolve().parents[2]
README = (ROOT / "experiments" / "README.md").read_text(encoding="utf-8")
SCHEMA = json.loads((ROOT / "experiments" / "schema.json").read_text(encoding="utf-8"))
VALIDATOR = jsonschema.Draft202012Validator(SCHEMA)
ALL = pytest.mark.parametrize("table", FULL)
#: Bytes of the largest file that is let in.
LARGEST = 400_000


def found(table):
    """A table's results by name."""
    paths = sorted((records.FULL_RESULTS / table).glob("*.json"))
    return {path.stem: json.loads(path.read_text(encoding="utf-8")) for path in paths}


def start(record):
    """The training that a run is, or that it begins with."""
    return record["job"] if record["kind"] == "training" else record["job"]["start"]


def as_json(job):
    """A job as a file has it."""
    return json.loads(json.dumps(asdict(job)))


def test_no_name_is_a_small_table_too():
    assert not set(FULL) & set(PLANS)
    folders = [path for path in records.FULL_RESULTS.iterdir() if path.is_dir()]
    assert {path.name for path in folders} == set(FULL)
    for path in records.FULL_RESULTS.rglob("*"):
        assert path.is_dir() or path.parent in folders or path.name == together.NAME
        assert path.stat().st_size < LARGEST


@ALL
def test_names_and_jobs_are_those_of_the_plan(table):
    wanted = {records.name(job): as_json(job) for job in jobs(FULL[table])}
    results = found(table)
    assert results
    for name, record in results.items():
        VALIDATOR.validate(record)
        assert record["job"] == wanted[name], name


@ALL
def test_the_readme_says_how_many_there_are_and_what_is_missing(table):
    (row,) = re.findall(rf"^\|[^|`]+\| `{table}` \| (\d+) of (\d+) \|", README, re.M)
    assert [int(count) for count in row] == [len(found(table)), len(jobs(FULL[table]))]


@ALL
def test_the_command_of_a_result_gives_that_run(table):
    for name, record in found(table).items():
        words = record["circumstances"]["command"].split()[3:]
        options = parser().parse_args(words)
        assert record["table"] == options.table
        assert name in {records.name(job) for job in jobs(planned(options, options.table))}


@ALL
def test_a_training_has_a_row_for_each_epoch_and_a_stability_run_one_more(table):
    plan = FULL[table]
    rows = plan.schedule.epochs if plan.kind == "training" else plan.epochs + 1
    for name, record in found(table).items():
        assert len(record["result"]["epochs"]) == rows, name


@ALL
def test_one_card_and_one_set_of_versions_a_table(table):
    circumstances = [record["circumstances"] for record in found(table).values()]
    assert {"NVIDIA H200"} == {at["device"] for at in circumstances}
    assert len({json.dumps(at["versions"], sort_keys=True) for at in circumstances}) == 1
    assert len({at["data_sha256"] for at in circumstances}) == 1


def test_runs_from_one_float_network_agree_on_its_accuracy():
    for table, plan in FULL.items():
        if plan.kind == "training":
            pairs = {
                (start(record)["seed"], record["result"]["float_accuracy"])
                for record in found(table).values()
            }
            assert len(pairs) == len(plan.seeds), table


def test_runs_from_one_minimum_agree_on_it():
    results = found("resnet-stability-full").values()
    rows = {
        (start(record)["seed"], start(record)["estimator"]): record["result"]["epochs"][0]
        for record in results
    }
    for record in results:
        row = record["result"]["epochs"][0]
        assert row == rows[start(record)["seed"], start(record)["estimator"]]
        assert row["moved"] == 0


def test_a_cell_has_all_seeds_or_none():
    for table, plan in FULL.items():
        cells = Counter(re.sub(r"-s\d+-[0-9a-f]{8}$", "", name) for name in found(table))
        assert set(cells.values()) == {len(plan.seeds)}, table
