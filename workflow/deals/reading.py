"""Deals as people see them.

Who only takes part in a deal reads neither its title (it may repeat the need's), nor its next step, nor what came of
it, and of what happened last no more than the timeline tells it; the staff who work on it read everything.
"""

from collections import Counter
from collections.abc import Sequence
from datetime import date, datetime

from sqlmodel import select

from core.database import ReadSession
from models.access import Viewer, visible_deals
from models.deal import Contract, Deal, DealStage
from models.deal_enums import DealStatus
from models.deal_public import (
    DealPublic,
    DealSummary,
    MilestonePublic,
    MoveOption,
    PartyPublic,
    PaymentPublic,
    ReplyPublic,
    StagePublic,
    TrackPublic,
)
from models.match import Match
from tracking.filters import DealFilter, select_deals
from tracking.lifecycle import CLOSED, UNDO_WITHIN, Option, Standing, missing_evidence, options
from tracking.reasons import reasons_for
from tracking.registration import doubts_of
from tracking.replies import untaken_replies
from tracking.store import (
    contract_numbers,
    find_deal,
    milestones_of,
    names_of,
    needs_of,
    own_parties,
    parties_of,
    payments_of,
    readable_titles,
    stages_of,
    templates_of,
    waiting_for_viewer,
    worked_on,
)
from tracking.timeline import last_read
from workflow.days import day_of
from workflow.deals.evidence import list_evidence
from workflow.deals.extra_stages import list_extra_stages
from workflow.deals.figures import show_outcome
from workflow.deals.parts import further_needs
from workflow.deals.slips import can_undo_signing
from workflow.deals.tracks import Track, moves_of, standing_of, tracks_of
from workflow.deals.visits import list_visits
from workflow.paging import PAGE_SIZE, Page, read_page


def get_deal(session: ReadSession, viewer: Viewer, public_id: str) -> Deal:
    """The deal. Raises NotFound, also for one that the viewer may not see."""
    return find_deal(session, viewer, public_id)[0]


def list_deals(
    session: ReadSession,
    viewer: Viewer,
    wanted: DealFilter | None = None,
    *,
    now: datetime,
    page: int = 1,
    size: int = PAGE_SIZE,
) -> Page[DealSummary]:
    """The deals the viewer may see that the filter asks for."""
    today = day_of(now)
    statement = select_deals(viewer, wanted or DealFilter(), today)
    found: Page[Deal] = read_page(session, statement, number=page, size=size)
    lines = {line.public_id: line for line in summarise(session, viewer, found.items, today)}
    return found.map(lambda deal: lines[deal.public_id])


def show_deal(session: ReadSession, viewer: Viewer, public_id: str, *, now: datetime) -> DealPublic:
    """The deal as its page shows it, with the moves that are legal now for whoever may make them. Raises NotFound."""
    deal, may_change = find_deal(session, viewer, public_id)
    may_move = may_change and deal.archived_at is None
    [summary] = summarise(session, viewer, [deal], day_of(now))
    tracks = tracks_of(session, deal)
    by = standing_of(session, viewer, deal) if may_move else None
    match = session.get(Match, deal.match_id) if deal.match_id and may_change else None
    return DealPublic(
        **summary.model_dump(),
        match=match.public_id if match else None,
        may_change=may_change,
        own_sides=list(dict.fromkeys(party.role for party in own_parties(session, viewer, [deal.key]))),
        team_only=deal.team_only,
        tracks=[_track(session, track, deal, by, now, may_change=may_change) for track in tracks],
        moves=[_move(option, tracks[0].row.code, by) for option in moves_of(deal, tracks)] if by else [],
        history=_history(session, deal),
        evidence=list_evidence(session, deal) if may_change else [],
        extra_stages=list_extra_stages(session, deal, named=may_change),
        further_needs=further_needs(session, viewer, deal),
        merged_into=_linked(session, viewer, deal.merged_into_id),
        split_from=_linked(session, viewer, deal.split_from_id) if may_change else None,
        outcome=show_outcome(session, deal) if may_change else None,
        visits=list_visits(session, deal, today=day_of(now)) if may_change else [],
    )


