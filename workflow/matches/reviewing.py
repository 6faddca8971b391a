"""People decide about matches; what they were shown is recorded, so that learning knows what was passed over."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm.attributes import flag_modified
from sqlmodel import col, select

from core.database import ReadSession, WriteSession
from core.errors import Conflict, Refused
from models.access import SUMMARY, Viewer, own_organisations, visible_needs
from models.enums import SubjectKind, SupplierKind
from models.match import Impression, Judgement, JudgementCreate, Match
from models.match_enums import MatchStatus, Verdict
from models.need import Need
from models.supplier import Supplier
from tracking.reasons import FOR_VERDICTS, require_one_of
from workflow.history import record_event
from workflow.matches.rights import require_matchable
from workflow.matches.showing import slot_of
from workflow.matches.store import deals_of, find_match_to_change
from workflow.need_progress import tell_askers
from workflow.telling import tell_of_ends
from workflow.versions import expect_version

_STATUS = {
    Verdict.ACCEPT: MatchStatus.ACCEPTED,
    Verdict.DECLINE: MatchStatus.DECLINED,
    Verdict.DEFER: MatchStatus.DEFERRED,
}


def review_match(
    session: WriteSession, viewer: Viewer, match_id: str, form: JudgementCreate, *, now: datetime
) -> Judgement:
    """The judgement holds for the match; earlier ones stay in the record.

    Raises NotFound, Refused also for a reviewer who would judge himself, Invalid for a reason that speaks for another
    verdict, and Conflict for a match that was judged meanwhile, that has its deal (it stays accepted), or whose need
    looks for nobody any more.
    """
    match, need = find_match_to_change(session, viewer, match_id)
    if viewer.person_id is None:
        raise Refused("match.refused")
    if _is_own(session, viewer, viewer.person_id, match):
        raise Refused("match.reviewer_conflict")
    require_one_of(FOR_VERDICTS[form.verdict], form.reason, "match.reason_does_not_fit")
    expect_version(match, form.version)
    if form.verdict is not Verdict.ACCEPT and deals_of(session, [match.key]):
        raise Conflict("match.has_deal")
    require_matchable(need)
    judgement = Judgement(
        match_id=match.key,
        person_id=viewer.person_id,
        judged_at=now,
        **form.model_dump(exclude={"version"}),
    )
    session.add(judgement)
    was_accepted = match.status is MatchStatus.ACCEPTED and match.ended_at is None
    was_open = match.status is not MatchStatus.DECLINED and match.ended_at is None
    match.status = _STATUS[form.verdict]
    match.ended_at, match.end_reason = None, None  # a judgement takes up what had ended, or is its end itself
    flag_modified(match, "status")  # who looked at the earlier judgement meets a conflict
    event = record_event(
        session,
        SubjectKind.NEED,
        need.key,
        "need.match_reviewed",
        actor_id=viewer.person_id,
        now=now,
        params={"match": match.public_id, "verdict": form.verdict.value, "reason": form.reason.value},
    )
    session.flush()
    if form.verdict is Verdict.ACCEPT and not was_accepted:
        tell_askers(session, need, event, "accepted")
    if was_open and form.verdict is Verdict.DECLINE:
        tell_of_ends(session, [match], form.reason, at=now, actor_id=viewer.person_id)
    return judgement


def _is_own(session: ReadSession, viewer: Viewer, person_id: int, match: Match) -> bool:
    """Whether the supplier is the reviewer, acts through the reviewer, or is an organisation the reviewer is of."""
    supplier = session.get_one(Supplier, match.supplier_id)
    if supplier.key in viewer.suppliers or supplier.person_id == person_id:
        return True
    places = viewer.organisations | own_organisations(session, person_id)
    return supplier.kind is SupplierKind.ORGANISATION and supplier.organisation_id in places


def are_all_recorded(session: ReadSession, viewer: Viewer, shown: Sequence[str]) -> bool:
    """Whether nothing of this list would be new to the record of what the viewer was shown."""
    if viewer.person_id is None or not shown:
        return True
    known = session.exec(
        select(Match.public_id)
        .join(Impression, col(Impression.match_id) == col(Match.id))
        .where(col(Match.public_id).in_(shown), Impression.person_id == viewer.person_id)
    )
    return set(known) == set(shown)


def record_impressions(session: WriteSession, viewer: Viewer, shown: Sequence[str], *, now: datetime) -> int:
    """That these matches were shown to the viewer, from the top of the list down, is on record, once for each.

    How many were new. What is not the viewer's to see is passed over; nobody in particular leaves no record.
    """
    if viewer.person_id is None or not shown:
        return 0
    visible = session.exec(
        select(Match)
        .join(Need, col(Need.id) == col(Match.need_id))
        .where(col(Match.public_id).in_(shown), visible_needs(viewer, SUMMARY))
    ).all()
    places = {public_id: place for place, public_id in enumerate(shown, start=1)}
    rows = [
        {
            "match_id": match.key,
            "person_id": viewer.person_id,
            "position": places[match.public_id],
            "slot": slot_of(match),
            "probability": match.evidence.get("probability", 1.0),
            "shown_at": now,
        }
        for match in visible
    ]
    return session.add_new(Impression, rows) if rows else 0
