"""Who may read what a message is about, asked anew whenever one is shown or sent."""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement
from sqlmodel import and_, col, or_, select

from core.database import ReadSession
from models.access import (
    FULL,
    Viewer,
    is_out_of_a_deal,
    is_party,
    is_told_of_its_end,
    is_waited_for,
    may_edit_supplier,
    viewer_of,
    visible_capabilities,
    visible_needs,
    works_on,
)
from models.capability import Capability
from models.deal import Deal, FormerParty
from models.deal_enums import DealStatus
from models.enums import SubjectKind
from models.match import Match
from models.need import Need
from models.notice_enums import NoticeKind
from models.supplier import Supplier
from models.user import User
from models.work import OutboxMessage
from tracking.lifecycle import CLOSED
from workflow.notifications.channels import CHAT

_OPEN_TO: Final[Mapping[SubjectKind, Callable[[Viewer], Any]]] = {
    SubjectKind.DEAL: lambda viewer: select(Deal.id).where(works_on(viewer)),
    SubjectKind.NEED: lambda viewer: select(Need.id).where(visible_needs(viewer, FULL)),
    SubjectKind.SUPPLIER: lambda viewer: select(Supplier.id).where(may_edit_supplier(viewer)),
    SubjectKind.MATCH: lambda viewer: select(Match.id).where(is_told_of_its_end(viewer)),
    SubjectKind.FORMER_PARTY: lambda viewer: select(FormerParty.id).where(is_out_of_a_deal(viewer)),
    SubjectKind.CAPABILITY: lambda viewer: select(Capability.id).where(visible_capabilities(viewer, FULL)),
}
"""What messages can be about, and of which of these a viewer may be told."""
_OPEN_TO_SIDES: Final[Mapping[NoticeKind, Callable[[Viewer], ColumnElement[bool]]]] = {
    NoticeKind.DEAL_PROGRESS: is_party,
    NoticeKind.ANSWER_WANTED: lambda viewer: and_(is_waited_for(viewer), col(Deal.status) == DealStatus.OPEN),
    NoticeKind.ENDED: lambda viewer: and_(is_party(viewer), col(Deal.status).in_(CLOSED)),
}
"""What the sides of deals are told, each for as long as it is so; all else about deals is for who works on them."""


def readable(viewer: Viewer, kinds: Iterable[SubjectKind] = tuple(_OPEN_TO)) -> ColumnElement[bool]:
    """The messages about what `viewer` works on, may read in full or is told of now.

    Of these kinds alone, if they are given.
    """
    return or_(
        *(
            and_(
                col(OutboxMessage.subject_kind) == kind,
                _about_deals(viewer)
                if kind is SubjectKind.DEAL
                else col(OutboxMessage.subject_id).in_(_OPEN_TO[kind](viewer)),
            )
            for kind in kinds
        )
    )


def _about_deals(viewer: Viewer) -> ColumnElement[bool]:
    kind, subject = col(OutboxMessage.kind), col(OutboxMessage.subject_id)
    to_sides = (
        and_(kind == one, subject.in_(select(Deal.id).where(right(viewer)))) for one, right in _OPEN_TO_SIDES.items()
    )
    return or_(and_(kind.not_in(list(_OPEN_TO_SIDES)), subject.in_(_OPEN_TO[SubjectKind.DEAL](viewer))), *to_sides)


def reader_of(session: ReadSession, person_id: int, now: datetime) -> Viewer | None:
    """The person as the access rules see him or her; None for somebody whose sign-in is disabled."""
    user = session.exec(select(User).where(User.person_id == person_id)).first()
    if user is not None and user.disabled_at is not None:
        return None
    return viewer_of(session, person_id, now)


def may_be_told(session: ReadSession, row: OutboxMessage, now: datetime) -> bool:
    """Whether the message's person may read what it is about; a message about nothing in particular anybody may.

    A group of the society is told nothing of what waits for somebody who is no longer of it.
    """
    reader = reader_of(session, row.person_id, now)
    if reader is None or row.subject_kind is None:
        return reader is not None
    if row.channel in CHAT and not reader.is_society:
        return False
    if row.subject_kind not in _OPEN_TO:
        return False
    found = select(OutboxMessage.id).where(OutboxMessage.id == row.id, readable(reader, [row.subject_kind]))
    return session.exec(found).first() is not None
