"""The full-width tables in several processes under a clock, and the command line on a GPU."""

import json
import subprocess
import sys
import time
from dataclasses import asdict, replace
from types import SimpleNamespace

import pytest
import torch

from experiments import gpu, records, together
from experiments.__main__ import main, parser, planned
from experiments.data import Data
from experiments.tables import EVERY, NEXT, STARTS, jobs
from experiments.tests.files import write_idx
from experiments.training import Schedule, pretrain, quantized, unwatched


def folders(tmp_path, *words):
    """Words of a command line that reads tiny files and writes into folders of the test."""
    write_idx(tmp_path)
    where = ["--out", str(tmp_path / "out"), "--states", str(tmp_path / "kept")]
    return [*words, "--quiet", "--data", "mnist", "--data-dir", str(tmp_path), *where]


def begin_instead(monkeypatch, code):
    """Let each command be a line of Python; the processes that begin."""
    begun = []

    def begin(module, words):
        begun.append(subprocess.Popen([sys.executable, "-c", code]))
        return begun[-1]

    monkeypatch.setattr(gpu, "_begin", begin)
    return begun


@pytest.mark.parametrize("table", gpu.TABLES)
def test_the_processes_of_a_table_share_it_between_them(table):
    every = [words for words in gpu.commands(["--quiet"]) if words[0] == table]
    parts = [jobs(planned(parser().parse_args(words), table)) for words in every]
    together = [job for part in parts for job in part]
    assert len(together) == len(set(together))
    assert set(together) == set(jobs(EVERY[table]))
    assert all(words[-1] == "--quiet" for words in every)


def test_what_nobody_has_run_comes_last_and_whole():
    assert list(gpu.TABLES[2:]) == list(NEXT)
    assert list(dict.fromkeys(words[0] for words in gpu.commands())) == list(gpu.TABLES)


def test_the_minima_start_from_the_float_networks_of_the_first_step():
    before, after = (jobs(EVERY[table]) for table in gpu.TABLES[:2])
    floats = [job.float_part() for job in before]
    assert all(job.start.float_part() in floats for job in after)


def test_side_by_side_to_the_end_and_nothing_twice(tmp_path, monkeypatch):
    words = folders(tmp_path, "lenet-mnist", "--bits", "2", "--epochs", "1", "--device", "cpu")
    every = [[*words, "--seeds", seed] for seed in ("0", "1")]
    gpu.side_by_side(every, time.monotonic() + 300)
    assert len(list((tmp_path / "out" / "lenet-mnist").iterdir())) == 6
    assert not any(map(gpu.missing, every))
    monkeypatch.setattr(subprocess, "Popen", pytest.fail)
    gpu.side_by_side(every, time.monotonic() + 300)


def test_so_many_at_once_and_what_fails_is_said(tmp_path, monkeypatch, capsys):
    begun = begin_instead(monkeypatch, "raise SystemExit(3)")
    every = gpu.commands(folders(tmp_path, "--device", "cpu"))[:5]
    most, peak = 2, []
    monkeypatch.setattr(
        time, "sleep", lambda seconds: peak.append(sum(one.poll() is None for one in begun))
    )
    gpu.side_by_side(every, time.monotonic() + 60, most)
    said = capsys.readouterr().out
    assert len(begun) == said.count(" seconds with exit status 3") == 5
    assert max(peak) == most
    assert "resnet-fashion-full-14 --seeds 2: " in said


