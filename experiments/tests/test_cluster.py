"""Tables on several workers: the same results, nothing twice, and workers that are killed."""

import dataclasses
import json
import os
import signal
import sys
import threading
import time
from collections import Counter
from dataclasses import replace

import dask
import pytest

from experiments import cluster, data, records, runs
from experiments.__main__ import main
from experiments.runs import Bench, run
from experiments.tables import PLANS, jobs
from experiments.tests.files import write_idx
from experiments.tests.logged import LOG, Deadly, Logged

COMMAND = "python -m experiments lenet-mnist"


@pytest.fixture
def plan():
    """Six runs of two float networks, one epoch each."""
    plan = PLANS["lenet-mnist"]
    short = {part: replace(getattr(plan, part), epochs=1) for part in ("start", "schedule")}
    return replace(plan, data="mnist", bits=(2,), seeds=(0, 1), **short)


@pytest.fixture
def setting(tmp_path, plan):
    """What workers are told: tiny files, and a folder for states."""
    write_idx(tmp_path)
    return cluster.Setting("mnist", tmp_path, None, None, tmp_path / "states", "cpu", 1)


@pytest.fixture(scope="module")
def logs(tmp_path_factory):
    """The file in which runs are logged; workers inherit its name."""
    path = tmp_path_factory.mktemp("log") / "log"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(LOG, str(path))
        yield path


@pytest.fixture(scope="module")
def client(logs):
    """Two workers; to lose two of them is too much for a run."""
    few = dask.config.set({"distributed.scheduler.allowed-failures": 1})
    with few, cluster.connected(2, None) as client:
        yield client


@pytest.fixture
def log(logs, monkeypatch):
    """Every run is logged: what was begun, and by which process."""
    logs.write_text("")
    monkeypatch.setattr(runs, "jobs", lambda plan: [Logged(**fields(job)) for job in jobs(plan)])
    return lambda: [line.split() for line in logs.read_text().splitlines()]


def fields(job):
    return {field.name: getattr(job, field.name) for field in dataclasses.fields(job)}


def on(client, setting, plan, out):
    """A table on the workers of a client."""
    bench = Bench(data.load("mnist", setting.folder), setting.states)
    return run("lenet-mnist", plan, bench, out, COMMAND, True, cluster.Cluster(client, setting))


def numbers(path):
    """A result without what differs from run to run."""
    record = json.loads(path.read_text(encoding="utf-8"))
    return {**record["result"], "seconds": None}


def test_the_results_are_those_of_one_process(client, plan, setting, tmp_path):
    here = Bench(data.load("mnist", setting.folder), tmp_path / "kept")
    alone = run("lenet-mnist", plan, here, tmp_path / "alone", COMMAND, quiet=True)
    shared = on(client, setting, plan, tmp_path / "out")
    assert [path.name for path in alone] == [path.name for path in shared]
    assert list(map(numbers, alone)) == list(map(numbers, shared))
    assert sorted(shared) == sorted((tmp_path / "out" / "lenet-mnist").iterdir())


def test_a_worker_that_is_killed_loses_what_it_had_and_nothing_else(
    client, plan, setting, tmp_path, log
):
    paths = []
    table = threading.Thread(
        target=lambda: paths.extend(on(client, setting, plan, tmp_path / "out"))
    )
    table.start()
    while len(log()) < 2:
        assert table.is_alive()
        time.sleep(0.01)
    name, killed = log()[1]
    os.kill(int(killed), signal.SIGKILL)
    table.join()
    begun = Counter(name for name, _ in log())
    assert begun[name] == 2
    assert all(count == 1 or [name, killed] in log() for name, count in begun.items())
    assert len(paths) == 6 and all(map(records.is_result, paths, jobs(plan)))
    assert sorted(paths) == sorted((tmp_path / "out" / "lenet-mnist").iterdir())


