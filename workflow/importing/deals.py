"""Deals that the society already has, from a file.

A row says where a deal stands; its history here begins honestly: with the days the row gives, told to the day, and with
one line that says it was brought in. What is known here is moved here: a file changes its title, next step and whose
turn it is, never its stage, status, sides or contract.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from sqlmodel import col, select

from core.errors import Param
from models.access import works_on
from models.deal import Contract, Deal, DealParty, DealStage, Outcome
from models.deal_enums import DealStatus, PartyRole, Visibility
from models.enums import Precision, SubjectKind
from models.supplier import Supplier
from tracking.extra_stages import base_of
from tracking.lifecycle import CLOSED
from workflow.branches import home_branch
from workflow.days import day_of, start_of
from workflow.deals.needs import introduce_need, settle_need
from workflow.deals.opening import parties_for
from workflow.deals.tracks import tracks_of
from workflow.deals.visits import settle_visits
from workflow.history import record_event
from workflow.importing.context import Counts, Importing, given_values
from workflow.importing.deal_rows import Fault, KnownDeal, NewDeal, faults_of, step_faults, waiting_faults
from workflow.importing.deal_sides import Sides, need_fault, read_sides
from workflow.importing.identities import Identity, identify, known_rows
from workflow.importing.parsing import ParsedRow
from workflow.importing.suppliers import write_suppliers
from workflow.matches.store import lock_need
from workflow.refusals import refusals_in_force
from workflow.reminders import schedule_reminders

_KNOWN: Final = tuple(KnownDeal.model_fields)
_NEW: Final = tuple(NewDeal.model_fields)
_CODES: Final = {DealStatus.PAUSED: "deal.paused", DealStatus.WON: "deal.won", DealStatus.LOST: "deal.lost"}


@dataclass(frozen=True, slots=True)
class _Plan:
    """A row that is to be written: as a new deal, or as changes of one that is known."""

    row: ParsedRow
    identity: Identity
    sides: Sides
    form: KnownDeal
    existing: Deal | None


def import_deals(work: Importing, rows: list[ParsedRow]) -> Counts:
    """The rows are deals. A row without an id is the deal of its title and sides."""
    sides = read_sides(work, rows)

    def natural(row: ParsedRow) -> tuple[str, ...]:
        return row.given.get("title") or "", *sides[row.number].names

    identities = identify(rows, work.faults, source=work.source, natural=natural)
    known = known_rows(work.session, Deal, identities)
    plans = _plan(work, rows, identities, known, sides)
    work.faults.refuse_if_any()
    counts = Counts()
    new = [plan for plan in plans if plan.existing is None]
    counts.suppliers_created = _write_suppliers(work, new)
    for done, plan in enumerate(plans, start=1):
        if plan.existing is not None:
            _update(work, plan, plan.existing, counts)
        elif isinstance(plan.form, NewDeal):
            _bring_in(work, plan, plan.form)
            counts.created += 1
        work.progress(done, len(plans))
    return counts


def _plan(
    work: Importing,
    rows: list[ParsedRow],
    identities: list[Identity],
    known: dict[Identity, Deal],
    sides: dict[int, Sides],
) -> list[_Plan]:
    own = _worked_on(work, known.values())
    plans = []
    for row, identity in zip(rows, identities, strict=True):
        existing = known.get(identity)
        if existing is not None and existing.key not in own:
            work.faults.add(row.problem("import.not_yours", "id"))
            continue
        form = _known_form(work, row, existing) if existing else _new_form(work, row, sides[row.number])
        if form is not None:
            plans.append(_Plan(row, identity, sides[row.number], form, existing))
    return plans


def _worked_on(work: Importing, deals: Any) -> set[int]:
    keys = [deal.key for deal in deals]
    found = work.session.exec(select(Deal.id).where(col(Deal.id).in_(keys), works_on(work.viewer)))
    return {key for key in found if key is not None}


def _known_form(work: Importing, row: ParsedRow, deal: Deal) -> KnownDeal | None:
    form = work.form(row, KnownDeal, given_values(row, deal, _KNOWN))
    if form is not None and deal.status not in CLOSED:
        today = day_of(work.now)
        _tell(work, row, step_faults(form))
        if form.waiting_since != deal.waiting_since:
            _tell(work, row, waiting_faults(form, day_of(deal.opened_at), today))
        _wait_from(form, deal.waiting_since if form.waiting_for is deal.waiting_for else None, today)
    return form


def _wait_from(form: KnownDeal, known: date | None, today: date) -> None:
    """Who is waited for is waited for since a day: the known one, or today, where the row tells none."""
    if form.waiting_for is not None and form.waiting_since is None:
        form.waiting_since = known or today


def _new_form(work: Importing, row: ParsedRow, sides: Sides) -> NewDeal | None:
    if sides.owner_fault is not None:
        work.faults.add(sides.owner_fault)
    form = work.form(row, NewDeal, given_values(row, None, _NEW))
    if form is None:
        return None
    _tell(work, row, faults_of(form, day_of(work.now)))
    _wait_from(form, None, day_of(work.now))
    wrong = need_fault(sides.need, is_over=form.status in CLOSED) if sides.need else None
    if wrong:
        work.faults.add(row.problem(wrong, "need"))
    if sides.need is not None and form.status not in CLOSED:
        refused = refusals_in_force(work.session, sides.need)
        for supplier in sides.suppliers:
            if supplier.id in refused:
                work.faults.add(row.problem("refusal.lift_first", "suppliers", supplier=supplier.name))
    return form


def _tell(work: Importing, row: ParsedRow, faults: Any) -> None:
    for fault in faults:
        _add(work, row, fault)


def _add(work: Importing, row: ParsedRow, fault: Fault) -> None:
    params: dict[str, Param] = fault.params
    work.faults.add(row.problem(fault.code, work.heading(row, fault.column), **params))


def _write_suppliers(work: Importing, plans: Sequence[_Plan]) -> int:
    """The suppliers that nobody knew are written, each once; how many."""
    new: dict[str, Supplier] = {}
    for plan in plans:
        new |= {supplier.public_id: supplier for supplier in plan.sides.suppliers if supplier.id is None}
    write_suppliers(work, [(Identity(s.source, s.external_id or s.name), s) for s in new.values()])
    return len(new)


def _bring_in(work: Importing, plan: _Plan, form: NewDeal) -> None:
    """The deal stands where the row says, with its sides, contract, end and reminder."""
    deal = _new_deal(work, plan, form)
    work.session.add(deal)
    work.session.flush()
    _add_parties(work, deal, plan.sides)
    contract = _contract(work, deal, form)
    _stand(work, deal, form, contract)
    _tell_history(work, plan, deal, form)
    if form.status in CLOSED:
        work.session.add(_outcome(work, plan, deal, form))
    work.session.flush()
    if plan.sides.need is not None:
        if form.status in CLOSED:
            settle_need(work.session, work.viewer, deal, plan.sides.need.key, work.now)
        else:
            introduce_need(work.session, work.viewer, plan.sides.need.key, deal, work.now)
    settle_visits(work.session, deal, now=work.now)
    schedule_reminders(work.session, deal, now=work.now)


def _new_deal(work: Importing, plan: _Plan, form: NewDeal) -> Deal:
    need = lock_need(work.session, plan.sides.need.key) if plan.sides.need else None
    days = [day for day in (form.opened_on, form.signed_on, form.entered, form.status_on) if day is not None]
    return Deal(
        **{name: getattr(form, name) for name in _KNOWN},
        need_id=need.key if need else None,
        branch_id=need.branch_id if need else home_branch(work.viewer),
        owner_id=_owner(plan),
        source=plan.identity.source,
        external_id=plan.identity.external_id,
        status=form.status,
        opened_at=start_of(form.opened_on),
        last_activity_at=start_of(max(days)),
        closed_at=start_of(form.status_on) if form.status in CLOSED and form.status_on else None,
    )


def _owner(plan: _Plan) -> int:
    if plan.sides.owner is None:
        raise RuntimeError("a row without an owner is a fault")
    return plan.sides.owner


def _add_parties(work: Importing, deal: Deal, sides: Sides) -> None:
    """The need's side and the other organisations ask, the suppliers offer; nobody takes part twice as the same."""
    parties = parties_for(deal, sides.need, None)
    asking = {party.organisation_id for party in parties}
    parties += [
        DealParty(deal_id=deal.key, role=PartyRole.DEMAND, organisation_id=place)
        for place in dict.fromkeys(place.key for place in sides.organisations)
        if place not in asking
    ]
    for supplier in {supplier.key: supplier for supplier in sides.suppliers}.values():
        parties += parties_for(deal, None, supplier)
    work.session.add_all(parties)


