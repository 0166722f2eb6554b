"""One step and further training: what they are compared with, and what they must not change."""

from dataclasses import replace

import pytest
import torch

from experiments import probes
from experiments.probes import Probe, Stability
from experiments.training import network, pretrain, quantized, score
from experiments.windows import ESTIMATORS, window

SIZES = (1e-3, 1e-2)


@pytest.fixture(scope="module")
def trained(noise):
    """Makes the end of a job once for all tests that ask for the same."""
    kept = {}

    def end(job):
        if job not in kept:
            kept[job] = quantized(job, noise, pretrain(job, noise))[0].state_dict()
        return kept[job]

    return end


def probed(job, noise, trained, **changes):
    return probes.probe(Probe(job, SIZES, 3, 40, **changes), noise, trained(job))


def test_a_step_along_the_clipped_estimator_s_gradient_lowers_the_loss(job, digits):
    """A percent of each layer's length, at the end of a short training on real digits."""
    few = replace(digits.first(500), test=tuple(part[:100] for part in digits.test))
    schedule = replace(job.schedule, epochs=4, batch=32)
    longer = replace(job, start=schedule, schedule=schedule)
    net, _ = quantized(longer, few, pretrain(longer, few))
    changes = probes.probe(Probe(longer, (0.01,), 6, 500), few, net.state_dict())["changes"]
    assert changes["clipped_relu"][0] < 0
    assert changes["clipped_relu"][0] < min(row[0] for row in changes["random"])


def test_a_probe_has_what_its_job_asks_for(job, noise, trained):
    found = probed(job, noise, trained)
    changes = found["changes"]
    assert set(changes) == {*ESTIMATORS, "random"}
    assert [len(row) for row in changes["random"]] == [2, 2, 2]
    assert len({tuple(row) for row in changes["random"]}) == 3
    assert all(-1 <= value <= 1 for value in found["cosines"].values())
    assert found == probed(job, noise, trained)


def test_the_loss_is_by_the_batch_s_own_statistics(job, noise, trained):
    net = probes.through(job, noise, trained(job), job.low, job.high)
    state = {key: value.clone() for key, value in net.state_dict().items()}
    probes.batch_statistics(net)
    first = probes.loss_on(net, *noise.train).item()
    assert first == probed(job, noise, trained)["loss"]
    assert probes.loss_on(net, *noise.train).item() == first
    assert first != score(network_of(job, noise, state), noise.train)["loss"]


def network_of(job, noise, state):
    net = network(job, noise, quantized=True)
    net.load_state_dict(state)
    return net


def test_no_step_changes_nothing_and_the_weights_are_put_back(job, noise, trained):
    net = probes.through(job, noise, trained(job), job.low, job.high)
    probes.batch_statistics(net)
    at = [weight.detach().clone() for weight in net.parameters()]
    direction = probes.unit([torch.randn(part.shape) for part in at])
    before = probes.loss_on(net, *noise.train).item()
    assert probes.moved(net, at, direction, 0.0, noise.train) == before
    assert probes.moved(net, at, direction, 0.5, noise.train) != before
    for weight, start in zip(net.parameters(), at, strict=True):
        assert torch.equal(weight, start)


def test_each_layer_moves_by_the_same_share_of_its_length(job, noise, trained, monkeypatch):
    net = probes.through(job, noise, trained(job), job.low, job.high)
    at = [weight.detach().clone() for weight in net.parameters()]
    direction = probes.unit([torch.randn(part.shape) for part in at])
    shares = []

    def loss_on(net, *_):
        for weight, start, part in zip(net.parameters(), at, direction, strict=True):
            shares.append((weight - start).norm() / start.norm())
            assert torch.sum((weight - start) * part) < 0
        return torch.zeros(())

    monkeypatch.setattr(probes, "loss_on", loss_on)
    probes.moved(net, at, direction, 0.01, noise.train)
    assert torch.tensor(shares).tolist() == pytest.approx([0.01] * len(at), rel=1e-3)


def test_directions_have_unit_length_in_each_layer():
    parts = probes.unit([torch.randn(5, 3), 1e-6 * torch.randn(7), torch.zeros(4)])
    assert [part.norm().item() for part in parts] == pytest.approx([1, 1, 0], abs=1e-6)


def test_another_window_changes_the_gradient_alone(job, noise, trained):
    losses, gradients = [], []
    for name in ESTIMATORS:
        net = probes.through(job, noise, trained(job), *window(name, job.bits))
        probes.batch_statistics(net)
        loss = probes.loss_on(net, *noise.train)
        gradients.append(
            torch.cat([g.flatten() for g in torch.autograd.grad(loss, net.parameters())])
        )
        losses.append(loss.item())
    assert len(set(losses)) == 1
    assert not torch.equal(gradients[0], gradients[1])
    assert not torch.equal(gradients[1], gradients[2])


def further(job, rate, estimator="identity", epochs=2):
    return Stability(job, estimator, *window(estimator, job.bits), rate, epochs)


def test_further_training_begins_with_the_numbers_before(job, noise, trained):
    seen = []
    rows = probes.stability(further(job, 0.01), noise, trained(job), seen.append)["epochs"]
    assert len(rows) == 3
    assert rows[1:] == seen
    net = network_of(job, noise, trained(job))
    before = score(net, noise.train)
    assert rows[0] == {
        "loss": before["loss"],
        "train_accuracy": before["accuracy"],
        "accuracy": score(net, noise.test)["accuracy"],
        "moved": 0.0,
    }
    assert 0 < rows[1]["moved"] < rows[2]["moved"]


def test_at_a_rate_of_nothing_no_weight_moves(job, noise, trained):
    rows = probes.stability(further(job, 1e-30), noise, trained(job))["epochs"]
    assert [row["moved"] for row in rows] == [0, 0, 0]


def test_further_training_leaves_the_kept_state_alone(job, noise, trained):
    state = trained(job)
    copy = {key: value.clone() for key, value in state.items()}
    probes.stability(further(job, 0.1), noise, state)
    probed(job, noise, trained)
    assert all(torch.equal(state[key], copy[key]) for key in copy)
