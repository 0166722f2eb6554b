"""The runs of the descent explorer: what is drawn, who ends where, whose loss rose."""

import itertools
from operator import itemgetter

import numpy as np
import pytest

import ste
from stebook.chapters.descent.descent import BLOCKS, DRAWN, EXPLORER, RATES, STARTS, STEPS, start_of
from stebook.chapters.teachers import TEACHERS, say_vector
from stebook.templates import number

ESTIMATORS = ("identity", "relu", "clipped_relu")
STATES = [
    dict(zip(("teacher", "start", "rate"), state, strict=True))
    for state in itertools.product(TEACHERS, STARTS, RATES)
]


def run_alone(teacher, start, rate, estimator):
    v0, w0 = start_of(start, TEACHERS[teacher])
    return ste.descend(v0, w0, TEACHERS[teacher], ste.get_estimator(estimator), rate, STEPS)


@pytest.mark.parametrize("estimator", ESTIMATORS)
def test_the_extremes_of_each_block_are_drawn_in_their_order(estimator):
    """The last step is drawn as it is, so that a curve ends where the numbers say."""
    run = run_alone("trap", "bad", 0.3, estimator)
    shown = EXPLORER.evaluate(teacher="trap", start="bad", rate=0.3)
    records = {"loss": run.loss, "angle": np.degrees(run.angle), "norm": run.norm}
    assert BLOCKS[0] == 1 and BLOCKS[-1] == STEPS and BLOCKS[-2] == STEPS - 1
    for column, record in records.items():
        drawn = iter(zip(DRAWN, shown[f"{estimator}_{column}"], strict=True))
        for before, last in itertools.pairwise([0, *BLOCKS]):
            block = record[before + 1 : last + 1]
            places, values = zip(*itertools.islice(drawn, min(2, len(block))), strict=True)
            assert before < places[0] and places[-1] == last
            assert sorted(values) == pytest.approx(
                sorted({block.min(), block.max()}), rel=1e-9
            ) or (values == pytest.approx([block.max()] * 2, rel=1e-9) and np.ptp(block) == 0)
            if len(block) > 1 and block.argmin() < block.argmax():
                assert values[0] == pytest.approx(block.min(), rel=1e-9)
        assert next(drawn, None) is None
        assert shown[f"{estimator}_{column}"][-1] == pytest.approx(record[-1], rel=1e-9)


def test_at_all_rates_the_axes_reach_over_all_curves():
    for state in STATES:
        shown = EXPLORER.evaluate(**state)
        for name in ESTIMATORS:
            assert shown[f"{name}_loss"].max() < shown["highest"]
            assert shown[f"{name}_norm"].max() < shown["longest"]


@pytest.mark.parametrize("teacher", TEACHERS)
def test_the_large_start_is_across_and_large(teacher):
    v = TEACHERS[teacher].v
    v0, w0 = start_of("large", TEACHERS[teacher])
    assert v0 @ v == pytest.approx(0.5 * v @ v, rel=1e-12)
    assert v0 @ v0 > np.sqrt(2 * np.pi) * np.linalg.norm(w0)


def test_from_the_good_start_all_descend_to_the_global_minimum():
    for state in STATES:
        if state["start"] == "good":
            said = EXPLORER.say(EXPLORER.evaluate(**state))
            assert said == "All three reach the global minimum and none ever climbs."


def test_the_trap_holds_relu_and_clipped_relu_and_identity_leaves_it():
    values = EXPLORER.evaluate(teacher="trap", start="bad", rate=0.1)
    assert values["relu_last"] == pytest.approx(values["spurious_loss"], abs=1e-3)
    assert values["identity_rose"] > 0 and values["identity_last"] < 1e-3
    assert values["relu_rose"] == values["clipped_relu_rose"] == 0
    said = EXPLORER.say(values)
    assert said.startswith("ReLU and clipped ReLU rest in the trap; identity does not.")
    assert "Identity ends at the global minimum" in said
    run = run_alone("trap", "bad", 0.1, "identity")
    rises = np.diff(run.loss)
    count, largest = np.count_nonzero(rises > 1e-9), number(rises.max(), 2)
    told = dict(zip(map(itemgetter(0), EXPLORER.rows), EXPLORER.cells(values), strict=True))
    assert told["identity"] == f"0.000, {count} rises"
    assert told["Largest rise, identity"] == largest
    assert told["ReLU"].endswith(", 0 rises") and told["Largest rise, ReLU"] == "0.00"


