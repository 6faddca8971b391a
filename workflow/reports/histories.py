"""The history of deals as the models read it: one stay for each stage that a deal, or one of its contracts, was in.

Whoever lists or counts deals passes a clause for what may be seen. Learning reads more, since a branch alone has too
little history; but a deal that is closed to its team teaches nobody else: while history is thin one stay more moves
a percentile and the number that says how thin it is.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby

from sqlalchemy import ColumnElement, or_, true
from sqlmodel import col, select

from core.database import ReadSession
from models.access import Viewer, works_on
from models.deal import Contract, Deal, DealParty, DealStage, Outcome
from models.deal_enums import DealStatus, PartyRole
from models.enums import Currency, ReasonCode, SubjectKind
from models.history import Event
from models.need import Need, NeedRevision
from models.organisation import Organisation
from models.supplier import Supplier
from tracking.extra_stages import is_extra
from tracking.stall.spells import Exit, Group, Spell, sum_band
from tracking.stall.usual import Usual, usual_of
from tracking.store import Templates, templates_of
from tracking.templates import Template, all_templates
from workflow.days import day_of
from workflow.reports.budgets import budgets_of, middle_of

VAGUE = 0.5
"""Clarity below which a need counts as vague."""
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Stay:
    """One stay with the deal it belongs to; `left_at` is None while it lasts.

    One in a deal that was archived is over from then on, with an open end: nobody looks at how it goes on.
    """

    deal: Deal
    row: DealStage
    spell: Spell
    field: str
    left_at: datetime | None
    template: Template
    """What the deal, or its contract, follows, with the stages that only it has."""

    @property
    def is_open(self) -> bool:
        """Whether the deal is in this stage now."""
        return self.left_at is None


@dataclass(frozen=True, slots=True)
class _Facts:
    """What is known of a deal beside its stages."""

    asker: int
    field: str
    budget: int | None
    factors: Mapping[str, float]


def read_stays(session: ReadSession, *, now: datetime, seen: ColumnElement[bool] | None = None) -> list[Stay]:
    """Every stay of the deals that `seen` selects, all of them by default, in the order they were entered.

    It is the history as it stood at `now`: what came later is not known, so a stay that was left later lasts. A deal
    that was merged into another is left out, so that none is counted twice; so is one that was entered by mistake.
    """
    mistaken = select(Outcome.deal_id).where(Outcome.reason == ReasonCode.ENTERED_BY_MISTAKE)
    clause = true() if seen is None else seen
    rows = session.execute(
        select(DealStage, Deal, Contract)
        .join(Deal, col(Deal.id) == col(DealStage.deal_id))
        .outerjoin(Contract, col(Contract.id) == col(DealStage.contract_id))
        .where(
            clause,
            col(Deal.merged_into_id).is_(None),
            col(Deal.id).not_in(mistaken),
            col(DealStage.undone_at).is_(None),
            col(DealStage.entered_at) <= now,
        )
        .order_by(col(DealStage.deal_id), col(DealStage.contract_id), col(DealStage.id))
    ).all()
    facts = _facts(session, [row[1] for row in rows])
    brought = _brought_in(session, facts)
    templates = templates_of(session, {row[1].key for row in rows})
    stays: list[Stay] = []
    for _, track in groupby(rows, key=lambda row: (row[0].deal_id, row[0].contract_id)):
        stays += _track(list(track), templates, facts, brought, now)
    return stays


def teaches(viewer: Viewer) -> ColumnElement[bool]:
    """The deals from which may be learned what `viewer` is told: all but those closed to a team of others."""
    return or_(col(Deal.team_only).is_(False), works_on(viewer))


def usual_times(stays: Iterable[Stay] = ()) -> dict[str, Usual]:
    """The usual time of every stage by the name it has in a `Group`; the latest version of a template counts.

    With the stages that only single deals among these stays have, each by the time that was given for it.
    """
    known = {
        stage_name(template.name, stage.code): usual_of(stage.usual_days)
        for template in sorted(all_templates(), key=lambda template: template.version)
        for stage in template.stages
    }
    extras = {
        stage_name(stay.template.name, stage.code): usual_of(stage.usual_days)
        for stay in stays
        for stage in stay.template.stages
        if is_extra(stage.code)
    }
    return known | extras


def stage_name(template: str, code: str) -> str:
    """What a stage is called in a `Group`: stages of the same code take other times under other contracts."""
    return f"{template}/{code}"


def later_stages(stay: Stay) -> list[str]:
    """The stages that follow in the same track, by their names in a `Group`."""
    codes, code = [stage.code for stage in stay.template.stages], stay.row.code
    after = codes[codes.index(code) + 1 :] if code in codes else []
    return [stage_name(stay.row.template, code) for code in after]


def _track(
    rows: Sequence[tuple[DealStage, Deal, Contract | None]],
    templates: Templates,
    facts: Mapping[int, _Facts],
    brought: Mapping[int, datetime],
    now: datetime,
) -> Iterable[Stay]:
    template = templates.of(rows[0][0])
    been: set[str] = set()
    for place, (row, deal, contract) in enumerate(rows):
        following = rows[place + 1][0] if place + 1 < len(rows) else None
        over_at = _by(row.left_at or (deal.closed_at if deal.status in _CLOSED else None), now)
        left_at = over_at or _by(deal.archived_at, now)
        known = facts[deal.key]
        group = Group(
            stage_name(row.template, row.code),
            contract.kind.value if contract else "",
            _band(contract, known.budget),
        )
        factors = dict(known.factors) | {"moved_back": float(row.code in been)}
        exit_ = _exit(row, following, deal, over_at, template)
        days = _days(row, left_at, now)
        since = _watched_since(row, brought.get(deal.key), left_at, days)
        spell = Spell(deal.key, group, days, exit_, known.asker, factors, since)
        yield Stay(deal, row, spell, known.field, left_at, template)
        been.add(row.code)


_CLOSED = frozenset({DealStatus.WON, DealStatus.LOST})


def _band(contract: Contract | None, budget: int | None) -> str:
    """Of the sum agreed or, before signing, of what the need may cost; sums in other money than yuan have none."""
    if contract is None:
        return sum_band(budget)
    return sum_band(contract.amount if contract.currency is Currency.CNY else None)


def _by(instant: datetime | None, now: datetime) -> datetime | None:
    """The instant, unless it was still to come."""
    return instant if instant is not None and instant <= now else None


def _exit(
    row: DealStage, following: DealStage | None, deal: Deal, over_at: datetime | None, template: Template
) -> Exit:
    """How a stay ended; one that was left for an earlier stage is cut off, since it neither moved on nor was lost."""
    if over_at is None:
        return Exit.open
    if following is not None:
        codes = template.codes
        known = row.code in codes and following.code in codes
        return Exit.advanced if not known or codes.index(following.code) > codes.index(row.code) else Exit.open
    return Exit.lost if deal.status is DealStatus.LOST and row.left_at in (None, deal.closed_at) else Exit.advanced


def _days(row: DealStage, left_at: datetime | None, now: datetime) -> float:
    """Days in the stage without paused time; at least 0, as people may date a step back."""
    end = left_at or now
    paused = timedelta(seconds=row.paused_seconds)
    if row.paused_at is not None and row.left_at is None:
        paused += max(end - row.paused_at, timedelta(0))
    return max((end - row.entered_at - paused) / _DAY, 0.0)


def _watched_since(row: DealStage, brought_at: datetime | None, left_at: datetime | None, days: float) -> float:
    """How many of a stay's days had gone when an import brought it in: such as had ended by then were not in the file.

    A stay that the file brought in as ended is known as a whole.
    """
    if brought_at is None or row.entered_at >= brought_at or (left_at is not None and left_at <= brought_at):
        return 0.0
    return min((brought_at - row.entered_at) / _DAY, days)


def _brought_in(session: ReadSession, deals: Iterable[int]) -> dict[int, datetime]:
    """When deals that began elsewhere came to be followed here."""
    rows = session.execute(
        select(Event.subject_id, Event.recorded_at).where(
            Event.subject_kind == SubjectKind.DEAL,
            Event.code == "deal.brought_in",
            col(Event.subject_id).in_(deals),
        )
    )
    return dict(rows.all())


def _facts(session: ReadSession, deals: Sequence[Deal]) -> dict[int, _Facts]:
    keys = {deal.key for deal in deals}
    parties: dict[int, list[tuple[PartyRole, int | None, str]]] = {}
    for role, deal, organisation, region in session.execute(
        select(DealParty.role, DealParty.deal_id, Organisation.id, Organisation.region)
        .outerjoin(Supplier, col(Supplier.id) == col(DealParty.supplier_id))
        .outerjoin(
            Organisation,
            (col(Organisation.id) == col(DealParty.organisation_id))
            | (col(DealParty.organisation_id).is_(None) & (col(Organisation.id) == col(Supplier.organisation_id))),
        )
        .where(col(DealParty.deal_id).in_(keys))
    ):
        parties.setdefault(deal, []).append((role, organisation, region or ""))
    needs = {
        need.key: (need, field)
        for need, field in session.execute(
            select(Need, NeedRevision.technical_field)
            .join(NeedRevision, col(NeedRevision.need_id) == col(Need.id))
            .where(col(NeedRevision.valid_to).is_(None), col(Need.id).in_({deal.need_id for deal in deals}))
        )
    }
    budgets = budgets_of(session, deals)
    return {
        deal.key: _facts_of(
            deal,
            parties.get(deal.key, []),
            *needs.get(deal.need_id or 0, (None, "")),
            middle_of(budgets.get(deal.key)),
        )
        for deal in deals
    }


def _facts_of(
    deal: Deal, parties: Sequence[tuple[PartyRole, int | None, str]], need: Need | None, field: str, budget: int | None
) -> _Facts:
    asking = [(organisation, region) for role, organisation, region in parties if role is PartyRole.DEMAND]
    offering = [region for role, _, region in parties if role is PartyRole.SUPPLY]
    asker, home = asking[0] if asking else (None, "")
    factors = {
        "without_match": float(deal.match_id is None),
        "no_contact": float(need is not None and need.contact_id is None),
        "vague_need": float(need is not None and need.clarity is not None and need.clarity < VAGUE),
        "several_suppliers": float(len(offering) > 1),
        "other_province": float(bool(home) and any(region[:2] != home[:2] for region in offering if region)),
    }
    return _Facts(asker or -deal.key, field, budget, factors)


def quarter_of(instant: datetime) -> str:
    """The quarter of a year here, such as 2026-Q3."""
    day = day_of(instant)
    return f"{day.year}-Q{(day.month - 1) // 3 + 1}"
