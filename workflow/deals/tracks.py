"""What of a deal moves by itself, where it stands, and who may move it."""

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import select

from core.database import ReadSession
from core.errors import Invalid, NotFound, Problem
from models.access import Viewer
from models.deal import Contract, Deal, DealStage
from models.deal_enums import DealStatus, EvidenceKind
from models.user import Membership
from tracking.lifecycle import Option, Standing, State, options
from tracking.store import Templates, contracts_of, evidence_of, leads_it, stages_of, templates_of
from tracking.templates import Template
from tracking.terms import numbers_of


@dataclass(frozen=True, slots=True)
class Track:
    """What moves by itself: the deal up to signing (contract None), or one of its contracts."""

    contract: Contract | None
    number: int | None
    row: DealStage
    template: Template
    """With the stages that only this deal has."""
    shown: frozenset[EvidenceKind] = frozenset()
    """The evidence recorded for it."""
    before: DealStage | None = None
    """Where it stood before the last move, when that move can be taken for a slip."""

    def state(self, status: DealStatus) -> State:
        """Where it stands, as the rules see it."""
        return State(self.template, self.row.code, status, self.shown)


def tracks_of(session: ReadSession, deal: Deal) -> list[Track]:
    """What of the deal stands somewhere now: one track up to signing, then one for each contract."""
    rows: dict[int | None, list[DealStage]] = {}
    for row in sorted(stages_of(session, [deal.key]), key=lambda row: row.key):
        rows.setdefault(row.contract_id, []).append(row)
    shown: dict[int | None, set[EvidenceKind]] = {}
    for evidence in evidence_of(session, [deal.key]):
        shown.setdefault(evidence.contract_id, set()).add(evidence.kind)
    contracts, templates = contracts_of(session, deal.key), templates_of(session, [deal.key])
    if not contracts:
        return [_track(None, None, rows[None], templates, shown.get(None))]
    numbers = numbers_of(contracts)
    return [
        _track(contract, numbers[contract.key], rows[contract.key], templates, shown.get(contract.key))
        for contract in contracts
    ]


def _track(
    contract: Contract | None,
    number: int | None,
    rows: list[DealStage],
    templates: Templates,
    shown: set[EvidenceKind] | None,
) -> Track:
    before = rows[-2] if len(rows) > 1 else None
    if before is not None and (before.left_at != rows[-1].entered_at or before.code == rows[-1].code):
        before = None  # it was lost in between: the revival is no move between stages
    return Track(contract, number, rows[-1], templates.of(rows[-1]), frozenset(shown or ()), before)


def track_named(tracks: list[Track], number: int | None) -> Track:
    """The track of the contract with this number; without one the only track. Raises NotFound and Invalid."""
    if number is None and len(tracks) == 1:
        return tracks[0]
    if number is None:
        raise Invalid("deal.which_contract", (Problem("field.required", field="contract"),))
    found = next((track for track in tracks if track.number == number), None)
    if found is None:
        raise NotFound("contract.not_found", number=number)
    return found


def moves_of(deal: Deal, tracks: list[Track]) -> list[Option]:
    """The moves of the whole deal that are legal now."""
    found = {option: None for track in tracks for option in options(track.state(deal.status)) if not option.to}
    return list(found)


def standing_of(session: ReadSession, viewer: Viewer, deal: Deal) -> Standing:
    """As what somebody who may change the deal does so; whoever works at the machine itself may do everything."""
    if viewer.person_id is None:
        return Standing.LEAD
    if viewer.at is not None and session.exec(select(Membership.id).where(leads_it(viewer, deal))).first():
        return Standing.LEAD
    return Standing.OWNER if deal.owner_id == viewer.person_id else Standing.TEAM


def entered(deal: Deal, contract_id: int | None, state: State, now: datetime) -> DealStage:
    """The row of a stage that is entered now."""
    return DealStage(
        deal_id=deal.key,
        contract_id=contract_id,
        template=state.template.name,
        template_version=state.template.version,
        code=state.at,
        entered_at=now,
    )