@pytest.mark.parametrize("teacher", TEACHERS)
def test_with_a_large_v_the_loss_of_all_rises_where_the_filter_is_short(teacher):
    values = EXPLORER.evaluate(teacher=teacher, start="large", rate=0.1)
    for name in ESTIMATORS:
        run = run_alone(teacher, "large", 0.1, name)
        rises = np.flatnonzero(np.diff(run.loss) > 1e-9)
        assert values[f"{name}_rose"] == rises.size > 0
        assert run.norm[rises].max() < 0.2
    assert "but not always falling" in EXPLORER.say(values)


def test_where_all_arrive_a_loss_rises_only_where_a_step_is_long_beside_the_filter():
    for state in STATES:
        if "not always falling" not in EXPLORER.say(EXPLORER.evaluate(**state)):
            continue
        for name in ESTIMATORS:
            run = run_alone(*state.values(), name)
            step = np.linalg.norm(np.diff(run.w, axis=0), axis=-1)
            assert np.all((step > run.norm[:-1] / 4)[np.diff(run.loss) > 1e-9]), state


def test_on_the_axis_without_a_spurious_minimum_two_are_held():
    for rate in RATES:
        values = EXPLORER.evaluate(teacher="ones", start="pi", rate=rate)
        assert np.isnan(values["spurious_loss"])
        said = EXPLORER.say(values)
        assert said.startswith("ReLU and clipped ReLU are held on the axis")
        assert EXPLORER.cells(values)[1].startswith("1.600, ")


def test_identity_at_the_spurious_minimum_is_not_called_at_rest():
    said = EXPLORER.say(EXPLORER.evaluate(teacher="eight", start="pi", rate=0.03))
    assert said.startswith("All three are at the spurious minimum, on a falling loss.")
    assert "identity still shortens w" in said
    assert EXPLORER.evaluate(teacher="eight", start="pi", rate=0.03)["identity_says"] == (
        "Identity is in the trap while |w| still shrinks"
    )


@pytest.mark.parametrize("start", ["bad", "pi"])
@pytest.mark.parametrize("rate", [0.1, 0.3])
def test_a_run_that_cycles_is_not_called_on_its_way(start, rate):
    said = EXPLORER.say(EXPLORER.evaluate(teacher="eight", start=start, rate=rate))
    assert "Identity crosses the origin again and again" in said


def test_every_state_has_a_sentence_about_each():
    for state in STATES:
        values = EXPLORER.evaluate(**state)
        said = EXPLORER.told(values)
        assert "nan" not in said
        for name, label in zip(ESTIMATORS, ("identity", "ReLU", "clipped ReLU"), strict=True):
            loss, rises = number(values[f"{name}_last"], 3), f"{values[f'{name}_rose']:.0f}"
            assert f"{label} {loss}, {rises} rises" in said


def test_names_have_true_minus_signs():
    assert say_vector(TEACHERS["trap"].v) == "(1, \N{MINUS SIGN}0.5, 0.8, 0.3)"


@pytest.mark.title("ReLU and clipped ReLU end alike; identity may end elsewhere")
def test_relu_and_clipped_relu_end_alike():
    elsewhere = 0
    for state in STATES:
        values = EXPLORER.evaluate(**state)
        assert values["relu_end"] == values["clipped_relu_end"]
        assert values["relu_last"] == pytest.approx(values["clipped_relu_last"], abs=0.005)
        elsewhere += values["identity_end"] != values["relu_end"]
    assert elsewhere > len(STATES) / 4