def test_two_schedulers_on_one_table_do_no_run_twice(
    client, plan, setting, tmp_path, log, monkeypatch
):
    monkeypatch.setattr(runs, "PATIENCE", 0.05)
    with cluster.connected(1, None) as second:
        assert client.scheduler.address != second.scheduler.address
        tables = [
            threading.Thread(target=on, args=(one, setting, plan, tmp_path / "out"))
            for one in (client, second)
        ]
        for table in tables:
            table.start()
        for table in tables:
            table.join()
    assert Counter(name for name, _ in log()) == Counter(map(records.name, jobs(plan)))
    assert len({process for _, process in log()}) > 1
    folder = tmp_path / "out" / "lenet-mnist"
    assert {path.name for path in folder.iterdir()} == {
        f"{records.name(job)}.json" for job in jobs(plan)
    }
    assert len(list(setting.states.glob("float-*"))) == 2


def test_a_run_that_kills_its_workers_is_named(client, plan, setting, tmp_path, monkeypatch):
    one = replace(plan, seeds=(0,))
    monkeypatch.setattr(runs, "jobs", lambda plan: [Deadly(**fields(jobs(plan)[0]))])
    with pytest.raises(ValueError, match="workers: expected one that survives the run b2-iden"):
        on(client, setting, one, tmp_path / "out")
    monkeypatch.undo()
    assert len(on(client, setting, one, tmp_path / "out")) == 3


def test_the_command_line_at_the_address_of_a_scheduler(client, tmp_path):
    write_idx(tmp_path)
    words = ["lenet-mnist", "--data", "mnist", "--data-dir", str(tmp_path), "--epochs", "1"]
    words += ["--bits", "2", "--seeds", "0", "--quiet", "--states", str(tmp_path / "states")]
    main([*words, "--out", str(tmp_path / "out"), "--scheduler", client.scheduler.address])
    paths = sorted((tmp_path / "out" / "lenet-mnist").iterdir())
    assert len(paths) == 3
    for path in paths:
        command = json.loads(path.read_text())["circumstances"]["command"]
        assert "scheduler" not in command and "--data-dir DIR" in command


def test_a_scheduler_that_is_gone_is_said_to_be(client, plan, setting, tmp_path, log):
    told = []

    def table():
        try:
            on(one, setting, plan, tmp_path / "out")
        except ValueError as error:
            told.append(str(error))

    with cluster.connected(1, None) as one:
        thread = threading.Thread(target=table)
        thread.start()
        while not log():
            assert thread.is_alive()
            time.sleep(0.01)
        one.cluster.close()
        thread.join()
    assert told == [
        "scheduler: expected one that lasts, got one that is gone; the same command goes on"
    ]
    assert len(on(client, setting, plan, tmp_path / "out")) == 6


@pytest.mark.parametrize("address", ["tcp://127.0.0.1:9", "nothing://here"])
def test_an_address_without_a_scheduler_is_refused(address, tmp_path, capsys, monkeypatch):
    monkeypatch.setattr(cluster, "TO_ANSWER", 1)
    write_idx(tmp_path)
    words = ["lenet-mnist", "--data", "mnist", "--data-dir", str(tmp_path)]
    with pytest.raises(SystemExit) as ended:
        main([*words, "--out", str(tmp_path / "out"), "--scheduler", address])
    assert ended.value.code == 1
    told = f"scheduler: expected the address of a scheduler of dask, got {address}: "
    assert told in capsys.readouterr().err


def test_without_dask_it_says_what_to_install(tmp_path, capsys, monkeypatch):
    monkeypatch.delitem(sys.modules, "experiments.cluster")
    monkeypatch.delattr("experiments.cluster")
    monkeypatch.setitem(sys.modules, "distributed", None)
    write_idx(tmp_path)
    words = ["lenet-mnist", "--data", "mnist", "--data-dir", str(tmp_path), "--workers", "2"]
    with pytest.raises(SystemExit):
        main([*words, "--out", str(tmp_path / "out")])
    assert "workers, scheduler: expected the package distributed" in capsys.readouterr().err
