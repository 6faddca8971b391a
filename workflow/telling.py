"""Those outside the society are told what ended for them: a suggestion, or their part in a deal.

Rules a maintainer must keep: they are told the reason as it may be told, never who decided, who else was considered, or
anything of the need; whoever ended it need not be told. Whether it may still be told is asked when it is read or sent
(`is_told_of_its_end` and `is_out_of_a_deal` of `models.access`), so that what goes on again is told nobody.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlmodel import col, select

from core.database import WriteSession
from models.access import end_is_told
from models.deal import Deal, FormerParty
from models.enums import ReasonCode, SubjectKind
from models.match import Match
from models.notice_enums import NoticeKind
from models.supplier import Supplier
from tracking.reasons import told_to_supplier
from workflow.days import day_of
from workflow.notifications import notify
from workflow.recipients import people_of_sides
from workflow.reminders.people import keepers_of


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
    ended = select(Match.id).where(col(Match.id).in_([match.key for match in matches]), end_is_told())
    over = set(session.exec(ended))
    for match in matches:
        if match.key not in over:
            continue
        supplier = session.get_one(Supplier, match.supplier_id)
        people = [person for person in keepers_of(session, supplier) if person != actor_id]
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
    for person in people_of_sides(session, deal, [left], now=left.left_at):
        if person != actor_id:
            _tell(session, person, "deal.left", params, (SubjectKind.FORMER_PARTY, left.key), key, left.left_at)


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
