import pytest

from benchmarks.simulated_deals import CAUSES
from jobs.demo.content import read_deals
from jobs.notebooks.deals import (
    STAGES,
    band_of,
    demo_spells,
    factors_table,
    forecasts_table,
    funnel_table,
    open_before_signing,
)
from models.deal_enums import DealStatus
from tracking.stall.factors import Factor
from tracking.stall.forecast import Forecaster
from tracking.stall.spells import Exit
from tracking.stall.survival import stage_curve
from workflow.reports.histories import usual_times

SPELLS = demo_spells()


def test_every_deal_of_the_demo_is_told_and_ends_as_it_did() -> None:
    last = {spell.deal: spell.exit for spell in SPELLS}
    entries = read_deals()
    ends = {DealStatus.WON: Exit.advanced, DealStatus.LOST: Exit.lost}
    assert [last[number] for number in range(len(entries))] == [ends.get(entry.status, Exit.open) for entry in entries]


def test_every_stage_of_the_demo_has_a_usual_time() -> None:
    assert {spell.group.stage for spell in SPELLS} <= usual_times().keys()


def test_time_paused_is_no_time_in_the_stage() -> None:
    number, entry = next(
        (number, entry)
        for number, entry in enumerate(read_deals())
        if {"paused", "revived"} <= {line.kind for line in entry.history}
    )
    days = [line.days_after_start for line in entry.history]
    told = sum(spell.days for spell in SPELLS if spell.deal == number)
    paused = next(line.days_after_start for line in entry.history if line.kind == "paused")
    revived = next(line.days_after_start for line in entry.history if line.kind == "revived")
    assert told <= max(entry.started_months_ago * 30.4, max(days)) - min(days) - (revived - paused) + 1e-6


def test_tables_have_as_many_cells_as_headings_in_both_languages() -> None:
    waiting = open_before_signing(SPELLS)
    assert [spell.days for spell in waiting] == sorted((spell.days for spell in waiting), reverse=True)
    tables = [
        funnel_table(SPELLS),
        funnel_table(SPELLS[:9]),
        forecasts_table(Forecaster.learn(SPELLS, usual_times()), waiting[:2]),
        factors_table([Factor("slow_answers", Exit.advanced, 0.5, 0.01)], CAUSES),
    ]
    for table in tables:
        assert {len(row) for row in table.rows} == {len(table.columns)}
        assert "notebook." not in repr(table)
    assert len(tables[0].rows) == len(STAGES)
    assert "数据不足 · not enough data" in repr(tables[1])


def test_a_band_holds_its_curve() -> None:
    spells = [spell for spell in SPELLS if spell.group.stage == STAGES[0]]
    band = band_of(stage_curve(spells, usual_times()[STAGES[0]]), 200)
    assert (band.low <= band.share + 1e-9).all()
    assert (band.share <= band.high + 1e-9).all()
    assert band.share[0] == pytest.approx(1)
