"""Running tables: nothing twice, float networks shared, states only for the same data."""

from dataclasses import replace

import pytest

from experiments import runs
from experiments.probes import Probe, Stability
from experiments.runs import Bench, run
from experiments.tables import PLANS


@pytest.fixture
def calls(monkeypatch):
    """Counts trainings."""
    made = {"pretrain": 0, "quantized": 0}
    for name in made:
        true = getattr(runs, name)

        def counted(*arguments, name=name, true=true):
            made[name] += 1
            return true(*arguments)

        monkeypatch.setattr(runs, name, counted)
    return made


@pytest.fixture
def plan():
    """Two seeds of a short table."""
    long = PLANS["lenet-mnist"]
    short = {
        part: replace(getattr(long, part), epochs=1, batch=16) for part in ("start", "schedule")
    }
    return replace(long, bits=(2,), seeds=(0, 1), **short)


def test_what_is_done_is_not_done_again(plan, noise, tmp_path, calls, capsys):
    bench = Bench(noise, tmp_path / "states")
    one = replace(plan, seeds=(0,))
    first = run("table", one, bench, tmp_path / "out", "python -m experiments table", quiet=True)
    assert calls == {"pretrain": 1, "quantized": 3}
    times = [path.stat().st_mtime_ns for path in first]
    both = run("table", plan, bench, tmp_path / "out", "python -m experiments table")
    assert calls == {"pretrain": 2, "quantized": 6}
    assert set(first) < set(both)
    assert [path.stat().st_mtime_ns for path in first] == times
    assert "table: 3 of 6 runs are done" in capsys.readouterr().out
    assert sorted(both) == sorted((tmp_path / "out" / "table").iterdir())


def test_a_probe_and_further_training_go_on_from_a_kept_network(job, noise, tmp_path, calls):
    bench = Bench(noise, tmp_path)
    job.run(bench)
    assert calls == {"pretrain": 1, "quantized": 1}
    Probe(job, (0.01,), 1, 40).run(bench)
    Stability(job, "relu", 0.0, None, 1e-3, 1).run(bench)
    assert calls == {"pretrain": 1, "quantized": 1}


def test_without_one_it_is_trained_first_and_the_numbers_are_the_same(job, noise, tmp_path, calls):
    question = Probe(job, (0.01,), 1, 40)
    alone = question.run(Bench(noise, tmp_path / "alone"))
    bench = Bench(noise, tmp_path / "after")
    job.run(bench)
    assert question.run(bench) == alone
    assert calls == {"pretrain": 2, "quantized": 2}


def test_a_network_of_other_data_is_not_taken(job, noise, tmp_path, calls):
    Bench(noise, tmp_path).start(job)
    Bench(noise, tmp_path).start(job)
    assert calls["pretrain"] == 1
    Bench(replace(noise, sha256="1" * 64), tmp_path).start(job)
    assert calls["pretrain"] == 2


def test_the_end_of_a_window_is_not_kept(job, noise, tmp_path):
    replace(job, estimator="window").run(Bench(noise, tmp_path))
    assert [path.name.partition("-")[0] for path in tmp_path.iterdir()] == ["float"]


def test_a_bar_takes_the_rows_of_a_training(capsys):
    watch = runs.progress_bar(2, "words")
    for loss in (0.5, 0.25):
        watch({"loss": loss, "accuracy": 0.9})
    assert "words" in capsys.readouterr().err
