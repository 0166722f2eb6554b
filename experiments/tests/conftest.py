"""Small data and small jobs for the tests of the experiments."""

from dataclasses import replace

import pytest
import torch

from experiments import data
from experiments.data import Data
from experiments.tables import PLANS, jobs

torch.set_num_threads(1)
torch.use_deterministic_algorithms(True)


@pytest.fixture(scope="session")
def digits() -> Data:
    """The digits of mnist-5k, read once."""
    return data.load("mnist-5k")


@pytest.fixture(autouse=True)
def read_once(request, monkeypatch):
    """The command line takes the digits that were read, where a test asks for them."""
    if "digits" in request.fixturenames:
        digits, load = request.getfixturevalue("digits"), data.load
        monkeypatch.setattr(
            data,
            "load",
            lambda name, folder=None, side=None: (
                digits if name == "mnist-5k" and side is None else load(name, folder, side)
            ),
        )


@pytest.fixture(scope="session")
def noise() -> Data:
    """Forty images of 28 x 28 with a label that can be learned from them, and twenty to test on."""
    generator = torch.Generator().manual_seed(0)
    images = torch.randn(60, 1, 28, 28, generator=generator)
    labels = torch.arange(60) % 10
    images += 2 * torch.randn(10, 1, 28, 28, generator=generator)[labels]
    return Data("noise", "0" * 64, (images[:40], labels[:40]), (images[40:], labels[40:]))


@pytest.fixture
def job():
    """A short job of LeNet-5 with 2 bits and clipped ReLU."""
    plan = PLANS["lenet-mnist"]
    short = replace(
        plan,
        bits=(2,),
        seeds=(0,),
        start=replace(plan.start, epochs=2, batch=16),
        schedule=replace(plan.schedule, epochs=2, batch=16),
    )
    return jobs(short)[-1]
