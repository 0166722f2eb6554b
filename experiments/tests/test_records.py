"""What is on disk: names, whole files or none, and states that are kept."""

import json
import os
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
        records.store(tmp_path / "float.pt", {"weight": torch.ones(2)})
    assert not (tmp_path / "float.pt").exists()