@pytest.mark.parametrize("end", ["clock", "signal"])
def test_no_process_is_left_behind(tmp_path, monkeypatch, capsys, end):
    begun = begin_instead(monkeypatch, "import time; time.sleep(600)")
    every = gpu.commands(folders(tmp_path, "--device", "cpu"))
    if end == "clock":
        clock = SimpleNamespace(monotonic=lambda: len(begun) // gpu.AT_ONCE, sleep=time.sleep)
        monkeypatch.setattr(gpu, "time", clock)
        gpu.side_by_side(every, 1)
        assert "the clock ended resnet-fashion-full-14 --seeds 0, " in capsys.readouterr().out
    else:
        clock = SimpleNamespace(monotonic=time.monotonic, sleep=lambda seconds: sys.exit(143))
        monkeypatch.setattr(gpu, "time", clock)
        with pytest.raises(SystemExit):
            gpu.side_by_side(every, time.monotonic() + 60)
    assert len(begun) == gpu.AT_ONCE
    assert all(one.poll() is not None for one in begun)


def test_what_the_clock_cuts_off_is_said_to_be_missing(tmp_path, capsys):
    words = folders(tmp_path, "--minutes", "0", "--device", "cpu")
    assert gpu.main(words) == 1
    said = capsys.readouterr().out
    assert "resnet-fashion-full-14 --seeds 2: 3 missing" in said
    assert "experiments.together: missing" in said
    assert said.count(": 12 missing") == 12
    for table in gpu.TABLES:
        parts = len(STARTS) if EVERY[table].kind == "stability" else 1
        assert said.count(f"{table} --seeds") == 3 * parts
    assert not list((tmp_path / "out").rglob("*.json"))


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (["--device", "none"], "device: expected cpu, cuda or auto, got none: "),
        (["--device", "cpu", "--data-dir", "nowhere"], "data_dir: expected the file "),
    ],
)
def test_what_cannot_be_run_is_refused_before_anything_begins(
    tmp_path, monkeypatch, capsys, words, reason
):
    monkeypatch.setattr(subprocess, "Popen", pytest.fail)
    with pytest.raises(SystemExit):
        gpu.main(folders(tmp_path) + words)
    assert reason in capsys.readouterr().err


def test_the_measurement_comes_first_and_once(tmp_path, monkeypatch):
    words = ["lenet-mnist", *folders(tmp_path, "--device", "cpu", "--width", "0.5")]
    seen = []

    def begin(module, words):
        seen.append((module, words))
        setting = together.Setting(device="cpu", width=0.5)
        records.write(tmp_path / "out" / together.NAME, {"setting": asdict(setting)})
        return subprocess.Popen([sys.executable, "-c", ""])

    monkeypatch.setattr(gpu, "_begin", begin)
    assert gpu.measure(words, time.monotonic() + 60)
    assert gpu.measure(words, time.monotonic() + 60)
    ((module, given),) = seen
    assert module == "experiments.together"
    assert {"--device=cpu", "--width=0.5", f"--out={tmp_path / 'out'}"} <= set(given)


def test_device_cuda(tmp_path, capsys):
    """On a GPU: the results name it, and a second run gives the same numbers, bit for bit."""
    short = ["resnet-stability-full", "--seeds", "0", "--starts", "relu", "--epochs", "1"]
    words = folders(tmp_path, *short, "--device", "cuda")
    if not torch.cuda.is_available():
        with pytest.raises(SystemExit):
            main(words)
        assert "device: expected cpu, cuda or auto, got cuda: " in capsys.readouterr().err
        pytest.skip("torch finds no GPU here: --device cuda was refused, and nothing ran on one")
    found = []
    for again in ("out", "anew"):
        words[words.index("--states") + 1] = str(tmp_path / f"kept-{again}")
        words[words.index("--out") + 1] = str(tmp_path / again)
        main(words)
        paths = sorted((tmp_path / again).rglob("*.json"))
        found.append({path.name: json.loads(path.read_text(encoding="utf-8")) for path in paths})
    assert len(found[0]) == 12
    assert found[0] == found[1]
    for record in found[0].values():
        assert record["circumstances"]["device"] == torch.cuda.get_device_name()


@pytest.mark.parametrize("table", ["forecast-resnet-full", "resnet-equal-stability-full"])
def test_a_run_stays_on_its_device(monkeypatch, table):
    """On one that holds no numbers, and that refuses to add or compare those of another."""
    for name, number in {"item": 1.0, "__int__": 1, "__float__": 1.0}.items():
        monkeypatch.setattr(torch.Tensor, name, lambda tensor, number=number: number)
    short = Schedule(1, 0.1, 16)
    plan = EVERY[table]
    plan = replace(plan, width=1 / 16, seeds=(0,), draws=min(plan.draws, 1))
    plan = replace(plan, start=short, schedule=short)
    side = plan.side or 28
    pair = torch.zeros(32, 1, side, side), torch.zeros(32, dtype=torch.long)
    images = Data("zeros", "0" * 64, pair, pair).to(torch.device("meta"))
    job = jobs(plan)[-1]
    state = pretrain(job.training, images)
    net, _ = quantized(job.training, images, state)
    trainer = SimpleNamespace(
        data=images,
        progress=lambda epochs, words: unwatched,
        start=lambda training: state,
        end=lambda training: net.state_dict(),
        train=lambda training: quantized(training, images, state)[1],
    )
    assert job.run(trainer)
