"""What a need said before, erased for good: nothing but its dates and figures of matching stays."""

from datetime import datetime

from sqlmodel import col, select, update

from core.database import WriteSession
from core.errors import Conflict, NotFound, Refused
from models.access import Viewer, curates
from models.enums import SubjectKind
from models.need import NeedRevision, NeedText
from models.requirement import Indicator, Requirement
from workflow.history import record_event
from workflow.needs import get_need_to_edit


def erase_need_revision(
    session: WriteSession, viewer: Viewer, need_id: str, number: int, *, now: datetime
) -> NeedRevision:
    """The revision says nothing any more: its fields are empty, and so is what people wrote as its requirements.

    Matches made with it quote nothing and can no longer be replayed. For who curates the need; twice changes nothing.
    Raises NotFound, Refused, and Conflict for the revision that holds: it is replaced by another first.
    """
    need = get_need_to_edit(session, viewer, need_id).need
    if not curates(viewer, need.branch_id):
        raise Refused("need.erase_refused")
    revision = session.exec(
        select(NeedRevision).where(NeedRevision.need_id == need.key, NeedRevision.number == number)
    ).first()
    if revision is None:
        raise NotFound("need.no_revision", number=number)
    if revision.valid_to is None:
        raise Conflict("need.revision_holds")
    if revision.erased_at is not None:
        return revision
    for name, value in NeedText(title="-").model_dump().items():
        setattr(revision, name, value)
    revision.title, revision.erased_at = "", now
    rows = select(Requirement.id).where(Requirement.need_revision_id == revision.key)
    session.exec(update(Requirement).where(col(Requirement.id).in_(rows)).values(wording=""))
    session.exec(update(Indicator).where(col(Indicator.requirement_id).in_(rows)).values(name=""))
    record_event(
        session,
        SubjectKind.NEED,
        need.key,
        "need.revision_erased",
        actor_id=viewer.person_id,
        now=now,
        params={"number": number},
    )
    session.flush()
    return revision
