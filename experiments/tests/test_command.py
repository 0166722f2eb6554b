"""The command line, to the end: a small real training, a kill, the paper's widths, bad options."""

import json
import re
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import jsonschema
import pytest

from experiments.__main__ import main, parser, planned, said
from experiments.tables import PLANS, STARTS, jobs
from experiments.tests.files import write_cifar, write_idx

ROOT = Path(__file__).resolve().parents[2]
SCHEMA = json.loads((ROOT / "experiments" / "schema.json").read_text(encoding="utf-8"))


@pytest.fixture
def started(tmp_path):
    """Runs a command line into folders of the test; returns the results by name."""

    def start(*words):
        main(
            [*words, "--quiet", "--out", str(tmp_path / "out"), "--states", str(tmp_path / "kept")]
        )
        return results(tmp_path / "out")

    return start


def results(folder):
    """Every result below a folder, valid or an error."""
    found = {}
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            found[path.name] = json.loads(path.read_text(encoding="utf-8"))
            jsonschema.Draft202012Validator(SCHEMA).validate(found[path.name])
    return found


def timeless(record):
    """A training's record without the seconds that it took."""
    return {**record, "result": {**record["result"], "seconds": None}}


def test_a_small_real_training_learns(digits, started):
    """500 digits, 4 epochs: of unseen digits each estimator gets 60 % right; chance is 10 %."""
    words = ["lenet-mnist", "--size", "500", "--epochs", "4", "--bits", "2", "--seeds", "0"]
    found = started(*words)
    assert len(found) == 3
    for record in found.values():
        assert record["result"]["test"]["accuracy"] > 0.6, record["job"]["estimator"]
        assert record["circumstances"]["command"] == " ".join(["python -m experiments", *words])


def test_every_kind_of_table_gives_valid_results(tmp_path, started):
    write_idx(tmp_path)
    official = ["--data", "mnist", "--data-dir", str(tmp_path)]
    short = ["--bits", "2", "--seeds", "0", "--epochs", "1", *official]
    found = {}
    for table in ("windows", "probe", "resnet-stability"):
        found |= started(table, *short, "--width", "0.1")
    kinds = [record["kind"] for record in found.values()]
    assert [kinds.count(kind) for kind in ("training", "probe", "stability")] == [16, 3, 24]
    assert all(str(tmp_path) not in json.dumps(record) for record in found.values())
    assert all("--data-dir DIR" in record["circumstances"]["command"] for record in found.values())


@pytest.mark.parametrize("table", ["vgg-fashion", "resnet-fashion"])
def test_full_width_on_official_cifar10(table, tmp_path, started):
    write_cifar(tmp_path)
    paper = ["--paper", "--data", "cifar10", "--data-dir", str(tmp_path)]
    found = started(table, *paper, "--epochs", "1", "--bits", "4", "--seeds", "0")
    assert len(found) == 3
    for record in found.values():
        assert record["job"]["width"] == 1.0
        assert record["job"]["size"] is None
        assert record["job"]["data"] == "cifar10"


def test_a_killed_table_goes_on(tmp_path):
    """SIGKILL in the middle: no half file, nothing done twice, the same numbers in the end."""
    write_idx(tmp_path)
    out = tmp_path / "out"
    words = ["lenet-mnist", "--data", "mnist", "--data-dir", str(tmp_path), "--quiet"]
    words += [
        "--epochs",
        "1",
        "--seeds",
        "0",
        "1",
        "2",
        "--out",
        str(out),
        "--states",
        str(tmp_path / "kept"),
    ]
    process = subprocess.Popen([sys.executable, "-m", "experiments", *words], cwd=ROOT)
    while len(list(out.rglob("*.json"))) < 3:
        assert process.poll() is None
        time.sleep(0.005)
    process.send_signal(signal.SIGKILL)
    process.wait()

    before = {path: path.stat().st_mtime_ns for path in out.rglob("*.json")}
    assert 3 <= len(before) < 27
    for path in before:
        jsonschema.Draft202012Validator(SCHEMA).validate(json.loads(path.read_text()))
        path.with_suffix(".lock").touch()  # as where it is killed after the last byte of a result

    main(words)
    after = {path: path.stat().st_mtime_ns for path in out.rglob("*.json")}
    assert len(after) == 27
    assert {path: after[path] for path in before} == before

    words[words.index(str(out))] = str(tmp_path / "fresh")
    words[words.index(str(tmp_path / "kept"))] = str(tmp_path / "anew")
    main([*words, "--seeds", "0"])
    fresh = results(tmp_path / "fresh")
    assert len(fresh) == 9
    for name, record in results(out).items():
        if name in fresh:
            record["circumstances"] = fresh[name]["circumstances"] = None
            assert timeless(record) == timeless(fresh[name])


def test_options_change_the_plan_and_nothing_else():
    def plan(*words):
        return planned(parser().parse_args(words), words[0])

    assert plan("vgg-fashion") == PLANS["vgg-fashion"]
    assert plan("vgg-fashion", "--data", "cifar10").size is None
    assert plan("vgg-fashion", "--data", "cifar10", "--size", "50").size == 50
    assert plan("vgg-fashion", "--width", "0.5").width == 0.5
    assert plan("windows", "--bits", "1", "--seeds", "7", "8").seeds == (7, 8)
    short = plan("vgg-stability", "--epochs", "2")
    assert (short.start.epochs, short.schedule.epochs, short.epochs) == (2, 2, 2)
    one = plan("vgg-stability", "--starts", "relu")
    assert {job.start.estimator for job in jobs(one)} == {"relu"}
    assert replace(one, starts=STARTS) == PLANS["vgg-stability"]
    assert plan("vgg-fashion", "--epochs", "2").epochs == 0
    assert plan("vgg-fashion", "--paper", "--epochs", "1").width == 1.0


