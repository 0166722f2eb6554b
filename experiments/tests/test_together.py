"""Several seeds as one network: each computes what it computes alone, with fewer operators."""

import json

import jsonschema
import pytest
import torch

from experiments import together
from experiments.tests.test_full import SCHEMA
from experiments.together import LAYOUTS, Setting, Together

LENET = Setting("lenet-mnist", batch=4, seeds=2, seconds=0.0, device="cpu")
RESNET = Setting("resnet-fashion", width=0.125, batch=3, seeds=3, seconds=0.0, device="cpu")


@pytest.fixture(autouse=True)
def two_batches(monkeypatch):
    monkeypatch.setattr(together, "PASS", 2)


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("setting", [LENET, RESNET], ids=["lenet5", "resnet20"])
def test_each_seed_is_trained_as_it_is_alone(setting, layout):
    assert together.difference(setting, layout, torch.float64) < 1e-12


def test_so_is_not_one_with_the_batches_of_another(monkeypatch):
    alone = together.alone
    monkeypatch.setattr(
        together, "alone", lambda *given: alone(*given[:-1], (given[-1] + 1) % LENET.seeds)
    )
    assert together.difference(LENET, LAYOUTS[0], torch.float64) > 1e-3


def test_the_seeds_start_apart_and_their_losses_are_those_of_each_alone():
    data = LENET.noise(torch.float64)
    nets = LENET.networks(data)
    assert not torch.equal(*(next(net.parameters()) for net in nets))
    losses = together.together(LENET, data, Together(LENET.networks(data), LAYOUTS[0]))()
    apart = [together.alone(LENET, data, net, seed)() for seed, net in enumerate(nets)]
    assert losses == pytest.approx(apart, rel=1e-12)


def test_so_many_operators_for_any_number_of_seeds():
    data = RESNET.noise()
    nets = RESNET.networks(data)
    alone = together.operators(together.alone(RESNET, data, nets[0]))
    counts = []
    for seeds in (2, 3):
        setting = Setting(**{**vars(RESNET), "seeds": seeds})
        made = Together(nets[:seeds], LAYOUTS[0])
        counts.append(together.operators(together.together(setting, data, made)))
    assert counts[1] == pytest.approx(counts[0], rel=0.01)  # of the orders, one a seed
    assert counts[1] < 1.5 * alone


def test_the_command_measures_every_way_and_writes_it_whole(tmp_path, capsys):
    together.main([*LENET.words(), "--out", str(tmp_path)])
    path = tmp_path / together.NAME
    result = json.loads(path.read_text(encoding="utf-8"))
    assert [row["way"] for row in result["ways"]] == [
        "alone",
        *(f"together, {layout}" for layout in LAYOUTS),
        "side by side",
    ]
    assert all(row["milliseconds"] > 0 and row["operators"] > 0 for row in result["ways"])
    circumstances = SCHEMA["$defs"]["circumstances"]["properties"]
    jsonschema.validate(result["circumstances"]["device"], circumstances["device"])
    said = capsys.readouterr().out
    assert said.count(" ms ") == 4
    assert together.is_measured(path, LENET)
    assert not together.is_measured(path, RESNET)
    path.write_text("{", encoding="utf-8")
    assert not together.is_measured(path, LENET)


def test_a_process_that_fails_is_said(monkeypatch, tmp_path):
    monkeypatch.setattr(together.records, "ROOT", tmp_path)  # where there is no such module
    monkeypatch.setattr(Setting, "words", lambda setting: ["--device=none"])
    with pytest.raises(RuntimeError, match="processes: expected 2 to end well, got one"):
        together.side_by_side(LENET)
