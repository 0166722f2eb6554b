"""The plans: full crossings, at least three seeds, the paper's numbers where it states them."""

import re
from collections import Counter
from dataclasses import asdict, replace
from pathlib import Path

import pytest

from experiments import records
from experiments.tables import EVERY, HIGHS, LOWS, PLANS, RATES, STARTS, jobs
from experiments.windows import ESTIMATORS, step, window

README = Path(__file__).resolve().parents[1] / "README.md"
ALL = pytest.mark.parametrize("table", EVERY)


@ALL
def test_a_plan_is_a_full_crossing(table):
    plan = EVERY[table]
    todo = jobs(plan)
    each = {
        "training": len(ESTIMATORS),
        "probe": len(ESTIMATORS),
        "windows": len(LOWS) * len(HIGHS),
        "slopes": len(plan.nets) * (len(ESTIMATORS) if max(plan.stages) else 1),
        "stability": len(STARTS) * len(ESTIMATORS) * len(RATES),
    }[plan.kind]
    assert len(todo) == len(set(todo)) == len(plan.seeds) * len(plan.bits) * each
    cells = Counter((job.training.seed, job.training.bits) for job in todo)
    assert set(cells.values()) == {each}
    assert len(plan.seeds) >= 3
    assert len({records.name(job) for job in todo}) == len(todo)


@ALL
def test_runs_of_one_seed_stand_together(table):
    seeds = [job.training.seed for job in jobs(EVERY[table])]
    assert seeds == sorted(seeds)


@ALL
def test_an_estimator_has_its_own_window(table):
    for job in jobs(EVERY[table]):
        if job.training.estimator != "window":
            assert (job.training.low, job.training.high) == window(
                job.training.estimator, job.training.bits
            )
        if EVERY[table].kind == "stability":
            assert (job.low, job.high) == window(job.estimator, job.start.bits)


def test_windows_in_the_order_of_the_real_line():
    ends = {(job.low, job.high) for job in jobs(PLANS["windows"])}
    assert (0.0, None) in ends
    assert (None, None) in ends
    assert all(low is None or high is None or low < high for low, high in ends)
    assert max(high for _, high in ends if high) > 3 * step(2)


@ALL
def test_as_in_the_paper(table):
    plan = EVERY[table].with_paper()
    assert (plan.width, plan.size) == (1.0, None)
    assert plan.start == plan.schedule
    lenet = plan.net == "lenet5"
    assert (plan.schedule.epochs, plan.schedule.batch) == ((50, 64) if lenet else (200, 128))
    assert plan.epochs == (20 if plan.kind == "stability" else 0)


def test_a_stability_table_cut_short_has_whole_rates():
    todo = jobs(PLANS["resnet-stability"])
    for begin in range(0, len(todo), len(ESTIMATORS)):
        part = todo[begin : begin + len(ESTIMATORS)]
        assert [job.estimator for job in part] == list(ESTIMATORS)
        assert len({(job.start, job.rate) for job in part}) == 1


def test_equal_length_changes_the_steps_and_the_name_alone():
    plan = PLANS["resnet-equal"]
    even, usual = (jobs(replace(plan, equal_length=equal)) for equal in (True, False))
    for one, other in zip(even, usual, strict=True):
        assert {**asdict(other), "equal_length": True} == asdict(one)
        assert one.label == f"{other.label}-equal"
        assert one.float_part() == other.float_part()
    later = jobs(replace(PLANS["resnet-stability"], equal_length=True))
    assert all(job.equal_length and job.label.endswith("-equal") for job in later)
    assert {job.start for job in later} == {job.start for job in jobs(PLANS["resnet-stability"])}
    with pytest.raises(ValueError, match="equal_length: expected a training or stability, got"):
        jobs(replace(PLANS["slopes-vgg"], equal_length=True))


def test_a_forecast_sees_the_float_networks_of_the_trainings_it_is_about():
    for table in ("resnet", "vgg"):
        before, after = (jobs(PLANS[f"{kind}-{table}"]) for kind in ("forecast", "slopes"))
        assert {job.start for job in before} <= {job.start for job in after}
        assert all(job.stages == (0.0,) for job in before)


def test_bits_without_a_step_are_refused():
    with pytest.raises(ValueError, match="bits: expected some of 1, 2, 4, got 3"):
        jobs(replace(PLANS["windows"], bits=(2, 3)))


def test_the_readme_has_every_table_with_its_number_of_runs():
    rows = re.findall(r"^\| `([a-z-]+)` \|.*?\| (\d+) \|", README.read_text(encoding="utf-8"), re.M)
    assert rows == [(table, str(len(jobs(plan)))) for table, plan in PLANS.items()]


@pytest.mark.parametrize("seed", [-1, 2**62 + 1, 2**63])
def test_a_seed_out_of_range_is_refused_by_name(seed):
    with pytest.raises(ValueError, match=f"seeds: expected 0 to {2**62:,}, got {seed}"):
        jobs(replace(PLANS["windows"], seeds=(0, seed)))
