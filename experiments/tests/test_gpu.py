"""The full-width tables in several processes under a clock, and the command line on a GPU."""

import json
import subprocess
import time

import pytest
import torch

from experiments import gpu
from experiments.__main__ import main, parser, planned
from experiments.tables import EVERY, NEXT, jobs
from experiments.tests.files import write_idx


def folders(tmp_path, *words):
    """Words of a command line that reads tiny files and writes into folders of the test."""
    write_idx(tmp_path)
    where = ["--out", str(tmp_path / "out"), "--states", str(tmp_path / "kept")]
    return [*words, "--quiet", "--data", "mnist", "--data-dir", str(tmp_path), *where]


def test_the_processes_of_a_step_share_a_table_between_them():
    for (table, _), step in zip(gpu.STEPS, gpu.commands(["--quiet"]), strict=True):
        parts = [jobs(planned(parser().parse_args(words), table)) for words in step]
        together = [job for part in parts for job in part]
        assert len(together) == len(set(together))
        assert set(together) == set(jobs(EVERY[table]))
        assert all(words[0] == table and words[-1] == "--quiet" for words in step)


def test_the_minima_start_from_the_float_networks_of_the_first_step():
    before, after = (jobs(EVERY[table]) for table, _ in gpu.STEPS[:2])
    floats = [job.float_part() for job in before]
    assert all(job.start.float_part() in floats for job in after)


def test_side_by_side_to_the_end_and_nothing_twice(tmp_path, monkeypatch):
    words = folders(tmp_path, "lenet-mnist", "--bits", "2", "--epochs", "1", "--device", "cpu")
    step = [[*words, "--seeds", seed] for seed in ("0", "1")]
    gpu.side_by_side(step, time.monotonic() + 300)
    assert len(list((tmp_path / "out" / "lenet-mnist").iterdir())) == 6
    assert not any(map(gpu.missing, step))
    monkeypatch.setattr(subprocess, "Popen", pytest.fail)
    gpu.side_by_side(step, time.monotonic() + 300)


def test_what_the_clock_cuts_off_is_said_to_be_missing(tmp_path, capsys):
    words = folders(tmp_path, "--minutes", "0", "--device", "cpu")
    assert gpu.main(words) == 1
    said = capsys.readouterr().out
    assert "resnet-fashion-full-14 --seeds 2" in said
    assert said.count(": 12 missing") == 6
    for table, parts in gpu.STEPS:
        assert said.count(f"{table} --seeds") == 3 * len(parts)
    assert [table for table, _ in gpu.STEPS[2:]] == list(NEXT)
    assert not list((tmp_path / "out").rglob("*.json"))


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
