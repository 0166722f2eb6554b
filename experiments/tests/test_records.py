"""What is on disk: names, whole files or none, and states that are kept."""

import json
import os
import re
import subprocess
import sys
import threading
import zipfile
from dataclasses import asdict, replace

import pytest
import torch

from experiments import records
from experiments.probes import Probe, Stability


def test_a_name_says_what_and_tells_all_runs_apart(job):
    later = Stability(job, "identity", None, None, 1e-5, 3)
    wide = replace(job, estimator="window", low=None, high=1.2)
    names = [records.name(one) for one in (job, Probe(job), later, wide, replace(job, seed=1))]
    heads = [name.rpartition("-")[0] for name in names]
    assert heads == [
        "b2-clipped_relu-s0",
        "b2-clipped_relu-s0",
        "b2-clipped_relu-then-identity-1e-05-s0",
        "b2-window-x-1.2-s0",
        "b2-clipped_relu-s1",
    ]
    assert len(set(names)) == 5
    assert names[0].endswith(records.digest(asdict(job)))


@pytest.mark.parametrize("kind", ["training", "probe", "stability"])
def test_the_three_kinds_of_job_are_told_apart_by_what_they_say(kind, job):
    """What they depend on is in the record and the digest; the kind and the label are not."""
    made = {
        "training": job,
        "probe": Probe(job),
        "stability": Stability(job, "relu", 0, None, 1, 3),
    }
    one = made[kind]
    assert one.kind == kind
    assert one.training is job
    assert not {"kind", "label", "training"} & set(asdict(one))
    assert records.name(one) == f"{one.label}-s{job.seed}-{records.digest(asdict(one))}"


def test_the_digest_is_of_the_json_that_is_written(job):
    """A reader of the file, who has lists for tuples, finds the same digest."""
    read = json.loads(json.dumps(asdict(job)))
    assert records.digest(read) == records.digest(asdict(job))


def cut(*_):
    raise KeyboardInterrupt


def test_a_record_is_written_whole_or_not_at_all(tmp_path, monkeypatch):
    path = tmp_path / "table" / "name.json"
    records.write(path, {"b": 1, "a": [0.1]})
    assert json.loads(path.read_text()) == {"a": [0.1], "b": 1}
    monkeypatch.setattr(os, "replace", cut)
    with pytest.raises(KeyboardInterrupt):
        records.write(path, {"a": 2})
    assert json.loads(path.read_text()) == {"a": [0.1], "b": 1}
    with pytest.raises(KeyboardInterrupt):
        records.write(path.with_name("other.json"), {"a": 2})
    assert [found.name for found in path.parent.glob("*.json")] == ["name.json"]


def test_a_number_that_is_none_is_not_written(tmp_path):
    with pytest.raises(ValueError, match="not JSON compliant"):
        records.write(tmp_path / "name.json", {"loss": float("nan")})
    assert not list(tmp_path.iterdir())


def test_a_state_is_made_once(tmp_path):
    path = tmp_path / "states" / "float.pt"
    made = []

    def make():
        made.append(1)
        return {"weight": torch.tensor([0.1, 0.2])}

    first, second = records.stored(path, make), records.stored(path, make)
    assert len(made) == 1
    assert torch.equal(first["weight"], second["weight"])


def test_a_state_is_kept_whole_or_not_at_all(tmp_path, monkeypatch):
    monkeypatch.setattr(os, "replace", cut)
    with pytest.raises(KeyboardInterrupt):
        records.save(tmp_path / "float.pt", {"weight": torch.ones(2)})
    assert not (tmp_path / "float.pt").exists()


#: Takes the lock of a file, says so, and waits to be told to go on, or killed.
HOLDER = """
import sys
from pathlib import Path
from experiments import records
with records.alone(Path(sys.argv[1])):
    print("held", flush=True)
    sys.stdin.readline()
"""


