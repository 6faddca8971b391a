"""Queries on matches; every one that answers people carries the viewer's clause on the need they belong to."""

from collections.abc import Iterable, Sequence

from sqlmodel import col, select

from core.database import ReadSession, WriteSession
from core.errors import NotFound, Refused
from models.access import SUMMARY, Viewer, visible_needs
from models.capability import Capability, CapabilityRevision
from models.deal import Deal
from models.match import Judgement, Match, MatchRecord, MatchRun
from models.match_enums import MatchStatus
from models.need import Need


def lock_need(session: WriteSession, need_id: int) -> Need:
    """The need as it is now, locked until the transaction ends."""
    return session.exec(
        select(Need).where(Need.id == need_id).with_for_update().execution_options(populate_existing=True)
    ).one()


def find_match_to_change(session: WriteSession, viewer: Viewer, public_id: str) -> tuple[Match, Need]:
    """The match, locked, and its need; for staff who see the need at L2. Raises NotFound and Refused."""
    row = session.exec(
        select(Match, Need)
        .join(Need, col(Need.id) == col(Match.need_id))
        .where(Match.public_id == public_id, visible_needs(viewer, SUMMARY))
        .with_for_update(of=Match)
        .execution_options(populate_existing=True)
    ).first()
    if row is None or not (viewer.is_society or row[1].organisation_id in viewer.organisations):
        raise NotFound("match.not_found", id=public_id)
    if not viewer.is_society:
        raise Refused("match.refused")
    return row[0], row[1]


def last_run(session: ReadSession, need_id: int) -> MatchRun | None:
    """The newest run of the engine for a need."""
    return session.exec(select(MatchRun).where(MatchRun.need_id == need_id).order_by(col(MatchRun.id).desc())).first()


def record_of_run(session: ReadSession, run_id: int) -> MatchRecord | None:
    """What a run kept; None for one of before there were records."""
    return session.exec(select(MatchRecord).where(MatchRecord.run_id == run_id)).first()


def matches_of(session: ReadSession, need_id: int) -> Sequence[Match]:
    """Every match of a need, of all runs and by hand, oldest first."""
    return session.exec(select(Match).where(Match.need_id == need_id).order_by(col(Match.id))).all()


def listed(matches: Iterable[Match], run_id: int | None) -> list[Match]:
    """What stands on the need's list now, one match for each supplier.

    That is the newest run, what was accepted or put off before it, and what was added by hand. Of several matches of
    one supplier the one with a decision stands, then the one by hand, then the newest. First those that did not come
    with the newest run, then the run in its order.
    """
    kept: dict[int, Match] = {}
    for match in matches:
        stays = match.run_id in (run_id, None) or match.status in (MatchStatus.ACCEPTED, MatchStatus.DEFERRED)
        if stays and _weight(match) >= _weight(kept.get(match.supplier_id)):
            kept[match.supplier_id] = match
    return sorted(kept.values(), key=lambda m: (m.run_id is not None and m.run_id == run_id, m.rank or 0, m.key))


def declined_suppliers(matches: Iterable[Match]) -> set[int]:
    """Suppliers about whom the last decision was no."""
    last: dict[int, MatchStatus] = {}
    for match in matches:
        if match.status is not MatchStatus.PROPOSED:
            last[match.supplier_id] = match.status
    return {supplier for supplier, status in last.items() if status is MatchStatus.DECLINED}


def capabilities_of(session: ReadSession, suppliers: Iterable[int]) -> list[int]:
    """The ids of everything these suppliers offer, in order."""
    found = session.exec(
        select(Capability.id).where(col(Capability.supplier_id).in_(suppliers)).order_by(col(Capability.id))
    )
    return [key for key in found if key is not None]


def current_revisions(session: ReadSession, capabilities: Iterable[int]) -> dict[int, CapabilityRevision]:
    """What these capabilities say now, by the capability's id."""
    found = session.exec(
        select(CapabilityRevision).where(
            col(CapabilityRevision.capability_id).in_(capabilities), col(CapabilityRevision.valid_to).is_(None)
        )
    )
    return {revision.capability_id: revision for revision in found}


def last_revisions(session: ReadSession, capabilities: Iterable[int]) -> dict[int, CapabilityRevision]:
    """What these capabilities said just before what they say now, by the capability's id."""
    found = session.exec(
        select(CapabilityRevision)
        .where(
            col(CapabilityRevision.capability_id).in_(capabilities),
            col(CapabilityRevision.valid_to).is_not(None),
            col(CapabilityRevision.erased_at).is_(None),
        )
        .order_by(col(CapabilityRevision.number))
    )
    return {revision.capability_id: revision for revision in found}


def deals_of(session: ReadSession, matches: Iterable[int]) -> dict[int, Deal]:
    """The deal that grew from each of these matches."""
    found = session.exec(select(Deal).where(col(Deal.match_id).in_(matches)))
    return {deal.match_id: deal for deal in found if deal.match_id is not None}


def last_judgements(session: ReadSession, matches: Iterable[int]) -> dict[int, Judgement]:
    """The judgement that holds for each of these matches: the last one."""
    found = session.exec(select(Judgement).where(col(Judgement.match_id).in_(matches)).order_by(col(Judgement.id)))
    return {judgement.match_id: judgement for judgement in found}


def _weight(match: Match | None) -> int:
    if match is None:
        return 0
    if match.status is not MatchStatus.PROPOSED:
        return 3
    return 2 if match.run_id is None else 1