def summarise(session: ReadSession, viewer: Viewer, deals: Sequence[Deal], today: date) -> list[DealSummary]:
    """Deals as lines of a list, cut to what the viewer may read of each."""
    keys = [deal.key for deal in deals]
    owners = names_of(session, {deal.owner_id for deal in deals})
    titles, own = readable_titles(session, viewer, keys), worked_on(session, viewer, keys)
    stages, parties = _current_stages(session, deals), _parties(session, deals, own)
    told = own | waiting_for_viewer(session, viewer, keys)
    replies = _replies(session, viewer, [deal.key for deal in deals if _goes_on(deal)], own)
    needs, read = needs_of(session, viewer, keys), last_read(session, viewer, set(keys) - own)
    return [
        DealSummary(
            public_id=deal.public_id,
            version=deal.version if deal.key in own else None,
            title=deal.title if deal.key in titles else "",
            status=deal.status,
            stages=stages.get(deal.key, ()),
            parties=parties.get(deal.key, []),
            owner_name=owners.get(deal.owner_id, ""),
            need=needs.get(deal.key),
            next_step=deal.next_step if deal.key in own and deal.status not in CLOSED else "",
            next_step_due=deal.next_step_due if deal.key in own and deal.status not in CLOSED else None,
            no_step_reason=deal.no_step_reason if deal.key in own and deal.status not in CLOSED else "",
            waiting_for=deal.waiting_for if deal.key in told else None,
            waiting_since=deal.waiting_since if deal.key in told else None,
            replies=replies.get(deal.key, []),
            overdue=deal.key in own and _is_overdue(deal, today),
            opened_at=deal.opened_at,
            last_activity_at=deal.last_activity_at if deal.key in own else read.get(deal.key, deal.opened_at),
            closed_at=deal.closed_at,
            archived=deal.archived_at is not None,
        )
        for deal in deals
    ]


def _is_overdue(deal: Deal, today: date) -> bool:
    return deal.status not in CLOSED and deal.next_step_due is not None and deal.next_step_due < today


def _current_stages(session: ReadSession, deals: Sequence[Deal]) -> dict[int, tuple[str, ...]]:
    """The stage codes each deal stands at; those it ended at when it is closed."""
    last: dict[tuple[int, int | None], DealStage] = {}
    for row in sorted(stages_of(session, [deal.key for deal in deals]), key=lambda row: row.key):
        last[row.deal_id, row.contract_id] = row
    found: dict[int, tuple[str, ...]] = {}
    for (deal_id, contract_id), row in last.items():
        signed = any(other == deal_id and contract is not None for other, contract in last)
        if contract_id is not None or not signed:
            found[deal_id] = (*found.get(deal_id, ()), row.code)
    return found


def _parties(session: ReadSession, deals: Sequence[Deal], own: set[int]) -> dict[int, list[PartyPublic]]:
    found: dict[int, list[PartyPublic]] = {}
    opened = {deal.key: day_of(deal.opened_at) for deal in deals}
    places: Counter[int] = Counter()
    for party, organisation, supplier in parties_of(session, opened):
        places[party.deal_id] += 1
        named = supplier or organisation
        if named is not None:
            answered = party.answered_on if party.deal_id in own else None
            line = PartyPublic(
                number=places[party.deal_id],
                role=party.role,
                name=named.name,
                organisation=organisation.public_id if organisation else None,
                supplier=supplier.public_id if supplier else None,
                answered_on=answered,
                answered_after=(answered - opened[party.deal_id]).days if answered else None,
            )
            found.setdefault(party.deal_id, []).append(line)
    return found


def _goes_on(deal: Deal) -> bool:
    """Whether somebody may still take up a reply: nobody does so on a deal that has ended or is archived."""
    return deal.status not in CLOSED and deal.archived_at is None


