"""Queries on matches; every one carries the viewer's clause on the need they belong to."""

from collections.abc import Iterable, Sequence

from sqlmodel import col, select

from core.database import ReadSession, WriteSession
from core.errors import NotFound, Refused
from models.access import SUMMARY, Viewer, need_level, visible_needs
from models.deal import Deal
from models.enums import MatchStatus, Role
from models.match import Impression, Judgement, Match, MatchRun
from models.need import Need, NeedRevision


def find_need(session: ReadSession, viewer: Viewer, public_id: str) -> Need:
    """The need whose matches the viewer may look at: its own enterprise, and the society's staff from L2 on.

    Raises NotFound, and Refused for somebody who may see the need but not who is proposed for it.
    """
    need = session.exec(select(Need).where(Need.public_id == public_id, visible_needs(viewer))).first()
    if need is None:
        raise NotFound("need.not_found", id=public_id)
    if not _may_look(session, viewer, need):
        raise Refused("match.refused")
    return need


def find_need_to_match(session: WriteSession, viewer: Viewer, public_id: str) -> Need:
    """The same for somebody who may change the list: the society's staff. The need is locked."""
    need = find_need(session, viewer, public_id)
    if not viewer.is_society:
        raise Refused("match.refused")
    return lock_need(session, need.key)


def lock_need(session: WriteSession, need_id: int) -> Need:
    """The need as it is now, locked until the transaction ends."""
    return session.exec(
        select(Need).where(Need.id == need_id).with_for_update().execution_options(populate_existing=True)
    ).one()


def find_match_to_change(session: WriteSession, viewer: Viewer, public_id: str) -> tuple[Match, Need]:
    """The match, locked, and its need; for the society's staff. Raises NotFound and Refused."""
    match = session.exec(
        select(Match)
        .join(Need, col(Need.id) == col(Match.need_id))
        .where(Match.public_id == public_id, visible_needs(viewer, SUMMARY))
        .with_for_update(of=Match)
        .execution_options(populate_existing=True)
    ).first()
    need = session.get(Need, match.need_id) if match else None
    if match is None or need is None or not _may_look(session, viewer, need):
        raise NotFound("match.not_found", id=public_id)
    if not viewer.is_society:
        raise Refused("match.refused")
    return match, need


def current_need_revision(session: ReadSession, need_id: int) -> NeedRevision:
    """What the need says now."""
    return session.exec(
        select(NeedRevision).where(NeedRevision.need_id == need_id, col(NeedRevision.valid_to).is_(None))
    ).one()


def last_run(session: ReadSession, need_id: int) -> MatchRun | None:
    """The newest run of the engine for a need."""
    return session.exec(select(MatchRun).where(MatchRun.need_id == need_id).order_by(col(MatchRun.id).desc())).first()


def matches_of(session: ReadSession, need_id: int) -> Sequence[Match]:
    """Every match of a need, of all runs and by hand, oldest first."""
    return session.exec(select(Match).where(Match.need_id == need_id).order_by(col(Match.id))).all()


def listed(matches: Iterable[Match], run_id: int | None) -> list[Match]:
    """One match for each supplier: what stands on the need's list now.

    It is the newest run, what was accepted or put off before, and what was added by hand. Where a supplier has several,
    the one with a decision is kept, then the one by hand, then the newest. The order: by hand, decided earlier, then
    the run's.
    """
    kept: dict[int, Match] = {}
    for match in matches:
        stays = match.run_id in (run_id, None) or match.status in (MatchStatus.ACCEPTED, MatchStatus.DEFERRED)
        if stays and _weight(match) >= _weight(kept.get(match.supplier_id)):
            kept[match.supplier_id] = match
    return sorted(kept.values(), key=lambda m: (m.rank if m.run_id == run_id and m.rank else 0, m.key))


def deals_of(session: ReadSession, matches: Iterable[int]) -> dict[int, Deal]:
    """The deal that grew from each of these matches."""
    found = session.exec(select(Deal).where(col(Deal.match_id).in_(matches)))
    return {deal.match_id: deal for deal in found if deal.match_id is not None}


def last_judgements(session: ReadSession, matches: Iterable[int]) -> dict[int, Judgement]:
    """The judgement that holds for each of these matches: the last one."""
    found = session.exec(select(Judgement).where(col(Judgement.match_id).in_(matches)).order_by(col(Judgement.id)))
    return {judgement.match_id: judgement for judgement in found}


def impressions_of(session: ReadSession, matches: Iterable[int], person_id: int) -> set[int]:
    """Which of these matches were shown to the person before."""
    found = session.exec(
        select(Impression.match_id).where(col(Impression.match_id).in_(matches), Impression.person_id == person_id)
    )
    return set(found)


def _may_look(session: ReadSession, viewer: Viewer, need: Need) -> bool:
    own = {
        Role.ENTERPRISE_MEMBER,
        Role.ENTERPRISE_ADMIN,
    } & viewer.roles and need.organisation_id in viewer.organisations
    if own:
        return True
    level = session.exec(select(need_level(viewer)).where(Need.id == need.key)).one()
    return viewer.is_society and level >= SUMMARY


def _weight(match: Match | None) -> int:
    if match is None:
        return 0
    if match.status is not MatchStatus.PROPOSED:
        return 3
    return 2 if match.run_id is None else 1
