from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest
from sqlmodel import select

from core.database import WriteSession
from core.errors import NotFound, Refused
from core.i18n import Language, translator
from models.access import ANONYMOUS, Viewer
from models.deal import Deal, DealStage
from models.deal_enums import DealStatus
from models.deal_forms import StatusMove
from models.enums import ReasonCode
from models.match_enums import MatchStatus
from models.need import NeedRevision
from tests.workflow.deal_world import World
from tracking.stall.spells import Exit
from tracking.templates import COMMON, all_templates
from workflow.deals import archive_deal, lose_deal, open_deal, pause_deal, read_queue
from workflow.reports.forecasts import forecast_deal
from workflow.reports.funnel import Dimension, funnel
from workflow.reports.histories import quarter_of, read_stays, usual_times

DAY = timedelta(days=1)
STAGES = [stage.code for stage in COMMON.stages]


@pytest.fixture
def world(session: WriteSession, now: datetime) -> World:
    return World(session, now)


@pytest.fixture
def staff(world: World) -> Viewer:
    return world.staff()


def deal_of(world: World, staff: Viewer, name: str = "甲公司") -> Deal:
    """An open deal in its first stage since now."""
    need = world.need(world.organisation(name))
    match = world.match(need, world.supplier(f"{name}的教授", person=world.person(name)), MatchStatus.ACCEPTED)
    return open_deal(world.session, staff, match.public_id, now=world.now)


def past(world: World, staff: Viewer, name: str, *days: int, lost: bool = False) -> Deal:
    """A deal that stayed so many days in each of the first stages, the last of which it is in, or was lost in."""
    deal = deal_of(world, staff, name)
    [first] = stages_of(world, deal)
    world.session.delete(first)
    world.session.flush()
    at = world.now - sum(days, 0) * DAY
    for place, length in enumerate(days):
        is_last = place == len(days) - 1
        row = DealStage(
            deal_id=deal.key, template="common", template_version=COMMON.version, code=STAGES[place], entered_at=at
        )
        at += length * DAY
        row.left_at = None if is_last and not lost else at
        world.session.add(row)
    if lost:
        deal.status, deal.closed_at = DealStatus.LOST, at
    world.session.flush()
    return deal


def stages_of(world: World, deal: Deal) -> Sequence[DealStage]:
    return world.session.exec(select(DealStage).where(DealStage.deal_id == deal.key)).all()


def test_a_stay_ends_by_moving_on_by_being_lost_or_not_yet(world: World, staff: Viewer) -> None:
    past(world, staff, "甲公司", 30, 10)
    past(world, staff, "乙公司", 50, lost=True)
    exits = [
        (stay.spell.group.stage, round(stay.spell.days), stay.spell.exit)
        for stay in read_stays(world.session, now=world.now)
    ]
    assert exits == [
        ("common/contact", 30, Exit.advanced),
        ("common/exchange", 10, Exit.open),
        ("common/contact", 50, Exit.lost),
    ]


def test_time_paused_does_not_count(world: World, staff: Viewer) -> None:
    deal = deal_of(world, staff)
    later = world.now + 10 * DAY
    pause_deal(world.session, staff, deal.public_id, StatusMove(reason=ReasonCode.CIRCUMSTANCES_CHANGED), now=later)
    [stay] = read_stays(world.session, now=later + 100 * DAY)
    assert stay.spell.days == pytest.approx(10)


def test_what_comes_later_is_not_known_yet(world: World, staff: Viewer) -> None:
    past(world, staff, "甲公司", 30, 10)
    lost = past(world, staff, "乙公司", 30, 10, lost=True)
    lost.archived_at = world.now
    rows = stages_of(world, past(world, staff, "丙公司", 30, 10))
    rows[1].left_at = world.now
    world.session.flush()
    stays = read_stays(world.session, now=world.now - 15 * DAY)
    assert [(stay.is_open, stay.spell.exit, round(stay.spell.days)) for stay in stays] == [(True, Exit.open, 25)] * 3
    before = read_stays(world.session, now=world.now - DAY)
    assert [stay.is_open for stay in before] == [False, True] * 3


