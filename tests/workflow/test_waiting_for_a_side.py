"""A side reads that the society waits for it, since when, and whom to turn to; the other side does not."""

from datetime import datetime, timedelta

from core.database import WriteSession
from models.deal_enums import PartyRole
from models.deal_forms import AnswerCreate, WaitingUpdate
from tests.workflow.deal_world import World
from tests.workflow.test_files import deal_between
from workflow.days import day_of
from workflow.deals import record_answer, set_waiting, show_deal


def test_only_the_side_that_is_waited_for_learns_of_it(session: WriteSession, now: datetime) -> None:
    world = World(session, now)
    owner, later = world.staff("负责者"), now + timedelta(days=3)
    deal, demand, supply = deal_between(world, owner)
    set_waiting(session, owner, deal.public_id, WaitingUpdate(waiting_for=PartyRole.SUPPLY), now=later)
    told = show_deal(session, supply, deal.public_id, now=later)
    assert (told.waiting_for, told.waiting_since) == (PartyRole.SUPPLY, day_of(later))
    assert told.owner_name == "负责者"
    other = show_deal(session, demand, deal.public_id, now=later)
    assert (other.waiting_for, other.waiting_since) == (None, None)
    record_answer(session, owner, deal.public_id, AnswerCreate(side=PartyRole.SUPPLY), now=later)
    assert show_deal(session, supply, deal.public_id, now=later).waiting_for is None