def _replies(session: ReadSession, viewer: Viewer, deals: Sequence[int], own: set[int]) -> dict[int, list[ReplyPublic]]:
    """What lies there of each deal: of all its sides for who works on it, else of those for which the viewer acts."""
    worked, others = [deal for deal in deals if deal in own], [deal for deal in deals if deal not in own]
    acts = {(party.deal_id, party.role) for party in own_parties(session, viewer, others)}
    found = untaken_replies(session, worked) | untaken_replies(session, others, viewer)
    return {
        deal: [
            ReplyPublic(side=side, on=day_of(event.recorded_at), entry=event.public_id)
            for side, event in lying.items()
            if deal in own or (deal, side) in acts
        ]
        for deal, lying in found.items()
    }


def _track(
    session: ReadSession, track: Track, deal: Deal, by: Standing | None, now: datetime, *, may_change: bool
) -> TrackPublic:
    status = deal.status
    state, contract = track.state(status), track.contract
    slip = by and track.before and status is DealStatus.OPEN and now - track.row.entered_at <= UNDO_WITHIN
    return TrackPublic(
        contract=track.number,
        kind=contract.kind if contract else None,
        amount=contract.amount if contract else None,
        currency=contract.currency if contract else None,
        signed_on=contract.signed_on if contract else None,
        cooperative=contract.cooperative if contract else False,
        payment_plan=contract.payment_plan if contract else None,
        ends_on=contract.ends_on if contract else None,
        technical_amount=contract.technical_amount if contract and may_change else None,
        registration_number=contract.registration_number if contract and may_change else "",
        registration_doubts=_doubts(contract, now) if contract and may_change else (),
        milestones=_milestones(session, contract) if contract and may_change else [],
        payments=_payments(session, contract) if contract and may_change else [],
        stage=track.row.code,
        stages=state.template.codes,
        moves=[_move(option, state.at, by) for option in options(state) if option.to] if by else [],
        missing=missing_evidence(state) if by and status not in CLOSED else (),
        undo_to=track.before.code if slip and track.before else None,
        undo_signing=by is not None and by >= Standing.OWNER and can_undo_signing(session, deal, track),
    )


def _doubts(contract: Contract, now: datetime) -> tuple[str, ...]:
    return doubts_of(contract.registration_number, signed_on=contract.signed_on, today=day_of(now))


def _milestones(session: ReadSession, contract: Contract) -> list[MilestonePublic]:
    found = milestones_of(session, contract)
    return [MilestonePublic.model_validate(row.model_dump() | {"number": number}) for number, row in found]


def _payments(session: ReadSession, contract: Contract) -> list[PaymentPublic]:
    found = payments_of(session, contract)
    return [PaymentPublic.model_validate(row.model_dump() | {"number": number}) for number, row in found]


def _linked(session: ReadSession, viewer: Viewer, key: int | None) -> str | None:
    """The public id of a deal this one names, if the viewer may see it."""
    if key is None:
        return None
    return session.exec(select(Deal.public_id).where(Deal.id == key, visible_deals(viewer))).first()


def _move(option: Option, stage: str, by: Standing) -> MoveOption:
    return MoveOption(
        kind=option.kind,
        to=option.to,
        needs_reason=option.needs_reason,
        standing=option.standing.name.lower(),
        may=by >= option.standing,
        missing=option.missing,
        reasons=reasons_for(option.kind, stage) if option.needs_reason else (),
    )


def _history(session: ReadSession, deal: Deal) -> list[StagePublic]:
    numbers = contract_numbers(session, deal.key)
    templates = templates_of(session, [deal.key])
    return [
        StagePublic(
            code=row.code,
            contract=numbers.get(row.contract_id or 0),
            entered_at=row.entered_at,
            left_at=row.left_at,
            paused_at=row.paused_at,
            paused_seconds=row.paused_seconds,
            usual_days=stage.usual_days if stage else None,
        )
        for row in stages_of(session, [deal.key])
        for stage in [templates.stage(row)]
    ]