def test_an_archived_deal_is_looked_at_until_it_was_archived(world: World, staff: Viewer) -> None:
    deal = deal_of(world, staff)
    pause = StatusMove(reason=ReasonCode.CIRCUMSTANCES_CHANGED)
    pause_deal(world.session, staff, deal.public_id, pause, now=world.now + 10 * DAY)
    archive_deal(world.session, staff, deal.public_id, now=world.now + 20 * DAY)
    past(world, staff, "乙公司", 30, lost=True).archived_at = world.now
    world.session.flush()
    stays = read_stays(world.session, now=world.now + 100 * DAY)
    assert [(stay.spell.exit, round(stay.spell.days), stay.is_open) for stay in stays] == [
        (Exit.open, 10, False),
        (Exit.lost, 30, False),
    ]
    found = funnel(world.session, staff, now=world.now + 100 * DAY)
    assert (found.open_before_signing, found.ended_before_signing) == (0, 1)
    assert forecast_deal(world.session, staff, deal.public_id, now=world.now + 100 * DAY) == []


def test_a_quarter_begins_where_the_society_is() -> None:
    assert quarter_of(datetime(2025, 6, 30, 16, 0, tzinfo=UTC)) == "2025-Q3"
    assert quarter_of(datetime(2025, 6, 30, 15, 59, tzinfo=UTC)) == "2025-Q2"


def test_a_stay_that_was_left_backwards_neither_moved_on_nor_was_lost(world: World, staff: Viewer) -> None:
    deal = past(world, staff, "甲公司", 30, 20)
    rows = stages_of(world, deal)
    rows[1].left_at = world.now
    world.session.add(
        DealStage(
            deal_id=deal.key, template="common", template_version=COMMON.version, code="contact", entered_at=world.now
        )
    )
    world.session.flush()
    stays = read_stays(world.session, now=world.now + DAY)
    assert [stay.spell.exit for stay in stays] == [Exit.advanced, Exit.open, Exit.open]
    assert [stay.spell.factors["moved_back"] for stay in stays] == [0, 0, 1]


def test_every_stage_of_every_template_has_a_usual_time_and_every_template_a_name() -> None:
    assert {f"{template.name}/{stage.code}" for template in all_templates() for stage in template.stages} == set(
        usual_times()
    )
    for language in Language:
        t = translator(language)
        assert [template.name for template in all_templates() if not t.has(f"template.{template.name}")] == []


def test_a_forecast_without_history_says_that_it_is_thin(world: World, staff: Viewer) -> None:
    deal = deal_of(world, staff)
    [forecast] = forecast_deal(world.session, staff, deal.public_id, now=world.now + 300 * DAY)
    assert (forecast.stage, forecast.is_thin, forecast.is_slow) == ("contact", True, True)
    assert forecast.remaining_from <= forecast.remaining <= forecast.remaining_to
    assert 0 < forecast.ends_well < 1


def test_a_slow_society_makes_a_slow_deal_an_ordinary_one(world: World, staff: Viewer) -> None:
    deal = deal_of(world, staff)
    alone = forecast_deal(world.session, staff, deal.public_id, now=world.now + 200 * DAY)[0].percentile
    for number in range(25):
        past(world, staff, f"公司{number}", 250 + number, 5)
    among = forecast_deal(world.session, staff, deal.public_id, now=world.now + 200 * DAY)[0]
    assert alone > 80
    assert among.percentile < 40
    assert not among.is_thin


def test_the_page_of_a_deal_calls_it_slow_where_the_queue_calls_it_stalled(world: World, staff: Viewer) -> None:
    deals = [past(world, staff, f"公司{days}", days) for days in (80, 95, 120, 200, 300)]
    stalled = {line.deal.public_id for line in read_queue(world.session, staff, now=world.now).stalled}
    slow = {
        deal.public_id
        for deal in deals
        if forecast_deal(world.session, staff, deal.public_id, now=world.now)[0].is_slow
    }
    assert slow == stalled == {deal.public_id for deal in deals[1:]}


def test_a_deal_that_is_over_has_no_forecast_and_who_may_not_see_it_learns_nothing(world: World, staff: Viewer) -> None:
    deal = deal_of(world, staff)
    with pytest.raises(NotFound):
        forecast_deal(world.session, ANONYMOUS, deal.public_id, now=world.now)
    lose_deal(world.session, staff, deal.public_id, StatusMove(reason=ReasonCode.BUDGET), now=world.now)
    assert forecast_deal(world.session, staff, deal.public_id, now=world.now) == []


def test_the_funnel_claims_nothing_of_a_stage_that_ended_too_seldom(world: World, staff: Viewer) -> None:
    past(world, staff, "甲公司", 30, 10)
    found = funnel(world.session, staff, now=world.now)
    assert [(line.stage, line.entered, line.ended, line.share) for line in found.lines] == [
        ("contact", 1, 1, None),
        ("exchange", 1, 0, None),
    ]
    assert (found.deals, found.expected_sum) == (1, None)


