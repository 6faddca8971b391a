"""What files stand on: needs, capabilities and deals, as the viewer sees them and may change them."""

from collections.abc import Callable
from dataclasses import dataclass

from sqlmodel import select

from catalog.supply.suppliers import is_editable
from core.database import ReadSession, WriteSession
from core.errors import Conflict, NotFound
from models.access import CARD, Viewer
from models.capability import Capability
from models.deal import Deal
from models.enums import SubjectKind
from models.need import Need
from tracking.store import find_deal, find_deal_to_change
from workflow.capabilities import get_capability, get_capability_to_edit
from workflow.needs import get_need, get_need_to_edit, may_edit_need

CARRIERS = (SubjectKind.NEED, SubjectKind.CAPABILITY, SubjectKind.DEAL)
"""What can have files."""


@dataclass(frozen=True, slots=True)
class Subject:
    """An object that has files."""

    kind: SubjectKind
    id: int
    public_id: str
    may_change: bool
    """Whether the viewer may add files to it: who may edit it may."""
    deal: Deal | None = None
    is_archived: bool = False
    """Whether it takes nothing new until it is restored."""


def find_subject(session: ReadSession, viewer: Viewer, kind: SubjectKind, public_id: str) -> Subject:
    """The object. Raises NotFound, also for one that the viewer may not see."""
    return _READ[kind](session, viewer, public_id)


def find_subject_to_change(
    session: WriteSession, viewer: Viewer, kind: SubjectKind, public_id: str, *, even_archived: bool = False
) -> Subject:
    """The object, whose files may be changed now; a deal is locked.

    Raises NotFound, Refused, and, but for who asks for it `even_archived`, Conflict for an archived one.
    """
    subject = _CHANGE[kind](session, viewer, public_id)
    if not even_archived:
        refuse_archived(subject)
    return subject


def refuse_archived(subject: Subject) -> None:
    """Nothing, if the object is not archived; else raises Conflict."""
    if subject.is_archived:
        raise Conflict(f"{subject.kind}.archived")


def public_id_of(session: ReadSession, kind: SubjectKind, key: int) -> str:
    """What the outside calls the object with this id. Raises NotFound."""
    table = _TABLES[kind]
    found = session.exec(select(table.public_id).where(table.id == key)).first()
    if found is None:
        raise NotFound("file.not_found")
    return found


_TABLES: dict[SubjectKind, type[Need] | type[Capability] | type[Deal]] = {
    SubjectKind.NEED: Need,
    SubjectKind.CAPABILITY: Capability,
    SubjectKind.DEAL: Deal,
}


def _need(session: ReadSession, viewer: Viewer, public_id: str) -> Subject:
    need = get_need(session, viewer, public_id, CARD).need
    is_archived = need.archived_at is not None
    return Subject(SubjectKind.NEED, need.key, need.public_id, may_edit_need(viewer, need), is_archived=is_archived)


def _need_to_change(session: WriteSession, viewer: Viewer, public_id: str) -> Subject:
    need = get_need_to_edit(session, viewer, public_id).need
    is_archived = need.archived_at is not None
    return Subject(SubjectKind.NEED, need.key, need.public_id, may_change=True, is_archived=is_archived)


def _capability(session: ReadSession, viewer: Viewer, public_id: str) -> Subject:
    row = get_capability(session, viewer, public_id)
    capability, may_change = row.capability, is_editable(session, viewer, row.supplier)
    is_archived = capability.archived_at is not None
    return Subject(SubjectKind.CAPABILITY, capability.key, capability.public_id, may_change, is_archived=is_archived)


def _capability_to_change(session: WriteSession, viewer: Viewer, public_id: str) -> Subject:
    capability = get_capability_to_edit(session, viewer, public_id).capability
    is_archived = capability.archived_at is not None
    return Subject(
        SubjectKind.CAPABILITY, capability.key, capability.public_id, may_change=True, is_archived=is_archived
    )


def _deal(session: ReadSession, viewer: Viewer, public_id: str) -> Subject:
    deal, may_change = find_deal(session, viewer, public_id)
    is_archived = deal.archived_at is not None
    return Subject(SubjectKind.DEAL, deal.key, deal.public_id, may_change, deal, is_archived)


def _deal_to_change(session: WriteSession, viewer: Viewer, public_id: str) -> Subject:
    deal = find_deal_to_change(session, viewer, public_id, even_archived=True)
    is_archived = deal.archived_at is not None
    return Subject(SubjectKind.DEAL, deal.key, deal.public_id, may_change=True, deal=deal, is_archived=is_archived)


_READ: dict[SubjectKind, Callable[[ReadSession, Viewer, str], Subject]] = {
    SubjectKind.NEED: _need,
    SubjectKind.CAPABILITY: _capability,
    SubjectKind.DEAL: _deal,
}
_CHANGE: dict[SubjectKind, Callable[[WriteSession, Viewer, str], Subject]] = {
    SubjectKind.NEED: _need_to_change,
    SubjectKind.CAPABILITY: _capability_to_change,
    SubjectKind.DEAL: _deal_to_change,
}
