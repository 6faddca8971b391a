"""The next best action of open deals: proposed by the rules, taken or declined by people, kept with its reason."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from core.database import ReadSession, WriteSession
from core.errors import Conflict
from models.access import Viewer
from models.deal import ActionTaken, Deal
from models.deal_enums import DealStatus, NextAction, NotNow
from models.deal_forms import NextStepUpdate, StatusMove
from models.deal_outcome import ActionDecline, ActionPublic, ActionTake
from models.enums import SubjectKind
from tracking.actions.choosing import SHOWN, proposals
from tracking.store import find_deal, find_deal_to_change
from workflow.days import day_of
from workflow.deals.circumstances import Circumstances
from workflow.deals.editing import set_next_step
from workflow.deals.outcome import lose_deal
from workflow.history import record_event
from workflow.reports.learned import Standing, standings


def propose_actions(session: ReadSession, viewer: Viewer, public_id: str, *, now: datetime) -> list[ActionPublic]:
    """What may be done next, the most worthwhile first; nothing for a deal that is not open, or for its parties.

    Raises NotFound.
    """
    deal, works_on_it = find_deal(session, viewer, public_id)
    return propose_for(session, viewer, [deal], now=now).get(deal.key, []) if works_on_it else []


def propose_for(
    session: ReadSession,
    viewer: Viewer,
    deals: Sequence[Deal],
    *,
    now: datetime,
    known: Sequence[Standing] | None = None,
    most: int = SHOWN,
) -> dict[int, list[ActionPublic]]:
    """For each of these deals, which the caller has found for `viewer`, who works on them, its `most` best actions.

    `known` is where they stand beside the history, when the caller has read that already.
    """
    awake = {deal.key: deal for deal in deals if deal.status is DealStatus.OPEN and deal.archived_at is None}
    if not awake:
        return {}
    places = standings(session, viewer, awake, now=now) if known is None else known
    circumstances = Circumstances.read(session, list(awake.values()))
    found: dict[int, dict[NextAction, ActionPublic]] = {}
    for place in places:
        deal = awake.get(place.stay.deal.key)
        if deal is not None:
            best = found.setdefault(deal.key, {})
            for made in _proposed(circumstances, deal, place, now):
                if made.action not in best or made.score > best[made.action].score:
                    best[made.action] = made
    return {key: sorted(best.values(), key=lambda made: -made.score)[:most] for key, best in found.items()}


def take_action(session: WriteSession, viewer: Viewer, deal_id: str, form: ActionTake, *, now: datetime) -> Deal:
    """The action is taken: it is kept with why it was proposed, and is the deal's next step; closing closes the deal.

    Without a next step in the form the deal's own stays. Raises NotFound, Refused, Conflict for an action that is not
    proposed (any more), Invalid as `set_next_step` and `lose_deal`.
    """
    deal = find_deal_to_change(session, viewer, deal_id, version=form.version)
    _decide(session, viewer, deal, form.action, None, now)
    if form.action is NextAction.CLOSE:
        lose_deal(session, viewer, deal_id, StatusMove(reason=form.reason, text=form.text), now=now)
    elif form.next_step or form.next_step_due:
        step = NextStepUpdate(next_step=form.next_step, next_step_due=form.next_step_due)
        set_next_step(session, viewer, deal_id, step, now=now)
    session.flush()
    return deal


def decline_action(session: WriteSession, viewer: Viewer, deal_id: str, form: ActionDecline, *, now: datetime) -> Deal:
    """The action is not taken now, and why; it rests for a while, one that is of no use until the next stage.

    Raises NotFound, Refused, Conflict for an action that is not proposed (any more).
    """
    deal = find_deal_to_change(session, viewer, deal_id)
    _decide(session, viewer, deal, form.action, form.not_now, now)
    session.flush()
    return deal


def _decide(
    session: WriteSession, viewer: Viewer, deal: Deal, action: NextAction, not_now: NotNow | None, now: datetime
) -> None:
    offered = propose_for(session, viewer, [deal], now=now, most=len(NextAction)).get(deal.key, [])
    made = next((one for one in offered if one.action is action), None)
    if made is None:
        raise Conflict("deal.action_not_proposed", action=action.value)
    session.add(
        ActionTaken(
            deal_id=deal.key,
            action=action,
            because=made.because,
            stage=made.stage,
            not_now=not_now,
            decided_by_id=viewer.person_id,
            decided_at=now,
        )
    )
    params = {"action": action.value, "because": made.because.value}
    if not_now is not None:
        params["not_now"] = not_now.value
    deal.last_activity_at = now
    record_event(
        session,
        SubjectKind.DEAL,
        deal.key,
        "deal.action_declined" if not_now else "deal.action_taken",
        actor_id=viewer.person_id,
        now=now,
        params=params,
    )


def _proposed(around: Circumstances, deal: Deal, place: Standing, now: datetime) -> Iterable[ActionPublic]:
    number, contract = around.contracts.get(place.stay.row.contract_id or 0, (None, None))
    for made in proposals(around.facts(deal, place, contract, day_of(now))):
        yield ActionPublic(
            action=made.action,
            because=made.because,
            params=dict(made.params),
            contract=number,
            stage=place.stay.row.code,
            gain=round(made.gain, 2),
            effort=made.effort,
            score=round(made.score, 2),
            due_on=made.due_on,
        )
