"""What asks to be reminded of: pure rules over what is known of a deal, a need or a supplier.

Rules a maintainer must keep: an occasion is named by what it is about and whose task it is, so that nobody is told the
same twice, and who takes over anew; its parameters are codes and numbers, never what people wrote. A lost or archived
deal asks for nothing, a paused one to be looked at again, a won one only for what was promised beyond its end.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from hashlib import sha256
from typing import Final

from core.clock import local_day
from models.deal import Contract, Deal, DealParty, DealStage, Milestone, Payment, ReturnVisit
from models.deal_enums import DealStatus, PartyRole
from models.enums import NeedStatus, SubjectKind
from models.need import Need, NeedRevision
from models.notice_enums import ReminderKind, ReminderRung
from models.supplier import PROFILE_VALID_DAYS, Supplier
from tracking.extra_stages import base_of
from tracking.reminders import Waits
from tracking.templates import COMMON, Stage
from tracking.terms import numbers_of
from tracking.working_days import add_working_days

_SIDES: Final = (PartyRole.DEMAND, PartyRole.SUPPLY)
"""The sides that are introduced to each other and so owe an answer."""
_LOCAL: Final = "local"
"""The source of a deal that began here."""
_AFTER_THE_END: Final = frozenset({ReminderKind.PAYMENT, ReminderKind.CONTRACT_EXPIRY, ReminderKind.RETURN_VISIT})
LET_GO: Final = timedelta(days=30)
"""How long after a profile or need ran out nobody is told of it any more."""
REPLY_DAYS: Final = 2
"""Working days after which it is asked for that somebody takes up what a side wrote."""
_LOOKS_FOR: Final = frozenset({NeedStatus.SUBMITTED, NeedStatus.FOCUSED, NeedStatus.MATCHED})
"""In which states a need can grow old: once it is introduced, its deals remind."""


@dataclass(frozen=True, slots=True)
class Occasion:
    """Something to be reminded of: whose task it is, by or on which day, and what it is about within its subject."""

    kind: ReminderKind
    person_id: int
    due_on: date
    about: str
    params: Mapping[str, str | int] = field(default_factory=dict)
    is_provisional: bool = False
    """Whether the day itself may move when next year's holidays are announced."""

    def key(self, subject: SubjectKind, subject_id: int, rung: ReminderRung = ReminderRung.OWNER) -> str:
        """The unique key of its reminder on a rung of the ladder."""
        key = f"{subject}:{subject_id}:{self.kind}:{self.about}:{self.person_id}"
        return key if rung is ReminderRung.OWNER else f"{key}:{rung}"


@dataclass(frozen=True, slots=True)
class DealParts:
    """What of a deal can ask for something; contracts, milestones and payments in the order of their numbers."""

    parties: Sequence[DealParty] = ()
    stages: Sequence[tuple[DealStage, Stage | None]] = ()
    """The stages it stands in now, with what its template says of them."""
    contracts: Sequence[Contract] = ()
    milestones: Sequence[Milestone] = ()
    payments: Sequence[Payment] = ()
    visits: Sequence[ReturnVisit] = ()
    replies: Mapping[PartyRole, date] = field(default_factory=dict)
    """Since when a side's reply lies there that nobody has taken up."""


def occasions_of_deal(deal: Deal, parts: DealParts, waits: Waits, zone: str) -> list[Occasion]:
    """What the deal asks for as it stands now; its days are those of `zone`."""
    if deal.archived_at is not None or deal.status is DealStatus.LOST:
        return []
    if deal.status is DealStatus.PAUSED:
        return [_of_pause(deal, waits, zone), *_of_replies(deal, parts)]
    found = [
        *_of_step(deal),
        *_of_stages(deal, parts, zone),
        *_of_contracts(deal, parts),
        *_of_answers(deal, parts, waits, zone),
        *_of_replies(deal, parts),
    ]
    return [one for one in found if deal.status is DealStatus.OPEN or one.kind in _AFTER_THE_END]


def occasions_of_need(
    need: Need,
    revision: NeedRevision,
    proposed_since: date | None,
    waits: Waits,
    zone: str,
    *,
    today: date,
    reviewer_id: int | None,
    contact_id: int | None,
) -> list[Occasion]:
    """What a need asks for: that its proposals, unjudged since a day, are judged, and that it does not run out unseen.

    Without its own deadline it is valid as long as a profile is. `reviewer_id` and `contact_id` are whose tasks these
    are; without one, nobody's.
    """
    if need.archived_at is not None or need.status not in _LOOKS_FOR:
        return []
    found = []
    if proposed_since is not None and reviewer_id is not None:
        due = add_working_days(proposed_since, waits.feedback)
        params = {"days": waits.feedback}
        about = proposed_since.isoformat()
        found.append(Occasion(ReminderKind.REVIEW, reviewer_id, due.day, about, params, due.is_provisional))
    if contact_id is not None:
        ends = revision.deadline or local_day(revision.valid_from, zone) + timedelta(days=PROFILE_VALID_DAYS)
        if ends >= today - LET_GO:
            found.append(Occasion(ReminderKind.NEED_EXPIRY, contact_id, ends, ends.isoformat()))
    return found


