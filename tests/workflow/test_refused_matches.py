from datetime import datetime

import pytest

from core.database import WriteSession
from core.errors import Conflict
from models.enums import MatchStatus, ReasonCode
from models.refusal import RefusalCreate
from tests.workflow.deal_world import World
from workflow.deals import open_deal
from workflow.matches.shortlist import show_shortlist
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