@pytest.fixture
def holder(tmp_path):
    """Another process that has the lock of `path`."""
    path = tmp_path / "name.json"
    command = [sys.executable, "-c", HOLDER, str(path)]
    with subprocess.Popen(
        command, cwd=records.ROOT, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as process:
        assert process.stdout.readline() == "held\n"
        yield process, path
        process.kill()


def test_a_lock_is_one_for_all_processes_and_ends_with_its_own(holder):
    process, path = holder
    assert records.lock(path, blocking=False) is None
    process.kill()
    process.wait()
    taken = records.lock(path, blocking=False)
    assert taken is not None
    records.unlock(path, taken)
    assert path.with_suffix(".lock").exists()


def test_who_waits_for_a_state_takes_what_the_other_made(tmp_path):
    path, made = tmp_path / "float.pt", []

    def make():
        made.append(1)
        second.start()
        second.join(0.2)
        assert second.is_alive()
        return {"weight": torch.ones(2)}

    second = threading.Thread(target=lambda: records.stored(path, make))
    records.stored(path, make)
    second.join()
    assert len(made) == 1
    assert [found.name for found in tmp_path.iterdir()] == ["float.pt"]


def flipped(raw):
    middle = len(raw) // 3
    return raw[:middle] + bytes([raw[middle] ^ 255]) + raw[middle + 1 :]


@pytest.mark.parametrize(
    ("spoil", "told"),
    [
        (lambda raw: b"", "expected a trained network, got an empty file"),
        (lambda raw: raw[:300], "expected a trained network, got a damaged file ("),
        (lambda raw: raw[:-1], "expected a trained network, got a damaged file ("),
        (flipped, "expected a trained network, got a damaged file ("),
        (lambda raw: b"no archive", "expected a trained network, got a damaged file ("),
    ],
)
def test_a_damaged_state_is_kept_aside_named_and_made_anew(spoil, told, tmp_path, capsys):
    path = tmp_path / "float.pt"
    state = {"weight": torch.arange(2000.0)}
    records.save(path, state)
    spoilt = spoil(path.read_bytes())
    path.write_bytes(spoilt)
    again = records.stored(path, lambda: state)
    assert torch.equal(again["weight"], state["weight"])
    said = capsys.readouterr().err
    assert said.startswith(f"{path}: {told}")
    assert said.endswith(" It is kept as float.pt.damaged-1 and made anew.\n")
    assert (tmp_path / "float.pt.damaged-1").read_bytes() == spoilt
    assert torch.equal(records.load(path)["weight"], state["weight"])


def test_a_state_under_another_name_is_not_taken(tmp_path, capsys):
    records.save(tmp_path / "float-1.pt", {"weight": torch.ones(2)})
    os.replace(tmp_path / "float-1.pt", tmp_path / "float-2.pt")
    new = records.stored(tmp_path / "float-2.pt", lambda: {"weight": torch.zeros(2)})
    assert new["weight"].sum() == 0
    assert "expected the trained network in its name, got float-1" in capsys.readouterr().err


def test_a_changed_byte_of_a_state_never_passes(tmp_path):
    """Each of many bytes: refused by a sentence, or without effect."""
    path = tmp_path / "float.pt"
    state = {"weight": torch.arange(50.0)}
    records.save(path, state)
    raw = path.read_bytes()
    for at in range(0, len(raw), 7):
        path.write_bytes(raw[:at] + bytes([raw[at] ^ 255]) + raw[at + 1 :])
        try:
            assert torch.equal(records.load(path)["weight"], state["weight"])
        except ValueError as error:
            assert "expected " in str(error)


def test_an_archive_of_something_else_is_no_state(tmp_path):
    path = tmp_path / "float.pt"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("x", "y")
    with pytest.raises(ValueError, match="expected a trained network, got a damaged file"):
        records.load(path)
    torch.save({"weight": torch.ones(2)}, path)
    with pytest.raises(ValueError, match="expected a trained network, got a damaged file"):
        records.load(path)


def test_a_second_damaged_file_does_not_replace_the_first(tmp_path):
    for text in ("one", "two"):
        (tmp_path / "name.json").write_text(text)
        records.set_aside(tmp_path / "name.json", "reason")
    kept = [(tmp_path / f"name.json.damaged-{k}").read_text() for k in (1, 2)]
    assert kept == ["one", "two"]


@pytest.mark.parametrize("where", ["file", "file/below"])
def test_a_folder_that_cannot_be_written_is_refused_by_name(where, tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(
        ValueError, match=re.escape(f"out: expected a folder to write in, got {tmp_path}")
    ):
        records.check_writable("out", tmp_path / where)
    records.check_writable("out", tmp_path / "new" / "folder")
    assert not list((tmp_path / "new" / "folder").iterdir())