def occasions_of_supplier(supplier: Supplier, zone: str, *, today: date, keeper_id: int | None) -> list[Occasion]:
    """That a supplier's profile is confirmed before it runs out; `keeper_id` is whose task that is."""
    if supplier.archived_at is not None or keeper_id is None:
        return []
    since = supplier.confirmed_on or local_day(supplier.created_at, zone)
    ends = since + timedelta(days=PROFILE_VALID_DAYS)
    return [Occasion(ReminderKind.PROFILE, keeper_id, ends, ends.isoformat())] if ends >= today - LET_GO else []


def _of_step(deal: Deal) -> Iterator[Occasion]:
    """The next step by its day; another one for the same day is another occasion."""
    if deal.next_step_due is not None:
        about = f"{deal.next_step_due}:{sha256(deal.next_step.encode()).hexdigest()[:8]}"
        yield Occasion(ReminderKind.NEXT_STEP, deal.owner_id, deal.next_step_due, about)


def _of_pause(deal: Deal, waits: Waits, zone: str) -> Occasion:
    """That a pause is looked at again when nobody has done anything about the deal for so long."""
    due = local_day(deal.last_activity_at, zone) + timedelta(days=waits.pause)
    return Occasion(ReminderKind.PAUSE, deal.owner_id, due, due.isoformat(), {"days": waits.pause})


def _of_stages(deal: Deal, parts: DealParts, zone: str) -> Iterator[Occasion]:
    """A stage that is not left by the end of its usual time; time paused does not count."""
    for row, stage in parts.stages:
        if stage is None:
            continue
        days = stage.usual_days[1]
        over = local_day(row.entered_at + timedelta(seconds=row.paused_seconds), zone) + timedelta(days=days + 1)
        params = _params(parts, row.contract_id, stage=base_of(row.code), days=days)
        yield Occasion(ReminderKind.STAGE, deal.owner_id, over, str(row.key), params)


def _of_contracts(deal: Deal, parts: DealParts) -> Iterator[Occasion]:
    for contract in parts.contracts:
        if contract.ends_on is not None:
            about, params = f"{contract.key}:{contract.ends_on}", _params(parts, contract.key)
            yield Occasion(ReminderKind.CONTRACT_EXPIRY, deal.owner_id, contract.ends_on, about, params)
        milestones = [row for row in parts.milestones if row.contract_id == contract.key]
        for number, milestone in enumerate(milestones, start=1):
            if milestone.reached_on is None and milestone.removed_at is None:
                about, params = f"{milestone.key}:{milestone.due_on}", _params(parts, contract.key, number=number)
                yield Occasion(ReminderKind.MILESTONE, deal.owner_id, milestone.due_on, about, params)
        payments = [row for row in parts.payments if row.contract_id == contract.key]
        for number, payment in enumerate(payments, start=1):
            if payment.paid_on is None and payment.removed_at is None:
                about, params = f"{payment.key}:{payment.due_on}", _params(parts, contract.key, number=number)
                yield Occasion(ReminderKind.PAYMENT, deal.owner_id, payment.due_on, about, params)
    for visit in parts.visits:
        if visit.done_on is None:
            about, params = f"{visit.key}:{visit.due_on}", _params(parts, visit.contract_id, number=visit.number)
            yield Occasion(ReminderKind.RETURN_VISIT, deal.owner_id, visit.due_on, about, params)


def _of_answers(deal: Deal, parts: DealParts, waits: Waits, zone: str) -> Iterator[Occasion]:
    """The side that is waited for, and those that have not answered since they were introduced.

    Whose reply lies there owes nothing until that is taken up. Of a deal from a file only the first: whether the sides
    answered before it came is not known here.
    """
    waited = {deal.waiting_for: deal.waiting_since} if deal.waiting_for and deal.waiting_since else {}
    opened = local_day(deal.opened_at, zone)
    introduced = _SIDES if deal.source == _LOCAL else ()
    silent = {side: opened for side in introduced if _is_silent(parts, side)}
    for side, since in (silent | waited).items():
        if side in parts.replies:
            continue
        due = add_working_days(since, waits.feedback)
        params = {"side": side.value, "since": since.isoformat(), "days": waits.feedback}
        about = f"{side.value}:{since.isoformat()}"
        yield Occasion(ReminderKind.FEEDBACK, deal.owner_id, due.day, about, params, due.is_provisional)


def _of_replies(deal: Deal, parts: DealParts) -> Iterator[Occasion]:
    for side, since in parts.replies.items():
        due = add_working_days(since, REPLY_DAYS)
        params = {"side": side.value, "since": since.isoformat()}
        about = f"{side.value}:{since.isoformat()}"
        yield Occasion(ReminderKind.REPLY, deal.owner_id, due.day, about, params, due.is_provisional)


def _is_silent(parts: DealParts, side: PartyRole) -> bool:
    """Whether a side was introduced, has not answered, and no step of the deal shows that it must have."""
    first = COMMON.stages[0].code
    at_first = any(base_of(row.code) == first for row, _ in parts.stages)
    answers = [party.answered_on for party in parts.parties if party.role is side]
    return at_first and bool(answers) and not any(answers)


def _params(parts: DealParts, contract_id: int | None, **others: str | int) -> dict[str, str | int]:
    """The parameters of an occasion, with the number of the contract it is about, if it is about one."""
    return others | ({"contract": numbers_of(parts.contracts)[contract_id]} if contract_id is not None else {})
