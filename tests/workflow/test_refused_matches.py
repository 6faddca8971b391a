from datetime import datetime, timedelta

import pytest

from core.database import WriteSession
from core.errors import Conflict
from models.enums import ReasonCode, Role
from models.match_enums import MatchStatus
from models.refusal import RefusalCreate
from tests.workflow.deal_world import World
from workflow.deals import open_deal
from workflow.endings import EndScope, SuggestionsEnd
from workflow.matches.shortlist import show_shortlist
from workflow.matches.told import end_suggestions
from workflow.refusals import lift_refusal, refuse_supplier


@pytest.fixture
def world(session: WriteSession, now: datetime) -> World:
    return World(session, now)


def test_who_is_refused_after_being_accepted_is_on_no_shortlist_and_gets_no_deal_until_that_is_lifted(
    world: World,
) -> None:
    staff, need, supplier = world.staff(), world.need(), world.supplier(person=world.person("李教授"))
    match = world.match(need, supplier, MatchStatus.ACCEPTED)
    form = RefusalCreate(supplier=supplier.public_id, reason=ReasonCode.BUDGET)
    refusal = refuse_supplier(world.session, staff, need.public_id, form, now=world.now)
    assert show_shortlist(world.session, staff, need.public_id).matches == []
    with pytest.raises(Conflict, match="lift_first"):
        open_deal(world.session, staff, match.public_id, now=world.now)
    lift_refusal(world.session, staff, need.public_id, refusal.public_id, now=world.now)
    [listed] = show_shortlist(world.session, staff, need.public_id).matches
    assert listed.supplier == supplier.public_id
    assert open_deal(world.session, staff, match.public_id, now=world.now).match_id == match.key


def test_lifting_a_refusal_takes_up_nothing_that_was_ended_before_for_the_same_reason(world: World) -> None:
    staff, need, supplier = world.staff(), world.need(), world.supplier()
    match = world.match(need, supplier)
    by_hand = SuggestionsEnd(reason=ReasonCode.OTHER, scope=EndScope.ALL)
    end_suggestions(world.session, staff, need.public_id, by_hand, now=world.now)
    form, later = RefusalCreate(supplier=supplier.public_id, reason=ReasonCode.OTHER), world.now + timedelta(hours=1)
    refusal = refuse_supplier(world.session, staff, need.public_id, form, now=later)
    lift_refusal(world.session, staff, need.public_id, refusal.public_id, now=later)
    assert (match.ended_at, match.end_reason) == (world.now, ReasonCode.OTHER)


def test_what_one_of_two_refusals_ended_waits_again_when_both_are_lifted(world: World) -> None:
    lead, need, supplier = world.viewer(Role.LEAD), world.need(), world.supplier()
    match = world.match(need, supplier)
    refusals = []
    for hours, (reason, everywhere) in enumerate(((ReasonCode.BUDGET, False), (ReasonCode.OTHER, True))):
        form = RefusalCreate(supplier=supplier.public_id, reason=reason, everywhere=everywhere)
        at = world.now + timedelta(hours=hours)
        refusals.append(refuse_supplier(world.session, lead, need.public_id, form, now=at))
    for refusal, ended in zip(refusals, (world.now, None), strict=True):
        lift_refusal(world.session, lead, need.public_id, refusal.public_id, now=world.now + timedelta(days=1))
        assert match.ended_at == ended
