"""The stored runs of the chapter on assumptions are those that its script makes."""

import json

import numpy as np
import pytest

from stebook.chapters.assumptions.runs import NAMES, PATH, STARTS, STRESSES, final_losses

STORED = json.loads(PATH.read_text(encoding="utf-8"))


def test_all_stresses_are_there():
    assert list(STORED) == list(STRESSES)
    for found in STORED.values():
        assert list(found) == list(NAMES)
        assert all(len(losses) == STARTS for losses in found.values())


@pytest.mark.parametrize(
    ("stress", "name", "seed"),
    [
        ("as in the paper", "relu", 7),
        ("cube", "relu", 11),
        ("own filters", "relu", 5),
        ("ReLU labels", "clipped_relu", 9),
        ("2 bits", "clipped_relu", 4),
    ],
)
def test_a_run_is_the_same_again(stress, name, seed):
    again = final_losses(stress, name, [seed])[0]
    assert np.isclose(again, STORED[stress][name][seed], rtol=1e-4, atol=2e-6)
