"""Running tables: nothing twice, float networks shared, states only for the same data."""

import json
import threading
from dataclasses import replace

import pytest

from experiments import records, runs
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


COMMAND = "python -m experiments table"


def cut_inside(raw):
    """Half of the epochs' rows gone, and still JSON."""
    record = json.loads(raw)
    del record["result"]["test"]
    return json.dumps(record).encode()


@pytest.mark.parametrize(
    ("spoil", "told"),
    [
        (lambda raw: b"", "expected a result, got an empty file"),
        (lambda raw: raw[:100], "expected a result, got a file that is no JSON"),
        (lambda raw: b"\xff" + raw, "expected a result, got a file that is no JSON"),
        (lambda raw: b"[" * 100_000, "expected a result, got a file that is no JSON"),
        (lambda raw: b"[]", "expected a result as schema.json has it"),
        (cut_inside, "another one at $.result: 'test' is a required property"),
        (lambda raw: raw.replace(b'"schema": 1', b'"schema": "1"'), "another one at $.schema"),
        (lambda raw: raw.replace(b'"seed": 0', b'"seed": 1'), "got that of another run"),
        (lambda raw: raw.replace(b'"threads": 1', b'"threads": NaN'), "NaN is no number of JSON"),
    ],
)
def test_a_damaged_result_is_kept_aside_named_and_done_again(
    spoil, told, plan, noise, tmp_path, calls, capsys
):
    bench, one = Bench(noise, tmp_path / "states"), replace(plan, seeds=(0,))
    first, *others = run("table", one, bench, tmp_path / "out", COMMAND, quiet=True)
    times = [path.stat().st_mtime_ns for path in others]
    good = json.loads(first.read_text())
    spoilt = spoil(first.read_bytes())
    assert spoilt != first.read_bytes()
    first.write_bytes(spoilt)
    assert not records.is_result(first, runs.jobs(one)[0])
    run("table", one, bench, tmp_path / "out", COMMAND, quiet=True)
    assert calls["quantized"] == 4
    again = json.loads(first.read_text())
    again["result"]["seconds"] = good["result"]["seconds"]
    assert again == good
    said = capsys.readouterr().err
    assert said.startswith(f"{first}: ") and told in said
    assert first.with_name(f"{first.name}.damaged-1").read_bytes() == spoilt
    assert [path.stat().st_mtime_ns for path in others] == times


def test_swapped_results_are_both_done_again(plan, noise, tmp_path, calls, capsys):
    bench, one = Bench(noise, tmp_path / "states"), replace(plan, seeds=(0,))
    first, second, _ = run("table", one, bench, tmp_path / "out", COMMAND, quiet=True)
    one_text, two_text = first.read_text(), second.read_text()
    first.write_text(two_text)
    second.write_text(one_text)
    run("table", one, bench, tmp_path / "out", COMMAND, quiet=True)
    assert calls["quantized"] == 5
    assert capsys.readouterr().err.count("in its name, got that of another run") == 2


def test_results_of_other_data_are_refused_before_anything_runs(plan, noise, tmp_path, calls):
    run("table", replace(plan, seeds=(0,)), Bench(noise, tmp_path), tmp_path, COMMAND, quiet=True)
    before = dict(calls)
    other = Bench(replace(noise, sha256="1" * 64), tmp_path)
    with pytest.raises(
        ValueError, match="out: expected results of noise with the hash 111111111111"
    ):
        run("table", plan, other, tmp_path, COMMAND, quiet=True)
    assert calls == before


def test_a_damaged_state_does_not_stop_the_other_runs(plan, noise, tmp_path, calls, capsys):
    bench = Bench(noise, tmp_path / "states")
    bench.start(runs.jobs(plan)[0])
    (state,) = (tmp_path / "states").iterdir()
    state.write_bytes(b"")
    assert len(run("table", plan, bench, tmp_path / "out", COMMAND, quiet=True)) == 6
    assert calls == {"pretrain": 3, "quantized": 6}
    assert f"{state}: expected a trained network, got an empty file" in capsys.readouterr().err


def test_two_commands_share_a_table_and_do_nothing_twice(plan, noise, tmp_path, calls, monkeypatch):
    """The second command begins within the first run of the first; both end with all results."""
    monkeypatch.setattr(runs, "PATIENCE", 0.01)
    bench = Bench(noise, tmp_path / "states")
    found, true = [], runs.quantized

    def command():
        found.append(run("table", plan, bench, tmp_path / "out", COMMAND, quiet=True))

    second = threading.Thread(target=command)
    turn = threading.Lock()  # both are in one process here, and training draws from one generator

    def once(*arguments):
        if second.ident is None:
            second.start()
        with turn:
            return true(*arguments)

    monkeypatch.setattr(runs, "quantized", once)
    command()
    second.join()
    assert calls == {"pretrain": 2, "quantized": 6}
    assert found[0] == found[1]
    assert sorted(found[0]) == sorted((tmp_path / "out" / "table").iterdir())


def test_a_run_that_another_command_is_at_is_waited_for_and_taken_over(
    plan, noise, tmp_path, monkeypatch
):
    bench, one = Bench(noise, tmp_path / "states"), replace(plan, seeds=(0,))
    path = tmp_path / "out" / "table" / f"{records.name(runs.jobs(one)[0])}.json"
    lock = records.lock(path)
    monkeypatch.setattr(runs.time, "sleep", lambda seconds: records.unlock(path, lock))
    paths = run("table", one, bench, tmp_path / "out", COMMAND)
    assert path in paths and all(map(records.is_result, paths, runs.jobs(one)))


def test_a_run_that_fails_gives_its_lock_back(plan, noise, tmp_path, monkeypatch):
    bench, one = Bench(noise, tmp_path / "states"), replace(plan, seeds=(0,))
    true = runs.quantized

    def lost(*_):
        raise FloatingPointError("lost")

    monkeypatch.setattr(runs, "quantized", lost)
    with pytest.raises(FloatingPointError):
        run("table", one, bench, tmp_path / "out", COMMAND, quiet=True)
    monkeypatch.setattr(runs, "quantized", true)
    assert len(run("table", one, bench, tmp_path / "out", COMMAND, quiet=True)) == 3


def test_a_result_that_would_not_count_as_done_ends_the_command(
    plan, noise, tmp_path, calls, monkeypatch
):
    """It would be run again and again."""
    true = runs.circumstances
    monkeypatch.setattr(runs, "circumstances", lambda data: {**true(data), "device": "#1"})
    with pytest.raises(
        ValueError, match=r"json: expected a result as .* \$\.circumstances\.device"
    ):
        run("table", plan, Bench(noise, tmp_path), tmp_path / "out", COMMAND, quiet=True)
    assert calls["quantized"] == 1
