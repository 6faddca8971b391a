"""A need's matches as people see them.

The staff see all that was proposed. The asking enterprise sees whom the staff have accepted, without notes, comments
and what the engine says of its run, its scores and its ranking. Both see of a capability only what its own level gives
them.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlmodel import col, select

from core.database import ReadSession
from core.errors import NotFound
from models.access import CARD, HIDDEN, SUMMARY, Viewer, capability_level
from models.capability import Capability, CapabilityRevision
from models.enums import MatchStatus
from models.match import Judgement, Match
from models.match_public import JudgementPublic, MatchListPublic, MatchPublic
from models.need import Need
from models.organisation import Organisation
from models.person import Person
from models.supplier import Supplier
from workflow.matches.evidence import passages_in, reasons_in
from workflow.matches.rights import need_to_look_at
from workflow.matches.store import deals_of, last_judgements, last_run, listed, matches_of


def show_matches(session: ReadSession, viewer: Viewer, need_id: str) -> MatchListPublic:
    """The need's list. Raises NotFound, and Refused for somebody who may not know who is proposed."""
    row = need_to_look_at(session, viewer, need_id)
    run = last_run(session, row.need.key)
    matches = listed(matches_of(session, row.need.key), run.key if run else None)
    may_change = viewer.is_society and row.level >= SUMMARY
    if not may_change:
        matches = [match for match in matches if match.status is MatchStatus.ACCEPTED]
    shown = MatchListPublic(
        need=row.need.public_id,
        need_status=row.need.status,
        may_change=may_change,
        matches=_public(session, viewer, matches, row.revision.key, may_change),
    )
    if run is not None and may_change:
        shown.run, shown.run_at, shown.candidates = run.public_id, run.requested_at, run.candidates
        shown.model, shown.ranker = run.model, run.ranker
    return shown


def show_match(session: ReadSession, viewer: Viewer, match_id: str) -> MatchPublic:
    """One match as the need's list shows it, also when it stands there no more.

    Raises NotFound, and Refused for somebody who may not know who is proposed.
    """
    found = session.exec(
        select(Match, Need.public_id).join(Need, col(Need.id) == col(Match.need_id)).where(Match.public_id == match_id)
    ).first()
    if found is None:
        raise NotFound("match.not_found", id=match_id)
    try:
        row = need_to_look_at(session, viewer, found[1])
    except NotFound:  # whoever may not know of the need learns no more than that there is no such match
        raise NotFound("match.not_found", id=match_id) from None
    may_change = viewer.is_society and row.level >= SUMMARY
    if not may_change and found[0].status is not MatchStatus.ACCEPTED:
        raise NotFound("match.not_found", id=match_id)
    [line] = _public(session, viewer, [found[0]], row.revision.key, may_change)
    return line


@dataclass(frozen=True, slots=True)
class SupplierRow:
    """A supplier with its organisation's name."""

    supplier: Supplier
    organisation_name: str


@dataclass(frozen=True, slots=True)
class SeenRevision:
    """A revision of a capability, and the level at which the viewer sees the capability."""

    revision: CapabilityRevision
    public_id: str
    level: int

    @property
    def readable(self) -> CapabilityRevision | None:
        """The revision, for whoever may read its texts."""
        return self.revision if self.level >= SUMMARY else None


def suppliers_by_id(session: ReadSession, ids: Sequence[int]) -> dict[int, SupplierRow]:
    """These suppliers with their organisations."""
    rows = session.exec(
        select(Supplier, Organisation)
        .join(Organisation, col(Organisation.id) == col(Supplier.organisation_id), isouter=True)
        .where(col(Supplier.id).in_(ids))
    )
    return {supplier.key: SupplierRow(supplier, place.name if place else "") for supplier, place in rows}


def revisions_by_id(session: ReadSession, viewer: Viewer, ids: Sequence[int]) -> dict[int, SeenRevision]:
    """These revisions, current or not, each with what the viewer may see of it."""
    rows = session.execute(
        select(CapabilityRevision, Capability.public_id, capability_level(viewer))
        .join(Capability, col(Capability.id) == col(CapabilityRevision.capability_id))
        .where(col(CapabilityRevision.id).in_(ids))
    )
    return {revision.key: SeenRevision(revision, public_id, level) for revision, public_id, level in rows}


def _public(
    session: ReadSession, viewer: Viewer, matches: Sequence[Match], need_revision: int, may_change: bool
) -> list[MatchPublic]:
    keys = [match.key for match in matches]
    suppliers = suppliers_by_id(session, [match.supplier_id for match in matches])
    seen = revisions_by_id(session, viewer, [m.capability_revision_id for m in matches if m.capability_revision_id])
    deals = deals_of(session, keys)
    judgements = last_judgements(session, keys) if may_change else {}
    people = {m.proposed_by_id for m in matches} | {j.person_id for j in judgements.values()}
    names = _names(session, [person for person in people if person is not None])
    found = []
    for match in matches:
        line = _line(match, suppliers[match.supplier_id], seen.get(match.capability_revision_id or 0))
        line.is_outdated = match.need_revision_id != need_revision
        line.deal = deals[match.key].public_id if match.key in deals else None
        if may_change:
            line.note, line.score, line.rank = match.note, match.score, match.rank
            line.proposed_by_name = names.get(match.proposed_by_id or 0, "")
            line.judgement = _judgement(judgements.get(match.key), names)
        found.append(line)
    return found


def _line(match: Match, row: SupplierRow, seen: SeenRevision | None) -> MatchPublic:
    level = seen.level if seen else HIDDEN
    readable = seen.readable if seen else None
    return MatchPublic(
        public_id=match.public_id,
        version=match.version,
        supplier=row.supplier.public_id,
        supplier_name=row.supplier.name,
        supplier_kind=row.supplier.kind,
        organisation_name=row.organisation_name,
        capability=seen.public_id if seen and level >= CARD else None,
        capability_title=seen.revision.title if seen and level >= CARD else "",
        band=match.band,
        reasons=reasons_in(match.evidence, readable),
        passages=passages_in(match.evidence, readable) if readable else [],
        origin=match.origin,
        status=match.status,
        proposed_at=match.proposed_at,
    )


def _judgement(judgement: Judgement | None, names: dict[int, str]) -> JudgementPublic | None:
    if judgement is None:
        return None
    return JudgementPublic.model_validate(judgement.model_dump() | {"person_name": names.get(judgement.person_id, "")})


def _names(session: ReadSession, persons: Sequence[int]) -> dict[int, str]:
    rows = session.exec(select(Person.id, Person.name).where(col(Person.id).in_(persons)))
    return {key: name for key, name in rows if key is not None}
