"""Likelihood ratios: their scores where bits are rare. Their means are in `test_random_units`."""

import pytest
from scipy import stats

import ste
from ste.alternatives.likelihood import reinforce
from ste.beyond.random_units import GAUSSIAN, LOGISTIC


@pytest.mark.parametrize(
    ("noise", "law"),
    [(LOGISTIC, stats.logistic), (GAUSSIAN, stats.norm)],
    ids=["logistic", "normal"],
)
@pytest.mark.parametrize("away", [3.0, 10.0, 30.0])
@pytest.mark.parametrize("tau", [0.5, 1.0])
def test_the_score_of_a_rare_bit_is_the_slope_of_its_log_chance(noise, law, away, tau):
    """A unit that fires against the odds, or keeps silent against them: d log P(h)/da."""
    teacher = ste.Teacher([1.0], [1.0, 0.0])
    wanted = float(law.pdf(away) / law.sf(away)) / tau
    for side in (-1.0, 1.0):
        Z, xi = [[side * away * tau, 0.0]], [-side * (away + 1.0)]
        drawn = reinforce([1.0], [1.0, 0.0], Z, teacher, noise, tau, xi)
        assert drawn.score[0] == pytest.approx(-side * wanted, rel=1e-9)