def test_the_command_of_a_record_can_be_typed_again():
    pattern = SCHEMA["$defs"]["circumstances"]["properties"]["command"]["pattern"]
    words = (
        "vgg-fashion --data cifar10 --width 0.5 --size 50 --epochs 2 --bits 1 2 --seeds 0 --paper"
    )
    command = said(parser().parse_args(words.split()), "vgg-fashion")
    assert command == f"python -m experiments {words}"
    assert re.search(pattern, command)
    command = said(parser().parse_args(["vgg-stability", "--starts", "relu"]), "vgg-stability")
    assert command == "python -m experiments vgg-stability --starts relu"
    assert re.search(pattern, command)
    hidden = said(parser().parse_args(["probe", "--data-dir", "/a/b"]), "probe")
    assert hidden == "python -m experiments probe --data-dir DIR"


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["nope"], "invalid choice: 'nope'"),
        (["windows", "--data", "imagenet"], "invalid choice: 'imagenet'"),
        (["windows", "--bits", "3"], "bits: expected some of 1, 2, 4, got 3"),
        (["windows", "--starts", "relu"], "starts: expected a table of stability, got windows"),
        (
            ["windows", "--epochs", "0"],
            "--epochs: expected a whole number of at least 1 and at most 10,000, got 0",
        ),
        (["windows", "--epochs", "10001"], "at least 1 and at most 10,000, got 10001"),
        (["windows", "--size", "1"], "--size: expected a whole number of at least 2, got 1"),
        (
            ["windows", "--seeds", "x"],
            "--seeds: expected a whole number of at least 0 and at most ",
        ),
        (["windows", "--seeds", str(2**62 + 1)], f"at most {2**62:,}, got {2**62 + 1}"),
        (["windows", "--seeds", "2", "2"], "seeds: expected each once, got 2, 2"),
        (["windows", "--seeds", "9" * 5000], "--seeds: expected a whole number of at least 0"),
        (["windows", "--threads", "0"], "--threads: expected a whole number of at least 1 and at"),
        (["windows", "--threads", "1025"], "at least 1 and at most 1,024, got 1025"),
        (["windows", "--size", "9" * 50], "size: expected 1 to 4000 images, got"),
        (["windows", "--bits", "9" * 50], "bits: expected some of 1, 2, 4, got"),
        (["windows", "--width", "0"], "--width: expected a number of more than 0 and at most 8"),
        (["windows", "--width", "wide"], "at most 8, got wide"),
        (["windows", "--device", "tpu9"], "device: expected cpu, cuda or auto, got tpu9"),
        (["windows", "--data", "cifar10"], "data_dir: expected the folder .* of cifar10, got none"),
        (
            ["windows", "--data", "mnist", "--data-dir", "."],
            "data_dir: expected the file train-images",
        ),
    ],
)
def test_a_bad_option_is_refused_before_anything_runs(words, told, tmp_path, capsys):
    with pytest.raises(SystemExit) as ended:
        main([*words, "--out", str(tmp_path), "--states", str(tmp_path)])
    assert ended.value.code == 2
    assert re.search(told, capsys.readouterr().err)
    assert not list(tmp_path.iterdir())


def test_more_images_than_there_are_is_refused(tmp_path, capsys):
    write_idx(tmp_path)
    with pytest.raises(SystemExit):
        main(["windows", "--data", "mnist", "--data-dir", str(tmp_path), "--size", "7"])
    assert "size: expected 1 to 6 images, got 7" in capsys.readouterr().err


def test_a_folder_that_cannot_be_written_is_refused_before_anything_runs(tmp_path, capsys):
    write_idx(tmp_path)
    (tmp_path / "file").write_text("")
    words = ["lenet-mnist", "--data", "mnist", "--data-dir", str(tmp_path)]
    for option in ("--out", "--states"):
        with pytest.raises(SystemExit) as ended:
            main([*words, "--out", str(tmp_path / "out"), option, str(tmp_path / "file")])
        assert ended.value.code == 2
        told = f"{option[2:]}: expected a folder to write in, got {tmp_path / 'file'}"
        assert told in capsys.readouterr().err
    assert not list((tmp_path / "out").rglob("*.json"))


def test_a_disk_that_fills_up_ends_in_a_sentence(tmp_path, monkeypatch, capsys):
    write_idx(tmp_path)

    def full(*_):
        raise OSError(28, "No space left on device", "name.part")

    monkeypatch.setattr("experiments.records.os.replace", full)
    words = ["lenet-mnist", "--data", "mnist", "--data-dir", str(tmp_path), "--epochs", "1"]
    with pytest.raises(SystemExit) as ended:
        main([*words, "--out", str(tmp_path / "out"), "--states", str(tmp_path / "kept")])
    assert ended.value.code == 1
    said = capsys.readouterr().err
    assert "error: [Errno 28] No space left on device: 'name.part'" in said
    assert not list(tmp_path.rglob("*.part")) and not list((tmp_path / "out").rglob("*.json"))
