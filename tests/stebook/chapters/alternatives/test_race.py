"""The race explorer: its stored simulations, computed again, and what it says of them."""

import random

import numpy as np
import pytest

import ste
from ste.alternatives.compare import METHODS
from stebook.chapters.alternatives import race_runs
from stebook.chapters.alternatives.race import EXPLORER, stored
from stebook.chapters.alternatives.race_runs import (
    BUDGET,
    CAUGHT,
    PLACES,
    RATES,
    SIZES,
    TEACHER,
    runs,
    simulate,
)
from stebook.chapters.styles import METHOD_STYLES, STYLES
from stebook.templates import number

#: Entries that are cheap enough to compute again in full, learning rate included.
CHEAP = [f"{method} {SIZES[-1]}" for method in METHODS]


def test_every_method_is_stored_at_every_size():
    assert list(stored()) == [f"{method} {size}" for method in METHODS for size in SIZES]
    assert all(found["rate"] in RATES for found in stored().values())
    assert all(BUDGET % size == 0 and BUDGET // size % PLACES == 0 for size in SIZES)


def differences(found, kept):
    """What differs by more than rounding does on another processor.

    Runs are chaotic: on a first half of their steps rounding is not seen, at the end it moved means
    by 0.04 of their standard error at the most, and one run across the line of the caught ones.
    """
    mean, wanted, error = (np.array(x) for x in (found["mean"], kept["mean"], kept["error"]))
    early = slice(PLACES // 2)
    agree = {
        "rate": found["rate"] == kept["rate"],
        "early mean": np.allclose(mean[early], wanted[early], rtol=1e-3, atol=2e-4),
        "early error": np.allclose(found["error"][early], error[early], rtol=1e-3, atol=2e-4),
        "mean": bool(np.all(np.abs(mean - wanted) <= 0.1 * error + 2e-4)),
        "error": np.allclose(found["error"], error, rtol=0.05, atol=2e-4),
        "caught": abs(found["caught"] - kept["caught"]) <= 1,
        **{
            key: found[key] == pytest.approx(kept[key], rel=5e-3, abs=2e-4)
            for key in ("middle", "angle", "norm")
        },
    }
    return [name for name, same in agree.items() if not same]


@pytest.mark.parametrize("entry", random.Random(3).sample(CHEAP, 2))
def test_a_sample_of_the_stored_runs_is_computed_again(entry):
    method, size = entry.split()
    assert differences(simulate(method, int(size)), stored()[entry]) == []


@pytest.mark.parametrize("entry", CHEAP)
def test_no_other_method_passes_for_it(entry):
    others = {name for name in CHEAP if name != entry}
    near = {name for name in others if len(differences(stored()[name], stored()[entry])) < 3}
    assert near == set()


@pytest.mark.parametrize(("name", "changed"), [("TAU", 0.33), ("RUNS", 47)])
def test_another_noise_or_number_of_runs_is_noticed(name, changed, monkeypatch):
    monkeypatch.setattr(race_runs, name, changed)
    assert differences(simulate("reinforce", 80), stored()["reinforce 80"])


def test_a_rate_that_runs_away_is_none():
    assert runs("identity", 80, 1e200, 2, seed=0) is None


def test_the_line_that_tells_who_is_caught():
    assert pytest.approx(2 * CAUGHT) == ste.critical_points(TEACHER).spurious.loss


@pytest.mark.parametrize("method", list(METHOD_STYLES))
@pytest.mark.parametrize("size", SIZES)
def test_the_sentence_ranks_the_mean_losses(method, size):
    values = EXPLORER.evaluate(method=method, size=size)
    said = EXPLORER.say(values)
    ends = [stored()[f"{name} {size}"]["mean"][-1] for name in STYLES]
    mine = stored()[f"{method} {size}"]["mean"][-1]
    word = "below" if mine <= min(ends) else "above" if mine > max(ends) else "among"
    assert f" is {word} the paper's three." in said and "nan" not in EXPLORER.told(values)
    mean, high, *paper = EXPLORER.cells(values)[: EXPLORER.chips]
    run = stored()[f"{method} {size}"]
    assert mean == f"{number(mine, 3)} ± {number(run['error'][-1], 3)}"
    assert high == f"{run['caught']} of 48"
    caught = [stored()[f"{name} {size}"]["caught"] for name in STYLES]
    assert paper == [
        f"{number(end, 3)}, {count} high" for end, count in zip(ends, caught, strict=True)
    ]
    assert values["mean"].size == PLACES + 1


def test_methods_that_leak_to_both_sides_leave_the_trap():
    caught = {name: stored()[f"{name} 20"]["caught"] for name in METHODS}
    assert caught["identity"] == caught["through_copy"] == caught["targets_hinge"] == 0
    for name in ("relu", "clipped_relu", "reinforce", "reinforce_centred"):
        assert caught[name] > 0, name


@pytest.mark.title("On equal samples no method here ends with less loss than identity")
def test_no_method_ends_below_identity():
    for size in SIZES:
        for method in METHOD_STYLES:
            values = EXPLORER.evaluate(method=method, size=size)
            rivals = [values[name] for name in ("end", "end_relu", "end_clipped_relu")]
            assert min(rivals) > values["end_identity"]