def _contract(work: Importing, deal: Deal, form: NewDeal) -> Contract | None:
    if not form.is_signed or form.contract_kind is None:
        return None
    contract = Contract(
        deal_id=deal.key,
        kind=form.contract_kind,
        amount=form.amount,
        signed_on=form.signed_on,
        cooperative=form.stands_at == "pilot",
    )
    work.session.add(contract)
    work.session.flush()
    return contract


def _stand(work: Importing, deal: Deal, form: NewDeal, contract: Contract | None) -> None:
    """The present stage, and no other: what was before it is not known here."""
    since = start_of(form.status_on) if form.status_on else None
    work.session.add(
        DealStage(
            deal_id=deal.key,
            contract_id=contract.key if contract else None,
            template=form.template.name,
            template_version=form.template.version,
            code=form.stands_at,
            entered_at=start_of(form.entered or form.opened_on),
            left_at=since if form.status in CLOSED else None,
            paused_at=since if form.status is DealStatus.PAUSED else None,
        )
    )


def _outcome(work: Importing, plan: _Plan, deal: Deal, form: NewDeal) -> Outcome:
    return Outcome(
        deal_id=deal.key,
        status=form.status,
        stage=form.stands_at,
        reason=form.reason,
        recorded_by_id=work.viewer.person_id or _owner(plan),
        recorded_at=work.now,
    )