def test_the_funnel_tells_shares_and_days_with_intervals(world: World, staff: Viewer) -> None:
    for number in range(9):
        past(world, staff, f"公司{number}", 40, 5)
    for number in range(3):
        past(world, staff, f"失败公司{number}", 60, lost=True)
    contact = funnel(world.session, staff, now=world.now).lines[0]
    assert (contact.stage, contact.entered, contact.ended) == ("contact", 12, 12)
    assert contact.share == pytest.approx(0.75)
    assert contact.share_from is not None
    assert contact.share_from < 0.75
    assert contact.median_days == pytest.approx(40)


def test_the_funnel_is_told_apart_by_what_is_asked(world: World, staff: Viewer) -> None:
    past(world, staff, "甲公司", 30, 10)
    for by, expected in (
        (Dimension.FIELD, "manufacturing"),
        (Dimension.OWNER, "staff"),
        (Dimension.QUARTER, "2026-Q1"),
    ):
        assert expected in {line.group for line in funnel(world.session, staff, by, now=world.now).lines}


def test_owners_of_one_name_are_told_apart(world: World, staff: Viewer) -> None:
    one, other = world.staff("王伟"), world.staff("王伟")
    login = world.sign_in_of(one).login
    past(world, one, "甲公司", 30)
    past(world, other, "乙公司", 30)
    past(world, staff, "丙公司", 30)
    groups = [line.group for line in funnel(world.session, staff, Dimension.OWNER, now=world.now).lines]
    assert len(groups) == 3
    assert {"staff", f"王伟 ({login})"} < set(groups)


def test_the_funnel_counts_only_deals_that_its_reader_works_on(world: World, staff: Viewer) -> None:
    deal = past(world, staff, "甲公司", 30, 10)
    deal.team_only = True
    world.session.flush()
    assert funnel(world.session, world.staff("somebody else"), now=world.now).deals == 0
    with pytest.raises(Refused):
        funnel(world.session, ANONYMOUS, now=world.now)


def test_a_deal_closed_to_the_team_of_others_teaches_nothing(world: World, staff: Viewer) -> None:
    deal, somebody = deal_of(world, staff), world.staff("somebody else")
    for number in range(5):
        past(world, staff, f"公司{number}", 250 + number, 5).team_only = True
    world.session.flush()
    at = world.now + 200 * DAY
    shown = [forecast_deal(world.session, viewer, deal.public_id, now=at)[0] for viewer in (staff, somebody)]
    assert [forecast.own_spells for forecast in shown] == [5, 0]


def test_before_signing_the_budget_of_the_need_stands_for_the_sum_and_after_it_the_contract(
    world: World, staff: Viewer
) -> None:
    deal = with_budget(world, past(world, staff, "甲公司", 30, 10), 10_000_000, 20_000_000)
    [*_, stay] = read_stays(world.session, now=world.now)
    assert stay.spell.group.sum_band == "small"
    with_budget(world, deal, None, 900_000_000)
    [*_, stay] = read_stays(world.session, now=world.now)
    assert stay.spell.group.sum_band == "large"


def test_a_sum_is_expected_only_of_enough_history_and_with_an_interval(world: World, staff: Viewer) -> None:
    with_budget(world, deal_of(world, staff), 100_000_000, 300_000_000)
    with_budget(world, deal_of(world, staff, "乙公司"), None, 50_000_000)
    deal_of(world, staff, "丙公司")
    for number in range(8):
        past(world, staff, f"公司{number}", 40, 30, 30, 60, lost=number > 5)
    before = funnel(world.session, staff, now=world.now)
    assert (before.expected_sum, before.expected_to) == (None, None)
    assert (before.ended_before_signing, before.least_ended) == (26, 30)
    past(world, staff, "公司8", 40, 30, 30, 60, lost=True)
    found = funnel(world.session, staff, now=world.now)
    assert (found.open_before_signing, found.without_budget) == (9, 7)
    assert found.expected_sum is not None
    assert found.expected_from is not None
    assert found.expected_to is not None
    assert 0 <= found.expected_from < found.expected_sum < found.expected_to <= 350_000_000


def with_budget(world: World, deal: Deal, low: int | None, high: int | None) -> Deal:
    """The need behind the deal names what it may cost."""
    revision = world.session.exec(select(NeedRevision).where(NeedRevision.need_id == deal.need_id)).one()
    revision.budget_from, revision.budget_to = low, high
    world.session.flush()
    return deal
