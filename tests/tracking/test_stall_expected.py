import numpy as np
import pytest

from benchmarks.simulated_deals import YEARS, history, simulate
from tracking.stall.expected import expected_sum
from tracking.stall.forecast import Forecaster
from tracking.stall.spells import Exit, Group, Spell
from tracking.stall.usual import usual_of
from tracking.templates import COMMON

USUAL = {stage.code: usual_of(stage.usual_days) for stage in COMMON.stages}
LATER = ("exchange", "feasibility", "negotiation")


def test_the_expected_sum_is_each_deals_chance_times_the_middle_of_its_range() -> None:
    chances = np.array([[0.5] * 400, [0.25] * 400])
    found = expected_sum(chances, np.array([100.0, 40.0]), np.array([100.0, 80.0]), np.random.default_rng(0))
    assert found.mean == pytest.approx(0.5 * 100 + 0.25 * 60)
    assert found.interval[0] == 0
    assert 100 < found.interval[1] <= 180


def test_no_deals_come_to_nothing() -> None:
    nothing = expected_sum(np.zeros((0, 50)), np.zeros(0), np.zeros(0), np.random.default_rng(0))
    assert (nothing.mean, nothing.interval) == (0.0, (0.0, 0.0))


@pytest.mark.parametrize(
    ("chance", "low", "high"), [(1.1, 1.0, 2.0), (-0.1, 1.0, 2.0), (0.5, 2.0, 1.0), (0.5, -1.0, 2.0)]
)
def test_what_cannot_be_a_chance_or_a_range_is_refused(chance: float, low: float, high: float) -> None:
    with pytest.raises(ValueError, match=r"chances|range"):
        expected_sum(np.full((1, 5), chance), np.array([low]), np.array([high]), np.random.default_rng(0))


def test_chances_drawn_from_the_history_lie_around_the_forecast_and_closer_the_longer_it_is() -> None:
    spell = Spell(-1, Group("contact"), 45.0, Exit.open)
    spreads = []
    for deals in (40, 300):
        forecaster = Forecaster.learn(history(simulate(np.random.default_rng(1), deals), YEARS * 365), USUAL)
        [drawn] = forecaster.good_ends([(spell, LATER)], np.random.default_rng(0))
        assert drawn.mean() == pytest.approx(forecaster.forecast(spell, LATER).ends_well, abs=0.06)
        assert ((drawn >= 0) & (drawn <= 1)).all()
        spreads.append(drawn.std())
    assert spreads[1] < spreads[0]


def test_a_deal_that_outlasted_everything_looked_at_still_has_a_chance() -> None:
    forecaster = Forecaster.learn([], USUAL)
    drawn = forecaster.good_ends([(Spell(1, Group("negotiation"), 9000.0, Exit.open), ())], np.random.default_rng(0))
    assert np.isfinite(drawn).all()
    assert ((drawn >= 0) & (drawn <= 1)).all()