def _tell_history(work: Importing, plan: _Plan, deal: Deal, form: NewDeal) -> None:
    """What the row tells, on its days; that it was brought in now, and by whom, is for the staff."""
    stage = {"stage": form.stands_at}
    _happened(work, deal, "deal.began", form.opened_on)
    if form.is_signed and form.signed_on and form.contract_kind:
        _happened(work, deal, "deal.signed", form.signed_on, {"contract": 1, "kind": form.contract_kind.value})
    if form.entered and form.entered != form.opened_on:
        _happened(work, deal, "deal.stood_at", form.entered, stage)
    if form.status in _CODES and form.status_on:
        _happened(work, deal, _CODES[form.status], form.status_on, stage)
    if form.status is DealStatus.LOST and form.status_on and form.reason:
        _happened(work, deal, "deal.end_told", form.status_on, {"reason": form.reason.value})
    if form.status is DealStatus.PAUSED and form.reason:
        _note(work, deal, "deal.explained", {"move": "pause", "reason": form.reason.value})
    params = {"file": work.faults.file, "source": plan.identity.source} | stage
    _note(work, deal, "deal.brought_in", params)
    if form.notes:
        _note(work, deal, "deal.note", {}, form.notes)


def _happened(work: Importing, deal: Deal, code: str, day: Any, params: dict[str, Any] | None = None) -> None:
    record_event(
        work.session,
        SubjectKind.DEAL,
        deal.key,
        code,
        actor_id=work.viewer.person_id,
        now=work.now,
        params=params,
        visibility=Visibility.PARTIES,
        occurred_at=start_of(day),
        precision=Precision.DAY,
    )


def _note(work: Importing, deal: Deal, code: str, params: dict[str, Any], text: str = "") -> None:
    actor = work.viewer.person_id
    record_event(work.session, SubjectKind.DEAL, deal.key, code, actor_id=actor, now=work.now, params=params, text=text)


def _update(work: Importing, plan: _Plan, deal: Deal, counts: Counts) -> None:
    """What a file may change is as the row says; where the deal has moved on here is told, not undone."""
    if deal.archived_at is not None:
        counts.archived += 1
        return
    counts.moved_on += _has_moved_on(work, plan.row, deal)
    fields = ("title",) if deal.status in CLOSED else _KNOWN
    changed = {name: getattr(plan.form, name) for name in fields if getattr(plan.form, name) != getattr(deal, name)}
    counts.updated += bool(changed)
    counts.unchanged += not changed
    if changed:
        deal.sqlmodel_update(changed)
        deal.last_activity_at = work.now
        _note(work, deal, "deal.edited", {"fields": ",".join(sorted(changed))})
        schedule_reminders(work.session, deal, now=work.now)


def _has_moved_on(work: Importing, row: ParsedRow, deal: Deal) -> bool:
    """Whether the deal stands elsewhere than the row says."""
    status, stage = deal.status, row.given.get("stage")
    if "status" in row.given:
        status = row.given["status"] or DealStatus.OPEN
    places = {base_of(track.row.code) for track in tracks_of(work.session, deal)}
    return status is not deal.status or (stage is not None and stage not in places and stage != "signed")
