"""Whose turn it is: what the society waits for, and how soon each side first answered."""

from datetime import datetime

from sqlmodel import col, select

from core.database import WriteSession
from core.errors import Invalid, NotFound, Problem
from models.access import Viewer
from models.deal import Deal, DealParty
from models.deal_enums import PartyRole
from models.deal_forms import AnswerCreate, WaitingUpdate
from tracking.replies import untaken_replies
from workflow.days import day_of
from workflow.deals.acts import find_live_deal, record_act
from workflow.progress import tell_of_waiting


def set_waiting(session: WriteSession, viewer: Viewer, deal_id: str, form: WaitingUpdate, *, now: datetime) -> Deal:
    """The deal waits for a side since a day, today when it is not said; or for nobody.

    The people of that side are told, unless they know: they are when what they replied meanwhile was not enough.

    Raises NotFound, Refused, Conflict for a closed deal, Invalid for a day to come or before the deal began.
    """
    deal = find_live_deal(session, viewer, deal_id, form.version)
    today = day_of(now)
    since = (form.waiting_since or today) if form.waiting_for else None
    if since and since > today:
        raise Invalid("deal.day_in_future", (Problem("field.in_future", field="waiting_since"),))
    if since and since < day_of(deal.opened_at):
        raise Invalid("deal.before_it_began", (Problem("field.before_deal", field="waiting_since"),))
    knows = deal.waiting_for is form.waiting_for and form.waiting_for not in untaken_replies(session, [deal.key]).get(
        deal.key, {}
    )
    deal.waiting_for, deal.waiting_since = form.waiting_for, since
    params = {"side": form.waiting_for.value, "day": since.isoformat()} if form.waiting_for and since else {}
    event = record_act(session, viewer, deal, "deal.waiting" if params else "deal.waiting_over", params, now=now)
    if not knows:
        tell_of_waiting(session, deal, event)
    return deal


def record_answer(session: WriteSession, viewer: Viewer, deal_id: str, form: AnswerCreate, *, now: datetime) -> Deal:
    """The side has answered: its first answer is kept, and if the deal waited for it, it does so no longer.

    What it replied on the page counts as taken up, also where it was taken out of the deal since; so whoever looked at
    the deal says at which version: a reply of meanwhile is read first.

    Raises NotFound, also for a side that has no part in the deal, Refused, Conflict for a closed deal and for one that
    was changed since, Invalid for a day to come or before the introduction.
    """
    deal = find_live_deal(session, viewer, deal_id, form.version)
    day = form.answered_on or day_of(now)
    if day > day_of(now):
        raise Invalid("deal.day_in_future", (Problem("field.in_future", field="answered_on"),))
    if day < day_of(deal.opened_at):
        raise Invalid("deal.before_it_began", (Problem("field.before_deal", field="answered_on"),))
    parties = _parties(session, deal, form.side)
    if not parties and form.side not in untaken_replies(session, [deal.key]).get(deal.key, {}):
        raise NotFound("deal.no_such_side", side=form.side.value)
    for party in parties:
        party.answered_on = min(party.answered_on or day, day)
    if deal.waiting_for is form.side:
        deal.waiting_for = deal.waiting_since = None
    record_act(session, viewer, deal, "deal.answered", {"side": form.side.value, "day": day.isoformat()}, now=now)
    return deal


def _parties(session: WriteSession, deal: Deal, side: PartyRole) -> list[DealParty]:
    statement = select(DealParty).where(DealParty.deal_id == deal.key, DealParty.role == side)
    return list(session.exec(statement.order_by(col(DealParty.id))).all())
