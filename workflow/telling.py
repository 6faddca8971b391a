"""Those outside the society are told what ended for them: a suggestion, or their part in a deal.

Rules a maintainer must keep: they are told the reason as it may be told, never who decided, who else was considered, or
anything of the need; whoever ended it need not be told. Whether it may still be told is asked when it is read or sent
(`models.access.is_told_of_its_end`), so that what goes on again is told nobody.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import exists
from sqlmodel import col, or_, select

from core.database import ReadSession, WriteSession
from models.access import CARD
from models.deal import Deal, DealNeed, DealParty, FormerParty
from models.enums import ReasonCode, Role, SubjectKind
from models.match import Match
from models.match_enums import MatchStatus
from models.need import Need
from models.notice_enums import NoticeKind
from models.supplier import Supplier
from models.user import Membership, User
from tracking.reasons import told_to_supplier
from workflow.days import day_of
from workflow.notifications import notify
from workflow.reminders.people import keepers_of

_ENTERPRISE = (Role.ENTERPRISE_MEMBER, Role.ENTERPRISE_ADMIN)


def tell_of_ends(
    session: WriteSession,
    matches: Sequence[Match],
    reason: ReasonCode,
    *,
    at: datetime,
    actor_id: int | None,
) -> None:
    """The people of the suppliers of these matches, which have just ended for a reason, find that in their messages.

    Not of a need of which nobody may know, nor where the supplier goes on with that need by another match or in a deal.
    """
    told = told_to_supplier(reason)
    for match in matches:
        people = [
            person for person in keepers_of(session, session.get_one(Supplier, match.supplier_id)) if person != actor_id
        ]
        if not people or session.get_one(Need, match.need_id).disclosure < CARD or _goes_on(session, match):
            continue
        params = {"match": match.public_id, "reason": told.value, "path": "/suggestions"}
        key = f"ended:{match.public_id}:{told}:{at.isoformat()}"
        for person in people:
            _tell(session, person, "suggestion.ended", params, (SubjectKind.MATCH, match.key), key, at)


def tell_of_leaving(session: WriteSession, left: FormerParty, deal: Deal, *, actor_id: int | None) -> None:
    """The people of the side that was taken out of the deal find that, and why, in their messages."""
    params = {
        "reason": told_to_supplier(left.reason).value,
        "opened": day_of(deal.opened_at).isoformat(),
        "path": "/deals#left",
    }
    key = f"left:{deal.public_id}:{left.key}"
    for person, subject in _people_of(session, left).items():
        if person != actor_id:
            _tell(session, person, "deal.left", params, subject, key, left.left_at)


def in_deals(session: ReadSession, suppliers: Iterable[int]) -> set[tuple[int, int]]:
    """The needs and suppliers, of these, that a deal brings together; what became of it, its own page tells."""
    first = select(Deal.need_id, DealParty.supplier_id).join(DealParty, col(DealParty.deal_id) == col(Deal.id))
    further = (
        select(DealNeed.need_id, DealParty.supplier_id)
        .join(DealParty, col(DealParty.deal_id) == col(DealNeed.deal_id))
        .join(Deal, col(Deal.id) == col(DealNeed.deal_id))
    )
    its = (col(DealParty.supplier_id).in_(list(suppliers)), col(Deal.merged_into_id).is_(None))
    rows = [*session.execute(first.where(*its)), *session.execute(further.where(*its))]
    return {(need, supplier) for need, supplier in rows}


def _goes_on(session: ReadSession, match: Match) -> bool:
    """Whether the supplier still is, or has been, brought together with the need in another way."""
    other = exists().where(
        col(Match.need_id) == match.need_id,
        col(Match.supplier_id) == match.supplier_id,
        col(Match.ended_at).is_(None),
        col(Match.status) != MatchStatus.DECLINED,
    )
    if session.execute(select(other)).scalar_one():
        return True
    return (match.need_id, match.supplier_id) in in_deals(session, [match.supplier_id])


def _people_of(session: ReadSession, left: FormerParty) -> dict[int, tuple[SubjectKind, int]]:
    """Who acts for the side and can sign in, each with that by which the message is theirs to read."""
    found: dict[int, tuple[SubjectKind, int]] = {}
    if left.organisation_id is not None:
        of_enterprise = select(Membership.person_id).where(
            col(Membership.role).in_(_ENTERPRISE),
            Membership.organisation_id == left.organisation_id,
            or_(col(Membership.valid_to).is_(None), col(Membership.valid_to) > left.left_at),
        )
        signs_in = select(User.person_id).where(col(User.disabled_at).is_(None), col(User.person_id).in_(of_enterprise))
        found |= dict.fromkeys(session.exec(signs_in), (SubjectKind.ORGANISATION, left.organisation_id))
    if left.supplier_id is not None:
        keepers = keepers_of(session, session.get_one(Supplier, left.supplier_id))
        found |= dict.fromkeys(keepers, (SubjectKind.SUPPLIER, left.supplier_id))
    return found


def _tell(
    session: WriteSession,
    person_id: int,
    code: str,
    params: Mapping[str, Any],
    subject: tuple[SubjectKind, int],
    key: str,
    now: datetime,
) -> None:
    notify(
        session,
        person_id,
        code,
        kind=NoticeKind.ENDED,
        params=params,
        subject_kind=subject[0],
        subject_id=subject[1],
        dedupe_key=f"{key}:{person_id}",
        now=now,
    )
